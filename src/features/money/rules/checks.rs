//! Warnings that think: what in the money of an action should be looked at. None of them changes a total.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::shares::How;
use crate::kernel::lists::closed_list;
use crate::kernel::money::Currency;

closed_list! {
    /// What should be looked at.
    Finding {
        SpentAbove = "spent-above", "money-check-spent-above";
        PaidAbove = "paid-above", "money-check-paid-above";
        SharesBelow = "shares-below", "money-check-shares-below";
        SharesAbove = "shares-above", "money-check-shares-above";
        OutsideDates = "outside-dates", "money-check-outside-dates";
        OddRate = "odd-rate", "money-check-odd-rate";
        SameTwice = "same-twice", "money-check-same-twice";
        NoRate = "no-rate", "money-check-no-rate";
        ChildAbove = "child-above", "money-check-child-above";
        OtherCurrency = "other-currency", "money-check-other-currency";
    }
}

impl Finding {
    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Finding::SpentAbove => "money-check-spent-above-text",
            Finding::PaidAbove => "money-check-paid-above-text",
            Finding::SharesBelow => "money-check-shares-below-text",
            Finding::SharesAbove => "money-check-shares-above-text",
            Finding::OutsideDates => "money-check-outside-dates-text",
            Finding::OddRate => "money-check-odd-rate-text",
            Finding::SameTwice => "money-check-same-twice-text",
            Finding::NoRate => "money-check-no-rate-text",
            Finding::ChildAbove => "money-check-child-above-text",
            Finding::OtherCurrency => "money-check-other-currency-text",
        }
    }

    pub fn bit(self) -> u16 {
        1 << Finding::ALL.iter().position(|f| *f == self).unwrap_or(15)
    }

    /// Those that are set.
    pub fn of(bits: u16) -> Vec<Finding> {
        Finding::ALL.iter().copied().filter(|f| bits & f.bit() != 0).collect()
    }
}

/// A row that counts, as far as it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen<O> {
    pub kind: &'static str,
    pub provider: Option<O>,
    pub receiver: Option<O>,
    pub currency: Currency,
    pub converted: Decimal,
    pub value_date: Option<NaiveDate>,
    pub period: (Option<NaiveDate>, Option<NaiveDate>),
}

/// What is looked at in one action. Sums are what counts, in the currency of the totals.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub committed: Option<Decimal>,
    pub disbursed: Decimal,
    pub spent: Decimal,
    pub stated: Option<(Decimal, Currency)>,
    pub how: How,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub unconverted: bool,
}

/// Two amounts that are the same but for the rate are within this of one another.
const NEAR: i64 = 15;

fn near(a: Decimal, b: Decimal) -> bool {
    let larger = a.abs().max(b.abs());
    (a - b).abs() <= larger * Decimal::new(NEAR, 2)
}

/// Whether two rows may be one that was entered twice: the same to the cent, or in two currencies as far as rates let it be.
fn same<O: PartialEq>(a: &Seen<O>, b: &Seen<O>) -> bool {
    let dated = a.value_date.is_some() || (a.period.0.is_some() && a.period.1.is_some());
    a.kind == b.kind
        && dated
        && (a.value_date, a.period) == (b.value_date, b.period)
        && a.provider.is_some()
        && a.provider == b.provider
        && a.receiver == b.receiver
        && if a.currency == b.currency { a.converted == b.converted } else { near(a.converted, b.converted) }
}

/// What should be looked at, as bits.
pub fn findings<O: PartialEq>(facts: &Facts, rows: &[Seen<O>]) -> u16 {
    let mut bits = 0;
    let mut found = |f: Finding, is: bool| {
        if is {
            bits |= f.bit();
        }
    };
    // a budget in one currency that is paid in another moves with the rate
    let several = rows.iter().any(|r| rows.first().is_some_and(|f| f.currency != r.currency));
    let slack = if several { Decimal::new(102, 2) } else { Decimal::ONE };
    let budget = facts.committed.or(facts.stated.map(|(total, _)| total)).map(|b| b * slack);
    found(Finding::SpentAbove, budget.is_some_and(|b| facts.spent > b));
    found(Finding::PaidAbove, budget.is_some_and(|b| facts.disbursed > b));
    found(Finding::SharesBelow, facts.how == How::Below);
    found(Finding::SharesAbove, facts.how == How::Above);
    found(Finding::OutsideDates, rows.iter().any(|r| outside(r, facts.start, facts.end)));
    found(Finding::NoRate, facts.unconverted);
    let committed: Vec<&Seen<O>> = rows.iter().filter(|r| r.kind == "committed").collect();
    let other = facts.stated.is_some_and(|(_, c)| !committed.is_empty() && committed.iter().all(|r| r.currency != c));
    if let (true, Some((stated, _)), Some(committed)) = (other, facts.stated, facts.committed) {
        found(Finding::OddRate, !near(stated, committed));
    }
    let twice = rows.iter().enumerate().any(|(i, a)| rows.iter().skip(i + 1).any(|b| same(a, b)));
    found(Finding::SameTwice, twice);
    bits
}

