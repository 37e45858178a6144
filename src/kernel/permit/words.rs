//! What a role has, in words.

use super::Grant;

impl Grant {
    /// In words, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Grant::No => "–",
            Grant::Yes => "yes",
            Grant::OwnPillar => "own pillar",
            Grant::OwnBeneficiary => "own beneficiary",
            Grant::OwnOrganisation => "where own organisation is a party",
            Grant::Keeper => "what own organisation keeps",
            Grant::FocalBeneficiary => "own beneficiary, as its focal point",
            Grant::FocalOrganisation => "own organisation, as its focal point",
            Grant::VotesBeneficiary => "own beneficiary, with the mark *votes*",
            Grant::VotesOrganisation => "own organisation, with the mark *votes*",
            Grant::SpeaksBeneficiary => "own beneficiary, if it speaks for it",
            Grant::SpeaksOrganisation => "own organisation, if it speaks for it",
            Grant::Adopted => "adopted",
            Grant::Escalated => "what is escalated",
            Grant::OfBoard => "of the Board",
            Grant::Members => "`public`, `members`",
            Grant::MembersAndOwnPillar => "`public`, `members`; `parties` in own pillar",
            Grant::MembersAndOwnBeneficiary => "`public`, `members`; `parties` where named",
            Grant::MembersAndOwnOrganisation => {
                "`public`, `members`; `parties` where named; `restricted` of own organisation or opened to it"
            }
            Grant::MembersAndAllOfOwnBeneficiary => "`members`; all of own beneficiary",
            Grant::OnBehalf => "what it wrote on behalf",
            Grant::Shared => "`public` to `parties`",
            Grant::SharedAndOpened => "all but others' `restricted` that was not opened to it",
        }
    }
}
