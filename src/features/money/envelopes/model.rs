//! What an envelope says, and how much of it is tied.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::features::actions::stale_before;
use crate::kernel::history::Changes;
use crate::kernel::ids::{ActionId, BeneficiaryId, EnvelopeId, OrganisationId, PillarId};
use crate::kernel::lists::closed_list;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Role, Scope};

closed_list! {
    /// How firm the money is.
    EnvelopeKind {
        Planned = "planned", "money-kind-planned";
        Committed = "committed", "money-kind-committed";
    }
}

/// What the form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub donor: OrganisationId,
    pub title: String,
    pub kind: EnvelopeKind,
    pub amount: Decimal,
    pub currency: Currency,
    pub first_year: Option<i32>,
    pub last_year: Option<i32>,
    pub pillar: Option<PillarId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub note: String,
    pub handling: Handling,
}

/// Money of actions that names the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tied {
    pub currency: Currency,
    pub amount: Decimal,
}

/// An action that is paid from it.
#[derive(Debug, Clone, Deserialize)]
pub struct Payer {
    pub id: ActionId,
    pub title: String,
    pub tied: Vec<Tied>,
}

#[derive(Debug, Clone)]
pub struct Envelope {
    pub id: EnvelopeId,
    pub draft: Draft,
    pub donor_name: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
    /// By currency, of the actions that the reader sees.
    pub tied: Vec<Tied>,
}

impl Draft {
    /// As the table of permissions asks about it.
    pub fn scope(&self) -> Scope {
        Scope {
            handling: Some(self.handling),
            keeper: Some(self.donor),
            pillars: self.pillar.into_iter().collect(),
            beneficiaries: self.beneficiary.into_iter().collect(),
            ..Scope::default()
        }
    }

    pub fn amount(&self, p: &Page) -> String {
        p.locale.amount(self.amount, &self.currency)
    }

    /// The years that it is for, in words; none where none is stated.
    pub fn years(&self, p: &Page) -> Option<String> {
        match (self.first_year, self.last_year) {
            (None, None) => None,
            (Some(from), Some(to)) if from == to => Some(from.to_string()),
            (Some(from), Some(to)) => Some(format!("{from}–{to}")),
            (Some(from), None) => Some(p.t1("envelope-from", "year", from)),
            (None, Some(to)) => Some(p.t1("envelope-to", "year", to)),
        }
    }

    /// The short name of its pillar.
    pub fn pillar_key(&self, p: &Page) -> String {
        let all = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().find(|l| Some(l.id) == self.pillar).map(|l| l.key.clone()).unwrap_or_default()
    }
}

impl Envelope {
    /// What is not tied yet. None where something is tied in another currency: no rate says what the donor will reckon with.
    pub fn left(&self) -> Option<Decimal> {
        left(self.draft.amount, self.draft.currency, &self.tied)
    }

    /// Open, and nobody has said for as long as an action may stand unconfirmed that it is still so.
    pub fn awaits(&self, today: NaiveDate) -> bool {
        self.closed_at.is_none() && self.updated_at < stale_before(today.and_time(NaiveTime::MIN).and_utc())
    }
}

fn left(amount: Decimal, currency: Currency, tied: &[Tied]) -> Option<Decimal> {
    tied.iter().try_fold(amount, |left, t| if t.currency == currency { left.checked_sub(t.amount) } else { None })
}

/// Amounts in words.
pub fn amounts(p: &Page, tied: &[Tied]) -> String {
    tied.iter().map(|t| p.locale.amount(t.amount, &t.currency)).collect::<Vec<_>>().join(" + ")
}

/// Who somebody is for others; `name` is missing once they have left.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

impl Person {
    pub fn shown(&self, p: &Page) -> String {
        let of = self.of.clone().unwrap_or_else(|| p.t(self.role.label()));
        match &self.name {
            Some(name) if name.ends_with(&of) => name.clone(),
            Some(name) => p.t2("action-person", "name", name, "of", of),
            None => p.t1("action-former-member", "of", of),
        }
    }
}

/// A line of its history.
#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub changes: Changes,
    pub by: Option<Person>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_in_one_currency_alone() {
        let tied = |currency: &str, amount: i64| Tied { currency: currency.parse().unwrap(), amount: amount.into() };
        let hundred = Decimal::ONE_HUNDRED;
        assert_eq!(left(hundred, Currency::EUR, &[]), Some(hundred));
        assert_eq!(left(hundred, Currency::EUR, &[tied("EUR", 30)]), Some(Decimal::from(70)));
        assert_eq!(left(hundred, Currency::EUR, &[tied("EUR", 130)]), Some(Decimal::from(-30)), "more than there is");
        assert_eq!(left(hundred, Currency::EUR, &[tied("EUR", 30), tied("USD", 1)]), None);
    }
}
