//! The page of those who are asked, as a file: all of its items with what was answered.

use axum::extract::Path;
use axum::response::Response;

use super::mine::Part;
use super::model::{Item, Kind, Report};
use super::show::{find, pages};
use super::store_items::{self, Wanted};
use crate::features::actions::Status;
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

const COLUMNS: &[(&str, u16)] = &[
    ("round-field-item", 50),
    ("round-field-answer", 16),
    ("round-field-word", 40),
    ("round-field-answered-on", 14),
    ("round-field-on-behalf", 12),
    ("action-field-status", 14),
    ("round-field-end", 12),
    ("action-field-stated-total", 16),
    ("round-field-currency", 10),
    ("round-field-confirmed", 14),
    ("progress-field-state", 18),
    ("progress-field-health", 14),
    ("progress-field-done", 50),
    ("progress-field-hinders", 50),
];

fn cells(p: &Page, kind: Kind, i: &Item) -> Vec<Value> {
    let (action, frozen) = (i.action.as_ref(), i.frozen.as_ref());
    // of a round that was locked, what stood then
    let status = frozen.map_or_else(|| action.and_then(|a| a.status), |z| z.status);
    let end = frozen.map_or_else(|| action.and_then(|a| a.end.clone()), |z| z.end.clone());
    let total = frozen.map_or_else(|| action.and_then(|a| a.total.clone()), |z| z.total.clone());
    let currency = frozen.map_or_else(|| action.and_then(|a| a.currency.clone()), |z| z.currency.clone());
    let report = i.report.as_ref();
    let text = |of: fn(&Report) -> &str| report.map_or(Value::Empty, |r| cell(of(r)));
    vec![
        cell(i.title()),
        Value::Text(p.t(i.state.label_in(kind))),
        cell(&i.word),
        i.answered_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Text(p.t(if i.on_behalf { "round-yes" } else { "round-no" })),
        status.map_or(Value::Empty, |s| Value::Text(p.t(Status::label(s)))),
        date(end.and_then(|d| d.parse::<PartialDate>().ok())),
        total.and_then(|t| t.parse().ok()).map_or(Value::Empty, Value::Number),
        cell(&currency.unwrap_or_default()),
        action.and_then(|a| a.confirmed_at).map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        report.map_or(Value::Empty, |r| Value::Text(p.t(r.state.label()))),
        report.map_or(Value::Empty, |r| Value::Text(p.t(r.health.label()))),
        text(|r| &r.done),
        text(|r| &r.hinders),
    ]
}

pub async fn file(
    Path((_, key)): Path<(String, String)>,
    format: SheetFormat,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let round = find(&mut inside, &key).await?;
    let part = Part::read(&inside.fields);
    let all = pages(&mut inside, &round).await?;
    let chosen = all.into_iter().find(|a| part.asked.is_none_or(|id| a.id == id)).ok_or(Problem::NotFound)?;
    let most = i64::try_from(FILE).unwrap_or(i64::MAX - 1) + 1;
    let wanted = Wanted { asked: Some(chosen.id), open: part.only_open, most, ..Wanted::default() };
    let mut items = store_items::items(&mut inside.tx, round.id, &wanted, inside.page.today).await?;
    let more = items.len() > FILE;
    items.truncate(FILE);
    let p = &inside.page;
    let list = List {
        subject_kind: "round",
        what: "answers",
        title: p.t1("round-page-of", "party", &chosen.name),
        notes: vec![round.title.clone(), round.period(p), p.t1("round-until", "day", p.day(&round.deadline))],
        columns: COLUMNS,
        rows: items.iter().map(|i| cells(p, round.kind, i)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
