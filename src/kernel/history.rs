//! Who changed what, when, for which organisation, from what to what, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::db::{MembershipFacts, ProcessTx};

/// What changed in one field; each side as the form would show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub from: Vec<String>,
    pub to: Vec<String>,
}

pub type Changes = BTreeMap<String, Change>;

/// What the entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Action,
    Organisation,
    Membership,
    Theme,
    Process,
    AccessRequest,
    Pillar,
    Beneficiary,
    Plan,
    PlanNode,
    /// Its history is its own: that of its plan is read by others.
    PlanRemark,
    Remark,
    Decision,
    /// A coordination question.
    Overlap,
    Need,
    Response,
    MappingCycle,
    /// A strategy of a beneficiary's own.
    Strategy,
    StrategyObjective,
    Webhook,
    Envelope,
    /// A report on a mapping cycle.
    MappingReport,
    /// A file on a record: others see the record than see the file.
    StoredFile,
    Round,
    Meeting,
}

impl Subject {
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Action => "action",
            Subject::Organisation => "organisation",
            Subject::Membership => "membership",
            Subject::Theme => "theme",
            Subject::Process => "process",
            Subject::AccessRequest => "access_request",
            Subject::Pillar => "pillar",
            Subject::Beneficiary => "beneficiary",
            Subject::Plan => "plan",
            Subject::PlanNode => "plan_node",
            Subject::PlanRemark => "plan_remark",
            Subject::Remark => "remark",
            Subject::Decision => "decision",
            Subject::Overlap => "overlap_case",
            Subject::Need => "need",
            Subject::Response => "response",
            Subject::MappingCycle => "mapping_cycle",
            Subject::Strategy => "strategy",
            Subject::StrategyObjective => "strategy_objective",
            Subject::Webhook => "webhook",
            Subject::Envelope => "envelope",
            Subject::MappingReport => "mapping_report",
            Subject::StoredFile => "stored_file",
            Subject::Round => "round",
            Subject::Meeting => "meeting",
        }
    }
}

pub struct Entry<'a> {
    pub subject: Subject,
    pub id: Uuid,
    /// A key of the texts `event-…`, such as `edited`.
    pub event: &'static str,
    pub changes: Changes,
    pub why: &'a str,
}

/// Writes one entry in the caller's transaction.
///
/// # Errors
/// The database's own.
pub async fn record(tx: &mut ProcessTx, by: Option<&MembershipFacts>, entry: Entry<'_>) -> sqlx::Result<()> {
    write(tx, by, entry, None).await
}

/// The same, with the time at which it was done.
///
/// # Errors
/// The database's own.
pub async fn record_at(
    tx: &mut ProcessTx,
    by: Option<&MembershipFacts>,
    entry: Entry<'_>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    write(tx, by, entry, Some(at)).await
}

async fn write(
    tx: &mut ProcessTx,
    by: Option<&MembershipFacts>,
    entry: Entry<'_>,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into history (id, by_membership_id, for_organisation_id, subject_kind, subject_id, event, changes, why, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, now()))",
        super::random::id(),
        by.map(|m| m.id.0),
        by.and_then(|m| m.organisation).map(|o| o.0),
        entry.subject.as_str(),
        entry.id,
        entry.event,
        sqlx::types::Json(&entry.changes) as _,
        entry.why,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One of many entries of one kind, each with its own changes.
pub struct Each<'a> {
    pub by: &'a MembershipFacts,
    pub id: Uuid,
    pub changes: Changes,
}

/// Writes an entry about each of several things with what changed in it, in one statement.
///
/// # Errors
/// The database's own.
pub async fn record_many(
    tx: &mut ProcessTx,
    subject: Subject,
    event: &str,
    why: &str,
    entries: &[Each<'_>],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = entries.iter().map(|_| super::random::id()).collect();
    let subjects: Vec<Uuid> = entries.iter().map(|e| e.id).collect();
    let by: Vec<Uuid> = entries.iter().map(|e| e.by.id.0).collect();
    let whose: Vec<Option<Uuid>> = entries.iter().map(|e| e.by.organisation.map(|o| o.0)).collect();
    let changes: Vec<sqlx::types::Json<&Changes>> = entries.iter().map(|e| sqlx::types::Json(&e.changes)).collect();
    sqlx::query!(
        "insert into history (id, by_membership_id, for_organisation_id, subject_kind, subject_id, event, changes, why)
         select u.id, u.by, u.whose, $6, u.subject, $7, u.changes, $8
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::jsonb[]) u (id, subject, by, whose, changes)",
        &ids,
        &subjects,
        &by,
        &whose as &[Option<Uuid>],
        &changes as _,
        subject.as_str(),
        event,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the same entry about each of several things, in one statement.
///
/// # Errors
/// The database's own.
pub async fn record_each(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    subject: Subject,
    ids: &[Uuid],
    event: &str,
    changes: &Changes,
    why: &str,
) -> sqlx::Result<()> {
    let rows: Vec<Uuid> = ids.iter().map(|_| super::random::id()).collect();
    sqlx::query!(
        "insert into history (id, by_membership_id, for_organisation_id, subject_kind, subject_id, event, changes, why)
         select u.id, $3, $4, $5, u.subject, $6, $7, $8 from unnest($1::uuid[], $2::uuid[]) u (id, subject)",
        &rows,
        ids,
        by.id.0,
        by.organisation.map(|o| o.0),
        subject.as_str(),
        event,
        sqlx::types::Json(changes) as _,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
