//! The list of beneficiaries as a file.

use axum::response::Response;

use super::store::{self, Line};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-field-name", 30),
    ("code-tables-code", 8),
    ("directory-members", 10),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, b: &Line) -> Vec<Value> {
    vec![
        cell(&b.name),
        cell(&b.code),
        Value::Number(b.coordinators.into()),
        Value::Text(format!("{base}{}", p.link(&format!("/beneficiaries/{}", b.code)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let all = store::list(&mut inside.tx, inside.page.today).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "beneficiary",
        what: "beneficiaries",
        title: p.t("directory-beneficiaries"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: all.iter().map(|b| cells(p, base, b)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
