//! What a frozen text and its record hold, in the reader's words: indicators and actions as lines, with the numbers and
//! dates of their language. None of it is in the bytes that a checksum is over.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::model::span;
use super::text::{ActionText, IndicatorText, PositionText, RemarkText, ResultText, TargetText};
use crate::kernel::date::PartialDate;
use crate::kernel::difference::{Piece, words};
use crate::kernel::page::Page;

/// With the decimals that a page shows; a number that has more of them stays as it is.
fn number(p: &Page, value: &str) -> String {
    match value.parse::<Decimal>() {
        Ok(number) if number.scale() <= 6 => p.quantity(&number),
        _ => value.to_owned(),
    }
}

pub fn date(p: &Page, text: &str) -> String {
    text.parse::<PartialDate>().map_or_else(|_| text.to_owned(), |day| p.date(&day))
}

/// The day of a moment as it was written down.
fn day(p: &Page, at: &str) -> String {
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| p.day_of(&at.with_timezone(&Utc)))
}

impl TargetText {
    fn in_words(&self, p: &Page) -> String {
        let value = number(p, &self.value);
        match &self.beneficiary {
            Some(of) => p.t3("plan-indicator-target-of", ("year", self.year), ("of", of), ("value", value)),
            None => p.t2("plan-indicator-target", "year", self.year, "value", value),
        }
    }
}

impl IndicatorText {
    /// What is measured, and in what.
    pub fn called(&self, p: &Page) -> String {
        match self.unit.as_str() {
            "" => self.name.clone(),
            unit => p.t2("plan-indicator-unit", "name", &self.name, "unit", unit),
        }
    }

    /// As one line that says what is the baseline and what are targets.
    pub fn in_words(&self, p: &Page) -> String {
        let what = self.called(p);
        let baseline = self.baseline.as_ref().map_or_else(|| p.t("not-stated"), |b| number(p, b));
        let baseline = match self.baseline_year {
            Some(year) => p.t2("plan-indicator-baseline", "value", baseline, "year", year),
            None => baseline,
        };
        let targets: Vec<String> = self.targets.iter().map(|t| t.in_words(p)).collect();
        let targets = if targets.is_empty() { p.t("not-stated") } else { targets.join("; ") };
        let line = p.t3("plan-indicator-line", ("what", what), ("baseline", baseline), ("targets", targets));
        if self.method.is_none() {
            return line;
        }
        p.t2("plan-indicator-method", "line", line, "method", p.t(self.method.label()))
    }
}

impl ActionText {
    /// Where it stood.
    pub fn state(&self, p: &Page) -> Option<String> {
        self.status.as_ref().map(|s| p.t(&format!("status-{s}")))
    }

    /// From when to when, where either is stated.
    pub fn dates(&self, p: &Page) -> Option<String> {
        let day = |d: &Option<String>| d.as_ref().map_or_else(|| p.t("not-stated"), |d| date(p, d));
        (self.starts.is_some() || self.ends.is_some()).then(|| format!("{} – {}", day(&self.starts), day(&self.ends)))
    }

    /// As one line: what, with whose money, for whom, when, and where it stood.
    pub fn in_words(&self, p: &Page) -> String {
        let names = |all: &[String]| (!all.is_empty()).then(|| all.join(", "));
        let parts =
            [Some(self.title.clone()), names(&self.donors), names(&self.beneficiaries), self.dates(p), self.state(p)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

impl ResultText {
    /// For whom: one beneficiary, or all together.
    pub fn whose(&self, p: &Page) -> String {
        self.beneficiary.clone().unwrap_or_else(|| p.t("plan-target-all"))
    }

    pub fn period(&self, p: &Page) -> String {
        span(p, self.from, self.to)
    }

    pub fn figure(&self, p: &Page) -> String {
        number(p, &self.value)
    }

    pub fn source(&self, p: &Page) -> String {
        p.t(if self.reported { "plan-record-reported" } else { "plan-record-stated" })
    }
}

impl PositionText {
    /// Who stated it and when.
    pub fn by_line(&self, p: &Page) -> String {
        let day = day(p, &self.at);
        if self.by.is_empty() { day } else { format!("{}, {day}", self.by) }
    }
}

impl RemarkText {
    /// Who made it, for whom, and when.
    pub fn by_line(&self, p: &Page) -> String {
        let who = match (self.by.as_str(), self.party.as_str()) {
            ("", party) => party.to_owned(),
            (by, "") => by.to_owned(),
            // of who has left it is told already whose they were
            (by, party) if by == p.t1("plan-person-former-of", "of", party) => by.to_owned(),
            (by, party) => p.t2("plan-report-for", "who", by, "party", party),
        };
        let day = day(p, &self.at);
        if who.is_empty() { day } else { format!("{who}, {day}") }
    }

    /// Of a suggested wording: what it would have changed.
    pub fn pieces(&self) -> Vec<Piece> {
        self.wording.as_ref().map(|(from, to)| words(from, to)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::plans::model::Method;
    use crate::kernel::i18n::Locale;
    use chrono::NaiveDate;

    #[test]
    fn an_indicator_says_what_is_the_baseline_and_what_the_targets() {
        let p = Page::bare(Locale::English, NaiveDate::default());
        let target = |year, of: Option<&str>, value: &str| TargetText {
            year,
            beneficiary: of.map(str::to_owned),
            value: value.to_owned(),
        };
        let mut i = IndicatorText {
            lineage: uuid::Uuid::nil(),
            name: "Investigations opened".into(),
            unit: "cases".into(),
            method: Method::None,
            baseline: Some("1200".into()),
            baseline_year: Some(2025),
            targets: vec![target(2027, Some("Arvania"), "20.5"), target(2028, None, "15000")],
        };
        assert_eq!(
            i.in_words(&p),
            "Investigations opened (cases) – baseline: 1,200 (2025); targets: 2027 Arvania: 20.5; 2028: 15,000"
        );
        (i.baseline, i.baseline_year, i.targets, i.unit) = (None, None, Vec::new(), String::new());
        assert_eq!(i.in_words(&p), "Investigations opened – baseline: not stated; targets: not stated");
        i.method = Method::Sum;
        assert_eq!(
            i.in_words(&p),
            "Investigations opened – baseline: not stated; targets: not stated; figures: added up"
        );
    }

    #[test]
    fn an_action_says_when_it_runs_and_where_it_stands() {
        let p = Page::bare(Locale::English, NaiveDate::default());
        let mut a = ActionText {
            id: uuid::Uuid::nil(),
            title: "Training".into(),
            public: true,
            status: Some("ongoing".into()),
            donors: vec!["Norland".into()],
            implementers: Vec::new(),
            beneficiaries: Vec::new(),
            starts: Some("2026-03".into()),
            ends: None,
        };
        assert_eq!(a.in_words(&p), "Training · Norland · March 2026 – not stated · Ongoing");
        (a.status, a.starts) = (None, None);
        assert_eq!(a.in_words(&p), "Training · Norland");
    }
}
