//! `concert rates`: exchange rates from the European Central Bank's file. They are the installation's: every process converts by
//! the same, and only the schema's owner writes them.

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Subcommand;
use rust_decimal::Decimal;
use sqlx::{Connection, PgConnection};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

use super::place::Reached;
use crate::config::{Place, RatesPlace};
use crate::dev::demo::Ground;
use crate::features::money::{Load, Quote, Rates, load_list, rate_table, read_rates};
use crate::kernel::clock::Clock;
use crate::kernel::money::Currency;

/// So many rates are written in one statement.
const CHUNK: usize = 20_000;
/// A file of the bank is far smaller.
const MOST: u64 = 64 << 20;

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Load a file of euro reference rates; the same file again changes nothing
    Load {
        /// eurofxref-hist.csv, eurofxref-hist.zip, or the file of one day, from the European Central Bank
        file: PathBuf,
        #[command(flatten)]
        place: RatesPlace,
    },
    /// Say which rates there are, or look one up
    Show {
        /// The currency to look up, such as USD
        #[arg(long, requires = "on")]
        currency: Option<Currency>,
        /// The day, such as 2026-10-30
        #[arg(long, requires = "currency")]
        on: Option<NaiveDate>,
        #[command(flatten)]
        place: Box<Place>,
    },
}

/// What came of a file.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub currencies: usize,
    pub added: usize,
    pub changed: usize,
    pub unknown: Vec<String>,
}

impl Loaded {
    /// In words, for the command line.
    pub fn text(&self) -> String {
        let what = match (self.added, self.changed) {
            (0, 0) => "nothing new".to_owned(),
            (added, changed) => format!("{added} rates added, {changed} changed"),
        };
        let unknown = match self.unknown.as_slice() {
            [] => String::new(),
            codes => format!("; passed over, since no currency has these codes any more: {}", codes.join(", ")),
        };
        format!(
            "Exchange rates of {} currencies from {} to {}: {what}{unknown}",
            self.currencies, self.first, self.last
        )
    }
}

