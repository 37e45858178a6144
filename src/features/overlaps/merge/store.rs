//! Merging two entries in the database, and taking it back.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Columns, Taken};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::fold::fold;
use crate::kernel::ids::{BeneficiaryId, OrganisationId, OverlapId, PillarId};
use crate::kernel::permit::{Handling, Scope};
use crate::kernel::random;

/// An action's columns, held until the transaction ends. `None` where it may not be seen.
///
/// # Errors
/// The database's own.
pub async fn columns(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<Columns>> {
    Ok(columns_of(tx, &[id]).await?.remove(&id))
}

/// The same of several, held in one order for everybody, so that no two wait for one another.
pub async fn columns_of(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Columns>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    sqlx::query!("select kernel.hold_action(x.id) from unnest($1::uuid[]) x (id)", &ids).fetch_all(tx.conn()).await?;
    let rows = sqlx::query!(
        r#"select a.id as "id!", to_jsonb(a) - array['search_title', 'search_text', 'audience', 'missing', 'changed']::text[] as "a!"
            from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let columns = |v: Value| match v {
        Value::Object(columns) => Some(columns),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(|r| Some((r.id, columns(r.a)?))).collect())
}

fn words(columns: &Columns) -> (String, String) {
    let text = |name: &str| columns.get(name).and_then(Value::as_str).unwrap_or_default();
    let all = [text("title"), text("description"), text("reference"), text("theme_text"), text("parent_text")];
    (fold(text("title")), fold(&all.join(" ")))
}

/// Sets columns of an action; the words it is sought by follow.
async fn set(
    tx: &mut ProcessTx,
    id: Uuid,
    now: &Columns,
    patch: &Columns,
    at: DateTime<Utc>,
    by: Uuid,
) -> sqlx::Result<()> {
    let mut after = now.clone();
    after.extend(patch.clone());
    let (search_title, search_text) = words(&after);
    sqlx::query!(
        "update action k set title = r.title, description = r.description, status = r.status, handling = r.handling,
            planned_start = r.planned_start, planned_start_precision = r.planned_start_precision, planned_end = r.planned_end,
            planned_end_precision = r.planned_end_precision, actual_start = r.actual_start, actual_start_precision = r.actual_start_precision,
            actual_end = r.actual_end, actual_end_precision = r.actual_end_precision, date_note = r.date_note, parent_id = r.parent_id,
            parent_text = r.parent_text, theme_text = r.theme_text, reference = r.reference, source_url = r.source_url,
            source_note = r.source_note, stated_total = r.stated_total, stated_currency = r.stated_currency,
            version = k.version + 1, updated_at = $3, updated_by_id = $4, search_title = $5, search_text = $6
         from (select (jsonb_populate_record(null::action, to_jsonb(a) || $2)).* from visible_action a where a.process_id = kernel.process_id() and a.id = $1) r
         where k.process_id = kernel.process_id() and k.id = $1",
        id,
        Json(patch) as _,
        at,
        by,
        search_title,
        search_text
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Merges `gone`, which `keeper` keeps, into `kept`, and writes down what was taken. What `gone` was asked about in rounds, and what was
/// reported of it there, stays with it: it is a record of its time.
///
/// # Errors
/// The database's own.
#[allow(clippy::too_many_arguments)]
pub async fn merge(
    tx: &mut ProcessTx,
    case: OverlapId,
    (kept, kept_columns): (Uuid, &Columns),
    (gone, keeper): (Uuid, Uuid),
    columns: std::collections::BTreeMap<String, (Value, Value)>,
    why: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let patch: Columns = columns.iter().map(|(column, (_, after))| (column.clone(), after.clone())).collect();
    let handling = patch.get("handling").or(kept_columns.get("handling"));
    let closes = handling.and_then(Value::as_str) == Some("restricted")
        && kept_columns.get("reporting_id") != Some(&Value::String(keeper.to_string()));
    // what the one that stays has already is not taken, and so not taken back
    let links = sqlx::query_scalar!(
        r#"with party as (insert into action_party (action_id, organisation_id, role, as_named, position)
                select $1, p.organisation_id, p.role, p.as_named, p.position from action_party p
                where p.process_id = kernel.process_id() and p.action_id = $2 on conflict do nothing returning role || ':' || organisation_id as x),
            beneficiary as (insert into action_beneficiary (action_id, beneficiary_id)
                select $1, b.beneficiary_id from action_beneficiary b where b.process_id = kernel.process_id() and b.action_id = $2
                on conflict do nothing returning beneficiary_id as x),
            pillar as (insert into action_pillar (action_id, pillar_id)
                select $1, l.pillar_id from action_pillar l where l.process_id = kernel.process_id() and l.action_id = $2
                on conflict do nothing returning pillar_id as x),
            theme as (insert into action_theme (action_id, theme_id)
                select $1, t.theme_id from action_theme t where t.process_id = kernel.process_id() and t.action_id = $2
                on conflict do nothing returning theme_id as x),
            node as (insert into plan_node_action (plan_node_id, action_id, at, by_membership_id)
                select n.plan_node_id, $1, $3, $4 from plan_node_action n where n.process_id = kernel.process_id() and n.action_id = $2
                on conflict do nothing returning plan_node_id as x),
            disclosure as (insert into action_disclosure (action_id, organisation_id, at, by_membership_id)
                select $1, d.organisation_id, d.at, d.by_membership_id from action_disclosure d
                where d.process_id = kernel.process_id() and d.action_id = $2
                -- whoever kept the one that goes would else see neither
                union select $1, a.reporting_id, $3, $4 from visible_action a where a.process_id = kernel.process_id() and a.id = $2 and $5
                on conflict do nothing returning organisation_id as x),
            said as (update remark set action_id = $1 where process_id = kernel.process_id() and action_id = $2 returning id as x),
            child as (update action set parent_id = $1, version = version + 1 where process_id = kernel.process_id() and parent_id = $2 and id <> $1
                returning id as x),
            answer as (update response r set action_id = $1 where r.process_id = kernel.process_id() and r.action_id = $2
                and not exists (select from visible_response x where x.process_id = r.process_id and x.need_id = r.need_id and x.action_id = $1
                    and x.state in ('proposed', 'confirmed')) returning r.id as x),
            money as (update contribution set action_id = $1 where process_id = kernel.process_id() and action_id = $2
                and not exists (select from visible_contribution c where c.process_id = kernel.process_id() and c.action_id = $1)
                returning id as x),
            stored as (update stored_file set action_id = $1 where process_id = kernel.process_id() and action_id = $2 returning id as x)
        select jsonb_build_object('parties', coalesce((select jsonb_agg(x) from party), '[]'),
            'beneficiaries', coalesce((select jsonb_agg(x) from beneficiary), '[]'), 'pillars', coalesce((select jsonb_agg(x) from pillar), '[]'),
            'themes', coalesce((select jsonb_agg(x) from theme), '[]'), 'nodes', coalesce((select jsonb_agg(x) from node), '[]'),
            'disclosures', coalesce((select jsonb_agg(x) from disclosure), '[]'), 'remarks', coalesce((select jsonb_agg(x) from said), '[]'),
            'children', coalesce((select jsonb_agg(x) from child), '[]'), 'contributions', coalesce((select jsonb_agg(x) from money), '[]'), 'responses', coalesce((select jsonb_agg(x) from answer), '[]'),
            'files', coalesce((select jsonb_agg(x) from stored), '[]'))
            as "taken!: Json<Taken>""#,
        kept,
        gone,
        now,
        by.id.0,
        closes
    )
    .fetch_one(tx.conn())
    .await?
    .0;
    set(tx, kept, kept_columns, &patch, now, by.id.0).await?;
    let taken = Taken { columns, ..links };
    let id = random::id();
    sqlx::query!(
        "with m as (insert into action_merge (id, case_id, kept_id, gone_id, taken, why, at, by_membership_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8))
         update action set merged_into_id = $3, version = version + 1, updated_at = $7, updated_by_id = $8
            where process_id = kernel.process_id() and id = $4",
        id,
        case.0,
        kept,
        gone,
        Json(&taken) as _,
        why,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// A merge that stands.
#[derive(Debug, Clone)]
pub struct Merge {
    pub id: Uuid,
    pub kept: Uuid,
    pub gone: Uuid,
    pub taken: Taken,
}

/// # Errors
/// The database's own.
pub async fn find(tx: &mut ProcessTx, id: Uuid, case: OverlapId) -> sqlx::Result<Option<Merge>> {
    let row = sqlx::query!(
        r#"select id as "id!", kept_id as "kept!", gone_id as "gone!", taken as "taken!: Json<Taken>" from visible_action_merge
            where process_id = kernel.process_id() and id = $1 and case_id = $2 and undone_at is null"#,
        id,
        case.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Merge { id: r.id, kept: r.kept, gone: r.gone, taken: r.taken.0 }))
}

/// Takes a merge back. What was changed since stays as it was changed.
///
/// # Errors
/// The database's own.
pub async fn undo(
    tx: &mut ProcessTx,
    merge: &Merge,
    now_columns: &Columns,
    patch: &Columns,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let t = &merge.taken;
    sqlx::query!(
        "with party as (delete from action_party p where p.process_id = kernel.process_id() and p.action_id = $1
                and p.role || ':' || p.organisation_id = any ($3)),
            beneficiary as (delete from action_beneficiary b where b.process_id = kernel.process_id() and b.action_id = $1
                and b.beneficiary_id = any ($4) and b.share is null),
            pillar as (delete from action_pillar l where l.process_id = kernel.process_id() and l.action_id = $1 and l.pillar_id = any ($5)),
            theme as (delete from action_theme x where x.process_id = kernel.process_id() and x.action_id = $1 and x.theme_id = any ($6)),
            node as (delete from plan_node_action n where n.process_id = kernel.process_id() and n.action_id = $1 and n.plan_node_id = any ($7)),
            disclosure as (delete from action_disclosure d where d.process_id = kernel.process_id() and d.action_id = $1
                and d.organisation_id = any ($8)),
            said as (update remark set action_id = $2 where process_id = kernel.process_id() and action_id = $1 and id = any ($9)),
            child as (update action set parent_id = $2, version = version + 1 where process_id = kernel.process_id() and parent_id = $1 and id = any ($10)),
            money as (update contribution set action_id = $2 where process_id = kernel.process_id() and action_id = $1 and id = any ($11)),
            answer as (update response set action_id = $2 where process_id = kernel.process_id() and action_id = $1 and id = any ($15)),
            stored as (update stored_file set action_id = $2 where process_id = kernel.process_id() and action_id = $1 and id = any ($16)),
            undone as (update action_merge set undone_at = $12, undone_by_id = $13 where process_id = kernel.process_id() and id = $14)
         update action set merged_into_id = null, version = version + 1, updated_at = $12, updated_by_id = $13
            where process_id = kernel.process_id() and id = $2",
        merge.kept,
        merge.gone,
        &t.parties,
        &t.beneficiaries,
        &t.pillars,
        &t.themes,
        &t.nodes,
        &t.disclosures,
        &t.remarks,
        &t.children,
        &t.contributions,
        now,
        by.id.0,
        merge.id,
        &t.responses,
        &t.files
    )
    .execute(tx.conn())
    .await?;
    set(tx, merge.kept, now_columns, patch, now, by.id.0).await
}

/// The action as permissions are asked about it.
///
/// # Errors
/// The database's own.
pub async fn scope(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<Scope>> {
    Ok(scopes(tx, &[id]).await?.remove(&id))
}

/// The same of several.
pub async fn scopes(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, Scope>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.handling as "handling!", a.reporting_id as "keeper!: OrganisationId",
            array(select p.organisation_id from action_party p where p.process_id = a.process_id and p.action_id = a.id) as "organisations!: Vec<OrganisationId>",
            array(select b.beneficiary_id from action_beneficiary b where b.process_id = a.process_id and b.action_id = a.id) as "beneficiaries!: Vec<BeneficiaryId>",
            array(select l.pillar_id from action_pillar l where l.process_id = a.process_id and l.action_id = a.id) as "pillars!: Vec<PillarId>"
        from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let scope = |handling: &str, keeper, organisations, beneficiaries, pillars| Scope {
        handling: Handling::parse(handling),
        keeper: Some(keeper),
        organisations,
        beneficiaries,
        pillars,
        ..Scope::default()
    };
    Ok(rows
        .into_iter()
        .map(|r| (r.id, scope(&r.handling, r.keeper, r.organisations, r.beneficiaries, r.pillars)))
        .collect())
}
