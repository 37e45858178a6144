//! The SQL of bundles: the catalogue, entering, rows as they are written, rows as they are taken in. The statements over the
//! tables of the list are put together from names of the catalogue; all others are checked against the schema.

use chrono::{DateTime, TimeDelta, Utc};
use futures::stream::BoxStream;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, PgConnection, Postgres};
use uuid::Uuid;

use super::Level;
use super::shape::{Column, ColumnRow, KeyRow};
use super::tables::{ACCOUNT, Table};
use crate::kernel::access_log::{self, Line};
use crate::kernel::clock::Clock;
use crate::kernel::db::{Db, MembershipFacts, Placed, PlatformTx, ProcessTx};
use crate::kernel::ids::{AccountId, ProcessId};

/// How long an archive is kept.
const KEPT: TimeDelta = TimeDelta::days(3);

/// Members' accounts: what the process invited them by, and nothing else of them.
const ACCOUNTS: &str = "select row_to_json(t)::text from (select distinct m.account_id as id, a.email from membership m
    join kernel.member_addresses() a on a.membership_id = m.id order by 1) t";

pub async fn columns(connection: &mut PgConnection, tables: &[String]) -> sqlx::Result<Vec<ColumnRow>> {
    sqlx::query_as!(
        ColumnRow,
        r#"select c.relname::text as "table!", a.attname::text as "name!", format_type(a.atttypid, a.atttypmod) as "kind!",
            a.attnotnull as "required!", a.atthasdef as "has_default!"
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
        where n.nspname = 'public' and c.relkind = 'r' and c.relname::text = any($1) and a.attnum > 0 and not a.attisdropped
            and a.attgenerated = ''
        order by c.relname, a.attnum"#,
        tables
    )
    .fetch_all(connection)
    .await
}

pub async fn keys(connection: &mut PgConnection, tables: &[String]) -> sqlx::Result<Vec<KeyRow>> {
    sqlx::query_as!(
        KeyRow,
        r#"select c.relname::text as "table!", f.relname::text as "target?",
            array(select a.attname::text from unnest(o.conkey) with ordinality as k(n, i)
                join pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.n order by k.i) as "columns!: Vec<String>",
            array(select a.attname::text from unnest(o.confkey) with ordinality as k(n, i)
                join pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.n order by k.i) as "target_columns!: Vec<String>"
        from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace
            left join pg_class f on f.oid = o.confrelid
        where n.nspname = 'public' and o.contype in ('p', 'f') and c.relname::text = any($1)
        order by c.relname, o.conname"#,
        tables
    )
    .fetch_all(connection)
    .await
}

/// The first part of the process's addresses.
pub async fn address(tx: &mut ProcessTx) -> sqlx::Result<String> {
    sqlx::query_scalar!("select slug from process where id = kernel.process_id()").fetch_one(tx.conn()).await
}

/// Enters a process in a member's place, to read all of it as of one moment, and no more than they see. `None`: there is no
/// such active process, or they are no member of it today.
///
/// # Errors
/// The database's own.
pub async fn enter_member(
    db: &Db,
    process: ProcessId,
    account: AccountId,
    level: Level,
    clock: &Clock,
) -> sqlx::Result<Option<(ProcessTx, Placed)>> {
    let mut tx = db.frozen(process).await?;
    let placed = sqlx::query_scalar!(
        r#"select kernel.enter_for($1, $2, $3) as "placed: Json<Placed>""#,
        process.0,
        account.0,
        clock.now()
    )
    .fetch_one(tx.conn())
    .await?;
    let Some(placed) = placed else { return Ok(None) };
    narrow(&mut tx, level, &placed.0.process.slug).await?;
    Ok(Some((tx, placed.0)))
}

/// Enters a process as whoever has its database: all of it, or what its members see.
///
/// # Errors
/// The database's own.
pub async fn whole(db: &Db, process: ProcessId, level: Level) -> sqlx::Result<ProcessTx> {
    let mut tx = db.frozen(process).await?;
    let slug = address(&mut tx).await?;
    narrow(&mut tx, level, &slug).await?;
    Ok(tx)
}

