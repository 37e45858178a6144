//! The generated installation: 50 processes, one of them with 100,000 actions.
//!
//! It is made of what is real (titles, descriptions and names of published actions, the structure of the seed) by a
//! generator whose chance is seeded, so that every run of it makes the same rows. Rows go in by COPY, as the superuser
//! and with triggers off, which is fast; then every action is saved once with them on, some thousand at a time, so that
//! whatever the schema derives from an action is derived by the schema.

pub mod actions;
pub mod chance;
pub mod people;
pub mod plans;
pub mod seed;
pub mod table;
pub mod texts;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, PgConnection};
use std::path::Path;
use std::time::Instant;
use uuid::Uuid;

use actions::{ActionTables, Actions};
use chance::Chance;
use people::{Founding, PeopleTables, Process, Size};
use seed::Seed;
use table::{Table, row};
use texts::Texts;

/// Which sources decide what comes out: part of the key of the cache.
pub const SOURCES: [&str; 9] = [
    include_str!("actions.rs"),
    include_str!("chance.rs"),
    include_str!("mod.rs"),
    include_str!("people.rs"),
    include_str!("plans.rs"),
    include_str!("seed.rs"),
    include_str!("table.rs"),
    include_str!("texts.rs"),
    include_str!("../../../seed/iisg.json"),
];

const SEED: u64 = 20_261_124;
/// So many actions go to the database at a time; more would only take memory.
const CHUNK: usize = 4000;

/// A rate a day of each currency that amounts are made in; not those of any day.
const RATES: &str = "insert into rate_load (loaded_at, file_name, first_day, last_day, currencies, added, changed)
        values (now(), 'of the benchmark', '2010-01-01', '2026-11-24', 5, 0, 0);
    insert into exchange_rate (currency, day, per_euro)
        select c.code, d.day::date, c.rate from (values ('USD', 1.1), ('CHF', 0.95), ('SEK', 11.2), ('NOK', 11.6), ('GBP', 0.85)) c (code, rate),
            generate_series('2010-01-01'::date, '2026-11-24'::date, interval '1 day') d (day)";

