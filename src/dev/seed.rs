//! The two processes of the demo: IISG with its real actions, and an invented one.

use crate::kernel::clock::Clock;
use crate::kernel::db::Db;

/// Loads what is not there yet.
///
/// # Errors
/// The database's own.
pub async fn seed(_db: &Db, _clock: &Clock) -> anyhow::Result<()> {
    Ok(())
}

/// The table of sign-ins that the demo prints.
pub fn sign_ins(_port: u16) -> String {
    String::new()
}
