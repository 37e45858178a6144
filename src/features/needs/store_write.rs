//! Writing needs: one, or those of a sheet at once.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;

use super::model::{Carried, Priority, State};
use super::sheet::Sheet;
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{CycleId, MembershipId, NeedId};
use crate::kernel::random;

/// The columns of a need as one value, read by `jsonb_to_recordset` in both statements below.
fn row(id: NeedId, version: i32, sheet: &Sheet) -> Value {
    serde_json::json!({
        "id": id, "version": version, "beneficiary": sheet.beneficiary, "cycle": sheet.cycle,
        "node": sheet.node, "theme": sheet.theme, "type": sheet.need_type, "perspective": sheet.perspective,
        "priority": sheet.priority.map(Priority::as_str), "by_when": sheet.by_when.map(|d| d.first_day()),
        "by_when_precision": sheet.by_when.as_ref().map(PartialDate::precision).map(crate::kernel::date::Precision::as_str),
        "title": sheet.title, "body": sheet.body, "own_language": sheet.own_language, "own_title": sheet.own_title,
        "own_body": sheet.own_body, "exists_already": sheet.exists_already, "evidence": sheet.evidence,
        "handling": sheet.handling, "search_text": sheet.search_text(),
    })
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
    let ids = create_many(tx, &[sheet], by, on_behalf, now).await?;
    ids.first().copied().ok_or(sqlx::Error::RowNotFound)
}

/// New needs, in draft, in the order of their sheets: all of them, or none.
///
/// # Errors
/// The database's own; `RowNotFound` where a cycle has been closed.
pub async fn create_many(
    tx: &mut ProcessTx,
    sheets: &[&Sheet],
    by: MembershipId,
    on_behalf: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<NeedId>> {
    let ids: Vec<NeedId> = sheets.iter().map(|_| NeedId(random::id())).collect();
    let rows: Vec<Value> = ids.iter().zip(sheets).map(|(id, sheet)| row(*id, 1, sheet)).collect();
    let done = sqlx::query!(
        "insert into need (id, beneficiary_id, cycle_id, plan_node_id, theme_id, type, perspective, priority, by_when, by_when_precision,
            title, body, own_language, own_title, own_body, exists_already, evidence, handling, search_text, on_behalf,
            created_at, created_by_id, updated_at, updated_by_id)
         select r.id, r.beneficiary, c.id, r.node, r.theme, r.type, r.perspective, r.priority, r.by_when, r.by_when_precision,
            r.title, r.body, r.own_language, r.own_title, r.own_body, r.exists_already, r.evidence, r.handling, r.search_text, $2,
            $3, $4, $3, $4
         from jsonb_to_recordset($1::jsonb) as r (id uuid, beneficiary uuid, cycle uuid, node uuid, theme uuid, type text, perspective text,
            priority text, by_when date, by_when_precision text, title text, body text, own_language text, own_title text,
            own_body text, exists_already text, evidence text, handling text, search_text text)
         join mapping_cycle c on c.process_id = kernel.process_id() and c.id = r.cycle and c.closed_at is null",
        Json(rows) as _,
        on_behalf,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != ids.len() as u64 {
        return Err(sqlx::Error::RowNotFound);
    }
    let shown: Vec<(NeedId, &Sheet)> = ids.iter().copied().zip(sheets.iter().copied()).collect();
    show_to(tx, &shown).await?;
    Ok(ids)
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
    Ok(save_many(tx, &[(id, version, sheet)], by, now).await?.contains(&id))
}

/// Saves several, each from the version that it stands at; answers those that were saved, and nobody else had saved meanwhile.
///
/// # Errors
/// The database's own.
pub async fn save_many(
    tx: &mut ProcessTx,
    changed: &[(NeedId, i32, &Sheet)],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<NeedId>> {
    let rows: Vec<Value> = changed.iter().map(|(id, version, sheet)| row(*id, *version, sheet)).collect();
    let saved = sqlx::query_scalar!(
        r#"update need n set plan_node_id = r.node, theme_id = r.theme, type = r.type, perspective = r.perspective, priority = r.priority,
            by_when = r.by_when, by_when_precision = r.by_when_precision, title = r.title, body = r.body,
            own_language = r.own_language, own_title = r.own_title, own_body = r.own_body, exists_already = r.exists_already,
            evidence = r.evidence, handling = r.handling, search_text = r.search_text,
            -- what was taken over and is changed later says no longer the same
            carried = case when n.carried is not null then 'changed' end,
            version = n.version + 1, updated_at = $2, updated_by_id = $3
         from jsonb_to_recordset($1::jsonb) as r (id uuid, version integer, node uuid, theme uuid, type text, perspective text, priority text,
            by_when date, by_when_precision text, title text, body text, own_language text, own_title text, own_body text,
            exists_already text, evidence text, handling text, search_text text)
         where n.process_id = kernel.process_id() and n.id = r.id and n.version = r.version and n.state <> 'withdrawn'
         returning n.id as "id: NeedId""#,
        Json(rows) as _,
        now,
        by.0
    )
    .fetch_all(tx.conn())
    .await?;
    let shown: Vec<(NeedId, &Sheet)> =
        changed.iter().filter(|(id, ..)| saved.contains(id)).map(|(id, _, sheet)| (*id, *sheet)).collect();
    show_to(tx, &shown).await?;
    Ok(saved)
}

/// Whom needs are shown to, as their sheets have it.
async fn show_to(tx: &mut ProcessTx, needs: &[(NeedId, &Sheet)]) -> sqlx::Result<()> {
    if needs.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = needs.iter().map(|(id, _)| id.0).collect();
    let (shown, to): (Vec<_>, Vec<_>) =
        needs.iter().flat_map(|(id, sheet)| sheet.shown_to.iter().map(move |o| (id.0, o.0))).unzip();
    sqlx::query!(
        "with given as (select * from unnest($2::uuid[], $3::uuid[]) g (need, organisation)),
            gone as (delete from need_organisation o where o.process_id = kernel.process_id() and o.need_id = any ($1)
                and not exists (select from given g where g.need = o.need_id and g.organisation = o.organisation_id))
         insert into need_organisation (need_id, organisation_id) select g.need, g.organisation from given g
            on conflict do nothing",
        &ids,
        &shown,
        &to
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
    Ok(withdraw_many(tx, &[id], why, by, now).await? == 1)
}

/// Withdraws several; answers how many were not withdrawn already.
///
/// # Errors
/// The database's own.
pub async fn withdraw_many(
    tx: &mut ProcessTx,
    ids: &[NeedId],
    why: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let ids: Vec<_> = ids.iter().map(|n| n.0).collect();
    let done = sqlx::query!(
        "update need set state = $5, withdrawn_at = $4, withdrawn_why = $2, version = version + 1, updated_at = $4, updated_by_id = $3
         where process_id = kernel.process_id() and id = any ($1) and state <> $5",
        &ids,
        why,
        by.0,
        now,
        State::Withdrawn.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
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
