//! A pack under work: its document and its tables, in its maker's words, and what every part of it is written with.

use uuid::Uuid;

use super::model::Subject;
use super::store_facts::Action;
use crate::features::documents::{
    Block, Cell, Column, Document, Item, Row, Run, Sheet, SheetColumn, Table, Value, cell, date,
};
use crate::kernel::date::PartialDate;
use crate::kernel::db::Footnote;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// Rows of a table that stand in the document; the workbook has them all.
const SHOWN: usize = 40;
/// Where no more than so many are left, they stand there too: a line that says so takes as much room.
const FEW: usize = SHOWN / 10;
/// What is read of a list that has no sheet of its own.
pub const READ: usize = SHOWN + FEW;

/// How many rows of so many stand in the document.
pub fn shown(all: usize) -> usize {
    if all <= READ { all } else { SHOWN }
}

pub struct Draft<'a> {
    pub p: &'a Page,
    /// Where the portal stands: links in a file lead there.
    base: &'a str,
    pub subject: Subject,
    pub document: Document,
    pub sheets: Vec<Sheet>,
    /// What stands above each table of the workbook.
    notes: Vec<String>,
    sections: usize,
}

/// The heading of a column: its Fluent key, its share of the width, and whether figures stand in it.
pub type Head = (&'static str, u16, bool);

impl<'a> Draft<'a> {
    pub fn new(p: &'a Page, base: &'a str, subject: Subject, document: Document, first: Vec<String>) -> Self {
        let frame = p.frame();
        let mut notes = first;
        if frame.is_some_and(|f| f.example) {
            notes.push(p.t("example-banner-text"));
        }
        notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
        Self { p, base, subject, document, sheets: Vec::new(), notes, sections: 0 }
    }

    /// A part of the pack: it stands in the contents, and can be led to.
    pub fn section(&mut self, key: &str) {
        self.sections += 1;
        let (text, anchor) = (self.p.t(key), format!("part-{}", self.sections));
        self.document.anchored(1, text, anchor);
    }

    pub fn sub(&mut self, key: &str) {
        let text = self.p.t(key);
        self.document.heading(2, text);
    }

    pub fn say(&mut self, text: String) {
        self.document.paragraph(text);
    }

    /// An address of the process, whole.
    pub fn link(&self, rest: &str) -> String {
        format!("{}{}", self.base, self.p.link(rest))
    }

    /// The list of the actions that the pack is about, narrowed further.
    pub fn actions(&self, more: &[(&str, String)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some((name, value)) = self.narrows() {
            query.append_pair(name, &value);
        }
        for (name, value) in more {
            query.append_pair(name, value);
        }
        match query.finish() {
            query if query.is_empty() => self.link("/actions"),
            query => self.link(&format!("/actions?{query}")),
        }
    }

    /// What the lists of the portal are narrowed by to what the pack is about, as their addresses have it.
    fn narrows(&self) -> Option<(&'static str, String)> {
        let frame = self.p.frame()?;
        match self.subject {
            Subject::Board => None,
            Subject::Pillar(id) => frame.pillars.iter().find(|l| l.id == id).map(|l| ("pillar", l.key.clone())),
            Subject::Beneficiary(id) => {
                frame.beneficiaries.iter().find(|b| b.id == id).map(|b| ("beneficiary", b.code.clone()))
            }
            Subject::Donor(id) => Some(("organisation", id.to_string())),
        }
    }

    /// Another list of the portal, narrowed to what the pack is about where that list knows the name.
    pub fn narrowed(&self, rest: &str, names: &[&str]) -> String {
        match self.narrows().filter(|(name, _)| names.contains(name)) {
            Some((name, value)) => {
                let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish();
                self.link(&format!("{rest}?{query}"))
            }
            None => self.link(rest),
        }
    }

    /// Under a table that was cut: how many more there are, and where.
    pub fn more(&mut self, all: usize, link: &str) {
        if let Some(hidden) = all.checked_sub(shown(all)).filter(|n| *n > 0) {
            let text = self.p.tn("pack-more", hidden);
            let runs = vec![Run::plain(text), Run::plain(" "), Run::link(self.p.t("pack-more-link"), link)];
            self.document.push(Block::Paragraph { runs });
        }
    }

    pub fn table(&self, caption: &str, heads: &[Head]) -> Table {
        let head = heads.iter().map(|(key, _, _)| Cell::text(self.p.t(key))).collect();
        Table {
            caption: self.p.t(caption),
            columns: heads.iter().map(|(_, share, end)| Column { share: *share, end: *end }).collect(),
            head: vec![Row { cells: head, strong: false }],
            rows: Vec::new(),
            row_heads: true,
            wide: false,
        }
    }

    pub fn put(&mut self, table: Table) {
        self.document.push(Block::Table(table));
    }

    pub fn list(&mut self, lines: Vec<String>) {
        let items = lines.into_iter().map(|line| Item::new(vec![Run::plain(line)])).collect();
        self.document.push(Block::List { ordered: false, items });
    }

    /// A sheet of the workbook. `cut`: there are more rows than a sheet holds.
    pub fn sheet(&mut self, key: &str, columns: &[(&'static str, u16)], rows: Vec<Vec<Value>>, cut: bool) {
        let p = self.p;
        let mut notes = self.notes.clone();
        if rows.is_empty() {
            notes.insert(0, p.t("pack-sheet-empty"));
        }
        if cut {
            notes.insert(0, p.tn("pack-sheet-cut", rows.len()));
        }
        self.sheets.push(Sheet {
            name: p.t(key),
            title: format!("{} – {}", self.document.title, p.t(key)),
            notes,
            columns: columns.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
            rows,
        });
    }

    /// The title of an action, which leads to it; a level that not all members see is said.
    pub fn action_cell(&self, a: &Action) -> Cell {
        self.named_action(a.id, &a.title, Some(a.handling))
    }

    /// The same of an action of which no more is known.
    pub fn named_action(&self, id: Uuid, title: &str, handling: Option<Handling>) -> Cell {
        let mut runs = vec![Run::link(title, self.link(&format!("/actions/{id}")))];
        if let Some(level) = handling.filter(|h| matches!(h, Handling::Parties | Handling::Restricted)) {
            runs.push(Run::emphasis(format!("\n{}", self.p.t(level.label()))));
        }
        Cell::runs(runs)
    }

    pub fn or_not_stated(&self, text: String) -> String {
        if text.is_empty() { self.p.t("not-stated") } else { text }
    }

    /// From when to when.
    pub fn period(&self, a: &Action) -> String {
        let p = self.p;
        let shown = |d: &Option<PartialDate>| d.as_ref().map_or_else(|| p.t("not-stated"), |d| p.date(d));
        match (&a.start, &a.end) {
            (None, None) => p.t("not-stated"),
            (start, end) => p.t2("action-period", "start", shown(start), "end", shown(end)),
        }
    }

    pub fn status(&self, a: &Action) -> String {
        a.status.map_or_else(|| self.p.t("not-stated"), |s| self.p.t(s.label()))
    }

    /// An action as a row of the workbook.
    pub fn action_row(&self, a: &Action) -> Vec<Value> {
        let p = self.p;
        vec![
            cell(&a.title),
            Value::Text(self.status(a)),
            date(a.start),
            date(a.end),
            cell(&a.keeper),
            cell(&a.donors.join("; ")),
            cell(&a.implementers.join("; ")),
            cell(&p.beneficiary_names(&a.beneficiaries).join("; ")),
            cell(&a.pillars.join("; ")),
            a.confirmed_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
            a.total.as_ref().and_then(|t| t.parse().ok()).map_or(Value::Empty, Value::Number),
            cell(a.currency.as_deref().unwrap_or_default()),
            Value::Text(p.t(a.handling.label())),
            Value::Text(self.link(&format!("/actions/{}", a.id))),
        ]
    }
}

/// The columns of [`Draft::action_row`].
pub const ACTION_COLUMNS: &[(&str, u16)] = &[
    ("pack-column-action", 60),
    ("pack-column-status", 16),
    ("pack-column-start", 14),
    ("pack-column-end", 14),
    ("pack-column-keeper", 30),
    ("pack-column-donors", 30),
    ("pack-column-implementers", 30),
    ("pack-column-beneficiaries", 30),
    ("pack-column-pillars", 14),
    ("pack-column-confirmed", 16),
    ("pack-column-total", 16),
    ("pack-column-currency", 10),
    ("pack-column-level", 14),
    ("pack-column-address", 40),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_more_rows_than_a_table_holds_stand_in_it() {
        assert_eq!([0, 39, 40, 41, 44].map(shown), [0, 39, 40, 41, 44]);
        assert_eq!([45, 400].map(shown), [SHOWN, SHOWN]);
    }
}
