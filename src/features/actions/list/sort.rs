//! The order of the list, and where in it a page begins.

use chrono::{Datelike, NaiveDate, NaiveTime};
use uuid::Uuid;

/// What the list can be sorted by. What is not stated stands last in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// How well it matches the words that are looked for.
    Match,
    Title,
    Start,
    End,
    Total,
    Confirmed,
    Updated,
}

impl By {
    pub const ALL: [By; 7] = [By::Match, By::Title, By::Start, By::End, By::Total, By::Confirmed, By::Updated];

    pub fn as_str(self) -> &'static str {
        match self {
            By::Match => "match",
            By::Title => "title",
            By::Start => "start",
            By::End => "end",
            By::Total => "total",
            By::Confirmed => "confirmed",
            By::Updated => "updated",
        }
    }

    fn parse(text: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.as_str() == text)
    }
}

/// Column and direction, as `sort=-end` has it in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub by: By,
    pub descending: bool,
}

impl Sort {
    pub const NEWEST: Sort = Sort { by: By::Updated, descending: true };
    pub const TITLE: Sort = Sort { by: By::Title, descending: false };
    pub const BEST: Sort = Sort { by: By::Match, descending: true };

    /// `None` for what is no order of the list.
    pub fn parse(text: &str) -> Option<Sort> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = By::parse(name)?;
        // there is no worst match first
        Some(Sort { by, descending: descending || by == By::Match })
    }

    /// Every order, for the field that chooses one.
    pub fn all() -> impl Iterator<Item = Sort> {
        By::ALL.into_iter().flat_map(|by| {
            let down = Sort { by, descending: true };
            let up = (by != By::Match).then_some(Sort { by, descending: false });
            up.into_iter().chain([down])
        })
    }

    pub fn value(self) -> String {
        let minus = if self.descending && self.by != By::Match { "-" } else { "" };
        format!("{minus}{}", self.by.as_str())
    }

    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match (self.by, self.descending) {
            (By::Match, _) => "list-sort-match",
            (By::Title, false) => "list-sort-title",
            (By::Title, true) => "list-sort-title-down",
            (By::Start, false) => "list-sort-start",
            (By::Start, true) => "list-sort-start-down",
            (By::End, false) => "list-sort-end",
            (By::End, true) => "list-sort-end-down",
            (By::Total, false) => "list-sort-total",
            (By::Total, true) => "list-sort-total-down",
            (By::Confirmed, false) => "list-sort-confirmed",
            (By::Confirmed, true) => "list-sort-confirmed-down",
            (By::Updated, false) => "list-sort-updated",
            (By::Updated, true) => "list-sort-updated-down",
        }
    }
}

/// A place in the order: what the row there is sorted by, as the database writes it, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub key: String,
    pub id: Uuid,
}

impl Place {
    /// Reads one from an address. `None` for what the database could not read as a value of that column: an address is
    /// anybody's to write.
    pub fn parse(text: &str, by: By) -> Option<Place> {
        let (key, id) = text.rsplit_once('~')?;
        let id = id.parse().ok()?;
        let endless = matches!(key, "infinity" | "-infinity");
        let good = match by {
            By::Title => key.chars().count() <= 100 && !key.contains('\0'),
            By::Match => key.parse::<f32>().is_ok_and(|n| n.is_finite() && (n != 0.0 || is_nought(key))),
            By::Total => {
                let number = || key.parse::<f64>().is_ok_and(|n| n.is_finite() && (n != 0.0 || is_nought(key)));
                endless || matches!(key, "Infinity" | "-Infinity") || number()
            }
            By::Start | By::End => endless || is_day(key),
            By::Confirmed | By::Updated => endless || is_moment(key),
        };
        good.then(|| Place { key: key.to_owned(), id })
    }

    pub fn value(&self) -> String {
        format!("{}~{}", self.key, self.id)
    }
}

/// Whether a number says nought, rather than something too small to be told from it: the database refuses that.
fn is_nought(number: &str) -> bool {
    let digits = number.split(['e', 'E']).next().unwrap_or_default();
    !digits.bytes().any(|b| (b'1'..=b'9').contains(&b))
}

