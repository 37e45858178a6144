//! The needs that a sheet is made of.

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, CycleId, NeedId};

/// The needs of a beneficiary in a cycle that were not withdrawn, drafts among them, with their titles.
///
/// # Errors
/// The database's own.
pub async fn listed(
    tx: &mut ProcessTx,
    beneficiary: BeneficiaryId,
    cycle: CycleId,
    most: i64,
) -> sqlx::Result<Vec<(NeedId, String)>> {
    let rows = sqlx::query!(
        r#"select n.id as "id!: NeedId", n.title as "title!" from visible_need n
        where n.process_id = kernel.process_id() and n.beneficiary_id = $1 and n.cycle_id = $2 and n.state <> 'withdrawn'
        order by lower(n.title), n.id limit $3"#,
        beneficiary.0,
        cycle.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title)).collect())
}
