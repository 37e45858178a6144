//! What has changed since the last pack or meeting: a line a record, grouped by what it is.

use super::super::draft::{Draft, shown};
use super::super::model::Since;
use super::super::store_facts::SHEET;
use super::super::store_work::Changed;
use crate::features::actions::Status;
use crate::features::documents::{Cell, Run, Value, cell};
use crate::kernel::i18n;
use crate::kernel::page::Page;

/// What the records are, in the order in which they are read: the kind in the history, and the page of one.
const KINDS: [(&str, &str); 4] =
    [("decision", "/decisions"), ("plan", "/plans"), ("action", "/actions"), ("need", "/needs")];

fn status(p: &Page, text: Option<&str>) -> String {
    text.and_then(Status::parse).map_or_else(|| p.t("not-stated"), |s| p.t(s.label()))
}

/// What was done, in the words of the records' own histories: how often, where more than once.
fn events(p: &Page, c: &Changed) -> String {
    let said = |(event, n): &(String, i64)| {
        let key = format!("event-{event}");
        let text = if i18n::has(&key) { p.t(&key) } else { p.t("home-event-other") };
        if *n > 1 { p.t2("pack-event-times", "event", text, "n", p.number(n)) } else { text }
    };
    let mut parts: Vec<String> = c.events.iter().map(said).collect();
    // of a record that is new, that it is says enough
    let new = c.events.iter().any(|(event, _)| matches!(event.as_str(), "created" | "recorded" | "reported"));
    if c.was != c.is && !new {
        let (from, to) = (status(p, c.was.as_deref()), status(p, c.is.as_deref()));
        parts.insert(0, p.t2("pack-status-moved", "from", from, "to", to));
    }
    parts.join("; ")
}

const COLUMNS: &[(&str, u16)] = &[
    ("pack-column-record", 60),
    ("pack-column-kind", 16),
    ("pack-column-done", 70),
    ("pack-column-last", 14),
    ("pack-column-address", 40),
];

pub fn write(d: &mut Draft, mut all: Vec<Changed>, since: &Since) {
    let p = d.p;
    d.section("pack-changes");
    let most = usize::try_from(SHEET).unwrap_or(usize::MAX);
    let more = all.len() > most;
    all.truncate(most);
    let day = p.day_of(&since.at);
    d.say(p.t1(since.what.label(), "day", &day));
    if all.is_empty() {
        d.say(p.t1("pack-changes-none", "day", &day));
    }
    for (kind, rest) in KINDS {
        let group: Vec<&Changed> = all.iter().filter(|c| c.kind == kind).collect();
        if group.is_empty() {
            continue;
        }
        let title = format!("pack-changes-{kind}");
        d.sub(&title);
        let heads = [("pack-column-record", 7, false), ("pack-column-done", 5, false), ("pack-column-last", 3, false)];
        let mut table = d.table(&title, &heads);
        for c in group.iter().take(shown(group.len())) {
            let cells = vec![
                Cell::runs(vec![Run::link(&c.title, d.link(&format!("{rest}/{}", c.id)))]),
                Cell::text(events(p, c)),
                Cell::text(p.day_of(&c.last)),
            ];
            table.row(cells);
        }
        d.put(table);
        let link = if kind == "action" { d.actions(&[]) } else { d.link(rest) };
        d.more(group.len(), &link);
    }
    let rows = all
        .iter()
        .map(|c| {
            let rest = KINDS.iter().find(|(kind, _)| *kind == c.kind).map_or("", |(_, rest)| *rest);
            vec![
                cell(&c.title),
                Value::Text(p.t(&format!("pack-record-{}", c.kind))),
                Value::Text(events(p, c)),
                Value::Date(c.last.date_naive()),
                Value::Text(d.link(&format!("{rest}/{}", c.id))),
            ]
        })
        .collect();
    d.sheet("pack-sheet-changes", COLUMNS, rows, more);
}
