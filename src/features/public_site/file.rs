//! The list of published actions as a file: what its cards say, on all its pages.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio::sync::Semaphore;

use super::actions::asked;
use crate::features::actions::{self, ActionRow, Run, Status};
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::spreadsheet::in_list;
use crate::kernel::window::FILE;

/// Rows fetched at once.
const CHUNK: usize = 1_000;
/// Everybody may ask for one, and each holds a connection and all its rows while it is made.
static MADE: Semaphore = Semaphore::const_new(2);

const COLUMNS: &[(&str, u16)] = &[
    ("list-action", 60),
    ("list-file-pillars", 14),
    ("list-donor", 36),
    ("list-implementer", 36),
    ("list-beneficiary", 36),
    ("list-status", 14),
    ("list-start", 14),
    ("list-until", 14),
    ("list-file-source", 36),
    ("list-file-address", 40),
];

/// Several names in one cell, each as it is.
fn several<'a>(names: impl IntoIterator<Item = &'a str>) -> Value {
    cell(&names.into_iter().map(in_list).collect::<Vec<_>>().join("; "))
}

fn cells(p: &Page, base_url: &str, row: &ActionRow) -> Vec<Value> {
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let status = row.status.as_deref().and_then(Status::parse);
    vec![
        cell(&row.title),
        several(pillars.iter().filter(|l| row.pillars.contains(&l.id.0)).map(|l| l.key.as_str())),
        several(row.names("funding")),
        several(row.names("implementing")),
        several(beneficiaries.iter().filter(|b| row.beneficiaries.contains(&b.id.0)).map(|b| b.name.as_str())),
        status.map_or(Value::Empty, |s| Value::Text(p.t(s.label()))),
        date(row.start()),
        date(row.end()),
        cell(row.source_url.as_deref().unwrap_or_default()),
        Value::Text(format!("{base_url}{}", p.link(&format!("/public/actions/{}", row.id)))),
    ]
}

pub async fn file(format: SheetFormat, inside: InPublic) -> Result<Response, Problem> {
    let Ok(_turn) = MADE.try_acquire() else { return Err(Problem::TooMany { minutes: 1 }) };
    let (_, filter) = asked(&inside)?;
    let InPublic { app, tx, page: p, .. } = inside;
    // one more than a file holds tells that there are others; all at once, so that words are looked for once
    let mut run = Run::in_order(tx, &filter, i64::try_from(FILE + 1).unwrap_or(i64::MAX));
    let ids = run.next().await?.unwrap_or_default();
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for part in ids.get(..FILE.min(ids.len())).unwrap_or_default().chunks(CHUNK) {
        let found = actions::rows(run.tx(), part).await?;
        rows.extend(found.iter().map(|row| cells(&p, &app.base_url, row)));
    }
    let more = ids.len() > FILE;
    drop(run);
    let list = List {
        subject_kind: "action",
        what: "public-actions",
        title: p.t("list-title"),
        notes: vec![p.t("public-actions-lead")],
        columns: COLUMNS,
        rows,
        more,
    };
    let mut response = list.publish(&p, format).await?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}
