//! What the filter offers, in the reader's words, with what is chosen and how many there are of each.

use super::filter::{CORE, FRESH, KEEPER, NOT_STATED};
use super::sort::{By, Sort};
use super::store::{Counts, Lookups};
use crate::features::actions::model::{ClaimState, PartyRole, Status};
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

/// One value that can be chosen.
pub struct Value {
    pub value: String,
    pub text: String,
    pub chosen: bool,
    /// Where its number stands, so that it can be filled in later; empty where nothing is counted.
    pub count_id: String,
    /// The number as the reader writes it, once counted.
    pub count: String,
}

/// The values of one kind, which folds out.
pub struct Group {
    pub name: &'static str,
    pub title: String,
    pub values: Vec<Value>,
    pub chosen: usize,
    pub error: Option<String>,
}

impl Group {
    fn new(p: &Page, f: &Fields, name: &'static str, label: &str, values: Vec<Value>) -> Self {
        let chosen = values.iter().filter(|v| v.chosen).count();
        Self { name, title: p.t(label), values, chosen, error: p.error(f, name) }
    }
}

/// What is counted: the kind in the address, the kind in the counts, and each value with its key in the counts.
pub struct Counted {
    pub name: &'static str,
    pub kind: &'static str,
    pub label: &'static str,
    /// Value in the address, text, key in the counts.
    pub values: Vec<(String, String, String)>,
}

/// The kinds whose values are counted.
pub fn counted(p: &Page, lookups: &Lookups) -> Vec<Counted> {
    let frame = p.frame();
    let none = || (NOT_STATED.to_owned(), p.t("not-stated"), String::new());
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let pillars = pillars.iter().map(|l| {
        let text = if l.name == l.key { l.key.clone() } else { format!("{} – {}", l.key, l.name) };
        (l.key.clone(), text, l.id.to_string())
    });
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let beneficiaries = beneficiaries.iter().map(|b| (b.code.clone(), b.name.clone(), b.id.to_string()));
    let statuses = Status::ALL.iter().map(|s| (s.as_str().to_owned(), p.t(s.label()), s.as_str().to_owned()));
    let themes = lookups.themes.iter().map(|t| (t.key.clone(), t.name.clone(), t.id.to_string()));
    let levels = Handling::ALL.iter().map(|h| (h.as_str().to_owned(), p.t(h.label()), h.as_str().to_owned()));
    vec![
        Counted { name: "pillar", kind: "pillar", label: "list-pillar", values: pillars.chain([none()]).collect() },
        Counted {
            name: "beneficiary",
            kind: "beneficiary",
            label: "list-beneficiary",
            values: beneficiaries.chain([none()]).collect(),
        },
        Counted { name: "status", kind: "status", label: "list-status", values: statuses.chain([none()]).collect() },
        Counted { name: "theme", kind: "theme", label: "list-theme", values: themes.chain([none()]).collect() },
        Counted { name: "handling", kind: "handling", label: "list-handling", values: levels.collect() },
    ]
}

pub fn count_id(name: &str, value: &str) -> String {
    format!("n-{name}-{value}")
}

/// The groups whose values are counted, as the page shows them.
pub fn groups(p: &Page, f: &Fields, lookups: &Lookups, counts: Option<&Counts>) -> Vec<Group> {
    counted(p, lookups)
        .into_iter()
        .map(|kind| {
            let values = kind.values.into_iter().map(|(value, text, key)| Value {
                chosen: f.contains(kind.name, &value),
                count_id: count_id(kind.name, &value),
                count: counts.map(|c| p.number(c.of(kind.kind, &key))).unwrap_or_default(),
                value,
                text,
            });
            Group::new(p, f, kind.name, kind.label, values.collect())
        })
        .collect()
}

fn plain(p: &Page, f: &Fields, name: &'static str, label: &str, values: Vec<(&'static str, &'static str)>) -> Group {
    let values = values.into_iter().map(|(value, key)| Value {
        chosen: f.contains(name, value),
        value: value.to_owned(),
        text: p.t(key),
        count_id: String::new(),
        count: String::new(),
    });
    Group::new(p, f, name, label, values.collect())
}

pub fn role_label(role: &str) -> &'static str {
    if role == KEEPER { "list-role-keeper" } else { PartyRole::parse(role).map_or("list-role-any", PartyRole::label) }
}

pub fn roles(p: &Page, f: &Fields) -> Group {
    let all = PartyRole::ALL.iter().map(|r| (r.as_str(), r.label())).chain([(KEEPER, "list-role-keeper")]);
    plain(p, f, "role", "list-role", all.collect())
}

pub fn fresh_label(fresh: &str) -> &'static str {
    match fresh {
        "3" => "list-fresh-3",
        "3-6" => "list-fresh-3-6",
        "6" => "list-fresh-6",
        "6-12" => "list-fresh-6-12",
        "12" => "list-fresh-12",
        "stale" => "list-fresh-stale",
        "year" => "list-fresh-year",
        _ => "list-fresh-never",
    }
}

pub fn fresh(p: &Page, f: &Fields) -> Group {
    plain(p, f, "fresh", "list-fresh", FRESH.into_iter().map(|v| (v, fresh_label(v))).collect())
}

pub fn claims(p: &Page, f: &Fields) -> Group {
    plain(p, f, "claim", "list-reported", ClaimState::ALL.iter().map(|c| (c.as_str(), c.label())).collect())
}

pub fn missing_label(field: &str) -> &'static str {
    match field {
        "pillars" => "list-pillar",
        "beneficiaries" => "list-beneficiary",
        "themes" => "list-theme",
        "funding" => "list-donor",
        "implementing" => "list-implementer",
        "status" => "list-status",
        "start" => "list-start",
        "end" => "list-end",
        "stated_total" => "list-total",
        "description" => "list-description",
        _ => "list-missing-any",
    }
}

pub fn missing(p: &Page, f: &Fields) -> Group {
    let money = p.may(Permission::ActionSeeMoney);
    let fields = CORE.into_iter().filter(|v| money || *v != "stated_total");
    let all = ["any"].into_iter().chain(fields).map(|v| (v, missing_label(v)));
    plain(p, f, "missing", "list-missing", all.collect())
}

/// The orders, each with its address value.
pub fn orders(p: &Page, current: Sort, searching: bool) -> Vec<Value> {
    let money = p.may(Permission::ActionSeeMoney);
    Sort::all()
        .filter(|s| (money || s.by != By::Total) && (searching || s.by != By::Match))
        .map(|s| Value {
            value: s.value(),
            text: p.t(s.label()),
            chosen: s == current,
            count_id: String::new(),
            count: String::new(),
        })
        .collect()
}
