//! The amounts of an action, and what they come to. Plain functions.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::features::actions::CONTRIBUTION_KINDS;
use crate::features::money::rates::{How, Rates, day_of};
use crate::features::money::rules::chain::{Given, own};
use crate::features::money::rules::split::MOST;
use crate::kernel::date::PartialDate;
use crate::kernel::ids::{ContributionId, EnvelopeId, OrganisationId};
use crate::kernel::money::Currency;
use crate::kernel::permit::Role;

/// Who somebody is for others; `name` is missing once they have left.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Named<I> {
    pub id: I,
    pub name: String,
}

/// One row: what was once said of an amount, whether it counts today or not.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    pub id: ContributionId,
    pub kind: String,
    pub amount: Decimal,
    pub currency: Currency,
    pub value_date: Option<PartialDate>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    /// When its action begins, where that has been said ([`beginning`]).
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    pub provider: Option<Named<OrganisationId>>,
    pub receiver: Option<Named<OrganisationId>>,
    pub envelope: Option<Named<EnvelopeId>>,
    pub note: String,
    pub reason: String,
    pub supersedes: Option<ContributionId>,
    pub origin: Option<String>,
    pub origin_gone: bool,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<Person>,
    pub withdrawn_reason: String,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<Person>,
}

impl Row {
    /// The day at whose rate it is converted: its own, else the one on which its action begins. None: at the newest rate.
    pub fn on(&self) -> Option<NaiveDate> {
        day_of(self.value_date.as_ref(), self.period_start).or(self.starts_on)
    }
}

/// An amount with all that was said of it before, the latest first.
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    pub row: &'a Row,
    pub earlier: Vec<&'a Row>,
    /// In the currency of totals, and by the rate of which day; no rate where it is in that currency already. None: there is no rate.
    pub converted: Option<(Decimal, Option<(NaiveDate, How)>)>,
    /// What of that is its provider's own money: the rest is passed on, and counted where it came in.
    pub counted: Option<Decimal>,
}

impl Chain<'_> {
    /// What is passed on of it, where anything is.
    pub fn passed_on(&self) -> bool {
        self.counted.zip(self.converted).is_some_and(|(counted, (converted, _))| counted != converted)
    }
}

/// The amounts that count, and those that were taken back.
#[derive(Debug, Default)]
pub struct Unfolded<'a> {
    pub counting: Vec<Chain<'a>>,
    pub withdrawn: Vec<Chain<'a>>,
}

/// The rows of an action that begins on a day.
pub fn beginning(mut rows: Vec<Row>, on: Option<NaiveDate>) -> Vec<Row> {
    rows.iter_mut().for_each(|row| row.starts_on = on);
    rows
}

/// Follows each amount back through its corrections, and says what it comes to: kind by kind, by the rule of the chain.
pub fn unfold<'a>(rows: &'a [Row], to: Currency, rates: &Rates) -> Unfolded<'a> {
    let by_id: HashMap<ContributionId, &Row> = rows.iter().map(|r| (r.id, r)).collect();
    let superseded: HashSet<ContributionId> = rows.iter().filter_map(|r| r.supersedes).collect();
    let mut all = Unfolded::default();
    for row in rows.iter().filter(|r| !superseded.contains(&r.id)) {
        let mut earlier: Vec<&Row> = Vec::new();
        let mut before = row.supersedes;
        // no ring can be written; one that were there would end here
        while let Some(old) = before.and_then(|id| by_id.get(&id).copied()).filter(|_| earlier.len() < rows.len()) {
            earlier.push(old);
            before = old.supersedes;
        }
        let chain = Chain { row, earlier, converted: converted(row, to, rates), counted: None };
        if row.withdrawn_at.is_none() { all.counting.push(chain) } else { all.withdrawn.push(chain) }
    }
    for kind in CONTRIBUTION_KINDS {
        let of_kind = all.counting.iter_mut().filter(|c| c.row.kind == kind);
        let mut chains: Vec<(&mut Chain<'a>, Decimal)> =
            of_kind.filter_map(|c| c.converted.map(|(converted, _)| (c, converted))).collect();
        let given: Vec<Given<OrganisationId>> = chains
            .iter()
            .map(|(chain, converted)| Given {
                provider: chain.row.provider.as_ref().map(|o| o.id),
                receiver: chain.row.receiver.as_ref().map(|o| o.id),
                amount: chain.row.amount,
                currency: chain.row.currency,
                converted: *converted,
            })
            .collect();
        for ((chain, _), counted) in chains.iter_mut().zip(own(&given)) {
            chain.counted = Some(counted);
        }
    }
    all.counting.sort_by_key(|c| (day_of(c.row.value_date.as_ref(), c.row.period_start), c.row.created_at, c.row.id));
    all
}

