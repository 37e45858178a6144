//! In which years an amount falls, and where in each it lies.

use chrono::{Datelike, NaiveDate};

use super::quarters::Quarters;
use crate::kernel::date::Precision;

/// Years of an amount with the days that weigh each, and whether that is an estimate. Empty: not stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Years {
    pub days: Vec<(i16, i64)>,
    /// Of each year, in which of its quarters.
    pub quarters: Vec<Quarters>,
    pub estimated: bool,
}

/// More years than any assistance lasts: such a period is a slip, and its years count as not stated.
const MOST: usize = 60;

/// When an amount falls: over its own period by days; else in its value date's year; else over the action's dates by days,
/// which is an estimate, as is every spread over more than one year. A value date that is a year alone lies over all of that.
pub fn years(
    value_date: Option<(NaiveDate, Precision)>,
    period: (Option<NaiveDate>, Option<NaiveDate>),
    action: (Option<NaiveDate>, Option<NaiveDate>),
) -> Years {
    match (period, value_date) {
        ((Some(start), Some(end)), _) => spread(start, end, false),
        (_, Some((day, Precision::Year))) => one(day, Quarters::of_year(day.year())),
        (_, Some((day, _))) => one(day, Quarters::of(day, day)),
        ((Some(day), None) | (None, Some(day)), None) => one(day, Quarters::of(day, day)),
        ((None, None), None) => match action {
            (Some(start), Some(end)) => spread(start, end, true),
            _ => Years::default(),
        },
    }
}

fn one(day: NaiveDate, quarters: Quarters) -> Years {
    let days: Vec<(i16, i64)> = year(day).map(|y| (y, 1)).into_iter().collect();
    Years { quarters: days.iter().map(|_| quarters).collect(), days, estimated: false }
}

fn year(day: NaiveDate) -> Option<i16> {
    i16::try_from(day.year()).ok().filter(|y| *y > 0)
}

/// The days of a period in each year, its first and its last day included.
fn spread(start: NaiveDate, end: NaiveDate, estimated: bool) -> Years {
    let (Some(first), Some(last)) = (year(start), year(end)) else { return Years::default() };
    if end < start || usize::try_from(last - first).unwrap_or(usize::MAX) >= MOST {
        return Years::default();
    }
    let (mut days, mut quarters) = (Vec::new(), Vec::new());
    for y in first..=last {
        let begins = NaiveDate::from_ymd_opt(i32::from(y), 1, 1).map_or(start, |d| d.max(start));
        let ends = NaiveDate::from_ymd_opt(i32::from(y), 12, 31).map_or(end, |d| d.min(end));
        days.push((y, (ends - begins).num_days() + 1));
        quarters.push(Quarters::of(begins, ends));
    }
    let estimated = estimated || days.len() > 1;
    Years { days, quarters, estimated }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn a_period_goes_before_a_date_and_a_date_before_the_action() {
        let action = (day("2020-07-01"), day("2023-06-30"));
        let period = (day("2024-12-01"), day("2025-01-31"));
        let dated = |precision| day("2022-05-05").map(|day| (day, precision));
        assert_eq!(years(dated(Precision::Day), period, action).days, [(2024, 31), (2025, 31)]);
        assert!(years(None, period, action).estimated, "over two years it is spread");
        let one = years(dated(Precision::Day), (None, None), action);
        assert_eq!(
            (one.days.as_slice(), one.quarters[0].only(), one.estimated),
            ([(2022, 1)].as_slice(), Some(2), false)
        );
        assert_eq!(years(None, (day("2021-01-01"), None), action).days, [(2021, 1)]);
        let within = years(None, (day("2021-01-01"), day("2021-12-31")), action);
        assert_eq!((within.days, within.estimated), (vec![(2021, 365)], false));
    }

    #[test]
    fn a_year_or_a_span_lies_over_its_quarters_and_a_quarter_in_itself() {
        let in_quarters = |when: Years| when.quarters.iter().map(|q| q.days()).collect::<Vec<_>>();
        let of = |period: (&str, &str)| in_quarters(years(None, (day(period.0), day(period.1)), (None, None)));
        assert_eq!(of(("2026-07-01", "2026-09-30")), [Some([0, 0, 1, 0])]);
        assert_eq!(of(("2025-11-01", "2026-04-30")), [Some([0, 0, 0, 1]), Some([90, 30, 0, 0])]);
        let dated = |text, precision| in_quarters(years(day(text).map(|d| (d, precision)), (None, None), (None, None)));
        // what is known by its year alone is not of the quarter in which its first day is
        assert_eq!(dated("2026-01-01", Precision::Year), [Some([90, 91, 92, 92])]);
        assert_eq!(dated("2026-05-01", Precision::Month), [Some([0, 1, 0, 0])]);
        let all = years(None, (None, None), (day("2020-07-01"), day("2021-06-30")));
        assert_eq!(in_quarters(all), [Some([0, 0, 92, 92]), Some([90, 91, 0, 0])]);
    }

    #[test]
    fn without_either_the_actions_dates_make_an_estimate() {
        let all = years(None, (None, None), (day("2020-07-01"), day("2023-06-30")));
        assert_eq!(all.days, [(2020, 184), (2021, 365), (2022, 365), (2023, 181)]);
        assert!(all.estimated);
        assert_eq!(years(None, (None, None), (day("2020-07-01"), None)), Years::default());
        assert_eq!(years(None, (None, None), (day("2020-07-01"), day("2019-01-01"))), Years::default());
        assert_eq!(years(None, (day("0001-01-01"), day("9999-01-01")), (None, None)), Years::default());
    }
}
