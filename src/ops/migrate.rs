//! The schema: forward only, applied as the owner under a lock; then the queue's, as the role that owns it.

#![expect(clippy::disallowed_methods, reason = "grants and the queue's own script are no statements of the schema")]

use anyhow::Context;
use graphile_worker::WorkerUtils;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnection, PgPoolOptions};

pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// The newest migration of the portal's schema.
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or_default()
}

/// The schema of graphile_worker's own tables.
pub const QUEUE_SCHEMA: &str = "graphile_worker";
const QUEUE: &str = include_str!("queue.sql");
/// Any number, as long as everyone who makes the queue takes the same.
const LOCK: i64 = 0x636f_6e63_716a;

/// Applies what is missing of the portal's schema. Several at once wait for one another (the migrator holds an advisory
/// lock).
///
/// # Errors
/// The database cannot be reached, a migration fails (nothing of it stays), or an applied one was changed.
pub async fn migrate(owner_url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(owner_url).await.context("cannot reach the database as its owner")?;
    // the grants of "all functions" pass over those that are the superuser's, and say so each time
    sqlx::raw_sql("set client_min_messages = error").execute(&mut connection).await?;
    MIGRATIONS.run(&mut connection).await.context("the migration failed")?;
    // serve compares this with its own migrations, and may not read the migrator's table otherwise
    sqlx::raw_sql("grant select on _sqlx_migrations to concert_app, concert_maintenance")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Makes the queue, or brings it up to date, as concert_jobs. Without it nothing that asks for a job can be committed.
///
/// # Errors
/// The database cannot be reached, or the role may not make its schema.
pub async fn queue(jobs_url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(jobs_url).await.context("cannot reach the database as concert_jobs")?;
    sqlx::raw_sql("set client_min_messages = warning").execute(&mut connection).await?;
    // held by this connection while the other one works
    sqlx::query!("select pg_advisory_lock($1)", LOCK).fetch_one(&mut connection).await?;
    let pool = PgPoolOptions::new().max_connections(2).connect(jobs_url).await?;
    let made = WorkerUtils::new(&pool, QUEUE_SCHEMA).migrate().await;
    pool.close().await;
    made.context("cannot make the queue's tables")?;
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(QUEUE).execute(&mut *transaction).await.context("cannot make the way into the queue")?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}