/// Whether a row lies where the action does not: by years, since dates are rarely more precise. Commitments come before an
/// action begins, and accounts are settled in the year after it has ended.
fn outside<O>(row: &Seen<O>, start: Option<NaiveDate>, end: Option<NaiveDate>) -> bool {
    let days = [row.value_date, row.period.0, row.period.1];
    let years = || days.iter().flatten().map(Datelike::year);
    let early = start.is_some_and(|s| row.kind != "committed" && years().any(|y| y < s.year()));
    let late = end.is_some_and(|e| years().any(|y| y > e.year() + i32::from(row.kind != "planned")));
    early || late
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: &'static str, currency: &str, converted: i64, day: &str) -> Seen<u8> {
        Seen {
            kind,
            provider: Some(1),
            receiver: Some(2),
            currency: currency.parse().unwrap(),
            converted: converted.into(),
            value_date: day.parse().ok(),
            period: (None, None),
        }
    }

    fn of(facts: &Facts, rows: &[Seen<u8>]) -> Vec<Finding> {
        Finding::of(findings(facts, rows))
    }

    #[test]
    fn more_spent_than_there_is() {
        let facts = Facts { committed: Some(100.into()), spent: 101.into(), ..Facts::default() };
        assert_eq!(of(&facts, &[]), [Finding::SpentAbove]);
        let facts = Facts { stated: Some((100.into(), Currency::EUR)), disbursed: 120.into(), ..Facts::default() };
        assert_eq!(of(&facts, &[]), [Finding::PaidAbove]);
        let facts = Facts { spent: 5.into(), ..Facts::default() };
        assert!(of(&facts, &[]).is_empty(), "of what has no budget nothing is known");
    }

    #[test]
    fn dates_and_shares() {
        let day = |t: &str| t.parse().ok();
        let facts = Facts { start: day("2024-02-01"), end: day("2025-06-30"), how: How::Below, ..Facts::default() };
        assert_eq!(
            of(&facts, &[seen("committed", "EUR", 1, "2023-12-20"), seen("spent", "EUR", 1, "2026-01-31")]),
            [Finding::SharesBelow]
        );
        for (kind, day) in [("spent", "2023-05-05"), ("planned", "2026-01-01"), ("disbursed", "2027-01-01")] {
            assert!(of(&facts, &[seen(kind, "EUR", 1, day)]).contains(&Finding::OutsideDates), "{kind} {day}");
        }
    }

    #[test]
    fn a_rate_that_makes_no_sense() {
        let usd: Currency = "USD".parse().unwrap();
        let rows = [seen("committed", "EUR", 100, "2024-01-01")];
        let facts =
            |stated: i64| Facts { stated: Some((stated.into(), usd)), committed: Some(100.into()), ..Facts::default() };
        assert_eq!(of(&facts(160), &rows), [Finding::OddRate]);
        assert!(of(&facts(104), &rows).is_empty());
        let twice = [seen("committed", "EUR", 100, "2024-01-01"), seen("committed", "USD", 98, "2024-01-01")];
        assert_eq!(of(&Facts { committed: Some(198.into()), ..Facts::default() }, &twice), [Finding::SameTwice]);
    }

    #[test]
    fn a_row_that_was_entered_twice() {
        let first = || seen("disbursed", "EUR", 100, "2024-01-01");
        let none = Facts::default();
        assert_eq!(of(&none, &[first(), first()]), [Finding::SameTwice]);
        for other in [
            seen("disbursed", "EUR", 101, "2024-01-01"),
            seen("disbursed", "EUR", 100, "2024-01-02"),
            seen("spent", "EUR", 100, "2024-01-01"),
            Seen { receiver: Some(3), ..first() },
            Seen { period: ("2024-01-01".parse().ok(), "2024-03-31".parse().ok()), ..first() },
        ] {
            assert!(of(&none, &[first(), other.clone()]).is_empty(), "{other:?}");
        }
        let quarter = |amount: i64| Seen {
            value_date: None,
            period: ("2024-01-01".parse().ok(), "2024-03-31".parse().ok()),
            ..seen("planned", "EUR", amount, "")
        };
        assert_eq!(of(&none, &[quarter(50), quarter(50)]), [Finding::SameTwice]);
        let undated = || Seen { value_date: None, ..first() };
        assert!(of(&none, &[undated(), undated()]).is_empty(), "nothing says that they are of one time");
        let nobody = || Seen { provider: None, ..first() };
        assert!(of(&none, &[nobody(), nobody()]).is_empty());
    }
}
