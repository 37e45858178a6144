//! Reading a file: what it is, which column is which, and each row held against what is there.

use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::check::{Bench, Means, judge};
use super::directory::Directory;
use super::model::{Becomes, Import, Kept, Read, State};
use super::verdict::{Seen, key};
use super::work::{At, Whose, spooled, stop};
use super::{activities, needs, store};
use crate::features::actions::directory;
use crate::features::exchange::bundle;
use crate::features::exchange::incoming::{ImportProblem, Said, Severity};
use crate::features::exchange::tables::{Cells, Column, Found, How, Kind, Refused, Shape, Source, recognise, sniff};
use crate::kernel::i18n::Message;

/// So many rows are judged in one transaction.
pub const CHUNK: usize = 200;
/// So much of texts is judged at once, or a row that is longer.
const HEAVY: usize = 4 << 20;
/// Said of a row that is the same action as an earlier one.
pub const TWICE: &str = "import-row-twice";
/// Of each column so many texts are shown.
const SHOWN: usize = 3;

/// Reads the file from its beginning, or on from where another worker was stopped.
///
/// # Errors
/// The database's own.
pub async fn read(means: &Means, whose: Whose) -> anyhow::Result<()> {
    let file = spooled(means, whose).await?;
    let opened = match spawn_blocking(move || opened(file)).await? {
        Ok(opened) => opened,
        Err(refused) => return stop(means, whose, State::Reading, State::Failed, refused).await,
    };
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    let source = match (opened, at.import.becomes) {
        (Opened::Table(source), Becomes::Actions) => Arc::new(source),
        (Opened::Table(source), Becomes::Needs(within)) => {
            return needs::read(means, whose, at, within, Arc::new(source)).await;
        }
        (Opened::Activities(file), Becomes::Actions) => return activities::read(means, whose, at, file).await,
        (Opened::Activities(_), Becomes::Needs(_)) => {
            drop(at);
            let message = Message::new("import-needs-no-table");
            return stop(means, whose, State::Reading, State::Failed, message).await;
        }
    };
    let directory = listed(&mut at, means).await?;
    let (looked, sheet) = (Arc::clone(&source), at.import.sheet.clone());
    let head_row = at.import.head_row.and_then(|r| u32::try_from(r).ok());
    let look = move || -> Result<(Shape, Vec<String>), Refused> {
        let shape = looked.shape(sheet.as_deref(), head_row)?;
        let others = looked.others(shape.sheet.as_deref());
        Ok((shape, others))
    };
    let (shape, others) = match spawn_blocking(look).await? {
        Ok(found) => found,
        Err(refused) => {
            drop(at);
            return stop(means, whose, State::Reading, State::Failed, refused).await;
        }
    };
    if needs::is_sheet(&shape.heads) {
        drop(at);
        let message = Message::new("import-needs-not-here");
        return stop(means, whose, State::Reading, State::Failed, message).await;
    }
    let remembered = store::remembered(&mut at.tx, at.import.organisation).await?;
    let columns = settle(&at.import, &shape, recognise(&shape.heads, &shape.samples, &remembered, &directory));
    let known = columns.iter().flatten().any(|f| f.column == Column::Title || f.column == Column::Address);
    let head_row = i32::try_from(shape.head_row).unwrap_or(i32::MAX);
    let kept = kept(&shape, others);
    store::keep_shape(&mut at.tx, whose.id, source.kind(), shape.sheet.as_deref(), head_row, &kept, &columns).await?;
    if !known {
        let said = Said::from(Message::new("import-columns-no-title"));
        store::step(&mut at.tx, whose.id, State::Reading, State::Columns, Some(&said)).await?;
        return Ok(at.tx.commit().await?);
    }
    let done = store::last_row(&mut at.tx, whose.id).await?;
    at.tx.commit().await?;
    rows(means, whose, &source, &directory, shape, done).await
}

/// A file by what it holds.
enum Opened {
    Table(Source),
    Activities(File),
}

fn opened(mut file: File) -> Result<Opened, Refused> {
    // the actions of a process that was taken along are a table like others
    if let Some(table) = bundle::as_table(&mut file)? {
        return Ok(Opened::Table(Source::open(table)?));
    }
    if sniff(&mut file)? == Kind::Iati { Ok(Opened::Activities(file)) } else { Ok(Opened::Table(Source::open(file)?)) }
}

/// What the process knows, with what has been said for the organisation of names that it does not.
///
/// # Errors
/// The database's own.
pub async fn listed(at: &mut At, means: &Means) -> sqlx::Result<Directory> {
    let choices = directory(&mut at.tx).await?;
    let said = store::said(&mut at.tx, at.import.organisation).await?;
    Ok(Directory::new(&choices, &at.placed.process, &means.base_url).knowing(said))
}

