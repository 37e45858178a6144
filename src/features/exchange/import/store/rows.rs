//! The rows of an import: judged, decided on, taken in, taken back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::features::actions::{Difference, Sheet};
use crate::features::exchange::import::model::{Counts, Decision, NearRow, Patch, Row, RowOf, Verdict};
use crate::features::exchange::incoming::ImportProblem;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ImportId, OrganisationId};

/// Rows on a page of the preview.
pub const SIZE: i64 = 50;

/// A judged row, as the statement takes it.
#[derive(Debug, Serialize)]
pub struct KeptRow {
    pub row: i32,
    pub title: String,
    pub cells: Option<Vec<String>>,
    pub patch: Patch,
    pub problems: Vec<ImportProblem>,
    pub verdict: Verdict,
    pub action: Option<Uuid>,
    pub version: Option<i32>,
    pub difference: Difference,
    pub clashes: Vec<String>,
    pub near: Vec<NearRow>,
    pub decision: Option<Decision>,
    /// Which of the records as they came it is, from 1.
    pub kept: Option<usize>,
    pub kept_identifier: Option<String>,
    pub kept_hash: Option<String>,
}

/// Keeps judged rows; one that was there is judged anew, and asked about again where the judgement is another. `kept`: the records as
/// they came, which are most of what is sent and go beside the rows, not through JSON.
///
/// # Errors
/// The database's own.
pub async fn keep_rows<R: Serialize + Sync>(
    tx: &mut ProcessTx,
    id: ImportId,
    rows: &[R],
    kept: &[String],
) -> sqlx::Result<()> {
    // the two kinds of rows differ in what they hold, not in how it is kept
    sqlx::query!(
        "insert into import_row (import_id, row, title, cells, patch, problems, verdict, action_id, need_id, version, difference, clashes,
            near, decision, kept, kept_identifier, kept_hash)
         select $1, r.row, r.title, nullif(r.cells, 'null'), r.patch, r.problems, r.verdict, r.action, r.need, r.version, r.difference,
            array(select jsonb_array_elements_text(r.clashes)), r.near, r.decision, ($3::text[])[r.kept], r.kept_identifier, r.kept_hash
         from jsonb_to_recordset($2::jsonb) as r(row integer, title text, cells jsonb, patch jsonb, problems jsonb, verdict text,
            action uuid, need uuid, version integer, difference jsonb, clashes jsonb, near jsonb, decision text,
            kept integer, kept_identifier text, kept_hash text)
         on conflict (process_id, import_id, row) do update set title = excluded.title, cells = excluded.cells, patch = excluded.patch,
            problems = excluded.problems, verdict = excluded.verdict, action_id = excluded.action_id, need_id = excluded.need_id,
            version = excluded.version, difference = excluded.difference, clashes = excluded.clashes, near = excluded.near, target_id = null,
            decision = excluded.decision, kept = coalesce(excluded.kept, import_row.kept),
            kept_identifier = coalesce(excluded.kept_identifier, import_row.kept_identifier),
            kept_hash = coalesce(excluded.kept_hash, import_row.kept_hash)",
        id.0,
        Json(rows) as _,
        kept
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last row that was kept.
///
/// # Errors
/// The database's own.
pub async fn last_row(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"select coalesce(max(row), 0) as "row!" from import_row where process_id = kernel.process_id() and import_id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Which rows are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub verdict: Option<Verdict>,
    /// Those that somebody has still to decide on.
    pub open: bool,
    /// Those of which something came.
    pub result: Option<String>,
    /// These alone.
    pub rows: Option<Vec<i32>>,
    pub after: i32,
    /// Those up to this one.
    pub up_to: Option<i32>,
    /// Those that are to be taken in.
    pub chosen: bool,
    /// Those of which there is something to be said.
    pub told: bool,
}

/// The next rows, in their order.
///
/// # Errors
/// The database's own.
pub async fn rows(tx: &mut ProcessTx, id: ImportId, filter: &Filter, most: i64) -> sqlx::Result<Vec<Row>> {
    rows_of(tx, id, filter, most).await
}

fn read<T: DeserializeOwned>(value: Value) -> sqlx::Result<T> {
    serde_json::from_value(value).map_err(|e| sqlx::Error::Decode(e.into()))
}

/// The same of either kind.
///
/// # Errors
/// The database's own.
pub async fn rows_of<P: DeserializeOwned, D: DeserializeOwned, S: DeserializeOwned>(
    tx: &mut ProcessTx,
    id: ImportId,
    filter: &Filter,
    most: i64,
) -> sqlx::Result<Vec<RowOf<P, D, S>>> {
    let rows = sqlx::query!(
        r#"select r.row, r.title, r.cells as "cells: Json<Vec<String>>", r.patch,
            r.problems as "problems: Json<Vec<ImportProblem>>", r.verdict, coalesce(r.action_id, r.need_id) as action_id, r.version,
            r.difference, r.clashes, r.near as "near: Json<Vec<NearRow>>", r.decision, r.target_id,
            r.result, coalesce(r.applied_id, r.need_applied_id) as applied_id, r.before, r.version_after, r.settled, r.undone, r.kept_why, r.kept_hash
        from import_row r
        where r.process_id = kernel.process_id() and r.import_id = $1 and r.row > $2
            and ($3::text is null or r.verdict = $3)
            and (not $4 or (r.decision is null and r.verdict in ('duplicate', 'conflict')))
            and ($5::text is null or r.result = $5)
            and ($6::int[] is null or r.row = any ($6))
            and (not $7 or r.decision in ('take', 'ours', 'add', 'same'))
            and (not $8 or r.problems <> '[]')
            and ($10::int is null or r.row <= $10)
        order by r.row limit $9"#,
        id.0,
        filter.after,
        filter.verdict.map(Verdict::as_str),
        filter.open,
        filter.result,
        filter.rows.as_deref() as Option<&[i32]>,
        filter.chosen,
        filter.told,
        most,
        filter.up_to
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|r| -> sqlx::Result<RowOf<P, D, S>> {
        Ok(RowOf {
            row: r.row,
            title: r.title,
            cells: r.cells.map(|c| c.0),
            patch: read(r.patch)?,
            problems: r.problems.0,
            verdict: Verdict::parse(&r.verdict).unwrap_or(Verdict::Wrong),
            action: r.action_id,
            version: r.version,
            difference: read(r.difference)?,
            clashes: r.clashes,
            near: r.near.0,
            decision: r.decision.as_deref().and_then(Decision::parse),
            target: r.target_id,
            result: r.result,
            applied: r.applied_id,
            before: r.before.map(read).transpose()?,
            version_after: r.version_after,
            settled: r.settled,
            undone: r.undone,
            kept_why: r.kept_why,
            kept_hash: r.kept_hash,
        })
    });
    rows.collect()
}

/// The last of the first rows that are no more than `most`, and hold no more than so many bytes together.
///
/// # Errors
/// The database's own.
pub async fn last_within(tx: &mut ProcessTx, id: ImportId, most: i64, bytes: i64) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"select coalesce(max(x.row), 0) as "row!" from (
            select r.row, row_number() over w as n,
                sum(octet_length(coalesce(r.cells::text, '')) + octet_length(r.patch::text) + octet_length(r.problems::text)) over w as bytes
            from import_row r where r.process_id = kernel.process_id() and r.import_id = $1
            window w as (order by r.row)) x
        where x.n <= $2 and x.bytes <= $3"#,
        id.0,
        most,
        bytes
    )
    .fetch_one(tx.conn())
    .await
}

