//! Everything that needs a database, through the front door.

mod architecture;
mod harness;
mod isolation;
mod permissions;
mod routes;
