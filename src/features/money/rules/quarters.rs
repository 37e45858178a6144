//! In which quarters of its year an amount falls.

use chrono::{Datelike, Months, NaiveDate};
use std::fmt;

use super::split::allot_into;

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    pub year: i32,
    /// From 1 to 4.
    pub n: u8,
}

impl Quarter {
    /// That of a day.
    fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), n: u8::try_from(day.month0() / 3 + 1).unwrap_or(1) }
    }

    /// As it stands in an address: `2026-Q1`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, n) = text.split_once("-Q")?;
        let n = n.parse().ok().filter(|n| (1..=4).contains(n))?;
        Some(Self { year: year.parse().ok()?, n })
    }

    /// Its first and its last day; none of a year that no calendar has.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let first = NaiveDate::from_ymd_opt(self.year, (u32::from(self.n) * 3).saturating_sub(2), 1)?;
        Some((first, first.checked_add_months(Months::new(3))?.pred_opt()?))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.n)
    }
}

/// The days of an amount in each quarter of its year, in two bytes, since the ledger keeps one for each row and year. An amount
/// lies over one piece of its year: its first and its last quarter and its days in these say all, what lies between is whole.
/// Zero: not stated; 1 to 4: that quarter alone; from [`SEVERAL`] on, which two, and the days in each less one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quarters(u16);

const SEVERAL: i64 = 5;
/// The first and the last quarter of a piece that lies over several.
const PAIRS: [(u8, u8); 6] = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)];
/// No quarter has more days.
const LONGEST: i64 = 92;

impl Quarters {
    /// From a day to another of the same year.
    pub fn of(first: NaiveDate, last: NaiveDate) -> Self {
        let (a, b) = (Quarter::of(first), Quarter::of(last));
        if a >= b {
            return Self(u16::from(a.n));
        }
        let several = || {
            let pair = i64::try_from(PAIRS.iter().position(|pair| *pair == (a.n, b.n))?).ok()?;
            let (in_first, in_last) = ((a.days()?.1 - first).num_days(), (last - b.days()?.0).num_days());
            u16::try_from(SEVERAL + (pair * LONGEST + in_first) * LONGEST + in_last).ok()
        };
        several().map_or_else(Self::default, Self)
    }

    /// All of a year, of which no more is known.
    pub fn of_year(year: i32) -> Self {
        let ends = Quarter { year, n: 1 }.days().zip(Quarter { year, n: 4 }.days());
        ends.map_or_else(Self::default, |((first, _), (_, last))| Self::of(first, last))
    }

    /// The one that all of it falls into.
    pub fn only(self) -> Option<u8> {
        u8::try_from(self.0).ok().filter(|n| (1..=4).contains(n))
    }

    /// It is shared out among several.
    pub fn are_several(self) -> bool {
        i64::from(self.0) >= SEVERAL
    }

    /// The days in each, or what weighs like them; none where it is not stated.
    pub fn days(self) -> Option<[i64; 4]> {
        const ALL: [u8; 4] = [1, 2, 3, 4];
        if let Some(only) = self.only() {
            return Some(ALL.map(|n| i64::from(n == only)));
        }
        let code = i64::from(self.0) - SEVERAL;
        if code < 0 {
            return None;
        }
        let (from, to) = *PAIRS.get(usize::try_from(code / (LONGEST * LONGEST)).ok()?)?;
        let (in_first, in_last) = (code / LONGEST % LONGEST + 1, code % LONGEST + 1);
        Some(ALL.map(|n| match n {
            n if n == from => in_first,
            n if n == to => in_last,
            // the second or the third: the first, whose days hang on the year, is never between two others
            n if from < n && n < to => 89 + i64::from(n),
            _ => 0,
        }))
    }
}

/// An amount on its way into its quarters, part by part. What a part has in a quarter is the difference that it makes to all so
/// far: into whatever parts an amount is laid out, it has the same in each quarter, and each part's quarters sum to the part.
#[derive(Debug, Default)]
pub struct Laid {
    days: [i64; 4],
    all: i64,
    before: [i64; 4],
    after: Vec<i64>,
}

