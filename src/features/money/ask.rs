//! A question from an address, and its address.

use super::model::{Dimension, Kind, Part, Question};
use super::rules::quarters::Quarter;
use crate::features::actions::Status;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::money::Currency;

/// The names in the address.
pub const NAMES: [&str; 12] =
    ["rows", "cols", "kind", "from", "to", "pillar", "beneficiary", "organisation", "plan", "status", "currency", IS];
/// A part that is opened: `donor:` and an id, or `donor:none`.
const IS: &str = "is";
/// What is not stated, in an address.
const NONE: &str = "none";
/// Years that anything can be asked of.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2100;

/// A question and how its answer is laid out.
#[derive(Debug, Clone)]
pub struct Asked {
    pub question: Question,
    pub rows: Dimension,
    pub cols: Option<Dimension>,
}

impl Asked {
    /// Reads the address; what is not of its list is told at its field, and not asked.
    pub fn read(f: &mut Fields) -> Self {
        let (from, to) = (year(f, "from"), year(f, "to"));
        if from.zip(to).is_some_and(|(a, b)| a > b) {
            f.fail("to", Message::new("money-error-years"));
        }
        let years = match (from, to) {
            (None, None) => None,
            (a, b) => Some((a.unwrap_or(*YEARS.start()), b.unwrap_or(*YEARS.end()))),
        };
        // an action has a page of its own for each of its rows
        let laid = |text: &str| Dimension::parse(text).filter(|d| *d != Dimension::Action);
        let rows = f.choice("rows", laid).unwrap_or(Dimension::Donor);
        let cols = f.choice("cols", laid).filter(|c| *c != rows);
        let question = Question {
            kind: f.choice("kind", Kind::parse).unwrap_or_default(),
            years,
            pillar: f.id("pillar"),
            beneficiary: f.id("beneficiary"),
            organisation: f.id("organisation"),
            plan: f.id("plan"),
            statuses: f.values("status").into_iter().filter_map(Status::parse).collect(),
            currency: f.choice("currency", |text| text.parse::<Currency>().ok()),
            parts: f.values(IS).into_iter().filter_map(part).collect(),
        };
        Self { question, rows, cols }
    }

    pub fn by(&self) -> Vec<Dimension> {
        std::iter::once(self.rows).chain(self.cols).collect()
    }
}

/// A year as it is typed; what is none is told as such, for there is no list to choose from.
fn year(f: &mut Fields, name: &str) -> Option<i32> {
    let typed = f.value(name).trim().to_owned();
    let year = typed.parse::<i32>().ok().filter(|y| YEARS.contains(y));
    if year.is_none() && !typed.is_empty() {
        f.fail(name, Message::new("money-error-year"));
    }
    year
}

fn part(text: &str) -> Option<(Dimension, Part)> {
    let (dimension, value) = text.split_once(':')?;
    let dimension = Dimension::parse(dimension)?;
    if value == NONE {
        return Some((dimension, Part::NotStated));
    }
    let part = match dimension {
        Dimension::Donor | Dimension::Implementer => Part::Organisation(value.parse().ok()?),
        Dimension::Pillar => Part::Pillar(value.parse().ok()?),
        Dimension::Beneficiary => Part::Beneficiary(value.parse().ok()?),
        Dimension::Year => Part::Year(value.parse().ok()?),
        Dimension::Quarter => Part::Quarter(Quarter::parse(value)?),
        Dimension::Status => Part::Status(Status::parse(value)?),
        Dimension::Action => Part::Action(value.parse().ok()?),
    };
    Some((dimension, part))
}

fn value(part: Part) -> String {
    match part {
        Part::Organisation(id) => id.to_string(),
        Part::Pillar(id) => id.to_string(),
        Part::Beneficiary(id) => id.to_string(),
        Part::Year(year) => year.to_string(),
        Part::Quarter(quarter) => quarter.to_string(),
        Part::Status(status) => status.as_str().to_owned(),
        Part::Action(id) => id.to_string(),
        Part::NotStated => NONE.to_owned(),
    }
}

