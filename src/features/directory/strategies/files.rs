//! Strategies with their objectives and what these are mapped to, as a file: a row an objective. All of a list, or one.

use axum::extract::Path;
use axum::response::Response;

use super::model::{Brief, Objective, StrategyStatus};
use super::{pages, store};
use crate::features::codes;
use crate::features::directory::shared::id;
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::features::needs::language;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
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

fn cells(p: &Page, base: &str, brief: &Brief, objective: Option<&Objective>) -> Vec<Value> {
    let (strategy, draft) = (&brief.strategy, &brief.strategy.draft);
    let themes: Vec<&str> = objective.map(|o| o.themes.iter().map(|t| t.name.as_str()).collect()).unwrap_or_default();
    let mapped: Vec<String> = objective.map(|o| o.codes.iter().map(|c| codes::named(c)).collect()).unwrap_or_default();
    let retired = strategy.retired_at.or_else(|| objective.and_then(|o| o.retired_at));
    vec![
        cell(&p.beneficiary_name(&draft.beneficiary)),
        cell(&pages::code_of(p, draft.beneficiary)),
        cell(&draft.title),
        cell(&draft.own_title),
        cell(draft.own_language.as_deref().map(language).unwrap_or_default()),
        date(draft.starts),
        date(draft.ends),
        cell(&draft.status.map(StrategyStatus::label).map(|key| p.t(key)).unwrap_or_default()),
        cell(draft.url.as_deref().unwrap_or_default()),
        cell(objective.map_or("", |o| &o.code)),
        cell(objective.map_or("", |o| &o.title)),
        cell(&themes.join("; ")),
        cell(&mapped.join("; ")),
        retired.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Text(format!("{base}{}", p.link(&pages::address(strategy)))),
    ]
}

/// A strategy's objectives, each in a row; one without any has a row all the same.
fn rows(p: &Page, base: &str, brief: &Brief, objectives: &[Objective]) -> Vec<Vec<Value>> {
    let own: Vec<_> = objectives.iter().filter(|o| o.strategy == brief.strategy.id).collect();
    if own.is_empty() {
        return vec![cells(p, base, brief, None)];
    }
    own.into_iter().map(|o| cells(p, base, brief, Some(o))).collect()
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let list = store::list(&mut inside.tx, pages::asked(&inside.page, &inside.fields)).await?;
    let objectives = store::objectives(&mut inside.tx, None, None).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "strategy",
        what: "strategies",
        title: p.t("strategy-title"),
        notes: vec![p.tn("strategy-n", list.len()), p.t("code-tables-source")],
        columns: COLUMNS,
        rows: list.iter().flat_map(|brief| rows(p, base, brief, &objectives)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}

pub async fn one(
    format: SheetFormat,
    Path((_, key)): Path<(String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let strategy = store::load(&mut inside.tx, id(&key)?).await?;
    let objectives = store::objectives(&mut inside.tx, Some(strategy.id), None).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let used = objectives.iter().filter(|o| o.retired_at.is_none()).count();
    let brief = Brief { objectives: i64::try_from(used).unwrap_or(i64::MAX), strategy };
    let list = List {
        subject_kind: "strategy",
        what: "strategy",
        title: brief.strategy.draft.title.clone(),
        notes: vec![p.tn("strategy-n-objectives", used), p.t("code-tables-source")],
        columns: COLUMNS,
        rows: rows(p, base, &brief, &objectives),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
