//! From when to when, as people write it in one field or cell: "2026-2028", "I–VI 2026", "od januara do marta 2026", "H1 2026". Read
//! only where there is one reading; else it is said what to write.

use chrono::{Datelike, NaiveDate};
use std::sync::LazyLock;

use super::parse::parse_input;
use super::season::{
    LONGEST, Names, Season, adds_nothing, among, folded, is_dash, is_stroke, other_year, parse_season, two_years,
};
use super::words::{FROM, PARTS, TO, TO_AT};
use super::{DateError, PartialDate, Precision, YEARS, month_key};
use crate::kernel::fold::fold_letters;
use crate::kernel::i18n::{Message, excerpt};

static PART: Names = LazyLock::new(|| folded(PARTS));
static BEFORE: Names = LazyLock::new(|| folded(FROM));
static UNTIL: Names = LazyLock::new(|| folded(TO));
static UNTIL_AT: LazyLock<String> = LazyLock::new(|| fold_letters(TO_AT));

/// Months as they are written in Roman numbers.
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// What counts months and years, as [`fold_letters`] leaves it: "24 months" is no period.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "month", "months", "mjeseci", "mjeseca", "meseci", "meseca", "muaj", "monat", "monate", "monaten", "mois", "years", "vjet", "jahre", "ans",
];

/// What one side of a period says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Date(PartialDate),
    Season(Season),
    /// The beginning, the middle or the end of a year or a month, which is known to no more than that.
    Part(PartialDate),
}

impl Side {
    /// As a record holds it; true where more was said: "Q1 2026" and "kraj 2026" are 2026, "end of March 2026" is March.
    pub fn held(&self) -> (PartialDate, bool) {
        match self {
            Self::Date(date) => (*date, false),
            Self::Season(season) => (season.year, true),
            Self::Part(date) => (*date, true),
        }
    }

    /// The first and the last day, where both are certain.
    pub fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Self::Date(date) => Some((date.first_day(), date.last_day())),
            Self::Season(season) => Some((season.first.first_day(), season.last.last_day())),
            Self::Part(_) => None,
        }
    }

    /// The month in which it begins, where it says more than its year.
    fn begun(&self) -> Option<u32> {
        match self {
            Self::Season(season) => Some(season.first.first_day().month()),
            Self::Date(date) | Self::Part(date) if date.precision() != Precision::Year => {
                Some(date.first_day().month())
            }
            _ => None,
        }
    }
}

/// From when to when something runs; one of the two may not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: Option<Side>,
    pub end: Option<Side>,
}

/// Why a period was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpanError {
    NotUnderstood,
    /// One day: of which nobody says whether something begins or ends then.
    OneDay(PartialDate),
    /// "2010-12" can be two years and a month.
    TwoReadings {
        first: i32,
        second: i32,
    },
    /// It ends before it begins.
    Turned,
    /// The end is a month or a day of no year. With the year of today, to show how it is written.
    YearMissing {
        year: i32,
    },
    /// A school year, an academic one or a budget's.
    OtherYear {
        year: i32,
    },
    /// "24 months".
    HowLong,
    /// One of its dates is none.
    Date(DateError),
}

impl SpanError {
    /// The text for the person who typed it.
    pub fn message(&self, typed: &str) -> Message {
        let of = |key| Message::new(key).with("text", excerpt(typed));
        match self {
            Self::NotUnderstood => of("period-not-understood"),
            Self::OneDay(_) => of("period-one-day"),
            Self::TwoReadings { first, second } => of("period-two-readings")
                .with("first", first)
                .with("second", second)
                .with("month", month_key((second % 100).unsigned_abs())),
            Self::Turned => of("period-turned"),
            Self::YearMissing { year } => of("period-year-missing").with("year", year),
            Self::OtherYear { year } => of("period-other-year").with("year", year).with("next", year + 1),
            Self::HowLong => of("period-how-long"),
            Self::Date(error) => error.message(),
        }
    }
}

