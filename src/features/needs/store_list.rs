//! The list of needs in the database.

use sqlx::types::Json;

use super::filter::Filter;
use super::list::Line;
use super::model::{Coverage, NeedType, Perspective, Priority};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::NeedId;

/// The needs that a filter leaves, in its order, after one of them; each with what the list and the files show.
///
/// # Errors
/// The database's own.
pub async fn page(tx: &mut ProcessTx, filter: &Filter, after: Option<NeedId>, most: i64) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query_scalar!(
        r#"with recursive under (id, lineage) as (
            select k.id, k.lineage_id from plan_node k where k.process_id = kernel.process_id() and k.id = $9 -- past the view: ids alone, to narrow needs that are seen
            union select c.id, c.lineage_id from plan_node c join under u on c.parent_id = u.id where c.process_id = kernel.process_id()), -- past the view: ids alone, to narrow needs that are seen
        n as (
            select x.*, b.position as place, b.name as beneficiary_name, c.name as cycle_name, k.title as measure, k.plan_id,
                p.title as plan_title, p.pillar_id, l.key as pillar_key, l.position as pillar_place, t.name as theme_name,
                j.coverage, j.at as judged_at,
                case $1 when 'measure' then coalesce(lower(k.title), '~') || ' ' || lpad(b.position::text, 5, '0')
                    when 'priority' then case x.priority when 'high' then '1' when 'medium' then '2' when 'low' then '3' else '4' end
                        || lpad(b.position::text, 5, '0') || lower(x.title)
                    when 'by_when' then coalesce(to_char(x.by_when, 'YYYYMMDD'), '9') || lower(x.title)
                    when 'updated' then lpad((99999999999 - extract(epoch from x.updated_at)::bigint)::text, 12, '0')
                    else lpad(b.position::text, 5, '0') || lower(x.title) end as sort_key
            from visible_need x
            join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
            join mapping_cycle c on c.process_id = x.process_id and c.id = x.cycle_id
            left join visible_plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id
            left join visible_plan p on p.process_id = k.process_id and p.id = k.plan_id
            left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
            left join theme t on t.process_id = x.process_id and t.id = x.theme_id
            left join lateral (select y.coverage, y.at from need_judgement y -- past the view: of a need that is seen
                where y.process_id = x.process_id and y.need_id = x.id order by y.at desc, y.id desc limit 1) j on true
            where x.process_id = kernel.process_id() and x.state = $2
                and ($3::uuid is null or x.beneficiary_id = $3) and ($4::uuid is null or x.cycle_id = $4)
                and ($5::text is null or x.type = $5) and ($6::text is null or x.perspective = $6)
                and ($7::text is null or coalesce(x.priority, 'none') = $7)
                and ($8::text is null or coalesce(j.coverage, 'none') = $8)
                and (case when $10 then x.plan_node_id is null when $9::uuid is null then true
                    else k.lineage_id in (select u.lineage from under u) end)
                and (case when $12 then p.pillar_id is null when $11::uuid is null then true else p.pillar_id = $11 end)
                and (case when $14 then x.theme_id is null when $13::uuid is null then true else x.theme_id = $13 end)
                and ($21::uuid is null or x.theme_id in (select m.theme from kernel.themes_of_objective($21) m))
                and ($15::boolean is null or $15 = exists (select from visible_response r where r.process_id = x.process_id
                    and r.need_id = x.id and r.state = 'confirmed'))
                and (not $20 or not exists (select from visible_need later where later.process_id = x.process_id
                    and later.copied_from_id = x.id and later.state = 'submitted'))
                and not exists (select from unnest($16::text[]) w where strpos(' ' || x.search_text, ' ' || w) = 0))
        select jsonb_build_object('id', n.id, 'title', n.title, 'beneficiary', n.beneficiary_id, 'beneficiary_name', n.beneficiary_name,
            'cycle', n.cycle_name, 'measure', n.measure, 'node', n.plan_node_id, 'plan', n.plan_id, 'plan_title', n.plan_title,
            'pillar_key', n.pillar_key, 'theme', n.theme_name, 'type', n.type, 'perspective', n.perspective, 'priority', n.priority,
            'by_when', kernel.partial_date(n.by_when, n.by_when_precision), 'handling', n.handling, 'state', n.state,
            'on_behalf', n.on_behalf, 'copied', n.copied_from_id is not null, 'carried', n.carried, 'coverage', n.coverage,
            'judged_at', n.judged_at, 'submitted_at', n.submitted_at, 'updated_at', n.updated_at, 'version', n.version,
            'confirmed', (select count(*) from visible_response r where r.process_id = n.process_id and r.need_id = n.id and r.state = 'confirmed'),
            'proposed', (select count(*) from visible_response r where r.process_id = n.process_id and r.need_id = n.id and r.state = 'proposed'),
            'body', case when $17 then n.body else '' end, 'own_language', n.own_language,
            'own_title', case when $17 then n.own_title else '' end, 'own_body', case when $17 then n.own_body else '' end,
            'exists_already', case when $17 then n.exists_already else '' end, 'evidence', case when $17 then n.evidence else '' end,
            'actions', case when $17 then coalesce((select jsonb_agg(a.title order by a.search_title)
                from visible_response r join visible_action a on a.process_id = r.process_id and a.id = r.action_id
                where r.process_id = n.process_id and r.need_id = n.id and r.state = 'confirmed'), '[]') else '[]' end
        ) as "line!: Json<Line>"
        from n where $18::uuid is null or (n.sort_key, n.id) > (select y.sort_key, y.id from n y where y.id = $18)
        order by n.sort_key, n.id limit $19"#,
        filter.sort().as_str(),
        filter.state().as_str(),
        filter.beneficiary.map(|b| b.0),
        filter.cycle.map(|c| c.0),
        filter.need_type.map(NeedType::as_str),
        filter.perspective.map(Perspective::as_str),
        if filter.priority.is_none() { Some("none") } else { filter.priority.one().map(Priority::as_str) },
        if filter.coverage.is_none() { Some("none") } else { filter.coverage.one().map(Coverage::as_str) },
        filter.node.one().map(|n| n.0),
        filter.node.is_none(),
        filter.pillar.one().map(|l| l.0),
        filter.pillar.is_none(),
        filter.theme.one().map(|t| t.0),
        filter.theme.is_none(),
        filter.answered,
        &filter.words,
        filter.full,
        after.map(|n| n.0),
        most,
        filter.current,
        filter.objective.map(|o| o.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(l)| l).collect())
}