/// Fills an empty, migrated database.
pub async fn fill(connection: &mut PgConnection, published: &Path, actions: usize, processes: usize) -> Result<()> {
    let started = Instant::now();
    let seed = Seed::read()?;
    let texts = Texts::read(published, &seed)?;
    let today: DateTime<Utc> = "2026-11-24T09:00:00Z".parse()?;
    let hash = concert::features::sign_in::hash(concert::dev::seed::PASSWORD.to_owned()).await?;
    let founding =
        Founding { seed: &seed, texts: &texts, password_hash: &hash, founded: "2026-01-01T08:00:00Z".parse()? };
    let mut chance = Chance::new(SEED);

    // no triggers, and none of those that check foreign keys: the ids are all of our own making
    run(connection, "set session_replication_role = replica").await?;
    run(connection, "set synchronous_commit = off").await?;
    let indexes = drop_indexes(connection).await?;

    let mut people = PeopleTables::new();
    let mut founded = Vec::new();
    for number in 1..=processes {
        let size = match number {
            1 => Size { actions, organisations: 350, members: 150 },
            _ => Size { actions: (actions / 500).max(1), organisations: 20, members: 5 },
        };
        founded.push(founding.found(number, size, &mut chance, &mut people));
    }
    for table in people.all() {
        table.send(connection).await?;
    }
    run(connection, RATES).await?;
    let mut tables = ActionTables::new();
    for process in &founded {
        let mut making = Actions { process, texts: &texts, today, earlier: Vec::new() };
        for number in 1..=process.size.actions {
            making.make(&mut chance, &mut tables);
            if number % CHUNK == 0 || number == process.size.actions {
                for table in tables.all() {
                    table.send(connection).await?;
                }
            }
        }
        office(process, today, &mut chance, connection).await?;
    }
    if let Some(large) = founded.first() {
        plans::make(large, &texts, today, &mut chance, connection).await?;
    }
    eprintln!("  rows in after {:.0} s", started.elapsed().as_secs_f64());

    run(connection, "set session_replication_role = origin").await?;
    for process in &founded {
        derive(connection, process).await?;
    }
    eprintln!("  saved once with their triggers after {:.0} s", started.elapsed().as_secs_f64());
    run(connection, "set maintenance_work_mem = '512MB'").await?;
    // saving them all left twice the rows
    run(connection, "vacuum full action").await?;
    for index in indexes {
        sqlx::raw_sql(AssertSqlSafe(index)).execute(&mut *connection).await.context("an index cannot be made again")?;
    }
    run(connection, "vacuum (freeze, analyze)").await?;
    run(connection, "checkpoint").await?;
    eprintln!("  indexed and analysed after {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// What a secretariat has on its desk.
async fn office(
    process: &Process,
    today: DateTime<Utc>,
    chance: &mut Chance,
    connection: &mut PgConnection,
) -> Result<()> {
    let mut requests = Table::new(
        "access_request",
        "process_id, id, kind, name, email, organisation_name, post, reason, state, at, due_on",
    );
    for i in 0..25_usize {
        let at = chance.moment(today - TimeDelta::days(60), today);
        let state = if chance.percent(40) { "open" } else { "declined" };
        row!(requests; process.id, chance.id(at), "person", format!("Somebody {i}"), format!("somebody-{i}@example.org"), "An organisation",
            "Officer", "To take part", state, at, at.date_naive() + TimeDelta::days(14));
    }
    requests.send(connection).await?;
    let mut log =
        Table::new("access_log", "process_id, id, at, by_membership_id, kind, subject_kind, handling, detail, rows");
    for _ in 0..process.size.actions / 5 {
        let at = chance.moment(today - TimeDelta::days(300), today);
        let by = chance.one(&process.members).map(|m| m.id);
        let export = chance.percent(20);
        row!(log; process.id, chance.id(at), at, by, if export { "export" } else { "read" }, "actions", "parties", "generated",
            export.then_some(50_i64));
    }
    log.send(connection).await
}

/// Indexes that no constraint needs: they are made faster, and tighter, when all rows are in.
async fn drop_indexes(connection: &mut PgConnection) -> Result<Vec<String>> {
    let found: Vec<(String, String)> = sqlx::query_as(
        "select c.relname::text, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
            join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
         where n.nspname = 'public' and not i.indisunique and (t.relname like 'action%' or t.relname in
            ('contribution', 'history', 'remark', 'suggestion'))
         order by 1",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (name, _) in &found {
        sqlx::raw_sql(AssertSqlSafe(format!("drop index {name}"))).execute(&mut *connection).await?;
    }
    Ok(found.into_iter().map(|(_, definition)| definition).collect())
}

/// Saves every action of a process as it is: the triggers do the rest.
async fn derive(connection: &mut PgConnection, process: &Process) -> Result<()> {
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(process.id.to_string())
        .execute(&mut *connection)
        .await?;
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from action where process_id = $1 order by id")
        .bind(process.id)
        .fetch_all(&mut *connection)
        .await?;
    ensure!(
        ids.len() == process.size.actions,
        "{} of {} actions of {} are in",
        ids.len(),
        process.size.actions,
        process.slug
    );
    for chunk in ids.chunks(CHUNK) {
        sqlx::query("update action set version = version where process_id = $1 and id = any ($2)")
            .bind(process.id)
            .bind(chunk)
            .execute(&mut *connection)
            .await?;
    }
    run(connection, "set app.process = ''").await
}

async fn run(connection: &mut PgConnection, statement: &'static str) -> Result<()> {
    sqlx::raw_sql(statement).execute(connection).await.with_context(|| format!("`{statement}` failed"))?;
    Ok(())
}
