//! The list of a record's files as a file.

use axum::extract::Path;
use axum::response::Response;

use super::model::{FileLine, Host, Subject};
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("file-column-of", 50),
    ("file-column-name", 50),
    ("file-column-about", 50),
    ("file-column-form", 22),
    ("file-column-bytes", 14),
    ("file-column-level", 16),
    ("file-column-when", 14),
    ("file-column-number", 10),
    ("directory-field-address", 60),
];

fn cells(p: &Page, base: &str, host: &Host, line: &FileLine) -> Vec<Value> {
    vec![
        cell(&host.title),
        cell(&line.name),
        cell(&line.about),
        Value::Text(p.t(line.kind.label())),
        Value::Number(line.size.into()),
        Value::Text(p.t(host.subject.level_label(line.level))),
        Value::Date(line.at.date_naive()),
        Value::Number(line.number.into()),
        Value::Text(format!("{base}{}", line.page(p))),
    ]
}

pub async fn file(
    Path((_, kind, id)): Path<(String, String, String)>,
    format: SheetFormat,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let subject = Subject::parse(&kind, &id).ok_or(Problem::NotFound)?;
    let host = store::host(&mut inside.tx, subject).await?.ok_or(Problem::NotFound)?;
    let by = inside.exporter().await?;
    let lines = store::lines(&mut inside.tx, subject, false).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "stored_file",
        what: "files",
        title: p.t("file-part-title"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: lines.iter().map(|line| cells(p, base, &host, line)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
