//! The job: a bundle is made in its asker's place, with what they see and may today, and put where any instance can hand it out.

use anyhow::Context;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use tokio::sync::watch;

use super::make::{Made, Making, made};
use super::{Level, store, store_asked};
use crate::kernel::files::Files;
use crate::kernel::ids::{AccountId, BundleId, ProcessId};
use crate::kernel::job::Job;
use crate::kernel::permit::{Member, Permission, Scope};
use crate::kernel::random;

/// A worker that dies of a bundle dies of it again.
const ATTEMPTS: i16 = 3;
const PART: usize = 512 << 10;

/// Which bundle, of whom.
#[derive(Debug, Clone, Copy)]
struct Whose {
    process: ProcessId,
    account: AccountId,
    id: BundleId,
    level: Level,
}

pub async fn run(job: Job, files: Files) -> anyhow::Result<()> {
    let (process, id) = (job.payload.process()?, BundleId(job.payload.id("bundle")?));
    let mut tx = job.db.process_job(process).await?;
    let taken = store_asked::take(&mut tx, id).await?;
    tx.commit().await?;
    let Some((account, level, attempts)) = taken else { return Ok(()) };
    let level = Level::parse(&level).context("there is no such level")?;
    let whose = Whose { process, account, id, level };
    let done = if attempts > ATTEMPTS {
        Err(anyhow::anyhow!("given up after {ATTEMPTS} attempts"))
    } else {
        make(&job, whose, &files).await
    };
    let mut tx = job.db.process_job(process).await?;
    match done {
        Ok(Some((made, size, sum))) => store_asked::ready(&mut tx, id, &made, size, &sum, job.clock.now()).await?,
        // they may not any more
        Ok(None) => store_asked::failed(&mut tx, id).await?,
        Err(error) if attempts > ATTEMPTS => {
            tracing::error!(%id, error = format!("{error:#}"), "a bundle cannot be made");
            store_asked::failed(&mut tx, id).await?;
        }
        // it is tried again
        Err(error) => return Err(error),
    }
    Ok(tx.commit().await?)
}

/// Makes it. `None`: whoever asked for it may not have it any more.
async fn make(job: &Job, whose: Whose, files: &Files) -> anyhow::Result<Option<(Made, i64, String)>> {
    let entered = store::enter_member(&job.db, whose.process, whose.account, whose.level, &job.clock).await?;
    let Some((tx, placed)) = entered else { return Ok(None) };
    let member = Member::new(placed.memberships);
    let Some(by) = member.granting(Permission::BundleTake, &Scope::default()) else { return Ok(None) };
    let (progress, heard) = watch::channel((0, 0));
    let making = Making {
        tx,
        level: whose.level,
        whole: false,
        by: Some(by.name.clone()),
        files: Some(files),
        clock: &job.clock,
        progress,
    };
    let to = nameless()?;
    let (mut done, ()) = tokio::try_join!(made(making, to), tell(job, whose, heard))?;
    let (size, sum) = put(job, whose, &mut done.file).await?;
    Ok(Some((done, size, sum)))
}

/// A file that has no name and goes away with whoever has it open.
fn nameless() -> anyhow::Result<File> {
    let path = std::env::temp_dir().join(format!("concert-bundle-{}", random::id()));
    let open = File::options().read(true).write(true).create_new(true).open(&path);
    let file = open.context("no place for the bundle")?;
    std::fs::remove_file(&path).context("a file that cannot be let go of")?;
    Ok(file)
}

/// Writes down how far the making is, until it ends.
async fn tell(job: &Job, whose: Whose, mut heard: watch::Receiver<(usize, usize)>) -> anyhow::Result<()> {
    while heard.changed().await.is_ok() {
        let (done, all) = *heard.borrow_and_update();
        let (done, all) = (i16::try_from(done).unwrap_or(i16::MAX), i16::try_from(all).unwrap_or(i16::MAX));
        let mut tx = job.db.process_job(whose.process).await?;
        store_asked::progress(&mut tx, whose.id, done, all).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Puts the file into the database, a part a transaction; answers its size and checksum.
async fn put(job: &Job, whose: Whose, file: &mut File) -> anyhow::Result<(i64, String)> {
    let (mut hash, mut size, mut position) = (Sha256::new(), 0i64, 0);
    loop {
        let mut part = Vec::with_capacity(PART);
        file.by_ref().take(PART as u64).read_to_end(&mut part)?;
        if part.is_empty() {
            return Ok((size, hex::encode(hash.finalize())));
        }
        hash.update(&part);
        size += i64::try_from(part.len())?;
        let mut tx = job.db.process_job(whose.process).await?;
        store_asked::add_part(&mut tx, whose.id, position, &part).await?;
        tx.commit().await?;
        position += 1;
    }
}
