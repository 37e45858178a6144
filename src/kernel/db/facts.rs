//! What entering tells: who somebody is, and what every page of a process needs.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{
    AccountId, BeneficiaryId, MembershipId, OrganisationId, PillarId, ProcessId, SessionId, TokenId,
};
use crate::kernel::notes::Notes;
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

/// What a token opens: one membership in one process.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenFacts {
    pub account: AccountId,
    pub process: Frame,
    pub membership: MembershipFacts,
    pub token: TokenSaid,
    /// Its use has not been noted of late.
    pub stale: bool,
}

/// A token as its own answers speak of it.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenSaid {
    pub id: TokenId,
    pub name: String,
    /// Whether it may change things, or only read.
    pub write: bool,
}

/// The setting by which a plan is published when it comes into force.
pub const PUBLISH_PLANS: &str = "publish_plans";

/// The setting of the currency that totals are shown in; euro where it is not set.
pub const CURRENCY: &str = "currency";

/// The setting of the objectives that a plan begun from the process's template starts with: their titles, in their order.
pub const PLAN_FRAME: &str = "plan_frame";

/// The titles of [`PLAN_FRAME`] in a process's settings; none where the portal's own stand.
pub fn plan_frame(settings: &serde_json::Value) -> Vec<String> {
    let titles = settings.get(PLAN_FRAME).and_then(serde_json::Value::as_array);
    titles.into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned)).collect()
}

/// The setting of after how many months progress is reported again; not set, it is a year.
pub const PROGRESS_MONTHS: &str = "progress_months";

/// The months of [`PROGRESS_MONTHS`] in a process's settings; none where it is not set.
pub fn progress_months(settings: &serde_json::Value) -> Option<u16> {
    let set = settings.get(PROGRESS_MONTHS).and_then(serde_json::Value::as_u64);
    set.and_then(|n| u16::try_from(n).ok()).filter(|n| (1..=60).contains(n))
}

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

    /// Its notes, for texts that call for them.
    pub fn notes(&self) -> Notes {
        Notes::of(&self.footnotes, self.beneficiaries.iter().map(|b| b.name.as_str()))
    }

    /// A text with codes in the place of names that bear a mark: the name of a file cannot hold one.
    pub fn coded(&self, text: &str) -> String {
        let marked = |name: &str| self.footnotes.iter().any(|n| !n.mark.is_empty() && name.ends_with(n.mark.as_str()));
        let names = self.beneficiaries.iter().filter(|b| marked(&b.name));
        names.fold(text.to_owned(), |text, b| text.replace(b.name.as_str(), &b.code))
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
