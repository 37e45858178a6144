//! Everything that needs a database, through the front door.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod action_record;
mod action_talk;
mod architecture;
mod backup;
mod cluster;
mod demo;
mod harness;
mod isolation;
mod jobs;
mod operator;
mod permissions;
mod routes;
