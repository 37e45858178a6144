//! What the interface asks of the database for itself; the rest it asks through the features.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::answer::Written;
use super::changes::Place;
use super::places::{Organisation, Theme};
use super::shape::{Named, One};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::TokenId;

#[derive(Deserialize)]
struct Found {
    id: Uuid,
    name: String,
    short_name: Option<String>,
    kind: String,
    level: Option<String>,
    seat: Option<String>,
    iati_identifier: Option<String>,
    parent: Option<Uuid>,
    parent_name: Option<String>,
    other_names: Vec<String>,
}

impl From<Found> for Organisation {
    fn from(f: Found) -> Self {
        Self {
            id: f.id,
            name: f.name,
            short_name: f.short_name,
            kind: One::new(f.kind),
            level: f.level.map(One::new),
            seat: f.seat,
            iati_identifier: f.iati_identifier,
            parent: f.parent.zip(f.parent_name).map(|(id, name)| Named { id, name }),
            other_names: f.other_names,
        }
    }
}

/// Organisations that stand by themselves, by their ids; `words`: folded, those alone that they find.
///
/// # Errors
/// The database's own.
pub async fn organisations(
    tx: &mut ProcessTx,
    words: &str,
    after: Option<Uuid>,
    most: i64,
) -> sqlx::Result<Vec<Organisation>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', o.id, 'name', o.name, 'short_name', o.short_name, 'kind', o.kind, 'level', o.level,
            'seat', o.seat, 'iati_identifier', o.iati_identifier, 'parent', u.id, 'parent_name', u.name,
            'other_names', coalesce((select jsonb_agg(n.name order by n.name) from organisation_alias n
                where n.process_id = o.process_id and n.organisation_id = o.id), '[]')) as "found!: Json<Found>"
        from organisation o left join organisation u on u.process_id = o.process_id and u.id = o.parent_id
        where o.process_id = kernel.process_id() and o.merged_into_id is null and ($2::uuid is null or o.id > $2)
            and ($1 = '' or o.id in (select s.id from search.organisations($1, 1000) s))
        order by o.id limit $3"#,
        words,
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(found)| found.into()).collect())
}

/// One organisation; one that was merged into another is that other.
///
/// # Errors
/// The database's own.
pub async fn organisation(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Option<Organisation>> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', o.id, 'name', o.name, 'short_name', o.short_name, 'kind', o.kind, 'level', o.level,
            'seat', o.seat, 'iati_identifier', o.iati_identifier, 'parent', u.id, 'parent_name', u.name,
            'other_names', coalesce((select jsonb_agg(n.name order by n.name) from organisation_alias n
                where n.process_id = o.process_id and n.organisation_id = o.id), '[]')) as "found!: Json<Found>"
        from organisation w
        join organisation o on o.process_id = w.process_id and o.id = coalesce(w.merged_into_id, w.id)
        left join organisation u on u.process_id = o.process_id and u.id = o.parent_id
        where w.process_id = kernel.process_id() and w.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|Json(found)| found.into()))
}

/// Every theme, those too that are no longer offered.
///
/// # Errors
/// The database's own.
pub async fn themes(tx: &mut ProcessTx) -> sqlx::Result<Vec<Theme>> {
    let rows = sqlx::query!(
        r#"select id, key, name, dac_codes, retired_at is not null as "retired!" from theme
        where process_id = kernel.process_id() order by position, name, id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Theme { id: r.id, key: r.key, name: r.name, dac_codes: r.dac_codes, retired: r.retired })
        .collect())
}

/// Takes a key for a request. `false`: it was taken before, within a day. Of two that come at once one waits for the other.
///
/// # Errors
/// The database's own.
pub async fn claim(
    tx: &mut ProcessTx,
    token: TokenId,
    key: &str,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query!(
        "delete from api_answer where process_id = kernel.process_id() and token_id = $1 and at < $2::timestamptz - interval '1 day'",
        token.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        "insert into api_answer (token_id, key, request_hash, at) values ($1, $2, $3, $4) on conflict do nothing",
        token.0,
        key,
        hash,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What was answered under a key.
pub struct Kept {
    pub request_hash: Vec<u8>,
    pub status: Option<i16>,
    pub body: Option<String>,
    pub location: Option<String>,
    pub etag: Option<String>,
}

/// # Errors
/// The database's own.
pub async fn answer(tx: &mut ProcessTx, token: TokenId, key: &str) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as!(
        Kept,
        "select request_hash, status, body, location, etag from api_answer
        where process_id = kernel.process_id() and token_id = $1 and key = $2",
        token.0,
        key
    )
    .fetch_optional(tx.conn())
    .await
}

/// # Errors
/// The database's own.
pub async fn keep_answer(tx: &mut ProcessTx, token: TokenId, key: &str, written: &Written) -> sqlx::Result<()> {
    sqlx::query!(
        "update api_answer set status = $3, body = $4, location = $5, etag = $6
        where process_id = kernel.process_id() and token_id = $1 and key = $2",
        token.0,
        key,
        i16::try_from(written.status.as_u16()).unwrap_or_default(),
        written.body,
        written.location,
        written.tag
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An entry of the history that is told of.
pub struct Changed {
    pub changed: i64,
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub subject: Uuid,
    pub event: String,
}

/// What was written down after a place, of what the reader sees, without the events that are `untold`, and what of these kinds has left
/// their sight, as the event `gone`. Nothing of a transaction that may still be open, and so nothing that another could still come before.
///
/// # Errors
/// The database's own.
pub async fn changes(
    tx: &mut ProcessTx,
    from: Place,
    kinds: &[String],
    untold: &[String],
    most: i64,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as!(
        Changed,
        r#"select changed as "changed!", id as "id!", at as "at!", kind as "kind!", subject as "subject!", event as "event!" from (
        (select h.changed, h.id, h.at, h.subject_kind as kind, h.subject_id as subject, h.event
        from history h -- past the view: each entry is joined to what the reader sees
        where h.process_id = kernel.process_id() and h.subject_kind = any ($3) and (h.changed, h.id) > ($1, $2::uuid)
            and h.event <> all ($5) and h.changed < (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
            and case h.subject_kind
                when 'action' then exists (select from visible_action a where a.process_id = h.process_id and a.id = h.subject_id)
                when 'need' then exists (select from visible_need n where n.process_id = h.process_id and n.id = h.subject_id)
                when 'response' then exists (select from visible_response r where r.process_id = h.process_id and r.id = h.subject_id)
                when 'plan' then exists (select from visible_plan p where p.process_id = h.process_id and p.id = h.subject_id)
                else true end
        order by h.changed, h.id limit $4)
        union all
        (select d.changed, d.id, d.at, d.kind, d.subject_id, 'gone' from visible_departure d
        where d.process_id = kernel.process_id() and d.kind = any ($3) and (d.changed, d.id) > ($1, $2::uuid)
            and d.changed < (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
        order by d.changed, d.id limit $4)) told
        order by changed, id limit $4"#,
        from.changed,
        from.id,
        kinds,
        most,
        untold
    )
    .fetch_all(tx.conn())
    .await
}

/// The transaction that the server would begin next.
///
/// # Errors
/// The database's own.
pub async fn newest(tx: &mut ProcessTx) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "newest!""#)
        .fetch_one(tx.conn())
        .await
}
