//! Members in the database: writing, and what is asked before.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::model::{Draft, MemberState};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{AccountId, MembershipId};
use crate::kernel::permit::Role;

/// A membership that is to be written down.
pub struct New<'a> {
    pub id: MembershipId,
    pub account: AccountId,
    pub draft: &'a Draft,
    pub state: MemberState,
    pub proposed_by: Option<MembershipId>,
    pub predecessor: Option<MembershipId>,
    pub at: DateTime<Utc>,
}

/// Holds the list of members until the transaction ends. Whoever asks something of the whole list before changing it (who is there
/// already, who stays) asks and reads after this, so that of two at once the second sees what the first did.
pub async fn lock(tx: &mut ProcessTx) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('members ' || kernel.process_id()::text, 0))")
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn add(tx: &mut ProcessTx, n: &New<'_>) -> sqlx::Result<()> {
    let d = n.draft;
    sqlx::query!(
        "insert into membership (id, account_id, name, post, phone, role, organisation_id, beneficiary_id, starts_on, ends_on, speaks_for_from,
            speaks_for_to, votes_from, votes_to, focal_point, state, proposed_by_id, predecessor_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        n.id.0,
        n.account.0,
        d.name,
        d.post,
        d.phone,
        d.role.as_str(),
        d.organisation.map(|i| i.0),
        d.beneficiary.map(|i| i.0),
        d.starts_on,
        d.ends_on,
        d.speaks_for.from,
        d.speaks_for.to,
        d.votes.from,
        d.votes.to,
        d.focal_point,
        n.state.as_str(),
        n.proposed_by.map(|i| i.0),
        n.predecessor.map(|i| i.0),
        n.at
    )
    .execute(tx.conn())
    .await?;
    set_pillars(tx, n.id, d).await
}

async fn set_pillars(tx: &mut ProcessTx, id: MembershipId, d: &Draft) -> sqlx::Result<()> {
    let pillars: Vec<Uuid> = d.pillars.iter().map(|p| p.0).collect();
    sqlx::query!("delete from membership_pillar where membership_id = $1 and not pillar_id = any($2)", id.0, &pillars)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into membership_pillar (membership_id, pillar_id) select $1, x.id from unnest($2::uuid[]) x (id) on conflict do nothing",
        id.0,
        &pillars
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where somebody else was first.
pub async fn save(tx: &mut ProcessTx, id: MembershipId, version: i32, d: &Draft) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update membership set name = $3, post = $4, phone = $5, role = $6, organisation_id = $7, beneficiary_id = $8, starts_on = $9, ends_on = $10,
            speaks_for_from = $11, speaks_for_to = $12, votes_from = $13, votes_to = $14, focal_point = $15, version = version + 1
         where id = $1 and version = $2",
        id.0,
        version,
        d.name,
        d.post,
        d.phone,
        d.role.as_str(),
        d.organisation.map(|i| i.0),
        d.beneficiary.map(|i| i.0),
        d.starts_on,
        d.ends_on,
        d.speaks_for.from,
        d.speaks_for.to,
        d.votes.from,
        d.votes.to,
        d.focal_point
    )
    .execute(tx.conn())
    .await?;
    if saved.rows_affected() == 0 {
        return Ok(false);
    }
    set_pillars(tx, id, d).await?;
    Ok(true)
}

/// Moves a membership from one state to another. False where it is no longer in the first.
pub async fn set_state(tx: &mut ProcessTx, id: MembershipId, from: MemberState, to: MemberState) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update membership set state = $3, version = version + 1 where id = $1 and state = $2",
        id.0,
        from.as_str(),
        to.as_str()
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// Sets the last day. A membership whose last day is over is ended in its state, too. False where somebody was first.
pub async fn set_end(
    tx: &mut ProcessTx,
    id: MembershipId,
    version: i32,
    last: NaiveDate,
    ended_before: NaiveDate,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update membership set ends_on = $3::date, state = case when $3::date < $4 then 'ended' else state end, version = version + 1
         where id = $1 and version = $2 and state in ('active', 'invited')",
        id.0,
        version,
        last,
        ended_before
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() > 0)
}

/// Somebody who is, or is invited to be, in this role here under this address; the name is the process's own.
pub async fn same(tx: &mut ProcessTx, email: &str, d: &Draft, today: NaiveDate) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"select m.name from membership m join kernel.member_addresses() a on a.membership_id = m.id
        where lower(a.email) = lower($1) and m.role = $2 and m.organisation_id is not distinct from $3
            and m.beneficiary_id is not distinct from $4 and m.state in ('active', 'invited', 'proposed') and coalesce(m.ends_on, $5) >= $5
        limit 1"#,
        email,
        d.role.as_str(),
        d.organisation.map(|i| i.0),
        d.beneficiary.map(|i| i.0),
        today
    )
    .fetch_optional(tx.conn())
    .await
}

/// Whether the secretariat has a member besides this one who stays beyond a day.
pub async fn secretariat_stays(tx: &mut ProcessTx, but: MembershipId, beyond: NaiveDate) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from membership where id <> $1 and role = $2 and state = 'active' and starts_on <= $3
            and (ends_on is null or ends_on > $3)) as "stays!""#,
        but.0,
        Role::SupportGroup.as_str(),
        beyond
    )
    .fetch_one(tx.conn())
    .await
}

/// The account of an address; made where there is none, and nobody learns which.
pub async fn account_of(tx: &mut ProcessTx, email: &str) -> sqlx::Result<AccountId> {
    sqlx::query_scalar!(r#"select kernel.account_of($1) as "id!: AccountId""#, email).fetch_one(tx.conn()).await
}

pub async fn confirm_list(tx: &mut ProcessTx, id: MembershipId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update membership set list_confirmed_at = $2 where id = $1", id.0, now).execute(tx.conn()).await?;
    Ok(())
}
