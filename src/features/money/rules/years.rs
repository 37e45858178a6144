//! In which years an amount falls.

use chrono::{Datelike, NaiveDate};

/// Years of an amount with the days that weigh each, and whether that is an estimate. Empty: not stated.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Years {
    pub days: Vec<(i16, i64)>,
    pub estimated: bool,
}

/// More years than any assistance lasts: such a period is a slip, and its years count as not stated.
const MOST: usize = 60;

/// When an amount falls: over its own period by days; else in its value date's year; else over the action's dates by days,
/// which is an estimate, as is every spread over more than one year.
pub fn years(
    value_date: Option<NaiveDate>,
    period: (Option<NaiveDate>, Option<NaiveDate>),
    action: (Option<NaiveDate>, Option<NaiveDate>),
) -> Years {
    match (period, value_date) {
        ((Some(start), Some(end)), _) => spread(start, end, false),
        (_, Some(day)) => one(day),
        ((Some(day), None) | (None, Some(day)), None) => one(day),
        ((None, None), None) => match action {
            (Some(start), Some(end)) => spread(start, end, true),
            _ => Years::default(),
        },
    }
}

fn one(day: NaiveDate) -> Years {
    Years { days: year(day).map(|y| (y, 1)).into_iter().collect(), estimated: false }
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
    let mut days = Vec::new();
    for y in first..=last {
        let begins = NaiveDate::from_ymd_opt(i32::from(y), 1, 1).map_or(start, |d| d.max(start));
        let ends = NaiveDate::from_ymd_opt(i32::from(y), 12, 31).map_or(end, |d| d.min(end));
        days.push((y, (ends - begins).num_days() + 1));
    }
    let estimated = estimated || days.len() > 1;
    Years { days, estimated }
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
        assert_eq!(years(day("2022-05-05"), period, action).days, [(2024, 31), (2025, 31)]);
        assert!(years(None, period, action).estimated, "over two years it is spread");
        assert_eq!(years(day("2022-05-05"), (None, None), action), Years { days: vec![(2022, 1)], estimated: false });
        assert_eq!(years(None, (day("2021-01-01"), None), action).days, [(2021, 1)]);
        let within = years(None, (day("2021-01-01"), day("2021-12-31")), action);
        assert_eq!((within.days, within.estimated), (vec![(2021, 365)], false));
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
