//! The themes with what they are mapped to, as a file.

use axum::response::Response;

use super::store::{self, Theme};
use crate::features::codes;
use crate::features::documents::{Sheet, SheetColumn, SheetFormat, Value, deliver_sheet, list_notes};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const COLUMNS: [(&str, u16); 7] = [
    ("directory-field-name", 40),
    ("directory-field-main_code", 12),
    ("code-tables-name", 50),
    ("directory-field-codes", 80),
    ("directory-field-retired", 12),
    ("directory-actions", 10),
    ("need-title", 10),
];

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

fn cells(p: &Page, t: &Theme) -> Vec<Value> {
    let main = t.main().unwrap_or_default();
    let further: Vec<String> = t.further().into_iter().map(codes::named).collect();
    vec![
        text(&t.name),
        text(main),
        text(codes::purpose(main).map_or("", |code| code.name)),
        text(&further.join("; ")),
        t.retired_at.map_or(Value::Empty, |at| Value::Date(at.date_naive())),
        Value::Number(t.actions.into()),
        if p.may(Permission::NeedSee) { Value::Number(t.needs.into()) } else { Value::Empty },
    ]
}

async fn file(mut inside: Inside, format: SheetFormat) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let list = store::list(&mut inside.tx).await?;
    let p = &inside.page;
    let sheet = Sheet {
        name: p.t("directory-themes"),
        title: p.t("directory-themes"),
        notes: list_notes(p, &by, vec![p.t("directory-themes-counted"), p.t("code-tables-source")]),
        columns: COLUMNS.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect(),
        rows: list.iter().map(|t| cells(p, t)).collect(),
    };
    deliver_sheet(inside, &by, "theme", "themes", format, sheet).await
}

pub async fn xlsx(inside: Inside) -> Result<Response, Problem> {
    file(inside, SheetFormat::Xlsx).await
}

pub async fn csv(inside: Inside) -> Result<Response, Problem> {
    file(inside, SheetFormat::Csv).await
}
