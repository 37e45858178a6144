//! The kinds of values of the schema, as strictly as a validator reads them, and what can be made of one that is not quite.

use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Boolean,
    Decimal,
    Integer,
    /// Not below zero.
    Count,
    /// A year: above zero.
    Year,
    Date,
    Moment,
    Address,
    Language,
    Token,
}

/// What came of looking at a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Checked {
    Fits,
    /// Meant is surely this.
    Mended(String),
    Wrong,
}

impl Kind {
    /// By the schema's own name of it; none is a text.
    pub fn of(name: &str) -> Self {
        match name {
            "boolean" => Self::Boolean,
            "decimal" => Self::Decimal,
            "int" => Self::Integer,
            "nonNegativeInteger" => Self::Count,
            "positiveInteger" => Self::Year,
            "date" => Self::Date,
            "dateTime" => Self::Moment,
            "anyURI" => Self::Address,
            "lang" => Self::Language,
            "NMTOKEN" => Self::Token,
            _ => Self::Text,
        }
    }

    /// By which a text says what such a value looks like.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer | Self::Count => "integer",
            Self::Year => "year",
            Self::Date => "date",
            Self::Moment => "moment",
            Self::Address => "address",
            Self::Language => "language",
            Self::Token => "token",
        }
    }

    pub fn check(self, value: &str) -> Checked {
        if self.fits(value) {
            return Checked::Fits;
        }
        match self.mend(trimmed(value)).filter(|mended| self.fits(mended)) {
            Some(mended) => Checked::Mended(mended),
            None => Checked::Wrong,
        }
    }

    fn fits(self, value: &str) -> bool {
        let text = trimmed(value);
        match self {
            Self::Text => true,
            Self::Boolean => matches!(text, "true" | "false" | "1" | "0"),
            Self::Decimal => is_decimal(text),
            Self::Integer => text.strip_prefix('+').unwrap_or(text).parse::<i32>().is_ok(),
            Self::Count => is_digits(text),
            Self::Year => is_digits(text) && text.bytes().any(|b| b != b'0'),
            Self::Date => is_date(text),
            Self::Moment => is_moment(text),
            Self::Address => is_address(text),
            Self::Language => text.is_empty() || is_language(text),
            Self::Token => !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._:".contains(c)),
        }
    }

    fn mend(self, text: &str) -> Option<String> {
        match self {
            Self::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" => Some("true".to_owned()),
                "false" | "no" => Some("false".to_owned()),
                _ => None,
            },
            Self::Decimal if text.contains(['e', 'E']) => {
                Decimal::from_scientific(text).ok().map(|n| n.normalize().to_string())
            }
            Self::Decimal => grouped(text),
            Self::Integer | Self::Count | Self::Year => text.strip_suffix(".0").map(str::to_owned),
            Self::Date => text.split_once(['T', ' ']).map(|(day, _)| day.to_owned()),
            Self::Moment => {
                let spaced = text.replacen(' ', "T", 1);
                if is_date(&spaced) { Some(format!("{spaced}T00:00:00")) } else { Some(spaced) }
            }
            Self::Language => Some(text.replace('_', "-")),
            Self::Text | Self::Token | Self::Address => None,
        }
    }
}

/// Without the white space that the schema passes over.
fn trimmed(value: &str) -> &str {
    value.trim_matches([' ', '\t', '\r', '\n'])
}

/// `1,234,567.89`: groups of three before a point, which cannot be read in two ways.
fn grouped(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.trim_start_matches(['-', '+']).split(',').collect();
    let of_three = groups.iter().skip(1).all(|g| g.len() == 3 && is_digits(g));
    let surely = groups.len() > 2 || (groups.len() == 2 && !part.is_empty());
    (surely && of_three && groups.first().is_some_and(|g| (1..=3).contains(&g.len()))).then(|| text.replace(',', ""))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A decimal as the schema writes it, of a length that a number here can hold.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let figures = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    figures(whole) && figures(part) && !(whole.is_empty() && part.is_empty()) && digits.len() <= 60
}

/// A day, with a time zone or without.
fn is_date(text: &str) -> bool {
    let (day, zone) = match text.get(..10) {
        Some(day) => (day, text.get(10..).unwrap_or_default()),
        None => return false,
    };
    is_zone(zone) && is_day(day)
}

fn is_day(text: &str) -> bool {
    let shape = text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    shape && !text.starts_with("0000") && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn is_zone(text: &str) -> bool {
    if matches!(text, "" | "Z") {
        return true;
    }
    let hours = text.strip_prefix(['+', '-']).and_then(|t| t.split_once(':'));
    hours.is_some_and(|(hours, minutes)| {
        let number = |t: &str| if t.len() == 2 && is_digits(t) { t.parse::<u32>().ok() } else { None };
        matches!((number(hours), number(minutes)), (Some(h), Some(m)) if h * 60 + m <= 14 * 60 && m < 60)
    })
}

fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_once('T') else { return false };
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    // any zone will do for looking at day and hour
    is_day(day)
        && is_zone(zone)
        && clock.len() >= 8
        && !clock.ends_with('.')
        && DateTime::parse_from_rfc3339(&format!("{day}T{clock}Z")).is_ok()
}

