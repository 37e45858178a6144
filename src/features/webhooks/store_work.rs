//! Webhooks in the database, as the job that delivers has them.

use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use uuid::Uuid;

use super::model::{Kind, Owner, State, Why};
use super::store;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, WebhookId};
use crate::kernel::outbound::Failure;

/// How long a hook is one worker's: longer than a spell and its last request take. One that dies gives it back by this.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// What still waits after a spell is gone on with after this: somebody may hold it with what they are just writing.
const PAUSE: Duration = Duration::from_secs(3);
/// How many deliveries that have ended are kept of a hook.
const KEPT: i64 = 50;

/// What there is to do at a hook.
#[derive(Debug, PartialEq, Eq)]
pub enum Lease {
    /// It is ours, and looks at records in this membership's place.
    Taken(MembershipId),
    /// Another worker is at it, or it is too early to try again.
    Wait(Duration),
    Nothing,
    /// The membership in whose place it looks at records keeps it no longer: it is another one's, or no focal point's.
    Left,
}

struct Standing {
    membership: MembershipId,
    active: bool,
    /// Its membership is still one of those who keep it.
    kept: bool,
    leased_until: Option<DateTime<Utc>>,
    try_at: Option<DateTime<Utc>>,
    /// Tests wait, and other things do.
    tests: bool,
    others: bool,
}

impl Standing {
    fn lease(&self, now: DateTime<Utc>) -> Lease {
        if !self.active || !(self.tests || self.others) {
            return Lease::Nothing;
        }
        if !self.kept {
            return Lease::Left;
        }
        // a test is sent at once, however long its hook has failed
        let not_before = if self.tests { None } else { self.try_at };
        match self.leased_until.max(not_before) {
            Some(at) if at > now => Lease::Wait(between(now, at)),
            _ => Lease::Taken(self.membership),
        }
    }
}

/// A second more: the queue's clock is another one.
fn between(now: DateTime<Utc>, at: DateTime<Utc>) -> Duration {
    (at - now).to_std().unwrap_or_default() + Duration::from_secs(1)
}

