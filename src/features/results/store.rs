//! Stated figures in the database. A figure belongs to an indicator in all versions of its plan: it is found by lineage.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::Stated;
use super::rules::{Figure, Origin};
use crate::features::plans::Who;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActualId, BeneficiaryId, IndicatorId, MembershipId, PlanId};
use crate::kernel::random;

/// The stated figures that stand, of every indicator of a plan that the reader sees, by lineage.
///
/// # Errors
/// The database's own.
pub async fn standing(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<HashMap<Uuid, Vec<Figure>>> {
    let rows = sqlx::query!(
        r#"select i.lineage_id, a.id as "id!", a.beneficiary_id as "beneficiary: BeneficiaryId", a.period_start as "start!",
            a.period_end as "end!", a.value as "value!", a.dated as "dated!"
        from visible_actual a join indicator i on i.process_id = a.process_id and i.id = a.indicator_id
        where a.process_id = kernel.process_id() and a.replaced_at is null and i.lineage_id in (
            select x.lineage_id from indicator x join visible_plan_node n on n.process_id = x.process_id and n.id = x.plan_node_id
            where n.plan_id = $1)"#,
        plan.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all: HashMap<Uuid, Vec<Figure>> = HashMap::new();
    for r in rows {
        all.entry(r.lineage_id).or_default().push(Figure {
            id: r.id,
            beneficiary: r.beneficiary,
            start: r.start,
            end: r.end,
            value: r.value,
            origin: Origin::Stated,
            dated: r.dated,
        });
    }
    Ok(all)
}

/// Every figure that was ever stated of an indicator, the latest period first; of one period the latest word.
///
/// # Errors
/// The database's own.
pub async fn stated(tx: &mut ProcessTx, lineage: Uuid, today: NaiveDate) -> sqlx::Result<Vec<Stated>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!: ActualId", a.beneficiary_id as "beneficiary: BeneficiaryId", a.period_start as "start!",
            a.period_end as "end!", a.value as "value!", a.source as "source!", a.dated as "dated!", a.why as "why!", a.at as "at!",
            kernel.person(a.by_membership_id, $2) as "by!: Json<Who>", a.replaced_at, a.withdrawn_why as "withdrawn_why!",
            case when a.withdrawn_by_id is not null then kernel.person(a.withdrawn_by_id, $2) end as "withdrawn_by: Json<Who>"
        from visible_actual a join indicator i on i.process_id = a.process_id and i.id = a.indicator_id
        where a.process_id = kernel.process_id() and i.lineage_id = $1
        order by a.period_end desc, a.period_start desc, a.beneficiary_id nulls first, a.at desc, a.id"#,
        lineage,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Stated {
            id: r.id,
            beneficiary: r.beneficiary,
            start: r.start,
            end: r.end,
            value: r.value,
            source: r.source,
            dated: r.dated,
            why: r.why,
            at: r.at,
            by: r.by.0,
            replaced_at: r.replaced_at,
            withdrawn_by: r.withdrawn_by.map(|w| w.0),
            withdrawn_why: r.withdrawn_why,
        })
        .collect())
}

/// Holds the figures of an indicator, in all its versions, until the transaction ends.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx, lineage: Uuid) -> sqlx::Result<()> {
    sqlx::query!("select id from indicator where lineage_id = $1 order by id for update", lineage)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// A figure as the form has it.
#[derive(Debug, Clone)]
pub struct New {
    pub beneficiary: Option<BeneficiaryId>,
    pub start: NaiveDate,
    pub end: NaiveDate,
    pub value: rust_decimal::Decimal,
    pub source: String,
    pub dated: NaiveDate,
    pub replaces: Option<ActualId>,
    pub why: String,
}

/// Marks a figure as standing no more; `false` where it does not stand any more already.
///
/// # Errors
/// The database's own.
pub async fn replace(
    tx: &mut ProcessTx,
    figure: ActualId,
    withdrawn: Option<(MembershipId, &str)>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let (by, why) = withdrawn.map_or((None, ""), |(by, why)| (Some(by.0), why));
    let done = sqlx::query!(
        "update indicator_actual set replaced_at = $2, withdrawn_by_id = $3, withdrawn_why = $4
         where process_id = kernel.process_id() and id = $1 and replaced_at is null",
        figure.0,
        now,
        by,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps a figure.
///
/// # Errors
/// The database's own.
pub async fn insert(
    tx: &mut ProcessTx,
    indicator: IndicatorId,
    new: &New,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<ActualId> {
    let id = ActualId(random::id());
    sqlx::query!(
        "insert into indicator_actual (id, indicator_id, beneficiary_id, period_start, period_end, value, source, dated, replaces_id, why,
            at, by_membership_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        indicator.0,
        new.beneficiary.map(|b| b.0),
        new.start,
        new.end,
        new.value,
        new.source,
        new.dated,
        new.replaces.map(|r| r.0),
        new.why,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}
