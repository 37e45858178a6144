//! Reading why a text has changed between two of its frozen states.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::Who;
use super::reasons::{Frozen, Reason};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::PlanId;

/// What was written down with the changes of a plan, and of those that it revises, after one frozen text and before another
/// (or until now), and the remarks for all members that were answered meanwhile; the earliest first. Why an action was linked or taken
/// off is told to those who see the action. Ids hold the time at which they were made,
/// and whoever changes a plan or freezes its text holds its row: so they tell what came before what even where two
/// transactions overlapped.
///
/// # Errors
/// The database's own.
pub async fn between(
    tx: &mut ProcessTx,
    plan: PlanId,
    first: Frozen,
    last: Option<Frozen>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Reason>> {
    let (first_id, first_at): (Uuid, DateTime<Utc>) = first;
    let rows = sqlx::query!(
        r#"with recursive chain as (
            select p.process_id, p.id, p.revises_id, 0 as back from visible_plan p where p.id = $1
            union all
            select p.process_id, p.id, p.revises_id, c.back + 1 from chain c
                join visible_plan p on p.process_id = c.process_id and p.id = c.revises_id
            where c.back < 50
        )
        select x.node, x.at as "at!", x.key, x.text as "text!", x.wording_from, x.wording_to, x.answer, x.answer_text as "answer_text!",
            x.who as "who: Json<Who>"
        from (
            select n.lineage_id as node, h.at, 'event-' || h.event as key, h.why as text, null::text as wording_from,
                null::text as wording_to, null::text as answer, '' as answer_text,
                case when h.by_membership_id is not null then kernel.person(h.by_membership_id, $6) end as who
            from visible_plan p
            join history h on h.process_id = p.process_id and h.why <> '' and h.id > $2 and ($3::uuid is null or h.id < $3) -- past the view: of a plan that is seen
                and ((h.subject_kind = 'plan' and h.subject_id = p.id and h.event in
                        ('plan-edited', 'plan-consultation-stopped', 'plan-referred-back', 'revision-started'))
                    or (h.subject_kind = 'plan_node' and kernel.told_of_seen(h.changes) and h.subject_id in (select k.id from plan_node k -- past the view: of a plan that is seen
                        where k.process_id = p.process_id and k.plan_id = p.id)))
            left join plan_node n on n.process_id = h.process_id and h.subject_kind = 'plan_node' and n.id = h.subject_id -- past the view: of a plan that is seen
            where p.id in (select c.id from chain c)
            union all
            select null, s.at, 'plan-state-' || replace(s.step, '_', '-'), s.why, null, null, null, '',
                case when s.by_membership_id is not null then kernel.person(s.by_membership_id, $6) end
            from visible_snapshot s
            where s.plan_id in (select c.id from chain c) and s.why <> '' and s.id > $2 and ($3::uuid is null or s.id <= $3)
            union all
            select n.lineage_id, r.answered_at, null, r.text, r.wording_from, r.wording_to, r.answer, r.answer_text,
                kernel.person(r.by_membership_id, $6)
            from visible_plan_remark r
            left join plan_node n on n.process_id = r.process_id and n.id = r.plan_node_id -- past the view: of a plan that is seen
            where r.plan_id in (select c.id from chain c) and r.handling = 'members' and r.reply_to_id is null and r.withdrawn_at is null
                and r.answered_at >= $4 and ($5::timestamptz is null or r.answered_at <= $5)
        ) x order by x.at, x.text"#,
        plan.0,
        first_id,
        last.map(|l| l.0),
        first_at,
        last.map(|l| l.1),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Reason {
            node: r.node,
            at: r.at,
            by: r.who.map(|w| w.0),
            key: r.key,
            text: r.text,
            wording: r.wording_from.zip(r.wording_to),
            answer: r.answer.map(|a| (a, r.answer_text)),
        })
        .collect())
}
