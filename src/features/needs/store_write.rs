//! Writing needs.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use super::model::{Carried, Priority, State};
use super::sheet::Sheet;
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{CycleId, MembershipId, NeedId};
use crate::kernel::random;

/// The columns of a sheet as one value, read by `jsonb_to_record` in both statements below.
fn row(sheet: &Sheet) -> Json<Value> {
    Json(serde_json::json!({
        "node": sheet.node, "theme": sheet.theme, "type": sheet.need_type, "perspective": sheet.perspective,
        "priority": sheet.priority.map(Priority::as_str), "by_when": sheet.by_when.map(|d| d.first_day()),
        "by_when_precision": sheet.by_when.as_ref().map(PartialDate::precision).map(crate::kernel::date::Precision::as_str),
        "title": sheet.title, "body": sheet.body, "own_language": sheet.own_language, "own_title": sheet.own_title,
        "own_body": sheet.own_body, "exists_already": sheet.exists_already, "evidence": sheet.evidence,
        "handling": sheet.handling, "search_text": sheet.search_text(),
    }))
}

/// A new need, in draft. The cycle is open when it is written into, whatever was read before.
///
/// # Errors
/// The database's own; `RowNotFound` where the cycle has been closed.
pub async fn create(
    tx: &mut ProcessTx,
    sheet: &Sheet,
    by: MembershipId,
    on_behalf: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<NeedId> {
    let id = NeedId(random::id());
    sqlx::query!(
        "insert into need (id, beneficiary_id, cycle_id, plan_node_id, theme_id, type, perspective, priority, by_when, by_when_precision,
            title, body, own_language, own_title, own_body, exists_already, evidence, handling, search_text, on_behalf,
            created_at, created_by_id, updated_at, updated_by_id)
         select $1, $2, c.id, r.node, r.theme, r.type, r.perspective, r.priority, r.by_when, r.by_when_precision,
            r.title, r.body, r.own_language, r.own_title, r.own_body, r.exists_already, r.evidence, r.handling, r.search_text, $5,
            $6, $7, $6, $7
         from mapping_cycle c, jsonb_to_record($4) as r (node uuid, theme uuid, type text, perspective text, priority text, by_when date,
            by_when_precision text, title text, body text, own_language text, own_title text, own_body text, exists_already text,
            evidence text, handling text, search_text text)
         where c.process_id = kernel.process_id() and c.id = $3 and c.closed_at is null returning id",
        id.0,
        sheet.beneficiary.0,
        sheet.cycle.0,
        row(sheet) as _,
        on_behalf,
        now,
        by.0
    )
    .fetch_one(tx.conn())
    .await?;
    show_to(tx, id, sheet).await?;
    Ok(id)
}

/// Saves what a form says; `false` where somebody else has saved meanwhile.
///
/// # Errors
/// The database's own.
pub async fn save(
    tx: &mut ProcessTx,
    id: NeedId,
    version: i32,
    sheet: &Sheet,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update need n set plan_node_id = r.node, theme_id = r.theme, type = r.type, perspective = r.perspective, priority = r.priority,
            by_when = r.by_when, by_when_precision = r.by_when_precision, title = r.title, body = r.body,
            own_language = r.own_language, own_title = r.own_title, own_body = r.own_body, exists_already = r.exists_already,
            evidence = r.evidence, handling = r.handling, search_text = r.search_text,
            -- what was taken over and is changed later says no longer the same
            carried = case when n.carried is not null then 'changed' end,
            version = n.version + 1, updated_at = $4, updated_by_id = $5
         from jsonb_to_record($3) as r (node uuid, theme uuid, type text, perspective text, priority text, by_when date,
            by_when_precision text, title text, body text, own_language text, own_title text, own_body text, exists_already text,
            evidence text, handling text, search_text text)
         where n.process_id = kernel.process_id() and n.id = $1 and n.version = $2 and n.state <> 'withdrawn'",
        id.0,
        version,
        row(sheet) as _,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    show_to(tx, id, sheet).await?;
    Ok(true)
}

