//! Converting at a dated rate. Plain functions over a table in memory; nothing is rounded, what is shown is.
//!
//! The gap rule: the rate of the day; where none was published that day (weekends, holidays) the last one before it, at most
//! [`GAP`] days old; for a day that is still to come, the newest there is, marked as such. Otherwise there is none, and the amount is
//! left out of converted totals, which say so. A currency that is fixed to the euro by law is converted at that parity.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::parse::Quote;
use crate::kernel::date::PartialDate;
use crate::kernel::money::Currency;

/// So many days old a rate may be.
pub const GAP: i32 = 10;

/// Currencies of the region that the European Central Bank publishes no rate of.
pub const UNPUBLISHED: [&str; 3] = ["ALL", "MKD", "RSD"];

/// A parity that is fixed by law.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    pub code: &'static str,
    /// Units for one euro: digits, and how many of them are decimals.
    per_euro: (i64, u32),
    since: (i32, u32, u32),
    /// The Fluent key of why.
    pub why: &'static str,
}

/// The convertible mark is bound to the euro at the mark's own parity (Law on the Central Bank of Bosnia and Herzegovina, one mark
/// for one German mark; Council Regulation (EC) No 2866/98, 1.95583 German marks for one euro). The others have become the euro, at
/// the rates of that regulation as amended for each.
pub const FIXED: [Fixed; 6] = [
    Fixed { code: "BAM", per_euro: (195_583, 5), since: (1999, 1, 1), why: "rates-fixed-bam" },
    Fixed { code: "BGN", per_euro: (195_583, 5), since: (2026, 1, 1), why: "rates-fixed-euro" },
    Fixed { code: "EEK", per_euro: (156_466, 4), since: (2011, 1, 1), why: "rates-fixed-euro" },
    Fixed { code: "HRK", per_euro: (753_450, 5), since: (2023, 1, 1), why: "rates-fixed-euro" },
    Fixed { code: "LTL", per_euro: (345_280, 5), since: (2015, 1, 1), why: "rates-fixed-euro" },
    Fixed { code: "LVL", per_euro: (702_804, 6), since: (2014, 1, 1), why: "rates-fixed-euro" },
];

impl Fixed {
    pub fn per_euro(&self) -> Decimal {
        Decimal::new(self.per_euro.0, self.per_euro.1)
    }
    pub fn since(&self) -> NaiveDate {
        let (year, month, day) = self.since;
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }
}

/// How a rate came to be the one of a day. In the order of how far it is from a rate of that very day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Nothing was converted.
    Same,
    /// By law.
    Fixed,
    /// Published for that day.
    Published,
    /// The last one before.
    Earlier,
    /// The day is still to come: the newest there is.
    Newest,
}

impl How {
    /// The Fluent key of what is said of it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Same => "rates-how-same",
            Self::Fixed => "rates-how-fixed",
            Self::Published => "rates-how-published",
            Self::Earlier => "rates-how-earlier",
            Self::Newest => "rates-how-newest",
        }
    }
}

/// An amount in another currency, with what it was converted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Converted {
    /// Not rounded.
    pub amount: Decimal,
    /// Units of the new currency for one of the old.
    pub rate: Decimal,
    /// The day of the rate: of two that were needed, the older one.
    pub rate_date: NaiveDate,
    pub how: How,
}

/// A rate in sixteen bytes: there are a quarter of a million of them.
#[derive(Debug, Clone, Copy)]
struct Point {
    day: i32,
    scale: u32,
    digits: i64,
}

impl Point {
    fn per_euro(self) -> Option<Decimal> {
        Decimal::try_new(self.digits, self.scale).ok()
    }
    fn day(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.day)
    }
}

/// All rates of the installation.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// By day.
    by: BTreeMap<Currency, Vec<Point>>,
}

/// From when to when a currency has rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub currency: Currency,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub days: usize,
}

impl FromIterator<Quote> for Table {
    fn from_iter<I: IntoIterator<Item = Quote>>(quotes: I) -> Self {
        let mut by: BTreeMap<Currency, Vec<Point>> = BTreeMap::new();
        for q in quotes {
            let Ok(digits) = i64::try_from(q.per_euro.mantissa()) else { continue };
            let point = Point { day: q.day.num_days_from_ce(), scale: q.per_euro.scale(), digits };
            by.entry(q.currency).or_default().push(point);
        }
        for points in by.values_mut() {
            points.sort_unstable_by_key(|p| p.day);
            points.dedup_by_key(|p| p.day);
            points.shrink_to_fit();
        }
        Self { by }
    }
}

