//! The values of a sheet in the reader's words: for history, conflicts and suggestions.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::fields::{Difference, Field};
use super::model::{Contribution, Event, Names, Person};
use crate::features::actions::{PartyRole, Status};
use crate::kernel::date::PartialDate;
use crate::kernel::history::{Change, Changes};
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// The kinds of contribution, as the table has them.
pub const KINDS: [&str; 4] = ["planned", "committed", "disbursed", "spent"];

/// The Fluent key of a kind's name.
pub fn kind_label(kind: &str) -> &'static str {
    match kind {
        "committed" => "money-kind-committed",
        "disbursed" => "money-kind-disbursed",
        "spent" => "money-kind-spent",
        _ => "money-kind-planned",
    }
}

/// An ISO date as precise as it is, in the reader's language; what is no date stays as it stands.
pub fn date(p: &Page, iso: &str) -> String {
    iso.parse::<PartialDate>().map_or_else(|_| iso.to_owned(), |d| p.date(&d))
}

/// An amount with its currency.
pub fn amount(p: &Page, amount: &str, currency: &str) -> String {
    p.amount(amount, currency)
}

/// A share in percent, with all the decimals that were stated.
pub fn percent(share: &Decimal) -> String {
    format!("{}%", share.normalize())
}

fn name(p: &Page, names: &Names, id: &str) -> String {
    let known = id.parse::<Uuid>().ok().and_then(|id| names.0.get(&id).cloned());
    known.unwrap_or_else(|| p.t("action-unknown"))
}

fn beneficiary(p: &Page, value: &str) -> String {
    let (id, share) = value.split_once('=').map_or((value, None), |(id, share)| (id, Some(share)));
    let known = p.frame().and_then(|f| f.beneficiaries.iter().find(|b| b.id.to_string() == id)).map(|b| b.name.clone());
    let name = known.unwrap_or_else(|| p.t("action-unknown"));
    share.map_or_else(|| name.clone(), |share| format!("{name}, {share}%"))
}

/// A contribution in one line.
fn contribution(p: &Page, names: &Names, text: &str) -> String {
    let Some(row) = Contribution::parse(text) else { return text.to_owned() };
    let mut parts = vec![format!("{}: {}", p.t(kind_label(&row.kind)), amount(p, &row.amount, &row.currency))];
    if !row.date.is_empty() {
        parts.push(date(p, &row.date));
    }
    if !row.provider.is_empty() {
        parts.push(p.t1("action-from", "name", name(p, names, &row.provider)));
    }
    if !row.receiver.is_empty() {
        parts.push(p.t1("action-to", "name", name(p, names, &row.receiver)));
    }
    if !row.note.is_empty() {
        parts.push(row.note);
    }
    parts.join(", ")
}

/// One value of a field.
pub fn value(p: &Page, names: &Names, field: Field, value: &str) -> String {
    match field {
        Field::Reporting | Field::Disclosures | Field::Themes => name(p, names, value),
        Field::Pillars => {
            let pillar = p.frame().and_then(|f| f.pillars.iter().find(|l| l.id.to_string() == value));
            pillar.map_or_else(|| p.t("action-unknown"), |l| l.key.clone())
        }
        Field::Beneficiaries => beneficiary(p, value),
        Field::Parties => {
            let (role, id) = value.split_once(':').unwrap_or(("", value));
            let role = PartyRole::parse(role).map(|r| p.t(r.label())).unwrap_or_default();
            format!("{role}: {}", name(p, names, id))
        }
        Field::Status => Status::parse(value).map_or_else(|| value.to_owned(), |s| p.t(s.label())),
        Field::Handling => Handling::parse(value).map_or_else(|| value.to_owned(), |h| p.t(h.label())),
        Field::PlannedStart | Field::PlannedEnd | Field::ActualStart | Field::ActualEnd => date(p, value),
        Field::StatedTotal => {
            value.split_once(' ').map_or_else(|| value.to_owned(), |(n, currency)| amount(p, n, currency))
        }
        Field::Contributions => contribution(p, names, value),
        Field::OpenToSupportGroup => p.t("action-yes"),
        Field::Parent => value.strip_prefix("words:").map_or_else(|| name(p, names, value), str::to_owned),
        Field::Title
        | Field::Description
        | Field::ThemeText
        | Field::DateNote
        | Field::Reference
        | Field::SourceUrl
        | Field::SourceNote => value.to_owned(),
    }
}

pub fn values(p: &Page, names: &Names, field: Field, of: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = of.iter().map(|v| value(p, names, field, v)).collect();
    // sets are kept by their ids; people read them by name
    if of.len() > 1 {
        shown.sort();
    }
    shown
}

/// A difference as history keeps it: in the words of the form, so that it can be read when names have changed. What an action is
/// part of is kept as it is (an id, or `words:…`): its title is for those who see it, and they are told it when they read this.
pub fn changes(p: &Page, names: &Names, difference: &Difference) -> Changes {
    let side = |field: Field, of: &[String]| match field {
        Field::Parent => of.to_vec(),
        field => values(p, names, field, of),
    };
    let change =
        |field: &Field, from: &[String], to: &[String]| Change { from: side(*field, from), to: side(*field, to) };
    difference.iter().map(|(field, delta)| (field.name().to_owned(), change(field, &delta.from, &delta.to))).collect()
}

/// A row of the table that shows a difference.
#[derive(Debug, Clone)]
pub struct DiffRow {
    pub label: String,
    pub from: Vec<String>,
    pub to: Vec<String>,
}

/// The rows of a difference, in the form's order; money only for those who may see it.
pub fn rows(p: &Page, names: &Names, difference: &Difference, money: bool) -> Vec<DiffRow> {
    let shown = difference.iter().filter(|(field, _)| money || !field.is_money());
    shown
        .map(|(field, delta)| DiffRow {
            label: p.t(&field.label()),
            from: values(p, names, *field, &delta.from),
            to: values(p, names, *field, &delta.to),
        })
        .collect()
}

/// The rows of what history kept, as it is read; fields of the form first, in its order. An action that the reader does not see is an
/// empty text there.
pub fn history_rows(p: &Page, changes: &Changes, money: bool) -> Vec<DiffRow> {
    let told = |field: Field, value: &String| match (field, value.as_str()) {
        (Field::Parent, "") => p.t("action-not-open"),
        _ => value.clone(),
    };
    let side = |field: Field, of: &[String]| of.iter().map(|v| told(field, v)).collect::<Vec<String>>();
    let known = Field::ALL.iter().filter_map(|f| Some((*f, changes.get(f.name())?)));
    let shown = known.filter(|(field, _)| money || !field.is_money());
    shown
        .map(|(field, change)| DiffRow {
            label: p.t(&field.label()),
            from: side(field, &change.from),
            to: side(field, &change.to),
        })
        .collect()
}

/// Who stands in the history: nobody is the portal itself.
pub fn author(p: &Page, event: &Event) -> String {
    event.by.as_ref().map_or_else(|| p.t("action-by-portal"), |by| person(p, Some(by)))
}

/// Who it was: name and where they are from; of somebody who has left, only whose member they were.
pub fn person(p: &Page, person: Option<&Person>) -> String {
    let Some(person) = person else { return p.t("action-by-source") };
    let of = person.of.clone().unwrap_or_else(|| p.t(person.role.label()));
    match &person.name {
        // some write where they are from into their name
        Some(name) if name.ends_with(&of) => name.clone(),
        Some(name) => p.t2("action-person", "name", name, "of", of),
        None => p.t1("action-former-member", "of", of),
    }
}
