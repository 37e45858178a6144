//! Makes a server ready for the portal: roles, the database, what must stand in it before the first migration.

#![expect(clippy::disallowed_methods, reason = "there is no schema yet against which a statement could be checked")]

use std::str::FromStr as _;

use anyhow::{Context as _, Result, bail, ensure};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, query, query_scalar, raw_sql};

const ROLES: &str = include_str!("bootstrap/roles.sql");
const DATABASE: &str = include_str!("bootstrap/database.sql");

/// Any number, as long as everyone who bootstraps takes the same: roles belong to the whole server.
const LOCK: i64 = 0x0063_6f6e_6365_7274;

/// Passwords of the roles that sign in. A role without one keeps what it has; the demo's socket asks for none.
#[derive(Debug, Default)]
pub struct Passwords {
    pub owner: Option<SecretString>,
    pub app: Option<SecretString>,
    pub jobs: Option<SecretString>,
    pub maintenance: Option<SecretString>,
}

/// Makes roles and database as far as they are not there, and sets the grants that must hold, each time. The name in
/// the address is not the database made: `superuser` may name `postgres`, which always exists.
///
/// # Errors
/// The role is not a superuser (a role that bypasses row-level security cannot be made otherwise), the name of the
/// database is not plain, a role of ours was granted to somebody, or the server refuses.
pub async fn bootstrap(superuser: &str, database: &str, passwords: &Passwords) -> Result<()> {
    let mut server = connect(superuser, None).await?;
    lock(&mut server).await?;
    roles(&mut server, passwords).await?;
    create_database(&mut server, database).await?;
    inside(&mut connect(superuser, Some(database)).await?).await?;
    server.close().await.context("cannot end the bootstrap")
}

/// Connects with an address, to another database than it names if one is given.
pub(crate) async fn connect(address: &str, database: Option<&str>) -> Result<PgConnection> {
    let mut options = PgConnectOptions::from_str(address).context("the address of the database cannot be read")?;
    if let Some(database) = database {
        options = options.database(database);
    }
    PgConnection::connect_with(&options).await.context("cannot connect to the database")
}

/// Two bootstraps at the same time would both make the roles. The lock ends with the connection.
pub(crate) async fn lock(server: &mut PgConnection) -> Result<()> {
    query("select pg_advisory_lock($1)").bind(LOCK).execute(server).await?;
    Ok(())
}

/// The roles of the whole server, and the passwords given.
pub(crate) async fn roles(server: &mut PgConnection, passwords: &Passwords) -> Result<()> {
    let superuser: bool =
        query_scalar("select rolsuper from pg_roles where rolname = current_user").fetch_one(&mut *server).await?;
    ensure!(superuser, "bootstrap needs the server's superuser: it makes a role that bypasses row-level security");
    quiet(server, ROLES).await.context("cannot make the roles")?;

    let given = [
        ("concert_owner", &passwords.owner),
        ("concert_app", &passwords.app),
        ("concert_jobs", &passwords.jobs),
        ("concert_maintenance", &passwords.maintenance),
    ];
    for (role, password) in given {
        let Some(password) = password else { continue };
        // The statement holds the password: it is kept out of the server's log.
        query("select set_config('log_statement', 'none', false), set_config('log_min_error_statement', 'panic', false), set_config('log_min_duration_statement', '-1', false)")
            .execute(&mut *server)
            .await?;
        let statement: String = query_scalar("select format('alter role %I password %L', $1, $2)")
            .bind(role)
            .bind(password.expose_secret())
            .fetch_one(&mut *server)
            .await?;
        // Quoted by the server itself, in the line above.
        raw_sql(AssertSqlSafe(statement))
            .execute(&mut *server)
            .await
            .with_context(|| format!("cannot set the password of {role}"))?;
    }
    Ok(())
}

/// Makes the database, if there is none of the name. Answers whether it did.
pub(crate) async fn create_database(server: &mut PgConnection, name: &str) -> Result<bool> {
    plain_name(name)?;
    let there: bool = query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut *server)
        .await?;
    if there {
        return Ok(false);
    }
    // Its own locale, whatever the server's is: Cyrillic has no trigrams in "C". A server built without ICU (only the
    // demo meets one) sorts Č after Z.
    let icu: bool = query_scalar("select exists (select from pg_collation where collname = 'und-x-icu')")
        .fetch_one(&mut *server)
        .await?;
    let locale = if icu {
        "locale_provider icu icu_locale 'und'"
    } else {
        tracing::warn!("this PostgreSQL is built without ICU: names with accents are sorted after Z");
        "locale_provider builtin builtin_locale 'C.UTF-8'"
    };
    let statement: String = query_scalar(
        "select format('create database %I owner concert_owner template template0 encoding %L lc_collate %L lc_ctype %L ',
             $1, 'UTF8', 'C.UTF-8', 'C.UTF-8') || $2",
    )
    .bind(name)
    .bind(locale)
    .fetch_one(&mut *server)
    .await?;
    // Checked by `plain_name`, quoted by the server.
    raw_sql(AssertSqlSafe(statement))
        .execute(&mut *server)
        .await
        .with_context(|| format!("cannot make the database {name}"))?;
    Ok(true)
}

/// What must stand in the database before its migrations.
pub(crate) async fn inside(database: &mut PgConnection) -> Result<()> {
    quiet(database, DATABASE).await.context("cannot prepare the database")?;
    // The same check as that of `serve`: a database made by hand with the wrong locale is found here, not in a search.
    let similar: f32 = query_scalar("select similarity('граница', 'границе')").fetch_one(&mut *database).await?;
    if similar < 0.3 {
        bail!(
            "the database does not know Cyrillic letters: make it anew with the locale provider icu (see docs/operations.md)"
        );
    }
    Ok(())
}

/// Runs a script without its "already exists, skipping" in our log.
async fn quiet(connection: &mut PgConnection, script: &'static str) -> Result<()> {
    let mut transaction = connection.begin().await?;
    raw_sql("set local client_min_messages = warning").execute(&mut *transaction).await?;
    raw_sql(script).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// A name that needs no quoting anywhere, in SQL, an address, or a shell.
fn plain_name(name: &str) -> Result<()> {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    ensure!(
        plain && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 63,
        "{name:?} is no name for a database: small letters, digits and _, at most 63"
    );
    Ok(())
}
