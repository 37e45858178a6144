//! The list of requests for access as a file, for whoever decides on them.

use axum::response::Response;

use super::model::standing;
use super::pages::{asked, sight};
use super::store::{self, Request};
use crate::features::directory::shared::Cursor;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

const COLUMNS: &[(&str, u16)] = &[
    ("directory-field-name", 40),
    ("directory-field-post", 40),
    ("directory-field-email", 40),
    ("directory-request-kind", 30),
    ("directory-organisation", 50),
    ("directory-request-asked", 12),
    ("directory-request-again", 30),
    ("directory-request-due", 12),
    ("directory-field-state", 16),
    ("directory-field-address", 40),
];

fn cells(p: &Page, base: &str, r: &Request) -> Vec<Value> {
    let (word, _) = standing(r.state, r.due_on, p.today);
    vec![
        cell(&r.name),
        cell(&r.post),
        cell(&r.email),
        Value::Text(p.t(r.kind.label())),
        cell(r.organisation.as_ref().map_or(&r.organisation_name, |(_, name)| name)),
        Value::Date(r.at.date_naive()),
        Value::Text(r.again_on(p)),
        Value::Date(r.due_on),
        Value::Text(p.t(word)),
        Value::Text(format!("{base}{}", p.link(&format!("/access-requests/{}", r.id)))),
    ]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let (sight, state) = (sight(&inside.member), asked(&mut inside.fields));
    let found = store::list(&mut inside.tx, &sight, state, Cursor::file(), inside.page.today).await?;
    let (p, base) = (&inside.page, inside.app.base_url.as_str());
    let list = List {
        subject_kind: "access_request",
        what: "access-requests",
        title: p.t("directory-requests"),
        notes: Vec::new(),
        columns: COLUMNS,
        rows: found.rows.iter().map(|r| cells(p, base, r)).collect(),
        more: found.after.is_some(),
    };
    list.deliver(inside, &by, format).await
}
