//! The program: one binary, a sub-command a task.

use anyhow::Context;
use clap::{Parser, Subcommand};
use concert::config;
use concert::kernel::clock::Clock;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A portal for donor coordination
#[derive(Parser)]
#[command(version, about, long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal on a database that is bootstrapped and migrated
    Serve(Box<config::Serve>),
    /// Run the portal with a private database and the two seeded processes, on this machine alone
    Demo(config::Demo),
    /// Bring the schema up to date, as the role concert_owner
    Migrate {
        /// The database, as the role concert_owner
        #[arg(long, env = "CONCERT_OWNER_URL", hide_env_values = true)]
        owner_url: String,
    },
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_env_filter(config::log_filter()).with_writer(std::io::stderr).init();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("concert: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(serve) => runtime()?.block_on(concert::ops::serve::serve(&serve, Clock::default(), async {})),
        Command::Demo(demo) => concert::dev::demo::run(&demo, &runtime()?),
        Command::Migrate { owner_url } => runtime()?.block_on(concert::ops::migrate::migrate(&owner_url)),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")
}
