//! Work that is done after a request, by whichever instance takes it.
//!
//! A feature asks for a job with [`enqueue`] and says in its `jobs` function what is to be done then. The queue is
//! the database's: a job exists if and only if the transaction that asked for it was committed.

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

use super::clock::Clock;
use super::db::{Db, ProcessTx};
use super::ids::ProcessId;
use super::memory::Memory;

/// Every kind of job there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// One letter leaves. Asked for by the table of letters itself, whoever writes into it.
    SendMail,
    /// What is kept for a time only is forgotten. Asked for every night.
    Forget,
    /// The figures of a process are counted anew.
    Tally,
    /// Plans whose day has come are put in force or closed. Asked for every night, then by each process.
    PlanDays,
    /// A long document is made into a file.
    MakeDocument,
    /// What is told once a day: days that come near, and the day's letter. Asked for every morning, then by each process.
    Daily,
    /// What has changed is held against all other actions.
    Overlaps,
    /// A file is read, taken in, or taken back.
    Import,
    /// What waits for a webhook is delivered. Asked for by the history itself.
    Webhooks,
    /// A process is put into one archive.
    MakeBundle,
    /// A round is opened: the page of each party that is asked is filled.
    OpenRound,
}

impl Task {
    pub const ALL: [Task; 11] = [
        Task::SendMail,
        Task::Forget,
        Task::Tally,
        Task::MakeDocument,
        Task::PlanDays,
        Task::Daily,
        Task::Overlaps,
        Task::Import,
        Task::Webhooks,
        Task::MakeBundle,
        Task::OpenRound,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Task::SendMail => "send_mail",
            Task::Forget => "forget",
            Task::Tally => "tally",
            Task::PlanDays => "plan_days",
            Task::MakeDocument => "make_document",
            Task::Daily => "daily",
            Task::Overlaps => "overlaps",
            Task::Import => "import",
            Task::Webhooks => "webhooks",
            Task::MakeBundle => "make_bundle",
            Task::OpenRound => "open_round",
        }
    }

    /// Whether one that waits stands for all that are asked for meanwhile.
    fn once(self) -> bool {
        matches!(self, Task::Forget | Task::Tally | Task::PlanDays | Task::Daily | Task::Overlaps)
    }

    /// How long it waits for more of its kind: under constant changes the figures are counted every few seconds.
    fn wait(self) -> Duration {
        match self {
            Task::Tally => Duration::from_secs(2),
            Task::Overlaps => Duration::from_secs(1),
            Task::SendMail
            | Task::PlanDays
            | Task::Forget
            | Task::MakeDocument
            | Task::Daily
            | Task::Import
            | Task::Webhooks
            | Task::MakeBundle
            | Task::OpenRound => Duration::ZERO,
        }
    }
}

/// Asks for a job about the process of the transaction, once that is committed. Ask last: of a task that is done once
/// for many, the transactions that ask for it wait for one another from here to their COMMIT.
///
/// # Errors
/// The database's own.
pub async fn enqueue(tx: &mut ProcessTx, task: Task) -> sqlx::Result<()> {
    enqueue_about(tx, task, &BTreeMap::new()).await
}

/// The same, about something in the process: ids by name, and nothing but ids.
///
/// # Errors
/// The database's own.
pub async fn enqueue_about(tx: &mut ProcessTx, task: Task, ids: &BTreeMap<&str, Uuid>) -> sqlx::Result<()> {
    ask(tx, task, ids, task.once(), task.wait()).await
}

/// The same, for later. `once`: one that was asked for so and waits stands for it, at its own time.
///
/// # Errors
/// The database's own.
pub async fn enqueue_later(
    tx: &mut ProcessTx,
    task: Task,
    ids: &BTreeMap<&str, Uuid>,
    wait: Duration,
    once: bool,
) -> sqlx::Result<()> {
    ask(tx, task, ids, once, wait).await
}

async fn ask(
    tx: &mut ProcessTx,
    task: Task,
    ids: &BTreeMap<&str, Uuid>,
    once: bool,
    wait: Duration,
) -> sqlx::Result<()> {
    sqlx::query!(
        "select kernel.enqueue($1, $2, $3, make_interval(secs => $4))",
        task.name(),
        sqlx::types::Json(ids) as _,
        once,
        wait.as_secs_f64()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// What a job is about: ids by name. What else the queue adds is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Payload(BTreeMap<String, serde_json::Value>);

impl Payload {
    /// # Errors
    /// There is no such id.
    pub fn id(&self, name: &str) -> anyhow::Result<Uuid> {
        let id = self.0.get(name).and_then(|v| v.as_str()).and_then(|t| t.parse().ok());
        id.ok_or_else(|| anyhow::anyhow!("the job has no id named {name}"))
    }

    /// # Errors
    /// The job is of no process.
    pub fn process(&self) -> anyhow::Result<ProcessId> {
        self.id("process").map(ProcessId)
    }
}

/// What a job is given to work with. It enters its process by [`Db::process_job`].
#[derive(Debug, Clone)]
pub struct Job {
    pub db: Db,
    pub clock: Clock,
    pub memory: Memory,
    /// The address people reach the portal at, without a slash at its end.
    pub base_url: String,
    pub payload: Payload,
}

type Handler = Box<dyn Fn(Job) -> BoxFuture<'static, anyhow::Result<()>> + Send + Sync>;

/// What is done for each task. Features put theirs in, as they put their routes into [`super::route::Routes`].
#[derive(Default)]
pub struct Jobs(BTreeMap<&'static str, Handler>);

impl Jobs {
    /// Says what a task does. An error means that it is tried again later; its text is logged and kept, so it names
    /// no person.
    pub fn on<F, R>(&mut self, task: Task, handler: F)
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.0.insert(task.name(), Box::new(move |job| Box::pin(handler(job))));
    }

    /// Does it; nothing where no feature has said what.
    ///
    /// # Errors
    /// The handler's own.
    pub async fn run(&self, task: Task, job: Job) -> anyhow::Result<()> {
        match self.0.get(task.name()) {
            Some(handler) => handler(job).await,
            None => {
                tracing::debug!(task = task.name(), "nothing is to be done for this task");
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// An error as it may be logged and kept: the database's own messages can quote a value, so of those the code and the
/// names of table and constraint stand alone.
pub fn told(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        match cause.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(database)) => {
                let names = [
                    database.code().map(|c| c.into_owned()),
                    database.table().map(str::to_owned),
                    database.constraint().map(str::to_owned),
                ];
                parts.push(format!(
                    "the database refused ({})",
                    names.into_iter().flatten().collect::<Vec<_>>().join(", ")
                ));
                break;
            }
            // some causes repeat what caused them
            _ if parts.last().is_some_and(|last| last.contains(&cause.to_string())) => {}
            _ => parts.push(cause.to_string()),
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_gives_ids_and_nothing_else() {
        let payload: Payload =
            serde_json::from_str(r#"{"mail":"0195b7a8-0000-7000-8000-000000000001","_cron":{"ts":"x"},"word":"x"}"#)
                .unwrap();
        assert!(payload.id("mail").is_ok());
        assert!(payload.id("word").is_err());
        assert!(payload.id("_cron").is_err());
        assert!(payload.process().is_err());
    }

    #[test]
    fn an_error_is_told_once() {
        let error = anyhow::anyhow!("no such file").context("lost: no such file").context("the queue");
        assert_eq!(told(&error), "the queue: lost: no such file");
    }

    #[test]
    fn tasks_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = Task::ALL.iter().map(|t| t.name()).collect();
        assert_eq!(names.len(), Task::ALL.len());
    }
}
