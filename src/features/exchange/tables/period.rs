//! Dates as tables have them beyond what a form takes: quarters, the beginning or the end of a year, two dates in one cell. A date
//! keeps the precision that a record has; what it cannot hold is left out and told, never made more exact.

use chrono::NaiveDate;
use std::sync::LazyLock;

use super::words::{BETWEEN, FROM, HALVES, ORDINALS, PARTS, QUARTERS, SEASONS, TO};
use crate::kernel::date::{DateError, PartialDate, Precision, parse_input};
use crate::kernel::fold::fold_letters;

/// Longer than any two dates in words.
const LONGEST: usize = 120;

type Names = LazyLock<Vec<String>>;

fn folded(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| fold_letters(name)).collect()
}

static PART: Names = LazyLock::new(|| folded(PARTS));
static QUARTER: Names = LazyLock::new(|| folded(QUARTERS));
static HALF: Names = LazyLock::new(|| folded(HALVES));
static FILL: Names = LazyLock::new(|| folded(BETWEEN));
static BEFORE: Names = LazyLock::new(|| folded(FROM));
static UNTIL: Names = LazyLock::new(|| folded(TO));
static NUMBER: LazyLock<[Vec<String>; 4]> = LazyLock::new(|| ORDINALS.map(folded));

fn among(names: &Names, word: &str) -> bool {
    names.iter().any(|name| name == word)
}

/// A date; true where the text says more than a record can hold: "Q1 2026" and "kraj 2026" are 2026, "end of March 2026" is March.
///
/// # Errors
/// Those of [`parse_input`].
pub fn date(text: &str, today: NaiveDate) -> Result<(PartialDate, bool), DateError> {
    match parse_input(text, today) {
        Ok(date) => Ok((date, false)),
        Err(error) => within(text, today).map(|date| (date, true)).ok_or(error),
    }
}

/// The year or month of which a text names a part.
fn within(text: &str, today: NaiveDate) -> Option<PartialDate> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let text = fold_letters(text);
    let words: Vec<&str> = text.split(' ').collect();
    let part = || words.iter().position(|word| among(&PART, word)).map(|i| (i, 1, Precision::Month));
    let (first, count, most) = season(&words).map(|(i, count, _)| (i, count, Precision::Year)).or_else(part)?;
    let rest = words.iter().enumerate().filter(|(i, word)| !(first..first + count).contains(i) && !among(&FILL, word));
    let rest: Vec<&str> = rest.map(|(_, word)| *word).collect();
    parse_input(&rest.join(" "), today).ok().filter(|date| date.precision() <= most)
}

/// The words that name a quarter or a half of a year: the first of them, how many they are, and the month in which it begins.
fn season(words: &[&str]) -> Option<(usize, usize, u32)> {
    let one = words.iter().enumerate().find_map(|(i, word)| {
        let number = word.chars().find_map(|c| c.to_digit(10)).filter(|_| SEASONS.contains(word))?;
        Some((i, 1, begins(number, if word.contains('q') { 4 } else { 2 })))
    });
    one.or_else(|| {
        words.windows(2).enumerate().find_map(|(i, two)| match two {
            [a, b] => numbered(a, b).or_else(|| numbered(b, a)).map(|month| (i, 2, month)),
            _ => None,
        })
    })
}

/// "1" beside "quarter": there are four of these and two halves. The month in which it begins.
fn numbered(number: &str, of: &str) -> Option<u32> {
    let most = if among(&QUARTER, of) {
        4
    } else if among(&HALF, of) {
        2
    } else {
        return None;
    };
    let (n, _) = (1..=most).zip(NUMBER.iter()).find(|(_, names)| names.iter().any(|name| name == number))?;
    Some(begins(n, most))
}

/// The month in which one of so many equal parts of a year begins.
fn begins(number: u32, of: u32) -> u32 {
    number.saturating_sub(1) * (12 / of) + 1
}

/// A hyphen, a dash or a stroke, of the many that there are.
fn is_stroke(c: char) -> bool {
    matches!(c, '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '→')
}

/// From when to when something runs; one of the two may not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    /// More was said than a record can hold.
    pub rounded: bool,
}

