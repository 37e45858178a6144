//! Running the installation: the database's roles and schema, its state at start, the server, the worker, and what the
//! command line does with processes and accounts. Backup and restore have their own files.

pub mod accounts;
pub mod healthcheck;
pub mod letters;
pub mod migrate;
pub mod place;
pub mod preflight;
pub mod processes;
pub mod serve;
pub mod worker;
