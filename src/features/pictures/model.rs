//! Which pictures there are, what they are asked for in their address, and what is handed from the data to the page.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::draw::{Shape, grid};
use super::store::Within;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, PillarId};
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// The pictures, each by the question that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    Money,
    Flows,
    Timeline,
    Gaps,
    Map,
    Plans,
    Freshness,
}

impl Picture {
    pub const ALL: [Picture; 7] = [
        Picture::Money,
        Picture::Flows,
        Picture::Timeline,
        Picture::Gaps,
        Picture::Map,
        Picture::Plans,
        Picture::Freshness,
    ];

    /// Its part of the address, and of a file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Picture::Money => "money",
            Picture::Flows => "flows",
            Picture::Timeline => "timeline",
            Picture::Gaps => "gaps",
            Picture::Map => "map",
            Picture::Plans => "plans",
            Picture::Freshness => "freshness",
        }
    }

    /// The Fluent key of its question.
    pub fn label(self) -> &'static str {
        match self {
            Picture::Money => "pictures-money",
            Picture::Flows => "pictures-flows",
            Picture::Timeline => "pictures-timeline",
            Picture::Gaps => "pictures-gaps",
            Picture::Map => "pictures-map",
            Picture::Plans => "pictures-plans",
            Picture::Freshness => "pictures-freshness",
        }
    }

    /// Who may look at it.
    pub fn permission(self) -> Permission {
        match self {
            Picture::Money | Picture::Flows => Permission::ActionSeeMoney,
            Picture::Plans => Permission::PlanSee,
            _ => Permission::ActionSee,
        }
    }

    /// The Fluent key of who asks it, and what is done with the answer.
    pub fn about(self) -> &'static str {
        match self {
            Picture::Money => "pictures-money-about",
            Picture::Flows => "pictures-flows-about",
            Picture::Timeline => "pictures-timeline-about",
            Picture::Gaps => "pictures-gaps-about",
            Picture::Map => "pictures-map-about",
            Picture::Plans => "pictures-plans-about",
            Picture::Freshness => "pictures-freshness-about",
        }
    }

    pub fn address(self) -> String {
        format!("/pictures/{}", self.as_str())
    }

    /// Where nothing is drawn though nothing was filtered: what is missing, and where it would stand, as a Fluent key of its
    /// name and an address.
    pub fn missing(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Picture::Money | Picture::Flows => ("pictures-missing-money", "nav-actions", "/actions"),
            Picture::Plans => ("pictures-missing-plans", "nav-plans", "/plans"),
            Picture::Gaps => ("pictures-missing-gaps", "nav-directory", "/directory"),
            Picture::Timeline | Picture::Map | Picture::Freshness => {
                ("pictures-missing-actions", "nav-actions", "/actions")
            }
        }
    }
}

/// A choice of the form above a picture.
#[derive(Debug, Clone)]
pub struct Choice {
    pub name: &'static str,
    /// The Fluent key of its label.
    pub label: &'static str,
    /// What stands first: its value is "".
    pub first: String,
    pub options: Vec<(String, String)>,
}

/// What a picture is asked for. The names in the address are those of the lists that its marks lead to.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Id and key.
    pub pillar: Option<(PillarId, String)>,
    /// Id and code.
    pub beneficiary: Option<(BeneficiaryId, String)>,
    pub from: Option<i32>,
    pub to: Option<i32>,
}

/// A year that is typed by mistake draws no picture of three thousand years.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

