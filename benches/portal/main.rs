//! Measures the portal on 100,000 actions, beside pgbench with the same statements in the same run.
//! `scripts/bench --help`; docs/performance.md says what the figures mean.

#![allow(
    clippy::disallowed_methods,
    reason = "a generator and a measurement: their statements are tried each time they run"
)]

mod capture;
mod editor;
mod explain;
mod http;
mod make;
mod measure;
mod pages;
mod pgbench;
mod place;
mod report;
mod rounds;
mod server;
mod start;
mod wrk;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use measure::How;
use place::{Place, Wanted};
use report::Line;
use server::Server;

/// Measures the portal's pages under load, on 50 processes of which one has 100,000 actions
#[derive(Parser)]
#[command(name = "scripts/bench")]
struct Arguments {
    /// Fail if something that must hold does not
    #[arg(long)]
    check: bool,
    /// Write the figures to this file, too
    #[arg(long)]
    json: Option<PathBuf>,
    /// Print the plans of the pages' statements, and fail if one reads all actions; nothing is measured
    #[arg(long)]
    explain: bool,
    /// Measure in a browser whether the editor of the large plan is fluent, and nothing else
    #[arg(long)]
    editor: bool,
    /// Measure the opening of a round over 5,000 actions and the packs of the large process, and nothing else
    #[arg(long)]
    rounds_and_packs: bool,
    /// Make the data anew
    #[arg(long)]
    fresh: bool,
    /// Only pages whose names hold one of these words
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// How often app and pgbench are measured by turns; the median is told
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Serve the data and wait, for looking at it: prints the address and the cookies
    #[arg(long)]
    serve: bool,
    /// Actions of the large process
    #[arg(long, default_value_t = 100_000)]
    actions: usize,
    #[arg(long, default_value_t = 50)]
    processes: usize,
    /// The folder that holds the published actions, by default beside the project's
    #[arg(long, env = "CONCERT_SHARED")]
    shared: Option<PathBuf>,
    /// Where the data are kept between runs
    #[arg(long, env = "CONCERT_BENCH_CACHE")]
    cache: Option<PathBuf>,
    #[arg(long, env = "XDG_CACHE_HOME", hide = true)]
    user_cache: Option<PathBuf>,
    #[arg(long, env = "HOME", hide = true)]
    home: Option<PathBuf>,
    /// Cargo says so to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    /// Root's must lie where the server's own account can reach it.
    fn cache(&self) -> PathBuf {
        if let Some(cache) = &self.cache {
            return cache.clone();
        }
        if nix::unistd::geteuid().is_root() {
            return PathBuf::from("/var/cache/concert/bench");
        }
        let user = self.user_cache.clone().or_else(|| self.home.as_ref().map(|home| home.join(".cache")));
        user.unwrap_or_else(std::env::temp_dir).join("concert/bench")
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.context("cannot start the runtime").and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("scripts/bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<bool> {
    let cache = arguments.cache();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = arguments.shared.clone().unwrap_or_else(|| project.join("../shared"));
    let wanted = Wanted {
        cache: &cache,
        shared: &shared,
        actions: arguments.actions,
        processes: arguments.processes,
        fresh: arguments.fresh,
    };
    let place = Place::open(&wanted).await?;
    let cookies = place.reset().await?;
    let scratch = Scratch::new()?;

    let server = Server::start(&place, 16, &scratch.0).await?;
    if arguments.serve {
        println!("http://{}/bench-1\n{cookies:#?}\nEnds with Ctrl-C.", server.address);
        tokio::signal::ctrl_c().await?;
        return Ok(true);
    }
    if arguments.editor {
        // the draft is of the second pillar
        let lead = cookies.get("lead-wbcsci").context("no account of the pillar's lead")?;
        return editor::run(server.address, &pages::plan(&place, "draft").await?, lead, arguments.check);
    }
    if arguments.rounds_and_packs {
        let secretariat = cookies.get("support-group").context("no account of the secretariat")?;
        let (told, holds) = rounds::run(server.address, &place, secretariat).await?;
        println!("{}", machine());
        if let Some(file) = &arguments.json {
            std::fs::write(file, serde_json::to_string_pretty(&told)?)
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        return Ok(holds || !arguments.check);
    }
    let found = pages::find(server.address, &place, &cookies).await?;
    let chosen: Vec<_> = found
        .into_iter()
        .filter(|p| arguments.only.is_empty() || arguments.only.iter().any(|word| p.name.contains(word.as_str())))
        .collect();
    if chosen.is_empty() {
        bail!("no page is called so");
    }
    if arguments.explain {
        drop(server);
        explain::run(&place, &chosen, &scratch.0).await?;
        return Ok(true);
    }

    let hashes = measure::hashes().await?;
    let how = How {
        place: &place,
        server: &server,
        scratch: &scratch.0,
        seconds: arguments.seconds,
        rounds: arguments.rounds.max(1),
        hashes,
    };
    let mut lines = Vec::new();
    for page in &chosen {
        eprint!("  {} …", page.name);
        let figures =
            measure::page(&how, page).await.with_context(|| format!("{}: {}", page.name, page.request.path))?;
        // said as it comes, so that a run which is stopped has told something
        eprintln!(
            " {:.0}/s, p50 {:.1} ms alone, p99 {:.1} ms alone, database {} ms, ratio {}",
            figures.busy.per_second,
            figures.one.p50_ms,
            figures.one.p99_ms,
            figures.database_ms.map_or("–".to_owned(), |ms| format!("{ms:.1}")),
            figures.ratio.map_or("–".to_owned(), |r| format!("{r:.2}")),
        );
        lines.push(Line { figures, target: page.target });
    }
    let memory = server.memory()?;
    drop(server);
    let demo = if arguments.only.is_empty() { Some(start::seconds(&scratch.0).await?) } else { None };

    let about = json!({
        "at": concert::kernel::clock::Clock::default().now(),
        "actions": arguments.actions, "processes": arguments.processes,
        "seconds": arguments.seconds, "rounds": arguments.rounds,
        "machine": machine(), "settings": place::settings_told(), "password_hashes_per_second": hashes,
        "demo_start_seconds": demo,
        "revision": told("git", &["rev-parse", "--short", "HEAD"]),
    });
    println!("{}", report::table(&lines)?);
    println!(
        "Milliseconds; 16 connections (p50, p99), one (c1), half of the rate at a steady pace (half). {}",
        machine()
    );
    println!("Passwords hashed a second, two at a time: {hashes:.0} (the ratio of sign-in is by it).");
    println!(
        "Memory of the server: {:.0} MB now, {:.0} MB at most (must: under {:.0} MB).",
        memory.0,
        memory.1,
        report::MOST_MEMORY_MB
    );
    if let Some(seconds) = demo {
        println!(
            "The demo, built and seeded: {seconds:.1} s from its start to its first page (must: under {:.0} s).",
            start::MOST
        );
    }
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_string_pretty(&report::file(&lines, &about, memory))?)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut missed = report::missed(&lines, memory.0);
    missed.extend(demo.filter(|s| *s >= start::MOST).map(|s| format!("start of the demo: {s:.1} s")));
    if missed.is_empty() {
        println!("Everything that must hold does.");
    } else {
        println!("Missed: {}", missed.join("; "));
    }
    Ok(missed.is_empty() || !arguments.check)
}

/// Processors and versions.
fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|l| l.strip_prefix("model name")).unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: String = load.split_whitespace().take(1).collect();
    format!("{processors} processors ({}), load at the end {load}.", model.trim_start_matches(['\t', ' ', ':']))
}

fn told(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// A folder of this run's, which goes with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("concert-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays in the system's temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
