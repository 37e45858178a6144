//! Doing the jobs: `concert worker`, and `serve` unless it is told not to.

use anyhow::Context;
use graphile_worker::{
    IntoTaskHandlerResult, Schema, TaskHandler, Worker, WorkerContext, WorkerOptions, WorkerRecoveryConfig,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::letters::{self, Sender};
use super::migrate::QUEUE_SCHEMA;
use crate::config;
use crate::features;
use crate::features::webhooks::Courier;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::files::Files;
use crate::kernel::job::{Job, Jobs, Payload, Task, told};
use crate::kernel::mail::LETTER_DAYS;
use crate::kernel::memory::Memory;

/// Jobs at the same time: letters wait for a mail server, figures for the database.
const AT_ONCE: usize = 2;
/// How long a job at hand may take to end when the worker is told to stop; it is done again otherwise.
const GRACE: Duration = Duration::from_secs(3);
/// New jobs announce themselves; those that are tried again are looked for this often.
const POLL: Duration = Duration::from_secs(2);
/// What is forgotten, is forgotten at night; a plan whose day has come is moved on when the day begins; what is told once a
/// day, is told in the morning, before people come to work. A night or a morning without a worker is made up for.
const NIGHTLY: &str = "15 2 * * * forget ?fill=1d&max=5\n5 0 * * * plan_days ?fill=1d&max=25\n0 5 * * * daily ?fill=18h&max=25\n30 3 * * * overlaps ?fill=18h&max=25";

/// What every job is done with.
#[derive(Debug, Clone)]
struct Means {
    db: Db,
    clock: Clock,
    memory: Memory,
    base_url: String,
    jobs: Arc<Jobs>,
}

/// What the worker is made of.
pub struct Settings {
    pub db: Db,
    pub clock: Clock,
    pub memory: Memory,
    pub base_url: String,
    /// The database as concert_jobs.
    pub jobs_url: String,
    pub mail: config::Mail,
    /// Delivers to webhooks.
    pub courier: Courier,
    /// Where files lie that members bring.
    pub files: Files,
}

/// What is done for each task: the installation's own, and the features'.
fn jobs(sender: Sender, courier: Courier, files: Files) -> Jobs {
    let mut jobs = Jobs::default();
    jobs.on(Task::SendMail, move |job| letters::send(job, sender.clone()));
    features::exchange::bundle::jobs(&mut jobs, files.clone());
    jobs.on(Task::Forget, move |job| forget(job, files.clone()));
    features::jobs(&mut jobs);
    features::webhooks::jobs(&mut jobs, courier);
    jobs
}

/// Addresses of visitors, attempts, letters, and what each process says: what is kept for a time only.
async fn forget(job: Job, files: Files) -> anyhow::Result<()> {
    let mut tx = job.db.platform_job().await?;
    sqlx::query!("select kernel.forget($1)", job.clock.now()).fetch_one(tx.conn()).await?;
    letters::forget(&mut tx, job.clock.now()).await?;
    sqlx::query!("select kernel.forget_by_process($1, $2)", job.clock.now(), i32::from(LETTER_DAYS))
        .fetch_one(tx.conn())
        .await?;
    features::documents::forget(&mut tx, job.clock.now()).await?;
    features::exchange::bundle::forget(&mut tx, job.clock.now()).await?;
    features::exchange::forget(&mut tx, job.clock.now()).await?;
    tx.commit().await?;
    // it asks another service, and holds no transaction meanwhile
    features::files::sweep(&job.db, &files, job.clock.now()).await
}

/// Works until it is told to stop. A database that is lost is waited for.
///
/// # Errors
/// Settings that can never work: an address that cannot be read, a sender that is none.
pub async fn work(settings: Settings, stop: CancellationToken) -> anyhow::Result<()> {
    let sender = Sender::new(&settings.mail)?;
    let options: PgConnectOptions =
        settings.jobs_url.parse().context("the jobs' address of the database cannot be read")?;
    let pool = PgPoolOptions::new()
        .max_connections(u32::try_from(AT_ONCE).unwrap_or(2) + 3)
        .acquire_timeout(Duration::from_secs(5))
        .connect_lazy_with(options.application_name("concert-jobs"));
    let means = Means {
        db: settings.db,
        clock: settings.clock,
        memory: settings.memory,
        base_url: settings.base_url,
        jobs: Arc::new(jobs(sender, settings.courier, settings.files)),
    };

    let mut pause = Duration::from_millis(500);
    while !stop.is_cancelled() {
        let started = Instant::now();
        let ended = run(&pool, &means, &stop).await;
        if stop.is_cancelled() {
            break;
        }
        // one that ran for a while has met something new
        if started.elapsed() > Duration::from_secs(60) {
            pause = Duration::from_millis(500);
        }
        let error = ended.err().map_or_else(|| "it ended by itself".to_owned(), |e| told(&e));
        tracing::warn!(error, seconds = pause.as_secs_f64(), "the worker has lost its queue and tries again");
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(Duration::from_secs(30));
    }
    pool.close().await;
    Ok(())
}

async fn run(pool: &PgPool, means: &Means, stop: &CancellationToken) -> anyhow::Result<()> {
    let recovery = WorkerRecoveryConfig {
        // a worker that was killed gives its jobs back after a minute, not after hours; that it is gone is seen sooner (queue.sql)
        heartbeat_interval: Duration::from_secs(5),
        sweep_interval: Duration::from_secs(10),
        sweep_threshold: Duration::from_secs(60),
        recovery_delay: Duration::from_secs(5),
        enabled: true,
        ..WorkerRecoveryConfig::default()
    };
    let worker = Worker::options()
        .pg_pool(pool.clone())
        .schema(Schema::new(QUEUE_SCHEMA))
        .concurrency(AT_ONCE)
        .poll_interval(POLL)
        .worker_recovery(recovery)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stop.clone().cancelled_owned())
        .shutdown_grace_period(GRACE)
        .shutdown_interrupted_job_retry_delay(Duration::from_secs(1))
        .add_extension(means.clone())
        .with_cron(NIGHTLY)
        .context("the times of nightly jobs cannot be read")?;
    let worker = defined(worker).init().await.context("cannot start on the queue")?;
    catch_up(means).await?;
    tracing::info!("working on jobs");
    worker.run().await.context("the queue was lost")?;
    Ok(())
}

