//! Files of which nothing came are forgotten after a time, with all that was read of them.

use chrono::{DateTime, Utc};

use crate::kernel::db::PlatformTx;

/// So long a file waits to be taken in.
pub const DAYS: i32 = 30;

/// Forgets the files of every process that were never taken in: the night's work.
///
/// # Errors
/// The database's own.
pub async fn forget(tx: &mut PlatformTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.forget_imports($1, $2)", now, DAYS).fetch_one(tx.conn()).await?;
    Ok(())
}
