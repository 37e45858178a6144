//! The rows of an import: judged, decided on, taken in, taken back.

use serde::Serialize;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::features::actions::{Difference, Sheet};
use crate::features::exchange::import::model::{Counts, Decision, NearRow, Patch, Row, Verdict};
use crate::features::exchange::import::verdict::Candidate;
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
}

/// Keeps judged rows; one that was there is judged anew, and asked about again where the judgement is another.
///
/// # Errors
/// The database's own.
pub async fn keep_rows(tx: &mut ProcessTx, id: ImportId, rows: &[KeptRow]) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into import_row (import_id, row, title, cells, patch, problems, verdict, action_id, version, difference, clashes, near,
            decision)
         select $1, r.row, r.title, nullif(r.cells, 'null'), r.patch, r.problems, r.verdict, r.action, r.version, r.difference,
            array(select jsonb_array_elements_text(r.clashes)), r.near, r.decision
         from jsonb_to_recordset($2::jsonb) as r(row integer, title text, cells jsonb, patch jsonb, problems jsonb, verdict text,
            action uuid, version integer, difference jsonb, clashes jsonb, near jsonb, decision text)
         on conflict (process_id, import_id, row) do update set title = excluded.title, cells = excluded.cells, patch = excluded.patch,
            problems = excluded.problems, verdict = excluded.verdict, action_id = excluded.action_id, version = excluded.version,
            difference = excluded.difference, clashes = excluded.clashes, near = excluded.near, target_id = null,
            decision = excluded.decision",
        id.0,
        Json(rows) as _
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
    pub row: Option<i32>,
    pub after: i32,
    /// Those that are to be taken in.
    pub chosen: bool,
}

/// The next rows, in their order.
///
/// # Errors
/// The database's own.
pub async fn rows(tx: &mut ProcessTx, id: ImportId, filter: &Filter, most: i64) -> sqlx::Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"select r.row, r.title, r.cells as "cells: Json<Vec<String>>", r.patch as "patch: Json<Patch>",
            r.problems as "problems: Json<Vec<ImportProblem>>", r.verdict, r.action_id, r.version,
            r.difference as "difference: Json<Difference>", r.clashes, r.near as "near: Json<Vec<NearRow>>", r.decision, r.target_id,
            r.result, r.applied_id, r.before as "before: Json<Sheet>", r.version_after, r.undone, r.kept_why
        from import_row r
        where r.process_id = kernel.process_id() and r.import_id = $1 and r.row > $2
            and ($3::text is null or r.verdict = $3)
            and (not $4 or (r.decision is null and r.verdict in ('duplicate', 'conflict')))
            and ($5::text is null or r.result = $5)
            and ($6::int is null or r.row = $6)
            and (not $7 or r.decision in ('take', 'ours', 'add', 'same'))
        order by r.row limit $8"#,
        id.0,
        filter.after,
        filter.verdict.map(Verdict::as_str),
        filter.open,
        filter.result,
        filter.row,
        filter.chosen,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let read = rows.into_iter().map(|r| Row {
        row: r.row,
        title: r.title,
        cells: r.cells.map(|c| c.0),
        patch: r.patch.0,
        problems: r.problems.0,
        verdict: Verdict::parse(&r.verdict).unwrap_or(Verdict::Wrong),
        action: r.action_id,
        version: r.version,
        difference: r.difference.0,
        clashes: r.clashes,
        near: r.near.0,
        decision: r.decision.as_deref().and_then(Decision::parse),
        target: r.target_id,
        result: r.result,
        applied: r.applied_id,
        before: r.before.map(|b| b.0),
        version_after: r.version_after,
        undone: r.undone,
        kept_why: r.kept_why,
    });
    Ok(read.collect())
}

/// How many rows there are of each verdict, and how many of each result.
///
/// # Errors
/// The database's own.
pub async fn counts(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<(Counts, HashMap<String, i64>)> {
    let rows = sqlx::query!(
        r#"select r.verdict, coalesce(case when r.undone is not null then r.undone else r.result end, '') as "result!",
            count(*) as "n!", count(r.decision) as "decided!"
        from import_row r where r.process_id = kernel.process_id() and r.import_id = $1 group by 1, 2"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut verdicts, mut results) = (Counts::default(), HashMap::new());
    for row in rows {
        let entry = verdicts.0.entry(row.verdict).or_insert((0, 0));
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
         where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = d.row",
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

/// Actions that rows may be: by id, by reference, by folded title. Those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn candidates(
    tx: &mut ProcessTx,
    ids: &[Uuid],
    references: &[String],
    titles: &[String],
) -> sqlx::Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.reference as "reference!", a.search_title as "title!", a.reporting_id as "keeper!: OrganisationId"
        from visible_action a
        where a.process_id = kernel.process_id() and a.merged_into_id is null
            and (a.id = any ($1) or (a.reference <> '' and lower(a.reference) = any ($2)) or a.search_title = any ($3))"#,
        ids,
        references,
        titles
    )
    .fetch_all(tx.conn())
    .await?;
    let read =
        rows.into_iter().map(|r| Candidate { id: r.id, reference: r.reference, title: r.title, keeper: r.keeper });
    Ok(read.collect())
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
            where m.process_id = kernel.process_id() and m.organisation_id = $1 and m.action_id = any ($2)"#,
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
    sqlx::query!(
        "with given as (select * from jsonb_to_recordset($2::jsonb)
                as r(row integer, result text, applied uuid, before jsonb, version integer, stated jsonb)),
            kept as (update import_row i set result = g.result, applied_id = g.applied, before = nullif(g.before, 'null'),
                    version_after = g.version,
                    earlier = (select m.stated from action_imported m where m.process_id = kernel.process_id()
                        and m.action_id = g.applied and m.organisation_id = $3)
                from given g where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row)
         insert into action_imported (action_id, organisation_id, stated, at)
            select g.applied, $3, g.stated, $4 from given g
         on conflict (process_id, action_id, organisation_id) do update
            set stated = action_imported.stated || excluded.stated, at = excluded.at",
        id.0,
        Json(outcomes) as _,
        organisation.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows of which nothing came.
///
/// # Errors
/// The database's own.
pub async fn leave_rest(tx: &mut ProcessTx, id: ImportId) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_row set result = 'left' where process_id = kernel.process_id() and import_id = $1 and result is null",
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
    sqlx::query!(
        "with given as (select * from jsonb_to_recordset($2::jsonb) as r(row integer, kept_why text)),
            kept as (update import_row i set undone = case when g.kept_why is null then 'undone' else 'kept' end, kept_why = g.kept_why
                from given g where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row
                returning i.applied_id, i.earlier, i.undone),
            back as (update action_imported m set stated = k.earlier from kept k
                where m.process_id = kernel.process_id() and m.action_id = k.applied_id and m.organisation_id = $3
                    and k.undone = 'undone' and k.earlier is not null)
         delete from action_imported m using kept k
            where m.process_id = kernel.process_id() and m.action_id = k.applied_id and m.organisation_id = $3
                and k.undone = 'undone' and k.earlier is null",
        id.0,
        Json(undone) as _,
        organisation.0
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

/// Titles of these actions, as far as the reader sees them.
///
/// # Errors
/// The database's own.
pub async fn titles(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.title as "title!" from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title)).collect())
}
