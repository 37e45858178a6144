//! The list of packs as a file.

use axum::response::Response;

use super::model::{Line, banner};
use super::pages::asked;
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

const COLUMNS: &[(&str, u16)] = &[
    ("pack-column-pack", 60),
    ("pack-column-kind", 24),
    ("pack-column-level", 40),
    ("pack-column-made", 14),
    ("pack-column-by", 40),
    ("pack-column-since", 14),
    ("pack-checksum", 66),
    ("pack-column-address", 40),
];

fn cells(p: &Page, base: &str, line: &Line) -> Vec<Value> {
    vec![
        cell(&line.title),
        Value::Text(p.t(line.kind.label())),
        Value::Text(p.t(banner(line.handling))),
        Value::Date(line.at.date_naive()),
        Value::Text(line.by.shown(p)),
        Value::Date(line.since.date_naive()),
        cell(&line.sha256),
        Value::Text(format!("{base}{}", p.link(&format!("/packs/{}", line.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let filter = asked(&inside.page, &inside.fields);
    let most = i64::try_from(FILE).unwrap_or(i64::MAX - 1);
    let mut lines = store::list(&mut inside.tx, &filter, inside.page.today, most + 1).await?;
    let more = lines.len() > FILE;
    lines.truncate(FILE);
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "pack",
        what: "packs",
        title: p.t("pack-title"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: lines.iter().map(|l| cells(p, base, l)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
