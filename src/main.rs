//! The program: one binary, a sub-command a task.

use anyhow::Context;
use clap::{Parser, Subcommand};
use concert::kernel::clock::Clock;
use concert::{config, dev, ops};
use std::io::IsTerminal;
use std::process::ExitCode;
use tokio::runtime::Runtime;

// Its settings stand in .cargo/config.toml.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// A portal for donor coordination
///
/// To try it: `concert demo`. For an installation: bootstrap once, migrate with each new version, then serve.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal on a database that is bootstrapped and migrated
    Serve(Box<config::Serve>),
    /// Do jobs (letters, figures) apart from the server, which then runs with --no-worker
    Worker(Box<config::Worker>),
    /// Run the portal with a private database and the two seeded processes, on this machine alone
    Demo(config::Demo),
    /// Make the roles and the database on a PostgreSQL server; any number of times
    Bootstrap(Box<config::Bootstrap>),
    /// Bring the schema and the job queue up to date
    Migrate(config::Migrate),
    /// Found, suspend, resume and list processes, and take one in from a bundle
    #[command(subcommand)]
    Process(ops::processes::Command),
    /// Make accounts, and send links that set a password
    #[command(subcommand)]
    Account(ops::accounts::Command),
    /// Write the whole database to one encrypted file, while people go on working
    Backup(config::Backup),
    /// Make a database from such a file, and compare what came with what was saved
    Restore(config::Restore),
    /// Write what a process holds to a file: what everybody may see, or what a member may see
    Export(Box<ops::exchange::Export>),
    /// Look through an IATI file: what is in it, and what the portal could not take
    CheckIati(ops::exchange::Check),
    /// Ask a running server whether it is well; ends with 0 if so
    Healthcheck(config::Healthcheck),
    /// Bring actions in from a file, in the name of an account
    Import(Box<ops::import::Import>),
    /// Load exchange rates from the European Central Bank's file, and say which there are
    #[command(subcommand)]
    Rates(ops::rates::Command),
    /// Measure the overlap finder on labelled pairs of activities
    OverlapBench(ops::overlap::Bench),
    /// Learn what the overlap finder knows, time it, and list what it finds in a file of actions
    #[command(subcommand)]
    Overlap(ops::overlap::Command),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // colours are for people who watch, and not for a file or a container's log
    let watched = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(config::log_filter())
        .with_ansi(watched)
        .with_writer(std::io::stderr)
        .init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("concert: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = runtime()?;
    match cli.command {
        Command::Serve(serve) => runtime.block_on(ops::serve::serve(&serve, Clock::default(), async {})),
        Command::Worker(worker) => runtime.block_on(ops::serve::work(&worker, Clock::default())),
        Command::Demo(demo) => dev::demo::run(&demo, &runtime),
        Command::Bootstrap(bootstrap) => runtime.block_on(make(*bootstrap)),
        Command::Migrate(migrate) => runtime.block_on(bring_up(&migrate)),
        Command::Process(command) => ops::processes::run(&command, &runtime),
        Command::Account(command) => ops::accounts::run(&command, &runtime),
        Command::Backup(backup) => runtime.block_on(save(backup)),
        Command::Restore(restore) => runtime.block_on(bring_back(restore)),
        Command::Import(import) => ops::import::run(&import, &runtime),
        Command::Rates(command) => ops::rates::run(&command, &runtime),
        Command::OverlapBench(bench) => ops::overlap::bench(&bench),
        Command::Overlap(command) => ops::overlap::run(&command),
        Command::Export(export) => ops::exchange::export(&export, &runtime),
        Command::CheckIati(check) => ops::exchange::check(&check),
        Command::Healthcheck(healthcheck) => runtime.block_on(ops::healthcheck::ask(&healthcheck)),
    }
}

async fn make(bootstrap: config::Bootstrap) -> anyhow::Result<()> {
    let passwords = ops::bootstrap::Passwords {
        owner: bootstrap.owner_password,
        app: bootstrap.app_password,
        jobs: bootstrap.jobs_password,
        maintenance: bootstrap.maintenance_password,
    };
    ops::bootstrap::bootstrap(&bootstrap.superuser_url, &bootstrap.database, &passwords).await?;
    println!("The roles and the database {} are ready; next: concert migrate", bootstrap.database);
    Ok(())
}

async fn bring_up(migrate: &config::Migrate) -> anyhow::Result<()> {
    ops::migrate::migrate(&migrate.owner_url).await?;
    match migrate.jobs_url.as_ref().filter(|url| !url.is_empty()) {
        Some(url) => ops::migrate::queue(url).await?,
        None => eprintln!("The schema is up to date; the job queue was left as it is: name --jobs-url to make it."),
    }
    Ok(())
}

async fn save(backup: config::Backup) -> anyhow::Result<()> {
    let folder = backup.folder().map(std::path::Path::to_owned);
    let lock = match backup.lock.passphrase {
        Some(passphrase) => ops::archive::Lock::passphrase(passphrase)?,
        None => ops::archive::Lock::recipients(backup.lock.recipients.iter().map(String::as_str))?,
    };
    let manifest = ops::backup::backup(&backup.maintenance_url, &backup.file, lock, folder.as_deref()).await?;
    println!(
        "{} rows of {} tables{} in {}",
        manifest.rows.values().sum::<i64>(),
        manifest.rows.len(),
        manifest.files.map(|n| format!(" and {n} files of members")).unwrap_or_default(),
        backup.file.display()
    );
    if backup.files.as_deref().is_some_and(|place| place.trim().starts_with("s3://")) {
        println!("Of the bucket nothing is in it: switch on its versioning (docs/operations.md).");
    }
    Ok(())
}

async fn bring_back(restore: config::Restore) -> anyhow::Result<()> {
    let key = ops::archive::Key::read(restore.secret)?;
    let into = restore.files_into.as_deref();
    let manifest = ops::restore::restore(&restore.superuser_url, &restore.file, key, &restore.database, into).await?;
    println!("{} holds what was saved on {}; next: concert migrate", restore.database, manifest.taken);
    Ok(())
}

fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}
