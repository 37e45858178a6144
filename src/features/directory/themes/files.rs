//! The themes with what they are mapped to, as a file.

use axum::response::Response;

use super::store::{self, Theme};
use crate::features::codes;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-field-name", 40),
    ("directory-field-main_code", 12),
    ("code-tables-name", 50),
    ("directory-field-codes", 80),
    ("directory-field-retired", 12),
    ("directory-actions", 10),
    ("need-title", 10),
];

fn cells(p: &Page, t: &Theme) -> Vec<Value> {
    let main = t.main().unwrap_or_default();
    let further: Vec<String> = t.further().into_iter().map(codes::named).collect();
    vec![
        cell(&t.name),
        cell(main),
        cell(codes::purpose(main).map_or("", |code| code.name)),
        cell(&further.join("; ")),
        t.retired_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Number(t.actions.into()),
        if p.may(Permission::NeedSee) { Value::Number(t.needs.into()) } else { Value::Empty },
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let list = store::list(&mut inside.tx).await?;
    let p = &inside.page;
    let list = List {
        subject_kind: "theme",
        what: "themes",
        title: p.t("directory-themes"),
        notes: vec![p.t("directory-themes-counted"), p.t("code-tables-source")],
        columns: COLUMNS,
        rows: list.iter().map(|t| cells(p, t)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
