//! What every feature stands on. The kernel knows no feature.

pub mod access_log;
pub mod auth;
pub mod clock;
pub mod date;
pub mod db;
pub mod error;
pub mod fold;
pub mod form;
pub mod format;
pub mod history;
pub mod i18n;
pub mod ids;
pub mod job;
pub mod lists;
pub mod mail;
pub mod metrics;
pub mod money;
pub mod page;
pub mod permit;
pub mod random;
pub mod route;
pub mod secret;
pub mod state;
pub mod window;
