//! Files that were asked for. A member reaches their own through `own_document`; a job, which has no account, the table.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::order::{Format, Making};
use crate::kernel::db::{PlatformTx, ProcessTx};
use crate::kernel::ids::{DocumentId, MembershipId};

/// How long a file is kept.
const KEPT: TimeDelta = TimeDelta::days(7);

/// A file that was asked for, as its page shows it.
#[derive(Debug)]
pub struct Asked {
    pub id: DocumentId,
    pub membership: MembershipId,
    pub subject_kind: String,
    pub subject: Option<Uuid>,
    pub title: String,
    pub file_name: String,
    pub format: String,
    pub state: String,
    pub done: i16,
    pub size: Option<i32>,
    pub checksum: Option<String>,
    pub asked_at: DateTime<Utc>,
}

/// What is to be written down of an order.
pub struct New<'a> {
    pub id: DocumentId,
    pub membership: MembershipId,
    pub account: Uuid,
    pub subject_kind: &'a str,
    pub subject: Option<Uuid>,
    pub title: &'a str,
    pub file_name: &'a str,
    pub format: Format,
    pub making: &'a Making,
    pub hash: &'a [u8],
    pub now: DateTime<Utc>,
}

/// The same file, asked for by the same membership within a day, and how many of the account's are not done.
pub async fn before(
    tx: &mut ProcessTx,
    membership: MembershipId,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<(Option<DocumentId>, i64)> {
    let row = sqlx::query!(
        r#"select (array_agg(id order by asked_at desc) filter (where membership_id = $1 and content_hash = $2
                and state <> 'failed' and asked_at > $3))[1] as "same?: DocumentId",
            count(*) filter (where state in ('waiting', 'working') and asked_at > $4) as "open!"
         from own_document where asked_at > $3"#,
        membership.0,
        hash,
        now - TimeDelta::days(1),
        now - TimeDelta::hours(1)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.same, row.open))
}

pub async fn insert(tx: &mut ProcessTx, new: New<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into document_file (id, membership_id, account_id, subject_kind, subject_id, title, file_name, format, content,
            content_hash, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        new.id.0,
        new.membership.0,
        new.account,
        new.subject_kind,
        new.subject,
        new.title,
        new.file_name,
        new.format.as_str(),
        sqlx::types::Json(new.making) as _,
        new.hash,
        new.now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One of the memberships' own files.
pub async fn one(tx: &mut ProcessTx, id: DocumentId, mine: &[Uuid]) -> sqlx::Result<Asked> {
    sqlx::query_as!(
        Asked,
        r#"select id as "id!: DocumentId", membership_id as "membership!: MembershipId", subject_kind as "subject_kind!",
            subject_id as "subject?", title as "title!", file_name as "file_name!", format as "format!", state as "state!",
            done as "done!", size, checksum, asked_at as "asked_at!"
         from own_document where id = $1 and membership_id = any($2)"#,
        id.0,
        mine
    )
    .fetch_one(tx.conn())
    .await
}

/// What is in a file that `one` has found.
pub async fn bytes(tx: &mut ProcessTx, id: DocumentId) -> sqlx::Result<Vec<u8>> {
    sqlx::query_scalar!(
        r#"select bytes as "bytes!" from document_file where id = $1 and state = 'ready'
            and account_id = (select nullif(current_setting('app.account', true), '')::uuid)"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Takes an order to work on; also one that a worker which was killed had begun. None where nothing is to be done.
pub async fn take(tx: &mut ProcessTx, id: DocumentId, now: DateTime<Utc>) -> sqlx::Result<Option<(Making, i16)>> {
    let row = sqlx::query!(
        r#"update document_file set state = 'working', attempts = attempts + 1, done = 1, started_at = $2
         where id = $1 and state in ('waiting', 'working')
         returning content as "making!: sqlx::types::Json<Making>", attempts"#,
        id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.making.0, r.attempts)))
}

pub async fn set(tx: &mut ProcessTx, id: DocumentId) -> sqlx::Result<()> {
    sqlx::query!("update document_file set done = 2 where id = $1 and state = 'working'", id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn ready(
    tx: &mut ProcessTx,
    id: DocumentId,
    bytes: &[u8],
    checksum: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update document_file set state = 'ready', done = 3, bytes = $2, checksum = $3, ready_at = $4, content = null
         where id = $1 and state = 'working'",
        id.0,
        bytes,
        checksum,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn failed(tx: &mut ProcessTx, id: DocumentId) -> sqlx::Result<()> {
    sqlx::query!(
        "update document_file set state = 'failed', content = null where id = $1 and state in ('waiting', 'working')",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets what is older than a week.
///
/// # Errors
/// The database's own.
pub async fn forget(tx: &mut PlatformTx, now: DateTime<Utc>) -> sqlx::Result<i32> {
    Ok(sqlx::query_scalar!("select kernel.forget_documents($1)", now - KEPT).fetch_one(tx.conn()).await?.unwrap_or(0))
}
