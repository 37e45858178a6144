//! The money of an action is written with the rest of its form, a row at a time: what is corrected is superseded, what is withdrawn
//! is no longer counted, and both stay in the history.

use axum::extract::Path;
use axum::response::IntoResponse;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::actions::{Contribution, ContributionKind, address, contribution, find, shown};
use super::answer::{Answered, Written, moved};
use super::auth::Called;
use super::body::{Kind, Member, may, must, of_form, text};
use super::once;
use super::problem::{Fault, Kind as Problem};
use super::shape::List;
use super::write_actions::{amount, change_by, checked, frame, replace, why};
use crate::features::actions::{Field, MONEY_PARTS, Record};
use crate::features::money::{self, Amended};
use crate::kernel::db::Frame;
use crate::kernel::form::Fields;
use crate::kernel::ids::{ContributionId, OrganisationId};

/// A contribution, as it is written.
pub const CONTRIBUTION: &[Member] = &[
    must("kind", Kind::Choice(ContributionKind::values), "What kind of money it is."),
    must("amount", Kind::Amount, "The amount; below zero it takes back."),
    must("currency", Kind::Currency, "The currency (ISO 4217)."),
    may("date", Kind::Date, "When."),
    may("provider", Kind::Id, "The id of who gives it."),
    may("receiver", Kind::Id, "The id of who receives it."),
    may("note", Kind::Text(500), "What is to be said of it."),
    may("why", Kind::Text(1_000), "Why: stands in the history."),
];

/// The rows of money of a form, each with its parts.
fn sheet(f: &Fields) -> Vec<Vec<String>> {
    let columns: Vec<Vec<&str>> = MONEY_PARTS.iter().map(|name| f.values(name)).collect();
    let length = columns.first().map_or(0, Vec::len);
    let cell = |column: &Vec<&str>, n: usize| column.get(n).copied().unwrap_or_default().to_owned();
    (0..length).map(|n| columns.iter().map(|column| cell(column, n)).collect()).collect()
}

fn set_money(f: &mut Fields, rows: &[Vec<String>]) {
    for (i, name) in MONEY_PARTS.iter().enumerate() {
        replace(f, name, rows.iter().map(|row| row.get(i).cloned().unwrap_or_default()));
    }
}

/// A row of money as a body says it; what it does not speak of stays as in `before`.
fn row(body: &Value, before: Option<&Vec<String>>) -> Vec<String> {
    const NAMES: [&str; 8] = ["id", "kind", "amount", "currency", "date", "provider", "receiver", "note"];
    let was = |i: usize| before.and_then(|row| row.get(i)).cloned().unwrap_or_default();
    let part = |(i, name): (usize, &&str)| match (body.get(*name), *name) {
        (_, "id") | (None, _) => was(i),
        (Some(_), "amount") => amount(text(body, "amount")),
        (Some(_), name) => text(body, name).to_owned(),
    };
    NAMES.iter().enumerate().map(part).collect()
}

/// Where in the body a part of the row came from.
fn money_pointer(name: &str, _: &Value, _: &Frame) -> String {
    let part = name.split('-').next().unwrap_or_default();
    part.strip_prefix("c_").map_or_else(String::new, |part| format!("/{part}"))
}

/// The parts of a body, and the fields of the form of one amount that they become.
const AMOUNT: [(&str, &str); 7] = [
    ("kind", "kind"),
    ("amount", "amount"),
    ("currency", "currency"),
    ("date", "value_date"),
    ("provider", "provider"),
    ("receiver", "receiver"),
    ("note", "note"),
];

/// Whether an amount came from a file. The form of the action has only those that people entered: a file's are put right one by one,
/// as on the page of the action's money.
fn from_file(record: &Record, of: Uuid) -> bool {
    record.contributions.iter().any(|c| c.id.0 == of && c.origin.is_some())
}

/// The record does not stand as it was read.
async fn stale(called: &mut Called, id: &str) -> Fault {
    let now = match find(called, id).await {
        Ok(now) => now,
        Err(fault) => return fault,
    };
    let current = frame(called).and_then(|frame| moved(&shown(&frame, &now)));
    current.unwrap_or_else(|fault| fault)
}

