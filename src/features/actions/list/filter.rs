//! What a list is narrowed to, as its address has it. A value that is none is told at its field and left out; the rest
//! of the filter stands.

use chrono::{DateTime, Months, NaiveDate, TimeZone, Utc};
use rust_decimal::Decimal;
use std::fmt::Display;
use uuid::Uuid;

use super::sort::{By, Sort};
use super::store::Lookups;
use crate::features::actions::model::{ClaimState, PartyRole, Status};
use crate::kernel::db::Frame;
use crate::kernel::fold::fold;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::money::{Currency, Negative, parse_money};
use crate::kernel::permit::Handling;

/// "Not stated", among the values of a kind.
pub const NOT_STATED: &str = "none";
/// The part of the organisation that keeps the record, among the roles of parties.
pub const KEEPER: &str = "keeper";
/// Core fields that a record can lack (the column `missing`).
pub const CORE: [&str; 10] = [
    "pillars",
    "beneficiaries",
    "themes",
    "funding",
    "implementing",
    "status",
    "start",
    "end",
    "stated_total",
    "description",
];
/// What can be said of when a record was last confirmed.
pub const FRESH: [&str; 8] = ["3", "3-6", "6", "6-12", "12", "stale", "year", "never"];
/// What statements call a beneficiary's report that its donor has confirmed.
pub const ANSWERED: &str = "answered";
/// A record that nobody has confirmed since is asked to be confirmed.
pub fn stale_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_sub_months(Months::new(6)).unwrap_or(now)
}

/// More of one kind is no filter that anybody makes by hand.
const MOST: usize = 60;

/// Values of one kind; any of them will do.
#[derive(Debug, Clone)]
pub struct Choice<T> {
    pub of: Vec<T>,
    pub not_stated: bool,
}

impl<T> Default for Choice<T> {
    fn default() -> Self {
        Self { of: Vec::new(), not_stated: false }
    }
}

impl<T> Choice<T> {
    pub fn is_empty(&self) -> bool {
        self.of.is_empty() && !self.not_stated
    }
    fn map<U>(&self, id: impl Fn(&T) -> U) -> Option<Vec<U>> {
        (!self.is_empty()).then(|| self.of.iter().map(id).collect())
    }
}

/// A filter as the statements take it; `None` lets everything through.
#[derive(Debug, Clone, Default)]
pub struct Match {
    /// Folded.
    pub words: Option<String>,
    pub pillars: Option<Vec<Uuid>>,
    pub no_pillar: bool,
    pub beneficiaries: Option<Vec<Uuid>>,
    pub no_beneficiary: bool,
    pub organisations: Option<Vec<Uuid>>,
    pub no_organisation: bool,
    pub roles: Option<Vec<String>>,
    pub themes: Option<Vec<Uuid>>,
    pub no_theme: bool,
    pub statuses: Option<Vec<String>>,
    pub no_status: bool,
    pub handlings: Option<Vec<String>>,
    pub active_from: Option<NaiveDate>,
    pub active_to: Option<NaiveDate>,
    pub starts_from: Option<NaiveDate>,
    pub starts_to: Option<NaiveDate>,
    pub ends_from: Option<NaiveDate>,
    pub ends_to: Option<NaiveDate>,
    pub least: Option<Decimal>,
    pub most: Option<Decimal>,
    pub currency: Option<&'static str>,
    pub has_total: Option<bool>,
    pub confirmed_from: Option<DateTime<Utc>>,
    pub confirmed_before: Option<DateTime<Utc>>,
    pub or_never_confirmed: bool,
    /// `None`: all but the declined. `confirmed` is what is neither open nor declined, [`ANSWERED`] that of it which a beneficiary reported.
    pub claim: Option<&'static str>,
    pub missing: Option<Vec<String>>,
    pub parent: Option<Uuid>,
}

impl Match {
    /// Whether it leaves out anything besides what the words leave out.
    pub fn narrows(&self) -> bool {
        let none = |m: &Match| format!("{:?}", Match { words: None, ..m.clone() });
        none(self) != none(&Match::default())
    }
}

