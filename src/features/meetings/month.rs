//! The layout of a month: whole weeks from Monday to Sunday, each day with what takes place on it.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    first: NaiveDate,
}

/// A day of the table.
#[derive(Debug)]
pub struct Cell<'a, T> {
    pub day: NaiveDate,
    /// It is of the month, not one of its neighbours that fill the week.
    pub inside: bool,
    pub entries: Vec<&'a T>,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// `2026-11`; years that no meeting has are none.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let year = year.parse::<i32>().ok().filter(|y| (1990..=2200).contains(y))?;
        Some(Self { first: NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1)? })
    }

    pub fn next(self) -> Self {
        Self { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }

    pub fn before(self) -> Self {
        Self { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    pub fn last_day(self) -> NaiveDate {
        self.next().first.pred_opt().unwrap_or(self.first)
    }

    /// Its weeks; `days` says from which day to which an entry lasts.
    pub fn weeks<'a, T>(self, entries: &'a [T], days: impl Fn(&T) -> (NaiveDate, NaiveDate)) -> Vec<Vec<Cell<'a, T>>> {
        let back = u64::from(self.first.weekday().num_days_from_monday());
        let mut monday = self.first.checked_sub_days(Days::new(back)).unwrap_or(self.first);
        let mut weeks = Vec::new();
        while monday <= self.last_day() {
            let on = |day: NaiveDate| {
                entries.iter().filter(|e| (days(*e).0..=days(*e).1).contains(&day)).collect::<Vec<_>>()
            };
            let cell = |day: NaiveDate| Cell { day, inside: day.month() == self.first.month(), entries: on(day) };
            weeks.push(monday.iter_days().take(7).map(cell).collect());
            let Some(next) = monday.checked_add_days(Days::new(7)) else { break };
            monday = next;
        }
        weeks
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
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
    fn a_meeting_of_three_days_stands_on_each_of_them() {
        let entries = [("three", day("2026-11-29"), day("2026-12-01")), ("one", day("2026-12-01"), day("2026-12-01"))];
        let weeks = Month::parse("2026-12").unwrap().weeks(&entries, |e| (e.1, e.2));
        let at = |d: &str| {
            let cell = weeks.iter().flatten().find(|c| c.day == day(d)).unwrap();
            (cell.inside, cell.entries.iter().map(|e| e.0).collect::<Vec<_>>())
        };
        assert_eq!(at("2026-11-30"), (false, vec!["three"]));
        assert_eq!(at("2026-12-01"), (true, vec!["three", "one"]));
        assert_eq!(at("2026-12-02"), (true, vec![]));
        // 1 December 2026 is a Tuesday, 31 December a Thursday
        assert_eq!((weeks.len(), weeks[0][0].day, weeks[4][6].day), (5, day("2026-11-30"), day("2027-01-03")));
    }

    #[test]
    fn what_is_no_month_is_none() {
        for text in ["", "2026", "2026-13", "2026-00", "x-1", "99999-01", "2026-1-1", "-1-1"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
        assert_eq!(Month::parse("2026-02").unwrap().to_string(), "2026-02");
    }

    proptest! {
        #[test]
        fn every_day_of_a_month_stands_once_in_whole_weeks(year in 1990i32..2200, month in 1u32..13) {
            let it = Month::parse(&format!("{year}-{month:02}")).unwrap();
            let none: [NaiveDate; 0] = [];
            let weeks = it.weeks(&none, |d| (*d, *d));
            prop_assert!(weeks.iter().all(|w| w.len() == 7));
            let inside: Vec<NaiveDate> = weeks.iter().flatten().filter(|c| c.inside).map(|c| c.day).collect();
            prop_assert_eq!(inside.first(), Some(&it.first_day()));
            prop_assert_eq!(inside.last(), Some(&it.last_day()));
            prop_assert!(inside.windows(2).all(|w| w[0].succ_opt() == Some(w[1])));
            prop_assert_eq!(it.next().before(), it);
        }
    }
}