/// Enters the public side of a process. `None`: it has none.
///
/// # Errors
/// The database's own.
pub async fn enter_public(db: &Db, process: ProcessId) -> sqlx::Result<Option<ProcessTx>> {
    let mut tx = db.frozen(process).await?;
    let open = sqlx::query_scalar!("select public from process where id = kernel.process_id()");
    if !open.fetch_one(tx.conn()).await? {
        return Ok(None);
    }
    let slug = address(&mut tx).await?;
    narrow(&mut tx, Level::Public, &slug).await?;
    Ok(Some(tx))
}

/// From here on the transaction sees what is of a level, and nothing that is open to one party alone.
async fn narrow(tx: &mut ProcessTx, level: Level, slug: &str) -> sqlx::Result<()> {
    match level {
        Level::All => {}
        Level::Members => {
            sqlx::query!(
                "select set_config('app.levels', 'public,members', true) as levels, set_config('app.audience', '{}', true) as audience,
                    set_config('app.account', '', true) as account, set_config('app.support_group', 'off', true) as support_group,
                    set_config('app.money', 'on', true) as money"
            )
            .fetch_one(tx.conn())
            .await?;
        }
        Level::Public => {
            // of a process without a public side it sets nothing, and so shows nothing
            sqlx::query!("select kernel.enter_public($1)", slug).fetch_one(tx.conn()).await?;
        }
    }
    Ok(())
}

/// A name of the catalogue as a statement has it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The statement that reads a table as lines: amounts as texts, so that no reader makes floats of them. `past`: every row,
/// whoever sees it.
pub fn reading(table: &Table, columns: &[&Column], key: &[String], level: Level, past: bool) -> String {
    if table.name == ACCOUNT {
        return ACCOUNTS.to_owned();
    }
    let each = columns.iter().map(|c| {
        let name = quoted(&c.name);
        if c.kind.starts_with("numeric") { format!("x.{name}::text as {name}") } else { format!("x.{name}") }
    });
    let seen = table.seen.filter(|_| !past);
    let published = table.published.filter(|_| level == Level::Public);
    let below = table.below.filter(|_| level < Level::All);
    let own = (table.name == "process").then_some("x.id = kernel.process_id()");
    let conditions: Vec<&str> = [own, seen, published, below].into_iter().flatten().collect();
    // a table without a key has rows that are told apart by all they say
    let all: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
    let ordered: &[String] = if key.is_empty() { &all } else { key };
    let order: Vec<String> = ordered.iter().map(|c| format!("x.{}", quoted(c))).collect();
    format!(
        "select row_to_json(t)::text from (select {} from {} x where {} order by {}) t",
        each.collect::<Vec<_>>().join(", "),
        quoted(table.name),
        if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") },
        order.join(", ")
    )
}

/// The lines of a [`reading`], one at a time.
#[expect(clippy::disallowed_methods, reason = "the tables are those of the list, their columns those of the catalogue")]
pub fn lines(tx: &mut ProcessTx, reading: String) -> BoxStream<'_, sqlx::Result<String>> {
    sqlx::query_scalar::<Postgres, String>(AssertSqlSafe(reading)).fetch(tx.conn())
}

