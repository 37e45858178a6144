//! `concert rates`: exchange rates from the European Central Bank's file, and of what it has not from one of the same form. They are the installation's: every process converts by
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
use crate::features::money::{Load, Quote, Rates, UNPUBLISHED, load_list, rate_table, read_rates};
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
        /// Whose rates these are, for a file of the same form with currencies that the European Central Bank publishes none of
        #[arg(long)]
        source: Option<String>,
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

/// Reads a file of the European Central Bank's and writes what is new in it, in one transaction.
///
/// # Errors
/// See [`load_of`].
pub async fn load(owner_url: &str, file: &Path, clock: &Clock) -> anyhow::Result<Loaded> {
    load_of(owner_url, file, "", clock).await
}

/// Whether a file of this source may say rates of these currencies: what the bank publishes is the bank's to say, and of the rest
/// somebody is named.
fn is_theirs(source: &str, codes: &[Currency]) -> anyhow::Result<()> {
    let plain = source.chars().count() <= 200 && !source.chars().any(char::is_control);
    anyhow::ensure!(plain, "a source is named in a line of at most 200 letters");
    let unpublished = |c: &&Currency| UNPUBLISHED.contains(&c.code());
    if source.is_empty() {
        if let Some(code) = codes.iter().find(unpublished) {
            bail!("the European Central Bank publishes no rate of {code}: say whose it is with --source");
        }
    } else if let Some(code) = codes.iter().find(|c| !unpublished(c)) {
        bail!(
            "{code} comes from the European Central Bank's own file; of another source are {} alone",
            UNPUBLISHED.join(", ")
        );
    }
    Ok(())
}

/// The same of a file in its form, whose rates somebody else publishes: `source`, empty for the bank's own.
///
/// # Errors
/// The file cannot be read or is another one, or says rates that are not its source's; the database cannot be reached, or not be
/// written by this role.
pub async fn load_of(owner_url: &str, file: &Path, source: &str, clock: &Clock) -> anyhow::Result<Loaded> {
    let source = source.trim();
    let size = std::fs::metadata(file).with_context(|| format!("cannot open {}", file.display()))?.len();
    anyhow::ensure!(size <= MOST, "{} is too large for a file of the bank's", file.display());
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let quotes =
        read_rates(&bytes).with_context(|| format!("{} is no file of euro reference rates", file.display()))?;
    let days = || quotes.all.iter().map(|q| q.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { bail!("{} holds no rate", file.display()) };
    let mut codes: Vec<Currency> = quotes.all.iter().map(|q| q.currency).collect();
    codes.dedup();
    is_theirs(source, &codes)?;
    let mut connection = PgConnection::connect(owner_url).await.context("cannot reach the database as its owner")?;
    let mut tx = connection.begin().await?;
    // two at once would each count what the other writes
    sqlx::query!("lock table exchange_rate in share row exclusive mode").execute(&mut *tx).await?;
    let (mut added, mut changed) = (0, 0);
    for part in quotes.all.chunks(CHUNK) {
        let (new, other) = write(&mut tx, part, source).await?;
        added += new;
        changed += other;
    }
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if added + changed > 0 {
        sqlx::query!(
            "insert into rate_load (loaded_at, file_name, first_day, last_day, currencies, added, changed, source)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            clock.now(),
            name.chars().take(300).collect::<String>(),
            first,
            last,
            i32::try_from(codes.len())?,
            i32::try_from(added)?,
            i32::try_from(changed)?,
            source
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    connection.close().await?;
    Ok(Loaded { first, last, currencies: codes.len(), added, changed, unknown: quotes.unknown })
}

/// How many rates were not there, and how many were others.
async fn write(connection: &mut PgConnection, quotes: &[Quote], source: &str) -> sqlx::Result<(usize, usize)> {
    let codes: Vec<String> = quotes.iter().map(|q| q.currency.code().to_owned()).collect();
    let days: Vec<NaiveDate> = quotes.iter().map(|q| q.day).collect();
    let rates: Vec<Decimal> = quotes.iter().map(|q| q.per_euro).collect();
    let written = sqlx::query_scalar!(
        r#"insert into exchange_rate (currency, day, per_euro, source)
         select x.currency, x.day, x.per_euro, $4 from unnest($1::text[], $2::date[], $3::numeric[]) x (currency, day, per_euro)
         on conflict (currency, day) do update set per_euro = excluded.per_euro, source = excluded.source
            where (exchange_rate.per_euro, exchange_rate.source) <> (excluded.per_euro, excluded.source)
         returning (xmax = 0) as "added!""#,
        &codes,
        &days,
        &rates,
        source
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
        Command::Load { file, source, place } => {
            let clock = Clock::default();
            let source = source.as_deref().unwrap_or_default();
            let loaded = match (&place.data, place.owner_url.as_ref().filter(|url| !url.is_empty())) {
                (Some(folder), _) => {
                    if !folder.join("pg").is_dir() {
                        bail!("{} holds no demo: start one there with `concert demo --data`", folder.display());
                    }
                    let ground = Ground::prepare(folder, runtime)?;
                    let loaded = runtime.block_on(load_of(&ground.owner_url(), file, source, &clock));
                    ground.leave()?;
                    loaded?
                }
                (None, Some(url)) => runtime.block_on(load_of(url, file, source, &clock))?,
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
        let source = if l.source.is_empty() { String::new() } else { format!(" ({})", l.source) };
        let at = l.loaded_at.format("%Y-%m-%d %H:%M");
        format!("{at}  {}{source}: {} added, {} changed", l.file_name, l.added, l.changed)
    });
    Ok(spans.chain(files).collect())
}
