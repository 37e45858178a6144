//! Webhooks in the database, as their keepers have them.

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Delivery, Hook, Kind, Owner, State, Why};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, WebhookId};
use crate::kernel::outbound::Failure;

/// How many deliveries a hook's page shows.
pub const SHOWN: i64 = 20;

fn unreadable(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}

/// Those of some owners, by name; `one` of them alone where it is given. An organisation's that was merged into another are that
/// other's.
async fn read(
    tx: &mut ProcessTx,
    owners: &[Owner],
    one: Option<WebhookId>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Hook>> {
    let organisations: Vec<Uuid> = owners.iter().filter_map(|o| o.organisation()).map(|id| id.0).collect();
    let beneficiaries: Vec<Uuid> = owners.iter().filter_map(|o| o.beneficiary()).map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select w.id as "id: WebhookId", coalesce(o.merged_into_id, w.organisation_id) as "organisation?: OrganisationId",
            w.beneficiary_id as "beneficiary?: BeneficiaryId", w.name, w.address, w.types, w.state, w.stopped_why, w.failures,
            w.failing_since, w.try_at, w.old_until, case when m.state = 'active' and m.starts_on <= $5
                and coalesce(m.ends_on, $5) >= $5 then m.name end as "sees_as?"
        from webhook w join membership m on m.process_id = w.process_id and m.id = w.membership_id
            left join organisation o on o.process_id = w.process_id and o.id = w.organisation_id
        where w.state <> 'removed' and (coalesce(o.merged_into_id, w.organisation_id) = any($1) or w.beneficiary_id = any($2)
                or ($3 and w.organisation_id is null and w.beneficiary_id is null))
            and ($4::uuid is null or w.id = $4)
        order by lower(w.name), w.id"#,
        &organisations,
        &beneficiaries,
        owners.contains(&Owner::Process),
        one.map(|id| id.0),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Hook {
                id: r.id,
                owner: Owner::of(r.organisation, r.beneficiary),
                name: r.name,
                address: r.address,
                kinds: r.types.iter().filter_map(|t| Kind::parse(t)).collect(),
                state: State::parse(&r.state).ok_or_else(|| unreadable("webhook.state"))?,
                why: r.stopped_why.as_deref().and_then(Why::parse),
                failures: r.failures,
                failing_since: r.failing_since,
                try_at: r.try_at,
                old_until: r.old_until,
                sees_as: r.sees_as,
                last: None,
            })
        })
        .collect()
}

/// Each with what was tried last.
pub async fn list(tx: &mut ProcessTx, owners: &[Owner], today: NaiveDate) -> sqlx::Result<Vec<Hook>> {
    let mut hooks = read(tx, owners, None, today).await?;
    let ids: Vec<Uuid> = hooks.iter().map(|h| h.id.0).collect();
    let mut last: HashMap<Uuid, Delivery> = tried(tx, &ids, 1).await?.into_iter().collect();
    for hook in &mut hooks {
        hook.last = last.remove(&hook.id.0);
    }
    Ok(hooks)
}

pub async fn find(tx: &mut ProcessTx, id: WebhookId, owners: &[Owner], today: NaiveDate) -> sqlx::Result<Option<Hook>> {
    Ok(read(tx, owners, Some(id), today).await?.pop())
}

/// What was tried, the latest first. What waits is shown to nobody: whether its reader may see it is asked when it is sent.
pub async fn deliveries(tx: &mut ProcessTx, id: WebhookId) -> sqlx::Result<Vec<Delivery>> {
    Ok(tried(tx, &[id.0], SHOWN).await?.into_iter().map(|(_, delivery)| delivery).collect())
}

