//! What every template gets.

use chrono::{DateTime, NaiveDate, Utc};
use fluent_templates::fluent_bundle::FluentValue;
use std::fmt::Display;

use super::date::PartialDate;
use super::db::{Frame, OtherProcess};
use super::form::Fields;
use super::i18n::{self, Locale, Message};
use super::ids::BeneficiaryId;
use super::mail;
use super::money::Currency;
use super::permit::{Member, Permission};

/// What stands between the parts of one line. Where the line is broken the dot ends it, and never begins the next one.
pub const DOT: &str = "\u{a0}· ";

/// A number that is counted with; templates pass references.
pub trait Count {
    fn count(&self) -> i64;
}

macro_rules! counts {
    ($($kind:ty),+) => {$(
        impl Count for $kind {
            fn count(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
        impl Count for &$kind {
            fn count(&self) -> i64 {
                (**self).count()
            }
        }
    )+};
}
counts!(i64, i32, u32, usize);

/// The frame around a page: who reads, in which process and language, and what the forms must bring back.
#[derive(Debug, Clone)]
pub struct Page {
    pub locale: Locale,
    pub form_token: String,
    /// The address of this page, path and query.
    pub address: String,
    /// That of the page of ours from which the reader has followed a link, where their browser says so; else "".
    pub came_from: String,
    pub process: Option<Frame>,
    pub member: Option<Member>,
    pub email: Option<String>,
    pub operator: bool,
    pub others: Vec<OtherProcess>,
    /// Notices not read yet; a hundred stand for more.
    pub unread: i64,
    pub today: NaiveDate,
    pub demo: bool,
    /// A Fluent key: what has just been done.
    pub done: Option<String>,
}

impl Page {
    /// A page of the installation, for nobody in particular.
    pub fn bare(locale: Locale, today: NaiveDate) -> Self {
        Self {
            locale,
            form_token: String::new(),
            address: String::new(),
            came_from: String::new(),
            process: None,
            member: None,
            email: None,
            operator: false,
            others: Vec::new(),
            unread: 0,
            today,
            demo: false,
            done: None,
        }
    }

    /// Where help speaks of this page.
    pub fn help(&self) -> String {
        let inside = self.process.as_ref().and_then(|p| self.address.strip_prefix('/')?.strip_prefix(p.slug.as_str()));
        let path = inside.unwrap_or(&self.address).split(['?', '#']).next().unwrap_or_default();
        let mut parts = path.split('/').skip(1);
        let section = match (parts.next().unwrap_or_default(), parts.nth(1).unwrap_or_default()) {
            ("" | "welcome", _) if inside.is_some() => "work",
            ("plans", "consultation") => "consultation",
            ("actions" | "suggestions" | "changes" | "files", _) => "actions",
            ("plans", _) => "plans",
            ("decisions", _) => "decisions",
            ("needs" | "responses" | "coverage" | "reports", _) => "needs",
            ("brief" | "briefs", _) => "brief",
            ("packs", _) => "packs",
            ("rounds", _) => "rounds",
            ("overlaps", _) => "overlaps",
            ("money" | "envelopes", _) => "money",
            ("notices", _) => "notices",
            ("meetings", _) => "meetings",
            ("directory" | "organisations" | "beneficiaries" | "pillars" | "members" | "themes" | "settings", _)
            | ("access-requests" | "access-log", _) => "directory",
            ("sign-in" | "password" | "account" | "invitation", _) => "sign-in",
            ("pictures", _) => "pictures",
            ("public", _) => "access",
            _ => return "/help".to_owned(),
        };
        format!("/help#{section}")
    }

    pub fn t(&self, key: &str) -> String {
        let own = self.process.as_ref().and_then(|p| p.words.get(key));
        own.cloned().unwrap_or_else(|| i18n::text(&self.locale, key))
    }

    /// The process's own word for one of ours, as it begins a line; `None` where ours stands.
    pub fn own_word(&self, key: &str) -> Option<String> {
        let mut letters = self.process.as_ref()?.words.get(key)?.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect())
    }

    /// A text with one of our words in it. Where the process has its own for that word (`of`), `own` is said, which
    /// takes it as `$word`.
    pub fn t_own(&self, of: &str, ours: &str, own: &str) -> String {
        self.own_word(of).map_or_else(|| self.t(ours), |word| self.t1(own, "word", word))
    }

    /// A text that speaks of one thing.
    pub fn t1(&self, key: &str, name: &'static str, value: impl Display) -> String {
        i18n::text_with(&self.locale, key, &[(name, FluentValue::from(value.to_string()))])
    }

    pub fn t2(&self, key: &str, n1: &'static str, v1: impl Display, n2: &'static str, v2: impl Display) -> String {
        let args = [(n1, FluentValue::from(v1.to_string())), (n2, FluentValue::from(v2.to_string()))];
        i18n::text_with(&self.locale, key, &args)
    }

    pub fn t3(
        &self,
        key: &str,
        (n1, v1): (&'static str, impl Display),
        (n2, v2): (&'static str, impl Display),
        (n3, v3): (&'static str, impl Display),
    ) -> String {
        let args = [
            (n1, FluentValue::from(v1.to_string())),
            (n2, FluentValue::from(v2.to_string())),
            (n3, FluentValue::from(v3.to_string())),
        ];
        i18n::text_with(&self.locale, key, &args)
    }

    /// A text that counts: `n` chooses the plural form, `count` is the number as the reader writes it.
    pub fn tn(&self, key: &str, n: impl Count) -> String {
        let n = n.count();
        let args = [("n", FluentValue::from(n)), ("count", FluentValue::from(self.number(n)))];
        i18n::text_with(&self.locale, key, &args)
    }

    /// A text that counts, and speaks of one thing besides.
    pub fn tn1(&self, key: &str, n: impl Count, name: &'static str, value: impl Display) -> String {
        let n = n.count();
        let args = [
            ("n", FluentValue::from(n)),
            ("count", FluentValue::from(self.number(n))),
            (name, FluentValue::from(value.to_string())),
        ];
        i18n::text_with(&self.locale, key, &args)
    }

    pub fn say(&self, message: &Message) -> String {
        i18n::say(&self.locale, message)
    }

    pub fn number(&self, n: impl Count) -> String {
        self.locale.number(n.count())
    }

    pub fn date(&self, date: &PartialDate) -> String {
        self.locale.date(date)
    }

    pub fn day(&self, day: &NaiveDate) -> String {
        self.locale.day(*day)
    }

    pub fn time(&self, at: &DateTime<Utc>) -> String {
        self.locale.day_time(at.naive_utc())
    }

    pub fn day_of(&self, at: &DateTime<Utc>) -> String {
        self.day(&at.date_naive())
    }

    /// An address inside the process.
    pub fn link(&self, rest: &str) -> String {
        match &self.process {
            Some(process) => format!("/{}{rest}", process.slug),
            None => rest.to_owned(),
        }
    }

    /// The address of a list inside the process: as it was narrowed, for a reader who comes from it.
    pub fn back_to(&self, rest: &str) -> String {
        let list = self.link(rest);
        let query = self.came_from.strip_prefix(list.as_str()).and_then(|rest| rest.strip_prefix('?'));
        // what has been done there is not said again
        match query.filter(|q| !q.is_empty() && !q.split('&').any(|pair| pair.starts_with("done="))) {
            Some(query) => format!("{list}?{query}"),
            None => list,
        }
    }

    /// The address that opens a letter to somebody.
    pub fn mailto(&self, address: &str) -> String {
        mail::mailto(address)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.member.as_ref().is_some_and(|m| m.may_somewhere(permission))
    }

    pub fn frame(&self) -> Option<&Frame> {
        self.process.as_ref()
    }

    /// The error of a field, as text.
    pub fn error(&self, fields: &Fields, name: &str) -> Option<String> {
        fields.error(name).map(|m| self.say(m))
    }

    /// The place of a pillar in its process from 1: its identifying colour.
    pub fn pillar_place(&self, key: &str) -> usize {
        self.process.as_ref().and_then(|p| p.pillars.iter().position(|l| l.key == key)).map_or(0, |i| i + 1)
    }

    pub fn is_current(&self, rest: &str) -> bool {
        let link = self.link(rest);
        let path = self.address.split('?').next().unwrap_or_default();
        if rest.is_empty() { path == link } else { path == link || path.starts_with(&format!("{link}/")) }
    }

    /// A quantity as the reader writes it, with the decimals that it has.
    pub fn quantity(&self, value: &rust_decimal::Decimal) -> String {
        self.locale.quantity(*value)
    }

    /// An amount as it is kept, with its currency, as the reader writes it; what is none stays as it stands.
    pub fn amount(&self, amount: &str, currency: &str) -> String {
        match (amount.parse::<rust_decimal::Decimal>(), currency.parse::<Currency>()) {
            (Ok(amount), Ok(currency)) => self.locale.amount(amount, &currency),
            _ => format!("{amount} {currency}"),
        }
    }

    /// The name of a beneficiary, with its asterisk.
    pub fn beneficiary_name(&self, id: &BeneficiaryId) -> String {
        let all = self.process.as_ref().map(|p| p.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().find(|b| b.id == *id).map(|b| b.name.clone()).unwrap_or_default()
    }

    /// Several, in the order of the process.
    pub fn beneficiary_names(&self, ids: &[BeneficiaryId]) -> Vec<String> {
        let all = self.process.as_ref().map(|p| p.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().filter(|b| ids.contains(&b.id)).map(|b| b.name.clone()).collect()
    }

    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
