//! Dates that are known to the year, the month or the day.
//!
//! A source that says "2024" is not made to say 1 January: the precision travels with the date,
//! into the database (first day + precision), the API (ISO 8601 text) and onto the page.

mod parse;
mod season;
mod span;
#[cfg(test)]
mod span_tests;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::i18n::{Message, excerpt};
pub use parse::parse_input;
pub use season::Season;
pub use span::{Side, Span, SpanError, parse_span, side, without_from, without_to};

/// Years a date of assistance can lie in. Older or later ones in real files are typing errors
/// (1900 from a spreadsheet's zero, 9999 for "no end").
pub const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year alone.
    Year,
    /// Year and month.
    Month,
    /// The full date.
    Day,
}

impl Precision {
    /// The text in the database: `year`, `month`, `day`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }
}

/// The database holds a precision this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown date precision {0:?}")]
pub struct UnknownPrecision(pub String);

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "year" => Ok(Self::Year),
            "month" => Ok(Self::Month),
            "day" => Ok(Self::Day),
            other => Err(UnknownPrecision(excerpt(other))),
        }
    }
}

/// A year, a month of a year, or a day, within [`YEARS`].
///
/// Ordered by its first day; of two that begin together the less precise comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    first: NaiveDate,
    precision: Precision,
}

impl PartialDate {
    /// A full date.
    ///
    /// # Errors
    /// [`DateError::NoSuchDay`], [`DateError::NoSuchMonth`], [`DateError::YearOutOfRange`].
    pub fn new_day(year: i32, month: u32, day: u32) -> Result<Self, DateError> {
        let first_of_month = Self::new_month(year, month)?;
        match first_of_month.first.with_day(day) {
            Some(first) => Ok(Self { first, precision: Precision::Day }),
            None => Err(DateError::NoSuchDay { day, month, year, last_day: first_of_month.last_day().day() }),
        }
    }

    /// A month, 1 to 12, of a year.
    ///
    /// # Errors
    /// [`DateError::NoSuchMonth`], [`DateError::YearOutOfRange`].
    pub fn new_month(year: i32, month: u32) -> Result<Self, DateError> {
        let year = Self::new_year(year)?;
        match year.first.with_month(month) {
            Some(first) => Ok(Self { first, precision: Precision::Month }),
            None => Err(DateError::NoSuchMonth { month }),
        }
    }

    /// A year.
    ///
    /// # Errors
    /// [`DateError::YearOutOfRange`].
    pub fn new_year(year: i32) -> Result<Self, DateError> {
        match NaiveDate::from_ymd_opt(year, 1, 1) {
            Some(first) if YEARS.contains(&year) => Ok(Self { first, precision: Precision::Year }),
            _ => Err(DateError::YearOutOfRange { year }),
        }
    }

    /// From the two columns of the database. `first` may be any day of the period.
    ///
    /// # Errors
    /// [`DateError::YearOutOfRange`], which the table's CHECK should have made impossible.
    pub fn from_parts(first: NaiveDate, precision: Precision) -> Result<Self, DateError> {
        match precision {
            Precision::Year => Self::new_year(first.year()),
            Precision::Month => Self::new_month(first.year(), first.month()),
            Precision::Day => Self::new_day(first.year(), first.month(), first.day()),
        }
    }

    /// The first day it can mean; the column in the database.
    pub const fn first_day(&self) -> NaiveDate {
        self.first
    }

    /// The last day it can mean.
    pub fn last_day(&self) -> NaiveDate {
        let months = match self.precision {
            Precision::Year => 12,
            Precision::Month => 1,
            Precision::Day => return self.first,
        };
        // Within YEARS neither step can fail.
        self.first.checked_add_months(Months::new(months)).and_then(|next| next.pred_opt()).unwrap_or(self.first)
    }

    /// How exactly it is known.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// The year.
    pub fn year(&self) -> i32 {
        self.first.year()
    }

    /// True if every day this can mean lies before every day `other` can mean.
    /// "2024" is not surely before "March 2024", nor surely after it.
    pub fn is_surely_before(&self, other: &Self) -> bool {
        self.last_day() < other.first_day()
    }

    /// True if every day this can mean lies after every day `other` can mean.
    pub fn is_surely_after(&self, other: &Self) -> bool {
        other.is_surely_before(self)
    }
}

/// ISO 8601, as precise as the date: `2024`, `2024-03`, `2024-03-15`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.first.year(), self.first.month(), self.first.day());
        match self.precision {
            Precision::Year => write!(f, "{year:04}"),
            Precision::Month => write!(f, "{year:04}-{month:02}"),
            Precision::Day => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

/// ISO 8601 only, for the API and stored text; for what a person typed see [`parse_input`].
impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let not_understood = || DateError::NotUnderstood { text: excerpt(text) };
        let digits = |part: &str, length: usize| {
            if part.len() == length && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse::<u32>().map_err(|_| not_understood())
            } else {
                Err(not_understood())
            }
        };
        let mut parts = text.split('-');
        let year = digits(parts.next().unwrap_or_default(), 4)?;
        let year = i32::try_from(year).map_err(|_| not_understood())?;
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::new_year(year),
            (Some(month), None, _) => Self::new_month(year, digits(month, 2)?),
            (Some(month), Some(day), None) => Self::new_day(year, digits(month, 2)?, digits(day, 2)?),
            _ => Err(not_understood()),
        }
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