async fn tried(tx: &mut ProcessTx, hooks: &[Uuid], each: i64) -> sqlx::Result<Vec<(Uuid, Delivery)>> {
    let rows = sqlx::query!(
        r#"select d.webhook_id as "webhook!", d.type as "kind!", d.subject_id as "subject!", d.number as "number!", d.tries as "tries!",
            d.tried_at as "tried_at!", d.status as "status?", d.failure as "failure?", d.ended_at is not null as "ended!"
        from unnest($1::uuid[]) h (id) cross join lateral (
            select x.* from webhook_delivery x where x.process_id = kernel.process_id() and x.webhook_id = h.id and x.tries > 0
            order by x.tried_at desc, x.id desc limit $2) d
        order by d.tried_at desc, d.id desc"#,
        hooks,
        each
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let delivery = Delivery {
                kind: Kind::parse(&r.kind).ok_or_else(|| unreadable("webhook_delivery.type"))?,
                subject: r.subject,
                number: r.number,
                tries: i64::from(r.tries),
                tried_at: r.tried_at,
                status: r.status,
                failure: r.failure.as_deref().and_then(Failure::parse),
                ended: r.ended,
            };
            Ok((r.webhook, delivery))
        })
        .collect()
}

/// How many an owner has.
pub async fn count(tx: &mut ProcessTx, owner: Owner) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from webhook w
            left join organisation o on o.process_id = w.process_id and o.id = w.organisation_id
        where w.state <> 'removed' and coalesce(o.merged_into_id, w.organisation_id) is not distinct from $1
            and w.beneficiary_id is not distinct from $2"#,
        owner.organisation().map(|id| id.0),
        owner.beneficiary().map(|id| id.0)
    )
    .fetch_one(tx.conn())
    .await
}

/// What somebody asks for.
pub struct Draft {
    pub name: String,
    pub address: String,
    pub kinds: Vec<Kind>,
}

/// Whose hook it is, and in whose place it looks at records.
pub struct Kept {
    pub owner: Owner,
    pub by: MembershipId,
}

pub async fn add(
    tx: &mut ProcessTx,
    id: WebhookId,
    kept: &Kept,
    draft: &Draft,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let kinds: Vec<String> = draft.kinds.iter().map(|k| k.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into webhook (id, organisation_id, beneficiary_id, membership_id, name, address, types, secret, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        kept.owner.organisation().map(|o| o.0),
        kept.owner.beneficiary().map(|b| b.0),
        kept.by.0,
        draft.name,
        draft.address,
        &kinds,
        sealed,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a test among what waits; one that waits already stands for it.
pub async fn test(tx: &mut ProcessTx, id: WebhookId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into webhook_delivery (webhook_id, type, subject_id, at) values ($1, 'test', $1, $2)
         on conflict (process_id, webhook_id, type, subject_id) where tries = 0 do nothing",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// False where it was not active.
pub async fn pause(tx: &mut ProcessTx, id: WebhookId) -> sqlx::Result<bool> {
    let paused = sqlx::query!(
        "update webhook set state = 'paused', failures = 0, failing_since = null, try_at = null where id = $1 and state = 'active'",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(paused.rows_affected() > 0)
}

/// From now on it looks at records in another's place. False where it was active.
pub async fn resume(tx: &mut ProcessTx, id: WebhookId, by: MembershipId) -> sqlx::Result<bool> {
    let resumed = sqlx::query!(
        "update webhook set state = 'active', stopped_why = null, membership_id = $2, failures = 0, failing_since = null, try_at = null
         where id = $1 and state in ('paused', 'stopped')",
        id.0,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(resumed.rows_affected() > 0)
}

/// A new secret; the one before is valid beside it for a while.
pub async fn renew(tx: &mut ProcessTx, id: WebhookId, sealed: &[u8], until: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook set old_secret = secret, old_until = $3, secret = $2 where id = $1 and state <> 'removed'",
        id.0,
        sealed,
        until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gone for its keepers. The row stays, without address and secret: somebody may just be writing what it would be told of.
pub async fn remove(tx: &mut ProcessTx, id: WebhookId) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook set state = 'removed', stopped_why = null, address = '', secret = '', old_secret = null, old_until = null,
            failures = 0, failing_since = null, try_at = null where id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What waits for a hook that is not active any more waits no longer.
pub async fn drop_waiting(tx: &mut ProcessTx, id: WebhookId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("delete from webhook_delivery where webhook_id = $1 and tries = 0", id.0).execute(tx.conn()).await?;
    sqlx::query!(
        "update webhook_delivery set ended_at = $2 where webhook_id = $1 and tries > 0 and ended_at is null",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
