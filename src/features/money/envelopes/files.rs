//! The list of envelopes as a file.

use axum::response::Response;

use super::model::{self, Envelope};
use super::{pages, store};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("envelope-field-donor", 36),
    ("envelope-field-title", 44),
    ("envelope-field-kind", 14),
    ("envelope-field-amount", 18),
    ("action-currency", 10),
    ("envelope-field-first_year", 12),
    ("envelope-field-last_year", 12),
    ("envelope-field-pillar", 12),
    ("envelope-field-beneficiary", 24),
    ("envelope-tied", 24),
    ("envelope-left", 18),
    ("envelope-field-note", 50),
    ("envelope-field-handling", 20),
    ("envelope-said", 14),
    ("envelope-closed", 12),
    ("envelope-address", 40),
];

fn cells(p: &Page, base: &str, e: &Envelope) -> Vec<Value> {
    let year = |year: Option<i32>| year.map_or(Value::Empty, |year| Value::Number(year.into()));
    let d = &e.draft;
    vec![
        cell(&e.donor_name),
        cell(&d.title),
        Value::Text(p.t(d.kind.label())),
        Value::Number(d.amount),
        Value::Text(d.currency.to_string()),
        year(d.first_year),
        year(d.last_year),
        cell(&d.pillar_key(p)),
        cell(&d.beneficiary.map(|id| p.beneficiary_name(&id)).unwrap_or_default()),
        cell(&model::amounts(p, &e.tied)),
        e.left().map_or(Value::Empty, Value::Number),
        cell(&d.note),
        Value::Text(p.t(d.handling.label())),
        Value::Date(e.updated_at.date_naive()),
        e.closed_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Text(format!("{base}{}", p.link(&format!("/envelopes/{}", e.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let list = store::list(&mut inside.tx, &pages::asked(&inside.page, &inside.fields), pages::MOST).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "envelope",
        what: "envelopes",
        title: p.t("envelope-title"),
        notes: vec![p.t("envelope-lead"), p.t("envelope-tied-rule")],
        columns: COLUMNS,
        rows: list.iter().map(|e| cells(p, base, e)).collect(),
        more: i64::try_from(list.len()).unwrap_or(i64::MAX) >= pages::MOST,
    };
    list.deliver(inside, &by, format).await
}
