//! The active filters, each with the address of the list without it.

use super::filter::{Filter, NOT_STATED};
use super::options::{fresh_label, missing_label, role_label};
use super::store::Lookups;
use crate::features::actions::model::{ClaimState, Status};
use crate::kernel::date::PartialDate;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// One active filter.
pub struct Chip {
    pub name: String,
    pub value: String,
    /// The list without it.
    pub link: String,
}

/// The Fluent key of a filter's name.
pub fn label(name: &str) -> &'static str {
    match name {
        "q" => "list-words",
        "pillar" => "list-pillar",
        "beneficiary" => "list-beneficiary",
        "status" => "list-status",
        "theme" => "list-theme",
        "handling" => "list-handling",
        "organisation" => "list-organisation",
        "role" => "list-role",
        "from" => "list-from",
        "to" => "list-to",
        "starts_from" => "list-starts-from",
        "starts_to" => "list-starts-to",
        "ends_from" => "list-ends-from",
        "ends_to" => "list-ends-to",
        "ending" => "list-ending",
        "min" => "list-min",
        "max" => "list-max",
        "currency" => "list-currency",
        "total" => "list-total",
        "fresh" => "list-fresh",
        "claim" => "list-reported",
        "missing" => "list-missing",
        "sort" => "list-sort",
        _ => "list-parent",
    }
}

fn said(p: &Page, lookups: &Lookups, name: &str, value: &str) -> String {
    let frame = p.frame();
    if value == NOT_STATED && name != "q" {
        return p.t("not-stated");
    }
    match name {
        "beneficiary" => frame
            .and_then(|f| f.beneficiaries.iter().find(|b| b.code == value))
            .map_or_else(|| value.to_owned(), |b| b.name.clone()),
        "theme" => lookups.themes.iter().find(|t| t.key == value).map_or_else(|| value.to_owned(), |t| t.name.clone()),
        "organisation" => lookups
            .organisations
            .iter()
            .find(|o| o.by.is_none() && o.id.to_string() == value)
            .map_or_else(|| format!("“{value}”"), |o| o.name.clone()),
        "q" => format!("“{value}”"),
        "status" => Status::parse(value).map_or_else(String::new, |s| p.t(s.label())),
        "handling" => Handling::parse(value).map_or_else(String::new, |h| p.t(h.label())),
        "claim" => ClaimState::parse(value).map_or_else(String::new, |c| p.t(c.label())),
        "role" => p.t(role_label(value)),
        "fresh" => p.t(fresh_label(value)),
        "missing" => p.t(missing_label(value)),
        "total" => p.t(if value == "yes" { "list-total-yes" } else { "list-total-no" }),
        "ending" => p.tn("list-months", value.parse::<i64>().unwrap_or(0)),
        "parent" => lookups.parent.clone().unwrap_or_default(),
        "min" | "max" => value.to_owned(),
        _ => value.parse::<PartialDate>().map_or_else(|_| value.to_owned(), |d| p.date(&d)),
    }
}

pub fn chips(p: &Page, filter: &Filter, lookups: &Lookups, list: &str) -> Vec<Chip> {
    filter
        .pairs
        .iter()
        .map(|(name, value)| {
            let rest = filter.without(name, value).query(&[]);
            let link = if rest.is_empty() { list.to_owned() } else { format!("{list}?{rest}") };
            Chip { name: p.t(label(name)), value: said(p, lookups, name, value), link }
        })
        .collect()
}
