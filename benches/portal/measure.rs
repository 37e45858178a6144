//! One page: looked at, loaded, its statements given to pgbench.

use anyhow::{Context as _, Result, bail, ensure};
use concert::features::sign_in::hash;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

use crate::capture::{self, Statement};
use crate::http::{self, Client, Load, Response};
use crate::pages::{Kind, Page};
use crate::pgbench::{self, Script};
use crate::place::Place;
use crate::server::Server;
use crate::wrk;

const BUSY: u32 = 16;
/// Long enough that each connection of the slowest page has an answer.
const WARM_SECONDS: u32 = 6;

pub struct How<'a> {
    pub place: &'a Place,
    pub server: &'a Server,
    pub scratch: &'a Path,
    pub seconds: u32,
    pub rounds: usize,
    /// So many hashes of a password a second this machine makes on all its processors.
    pub hashes: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    pub page: &'static str,
    pub statements: usize,
    pub bytes: usize,
    /// 16 connections, as fast as they are answered.
    pub busy: Load,
    /// One connection.
    pub one: Load,
    /// Half of what `busy` reached, at a steady pace.
    pub half: Option<Load>,
    /// Transactions a second of pgbench, 16 clients.
    pub pgbench: Option<f64>,
    /// The app's rate by pgbench's, of the two measured right after one another; for sign-in by the rate of hashes.
    pub ratio: Option<f64>,
    /// What pgbench needs for one of them at one client.
    pub database_ms: Option<f64>,
    /// Processor time of the app for one request, in ms.
    pub app_ms: f64,
    pub memory_mb: f64,
}

impl Figures {
    fn new(page: &Page, statements: usize, bytes: usize, one: Load) -> Self {
        Self {
            page: page.name,
            statements,
            bytes,
            busy: Load::default(),
            one,
            half: None,
            pgbench: None,
            ratio: None,
            database_ms: None,
            app_ms: 0.0,
            memory_mb: 0.0,
        }
    }
}

/// Those that the page sent itself. What pages share in memory is read on beside them, in a transaction of its own on another
/// connection: readers wait for it, and it is in their times, but pgbench has one connection.
fn own(statements: Vec<Statement>) -> Vec<Statement> {
    let (mut own, mut beside) = (Vec::new(), false);
    let mut all = statements.into_iter().peekable();
    while let Some(one) = all.next() {
        let entered = all.peek().is_some_and(|next| next.sql.contains("kernel.enter_job"));
        beside = beside || one.sql.starts_with("BEGIN") && entered;
        let ends = beside && matches!(one.sql.as_str(), "ROLLBACK" | "COMMIT");
        if !beside {
            own.push(one);
        }
        beside = beside && !ends;
    }
    own
}

pub async fn page(how: &How<'_>, page: &Page) -> Result<Figures> {
    let address = how.server.address;
    if let (Kind::Step, Some(back)) = (page.kind, &page.back) {
        return step(how, page, back).await;
    }
    let mut client = Client::connect(address).await?;
    let answer = client.send(&page.request).await?;
    look(page, &answer)?;
    // caches, prepared statements and connections as they are after a while; a plan may change after the fifth execution
    http::single(address, &page.request, page.status, 1.0).await?;
    if page.kind != Kind::Export {
        wrk::run(address, &page.request, answer.size, BUSY, WARM_SECONDS, how.scratch)?;
    }
    // an export goes on for seconds, and jobs run beside it: its statements are not told apart from theirs
    let statements = match page.kind {
        Kind::Export => Vec::new(),
        _ => own(capture::statements(how.place, address, &page.request).await?),
    };
    let count = usize::try_from(answer.statements().context("the answer does not say how many statements it took")?)?;
    // what is dropped is rolled back after the answer, and is nobody's wait
    let sent = statements.iter().filter(|s| s.sql != "ROLLBACK").count();
    ensure!(
        sent == count || page.kind == Kind::Export,
        "the server says {count} statements, the database {sent}: {:#?}",
        statements.iter().map(|s| s.sql.chars().take(70).collect::<String>()).collect::<Vec<_>>()
    );
    let one = http::single(address, &page.request, page.status, f64::from(how.seconds)).await?;
    let mut figures = Figures::new(page, count, answer.body.len(), one);
    match page.kind {
        Kind::Export => export(how, page, &mut figures).await?,
        Kind::SignIn => sign_in(how, page, answer.size, &mut figures).await?,
        Kind::Writing => alone(how, page, answer.size, &mut figures).await?,
        Kind::Step => bail!("a step needs its way back"),
        Kind::Page => loaded(how, page, answer.size, &Script::new(&statements)?, &mut figures).await?,
    }
    figures.memory_mb = how.server.memory()?.0;
    Ok(figures)
}

