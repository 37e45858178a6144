//! What changes a meeting. Each step first locks its row, so that of two at once the second sees what the first did.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

use super::asked::{NewItem, NewMeeting, NewPaper, NewTask, Owner, Recorded};
use super::model::{Answer, Attendance, ItemKind, State, TaskState};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{AttendanceId, BeneficiaryId, DecisionId, MeetingId, MembershipId, OrganisationId, TaskId};
use crate::kernel::random;

/// Holds a meeting until the transaction ends; its version, `None` where there is none that may be seen.
pub async fn lock(tx: &mut ProcessTx, id: MeetingId) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "select m.version from meeting m -- past the view: only a table is locked
         where m.process_id = kernel.process_id() and m.id = $1
            and exists (select from visible_meeting v where v.process_id = m.process_id and v.id = m.id) for update",
        id.0
    )
    .fetch_optional(tx.conn())
    .await
}

pub async fn insert(
    tx: &mut ProcessTx,
    id: MeetingId,
    by: Option<MembershipId>,
    m: &NewMeeting,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into meeting (id, body, pillar_id, title, about, starts_at, ends_at, timed, over_at, zone, place, online, handling,
            source_url, source_note, created_at, created_by_id, changed_at, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16, $18)",
        id.0,
        m.body.as_str(),
        m.pillar.map(|l| l.0),
        m.title,
        m.about,
        m.time.starts_at,
        m.time.ends_at,
        m.time.timed,
        m.time.over_at(),
        m.time.zone.as_str(),
        m.place,
        m.online,
        m.handling.as_str(),
        m.source.as_ref().map(|(url, _)| url.as_str()),
        m.source.as_ref().map(|(_, note)| note.as_str()).unwrap_or_default(),
        now,
        by.map(|m| m.0),
        // sources tell of what has taken place
        if m.source.is_some() { State::Held.as_str() } else { State::Planned.as_str() }
    )
    .execute(tx.conn())
    .await?;
    invite(tx, id, &m.organisations, &m.beneficiaries).await
}

/// Changes what is planned. `shown`: what a calendar shows of it has changed.
pub async fn update(
    tx: &mut ProcessTx,
    id: MeetingId,
    m: &NewMeeting,
    shown: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update meeting set body = $2, pillar_id = $3, title = $4, about = $5, starts_at = $6, ends_at = $7, timed = $8, over_at = $9,
            zone = $10, place = $11, online = $12, handling = $13, changed_at = $14, sequence = sequence + $15::integer,
            version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0,
        m.body.as_str(),
        m.pillar.map(|l| l.0),
        m.title,
        m.about,
        m.time.starts_at,
        m.time.ends_at,
        m.time.timed,
        m.time.over_at(),
        m.time.zone.as_str(),
        m.place,
        m.online,
        m.handling.as_str(),
        now,
        i32::from(shown)
    )
    .execute(tx.conn())
    .await?;
    invite(tx, id, &m.organisations, &m.beneficiaries).await
}

