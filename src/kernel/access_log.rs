//! Reading a record of the levels `parties` and `restricted`, and every export, leave a line that the
//! record's owner can read.

use super::db::{MembershipFacts, ProcessTx};
use super::ids::OrganisationId;
use super::permit::Handling;
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub struct Line<'a> {
    pub export: bool,
    pub subject_kind: &'a str,
    pub subject: Option<Uuid>,
    pub keeper: Option<OrganisationId>,
    pub handling: Option<Handling>,
    /// What was asked for, such as the filters of an exported list.
    pub detail: &'a str,
    pub rows: Option<i32>,
}

/// Writes one line; the transaction must be one that may write.
///
/// # Errors
/// The database's own.
pub async fn note(tx: &mut ProcessTx, by: &MembershipFacts, line: Line<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into access_log (id, by_membership_id, kind, subject_kind, subject_id, organisation_id, handling, detail, rows)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        super::random::id(),
        by.id.0,
        if line.export { "export" } else { "read" },
        line.subject_kind,
        line.subject,
        line.keeper.map(|o| o.0),
        line.handling.map(Handling::as_str),
        line.detail,
        line.rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts an export, unless the account has made too many of late: then false.
///
/// # Errors
/// The database's own.
pub async fn try_export(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!("select kernel.try_attempt('export', $1, $2, $3)", subject, now, most);
    Ok(noted.fetch_one(tx.conn()).await?.is_some())
}
