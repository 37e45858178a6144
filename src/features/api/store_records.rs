//! What the interface reads of coordination questions, decisions and meetings: through the views that the pages read through, a
//! stretch at a time in the order of ids.

use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::records::{AgendaItem, Decision, Meeting, MeetingLine, Question, QuestionAction};
use super::shape::{One, Partial};
use crate::kernel::db::ProcessTx;
use crate::kernel::permit::Handling;

/// Where a stretch begins, and how many rows it has at most.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    pub after: Option<Uuid>,
    pub most: i64,
}

#[derive(Debug, Deserialize)]
struct Seen {
    sight: String,
    action: Option<Uuid>,
    title: Option<String>,
    keeper: Option<String>,
}

/// # Errors
/// The database's own.
pub async fn questions(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<Question>> {
    let rows = sqlx::query!(
        r#"select c.id as "id!", c.state as "state!", c.origin as "origin!", c.whole as "whole!", c.kind, c.due_on, c.decision,
            c.decision_reason as "decision_reason!", c.follow_up as "follow_up!", c.outcome as "outcome!", c.opened_at as "opened_at!",
            c.decided_at, (c.escalated_at is not null) as "escalated!",
            array(select l.key from pillar l where l.process_id = c.process_id and l.id = any (c.pillars) order by l.position) as "pillars!: Vec<String>",
            coalesce((select jsonb_agg(jsonb_build_object('sight', v.sight, 'action', v.action_id, 'title', v.title, 'keeper', o.name)
                    order by v.position, v.action_id)
                from visible_overlap_action v left join organisation o on o.process_id = v.process_id and o.id = v.keeper_id
                where v.process_id = c.process_id and v.case_id = c.id), '[]') as "actions!: Json<Vec<Seen>>"
        from visible_overlap_case c
        where c.process_id = kernel.process_id() and ($1::uuid is null or c.id > $1)
        order by c.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let action = |s: Seen| QuestionAction { sight: s.sight, action_id: s.action, title: s.title, keeper: s.keeper };
    let question = rows.into_iter().map(|r| Question {
        id: r.id,
        state: r.state,
        origin: r.origin,
        whole: r.whole,
        kind: r.kind,
        pillars: r.pillars,
        actions: r.actions.0.into_iter().map(action).collect(),
        due_on: r.due_on,
        decision: r.decision,
        decision_reason: r.decision_reason,
        follow_up: r.follow_up,
        outcome: r.outcome,
        opened_at: r.opened_at,
        decided_at: r.decided_at,
        escalated: r.escalated,
    });
    Ok(question.collect())
}

/// # Errors
/// The database's own.
pub async fn decisions(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<Decision>> {
    let rows = sqlx::query!(
        r#"select d.id as "id!", d.title as "title!", d.state as "state!", d.subject_kind as "subject_kind!", d.subject_id,
            d.subject_label as "subject_label!", d.number_year, d.number_in_year, d.procedure, d.meeting_on, d.deadline,
            case when d.decided_on is not null then kernel.partial_date(d.decided_on, d.decided_on_precision) end as decided_on,
            d.text_back_at, d.reasons as "reasons!", d.source_url
        from visible_decision d
        where d.process_id = kernel.process_id() and ($1::uuid is null or d.id > $1)
        order by d.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let decision = rows.into_iter().map(|r| Decision {
        id: r.id,
        title: r.title,
        state: r.state,
        subject_kind: r.subject_kind,
        subject_id: r.subject_id,
        subject_label: r.subject_label,
        number: r.number_year.zip(r.number_in_year).map(|(year, n)| format!("{n}/{year}")),
        procedure: r.procedure,
        meeting_on: r.meeting_on,
        deadline: r.deadline,
        decided_on: r.decided_on.map(Partial),
        text_back_at: r.text_back_at,
        reasons: r.reasons,
        source_url: r.source_url,
    });
    Ok(decision.collect())
}

/// # Errors
/// The database's own.
pub async fn meetings(tx: &mut ProcessTx, from: Stretch) -> sqlx::Result<Vec<MeetingLine>> {
    let rows = sqlx::query!(
        r#"select m.id as "id!", m.title as "title!", m.body as "body!", l.key as "pillar?", m.starts_at as "starts_at!", m.ends_at,
            m.timed as "timed!", m.zone as "zone!", m.place as "place!", m.handling as "handling!", m.state as "state!",
            m.changed_at as "changed_at!"
        from visible_meeting m left join pillar l on l.process_id = m.process_id and l.id = m.pillar_id
        where m.process_id = kernel.process_id() and ($1::uuid is null or m.id > $1)
        order by m.id limit $2"#,
        from.after,
        from.most
    )
    .fetch_all(tx.conn())
    .await?;
    let line = rows.into_iter().map(|r| MeetingLine {
        id: r.id,
        title: r.title,
        body: r.body,
        pillar: r.pillar,
        starts_at: r.starts_at,
        ends_at: r.ends_at,
        timed: r.timed,
        zone: r.zone,
        place: r.place,
        handling: One::new(r.handling),
        state: r.state,
        changed_at: r.changed_at,
    });
    Ok(line.collect())
}

#[derive(Debug, Deserialize)]
struct OnAgenda {
    place: i16,
    title: String,
    note: String,
    kind: String,
    subject: Option<Uuid>,
}

/// # Errors
/// The database's own.
pub async fn meeting(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<(Handling, Meeting)>> {
    let row = sqlx::query!(
        r#"select m.id as "id!", m.title as "title!", m.body as "body!", l.key as "pillar?", m.starts_at as "starts_at!", m.ends_at,
            m.timed as "timed!", m.zone as "zone!", m.place as "place!", m.handling as "handling!", m.state as "state!",
            m.changed_at as "changed_at!", m.about as "about!", m.online, m.conclusions as "conclusions!", m.source_url,
            coalesce((select jsonb_agg(jsonb_build_object('place', x.place, 'title', x.title, 'note', x.note, 'kind', x.kind,
                    'subject', x.subject_id) order by x.place)
                from visible_agenda_item x where x.process_id = m.process_id and x.meeting_id = m.id), '[]') as "agenda!: Json<Vec<OnAgenda>>"
        from visible_meeting m left join pillar l on l.process_id = m.process_id and l.id = m.pillar_id
        where m.process_id = kernel.process_id() and m.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    let item =
        |x: OnAgenda| AgendaItem { place: x.place, title: x.title, note: x.note, kind: x.kind, subject_id: x.subject };
    // what is unknown is noted as what few see
    Ok(row.map(|r| (Handling::parse(&r.handling).unwrap_or(Handling::Parties), r)).map(|(level, r)| {
        (
            level,
            Meeting {
                id: r.id,
                title: r.title,
                body: r.body,
                pillar: r.pillar,
                starts_at: r.starts_at,
                ends_at: r.ends_at,
                timed: r.timed,
                zone: r.zone,
                place: r.place,
                online: r.online,
                handling: One::new(r.handling),
                state: r.state,
                about: r.about,
                agenda: r.agenda.0.into_iter().map(item).collect(),
                conclusions: r.conclusions,
                source_url: r.source_url,
                changed_at: r.changed_at,
            },
        )
    }))
}