/// The app and pgbench by turns, so that whatever else the machine does meets both.
async fn loaded(how: &How<'_>, page: &Page, size: usize, script: &Script, figures: &mut Figures) -> Result<()> {
    let mut rounds = Vec::new();
    let (mut app_seconds, mut requests) = (0.0, 0);
    for _ in 0..how.rounds {
        let from = how.server.processor_seconds()?;
        let busy = wrk::run(how.server.address, &page.request, size, BUSY, how.seconds, how.scratch)?;
        app_seconds += how.server.processor_seconds()? - from;
        requests += busy.requests;
        let (tps, _) = pgbench::run(how.place, script, BUSY, how.seconds, how.scratch)?;
        rounds.push((busy, tps));
    }
    rounds.sort_by(|a, b| (a.0.per_second / a.1).total_cmp(&(b.0.per_second / b.1)));
    let (busy, tps) = rounds.get(rounds.len() / 2).context("no rounds")?.clone();
    let (_, ms) = pgbench::run(how.place, script, 1, how.seconds, how.scratch)?;
    figures.half = Some(half(how, page, &busy).await?);
    figures.ratio = Some(busy.per_second / tps);
    figures.pgbench = Some(tps);
    figures.database_ms = Some(ms);
    figures.busy = busy;
    figures.app_ms = app_seconds * 1000.0 / to_float(requests);
    Ok(())
}

/// By turns, and only the way there is timed.
async fn step(how: &How<'_>, page: &Page, back: &http::Request) -> Result<Figures> {
    let mut client = Client::connect(how.server.address).await?;
    let (mut times, mut last) = (Vec::new(), None);
    let started = Instant::now();
    while started.elapsed().as_secs_f64() < f64::from(how.seconds) || times.len() < 5 {
        let from = Instant::now();
        let answer = client.send(&page.request).await?;
        times.push(from.elapsed());
        look(page, &answer)?;
        last = Some(answer);
        let returned = client.send(back).await?;
        ensure!(returned.status == page.status, "the way back: status {}", returned.status);
    }
    let answer = last.context("nothing was sent")?;
    let count = usize::try_from(answer.statements().unwrap_or_default())?;
    let took = times.iter().sum();
    Ok(Figures::new(page, count, answer.body.len(), http::summary(times, took)))
}

async fn sign_in(how: &How<'_>, page: &Page, size: usize, figures: &mut Figures) -> Result<()> {
    alone(how, page, size, figures).await?;
    figures.ratio = Some(figures.busy.per_second / how.hashes);
    Ok(())
}

/// What pgbench cannot repeat.
async fn alone(how: &How<'_>, page: &Page, size: usize, figures: &mut Figures) -> Result<()> {
    let from = how.server.processor_seconds()?;
    figures.busy = wrk::run(how.server.address, &page.request, size, BUSY, how.seconds, how.scratch)?;
    figures.app_ms = (how.server.processor_seconds()? - from) * 1000.0 / to_float(figures.busy.requests);
    figures.half = Some(half(how, page, &figures.busy).await?);
    Ok(())
}

async fn half(how: &How<'_>, page: &Page, busy: &Load) -> Result<Load> {
    let pace = (busy.per_second / 2.0).max(1.0);
    http::paced(how.server.address, &page.request, page.status, pace, f64::from(how.seconds) * 1.5).await
}

/// Two at a time: more of these at once is no use of the portal.
async fn export(how: &How<'_>, page: &Page, figures: &mut Figures) -> Result<()> {
    let from = how.server.processor_seconds()?;
    let seconds = f64::from(how.seconds);
    let (a, b) = tokio::join!(
        http::single(how.server.address, &page.request, page.status, seconds),
        http::single(how.server.address, &page.request, page.status, seconds)
    );
    let (a, b) = (a?, b?);
    figures.app_ms = (how.server.processor_seconds()? - from) * 1000.0 / to_float(a.requests + b.requests);
    figures.busy = Load { per_second: a.per_second + b.per_second, requests: a.requests + b.requests, ..a };
    Ok(())
}

fn look(page: &Page, answer: &Response) -> Result<()> {
    ensure!(
        answer.status == page.status,
        "status {} instead of {}{}: {}",
        answer.status,
        page.status,
        answer.header("location").map(|to| format!(" (to {to})")).unwrap_or_default(),
        answer.text().chars().take(2000).collect::<String>()
    );
    if page.request.gzip {
        ensure!(answer.header("content-encoding") == Some("gzip"), "the answer is not compressed");
        return Ok(());
    }
    let text = answer.text();
    for words in &page.holds {
        ensure!(text.contains(words.as_str()), "the page does not hold {words:?}");
    }
    if let Some((mark, wanted)) = page.rows {
        let found = text.matches(mark).count();
        ensure!(found == wanted, "{found} rows ({mark}) instead of {wanted}");
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count")]
pub const fn to_float(count: u64) -> f64 {
    count as f64
}

/// How many passwords a second can be hashed, as the server does it: what bounds sign-in, whatever else it does.
pub async fn hashes() -> Result<f64> {
    let (mut count, begun) = (0_u64, Instant::now());
    while begun.elapsed().as_secs_f64() < 2.0 {
        tokio::try_join!(hash("one password".into()), hash("another one".into()))?;
        count += 2;
    }
    Ok(to_float(count) / begun.elapsed().as_secs_f64())
}