/// A filter as it was read: what the statements take, and what of the address stands.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub matches: Match,
    /// Name and value of all that was understood, in the order of the form.
    pub pairs: Vec<(&'static str, String)>,
    pub sort: Option<Sort>,
}

/// What has to be looked up before a filter can be read.
#[derive(Debug, Default)]
pub struct Asked {
    pub organisations: Vec<Uuid>,
    /// Folded.
    pub words: Vec<String>,
    pub parent: Option<Uuid>,
}

impl Asked {
    pub fn of(fields: &Fields) -> Self {
        let mut asked = Self { parent: fields.value("parent").trim().parse().ok(), ..Self::default() };
        for value in fields.values("organisation").into_iter().take(MOST) {
            match value.trim().parse::<Uuid>() {
                Ok(id) => asked.organisations.push(id),
                Err(_) if value == NOT_STATED || value.contains('\0') => {}
                Err(_) => asked.words.extend(Some(fold(&short(value))).filter(|w| !w.is_empty())),
            }
        }
        asked.words.truncate(3);
        asked
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(200).collect()
}

struct Reader<'a> {
    fields: &'a mut Fields,
    pairs: Vec<(&'static str, String)>,
    today: NaiveDate,
}

impl Reader<'_> {
    fn keep(&mut self, name: &'static str, value: impl Display) {
        let pair = (name, value.to_string());
        if !self.pairs.contains(&pair) {
            self.pairs.push(pair);
        }
    }

    fn typed(&self, name: &str) -> Vec<String> {
        let values = self.fields.values(name).into_iter().map(str::trim);
        values.filter(|v| !v.is_empty()).take(MOST).map(str::to_owned).collect()
    }

    /// Values of a closed list, with or without "not stated".
    fn several<T>(&mut self, name: &'static str, not_stated: bool, parse: impl Fn(&str) -> Option<T>) -> Choice<T> {
        let mut choice = Choice::default();
        for value in self.typed(name) {
            if not_stated && value == NOT_STATED {
                choice.not_stated = true;
                self.keep(name, value);
            } else if let Some(parsed) = parse(&value) {
                choice.of.push(parsed);
                self.keep(name, value);
            } else {
                self.fields.fail(name, Message::new("field-not-in-list"));
            }
        }
        choice
    }

