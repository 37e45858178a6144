//! The list as a file: what is on screen, all pages of it, and no more than the reader sees.

use axum::response::Response;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::store::{self, Line};
use super::{list, page};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

const COLUMNS: &[(&str, u16)] = &[
    ("overlap-column-first", 50),
    ("overlap-column-second", 50),
    ("overlap-column-kind", 22),
    ("overlap-column-likelihood", 12),
    ("overlap-column-pillars", 16),
    ("overlap-column-state", 14),
    ("overlap-field-decision", 22),
    ("overlap-column-owner", 24),
    ("overlap-column-due", 12),
    ("overlap-column-opened", 12),
    ("overlap-column-address", 40),
];

fn cells(p: &Page, base: &str, line: &Line) -> Vec<Value> {
    let mut titles = list::titles(p, line).into_iter();
    let first = titles.next().unwrap_or_default();
    let second = titles.collect::<Vec<_>>().join("; ");
    // as on the page: between 1 and 99 percent, for what the finder says is never certain
    let bounded = |d: Decimal| d.round_dp(2).clamp(Decimal::new(1, 2), Decimal::new(99, 2));
    let likelihood = line.likelihood.and_then(Decimal::from_f32).map(bounded);
    vec![
        cell(&first),
        cell(&second),
        line.kind.map_or(Value::Empty, |k| Value::Text(p.t(k.label()))),
        likelihood.map_or(Value::Empty, Value::Number),
        cell(&line.pillars.join(", ")),
        Value::Text(p.t(line.state.label())),
        line.decision.map_or(Value::Empty, |d| Value::Text(p.t(d.label()))),
        cell(&line.owner.as_ref().map(|owner| owner.short(p)).unwrap_or_default()),
        line.due_on.map_or(Value::Empty, Value::Date),
        Value::Date(line.opened_at.date_naive()),
        Value::Text(format!("{base}{}", page::link(p, line.id))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let filter = list::read(&inside.fields, &inside.page);
    let lines = store::list(&mut inside.tx, &filter, inside.app.clock.now(), FILE as i64, 0).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "overlap_case",
        what: "coordination",
        title: p.t("overlap-title"),
        notes: vec![p.t_own("overlap-column-likelihood", "overlap-export-note", "overlap-export-note-own")],
        columns: COLUMNS,
        rows: lines.iter().map(|line| cells(p, base, line)).collect(),
        more: lines.first().is_some_and(|line| line.all > lines.len() as i64),
    };
    list.deliver(inside, &by, format).await
}
