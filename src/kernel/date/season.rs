//! Quarters and halves of a year, and other years than those of the calendar.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use super::words::{BETWEEN, HALF, HALVES, LINKS, ORDINALS, OTHER_YEARS, QUARTER, QUARTERS, TOGETHER};
use super::{PartialDate, Precision, YEARS, parse};
use crate::kernel::fold::fold_letters;

/// Longer than any two dates in words.
pub(super) const LONGEST: usize = 120;

pub(super) type Names = LazyLock<Vec<String>>;

pub(super) fn folded(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| fold_letters(name)).collect()
}

static UNITS: LazyLock<[Vec<String>; 2]> = LazyLock::new(|| [folded(QUARTERS), folded(HALVES)]);
static NUMBER: LazyLock<[Vec<String>; 4]> = LazyLock::new(|| ORDINALS.map(folded));
static LINK: Names = LazyLock::new(|| folded(LINKS));
static FILL: Names = LazyLock::new(|| folded(BETWEEN));
static OTHER: Names = LazyLock::new(|| folded(OTHER_YEARS));

pub(super) fn among(names: &Names, word: &str) -> bool {
    names.iter().any(|name| name == word)
}

/// Whether a word between a part of a year and the year adds nothing.
pub(super) fn adds_nothing(word: &str) -> bool {
    among(&FILL, word)
}

/// A quarter or a half of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Season {
    /// The year that it is of.
    pub year: PartialDate,
    /// Its first month.
    pub first: PartialDate,
    /// Its last month.
    pub last: PartialDate,
}

impl Season {
    /// So many months: three or six.
    pub fn months(&self) -> u32 {
        self.last.first_day().month() + 1 - self.first.first_day().month()
    }
}

/// Reads `Q1 2026`, `III kvartal 2026`, `I polugodište 2026`, `1st half of 2026`, `tremujori i parë 2026`.
pub(super) fn parse_season(text: &str, today: NaiveDate) -> Option<Season> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let mut text = fold_letters(text);
    for (apart, one) in TOGETHER {
        text = format!(" {text} ").replace(&format!(" {apart} "), &format!(" {one} ")).trim().to_owned();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let (at, count, number, of) = named(&words)?;
    let rest = words.iter().enumerate().filter(|(i, word)| match *i < at {
        // the "I" of "I–II kvartal" is another number
        true => !adds_nothing(word) || **word == "i",
        false => *i >= at + count && !adds_nothing(word),
    });
    let rest: Vec<&str> = rest.map(|(_, word)| *word).collect();
    let year = parse::read_date(&rest.join(" "), today).ok().filter(|date| date.precision() == Precision::Year)?;
    let months = 12 / of;
    Some(Season {
        year,
        first: PartialDate::new_month(year.year(), (number - 1) * months + 1).ok()?,
        last: PartialDate::new_month(year.year(), number * months).ok()?,
    })
}

/// The words that name a part of a year: the first of them, how many they are, which part it is, of how many.
fn named(words: &[&str]) -> Option<(usize, usize, u32, u32)> {
    let one = words.iter().enumerate().find_map(|(i, word)| {
        let which = |names: &[&[&str]]| (1..).zip(names).find(|(_, names)| names.contains(word)).map(|(n, _)| n);
        which(&QUARTER).map(|n| (i, 1, n, 4)).or_else(|| which(&HALF).map(|n| (i, 1, n, 2)))
    });
    // before the number alone: the "i" of "tremujori i dytë" is none
    let linked = || {
        words.windows(3).enumerate().find_map(|(i, three)| match three {
            [unit, link, number] if among(&LINK, link) => numbered(number, unit).map(|(n, of)| (i, 3, n, of)),
            _ => None,
        })
    };
    let beside = || {
        words.windows(2).enumerate().find_map(|(i, two)| match two {
            [a, b] => numbered(a, b).or_else(|| numbered(b, a)).map(|(n, of)| (i, 2, n, of)),
            _ => None,
        })
    };
    one.or_else(linked).or_else(beside)
}

/// "1" beside "quarter": there are four of these and two halves.
fn numbered(number: &str, unit: &str) -> Option<(u32, u32)> {
    let [quarters, halves] = &*UNITS;
    let is = |units: &[String]| units.iter().any(|name| name == unit);
    let of = if is(quarters) {
        4
    } else if is(halves) {
        2
    } else {
        return None;
    };
    let (n, _) = (1..=of).zip(NUMBER.iter()).find(|(_, names)| names.iter().any(|name| name == number))?;
    Some((n, of))
}

/// Two years beside each other: "2025/26", "2025-2026". The second is the later one.
pub(super) fn two_years(text: &str) -> Option<(i32, i32)> {
    let (first, second) = text.trim().split_once(is_stroke)?;
    // a year is often written with a full stop
    let bare = |part: &str| part.trim().trim_end_matches('.').trim_end().to_owned();
    let (first, second) = (bare(first), bare(second));
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(&first, 4) || !(digits(&second, 4) || digits(&second, 2)) {
        return None;
    }
    let (year, other) = (first.parse::<i32>().ok()?, second.parse::<i32>().ok()?);
    let other = if second.len() == 2 { year - year % 100 + other } else { other };
    (YEARS.contains(&year) && YEARS.contains(&other) && year < other).then_some((year, other))
}

/// The first year of what is called a school year, an academic one or a budget's: when that begins, nobody says.
pub(super) fn other_year(text: &str) -> Option<i32> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    let text = fold_letters(text);
    let is_other = |word: &str| among(&OTHER, word.trim_end_matches(|c: char| c.is_ascii_digit()));
    if !text.split(' ').any(is_other) {
        return None;
    }
    let mut years = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    years.find_map(|digits| digits.parse().ok()).filter(|year| YEARS.contains(year))
}

/// A hyphen, a dash or a stroke, of the many that there are.
pub(super) fn is_stroke(c: char) -> bool {
    is_dash(c) || c == '/'
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '→')
}
