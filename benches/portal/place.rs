//! Where the generated installation is kept, and the private server it is kept on.

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use concert::dev::binaries::Binaries;
use concert::dev::cluster::{Cluster, Mode, SUPERUSER};
use concert::kernel::clock::Clock;
use concert::kernel::random::Token;
use concert::ops::bootstrap::{Passwords, bootstrap};
use concert::ops::migrate;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::make;

pub const DATABASE: &str = "concert";
/// What the measured server has that a private cluster has not by default; docs/performance.md says why.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "512MB"),
    ("max_wal_size", "2GB"),
    ("random_page_cost", "1.1"),
    // how capture.rs tells one line of the log from the next, and one connection's from another's
    ("log_line_prefix", "@@%p|%u@@ "),
    ("log_checkpoints", "off"),
];

/// A running cluster with the generated data.
pub struct Place {
    pub cluster: Cluster,
    dir: PathBuf,
}

pub struct Wanted<'a> {
    /// The folder under which generated clusters are kept.
    pub cache: &'a Path,
    /// `../shared`, which holds the published actions.
    pub shared: &'a Path,
    pub actions: usize,
    pub processes: usize,
    pub fresh: bool,
}

impl Place {
    /// Starts the cluster of these migrations and this generator, making it first if need be.
    ///
    /// # Errors
    /// No published actions to make it from, no PostgreSQL, or a generator that no longer fits the schema.
    pub async fn open(wanted: &Wanted<'_>) -> Result<Self> {
        let published = wanted.shared.join("data/iati/overlap/activities.jsonl.gz");
        ensure!(
            published.is_file(),
            "there are no published actions at {}: name the folder `shared` in CONCERT_SHARED",
            published.display()
        );
        let key = key(&published, wanted)?;
        let dir = wanted.cache.join(&key);
        if wanted.fresh {
            Cluster::wipe(&dir)?;
        }
        fs::create_dir_all(wanted.cache).with_context(|| format!("cannot make {}", wanted.cache.display()))?;
        if !is_made(&dir, &key).await? {
            forget_others(wanted.cache, &key);
            Cluster::wipe(&dir)?;
            let cluster = Cluster::start(&dir, Mode::Durable)?;
            settings(&cluster).await?;
            cluster.stop()?;
            let cluster = Cluster::start(&dir, Mode::Durable)?;
            eprintln!(
                "Making {} actions in {} processes (once; kept in {})",
                wanted.actions,
                wanted.processes,
                dir.display()
            );
            bootstrap(&cluster.url(SUPERUSER, "postgres"), DATABASE, &Passwords::default()).await?;
            migrate::migrate(&cluster.url("concert_owner", DATABASE)).await?;
            migrate::queue(&cluster.url("concert_jobs", DATABASE)).await?;
            let mut superuser = PgConnection::connect(&cluster.url(SUPERUSER, DATABASE)).await?;
            make::fill(&mut superuser, &published, wanted.actions, wanted.processes).await?;
            let ready = format!("comment on database {DATABASE} is 'made {key}'");
            sqlx::raw_sql(AssertSqlSafe(ready)).execute(&mut superuser).await?;
            superuser.close().await?;
            cluster.stop()?;
        }
        Ok(Self { cluster: Cluster::start(&dir, Mode::Durable)?, dir })
    }

