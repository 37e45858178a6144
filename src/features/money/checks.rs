//! What in the money of actions should be looked at, for those who can put it right: a list, a part of an action's page, and how much
//! there is for a home.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

use super::answer::{Ready, currency, ready, ready_soon};
use super::ledger::{self, Apart};
use super::model::Question;
use super::pages::waiting;
use super::rules::checks::Finding;
use super::store;
use crate::features::documents::{List, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::ActionId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::{Permission, Scope};
use crate::kernel::window::FILE;

/// So many actions stand on a page.
const SIZE: usize = 50;
/// More than anybody puts right: of so many, those that are theirs are looked up.
const MOST: usize = 20_000;

pub struct Line {
    pub action: ActionId,
    pub title: String,
    pub findings: Vec<Found>,
}

/// What is found, with the two amounts that it is about, where it is about two.
pub struct Found {
    pub finding: Finding,
    pub by: Option<String>,
}

#[derive(Template)]
#[template(path = "money/checks.html")]
struct ChecksPage {
    p: Page,
    only: Option<Finding>,
    lines: Vec<Line>,
    all: usize,
    from: usize,
}

/// Whose money the reader may change: everybody's, or that of these organisations.
fn mine(inside: &Inside) -> (bool, Vec<Uuid>) {
    let every = inside.member.may(Permission::ActionMoney, &Scope::default());
    (every, inside.member.organisations().iter().map(|o| o.0).collect())
}

/// What is found in the money of each action; of one kind alone where that is asked for.
fn found(ready: &Ready, only: Option<Finding>) -> HashMap<Uuid, u16> {
    let book = ready.slot.book();
    let wanted = |bits: u16| only.is_none_or(|f| bits & f.bit() != 0);
    let all = ledger::looked_at(&book, &ready.sight).into_iter().filter(|(_, bits)| wanted(*bits));
    all.filter_map(|(slot, bits)| Some((book.entry(slot)?.id(), bits))).collect()
}

/// The amounts, in the currency of totals.
fn by(p: &Page, a: &Apart, currency: Currency) -> String {
    let key = match (a.finding, a.stated) {
        (Finding::SpentAbove, false) => "money-check-spent-by",
        (Finding::SpentAbove, true) => "money-check-spent-by-stated",
        (Finding::PaidAbove, false) => "money-check-paid-by",
        (Finding::PaidAbove, true) => "money-check-paid-by-stated",
        _ => "money-check-child-by",
    };
    let said = |n: &Decimal| p.amount(&n.normalize().to_string(), currency.code());
    p.t2(key, "more", said(&a.more), "than", said(&a.than))
}

/// The two amounts of what is found in these actions, where it is a matter of two.
fn apart(ready: &Ready, of: &[(Uuid, u16)]) -> HashMap<Uuid, Vec<Apart>> {
    let book = ready.slot.book();
    let slots: Vec<(u32, u16)> = of.iter().filter_map(|(id, bits)| Some((book.slot(*id)?, *bits))).collect();
    let amounts = ledger::apart(&book, &ready.sight, &slots).into_iter();
    amounts.filter_map(|(slot, all)| Some((book.entry(slot)?.id(), all))).collect()
}

/// What is found in these few actions, in words.
fn worded(p: &Page, ready: &Ready, currency: Currency, of: &[(Uuid, u16)]) -> HashMap<Uuid, Vec<Found>> {
    let amounts = apart(ready, of);
    let one = |(id, bits): &(Uuid, u16)| -> (Uuid, Vec<Found>) {
        let apart = amounts.get(id).map(Vec::as_slice).unwrap_or_default();
        let of = |finding: Finding| Found {
            finding,
            by: apart.iter().find(|a| a.finding == finding).map(|a| by(p, a, currency)),
        };
        (*id, Finding::of(*bits).into_iter().map(of).collect())
    };
    of.iter().map(one).collect()
}

/// Those whose money the reader may change, by title.
async fn theirs(inside: &mut Inside, found: &HashMap<Uuid, u16>) -> sqlx::Result<Vec<(ActionId, String)>> {
    let mut ids: Vec<Uuid> = found.keys().copied().collect();
    ids.sort_unstable();
    ids.truncate(MOST);
    let (every, organisations) = mine(inside);
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    store::editable(&mut inside.tx, &ids, every, &organisations, most).await
}

static COLUMNS: [(&str, u16); 9] = [
    ("list-action", 60),
    ("money-check-finding", 40),
    ("money-check-by", 60),
    ("money-check-more", 18),
    ("money-check-than", 18),
    ("money-check-difference", 18),
    ("money-currency", 10),
    ("money-check-advice", 80),
    ("money-file-address", 50),
];

/// By how much, in words and in figures; empty of what is no matter of two amounts.
fn figures(p: &Page, apart: Option<&Apart>, currency: Currency) -> [Value; 5] {
    let Some(a) = apart else { return [const { Value::Empty }; 5] };
    [
        Value::Text(by(p, a, currency)),
        Value::Number(a.more),
        Value::Number(a.than),
        Value::Number(a.more.saturating_sub(a.than)),
        Value::Text(currency.to_string()),
    ]
}

/// The same as a file: each thing that is found in a row of its own, so that it can be filtered by what it is.
pub async fn file(format: SheetFormat, mut inside: Inside) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let only = Finding::parse(inside.fields.value("finding"));
    let ready = ready(&mut inside, &Question::default()).await?;
    let found = found(&ready, only);
    let theirs = theirs(&mut inside, &found).await?;
    let bits = |action: &ActionId| found.get(&action.0).copied().unwrap_or(0);
    let of: Vec<(Uuid, u16)> = theirs.iter().map(|(action, _)| (action.0, bits(action))).collect();
    let amounts = apart(&ready, &of);
    let currency = currency(&inside, &Question::default());
    let p = &inside.page;
    let base = &inside.app.base_url;
    let line = |(action, title): &(ActionId, String)| -> Vec<Vec<Value>> {
        let address = format!("{base}{}#money", p.link(&format!("/actions/{action}")));
        let apart = amounts.get(&action.0).map(Vec::as_slice).unwrap_or_default();
        let row = |f: Finding| {
            let two = figures(p, apart.iter().find(|a| a.finding == f), currency);
            let said = [cell(title), cell(&p.t(f.label()))];
            said.into_iter().chain(two).chain([cell(&p.t(f.advice())), cell(&address)]).collect()
        };
        Finding::of(bits(action)).into_iter().map(row).collect()
    };
    let mut rows: Vec<Vec<Value>> = theirs.iter().flat_map(line).collect();
    let more = rows.len() > FILE;
    rows.truncate(FILE);
    let list = List {
        subject_kind: "money",
        what: "money-checks",
        title: p.t("money-check-title"),
        notes: vec![p.t("money-check-lead")],
        columns: &COLUMNS,
        rows,
        more,
    };
    list.deliver(inside, &by, format).await
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let only = Finding::parse(inside.fields.value("finding"));
    let from = inside.fields.value("start").parse::<usize>().unwrap_or(0);
    let whole = inside.fields.value("part") != "1";
    let Some(ready) = ready_soon(&mut inside, &Question::default()).await? else {
        // a home does not wait: its link stays
        return if whole { waiting(inside.page) } else { home(inside.page, None) };
    };
    let found = found(&ready, only);
    let theirs = theirs(&mut inside, &found).await?;
    let all = theirs.len();
    if !whole {
        return home(inside.page, Some(all));
    }
    let shown: Vec<(ActionId, String)> = theirs.into_iter().skip(from).take(SIZE).collect();
    let of: Vec<(Uuid, u16)> =
        shown.iter().map(|(action, _)| (action.0, found.get(&action.0).copied().unwrap_or(0))).collect();
    let mut worded = worded(&inside.page, &ready, currency(&inside, &Question::default()), &of);
    let lines = shown.into_iter().map(|(action, title)| Line {
        findings: worded.remove(&action.0).unwrap_or_default(),
        action,
        title,
    });
    let page = ChecksPage { only, lines: lines.collect(), all, from, p: inside.page };
    Ok((StatusCode::OK, Html(page.render()?)).into_response())
}

