//! Workbooks, a cell at a time. Of a formula the value is taken that the program that saved it had computed; nothing is
//! computed here.

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cells::{Cell, Cells};
use super::{HEAD_WITHIN, LONGEST_ROW, MOST_COLUMNS, Refused, SAMPLES, Shape, broken, columns, head_of};
use crate::kernel::i18n::Message;

type Book = Xlsx<BufReader<File>>;

/// More merged cells than these are no table.
const MOST_MERGED: usize = 5_000;
/// So many sheets of a workbook are looked at.
const LOOKED_AT: usize = 12;

/// What the library reads, as far as it reads it: it counts a reference such as `A99999999999` beyond what a number holds and
/// panics, where a file is broken.
fn careful<T>(read: impl FnOnce() -> T) -> Result<T, Refused> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| broken(&"the library gave up"))
}

fn open(file: File) -> Result<Book, Refused> {
    careful(|| Xlsx::new(BufReader::new(file)))?.map_err(|error| match error {
        calamine::XlsxError::Password => Message::new("import-file-old-excel"),
        other => broken(&other),
    })
}

/// Names of the sheets with cells that are not hidden.
fn sheets(book: &Book) -> Vec<String> {
    let shown = book.sheets_metadata().iter();
    let shown = shown.filter(|s| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible);
    shown.map(|s| s.name.clone()).take(100).collect()
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::of_text(text),
        DataRef::SharedString(text) => Cell::of_text(text),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(at) => match at.as_datetime().filter(|_| at.is_datetime()) {
            Some(at) => Cell::Day(at.date()),
            None => Cell::Number(at.as_f64()),
        },
        // ISO text: a date of which the time is not asked
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|d| d.parse().ok());
            day.map_or_else(|| Cell::of_text(text), Cell::Day)
        }
        DataRef::DurationIso(text) => Cell::of_text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// Cells that are merged downwards: what stands in the first counts for all of them.
struct Merged(Vec<(u16, u32, u32, Cell)>);

impl Merged {
    /// Heads alone are looked for: to know what is merged, all of a sheet is gone through.
    fn unasked() -> Self {
        Self(Vec::new())
    }

    fn of(book: &mut Book, sheet: &str) -> Result<Self, Refused> {
        let all = careful(|| book.merge_cells_by_sheet_name(sheet))?.unwrap_or_default();
        let downwards = all.into_iter().filter(|d| d.end.0 > d.start.0).take(MOST_MERGED);
        Ok(Self(
            downwards
                .filter_map(|d| Some((u16::try_from(d.start.1).ok()?, d.start.0, d.end.0, Cell::Empty)))
                .filter(|m| m.0 < MOST_COLUMNS)
                .collect(),
        ))
    }

    fn fill(&mut self, row: u32, cells: &mut Cells) {
        for (column, first, last, value) in &mut self.0 {
            if row == *first {
                *value = cells.get(*column).clone();
            } else if row > *first && row <= *last && cells.get(*column).is_empty() && !cells.is_empty() {
                cells.set(*column, value.clone());
            }
        }
    }
}

fn go_through(
    book: &mut Book,
    sheet: &str,
    mut merged: Merged,
    mut take: impl FnMut(u32, Cells, bool) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let mut reader = careful(move || book.worksheet_cells_reader(sheet))?.map_err(|e| broken(&e))?;
    let (mut row, mut cells, mut wide) = (0u32, Cells::default(), false);
    loop {
        let next = careful(|| reader.next_cell())?.map_err(|e| broken(&e))?;
        let at = next.as_ref().map(calamine::Cell::get_position);
        if at.is_none_or(|(r, _)| r != row) && !cells.is_empty() {
            merged.fill(row, &mut cells);
            if cells.weight() > LONGEST_ROW {
                return Err(Message::new("import-file-bursts"));
            }
            if take(row.saturating_add(1), std::mem::take(&mut cells), std::mem::take(&mut wide)).is_break() {
                return Ok(());
            }
        }
        let (Some(next), Some((r, column))) = (next, at) else { return Ok(()) };
        if r != row {
            cells = Cells::default();
        }
        row = r;
        match u16::try_from(column).ok().filter(|c| *c < MOST_COLUMNS) {
            Some(column) => match cell(next.get_value()) {
                Cell::Empty => {}
                value => cells.set(column, value),
            },
            None => wide = true,
        }
    }
}

fn first_rows(book: &mut Book, sheet: &str, merged: Merged, head_row: Option<u32>) -> Result<Shape, Refused> {
    let (mut first, mut too_wide) = (Vec::new(), false);
    go_through(book, sheet, merged, |row, cells, wide| {
        too_wide |= wide;
        first.push((row, cells));
        if first.len() < HEAD_WITHIN + SAMPLES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(Shape { sheet: Some(sheet.to_owned()), too_wide, ..head_of(first, head_row) })
}

pub fn shape(file: File, wanted: Option<&str>, head_row: Option<u32>) -> Result<Shape, Refused> {
    let mut book = open(file)?;
    let sheets = sheets(&book);
    let looked_at: Vec<String> = match wanted.filter(|w| sheets.iter().any(|s| s == w)) {
        Some(wanted) => vec![wanted.to_owned()],
        None => sheets.iter().take(LOOKED_AT).cloned().collect(),
    };
    let mut best: Option<(usize, Shape)> = None;
    for name in &looked_at {
        let merged = Merged::of(&mut book, name)?;
        let shape = first_rows(&mut book, name, merged, head_row)?;
        let known = columns::known_heads(&shape.heads) * 2 + usize::from(!shape.heads.is_empty());
        if best.as_ref().is_none_or(|(most, _)| known > *most) {
            best = Some((known, shape));
        }
    }
    let shape = best.map(|(_, shape)| shape).unwrap_or_default();
    Ok(Shape { sheets, ..shape })
}

/// The sheets beside `read` that look like tables of actions. What is broken in them keeps nothing out.
pub fn others(file: File, read: &str) -> Vec<String> {
    let Ok(mut book) = open(file) else { return Vec::new() };
    let beside: Vec<String> = sheets(&book).into_iter().filter(|s| s != read).take(LOOKED_AT).collect();
    let of_actions = |name: &String| {
        let shape = first_rows(&mut book, name, Merged::unasked(), None).unwrap_or_default();
        columns::are_of_actions(&shape.heads) && !shape.samples.is_empty()
    };
    beside.into_iter().filter(of_actions).collect()
}

pub fn each(
    file: File,
    sheet: Option<&str>,
    take: impl FnMut(u32, Cells, bool) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let mut book = open(file)?;
    let sheets = sheets(&book);
    let wanted = sheet.filter(|w| sheets.iter().any(|s| s == w)).map(str::to_owned);
    let Some(name) = wanted.or_else(|| sheets.first().cloned()) else { return Err(Message::new("import-file-empty")) };
    let merged = Merged::of(&mut book, &name)?;
    go_through(&mut book, &name, merged, take)
}
