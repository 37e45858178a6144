//! Strategies with their objectives and what these are mapped to, as a file: a row an objective.

use axum::response::Response;

use super::model::{Brief, Objective, StrategyStatus};
use super::{pages, store};
use crate::features::codes;
use crate::features::documents::{Sheet, SheetColumn, SheetFormat, Value, deliver_sheet, list_notes};
use crate::features::needs::language;
use crate::kernel::auth::Inside;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: [(&str, u16); 15] = [
    ("directory-beneficiary", 24),
    ("code-tables-code", 8),
    ("strategy-one", 50),
    ("directory-field-own_title", 50),
    ("directory-field-own_language", 14),
    ("directory-field-starts", 12),
    ("directory-field-ends", 12),
    ("directory-field-status", 14),
    ("directory-field-url", 40),
    ("directory-field-code", 10),
    ("strategy-objective", 60),
    ("directory-themes", 50),
    ("directory-purpose-codes", 60),
    ("directory-field-retired", 12),
    ("directory-field-address", 40),
];

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

/// A date as precise as it is; what is no day stands as text.
fn date(date: Option<PartialDate>) -> Value {
    match date {
        Some(d) if d.precision() == Precision::Day => Value::Date(d.first_day()),
        Some(d) => Value::Text(d.to_string()),
        None => Value::Empty,
    }
}

fn cells(p: &Page, base: &str, brief: &Brief, objective: Option<&Objective>) -> Vec<Value> {
    let (strategy, draft) = (&brief.strategy, &brief.strategy.draft);
    let themes: Vec<&str> = objective.map(|o| o.themes.iter().map(|t| t.name.as_str()).collect()).unwrap_or_default();
    let mapped: Vec<String> = objective.map(|o| o.codes.iter().map(|c| codes::named(c)).collect()).unwrap_or_default();
    let retired = strategy.retired_at.or_else(|| objective.and_then(|o| o.retired_at));
    vec![
        text(&p.beneficiary_name(&draft.beneficiary)),
        text(&pages::code_of(p, draft.beneficiary)),
        text(&draft.title),
        text(&draft.own_title),
        text(draft.own_language.as_deref().map(language).unwrap_or_default()),
        date(draft.starts),
        date(draft.ends),
        text(&draft.status.map(StrategyStatus::label).map(|key| p.t(key)).unwrap_or_default()),
        text(draft.url.as_deref().unwrap_or_default()),
        text(objective.map_or("", |o| &o.code)),
        text(objective.map_or("", |o| &o.title)),
        text(&themes.join("; ")),
        text(&mapped.join("; ")),
        retired.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Text(format!("{base}{}", p.link(&pages::address(strategy)))),
    ]
}

async fn file(mut inside: Inside, format: SheetFormat) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let list = store::list(&mut inside.tx, pages::asked(&inside.page, &inside.fields)).await?;
    let objectives = store::objectives(&mut inside.tx, None, None).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let mut rows = Vec::new();
    for brief in &list {
        let own: Vec<_> = objectives.iter().filter(|o| o.strategy == brief.strategy.id).collect();
        if own.is_empty() {
            rows.push(cells(p, base, brief, None));
        }
        rows.extend(own.into_iter().map(|o| cells(p, base, brief, Some(o))));
    }
    let sheet = Sheet {
        name: p.t("strategy-title"),
        title: p.t("strategy-title"),
        notes: list_notes(p, &by, vec![p.tn("strategy-n", list.len()), p.t("code-tables-source")]),
        columns: COLUMNS.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
        rows,
    };
    deliver_sheet(inside, &by, "strategy", "strategies", format, sheet).await
}

pub async fn xlsx(inside: Inside) -> Result<Response, Problem> {
    file(inside, SheetFormat::Xlsx).await
}

pub async fn csv(inside: Inside) -> Result<Response, Problem> {
    file(inside, SheetFormat::Csv).await
}