/// Puts an amount right that came from a file.
async fn correct_one(called: &mut Called, record: &Record, of: Uuid) -> Result<Record, Fault> {
    let (id, why, body) = (record.id.to_string(), why(called), called.body.clone());
    let change = |f: &mut Fields| {
        for (name, field) in AMOUNT.into_iter().filter(|(name, _)| body.get(*name).is_some()) {
            let said = text(&body, name);
            f.set(field, if name == "amount" { amount(said) } else { said.to_owned() });
        }
    };
    let (done, f) = money::correct_amount(&mut called.inside, record, ContributionId(of), change, &why).await?;
    let pointer =
        |field: &str| AMOUNT.iter().find(|(_, f)| *f == field).map_or_else(String::new, |(name, _)| format!("/{name}"));
    match done {
        Amended::Wrong => Err(Fault::invalid(of_form(&f, pointer))),
        Amended::Moved => Err(stale(called, &id).await),
        Amended::Same | Amended::Done => find(called, &id).await,
    }
}

/// Makes the contributions of an action others.
async fn with_money(
    called: &mut Called,
    record: &Record,
    change: impl FnOnce(&mut Vec<Vec<String>>),
) -> Result<Record, Fault> {
    let frame = frame(called)?;
    let change = |f: &mut Fields| {
        let mut rows = sheet(f);
        change(&mut rows);
        set_money(f, &rows);
    };
    change_by(called, record, &[Field::Contributions], &frame, change, money_pointer).await
}

/// The contribution that a change has made.
fn new_one(before: &Record, after: &Record) -> Option<Contribution> {
    let new = after.contributions.iter().find(|c| !before.contributions.iter().any(|b| b.id == c.id));
    new.map(contribution)
}

/// A row with a date or an amount that is as it was shown, and not in a reader's words.
fn plain(record: &Record, id: Uuid) -> Option<Vec<String>> {
    let stored = record.contributions.iter().find(|c| c.id.0 == id)?;
    let side = |o: Option<OrganisationId>| o.map(|o| o.to_string()).unwrap_or_default();
    let exact = stored.amount.parse::<Decimal>().map_or_else(|_| stored.amount.clone(), |n| n.normalize().to_string());
    Some(vec![
        stored.id.to_string(),
        stored.kind.clone(),
        amount(&exact),
        stored.currency.clone(),
        stored.value_date.clone().unwrap_or_default(),
        side(stored.provider),
        side(stored.receiver),
        stored.note.clone(),
    ])
}

pub async fn add(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let record = find(&mut called, &id).await?;
    checked(&called.body, CONTRIBUTION, false)?;
    let new = row(&called.body, None);
    let after = with_money(&mut called, &record, |rows| rows.push(new)).await?;
    // alike to one that is there already, it is that one: a sheet holds each row once
    let Some(made) = new_one(&record, &after) else { return Err(Fault::new(Problem::Conflict, "api-detail-alike")) };
    let location = format!("{}/contributions/{}", address(record.id.0), made.id);
    let written = Written::made(&made, location)?;
    once::finish(called, written).await
}

pub async fn correct(Path((id, of)): Path<(String, String)>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let record = find(&mut called, &id).await?;
    let of: Uuid = of.parse().map_err(|_| Fault::not_found())?;
    let before = plain(&record, of).ok_or_else(Fault::not_found)?;
    checked(&called.body, CONTRIBUTION, true)?;
    let after = if from_file(&record, of) {
        correct_one(&mut called, &record, of).await?
    } else {
        let corrected = row(&called.body, Some(&before));
        let change = |rows: &mut Vec<Vec<String>>| {
            rows.iter_mut().filter(|row| row.first() == before.first()).for_each(|row| row.clone_from(&corrected));
        };
        with_money(&mut called, &record, change).await?
    };
    let now = new_one(&record, &after)
        .or_else(|| after.contributions.iter().find(|c| c.id.0 == of).map(contribution))
        .ok_or_else(Fault::not_found)?;
    let written = Written::changed(&now)?;
    once::finish(called, written).await
}

pub async fn withdraw(Path((id, of)): Path<(String, String)>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let record = find(&mut called, &id).await?;
    let of: Uuid = of.parse().map_err(|_| Fault::not_found())?;
    let gone = record.contributions.iter().find(|c| c.id.0 == of).map(contribution).ok_or_else(Fault::not_found)?;
    if from_file(&record, of) {
        let why = why(&called);
        if !money::withdraw_amount(&mut called.inside, &record, ContributionId(of), &why).await? {
            return Err(stale(&mut called, &id).await);
        }
    } else {
        let id = of.to_string();
        with_money(&mut called, &record, |rows| rows.retain(|row| row.first() != Some(&id))).await?;
    }
    let written = Written::changed(&gone)?;
    once::finish(called, written).await
}
