//! The results of a plan as a file: a row for each indicator, beneficiary and year, and what is rolled up.

use axum::extract::Path;
use axum::response::Response;

use super::model::{Line, Measured, Part, Results, shown};
use super::rollup::Rolled;
use super::{id, page};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::features::plans;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("plan-field-code", 9),
    ("plan-field-title", 50),
    ("plan-indicator", 50),
    ("plan-field-unit", 14),
    ("plan-field-method", 24),
    ("plan-field-baseline", 12),
    ("plan-field-baseline-year", 12),
    ("plan-filter-beneficiary", 24),
    ("plan-sheet-year", 10),
    ("plan-sheet-target", 12),
    ("result-actual", 14),
    ("result-said", 40),
];

fn number(value: Option<rust_decimal::Decimal>) -> Value {
    value.map_or(Value::Empty, Value::Number)
}

/// A row a year of one line, and one for all years.
fn rows(p: &Page, years: &[i32], part: &Part, m: &Measured, line: &Line) -> Vec<Vec<Value>> {
    let i = &m.indicator;
    let row = |year: String, target: Option<rust_decimal::Decimal>, total: &Option<super::rules::Total>| {
        vec![
            cell(&part.code),
            cell(&part.title),
            cell(&i.name),
            cell(&i.unit),
            Value::Text(p.t(m.method.label())),
            number(i.baseline),
            i.baseline_year.map_or(Value::Empty, |y| Value::Text(y.to_string())),
            cell(&line.name),
            Value::Text(year),
            number(target),
            number(total.as_ref().and_then(super::rules::Total::value)),
            total.as_ref().map_or(Value::Empty, |t| Value::Text(shown(p, t))),
        ]
    };
    let mut all: Vec<Vec<Value>> = years
        .iter()
        .zip(line.targets.iter().zip(&line.years))
        .filter(|(_, (target, total))| target.is_some() || total.is_some())
        .map(|(year, (target, total))| row(year.to_string(), *target, total))
        .collect();
    all.push(row(p.t("result-so-far"), None, &line.all));
    all
}

/// A row of what indicators come to together.
fn rolled(p: &Page, code: &str, title: &str, r: &Rolled) -> Vec<Value> {
    let mut row = vec![
        cell(code),
        cell(title),
        Value::Text(p.tn("result-rolled-n", r.indicators)),
        cell(&r.unit),
        Value::Text(p.t(r.method.label())),
        Value::Empty,
        Value::Empty,
        Value::Text(p.t("plan-target-all")),
        Value::Text(p.t("result-so-far")),
        Value::Empty,
    ];
    row.push(number(r.total.as_ref().and_then(super::rules::Total::value)));
    row.push(r.total.as_ref().map_or(Value::Empty, |t| Value::Text(shown(p, t))));
    row
}

pub async fn file(
    format: SheetFormat,
    Path((_, key)): Path<(String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let p = inside.page.clone();
    let plan = plans::load(&mut inside.tx, id(&key)?, p.today).await?;
    let tree = plans::tree(&mut inside.tx, plan.id, p.today).await?;
    let figures = page::figures(&mut inside.tx, plan.id).await?;
    let results = Results::new(&p, &plan, &tree, &figures);
    let mut lines = Vec::new();
    for part in &results.parts {
        for m in &part.indicators {
            for line in std::iter::once(&m.whole).chain(&m.beneficiaries) {
                lines.extend(rows(&p, &results.years, part, m, line));
            }
        }
        if let Some(rollup) = &part.rollup {
            lines.extend(rollup.groups.iter().map(|r| rolled(&p, &part.code, &part.title, r)));
        }
    }
    lines.extend(results.whole.groups.iter().map(|r| rolled(&p, "", &p.t("result-whole-plan"), r)));
    let list = List {
        subject_kind: "plan",
        what: "results",
        title: p.t1("result-of", "title", &plan.title),
        notes: vec![p.t("result-rules"), p.t("result-sight")],
        columns: COLUMNS,
        rows: lines,
        more: false,
    };
    list.deliver(inside, &by, format).await
}
