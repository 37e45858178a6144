//! Makes a process of a bundle: all of it in one transaction, or nothing.
//!
//! Rows keep their ids: of a process's tables every key begins with the process, so they are free in a new one. Accounts
//! belong to the installation: they are known again by their address, and made without a password where there is none.

use anyhow::{Context, anyhow, bail, ensure};
use axum::body::Bytes;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use super::check::check;
use super::corrected::{AMOUNTS, CORRECTS, corrected_twice};
use super::open::Opened;
use super::rows::{self, Known, Row};
use super::shape::{Reference, Shape, TableShape};
use super::store;
use super::tables::{self, ACCOUNT, Table};
use crate::features::directory;
use crate::features::processes::{self, First, Setting, check_slug};
use crate::kernel::clock::Clock;
use crate::kernel::db::{Db, ProcessTx};
use crate::kernel::files::{Coming, Files, Key};
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::{Locale, text};
use crate::kernel::ids::ProcessId;
use crate::kernel::job::{self, Task};

/// So much of a file's content is read at a time.
const PART: u64 = 1 << 20;
/// Rows, and bytes, of a statement.
const ROWS: usize = 200;
const BYTES: usize = 8 << 20;

/// A bundle that is to be taken in.
pub struct Taking<'a> {
    pub file: &'a Path,
    /// The address of the new process, where it is not to be that of the old one.
    pub slug: Option<&'a str>,
    /// Who runs it, where nobody in the bundle does.
    pub first: Option<First>,
    /// Do everything, then undo it.
    pub dry_run: bool,
    /// Where the content of files goes that members have brought.
    pub files: Option<&'a Files>,
    pub base_url: &'a str,
}

/// Ids as a file writes them, and what stands in their place.
type Ids = HashMap<String, Box<RawValue>>;

/// What came of it.
#[derive(Debug)]
pub struct Taken {
    pub slug: String,
    /// Of each file, how many rows were taken in.
    pub rows: Vec<(String, u64)>,
    /// Corrections of an amount that another had corrected already: they take the place of that other.
    pub settled: usize,
}

/// # Errors
/// What is wrong with the bundle, in which file and line; the address is taken; nobody would run the process; the database's
/// own. Nothing of it is there then.
pub async fn take_in(db: &Db, clock: &Clock, taking: Taking<'_>) -> anyhow::Result<Taken> {
    let mut opened = Opened::open(taking.file)?;
    let slug = taking.slug.unwrap_or(&opened.manifest.process).to_owned();
    if let Err(key) = check_slug(&slug) {
        bail!("/{slug}: {}", text(&Locale::default(), key));
    }
    let files = taking.files.filter(|files| files.are_kept());
    let brought = opened.manifest.objects.len();
    ensure!(
        brought == 0 || files.is_some(),
        "the bundle holds {brought} files of members: name where they go (--files)"
    );
    let mut registry = db.platform_job().await?;
    let shape = Shape::read(registry.conn()).await?;
    check(&mut opened, &shape)?;

    let line = process(&mut opened)?;
    let made = store::found(&mut registry, &slug, &rows::line(&line, &shape.table("process")?.names())).await;
    let made = made.context("process.ndjson, line 1: the database refuses it")?;
    let id = made.with_context(|| format!("there is a process /{slug} already: name another address with --slug"))?;
    let why = format!(
        "Taken in from a bundle of /{}, made on {}",
        opened.manifest.process,
        opened.manifest.made_at.date_naive()
    );
    processes::note_founded(&mut registry, id, &why).await?;
    let mut tx = registry.enter_founded(id).await?;

    let mut moved = HashMap::from([(rows::raw(&line, "id").to_owned(), written(&id.0)?)]);
    accounts(&mut tx, &mut opened, &mut moved).await?;
    let settled = corrected_twice(&mut opened)?;
    let mut taken = Vec::new();
    for table in shape.order(|t| t.name != "process" && t.name != ACCOUNT)? {
        let rows = fill(&mut tx, &mut opened, table, &shape, (&moved, &settled)).await?;
        taken.push((table.file(), rows));
    }
    // a bundle of a portal that did not keep them yet says names alone
    directory::fold_missing(&mut tx).await.context("beneficiary.ndjson: its names cannot be made to be found")?;
    if !store::has_secretariat(&mut tx, clock).await? {
        let first = taking.first.as_ref().context(
            "nobody in this bundle runs the process: name the first member of its secretariat with --secretariat-email and --secretariat-name",
        )?;
        let name: String = serde_json::from_str(rows::raw(&line, "name")).unwrap_or_default();
        let setting = Setting { locale: Locale::default(), base_url: taking.base_url, clock };
        processes::invite_first(&mut tx, &name, first, setting).await?;
    }
    let entry = Entry { subject: Subject::Process, id: id.0, event: "founded", changes: Changes::new(), why: &why };
    history::record(&mut tx, None, entry).await?;
    store::settle(&mut tx).await.context("the rows do not go together")?;
    if !taking.dry_run {
        let placed = place(&mut opened, files, id).await?;
        if let Err(error) = finish(tx).await {
            take_back(files, &placed).await;
            return Err(error);
        }
    }
    Ok(Taken { slug, rows: taken, settled: settled.len() })
}

