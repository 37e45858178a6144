//! Amounts: the stated total as a budget, contributions as transactions and planned disbursements.

use rust_decimal::Decimal;

use super::merge::Kept;
use super::{kind, organisation};
use crate::features::exchange::iati::record::{Body, Money, Record};
use crate::features::exchange::iati::stated::Stated;
use crate::features::exchange::iati::xml::Element;
use crate::kernel::date::{PartialDate, Precision};

/// The elements, and whether there is a total that none of them says.
pub fn money(r: &Record, kept: &Kept) -> (Vec<Element>, bool) {
    if !r.sees_money {
        return (Vec::new(), false);
    }
    let mut all: Vec<Element> = r.money.iter().filter_map(contribution).collect();
    let total = r.total.map(|t| t.normalize()).zip(r.currency.as_deref());
    let before = kept.stated().and_then(Stated::total);
    if before.as_ref().map(|(amount, currency)| (*amount, currency.code())) == total {
        all.extend(kept.amounts(r).into_iter().filter(|e| e.name == "budget").cloned());
        return (all, false);
    }
    let Some((amount, currency)) = total else { return (all, false) };
    match budget(r, amount, currency) {
        Some(budget) => {
            all.push(budget);
            (all, false)
        }
        None => (all, true),
    }
}

/// A budget runs from a day to a day.
fn budget(r: &Record, amount: Decimal, currency: &str) -> Option<Element> {
    let from = r.actual_start.or(r.planned_start)?.first_day().to_string();
    let to = r.actual_end.or(r.planned_end)?.last_day().to_string();
    Some(
        Element::new("budget")
            .with("type", "1")
            .holding(Element::new("period-start").with("iso-date", &from))
            .holding(Element::new("period-end").with("iso-date", to))
            .holding(value(amount, currency, &from)),
    )
}

fn value(amount: Decimal, currency: &str, day: &str) -> Element {
    Element::new("value").with("currency", currency).with("value-date", day).saying(amount.normalize().to_string())
}

fn party(name: &'static str, body: Option<&Body>) -> Option<Element> {
    let body = body?;
    Some(Element::new(name).with("ref", organisation(body)).with_some("type", kind(body)).narrating(&body.name))
}

/// Who gives and who receives, as far as it is stated.
fn parties(m: &Money) -> impl Iterator<Item = Element> {
    [party("provider-org", m.provider.as_ref()), party("receiver-org", m.receiver.as_ref())].into_iter().flatten()
}

/// None without a day: the standard has no place for an amount of no time.
fn contribution(m: &Money) -> Option<Element> {
    let day = m.value_date.map(|date| date.first_day()).or(m.period_start)?.to_string();
    let code = match m.kind.as_str() {
        "planned" => return Some(planned(m, &day)),
        "committed" => "2",
        "disbursed" => "3",
        "spent" => "4",
        _ => return None,
    };
    let mut element = Element::new("transaction")
        .with("ref", m.id.to_string())
        .holding(Element::new("transaction-type").with("code", code))
        .holding(Element::new("transaction-date").with("iso-date", &day))
        .holding(value(m.amount, &m.currency, &day));
    // a year or a month stands at its first day, and says so
    let precise = |date: &PartialDate| date.precision() != Precision::Day;
    let told = [m.value_date.filter(precise).map(|date| date.to_string()), Some(m.note.trim().to_owned())];
    let told: Vec<String> = told.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    if !told.is_empty() {
        element = element.holding(Element::new("description").narrating(told.join(": ")));
    }
    Some(parties(m).fold(element, Element::holding))
}

fn planned(m: &Money, day: &str) -> Element {
    let from = m.period_start.map_or_else(|| day.to_owned(), |from| from.to_string());
    let to = m.period_end.or_else(|| m.value_date.filter(|_| m.period_start.is_none()).map(|date| date.last_day()));
    let mut element = Element::new("planned-disbursement").holding(Element::new("period-start").with("iso-date", from));
    if let Some(to) = to {
        element = element.holding(Element::new("period-end").with("iso-date", to.to_string()));
    }
    let element = element.holding(value(m.amount, &m.currency, day));
    parties(m).fold(element, Element::holding)
}
