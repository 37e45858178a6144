//! For whom somebody keeps hooks, by the permission table alone.

use super::model::Owner;
use crate::kernel::db::MembershipFacts;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// One owner, and the membership by which its hooks are kept.
pub struct Place {
    pub owner: Owner,
    pub by: MembershipFacts,
}

impl Place {
    /// The name of whose hooks these are.
    pub fn name(&self, p: &Page) -> String {
        let named = match self.owner {
            Owner::Process => None,
            Owner::Organisation(_) => self.by.organisation_name.clone(),
            Owner::Beneficiary(_) => self.by.beneficiary_name.clone(),
        };
        named.unwrap_or_else(|| p.t(self.by.role.label()))
    }
}

fn owner(m: &MembershipFacts) -> Option<Owner> {
    let alone = Member::new(vec![m.clone()]);
    let may = |scope: Scope| alone.may(Permission::WebhooksKeep, &scope);
    if may(Scope::default()) {
        return Some(Owner::Process);
    }
    let organisation = m.organisation.filter(|id| may(Scope::organisation(*id))).map(Owner::Organisation);
    organisation.or_else(|| m.beneficiary.filter(|id| may(Scope::beneficiary(*id))).map(Owner::Beneficiary))
}

/// Every one, in the order of the memberships; each owner once.
pub fn places(member: &Member) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for m in member.memberships() {
        if let Some(owner) = owner(m)
            && places.iter().all(|p| p.owner != owner)
        {
            places.push(Place { owner, by: m.clone() });
        }
    }
    places
}
