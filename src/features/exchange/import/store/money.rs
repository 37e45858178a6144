//! Contributions that are made from what actions come with.

use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::kernel::db::{Frame, PlatformTx, ProcessTx};
use crate::kernel::ids::ProcessId;
use crate::kernel::money::Currency;

/// A payment as what is kept says it.
#[derive(Debug, Clone, Serialize)]
pub struct Paid {
    pub id: Uuid,
    pub action: Uuid,
    /// Which part of what is kept says it.
    pub key: String,
    /// By what it was known before (`iati::sums`).
    pub was: Option<String>,
    pub kind: &'static str,
    pub amount: Decimal,
    pub currency: Currency,
    pub day: Option<NaiveDate>,
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    pub provider: Option<Uuid>,
    pub receiver: Option<Uuid>,
    pub note: String,
}

/// What came of it: rows that are new or take the place of others, and rows that nothing says any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renewed {
    pub made: i64,
    pub gone: i64,
}

/// Nobody else writes the money of these actions until this transaction ends: what takes the place of a row must know what has
/// taken it already.
///
/// # Errors
/// The database's own.
pub async fn hold_money(tx: &mut ProcessTx, actions: &[Uuid]) -> sqlx::Result<()> {
    sqlx::query!(
        "select kernel.hold_action(x.id) from (select i.id from unnest($1::uuid[]) i (id) order by i.id) x",
        actions
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Hands on what is kept with each of these actions, one at a time.
///
/// # Errors
/// The database's own.
pub async fn each_kept(
    tx: &mut ProcessTx,
    actions: &[Uuid],
    mut each: impl FnMut(Uuid, &str) + Send,
) -> sqlx::Result<()> {
    let mut rows = sqlx::query!(
        r#"select g.id as "id!", k.content as "content!" from unnest($1::uuid[]) g (id)
            -- each by its whole key: what an import writes is counted too late for the plan to know better
            cross join lateral (select x.content from visible_action_kept x
                where x.process_id = kernel.process_id() and x.action_id = g.id and x.format = 'iati' offset 0) k"#,
        actions
    )
    .fetch(tx.conn());
    while let Some(row) = rows.try_next().await? {
        each(row.id, &row.content);
    }
    Ok(())
}

/// Makes the contributions of these actions what `paid` says, as far as they came from what is kept. One that says something else
/// takes the place of the one before; one that nothing says any more is withdrawn; one that says the same stays. What somebody
/// has corrected or withdrawn by hand is theirs, and stays; so does what was moved here with an action that was merged into this one.
///
/// # Errors
/// The database's own.
pub async fn renew_money(
    tx: &mut ProcessTx,
    actions: &[Uuid],
    paid: &[Paid],
    now: DateTime<Utc>,
) -> sqlx::Result<Renewed> {
    let by = tx.me().map(|by| by.0);
    sqlx::query_as!(
        Renewed,
        r#"with given as (select * from jsonb_to_recordset($2::jsonb) as g (id uuid, action uuid, key text, was text, kind text, amount numeric,
                currency text, day date, starts date, ends date, provider uuid, receiver uuid, note text)),
            latest as (select c.*, (c.withdrawn_at is not null and not c.origin_gone) or (n.id is not null and n.origin is null) as by_hand
                -- each looked up by its key: what an import writes is counted too late for the plan to know better
                from unnest($1::uuid[]) w (id)
                    cross join lateral (select x.* from contribution x -- past the view: what was withdrawn is among them
                        where x.process_id = kernel.process_id() and x.action_id = w.id and x.origin = 'iati' offset 0) c
                    left join lateral (select x.id, x.origin from contribution x -- past the view: what took its place, whoever sees it
                        where x.process_id = c.process_id and x.supersedes_id = c.id offset 0) n on true
                where n.origin is distinct from 'iati'),
            -- of several that are known by one key, as after a merge, what somebody has said, and then what stands
            matched as (select distinct on (g.id) g.id as given, l.*
                from given g join latest l on l.action_id = g.action and l.origin_key in (g.key, g.was)
                order by g.id, l.by_hand desc, l.withdrawn_at nulls first, l.origin_key = g.key desc, l.created_at desc, l.id),
            known as (update contribution c set origin_key = g.key from matched m join given g on g.id = m.given
                where c.process_id = kernel.process_id() and c.id = m.id and c.origin_key <> g.key),
            gone as (update contribution c set withdrawn_at = $3, withdrawn_by_id = $4, origin_gone = true
                from latest l where c.process_id = kernel.process_id() and c.id = l.id and not l.by_hand and l.withdrawn_at is null
                    and not exists (select from matched m where m.id = l.id)
                    -- what came with an action that was merged into this one is not this one's file to take back
                    and not exists (select from action_merge m -- past the view: where it was moved from, whoever sees it
                        where m.process_id = l.process_id and m.kept_id = l.action_id and m.undone_at is null
                            and m.taken->'contributions' ? l.id::text)
                returning c.id),
            kept as (update action_kept k set money_at = $3 where k.process_id = kernel.process_id() and k.format = 'iati'
                and k.money_at is null and k.action_id = any ($1)),
            made as (insert into contribution (id, action_id, kind, amount, currency, value_date, value_date_precision, period_start, period_end,
                    provider_id, receiver_id, note, origin, origin_key, supersedes_id, created_at, created_by_id)
                select g.id, g.action, g.kind, g.amount, g.currency, g.day, case when g.day is not null then 'day' end, g.starts, g.ends,
                    g.provider, g.receiver, g.note, 'iati', g.key, l.id, $3, $4
                from given g left join matched l on l.given = g.id
                where l.id is null or (not l.by_hand and (l.withdrawn_at is not null
                    or (l.kind, l.amount, l.currency, l.value_date, l.period_start, l.period_end, l.provider_id, l.receiver_id, l.note)
                        is distinct from (g.kind, g.amount, g.currency, g.day, g.starts, g.ends, g.provider, g.receiver, g.note)))
                returning id)
        select (select count(*) from made) as "made!", (select count(*) from gone) as "gone!""#,
        actions,
        Json(paid) as _,
        now,
        by
    )
    .fetch_one(tx.conn())
    .await
}

