//! Amounts in the reader's words: for the page, the form, the file and the history.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::model::{Chain, Person, Row, Sum, Unfolded, sum};
use super::period;
use crate::features::actions::CONTRIBUTION_KINDS;
use crate::features::money::rates::{How, Rates, UNPUBLISHED, day_of};
use crate::kernel::ids::ContributionId;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// The Fluent key of a kind.
pub fn kind_label(kind: &str) -> &'static str {
    match kind {
        "committed" => "money-kind-committed",
        "disbursed" => "money-kind-disbursed",
        "spent" => "money-kind-spent",
        _ => "money-kind-planned",
    }
}

/// Who it was. What nobody of the process wrote came with the process.
pub fn person(p: &Page, person: Option<&Person>) -> String {
    let Some(person) = person else { return p.t("action-by-source") };
    let of = person.of.clone().unwrap_or_else(|| p.t(person.role.label()));
    match &person.name {
        Some(name) if name.ends_with(&of) => name.clone(),
        Some(name) => p.t2("action-person", "name", name, "of", of),
        None => p.t1("action-former-member", "of", of),
    }
}

pub fn amount(p: &Page, row: &Row) -> String {
    p.locale.amount(row.amount, &row.currency)
}

/// When it is for, or when it was.
pub fn when(p: &Page, row: &Row) -> Option<String> {
    let period = period::shown(p, row.period_start, row.period_end);
    let day = row.value_date.as_ref().map(|date| p.date(date));
    match (period, day) {
        (Some(period), Some(day)) => Some(p.t2("amount-period-and-day", "period", period, "day", day)),
        (period, day) => period.or(day),
    }
}

/// A whole row in one line, as the history has it.
pub fn line(p: &Page, row: &Row) -> String {
    let mut parts = vec![format!("{}: {}", p.t(kind_label(&row.kind)), amount(p, row))];
    parts.extend(when(p, row));
    parts.extend(row.provider.as_ref().map(|o| p.t1("action-from", "name", &o.name)));
    parts.extend(row.receiver.as_ref().map(|o| p.t1("action-to", "name", &o.name)));
    parts.extend(Some(row.note.clone()).filter(|note| !note.is_empty()));
    parts.join(", ")
}

/// An earlier figure, and what was said when it was replaced.
pub struct Earlier {
    pub line: String,
    pub said: String,
}

/// An amount as a row of the page.
pub struct Line {
    pub id: ContributionId,
    pub amount: String,
    /// In the currency of totals, with the rate and its day; none where it is in that currency.
    pub converted: Option<String>,
    pub provider: Option<String>,
    pub receiver: Option<String>,
    pub when: Option<String>,
    pub notes: Vec<String>,
    /// Who took it back, when and why.
    pub withdrawn: Option<String>,
    pub earlier: Vec<Earlier>,
}

/// The rows of one kind and what they come to.
pub struct Part {
    pub label: &'static str,
    pub lines: Vec<Line>,
    pub totals: Vec<String>,
}

/// Why a figure is not that of before: who, when, and what they said.
fn replaced(p: &Page, by: &Row) -> String {
    let day = p.day_of(&by.created_at);
    if by.origin.is_some() {
        return p.t1("amount-replaced-by-file", "day", day);
    }
    let said = p.t2("amount-replaced", "day", day, "by", person(p, by.created_by.as_ref()));
    if by.reason.is_empty() { said } else { format!("{said}: {}", by.reason) }
}

fn taken_back(p: &Page, row: &Row) -> Option<String> {
    let day = p.day_of(row.withdrawn_at.as_ref()?);
    if row.origin_gone {
        return Some(p.t1("amount-gone", "day", day));
    }
    let said = p.t2("amount-withdrawn-by", "day", day, "by", person(p, row.withdrawn_by.as_ref()));
    Some(if row.withdrawn_reason.is_empty() { said } else { format!("{said}: {}", row.withdrawn_reason) })
}

