//! What changes a decision. Each step first locks its row, so that of two at once the second sees what the first did.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::asked::{NewDecision, NewPaper, PaperContent, Sourced};
use super::model::{Number, Procedure, Quorum, Rule, State, Vote};
use super::settings::BoardSettings;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, DecisionId, MembershipId, OrganisationId, SeatId, VoteId};
use crate::kernel::random;

/// Holds a decision until the transaction ends; `false` where there is none that may be seen.
pub async fn lock(tx: &mut ProcessTx, id: DecisionId) -> sqlx::Result<bool> {
    let row = sqlx::query_scalar!(
        "select b.id from board_decision b -- past the view: only a table is locked
         where b.process_id = kernel.process_id() and b.id = $1 and kernel.takes_part() for update",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.is_some())
}

/// Holds the numbers of the process until the transaction ends.
pub async fn lock_numbers(tx: &mut ProcessTx) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('decision numbers ' || kernel.process_id()::text, 0))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn insert(
    tx: &mut ProcessTx,
    id: DecisionId,
    by: &MembershipFacts,
    d: &NewDecision,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into board_decision (id, subject_kind, subject_id, subject_label, title, procedure, meeting_on, meeting_place,
            deadline, note, prepared_at, prepared_by_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        d.subject.kind.as_str(),
        d.subject.id,
        d.subject.label,
        d.title,
        d.procedure.map(Procedure::as_str),
        d.meeting_on,
        d.meeting_place,
        d.deadline,
        d.note,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    papers(tx, id, &d.papers).await
}

/// Changes what is prepared; its papers only where there are `papers` to put in their place.
pub async fn update(tx: &mut ProcessTx, id: DecisionId, d: &NewDecision, with_papers: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_decision set subject_kind = $2, subject_label = $3, title = $4, procedure = $5, meeting_on = $6,
            meeting_place = $7, deadline = $8, note = $9, version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0,
        d.subject.kind.as_str(),
        d.subject.label,
        d.title,
        d.procedure.map(Procedure::as_str),
        d.meeting_on,
        d.meeting_place,
        d.deadline,
        d.note
    )
    .execute(tx.conn())
    .await?;
    if with_papers {
        sqlx::query!("delete from decision_paper where process_id = kernel.process_id() and decision_id = $1", id.0)
            .execute(tx.conn())
            .await?;
        papers(tx, id, &d.papers).await?;
    }
    Ok(())
}

