//! What a pack is: for whom, about what, at which level; and with whose eyes it is made. Plain functions.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::kernel::db::MembershipFacts;
use crate::kernel::ids::{BeneficiaryId, MeetingId, OrganisationId, PackId, PillarId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Member, Permission, Role, Scope, Side};

closed_list! {
    /// For whom a pack is made.
    Kind {
        Pillar = "pillar", "pack-kind-pillar";
        Board = "board", "pack-kind-board";
        Beneficiary = "beneficiary", "pack-kind-beneficiary";
        Donor = "donor", "pack-kind-donor";
    }
}

closed_list! {
    /// How much stands in it, and so who may read it.
    Level {
        /// What every member who takes part sees: to be handed round.
        Members = "members", "pack-level-members";
        /// What those see whose own it is.
        Own = "own", "pack-level-own";
    }
}

/// What a pack is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Pillar(PillarId),
    Board,
    Beneficiary(BeneficiaryId),
    Donor(OrganisationId),
}

impl Subject {
    pub fn kind(self) -> Kind {
        match self {
            Subject::Pillar(_) => Kind::Pillar,
            Subject::Board => Kind::Board,
            Subject::Beneficiary(_) => Kind::Beneficiary,
            Subject::Donor(_) => Kind::Donor,
        }
    }

    /// As a form names it: `pillar:` and an id.
    pub fn name(self) -> String {
        match self {
            Subject::Pillar(id) => format!("pillar:{id}"),
            Subject::Board => "board".to_owned(),
            Subject::Beneficiary(id) => format!("beneficiary:{id}"),
            Subject::Donor(id) => format!("donor:{id}"),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None => (text == "board").then_some(Subject::Board),
            Some(("pillar", id)) => id.parse().ok().map(Subject::Pillar),
            Some(("beneficiary", id)) => id.parse().ok().map(Subject::Beneficiary),
            Some(("donor", id)) => id.parse().ok().map(Subject::Donor),
            Some(_) => None,
        }
    }

    pub fn pillar(self) -> Option<Uuid> {
        if let Subject::Pillar(id) = self { Some(id.0) } else { None }
    }
    pub fn beneficiary(self) -> Option<Uuid> {
        if let Subject::Beneficiary(id) = self { Some(id.0) } else { None }
    }
    pub fn organisation(self) -> Option<Uuid> {
        if let Subject::Donor(id) = self { Some(id.0) } else { None }
    }

    /// The record that is asked about, for the permission table: the Board's is nobody's own.
    pub fn scope(self) -> Scope {
        match self {
            Subject::Pillar(id) => Scope { pillars: vec![id], ..Scope::default() },
            Subject::Board => Scope::default(),
            Subject::Beneficiary(id) => Scope::beneficiary(id),
            Subject::Donor(id) => Scope::organisation(id),
        }
    }
}

/// What somebody may make packs about. Whoever may make all is shown the Board, the pillars and the beneficiaries; donors
/// are chosen from a list of their own.
pub fn subjects(p: &Page, member: &Member) -> Vec<Subject> {
    let Some(frame) = p.frame() else { return Vec::new() };
    let mut all = vec![Subject::Board];
    all.extend(frame.pillars.iter().map(|l| Subject::Pillar(l.id)));
    all.extend(frame.beneficiaries.iter().map(|b| Subject::Beneficiary(b.id)));
    all.extend(member.organisations().into_iter().map(Subject::Donor));
    all.retain(|s| member.may(Permission::PackMake, &s.scope()));
    all
}

/// With whose eyes a pack is made: what the transaction is narrowed to, and what is kept to say who may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    pub handling: Handling,
    /// Levels that are seen wherever they stand.
    pub levels: Vec<String>,
    /// Of whom `parties` and `restricted` are seen besides.
    pub audience: Vec<Uuid>,
}

impl Sight {
    pub fn of(by: &MembershipFacts, subject: Subject, level: Level) -> Self {
        let open = || vec!["public".to_owned(), "members".to_owned()];
        let own = |handling, audience: Option<Uuid>| match audience {
            Some(id) => Self { handling, levels: open(), audience: vec![id] },
            None => Self { handling: Handling::Members, levels: open(), audience: Vec::new() },
        };
        match (level, Side::of(Permission::PackMake, by)) {
            (Level::Members, _) | (Level::Own, Side::Nobody) => own(Handling::Members, None),
            (Level::Own, Side::Process) => {
                let levels = open().into_iter().chain(["parties".to_owned()]).collect();
                Self { handling: Handling::Parties, levels, audience: Vec::new() }
            }
            (Level::Own, Side::Pillars) => own(Handling::Parties, subject.pillar()),
            (Level::Own, Side::Beneficiary(id)) => own(Handling::Restricted, Some(id.0)),
            (Level::Own, Side::Organisation(id)) => own(Handling::Restricted, Some(id.0)),
        }
    }

    /// Coordination questions are for those whom they concern: a pack for all members has none.
    pub fn has_questions(&self) -> bool {
        self.handling != Handling::Members
    }

    /// The Fluent key of who may read what is made so.
    pub fn readers(&self) -> &'static str {
        match self.handling {
            Handling::Public | Handling::Members => "pack-readers-members",
            Handling::Parties if self.audience.is_empty() => "pack-readers-desk",
            Handling::Parties => "pack-readers-parties",
            Handling::Restricted => "pack-readers-restricted",
        }
    }
}

