//! What `kernel.needs_waiting` answers: what of needs waits for a reader, and the figures of their home.

use serde::Deserialize;

use crate::kernel::ids::{BeneficiaryId, PillarId, ResponseId};

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Waiting {
    /// Of own beneficiaries.
    pub own: Vec<OwnNeeds>,
    /// Responses that own beneficiaries have not answered, the oldest first.
    pub proposals: Vec<Proposal>,
    /// Submitted needs that wait to be judged, a pillar a row; none: under no measure.
    pub unjudged: Vec<Unjudged>,
    /// Submitted needs that nothing is known to answer.
    pub unanswered: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct OwnNeeds {
    pub beneficiary: BeneficiaryId,
    /// In cycles that are open.
    pub drafts: i64,
    pub submitted: i64,
    /// Not judged, or judged not to be covered.
    pub uncovered: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Proposal {
    pub response: ResponseId,
    pub need: crate::kernel::ids::NeedId,
    pub title: String,
    pub action: String,
    pub beneficiary: BeneficiaryId,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Unjudged {
    pub pillar: Option<PillarId>,
    /// Somebody leads the pillar.
    pub led: bool,
    pub n: i64,
}
