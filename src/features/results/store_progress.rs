//! Figures that came with progress reports: the accepted ones, of actions that the reader sees.

use uuid::Uuid;

use super::rules::{Figure, Origin};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, PlanId};

/// A reported figure, and the action that it is of.
#[derive(Debug, Clone)]
pub struct Reported {
    /// Of its indicator.
    pub lineage: Uuid,
    pub figure: Figure,
    pub action: ActionId,
    pub title: String,
}

/// The figures that accepted reports brought for the indicators of a plan, in whichever version of it they were reported.
///
/// # Errors
/// The database's own.
pub async fn reported(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<Vec<Reported>> {
    let rows = sqlx::query!(
        r#"select i.lineage_id, v.id as "id!", v.beneficiary_id as "beneficiary: BeneficiaryId", v.period_start as "start!",
            v.period_end as "end!", v.value as "value!",
            a.id as "action!: ActionId", a.title as "title!", coalesce(r.decided_at::date, v.period_end) as "dated!"
        from progress_value v -- past the view: of actions that are seen
        join visible_progress_report r on r.process_id = v.process_id and r.id = v.report_id and r.state = 'accepted'
        join visible_action a on a.process_id = r.process_id and a.id = r.action_id
        join indicator i on i.process_id = v.process_id and i.id = v.indicator_id
        where v.process_id = kernel.process_id() and i.lineage_id in (
            select x.lineage_id from indicator x join visible_plan_node n on n.process_id = x.process_id and n.id = x.plan_node_id
            where n.plan_id = $1)
        order by v.period_end desc, a.title, v.id"#,
        plan.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Reported {
            lineage: r.lineage_id,
            action: r.action,
            title: r.title,
            figure: Figure {
                id: r.id,
                beneficiary: r.beneficiary,
                start: r.start,
                end: r.end,
                value: r.value,
                origin: Origin::Reported(r.action),
                dated: r.dated,
            },
        })
        .collect())
}