/// What asks a question, to follow a `?`.
pub fn text(question: &Question, by: &[Dimension]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, dimension) in ["rows", "cols"].iter().zip(by) {
        query.append_pair(name, dimension.as_str());
    }
    if question.kind != Kind::default() {
        query.append_pair("kind", question.kind.as_str());
    }
    if let Some((from, to)) = question.years {
        query.append_pair("from", &from.to_string()).append_pair("to", &to.to_string());
    }
    let ids = [
        ("pillar", question.pillar.map(|id| id.to_string())),
        ("beneficiary", question.beneficiary.map(|id| id.to_string())),
        ("organisation", question.organisation.map(|id| id.to_string())),
        ("plan", question.plan.map(|id| id.to_string())),
        ("currency", question.currency.map(|c| c.to_string())),
    ];
    for (name, id) in ids {
        if let Some(id) = id {
            query.append_pair(name, &id);
        }
    }
    for status in &question.statuses {
        query.append_pair("status", status.as_str());
    }
    for (dimension, part) in &question.parts {
        query.append_pair(IS, &format!("{}:{}", dimension.as_str(), value(*part)));
    }
    query.finish()
}

/// The address, inside the process, of a total: parted as it was asked, or, where it is a cell or is not parted, opened.
pub fn query(question: &Question, by: &[Dimension]) -> String {
    let opened = by.is_empty() || by.contains(&Dimension::Action) || !question.parts.is_empty();
    let page = if opened { "/money/rows" } else { "/money" };
    match text(question, if opened { &[] } else { by }) {
        query if query.is_empty() => page.to_owned(),
        query => format!("{page}?{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::{BeneficiaryId, OrganisationId};
    use uuid::Uuid;

    fn read(query: &str) -> (Asked, Fields) {
        let mut f = Fields::decode(query.split_once('?').map_or("", |(_, q)| q).as_bytes());
        (Asked::read(&mut f), f)
    }

    #[test]
    fn an_address_asks_what_it_was_made_from() {
        let question = Question {
            kind: Kind::Spent,
            years: Some((2020, 2024)),
            beneficiary: Some(BeneficiaryId(Uuid::from_u128(4))),
            statuses: vec![Status::Ongoing, Status::Completed],
            currency: "CHF".parse().ok(),
            parts: vec![
                (Dimension::Donor, Part::Organisation(OrganisationId(Uuid::from_u128(7)))),
                (Dimension::Year, Part::NotStated),
                (Dimension::Quarter, Part::Quarter(Quarter { year: 2022, n: 3 })),
            ],
            ..Question::default()
        };
        let address = query(&question, &[Dimension::Pillar, Dimension::Year]);
        assert!(address.starts_with("/money/rows?"), "{address}");
        let (back, f) = read(&address);
        assert!(f.is_valid());
        assert_eq!(text(&back.question, &[]), text(&question, &[]));
        assert_eq!(back.question.parts, question.parts);
        let plain = query(&Question::default(), &[Dimension::Pillar, Dimension::Year]);
        assert_eq!(plain, "/money?rows=pillar&cols=year");
        let (asked, _) = read(&plain);
        assert_eq!(asked.by(), [Dimension::Pillar, Dimension::Year]);
    }

    #[test]
    fn what_is_not_of_a_list_is_told() {
        let (asked, f) = read(
            "/money?rows=colour&from=20x4&pillar=1&currency=EURO&is=donor&is=pillar:x&is=quarter:2026-Q5&status=lost",
        );
        let wrong: Vec<&str> = f.errors().into_iter().map(|(name, _)| name).collect();
        assert_eq!(wrong, ["from", "rows", "pillar", "currency"]);
        // a field into which one types has no list
        assert_eq!(f.error("from").map(|m| m.key), Some("money-error-year"));
        assert!(asked.question.parts.is_empty() && asked.question.statuses.is_empty());
        assert!(!read("/money?from=2024&to=2020").1.is_valid());
    }
}
