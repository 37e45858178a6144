//! Dates as people type them: in English, the languages of the region, German and French, with words or numbers.

use chrono::{Datelike, NaiveDate};

use super::season::{other_year, parse_season, two_years};
use super::{DateError, PartialDate, YEARS};
use crate::kernel::fold::fold_letters;
use crate::kernel::i18n::excerpt;

/// Longer than any accepted form with every space doubled; beyond it nothing is looked at.
const LONGEST: usize = 80;

/// Month names as [`fold_letters`] leaves them (Cyrillic written in Latin letters, no accents):
/// nominative, genitive, locative and usual short forms of en, sq, bs, hr, sr, me, mk, sl, de, fr,
/// and the Roman numerals officials of the region write.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &[
        "january", "jan", "januar", "januara", "januaru", "januari", "januarja", "janar", "janari", "janarit",
        "jnr", "sijecanj", "sijecnja", "sijecnju", "janner", "jaenner", "janvier", "janv", "i",
    ],
    &[
        "february", "feb", "februar", "februara", "februaru", "februari", "februarja", "fevruari", "fev",
        "shkurt", "shkurti", "shkurtit", "shk", "veljaca", "veljace", "veljaci", "feber", "fevrier", "fevr", "ii",
    ],
    &[
        "march", "mar", "mart", "marta", "martu", "mars", "marsi", "marsit", "marec", "marca", "marz", "maerz",
        "ozujak", "ozujka", "ozujku", "iii",
    ],
    &[
        "april", "apr", "aprila", "aprilu", "prill", "prilli", "prillit", "pri", "travanj", "travnja", "travnju",
        "avril", "avr", "iv",
    ],
    &[
        "may", "maj", "maja", "maju", "maji", "majit", "mai", "svibanj", "svibnja", "svibnju", "v",
    ],
    &[
        "june", "jun", "juna", "junu", "juni", "junij", "junija", "qershor", "qershori", "qershorit", "qer",
        "lipanj", "lipnja", "lipnju", "juin", "vi",
    ],
    &[
        "july", "jul", "jula", "julu", "juli", "julij", "julija", "korrik", "korriku", "korrikut", "korr", "kor",
        "srpanj", "srpnja", "srpnju", "juillet", "juil", "vii",
    ],
    &[
        "august", "aug", "augusta", "augustu", "avgust", "avgusta", "avgustu", "avg", "gusht", "gushti", "gushtit",
        "gush", "kolovoz", "kolovoza", "kolovozu", "aout", "viii",
    ],
    &[
        "september", "sept", "sep", "septembar", "septembra", "septembru", "septemvri", "shtator", "shtatori",
        "shtatorit", "sht", "rujan", "rujna", "rujnu", "septembre", "ix",
    ],
    &[
        "october", "oct", "okt", "oktobar", "oktobra", "oktobru", "oktober", "oktomvri", "tetor", "tetori",
        "tetorit", "tet", "listopad", "listopada", "listopadu", "octobre", "x",
    ],
    &[
        "november", "nov", "novembar", "novembra", "novembru", "noemvri", "noem", "nentor", "nentori",
        "nentorit", "nen", "studeni", "studenoga", "studenog", "studenom", "studenome", "novembre", "xi",
    ],
    &[
        "december", "dec", "decembar", "decembra", "decembru", "dekemvri", "dek", "dezember", "dez", "dhjetor",
        "dhjetori", "dhjetorit", "dhj", "prosinac", "prosinca", "prosincu", "decembre", "xii",
    ],
];

/// Words for "year" ("15.3.2024. godine") and "month" ("III mjesec 2024"); they add nothing. One month is meant: "3 mjeseca" is
/// how long something takes.
#[rustfmt::skip]
const YEAR_WORDS: &[&str] = &[
    "g", "god", "godina", "godine", "godini", "leta", "leto", "viti", "vitit", "mjesec", "mjesecu", "mesec", "mesecu", "muaji", "muajin",
];

/// Words before a date that add nothing: "u martu 2024", "tokom 2024", "во текот на 2024".
const BEFORE: &[&str] = &["in", "u", "vo", "na", "im", "during", "tokom", "toku", "tekot", "gjate"];

/// Words that add nothing beside a month's name, but mean something else without it
/// ("3rd 2024" is a quarter).
const FILLERS: &[&str] = &["of", "the", "st", "nd", "rd", "th", "me", "er"];

fn month_of(word: &str) -> Option<u32> {
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word)).map(|(month, _)| month)
}

/// A run of digits: its value and how many there are (a year has four, "07" two).
#[derive(Clone, Copy)]
struct Number {
    value: u32,
    digits: usize,
}

