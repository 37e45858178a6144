//! The job: what waits for a hook is sent, one after the other, in the place of the hook's member. At least once: a worker that
//! dies between an answer and noting it sends the same again, under the same id.

use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::model::{Kind, Owner, Why, again, is_taken};
use super::sign::Key;
use super::store_work::{self, Lease, Next};
use crate::features::notices::{self, Mark, Notice, To, Topic};
use crate::kernel::db::ProcessTx;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::ids::{MembershipId, ProcessId, WebhookId};
use crate::kernel::job::{Job, Task, enqueue_later};
use crate::kernel::outbound::{Failure, Outbound};
use crate::kernel::permit::Role;
use crate::kernel::secret::Secret;

/// How long a job goes on at one hook before it lets others go first.
const SPELL: Duration = Duration::from_secs(20);
/// Gone for good: the receiver wants no more.
const GONE: i16 = 410;

/// What delivering needs besides what every job is given.
#[derive(Debug, Clone)]
pub struct Courier {
    pub secret: Secret,
    pub outbound: Outbound,
}

/// A hook, and in whose place it looks at records.
#[derive(Debug, Clone, Copy)]
struct At {
    process: ProcessId,
    hook: WebhookId,
    membership: MembershipId,
}

pub async fn run(job: Job, courier: Courier) -> anyhow::Result<()> {
    let (process, hook) = (job.payload.process()?, WebhookId(job.payload.id("hook")?));
    let mut tx = job.db.process_job(process).await?;
    let lease = store_work::lease(&mut tx, hook, job.clock.now()).await?;
    if let Lease::Wait(wait) = lease {
        // as many as come while one is at it, come back as one
        enqueue_later(&mut tx, Task::Webhooks, &about(hook), wait, true).await?;
    }
    if lease == Lease::Left {
        stop(&mut tx, &job, hook, Why::Left).await?;
    }
    tx.commit().await?;
    let Lease::Taken(membership) = lease else { return Ok(()) };
    let at = At { process, hook, membership };
    let started = Instant::now();
    for tests in [true, false] {
        while started.elapsed() < SPELL && send_next(&job, &courier, at, tests).await? {}
    }
    let mut tx = job.db.process_job(process).await?;
    if let Some(wait) = store_work::release(&mut tx, hook, job.clock.now()).await? {
        enqueue_later(&mut tx, Task::Webhooks, &about(hook), wait, false).await?;
    }
    Ok(tx.commit().await?)
}

fn about(hook: WebhookId) -> BTreeMap<&'static str, uuid::Uuid> {
    BTreeMap::from([("hook", hook.0)])
}

/// Sends what is next, if anything is. Whether there may be more.
async fn send_next(job: &Job, courier: &Courier, at: At, tests: bool) -> anyhow::Result<bool> {
    let now = job.clock.now();
    let Some(mut tx) = job.db.process_as(at.process, at.membership).await? else {
        let mut tx = job.db.process_job(at.process).await?;
        stop(&mut tx, job, at.hook, Why::Left).await?;
        tx.commit().await?;
        return Ok(false);
    };
    let Some(next) = store_work::next(&mut tx, at.hook, tests, now).await? else { return Ok(false) };
    if !next.seen {
        store_work::forget(&mut tx, next.id).await?;
        tx.commit().await?;
        return Ok(true);
    }
    store_work::trying(&mut tx, &next, now).await?;
    // nothing is held while the receiver takes its time
    tx.commit().await?;
    let answer = post(job, courier, at.hook, &next).await?;
    let mut tx = job.db.process_job(at.process).await?;
    let more = settle(&mut tx, job, at.hook, &next, answer).await?;
    tx.commit().await?;
    Ok(more)
}

