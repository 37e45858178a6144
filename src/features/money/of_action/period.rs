//! A period as people write it: a year, a quarter, a month, or from when to when. One field of the form, since most know no more
//! than a year.

use chrono::{Datelike, NaiveDate};

use crate::kernel::date::{DateError, PartialDate, Precision, Side, SpanError, parse_input, parse_span};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

pub type Period = (NaiveDate, NaiveDate);

/// Why a period was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Date(DateError),
    /// What was typed, and why it is no period.
    Span(SpanError, String),
    EndBeforeStart,
}

impl Wrong {
    pub fn message(&self) -> Message {
        match self {
            // the field takes more than dates, and says so
            Self::Date(DateError::NotUnderstood { text }) => {
                Message::new("amount-error-not-a-period").with("text", text)
            }
            Self::Date(error) => error.message(),
            Self::Span(error, typed) => error.message(typed),
            Self::EndBeforeStart => Message::new("amount-error-period"),
        }
    }
}

/// Reads `2026`, `2026 Q3`, `H1 2026`, `March 2026`, `I–VI 2026`, `2026 – 2027`, `1.3.2026 – 31.12.2026`.
pub fn read(typed: &str, today: NaiveDate) -> Result<Period, Wrong> {
    let typed = typed.trim();
    // a month as the form shows it is no pair of years: 2010-12
    let date = match parse_input(typed, today) {
        Ok(date) => return Ok((date.first_day(), date.last_day())),
        Err(error) => error,
    };
    let span = match parse_span(typed, today) {
        Ok(span) => span,
        Err(SpanError::Turned) => return Err(Wrong::EndBeforeStart),
        Err(SpanError::NotUnderstood) => return Err(Wrong::Date(date)),
        Err(error) => return Err(Wrong::Span(error, typed.to_owned())),
    };
    // what runs from a day on, or ends in the middle of a year, has no first and last day
    let days = |side: Option<Side>| side.and_then(|side| side.days()).ok_or_else(|| Wrong::Date(date.clone()));
    let ((start, _), (_, end)) = (days(span.start)?, days(span.end)?);
    if end < start { Err(Wrong::EndBeforeStart) } else { Ok((start, end)) }
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
            (Some((year, n)), _) => p.t2("money-quarter", "quarter", n, "year", year),
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
        for half in [
            "H1 2026",
            "I polugodište 2026",
            "1st half of 2026",
            "I–VI 2026",
            "I-VI/2026",
            "od januara do juna 2026",
            "Q1-2 2026",
        ] {
            assert_eq!(said(half).as_deref(), Some("2026-01-01 2026-06-30"), "{half}");
        }
        assert_eq!(said("tremujori i dytë 2026").as_deref(), Some("2026-04-01 2026-06-30"));
        // as the form shows a month
        assert_eq!(said("2010-12").as_deref(), Some("2010-12-01 2010-12-31"));
        let wrong =
            ["", "Q5 2026", "Q3", "2026 Q3 Q4", "soon", "2027 – 2026", "školska 2025/26", "from 2026", "mid-2026"];
        for wrong in wrong {
            assert_eq!(said(wrong), None, "{wrong}");
        }
        let why = |typed: &str| read(typed, day("2026-11-28")).map_err(|wrong| wrong.message().key);
        assert_eq!(why("školska 2025/26"), Err("period-other-year"));
        assert_eq!(why("VI–I 2026"), Err("amount-error-period"));
        assert_eq!(why("31.6.2026"), Err("date-no-such-day"));
        assert_eq!(why("Q5 2026"), Err("amount-error-not-a-period"));
        assert_eq!(why("soon"), Err("amount-error-not-a-period"));
    }

    #[test]
    fn what_the_form_shows_is_read_as_the_same() {
        for typed in [
            "2026",
            "2026 Q1",
            "2026-02",
            "2010-12",
            "2026-02-03",
            "2026-03-01 – 2026-12-31",
            "2025 – 2027",
            "H2 2026",
            "II–IV 2026",
        ] {
            let period = read(typed, day("2026-11-28")).unwrap();
            let again = plain(Some(period.0), Some(period.1));
            assert_eq!(read(&again, day("2026-11-28")), Ok(period), "{typed}: {again}");
        }
    }
}