/// Writes rows, as a list in JSON; columns that are not named get what the database gives them.
#[expect(clippy::disallowed_methods, reason = "the tables are those of the list, their columns those of the catalogue")]
pub async fn insert(tx: &mut ProcessTx, table: &str, columns: &[String], rows: &str) -> sqlx::Result<u64> {
    let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    let (table, names) = (quoted(table), names.join(", "));
    let statement = format!(
        "insert into {table} ({names}) select {names} from jsonb_populate_recordset(null::{table}, $1::text::jsonb)"
    );
    let done = sqlx::query::<Postgres>(AssertSqlSafe(statement)).bind(rows).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// Sets, of rows that are there, what could not be set before what it points at was there, too.
#[expect(clippy::disallowed_methods, reason = "the tables are those of the list, their columns those of the catalogue")]
pub async fn point(
    tx: &mut ProcessTx,
    table: &str,
    key: &[String],
    columns: &[String],
    rows: &str,
) -> sqlx::Result<u64> {
    let set: Vec<String> = columns.iter().map(|c| format!("{0} = d.{0}", quoted(c))).collect();
    let same: Vec<String> = key.iter().map(|c| format!("x.{0} = d.{0}", quoted(c))).collect();
    let statement = format!(
        "update {0} x set {1} from jsonb_populate_recordset(null::{0}, $1::text::jsonb) d
         where x.process_id = kernel.process_id() and {2}",
        quoted(table),
        set.join(", "),
        same.join(" and ")
    );
    let done = sqlx::query::<Postgres>(AssertSqlSafe(statement)).bind(rows).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// Makes a process of the line that a bundle has of it. `None`: the address is taken.
pub async fn found(tx: &mut PlatformTx, slug: &str, line: &str) -> sqlx::Result<Option<ProcessId>> {
    sqlx::query_scalar!(
        r#"insert into process (slug, name, short_name, tagline, about, footnotes, words, settings, example, public)
        select $1::text, t.name, t.short_name, coalesce(t.tagline, ''), coalesce(t.about, '{}'), coalesce(t.footnotes, '[]'),
            coalesce(t.words, '{}'), coalesce(t.settings, '{}'), coalesce(t.example, false), coalesce(t.public, false)
        from jsonb_populate_record(null::process, $2::text::jsonb) t
        on conflict (slug) do nothing returning id as "id: ProcessId""#,
        slug,
        line
    )
    .fetch_optional(tx.conn())
    .await
}

/// The accounts of addresses, in their order; one that there was not is made, without a password.
pub async fn accounts(tx: &mut ProcessTx, addresses: &[String]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"select kernel.account_of(e.address) as "id!" from unnest($1::text[]) with ordinality as e(address, n) order by e.n"#,
        addresses
    )
    .fetch_all(tx.conn())
    .await
}

/// Whether somebody of the secretariat takes part today.
pub async fn has_secretariat(tx: &mut ProcessTx, clock: &Clock) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from membership where role = 'support_group' and state = 'active' and starts_on <= $1
            and coalesce(ends_on, $1) >= $1) as "has!""#,
        clock.today()
    )
    .fetch_one(tx.conn())
    .await
}

/// Looks now at what the database would look at when the transaction ends.
pub async fn settle(tx: &mut ProcessTx) -> sqlx::Result<()> {
    sqlx::query!("set constraints all immediate").execute(tx.conn()).await?;
    Ok(())
}

/// Writes in the access log that a process leaves as a bundle; `by` nobody: whoever has the database.
///
/// # Errors
/// The database's own.
pub async fn note(tx: &mut ProcessTx, by: Option<&MembershipFacts>, level: Level) -> sqlx::Result<()> {
    let line = Line::export("bundle", None, level.as_str(), None);
    match by {
        Some(by) => {
            access_log::note(tx, by, line).await?;
            match level {
                Level::All => access_log::tell_keepers_of(tx, by, "bundle", None).await,
                Level::Members | Level::Public => Ok(()),
            }
        }
        None => {
            sqlx::query!(
                "insert into access_log (id, kind, subject_kind, detail) values ($1, 'export', $2, $3)",
                crate::kernel::random::id(),
                line.subject_kind,
                line.detail
            )
            .execute(tx.conn())
            .await?;
            Ok(())
        }
    }
}

/// Forgets archives that are older than three days.
///
/// # Errors
/// The database's own.
pub async fn forget(tx: &mut PlatformTx, now: DateTime<Utc>) -> sqlx::Result<i32> {
    Ok(sqlx::query_scalar!("select kernel.forget_bundles($1)", now - KEPT).fetch_one(tx.conn()).await?.unwrap_or(0))
}