/// Whom it is shown to, as the sheet has it.
async fn show_to(tx: &mut ProcessTx, id: NeedId, sheet: &Sheet) -> sqlx::Result<()> {
    let shown: Vec<_> = sheet.shown_to.iter().map(|o| o.0).collect();
    sqlx::query!(
        "with gone as (delete from need_organisation where process_id = kernel.process_id() and need_id = $1
            and organisation_id <> all ($2))
         insert into need_organisation (need_id, organisation_id) select $1, o from unnest($2::uuid[]) o
            on conflict do nothing",
        id.0,
        &shown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Submits drafts; answers which it was. Those that lack what a submitted need states stay as they are.
///
/// # Errors
/// The database's own.
pub async fn submit(
    tx: &mut ProcessTx,
    ids: &[NeedId],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(NeedId, Option<Carried>)>> {
    let ids: Vec<_> = ids.iter().map(|n| n.0).collect();
    let rows = sqlx::query!(
        r#"update need n set state = 'submitted', submitted_at = $3, submitted_by_id = $2, version = n.version + 1, updated_at = $3,
            updated_by_id = $2, carried = case when n.copied_from_id is null then null else coalesce((
                -- past the view: whoever submits has seen what it was taken over from
                select case when (o.title, o.body, o.own_title, o.own_body, o.type, o.perspective, o.priority, o.by_when, o.plan_node_id,
                        o.exists_already, o.evidence)
                    is distinct from (n.title, n.body, n.own_title, n.own_body, n.type, n.perspective, n.priority, n.by_when, n.plan_node_id,
                        n.exists_already, n.evidence) then 'changed' else 'confirmed' end
                from visible_need o where o.process_id = n.process_id and o.id = n.copied_from_id), 'changed') end
         from mapping_cycle c
         where n.process_id = kernel.process_id() and n.id = any ($1) and n.state = 'draft' and n.type is not null
            and n.perspective is not null and c.process_id = n.process_id and c.id = n.cycle_id and c.closed_at is null
         returning n.id as "id: NeedId", n.carried"#,
        &ids,
        by.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.carried.as_deref().and_then(Carried::parse))).collect())
}

/// Withdraws a need; `false` where it is withdrawn already.
///
/// # Errors
/// The database's own.
pub async fn withdraw(
    tx: &mut ProcessTx,
    id: NeedId,
    why: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update need set state = $5, withdrawn_at = $4, withdrawn_why = $2, version = version + 1, updated_at = $4, updated_by_id = $3
         where process_id = kernel.process_id() and id = $1 and state <> $5",
        id.0,
        why,
        by.0,
        now,
        State::Withdrawn.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes needs over into another cycle, as drafts; each once. Answers the new one of each.
///
/// # Errors
/// The database's own.
pub async fn copy(
    tx: &mut ProcessTx,
    ids: &[NeedId],
    into: CycleId,
    by: MembershipId,
    on_behalf: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<NeedId>> {
    let old: Vec<_> = ids.iter().map(|n| n.0).collect();
    let new: Vec<_> = ids.iter().map(|_| random::id()).collect();
    let rows = sqlx::query!(
        r#"with pairs as (select * from unnest($1::uuid[], $2::uuid[]) p (old, new)),
        copied as (
            insert into need (id, beneficiary_id, cycle_id, plan_node_id, theme_id, type, perspective, priority, by_when, by_when_precision,
                title, body, own_language, own_title, own_body, exists_already, evidence, handling, search_text, on_behalf,
                copied_from_id, created_at, created_by_id, updated_at, updated_by_id)
            select p.new, n.beneficiary_id, c.id, n.plan_node_id, n.theme_id, n.type, n.perspective, n.priority, n.by_when, n.by_when_precision,
                n.title, n.body, n.own_language, n.own_title, n.own_body, n.exists_already, n.evidence, n.handling, n.search_text, $5,
                n.id, $6, $4, $6, $4
            from pairs p join visible_need n on n.process_id = kernel.process_id() and n.id = p.old and n.state = 'submitted'
            join mapping_cycle c on c.process_id = n.process_id and c.id = $3 and c.closed_at is null and c.id <> n.cycle_id
            on conflict do nothing
            returning id, copied_from_id),
        shown as (
            insert into need_organisation (need_id, organisation_id)
            select c.id, o.organisation_id from copied c join need_organisation o on o.need_id = c.copied_from_id)
        select id as "id!: NeedId" from copied"#,
        &old,
        &new,
        into.0,
        by.0,
        on_behalf,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| r.id).collect())
}
