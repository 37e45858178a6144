//! Strategies in the database.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::model::{Brief, Draft, Objective, Strategy, StrategyStatus, ThemeRef};
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, ObjectiveId, StrategyId, ThemeId};

struct Row {
    id: StrategyId,
    beneficiary: BeneficiaryId,
    title: String,
    own_language: Option<String>,
    own_title: String,
    starts: Option<String>,
    ends: Option<String>,
    status: Option<String>,
    url: Option<String>,
    retired_at: Option<DateTime<Utc>>,
    version: i32,
    objectives: i64,
}

impl Row {
    fn brief(self) -> Brief {
        let date = |text: Option<String>| text.and_then(|t| t.parse::<PartialDate>().ok());
        let draft = Draft {
            beneficiary: self.beneficiary,
            title: self.title,
            own_language: self.own_language,
            own_title: self.own_title,
            starts: date(self.starts),
            ends: date(self.ends),
            status: self.status.as_deref().and_then(StrategyStatus::parse),
            url: self.url,
        };
        let strategy = Strategy { id: self.id, draft, retired_at: self.retired_at, version: self.version };
        Brief { strategy, objectives: self.objectives }
    }
}

async fn read(
    tx: &mut ProcessTx,
    id: Option<StrategyId>,
    beneficiary: Option<BeneficiaryId>,
) -> sqlx::Result<Vec<Brief>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select s.id as "id: StrategyId", s.beneficiary_id as "beneficiary: BeneficiaryId", s.title, s.own_language, s.own_title,
            kernel.partial_date(s.starts_on, s.starts_precision) as starts, kernel.partial_date(s.ends_on, s.ends_precision) as ends,
            s.status, s.url, s.retired_at, s.version,
            (select count(*) from strategy_objective o where o.process_id = s.process_id and o.strategy_id = s.id
                and o.retired_at is null) as "objectives!"
        from strategy s join beneficiary b on b.process_id = s.process_id and b.id = s.beneficiary_id
        where s.process_id = kernel.process_id() and ($1::uuid is null or s.id = $1) and ($2::uuid is null or s.beneficiary_id = $2)
        order by s.retired_at is not null, b.position, s.starts_on desc nulls last, lower(s.title), s.id"#,
        id.map(|i| i.0),
        beneficiary.map(|b| b.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::brief).collect())
}

/// By beneficiary, the latest first; the retired ones last.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx, beneficiary: Option<BeneficiaryId>) -> sqlx::Result<Vec<Brief>> {
    read(tx, None, beneficiary).await
}

/// Those of a beneficiary that are in use.
pub async fn of_beneficiary(tx: &mut ProcessTx, beneficiary: BeneficiaryId) -> sqlx::Result<Vec<Brief>> {
    let mut all = read(tx, None, Some(beneficiary)).await?;
    all.retain(|brief| brief.strategy.retired_at.is_none());
    Ok(all)
}

/// One strategy, retired or not.
///
/// # Errors
/// There is none with that id, and the database's own.
pub async fn load(tx: &mut ProcessTx, id: StrategyId) -> sqlx::Result<Strategy> {
    let found = read(tx, Some(id), None).await?.into_iter().next();
    found.map(|brief| brief.strategy).ok_or(sqlx::Error::RowNotFound)
}

/// The objectives of a strategy, of one of them alone, or of all, in the order of their numbers; the retired ones last.
///
/// # Errors
/// The database's own.
pub async fn objectives(
    tx: &mut ProcessTx,
    strategy: Option<StrategyId>,
    one: Option<ObjectiveId>,
) -> sqlx::Result<Vec<Objective>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: ObjectiveId", o.strategy_id as "strategy: StrategyId", o.code, o.title, o.dac_codes, o.retired_at, o.version,
            coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by lower(t.name), t.id)
                from strategy_objective_theme x join theme t on t.process_id = x.process_id and t.id = x.theme_id
                where x.process_id = o.process_id and x.objective_id = o.id), '[]') as "themes!: Json<Vec<ThemeRef>>",
            array(select t.key from kernel.themes_of_objective(o.id) m join theme t on t.process_id = o.process_id and t.id = m.theme
                order by 1) as "reached!"
        from strategy_objective o
        where o.process_id = kernel.process_id() and ($1::uuid is null or o.strategy_id = $1) and ($2::uuid is null or o.id = $2)"#,
        strategy.map(|s| s.0),
        one.map(|o| o.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all: Vec<Objective> = rows
        .into_iter()
        .map(|r| Objective {
            id: r.id,
            strategy: r.strategy,
            code: r.code,
            title: r.title,
            codes: r.dac_codes,
            themes: r.themes.0,
            reached: r.reached,
            retired_at: r.retired_at,
            version: r.version,
        })
        .collect();
    all.sort_by_cached_key(|o| (o.retired_at.is_some(), super::model::in_order(&o.code), o.title.to_lowercase(), o.id));
    Ok(all)
}

/// An objective, under the strategy that it is of.
pub async fn objective(tx: &mut ProcessTx, strategy: StrategyId, id: ObjectiveId) -> sqlx::Result<Objective> {
    objectives(tx, Some(strategy), Some(id)).await?.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

/// The themes that an objective can be mapped to: those in use, and those that it has already.
pub async fn themes(tx: &mut ProcessTx, had: &[ThemeRef]) -> sqlx::Result<Vec<ThemeRef>> {
    let had: Vec<_> = had.iter().map(|t| t.id.0).collect();
    sqlx::query_as!(
        ThemeRef,
        r#"select id as "id: ThemeId", name from theme where process_id = kernel.process_id() and (retired_at is null or id = any ($1))
        order by lower(name), id"#,
        &had
    )
    .fetch_all(tx.conn())
    .await
}
