//! The private PostgreSQL of `concert demo` and of the tests, and what makes a database ready for the migrations.

mod account;
pub mod binaries;
pub mod bootstrap;
pub mod cluster;
pub mod demo;
mod place;
pub mod seed;