/// A date, a quarter or half of a year, or the beginning, middle or end of a year or month.
///
/// # Errors
/// Those of [`parse_input`].
pub fn side(text: &str, today: NaiveDate) -> Result<Side, DateError> {
    match parse_input(text, today) {
        Ok(date) => Ok(Side::Date(date)),
        Err(DateError::PartOfYear { season, .. }) => Ok(Side::Season(season)),
        Err(error) => part(text, today).map(Side::Part).ok_or(error),
    }
}

/// The year or month of which a text names the beginning, the middle or the end.
fn part(text: &str, today: NaiveDate) -> Option<PartialDate> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let text = fold_letters(text);
    let words: Vec<&str> = text.split(' ').collect();
    let at = words.iter().position(|word| among(&PART, word))?;
    let rest: Vec<&str> = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word).collect();
    // "kraj I kvartala 2026": its "I" is a number
    if let Some(season) = parse_season(&rest.join(" "), today) {
        return Some(season.year);
    }
    let rest: Vec<&str> = rest.into_iter().filter(|word| !adds_nothing(word)).collect();
    parse_input(&rest.join(" "), today).ok().filter(|date| date.precision() != Precision::Day)
}

/// The first word, if it is one of these, and what comes after it.
fn led<'a>(text: &'a str, by: &Names) -> Option<&'a str> {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace)?;
    among(by, &fold_letters(word)).then(|| rest.trim())
}

/// What comes after "from", where that stands first.
pub fn without_from(text: &str) -> &str {
    led(text, &BEFORE).unwrap_or(text)
}

/// What comes after "to", where that stands first.
pub fn without_to(text: &str) -> &str {
    led(text, &UNTIL).map_or(text, after_to)
}

/// Without the second word of "deri në".
fn after_to(text: &str) -> &str {
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) if fold_letters(word) == *UNTIL_AT => rest.trim(),
        _ => text,
    }
}

