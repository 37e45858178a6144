//! Writing reports. Whoever takes a step holds the report first, so that of two at once the second sees what the first did.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::life::State;
use super::model::SectionKind;
use super::text::ReportText;
use crate::features::needs::Mapped;
use crate::features::plans::checksum;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{CycleId, MembershipId, PillarId, ReportId, ReportSectionId};
use crate::kernel::random;

/// The head of a report.
#[derive(Debug, Clone)]
pub struct Head {
    pub title: String,
    pub first_year: i16,
    pub last_year: i16,
}

/// Begins a report with its prefilled headings; none where the cycle has one for the pillar already.
///
/// # Errors
/// The database's own.
pub async fn create(
    tx: &mut ProcessTx,
    (cycle, pillar): (CycleId, PillarId),
    head: &Head,
    headings: &[(SectionKind, String)],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ReportId>> {
    let id = ReportId(random::id());
    let made = sqlx::query!(
        "insert into mapping_report (id, cycle_id, pillar_id, title, first_year, last_year, created_at, created_by_id, updated_at,
            updated_by_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8) on conflict do nothing",
        id.0,
        cycle.0,
        pillar.0,
        head.title,
        head.first_year,
        head.last_year,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if made.rows_affected() == 0 {
        return Ok(None);
    }
    let kinds: Vec<String> = headings.iter().map(|(kind, _)| kind.as_str().to_owned()).collect();
    let headings: Vec<String> = headings.iter().map(|(_, heading)| heading.clone()).collect();
    sqlx::query!(
        "insert into mapping_report_section (report_id, position, kind, heading, updated_at, updated_by_id)
         select $1, u.n::smallint, u.kind, u.heading, $4, $5 from unnest($2::text[], $3::text[]) with ordinality u (kind, heading, n)",
        id.0,
        &kinds,
        &headings,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(id))
}

/// Takes hold of a report until the transaction ends: its state as it is now.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx, report: ReportId) -> sqlx::Result<State> {
    let state = sqlx::query_scalar!("select state from mapping_report where id = $1 for update", report.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(State::parse(&state).unwrap_or(State::Adopted))
}

/// Saves the head of a report that has not been changed since `version`.
///
/// # Errors
/// The database's own.
pub async fn save_head(
    tx: &mut ProcessTx,
    report: ReportId,
    version: i32,
    head: &Head,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update mapping_report set title = $3, first_year = $4, last_year = $5, version = version + 1, updated_at = $6, updated_by_id = $7
         where id = $1 and version = $2",
        report.0,
        version,
        head.title,
        head.first_year,
        head.last_year,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts what the records say into a report.
///
/// # Errors
/// The database's own.
pub async fn fill(
    tx: &mut ProcessTx,
    report: ReportId,
    tables: &Mapped,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update mapping_report set tables = $2, tables_at = $3, updated_at = $3, updated_by_id = $4 where id = $1",
        report.0,
        Json(tables) as _,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a section says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub heading: String,
    pub body: String,
    pub public: bool,
}

/// Saves a section that has not been changed since `version`.
///
/// # Errors
/// The database's own.
pub async fn write(
    tx: &mut ProcessTx,
    section: ReportSectionId,
    version: i32,
    words: &Words,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update mapping_report_section set heading = $3, body = $4, public = $5, version = version + 1, updated_at = $6, updated_by_id = $7
         where id = $1 and version = $2 and removed_at is null",
        section.0,
        version,
        words.heading,
        words.body,
        words.public,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A section more, at the end.
///
/// # Errors
/// The database's own.
pub async fn add(
    tx: &mut ProcessTx,
    report: ReportId,
    words: &Words,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<ReportSectionId> {
    let id = ReportSectionId(random::id());
    sqlx::query!(
        "insert into mapping_report_section (id, report_id, position, kind, heading, body, public, updated_at, updated_by_id)
         select $1, $2, coalesce(max(s.position), 0) + 1, 'other', $3, $4, $5, $6, $7
         from mapping_report_section s where s.report_id = $2",
        id.0,
        report.0,
        words.heading,
        words.body,
        words.public,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Takes a section out that has not been changed since `version`. It is not deleted.
///
/// # Errors
/// The database's own.
pub async fn remove(
    tx: &mut ProcessTx,
    section: ReportSectionId,
    version: i32,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update mapping_report_section set removed_at = $3, version = version + 1, updated_at = $3, updated_by_id = $4
         where id = $1 and version = $2 and removed_at is null",
        section.0,
        version,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a report, held before, from one state to another.
///
/// # Errors
/// The database's own; `RowNotFound` where it is not in that state.
pub async fn set_state(
    tx: &mut ProcessTx,
    report: ReportId,
    from: State,
    to: State,
    adopted_on: Option<NaiveDate>,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update mapping_report set state = $3, adopted_on = $4, version = version + 1, updated_at = $6, updated_by_id = $5
         where id = $1 and state = $2 returning id",
        report.0,
        from.as_str(),
        to.as_str(),
        adopted_on,
        by.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// Keeps when and where a report was discussed.
///
/// # Errors
/// The database's own.
pub async fn discussed(tx: &mut ProcessTx, report: ReportId, on: NaiveDate, place: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update mapping_report set discussed_on = $2, discussed_where = $3 where id = $1",
        report.0,
        on,
        place
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps the number of the decision by which a report was adopted.
///
/// # Errors
/// The database's own.
pub async fn number(tx: &mut ProcessTx, report: ReportId, number: &str) -> sqlx::Result<()> {
    sqlx::query!("update mapping_report set decision_number = $2 where id = $1", report.0, number)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Publishes an adopted report, or takes it back.
///
/// # Errors
/// The database's own.
pub async fn publish(tx: &mut ProcessTx, report: ReportId, at: Option<DateTime<Utc>>) -> sqlx::Result<()> {
    sqlx::query!("update mapping_report set published_at = $2 where id = $1", report.0, at).execute(tx.conn()).await?;
    Ok(())
}

/// Keeps the text of a report for ever. Answers its checksum, hexadecimal.
///
/// # Errors
/// The database's own; a text that cannot be written down.
pub async fn snapshot(
    tx: &mut ProcessTx,
    report: ReportId,
    step: State,
    text: &ReportText,
    by: MembershipId,
    why: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<String> {
    let (content, public) = (text.bytes()?, text.published().bytes()?);
    let sum = checksum(&[content.as_bytes()]);
    let known_by = hex::encode(&sum);
    sqlx::query!(
        "insert into mapping_report_snapshot (id, report_id, number, step, at, by_membership_id, why, content, content_sha256,
            public_content, public_sha256)
         select $1, $2, coalesce(max(s.number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10
         from mapping_report_snapshot s where s.report_id = $2",
        random::id(),
        report.0,
        step.as_str(),
        now,
        by.0,
        why,
        content,
        sum,
        public,
        checksum(&[public.as_bytes()])
    )
    .execute(tx.conn())
    .await?;
    Ok(known_by)
}
