//! The private PostgreSQL of `concert demo` and of the tests.

mod account;
pub mod binaries;
pub mod cluster;
pub mod demo;
mod place;
pub mod seed;