/// How much there is to be looked at: put into a keeper's home when that has come.
#[derive(Template)]
#[template(path = "money/checks_home.html")]
struct HomePart {
    p: Page,
    /// Whether the ledger has been made.
    ready: bool,
    n: usize,
}

fn home(p: Page, n: Option<usize>) -> Result<Response, Problem> {
    let part = HomePart { p, ready: n.is_some(), n: n.unwrap_or_default() };
    Ok((StatusCode::OK, Html(part.render()?)).into_response())
}

impl ChecksPage {
    /// Each thing that is looked for: its address, its name, whether it is the one.
    fn views(&self) -> Vec<(String, String, bool)> {
        let page = self.p.link("/money/checks");
        let mut all = vec![(page.clone(), self.p.t("money-check-all"), self.only.is_none())];
        all.extend(
            Finding::ALL
                .iter()
                .map(|f| (format!("{page}?finding={}", f.as_str()), self.p.t(f.label()), self.only == Some(*f))),
        );
        all
    }
    fn link(&self, from: usize) -> String {
        let only = self.only.map_or_else(String::new, |f| format!("finding={}&", f.as_str()));
        format!("{}?{only}start={from}", self.p.link("/money/checks"))
    }
    fn exports(&self) -> bool {
        self.p.may(Permission::ExportLists)
    }
    fn file(&self, ending: &str) -> String {
        let only = self.only.map_or_else(String::new, |f| format!("?finding={}", f.as_str()));
        format!("{}{only}", self.p.link(&format!("/money/checks.{ending}")))
    }
    fn before(&self) -> Option<String> {
        (self.from > 0).then(|| self.link(self.from.saturating_sub(SIZE)))
    }
    fn after(&self) -> Option<String> {
        let next = self.from.saturating_add(SIZE);
        (next < self.all).then(|| self.link(next))
    }
}

