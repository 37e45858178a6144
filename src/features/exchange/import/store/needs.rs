//! Files of needs, and what became of their rows.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::rows::{Filter, Undone, rows, rows_of};
use crate::features::exchange::import::model::{Becomes, Decision, Import, NearRow, NeedRow, Row, Verdict};
use crate::features::exchange::incoming::ImportProblem;
use crate::features::needs::bulk;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::Changes;
use crate::kernel::ids::{ImportId, NeedId};

/// # Errors
/// The database's own.
pub async fn insert_needs(
    tx: &mut ProcessTx,
    id: ImportId,
    account: Uuid,
    by: &MembershipFacts,
    within: bulk::Within,
    file_name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into import (id, account_id, by_membership_id, becomes, beneficiary_id, cycle_id, file_name, uploaded_at)
         values ($1, $2, $3, 'needs', $4, $5, $6, $7)",
        id.0,
        account,
        by.id.0,
        within.beneficiary.0,
        within.cycle.0,
        file_name,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A judged row of needs, as the statement takes it.
#[derive(Debug, Serialize)]
pub struct KeptNeed {
    pub row: i32,
    pub title: String,
    pub cells: Option<Vec<String>>,
    pub patch: bulk::Asked,
    pub problems: Vec<ImportProblem>,
    pub verdict: Verdict,
    pub need: Option<NeedId>,
    pub version: Option<i32>,
    pub difference: Changes,
    pub clashes: Vec<String>,
    pub near: Vec<NearRow>,
    pub decision: Option<Decision>,
}

/// The next rows of a file of needs.
///
/// # Errors
/// The database's own.
pub async fn need_rows(tx: &mut ProcessTx, id: ImportId, filter: &Filter, most: i64) -> sqlx::Result<Vec<NeedRow>> {
    rows_of(tx, id, filter, most).await
}

/// The next rows of a file of either kind, with what is the same of both.
///
/// # Errors
/// The database's own.
pub async fn plain_rows(tx: &mut ProcessTx, import: &Import, filter: &Filter, most: i64) -> sqlx::Result<Vec<Row>> {
    match import.becomes {
        Becomes::Actions => rows(tx, import.id, filter, most).await,
        Becomes::Needs(_) => {
            let all = need_rows(tx, import.id, filter, most).await?;
            Ok(all.into_iter().map(|row| row.plain().0).collect())
        }
    }
}

/// What became of a row.
#[derive(Debug, Serialize)]
pub struct NeedOutcome {
    pub row: i32,
    pub result: &'static str,
    pub applied: NeedId,
    pub before: Option<bulk::Form>,
    pub version: i32,
}

/// Writes down what came of rows.
///
/// # Errors
/// The database's own.
pub async fn keep_need_outcomes(tx: &mut ProcessTx, id: ImportId, outcomes: &[NeedOutcome]) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_row i set result = g.result, need_applied_id = g.applied, before = nullif(g.before, 'null'), version_after = g.version
         from jsonb_to_recordset($2::jsonb) as g(row integer, result text, applied uuid, before jsonb, version integer)
         where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row",
        id.0,
        Json(outcomes) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn keep_needs_undone(tx: &mut ProcessTx, id: ImportId, undone: &[Undone]) -> sqlx::Result<()> {
    sqlx::query!(
        "update import_row i set undone = case when g.kept_why is null then 'undone' else 'kept' end, kept_why = g.kept_why
         from jsonb_to_recordset($2::jsonb) as g(row integer, kept_why text)
         where i.process_id = kernel.process_id() and i.import_id = $1 and i.row = g.row",
        id.0,
        Json(undone) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