    fn one<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = self.typed(name).into_iter().next()?;
        let parsed = parse(&value);
        match parsed {
            Some(_) => self.keep(name, value),
            None => self.fields.fail(name, Message::new("field-not-in-list")),
        }
        parsed
    }

    /// The first and last day between which something has to lie, from dates as precise as people have them.
    fn between(&mut self, from: &'static str, to: &'static str) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let (first, last) = (self.fields.date(from, self.today), self.fields.date(to, self.today));
        if let (Some(first), Some(last)) = (first, last)
            && last.is_surely_before(&first)
        {
            self.fields.fail(to, Message::new("list-error-order"));
            self.keep(from, first);
            return (Some(first.first_day()), None);
        }
        for (name, date) in [(from, first), (to, last)] {
            if let Some(date) = date {
                self.keep(name, date);
            }
        }
        (first.map(|d| d.first_day()), last.map(|d| d.last_day()))
    }

    fn amount(&mut self, name: &'static str) -> Option<(Decimal, Option<Currency>)> {
        let typed = self.typed(name).into_iter().next()?;
        match parse_money(&typed, Negative::Refused) {
            Ok(read) => Some((read.amount, read.currency)),
            Err(error) => {
                self.fields.fail(name, error.message());
                None
            }
        }
    }

    fn money(&mut self, m: &mut Match) {
        let (least, most) = (self.amount("min"), self.amount("max"));
        let typed = least.and_then(|l| l.1).or(most.and_then(|m| m.1));
        let chosen = self.typed("currency").into_iter().next().map(|code| code.parse::<Currency>());
        let currency = match chosen {
            Some(Err(error)) => {
                self.fields.fail("currency", error.message());
                None
            }
            Some(Ok(currency)) => Some(typed.unwrap_or(currency)),
            None => typed,
        };
        if let Some(currency) = currency {
            m.currency = Some(currency.code());
            let (least, most) = (least.map(|l| l.0), most.map(|m| m.0));
            if least.zip(most).is_some_and(|(l, m)| m < l) {
                self.fields.fail("max", Message::new("list-error-amounts"));
                m.least = least;
            } else {
                (m.least, m.most) = (least, most);
            }
            for (name, amount) in [("min", m.least), ("max", m.most)] {
                if let Some(amount) = amount {
                    self.keep(name, amount.normalize());
                }
            }
            self.keep("currency", currency);
        } else if (least.is_some() || most.is_some()) && self.fields.error("currency").is_none() {
            self.fields.fail("currency", Message::new("list-error-currency"));
        }
        m.has_total = self.one("total", |v| match v {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        });
    }

    fn fresh(&mut self, m: &mut Match, now: DateTime<Utc>) {
        let Some(fresh) = self.one("fresh", |v| FRESH.into_iter().find(|f| *f == v)) else { return };
        let ago = |months: u32| now.checked_sub_months(Months::new(months));
        match fresh {
            "3" => m.confirmed_from = ago(3),
            "3-6" => (m.confirmed_from, m.confirmed_before) = (ago(6), ago(3)),
            "6" => m.confirmed_from = ago(6),
            "6-12" => (m.confirmed_from, m.confirmed_before) = (ago(12), ago(6)),
            "12" => m.confirmed_from = ago(12),
            "year" => m.confirmed_before = ago(12),
            "stale" => (m.confirmed_before, m.or_never_confirmed) = (Some(stale_before(now)), true),
            // before anything was confirmed
            _ => (m.confirmed_before, m.or_never_confirmed) = (Utc.with_ymd_and_hms(1, 1, 1, 0, 0, 0).single(), true),
        }
    }

    fn organisations(&mut self, m: &mut Match, lookups: &Lookups) {
        let mut choice: Choice<OrganisationId> = Choice::default();
        for value in self.typed("organisation") {
            if value == NOT_STATED {
                choice.not_stated = true;
                self.keep("organisation", value);
                continue;
            }
            let id = value.parse::<OrganisationId>().ok();
            let words = fold(&short(&value));
            let found: Vec<OrganisationId> = lookups
                .organisations
                .iter()
                .filter(|o| match id {
                    Some(id) => o.by.is_none() && o.id == id,
                    None => !words.is_empty() && o.by.as_ref() == Some(&words),
                })
                .map(|o| o.id)
                .collect();
            if found.is_empty() {
                self.fields.fail("organisation", Message::new("list-error-organisation"));
            } else {
                choice.of.extend(found);
                self.keep("organisation", if id.is_some() { value } else { short(&value) });
            }
        }
        if choice.is_empty() {
            return;
        }
        let role = |v: &str| (v == KEEPER || PartyRole::parse(v).is_some()).then(|| v.to_owned());
        m.roles = Some(self.several("role", false, role).of).filter(|r| !r.is_empty());
        m.organisations = choice.map(|o| o.0);
        m.no_organisation = choice.not_stated;
    }
}

