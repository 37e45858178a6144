//! A file on a record: what it stands on, who may do what with it, its versions.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use super::kinds::Kind;
use crate::kernel::ids::{ActionId, FileId, OrganisationId, PlanId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Role, Scope};

/// What a file stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Action(ActionId),
    Plan(PlanId),
    Meeting(Uuid),
    /// A progress report: of an action, in a round.
    Report(Uuid),
}

impl Subject {
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        let id: Uuid = id.parse().ok()?;
        match kind {
            "action" => Some(Self::Action(ActionId(id))),
            "plan" => Some(Self::Plan(PlanId(id))),
            "meeting" => Some(Self::Meeting(id)),
            "report" => Some(Self::Report(id)),
            _ => None,
        }
    }

    pub fn kind(self) -> &'static str {
        match self {
            Self::Action(_) => "action",
            Self::Plan(_) => "plan",
            Self::Meeting(_) => "meeting",
            Self::Report(_) => "report",
        }
    }

    pub fn id(self) -> Uuid {
        match self {
            Self::Action(id) => id.0,
            Self::Plan(id) => id.0,
            Self::Meeting(id) | Self::Report(id) => id,
        }
    }

    /// Where its files are, all of them.
    pub fn link(self) -> String {
        format!("/files/of/{}/{}", self.kind(), self.id())
    }

    /// What a level of its files is called. A plan names no parties, and a meeting those that it invites.
    pub fn level_label(self, level: Handling) -> &'static str {
        match (self, level) {
            (Self::Plan(_), Handling::Parties) => "file-level-plan",
            (Self::Meeting(_), Handling::Parties) => "file-level-meeting",
            _ => level.label(),
        }
    }

    /// Whether it belongs to organisations; else to a pillar.
    fn has_parties(self) -> bool {
        matches!(self, Self::Action(_) | Self::Report(_))
    }

    /// Of what a record is, what decides who keeps its files: an action's parties, a plan's or a meeting's pillar.
    pub fn scope(self, record: &Scope) -> Scope {
        match self.has_parties() {
            true => Scope {
                keeper: record.keeper,
                organisations: record.organisations.clone(),
                handling: record.handling,
                ..Scope::default()
            },
            false => Scope { pillars: record.pillars.clone(), handling: record.handling, ..Scope::default() },
        }
    }
}

/// A record that files stand on, as its reader sees it.
#[derive(Debug, Clone)]
pub struct Host {
    pub subject: Subject,
    pub title: String,
    /// Its own page.
    pub link: String,
    pub scope: Scope,
    /// An action that was merged into another takes no more files, nor does a report once its round has ended.
    pub closed: bool,
}

impl Host {
    pub fn may_keep(&self, member: &Member) -> bool {
        !self.closed && member.may(Permission::FileKeep, &self.scope)
    }

    /// Levels that a file of it can have: never wider than its own, never public, and an organisation's own only where there
    /// are parties.
    pub fn levels(&self) -> Vec<Handling> {
        let own = self.scope.handling.unwrap_or(Handling::Members);
        let least = Handling::ALL.iter().position(|h| *h == own).unwrap_or(0).max(1);
        let all = Handling::ALL.iter().copied().skip(least);
        all.filter(|h| *h != Handling::Restricted || self.subject.has_parties()).collect()
    }
}

/// A file as lists show it.
#[derive(Debug, Clone)]
pub struct FileLine {
    pub id: FileId,
    pub name: String,
    pub about: String,
    pub kind: Kind,
    pub size: i64,
    /// Of its latest version.
    pub number: i32,
    pub at: DateTime<Utc>,
    /// The narrower of its own and its record's.
    pub level: Handling,
    /// Its bytes are no longer kept.
    pub gone: bool,
}

impl FileLine {
    /// Where its latest version is had.
    pub fn link(&self, p: &Page) -> String {
        p.link(&format!("/files/{}/versions/{}", self.id, self.number))
    }

    /// Its own page.
    pub fn page(&self, p: &Page) -> String {
        p.link(&format!("/files/{}", self.id))
    }

    /// "PDF, 1.2 MB".
    pub fn measure(&self, p: &Page) -> String {
        measure(p, self.kind, self.size)
    }
}

