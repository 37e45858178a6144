//! A plan as a workbook, to be sorted and counted in: its parts, its indicators with a row for each target, its actions.

use chrono::NaiveDate;

use super::annex::{self, Annex};
use super::model::Plan;
use super::text::{NodeText, PlanText};
use crate::features::documents::{Sheet, SheetColumn, Value, Workbook};
use crate::kernel::db::Footnote;
use crate::kernel::page::Page;

/// The text, which of them it is, its checksum where it is frozen, and the members' record for those who are shown it.
pub fn workbook(
    p: &Page,
    plan: &Plan,
    text: &PlanText,
    which: &str,
    checksum: Option<&str>,
    annex: Option<Annex<'_>>,
) -> Workbook {
    let frame = p.frame();
    let mut notes = vec![which.to_owned()];
    if let Some(hex) = checksum {
        notes.push(format!("{}: {hex}", p.t("plan-checksum")));
    }
    if let Some(annex) = annex {
        notes.push(format!("{}: {}", p.t("plan-record-checksum"), annex.checksum));
        notes.push(p.t("plan-record-banner"));
    }
    if frame.is_some_and(|f| f.example) {
        notes.push(p.t("plan-report-example"));
    }
    if !text.text_note.is_empty() {
        notes.push(format!("{}: {}", p.t("plan-not-official"), text.text_note));
    }
    notes.push(format!("{}: {}", p.t("plan-state"), p.t(plan.state.label())));
    notes.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    let sheet = |name: &str, columns: &[(&str, u16)], rows: Vec<Vec<Value>>| Sheet {
        name: p.t(name),
        title: text.title.clone(),
        notes: notes.clone(),
        columns: columns.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
        rows,
    };
    let mut book = Workbook {
        title: text.title.clone(),
        author: text.process.clone(),
        date: p.today,
        sheets: vec![
            sheet(
                "plan-sheet-text",
                &[
                    ("plan-field-code", 9),
                    ("plan-field-kind", 12),
                    ("plan-field-title", 50),
                    ("plan-field-body", 80),
                    ("plan-field-expected-result", 60),
                    ("plan-field-text-note", 30),
                ],
                text.nodes.iter().map(|n| part(p, n)).collect(),
            ),
            sheet(
                "plan-indicators",
                &[
                    ("plan-field-code", 9),
                    ("plan-field-title", 50),
                    ("plan-indicator", 50),
                    ("plan-field-unit", 14),
                    ("plan-field-baseline", 12),
                    ("plan-field-baseline-year", 12),
                    ("plan-sheet-year", 10),
                    ("plan-filter-beneficiary", 24),
                    ("plan-sheet-target", 12),
                ],
                text.nodes.iter().flat_map(|n| indicators(p, n)).collect(),
            ),
            sheet(
                "plan-actions",
                &[
                    ("plan-field-code", 9),
                    ("plan-field-title", 50),
                    ("plan-action", 60),
                    ("plan-filter-status", 12),
                    ("plan-filter-donor", 30),
                    ("plan-sheet-implementers", 30),
                    ("plan-sheet-beneficiaries", 40),
                    ("plan-sheet-starts", 12),
                    ("plan-sheet-ends", 12),
                ],
                text.nodes.iter().flat_map(|n| actions(p, n)).collect(),
            ),
        ],
    };
    let record = annex.map(|annex| annex::sheets(p, text, annex.record)).unwrap_or_default();
    book.sheets.extend(record.into_iter().map(|part| sheet(part.name, part.columns, part.rows)));
    book
}

fn words(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(text: &str) -> Value {
    text.parse().map_or_else(|_| words(text), Value::Number)
}

/// A name and not a number: nobody writes 2,027.
fn year(year: i16) -> Value {
    Value::Text(year.to_string())
}

fn part(p: &Page, n: &NodeText) -> Vec<Value> {
    vec![
        words(&n.code),
        Value::Text(p.t(n.kind.label())),
        words(&n.title),
        words(&n.body),
        words(&n.expected_result),
        words(&n.text_note),
    ]
}

/// A row for each target, and one for an indicator that has none.
fn indicators(p: &Page, n: &NodeText) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for i in &n.indicators {
        let begun = || {
            vec![
                words(&n.code),
                words(&n.title),
                words(&i.name),
                words(&i.unit),
                i.baseline.as_deref().map_or(Value::Empty, number),
                i.baseline_year.map_or(Value::Empty, year),
            ]
        };
        for t in &i.targets {
            let mut row = begun();
            row.push(year(t.year));
            row.push(Value::Text(t.beneficiary.clone().unwrap_or_else(|| p.t("plan-sheet-all"))));
            row.push(number(&t.value));
            rows.push(row);
        }
        if i.targets.is_empty() {
            rows.push(begun());
        }
    }
    rows
}

fn actions(p: &Page, n: &NodeText) -> Vec<Vec<Value>> {
    // what is known to the month or the year alone stays as it was stated
    let day = |d: &Option<String>| match d {
        None => Value::Empty,
        Some(d) => d.parse::<NaiveDate>().map_or_else(|_| words(d), Value::Date),
    };
    let row = |a: &super::text::ActionText| {
        vec![
            words(&n.code),
            words(&n.title),
            words(&a.title),
            a.status.as_ref().map_or(Value::Empty, |s| Value::Text(p.t(&format!("status-{s}")))),
            Value::Text(a.donors.join("; ")),
            Value::Text(a.implementers.join("; ")),
            Value::Text(a.beneficiaries.join("; ")),
            day(&a.starts),
            day(&a.ends),
        ]
    };
    n.actions.iter().map(row).collect()
}