/// What was chosen by hand stays; the rest is as it was recognised now.
fn settle(import: &Import, shape: &Shape, found: Vec<Option<Found>>) -> Vec<Option<Found>> {
    let chosen =
        import.columns.len() == shape.heads.len() && import.columns.iter().flatten().any(|f| f.how == How::Chosen);
    if chosen { import.columns.clone() } else { found }
}

fn kept(shape: &Shape, others: Vec<String>) -> Kept {
    let texts = |column: usize| -> Vec<String> {
        let cells = shape.samples.iter().map(|s| s.get(u16::try_from(column).unwrap_or(u16::MAX)).text());
        let short = |t: String| t.chars().take(80).collect::<String>();
        cells.filter(|t| !t.is_empty()).map(short).take(SHOWN).collect()
    };
    Kept {
        sheets: shape.sheets.clone(),
        others,
        heads: shape.heads.iter().map(|h| h.chars().take(200).collect()).collect(),
        samples: (0..shape.heads.len()).map(texts).collect(),
        too_wide: shape.too_wide,
        tables: Vec::new(),
    }
}

async fn rows(
    means: &Means,
    whose: Whose,
    source: &Arc<Source>,
    directory: &Directory,
    shape: Shape,
    done: i32,
) -> anyhow::Result<()> {
    let (send, mut receive) = mpsc::channel::<Vec<(u32, Cells)>>(2);
    let reader = Arc::clone(source);
    let (sheet, head_row) = (shape.sheet.clone(), shape.head_row);
    let reading = spawn_blocking(move || {
        let (mut chunk, mut weight) = (Vec::with_capacity(CHUNK), 0);
        let read = reader.rows(sheet.as_deref(), head_row, |row, cells| {
            weight += cells.weight();
            chunk.push((row, cells));
            if chunk.len() < CHUNK && weight < HEAVY {
                return ControlFlow::Continue(());
            }
            weight = 0;
            match send.blocking_send(std::mem::take(&mut chunk)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        if !chunk.is_empty() {
            // nobody takes it any more where the import was dropped
            let _ = send.blocking_send(chunk);
        }
        read
    });
    let mut seen = Seen::default();
    while let Some(chunk) = receive.recv().await {
        let Some(at) = whose.enter(means).await?.filter(|at| at.import.state == State::Reading) else { return Ok(()) };
        let bench = Bench { means, import: &at.import, directory, member: &at.member, frame: &at.placed.process };
        let columns = at.import.chosen();
        let read = |(row, mut cells): (u32, Cells)| {
            at.import.mend(row, &mut cells);
            bench.read(row, cells, &columns)
        };
        let reads = chunk.into_iter().map(read).collect();
        part(means, at, directory, &mut seen, reads, done).await?;
    }
    let said = match reading.await? {
        Ok(()) if shape.too_wide => Some(Said::from(Message::new("import-file-too-wide"))),
        Ok(()) => None,
        // what was read stands nowhere: half a file is none
        Err(refused) => return stop(means, whose, State::Reading, State::Failed, refused).await,
    };
    let Some(mut at) = whose.enter(means).await? else { return Ok(()) };
    store::checked(&mut at.tx, whose.id, said.as_ref(), means.clock.now()).await?;
    Ok(at.tx.commit().await?)
}

/// Judges some rows, and those alone that no worker has judged before.
///
/// # Errors
/// The database's own.
pub async fn part(
    means: &Means,
    mut at: At,
    directory: &Directory,
    seen: &mut Seen,
    chunk: Vec<Read>,
    done: i32,
) -> anyhow::Result<()> {
    let bench = Bench { means, import: &at.import, directory, member: &at.member, frame: &at.placed.process };
    let defaults = bench.defaults();
    let mut fresh: Vec<Read> = Vec::with_capacity(chunk.len());
    for mut read in chunk {
        if let Some(first) = seen.before(key(&read.patch, &defaults), read.row) {
            let what = Message::new(TWICE).with("row", first).into();
            read.problems.push(ImportProblem { column: String::new(), index: None, what, severity: Severity::Wrong });
        }
        if read.row > done {
            fresh.push(read);
        }
    }
    // nothing is got on with: a worker that dies of the rows after these is counted
    if fresh.is_empty() {
        return Ok(());
    }
    let judged = i32::try_from(fresh.len()).unwrap_or(i32::MAX);
    judge(&mut at.tx, &bench, fresh).await?;
    store::progress(&mut at.tx, at.import.id, at.import.rows_done.saturating_add(judged), None).await?;
    Ok(at.tx.commit().await?)
}