/// The request itself.
async fn post(job: &Job, courier: &Courier, hook: WebhookId, next: &Next) -> anyhow::Result<Result<i16, Failure>> {
    let (id, seconds, body) = (next.id.to_string(), job.clock.now().timestamp(), body(&job.base_url, next));
    let mut signatures = Vec::new();
    for sealed in [Some(&next.secret), next.old_secret.as_ref()].into_iter().flatten() {
        signatures.push(Key::opened(&courier.secret, hook, sealed)?.sign(&id, seconds, &body));
    }
    let headers =
        [("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signatures.join(" "))];
    let answer = courier.outbound.post(&next.address, &headers, &body).await;
    Ok(answer.map(|status| i16::try_from(status).unwrap_or(i16::MAX)))
}

/// That something has changed, and where: nothing of what it says.
fn body(base_url: &str, next: &Next) -> String {
    let data = json!({
        "id": next.subject,
        "process": next.slug,
        "url": format!("{base_url}/{}{}", next.slug, next.kind.path(next.subject)),
        "sequence": next.number,
    });
    let time = next.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    json!({ "type": next.kind.as_str(), "timestamp": time, "data": data }).to_string()
}

/// Notes what came of it. Whether to go on: after a failure the hook is left alone for a while.
async fn settle(
    tx: &mut ProcessTx,
    job: &Job,
    hook: WebhookId,
    next: &Next,
    answer: Result<i16, Failure>,
) -> anyhow::Result<bool> {
    let now = job.clock.now();
    let taken = answer.is_ok_and(is_taken);
    let test = next.kind == Kind::Test;
    // of a test nobody waits for a second try
    store_work::answered(tx, next.id, answer, taken || test, now).await?;
    if taken {
        store_work::taken(tx, hook).await?;
        return Ok(true);
    }
    if test {
        return Ok(true);
    }
    let failures = next.failures.saturating_add(1);
    match again(failures) {
        Some(wait) if answer != Ok(GONE) => store_work::failed(tx, hook, failures, now + wait, now).await?,
        _ => stop(tx, job, hook, if answer == Ok(GONE) { Why::Gone } else { Why::Failed }).await?,
    }
    Ok(false)
}

/// Stops it, and tells those who keep it.
async fn stop(tx: &mut ProcessTx, job: &Job, hook: WebhookId, why: Why) -> anyhow::Result<()> {
    let Some(stopped) = store_work::stop(tx, hook, why, job.clock.now()).await? else { return Ok(()) };
    let entry = Entry {
        subject: Subject::Webhook,
        id: hook.0,
        event: "webhook-stopped",
        changes: Changes::new(),
        why: why.as_str(),
    };
    history::record(tx, None, entry).await?;
    let to = match stopped.owner {
        Owner::Process => To::roles(&[Role::SupportGroup]),
        Owner::Organisation(id) => To { mark: Some(Mark::FocalPoint), ..To::organisations([id]) },
        Owner::Beneficiary(id) => To { mark: Some(Mark::FocalPoint), ..To::beneficiaries([id]) },
    };
    let subject = notices::Subject::new("webhook", hook.0);
    let notice =
        Notice::new(why.told(), Topic::Asks, subject, format!("/webhooks/{hook}")).arg("name", stopped.name.as_str());
    notices::tell(tx, job, &notice, &to).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn a_body_says_that_and_where_and_nothing_else() {
        let next = Next {
            id: Uuid::from_u128(1),
            kind: Kind::NeedChanged,
            subject: Uuid::from_u128(2),
            at: DateTime::UNIX_EPOCH,
            seen: true,
            slug: "example".to_owned(),
            address: "https://hooks.example.org/".to_owned(),
            secret: Vec::new(),
            old_secret: None,
            number: 12,
            failures: 0,
        };
        let said: serde_json::Value = serde_json::from_str(&body("https://concert.example", &next)).unwrap();
        assert_eq!(
            said,
            json!({
                "type": "need.changed",
                "timestamp": "1970-01-01T00:00:00.000Z",
                "data": {
                    "id": "00000000-0000-0000-0000-000000000002",
                    "process": "example",
                    "url": "https://concert.example/example/needs/00000000-0000-0000-0000-000000000002",
                    "sequence": 12,
                },
            })
        );
    }
}