impl Number {
    fn year(self) -> Option<i32> {
        (self.digits == 4).then(|| i32::try_from(self.value).ok()).flatten()
    }

    /// Day or month: one or two digits.
    fn small(self) -> Option<u32> {
        (self.digits <= 2).then_some(self.value)
    }
}

/// What stands in the text, in order.
struct Pieces {
    numbers: Vec<Number>,
    /// What stands between each number and the next, spaces left out.
    gaps: Vec<String>,
    month: Option<u32>,
    /// No number stands before the month.
    month_first: bool,
    /// The month is a single letter, the Roman V or X or I, which are words in some languages: where no sign joins the capital
    /// to the year ("V/2024", "V. 2024"), it is not taken for one.
    letter: bool,
    /// One of [`FILLERS`] was there.
    filler: bool,
    trailing: String,
}

fn read(text: &str) -> Option<Pieces> {
    let mut numbers = Vec::new();
    let mut gaps = Vec::new();
    let mut month = None;
    let (mut letter, mut filler, mut month_first) = (false, false, false);
    let mut gap = String::new();
    let mut begun = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() || c.is_alphabetic() {
            // The part before a combining accent is the letter's; both are folded together.
            let same = |d: char| {
                if c.is_ascii_digit() {
                    d.is_ascii_digit()
                } else {
                    d.is_alphabetic() || unicode_normalization::char::is_combining_mark(d)
                }
            };
            let mut run = String::from(c);
            while let Some(d) = chars.next_if(|d| same(*d)) {
                run.push(d);
            }
            if !begun && !gap.is_empty() {
                return None;
            }
            begun = true;
            if c.is_ascii_digit() {
                let number = Number { value: run.parse().ok()?, digits: run.len() };
                if !numbers.is_empty() {
                    gaps.push(std::mem::take(&mut gap));
                }
                numbers.push(number);
                gap.clear();
            } else {
                let word = fold_letters(&run);
                match month_of(&word) {
                    Some(found) if month.is_none() => {
                        month = Some(found);
                        month_first = numbers.is_empty();
                        // what joins it to its day, as in "26-Mar", trails nothing
                        gap.clear();
                        let joined =
                            c.is_uppercase() && chars.peek().is_some_and(|next| matches!(next, '/' | '.' | '-'));
                        letter = word.len() == 1 && !joined;
                    }
                    _ if YEAR_WORDS.contains(&word.as_str()) => {}
                    _ if numbers.is_empty() && month.is_none() && BEFORE.contains(&word.as_str()) => {}
                    _ if FILLERS.contains(&word.as_str()) => filler = true,
                    _ => return None,
                }
            }
        } else if !c.is_whitespace() {
            gap.push(match c {
                '.' | '/' | ',' | '-' => c,
                '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
                _ => return None,
            });
        }
    }
    Some(Pieces { numbers, gaps, month, month_first, letter, filler, trailing: gap })
}

/// Reads a date as a person typed it.
///
/// Understood are `2024`; `March 2024`, `Mar 2024`, `03/2024`, `3.2024`, `2024-03`; `2024-03-15`,
/// `15.3.2024`, `15. 3. 2024.`, `15/03/2024`, `15-Mar-2024`, `15 March 2024`, `March 15, 2024`,
/// `15. ožujka 2024.`, `15. март 2024. године`, `15 mars 2024`, `15. III 2024`, `VI/2024`.
///
/// With dots the day always comes first. With slashes or dashes (or spaces alone) it does too, but
/// where both numbers can be a month the text is refused: an English spreadsheet may have been
/// American. `today` (in the process's time zone) serves only to suggest a missing year or century.
///
/// # Errors
/// Every [`DateError`].
pub fn parse_input(text: &str, today: NaiveDate) -> Result<PartialDate, DateError> {
    read_date(text, today).map_err(|error| match error {
        DateError::NotUnderstood { .. } | DateError::NoSuchMonth { .. } => why(text, today).unwrap_or(error),
        error => error,
    })
}

/// What a text says that is more than a date, or less.
fn why(text: &str, today: NaiveDate) -> Option<DateError> {
    if let Some(season) = parse_season(text, today) {
        return Some(DateError::PartOfYear { text: excerpt(text), season });
    }
    if let Some(year) = other_year(text) {
        return Some(DateError::OtherYear { text: excerpt(text), year });
    }
    two_years(text).map(|(first, second)| DateError::TwoYears { text: excerpt(text), first, second })
}