/// Puts these parties in the place of those invited; who was invited before keeps what they answered.
async fn invite(
    tx: &mut ProcessTx,
    id: MeetingId,
    organisations: &[OrganisationId],
    beneficiaries: &[BeneficiaryId],
) -> sqlx::Result<()> {
    let organisations: Vec<_> = organisations.iter().map(|o| o.0).collect();
    let beneficiaries: Vec<_> = beneficiaries.iter().map(|b| b.0).collect();
    // one that was merged since is invited as the one that stands
    sqlx::query!(
        "delete from meeting_attendance a where a.process_id = kernel.process_id() and a.meeting_id = $1
            and not coalesce(a.beneficiary_id = any ($3), false)
            and not coalesce((select coalesce(o.merged_into_id, o.id) from organisation o where o.process_id = a.process_id
                and o.id = a.organisation_id) = any ($2), false)",
        id.0,
        &organisations,
        &beneficiaries
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into meeting_attendance (meeting_id, organisation_id, beneficiary_id)
         select $1::uuid, x.id, null::uuid from unnest($2::uuid[]) x (id) where not exists (select from meeting_attendance a -- past the view: who is invited already, of one that is run
            join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
            where a.process_id = kernel.process_id() and a.meeting_id = $1 and coalesce(o.merged_into_id, o.id) = x.id)
         union all
         select $1, null, x.id from unnest($3::uuid[]) x (id)
         on conflict do nothing",
        id.0,
        &organisations,
        &beneficiaries
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a step of its life.
pub async fn step(tx: &mut ProcessTx, id: MeetingId, to: State, why: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update meeting set state = $2, cancelled_why = $3, changed_at = $4, sequence = sequence + 1, version = version + 1
         where process_id = kernel.process_id() and id = $1",
        id.0,
        to.as_str(),
        why,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts agenda and papers in the place of those there were; decisions on the agenda are before the meeting.
pub async fn agenda(tx: &mut ProcessTx, id: MeetingId, items: &[NewItem], papers: &[NewPaper]) -> sqlx::Result<()> {
    sqlx::query!("delete from agenda_item where process_id = kernel.process_id() and meeting_id = $1", id.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from meeting_paper where process_id = kernel.process_id() and meeting_id = $1", id.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("delete from meeting_decision where process_id = kernel.process_id() and meeting_id = $1", id.0)
        .execute(tx.conn())
        .await?;
    let rows: Vec<_> = items
        .iter()
        .enumerate()
        .map(|(i, item)| {
            json!({ "id": random::id(), "place": i + 1, "title": item.title, "note": item.note, "kind": item.kind,
                "subject": item.subject })
        })
        .collect();
    sqlx::query!(
        "insert into agenda_item (id, meeting_id, place, title, note, kind, subject_id)
         select x.id, $1, x.place, x.title, x.note, x.kind, x.subject
         from jsonb_to_recordset($2) as x(id uuid, place smallint, title text, note text, kind text, subject uuid)",
        id.0,
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    let rows: Vec<_> = papers
        .iter()
        .enumerate()
        .map(|(i, p)| json!({ "id": random::id(), "place": i + 1, "title": p.title, "address": p.address }))
        .collect();
    sqlx::query!(
        "insert into meeting_paper (id, meeting_id, place, title, address)
         select x.id, $1, x.place, x.title, x.address
         from jsonb_to_recordset($2) as x(id uuid, place smallint, title text, address text)",
        id.0,
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    let decided = |i: &NewItem| i.subject.filter(|_| i.kind == ItemKind::Decision).map(DecisionId);
    let decisions: Vec<_> = items.iter().filter_map(decided).map(|d| d.0).collect();
    sqlx::query!(
        "insert into meeting_decision (meeting_id, decision_id) select $1, d.id from visible_decision d
         where d.process_id = kernel.process_id() and d.id = any ($2)",
        id.0,
        &decisions
    )
    .execute(tx.conn())
    .await?;
    moved_on(tx, id).await
}

/// Counts a change of what belongs to it.
async fn moved_on(tx: &mut ProcessTx, id: MeetingId) -> sqlx::Result<()> {
    sqlx::query!("update meeting set version = version + 1 where process_id = kernel.process_id() and id = $1", id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes down what came of it.
pub async fn record(tx: &mut ProcessTx, id: MeetingId, r: &Recorded) -> sqlx::Result<()> {
    let rows: Vec<_> = r
        .parties
        .iter()
        .map(|p| json!({ "id": p.id, "attendance": p.attendance.map(Attendance::as_str), "note": p.note }))
        .collect();
    sqlx::query!(
        "update meeting_attendance a set attendance = x.attendance, note = x.note
         from jsonb_to_recordset($2) as x(id uuid, attendance text, note text)
         where a.process_id = kernel.process_id() and a.meeting_id = $1 and a.id = x.id",
        id.0,
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update meeting set conclusions = $2, version = version + 1 where process_id = kernel.process_id() and id = $1",
        id.0,
        r.conclusions
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says for a party whether it comes.
pub async fn answer(
    tx: &mut ProcessTx,
    id: AttendanceId,
    answer: Answer,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update meeting_attendance set answer = $2, answered_at = $3, answered_by_id = $4
         where process_id = kernel.process_id() and id = $1",
        id.0,
        answer.as_str(),
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The three columns that name an owner.
fn columns(owner: Owner) -> (Option<uuid::Uuid>, Option<uuid::Uuid>, Option<uuid::Uuid>) {
    match owner {
        Owner::Member(id) => (Some(id.0), None, None),
        Owner::Organisation(id) => (None, Some(id.0), None),
        Owner::Beneficiary(id) => (None, None, Some(id.0)),
    }
}

pub async fn new_task(
    tx: &mut ProcessTx,
    id: TaskId,
    meeting: MeetingId,
    t: &NewTask,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (membership, organisation, beneficiary) = columns(t.owner);
    sqlx::query!(
        "insert into meeting_task (id, meeting_id, title, membership_id, organisation_id, beneficiary_id, due_on, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        meeting.0,
        t.title,
        membership,
        organisation,
        beneficiary,
        t.due_on,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `false` where somebody else was first.
pub async fn task(tx: &mut ProcessTx, id: TaskId, version: i32, t: &NewTask) -> sqlx::Result<bool> {
    let (membership, organisation, beneficiary) = columns(t.owner);
    let done = sqlx::query!(
        "update meeting_task set title = $3, membership_id = $4, organisation_id = $5, beneficiary_id = $6, due_on = $7,
            version = version + 1 where process_id = kernel.process_id() and id = $1 and version = $2 and state = 'open'",
        id.0,
        version,
        t.title,
        membership,
        organisation,
        beneficiary,
        t.due_on
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends a task, or opens it again. `false` where it stands so already.
pub async fn end_task(
    tx: &mut ProcessTx,
    id: TaskId,
    to: TaskState,
    answer: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ended = (to != TaskState::Open).then_some(now);
    let done = sqlx::query!(
        "update meeting_task set state = $2, answer = $3, ended_at = $4, ended_by_id = $5, version = version + 1
         where process_id = kernel.process_id() and id = $1 and (state = 'open') <> ($2 = 'open')",
        id.0,
        to.as_str(),
        answer,
        ended,
        ended.map(|_| by.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
