//! Reading needs: through the views that know who may see which.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;

use super::model::{Cycle, Need};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{NeedId, ObjectiveId, OrganisationId, ResponseId};

/// One need with all that belongs to it, as far as the reader sees it.
///
/// # Errors
/// The database's own.
pub async fn load(tx: &mut ProcessTx, id: NeedId, today: NaiveDate) -> sqlx::Result<Option<Need>> {
    Ok(several(tx, &[id], today).await?.into_iter().next())
}

/// Several of them, in one statement.
///
/// # Errors
/// The database's own.
pub async fn several(tx: &mut ProcessTx, ids: &[NeedId], today: NaiveDate) -> sqlx::Result<Vec<Need>> {
    let ids: Vec<_> = ids.iter().map(|n| n.0).collect();
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', n.id, 'beneficiary', n.beneficiary_id, 'beneficiary_name', b.name,
            'cycle', jsonb_build_object('id', c.id, 'name', c.name, 'first_year', c.first_year, 'last_year', c.last_year,
                'opened_at', c.opened_at, 'closed_at', c.closed_at, 'version', c.version),
            'measure', (select jsonb_build_object('id', x.id, 'title', x.title, 'plan', p.id, 'plan_title', p.title,
                    'pillar', p.pillar_id, 'pillar_key', l.key)
                from visible_plan_node x join visible_plan p on p.process_id = x.process_id and p.id = x.plan_id
                left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
                where x.process_id = n.process_id and x.id = n.plan_node_id),
            'theme', (select jsonb_build_object('id', t.id, 'name', t.name) from theme t
                where t.process_id = n.process_id and t.id = n.theme_id),
            'type', n.type, 'perspective', n.perspective, 'priority', n.priority,
            'by_when', kernel.partial_date(n.by_when, n.by_when_precision), 'title', n.title, 'body', n.body,
            'own_language', n.own_language, 'own_title', n.own_title, 'own_body', n.own_body,
            'exists_already', n.exists_already, 'evidence', n.evidence, 'handling', n.handling, 'state', n.state,
            'on_behalf', n.on_behalf, 'submitted_at', n.submitted_at,
            'submitted_by', case when n.submitted_by_id is not null then kernel.person(n.submitted_by_id, $2) end,
            'withdrawn_at', n.withdrawn_at, 'withdrawn_why', n.withdrawn_why, 'carried', n.carried,
            'copied_from', (select jsonb_build_object('id', o.id, 'name', oc.name)
                from visible_need o join mapping_cycle oc on oc.process_id = o.process_id and oc.id = o.cycle_id
                where o.process_id = n.process_id and o.id = n.copied_from_id),
            'version', n.version, 'created_at', n.created_at,
            'created_by', case when n.created_by_id is not null then kernel.person(n.created_by_id, $2) end,
            'updated_at', n.updated_at,
            'updated_by', case when n.updated_by_id is not null then kernel.person(n.updated_by_id, $2) end,
            'shown_to', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by lower(o.name))
                from need_organisation x join organisation y on y.process_id = x.process_id and y.id = x.organisation_id
                join organisation o on o.process_id = y.process_id and o.id = coalesce(y.merged_into_id, y.id)
                where x.process_id = n.process_id and x.need_id = n.id), '[]'),
            'responding', coalesce((select jsonb_agg(distinct a.reporting_id)
                from visible_response r join visible_action a on a.process_id = r.process_id and a.id = r.action_id
                where r.process_id = n.process_id and r.need_id = n.id and r.state in ('proposed', 'confirmed')), '[]'),
            'judgements', coalesce((select jsonb_agg(jsonb_build_object('coverage', j.coverage, 'reason', j.reason, 'at', j.at,
                    'by', kernel.person(j.by_membership_id, $2)) order by j.at desc, j.id desc)
                from visible_judgement j where j.process_id = n.process_id and j.need_id = n.id), '[]'),
            'responses', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'state', r.state, 'how', r.how,
                    'proposed_at', r.proposed_at,
                    'proposed_by', case when r.proposed_by_id is not null then kernel.person(r.proposed_by_id, $2) end,
                    'answered_at', r.answered_at,
                    'answered_by', case when r.answered_by_id is not null then kernel.person(r.answered_by_id, $2) end,
                    'answer', r.answer, 'action', a.id, 'title', a.title, 'status', a.status, 'keeper', a.reporting_id,
                    'keeper_name', k.name,
                    'parties', coalesce((select jsonb_agg(distinct q.organisation_id) from action_party q
                        where q.process_id = a.process_id and q.action_id = a.id), '[]'),
                    'donors', coalesce((select jsonb_agg(coalesce(o.short_name, o.name) order by lower(coalesce(o.short_name, o.name)))
                        from action_party q join organisation o on o.process_id = q.process_id and o.id = q.organisation_id
                        where q.process_id = a.process_id and q.action_id = a.id and q.role = 'funding'), '[]'),
                    'starts', kernel.partial_date(coalesce(a.actual_start, a.planned_start), coalesce(a.actual_start_precision, a.planned_start_precision)),
                    'ends', kernel.partial_date(coalesce(a.actual_end, a.planned_end), coalesce(a.actual_end_precision, a.planned_end_precision)))
                    order by array_position(array['proposed', 'confirmed', 'declined', 'withdrawn'], r.state), a.search_title, r.id)
                from visible_response r join visible_action a on a.process_id = r.process_id and a.id = r.action_id
                join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                where r.process_id = n.process_id and r.need_id = n.id), '[]'),
            'later', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', oc.name) order by oc.first_year, o.id)
                from visible_need o join mapping_cycle oc on oc.process_id = o.process_id and oc.id = o.cycle_id
                where o.process_id = n.process_id and o.copied_from_id = n.id), '[]'),
            'readings', coalesce((select jsonb_agg(jsonb_build_object('at', l.at, 'by', kernel.person(l.by_membership_id, $2)) order by l.at desc)
                from (select y.* from access_log y where y.process_id = n.process_id and y.subject_kind = 'need' and y.subject_id = n.id
                    and y.kind = 'read' and y.by_membership_id is not null order by y.at desc limit 20) l), '[]'),
            'history', coalesce((select jsonb_agg(jsonb_build_object('at', h.at, 'event', h.event, 'changes', h.changes, 'why', h.why,
                    'by', case when h.by_membership_id is not null then kernel.person(h.by_membership_id, $2) end) order by h.at desc, h.id desc)
                from (select x.* from history x where x.process_id = n.process_id and x.subject_kind = 'need' -- past the view: of a need that is seen
                    and x.subject_id = n.id order by x.at desc, x.id desc limit 100) h), '[]')
        ) as "need!: Json<Need>"
        from visible_need n
        join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
        join mapping_cycle c on c.process_id = n.process_id and c.id = n.cycle_id
        where n.process_id = kernel.process_id() and n.id = any ($1)
        order by n.title, n.id"#,
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(need)| need).collect())
}

