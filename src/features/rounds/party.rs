//! A party that is asked in a round, by name alone: whose page somebody may open. What it is asked about is not counted.

use crate::kernel::ids::{BeneficiaryId, OrganisationId, RoundAskedId};
use crate::kernel::permit::{Member, Permission, Scope};

#[derive(Debug, Clone)]
pub struct Party {
    pub id: RoundAskedId,
    /// The organisation that it is today, where it was merged since.
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub name: String,
}

/// The record that permissions ask about.
pub fn scope(organisation: Option<OrganisationId>, beneficiary: Option<BeneficiaryId>) -> Scope {
    match (organisation, beneficiary) {
        (Some(id), _) => Scope::organisation(id),
        (None, Some(id)) => Scope::beneficiary(id),
        (None, None) => Scope::default(),
    }
}

/// It is the reader's own, and not on somebody's behalf.
pub fn is_own(organisation: Option<OrganisationId>, beneficiary: Option<BeneficiaryId>, member: &Member) -> bool {
    organisation.is_some_and(|o| member.organisations().contains(&o))
        || beneficiary.is_some_and(|b| member.beneficiaries().contains(&b))
}

impl Party {
    pub fn is_own(&self, member: &Member) -> bool {
        is_own(self.organisation, self.beneficiary, member)
    }

    pub fn may_answer(&self, member: &Member) -> bool {
        member.may(Permission::RoundAnswer, &scope(self.organisation, self.beneficiary))
    }
}
