//! The list of suggested changes as a file.

use axum::response::Response;

use super::show;
use super::store::{self, Line};
use super::suggestions::{fields, sought};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::Cursor;

const COLUMNS: &[(&str, u16)] = &[
    ("suggestions-action", 60),
    ("suggestions-fields", 40),
    ("suggestions-note", 60),
    ("suggestions-by", 40),
    ("suggestions-at", 12),
    ("suggestions-state", 14),
    ("suggestions-answered", 12),
    ("suggestions-answered-by", 40),
    ("suggestions-answer", 60),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, s: &Line) -> Vec<Value> {
    vec![
        cell(&s.title),
        cell(&fields(p, s)),
        cell(&s.note),
        Value::Text(show::person(p, Some(&s.by))),
        Value::Date(s.at.date_naive()),
        Value::Text(p.t(s.state.label())),
        s.decided_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        s.decided_by.as_ref().map_or(Value::Empty, |by| Value::Text(show::person(p, Some(by)))),
        cell(&s.answer),
        Value::Text(format!("{base}{}", p.link(&format!("/actions/{}", s.action)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let sought = sought(&inside.member, &mut inside.fields);
    let (found, _) = store::suggestions(&mut inside.tx, &sought, Cursor::file(), inside.page.today).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "suggestion",
        what: "suggestions",
        title: p.t("suggestions-title"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: found.rows.iter().map(|s| cells(p, base, s)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}