/// Actions of whose kept records no contributions have been made, held until the transaction ends; what another works on is passed
/// over.
///
/// # Errors
/// The database's own.
pub async fn without_money(tx: &mut ProcessTx, most: i64) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "select k.action_id from action_kept k where k.process_id = kernel.process_id() and k.format = 'iati' and k.money_at is null
         order by k.action_id limit $1 for update skip locked",
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// The processes that are at work.
///
/// # Errors
/// The database's own.
pub async fn processes(tx: &mut PlatformTx) -> sqlx::Result<Vec<ProcessId>> {
    sqlx::query_scalar!(r#"select id as "id: ProcessId" from process where state = 'active' order by id"#)
        .fetch_all(tx.conn())
        .await
}

/// What anybody has said of names that the directory does not know; of two who differ the later one.
///
/// # Errors
/// The database's own.
pub async fn all_said(tx: &mut ProcessTx) -> sqlx::Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        r#"select n.stated, coalesce(l.merged_into_id, l.id) as "listed_id!" from import_name n
            join organisation l on l.process_id = n.process_id and l.id = n.listed_id
         where n.process_id = kernel.process_id() order by n.updated_at"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.stated, r.listed_id)).collect())
}

/// The transaction's process as its pages have it.
///
/// # Errors
/// The database's own.
pub async fn frame(tx: &mut ProcessTx) -> sqlx::Result<Frame> {
    let frame = sqlx::query_scalar!(
        r#"select kernel.frame(p) as "frame!: Json<Frame>" from process p where p.id = kernel.process_id()"#
    );
    Ok(frame.fetch_one(tx.conn()).await?.0)
}
