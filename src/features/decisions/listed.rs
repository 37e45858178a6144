//! The list of decisions as a file.

use axum::response::Response;

use super::Summary;
use super::list::asked;
use super::model::State;
use super::store::{self, Line};
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

const COLUMNS: &[(&str, u16)] = &[
    ("decision-one", 60),
    ("decision-field-subject_label", 50),
    ("decision-field-number", 12),
    ("decision-field-subject_kind", 20),
    ("decision-field-procedure", 20),
    ("decision-field-state", 18),
    ("decision-field-decided_on", 14),
    ("decision-field-meeting_on", 14),
    ("decision-field-deadline", 14),
    ("directory-field-address", 40),
];

/// The number as the page has it: of a decision that was taken without one it is said that it is not stated.
fn number(p: &Page, line: &Line) -> Value {
    match line.summary.number {
        Some(number) => Value::Text(number.to_string()),
        None if line.from_sources || line.summary.state == State::Taken => Value::Text(p.t("not-stated")),
        None => Value::Empty,
    }
}

/// The state, and of a decision whose text went back that it did.
fn state(p: &Page, s: &Summary) -> String {
    let state = p.t(s.state.label());
    if s.text_back { format!("{state}; {}", p.t("decision-text-back")) } else { state }
}

fn cells(p: &Page, base: &str, line: &Line) -> Vec<Value> {
    let s = &line.summary;
    vec![
        cell(&s.title),
        cell(&line.subject_label),
        number(p, line),
        Value::Text(p.t(line.kind.label())),
        Value::Text(s.procedure.map_or_else(|| p.t("not-stated"), |procedure| p.t(procedure.label()))),
        Value::Text(state(p, s)),
        date(s.decided_on),
        s.meeting_on.map_or(Value::Empty, Value::Date),
        s.deadline.map_or(Value::Empty, Value::Date),
        Value::Text(format!("{base}{}", p.link(&format!("/decisions/{}", s.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut lines = store::list(&mut inside.tx, &asked(&inside.fields, None), FILE as i64).await?;
    let more = lines.len() > FILE;
    lines.truncate(FILE);
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "decision",
        what: "decisions",
        title: p.t("decision-title"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: lines.iter().map(|line| cells(p, base, line)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
