//! Reading a file of activities: one after the other into the rows of its import, however many they are.

use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::spawn_blocking;

use super::activity::row;
use super::check::Means;
use super::directory::Directory;
use super::model::{Kept, Read, State};
use super::reading::{CHUNK, listed, part};
use super::store;
use super::verdict::Seen;
use super::work::{At, Whose, stop};
use crate::features::exchange::iati::{self, Limits};
use crate::features::exchange::tables::{Kind, MOST_ROWS, Refused};
use crate::kernel::i18n::Message;

/// So much of activities as they are written is judged at once, or one that is larger.
const HEAVY: usize = 4 << 20;

/// No file of so many activities as are read is larger, unpacked; no activity is longer than any publisher's.
fn limits() -> Limits {
    Limits { file: 1 << 30, activity: 16 << 20, ..Limits::default() }
}

/// Reads the file from its beginning; what another worker has judged is not judged again.
///
/// # Errors
/// The database's own.
pub async fn read(means: &Means, whose: Whose, mut at: At, file: File) -> anyhow::Result<()> {
    let directory = Arc::new(listed(&mut at, means).await?);
    store::keep_shape(&mut at.tx, whose.id, Kind::Iati, None, 0, &Kept::default(), &[]).await?;
    let done = store::last_row(&mut at.tx, whose.id).await?;
    at.tx.commit().await?;
    let (send, mut receive) = mpsc::channel::<Vec<Read>>(1);
    let known = Arc::clone(&directory);
    let reading = spawn_blocking(move || through(file, &known, &send));
    let mut seen = Seen::default();
    while let Some(chunk) = receive.recv().await {
        let Some(at) = whose.enter(means).await?.filter(|at| at.import.state == State::Reading) else { return Ok(()) };
        part(means, at, &directory, &mut seen, chunk, done).await?;
    }
    if let Err(refused) = reading.await? {
        // half a file is none
        return stop(means, whose, State::Reading, State::Failed, refused).await;
    }
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    store::checked(&mut at.tx, whose.id, None, means.clock.now()).await?;
    Ok(at.tx.commit().await?)
}

fn through(file: File, directory: &Directory, send: &Sender<Vec<Read>>) -> Result<(), Refused> {
    let file = BufReader::with_capacity(64 << 10, file);
    let reader = iati::Reader::open(file, limits()).map_err(|broken| broken.message())?;
    let (mut chunk, mut weight, mut any) = (Vec::new(), 0, false);
    for (number, read) in (1u32..).zip(reader) {
        let read = row(directory, number, read.map_err(|broken| broken.message())?);
        if number > MOST_ROWS {
            return Err(Message::new("import-file-too-many-rows").with("most", MOST_ROWS));
        }
        any = true;
        weight += read.came.as_ref().and_then(|came| came.content.as_ref()).map_or(0, String::len);
        chunk.push(read);
        if chunk.len() >= CHUNK || weight > HEAVY {
            weight = 0;
            // nobody takes it any more where the import was dropped
            if send.blocking_send(std::mem::take(&mut chunk)).is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        let _ = send.blocking_send(chunk);
    }
    if any { Ok(()) } else { Err(Message::new("import-iati-empty")) }
}
