//! `concert process`: the registry from the command line.

use anyhow::{bail, ensure};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tokio::runtime::Runtime;

use super::bundle;
use super::place::Reached;
use crate::config::{Files, Place};
use crate::features::processes::model::{First, Founding, State, Template, check_slug};
use crate::features::processes::{self, Setting};
use crate::kernel::clock::Clock;
use crate::kernel::i18n::{Locale, text};

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// List the processes of the installation
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Found a process and invite the first member of its secretariat
    Create(Box<Create>),
    /// Suspend a process: its members cannot enter, its public page is gone, nothing is deleted
    Suspend(Change),
    /// Resume a suspended process
    Resume(Change),
    /// Make a process of a bundle, the archive in which one was taken along
    TakeIn(Box<TakeIn>),
}

#[derive(Debug, Clone, Args)]
pub struct Create {
    /// The first part of its pages' addresses: small letters, digits, hyphens
    slug: String,
    /// Its name
    #[arg(long)]
    name: String,
    /// What stands in the head of every page
    #[arg(long)]
    short_name: String,
    /// What it begins with
    #[arg(long, value_enum, default_value = "three-pillars")]
    template: Template,
    /// The address of the first member of its secretariat, who gets a letter: with a link, or, where there is an account already, that they take part now
    #[arg(long)]
    secretariat_email: String,
    /// That member's name
    #[arg(long)]
    secretariat_name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Args)]
pub struct TakeIn {
    /// The bundle
    pub(super) file: PathBuf,
    /// The first part of its pages' addresses here; as it was unless said otherwise
    #[arg(long)]
    pub(super) slug: Option<String>,
    /// Look at all of it, and leave nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// The address of the first member of its secretariat, where nobody in the bundle is of it
    #[arg(long, requires = "secretariat_name")]
    pub(super) secretariat_email: Option<String>,
    /// That member's name
    #[arg(long, requires = "secretariat_email")]
    pub(super) secretariat_name: Option<String>,
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Args)]
pub struct Change {
    /// The first part of its pages' addresses
    slug: String,
    /// Kept in the operators' history
    #[arg(long, default_value = "")]
    why: String,
    #[command(flatten)]
    place: Place,
}

/// # Errors
/// The data cannot be reached, or there is no such process, or it cannot be made.
pub fn run(command: &Command, runtime: &Runtime) -> anyhow::Result<()> {
    let place = match command {
        Command::List { place } => place,
        Command::Create(create) => &create.place,
        Command::Suspend(change) | Command::Resume(change) => &change.place,
        Command::TakeIn(take_in) => &take_in.place,
    };
    let reached = Reached::open(place, runtime)?;
    let done = runtime.block_on(async {
        match command {
            Command::List { .. } => list(&reached).await,
            Command::Create(create) => found(&reached, create).await,
            Command::Suspend(change) => set_state(&reached, change, State::Suspended).await,
            Command::Resume(change) => set_state(&reached, change, State::Active).await,
            Command::TakeIn(take_in) => bundle::take_in(&reached, take_in).await,
        }
    });
    reached.close(runtime)?;
    println!("{}", done?);
    Ok(())
}

async fn list(reached: &Reached) -> anyhow::Result<String> {
    let mut tx = reached.db.platform_job().await?;
    let mut lines = vec![format!("{:<32} {:<10} {:>7}  name", "address", "state", "members")];
    for it in processes::listed(&mut tx).await? {
        lines.push(format!("{:<32} {:<10} {:>7}  {}", it.slug, it.state, it.members, it.name));
    }
    Ok(lines.join("\n"))
}

async fn found(reached: &Reached, create: &Create) -> anyhow::Result<String> {
    if let Err(key) = check_slug(&create.slug) {
        bail!("{}", text(&Locale::default(), key));
    }
    ensure!(
        create.secretariat_email.parse::<lettre::Address>().is_ok(),
        "{} is no e-mail address",
        create.secretariat_email
    );
    let first = First { name: create.secretariat_name.clone(), email: create.secretariat_email.clone() };
    let founding = Founding {
        slug: create.slug.clone(),
        name: create.name.clone(),
        short_name: create.short_name.clone(),
        template: create.template,
        first,
    };
    let clock = Clock::default();
    let setting = Setting { locale: Locale::default(), base_url: &reached.base_url, clock: &clock };
    let tx = reached.db.platform_job().await?;
    ensure!(processes::found(tx, None, &founding, setting).await?, "there is a process /{} already", create.slug);
    Ok(format!("The process /{} is founded; {} gets a letter.", create.slug, create.secretariat_email))
}

async fn set_state(reached: &Reached, change: &Change, state: State) -> anyhow::Result<String> {
    let tx = reached.db.platform_job().await?;
    ensure!(
        processes::set_state(tx, None, &change.slug, state, &change.why).await?,
        "there is no process /{}",
        change.slug
    );
    Ok(format!("/{} is {}.", change.slug, state.as_str()))
}
