//! A whole process as one archive, out and in, from the command line.

use anyhow::{Context, bail, ensure};
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tokio::sync::watch;

use super::exchange::{Export, Level as Asked};
use super::place::Reached;
use super::processes::TakeIn;
use super::stand_in;
use crate::features::exchange::bundle::{self, Level, Made, Making, Taking};
use crate::features::processes::First;
use crate::kernel::clock::Clock;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::ProcessId;
use crate::kernel::permit::{Member, Permission, Scope};

/// What is to be read, and for whom.
struct Reading {
    tx: ProcessTx,
    level: Level,
    whole: bool,
    by: Option<String>,
}

/// Writes the bundle that is asked for; answers what is to be said of it.
///
/// # Errors
/// The process or the member is not there, they may not, or the file cannot be written. No half of a bundle is left.
pub async fn write(reached: &Reached, export: &Export) -> anyhow::Result<Vec<String>> {
    let Some(out) = &export.out else { bail!("a bundle is a file: name it with --out") };
    let clock = Clock::default();
    let reading = enter(reached, export, &clock).await?;
    let (part, to) = create(out)?;
    let (progress, _) = watch::channel((0, 0));
    let Reading { tx, level, whole, by } = reading;
    let files = reached.files(&export.files)?;
    let making = Making { tx, level, whole, by, files: Some(&files), clock: &clock, progress };
    let made = bundle::made(making, to).await;
    let finished = made.and_then(|made| keep(&part, out, made));
    if finished.is_err() {
        // its own error is told; what is left of the file is of no use
        let _ = std::fs::remove_file(&part);
    }
    finished
}

/// A file beside the one that is to be, which only its owner may read.
fn create(out: &Path) -> anyhow::Result<(PathBuf, File)> {
    ensure!(!out.exists(), "{} exists already: a bundle never replaces a file", out.display());
    let mut name = out.file_name().context("the bundle needs a name")?.to_owned();
    name.push(".part");
    let part = out.with_file_name(name);
    let open = File::options().read(true).write(true).create(true).truncate(true).mode(0o600).open(&part);
    let file = open.with_context(|| format!("cannot write {}", part.display()))?;
    Ok((part, file))
}

/// Gives the bundle its name, once it is whole and on the disk.
fn keep(part: &Path, out: &Path, made: Made) -> anyhow::Result<Vec<String>> {
    made.file.sync_all()?;
    std::fs::rename(part, out).with_context(|| format!("cannot write {}", out.display()))?;
    let mut lines = made.manifest.lines();
    lines.push(format!("{} rows of {} tables in {}", made.manifest.rows(), made.manifest.files.len(), out.display()));
    Ok(lines)
}

/// Enters as everybody, in a member's place, or, where there is no member, as whoever has the database; but for what is
/// public that is written in the access log first.
async fn enter(reached: &Reached, export: &Export, clock: &Clock) -> anyhow::Result<Reading> {
    let nowhere = || format!("there is no process /{}, or it is not open to this", export.process);
    let level = match export.level {
        Asked::Public => Level::Public,
        Asked::Members => Level::Members,
        Asked::All => Level::All,
    };
    let mut registry = reached.db.platform_job().await?;
    let process = stand_in::process(&mut registry, &export.process).await?.with_context(nowhere)?;
    drop(registry);
    if level == Level::Public {
        let tx = bundle::enter_public(&reached.db, process).await?.with_context(nowhere)?;
        return Ok(Reading { tx, level, whole: false, by: None });
    }
    match &export.member {
        Some(email) => for_member(reached, export, process, level, email, clock).await,
        None => {
            let mut tx = reached.db.process_job(process).await?;
            bundle::note(&mut tx, None, level).await?;
            tx.commit().await?;
            let tx = bundle::whole(&reached.db, process, level).await?;
            Ok(Reading { tx, level, whole: true, by: None })
        }
    }
}

async fn for_member(
    reached: &Reached,
    export: &Export,
    process: ProcessId,
    level: Level,
    email: &str,
    clock: &Clock,
) -> anyhow::Result<Reading> {
    let no_member = || format!("{email} is no member of /{} today", export.process);
    let (_, account) = reached.db.whose(&export.process, email).await?.with_context(no_member)?;
    let (mut tx, placed) = reached.db.process_for(process, account).await?.with_context(no_member)?;
    let member = Member::new(placed.memberships);
    let Some(by) = member.granting(Permission::BundleTake, &Scope::default()) else {
        bail!("{email} may not take /{} along: its secretariat may", export.process);
    };
    bundle::note(&mut tx, Some(by), level).await?;
    tx.commit().await?;
    let entered = bundle::enter_member(&reached.db, process, account, level, clock).await?;
    let (tx, _) = entered.with_context(no_member)?;
    Ok(Reading { tx, level, whole: false, by: Some(by.name.clone()) })
}

/// Makes a process of a bundle; answers what is to be said of it.
///
/// # Errors
/// See [`bundle::take_in`].
pub async fn take_in(reached: &Reached, asked: &TakeIn) -> anyhow::Result<String> {
    if let Some(email) = &asked.secretariat_email {
        ensure!(email.parse::<lettre::Address>().is_ok(), "{email} is no e-mail address");
    }
    let first = asked.secretariat_email.clone().zip(asked.secretariat_name.clone());
    let files = reached.files(&asked.files)?;
    let taking = Taking {
        file: &asked.file,
        slug: asked.slug.as_deref(),
        first: first.map(|(email, name)| First { name, email }),
        dry_run: asked.dry_run,
        files: Some(&files),
        base_url: &reached.base_url,
    };
    let taken = bundle::take_in(&reached.db, &Clock::default(), taking).await?;
    let mut lines: Vec<String> =
        taken.rows.iter().filter(|(_, rows)| *rows > 0).map(|(file, rows)| format!("{rows:>9}  {file}")).collect();
    let rows: u64 = taken.rows.iter().map(|(_, rows)| rows).sum();
    if taken.settled > 0 {
        lines.push(format!(
            "{} corrections of amounts that had been corrected already: each takes the place of the correction before it.",
            taken.settled
        ));
    }
    lines.push(match asked.dry_run {
        true => format!("{rows} rows would make the process /{}; nothing was kept.", taken.slug),
        false => format!("The process /{} has {rows} rows. Nobody was written to; who has no password asks for a link on the sign-in page.", taken.slug),
    });
    Ok(lines.join("\n"))
}
