//! What is written down of files, and what leaves the store.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::kinds::Kind;
use super::model::Subject;
use crate::kernel::db::{PlatformTx, ProcessTx};
use crate::kernel::ids::{FileId, MembershipId, OrganisationId, ProcessId};
use crate::kernel::permit::Handling;

/// Counts that a file is brought, unless there were too many of late: then false.
///
/// # Errors
/// The database's own.
pub async fn try_file(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!("select kernel.try_attempt('file', $1, $2, $3)", subject, now, most);
    Ok(noted.fetch_one(tx.conn()).await?.is_some())
}

/// Something is on its way into the store.
///
/// # Errors
/// The database's own.
pub async fn begin(tx: &mut ProcessTx, object: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("insert into stored_object (id, at) values ($1, $2)", object, now).execute(tx.conn()).await?;
    Ok(())
}

/// A file that is new on a record.
#[derive(Debug)]
pub struct NewFile<'a> {
    pub id: FileId,
    pub subject: Subject,
    pub organisation: Option<OrganisationId>,
    pub handling: Handling,
    pub about: &'a str,
    pub by: MembershipId,
    pub at: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn insert(tx: &mut ProcessTx, new: &NewFile<'_>) -> sqlx::Result<()> {
    let of = |kind: &str| (new.subject.kind() == kind).then(|| new.subject.id());
    sqlx::query!(
        "insert into stored_file (id, action_id, plan_id, meeting_id, report_id, organisation_id, handling, about, at, by_membership_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.0,
        of("action"),
        of("plan"),
        of("meeting"),
        of("report"),
        new.organisation.map(|o| o.0),
        new.handling.as_str(),
        new.about,
        new.at,
        new.by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Moves a file on to its next version; false if that is not the one after `latest` any more, or the file was taken away.
///
/// # Errors
/// The database's own.
pub async fn move_on(tx: &mut ProcessTx, id: FileId, latest: i32) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update stored_file set latest = latest + 1
         where process_id = kernel.process_id() and id = $1 and latest = $2 and taken_at is null",
        id.0,
        latest
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A version whose bytes are in the store.
#[derive(Debug)]
pub struct NewVersion<'a> {
    pub file: FileId,
    pub number: i32,
    pub object: Uuid,
    pub name: &'a str,
    pub kind: Kind,
    pub size: i64,
    pub sha256: &'a [u8],
    pub by: MembershipId,
    pub at: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn insert_version(tx: &mut ProcessTx, new: &NewVersion<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into stored_file_version (id, file_id, number, object_id, name, kind, size, sha256, at, by_membership_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        crate::kernel::random::id(),
        new.file.0,
        new.number,
        new.object,
        new.name,
        new.kind.as_str(),
        new.size,
        new.sha256,
        new.at,
        new.by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a file away; false if it was already.
///
/// # Errors
/// The database's own.
pub async fn take_away(
    tx: &mut ProcessTx,
    id: FileId,
    by: MembershipId,
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update stored_file set taken_at = $2, taken_by_id = $3, taken_why = $4
         where process_id = kernel.process_id() and id = $1 and taken_at is null",
        id.0,
        now,
        by.0,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a file back; false if it stands, or its bytes are no longer kept.
///
/// # Errors
/// The database's own.
pub async fn restore(tx: &mut ProcessTx, id: FileId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update stored_file f set taken_at = null, taken_by_id = null, taken_why = ''
         where f.process_id = kernel.process_id() and f.id = $1 and f.taken_at is not null
            and exists (select from stored_file_version v join stored_object x on x.process_id = v.process_id and x.id = v.object_id -- past the view: whether its bytes are kept
                where v.process_id = f.process_id and v.file_id = f.id and v.number = f.latest and x.gone_at is null)",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What can leave the store.
///
/// # Errors
/// The database's own.
pub async fn to_go(tx: &mut PlatformTx, now: DateTime<Utc>) -> sqlx::Result<Vec<(ProcessId, Uuid)>> {
    let rows = sqlx::query!(
        r#"select process_id as "process!: ProcessId", object_id as "object!" from kernel.objects_to_go($1)"#,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.process, r.object)).collect())
}

/// They have left it.
///
/// # Errors
/// The database's own.
pub async fn gone(tx: &mut PlatformTx, process: ProcessId, objects: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.objects_gone($1, $2, $3)", process.0, objects, now).fetch_one(tx.conn()).await?;
    Ok(())
}