/// A date and nothing besides.
pub(super) fn read_date(text: &str, today: NaiveDate) -> Result<PartialDate, DateError> {
    let not_understood = || DateError::NotUnderstood { text: excerpt(text) };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DateError::Empty);
    }
    if trimmed.chars().nth(LONGEST).is_some() {
        return Err(not_understood());
    }
    let pieces = read(trimmed).ok_or_else(not_understood)?;
    if !matches!(pieces.trailing.as_str(), "" | "." | ",") {
        return Err(not_understood());
    }
    let outcome = match pieces.month {
        Some(_) if pieces.letter && pieces.numbers.len() < 2 => None,
        Some(month) => with_word(month, &pieces, today),
        None if pieces.filler => None,
        None => numbers_only(&pieces, today),
    };
    outcome.unwrap_or_else(|| Err(not_understood()))
}

/// The outer `None` means: not one of the accepted forms.
type Reading = Option<Result<PartialDate, DateError>>;

fn with_word(month: u32, pieces: &Pieces, today: NaiveDate) -> Reading {
    match pieces.numbers[..] {
        [] => Some(missing_year(PartialDate::new_month(today.year(), month))),
        [number] => match (number.year(), number.small()) {
            (Some(year), _) => Some(PartialDate::new_month(year, month)),
            (_, Some(_)) if pieces.month_first && number.digits == 2 => day_or_year(month, number.value, today),
            (_, Some(day)) => Some(missing_year(PartialDate::new_day(today.year(), month, day))),
            _ => None,
        },
        [a, b] => match (a.year(), a.small(), b.year(), b.small()) {
            (_, Some(day), Some(year), _) | (Some(year), _, _, Some(day)) => {
                Some(PartialDate::new_day(year, month, day))
            }
            (_, Some(day), _, Some(short)) if b.digits == 2 => {
                let year = nearest_century(short, today)?;
                Some(short_year(PartialDate::new_day(year, month, day)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn numbers_only(pieces: &Pieces, today: NaiveDate) -> Reading {
    let gaps: Vec<&str> = pieces.gaps.iter().map(String::as_str).collect();
    match (&pieces.numbers[..], &gaps[..]) {
        ([year], []) => year.year().map(PartialDate::new_year),
        // "15.3." is a day without its year; "15/3" could as well be anything.
        ([a, b], ["."]) if pieces.trailing == "." && b.digits <= 2 => {
            Some(missing_year(PartialDate::new_day(today.year(), b.small()?, a.small()?)))
        }
        ([a, b], ["." | "/" | "-" | ""]) => match (a.year(), a.small(), b.year(), b.small()) {
            (_, Some(month), Some(year), _) | (Some(year), _, _, Some(month)) => {
                Some(PartialDate::new_month(year, month))
            }
            _ => None,
        },
        ([a, b, c], [sep @ ("." | "/" | "-" | ""), same]) if sep == same => {
            if let Some(year) = a.year() {
                return Some(PartialDate::new_day(year, b.small()?, c.small()?));
            }
            let (first, second) = (a.small()?, b.small()?);
            match c.year() {
                Some(year) => Some(day_month(sep, first, second, year)),
                None if c.digits == 2 && matches!(*sep, "." | "/") => {
                    let year = nearest_century(c.value, today)?;
                    Some(short_year(day_month(sep, first, second, year)))
                }
                None => None,
            }
        }
        _ => None,
    }
}

fn day_month(separator: &str, first: u32, second: u32, year: i32) -> Result<PartialDate, DateError> {
    let can_be_month = |n: u32| (1..=12).contains(&n);
    if separator != "." && first != second && can_be_month(first) && can_be_month(second) {
        PartialDate::new_year(year)?;
        return Err(DateError::AmbiguousOrder { first, second, year });
    }
    PartialDate::new_day(year, second, first)
}

fn missing_year(date: Result<PartialDate, DateError>) -> Result<PartialDate, DateError> {
    Err(DateError::YearMissing { suggestion: date? })
}

fn short_year(date: Result<PartialDate, DateError>) -> Result<PartialDate, DateError> {
    Err(DateError::ShortYear { suggestion: date? })
}

/// "Mar-26" is March 2026 in a spreadsheet's short form and 26 March in a letter; "Mar-99" can only be a year.
fn day_or_year(month: u32, number: u32, today: NaiveDate) -> Reading {
    let of_year = PartialDate::new_month(nearest_century(number, today)?, month);
    Some(match PartialDate::new_day(today.year(), month, number) {
        Ok(day) => of_year.and_then(|month| Err(DateError::DayOrYear { day, month })),
        Err(_) => short_year(of_year),
    })
}

/// The year ending in these two digits that lies nearest to today and can be written at all.
fn nearest_century(short: u32, today: NaiveDate) -> Option<i32> {
    let short = i32::try_from(short).ok()?;
    [1900, 2000, 2100]
        .map(|century| century + short)
        .into_iter()
        .filter(|year| YEARS.contains(year))
        .min_by_key(|year| (year - today.year()).abs())
}
