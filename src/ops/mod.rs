//! Running the installation: the database's schema, its state at start, the server itself.

pub mod migrate;
pub mod preflight;
pub mod serve;
