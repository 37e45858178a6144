//! The list of meetings as a file.

use axum::response::Response;

use super::list::{asked, zone_note};
use super::model::Meeting;
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

const COLUMNS: &[(&str, u16)] = &[
    ("meeting-field-title", 50),
    ("meeting-field-day", 14),
    ("meeting-field-last_day", 14),
    ("meeting-column-time", 16),
    ("meeting-field-zone", 24),
    ("meeting-field-body", 24),
    ("meeting-field-pillar", 14),
    ("meeting-field-place", 30),
    ("meeting-field-state", 14),
    ("meeting-column-source", 30),
    ("directory-field-address", 40),
];

fn time(m: &Meeting) -> String {
    if !m.timed {
        return String::new();
    }
    let hour = |at| m.zone.local(at).format("%H:%M").to_string();
    match m.ends_at {
        Some(end) => format!("{}–{}", hour(m.starts_at), hour(end)),
        None => hour(m.starts_at),
    }
}

fn cells(p: &Page, base: &str, m: &Meeting) -> Vec<Value> {
    vec![
        cell(&m.title),
        Value::Date(m.day()),
        Value::Date(m.last_day()),
        cell(&time(m)),
        cell(&m.zone_words(p)),
        Value::Text(p.t(m.body.label())),
        cell(&m.pillar_key(p).unwrap_or_default()),
        cell(&m.place),
        Value::Text(p.t(m.state.label())),
        cell(m.source_url.as_deref().unwrap_or_default()),
        Value::Text(format!("{base}{}", p.link(&format!("/meetings/{}", m.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let filter = asked(&inside.fields, &inside.page);
    let now = inside.app.clock.now();
    let mut all = store::list(&mut inside.tx, &filter, now, FILE as i64).await?;
    let more = all.len() > FILE;
    all.truncate(FILE);
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "meeting",
        what: "meetings",
        title: p.t("meeting-title"),
        notes: vec![zone_note(p)],
        columns: COLUMNS,
        rows: all.iter().map(|m| cells(p, base, m)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