/// What has changed while nobody worked, or is due because the program is another one: of no process and no import, `import`
/// makes contributions of what was kept before there were any.
async fn catch_up(means: &Means) -> anyhow::Result<()> {
    let mut tx = means.db.platform_job().await?;
    for task in [Task::Overlaps, Task::Import] {
        sqlx::query!("select kernel.enqueue($1, '{}', true, interval '0')", task.name()).fetch_one(tx.conn()).await?;
    }
    Ok(tx.commit().await?)
}

/// One type a task: the queue's library knows its tasks by their types.
macro_rules! tasks {
    ($($name:ident: $task:ident $text:literal),+ $(,)?) => {
        $(
            #[derive(Serialize, Deserialize)]
            #[serde(transparent)]
            struct $name(Payload);

            impl TaskHandler for $name {
                const IDENTIFIER: &'static str = $text;
                async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
                    done(Task::$task, self.0, &context).await
                }
            }
        )+

        fn defined(options: WorkerOptions) -> WorkerOptions {
            options.define_jobs([$($name::definition()),+])
        }

        #[cfg(test)]
        const NAMES: &[(&str, Task)] = &[$(($text, Task::$task)),+];
    };
}
tasks! {
    SendMail: SendMail "send_mail",
    Forget: Forget "forget",
    Tally: Tally "tally",
    PlanDays: PlanDays "plan_days",
    MakeDocument: MakeDocument "make_document",
    Daily: Daily "daily",
    Overlaps: Overlaps "overlaps",
    Import: Import "import",
    Webhooks: Webhooks "webhooks",
    MakeBundle: MakeBundle "make_bundle",
    OpenRound: OpenRound "open_round",
}

async fn done(task: Task, payload: Payload, context: &WorkerContext) -> Result<(), String> {
    let Some(means) = context.get_ext::<Means>().cloned() else { return Err("the worker has no means".to_owned()) };
    let job = Job { db: means.db, clock: means.clock, memory: means.memory, base_url: means.base_url, payload };
    let started = Instant::now();
    let result = means.jobs.run(task, job).await.map_err(|error| told(&error));
    let outcome = if result.is_ok() { "done" } else { "failed" };
    metrics::counter!("concert_jobs_total", "task" => task.name(), "outcome" => outcome).increment(1);
    metrics::histogram!("concert_job_seconds", "task" => task.name()).record(started.elapsed().as_secs_f64());
    match &result {
        Ok(()) => {
            tracing::info!(task = task.name(), job = context.job().id(), ms = started.elapsed().as_millis(), "job done")
        }
        Err(error) => {
            tracing::warn!(
                task = task.name(),
                job = context.job().id(),
                attempt = context.job().attempts(),
                error,
                "job failed, to be tried again"
            );
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_known_to_the_queue_by_its_name() {
        for task in Task::ALL {
            assert!(NAMES.contains(&(task.name(), task)), "{task:?}");
        }
        assert_eq!(NAMES.len(), Task::ALL.len());
    }

    #[test]
    fn the_nightly_times_can_be_read() {
        assert!(Worker::options().with_cron(NIGHTLY).is_ok());
    }
}
