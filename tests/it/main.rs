//! Everything that needs a database, through the front door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, reason = "a test fails by panicking")]

mod architecture;
mod backup;
mod cluster;
mod harness;
mod isolation;
mod links;
mod permissions;
mod routes;
mod second_factor;
mod sign_in;
