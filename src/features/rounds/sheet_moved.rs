//! What was answered on the page, or through another sheet, since a sheet was taken along: each row's key says what it was taken along
//! with. A row that nobody has touched since says nothing; one that was filled in is shown beside what stands now, and is taken over
//! only where that is asked for.

use sha2::{Digest, Sha256};

use super::model::{Health, Item, ItemState, Round};
use super::report::quantity;
use super::sheet::{Stated, answer_of, health_of};
use super::sheet_figures::{self as figures, Payment};
use crate::kernel::money::as_typed;
use crate::kernel::page::Page;

/// What a row was taken along with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// The report's edition, where the key says it.
    pub edition: Option<i32>,
    /// Which answer stood; empty in a sheet that was taken along before keys said so.
    answered: String,
    /// What the row said.
    said: String,
}

/// The middle part of a key read.
pub fn read(text: Option<&str>) -> Base {
    let mut parts = text.unwrap_or_default().splitn(3, '-');
    let edition = parts.next().and_then(|part| part.parse().ok());
    let [answered, said] = [parts.next(), parts.next()].map(|part| part.unwrap_or_default().to_owned());
    Base { edition, answered, said }
}

/// When an item was answered, as a word; not yet: `0`.
fn answered(item: &Item) -> String {
    format!("{:x}", item.answered_at.map_or(0, |at| at.timestamp_micros()))
}

/// Which answer and which report stand, as the form says what it was shown with.
pub fn stands(item: &Item) -> String {
    format!("{}-{}", item.edition(), answered(item))
}

/// The key of a row that says this of an item.
fn key(p: &Page, round: &Round, item: &Item, row: &Stated) -> String {
    format!("{}/{}-{}", item.id, stands(item), said(p, round, row))
}

/// A row of the sheet as an item stands.
pub fn prefilled(p: &Page, round: &Round, i: &Item) -> Stated {
    let label = match i.state {
        ItemState::Confirmed if !round.is_progress() => p.t(ItemState::Confirmed.label()),
        state @ (ItemState::CannotSay | ItemState::NotOurs) => p.t(state.label()),
        _ => String::new(),
    };
    let report = i.report.as_ref();
    let row = Stated {
        values: if round.is_progress() { figures::stated(i) } else { Vec::new() },
        title: i.title().to_owned(),
        answer: label,
        word: i.word.clone(),
        health: report.map(|r| p.t(r.health.label())).unwrap_or_default(),
        done: report.map(|r| r.done.clone()).unwrap_or_default(),
        hinders: report.map(|r| r.hinders.clone()).unwrap_or_default(),
        ..Stated::default()
    };
    Stated { key: key(p, round, i, &row), ..row }
}

/// What a row says, short: the same whether it has been through a sheet or not.
fn said(p: &Page, round: &Round, s: &Stated) -> String {
    let text = |text: &str| text.trim().replace("\r\n", "\n");
    let (answer, health) = (s.answer.trim(), s.health.trim());
    let state = answer_of(p, round, answer).map(ItemState::as_str);
    let how = health_of(p, health).map(Health::as_str);
    let mut all = vec![
        state.unwrap_or(answer).to_owned(),
        text(&s.word),
        how.unwrap_or(health).to_owned(),
        text(&s.done),
        text(&s.hinders),
        [&s.disbursed, &s.spent, &s.currency].map(|part| part.trim()).join("/"),
    ];
    let value = |typed: &str| quantity(typed).map_or_else(|_| typed.to_owned(), as_typed);
    let stated = s.values.iter().filter(|v| !v.typed.trim().is_empty());
    let mut values: Vec<String> = stated.map(|v| format!("{}={}", v.of, value(v.typed.trim()))).collect();
    values.sort_unstable();
    all.extend(values);
    Sha256::digest(all.join("\u{1f}").as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Nobody has filled in anything since it was taken along.
pub fn is_untouched(p: &Page, round: &Round, s: &Stated) -> bool {
    !s.base.said.is_empty() && s.base.said == said(p, round, s)
}

/// An answer stands that did not when the row was taken along, or of which the row does not know.
pub fn has_moved(item: &Item, base: &Base) -> bool {
    if item.is_open() && item.report.is_none() {
        // nothing could be lost
        return false;
    }
    let answered = base.answered.is_empty() || base.answered == answered(item);
    base.edition != Some(item.edition()) || !answered
}

/// The answer that stands, beside the one of a sheet.
#[derive(Debug, Clone)]
pub struct There {
    pub answer: String,
    pub more: Vec<String>,
    /// By whom and when.
    pub given: String,
}

impl There {
    pub fn of(p: &Page, round: &Round, item: &Item) -> Self {
        let label = p.t(item.state.label_in(round.kind));
        let mut there = Self { answer: label, more: Vec::new(), given: String::new() };
        let by = item.by.as_ref().map(|by| by.shown(p)).unwrap_or_default();
        let mut given = item.answered_at.map(|at| (at, by));
        match item.report.as_ref().filter(|_| matches!(item.state, ItemState::Reported | ItemState::Open)) {
            Some(report) => {
                there.answer = p.t(report.health.label());
                there.more = vec![report.done.clone(), report.hinders.clone()];
                there.more.retain(|text| !text.is_empty());
                there.more.extend(figures::in_words(p, item, &figures::standing(item), &Payment::default()));
                given = Some((report.reported_at, report.by.as_ref().map(|by| by.shown(p)).unwrap_or_default()));
            }
            None if !item.word.is_empty() => there.answer = format!("{}: {}", there.answer, item.word),
            None => {}
        }
        if let Some((at, by)) = given {
            let key = if by.is_empty() { "round-sheet-there-at" } else { "round-sheet-there-by" };
            there.given = p.t2(key, "at", p.time(&at), "by", by);
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_all_times_are_read() {
        let of = |text| {
            let base = read(text);
            (base.edition, base.answered, base.said)
        };
        assert_eq!(of(None), (None, String::new(), String::new()));
        assert_eq!(of(Some("3")), (Some(3), String::new(), String::new()));
        assert_eq!(of(Some("0-5f3-00ff")), (Some(0), "5f3".into(), "00ff".into()));
        assert_eq!(of(Some("x-")), (None, String::new(), String::new()));
    }
}