/// A day as the database writes it, and in no other of the ways in which one can be read.
fn is_day(text: &str) -> bool {
    text.parse::<NaiveDate>().is_ok_and(|d| (1..=9999).contains(&d.year()) && d.to_string() == text)
}

/// A moment as the database writes it, in universal time.
fn is_moment(text: &str) -> bool {
    const TO_THE_SECOND: usize = "2026-11-24 09:00:00".len();
    let Some((whole, rest)) = text.strip_suffix("+00").and_then(|t| t.split_at_checked(TO_THE_SECOND)) else {
        return false;
    };
    let Some((day, time)) = whole.split_once(' ') else { return false };
    let part = rest.strip_prefix('.').unwrap_or("0");
    is_day(day)
        && time.parse::<NaiveTime>().is_ok_and(|t| t.format("%H:%M:%S").to_string() == time)
        && (rest.is_empty() || rest.starts_with('.'))
        && (1..=6).contains(&part.len())
        && part.bytes().all(|b| b.is_ascii_digit())
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    Start,
    After(Place),
    /// The page that ends just before this place.
    Before(Place),
}

impl From {
    pub fn place(&self) -> Option<&Place> {
        match self {
            From::Start => None,
            From::After(place) | From::Before(place) => Some(place),
        }
    }
    pub fn backwards(&self) -> bool {
        matches!(self, From::Before(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01990000-0000-7000-8000-000000000000";

    #[test]
    fn orders_are_read_as_they_are_written() {
        for sort in Sort::all() {
            assert_eq!(Sort::parse(&sort.value()), Some(sort), "{sort:?}");
        }
        for bad in ["", "-", "--title", "titles", "title desc", "Title"] {
            assert_eq!(Sort::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn places_are_read_back_and_nothing_else_is() {
        for (key, by) in [
            ("support to border police", By::Title),
            ("", By::Title),
            ("a~b", By::Title),
            ("2027-01-31", By::End),
            ("infinity", By::Start),
            ("-infinity", By::Confirmed),
            ("2026-11-24 09:00:00.123456+00", By::Updated),
            ("2026-11-24 09:00:00+00", By::Confirmed),
            ("0", By::Total),
            ("-0.5", By::Total),
            ("0", By::Match),
            ("1250000.5", By::Total),
            ("1e+20", By::Total),
            ("Infinity", By::Total),
            ("0.42307693", By::Match),
        ] {
            let text = format!("{key}~{ID}");
            assert_eq!(Place::parse(&text, by).map(|p| p.value()), Some(text.clone()), "{text}");
        }
        for (text, by) in [
            ("2027-01-31", By::End),
            ("2027-13-01~01990000-0000-7000-8000-000000000000", By::End),
            ("0000-01-01x~01990000-0000-7000-8000-000000000000", By::End),
            ("-001-01-01~01990000-0000-7000-8000-000000000000", By::Start),
            ("';--~01990000-0000-7000-8000-000000000000", By::Updated),
            ("-4000-01-01 00:00:00+00~01990000-0000-7000-8000-000000000000", By::Updated),
            ("NaN~01990000-0000-7000-8000-000000000000", By::Total),
            ("1e999~01990000-0000-7000-8000-000000000000", By::Total),
            ("1e-400~01990000-0000-7000-8000-000000000000", By::Total),
            ("1e-50~01990000-0000-7000-8000-000000000000", By::Match),
            ("2027-  1-1~01990000-0000-7000-8000-000000000000", By::End),
            ("2026- 1- 1 09:00:00+00~01990000-0000-7000-8000-000000000000", By::Updated),
            ("2026-11-24 09:00:00+23~01990000-0000-7000-8000-000000000000", By::Updated),
            ("2026-11-24 09:00:00.+00~01990000-0000-7000-8000-000000000000", By::Updated),
            ("2026-11-24 09:00:00x+00~01990000-0000-7000-8000-000000000000", By::Confirmed),
            ("\0~01990000-0000-7000-8000-000000000000", By::Title),
            ("x~1", By::Title),
        ] {
            assert_eq!(Place::parse(text, by), None, "{text:?}");
        }
    }
}
