//! What `serve` refuses to run on.

use anyhow::{Context, ensure};
use sqlx::Connection;
use sqlx::postgres::PgConnection;

/// Looks at the role, the schema, the queue and the locale.
///
/// # Errors
/// The role is a superuser, an owner, or passes row-level security; the schema is not ours of today; there is no queue; or the
/// database knows no trigrams of Cyrillic. Each says what to do.
pub async fn check(app_url: &str) -> anyhow::Result<()> {
    let mut c = PgConnection::connect(app_url).await.context("cannot reach the database")?;
    let role = sqlx::query!(
        r#"select current_user::text as "name!", r.rolsuper as "superuser!", r.rolbypassrls as "bypass!",
            exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(current_user, c.relowner, 'member')) as "owner!"
        from pg_roles r where r.rolname = current_user"#
    )
    .fetch_one(&mut c)
    .await?;
    ensure!(
        !role.superuser,
        "the database's role {} is a superuser, which row-level security does not hold: use concert_app",
        role.name
    );
    ensure!(!role.bypass, "the database's role {} passes row-level security: use concert_app", role.name);
    ensure!(!role.owner, "the database's role {} owns the tables: use concert_app", role.name);

    let applied: Vec<i64> = sqlx::query_scalar!("select version from _sqlx_migrations where success order by version")
        .fetch_all(&mut c)
        .await
        .context("the schema is missing: run `concert migrate` first")?;
    let known: Vec<i64> = super::migrate::MIGRATIONS.iter().map(|m| m.version).collect();
    ensure!(
        applied == known,
        "the schema is of another version (has {applied:?}, needs {known:?}): run `concert migrate`"
    );

    let queue = sqlx::query_scalar!(
        r#"select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'jobs' and p.proname = 'add') as "there!""#
    )
    .fetch_one(&mut c)
    .await?;
    ensure!(
        queue,
        "the job queue is missing, without which no letter can be sent: run `concert migrate` with CONCERT_JOBS_URL"
    );

    let alike = sqlx::query_scalar!(r#"select similarity('полицијска сарадња', 'полициска сарадња') as "s!""#)
        .fetch_one(&mut c)
        .await?;
    ensure!(
        alike > 0.3,
        "the database has no trigrams of Cyrillic: make it with `concert bootstrap`, which sets its locale"
    );
    c.close().await?;
    Ok(())
}