/// The need that a response the reader sees belongs to.
///
/// # Errors
/// The database's own.
pub async fn need_of(tx: &mut ProcessTx, response: ResponseId) -> sqlx::Result<Option<NeedId>> {
    sqlx::query_scalar!(
        r#"select need_id as "need!: NeedId" from visible_response where process_id = kernel.process_id() and id = $1"#,
        response.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// The mapping cycles, the latest first, with how many submitted needs of each the reader sees.
///
/// # Errors
/// The database's own.
pub async fn cycles(tx: &mut ProcessTx) -> sqlx::Result<Vec<Cycle>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', c.id, 'name', c.name, 'first_year', c.first_year, 'last_year', c.last_year,
            'opened_at', c.opened_at, 'closed_at', c.closed_at, 'version', c.version,
            'needs', (select count(*) from visible_need n where n.process_id = c.process_id and n.cycle_id = c.id
                and n.state = 'submitted')) as "cycle!: Json<Cycle>"
        from mapping_cycle c where c.process_id = kernel.process_id() and kernel.takes_part()
        order by c.first_year desc, c.last_year desc, c.opened_at desc, c.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(c)| c).collect())
}

/// Themes in use, and the one that a need has already.
///
/// # Errors
/// The database's own.
pub async fn themes(tx: &mut ProcessTx) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select id::text as "id!", name from theme where process_id = kernel.process_id() and retired_at is null
        order by position, name"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Objectives of the beneficiaries' own strategies that are in use, and the one that is asked for: each with whose it is.
///
/// # Errors
/// The database's own.
pub async fn objectives(tx: &mut ProcessTx, asked: Option<ObjectiveId>) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select o.id::text as "id!", b.name || ': ' || ltrim(o.code || ' ' || o.title) as "name!"
        from strategy_objective o join strategy s on s.process_id = o.process_id and s.id = o.strategy_id
            join beneficiary b on b.process_id = s.process_id and b.id = s.beneficiary_id
        where o.process_id = kernel.process_id() and ((o.retired_at is null and s.retired_at is null) or o.id = $1)
        order by b.position, lower(s.title), o.code, o.id"#,
        asked.map(|o| o.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// Organisations by what they are called: name, short name or alias. Answers each with what was typed; what is of none, or
/// of several, is missing.
///
/// # Errors
/// The database's own.
pub async fn organisations_named(tx: &mut ProcessTx, typed: &[String]) -> sqlx::Result<Vec<(String, OrganisationId)>> {
    let rows = sqlx::query!(
        r#"select f.name as "name!", (min(o.id::text))::uuid as "id!: OrganisationId" from unnest($1::text[]) f (name)
        join organisation o on o.process_id = kernel.process_id() and o.merged_into_id is null
            and (lower(o.name) = lower(f.name) or lower(o.short_name) = lower(f.name)
                or exists (select from organisation_alias a where a.process_id = o.process_id and a.organisation_id = o.id
                    and lower(a.name) = lower(f.name)))
        group by f.name having count(*) = 1"#,
        typed
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.name, r.id)).collect())
}

/// What the form of a need chooses from: cycles that are open, themes in use, the names of organisations.
#[derive(Debug, Deserialize)]
pub struct Lists {
    pub cycles: Vec<Cycle>,
    pub themes: Vec<(String, String)>,
    pub organisations: Vec<String>,
}

/// All of them in one statement.
///
/// # Errors
/// The database's own.
pub async fn lists(tx: &mut ProcessTx) -> sqlx::Result<Lists> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'cycles', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'first_year', c.first_year,
                    'last_year', c.last_year, 'opened_at', c.opened_at, 'closed_at', c.closed_at)
                    order by c.first_year desc, c.last_year desc, c.opened_at desc, c.id)
                from mapping_cycle c where c.process_id = kernel.process_id() and c.closed_at is null), '[]'),
            'themes', coalesce((select jsonb_agg(jsonb_build_array(t.id, t.name) order by t.position, t.name)
                from theme t where t.process_id = kernel.process_id() and t.retired_at is null), '[]'),
            'organisations', coalesce((select jsonb_agg(o.name order by lower(o.name))
                from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null), '[]')
        ) as "lists!: Json<Lists>""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(row.0)
}