/// What an amount is at the rate of its day, with that rate; or why it cannot be said.
pub fn converted(p: &Page, row: &Row, to: Currency, rates: &Rates) -> Option<String> {
    if row.currency == to {
        return None;
    }
    let Some(made) = rates.convert_on(row.amount, row.currency, to, row.on()) else {
        return Some(match UNPUBLISHED.contains(&row.currency.code()) {
            true => p.t1("amount-no-rate-unpublished", "currency", row.currency),
            false => p.t("amount-no-rate"),
        });
    };
    let how = match (day_of(row.value_date.as_ref(), row.period_start), row.on()) {
        (None, None) => p.t("amount-no-day"),
        (None, Some(_)) if made.how != How::Newest => p.t("amount-by-start"),
        _ => p.t(made.how.label()),
    };
    let rate = p.t3("rates-one", ("from", row.currency), ("rate", p.quantity(&made.rate)), ("to", to));
    let dated = p.t2("rates-dated", "day", p.day(&made.rate_date), "how", how);
    Some(format!("{} ({rate}. {dated})", p.locale.amount(made.amount, &to)))
}

pub fn one(p: &Page, chain: &Chain<'_>, to: Currency, rates: &Rates) -> Line {
    let row = chain.row;
    let mut notes: Vec<String> = Some(row.note.clone()).filter(|note| !note.is_empty()).into_iter().collect();
    if let Some(counted) = chain.counted.filter(|_| chain.passed_on()) {
        notes.push(match counted.is_zero() {
            true => p.t("amount-passed-on"),
            false => p.t1("amount-passed-in-part", "amount", p.locale.amount(counted, &to)),
        });
    }
    if row.origin.is_some() {
        notes.push(p.t1("amount-from-file", "day", p.day_of(&row.created_at)));
    }
    notes.extend(row.envelope.as_ref().map(|e| p.t1("amount-of-envelope", "name", &e.name)));
    // each of the earlier ones was replaced by the one after it
    let mut after = row;
    let mut earlier = Vec::new();
    for old in &chain.earlier {
        earlier.push(Earlier { line: line(p, old), said: replaced(p, after) });
        after = old;
    }
    Line {
        id: row.id,
        amount: amount(p, row),
        converted: converted(p, row, to, rates),
        provider: row.provider.as_ref().map(|o| o.name.clone()),
        receiver: row.receiver.as_ref().map(|o| o.name.clone()),
        when: when(p, row),
        notes,
        withdrawn: taken_back(p, row),
        earlier,
    }
}

/// What the rows of a kind come to, in words.
fn totals(p: &Page, sum: &Sum, to: Currency) -> Vec<String> {
    let mut all = Vec::new();
    if !sum.own.is_empty() {
        let own: Vec<String> = sum.own.iter().map(|(currency, of)| p.locale.amount(*of, currency)).collect();
        all.push(p.t1("amount-sum-own", "amounts", own.join(" + ")));
    }
    let foreign = sum.own.iter().any(|(currency, _)| *currency != to);
    let converts = sum.rates.is_some() || !sum.converted.is_zero();
    if sum.passed_on || (foreign && converts) {
        let key = if sum.passed_on { "amount-sum-set-off" } else { "amount-sum-converted" };
        all.push(p.t1(key, "amount", p.locale.amount(sum.converted, &to)));
        if let Some((first, last)) = sum.rates {
            all.push(match first == last {
                true => p.t1("amount-sum-rate", "day", p.day(&first)),
                false => p.t2("amount-sum-rates", "first", p.day(&first), "last", p.day(&last)),
            });
        }
    }
    if sum.ahead {
        all.push(p.t("amount-sum-ahead"));
    }
    if sum.left_out > 0 {
        all.push(p.tn1("amount-sum-left-out", sum.left_out, "currency", to));
    }
    all
}

/// The parts of the page: each kind of which there is something.
pub fn parts(p: &Page, all: &Unfolded<'_>, to: Currency, rates: &Rates) -> Vec<Part> {
    let of = |kind: &'static str| {
        let chains: Vec<&Chain<'_>> = all.counting.iter().filter(|c| c.row.kind == kind).collect();
        if chains.is_empty() {
            return None;
        }
        let sum = sum(chains.iter().copied());
        let lines = chains.into_iter().map(|chain| one(p, chain, to, rates)).collect();
        Some(Part { label: kind_label(kind), lines, totals: totals(p, &sum, to) })
    };
    CONTRIBUTION_KINDS.into_iter().filter_map(of).collect()
}

/// What an amount is in the currency of totals, for a file: figure, rate, day of the rate.
pub fn figures(row: &Row, to: Currency, rates: &Rates) -> Option<(Decimal, Decimal, Option<NaiveDate>)> {
    let made = rates.convert_on(row.amount, row.currency, to, row.on())?;
    // what needs no rate of a day has none beside its own
    let day = if made.how == How::Same { row.on() } else { Some(made.rate_date) };
    Some((made.amount, made.rate, day))
}
