//! The mapping cycles as a file.

use axum::response::Response;

use super::model::Cycle;
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("need-field-cycle", 40),
    ("need-field-first_year", 12),
    ("need-field-last_year", 12),
    ("need-field-state", 12),
    ("cycle-file-opened", 14),
    ("cycle-file-closed", 14),
    ("need-title", 10),
    ("need-file-address", 40),
];

fn cells(p: &Page, base: &str, c: &Cycle) -> Vec<Value> {
    let state = if c.is_open() { "cycle-state-open" } else { "cycle-state-closed" };
    vec![
        cell(&c.name),
        // a year is no amount
        Value::Text(c.first_year.to_string()),
        Value::Text(c.last_year.to_string()),
        Value::Text(p.t(state)),
        Value::Date(c.opened_at.date_naive()),
        c.closed_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Number(c.needs.into()),
        Value::Text(format!("{base}{}", p.link(&format!("/needs?cycle={}", c.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let all = store::cycles(&mut inside.tx).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "mapping_cycle",
        what: "mapping-cycles",
        title: p.t("need-tab-cycles"),
        notes: vec![p.t("cycle-file-counted"), p.t("need-file-sight")],
        columns: COLUMNS,
        rows: all.iter().map(|c| cells(p, base, c)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
