//! Everything that needs a database, through the front door.

mod architecture;
mod demo;
mod harness;
mod isolation;
mod jobs;
mod operator;
mod permissions;
mod routes;
