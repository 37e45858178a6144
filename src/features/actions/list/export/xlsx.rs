//! XLSX: dates as dates, numbers as numbers, texts as texts; headings that stay, a filter, and a sheet that says what
//! the file is.

use axum::body::{Body, Bytes};
use axum::response::Response;
use chrono::{DateTime, Utc};
use futures::stream;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Color, Format, FormatBorder, Workbook, XlsxError};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::columns::{Cell, Columns};
use super::notes::{Note, Notes};
use super::{Allowed, CHUNK, Run, allow, as_file, fetch};
use crate::features::actions::list::filter::{Filter, Match};
use crate::features::actions::list::sort::Sort;
use crate::features::actions::list::store;
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;
use crate::kernel::spreadsheet::{DECIMALS, WHOLE, fitting};

struct Sheet {
    heads: Vec<String>,
    widths: Vec<f64>,
    names: (String, String),
    notes: Vec<Note>,
}

/// Writes the workbook from the rows as they come. Rows that are written leave the memory.
fn write(sheet: &Sheet, mut rows: mpsc::Receiver<Vec<Vec<Cell>>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(Color::RGB(0xF3F1EA))
        .set_border_bottom(FormatBorder::Thin);
    let day = Format::new().set_num_format("yyyy-mm-dd").set_align(rust_xlsxwriter::FormatAlign::Left);
    let (decimals, whole) = (Format::new().set_num_format(DECIMALS), Format::new().set_num_format(WHOLE));
    let actions = book.add_worksheet_with_constant_memory()?;
    actions.set_name(&sheet.names.0)?;
    actions.set_freeze_panes(1, 1)?;
    for (column, width) in (0u16..).zip(&sheet.widths) {
        actions.set_column_width(column, *width)?;
    }
    for (column, text) in (0u16..).zip(&sheet.heads) {
        actions.write_string_with_format(0, column, text, &head)?;
    }
    let mut at = 0u32;
    while let Some(chunk) = rows.blocking_recv() {
        for row in chunk {
            at += 1;
            for (column, cell) in (0u16..).zip(&row) {
                match cell {
                    Cell::Text(text) if text.is_empty() => {}
                    Cell::Text(text) => drop(actions.write_string(at, column, fitting(text))?),
                    Cell::Day(date) => drop(actions.write_datetime_with_format(at, column, date, &day)?),
                    Cell::Number(value) => match value.to_f64() {
                        Some(number) => {
                            let look = if value.fract().is_zero() { &whole } else { &decimals };
                            actions.write_number_with_format(at, column, number, look)?;
                        }
                        None => drop(actions.write_string(at, column, value.to_string())?),
                    },
                }
            }
        }
    }
    let last = u16::try_from(sheet.heads.len()).unwrap_or(1).saturating_sub(1);
    actions.autofilter(0, 0, at, last)?;

    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(rust_xlsxwriter::FormatAlign::Top);
    let notes = book.add_worksheet();
    notes.set_name(&sheet.names.1)?;
    notes.set_column_width(0, 26)?;
    notes.set_column_width(1, 100)?;
    for (row, note) in (0u32..).zip(&sheet.notes) {
        notes.write_string_with_format(row, 0, fitting(&note.about), &bold)?;
        notes.write_string_with_format(row, 1, fitting(&note.text), &wrapped)?;
    }
    book.save_to_buffer()
}

/// The workbook of a run through the list.
async fn made(columns: &Columns, notes: &Notes, run: Run) -> anyhow::Result<Bytes> {
    let sheet = Sheet {
        heads: columns.heads(),
        widths: columns.widths(),
        names: notes.sheets.clone(),
        notes: notes.lines.clone(),
    };
    let (sender, receiver) = mpsc::channel::<Vec<Vec<Cell>>>(2);
    let writing = spawn_blocking(move || write(&sheet, receiver));
    let fetched = fetch(columns, run, &sender).await;
    // no more rows: the workbook is closed
    drop(sender);
    let book = writing.await?;
    fetched?;
    Ok(book?.into())
}

async fn allowed(allowed: &Allowed) -> anyhow::Result<Bytes> {
    made(&allowed.columns(), &allowed.notes, Run::begin(allowed, CHUNK).await?).await
}

/// The list as a workbook without a page: what the transaction sees of it, by title. `page`: of the member whose transaction it is;
/// `levels`: those alone.
///
/// # Errors
/// The database's own.
pub async fn workbook(
    page: &Page,
    base_url: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
    mut tx: ProcessTx,
    levels: Option<&[Handling]>,
) -> anyhow::Result<Bytes> {
    let handlings = levels.map(|all| all.iter().map(|level| level.as_str().to_owned()).collect());
    let pairs = levels.unwrap_or_default().iter().map(|level| ("handling", level.as_str().to_owned())).collect();
    let filter = Filter { matches: Match { handlings, ..Match::default() }, pairs, sort: Some(Sort::TITLE) };
    let rows = store::counts(&mut tx, &filter.matches).await?.all;
    let notes = Notes::new(page, &filter, &store::Lookups::default(), by, now, rows);
    let columns = Columns::new(page, base_url.to_owned());
    made(&columns, &notes, Run::by_title(tx, filter.matches, CHUNK)).await
}

pub async fn xlsx(inside: Inside) -> Result<Response, Problem> {
    let asked = allow(inside).await?;
    let name = asked.name.clone();
    // the answer begins at once and the file follows: a long list takes longer than a page may
    let file = stream::once(async move {
        allowed(&asked).await.inspect_err(|error| tracing::error!(error = format!("{error:#}"), "an export broke off"))
    });
    let mut response = Response::new(Body::from_stream(file));
    as_file(&mut response, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &name, "xlsx");
    Ok(response)
}