/// The findings of one action: put into its page when that has come.
#[derive(Template)]
#[template(path = "money/checks_part.html")]
struct Part {
    p: Page,
    findings: Vec<Found>,
}

#[derive(Template)]
#[template(path = "money/checks_of.html")]
struct OfPage {
    p: Page,
    id: ActionId,
    title: String,
    part: String,
}

pub async fn of_action(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let id: ActionId = id.parse().map_err(|_| Problem::NotFound)?;
    let (every, organisations) = mine(&inside);
    let theirs = store::editable(&mut inside.tx, &[id.0], every, &organisations, 1).await?;
    let (id, title) = theirs.into_iter().next().ok_or(Problem::NotFound)?;
    let whole = inside.fields.value("part") != "1";
    let Some(ready) = ready_soon(&mut inside, &Question::default()).await? else {
        // a part of a page has no room for more than a word
        return if whole { waiting(inside.page) } else { Ok(Html(inside.page.t("money-waiting")).into_response()) };
    };
    let bits = {
        let book = ready.slot.book();
        let slot = book.slot(id.0);
        let found = ledger::looked_at(&book, &ready.sight).into_iter().find(|(s, _)| Some(*s) == slot);
        found.map_or(0, |(_, bits)| bits)
    };
    let mut worded = worded(&inside.page, &ready, currency(&inside, &Question::default()), &[(id.0, bits)]);
    let findings = worded.remove(&id.0).unwrap_or_default();
    let part = Part { p: inside.page.clone(), findings }.render()?;
    let text = if whole { OfPage { p: inside.page, id, title, part }.render()? } else { part };
    Ok((StatusCode::OK, Html(text)).into_response())
}
