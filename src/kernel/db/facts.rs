//! What entering tells: who somebody is, and what every page of a process needs.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{AccountId, BeneficiaryId, MembershipId, OrganisationId, PillarId, ProcessId, SessionId};
use crate::kernel::permit::Role;

#[derive(Debug, Clone, Deserialize)]
pub struct MemberFacts {
    pub session: SessionId,
    pub account: AccountId,
    pub email: String,
    pub operator: bool,
    pub second_factor: bool,
    pub enrolled: bool,
    pub stale: bool,
    pub process: Frame,
    pub memberships: Vec<MembershipFacts>,
    pub others: Vec<OtherProcess>,
    /// Notices not read yet; a hundred stand for more.
    pub unread: i64,
}

/// Who somebody is in a process, for what is done in their place.
#[derive(Debug, Clone, Deserialize)]
pub struct Placed {
    pub process: Frame,
    pub memberships: Vec<MembershipFacts>,
}

/// The setting by which a plan is published when it comes into force.
pub const PUBLISH_PLANS: &str = "publish_plans";

/// A process as every page needs it.
#[derive(Debug, Clone, Deserialize)]
pub struct Frame {
    pub id: ProcessId,
    pub slug: String,
    pub name: String,
    pub short_name: String,
    pub tagline: String,
    pub footnotes: Vec<Footnote>,
    pub words: std::collections::HashMap<String, String>,
    pub settings: serde_json::Value,
    pub example: bool,
    pub public: bool,
    pub pillars: Vec<PillarFacts>,
    pub beneficiaries: Vec<BeneficiaryFacts>,
}

impl Frame {
    /// Code and name of each beneficiary.
    pub fn beneficiary_names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.beneficiaries.iter().map(|b| (b.code.as_str(), b.name.as_str()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    pub mark: String,
    pub text: String,
}

impl Footnote {
    /// The text without the mark that some processes begin it with.
    pub fn words(&self) -> &str {
        self.text.strip_prefix(self.mark.as_str()).unwrap_or(&self.text).trim_start()
    }

    /// The mark, then the text.
    pub fn line(&self) -> String {
        format!("{} {}", self.mark, self.words())
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct PillarFacts {
    pub id: PillarId,
    pub key: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct BeneficiaryFacts {
    pub id: BeneficiaryId,
    pub code: String,
    pub name: String,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct MembershipFacts {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    pub organisation_name: Option<String>,
    pub organisation_short: Option<String>,
    pub beneficiary: Option<BeneficiaryId>,
    pub beneficiary_name: Option<String>,
    pub pillars: Vec<PillarId>,
    pub ends_on: Option<chrono::NaiveDate>,
    pub focal_point: bool,
    pub speaks_for: bool,
    pub votes: bool,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OtherProcess {
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PublicFacts {
    pub process: Frame,
    pub about: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AccountFacts {
    pub session: SessionId,
    pub account: AccountId,
    pub email: String,
    pub operator: bool,
    pub second_factor: bool,
    pub enrolled: bool,
    pub stale: bool,
    pub others: Vec<OtherProcess>,
}