/// Kind and size in words.
pub fn measure(p: &Page, kind: Kind, bytes: i64) -> String {
    let kind = p.t(kind.label());
    if bytes < 1 << 20 {
        let n = (bytes + 1023) / 1024;
        return p.t2("file-measure-kb", "kind", kind, "n", p.number(n));
    }
    let tenths = Decimal::new(bytes.saturating_mul(10) / (1 << 20), 1);
    p.t2("file-measure-mb", "kind", kind, "n", p.quantity(&tenths))
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
            Some(name) => p.t2("file-person", "name", name, "of", of),
            None => p.t1("file-former-member", "of", of),
        }
    }
}

/// A file with what has been done with it.
#[derive(Debug, Clone)]
pub struct StoredFile {
    pub id: FileId,
    pub subject: Subject,
    pub about: String,
    pub level: Handling,
    pub latest: i32,
    pub taken: Option<Taken>,
}

/// That it was taken away.
#[derive(Debug, Clone)]
pub struct Taken {
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub why: String,
}

#[derive(Debug, Clone)]
pub struct Version {
    pub number: i32,
    pub name: String,
    pub kind: Kind,
    pub size: i64,
    /// In small hexadecimal digits.
    pub sha256: String,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub gone: bool,
}

impl Version {
    pub fn measure(&self, p: &Page) -> String {
        measure(p, self.kind, self.size)
    }
}

/// Something that has happened to a file.
#[derive(Debug, Clone)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub by: Option<Person>,
}

/// What is handed out.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub object: Uuid,
    pub name: String,
    pub kind: Kind,
    pub size: i64,
    pub level: Handling,
    pub keeper: Option<OrganisationId>,
    pub taken: bool,
    pub gone: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(subject: Subject, handling: Handling) -> Host {
        let scope = Scope { handling: Some(handling), ..Scope::default() };
        Host { subject, title: String::new(), link: String::new(), scope, closed: false }
    }

    #[test]
    fn a_file_is_never_wider_than_its_record_and_never_public() {
        use Handling::{Members, Parties, Public, Restricted};
        let action = Subject::Action(ActionId(Uuid::nil()));
        assert_eq!(host(action, Public).levels(), [Members, Parties, Restricted]);
        assert_eq!(host(action, Parties).levels(), [Parties, Restricted]);
        assert_eq!(host(action, Restricted).levels(), [Restricted]);
        assert_eq!(host(Subject::Plan(PlanId(Uuid::nil())), Members).levels(), [Members, Parties]);
    }

    #[test]
    fn who_sees_a_file_is_said_as_it_is() {
        let plan = Subject::Plan(PlanId(Uuid::nil()));
        assert_eq!(plan.level_label(Handling::Parties), "file-level-plan");
        assert_eq!(Subject::Meeting(Uuid::nil()).level_label(Handling::Parties), "file-level-meeting");
        for (subject, level) in [(plan, Handling::Members), (Subject::Report(Uuid::nil()), Handling::Parties)] {
            assert_eq!(subject.level_label(level), level.label());
        }
    }

    #[test]
    fn a_subject_is_read_as_it_is_written() {
        let id = "01990000-0000-7000-8000-000000000000";
        for kind in ["action", "plan", "meeting", "report"] {
            let subject = Subject::parse(kind, id).unwrap();
            assert_eq!((subject.kind(), subject.id().to_string().as_str()), (kind, id));
            assert_eq!(subject.link(), format!("/files/of/{kind}/{id}"));
        }
        assert!(Subject::parse("process", id).is_none() && Subject::parse("action", "1").is_none());
    }

    #[test]
    fn a_pillar_keeps_no_actions_files_and_a_party_no_plans() {
        let record = Scope {
            keeper: Some(OrganisationId(Uuid::nil())),
            organisations: vec![OrganisationId(Uuid::nil())],
            pillars: vec![crate::kernel::ids::PillarId(Uuid::nil())],
            ..Scope::default()
        };
        let of_action = Subject::Report(Uuid::nil()).scope(&record);
        assert!(of_action.pillars.is_empty() && of_action.keeper.is_some());
        let of_plan = Subject::Meeting(Uuid::nil()).scope(&record);
        assert!(of_plan.keeper.is_none() && of_plan.organisations.is_empty() && of_plan.pillars.len() == 1);
    }
}
