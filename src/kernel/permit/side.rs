//! For whom a membership does what the table lets it do: what is kept of an act says so, and what is shown as "own" follows it.

use super::{Grant, Member, Permission, grant};
use crate::kernel::db::MembershipFacts;
use crate::kernel::ids::{BeneficiaryId, OrganisationId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// There is no record on which the membership holds the permission.
    Nobody,
    /// Nobody's own: for the process, and on behalf of whoever else it concerns.
    Process,
    /// The membership's pillars.
    Pillars,
    Beneficiary(BeneficiaryId),
    Organisation(OrganisationId),
}

impl Side {
    /// The side on which a membership holds a permission.
    pub fn of(permission: Permission, m: &MembershipFacts) -> Self {
        let grant = grant(permission, m.role);
        if !grant.conceivable(m) {
            return Side::Nobody;
        }
        match grant {
            Grant::No => Side::Nobody,
            Grant::Yes
            | Grant::Adopted
            | Grant::Escalated
            | Grant::OfBoard
            | Grant::Members
            | Grant::OnBehalf
            | Grant::Shared
            | Grant::SharedAndOpened => Side::Process,
            Grant::OwnPillar | Grant::MembersAndOwnPillar if m.pillars.is_empty() => Side::Nobody,
            Grant::OwnPillar | Grant::MembersAndOwnPillar => Side::Pillars,
            Grant::OwnBeneficiary
            | Grant::FocalBeneficiary
            | Grant::VotesBeneficiary
            | Grant::SpeaksBeneficiary
            | Grant::MembersAndOwnBeneficiary
            | Grant::MembersAndAllOfOwnBeneficiary => m.beneficiary.map_or(Side::Nobody, Side::Beneficiary),
            Grant::OwnOrganisation
            | Grant::Keeper
            | Grant::FocalOrganisation
            | Grant::VotesOrganisation
            | Grant::SpeaksOrganisation
            | Grant::MembersAndOwnOrganisation => m.organisation.map_or(Side::Nobody, Side::Organisation),
        }
    }

    /// What is done so is done for somebody else.
    pub fn is_on_behalf(self) -> bool {
        self == Side::Process
    }

    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Side::Organisation(id) => Some(id),
            _ => None,
        }
    }
}

impl Member {
    /// The sides on which any of the memberships holds a permission.
    pub fn sides(&self, permission: Permission) -> impl Iterator<Item = Side> {
        self.memberships.iter().map(move |m| Side::of(permission, m)).filter(|s| *s != Side::Nobody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::{MembershipId, PillarId};
    use crate::kernel::permit::Role;
    use uuid::Uuid;

    const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(2));
    const BENEFICIARY: BeneficiaryId = BeneficiaryId(Uuid::from_u128(3));

    /// A membership that names everything there is, whatever its role.
    fn of(role: Role) -> MembershipFacts {
        MembershipFacts {
            id: MembershipId(Uuid::from_u128(1)),
            name: String::new(),
            post: String::new(),
            role,
            organisation: Some(ORGANISATION),
            organisation_name: None,
            organisation_short: None,
            beneficiary: Some(BENEFICIARY),
            beneficiary_name: None,
            pillars: vec![PillarId(Uuid::from_u128(4))],
            ends_on: None,
            focal_point: false,
            speaks_for: false,
            votes: false,
        }
    }

    fn sides(permission: Permission) -> [Side; 6] {
        Role::ALL.map(|role| Side::of(permission, &of(role)))
    }

    #[test]
    fn a_round_is_answered_on_behalf_by_the_secretariat_alone() {
        for permission in [Permission::RoundAnswer, Permission::ProgressReport] {
            let on_behalf: Vec<Role> =
                Role::ALL.into_iter().filter(|r| Side::of(permission, &of(*r)).is_on_behalf()).collect();
            assert_eq!(on_behalf, [Role::SupportGroup], "{permission:?}");
        }
    }

    #[test]
    fn a_file_is_of_the_organisation_in_whose_name_a_partner_brings_it() {
        let (none, own) = (None, Some(ORGANISATION));
        assert_eq!(sides(Permission::FileKeep).map(Side::organisation), [none, none, none, none, own, none]);
    }

    #[test]
    fn ones_own_pack_is_of_the_process_the_pillar_or_the_party() {
        let parties = (Side::Beneficiary(BENEFICIARY), Side::Organisation(ORGANISATION));
        let wanted = [Side::Process, Side::Process, Side::Pillars, parties.0, parties.1, Side::Nobody];
        assert_eq!(sides(Permission::PackMake), wanted);
    }

    #[test]
    fn who_names_nothing_has_nothing_of_their_own() {
        for role in [Role::Lead, Role::Beneficiary, Role::Partner] {
            let bare = MembershipFacts { organisation: None, beneficiary: None, pillars: Vec::new(), ..of(role) };
            assert_eq!(Side::of(Permission::PackMake, &bare), Side::Nobody, "{role:?}");
        }
        // nor without the mark that it needs
        let side = |m: &MembershipFacts| Side::of(Permission::NeedSubmit, m);
        assert_eq!(side(&of(Role::Beneficiary)), Side::Nobody);
        let speaks = MembershipFacts { speaks_for: true, ..of(Role::Beneficiary) };
        assert_eq!(side(&speaks), Side::Beneficiary(BENEFICIARY));
        let member = Member::new(vec![of(Role::Beneficiary), speaks, of(Role::Chair)]);
        assert_eq!(member.sides(Permission::NeedSubmit).collect::<Vec<_>>(), [Side::Beneficiary(BENEFICIARY)]);
    }
}
