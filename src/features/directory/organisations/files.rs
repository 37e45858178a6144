//! The list of organisations as a file.

use axum::response::Response;

use super::pages::asked;
use super::store::{self, Line};
use crate::features::directory::shared::Cursor;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-field-name", 60),
    ("directory-field-short_name", 14),
    ("directory-field-kind", 24),
    ("directory-field-level", 16),
    ("directory-column-part-of", 50),
    ("directory-column-in-actions", 24),
    ("directory-filter-standing", 20),
    ("directory-field-address", 40),
];

fn in_actions(o: &Line) -> &'static str {
    match (o.donor, o.implementer) {
        (true, true) => "directory-donor-and-implementer",
        (true, false) => "party-funding",
        (false, true) => "party-implementing",
        (false, false) => "",
    }
}

fn cells(p: &Page, base: &str, o: &Line) -> Vec<Value> {
    let key = in_actions(o);
    vec![
        cell(&o.name),
        cell(o.short_name.as_deref().unwrap_or_default()),
        Value::Text(p.t(o.kind.label())),
        o.level.map_or(Value::Empty, |level| Value::Text(p.t(level.label()))),
        cell(o.parent.as_deref().unwrap_or_default()),
        if key.is_empty() { Value::Empty } else { Value::Text(p.t(key)) },
        Value::Text(p.t(o.standing.label())),
        Value::Text(format!("{base}{}", p.link(&format!("/organisations/{}", o.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let found = store::list(&mut inside.tx, &asked(&inside.fields), Cursor::file(), inside.page.today).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "organisation",
        what: "organisations",
        title: p.t("directory-organisations"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: found.rows.iter().map(|o| cells(p, base, o)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}
