//! What actions come with besides their fields: kept when a row is taken in, put back when it is undone.

use chrono::{DateTime, Utc};
use std::collections::HashMap;
use uuid::Uuid;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ImportId;

/// Fingerprints of what is kept with these actions.
///
/// # Errors
/// The database's own.
pub async fn kept_hashes(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!(
        r#"select g.id as "id!", encode(sha256(convert_to(k.content, 'UTF8')), 'hex') as "hash!" from unnest($1::uuid[]) g (id)
            -- each by its whole key, as in keep_came
            cross join lateral (select x.content from visible_action_kept x
                where x.process_id = kernel.process_id() and x.action_id = g.id and x.format = 'iati' offset 0) k"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.hash)).collect())
}

/// Keeps with actions what their rows came with; what was kept before stays with the rows, to be put back. It goes through
/// nobody's memory.
///
/// # Errors
/// The database's own.
pub async fn keep_came(tx: &mut ProcessTx, id: ImportId, came: &[(i32, Uuid)], now: DateTime<Utc>) -> sqlx::Result<()> {
    if came.is_empty() {
        return Ok(());
    }
    let (rows, actions): (Vec<i32>, Vec<Uuid>) = came.iter().copied().unzip();
    let by = tx.me().map(|by| by.0);
    sqlx::query!(
        "with given as (select * from unnest($2::int[], $3::uuid[]) as g (row, action)),
            earlier as (update import_row i set kept = null, kept_before = k.content, kept_before_identifier = k.identifier
                from given g left join lateral (select x.content, x.identifier from action_kept x
                        -- each by its whole key: what an import writes is counted too late for the plan to know better
                        where x.process_id = kernel.process_id() and x.action_id = g.action and x.format = 'iati' offset 0) k on true
                where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row and i.row = any ($2))
         -- its contributions are made in the same transaction (renew_money), which need not find it for that once more
         insert into action_kept (action_id, format, identifier, content, kept_at, kept_by_id, money_at)
            select g.action, 'iati', i.kept_identifier, i.kept, $4, $5, $4 from given g
                join import_row i on i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row and i.row = any ($2)
                where i.kept is not null
         on conflict (process_id, action_id, format) do update set identifier = excluded.identifier, content = excluded.content,
            kept_at = excluded.kept_at, kept_by_id = excluded.kept_by_id",
        id.0,
        &rows,
        &actions,
        now,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts back what was kept with the actions of these rows before, or keeps nothing with them any more.
///
/// # Errors
/// The database's own.
pub async fn put_back(tx: &mut ProcessTx, id: ImportId, rows: &[i32], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with taken as (select i.applied_id, i.kept_before, i.kept_before_identifier from import_row i
                where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = any ($2) and i.kept_hash is not null
                    and i.result in ('added', 'changed')),
            back as (update action_kept k set content = o.kept_before, identifier = o.kept_before_identifier, kept_at = $3
                from taken o where k.process_id = kernel.process_id() and k.action_id = o.applied_id and k.format = 'iati'
                    and o.kept_before is not null)
         delete from action_kept k using taken o
            where k.process_id = kernel.process_id() and k.action_id = o.applied_id and k.format = 'iati' and o.kept_before is null",
        id.0,
        rows,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An action that an import has taken in.
#[derive(Debug)]
pub struct Taken {
    pub id: Uuid,
    /// By what others of the file name it.
    pub identifier: Option<String>,
    /// The whole that it names and is not yet a part of.
    pub waits_for: Option<String>,
    pub merged: bool,
}

/// The actions that an import has taken in, in the order of its rows.
///
/// # Errors
/// The database's own.
pub async fn taken_in(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<Vec<Taken>> {
    sqlx::query_as!(
        Taken,
        r#"select v.id as "id!", r.patch ->> 'identifier' as identifier, v.parent_text as waits_for,
                v.merged_into_id is not null as "merged!"
            from import_row r
                -- each by its key, as in keep_came
                cross join lateral (select x.id, x.parent_text, x.merged_into_id from visible_action x
                    where x.process_id = kernel.process_id() and x.id = r.applied_id offset 0) v
            where r.process_id = kernel.process_id() and r.import_id = $1 and r.result in ('added', 'changed')
            order by r.row"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await
}

/// Makes actions parts of others, but for one that the other is within. Answers which.
///
/// # Errors
/// The database's own.
pub async fn link_parts(tx: &mut ProcessTx, parts: &[Uuid], wholes: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "update action a set parent_id = g.whole, parent_text = null from unnest($1::uuid[], $2::uuid[]) g (part, whole)
            where a.process_id = kernel.process_id() and a.id = g.part and a.parent_id is null and a.parent_text is not null
                -- of the action that was found, so that it is asked once of each pair, and not of all of them for each action
                and not kernel.is_part_of('action', g.whole, a.id)
            returning a.id",
        parts,
        wholes
    )
    .fetch_all(tx.conn())
    .await
}
