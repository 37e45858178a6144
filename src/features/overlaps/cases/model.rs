//! A coordination question as its page has it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::super::model::{Decision, Kind, Reason, State};
use crate::kernel::date::PartialDate;
use crate::kernel::history::Changes;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, OverlapId, PillarId};
use crate::kernel::page::Page;
use crate::kernel::permit::Scope;

/// Somebody as others see them.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
}

impl Person {
    /// With whom they are of; who has left is told by that alone.
    pub fn shown(&self, p: &Page) -> String {
        match (&self.name, &self.of) {
            (Some(name), Some(of)) => format!("{name}, {of}"),
            (Some(name), None) => name.clone(),
            (None, Some(of)) => p.t1("decision-former-member-of", "of", of),
            (None, None) => p.t("decision-former-member"),
        }
    }

    /// The name alone, where there is little room.
    pub fn short(&self, p: &Page) -> String {
        self.name.clone().unwrap_or_else(|| self.shown(p))
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    pub id: OverlapId,
    pub origin: String,
    pub state: State,
    /// The reader sees all its actions, or they were disclosed for it; else kind, likelihood and reasons are kept back.
    pub whole: bool,
    pub kind: Option<Kind>,
    pub likelihood: Option<f32>,
    pub reasons: Vec<Reason>,
    pub report: String,
    pub reported_by: Option<Person>,
    pub owner_id: Option<MembershipId>,
    pub owner: Option<Person>,
    pub due_on: Option<NaiveDate>,
    pub decision: Option<Decision>,
    pub decision_reason: String,
    pub follow_up: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<Person>,
    pub outcome: String,
    pub outcome_at: Option<DateTime<Utc>>,
    pub outcome_by: Option<Person>,
    pub escalated_at: Option<DateTime<Utc>>,
    pub escalated_by: Option<Person>,
    pub escalation: String,
    pub version: i32,
    pub opened_at: DateTime<Utc>,
    pub restricted: bool,
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    pub actions: Vec<Side>,
    pub invited: Vec<Invited>,
    pub remarks: Vec<Remark>,
    /// Who can be given it.
    pub assignable: Vec<Assignable>,
    pub events: Vec<Event>,
    pub merges: Vec<Merge>,
    /// Other questions that are not over and touch an action that the reader sees in this one: of three entries of one purpose
    /// there are three questions, which are best decided together.
    pub family: Vec<Kin>,
}

/// Another question about one of the actions, as far as the reader sees it.
#[derive(Debug, Clone, Deserialize)]
pub struct Kin {
    pub id: OverlapId,
    pub state: State,
    pub kind: Option<Kind>,
    pub likelihood: Option<f32>,
    pub titles: Vec<Option<String>>,
}

/// How much of an action the reader sees in this question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    Full,
    /// Title and keeper, for this question alone.
    Disclosed,
    Hidden,
}

/// One of its actions, as far as the reader sees it.
#[derive(Debug, Clone, Deserialize)]
pub struct Side {
    pub sight: Sight,
    pub action_id: Option<Uuid>,
    pub title: Option<String>,
    pub keeper_id: Option<OrganisationId>,
    pub keeper: Option<String>,
    pub contacts: Vec<Contact>,
    pub disclosed_at: Option<DateTime<Utc>>,
    pub kept_at: Option<DateTime<Utc>>,
    pub asked_at: Option<DateTime<Utc>>,
    /// The reader's organisation keeps it.
    pub own: bool,
    pub restricted: bool,
    pub merged: bool,
    pub status: Option<String>,
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub total: Option<String>,
    pub currency: Option<String>,
    pub description: String,
    pub beneficiaries: Vec<BeneficiaryId>,
    /// The same, each with the percent of the money that is stated to be for it.
    pub shares: Vec<Share>,
    pub pillars: Vec<String>,
    pub themes: Vec<String>,
    pub parties: Vec<SideParty>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Share {
    pub beneficiary: BeneficiaryId,
    pub percent: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SideParty {
    /// As the database has it; its name is the text `party-…`.
    pub role: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Contact {
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
}

/// An organisation that was invited, with whom to reach there.
#[derive(Debug, Clone, Deserialize)]
pub struct Invited {
    pub id: Uuid,
    pub name: String,
    pub contacts: Vec<Contact>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Assignable {
    pub id: MembershipId,
    pub name: String,
    pub of: Option<String>,
    pub role: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Remark {
    pub id: Uuid,
    pub text: String,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub mine: bool,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub changes: Changes,
    pub by: Option<Person>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Merge {
    pub id: Uuid,
    pub kept_id: Uuid,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub undone_at: Option<DateTime<Utc>>,
}

impl Case {
    /// The record that permissions are asked about.
    pub fn scope(&self) -> Scope {
        Scope {
            organisations: self.organisations.clone(),
            beneficiaries: self.beneficiaries.clone(),
            pillars: self.pillars.clone(),
            escalated: self.escalated_at.is_some(),
            ..Scope::default()
        }
    }

    /// What the reader does not see stands last: at which place it stood would tell which of the two was entered first.
    pub fn hidden_last(&mut self) {
        self.actions.sort_by_key(|a| a.sight == Sight::Hidden);
        self.family.iter_mut().for_each(|kin| kin.titles.sort_by_key(Option::is_none));
    }

    /// The two or more actions that are seen in full.
    pub fn full(&self) -> Vec<&Side> {
        self.actions.iter().filter(|a| a.sight == Sight::Full).collect()
    }

    pub fn has_hidden(&self) -> bool {
        self.actions.iter().any(|a| a.sight == Sight::Hidden)
    }
}

/// Whole months during which all of these periods run: begun months count. `None` where one is not stated or they never
/// run together.
pub fn months_together(periods: &[(Option<NaiveDate>, Option<NaiveDate>)]) -> Option<i64> {
    let mut all = periods.iter().map(|(start, end)| Some(((*start)?, (*end)?)));
    let first = all.next()??;
    let (start, end) = all.try_fold(first, |(from, to), period| {
        let (start, end) = period?;
        Some((from.max(start), to.min(end)))
    })?;
    let months = i64::from(end.year() - start.year()) * 12 + i64::from(end.month()) - i64::from(start.month()) + 1;
    (end >= start).then_some(months)
}

/// Whether one of these is over before another begins, as far as both are stated: what is not stated may be any time.
pub fn never_together(periods: &[(Option<NaiveDate>, Option<NaiveDate>)]) -> bool {
    let (start, end) = (periods.iter().filter_map(|p| p.0).max(), periods.iter().filter_map(|p| p.1).min());
    matches!((start, end), (Some(start), Some(end)) if end < start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn months_that_all_run() {
        let year = (day("2024-01-01"), day("2024-12-31"));
        assert_eq!(months_together(&[year, (day("2024-06-15"), day("2025-06-30"))]), Some(7));
        assert_eq!(months_together(&[year, (day("2024-12-31"), day("2025-06-30"))]), Some(1));
        assert_eq!(months_together(&[year, (day("2025-01-01"), day("2025-06-30"))]), None);
        assert_eq!(months_together(&[year, (None, day("2025-06-30"))]), None);
        assert_eq!(months_together(&[]), None);
    }

    #[test]
    fn one_that_is_over_before_another_begins() {
        let year = (day("2024-01-01"), day("2024-12-31"));
        assert!(never_together(&[year, (day("2025-01-01"), None)]));
        assert!(!never_together(&[year, (day("2024-12-31"), None)]));
        assert!(!never_together(&[year, (None, day("2025-06-30"))]) && !never_together(&[year, (None, None)]));
    }
}
