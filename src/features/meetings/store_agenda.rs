//! What is due for a meeting, as far as whoever prepares it sees it: one statement.

use chrono::NaiveDate;
use sqlx::types::Json;

use super::model::{Body, Meeting};
use super::propose::Due;
use crate::kernel::db::ProcessTx;

/// Of each kind, no more than an agenda holds.
const MOST: i64 = 20;

/// What could be on the agenda of a meeting. Of a coordination question its actions are named only where every member sees
/// them, and tasks of a meeting for those invited stand on no agenda that is for all: it is read by all who take part.
pub async fn due(tx: &mut ProcessTx, m: &Meeting, day: NaiveDate) -> sqlx::Result<Due> {
    let pillar = m.pillar.map(|l| l.0);
    let due = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'decisions', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'title', x.title, 'on', x.meeting_on)
                    order by x.meeting_on nulls last, x.prepared_at, x.id)
                from (select d.* from visible_decision d where d.process_id = kernel.process_id() and d.state in ('prepared', 'open')
                    and coalesce(d.procedure, 'meeting') = 'meeting' and coalesce(d.meeting_on, $3) = $3
                    and ($1 = 'board' or d.subject_kind = 'mapping_report')
                    order by d.meeting_on nulls last, d.prepared_at, d.id limit $5) x), '[]'),
            'plans', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'title', x.title, 'state', x.state) order by x.created_at, x.id)
                from (select p.* from visible_plan p where p.process_id = kernel.process_id() and p.state in ('consultation', 'agreed')
                    and ($2::uuid is null or p.pillar_id = $2) order by p.created_at, p.id limit $5) x), '[]'),
            'overlaps', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'due_on', x.due_on, 'escalated', x.escalated_at is not null,
                    'titles', (select case when bool_and(coalesce(v.open, false)) then jsonb_agg(v.title order by oa.position) end
                        from visible_overlap_action oa
                        -- looked up one by one, or all actions of the process would be read for each question
                        left join lateral (select a.title, a.handling in ('public', 'members') as open from visible_action a
                            where a.process_id = oa.process_id and a.id = oa.action_id limit 1) v on true
                        where oa.process_id = x.process_id and oa.case_id = x.id))
                    order by x.escalated_at is null, x.due_on nulls last, x.id)
                from (select c.* from visible_overlap_case c where c.process_id = kernel.process_id()
                    and c.state in ('open', 'working', 'decided') and ($2::uuid is null or $2 = any (c.pillars))
                    and (c.escalated_at is not null or ($1 <> 'board' and c.due_on is not null))
                    order by c.escalated_at is null, c.due_on nulls last, c.id limit $5) x), '[]'),
            'uncovered', (select count(*) from visible_need n
                left join visible_plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id
                left join visible_plan p on p.process_id = k.process_id and p.id = k.plan_id
                where n.process_id = kernel.process_id() and n.state = 'submitted' and n.handling = 'members'
                    and ($2::uuid is null or p.pillar_id = $2)
                    and not exists (select from visible_need later where later.process_id = n.process_id and later.copied_from_id = n.id
                        and later.state = 'submitted')
                    and coalesce((select j.coverage from visible_judgement j where j.process_id = n.process_id and j.need_id = n.id
                        order by j.at desc, j.id desc limit 1), 'not') = 'not'),
            'cycles', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'title', c.name) order by c.first_year, c.id)
                from mapping_cycle c where c.process_id = kernel.process_id() and c.closed_at is null), '[]'),
            'tasks', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'title', x.title, 'due_on', x.due_on)
                    order by x.due_on nulls last, x.created_at, x.id)
                from (select t.* from visible_meeting_task t
                    join visible_meeting o on o.process_id = t.process_id and o.id = t.meeting_id
                    where t.process_id = kernel.process_id() and t.state = 'open' and o.id <> $4 and o.body = $1
                        and o.pillar_id is not distinct from $2 and o.state = 'held' and (o.handling = 'members' or $6 = 'parties')
                    order by t.due_on nulls last, t.created_at, t.id limit $5) x), '[]')
        ) as "due!: Json<Due>""#,
        m.body.as_str(),
        pillar,
        day,
        m.id.0,
        MOST,
        m.handling.as_str()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(match m.body {
        // an authority's own talks are not about what the Board decides
        Body::Consultation => Due { decisions: Vec::new(), ..due.0 },
        _ => due.0,
    })
}
