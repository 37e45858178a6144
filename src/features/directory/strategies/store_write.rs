//! Writing strategies and their objectives.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::{Draft, StrategyStatus, ThemeRef};
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ObjectiveId, StrategyId};

/// The first day of a date, and how much of it is stated.
fn parts(date: Option<&PartialDate>) -> (Option<chrono::NaiveDate>, Option<&'static str>) {
    (date.map(PartialDate::first_day), date.map(PartialDate::precision).map(Precision::as_str))
}

pub async fn create(tx: &mut ProcessTx, id: StrategyId, draft: &Draft) -> sqlx::Result<()> {
    let (starts, ends) = (parts(draft.starts.as_ref()), parts(draft.ends.as_ref()));
    sqlx::query!(
        "insert into strategy (id, beneficiary_id, title, own_language, own_title, starts_on, starts_precision, ends_on, ends_precision,
            status, url) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.0,
        draft.beneficiary.0,
        draft.title,
        draft.own_language,
        draft.own_title,
        starts.0,
        starts.1,
        ends.0,
        ends.1,
        draft.status.map(StrategyStatus::as_str),
        draft.url
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first. Whose it is does not change.
pub async fn save(tx: &mut ProcessTx, id: StrategyId, version: i32, draft: &Draft) -> sqlx::Result<bool> {
    let (starts, ends) = (parts(draft.starts.as_ref()), parts(draft.ends.as_ref()));
    let saved = sqlx::query!(
        "update strategy set title = $3, own_language = $4, own_title = $5, starts_on = $6, starts_precision = $7, ends_on = $8,
            ends_precision = $9, status = $10, url = $11, version = version + 1
         where process_id = kernel.process_id() and id = $1 and version = $2",
        id.0,
        version,
        draft.title,
        draft.own_language,
        draft.own_title,
        starts.0,
        starts.1,
        ends.0,
        ends.1,
        draft.status.map(StrategyStatus::as_str),
        draft.url
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// A strategy that is retired stays, and nothing leads to it any more. False where it was so already.
pub async fn set_retired(tx: &mut ProcessTx, id: StrategyId, at: Option<DateTime<Utc>>) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update strategy set retired_at = $2, version = version + 1
         where process_id = kernel.process_id() and id = $1 and (retired_at is null) <> ($2::timestamptz is null)",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// What the form of an objective says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectiveDraft {
    pub code: String,
    pub title: String,
    pub themes: Vec<ThemeRef>,
    pub codes: Vec<String>,
}

/// Whether another objective of the strategy bears this number.
pub async fn code_taken(
    tx: &mut ProcessTx,
    strategy: StrategyId,
    code: &str,
    but: Option<ObjectiveId>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from strategy_objective where process_id = kernel.process_id() and strategy_id = $1
            and code <> '' and lower(code) = lower($2) and id is distinct from $3) as "taken!""#,
        strategy.0,
        code,
        but.map(|o| o.0)
    )
    .fetch_one(tx.conn())
    .await
}

pub async fn create_objective(
    tx: &mut ProcessTx,
    strategy: StrategyId,
    id: ObjectiveId,
    draft: &ObjectiveDraft,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into strategy_objective (id, strategy_id, code, title, dac_codes) values ($1, $2, $3, $4, $5)",
        id.0,
        strategy.0,
        draft.code,
        draft.title,
        &draft.codes
    )
    .execute(tx.conn())
    .await?;
    set_themes(tx, id, &draft.themes).await
}

/// False where somebody else was first.
pub async fn save_objective(
    tx: &mut ProcessTx,
    id: ObjectiveId,
    version: i32,
    draft: &ObjectiveDraft,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update strategy_objective set code = $3, title = $4, dac_codes = $5, version = version + 1
         where process_id = kernel.process_id() and id = $1 and version = $2",
        id.0,
        version,
        draft.code,
        draft.title,
        &draft.codes
    )
    .execute(tx.conn())
    .await?;
    if saved.rows_affected() == 0 {
        return Ok(false);
    }
    set_themes(tx, id, &draft.themes).await?;
    Ok(true)
}

async fn set_themes(tx: &mut ProcessTx, id: ObjectiveId, themes: &[ThemeRef]) -> sqlx::Result<()> {
    let themes: Vec<Uuid> = themes.iter().map(|t| t.id.0).collect();
    sqlx::query!(
        "with gone as (delete from strategy_objective_theme where process_id = kernel.process_id() and objective_id = $1
            and theme_id <> all ($2::uuid[]))
         insert into strategy_objective_theme (objective_id, theme_id) select $1, t.id from unnest($2::uuid[]) t (id) on conflict do nothing",
        id.0,
        &themes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where it was so already.
pub async fn set_objective_retired(
    tx: &mut ProcessTx,
    id: ObjectiveId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update strategy_objective set retired_at = $2, version = version + 1
         where process_id = kernel.process_id() and id = $1 and (retired_at is null) <> ($2::timestamptz is null)",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}
