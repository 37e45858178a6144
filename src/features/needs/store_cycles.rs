//! Mapping cycles in the database.

use chrono::{DateTime, Utc};

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, CycleId, MembershipId, NeedId};
use crate::kernel::random;

/// # Errors
/// The database's own.
pub async fn name_taken(tx: &mut ProcessTx, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from mapping_cycle where process_id = kernel.process_id() and lower(name) = lower($1)) as "taken!""#,
        name
    )
    .fetch_one(tx.conn())
    .await
}

/// # Errors
/// The database's own.
pub async fn open(
    tx: &mut ProcessTx,
    name: &str,
    first: i16,
    last: i16,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<CycleId> {
    let id = CycleId(random::id());
    sqlx::query!(
        "insert into mapping_cycle (id, name, first_year, last_year, opened_at, created_by_id) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        name,
        first,
        last,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Closes a cycle, or opens it again; `false` where it is so already, or there is none.
///
/// # Errors
/// The database's own.
pub async fn set_closed(tx: &mut ProcessTx, id: CycleId, at: Option<DateTime<Utc>>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update mapping_cycle set closed_at = $2, version = version + 1
         where process_id = kernel.process_id() and id = $1 and (closed_at is null) = ($2::timestamptz is not null)",
        id.0,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which needs have been taken over into a cycle, each with the new one.
///
/// # Errors
/// The database's own.
pub async fn taken(tx: &mut ProcessTx, into: CycleId) -> sqlx::Result<Vec<(NeedId, NeedId)>> {
    let rows = sqlx::query!(
        r#"select copied_from_id as "old!: NeedId", id as "new!: NeedId" from visible_need
        where process_id = kernel.process_id() and cycle_id = $1 and copied_from_id is not null and state <> 'withdrawn'"#,
        into.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.old, r.new)).collect())
}

/// Of some needs the submitted ones of one beneficiary.
///
/// # Errors
/// The database's own.
pub async fn submitted_of(tx: &mut ProcessTx, ids: &[NeedId], beneficiary: BeneficiaryId) -> sqlx::Result<Vec<NeedId>> {
    let ids: Vec<_> = ids.iter().map(|n| n.0).collect();
    sqlx::query_scalar!(
        r#"select id as "id!: NeedId" from visible_need where process_id = kernel.process_id() and id = any ($1)
            and beneficiary_id = $2 and state = 'submitted'"#,
        &ids,
        beneficiary.0
    )
    .fetch_all(tx.conn())
    .await
}

/// Of some needs the drafts of one beneficiary in one cycle.
///
/// # Errors
/// The database's own.
pub async fn of_beneficiary(
    tx: &mut ProcessTx,
    ids: &[NeedId],
    beneficiary: BeneficiaryId,
    cycle: CycleId,
) -> sqlx::Result<Vec<NeedId>> {
    let ids: Vec<_> = ids.iter().map(|n| n.0).collect();
    sqlx::query_scalar!(
        r#"select id as "id!: NeedId" from visible_need where process_id = kernel.process_id() and id = any ($1)
            and beneficiary_id = $2 and cycle_id = $3 and state = 'draft'"#,
        &ids,
        beneficiary.0,
        cycle.0
    )
    .fetch_all(tx.conn())
    .await
}