async fn finish(mut tx: ProcessTx) -> anyhow::Result<()> {
    job::enqueue(&mut tx, Task::Tally).await?;
    job::enqueue(&mut tx, Task::Overlaps).await?;
    Ok(tx.commit().await?)
}

/// Puts the content of files where it belongs, or none of it.
async fn place(opened: &mut Opened, files: Option<&Files>, process: ProcessId) -> anyhow::Result<Vec<Key>> {
    let mut placed = Vec::new();
    let Some(files) = files else { return Ok(placed) };
    for object in opened.manifest.objects.clone() {
        let key = Key { process, id: object.id };
        placed.push(key);
        let mut content = opened.object(&object)?;
        if let Err(error) = put(files, key, &mut content).await {
            take_back(Some(files), &placed).await;
            return Err(error.context(format!("{}: it cannot be put where files lie", object.name())));
        }
    }
    Ok(placed)
}

async fn put(files: &Files, key: Key, content: &mut impl Read) -> anyhow::Result<()> {
    let mut coming = files.begin(key)?;
    match pour(&mut coming, content).await {
        Ok(()) => coming.finish().await,
        Err(error) => {
            coming.drop_it().await;
            Err(error)
        }
    }
}

async fn pour(coming: &mut Coming, content: &mut impl Read) -> anyhow::Result<()> {
    loop {
        let mut part = Vec::new();
        content.by_ref().take(PART).read_to_end(&mut part)?;
        if part.is_empty() {
            return Ok(());
        }
        coming.write(Bytes::from(part)).await?;
    }
}

async fn take_back(files: Option<&Files>, placed: &[Key]) {
    for key in placed {
        if let Some(files) = files
            && let Err(error) = files.remove(*key).await
        {
            tracing::warn!(
                error = format!("{error:#}"),
                "content of a process that was not taken in stays where files lie"
            );
        }
    }
}

/// The line that the process itself has.
fn process(opened: &mut Opened) -> anyhow::Result<Row> {
    let table = tables::find("process").context("the list has no process")?;
    let part = opened.part(table).context("the bundle has no process")?;
    let row = opened.rows(&part)?.row()?;
    Ok(row.context("the bundle has no process")?.1)
}

fn written(id: &uuid::Uuid) -> anyhow::Result<Box<RawValue>> {
    Ok(serde_json::value::to_raw_value(id)?)
}