/// What the amounts of one kind come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// In their own currencies; empty where something of them is passed on, since that is set off in the currency of totals.
    pub own: Vec<(Currency, Decimal)>,
    /// In the currency of totals, of what can be converted.
    pub converted: Decimal,
    /// Rows for which there is no rate.
    pub left_out: usize,
    /// The days of the rates, from the oldest to the newest; none where nothing had to be converted.
    pub rates: Option<(NaiveDate, NaiveDate)>,
    /// A rate of today stands for one of a day that is still to come.
    pub ahead: bool,
    /// Something is passed on.
    pub passed_on: bool,
}

/// Adds up what counts. Nothing is rounded.
pub fn sum<'a>(chains: impl IntoIterator<Item = &'a Chain<'a>>) -> Sum {
    let mut own: BTreeMap<Currency, Decimal> = BTreeMap::new();
    let mut sum =
        Sum { own: Vec::new(), converted: Decimal::ZERO, left_out: 0, rates: None, ahead: false, passed_on: false };
    for chain in chains {
        let entry = own.entry(chain.row.currency).or_default();
        *entry = entry.saturating_add(chain.row.amount);
        sum.passed_on |= chain.passed_on();
        let (Some(counted), Some((_, rate))) = (chain.counted, chain.converted) else {
            sum.left_out += 1;
            continue;
        };
        sum.converted = sum.converted.saturating_add(counted);
        if let Some((day, how)) = rate {
            sum.rates = Some(sum.rates.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
            sum.ahead |= how == How::Newest;
        }
    }
    if !sum.passed_on {
        sum.own = own.into_iter().collect();
    }
    sum
}

fn converted(row: &Row, to: Currency, rates: &Rates) -> Option<(Decimal, Option<(NaiveDate, How)>)> {
    // as the ledger: a slip is no amount that anything could be added to
    let sane = |amount: Decimal| Some(amount).filter(|a| a.abs() <= Decimal::from(MOST));
    let amount = sane(row.amount)?;
    if row.currency == to {
        return Some((amount, None));
    }
    let made = rates.convert_on(amount, row.currency, to, row.on())?;
    Some((sane(made.amount)?, Some((made.rate_date, made.how))))
}

