//! Jobs: who may ask for one, what it holds, and what becomes of letters.

use crate::harness::Portal;
use concert::config;
use concert::features::webhooks::Courier;
use concert::kernel::ids::ProcessId;
use concert::kernel::job::{Task, enqueue};
use concert::ops::worker::{Settings, work};
use sqlx::postgres::PgConnection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("concert-{name}-{}-{}", std::process::id(), uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

type Working = (CancellationToken, tokio::task::JoinHandle<anyhow::Result<()>>);

/// A worker of the portal's, and how to stop it.
pub fn worker(portal: &Portal, folder: Option<&Path>) -> Working {
    sending(portal, None, folder)
}

/// The same, with a mail server's address or a folder for its letters.
pub fn sending(portal: &Portal, smtp_url: Option<String>, folder: Option<&Path>) -> Working {
    let stop = CancellationToken::new();
    let settings = Settings {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        jobs_url: portal.url("concert_jobs"),
        mail: config::Mail {
            smtp_url: smtp_url.map(Into::into),
            mail_folder: folder.map(Path::to_owned),
            mail_from: "Concert <concert@concert.test>".into(),
        },
        courier: Courier { secret: portal.app.secret.clone(), outbound: portal.app.outbound.clone() },
        files: portal.app.files.clone(),
    };
    (stop.clone(), tokio::spawn(work(settings, stop)))
}

pub async fn process(portal: &Portal, slug: &str) -> ProcessId {
    portal.lookup("select id::text from process where slug = $1", slug).await.parse().expect("an id")
}

async fn ask(portal: &Portal, task: Task) {
    let mut tx = portal.app.db.process_job(process(portal, "example").await).await.expect("the process");
    enqueue(&mut tx, task).await.expect("a job");
    tx.commit().await.expect("commit");
}

async fn one<T>(c: &mut PgConnection, sql: &'static str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    sqlx::query_scalar(sql).fetch_one(c).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(20), "not within twenty seconds: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What waits, other than what every worker asks for when it starts.
const JOBS: &str =
    "select count(*) from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier <> 'overlaps' and not (t.identifier = 'import' and j.payload::jsonb ->> 'import' is null)";

#[tokio::test]
async fn a_job_holds_the_process_of_its_transaction_and_is_kept_once() {
    let portal = Portal::start().await;
    let mut c = portal.superuser().await;
    ask(&portal, Task::Tally).await;
    ask(&portal, Task::Tally).await;
    assert_eq!(one::<i64>(&mut c, JOBS).await, 1, "the second stands for the first");
    let payload: serde_json::Value = one(&mut c, "select payload::jsonb from graphile_worker._private_jobs").await;
    assert_eq!(payload, serde_json::json!({ "process": process(&portal, "example").await.to_string() }));
}

#[tokio::test]
async fn what_is_rolled_back_was_not_asked_for() {
    let portal = Portal::start().await;
    let mut tx = portal.app.db.process_job(process(&portal, "example").await).await.expect("the process");
    enqueue(&mut tx, Task::Tally).await.expect("a job");
    drop(tx);
    assert_eq!(one::<i64>(&mut portal.superuser().await, JOBS).await, 0);
}

#[tokio::test]
async fn nothing_but_ids_and_no_other_process_comes_into_a_payload() {
    let portal = Portal::start().await;
    let mut app = portal.sql("concert_app").await;
    let id = "01990000-0000-7000-8000-000000000000";
    for payload in [
        r#"{"name": "Ada"}"#.to_owned(),
        r#"{"n": 1}"#.to_owned(),
        format!(r#"{{"process": "{id}"}}"#),
        format!(r#"{{"deep": {{"id": "{id}"}}}}"#),
        format!(r#"["{id}"]"#),
        "null".to_owned(),
    ] {
        let asked = sqlx::query("select kernel.enqueue('tally', $1::jsonb)").bind(&payload).execute(&mut app).await;
        assert!(asked.is_err(), "{payload}");
    }
    let asked = sqlx::query("select kernel.enqueue($1)").bind("no task; drop").execute(&mut app).await;
    assert!(asked.is_err());
    let asked = sqlx::query("select kernel.enqueue('tally', $1::jsonb)")
        .bind(format!(r#"{{"action": "{id}"}}"#))
        .execute(&mut app)
        .await;
    assert!(asked.is_ok(), "{asked:?}");
}

#[tokio::test]
async fn the_queue_is_its_owners_alone() {
    let portal = Portal::start().await;
    let attempts = [
        "select count(*) from graphile_worker._private_jobs",
        "select graphile_worker.add_job('tally')",
        "delete from graphile_worker._private_jobs",
        "select jobs.add('tally', '{}', null, '0')",
        "select jobs.rests('import', gen_random_uuid(), 'import', gen_random_uuid())",
        "create table jobs.mine ()",
    ];
    for role in ["concert_app", "concert_search"] {
        for sql in attempts {
            let mut c = portal.superuser().await;
            sqlx::query(sqlx::AssertSqlSafe(format!("set role {role}"))).execute(&mut c).await.expect("a role");
            assert!(sqlx::query(sql).execute(&mut c).await.is_err(), "{role} may: {sql}");
        }
    }
    // the owner may ask, and nothing more
    let mut owner = portal.sql("concert_owner").await;
    assert!(sqlx::query("select count(*) from graphile_worker._private_jobs").execute(&mut owner).await.is_err());
    // and who owns the queue sees no tenant
    let mut jobs = portal.sql("concert_jobs").await;
    for table in ["action", "account", "outgoing_mail", "process"] {
        let seen = sqlx::query(sqlx::AssertSqlSafe(format!("select * from {table}"))).execute(&mut jobs).await;
        assert!(seen.is_err(), "concert_jobs reads {table}");
    }
}

async fn write_letter(portal: &Portal, recipient: &str) {
    let mut app = portal.sql("concert_app").await;
    sqlx::query(
        "insert into outgoing_mail (recipient, subject, body) values ($1, 'A subject', E'A text\\nwith a link')",
    )
    .bind(recipient)
    .execute(&mut app)
    .await
    .expect("a letter");
}

#[tokio::test]
async fn a_letter_leaves_at_once_and_is_emptied() {
    let portal = Portal::start().await;
    let folder = Folder::new("mail");
    let (stop, worked) = worker(&portal, Some(&folder.0));
    let mut c = portal.superuser().await;
    write_letter(&portal, "ada@ministry.example").await;
    until("the letter is sent", async || {
        one::<i64>(&mut c, "select count(*) from outgoing_mail where sent_at is not null").await == 1
    })
    .await;
    let body: String = one(&mut c, "select body from outgoing_mail").await;
    assert_eq!(body, "");
    let files: Vec<_> = std::fs::read_dir(&folder.0).expect("the folder").flatten().map(|e| e.path()).collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let text = std::fs::read_to_string(file).expect("the letter");
    for part in
        ["To: ada@ministry.example", "Subject: A subject", "A text\r\nwith a link", "Auto-Submitted: auto-generated"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(file).expect("the file").permissions().mode() & 0o077, 0, "others may read it");

    let stopped = Instant::now();
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
    assert!(stopped.elapsed() < Duration::from_secs(5), "{:?}", stopped.elapsed());
    // the letter's job is gone with it
    until("the queue is empty", async || one::<i64>(&mut c, JOBS).await == 0).await;
}

#[tokio::test]
async fn a_letter_that_cannot_leave_is_tried_again_and_names_nobody() {
    let portal = Portal::start().await;
    let (stop, worked) = worker(&portal, None);
    let mut c = portal.superuser().await;
    write_letter(&portal, "ada@ministry.example").await;
    until("it was tried", async || one::<i64>(&mut c, "select count(*) from outgoing_mail where tries > 0").await == 1)
        .await;
    until("the queue knows", async || {
        one::<i64>(&mut c, "select count(*) from graphile_worker._private_jobs where last_error is not null").await == 1
    })
    .await;
    let kept: String = one(&mut c, "select body from outgoing_mail").await;
    assert!(kept.contains("A text"), "it waits");
    let later: bool =
        one(&mut c, "select run_at > now() and attempts < max_attempts from graphile_worker._private_jobs where last_error is not null").await;
    assert!(later);
    let told: String = one(&mut c, "select last_error || (select last_error from outgoing_mail) || payload::text from graphile_worker._private_jobs where last_error is not null").await;
    assert!(!told.contains("ada") && !told.contains("A subject") && !told.contains("A text"), "{told}");
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn a_worker_outlives_a_lost_database() {
    let portal = Portal::start().await;
    let folder = Folder::new("mail");
    let (stop, worked) = worker(&portal, Some(&folder.0));
    let mut c = portal.superuser().await;
    until("the worker listens", async || one::<i64>(&mut c, "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'concert-jobs'").await > 0).await;
    for _ in 0..3 {
        let _: i64 = one(&mut c, "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    write_letter(&portal, "ada@ministry.example").await;
    until("the letter is sent", async || {
        one::<i64>(&mut c, "select count(*) from outgoing_mail where sent_at is not null").await == 1
    })
    .await;
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn what_is_kept_for_a_time_only_is_forgotten() {
    let portal = Portal::start().await;
    let mut c = portal.superuser().await;
    let days = |n| portal.clock.now() - chrono::TimeDelta::days(n);
    for (recipient, age) in [("fresh@x.example", 1), ("stale@x.example", 8), ("old@x.example", 31)] {
        sqlx::query("insert into outgoing_mail (recipient, subject, body, created_at) values ($1, 's', 'text', $2)")
            .bind(recipient)
            .bind(days(age))
            .execute(&mut c)
            .await
            .expect("a letter");
    }
    sqlx::query("delete from graphile_worker._private_jobs").execute(&mut c).await.expect("an empty queue");
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select kernel.enqueue('forget', '{}', true)").execute(&mut app).await.expect("a job");
    let (stop, worked) = worker(&portal, None);
    until("it is forgotten", async || one::<i64>(&mut c, "select count(*) from outgoing_mail").await == 2).await;
    let waiting: Vec<String> = sqlx::query_scalar("select recipient from outgoing_mail where body <> ''")
        .fetch_all(&mut c)
        .await
        .expect("letters");
    assert_eq!(waiting, ["fresh@x.example"]);
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}

#[tokio::test]
async fn metrics_answer_to_their_word_alone() {
    let word = "a-word-for-the-measurements";
    let portal = Portal::with(|c| c.metrics_token = Some(word.to_owned().into())).await;
    concert::kernel::metrics::install().expect("measuring");
    write_letter(&portal, "ada@ministry.example").await;
    assert_eq!(portal.visitor().get("/metrics").await.status, 404);
    let with = async |given: &str| {
        use tower::ServiceExt;
        let request = axum::http::Request::get("/metrics")
            .header("authorization", given)
            .body(axum::body::Body::empty())
            .expect("a request");
        let response = portal.router.clone().oneshot(request).await.expect("infallible");
        (
            response.status(),
            String::from_utf8(axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body").to_vec())
                .expect("text"),
        )
    };
    assert_eq!(with("Bearer another-word-for-it").await.0, 404);
    let (status, text) = with(&format!("Bearer {word}")).await;
    assert_eq!(status, 200);
    for name in ["concert_request_seconds_bucket", "concert_letters_waiting 1", "concert_connections{state=\"in_use\"}"]
    {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("ministry"), "{text}");
    // without a word there is no such page, whatever is brought
    let closed = Portal::start().await;
    assert_eq!(closed.visitor().get("/metrics").await.status, 404);
}