/// What of a pack stands at the head of each of its pages.
pub fn banner(handling: Handling) -> &'static str {
    match handling {
        Handling::Public | Handling::Members => "pack-banner-members",
        Handling::Parties => "pack-banner-parties",
        Handling::Restricted => "pack-banner-restricted",
    }
}

/// From when on changes are told, and why from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    pub at: DateTime<Utc>,
    pub what: SinceWhat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinceWhat {
    /// The last pack of its kind, subject and level, made before today.
    Pack,
    /// The last meeting that was held.
    Meeting,
    /// Neither is known: half a year.
    Months,
}

impl SinceWhat {
    pub fn as_str(self) -> &'static str {
        match self {
            SinceWhat::Pack => "pack",
            SinceWhat::Meeting => "meeting",
            SinceWhat::Months => "months",
        }
    }

    /// The Fluent key of the sentence that says it.
    pub fn label(self) -> &'static str {
        match self {
            SinceWhat::Pack => "pack-since-pack",
            SinceWhat::Meeting => "pack-since-meeting",
            SinceWhat::Months => "pack-since-months",
        }
    }
}

/// Who made a pack; of who has left, only whose member they were is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Who {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

impl Who {
    pub fn shown(&self, p: &Page) -> String {
        let of = self.of.clone().unwrap_or_else(|| p.t(self.role.label()));
        match &self.name {
            Some(name) if name.ends_with(&of) => name.clone(),
            Some(name) => p.t2("pack-person", "name", name, "of", of),
            None => p.t1("pack-former-member", "of", of),
        }
    }
}

/// A pack in a list.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: PackId,
    pub kind: Kind,
    pub title: String,
    pub handling: Handling,
    pub meeting: Option<MeetingId>,
    pub since: DateTime<Utc>,
    pub sha256: String,
    pub at: DateTime<Utc>,
    pub by: Who,
    /// The reader made it.
    pub mine: bool,
}

/// A meeting that a pack is made for, as far as a pack asks.
#[derive(Debug, Clone)]
pub struct ForMeeting {
    pub id: MeetingId,
    pub title: String,
    pub pillar: Option<PillarId>,
    pub starts_at: DateTime<Utc>,
    /// Every member may know of it.
    pub open: bool,
}

impl ForMeeting {
    /// A pillar's meeting is about the pillar; every other one about the whole process.
    pub fn subject(&self) -> Subject {
        self.pillar.map_or(Subject::Board, Subject::Pillar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::MembershipId;

    fn by(role: Role) -> MembershipFacts {
        MembershipFacts {
            id: MembershipId(Uuid::from_u128(1)),
            name: String::new(),
            post: String::new(),
            role,
            organisation: Some(OrganisationId(Uuid::from_u128(2))),
            organisation_name: None,
            organisation_short: None,
            beneficiary: Some(BeneficiaryId(Uuid::from_u128(3))),
            beneficiary_name: None,
            pillars: vec![PillarId(Uuid::from_u128(4)), PillarId(Uuid::from_u128(5))],
            ends_on: None,
            focal_point: false,
            speaks_for: false,
            votes: false,
        }
    }

    #[test]
    fn a_subject_is_read_back_from_its_name_and_nothing_else_is_one() {
        let id = Uuid::from_u128(7);
        for subject in [
            Subject::Board,
            Subject::Pillar(PillarId(id)),
            Subject::Beneficiary(BeneficiaryId(id)),
            Subject::Donor(OrganisationId(id)),
        ] {
            assert_eq!(Subject::parse(&subject.name()), Some(subject));
        }
        for text in
            ["", "board:", "pillar", "pillar:", "pillar:x", "donor:'--", "plan:00000000-0000-0000-0000-000000000007"]
        {
            assert_eq!(Subject::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_handed_round_is_made_with_the_eyes_of_any_member() {
        let subject = Subject::Pillar(PillarId(Uuid::from_u128(4)));
        for role in Role::ALL {
            let sight = Sight::of(&by(role), subject, Level::Members);
            assert_eq!(sight.handling, Handling::Members);
            assert_eq!((sight.levels, sight.audience), (vec!["public".to_owned(), "members".to_owned()], vec![]));
        }
    }

    #[test]
    fn ones_own_is_made_with_the_eyes_of_those_whose_own_it_is() {
        let subject = Subject::Pillar(PillarId(Uuid::from_u128(4)));
        let own = |role| Sight::of(&by(role), subject, Level::Own);
        let of = |n: u128| vec![Uuid::from_u128(n)];
        // a lead of two pillars makes that of the one with the eyes of its leads
        assert_eq!((own(Role::Lead).handling, own(Role::Lead).audience), (Handling::Parties, of(4)));
        assert_eq!((own(Role::Beneficiary).handling, own(Role::Beneficiary).audience), (Handling::Restricted, of(3)));
        assert_eq!((own(Role::Partner).handling, own(Role::Partner).audience), (Handling::Restricted, of(2)));
        for role in [Role::SupportGroup, Role::Chair] {
            assert_eq!((own(role).handling, own(role).audience), (Handling::Parties, vec![]));
            assert_eq!(own(role).levels, ["public", "members", "parties"]);
        }
        // nobody's levels hold what is restricted: that is seen by audience alone
        for role in Role::ALL {
            assert!(!own(role).levels.iter().any(|l| l == "restricted"), "{role:?}");
        }
    }
}
