//! The job: a round is opened. Who is asked is found in one statement, their pages are filled some hundred parties a statement, and how
//! far that is stands on the round's page. A worker that dies goes on where it was.

use super::life::{self, State, Step};
use super::{store_open, told};
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::ids::RoundId;
use crate::kernel::job::Job;

/// A worker that dies of a round dies of it again.
const ATTEMPTS: i16 = 5;
/// Parties whose pages are filled in one transaction.
const PARTIES: i64 = 100;

pub async fn run(job: Job) -> anyhow::Result<()> {
    let (process, id) = (job.payload.process()?, RoundId(job.payload.id("round")?));
    let mut tx = job.db.process_job(process).await?;
    let attempts = store_open::take(&mut tx, id).await?;
    tx.commit().await?;
    let Some(attempts) = attempts else { return Ok(()) };
    if attempts > ATTEMPTS {
        tracing::error!(%id, "a round cannot be opened");
        return settle(&job, id, Step::GivenUp).await;
    }
    let mut tx = job.db.process_job(process).await?;
    store_open::ask_everybody(&mut tx, id).await?;
    tx.commit().await?;
    loop {
        let mut tx = job.db.process_job(process).await?;
        let filled = store_open::fill(&mut tx, id, PARTIES, job.clock.now()).await?;
        tx.commit().await?;
        if filled == 0 {
            break;
        }
    }
    settle(&job, id, Step::Filled).await
}

/// What becomes of it, and telling those who are asked, in one transaction.
async fn settle(job: &Job, id: RoundId, step: Step) -> anyhow::Result<()> {
    let Some(to) = life::after(State::Opening, step) else { return Ok(()) };
    let mut tx = job.db.process_job(job.payload.process()?).await?;
    if !store_open::settle(&mut tx, id, to, job.clock.now()).await? {
        return Ok(());
    }
    if to == State::Open {
        let entry =
            Entry { subject: Subject::Round, id: id.0, event: "round-opened", changes: Changes::new(), why: "" };
        history::record(&mut tx, None, entry).await?;
        told::opened(&mut tx, job, id).await?;
    }
    Ok(tx.commit().await?)
}
