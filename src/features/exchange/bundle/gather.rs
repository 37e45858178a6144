//! Reads a process, table by table, as of one moment, and hands its rows on. What a row points at is in the bundle, too: a
//! row that needs what is left out is left out with it, and one that can do without it says nothing there.

use anyhow::Context;
use futures::TryStreamExt;
use std::collections::HashSet;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::Level;
use super::pack::Piece;
use super::rows::{self, Known, Row};
use super::shape::{Reference, Shape, TableShape};
use super::store;
use super::tables::{HISTORY, OBJECT, Table, VERSION};
use crate::kernel::db::ProcessTx;
use crate::kernel::files::{Files, Key};
use crate::kernel::ids::ProcessId;

/// What is read, and how far the reading is.
pub struct Gathering<'a> {
    pub tx: &'a mut ProcessTx,
    pub level: Level,
    /// Everything, whoever sees it.
    pub whole: bool,
    pub to: &'a mpsc::Sender<Piece>,
    /// Files that are done, of how many.
    pub progress: watch::Sender<(usize, usize)>,
}

/// Hands on the rows, and answers whose content belongs to them: what members have brought.
///
/// # Errors
/// The database's own; whoever takes the rows has given up, and says why.
pub async fn gather(gathering: Gathering<'_>) -> anyhow::Result<Vec<Uuid>> {
    let Gathering { tx, level, whole, to, progress } = gathering;
    let shape = Shape::read(tx.conn()).await?;
    let order = shape.order(|t| t.is_in(level, whole))?;
    // where everything is taken, no view is asked who sees what
    let past = whole && level == Level::All;
    let mut known = Known::of(&shape);
    let mut subjects = Subjects::default();
    let mut brought = Brought::default();
    let all = order.len();
    for (n, table) in order.into_iter().enumerate() {
        let _ = progress.send((n, all));
        let of = shape.table(table.name)?;
        let columns = shape.columns(table, level)?;
        let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
        let reading = store::reading(table, &columns, &of.key, level, past);
        if of.references.iter().any(|r| r.table == table.name) {
            // a first look, at which rows there are that others of the same table point at
            let mut lines = store::lines(tx, reading.clone());
            while let Some(line) = lines.try_next().await? {
                let mut row: Row = serde_json::from_str(&line)?;
                if fit(&mut row, table, of, &known, false) {
                    known.add(table.name, &row);
                }
            }
        }
        if to.send(Piece::Begin { table, columns: names.clone() }).await.is_err() {
            break;
        }
        let mut lines = store::lines(tx, reading);
        while let Some(line) = lines.try_next().await? {
            let mut row: Row = serde_json::from_str(&line)?;
            if !fit(&mut row, table, of, &known, true) || !(past || subjects.knows(table, &row)) {
                continue;
            }
            known.add(table.name, &row);
            subjects.add(table, &row);
            brought.add(table, &row)?;
            if to.send(Piece::Line(rows::line(&row, &names))).await.is_err() {
                // the writing has ended, and its own error is the one to tell
                return Ok(Vec::new());
            }
        }
    }
    let _ = progress.send((all, all));
    Ok(brought.of_versions)
}

/// The content of files, one after the other, as it lies there: no more of it than a few pieces is in memory.
///
/// # Errors
/// Nobody said where files lie; something is not there, or cannot be read.
pub async fn objects(
    process: ProcessId,
    all: &[Uuid],
    files: Option<&Files>,
    to: &mpsc::Sender<Piece>,
) -> anyhow::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let unnamed = || format!("the process has {} files of members: name where they lie (--files)", all.len());
    let files = files.filter(|files| files.are_kept()).with_context(unnamed)?;
    for id in all {
        let lost = || format!("the content of a file is not where it should be: {process}/{id}");
        let mut kept = files.fetch(Key { process, id: *id }).await?.with_context(lost)?;
        if to.send(Piece::Object(*id)).await.is_err() {
            // the writing has ended, and its own error is the one to tell
            return Ok(());
        }
        while let Some(bytes) = kept.bytes.try_next().await? {
            if to.send(Piece::Bytes(bytes)).await.is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Whether a row can be in a bundle that holds what is known; what it can do without is emptied. `own`: rows of the same table
/// are known, too.
fn fit(row: &mut Row, table: &Table, of: &TableShape, known: &Known, own: bool) -> bool {
    let mut lacking: Vec<&Reference> = Vec::new();
    for reference in &of.references {
        if (reference.table != table.name || own) && known.has(reference, row) == Some(false) {
            if !of.can_lack(reference) {
                return false;
            }
            lacking.push(reference);
        }
    }
    for reference in lacking {
        rows::clear(row, &reference.columns);
    }
    true
}

/// What an entry of the history can be about.
#[derive(Default)]
struct Subjects(std::collections::HashSet<String>);

impl Subjects {
    fn add(&mut self, table: &Table, row: &Row) {
        if table.name != HISTORY && row.contains_key("id") {
            self.0.insert(rows::raw(row, "id").to_owned());
        }
    }
    fn knows(&self, table: &Table, row: &Row) -> bool {
        table.name != HISTORY || self.0.contains(rows::raw(row, "subject_id"))
    }
}

/// What lies where files lie, of the versions that are in the bundle. Objects come before the versions that point at them.
#[derive(Default)]
struct Brought {
    lying: HashSet<String>,
    of_versions: Vec<Uuid>,
}

impl Brought {
    fn add(&mut self, table: &Table, row: &Row) -> anyhow::Result<()> {
        if table.name == OBJECT && rows::raw(row, "gone_at") == "null" {
            self.lying.insert(rows::raw(row, "id").to_owned());
        }
        if table.name == VERSION && self.lying.contains(rows::raw(row, "object_id")) {
            self.of_versions.push(serde_json::from_str(rows::raw(row, "object_id"))?);
        }
        Ok(())
    }
}
