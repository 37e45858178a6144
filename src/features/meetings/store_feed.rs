//! Private addresses of calendars: of each the hash alone.

use chrono::{DateTime, Utc};

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::AccountId;

/// Since when a person has one.
pub async fn made_at(tx: &mut ProcessTx, account: AccountId) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select made_at from calendar_feed where process_id = kernel.process_id() and account_id = $1",
        account.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// Makes one; the one there was opens nothing any more.
pub async fn make(tx: &mut ProcessTx, account: AccountId, hash: &[u8], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into calendar_feed (account_id, token_hash, made_at) values ($1, $2, $3)
         on conflict (process_id, account_id) do update set token_hash = excluded.token_hash, made_at = excluded.made_at",
        account.0,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends it; `false` where there is none.
pub async fn end(tx: &mut ProcessTx, account: AccountId) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("delete from calendar_feed where process_id = kernel.process_id() and account_id = $1", account.0)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() > 0)
}
