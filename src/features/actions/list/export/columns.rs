//! The columns of the file: what the list shows, and what its rows are looked up by.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::features::actions::list::pages::marked;
use crate::features::actions::list::store::Row;
use crate::features::actions::model::Status;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::{Footnote, Frame};
use crate::kernel::notes::Notes;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};
use crate::kernel::spreadsheet::in_list;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Number(Decimal),
    Day(NaiveDate),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }
}

/// What rows are written with: the words of the reader, and whether they see money.
pub struct Columns {
    p: Page,
    base_url: String,
    money: bool,
    notes: Notes,
}

impl Columns {
    pub fn new(p: &Page, base_url: String) -> Self {
        let notes = p.frame().map(Frame::notes).unwrap_or_default();
        Self { money: p.may(Permission::ActionSeeMoney), p: p.clone(), base_url, notes }
    }

    pub fn heads(&self) -> Vec<String> {
        let keys = [
            "list-action",
            "list-file-reference",
            "list-file-pillars",
            "list-file-pillar-names",
            "list-donor",
            "list-implementer",
            "list-role-keeper",
            "list-file-codes",
            "list-beneficiary",
            "list-theme",
            "list-file-theme-text",
            "list-start",
            "list-until",
            "list-total",
            "list-currency",
            "list-status",
            "list-confirmed",
            "list-reported",
            "list-file-handling",
            "list-file-updated",
            "list-file-source",
            "list-file-address",
            "list-file-notes",
        ];
        let money = |key: &&str| self.money || !matches!(*key, "list-total" | "list-currency");
        keys.into_iter().filter(money).map(|key| self.p.t(key)).collect()
    }

    /// Widths for a spreadsheet, in characters.
    pub fn widths(&self) -> Vec<f64> {
        let all = [
            60.0, 16.0, 14.0, 30.0, 30.0, 30.0, 26.0, 16.0, 36.0, 30.0, 24.0, 12.0, 12.0, 16.0, 10.0, 12.0, 14.0, 22.0,
            14.0, 14.0, 30.0, 40.0, 40.0,
        ];
        let money = |i: &usize| self.money || !matches!(i, 13 | 14);
        all.into_iter().enumerate().filter(|(i, _)| money(i)).map(|(_, w)| w).collect()
    }

    fn listed(&self, names: &[&str]) -> Cell {
        if names.is_empty() {
            return Cell::text(self.p.t("not-stated"));
        }
        Cell::text(names.iter().map(|name| in_list(name)).collect::<Vec<_>>().join("; "))
    }

    fn date(&self, date: Option<PartialDate>) -> Cell {
        match date {
            Some(date) if date.precision() == Precision::Day => Cell::Day(date.first_day()),
            Some(date) => Cell::text(date.to_string()),
            None => Cell::text(self.p.t("not-stated")),
        }
    }

    pub fn cells(&self, row: &Row) -> Vec<Cell> {
        let frame = self.p.frame();
        let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
        let pillars: Vec<_> = pillars.iter().filter(|l| row.pillars.contains(&l.id.0)).collect();
        let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        let concerned: Vec<_> = beneficiaries.iter().filter(|b| row.beneficiaries.contains(&b.id.0)).collect();
        let codes: Vec<String> = concerned.iter().map(|b| marked(&b.code, &b.name)).collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let mut notes: Vec<&str> = concerned.iter().filter_map(|b| b.note.as_deref()).collect();
        notes.dedup();
        let themes: Vec<&str> = row.themes.iter().map(String::as_str).collect();
        let label = |key: Option<&'static str>| Cell::text(self.p.t(key.unwrap_or("not-stated")));
        let source = match (&row.source_url, row.source_note.is_empty()) {
            (Some(url), true) => url.clone(),
            (Some(url), false) => format!("{} {url}", row.source_note),
            (None, _) => row.source_note.clone(),
        };
        let mut cells = vec![
            Cell::text(&row.title),
            Cell::text(&row.reference),
            self.listed(&pillars.iter().map(|l| l.key.as_str()).collect::<Vec<_>>()),
            self.listed(&pillars.iter().map(|l| l.name.as_str()).collect::<Vec<_>>()),
            self.listed(&row.names("funding")),
            self.listed(&row.names("implementing")),
            Cell::text(&row.keeper_name),
            self.listed(&codes),
            self.listed(&concerned.iter().map(|b| b.name.as_str()).collect::<Vec<_>>()),
            self.listed(&themes),
            Cell::text(&row.theme_text),
            self.date(row.start()),
            self.date(row.end()),
        ];
        if self.money {
            cells.push(row.stated_total.map_or_else(|| Cell::text(self.p.t("not-stated")), Cell::Number));
            cells.push(Cell::text(row.stated_currency.clone().unwrap_or_default()));
        }
        cells.extend([
            label(row.status.as_deref().and_then(Status::parse).map(Status::label)),
            row.last_confirmed_at.map_or_else(|| Cell::text(self.p.t("list-never")), |at| Cell::Day(at.date_naive())),
            Cell::text(row.claim_said().map(|claim| self.p.t(claim.label())).unwrap_or_default()),
            label(Handling::parse(&row.handling).map(Handling::label)),
            Cell::Day(row.updated_at.date_naive()),
            Cell::Text(source),
            Cell::Text(format!("{}{}", self.base_url, self.p.link(&format!("/actions/{}", row.id)))),
        ]);
        // a title or an organisation can name whom the action is not for, and a title of a source bears no mark
        let texts = cells.iter().filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let said = |note: &&Footnote| {
            notes.iter().any(|own| own.starts_with(note.mark.as_str()) || own.contains(note.words()))
        };
        let called: Vec<String> =
            self.notes.called_for(texts).into_iter().filter(|note| !said(note)).map(Footnote::line).collect();
        let all: Vec<&str> = notes.iter().copied().chain(called.iter().map(String::as_str)).collect();
        cells.push(Cell::Text(all.join(" ")));
        cells
    }
}