/// Reads a file and writes what is new in it, in one transaction.
///
/// # Errors
/// The file cannot be read or is another one; the database cannot be reached, or not be written by this role.
pub async fn load(owner_url: &str, file: &Path, clock: &Clock) -> anyhow::Result<Loaded> {
    let size = std::fs::metadata(file).with_context(|| format!("cannot open {}", file.display()))?.len();
    anyhow::ensure!(size <= MOST, "{} is too large for a file of the bank's", file.display());
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let quotes =
        read_rates(&bytes).with_context(|| format!("{} is no file of euro reference rates", file.display()))?;
    let days = || quotes.all.iter().map(|q| q.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { bail!("{} holds no rate", file.display()) };
    let mut codes: Vec<Currency> = quotes.all.iter().map(|q| q.currency).collect();
    codes.dedup();
    let mut connection = PgConnection::connect(owner_url).await.context("cannot reach the database as its owner")?;
    let mut tx = connection.begin().await?;
    // two at once would each count what the other writes
    sqlx::query!("lock table exchange_rate in share row exclusive mode").execute(&mut *tx).await?;
    let (mut added, mut changed) = (0, 0);
    for part in quotes.all.chunks(CHUNK) {
        let (new, other) = write(&mut tx, part).await?;
        added += new;
        changed += other;
    }
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if added + changed > 0 {
        sqlx::query!(
            "insert into rate_load (loaded_at, file_name, first_day, last_day, currencies, added, changed)
             values ($1, $2, $3, $4, $5, $6, $7)",
            clock.now(),
            name.chars().take(300).collect::<String>(),
            first,
            last,
            i32::try_from(codes.len())?,
            i32::try_from(added)?,
            i32::try_from(changed)?
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(Loaded { first, last, currencies: codes.len(), added, changed, unknown: quotes.unknown })
}

/// How many rates were not there, and how many were others.
async fn write(connection: &mut PgConnection, quotes: &[Quote]) -> sqlx::Result<(usize, usize)> {
    let codes: Vec<String> = quotes.iter().map(|q| q.currency.code().to_owned()).collect();
    let days: Vec<NaiveDate> = quotes.iter().map(|q| q.day).collect();
    let rates: Vec<Decimal> = quotes.iter().map(|q| q.per_euro).collect();
    let written = sqlx::query_scalar!(
        r#"insert into exchange_rate (currency, day, per_euro) select * from unnest($1::text[], $2::date[], $3::numeric[])
         on conflict (currency, day) do update set per_euro = excluded.per_euro where exchange_rate.per_euro <> excluded.per_euro
         returning (xmax = 0) as "added!""#,
        &codes,
        &days,
        &rates
    )
    .fetch_all(connection)
    .await?;
    let added = written.iter().filter(|added| **added).count();
    Ok((added, written.len() - added))
}

/// What is to be said of the rates that a database holds.
///
/// # Errors
/// The database cannot be reached.
pub async fn there_are(owner_url: &str) -> anyhow::Result<String> {
    let mut connection = PgConnection::connect(owner_url).await.context("cannot reach the database as its owner")?;
    let newest = load_list(&mut connection).await?.into_iter().next();
    connection.close().await?;
    Ok(newest.map_or_else(
        || {
            "No exchange rates are loaded: totals of amounts in other currencies cannot be converted. Name the European Central \
             Bank's file with --rates, or load it with `concert rates load`."
                .to_owned()
        },
        |load| format!("Exchange rates up to {}, from {}", load.last_day, load.file_name),
    ))
}

/// # Errors
/// What [`load`] says; the data cannot be reached.
pub fn run(command: &Command, runtime: &Runtime) -> anyhow::Result<()> {
    match command {
        Command::Load { file, place } => {
            let clock = Clock::default();
            let loaded = match (&place.data, place.owner_url.as_ref().filter(|url| !url.is_empty())) {
                (Some(folder), _) => {
                    if !folder.join("pg").is_dir() {
                        bail!("{} holds no demo: start one there with `concert demo --data`", folder.display());
                    }
                    let ground = Ground::prepare(folder, runtime)?;
                    let loaded = runtime.block_on(load(&ground.owner_url(), file, &clock));
                    ground.leave()?;
                    loaded?
                }
                (None, Some(url)) => runtime.block_on(load(url, file, &clock))?,
                (None, None) => bail!(
                    "which data? Name the demo's folder with --data, or a database, as its owner, with --owner-url"
                ),
            };
            println!("{}", loaded.text());
            Ok(())
        }
        Command::Show { currency, on, place } => {
            let reached = Reached::open(place, runtime)?;
            let shown = runtime.block_on(show(&reached, currency.zip(*on)));
            reached.close(runtime)?;
            for line in shown? {
                println!("{line}");
            }
            Ok(())
        }
    }
}

async fn show(reached: &Reached, one: Option<(Currency, NaiveDate)>) -> anyhow::Result<Vec<String>> {
    let mut tx = reached.db.installation_aside().await?;
    let table = rate_table(tx.conn()).await?;
    let loads: Vec<Load> = load_list(tx.conn()).await?;
    let rates = Rates::new(table, Clock::default().today());
    if let Some((currency, on)) = one {
        let Some(made) = rates.convert(Decimal::ONE, Currency::EUR, currency, on) else {
            bail!("there is no rate of {currency} for {on}")
        };
        return Ok(vec![format!("1 EUR = {} {currency} ({})", made.rate.normalize(), made.rate_date)]);
    }
    if rates.is_empty() {
        return Ok(vec!["No exchange rates are loaded.".to_owned()]);
    }
    let spans =
        rates.spans().into_iter().map(|s| format!("{}  {} to {}  {:>6} days", s.currency, s.first, s.last, s.days));
    let files = loads.iter().map(|l| {
        format!("{}  {}: {} added, {} changed", l.loaded_at.format("%Y-%m-%d %H:%M"), l.file_name, l.added, l.changed)
    });
    Ok(spans.chain(files).collect())
}
