//! Running the installation: the database's schema, its state at start, the server itself, backups.

pub mod archive;
pub mod backup;
pub mod healthcheck;
pub mod migrate;
pub mod preflight;
mod programs;
pub mod restore;
pub mod serve;