/// Two dates in one cell, where they can be read in one way alone: "2026-2028", "March-June 2026", "od 2026 do 2028". A year or a month by
/// itself is both; of one day nobody says which of the two it is.
pub fn period(text: &str, today: NaiveDate) -> Option<Period> {
    let text = text.trim();
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let word = fold_letters(word);
    let (opens, closes) = (among(&BEFORE, &word), among(&UNTIL, &word));
    let text = if opens || closes { rest.trim() } else { text };
    if let Some(years) = short_years(text) {
        return years.filter(|_| !closes);
    }
    if let Ok((date, rounded)) = date(text, today) {
        return match (opens, closes) {
            (true, _) => Some(Period { start: Some(date), end: None, rounded }),
            (_, true) => Some(Period { start: None, end: Some(date), rounded }),
            _ if date.precision() == Precision::Day => None,
            _ => Some(Period { start: Some(date), end: Some(date), rounded }),
        };
    }
    if closes {
        return None;
    }
    let strokes = text.char_indices().filter(|(_, c)| is_stroke(*c));
    let strokes =
        strokes.filter_map(|(i, c)| Some((text.get(..i)?.to_owned(), text.get(i + c.len_utf8()..)?.to_owned())));
    let words: Vec<&str> = text.split_whitespace().collect();
    let said = (1..words.len()).filter(|i| words.get(*i).is_some_and(|word| among(&UNTIL, &fold_letters(word))));
    let said = said.filter_map(|i| Some((words.get(..i)?.join(" "), words.get(i + 1..)?.join(" "))));
    let mut read: Vec<Period> = strokes.chain(said).filter_map(|(left, right)| both(&left, &right, today)).collect();
    read.dedup();
    match read.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// "2026-28". The inner `None`: "2010-12" can be two years and a month. The outer: it is nothing of the kind.
fn short_years(text: &str) -> Option<Option<Period>> {
    let (first, second) = text.split_once(is_stroke)?;
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    // a year is often written with a full stop
    let bare = |part: &str| part.trim().trim_end_matches('.').trim_end().to_owned();
    let (first, second) = (bare(first), bare(second));
    if !digits(&first, 4) || !digits(&second, 2) {
        return None;
    }
    let (year, short) = (first.parse::<i32>().ok()?, second.parse::<i32>().ok()?);
    if short <= year % 100 {
        return None;
    }
    let two = || {
        let (start, end) = (PartialDate::new_year(year).ok()?, PartialDate::new_year(year - year % 100 + short).ok()?);
        Some(Period { start: Some(start), end: Some(end), rounded: false })
    };
    Some(if short <= 12 { None } else { two() })
}

/// Both sides of what parts two dates. The first may have the second's year.
fn both(left: &str, right: &str, today: NaiveDate) -> Option<Period> {
    let (end, late) = date(right, today).ok()?;
    let (start, early) = match parse_input(left, today) {
        Ok(date) => (date, false),
        Err(DateError::YearMissing { suggestion }) => (in_year(suggestion, end.year())?, false),
        Err(_) => {
            let part = within(left, today).or_else(|| within(&format!("{left} {}", end.year()), today));
            (part?, true)
        }
    };
    // two quarters of one year would both be that year, whichever is the later: "Q4 - Q1 2027" says nothing of 2027 alone
    let turned = start.year() == end.year()
        && begun(left, start).zip(begun(right, end)).is_some_and(|(from, until)| from > until);
    let ordered = !turned && !start.is_surely_after(&end);
    ordered.then_some(Period { start: Some(start), end: Some(end), rounded: early || late })
}

/// The month in which one side begins, where it says more than its year.
fn begun(text: &str, date: PartialDate) -> Option<u32> {
    use chrono::Datelike;
    if date.precision() != Precision::Year {
        return Some(date.first_day().month());
    }
    let text = fold_letters(text);
    let words: Vec<&str> = text.split(' ').collect();
    season(&words).map(|(_, _, month)| month)
}

fn in_year(date: PartialDate, year: i32) -> Option<PartialDate> {
    use chrono::Datelike;
    let first = date.first_day();
    match date.precision() {
        Precision::Day => PartialDate::new_day(year, first.month(), first.day()).ok(),
        _ => PartialDate::new_month(year, first.month()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn parts_of_years_are_the_years_and_it_is_told() {
        for (text, kept) in [
            ("Q1 2026", "2026"),
            ("2026 Q1", "2026"),
            ("Q3/2026", "2026"),
            ("2026-Q4", "2026"),
            ("1. kvartal 2026.", "2026"),
            ("II квартал 2026", "2026"),
            ("second half of 2026", "2026"),
            ("kraj 2027", "2027"),
            ("krajem 2027. godine", "2027"),
            ("крај на 2027", "2027"),
            ("početak 2026", "2026"),
            ("mid-2026", "2026"),
            ("sredinom 2026", "2026"),
            ("end of March 2027", "2027-03"),
            ("Ende 2027", "2027"),
        ] {
            let read = date(text, today()).map(|(date, rounded)| (date.to_string(), rounded));
            assert_eq!(read, Ok((kept.to_owned(), true)), "{text}");
        }
        assert_eq!(date("March 2026", today()).map(|(_, rounded)| rounded), Ok(false));
        for text in
            ["Q5 2026", "Q1", "3. polugodište 2026", "end of 15.3.2026", "mid", "Q1 Q2 2026", "end", "Q1 March 2026"]
        {
            assert!(date(text, today()).is_err(), "{text}");
        }
    }

    #[test]
    fn two_dates_in_a_cell_are_read_where_there_is_one_reading() {
        let read = |text: &str| {
            let text_of = |date: Option<PartialDate>| date.map_or_else(|| "?".to_owned(), |d| d.to_string());
            period(text, today()).map(|p| format!("{} {} {}", text_of(p.start), text_of(p.end), p.rounded))
        };
        for (text, said) in [
            ("2026-2028", "2026 2028 false"),
            ("2026 – 2028", "2026 2028 false"),
            ("2026/2028", "2026 2028 false"),
            ("2026-28", "2026 2028 false"),
            ("2026\u{2011}28", "2026 2028 false"),
            ("2026.-28.", "2026 2028 false"),
            ("od 2026-28", "2026 2028 false"),
            ("March-June 2026", "2026-03 2026-06 false"),
            ("ožujak – lipanj 2026.", "2026-03 2026-06 false"),
            ("March 2026 - June 2027", "2026-03 2027-06 false"),
            ("March 2026 to June 2027", "2026-03 2027-06 false"),
            ("01/2026-06/2027", "2026-01 2027-06 false"),
            ("2026-03-01/2027-02-28", "2026-03-01 2027-02-28 false"),
            ("1.3.2026 - 30.6.2027", "2026-03-01 2027-06-30 false"),
            ("1.3. - 30.6.2026.", "2026-03-01 2026-06-30 false"),
            ("od marta 2026 do juna 2027", "2026-03 2027-06 false"),
            ("Q1 2026", "2026 2026 true"),
            ("Q1-Q3 2026", "2026 2026 true"),
            ("March - Q3 2026", "2026-03 2026 true"),
            ("Q4 2026 - Q1 2027", "2026 2027 true"),
            ("1. polovina - 2. polovina 2026", "2026 2026 true"),
            ("mid-2026 - kraj 2028", "2026 2028 true"),
            ("2026", "2026 2026 false"),
            ("March 2026", "2026-03 2026-03 false"),
            ("2026-03", "2026-03 2026-03 false"),
            ("from 2026", "2026 ? false"),
            ("do kraja 2028", "? 2028 true"),
        ] {
            assert_eq!(read(text).as_deref(), Some(said), "{text}");
        }
        // two readings, the wrong way round, one day, no year, no dates
        for text in [
            "2010-12",
            "2010\u{2011}12",
            "2010\u{2212}12",
            "2010-12.",
            "od 2010-12",
            "do 2010-12",
            "1/2 2026",
            "Q4 - Q1 2027",
            "November - Q1 2027",
            "Q4 - March 2027",
            "2. polovina - 1. polovina 2027",
            "03/04/2026",
            "03-04-2026",
            "2028-2026",
            "November - March 2027",
            "15.3.2026",
            "March - June",
            "24 months",
            "2026 -",
            "-",
            "",
            "1-15 March",
            "2026-2027-2028",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
