//! What the coverage matrix counts, as of a day: one statement for the needs, one for the actions.

use chrono::NaiveDate;
use sqlx::types::Json;
use uuid::Uuid;

use super::coverage::model::{ActionAt, NeedAt};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::CycleId;

/// So many actions are counted at most; where there are more, it is said.
pub const MOST: usize = 50_000;

/// The needs that stood on a day: submitted by then, not withdrawn, not taken over into a later cycle; each with the
/// judgement of that day and the actions that its beneficiary had confirmed. `open`: those alone that every member may see.
///
/// # Errors
/// The database's own.
pub async fn needs(
    tx: &mut ProcessTx,
    day: NaiveDate,
    cycle: Option<CycleId>,
    open: bool,
) -> sqlx::Result<Vec<NeedAt>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', n.id, 'title', n.title, 'beneficiary', n.beneficiary_id, 'lineage', k.lineage_id,
            'cycle', c.name, 'cycle_year', c.first_year,
            'theme', n.theme_id, 'priority', n.priority, 'by_when', kernel.partial_date(n.by_when, n.by_when_precision),
            'coverage', j.coverage, 'judged_on', j.at::date, 'reason', j.reason,
            'answered_by', coalesce((select jsonb_agg(r.action_id) from visible_response r
                where r.process_id = n.process_id and r.need_id = n.id and r.answered_at::date <= $1
                    and (r.state = 'confirmed' or (r.state = 'withdrawn' and r.withdrawn_at::date > $1))), '[]')) as "need!: Json<NeedAt>"
        from visible_need n
        join mapping_cycle c on c.process_id = n.process_id and c.id = n.cycle_id
        left join plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id -- past the view: the measure of a need that is seen
        left join lateral (select y.coverage, y.at, y.reason from need_judgement y -- past the view: of a need that is seen
            where y.process_id = n.process_id and y.need_id = n.id and y.at::date <= $1 order by y.at desc, y.id desc limit 1) j on true
        where n.process_id = kernel.process_id() and n.submitted_at::date <= $1
            and (n.withdrawn_at is null or n.withdrawn_at::date > $1) and ($2::uuid is null or n.cycle_id = $2)
            and (not $3 or n.handling = 'members')
            and ($2 is not null or not exists (select from visible_need later where later.process_id = n.process_id
                and later.copied_from_id = n.id and later.submitted_at::date <= $1 and later.state <> 'withdrawn'))
        order by array_position(array['high', 'medium', 'low'], n.priority) nulls last, n.by_when nulls last, n.title, n.id"#,
        day,
        cycle.map(|c| c.0),
        open
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(n)| n).collect())
}

/// The actions that ran or were planned on a day, of those that hang under a node, answer a need, or (`themes`) have a
/// theme. One is there if it was recorded by then or says that it had begun; one that is cancelled is not, one that is
/// completed without an end only on earlier days. `open`: those alone that every member may see.
///
/// # Errors
/// The database's own.
pub async fn actions(
    tx: &mut ProcessTx,
    day: NaiveDate,
    today: NaiveDate,
    themes: bool,
    answering: &[Uuid],
    open: bool,
) -> sqlx::Result<Vec<ActionAt>> {
    let rows = sqlx::query_scalar!(
        r#"with hung as (
            select l.action_id, array_agg(distinct k.lineage_id) as lineages
            from plan_node_action l join visible_plan_node k on k.process_id = l.process_id and k.id = l.plan_node_id
            where l.process_id = kernel.process_id() group by 1),
        wanted as (
            select action_id from hung
            union select unnest($3::uuid[])
            union select t.action_id from action_theme t where $4 and t.process_id = kernel.process_id()),
        a as materialized (
            select x.* from wanted w join visible_action x on x.process_id = kernel.process_id() and x.id = w.action_id
            where x.merged_into_id is null and x.claim <> 'declined' and x.status is distinct from 'cancelled'
                and coalesce(x.ends_on >= $1, true)
                and (x.status is distinct from 'completed' or x.ends_on is not null or $1 < $2)
                and (not $6 or x.handling in ('public', 'members'))
                and (x.created_at::date <= $1 or coalesce(x.starts_on <= $1, false))
            limit $5)
        select jsonb_build_object('id', a.id, 'title', a.title, 'status', a.status, 'parent', a.parent_id,
            'ends', kernel.partial_date(coalesce(a.actual_end, a.planned_end), coalesce(a.actual_end_precision, a.planned_end_precision)),
            'lineages', coalesce(to_jsonb(h.lineages), '[]'),
            'themes', coalesce((select jsonb_agg(t.theme_id) from action_theme t where t.process_id = a.process_id and t.action_id = a.id), '[]'),
            'places', coalesce((select jsonb_agg(jsonb_build_object('beneficiary', b.beneficiary_id, 'share', b.share::text)) from action_beneficiary b
                where b.process_id = a.process_id and b.action_id = a.id), '[]'),
            'donors', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', coalesce(o.short_name, o.name)))
                from action_party q join organisation o on o.process_id = q.process_id and o.id = q.organisation_id
                where q.process_id = a.process_id and q.action_id = a.id and q.role = 'funding'), '[]')) as "action!: Json<ActionAt>"
        from a left join hung h on h.action_id = a.id
        order by a.search_title, a.id"#,
        day,
        today,
        answering,
        themes,
        i64::try_from(MOST).unwrap_or(i64::MAX),
        open
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(a)| a).collect())
}
