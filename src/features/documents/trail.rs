//! A history as a workbook: the same columns whatever it is the history of, a row for each field that changed.

use super::sheet::{Sheet, SheetColumn, Value, Workbook};
use crate::kernel::db::Footnote;
use crate::kernel::page::Page;

/// One event, in the reader's words.
#[derive(Debug, Clone, Default)]
pub struct Event {
    pub at: String,
    pub who: String,
    /// For which organisation, where that is told apart from the person.
    pub whom: String,
    /// What was done.
    pub what: String,
    /// Which part of the thing it is about.
    pub part: String,
    pub why: String,
    pub changes: Vec<Changed>,
}

#[derive(Debug, Clone)]
pub struct Changed {
    pub field: String,
    pub from: String,
    pub to: String,
}

/// The history of what has this title. Of more events than `most` it says that there are more.
pub fn trail(p: &Page, title: &str, events: &[Event], more: bool) -> Workbook {
    let frame = p.frame();
    let mut notes = vec![p.t1("documents-trail-as-of", "day", p.day(&p.today))];
    if more {
        notes.push(p.tn("documents-trail-more", events.len()));
    }
    notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    let columns = [
        ("documents-trail-when", 20),
        ("documents-trail-who", 36),
        ("documents-trail-whom", 28),
        ("documents-trail-what", 28),
        ("documents-trail-part", 40),
        ("documents-trail-field", 22),
        ("documents-trail-from", 50),
        ("documents-trail-to", 50),
        ("documents-trail-why", 50),
    ];
    let sheet = Sheet {
        name: p.t("documents-trail"),
        title: title.to_owned(),
        notes,
        columns: columns.map(|(key, width)| SheetColumn { head: p.t(key), width }).into(),
        rows: events.iter().flat_map(rows).collect(),
    };
    let author = frame.map(|f| f.name.clone()).unwrap_or_default();
    Workbook { title: format!("{title} – {}", p.t("documents-trail")), author, date: p.today, sheets: vec![sheet] }
}

fn rows(event: &Event) -> Vec<Vec<Value>> {
    let row = |changed: Option<&Changed>| {
        let of = |part: fn(&Changed) -> &String| changed.map_or_else(String::new, |c| part(c).clone());
        [
            event.at.clone(),
            event.who.clone(),
            event.whom.clone(),
            event.what.clone(),
            event.part.clone(),
            of(|c| &c.field),
            of(|c| &c.from),
            of(|c| &c.to),
            event.why.clone(),
        ]
        .map(Value::Text)
        .into()
    };
    if event.changes.is_empty() { vec![row(None)] } else { event.changes.iter().map(|c| row(Some(c))).collect() }
}
