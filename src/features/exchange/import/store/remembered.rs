//! What is remembered for an organisation: which column a head stands for, and which organisation is meant by a name that the
//! directory does not know; and of a file, which cells were typed anew.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::features::exchange::import::model::Mended;
use crate::features::exchange::tables::Column;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ImportId, MembershipId, OrganisationId};

/// What the organisation's heads stand for.
///
/// # Errors
/// The database's own.
pub async fn remembered(tx: &mut ProcessTx, organisation: OrganisationId) -> sqlx::Result<HashMap<String, Column>> {
    let rows = sqlx::query!(
        // of what was merged into it too; its own comes last, and stands
        "select h.head, h.field from import_head h join organisation o on o.process_id = h.process_id and o.id = h.organisation_id
         where h.process_id = kernel.process_id() and $1 in (o.id, o.merged_into_id) order by o.id = $1",
        organisation.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Some((r.head, Column::parse(&r.field)?))).collect())
}

/// # Errors
/// The database's own.
pub async fn remember(
    tx: &mut ProcessTx,
    organisation: OrganisationId,
    heads: &[(String, Column)],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (names, fields): (Vec<String>, Vec<String>) =
        heads.iter().map(|(head, column)| (head.clone(), column.as_str().to_owned())).unzip();
    sqlx::query!(
        "insert into import_head (organisation_id, head, field, updated_at, by_membership_id)
         select distinct on (h.head) $1::uuid, h.head, h.field, $4::timestamptz, $5::uuid
            from unnest($2::text[], $3::text[]) h (head, field) where h.head <> ''
         on conflict (process_id, organisation_id, head) do update set field = excluded.field, updated_at = excluded.updated_at,
            by_membership_id = excluded.by_membership_id",
        organisation.0,
        &names,
        &fields,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What has been said for an organisation of names that the directory does not know.
///
/// # Errors
/// The database's own.
pub async fn said(tx: &mut ProcessTx, organisation: OrganisationId) -> sqlx::Result<HashMap<String, Uuid>> {
    let rows = sqlx::query!(
        r#"select n.stated, coalesce(l.merged_into_id, l.id) as "listed_id!" from import_name n
            join organisation o on o.process_id = n.process_id and o.id = n.organisation_id
            join organisation l on l.process_id = n.process_id and l.id = n.listed_id
         where n.process_id = kernel.process_id() and $1 in (o.id, o.merged_into_id) order by o.id = $1"#,
        organisation.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.stated, r.listed_id)).collect())
}

/// An organisation that a file names and the directory does not know.
#[derive(Debug, Clone)]
pub struct Unlisted {
    /// By which it is remembered.
    pub stated: String,
    pub name: String,
    pub reference: String,
    /// Those whose name it has.
    pub of: String,
    pub rows: i64,
}

/// The organisations of a file that the directory does not know, those of most rows first.
///
/// # Errors
/// The database's own.
pub async fn unlisted(tx: &mut ProcessTx, id: ImportId, most: i64) -> sqlx::Result<Vec<Unlisted>> {
    sqlx::query_as!(
        Unlisted,
        r#"select s.stated as "stated!", min(s.name) as "name!", min(s.reference) as "reference!", min(s.alike) as "of!",
            count(distinct r.row) as "rows!"
        from import_row r cross join lateral jsonb_array_elements(r.problems) p
            cross join lateral (select max(a ->> 1) filter (where a ->> 0 = 'stated') as stated,
                    coalesce(max(a ->> 1) filter (where a ->> 0 = 'name'), '') as name,
                    coalesce(max(a ->> 1) filter (where a ->> 0 = 'reference'), '') as reference,
                    coalesce(max(a ->> 1) filter (where a ->> 0 = 'of'), '') as alike
                from jsonb_array_elements(p #> '{what,args}') a) s
        where r.process_id = kernel.process_id() and r.import_id = $1
            and p #>> '{what,key}' in ('import-iati-party', 'import-iati-party-doubtful', 'import-iati-keeper') and s.stated is not null
        group by s.stated order by count(distinct r.row) desc, s.stated limit $2"#,
        id.0,
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// Remembers which organisations are meant.
///
/// # Errors
/// The database's own.
pub async fn remember_names(
    tx: &mut ProcessTx,
    organisation: OrganisationId,
    meant: &[(String, Uuid)],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (stated, listed): (Vec<String>, Vec<Uuid>) = meant.iter().cloned().unzip();
    sqlx::query!(
        "insert into import_name (organisation_id, stated, listed_id, updated_at, by_membership_id)
         select $1::uuid, m.stated, m.listed, $4::timestamptz, $5::uuid from unnest($2::text[], $3::uuid[]) m (stated, listed)
         on conflict (process_id, organisation_id, stated) do update set listed_id = excluded.listed_id,
            updated_at = excluded.updated_at, by_membership_id = excluded.by_membership_id",
        organisation.0,
        &stated,
        &listed,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes what stood in cells before they were typed anew; of one that was typed before, what stood there first.
///
/// # Errors
/// The database's own.
pub async fn keep_mended(tx: &mut ProcessTx, id: ImportId, mended: &[Mended]) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_row r set mended = g.was || r.mended
         from (select m.row, jsonb_object_agg(m.\"column\"::text, m.was) as was
            from jsonb_to_recordset($2::jsonb) as m(row integer, \"column\" integer, was text) group by m.row) g
         where r.process_id = kernel.process_id() and r.import_id = $1 and r.row = g.row",
        id.0,
        Json(mended) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The cells of an import that were typed anew, as they stand.
///
/// # Errors
/// The database's own.
pub async fn mended(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<Vec<Mended>> {
    let rows = sqlx::query!(
        r#"select r.row, m.key::integer as "column!", m.value as "was!", coalesce(r.cells ->> m.key::integer, '') as "now!"
        from import_row r cross join lateral jsonb_each_text(r.mended) m
        where r.process_id = kernel.process_id() and r.import_id = $1 and r.mended <> '{}' order by r.row, m.key"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| Some(Mended { row: r.row, column: u16::try_from(r.column).ok()?, was: r.was, now: r.now }))
        .collect())
}