impl Asked {
    /// Reads the address. What is no year, or ends before it begins, is told at its field and left out.
    pub fn read(p: &Page, f: &mut Fields) -> Self {
        let frame = p.frame();
        let (key, code) = (f.value("pillar").to_owned(), f.value("beneficiary").to_owned());
        let pillar = frame.and_then(|x| x.pillars.iter().find(|l| l.key == key)).map(|l| (l.id, key));
        let beneficiary = frame.and_then(|x| x.beneficiaries.iter().find(|b| b.code == code)).map(|b| (b.id, code));
        let mut year = |name: &str| {
            let typed = f.integer(name);
            if typed.is_some_and(|y| !YEARS.contains(&y)) {
                f.fail(name, Message::new("pictures-error-year"));
            }
            typed.filter(|y| YEARS.contains(y))
        };
        let (from, mut to) = (year("from"), year("to"));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            f.fail("to", Message::new("list-error-order"));
            to = None;
        }
        Self { pillar, beneficiary, from, to }
    }

    pub fn years(&self) -> Option<(i32, i32)> {
        match (self.from, self.to) {
            (None, None) => None,
            (from, to) => Some((from.unwrap_or(*YEARS.start()), to.unwrap_or(*YEARS.end()))),
        }
    }

    /// So many years at most of those that are asked for: the first of them; where only the last is said, up to that; where
    /// neither is, those around this one.
    pub fn few_years(&self, most: i32, this: i32) -> (i32, i32) {
        let more = most - 1;
        let (from, to) = match (self.from, self.to) {
            (Some(from), to) => (from, to.unwrap_or(from + more).min(from + more)),
            (None, Some(to)) => (to - more, to),
            (None, None) => (this - more / 2, this - more / 2 + more),
        };
        (from.max(*YEARS.start()), to.min(*YEARS.end()))
    }

    pub fn within(&self) -> Within {
        Within {
            pillar: self.pillar.as_ref().map(|p| p.0),
            beneficiary: self.beneficiary.as_ref().map(|b| b.0),
            from: self.from.and_then(|y| NaiveDate::from_ymd_opt(y, 1, 1)),
            to: self.to.and_then(|y| NaiveDate::from_ymd_opt(y, 12, 31)),
        }
    }

    /// The list of actions, narrowed to what is asked and to `more`.
    pub fn actions(&self, p: &Page, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let said = |name: &str| more.iter().any(|(n, _)| *n == name);
        if let Some((_, key)) = self.pillar.as_ref().filter(|_| !said("pillar")) {
            query.append_pair("pillar", key);
        }
        if let Some((_, code)) = self.beneficiary.as_ref().filter(|_| !said("beneficiary")) {
            query.append_pair("beneficiary", code);
        }
        query.extend_pairs(more);
        format!("{}?{}", p.link("/actions"), query.finish())
    }
}

pub fn pillars(p: &Page) -> Choice {
    let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    let options = all.iter().map(|l| (l.key.clone(), format!("{} – {}", l.key, l.name))).collect();
    Choice { name: "pillar", label: "pictures-pillar", first: p.t("pictures-all"), options }
}

pub fn beneficiaries(p: &Page) -> Choice {
    let all = p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let options = all.iter().map(|b| (b.code.clone(), b.name.clone())).collect();
    Choice { name: "beneficiary", label: "pictures-beneficiary", first: p.t("pictures-all"), options }
}

/// Name and filter value of a pillar or beneficiary; of none, "not stated".
pub fn named(p: &Page, id: Option<Uuid>, by_pillar: bool) -> Option<(usize, String, String)> {
    let frame = p.frame()?;
    let Some(id) = id else { return Some((usize::MAX, p.t("not-stated"), "none".to_owned())) };
    if by_pillar {
        let (place, pillar) = frame.pillars.iter().enumerate().find(|(_, l)| l.id.0 == id)?;
        return Some((place, format!("{} – {}", pillar.key, pillar.name), pillar.key.clone()));
    }
    let (place, b) = frame.beneficiaries.iter().enumerate().find(|(_, b)| b.id.0 == id)?;
    Some((place, b.name.clone(), b.code.clone()))
}

/// A value of the table beside a picture.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    pub text: String,
    pub href: Option<String>,
    pub number: bool,
    /// What it is exactly, in a file; where there is none, its text stands there.
    pub exact: Option<Decimal>,
    /// The currency of an amount.
    pub currency: Option<String>,
    /// Something of it rests on an estimate.
    pub estimated: bool,
}

impl Figure {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    pub fn number(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: true, ..Self::default() }
    }
    /// What it is exactly.
    pub fn of(mut self, exact: impl Into<Decimal>) -> Self {
        self.exact = Some(exact.into());
        self
    }
    /// An amount, and what of it rests on an estimate.
    pub fn worth(self, amount: Decimal, estimated: Decimal, currency: &Currency) -> Self {
        Self { currency: Some(currency.to_string()), estimated: !estimated.is_zero(), ..self.of(amount) }
    }
    pub fn to(mut self, href: Option<String>) -> Self {
        self.href = href;
        self
    }
}

/// So many rows stand on a page; the table's files have the others, too.
const SHOWN: usize = 500;

/// The same figures as the picture's, as a table: the first column names the row.
#[derive(Debug, Clone, Default)]
pub struct Figures {
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Figure>>,
}

