//! What waits, and what has lately happened, as the database answers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::kernel::date::PartialDate;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission, Role};

/// What a home asks about one process, pillar, beneficiary or organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    ToConfirm,
    Soon,
    Suggestions,
    Claims,
    Changes,
    Added,
}

impl Want {
    pub fn as_str(self) -> &'static str {
        match self {
            Want::ToConfirm => "to_confirm",
            Want::Soon => "soon",
            Want::Suggestions => "suggestions",
            Want::Claims => "claims",
            Want::Changes => "changes",
            Want::Added => "added",
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Waiting {
    pub to_confirm: Vec<Action>,
    pub soon: Vec<Action>,
    pub suggestions: Vec<Suggestion>,
    pub suggestions_open: i64,
    pub claims: Vec<Action>,
    pub changes: Vec<Change>,
    pub added: Vec<Action>,
}

/// What waits for the reader in person, whatever their seats.
#[derive(Debug, Default, Deserialize)]
pub struct Own {
    /// Memberships of theirs that lately began where somebody else's ended.
    pub takeovers: Vec<Takeover>,
    /// Requests for access that they decide as a focal point.
    pub requests: Vec<AccessRequest>,
    pub requests_open: i64,
    /// Lists of members that they keep as a focal point.
    pub lists: Vec<MemberList>,
}

/// A list of members, which its focal point confirms twice a year.
#[derive(Debug, Deserialize)]
pub struct MemberList {
    /// Of this organisation or beneficiary.
    pub of: String,
    pub since: NaiveDate,
    pub confirmed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
pub struct Takeover {
    pub membership: Uuid,
    pub from: Person,
}

#[derive(Debug, Deserialize)]
pub struct Action {
    pub id: Uuid,
    pub title: String,
    pub keeper: String,
    pub ends: Option<NaiveDate>,
    pub precision: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Who reported it, where its donor has not confirmed it.
    pub reported_by: Option<Person>,
}

impl Action {
    /// The end as it was stated.
    pub fn end(&self) -> Option<PartialDate> {
        let precision = self.precision.as_deref()?.parse().ok()?;
        PartialDate::from_parts(self.ends?, precision).ok()
    }
}

#[derive(Debug, Deserialize)]
pub struct Suggestion {
    pub id: Uuid,
    pub action: Uuid,
    pub title: String,
    pub at: DateTime<Utc>,
    pub by: Person,
}

#[derive(Debug, Deserialize)]
pub struct Change {
    pub at: DateTime<Utc>,
    pub event: String,
    pub action: Uuid,
    pub title: String,
    pub by: Option<Person>,
}

/// Whoever acted.
#[derive(Debug, Deserialize)]
pub struct Person {
    pub name: String,
    /// Organisation or beneficiary.
    pub of: Option<String>,
    pub former: bool,
}

impl Person {
    /// A person who has left is "a former member of …" to all but those who keep the list of members.
    pub fn shown(&self, p: &Page) -> String {
        match (&self.of, self.former && !p.may(Permission::MembersEdit)) {
            (None, false) => self.name.clone(),
            (Some(of), false) => p.t2("home-person-of", "name", &self.name, "of", of),
            (Some(of), true) => p.t1("home-person-former-of", "of", of),
            (None, true) => p.t("home-person-former"),
        }
    }
}

/// What the Support Group secretariat answers for: who is in, who asks to be, what was read and taken out.
#[derive(Debug, Deserialize)]
pub struct Keeping {
    pub requests: Vec<AccessRequest>,
    pub requests_open: i64,
    pub proposed_members: i64,
    pub proposed_organisations: i64,
    pub roles: Vec<RoleCount>,
    pub ending: Vec<Ending>,
    pub ending_in_all: i64,
    pub log: Vec<LogLine>,
    pub reads: i64,
    pub exports: i64,
}

#[derive(Debug, Deserialize)]
pub struct AccessRequest {
    pub id: Uuid,
    pub name: String,
    pub organisation: String,
    pub kind: String,
    pub due_on: NaiveDate,
}

#[derive(Debug, Deserialize)]
pub struct RoleCount {
    pub role: Role,
    pub people: i64,
    pub next_end: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
pub struct Ending {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
    pub of: Option<String>,
    pub ends_on: NaiveDate,
}

#[derive(Debug, Deserialize)]
pub struct LogLine {
    pub at: DateTime<Utc>,
    pub export: bool,
    pub by: Option<Person>,
    pub subject_kind: String,
    /// The action or need that was read, where the reader of this line may see it.
    pub record: Option<Uuid>,
    pub title: Option<String>,
    pub handling: Option<Handling>,
    pub rows: Option<i32>,
}

/// A pillar and a beneficiary in which an organisation works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub organisation: Uuid,
    pub pillar: Uuid,
    pub beneficiary: Uuid,
}

/// Who else works in a place: the first in alphabetical order, and how many in all.
#[derive(Debug)]
pub struct Beside {
    pub others: Vec<Other>,
    pub in_all: i64,
}

#[derive(Debug, Deserialize)]
pub struct Other {
    pub id: Uuid,
    pub name: String,
}
