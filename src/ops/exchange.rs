//! Files in and out from the command line.

use anyhow::{Context, bail, ensure};
use axum::body::Bytes;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::PathBuf;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::place::Reached;
use super::{bundle, stand_in};
use crate::config::{Files, Place};
use crate::features::actions::{self, Match, Run};
use crate::features::exchange::iati::{self, Making};
use crate::features::public_site::published;
use crate::kernel::access_log::{self, Line};
use crate::kernel::clock::Clock;
use crate::kernel::db::{Entry, Frame, Intent, ProcessTx, Statements};
use crate::kernel::i18n::Locale;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Scope};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Activities in version 2.03 of the IATI standard
    Iati,
    /// The list of actions as a workbook, for a member
    Xlsx,
    /// A whole process as one archive, which another installation takes in
    Bundle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Level {
    /// What everybody may see; needs no member
    Public,
    /// What every member may see
    Members,
    /// Everything that the member may see; of a bundle for no member, everything
    All,
}

#[derive(Debug, Clone, clap::Args)]
pub struct Export {
    /// The first part of the process's addresses
    #[arg(long)]
    pub(super) process: String,
    #[arg(long, value_enum)]
    format: Format,
    /// How much of it
    #[arg(long, value_enum, default_value = "all")]
    pub(super) level: Level,
    /// The address of the member for whom it is: the file holds what they may see, and the access log says so
    #[arg(long = "as")]
    pub(super) member: Option<String>,
    /// The file to write; standard output if there is none, of a format that is text
    #[arg(long, short)]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    place: Place,
}

/// Look through an IATI file: what is in it, and what the portal could not take
#[derive(Debug, Clone, clap::Args)]
pub struct Check {
    /// An activity file, packed by gzip or not
    file: PathBuf,
    /// Write what version 2.03 can say of it to this file
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// # Errors
/// The data cannot be reached, the member may not export, or the file cannot be written.
pub fn export(export: &Export, runtime: &Runtime) -> anyhow::Result<()> {
    let reached = Reached::open(&export.place, runtime)?;
    let done = runtime.block_on(async {
        match export.format {
            Format::Iati => write(&reached, export).await,
            Format::Xlsx => workbook(&reached, export).await,
            Format::Bundle => bundle::write(&reached, export).await,
        }
    });
    reached.close(runtime)?;
    for line in done? {
        eprintln!("{line}");
    }
    Ok(())
}

async fn write(reached: &Reached, export: &Export) -> anyhow::Result<Vec<String>> {
    let clock = Clock::default();
    let (tx, frame, matches) = enter(reached, export, &clock).await?;
    let page = Page { process: Some(frame), ..Page::bare(Locale::default(), clock.today()) };
    let making = Making::new(page, reached.base_url.trim_end_matches('/'), clock.now(), export.level == Level::Public);
    let to: Box<dyn Write + Send> = match &export.out {
        Some(path) => Box::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    let (sender, receiver) = mpsc::channel(2);
    let taking = tokio::task::spawn_blocking(move || take(receiver, BufWriter::new(to)));
    let tally = making.send(Run::by_title(tx, matches, iati::CHUNK), &sender).await?;
    drop(sender);
    taking.await??;
    let written = making.page.tn("iati-list-written", tally.written);
    Ok([written].into_iter().chain(making.left_out(tally)).collect())
}

fn take(mut from: mpsc::Receiver<anyhow::Result<Bytes>>, mut to: impl Write) -> anyhow::Result<()> {
    while let Some(part) = from.blocking_recv() {
        to.write_all(&part?)?;
    }
    Ok(to.flush()?)
}

/// Enters the process as everybody, or in the member's place; an export of theirs is written down first.
async fn enter(reached: &Reached, export: &Export, clock: &Clock) -> anyhow::Result<(ProcessTx, Frame, Match)> {
    let nowhere = || format!("there is no process /{}, or it is not open to this", export.process);
    if export.level == Level::Public {
        let entered = reached.db.enter_public(&export.process, Intent::ReadFiltered, &Statements::default()).await?;
        let Entry::In(inside) = entered else { bail!(nowhere()) };
        let (tx, facts) = *inside;
        return Ok((tx, facts.process, published(Match::default())));
    }
    let (tx, frame, _) = as_member(reached, export, clock, "iati").await?;
    let handlings = (export.level == Level::Members).then(|| vec!["public".to_owned(), "members".to_owned()]);
    Ok((tx, frame, Match { handlings, ..Match::default() }))
}

/// Enters in the place of the member who is named; that they export is written down first.
async fn as_member(
    reached: &Reached,
    export: &Export,
    clock: &Clock,
    format: &str,
) -> anyhow::Result<(ProcessTx, Frame, Member)> {
    let nowhere = || format!("there is no process /{}, or it is not open to this", export.process);
    let Some(email) = &export.member else {
        bail!(
            "whose export? Name a member's address with --as, or take an IATI file or the archive with --level public"
        );
    };
    let mut registry = reached.db.platform_job().await?;
    let process = stand_in::process(&mut registry, &export.process).await?.with_context(nowhere)?;
    drop(registry);
    let mut tx = reached.db.process_job(process).await?;
    let frame = stand_in::frame(&mut tx).await?;
    let member = Member::new(stand_in::stand_for(&mut tx, email, clock.today()).await?);
    ensure!(!member.memberships().is_empty(), "{email} is no member of /{} today", export.process);
    let Some(by) = member.granting(Permission::ExportLists, &Scope::default()) else {
        bail!("{email} may not export from /{}", export.process);
    };
    access_log::note(&mut tx, by, Line::export("action", None, format, None)).await?;
    if export.level == Level::All {
        let leaving = actions::leaving(&mut tx, &Match::default()).await?;
        access_log::tell_keepers(&mut tx, by, "action", &leaving.higher).await?;
    }
    tx.commit().await?;
    let mut tx = reached.db.process_job(process).await?;
    stand_in::stand_for(&mut tx, email, clock.today()).await?;
    Ok((tx, frame, member))
}

/// The list of actions as its reader has it on the page.
async fn workbook(reached: &Reached, export: &Export) -> anyhow::Result<Vec<String>> {
    let Some(out) = &export.out else { bail!("a workbook is a file: name it with --out") };
    let clock = Clock::default();
    let (tx, frame, member) = as_member(reached, export, &clock, "xlsx").await?;
    let by = member.granting(Permission::ExportLists, &Scope::default()).context("a member who may export")?;
    let bare = Page::bare(Locale::default(), clock.today());
    let page = Page { process: Some(frame), member: Some(member.clone()), ..bare };
    let levels: Option<&[Handling]> = match export.level {
        Level::Public => Some(&[Handling::Public]),
        Level::Members => Some(&[Handling::Public, Handling::Members]),
        Level::All => None,
    };
    let base_url = reached.base_url.trim_end_matches('/');
    let book = actions::workbook(&page, base_url, by, clock.now(), tx, levels).await?;
    std::fs::write(out, &book).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(vec![format!("the list of actions is in {}", out.display())])
}

/// # Errors
/// The file cannot be opened, or another cannot be written.
pub fn check(check: &Check) -> anyhow::Result<()> {
    let file = File::open(&check.file).with_context(|| format!("cannot open {}", check.file.display()))?;
    let mut out = match &check.out {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            Some(BufWriter::new(file))
        }
        None => None,
    };
    let to = out.as_mut().map(|to| to as &mut dyn Write);
    let report = iati::check(BufReader::with_capacity(64 << 10, file), &Locale::default(), to)?;
    if let Some(out) = &mut out {
        out.flush()?;
    }
    if check.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!("{}", report.text());
    Ok(())
}
