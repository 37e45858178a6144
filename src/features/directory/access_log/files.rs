//! The access log as a file. That it was carried away stands in it from then on.

use axum::response::Response;

use super::pages::{asked, sight};
use super::store::{self, Line};
use crate::features::directory::shared::Cursor;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-log-when", 24),
    ("directory-log-who", 36),
    ("directory-column-for", 36),
    ("directory-log-what", 14),
    ("directory-log-record", 50),
    ("directory-log-detail", 60),
    ("directory-log-number", 10),
    ("directory-log-keeper", 40),
    ("directory-log-handling", 24),
];

fn record(p: &Page, l: &Line) -> String {
    match &l.action {
        Some((_, title)) => title.clone(),
        None if l.of_action() => p.t("directory-log-hidden"),
        None => p.t(l.label()),
    }
}

fn cells(p: &Page, l: &Line) -> Vec<Value> {
    let role = l.role.map(|role| p.t(role.label())).unwrap_or_default();
    let of = if l.by.former { "" } else { l.by.of.as_deref().unwrap_or(&role) };
    vec![
        Value::Text(p.time(&l.at)),
        Value::Text(l.by.shown(p)),
        cell(of),
        Value::Text(p.t(if l.export { "directory-log-export" } else { "directory-log-read" })),
        Value::Text(record(p, l)),
        cell(&l.detail),
        l.rows.map_or(Value::Empty, |n| Value::Number(n.into())),
        cell(l.keeper.as_ref().map_or("", |(_, name)| name)),
        l.handling.map_or(Value::Empty, |h| Value::Text(p.t(h.label()))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let own = sight(&inside.member);
    let filter = asked(&inside.fields);
    let found = store::list(&mut inside.tx, &filter, own.as_deref(), Cursor::file(), inside.page.today).await?;
    let p = &inside.page;
    let list = List {
        subject_kind: "access_log",
        what: "access-log",
        title: p.t("directory-log"),
        notes: vec![p.t(if own.is_some() { "directory-log-text-own" } else { "directory-log-text" })],
        columns: COLUMNS,
        rows: found.rows.iter().map(|l| cells(p, l)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}
