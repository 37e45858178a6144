//! What every feature stands on. The kernel knows no feature.

pub mod access_log;
pub mod auth;
pub mod awaited;
pub mod clock;
pub mod conflict;
pub mod date;
pub mod db;
pub mod difference;
pub mod direction;
pub mod error;
pub mod files;
pub mod fold;
pub mod form;
pub mod format;
#[cfg(test)]
pub mod fuzz;
pub mod history;
pub mod i18n;
pub mod ids;
pub mod job;
pub mod life;
pub mod lists;
pub mod mail;
pub mod memory;
pub mod metrics;
pub mod money;
pub mod outbound;
pub mod page;
pub mod permit;
pub mod random;
pub mod route;
pub mod secret;
pub mod spreadsheet;
pub mod state;
pub mod window;
pub mod zone;
