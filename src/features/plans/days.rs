//! Plans whose day has come: adopted ones come into force, and ones in force are closed.

use super::doing::Doing;
use super::life::{self, State, Step};
use super::steps::Said;
use super::{consultation, store, store_life, store_tree};
use crate::kernel::db::Db;
use crate::kernel::ids::{PlanId, ProcessId};
use crate::kernel::job::{Job, Task, enqueue};

/// Of no process: asks for one job a process. Of a process: does it.
pub async fn run(job: Job) -> anyhow::Result<()> {
    match job.payload.process() {
        Ok(process) => of_process(&job, process).await,
        Err(_) => ask_each(&job.db).await,
    }
}

async fn ask_each(db: &Db) -> anyhow::Result<()> {
    let processes = store_life::processes(&mut db.platform_job().await?).await?;
    for process in processes {
        let mut tx = db.process_job(process).await?;
        enqueue(&mut tx, Task::PlanDays).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Each plan in a transaction of its own: one that fails holds no other up.
async fn of_process(job: &Job, process: ProcessId) -> anyhow::Result<()> {
    let today = job.clock.today();
    let due = store_life::due(&mut job.db.process_job(process).await?, today).await?;
    let mut failed = 0;
    for plan in due {
        if let Err(error) = one(job, process, plan).await {
            tracing::warn!(%error, "a plan whose day has come was left as it is");
            failed += 1;
        }
    }
    anyhow::ensure!(failed == 0, "{failed} plans whose day has come could not be moved on");
    Ok(())
}

async fn one(job: &Job, process: ProcessId, plan: PlanId) -> anyhow::Result<()> {
    let mut tx = job.db.process_job(process).await?;
    let (now, today) = (job.clock.now(), job.clock.today());
    store_tree::hold(&mut tx, plan).await?;
    let plan = store::load(&mut tx, plan, today).await?;
    let come = |day: Option<chrono::NaiveDate>| day.is_some_and(|day| day <= today);
    let step = match plan.state {
        State::Adopted if come(plan.in_force_on) => Step::PutInForce,
        State::InForce if come(plan.closes_on) => Step::Close,
        // somebody was here before
        _ => return Ok(()),
    };
    let Some(rule) = life::rule(step, plan.state).filter(|r| r.by_date) else { return Ok(()) };
    let frame = store_life::frame(&mut tx).await?;
    let doing = Doing { frame: &frame, today, now, decision: None, revision: None };
    doing.step(&mut tx, &plan, rule, &Said::default(), None).await.map_err(|e| anyhow::anyhow!("{e}"))?;
    let told = consultation::told_of_step(&mut tx, job, &plan, rule, None).await;
    told.map_err(|e| anyhow::anyhow!("{e}"))?;
    tx.commit().await?;
    Ok(())
}
