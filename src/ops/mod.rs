//! Running the installation: bootstrap and schema, its state at start, the server and its jobs, processes and
//! accounts from the command line, backups.

pub mod accounts;
pub mod archive;
pub mod backup;
pub mod bootstrap;
mod bundle;
pub mod exchange;
pub mod healthcheck;
pub mod import;
pub mod letters;
pub mod migrate;
pub mod overlap;
pub mod place;
pub mod preflight;
pub mod processes;
mod programs;
pub mod rates;
pub mod restore;
pub mod serve;
mod stand_in;
mod stored;
pub mod worker;