impl Table {
    pub fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.by.iter().filter_map(|(currency, points)| {
            let (first, last) = (points.first()?.day()?, points.last()?.day()?);
            Some(Span { currency: *currency, first, last, days: points.len() })
        })
    }

    /// The newest day of all.
    fn last(&self) -> Option<i32> {
        self.by.values().filter_map(|points| points.last()).map(|p| p.day).max()
    }

    /// Units of the currency for one euro, as of a day.
    fn per_euro(&self, currency: Currency, on: NaiveDate, today: NaiveDate) -> Option<(Decimal, NaiveDate, How)> {
        if currency == Currency::EUR {
            return Some((Decimal::ONE, on, How::Same));
        }
        if let Some(fixed) = FIXED.iter().find(|f| f.code == currency.code() && f.since() <= on) {
            return Some((fixed.per_euro(), on, How::Fixed));
        }
        let points = self.by.get(&currency)?;
        let day = on.num_days_from_ce();
        let before = points.partition_point(|p| p.day <= day).checked_sub(1)?;
        let point = points.get(before)?;
        let how = if on > today {
            // of a currency that is published no more, the newest is an old one
            let newest = self.last()?;
            if newest - point.day > GAP {
                return None;
            }
            How::Newest
        } else if point.day == day {
            How::Published
        } else if day - point.day <= GAP {
            How::Earlier
        } else {
            return None;
        };
        Some((point.per_euro()?, point.day()?, how))
    }
}

/// The rates as they are asked for on a day.
#[derive(Debug, Clone)]
pub struct Rates {
    pub(super) table: std::sync::Arc<Table>,
    pub(super) today: NaiveDate,
}

impl Rates {
    pub fn new(table: Table, today: NaiveDate) -> Self {
        Self { table: std::sync::Arc::new(table), today }
    }

    /// Whether there is none but what the law fixes.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// From when to when each currency has rates, by code.
    pub fn spans(&self) -> Vec<Span> {
        self.table.spans().collect()
    }

    /// An amount of a day in another currency, by the gap rule. `None`: there is no rate for that day, and nothing may be said.
    pub fn convert(&self, amount: Decimal, from: Currency, to: Currency, on: NaiveDate) -> Option<Converted> {
        if from == to {
            return Some(Converted { amount, rate: Decimal::ONE, rate_date: on, how: How::Same });
        }
        let (of_from, from_day, from_how) = self.table.per_euro(from, on, self.today)?;
        let (of_to, to_day, to_how) = self.table.per_euro(to, on, self.today)?;
        // multiplied first: the one division is the one place where digits can be lost
        let amount = match amount.checked_mul(of_to) {
            Some(product) => product.checked_div(of_from)?,
            None => amount.checked_div(of_from)?.checked_mul(of_to)?,
        };
        let rate = of_to.checked_div(of_from)?;
        Some(Converted { amount, rate, rate_date: from_day.min(to_day), how: from_how.max(to_how) })
    }

    /// The same for an amount of no day that is known: at the newest rate, as for a day that is still to come.
    pub fn convert_on(
        &self,
        amount: Decimal,
        from: Currency,
        to: Currency,
        on: Option<NaiveDate>,
    ) -> Option<Converted> {
        self.convert(amount, from, to, on.or_else(|| self.today.succ_opt())?)
    }
}

