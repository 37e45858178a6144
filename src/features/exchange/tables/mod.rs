//! Tables of actions: workbooks and files of separated values, whoever made them. What a file is, its rows as they stream,
//! which column is which field, and what a row says as [`super::incoming::Incoming`]. No database and no pages.

mod cells;
mod columns;
mod csv;
#[cfg(test)]
mod fuzz;
mod guard;
mod period;
mod row;
mod several;
mod sniff;
#[cfg(test)]
mod tests;
mod words;
mod xlsx;

pub use cells::{Cell, Cells};
pub use columns::{Column, Found, How, Known, folded_head, recognise};
pub use row::{currency_in, incoming};
pub use several::{parted, parted_names, unknown_part};
pub use sniff::{Kind, sniff};
pub use words::{Together, is_nothing, together};

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::ControlFlow;

use crate::kernel::i18n::Message;

/// Rows beyond these are not read: whoever has more has more than one file's worth.
pub const MOST_ROWS: u32 = 50_000;
/// Columns beyond these are not read.
pub const MOST_COLUMNS: u16 = 256;
/// Of a cell's text no more is kept; the fields themselves take less.
pub const LONGEST_CELL: usize = 40_000;
/// Of the texts of one row, and of all rows, no more is taken: a workbook can say the same long text in every cell of it.
const LONGEST_ROW: usize = 1 << 20;
const ALL_TEXTS: usize = 256 << 20;
/// In the first rows that hold anything the heads of the columns are looked for.
const HEAD_WITHIN: usize = 30;
/// So many rows below the heads show what the columns hold.
const SAMPLES: usize = 40;

/// What a table looks like before anything is taken from it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// The sheets of a workbook that can be read.
    pub sheets: Vec<String>,
    pub sheet: Option<String>,
    /// The row of the heads, as the file counts them.
    pub head_row: u32,
    pub heads: Vec<String>,
    /// Some rows below the heads.
    pub samples: Vec<Cells>,
    /// There are columns beyond those that are read.
    pub too_wide: bool,
}

/// A table that can be gone through, any number of times.
pub struct Source {
    file: File,
    kind: Kind,
}

/// Why a file cannot be read, with what to do.
pub type Refused = Message;

fn broken(error: &dyn std::fmt::Display) -> Refused {
    tracing::debug!(%error, "a file cannot be read");
    Message::new("import-file-broken")
}

impl Source {
    /// Looks at what the file holds, not at what it is called, and refuses what would burst.
    ///
    /// # Errors
    /// The file is of no kind that is read here, is broken, or is larger inside than any honest one.
    pub fn open(mut file: File) -> Result<Self, Refused> {
        let kind = sniff(&mut file)?;
        if kind == Kind::Iati {
            return Err(Message::new("import-file-xml"));
        }
        if kind == Kind::Xlsx {
            guard::check(&mut file)?;
        }
        Ok(Self { file, kind })
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    fn rewound(&self) -> Result<File, Refused> {
        let mut file = self.file.try_clone().map_err(|e| broken(&e))?;
        file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
        Ok(file)
    }

    /// The sheets, the heads and some rows of `sheet`, or of the one that looks most like a table of actions.
    ///
    /// # Errors
    /// The file is broken or holds no row.
    pub fn shape(&self, sheet: Option<&str>, head_row: Option<u32>) -> Result<Shape, Refused> {
        let shape = match self.kind {
            Kind::Xlsx => xlsx::shape(self.rewound()?, sheet, head_row)?,
            _ => {
                let mut first = Vec::new();
                let mut wide = false;
                csv::each(self.rewound()?, |row, cells, too_wide| {
                    wide |= too_wide;
                    first.push((row, cells));
                    if first.len() < HEAD_WITHIN + SAMPLES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                })?;
                Shape { too_wide: wide, ..head_of(first, head_row) }
            }
        };
        if shape.heads.is_empty() { Err(Message::new("import-file-empty")) } else { Ok(shape) }
    }

    /// The sheets of a workbook beside `read` that look like tables of actions, too: they are not read.
    pub fn others(&self, read: Option<&str>) -> Vec<String> {
        let Some(read) = read.filter(|_| self.kind == Kind::Xlsx) else { return Vec::new() };
        self.rewound().map(|file| xlsx::others(file, read)).unwrap_or_default()
    }

    /// Goes through the rows below the heads. Rows without anything in them are left out.
    ///
    /// # Errors
    /// The file breaks off, or has more rows than are read.
    pub fn rows(
        &self,
        sheet: Option<&str>,
        head_row: u32,
        mut each: impl FnMut(u32, Cells) -> ControlFlow<()>,
    ) -> Result<(), Refused> {
        let (mut read, mut texts) = (0u32, 0usize);
        let (mut full, mut bursts) = (false, false);
        let take = |row: u32, cells: Cells, _: bool| {
            if row <= head_row || cells.is_empty() {
                return ControlFlow::Continue(());
            }
            read += 1;
            if read > MOST_ROWS {
                full = true;
                return ControlFlow::Break(());
            }
            texts += cells.weight();
            if texts > ALL_TEXTS {
                bursts = true;
                return ControlFlow::Break(());
            }
            each(row, cells)
        };
        match self.kind {
            Kind::Xlsx => xlsx::each(self.rewound()?, sheet, take)?,
            _ => csv::each(self.rewound()?, take)?,
        }
        if bursts {
            return Err(Message::new("import-file-bursts"));
        }
        if full { Err(Message::new("import-file-too-many-rows").with("most", MOST_ROWS)) } else { Ok(()) }
    }
}

/// Finds the row of heads: the one of the first in which most columns are known by name; else the first with two texts. Of heads in
/// two rows it is the lower, which takes in the one above it.
fn head_of(first: Vec<(u32, Cells)>, head_row: Option<u32>) -> Shape {
    let within = || first.iter().enumerate().take(HEAD_WITHIN);
    let chosen = head_row.and_then(|wanted| first.iter().position(|(row, _)| *row == wanted));
    let heads_at = |i: usize| {
        let Some((row, cells)) = first.get(i) else { return Vec::new() };
        let lower = cells.texts();
        let above = i.checked_sub(1).and_then(|i| first.get(i)).filter(|(above, _)| above.saturating_add(1) == *row);
        above.and_then(|(_, above)| columns::joined_heads(&above.texts(), &lower)).unwrap_or(lower)
    };
    let known = within()
        .map(|(i, _)| (columns::known_heads(&heads_at(i)), i))
        .filter(|(known, _)| *known >= 2)
        // of two alike the first
        .max_by_key(|(known, i)| (*known, std::cmp::Reverse(*i)))
        .map(|(_, i)| i);
    let plain = || within().find(|(_, (_, cells))| cells.texts().iter().filter(|t| !t.is_empty()).count() >= 2);
    let Some(at) = chosen.or(known).or_else(|| plain().map(|(i, _)| i)) else { return Shape::default() };
    let mut heads = heads_at(at);
    let mut rest = first.into_iter().skip(at);
    let Some((head_row, _)) = rest.next() else { return Shape::default() };
    let samples: Vec<Cells> = rest.map(|(_, cells)| cells).filter(|c| !c.is_empty()).take(SAMPLES).collect();
    let widest = samples.iter().map(Cells::len).max().unwrap_or(0);
    heads.resize(heads.len().max(widest), String::new());
    Shape { head_row, heads, samples, ..Shape::default() }
}
