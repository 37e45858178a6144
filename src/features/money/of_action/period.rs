//! A period as people write it: a year, a quarter, a month, or from when to when. One field of the form, since most know no more
//! than a year.

use chrono::{Datelike, NaiveDate};

use crate::kernel::date::{DateError, PartialDate, Precision, parse_input};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

pub type Period = (NaiveDate, NaiveDate);

/// Why a period was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Date(DateError),
    EndBeforeStart,
}

impl Wrong {
    pub fn message(&self) -> Message {
        match self {
            Self::Date(error) => error.message(),
            Self::EndBeforeStart => Message::new("amount-error-period"),
        }
    }
}

/// Reads `2026`, `2026 Q3`, `March 2026`, `2026 – 2027`, `1.3.2026 – 31.12.2026`.
pub fn read(typed: &str, today: NaiveDate) -> Result<Period, Wrong> {
    let typed = typed.trim();
    // a plain hyphen is part of dates, unless it stands alone
    let parted = [" – ", "–", " - ", " to "].iter().find_map(|sign| typed.split_once(sign));
    let (start, end) = match parted {
        Some((start, end)) => (one(start, today)?.0, one(end, today)?.1),
        None => one(typed, today)?,
    };
    if end < start { Err(Wrong::EndBeforeStart) } else { Ok((start, end)) }
}

fn one(typed: &str, today: NaiveDate) -> Result<Period, Wrong> {
    if let Some(quarter) = quarter(typed) {
        return Ok(quarter);
    }
    let date = parse_input(typed.trim(), today).map_err(Wrong::Date)?;
    Ok((date.first_day(), date.last_day()))
}

/// `2026 Q3`, `Q3 2026`, `Q3/2026`, `2026-Q3`.
fn quarter(typed: &str) -> Option<Period> {
    let upper = typed.trim().to_uppercase();
    let (before, after) = upper.split_once('Q')?;
    let clean = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '.')).to_owned();
    let digit = after.chars().next().filter(|c| ('1'..='4').contains(c))?;
    let number = digit.to_digit(10)?;
    let (before, rest) = (clean(before), clean(after.strip_prefix(digit)?));
    let year = match (before.is_empty(), rest.is_empty()) {
        (false, true) => before,
        (true, false) => rest,
        _ => return None,
    };
    let year: i32 = year.parse().ok().filter(|_| year.len() == 4)?;
    let first = PartialDate::new_month(year, number * 3 - 2).ok()?;
    let last = PartialDate::new_month(year, number * 3).ok()?;
    Some((first.first_day(), last.last_day()))
}

/// Which quarter a period is, or which partial date.
fn known(start: NaiveDate, end: NaiveDate) -> (Option<(i32, u32)>, Option<PartialDate>) {
    let quarter = (1..=4).find(|n| {
        let first = NaiveDate::from_ymd_opt(start.year(), n * 3 - 2, 1);
        let month = PartialDate::new_month(start.year(), n * 3).map(|m| m.last_day()).ok();
        first == Some(start) && month == Some(end)
    });
    let of = |precision| PartialDate::from_parts(start, precision).ok();
    let all = [Precision::Year, Precision::Month, Precision::Day].into_iter().filter_map(of);
    let date = all.into_iter().find(|d| d.first_day() == start && d.last_day() == end);
    (quarter.map(|n| (start.year(), n)), date)
}

/// A period as the form has it: read again, it is the same.
pub fn plain(start: Option<NaiveDate>, end: Option<NaiveDate>) -> String {
    match (start, end) {
        (None, None) => String::new(),
        (Some(start), Some(end)) => match known(start, end) {
            (Some((year, n)), _) => format!("{year} Q{n}"),
            (_, Some(date)) => date.to_string(),
            _ => format!("{start} – {end}"),
        },
        (Some(one), None) | (None, Some(one)) => one.to_string(),
    }
}

/// A period in the reader's words.
pub fn shown(p: &Page, start: Option<NaiveDate>, end: Option<NaiveDate>) -> Option<String> {
    Some(match (start?, end) {
        (start, Some(end)) => match known(start, end) {
            (Some((year, n)), _) => p.t2("amount-quarter", "quarter", n, "year", year),
            (_, Some(date)) => p.date(&date),
            _ => format!("{} – {}", p.day(&start), p.day(&end)),
        },
        (start, None) => p.t1("amount-from-day", "day", p.day(&start)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    fn said(typed: &str) -> Option<String> {
        let (start, end) = read(typed, day("2026-11-28")).ok()?;
        Some(format!("{start} {end}"))
    }

    #[test]
    fn a_year_a_quarter_a_month_and_days_are_periods() {
        assert_eq!(said("2026").as_deref(), Some("2026-01-01 2026-12-31"));
        for quarter in ["2026 Q3", "q3 2026", "Q3/2026", "2026-Q3"] {
            assert_eq!(said(quarter).as_deref(), Some("2026-07-01 2026-09-30"), "{quarter}");
        }
        assert_eq!(said("March 2026").as_deref(), Some("2026-03-01 2026-03-31"));
        assert_eq!(said("2026 – 2027").as_deref(), Some("2026-01-01 2027-12-31"));
        assert_eq!(said("2026-03-01 - 2026-12-31").as_deref(), Some("2026-03-01 2026-12-31"));
        assert_eq!(said("2026 Q4 – 2027 Q1").as_deref(), Some("2026-10-01 2027-03-31"));
        for wrong in ["", "Q5 2026", "Q3", "2026 Q3 Q4", "soon", "2027 – 2026"] {
            assert_eq!(said(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_form_shows_is_read_as_the_same() {
        for typed in ["2026", "2026 Q1", "2026-02", "2026-02-03", "2026-03-01 – 2026-12-31", "2025 – 2027"] {
            let period = read(typed, day("2026-11-28")).unwrap();
            let again = plain(Some(period.0), Some(period.1));
            assert_eq!(read(&again, day("2026-11-28")), Ok(period), "{typed}: {again}");
        }
    }
}