/// The day at whose rate money is converted: the day of its value; of a month or a year, or of a period, the first day.
pub fn day_of(value_date: Option<&PartialDate>, period_start: Option<NaiveDate>) -> Option<NaiveDate> {
    value_date.map(PartialDate::first_day).or(period_start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }
    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn rates() -> Rates {
        let quote = |code: &str, on: &str, rate: &str| Quote {
            currency: currency(code),
            day: day(on),
            per_euro: rate.parse().unwrap(),
        };
        let all = [
            quote("USD", "2026-10-30", "1.1172"),
            quote("USD", "2026-10-29", "1.1600"),
            quote("USD", "2026-10-16", "1.2"),
            quote("CHF", "2026-10-30", "0.9194"),
            quote("JPY", "2026-10-30", "175.68"),
            quote("IDR", "2026-10-30", "20275.17"),
            quote("RUB", "2022-03-01", "117.201"),
            quote("HRK", "2022-12-30", "7.5365"),
        ];
        Rates::new(all.into_iter().collect(), day("2026-11-28"))
    }
    fn hundred(from: &str, to: &str, on: &str) -> Option<(String, String, How)> {
        let made = rates().convert(Decimal::ONE_HUNDRED, currency(from), currency(to), day(on))?;
        Some((made.amount.round_dp(4).normalize().to_string(), made.rate_date.to_string(), made.how))
    }
    fn some(amount: &str, on: &str, how: How) -> Option<(String, String, How)> {
        Some((amount.to_owned(), on.to_owned(), how))
    }

    #[test]
    fn a_day_has_its_rate_and_a_gap_the_last_one_before() {
        assert_eq!(hundred("EUR", "USD", "2026-10-30"), some("111.72", "2026-10-30", How::Published));
        assert_eq!(hundred("USD", "EUR", "2026-10-29"), some("86.2069", "2026-10-29", How::Published));
        assert_eq!(hundred("EUR", "USD", "2026-11-01"), some("111.72", "2026-10-30", How::Earlier));
        assert_eq!(hundred("EUR", "USD", "2026-10-26"), some("120", "2026-10-16", How::Earlier), "ten days");
        assert_eq!(hundred("EUR", "USD", "2026-10-27"), None, "eleven");
        assert_eq!(hundred("EUR", "USD", "2026-10-15"), None, "before the first");
        assert_eq!(hundred("EUR", "USD", "2026-11-20"), None, "after the last, and past");
        assert_eq!(hundred("EUR", "USD", "2027-03-01"), some("111.72", "2026-10-30", How::Newest));
    }

    #[test]
    fn between_two_others_the_older_day_stands() {
        assert_eq!(hundred("CHF", "USD", "2026-10-30"), some("121.514", "2026-10-30", How::Published));
        assert_eq!(hundred("CHF", "USD", "2026-10-29"), None, "one of the two has none");
        assert_eq!(hundred("USD", "USD", "1999-01-01"), some("100", "1999-01-01", How::Same));
    }

    #[test]
    fn what_the_law_fixes_needs_no_file_and_what_nobody_publishes_has_none() {
        let empty = Rates::new(Table::default(), day("2026-11-28"));
        let made =
            empty.convert("195.583".parse().unwrap(), currency("BAM"), Currency::EUR, day("2031-01-01")).unwrap();
        assert_eq!((made.amount.normalize().to_string().as_str(), made.how), ("100", How::Fixed));
        assert!(empty.convert(Decimal::ONE, currency("USD"), Currency::EUR, day("2026-10-30")).is_none());
        for code in ["ALL", "MKD", "RSD"] {
            assert_eq!(hundred(code, "EUR", "2026-10-30"), None, "{code}");
        }
        // the kuna was published, and has become the euro
        assert_eq!(hundred("EUR", "HRK", "2022-12-31"), some("753.65", "2022-12-30", How::Earlier));
        assert_eq!(hundred("EUR", "HRK", "2023-01-01"), some("753.45", "2023-01-01", How::Fixed));
        // one that is published no more has no newest rate
        assert_eq!(hundred("EUR", "RUB", "2027-01-01"), None);
    }

    #[test]
    fn a_span_is_from_the_first_to_the_last_day() {
        let spans = rates().spans();
        let usd = spans.iter().find(|s| s.currency == currency("USD")).unwrap();
        assert_eq!((usd.first, usd.last, usd.days), (day("2026-10-16"), day("2026-10-30"), 3));
    }

    proptest! {
        #[test]
        fn there_and_back_at_one_day_stays_within_a_cent(
            cents in -1_000_000_000_000_000i64..1_000_000_000_000_000,
            pair in (0usize..5, 0usize..5),
        ) {
            let codes = ["EUR", "USD", "CHF", "JPY", "IDR"];
            let (from, to) = (currency(codes[pair.0]), currency(codes[pair.1]));
            let (rates, on, amount) = (rates(), day("2026-10-30"), Decimal::new(cents, 2));
            let there = rates.convert(amount, from, to, on).unwrap();
            let back = rates.convert(there.amount, to, from, on).unwrap();
            prop_assert!((back.amount - amount).abs() < Decimal::new(1, 2), "{amount} {from} {to}: {}", back.amount);
        }

        #[test]
        fn parts_convert_to_the_whole(a in -1_000_000_000i64..1_000_000_000, b in -1_000_000_000i64..1_000_000_000) {
            let (rates, on) = (rates(), day("2026-10-30"));
            let of = |cents: i64| rates.convert(Decimal::new(cents, 2), currency("USD"), currency("CHF"), on).unwrap().amount;
            prop_assert!((of(a) + of(b) - of(a + b)).abs() < Decimal::new(1, 6));
        }
    }
}