/// Takes a hook for this worker, where something is to be done at it now. In a process that is suspended nothing is: what waits
/// goes with what comes after.
pub async fn lease(tx: &mut ProcessTx, id: WebhookId, now: DateTime<Utc>) -> sqlx::Result<Lease> {
    let row = sqlx::query!(
        r#"select w.membership_id as "membership: MembershipId", w.state, w.leased_until, w.try_at,
            exists (select from webhook_delivery d where d.process_id = w.process_id and d.webhook_id = w.id and d.ended_at is null
                and d.type = 'test') as "tests!",
            exists (select from webhook_delivery d where d.process_id = w.process_id and d.webhook_id = w.id and d.ended_at is null
                and d.type <> 'test') as "others!",
            coalesce(case when w.organisation_id is not null then m.role = 'partner' and m.focal_point
                    and m.organisation_id = coalesce(o.merged_into_id, w.organisation_id)
                when w.beneficiary_id is not null then m.role = 'beneficiary' and m.focal_point and m.beneficiary_id = w.beneficiary_id
                else m.role = 'support_group' end, false) as "kept!"
        from webhook w join process p on p.id = w.process_id and p.state = 'active'
            join membership m on m.process_id = w.process_id and m.id = w.membership_id
            left join organisation o on o.process_id = w.process_id and o.id = w.organisation_id
        where w.id = $1 for no key update of w"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(Lease::Nothing) };
    let standing = Standing {
        membership: row.membership,
        active: row.state == State::Active.as_str(),
        kept: row.kept,
        leased_until: row.leased_until,
        try_at: row.try_at,
        tests: row.tests,
        others: row.others,
    };
    let lease = standing.lease(now);
    if matches!(lease, Lease::Taken(_)) {
        sqlx::query!("update webhook set leased_until = $2 where id = $1", id.0, now + LEASE)
            .execute(tx.conn())
            .await?;
    }
    Ok(lease)
}

/// Gives it back. Answers when somebody should come again, if something still waits.
pub async fn release(tx: &mut ProcessTx, id: WebhookId, now: DateTime<Utc>) -> sqlx::Result<Option<Duration>> {
    // first this, then the look: whoever came meanwhile and went away has written before
    let row = sqlx::query!(
        r#"update webhook set leased_until = null where id = $1
        returning try_at, state = 'active' and exists (select from process p where p.id = kernel.process_id() and p.state = 'active') as "active!""#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row.filter(|r| r.active) else { return Ok(None) };
    let left = sqlx::query!(
        r#"select exists (select from webhook_delivery where webhook_id = $1 and ended_at is null and type = 'test') as "tests!",
            exists (select from webhook_delivery where webhook_id = $1 and ended_at is null and type <> 'test') as "others!""#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let not_before = row.try_at.filter(|at| *at > now && !left.tests);
    Ok((left.tests || left.others).then(|| not_before.map_or(PAUSE, |at| between(now, at))))
}

/// What is to be sent next.
pub struct Next {
    pub id: Uuid,
    pub kind: Kind,
    pub subject: Uuid,
    pub at: DateTime<Utc>,
    /// What the transaction's member sees; of what is gone, what they saw.
    pub seen: bool,
    pub slug: String,
    pub address: String,
    pub secret: Vec<u8>,
    pub old_secret: Option<Vec<u8>>,
    pub number: i64,
    /// Of the hook, in a row.
    pub failures: i16,
}

/// The first of what waits, held until the transaction ends; what somebody just writes about is passed over, they ask for a
/// job of their own. `tests`: of those alone, else of the rest.
pub async fn next(tx: &mut ProcessTx, id: WebhookId, tests: bool, now: DateTime<Utc>) -> sqlx::Result<Option<Next>> {
    let row = sqlx::query!(
        r#"select d.id as "id!", d.type as "kind!", d.subject_id as "subject!", d.at as "at!", d.address as "address!",
            d.secret as "secret!", d.old_secret as "old_secret?", d.delivered + 1 as "number!", d.failures as "failures!",
            p.slug as "slug!", case when d.type = 'test' then true when d.type like '%.gone' then exists (select from visible_departure v
                where v.process_id = kernel.process_id() and v.kind = split_part(d.type, '.', 1) and v.subject_id = d.subject_id
                    and v.at >= d.at)
                else kernel.sees(split_part(d.type, '.', 1), d.subject_id) end as "seen!"
        from (select x.id, x.type, x.subject_id, x.at, w.address, w.secret, w.delivered, w.failures,
                case when w.old_until > $3 then w.old_secret end as old_secret
            from webhook_delivery x join webhook w on w.process_id = x.process_id and w.id = x.webhook_id
            where x.process_id = kernel.process_id() and x.webhook_id = $1 and x.ended_at is null and (x.type = 'test') = $2
                and w.state = 'active' and ($2 or w.try_at is null or w.try_at <= $3)
            order by x.at, x.id limit 1 for no key update of x skip locked) d
            join process p on p.id = kernel.process_id()"#,
        id.0,
        tests,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = row else { return Ok(None) };
    let kind = Kind::parse(&r.kind).ok_or_else(|| sqlx::Error::Decode("webhook_delivery.type".into()))?;
    Ok(Some(Next {
        id: r.id,
        kind,
        subject: r.subject,
        at: r.at,
        seen: r.seen,
        slug: r.slug,
        address: r.address,
        secret: r.secret,
        old_secret: r.old_secret,
        number: r.number,
        failures: r.failures,
    }))
}

/// Nothing is said of it, nor that there was anything.
pub async fn forget(tx: &mut ProcessTx, delivery: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from webhook_delivery where id = $1", delivery).execute(tx.conn()).await?;
    Ok(())
}

pub async fn trying(tx: &mut ProcessTx, next: &Next, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook_delivery set tries = least(tries + 1, 30000), number = $2, tried_at = $3, status = null, failure = null
         where id = $1",
        next.id,
        next.number,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What came of an attempt; `ends`: it is not tried again.
pub async fn answered(
    tx: &mut ProcessTx,
    delivery: Uuid,
    answer: Result<i16, Failure>,
    ends: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook_delivery set status = $2, failure = $3, ended_at = case when $4 then $5::timestamptz end where id = $1",
        delivery,
        answer.ok(),
        answer.err().map(Failure::as_str),
        ends,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One was taken: the hook is well, the next has the next number, and what is long over is forgotten.
pub async fn taken(tx: &mut ProcessTx, id: WebhookId) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook set delivered = delivered + 1, failures = 0, failing_since = null, try_at = null where id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from webhook_delivery where id in (select x.id from webhook_delivery x where x.process_id = kernel.process_id()
            and x.webhook_id = $1 and x.ended_at is not null order by x.tried_at desc, x.id desc offset $2)",
        id.0,
        KEPT
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One was not taken; all that waits is left alone until then.
pub async fn failed(
    tx: &mut ProcessTx,
    id: WebhookId,
    failures: i16,
    try_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update webhook set failures = $2, failing_since = coalesce(failing_since, $4), try_at = $3 where id = $1 and state = 'active'",
        id.0,
        failures,
        try_at,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A hook that was stopped, as far as its keepers are told.
pub struct Stopped {
    pub name: String,
    pub owner: Owner,
}

/// Stops an active hook of a process that is active; what waits for it is dropped.
pub async fn stop(tx: &mut ProcessTx, id: WebhookId, why: Why, now: DateTime<Utc>) -> sqlx::Result<Option<Stopped>> {
    let row = sqlx::query!(
        r#"update webhook set state = 'stopped', stopped_why = $2, try_at = null
        where id = $1 and state = 'active' and exists (select from process p where p.id = kernel.process_id() and p.state = 'active')
        returning name, organisation_id as "organisation?: OrganisationId", beneficiary_id as "beneficiary?: BeneficiaryId""#,
        id.0,
        why.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    store::drop_waiting(tx, id, now).await?;
    let owner = Owner::of(row.organisation, row.beneficiary);
    Ok(Some(Stopped { name: row.name, owner }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_taken_when_something_is_to_be_done_and_nobody_is_at_it() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (before, after) = (Some(now - TimeDelta::seconds(1)), Some(now + TimeDelta::seconds(9)));
        let membership = MembershipId(Uuid::from_u128(7));
        let of = |active, leased_until, try_at, tests, others| {
            Standing { membership, active, kept: true, leased_until, try_at, tests, others }.lease(now)
        };
        let (taken, later) = (|| Lease::Taken(membership), || Lease::Wait(Duration::from_secs(10)));
        assert_eq!(of(true, None, None, false, true), taken());
        assert_eq!(of(true, before, before, false, true), taken());
        assert_eq!(of(true, None, None, false, false), Lease::Nothing);
        assert_eq!(of(false, None, None, true, true), Lease::Nothing);
        assert_eq!(of(true, after, None, false, true), later());
        assert_eq!(of(true, None, after, false, true), later());
        assert_eq!(of(true, before, after, true, true), taken(), "a test does not wait");
        assert_eq!(of(true, after, None, true, false), later(), "but for another worker");
        let left = |active, others| {
            Standing { membership, active, kept: false, leased_until: None, try_at: after, tests: false, others }
                .lease(now)
        };
        assert_eq!(left(true, true), Lease::Left);
        assert_eq!((left(false, true), left(true, false)), (Lease::Nothing, Lease::Nothing));
    }
}
