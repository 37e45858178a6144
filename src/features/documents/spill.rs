//! A cell that would be pages long: it shows the beginning, and the whole text follows the table. Nobody reads a column
//! of forty pages, and some programs need minutes to lay one out.

use std::borrow::Cow;

use super::model::{Block, Cell, Document, Run, Table};

/// What a cell may hold, in bytes, and what it shows of more.
const CELL: usize = 3_000;
const SHOWN: usize = 400;

fn length(cell: &Cell) -> usize {
    cell.runs.iter().map(|r| r.text.len()).sum()
}

fn long(table: &Table) -> bool {
    table.head.iter().chain(&table.rows).flat_map(|r| &r.cells).any(|c| length(c) > CELL)
}

/// The document with no cell longer than one may be.
pub fn spilled(d: &Document) -> Cow<'_, Document> {
    if !d.blocks.iter().any(|b| matches!(b, Block::Table(t) if long(t))) {
        return Cow::Borrowed(d);
    }
    let mut done = Document { blocks: Vec::with_capacity(d.blocks.len() + 8), ..d.clone() };
    let mut number = 0;
    for block in &d.blocks {
        let mut after = Vec::new();
        let mut block = block.clone();
        if let Block::Table(table) = &mut block {
            for cell in table.head.iter_mut().chain(&mut table.rows).flat_map(|r| &mut r.cells) {
                if length(cell) > CELL {
                    number += 1;
                    let mark = format!("[{number}]");
                    let shown = beginning(&cell.runs, &mark);
                    let mut runs = vec![Run::strong(format!("{mark} "))];
                    runs.append(&mut std::mem::replace(&mut cell.runs, shown));
                    after.push(Block::Paragraph { runs });
                }
            }
        }
        done.blocks.push(block);
        done.blocks.append(&mut after);
    }
    Cow::Owned(done)
}

fn beginning(runs: &[Run], mark: &str) -> Vec<Run> {
    let mut left = SHOWN;
    let mut shown = Vec::new();
    for run in runs {
        let text: String = run.text.chars().take(left).collect();
        left -= text.chars().count();
        shown.push(Run { text, ..run.clone() });
        if left == 0 {
            break;
        }
    }
    shown.push(Run::strong(format!("… {mark}")));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::sample;

    #[test]
    fn a_long_cell_goes_on_below_its_table_and_nothing_is_lost() {
        assert!(matches!(spilled(&sample::plan(1)), Cow::Borrowed(_)));
        let mut d = sample::plan(1);
        let mut table = Table::new("long", &[("A", 1), ("B", 1)]);
        let text = "Ѓорче ".repeat(1_000);
        table.row(vec![Cell::runs(vec![Run::plain("start "), Run::inserted(&*text)]), Cell::text("short")]);
        d.push(Block::Table(table));
        let done = spilled(&d).into_owned();
        assert_eq!(done.blocks.len(), d.blocks.len() + 1);
        let Some(Block::Paragraph { runs }) = done.blocks.last() else { panic!("no text below") };
        assert_eq!(runs[1..], [Run::plain("start "), Run::inserted(&*text)]);
        let Some(Block::Table(table)) = done.blocks.iter().rev().nth(1) else { panic!("no table") };
        assert!(length(&table.rows[0].cells[0]) < CELL);
        assert_eq!(table.rows[0].cells[0].runs.last(), Some(&Run::strong("… [1]")));
        assert_eq!(table.rows[0].cells[1], Cell::text("short"));
    }
}