impl Laid {
    /// Begins with an amount; says whether its quarters are stated.
    pub fn begin(&mut self, quarters: Quarters) -> bool {
        let days = quarters.days();
        (self.days, self.all, self.before) = (days.unwrap_or_default(), 0, [0; 4]);
        days.is_some()
    }

    /// What the next part of it has in each quarter.
    pub fn next(&mut self, part: i64) -> [i64; 4] {
        self.all = self.all.saturating_add(part);
        allot_into(self.all, &self.days, &mut self.after);
        let mut parts = [0; 4];
        for ((part, before), after) in parts.iter_mut().zip(&mut self.before).zip(&self.after) {
            *part = after - *before;
            *before = *after;
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_quarter_is_read_as_it_is_written() {
        let third = Quarter { year: 2026, n: 3 };
        assert_eq!((third.to_string().as_str(), Quarter::parse("2026-Q3")), ("2026-Q3", Some(third)));
        assert_eq!(third.days(), Some((day("2026-07-01"), day("2026-09-30"))));
        assert_eq!(Quarter { year: 2026, n: 4 }.days(), Some((day("2026-10-01"), day("2026-12-31"))));
        for wrong in ["", "2026", "2026-Q", "2026-Q0", "2026-Q5", "x-Q1", "2026-q1"] {
            assert_eq!(Quarter::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Quarter { year: i32::MAX, n: 1 }.days(), None);
    }

    #[test]
    fn what_lies_in_one_quarter_is_of_it_and_a_year_of_all() {
        let within = Quarters::of(day("2026-04-01"), day("2026-06-30"));
        assert_eq!((within.only(), within.days(), within.are_several()), (Some(2), Some([0, 1, 0, 0]), false));
        assert_eq!(Quarters::of_year(2026).days(), Some([90, 91, 92, 92]));
        assert_eq!(Quarters::of_year(2024).days(), Some([91, 91, 92, 92]));
        assert_eq!(Quarters::of(day("2026-03-31"), day("2026-10-01")).days(), Some([1, 91, 92, 1]));
        assert_eq!((Quarters::default().days(), Quarters::default().are_several()), (None, false));
    }

    /// A day of 2023 or, a leap year, 2024.
    fn in_year(leap: bool, n: u32) -> NaiveDate {
        let year = if leap { 2024 } else { 2023 };
        NaiveDate::from_yo_opt(year, n).unwrap()
    }

    proptest! {
        /// Two bytes hold what counting day by day finds.
        #[test]
        fn the_days_in_each_quarter_are_counted(leap in any::<bool>(), one in 1_u32..=365, other in 1_u32..=365) {
            let (first, last) = (one.min(other), one.max(other));
            let mut counted = [0_i64; 4];
            for n in first..=last {
                counted[usize::from(Quarter::of(in_year(leap, n)).n) - 1] += 1;
            }
            let held = Quarters::of(in_year(leap, first), in_year(leap, last));
            match held.only() {
                Some(n) => prop_assert_eq!(counted[usize::from(n) - 1], counted.iter().sum::<i64>()),
                None => prop_assert_eq!(held.days(), Some(counted)),
            }
        }

        /// Into whatever parts an amount is laid out: the same in each quarter, and nothing lost of a part.
        #[test]
        fn quarters_are_the_same_whatever_an_amount_is_parted_by(
            parts in proptest::collection::vec(-5_000_i64..90_000, 1..9), one in 1_u32..=365, other in 1_u32..=365,
        ) {
            let held = Quarters::of(in_year(false, one.min(other)), in_year(false, one.max(other)));
            let (mut laid, mut sums) = (Laid::default(), [0_i64; 4]);
            prop_assert!(laid.begin(held));
            for part in &parts {
                let quarters = laid.next(*part);
                prop_assert_eq!(quarters.iter().sum::<i64>(), *part);
                sums.iter_mut().zip(quarters).for_each(|(sum, n)| *sum += n);
            }
            laid.begin(held);
            prop_assert_eq!(laid.next(parts.iter().sum()), sums);
        }
    }
}
