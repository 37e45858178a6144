//! The list of plans as a file.

use axum::response::Response;

use super::store::{self, Listed};
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("plan-plan", 60),
    ("plan-field-pillar", 16),
    ("plan-field-kind", 18),
    ("plan-period", 14),
    ("plan-state", 24),
    ("plan-nodes", 12),
    ("plan-revises", 50),
    ("plan-not-official", 50),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, l: &Listed) -> Vec<Value> {
    vec![
        cell(&l.title),
        Value::Text(l.pillar.as_ref().map_or_else(|| p.t("plan-pillar-all"), |pillar| pillar.key.clone())),
        Value::Text(p.t(l.kind.label())),
        Value::Text(l.period(p)),
        Value::Text(p.t(l.state.label())),
        Value::Number(l.nodes.into()),
        cell(l.revises.as_ref().map_or("", |r| &r.title)),
        cell(&l.text_note),
        Value::Text(format!("{base}{}", p.link(&format!("/plans/{}", l.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let all = store::list(&mut inside.tx).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "plan",
        what: "plans",
        title: p.t("plan-plans"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: all.iter().map(|l| cells(p, base, l)).collect(),
        more: false,
    };
    list.deliver(inside, &by, format).await
}
