//! Contributions from what actions came with: made anew each time what is kept changes, so that an import, its undoing and the step
//! for what was there before are one and the same. What somebody has corrected or withdrawn here stays as they said.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::directory::{Directory, Listed};
use super::store::{self, Paid, Renewed};
use crate::features::actions::directory;
use crate::features::exchange::iati;
use crate::features::exchange::incoming::IncomingParty;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ProcessId;
use crate::kernel::job::Job;
use crate::kernel::random;

/// So many actions at once of what was there before.
const CHUNK: i64 = 100;

/// What an activity that is kept says, as rows of its action.
fn paid(known: &Directory, action: Uuid, content: &str) -> Vec<Paid> {
    let Some(tree) = iati::read_one(content) else { return Vec::new() };
    let find = |party: &IncomingParty| match known.listed(party) {
        Listed::One(id) => Some(id),
        Listed::Doubtful(_) | Listed::Not => None,
    };
    let reporter = iati::reporter(&tree).as_ref().and_then(find);
    let settled = iati::settle(iati::sums(&tree), reporter, find);
    let row = |iati::Settled { made, provider, receiver }| Paid {
        id: random::id(),
        action,
        key: made.key.now,
        was: made.key.was,
        kind: made.kind,
        amount: made.amount,
        currency: made.currency,
        day: made.on,
        starts: made.from,
        ends: made.to,
        provider,
        receiver,
        note: made.note,
    };
    settled.into_iter().map(row).collect()
}

/// Makes the contributions of these actions what they come with says. It goes through memory an action at a time.
///
/// # Errors
/// The database's own.
pub async fn renew(
    tx: &mut ProcessTx,
    known: &Directory,
    actions: &[Uuid],
    now: DateTime<Utc>,
) -> sqlx::Result<Renewed> {
    if actions.is_empty() {
        return Ok(Renewed::default());
    }
    store::hold_money(tx, actions).await?;
    let mut rows = Vec::new();
    store::each_kept(tx, actions, |action, content| rows.extend(paid(known, action, content))).await?;
    store::renew_money(tx, actions, &rows, now).await
}

/// What was kept before there were contributions becomes some: once, a hundred actions a transaction, on whichever instance. Of no
/// process: asks for one job a process.
///
/// # Errors
/// The database's own: it is tried again, and goes on where it stopped.
pub async fn catch_up(job: &Job) -> anyhow::Result<()> {
    let Ok(process) = job.payload.process() else {
        for process in store::processes(&mut job.db.platform_job().await?).await? {
            of_process(job, process).await?;
        }
        return Ok(());
    };
    of_process(job, process).await
}

async fn of_process(job: &Job, process: ProcessId) -> anyhow::Result<()> {
    let (mut actions, mut rows) = (0, 0);
    loop {
        let mut tx = job.db.process_job(process).await?;
        let ids = store::without_money(&mut tx, CHUNK).await?;
        if ids.is_empty() {
            break;
        }
        let frame = store::frame(&mut tx).await?;
        let said = store::all_said(&mut tx).await?;
        let known = Directory::new(&directory(&mut tx).await?, &frame, &job.base_url).knowing(said);
        let renewed = renew(&mut tx, &known, &ids, job.clock.now()).await?;
        tx.commit().await?;
        actions += ids.len();
        rows += renewed.made;
    }
    if actions > 0 {
        tracing::info!(%process, actions, contributions = rows, "contributions were made from what actions came with");
    }
    Ok(())
}