/// Why a date was refused, with what a person needs to put it right.
///
/// The texts here are for logs; people read [`DateError::message`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was written.
    #[error("no date was written")]
    Empty,
    /// None of the accepted forms; `text` is shortened.
    #[error("not understood as a date: {text:?}")]
    NotUnderstood {
        /// What was typed.
        text: String,
    },
    /// The month has fewer days, or the day is 0.
    #[error("{year:04}-{month:02} has no day {day}, its last is {last_day}")]
    NoSuchDay {
        /// As typed.
        day: u32,
        /// 1 to 12.
        month: u32,
        /// Within [`YEARS`].
        year: i32,
        /// 28 to 31.
        last_day: u32,
    },
    /// A month other than 1 to 12.
    #[error("there is no month {month}")]
    NoSuchMonth {
        /// As typed.
        month: u32,
    },
    /// Outside [`YEARS`].
    #[error("the year {year} is outside {}..={}", YEARS.start(), YEARS.end())]
    YearOutOfRange {
        /// As typed.
        year: i32,
    },
    /// `first/second/year` can be day/month and month/day. Both are 1 to 12.
    #[error("{first:02}/{second:02}/{year} can be read in two orders")]
    AmbiguousOrder {
        /// The first number.
        first: u32,
        /// The second number.
        second: u32,
        /// The year.
        year: i32,
    },
    /// The year has two digits. Not filled up silently: "24" can be a day.
    #[error("the year has two digits only, meant may be {suggestion}")]
    ShortYear {
        /// The date with the century that lies nearest to today.
        suggestion: PartialDate,
    },
    /// A month and two digits after it, which can be a day and a year. Nothing else in a file tells which: of a column of such dates
    /// each can be either.
    #[error("a month and two digits: {day} or {month}")]
    DayOrYear {
        /// With the digits as a day: in the current year.
        day: PartialDate,
        /// With the digits as a year: in the century that lies nearest to today.
        month: PartialDate,
    },
    /// Day and month, or a month's name, without a year.
    #[error("the year is missing, meant may be {suggestion}")]
    YearMissing {
        /// The date in the current year.
        suggestion: PartialDate,
    },
    /// A quarter or a half of a year, which is no date.
    #[error("a part of the year {}: {text:?}", .season.year)]
    PartOfYear {
        /// What was typed.
        text: String,
        /// Which part.
        season: Season,
    },
    /// Two years, such as "2025/26", where one date is wanted.
    #[error("two years: {text:?}")]
    TwoYears {
        /// What was typed.
        text: String,
        /// The earlier one.
        first: i32,
        /// The later one.
        second: i32,
    },
    /// A school year, an academic one or a budget's: it begins inside a year of the calendar.
    #[error("a year that is not the calendar's: {text:?}")]
    OtherYear {
        /// What was typed.
        text: String,
        /// The calendar's year that it names first.
        year: i32,
    },
}

/// Names by which the Fluent texts choose a month's word; English, so that they can be read there.
const MONTH_KEYS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month_key(month: u32) -> &'static str {
    usize::try_from(month).ok().and_then(|m| MONTH_KEYS.get(m.wrapping_sub(1))).copied().unwrap_or("unknown")
}

impl DateError {
    /// The date that can be offered in its place: the last day of the month for one that it does not have.
    pub fn offer(&self) -> Option<PartialDate> {
        match self {
            Self::NoSuchDay { day, month, year, last_day } => {
                PartialDate::new_day(*year, *month, if *day == 0 { 1 } else { *last_day }).ok()
            }
            Self::ShortYear { suggestion } | Self::YearMissing { suggestion } => Some(*suggestion),
            Self::PartOfYear { season, .. } => Some(season.year),
            _ => None,
        }
    }

    /// The text for the person who typed the date.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => Message::new("date-empty"),
            Self::NotUnderstood { text } => Message::new("date-not-understood").with("text", text),
            Self::NoSuchDay { day, month, year, last_day } => {
                let key = if (*day, *month) == (29, 2) { "date-not-a-leap-year" } else { "date-no-such-day" };
                let nearest = if *day == 0 { 1 } else { *last_day };
                Message::new(key)
                    .with("day", day)
                    .with("month", month_key(*month))
                    .with("year", year)
                    .with("last_day", last_day)
                    .with("nearest", nearest)
            }
            Self::NoSuchMonth { month } => Message::new("date-no-such-month").with("number", month),
            Self::YearOutOfRange { year } => Message::new("date-year-out-of-range")
                .with("year", year)
                .with("first", YEARS.start())
                .with("last", YEARS.end()),
            Self::AmbiguousOrder { first, second, year } => Message::new("date-ambiguous-order")
                .with("first", first)
                .with("second", second)
                .with("month", month_key(*second))
                .with("other_month", month_key(*first))
                .with("year", year),
            Self::ShortYear { suggestion } => with_suggestion("date-short-year", suggestion),
            Self::DayOrYear { day, month } => with_suggestion("date-day-or-year", day).with("other_year", month.year()),
            Self::YearMissing { suggestion } => with_suggestion("date-year-missing", suggestion),
            Self::PartOfYear { text, season } => with_suggestion("date-part-of-year", &season.first).with("text", text),
            Self::TwoYears { text, first, second } => {
                Message::new("date-two-years").with("text", text).with("first", first).with("second", second)
            }
            Self::OtherYear { text, year } => Message::new("date-other-year").with("text", text).with("year", year),
        }
    }
}

/// The parts of a date, for Fluent to put in the order and case of its language.
fn with_suggestion(key: &'static str, date: &PartialDate) -> Message {
    Message::new(key)
        .with("precision", date.precision.as_str())
        .with("day", date.first.day())
        .with("month", month_key(date.first.month()))
        .with("year", date.year())
}