async fn papers(tx: &mut ProcessTx, id: DecisionId, papers: &[NewPaper]) -> sqlx::Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = papers
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let (content, address) = match &p.content {
                PaperContent::Text(text) => (Some(text), None),
                PaperContent::Address { address, .. } => (None, Some(address)),
            };
            json!({ "id": random::id(), "place": i + 1, "title": p.title, "content": content, "address": address, "sha256": p.sha256() })
        })
        .collect();
    sqlx::query!(
        "insert into decision_paper (id, decision_id, place, title, content, address, sha256)
         select id, $1, place, title, content, address, sha256
         from jsonb_to_recordset($2) as x(id uuid, place smallint, title text, content text, address text, sha256 text)",
        id.0,
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The seats of the Board as they are now; how many.
pub async fn seats(tx: &mut ProcessTx, id: DecisionId, board: &BoardSettings) -> sqlx::Result<usize> {
    let made = sqlx::query!(
        "insert into board_seat (decision_id, beneficiary_id, organisation_id, label)
         select $1::uuid, b.id, null::uuid, b.name from beneficiary b where b.process_id = kernel.process_id()
         union all
         select $1::uuid, null::uuid, o.id, o.name from organisation m
             join organisation o on o.process_id = m.process_id and o.id = coalesce(m.merged_into_id, m.id)
         where m.process_id = kernel.process_id() and m.id = $2",
        id.0,
        board.commission.map(|o| o.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(usize::try_from(made.rows_affected()).unwrap_or_default())
}

/// What is fixed when a decision is opened.
pub struct Opened {
    pub procedure: Procedure,
    pub rule: Rule,
    pub quorum: Quorum,
    pub deadline: Option<NaiveDate>,
    pub at: DateTime<Utc>,
}

pub async fn open(tx: &mut ProcessTx, id: DecisionId, o: &Opened) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_decision set state = 'open', procedure = $2, rule = $3, quorum = $4, deadline = $5, opened_at = $6,
            version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0,
        o.procedure.as_str(),
        o.rule.as_str(),
        o.quorum.to_string(),
        o.deadline,
        o.at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One seat's vote as it is to stand.
pub struct NewVote {
    pub seat: SeatId,
    pub vote: Vote,
    pub note: String,
}

/// Puts votes in the place of those that stood, which are kept.
pub async fn votes(
    tx: &mut ProcessTx,
    id: DecisionId,
    votes: &[NewVote],
    own_hand: bool,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let rows: Vec<_> = votes
        .iter()
        .map(|v| json!({ "id": VoteId(random::id()), "seat": v.seat, "vote": v.vote, "note": v.note }))
        .collect();
    let seats: Vec<uuid::Uuid> = votes.iter().map(|v| v.seat.0).collect();
    replace(tx, id, &seats, now).await?;
    sqlx::query!(
        "insert into board_vote (id, decision_id, seat_id, vote, own_hand, by_membership_id, at, note)
         select x.id, $1, x.seat, x.vote, $3, $4, $5, x.note
         from jsonb_to_recordset($2) as x(id uuid, seat uuid, vote text, note text)",
        id.0,
        Json(rows) as _,
        own_hand,
        by.0,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update board_decision set version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the votes of these seats out of the count; they are kept.
pub async fn replace(tx: &mut ProcessTx, id: DecisionId, seats: &[uuid::Uuid], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_vote set replaced_at = $3 where process_id = kernel.process_id() and decision_id = $1
            and seat_id = any($2) and replaced_at is null",
        id.0,
        seats,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What ends a decision.
pub struct End<'a> {
    pub state: State,
    pub number: Option<Number>,
    pub decided_on: Option<NaiveDate>,
    pub reasons: &'a str,
    pub at: DateTime<Utc>,
}

pub async fn end(tx: &mut ProcessTx, id: DecisionId, by: MembershipId, e: &End<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_decision set state = $2, number_year = $3, number_in_year = $4, decided_on = $5, reasons = $6,
            recorded_at = $7, recorded_by_id = $8, version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0,
        e.state.as_str(),
        e.number.map(|n| n.year),
        e.number.map(|n| n.in_year),
        e.decided_on,
        e.reasons,
        e.at,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The text that it was taken on has gone back.
pub async fn text_back(tx: &mut ProcessTx, id: DecisionId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update board_decision set text_back_at = $2 where process_id = kernel.process_id() and id = $1",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The party of a statement, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub beneficiary: Option<BeneficiaryId>,
    pub organisation: Option<OrganisationId>,
    pub label: String,
}

pub async fn statement(
    tx: &mut ProcessTx,
    id: DecisionId,
    by: &MembershipFacts,
    party: &Party,
    text: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into party_statement (id, decision_id, beneficiary_id, organisation_id, label, text, by_membership_id, post, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        random::id(),
        id.0,
        party.beneficiary.map(|b| b.0),
        party.organisation.map(|o| o.0),
        party.label,
        text,
        by.id.0,
        by.post,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A decision of the past, entered as taken: the schema lets a decision begin prepared alone, and go on from there at
/// once only with its source.
pub async fn sourced(tx: &mut ProcessTx, id: DecisionId, d: &Sourced, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into board_decision (id, subject_kind, subject_id, subject_label, title, procedure, meeting_on, meeting_place,
            source_url, source_note, prepared_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.0,
        d.subject.kind.as_str(),
        d.subject.id,
        d.subject.label,
        d.title,
        d.procedure.map(Procedure::as_str),
        d.meeting_on,
        d.meeting_place,
        d.source_url,
        d.source_note,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update board_decision set state = 'taken', decided_on = $2, decided_on_precision = $3
         where process_id = kernel.process_id() and id = $1",
        id.0,
        d.decided_on.first_day(),
        d.decided_on.precision().as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
