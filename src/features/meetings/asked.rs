//! What meetings are changed with.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Attendance, Body, ItemKind, Time};
use crate::kernel::ids::{AttendanceId, BeneficiaryId, MembershipId, OrganisationId, PillarId};
use crate::kernel::permit::Handling;

/// A meeting to be called, or as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    pub body: Body,
    pub pillar: Option<PillarId>,
    pub title: String,
    pub about: String,
    pub time: Time,
    pub place: String,
    pub online: Option<String>,
    pub handling: Handling,
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
    /// Address and note of the public source that tells of it.
    pub source: Option<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    pub title: String,
    pub note: String,
    pub kind: ItemKind,
    pub subject: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    pub title: String,
    /// On the web, or inside the process and from its slash on.
    pub address: String,
}

/// What came of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub parties: Vec<WasThere>,
    pub conclusions: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WasThere {
    pub id: AttendanceId,
    pub attendance: Option<Attendance>,
    pub note: String,
}

/// Whose a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Member(MembershipId),
    Organisation(OrganisationId),
    Beneficiary(BeneficiaryId),
}

impl Owner {
    /// As forms have it: `m:`, `o:` or `b:` and the id.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        match kind {
            "m" => id.parse().ok().map(Owner::Member),
            "o" => id.parse().ok().map(Owner::Organisation),
            "b" => id.parse().ok().map(Owner::Beneficiary),
            _ => None,
        }
    }

    pub fn key(self) -> String {
        match self {
            Owner::Member(id) => format!("m:{id}"),
            Owner::Organisation(id) => format!("o:{id}"),
            Owner::Beneficiary(id) => format!("b:{id}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    pub title: String,
    pub owner: Owner,
    pub due_on: Option<NaiveDate>,
}