impl Filter {
    /// Reads a filter. `money`: whether the reader may see money; to who may not, filters by it do not exist.
    pub fn read(fields: &mut Fields, frame: &Frame, lookups: &Lookups, now: DateTime<Utc>, money: bool) -> Self {
        let mut m = Match::default();
        let mut r = Reader { fields, pairs: Vec::new(), today: now.date_naive() };
        let q = r.fields.text("q", 300);
        if !q.is_empty() && r.fields.error("q").is_none() {
            let words = fold(&q);
            if words.is_empty() {
                r.fields.fail("q", Message::new("list-error-words"));
            } else {
                m.words = Some(words);
                r.keep("q", q);
            }
        }
        let pillars = r.several("pillar", true, |v| frame.pillars.iter().find(|p| p.key == v).map(|p| p.id.0));
        (m.pillars, m.no_pillar) = (pillars.map(|id| *id), pillars.not_stated);
        let to = r.several("beneficiary", true, |v| frame.beneficiaries.iter().find(|b| b.code == v).map(|b| b.id.0));
        (m.beneficiaries, m.no_beneficiary) = (to.map(|id| *id), to.not_stated);
        let statuses = r.several("status", true, Status::parse);
        (m.statuses, m.no_status) = (statuses.map(|s| s.as_str().to_owned()), statuses.not_stated);
        let themes = r.several("theme", true, |v| lookups.themes.iter().find(|t| t.key == v).map(|t| t.id.0));
        (m.themes, m.no_theme) = (themes.map(|id| *id), themes.not_stated);
        m.handlings = r.several("handling", false, Handling::parse).map(|h| h.as_str().to_owned());
        r.organisations(&mut m, lookups);
        (m.active_from, m.active_to) = r.between("from", "to");
        (m.starts_from, m.starts_to) = r.between("starts_from", "starts_to");
        (m.ends_from, m.ends_to) = r.between("ends_from", "ends_to");
        let today = r.today;
        let within =
            |months: u32| (1..=240).contains(&months).then(|| today.checked_add_months(Months::new(months))).flatten();
        if let Some(last) = r.one("ending", |v| v.parse().ok().and_then(within)) {
            m.ends_from = m.ends_from.max(Some(today));
            m.ends_to = Some(m.ends_to.map_or(last, |to| to.min(last)));
        }
        if money {
            r.money(&mut m);
        }
        r.fresh(&mut m, now);
        m.claim = r.one("claim", ClaimState::parse).map(|claim| match claim {
            // nobody was asked about what nobody reported
            ClaimState::Confirmed => ANSWERED,
            open_or_declined => open_or_declined.as_str(),
        });
        let core = |v: &str| {
            CORE.into_iter().find(|f| *f == v && (money || v != "stated_total")).or((v == "any").then_some("any"))
        };
        let missing = r.several("missing", false, core).of;
        if missing.contains(&"any") {
            m.missing = Some(CORE.iter().filter(|f| money || **f != "stated_total").map(|f| (*f).to_owned()).collect());
        } else if !missing.is_empty() {
            m.missing = Some(missing.into_iter().map(str::to_owned).collect());
        }
        if let Some(parent) = r.one("parent", |v| v.parse::<ActionId>().ok()) {
            if lookups.parent.is_some() {
                m.parent = Some(parent.0);
            } else {
                r.pairs.retain(|(name, _)| *name != "parent");
                r.fields.fail("parent", Message::new("list-error-parent"));
            }
        }
        let asked = r.typed("sort").into_iter().next();
        let sort = asked.as_deref().and_then(Sort::parse);
        if asked.is_some() && sort.is_none() {
            r.fields.fail("sort", Message::new("field-not-in-list"));
        }
        // an order that shows nothing is none: of money to who sees none, of the match where nothing is looked for
        let sort = sort.filter(|s| (money || s.by != By::Total) && (m.words.is_some() || s.by != By::Match));
        Self { matches: m, pairs: r.pairs, sort }
    }

    /// The order of the list: what was asked for; else the best match or the latest change first.
    pub fn order(&self) -> Sort {
        self.sort.unwrap_or(if self.matches.words.is_some() { Sort::BEST } else { Sort::NEWEST })
    }

    /// The filter and its order as a query, with `more` behind.
    pub fn query(&self, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs.iter().map(|(name, value)| (*name, value.as_str())));
        if let Some(sort) = self.sort {
            query.append_pair("sort", &sort.value());
        }
        query.extend_pairs(more);
        query.finish()
    }

    /// The same without one of its values.
    pub fn without(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.pairs.retain(|(n, v)| *n != name || v != value);
        other
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