impl Figures {
    pub fn cells(&self) -> Vec<(&Figure, Vec<(&String, &Figure)>)> {
        self.rows
            .iter()
            .take(SHOWN)
            .filter_map(|row| row.split_first())
            .map(|(first, rest)| (first, self.heads.iter().skip(1).zip(rest).collect()))
            .collect()
    }
    /// How many rows do not stand on the page.
    pub fn others(&self) -> usize {
        self.rows.len().saturating_sub(SHOWN)
    }
    /// Whether a column is one of figures.
    pub fn numbers(&self) -> Vec<(&String, bool)> {
        let first = self.rows.first();
        let number = |i: usize| first.and_then(|r| r.get(i)).is_some_and(|f| f.number);
        self.heads.iter().enumerate().map(|(i, head)| (head, number(i))).collect()
    }
}

/// Everything that a page, or a file, shows.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// Nothing to draw where there is none.
    pub shape: Option<Shape>,
    /// The answer in a sentence.
    pub said: String,
    /// What has to be said wherever the figures stand: rules, estimates, what is left out.
    pub notes: Vec<String>,
    pub figures: Figures,
    pub choices: Vec<Choice>,
    /// Whether it is asked for years.
    pub years: bool,
    /// Where it is told how it was counted: text and address.
    pub opened: Option<(String, String)>,
}

/// The colours of figures, each with those that have it.
pub fn steps(p: &Page, values: impl Iterator<Item = i64>, most: i64) -> Vec<(&'static str, String)> {
    let text = |(class, least, most): (&'static str, i64, i64)| {
        let said = match least == most {
            true => p.number(least),
            false => p.t2("pictures-range", "from", p.number(least), "to", p.number(most)),
        };
        (class, said)
    };
    grid::ranges(values, most).into_iter().map(text).collect()
}

/// The day so many months ahead.
pub fn ahead(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;

    fn read(query: &str) -> (Asked, Fields) {
        let p = Page::bare(Locale::default(), NaiveDate::default());
        let mut f = Fields::decode(query.as_bytes());
        (Asked::read(&p, &mut f), f)
    }

    #[test]
    fn years_are_read_and_what_is_none_is_told() {
        assert_eq!(read("from=2024&to=2027").0.years(), Some((2024, 2027)));
        assert_eq!(read("").0.years(), None);
        assert_eq!(read("from=2024").0.years().map(|y| y.0), Some(2024));
        for (query, name) in [("from=soon", "from"), ("to=30000", "to"), ("from=2027&to=2024", "to")] {
            let (asked, f) = read(query);
            assert!(f.error(name).is_some(), "{query}");
            assert_eq!(asked.to, None, "{query}");
        }
    }

    #[test]
    fn few_years_are_some_of_those_that_are_asked_for() {
        let of = |query: &str| read(query).0.few_years(3, 2026);
        assert_eq!(of(""), (2025, 2027));
        assert_eq!(of("from=2020"), (2020, 2022));
        assert_eq!(of("from=2020&to=2021"), (2020, 2021));
        assert_eq!(of("from=2020&to=2027"), (2020, 2022));
        assert_eq!(of("to=2024"), (2022, 2024));
        assert_eq!((of("from=2100"), of("to=1950")), ((2100, 2100), (1950, 1950)));
    }

    #[test]
    fn a_mark_leads_to_the_list_by_the_lists_own_names() {
        let p = Page::bare(Locale::default(), NaiveDate::default());
        let asked = Asked { pillar: Some((PillarId(Uuid::nil()), "CRIME".into())), ..Asked::default() };
        assert_eq!(asked.actions(&p, &[("ending", "12")]), "/actions?pillar=CRIME&ending=12");
        assert_eq!(asked.actions(&p, &[("pillar", "none")]), "/actions?pillar=none");
    }

    #[test]
    fn a_table_gives_each_cell_its_heading() {
        let figures = Figures {
            heads: vec!["Donor".into(), "2026".into()],
            rows: vec![vec![Figure::text("Norland"), Figure::number("12")]],
        };
        let cells = figures.cells();
        assert_eq!((cells[0].0.text.as_str(), cells[0].1[0].0.as_str()), ("Norland", "2026"));
        assert_eq!(figures.numbers().iter().map(|n| n.1).collect::<Vec<_>>(), [false, true]);
        let long = Figures { heads: Vec::new(), rows: vec![vec![Figure::text("x")]; SHOWN + 2] };
        assert_eq!((figures.others(), long.others(), long.cells().len()), (0, 2, SHOWN));
    }
}