/// Two dates in one text, where they can be read in one way alone. A year, a quarter, a half or a month by itself is both; of one day
/// nobody says which of the two it is.
///
/// # Errors
/// Every [`SpanError`].
pub fn parse_span(typed: &str, today: NaiveDate) -> Result<Span, SpanError> {
    if typed.chars().nth(LONGEST).is_some() {
        return Err(SpanError::NotUnderstood);
    }
    if let Some(year) = other_year(typed) {
        return Err(SpanError::OtherYear { year });
    }
    let bare = typed.replace(['(', ')'], " ");
    let (from, to) = (led(&bare, &BEFORE), led(&bare, &UNTIL).map(after_to));
    let text = from.or(to).unwrap_or(&bare).trim();
    if let Some((first, second)) = two_years(text) {
        if to.is_some() {
            return Err(SpanError::NotUnderstood);
        }
        let short = text.bytes().filter(u8::is_ascii_digit).count() == 6;
        if short && second % 100 <= 12 {
            return Err(SpanError::TwoReadings { first, second });
        }
        let year = |year| PartialDate::new_year(year).map(Side::Date).map_err(SpanError::Date);
        return Ok(Span { start: Some(year(first)?), end: Some(year(second)?) });
    }
    let wrong = match side(text, today) {
        Ok(side) if from.is_some() => return Ok(Span { start: Some(side), end: None }),
        Ok(side) if to.is_some() => return Ok(Span { start: None, end: Some(side) }),
        Ok(Side::Date(date)) if date.precision() == Precision::Day => return Err(SpanError::OneDay(date)),
        Ok(side) => return Ok(Span { start: Some(side), end: Some(side) }),
        Err(error) => error,
    };
    if to.is_some() {
        return Err(unread(text, wrong, &[]));
    }
    let text = year_behind(text);
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for parted in parted(&text) {
        match both(&parted, today) {
            Ok(span) if !read.contains(&span) => read.push(span),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    match read.as_slice() {
        [one] => Ok(*one),
        [] => Err(unread(&text, wrong, &errors)),
        _ => Err(SpanError::NotUnderstood),
    }
}

/// Of what is wrong, what helps most.
fn unread(text: &str, whole: DateError, errors: &[SpanError]) -> SpanError {
    let is_plain = |error: &DateError| matches!(error, DateError::NotUnderstood { .. } | DateError::Empty);
    let told = |wanted: fn(&SpanError) -> bool| errors.iter().find(|error| wanted(error)).cloned();
    if let Some(error) = told(|e| matches!(e, SpanError::Turned))
        .or_else(|| told(|e| matches!(e, SpanError::YearMissing { .. })))
        .or_else(|| told(|e| matches!(e, SpanError::Date(_))))
    {
        return error;
    }
    let folded = fold_letters(text);
    if folded.split(' ').any(|word| COUNTED.contains(&word)) {
        return SpanError::HowLong;
    }
    if is_plain(&whole) { SpanError::NotUnderstood } else { SpanError::Date(whole) }
}

/// "2026: I–VI" as "I–VI 2026": the year stands first, and nowhere else.
fn year_behind(text: &str) -> String {
    let turned = || {
        let (year, rest) = text.split_at_checked(4).filter(|(year, _)| year_in(year).is_some())?;
        let rest = rest.strip_prefix([' ', ':', ',', '.'])?.trim_start_matches([' ', ':', ',', '.']);
        let begins = rest.starts_with(char::is_alphanumeric) && year_in(rest).is_none();
        begins.then(|| format!("{rest} {year}"))
    };
    turned().unwrap_or_else(|| text.to_owned())
}

/// The last year in a text: four digits in a row.
fn year_in(text: &str) -> Option<i32> {
    let years = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    years.filter_map(|digits| digits.parse().ok()).rfind(|year| YEARS.contains(year))
}

/// A text parted at one place.
struct Parted {
    left: String,
    right: String,
    /// A word, or a sign between spaces: it is no part of a date.
    clear: bool,
    /// By a stroke that is no dash.
    slash: bool,
}

/// Every place at which two dates can be parted. A sign between spaces parts them rather than one without.
fn parted(text: &str) -> Vec<Parted> {
    let strokes = text.char_indices().filter(|(_, c)| is_stroke(*c)).filter_map(|(i, c)| {
        let (left, right) = (text.get(..i)?, text.get(i + c.len_utf8()..)?);
        let clear = left.ends_with(char::is_whitespace) && right.starts_with(char::is_whitespace);
        Some(Parted { left: left.trim().to_owned(), right: right.trim().to_owned(), clear, slash: !is_dash(c) })
    });
    let strokes: Vec<Parted> = strokes.collect();
    let any_clear = strokes.iter().any(|parted| parted.clear);
    let words: Vec<&str> = text.split_whitespace().collect();
    let said = (1..words.len()).filter(|i| words.get(*i).is_some_and(|word| among(&UNTIL, &fold_letters(word))));
    let said = said.filter_map(|i| {
        let (left, right) = (words.get(..i)?.join(" "), words.get(i + 1..)?.join(" "));
        Some(Parted { left, right: after_to(&right).to_owned(), clear: true, slash: false })
    });
    strokes.into_iter().filter(|parted| parted.clear || !any_clear).chain(said).collect()
}

/// Both sides of what parts two dates. The first may have the second's year, and each the other's "quarter" or "half".
fn both(parted: &Parted, today: NaiveDate) -> Result<Span, SpanError> {
    let (left, right) = (parted.left.as_str(), parted.right.as_str());
    let year = year_in(right);
    let whole_left = year.map(|year| format!("{left} {year}")).unwrap_or_default();
    let of_left = parse_season(left, today);
    let season = of_left.or_else(|| parse_season(&whole_left, today));
    let numbered = season.filter(|_| parse_season(right, today).is_none()).and_then(|s| beside(right, s, today));
    let end = match numbered {
        // "Q1-3 2026" ends with a quarter; "Q4 2025 - 3 2026" may end with a month
        Some(season) if of_left.is_none() => Side::Season(season),
        Some(_) => return Err(SpanError::NotUnderstood),
        None => side(&roman(right, left), today).map_err(|e| of_end(e, parted, today))?,
    };
    let (until, _) = end.held();
    let start = start_of(parted, &whole_left, &end, today)?;
    let (from, _) = start.held();
    // two quarters of one year would both be that year, whichever is the later: "Q4 - Q1 2027" says nothing of 2027 alone
    let turned =
        from.year() == until.year() && start.begun().zip(end.begun()).is_some_and(|(from, until)| from > until);
    if turned || from.is_surely_after(&until) {
        return Err(SpanError::Turned);
    }
    Ok(Span { start: Some(start), end: Some(end) })
}

/// A number by itself as a quarter or half, as the season beside it is one.
fn beside(number: &str, season: Season, today: NaiveDate) -> Option<Season> {
    let unit = if season.months() == 3 { "q" } else { "h" };
    parse_season(&format!("{unit} {number}"), today)
}

/// Why the end cannot be read.
fn of_end(error: DateError, parted: &Parted, today: NaiveDate) -> SpanError {
    match error {
        DateError::YearMissing { .. } => match side(&parted.left, today) {
            Ok(_) | Err(DateError::YearMissing { .. }) => SpanError::YearMissing { year: today.year() },
            Err(_) if ROMAN.contains(&parted.left.as_str()) => SpanError::YearMissing { year: today.year() },
            Err(_) => SpanError::NotUnderstood,
        },
        error => of_date(error, parted),
    }
}

fn of_date(error: DateError, parted: &Parted) -> SpanError {
    match error {
        DateError::NotUnderstood { .. } | DateError::Empty => SpanError::NotUnderstood,
        error if parted.clear => SpanError::Date(error),
        _ => SpanError::NotUnderstood,
    }
}

fn start_of(parted: &Parted, whole_left: &str, end: &Side, today: NaiveDate) -> Result<Side, SpanError> {
    let left = parted.left.as_str();
    let (until, _) = end.held();
    match end {
        // "I–III kvartal 2026", "1. - 3. kvartal 2026"
        Side::Season(season) => {
            let one_word = !fold_letters(left).contains(' ');
            if let Some(start) = beside(whole_left, *season, today).filter(|_| one_word) {
                return Ok(Side::Season(start));
            }
        }
        // "10–12 March 2026", "15.3 – 30.6.2026"
        Side::Date(day) if day.precision() == Precision::Day => {
            let number = left.trim_end_matches('.');
            let is_number = number.len() <= 2 && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            if let (true, false, Ok(n)) = (is_number, parted.slash, number.parse()) {
                let start = PartialDate::new_day(day.year(), day.first_day().month(), n);
                return start.map(Side::Date).map_err(|e| of_date(e, parted));
            }
            let of_year = format!("{number}.{}", day.year());
            if number.contains('.')
                && let Ok(start) = parse_input(&of_year, today)
            {
                return Ok(Side::Date(start));
            }
        }
        _ => {}
    }
    // "I–VI 2026"
    let of_year = format!("{left} {}", until.year());
    let left = if ROMAN.contains(&left) { roman(&of_year, &parted.right) } else { roman(left, &parted.right) };
    match side(&left, today) {
        Ok(start) => Ok(start),
        // "March 10 – March 12, 2026"; before a month, "Mar-25" is rather that of 2025
        Err(DateError::DayOrYear { day, .. }) if until.precision() == Precision::Day => {
            in_year(day, until.year()).map(Side::Date).map_err(|e| of_date(e, parted))
        }
        Err(DateError::YearMissing { suggestion }) => {
            in_year(suggestion, until.year()).map(Side::Date).map_err(|e| of_date(e, parted))
        }
        Err(error) => match side(whole_left, today) {
            // "1" with the year of the end would be its January
            Ok(start @ (Side::Season(_) | Side::Part(_))) => Ok(start),
            _ => Err(of_date(error, parted)),
        },
    }
}

/// "I 2026" as "I/2026", which is surely a month: where the other side begins with a Roman number too.
fn roman(text: &str, other: &str) -> String {
    let first =
        |text: &str| ROMAN.into_iter().find(|name| text.split(|c: char| !c.is_alphabetic()).next() == Some(*name));
    match (first(text), first(other)) {
        (Some(month), Some(_)) => text.replacen(&format!("{month} "), &format!("{month}/"), 1),
        _ => text.to_owned(),
    }
}

fn in_year(date: PartialDate, year: i32) -> Result<PartialDate, DateError> {
    let first = date.first_day();
    match date.precision() {
        Precision::Day => PartialDate::new_day(year, first.month(), first.day()),
        _ => PartialDate::new_month(year, first.month()),
    }
}
