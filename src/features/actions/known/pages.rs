//! The list as a page and as a file.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use chrono::Datelike;
use uuid::Uuid;

use super::store::{self, Contact, Known};
use crate::features::documents::{List, SheetFormat, Value, cell, date};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::{FILE, SIZE};

const LIST: &str = "/actions/confidential";

struct Line {
    keeper: Uuid,
    name: String,
    /// Key and place of each.
    pillars: Vec<(String, usize)>,
    since: String,
    contacts: Vec<Contact>,
}

#[derive(Template)]
#[template(path = "actions/known.html")]
struct ListPage {
    p: Page,
    title: String,
    lines: Vec<Line>,
    before: Option<String>,
    after: Option<String>,
}

/// The level is called as the process calls it.
fn title(p: &Page) -> String {
    p.t1("kept-back-title", "level", p.t("handling-restricted"))
}

fn pillars(p: &Page, known: &Known) -> Vec<(String, usize)> {
    let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    all.iter()
        .enumerate()
        .filter(|(_, l)| known.pillars.contains(&l.id.0))
        .map(|(i, l)| (l.key.clone(), i + 1))
        .collect()
}

fn since(known: &Known) -> Option<PartialDate> {
    PartialDate::new_month(known.since.year(), known.since.month()).ok()
}

fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX - 1)
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, fields: f, .. } = inside;
    let from = f.value("from").parse::<i64>().ok().filter(|n| (0..=10_000_000).contains(n)).unwrap_or(0);
    let size = number(SIZE);
    let mut rows = store::known(&mut tx, from, size + 1).await?;
    let more = rows.len() > SIZE;
    rows.truncate(SIZE);
    let list = p.link(LIST);
    let lines = rows.into_iter().map(|known| Line {
        pillars: pillars(&p, &known),
        since: since(&known).map(|month| p.date(&month)).unwrap_or_default(),
        keeper: known.keeper,
        name: known.keeper_name,
        contacts: known.contacts,
    });
    let page = ListPage {
        title: title(&p),
        lines: lines.collect(),
        before: (from > 0).then(|| format!("{list}?from={}", (from - size).max(0))),
        after: more.then(|| format!("{list}?from={}", from + size)),
        p,
    };
    Ok(Html(page.render()?).into_response())
}

const COLUMNS: &[(&str, u16)] =
    &[("kept-back-keeper", 40), ("kept-back-pillars", 20), ("kept-back-contact", 70), ("kept-back-since", 18)];

/// A contact point in one line.
fn line(contact: &Contact) -> String {
    let parts = [&contact.name, &contact.post, &contact.email, &contact.phone];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}

fn cells(p: &Page, known: &Known) -> Vec<Value> {
    let keys: Vec<String> = pillars(p, known).into_iter().map(|(key, _)| key).collect();
    let contacts: Vec<String> = known.contacts.iter().map(line).collect();
    let contacts = if contacts.is_empty() { p.t("kept-back-no-contact") } else { contacts.join("\n") };
    vec![cell(&known.keeper_name), cell(&keys.join(", ")), cell(&contacts), date(since(known))]
}

pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let mut rows = store::known(&mut inside.tx, 0, number(FILE) + 1).await?;
    let more = rows.len() > FILE;
    rows.truncate(FILE);
    let p = &inside.page;
    let list = List {
        subject_kind: "action",
        what: "actions-not-shown",
        title: title(p),
        notes: vec![p.t("kept-back-lead")],
        columns: COLUMNS,
        rows: rows.iter().map(|known| cells(p, known)).collect(),
        more,
    };
    list.deliver(inside, &by, format).await
}