/// How many rows there are of each verdict, and how many of each result.
///
/// # Errors
/// The database's own.
pub async fn counts(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<(Counts, HashMap<String, i64>)> {
    let rows = sqlx::query!(
        r#"select r.verdict, coalesce(case when r.undone is not null then r.undone else r.result end, '') as "result!",
            count(*) as "n!", count(r.decision) as "decided!", count(*) filter (where r.problems <> '[]') as "told!"
        from import_row r where r.process_id = kernel.process_id() and r.import_id = $1 group by 1, 2"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut verdicts, mut results) = (Counts::default(), HashMap::new());
    for row in rows {
        verdicts.told += row.told;
        let entry = verdicts.verdicts.entry(row.verdict).or_insert((0, 0));
        entry.0 += row.n;
        entry.1 += row.decided;
        *results.entry(row.result).or_insert(0) += row.n;
    }
    Ok((verdicts, results))
}

/// What becomes of some rows.
///
/// # Errors
/// The database's own.
pub async fn decide(
    tx: &mut ProcessTx,
    id: ImportId,
    decided: &[(i32, Option<Decision>, Option<Uuid>)],
) -> sqlx::Result<()> {
    let rows: Vec<i32> = decided.iter().map(|d| d.0).collect();
    let decisions: Vec<Option<String>> = decided.iter().map(|d| d.1.map(|d| d.as_str().to_owned())).collect();
    let targets: Vec<Option<Uuid>> = decided.iter().map(|d| d.2).collect();
    sqlx::query!(
        "update import_row i set decision = d.decision, target_id = d.target
         from unnest($2::int[], $3::text[], $4::uuid[]) d (row, decision, target)
         where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = d.row and i.row = any ($2)",
        id.0,
        &rows,
        &decisions as &[Option<String>],
        &targets as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What becomes of all rows of a verdict. That a row is another action is said of each for itself.
///
/// # Errors
/// The database's own.
pub async fn decide_all(tx: &mut ProcessTx, id: ImportId, verdict: Verdict, decision: Decision) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "update import_row set decision = $3,
            target_id = case when $3 = 'same' then (near -> 0 ->> 'id')::uuid end
         where process_id = kernel.process_id() and import_id = $1 and verdict = $2",
        id.0,
        verdict.as_str(),
        decision.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What the organisation's last import said of each of these actions.
///
/// # Errors
/// The database's own.
pub async fn last_stated(
    tx: &mut ProcessTx,
    organisation: OrganisationId,
    ids: &[Uuid],
) -> sqlx::Result<HashMap<Uuid, Sheet>> {
    let rows = sqlx::query!(
        r#"select m.action_id as "id!", m.stated as "stated!: Json<Sheet>" from visible_action_imported m
            join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            where m.process_id = kernel.process_id() and $1 in (o.id, o.merged_into_id) and m.action_id = any ($2)
            order by m.at"#,
        organisation.0,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.stated.0)).collect())
}

/// What became of a row.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub row: i32,
    pub result: &'static str,
    pub applied: Uuid,
    pub before: Option<Sheet>,
    pub version: i32,
    pub stated: Sheet,
    pub settled: bool,
}

/// Writes down what came of rows, and what each action was imported as; what the import before had said is kept to be put back.
///
/// # Errors
/// The database's own.
pub async fn keep_outcomes(
    tx: &mut ProcessTx,
    id: ImportId,
    organisation: OrganisationId,
    outcomes: &[Outcome],
    now: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<()> {
    let rows: Vec<i32> = outcomes.iter().map(|o| o.row).collect();
    sqlx::query!(
        "with given as (select * from jsonb_to_recordset($2::jsonb)
                as r(row integer, result text, applied uuid, before jsonb, version integer, stated jsonb, settled boolean)),
            kept as (update import_row i set result = g.result, applied_id = g.applied, before = nullif(g.before, 'null'),
                    version_after = g.version, settled = g.settled,
                    earlier = (select m.stated from action_imported m where m.process_id = kernel.process_id()
                        and m.action_id = g.applied and m.organisation_id = $3)
                -- said once more by value, which tells the plan how few they are
                from given g where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row and i.row = any ($5))
         insert into action_imported (action_id, organisation_id, stated, at)
            select g.applied, $3, g.stated, $4 from given g
         on conflict (process_id, action_id, organisation_id) do update
            set stated = action_imported.stated || excluded.stated, at = excluded.at",
        id.0,
        Json(outcomes) as _,
        organisation.0,
        now,
        &rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows of which nothing came; and what they came with, of those of which it is not kept.
///
/// # Errors
/// The database's own.
pub async fn leave_rest(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_row set result = coalesce(result, 'left'), kept = null, kept_hash = null
         where process_id = kernel.process_id() and import_id = $1 and (result is null or kept is not null)",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row that was taken back, or why it was not.
#[derive(Debug, Serialize)]
pub struct Undone {
    pub row: i32,
    pub kept_why: Option<String>,
}

/// # Errors
/// The database's own.
pub async fn keep_undone(
    tx: &mut ProcessTx,
    id: ImportId,
    organisation: OrganisationId,
    undone: &[Undone],
) -> sqlx::Result<()> {
    let rows: Vec<i32> = undone.iter().map(|u| u.row).collect();
    sqlx::query!(
        "with given as (select * from jsonb_to_recordset($2::jsonb) as r(row integer, kept_why text)),
            kept as (update import_row i set undone = case when g.kept_why is null then 'undone' else 'kept' end, kept_why = g.kept_why
                from given g where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row and i.row = any ($4)
                returning i.applied_id, i.earlier, i.undone),
            back as (update action_imported m set stated = k.earlier from kept k
                where m.process_id = kernel.process_id() and m.action_id = k.applied_id and m.organisation_id = $3
                    and k.undone = 'undone' and k.earlier is not null)
         delete from action_imported m using kept k
            where m.process_id = kernel.process_id() and m.action_id = k.applied_id and m.organisation_id = $3
                and k.undone = 'undone' and k.earlier is null",
        id.0,
        Json(undone) as _,
        organisation.0,
        &rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Every action that the import added.
///
/// # Errors
/// The database's own.
pub async fn added(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<Vec<Uuid>> {
    let rows = sqlx::query_scalar!(
        "select applied_id from import_row where process_id = kernel.process_id() and import_id = $1 and result = 'added'",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().flatten().collect())
}