/// Finds or makes the accounts, and says which id of the bundle is which here.
async fn accounts(tx: &mut ProcessTx, opened: &mut Opened, moved: &mut Ids) -> anyhow::Result<()> {
    let table = tables::find(ACCOUNT).context("the list has no accounts")?;
    let Some(part) = opened.part(table) else { return Ok(()) };
    let (mut ids, mut addresses) = (Vec::new(), Vec::new());
    let mut all = opened.rows(&part)?;
    while let Some((_, row)) = all.row()? {
        ids.push(rows::raw(&row, "id").to_owned());
        addresses.push(serde_json::from_str::<String>(rows::raw(&row, "email"))?);
    }
    let here = store::accounts(tx, &addresses).await?;
    ensure!(here.len() == ids.len(), "the accounts of the bundle cannot be matched");
    for (id, ours) in ids.into_iter().zip(&here) {
        moved.insert(id, written(ours)?);
    }
    Ok(())
}

/// Takes in the rows of a table, some hundred a statement.
async fn fill(
    tx: &mut ProcessTx,
    opened: &mut Opened,
    table: &Table,
    shape: &Shape,
    (moved, settled): (&Ids, &Ids),
) -> anyhow::Result<u64> {
    let Some(part) = opened.part(table) else { return Ok(0) };
    let of = shape.table(table.name)?;
    let own: Vec<&Reference> = of.references.iter().filter(|r| r.table == table.name).collect();
    let mut known = Known::of(shape);
    let mut ahead: Vec<Vec<Row>> = own.iter().map(|_| Vec::new()).collect();
    let mut all = opened.rows(&part)?;
    let (mut batch, mut first, mut done): (Vec<Row>, u64, u64) = (Vec::new(), 1, 0);
    let mut size = 0;
    loop {
        let next = all.row()?;
        let last = next.is_none();
        if let Some((_, mut row)) = next {
            size += row.values().map(|value| value.get().len()).sum::<usize>();
            translate(&mut row, of, moved);
            if table.name == AMOUNTS
                && let Some(before) = settled.get(rows::raw(&row, "id"))
            {
                row.insert(CORRECTS.to_owned(), before.clone());
            }
            known.add(table.name, &row);
            batch.push(row);
        }
        if batch.is_empty() {
            break;
        }
        if !last && batch.len() < ROWS && size < BYTES {
            continue;
        }
        for row in &mut batch {
            for (reference, waiting) in own.iter().zip(&mut ahead) {
                if known.has(reference, row) == Some(false) {
                    waiting.push(kept(row, of.key.iter().chain(&reference.columns)));
                    rows::clear(row, &reference.columns);
                }
            }
        }
        let count = batch.len() as u64;
        let inserted = store::insert(tx, table.name, &part.columns, &list(&batch, &part.columns)).await;
        let through = first + count - 1;
        done += inserted
            .map_err(|error| anyhow!(error).context(format!("{}, lines {first} to {through}: refused", part.name)))?;
        (first, size) = (first + count, 0);
        batch.clear();
    }
    for (reference, waiting) in own.iter().zip(&ahead) {
        let columns: Vec<String> = of.key.iter().chain(&reference.columns).cloned().collect();
        for some in waiting.chunks(ROWS) {
            let pointed = store::point(tx, table.name, &of.key, &reference.columns, &list(some, &columns)).await;
            pointed.map_err(|error| anyhow!(error).context(format!("{}: refused", part.name)))?;
        }
    }
    ensure!(done == part.rows, "{}: {done} rows of {} came in", part.name, part.rows);
    Ok(done)
}

/// The process and the accounts have other ids here.
fn translate(row: &mut Row, of: &TableShape, moved: &Ids) {
    for (column, value) in row.iter_mut() {
        let id = of.columns.iter().any(|c| c.name == *column && c.kind == "uuid");
        if let Some(here) = moved.get(value.get()).filter(|_| id) {
            *value = here.clone();
        }
    }
}

fn kept<'a>(row: &Row, columns: impl Iterator<Item = &'a String>) -> Row {
    columns.filter_map(|c| row.get(c).map(|value| (c.clone(), value.clone()))).collect()
}

fn list(rows: &[Row], columns: &[String]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| rows::line(row, columns)).collect();
    format!("[{}]", lines.join(","))
}
