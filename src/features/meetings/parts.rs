//! What belongs to a meeting: parties, agenda, papers, decisions, tasks, history.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::asked::Owner;
use super::model::{Answer, Attendance, ItemKind, Meeting, State, TaskState};
use crate::features::decisions;
use crate::kernel::history::Changes;
use crate::kernel::ids::{AttendanceId, BeneficiaryId, DecisionId, MeetingId, MembershipId, OrganisationId, TaskId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// Somebody as others see them.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
}

/// A party of a meeting.
#[derive(Debug, Clone, Deserialize)]
pub struct Party {
    pub id: AttendanceId,
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub name: String,
    pub answer: Option<Answer>,
    pub attendance: Option<Attendance>,
    pub note: String,
}

impl Party {
    /// The record that permission to answer is asked about.
    pub fn scope(&self) -> Scope {
        party_scope(self.organisation, self.beneficiary)
    }
}

pub fn party_scope(organisation: Option<OrganisationId>, beneficiary: Option<BeneficiaryId>) -> Scope {
    Scope { keeper: organisation, beneficiaries: beneficiary.into_iter().collect(), ..Scope::default() }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    pub place: i16,
    pub title: String,
    pub note: String,
    pub kind: ItemKind,
    pub subject: Option<Uuid>,
    /// The reader sees what it is about.
    pub seen: bool,
    /// Of a task: the meeting it comes from.
    pub of: Option<MeetingId>,
}

impl Item {
    /// Where what it is about stands, for who sees it.
    pub fn link(&self, p: &Page) -> Option<String> {
        let subject = self.subject.filter(|_| self.seen);
        let rest = match (self.kind, subject) {
            (ItemKind::Needs, _) => "/coverage".to_owned(),
            (ItemKind::Decision, Some(id)) => format!("/decisions/{id}"),
            (ItemKind::Plan, Some(id)) => format!("/plans/{id}"),
            (ItemKind::Overlap, Some(id)) => format!("/overlaps/{id}"),
            (ItemKind::Cycle, Some(id)) => format!("/needs?cycle={id}"),
            (ItemKind::Task, Some(id)) => format!("/meetings/{}#task-{id}", self.of?),
            _ => return None,
        };
        Some(p.link(&rest))
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Paper {
    pub title: String,
    /// On the web, or inside the process and from its slash on.
    pub address: String,
}

impl Paper {
    pub fn link(&self, p: &Page) -> String {
        if self.address.starts_with('/') { p.link(&self.address) } else { self.address.clone() }
    }
}

/// A decision before the meeting.
#[derive(Debug, Clone, Deserialize)]
pub struct Decided {
    pub id: DecisionId,
    pub title: String,
    pub state: decisions::State,
    /// The text that it is on was referred back.
    pub text_back: bool,
    pub number: Option<decisions::Number>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub title: String,
    pub membership: Option<MembershipId>,
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    /// Of an organisation or a beneficiary.
    pub party: Option<String>,
    /// Of a member.
    pub person: Option<Person>,
    pub due_on: Option<NaiveDate>,
    pub state: TaskState,
    pub answer: String,
    pub ended_by: Option<Person>,
    pub ended_at: Option<DateTime<Utc>>,
    pub version: i32,
}

impl Task {
    /// Whether a member can say that it is done: whose it is, or for whom they may answer.
    pub fn may_end(&self, member: &Member) -> bool {
        match self.membership {
            Some(id) => {
                member.memberships().iter().any(|m| m.id == id)
                    || member.may(Permission::MeetingAnswer, &Scope::default())
            }
            None => member.may(Permission::MeetingAnswer, &party_scope(self.organisation, self.beneficiary)),
        }
    }

    /// How a form names its owner.
    pub fn owner(&self) -> String {
        let of_party = || self.organisation.map(Owner::Organisation).or(self.beneficiary.map(Owner::Beneficiary));
        self.membership.map(Owner::Member).or_else(of_party).map(Owner::key).unwrap_or_default()
    }

    /// Its owner, in words.
    pub fn whose(&self, p: &Page) -> String {
        match (&self.party, &self.person) {
            (Some(party), _) => party.clone(),
            (None, Some(person)) => named(p, person),
            (None, None) => p.t("not-stated"),
        }
    }

    pub fn is_late(&self, today: &NaiveDate) -> bool {
        self.state == TaskState::Open && self.due_on.is_some_and(|day| day < *today)
    }
}

/// A person who has left is "a former member of …"; the act stays.
pub fn named(p: &Page, who: &Person) -> String {
    match (&who.name, &who.of) {
        (Some(name), Some(of)) if !name.contains(of.as_str()) => format!("{name}, {of}"),
        (Some(name), _) => name.clone(),
        (None, Some(of)) => p.t1("meeting-former-member-of", "of", of),
        (None, None) => p.t("meeting-former-member"),
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub changes: Changes,
    pub by: Option<Person>,
}

/// A meeting with all that belongs to it, as far as its reader sees it.
#[derive(Debug, Clone, Deserialize)]
pub struct Whole {
    pub meeting: Meeting,
    /// In alphabetical order.
    pub parties: Vec<Party>,
    pub items: Vec<Item>,
    pub papers: Vec<Paper>,
    pub decisions: Vec<Decided>,
    pub tasks: Vec<Task>,
    /// The latest first.
    pub history: Vec<Event>,
}

impl Whole {
    /// It was said to have taken place, and nothing was decided at it.
    pub fn can_be_taken_back(&self) -> bool {
        let decided = |d: &Decided| d.state.is_final() && d.state != decisions::State::Withdrawn;
        self.meeting.state == State::Held && self.meeting.source_url.is_none() && !self.decisions.iter().any(decided)
    }
}