    /// A connection of the superuser, to prepare and to look, never to measure.
    pub async fn superuser(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect(&self.cluster.url(SUPERUSER, DATABASE)).await?)
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.join("sock")
    }

    pub fn binaries(&self) -> &Binaries {
        self.cluster.binaries()
    }

    /// What the server has written to its log since a place in it, and the place now.
    pub fn log_since(&self, from: u64) -> Result<(String, u64)> {
        use std::io::{Read as _, Seek as _, SeekFrom};
        let mut file = fs::File::open(self.dir.join("server.log"))?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let now = from + u64::try_from(bytes.len())?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), now))
    }

    /// Changes a setting of the running server for all its connections.
    pub async fn set(&self, name: &str, value: &str) -> Result<()> {
        let mut superuser = self.superuser().await?;
        alter(&mut superuser, name, value).await?;
        sqlx::query("select pg_reload_conf()").execute(&mut superuser).await?;
        superuser.close().await?;
        // the servers of connections that are open read it before their next statement
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        Ok(())
    }

    /// Takes away what an earlier run left, counts the figures for today, and signs one account a role in.
    /// Answers the cookies by the local part of the account's address.
    pub async fn reset(&self) -> Result<HashMap<String, String>> {
        let mut superuser = self.superuser().await?;
        let now = Clock::default().now();
        for statement in
            ["delete from sign_in_session", "delete from attempt", "delete from access_log where detail <> 'generated'"]
        {
            sqlx::raw_sql(statement).execute(&mut superuser).await?;
        }
        let accounts: Vec<(uuid::Uuid, String)> = sqlx::query_as(
            "select a.id, split_part(a.email, '@', 1) from account a
             where a.email like '%@bench-1.example' and a.email not like 'partner-%'",
        )
        .fetch_all(&mut superuser)
        .await?;
        let mut cookies = HashMap::new();
        for (account, local) in accounts {
            let token = Token::new();
            sqlx::query(
                "insert into sign_in_session (account_id, token_hash, second_factor, ends_at, created_at, last_seen_at)
                 values ($1, $2, true, $3, $4, $4)",
            )
            .bind(account)
            .bind(token.hash())
            .bind(now + TimeDelta::hours(20))
            .bind(now)
            .execute(&mut superuser)
            .await?;
            cookies.insert(local, format!("concert={}", token.expose()));
        }
        let counted: bool = sqlx::query_scalar("select to_regprocedure('kernel.recount(timestamptz)') is not null")
            .fetch_one(&mut superuser)
            .await?;
        let processes: Vec<uuid::Uuid> = sqlx::query_scalar("select id from process").fetch_all(&mut superuser).await?;
        superuser.close().await?;
        if counted {
            let mut app = PgConnection::connect(&self.cluster.url("concert_app", DATABASE)).await?;
            for process in processes {
                let mut tx = app.begin().await?;
                sqlx::query("select kernel.enter_job($1)").bind(process).execute(&mut *tx).await?;
                sqlx::query("select kernel.recount($1)").bind(now).execute(&mut *tx).await?;
                tx.commit().await?;
            }
            app.close().await?;
        }
        let mut superuser = self.superuser().await?;
        sqlx::raw_sql("vacuum analyze").execute(&mut superuser).await?;
        sqlx::raw_sql("checkpoint").execute(&mut superuser).await?;
        superuser.close().await?;
        Ok(cookies)
    }
}

async fn settings(cluster: &Cluster) -> Result<()> {
    let mut superuser = PgConnection::connect(&cluster.url(SUPERUSER, "postgres")).await?;
    for (name, value) in SETTINGS {
        alter(&mut superuser, name, value).await?;
    }
    superuser.close().await?;
    Ok(())
}

async fn alter(superuser: &mut PgConnection, name: &str, value: &str) -> Result<()> {
    // names and values are ours, from this program's text
    let statement = match value {
        "" => format!("alter system reset {name}"),
        value => format!("alter system set {name} = '{value}'"),
    };
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(superuser).await.with_context(|| format!("cannot set {name}"))?;
    Ok(())
}

/// The settings that differ from a private cluster's, for the report.
pub fn settings_told() -> String {
    let told: Vec<String> = SETTINGS.iter().take(3).map(|(name, value)| format!("{name} = {value}")).collect();
    told.join(", ")
}

/// Everything that decides what the data look like.
fn key(published: &Path, wanted: &Wanted<'_>) -> Result<String> {
    let mut hash = Sha256::new();
    for migration in migrate::MIGRATIONS.iter() {
        hash.update(&*migration.checksum);
    }
    for source in make::SOURCES {
        hash.update(source);
    }
    for source in [
        include_str!("../../src/kernel/fold.rs"),
        include_str!("../../src/kernel/fold/tables.rs"),
        include_str!("../../src/ops/queue.sql"),
        include_str!("../../src/ops/bootstrap/roles.sql"),
        include_str!("../../src/ops/bootstrap/database.sql"),
    ] {
        hash.update(source);
    }
    hash.update(fs::read(published)?);
    hash.update(format!("{SETTINGS:?}"));
    let hash: String = hex::encode(hash.finalize()).chars().take(10).collect();
    Ok(format!("{}x{}-{hash}", wanted.processes, wanted.actions))
}

async fn is_made(dir: &Path, key: &str) -> Result<bool> {
    if !dir.join("data/PG_VERSION").exists() {
        return Ok(false);
    }
    let cluster = Cluster::start(dir, Mode::Durable)?;
    let mut superuser = PgConnection::connect(&cluster.url(SUPERUSER, "postgres")).await?;
    let comment: Option<String> =
        sqlx::query_scalar("select shobj_description(oid, 'pg_database') from pg_database where datname = $1")
            .bind(DATABASE)
            .fetch_optional(&mut superuser)
            .await?
            .flatten();
    superuser.close().await?;
    cluster.stop()?;
    Ok(comment.is_some_and(|comment| comment == format!("made {key}")))
}

/// What other migrations or another generator made of this size takes a gigabyte and is of no use any more.
fn forget_others(cache: &Path, key: &str) {
    let size = key.split('-').next().unwrap_or_default();
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        // one that a run elsewhere is using stays, and so does what is no cluster
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != key && name.starts_with(&format!("{size}-")) && Cluster::wipe(&entry.path()).is_ok() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
