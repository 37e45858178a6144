//! Imports and their rows. A member's transaction reaches their own alone.

mod candidates;
mod forgotten;
mod kept;
mod money;
mod needs;
mod own;
mod remembered;
mod rows;

pub use candidates::candidates;
pub use forgotten::{DAYS, forget};
pub use kept::*;
pub use money::*;
pub use needs::*;
pub use own::{let_go, merged, own_actions, rests};
pub use remembered::*;
pub use rows::*;

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Becomes, Import, Kept, Mended, State};
use crate::features::exchange::incoming::Said;
use crate::features::exchange::tables::{Found, Kind};
use crate::features::needs::bulk;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, CycleId, ImportId, MembershipId, OrganisationId, PillarId};
use crate::kernel::permit::Handling;

/// So many rows are more than the database counts by itself before they are asked for.
const MANY: i32 = 500;

/// What is asked when a file is brought.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub organisation: OrganisationId,
    /// None: as is usual for the kind of file.
    pub handling: Option<Handling>,
    pub pillar: Option<PillarId>,
}

/// # Errors
/// The database's own.
pub async fn insert(
    tx: &mut ProcessTx,
    id: ImportId,
    account: Uuid,
    by: &MembershipFacts,
    wanted: &Wanted,
    file_name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into import (id, account_id, by_membership_id, organisation_id, file_name, handling, pillar_id, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        account,
        by.id.0,
        wanted.organisation.0,
        file_name,
        wanted.handling.map(Handling::as_str),
        wanted.pillar.map(|p| p.0),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn add_part(tx: &mut ProcessTx, id: ImportId, position: i32, bytes: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("insert into import_part (import_id, position, bytes) values ($1, $2, $3)", id.0, position, bytes)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The file is there as a whole: it can be read.
///
/// # Errors
/// The database's own.
pub async fn received(tx: &mut ProcessTx, id: ImportId, size: i64, hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!(
        "update import set state = 'reading', size = $2, sha256 = $3
         where process_id = kernel.process_id() and id = $1 and state = 'receiving'",
        id.0,
        size,
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn part(tx: &mut ProcessTx, id: ImportId, position: i32) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "select bytes from import_part where process_id = kernel.process_id() and import_id = $1 and position = $2",
        id.0,
        position
    )
    .fetch_optional(tx.conn())
    .await
}

/// Whose import it is, for the job that works on it.
///
/// # Errors
/// The database's own.
pub async fn account_of(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar!("select account_id from import where process_id = kernel.process_id() and id = $1", id.0)
        .fetch_optional(tx.conn())
        .await
}

/// # Errors
/// The database's own.
pub async fn import(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<Option<Import>> {
    let row = sqlx::query!(
        r#"select i.id as "id: ImportId", i.by_membership_id as "by: MembershipId",
            i.organisation_id as "organisation?: OrganisationId", coalesce(o.merged_into_id, o.id) as "keeper?: OrganisationId",
            coalesce(o.name, b.name) as "organisation_name!",
            i.beneficiary_id as "beneficiary?: BeneficiaryId", i.cycle_id as "cycle?: CycleId", i.file_name, i.kind, i.state,
            i.handling, i.pillar_id as "pillar?: PillarId", i.sheet, i.head_row, i.shape as "shape: Json<Kept>",
            i.columns as "columns: Json<Vec<Option<Found>>>", i.rows_done, i.rows_all, i.said as "said: Json<Said>", i.uploaded_at,
            i.mended as "mended: Json<Vec<Mended>>"
        from import i left join organisation o on o.process_id = i.process_id and o.id = i.organisation_id
            left join beneficiary b on b.process_id = i.process_id and b.id = i.beneficiary_id
        where i.process_id = kernel.process_id() and i.id = $1 and i.state <> 'dropped'"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Import {
        id: r.id,
        by: r.by,
        becomes: match r.beneficiary.zip(r.cycle) {
            Some((beneficiary, cycle)) => Becomes::Needs(bulk::Within { beneficiary, cycle }),
            None => Becomes::Actions,
        },
        organisation: r.organisation.unwrap_or(OrganisationId(Uuid::nil())),
        keeper: r.keeper.unwrap_or(OrganisationId(Uuid::nil())),
        organisation_name: r.organisation_name,
        file_name: r.file_name,
        kind: Kind::parse(&r.kind).unwrap_or(Kind::Csv),
        state: State::parse(&r.state).unwrap_or(State::Failed),
        handling: r.handling.as_deref().and_then(Handling::parse).unwrap_or(Handling::Members),
        pillar: r.pillar,
        sheet: r.sheet,
        head_row: r.head_row,
        shape: r.shape.0,
        columns: r.columns.0,
        rows_done: r.rows_done,
        rows_all: r.rows_all,
        said: r.said.map(|s| s.0),
        uploaded_at: r.uploaded_at,
        mended: r.mended.0,
    }))
}

/// An import as the list shows it.
#[derive(Debug)]
pub struct Line {
    pub id: ImportId,
    pub file_name: String,
    pub organisation: String,
    pub state: State,
    pub rows: i32,
    pub uploaded_at: DateTime<Utc>,
}

/// The latest imports of the account.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select i.id as "id: ImportId", i.file_name, coalesce(o.name, b.name) as "organisation!", i.state, i.rows_done, i.uploaded_at
        from import i left join organisation o on o.process_id = i.process_id and o.id = i.organisation_id
            left join beneficiary b on b.process_id = i.process_id and b.id = i.beneficiary_id
        where i.process_id = kernel.process_id() and i.account_id = kernel.account_id() and i.state <> 'dropped'
        order by i.uploaded_at desc limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    let line = |r: &str| State::parse(r).unwrap_or(State::Failed);
    Ok(rows
        .into_iter()
        .map(|r| Line {
            id: r.id,
            file_name: r.file_name,
            organisation: r.organisation,
            state: line(&r.state),
            rows: r.rows_done,
            uploaded_at: r.uploaded_at,
        })
        .collect())
}

/// Names of the organisations that can keep records, for who imports on others' behalf.
///
/// # Errors
/// The database's own.
pub async fn organisations(tx: &mut ProcessTx) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name from organisation o
            where o.process_id = kernel.process_id() and o.merged_into_id is null order by o.search_text, o.name"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Moves an import on, if it still stands where it was.
///
/// # Errors
/// The database's own.
pub async fn step(tx: &mut ProcessTx, id: ImportId, from: State, to: State, said: Option<&Said>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update import set state = $3, said = $4, attempts = 0 where process_id = kernel.process_id() and id = $1 and state = $2",
        id.0,
        from.as_str(),
        to.as_str(),
        said.map(Json) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A job begins with it: answers how often one has.
///
/// # Errors
/// The database's own.
pub async fn attempt(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<i16> {
    sqlx::query_scalar!(
        "update import set attempts = attempts + 1 where process_id = kernel.process_id() and id = $1 returning attempts",
        id.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Keeps what the file is. What comes from an activity file is public where it is published, and so it is here unless somebody
/// has chosen otherwise.
///
/// # Errors
/// The database's own.
pub async fn keep_shape(
    tx: &mut ProcessTx,
    id: ImportId,
    kind: Kind,
    sheet: Option<&str>,
    head_row: i32,
    shape: &Kept,
    columns: &[Option<Found>],
) -> sqlx::Result<()> {
    sqlx::query!(
        "update import set kind = $2, sheet = $3, head_row = $4, shape = $5, columns = $6,
            handling = coalesce(handling, case when $2 = 'iati' then 'public' else 'members' end)
         where process_id = kernel.process_id() and id = $1",
        id.0,
        kind.as_str(),
        sheet,
        head_row,
        Json(shape) as _,
        Json(columns) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets the rows that were read, and the file: nothing will come of them.
///
/// # Errors
/// The database's own.
pub async fn forget_rows(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<()> {
    sqlx::query!(
        "with parts as (delete from import_part where process_id = kernel.process_id() and import_id = $1)
         delete from import_row where process_id = kernel.process_id() and import_id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Columns that somebody has chosen, and where the table stands: the file is read anew.
///
/// # Errors
/// The database's own.
pub async fn choose_columns(
    tx: &mut ProcessTx,
    id: ImportId,
    sheet: Option<&str>,
    head_row: Option<i32>,
    columns: &[Option<Found>],
    mended: &[Mended],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update import set state = 'reading', sheet = $2, head_row = $3, columns = $4, rows_done = 0, rows_all = null, said = null,
            attempts = 0, mended = $5
         where process_id = kernel.process_id() and id = $1 and state in ('columns', 'checked')",
        id.0,
        sheet,
        head_row,
        Json(columns) as _,
        Json(mended) as _
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query!("delete from import_row where process_id = kernel.process_id() and import_id = $1", id.0)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// Whether an import still waits for what is said of its rows; until the transaction ends nobody moves it on.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<bool> {
    let state = sqlx::query_scalar!(
        "select state from import where process_id = kernel.process_id() and id = $1 for share",
        id.0
    );
    Ok(state.fetch_optional(tx.conn()).await?.is_some_and(|state| state == State::Checked.as_str()))
}

/// How far it is. What was read stays read; what was taken in or back so far does not, so that a worker that dies of it again and
/// again is counted.
///
/// # Errors
/// The database's own.
pub async fn progress(tx: &mut ProcessTx, id: ImportId, done: i32, all: Option<i32>) -> sqlx::Result<()> {
    sqlx::query!(
        "update import set rows_done = $2, rows_all = $3, attempts = case when state = 'reading' then 0 else attempts end
         where process_id = kernel.process_id() and id = $1",
        id.0,
        done,
        all
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The preview is there.
///
/// # Errors
/// The database's own.
pub async fn checked(tx: &mut ProcessTx, id: ImportId, said: Option<&Said>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let rows = sqlx::query_scalar!(
        r#"update import i set state = 'checked', checked_at = $2, said = $3, attempts = 0,
            rows_done = n.n, rows_all = n.n
         from (select count(*)::int as n from import_row r where r.process_id = kernel.process_id() and r.import_id = $1) n
         where i.process_id = kernel.process_id() and i.id = $1 and i.state = 'reading'
         returning n.n as "n!""#,
        id.0,
        now,
        said.map(Json) as _
    )
    .fetch_optional(tx.conn())
    .await?;
    if rows.is_some_and(|n| n > MANY) {
        // so that what asks for them next is planned for as many as there are
        sqlx::query!("select kernel.count_import_rows()").fetch_one(tx.conn()).await?;
    }
    Ok(())
}

/// All chosen rows are taken in; the file itself is not needed any more. False: another worker has done it, and nothing of this one
/// may be kept.
///
/// # Errors
/// The database's own.
pub async fn applied(tx: &mut ProcessTx, id: ImportId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "with gone as (delete from import_part where process_id = kernel.process_id() and import_id = $1)
         update import set state = 'applied', applied_at = $2, said = null, attempts = 0
         where process_id = kernel.process_id() and id = $1 and state = 'applying'",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// All that could be is taken back. False: another worker has done it, and nothing of this one may be kept.
///
/// # Errors
/// The database's own.
pub async fn undone(tx: &mut ProcessTx, id: ImportId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update import set state = 'undone', undone_at = $2, attempts = 0
         where process_id = kernel.process_id() and id = $1 and state = 'undoing'",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets a file from which nothing has come in.
///
/// # Errors
/// The database's own.
pub async fn drop_it(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "with own as (update import set state = 'dropped', shape = '{}', said = null, mended = '[]' where process_id = kernel.process_id() and id = $1
                and state in ('receiving', 'reading', 'columns', 'checked', 'failed') returning id),
            parts as (delete from import_part where process_id = kernel.process_id() and import_id in (select id from own)),
            rows as (delete from import_row where process_id = kernel.process_id() and import_id in (select id from own))
         select id from own",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(done.is_some())
}

/// Counts an upload, unless the account has brought too many of late: then false.
///
/// # Errors
/// The database's own.
pub async fn try_upload(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!("select kernel.try_attempt('import', $1, $2, $3)", subject, now, most);
    Ok(noted.fetch_one(tx.conn()).await?.is_some())
}