fn is_language(text: &str) -> bool {
    text.split('-').enumerate().all(|(i, part)| {
        let letters = |b: u8| if i == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_alphanumeric() };
        (1..=8).contains(&part.len()) && part.bytes().all(letters)
    })
}

/// RFC 3986, as far as a validator looks: the escapes, a host's port. Spaces and letters that would have to be escaped
/// are allowed by the schema language.
fn is_address(text: &str) -> bool {
    let (before, fragment) = text.split_once('#').map_or((text, None), |(b, f)| (b, Some(f)));
    let (path, query) = before.split_once('?').map_or((before, None), |(p, q)| (p, Some(q)));
    let plain = |text: &str, more: &str| {
        let bytes = text.as_bytes();
        text.bytes().enumerate().all(|(i, b)| match b {
            b'%' => bytes.get(i + 1..i + 3).is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)),
            b'[' | b']' | b'#' | b'?' | b'\x00'..=b'\x1f' => more.as_bytes().contains(&b),
            _ => true,
        })
    };
    if !query.is_none_or(|q| plain(q, "?")) || !fragment.is_none_or(|f| plain(f, "?")) {
        return false;
    }
    let first = path.split('/').next().unwrap_or_default();
    let rest = match first.split_once(':') {
        Some((scheme, _)) => {
            let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
            if !named {
                return false;
            }
            path.get(scheme.len() + 1..).unwrap_or_default()
        }
        None => path,
    };
    match rest.strip_prefix("//") {
        Some(rest) => {
            let host = rest.split('/').next().unwrap_or_default();
            let host = host.split_once('@').map_or(host, |(_, host)| host);
            let port = host.split_once(':').is_none_or(|(_, port)| is_digits(port) && port.len() <= 9);
            plain(rest, "") && port && !host.contains('@')
        }
        None => plain(rest, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_a_validator_reads_them() {
        let fit: &[(Kind, &[&str])] = &[
            (Kind::Boolean, &["true", "0", " 1 "]),
            (Kind::Decimal, &["1", "-1.50", "+.5", "5.", " 7\n"]),
            (Kind::Integer, &["-3", "+3"]),
            (Kind::Year, &["2024"]),
            (Kind::Date, &["2024-02-29", "2024-01-01Z", "2024-01-01+02:00"]),
            (Kind::Moment, &["2021-05-11T02:46:20.043+02:00", "2021-04-29T11:53:28"]),
            (
                Kind::Address,
                &["https://a.example/b?c=d#e", "a/b.pdf", "", "http://a:80/%C4%8D", "mailto:a@b", "two words", "č|<>"],
            ),
            (Kind::Language, &["EN", "sr-Latn", ""]),
            (Kind::Token, &["a-b"]),
        ];
        for (kind, values) in fit {
            for value in *values {
                assert_eq!(kind.check(value), Checked::Fits, "{kind:?} {value}");
            }
        }
        let wrong: &[(Kind, &[&str])] = &[
            (Kind::Boolean, &["perhaps", ""]),
            (Kind::Decimal, &["", "1,234", "12.345,00", "abc", ".", "1,23,456.0"]),
            (Kind::Year, &["0", "-1"]),
            (Kind::Date, &["2023-02-29", "2024", "01/02/2024", "2024-1-1", "2024-01-01+15:00", "20240101"]),
            (Kind::Moment, &["2021-04-29T25:00:00"]),
            (
                Kind::Address,
                &[":a", "http://a:b/", "a%zz", "http://a/#b#c", "a b:c", "http://a:/", "http://u@b@c/", "a[b"],
            ),
            (Kind::Language, &["English language", "toolongword"]),
        ];
        for (kind, values) in wrong {
            for value in *values {
                assert_eq!(kind.check(value), Checked::Wrong, "{kind:?} {value}");
            }
        }
    }

    #[test]
    fn what_is_surely_meant_is_mended() {
        let mended = |kind: Kind, value: &str, to: &str| assert_eq!(kind.check(value), Checked::Mended(to.to_owned()));
        mended(Kind::Boolean, "True", "true");
        mended(Kind::Decimal, "-1e-10", "-0.0000000001");
        mended(Kind::Decimal, "1.5E7", "15000000");
        mended(Kind::Decimal, "1,234,567.89", "1234567.89");
        mended(Kind::Date, "2024-01-31T00:00:00", "2024-01-31");
        mended(Kind::Moment, "2024-01-31", "2024-01-31T00:00:00");
        mended(Kind::Language, "pt_BR", "pt-BR");
    }
}
