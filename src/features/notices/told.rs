//! What is told, about what, to whom: what other features hand over.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use super::model::{Arg, Mark, Topic};
use crate::kernel::db::MembershipFacts;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, PillarId};
use crate::kernel::job::Job;
use crate::kernel::mail::one_line;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// What telling needs besides the transaction: the address people reach us at, and the time.
#[derive(Debug, Clone)]
pub struct Means<'a> {
    pub base_url: &'a str,
    pub now: DateTime<Utc>,
}

impl<'a> From<&'a App> for Means<'a> {
    fn from(app: &'a App) -> Self {
        Self { base_url: &app.base_url, now: app.clock.now() }
    }
}
impl<'a> From<&'a Job> for Means<'a> {
    fn from(job: &'a Job) -> Self {
        Self { base_url: &job.base_url, now: job.clock.now() }
    }
}
impl<'a> From<&Means<'a>> for Means<'a> {
    fn from(means: &Means<'a>) -> Self {
        means.clone()
    }
}

/// What a notice is about: the kind is the name of its table, and of its view `visible_<kind>` if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub kind: &'static str,
    pub id: Uuid,
}

impl Subject {
    pub fn new(kind: &'static str, id: Uuid) -> Self {
        Self { kind, id }
    }
}

/// What the day's letter and the list put notices together under, such as the plan.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    pub kind: &'static str,
    pub id: Uuid,
    pub title: &'a str,
}

/// One thing that is told.
#[derive(Debug, Clone)]
pub struct Notice<'a> {
    pub(super) key: &'static str,
    pub(super) topic: Topic,
    pub(super) subject: Subject,
    pub(super) link: String,
    pub(super) args: BTreeMap<&'static str, Arg>,
    pub(super) group: Option<Group<'a>>,
    pub(super) by: Option<&'a MembershipFacts>,
    pub(super) deadline: Option<NaiveDate>,
    pub(super) discreet: bool,
    pub(super) once: String,
}

impl<'a> Notice<'a> {
    /// `key`: the Fluent key of its sentence, which may use `$by` (who did it). `link`: where it leads, inside the process
    /// and from its slash on, such as `/actions/…`.
    pub fn new(key: &'static str, topic: Topic, subject: Subject, link: impl Into<String>) -> Self {
        Self {
            key,
            topic,
            subject,
            link: link.into(),
            args: BTreeMap::new(),
            group: None,
            by: None,
            deadline: None,
            discreet: false,
            once: crate::kernel::random::id().to_string(),
        }
    }

    /// What it is about, where that is another thing than it was begun with: who sees that is told.
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// What its sentence speaks of. Names become one line of at most 200 characters.
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        let value = match value.into() {
            Arg::Text(text) => Arg::Text(one_line(&text)),
            other => other,
        };
        self.args.insert(name, value);
        self
    }

    pub fn group(mut self, kind: &'static str, id: Uuid, title: &'a str) -> Self {
        self.group = Some(Group { kind, id, title });
        self
    }

    /// Who did it: named as `$by`, and not told of it.
    pub fn by(mut self, by: &'a MembershipFacts) -> Self {
        self.by = Some(by);
        self
    }

    pub fn deadline(mut self, day: NaiveDate) -> Self {
        self.deadline = Some(day);
        self
    }

    /// Its letter says only that there is something, and where: for what is of the levels `parties` and `restricted`.
    pub fn discreet(mut self, yes: bool) -> Self {
        self.discreet = yes;
        self
    }

    /// Told once to each person for each of these (at most 200 characters), however often it is called. Without one, each
    /// call tells anew.
    pub fn once(mut self, key: impl Into<String>) -> Self {
        self.once = key.into().chars().take(200).collect();
        self
    }
}

/// Who is addressed: all of these together, as far as they are members today and see the subject; nobody twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct To {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MembershipId>,
    /// Their members, other than observers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beneficiaries: Vec<BeneficiaryId>,
    /// Everybody whose membership names the pillar, its leads among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pillars: Vec<PillarId>,
    /// The pillar's leads alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<PillarId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Of `organisations` and `beneficiaries`, those alone who carry this mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Told where nobody else is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub or_else: Vec<Role>,
}

impl To {
    pub fn members(ids: impl IntoIterator<Item = MembershipId>) -> Self {
        Self { members: ids.into_iter().collect(), ..Self::default() }
    }
    pub fn organisations(ids: impl IntoIterator<Item = OrganisationId>) -> Self {
        Self { organisations: ids.into_iter().collect(), ..Self::default() }
    }
    pub fn beneficiaries(ids: impl IntoIterator<Item = BeneficiaryId>) -> Self {
        Self { beneficiaries: ids.into_iter().collect(), ..Self::default() }
    }
    pub fn leads(ids: impl IntoIterator<Item = PillarId>) -> Self {
        Self { leads: ids.into_iter().collect(), ..Self::default() }
    }
    pub fn roles(roles: &[Role]) -> Self {
        Self { roles: roles.to_vec(), ..Self::default() }
    }
    /// Everybody in the process.
    pub fn everybody() -> Self {
        Self::roles(&Role::ALL)
    }
    pub fn or_else(mut self, roles: &[Role]) -> Self {
        self.or_else = roles.to_vec();
        self
    }
    pub fn is_empty(&self) -> bool {
        *self == Self { mark: self.mark, ..Self::default() }
    }

    /// Each party by itself: what it is, and its id or role.
    pub(super) fn parties(&self) -> Vec<(&'static str, String)> {
        fn each<T: ToString>(kind: &'static str, ids: &[T]) -> impl Iterator<Item = (&'static str, String)> {
            ids.iter().map(move |id| (kind, id.to_string()))
        }
        let roles = self.roles.iter().map(|r| ("roles", r.as_str().to_owned()));
        each("members", &self.members)
            .chain(each("organisations", &self.organisations))
            .chain(each("beneficiaries", &self.beneficiaries))
            .chain(each("pillars", &self.pillars))
            .chain(each("leads", &self.leads))
            .chain(roles)
            .collect()
    }
}

/// A day by which somebody is asked for something.
#[derive(Debug, Clone)]
pub struct Deadline<'a> {
    pub subject: Subject,
    /// Which of the subject's days, such as `consultation`.
    pub what: &'static str,
    pub due_on: NaiveDate,
    /// The Fluent key of its sentence; the day and how many are left are said beside it.
    pub key: &'static str,
    pub args: BTreeMap<&'static str, Arg>,
    pub group: Option<Group<'a>>,
    pub link: String,
    pub discreet: bool,
}