/// The row that stands today for one that was read a while ago, and whether it was taken back.
pub fn head(rows: &[Row], of: ContributionId) -> Option<&Row> {
    let mut row = rows.iter().find(|r| r.id == of)?;
    for _ in 0..rows.len() {
        match rows.iter().find(|r| r.supersedes == Some(row.id)) {
            Some(next) => row = next,
            None => break,
        }
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::money::rates::Table;
    use proptest::prelude::*;
    use serde_json::json;
    use uuid::Uuid;

    fn row(id: u128, kind: &str, amount: &str, currency: &str, sides: (u128, u128), supersedes: u128) -> Row {
        let named = |n: u128| (n > 0).then(|| json!({"id": Uuid::from_u128(n), "name": format!("O{n}")}));
        serde_json::from_value(json!({
            "id": Uuid::from_u128(id), "kind": kind, "amount": amount, "currency": currency, "value_date": "2026-10-30",
            "period_start": null, "period_end": null, "provider": named(sides.0), "receiver": named(sides.1), "envelope": null,
            "note": "", "reason": "", "supersedes": (supersedes > 0).then(|| Uuid::from_u128(supersedes)), "origin": null,
            "origin_gone": false, "withdrawn_at": null, "withdrawn_by": null, "withdrawn_reason": "",
            "created_at": "2026-01-01T00:00:00Z", "created_by": null
        }))
        .unwrap()
    }
    fn none() -> Rates {
        Rates::new(Table::default(), NaiveDate::from_ymd_opt(2026, 11, 28).unwrap())
    }

    #[test]
    fn a_correction_counts_and_keeps_what_was_before() {
        let rows = [
            row(1, "committed", "100", "EUR", (0, 0), 0),
            row(2, "committed", "120", "EUR", (0, 0), 1),
            row(3, "committed", "130", "EUR", (0, 0), 2),
        ];
        let all = unfold(&rows, Currency::EUR, &none());
        assert_eq!(all.counting.len(), 1);
        let earlier: Vec<String> = all.counting[0].earlier.iter().map(|r| r.amount.to_string()).collect();
        assert_eq!(
            (all.counting[0].row.amount.to_string().as_str(), earlier),
            ("130", vec!["120".to_owned(), "100".to_owned()])
        );
        assert_eq!(sum(&all.counting).own, [(Currency::EUR, Decimal::from(130))]);
        assert_eq!(head(&rows, rows[0].id).unwrap().id, rows[2].id);
    }

    #[test]
    fn what_was_taken_back_counts_nothing_and_brings_no_error_back() {
        let mut rows = [row(1, "spent", "100", "EUR", (0, 0), 0), row(2, "spent", "120", "EUR", (0, 0), 1)];
        rows[1].withdrawn_at = Some(rows[1].created_at);
        let all = unfold(&rows, Currency::EUR, &none());
        assert!(all.counting.is_empty());
        assert_eq!((all.withdrawn.len(), all.withdrawn[0].earlier.len()), (1, 1));
    }

    #[test]
    fn money_that_is_passed_on_is_counted_where_it_came_in() {
        let rows = [
            row(1, "disbursed", "100", "EUR", (1, 2), 0),
            row(2, "disbursed", "80", "EUR", (2, 3), 0),
            row(3, "disbursed", "50", "EUR", (3, 4), 0),
            row(4, "spent", "40", "EUR", (2, 0), 0),
            row(5, "disbursed", "7", "EUR", (9, 9), 0),
        ];
        let all = unfold(&rows, Currency::EUR, &none());
        let passed = all.counting.iter().filter(|c| c.passed_on()).map(|c| c.row.amount.to_string());
        assert_eq!(passed.collect::<Vec<_>>(), ["80", "50"]);
        let disbursed = all.counting.iter().filter(|c| c.row.kind == "disbursed");
        let made = sum(disbursed);
        assert_eq!((made.converted, made.passed_on, made.own.len()), (Decimal::from(107), true, 0));
    }

    #[test]
    fn what_has_no_rate_is_left_out_and_counted_as_such() {
        let rows = [
            row(1, "spent", "100", "EUR", (0, 0), 0),
            row(2, "spent", "1", "ALL", (0, 0), 0),
            row(3, "spent", "195583", "BAM", (0, 0), 0),
        ];
        let made = sum(&unfold(&rows, Currency::EUR, &none()).counting);
        assert_eq!((made.converted, made.left_out, made.own.len()), (Decimal::from(100_100), 1, 3));
        assert!(made.rates.is_some() && !made.ahead);
    }

    #[test]
    fn an_amount_of_no_day_is_converted_as_every_total_converts_it() {
        let quote = |day: &str, per_euro: &str| crate::features::money::rates::parse::Quote {
            currency: "USD".parse().unwrap(),
            day: day.parse().unwrap(),
            per_euro: per_euro.parse().unwrap(),
        };
        let all = [quote("2024-03-01", "1.25"), quote("2026-11-27", "2")];
        let rates = Rates::new(all.into_iter().collect(), NaiveDate::from_ymd_opt(2026, 11, 28).unwrap());
        let mut of_no_day = row(1, "committed", "100", "USD", (0, 0), 0);
        of_no_day.value_date = None;
        of_no_day.starts_on = NaiveDate::from_ymd_opt(2024, 3, 1);
        let counts = |row: &Row| sum(&unfold(std::slice::from_ref(row), Currency::EUR, &rates).counting);
        let begun = counts(&of_no_day);
        assert_eq!((begun.converted, begun.ahead, begun.left_out), (Decimal::from(80), false, 0));
        of_no_day.starts_on = None;
        let newest = counts(&of_no_day);
        assert_eq!((newest.converted, newest.ahead, newest.left_out), (Decimal::from(50), true, 0));
    }

    #[test]
    fn a_slip_is_left_out_and_breaks_nothing() {
        let huge = "79228162514264337593543950335";
        let rows = [1, 2].map(|n| row(n, "spent", huge, "EUR", (1, 2), 0));
        let made = sum(&unfold(&rows, Currency::EUR, &none()).counting);
        assert_eq!((made.converted, made.left_out), (Decimal::ZERO, 2));
    }

    proptest! {
        #[test]
        fn the_order_of_rows_does_not_matter(amounts in proptest::collection::vec((-1000i64..1000, 0u128..4, 0u128..4), 1..12), turn in 0usize..12) {
            let mut rows: Vec<Row> = (1..).zip(&amounts)
                .map(|(id, (amount, from, to))| row(id, "committed", &amount.to_string(), "EUR", (*from, *to), 0)).collect();
            let whole = |rows: &[Row]| sum(&unfold(rows, Currency::EUR, &none()).counting).converted;
            let before = whole(&rows);
            let n = rows.len();
            rows.rotate_left(turn % n);
            prop_assert!((whole(&rows) - before).abs() < Decimal::new(1, 6));
        }
    }
}
