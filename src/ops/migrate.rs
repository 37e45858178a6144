//! The schema: forward only, applied as the owner under a lock.

use anyhow::Context;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;

pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// Applies what is missing. Several at once wait for one another (the migrator holds an advisory lock).
///
/// # Errors
/// The database cannot be reached, a migration fails (nothing of it stays), or an applied one was changed.
pub async fn migrate(owner_url: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(owner_url).await.context("cannot reach the database as its owner")?;
    MIGRATIONS.run(&mut connection).await.context("the migration failed")?;
    // serve compares this with its own migrations, and may not read the migrator's table otherwise
    sqlx::raw_sql("grant select on _sqlx_migrations to concert_app, concert_maintenance")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
