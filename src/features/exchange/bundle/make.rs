//! Making a bundle: reading and writing at the same time.

use anyhow::Context;
use std::fs::File;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;

use super::gather::{Gathering, gather, objects};
use super::manifest::{FORMAT, Manifest, VERSION};
use super::pack::{Piece, pack};
use super::{Level, store};
use crate::kernel::clock::Clock;
use crate::kernel::db::ProcessTx;
use crate::kernel::files::Files;

/// A bundle that is to be made.
pub struct Making<'a> {
    /// A transaction that sees what is to be in it, as of one moment.
    pub tx: ProcessTx,
    pub level: Level,
    /// Of the whole process, not of what a member sees.
    pub whole: bool,
    /// In whose name; told at the level of all alone.
    pub by: Option<String>,
    /// Where the content of files lies.
    pub files: Option<&'a Files>,
    pub clock: &'a Clock,
    /// Files that are done, of how many.
    pub progress: watch::Sender<(usize, usize)>,
}

/// A bundle that was made.
pub struct Made {
    pub manifest: Manifest,
    /// It, from its beginning.
    pub file: File,
}

/// Makes a bundle in a file that is empty.
///
/// # Errors
/// The database's own; the file cannot be written.
pub async fn made(making: Making<'_>, to: File) -> anyhow::Result<Made> {
    let Making { mut tx, level, whole, by, files, clock, progress } = making;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        portal: env!("CARGO_PKG_VERSION").to_owned(),
        process: store::address(&mut tx).await?,
        made_at: clock.now(),
        made_by: by.filter(|_| level == Level::All),
        level: level.as_str().to_owned(),
        whole: whole && level == Level::All,
        files: Vec::new(),
        objects: Vec::new(),
    };
    let (to_pack, from) = mpsc::channel(64);
    let packing = spawn_blocking(move || pack(from, manifest, to));
    let process = tx.process();
    let read = gather(Gathering { tx: &mut tx, level, whole, to: &to_pack, progress }).await;
    // the files can be many and large: nothing of the database is held while they are read
    drop(tx);
    let read = match read {
        Ok(all) => objects(process, &all, files, &to_pack).await,
        Err(error) => Err(error),
    };
    if read.is_ok() {
        let _ = to_pack.send(Piece::End).await;
    }
    drop(to_pack);
    // what ends the writing early is the error to tell
    let packed = packing.await.context("the writing of an archive")?;
    read?;
    let (manifest, file) = packed?;
    Ok(Made { manifest, file })
}
