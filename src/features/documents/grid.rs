//! A table made whole: every row fills all columns, whatever the caller gave.

use super::model::{Block, Cell, Row, Run, Table, Tone};

pub struct Grid<'a> {
    pub shares: Vec<u16>,
    pub ends: Vec<bool>,
    pub head: Vec<Line<'a>>,
    pub rows: Vec<Line<'a>>,
}

pub struct Line<'a> {
    pub cells: Vec<Place<'a>>,
    pub strong: bool,
    /// In bytes, of its longest cell.
    pub length: usize,
}

pub struct Place<'a> {
    pub runs: &'a [Run],
    pub span: u16,
    pub tone: Option<Tone>,
}

/// More columns than a page has millimetres are no table.
const MOST: u16 = 60;
/// What is not longer than this is not parted between two pages.
pub const WHOLE: usize = 1_000;

/// Whether the table at this place is called as the heading above it: then its caption is not said a second time, except to those
/// who hear it.
pub fn repeats(blocks: &[Block], at: usize) -> bool {
    let Some(Block::Table(table)) = blocks.get(at) else { return false };
    for block in blocks.iter().take(at).rev() {
        match block {
            Block::Heading { runs, .. } => {
                return runs.iter().map(|r| r.text.as_str()).collect::<String>().trim() == table.caption.trim();
            }
            // the second of two
            Block::Table(_) => return false,
            _ => {}
        }
    }
    false
}

fn width(row: &Row) -> u16 {
    row.cells.iter().fold(0, |sum: u16, cell| sum.saturating_add(cell.span.max(1)))
}

impl<'a> Grid<'a> {
    /// None where there is nothing to show.
    pub fn new(table: &'a Table) -> Option<Self> {
        let widest = table.head.iter().chain(&table.rows).map(width).max().unwrap_or(0);
        let columns = widest.max(u16::try_from(table.columns.len()).unwrap_or(MOST)).min(MOST);
        if columns == 0 || (table.head.is_empty() && table.rows.is_empty()) {
            return None;
        }
        let named = |i: u16| table.columns.get(usize::from(i));
        Some(Self {
            shares: (0..columns).map(|i| named(i).map_or(1, |c| c.share).clamp(1, 1_000)).collect(),
            ends: (0..columns).map(|i| named(i).is_some_and(|c| c.end)).collect(),
            head: table.head.iter().map(|r| line(r, columns)).collect(),
            rows: table.rows.iter().map(|r| line(r, columns)).collect(),
        })
    }

    /// Short enough to stand on one page: it is not parted at all.
    pub fn whole(&self) -> bool {
        self.rows.len() <= 8 && self.rows.iter().map(|r| r.length).sum::<usize>() <= WHOLE
    }

    /// The columns' widths, which fill what there is to the last unit.
    pub fn widths(&self, whole: u32) -> Vec<u32> {
        let all: u32 = self.shares.iter().map(|s| u32::from(*s)).sum::<u32>().max(1);
        let mut widths: Vec<u32> = self.shares.iter().map(|s| (whole * u32::from(*s) / all).max(60)).collect();
        let given: u32 = widths.iter().sum();
        if let Some(last) = widths.last_mut() {
            *last += whole.saturating_sub(given);
        }
        widths
    }
}

fn line(row: &Row, columns: u16) -> Line<'_> {
    let length = |c: &Cell| c.runs.iter().map(|r| r.text.len()).sum::<usize>();
    let mut left = columns;
    let mut cells = Vec::with_capacity(row.cells.len());
    for cell in &row.cells {
        if left == 0 {
            break;
        }
        let span = cell.span.clamp(1, left);
        left -= span;
        cells.push(Place { runs: &cell.runs, span, tone: cell.tone });
    }
    cells.extend((0..left).map(|_| Place { runs: &[], span: 1, tone: None }));
    Line { cells, strong: row.strong, length: row.cells.iter().map(length).max().unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_fills_its_table() {
        let mut table = Table::new("", &[("A", 2), ("B", 1)]);
        table.row(vec![Cell::text("one")]);
        table.row(vec![Cell::text("over all").over(9)]);
        table.row(vec![Cell::text("1"), Cell::text("2"), Cell::text("3")]);
        table.row(vec![]);
        let grid = Grid::new(&table).unwrap();
        assert_eq!(grid.shares.len(), 9);
        for row in grid.head.iter().chain(&grid.rows) {
            assert_eq!(row.cells.iter().map(|c| c.span).sum::<u16>(), 9);
        }
        assert!(Grid::new(&Table { head: vec![], ..Table::new("", &[("A", 1)]) }).is_none());
    }
}
