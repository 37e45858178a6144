//! Which fields of an action somebody may change, and what they would lose sight of.

use std::collections::BTreeSet;

use super::fields::{Field, Sheet};
use crate::kernel::permit::{Handling, Member, Permission, Scope};

/// The fields of a record that this member may change.
pub fn editable(member: &Member, record: &Sheet) -> BTreeSet<Field> {
    let scope = record.scope();
    // who keeps a record and how widely it is shown is for its keeper (or the secretariat) to say: else a party
    // could take a record away from those it belongs to, or show more widely what they hold closely
    let as_keeper = Scope { organisations: Vec::new(), ..scope.clone() };
    let may = |field: &Field| match field {
        f if f.is_money() => member.may(Permission::ActionMoney, &scope),
        f if f.is_opening() => member.may(Permission::ActionOpen, &scope),
        f if f.is_link() => {
            member.may(Permission::ActionEditLinks, &scope) || member.may(Permission::ActionEdit, &scope)
        }
        Field::Reporting | Field::Handling => member.may(Permission::ActionEdit, &as_keeper),
        _ => member.may(Permission::ActionEdit, &scope),
    };
    Field::ALL.iter().copied().filter(may).collect()
}

/// The fields of a new action: what it becomes decides only when it is sent.
pub fn for_new(member: &Member) -> BTreeSet<Field> {
    let may = |field: &Field| match field {
        f if f.is_money() => member.may_somewhere(Permission::ActionMoney),
        f if f.is_opening() => member.may_somewhere(Permission::ActionOpen),
        _ => true,
    };
    Field::ALL.iter().copied().filter(may).collect()
}

/// The fields of a report by a beneficiary: money and opening are for the donor to state.
pub fn for_report() -> BTreeSet<Field> {
    Field::ALL.iter().copied().filter(|f| !f.is_opening() && *f != Field::Contributions).collect()
}

/// The fields that a suggestion may change.
pub fn for_suggestion(member: &Member) -> BTreeSet<Field> {
    let money = member.may_somewhere(Permission::ActionSeeMoney);
    Field::ALL.iter().copied().filter(|f| !f.is_opening() && (money || !f.is_money())).collect()
}

/// Whether the one who saves could still see the record afterwards.
pub fn would_see(member: &Member, sheet: &Sheet) -> bool {
    member.may(Permission::ActionSee, &sheet.scope())
}

/// Opening is for restricted records; at any other level there is nothing to open.
pub fn settle_opening(sheet: &mut Sheet) {
    if sheet.handling() != Handling::Restricted {
        for field in [Field::OpenToSupportGroup, Field::Disclosures] {
            sheet.set(field, Vec::<String>::new());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::db::MembershipFacts;
    use crate::kernel::ids::{MembershipId, OrganisationId, PillarId};
    use crate::kernel::permit::Role;
    use uuid::Uuid;

    fn member(role: Role, organisation: Option<u128>, pillar: Option<u128>) -> Member {
        Member::new(vec![MembershipFacts {
            id: MembershipId(Uuid::from_u128(1)),
            name: "A".into(),
            post: String::new(),
            role,
            organisation: organisation.map(|o| OrganisationId(Uuid::from_u128(o))),
            organisation_name: None,
            organisation_short: None,
            beneficiary: None,
            beneficiary_name: None,
            pillars: pillar.map(|p| PillarId(Uuid::from_u128(p))).into_iter().collect(),
            ends_on: None,
            focal_point: false,
            speaks_for: false,
            votes: false,
        }])
    }

    fn record(keeper: u128, party: u128, pillar: u128, handling: Handling) -> Sheet {
        let mut sheet = Sheet::default();
        sheet.set(Field::Reporting, [Uuid::from_u128(keeper).to_string()]);
        sheet.set(Field::Parties, [format!("funding:{}", Uuid::from_u128(party))]);
        sheet.set(Field::Pillars, [Uuid::from_u128(pillar).to_string()]);
        sheet.set(Field::Handling, [handling.as_str()]);
        sheet
    }

    #[test]
    fn a_lead_sets_links_in_its_own_pillar_alone() {
        let lead = member(Role::Lead, Some(5), Some(7));
        let own = editable(&lead, &record(1, 2, 7, Handling::Members));
        assert_eq!(own, [Field::Pillars, Field::Themes].into_iter().collect());
        assert!(editable(&lead, &record(1, 2, 8, Handling::Members)).is_empty());
    }

    #[test]
    fn a_lead_edits_what_its_organisation_keeps_without_its_money() {
        let lead = member(Role::Lead, Some(5), Some(7));
        let own = editable(&lead, &record(5, 2, 8, Handling::Members));
        assert!(own.contains(&Field::Title) && own.contains(&Field::Reporting) && own.contains(&Field::Handling));
        let others: Vec<_> = Field::ALL.iter().filter(|f| !own.contains(f)).collect();
        assert!(!others.is_empty() && others.iter().all(|f| f.is_money() || f.is_opening()), "{others:?}");
        // where it is a party and another keeps the record, it sets links in its own pillar, as of any other
        assert!(editable(&lead, &record(1, 5, 8, Handling::Members)).is_empty());
        assert_eq!(editable(&lead, &record(1, 5, 7, Handling::Members)).len(), 2);
    }

    #[test]
    fn a_party_that_is_not_the_keeper_leaves_keeper_and_handling_alone() {
        let party = editable(&member(Role::Partner, Some(2), None), &record(1, 2, 7, Handling::Members));
        assert!(party.contains(&Field::Title) && party.contains(&Field::Contributions));
        assert!(!party.contains(&Field::Reporting) && !party.contains(&Field::Handling));
        assert!(!party.contains(&Field::Disclosures));
        let keeper = editable(&member(Role::Partner, Some(1), None), &record(1, 2, 7, Handling::Members));
        assert_eq!(keeper.len(), Field::ALL.len());
    }

    #[test]
    fn others_change_nothing() {
        let sheet = record(1, 2, 7, Handling::Members);
        for role in [Role::Chair, Role::Observer, Role::Partner, Role::Beneficiary] {
            assert!(editable(&member(role, Some(9), None), &sheet).is_empty());
        }
        let secretariat = editable(&member(Role::SupportGroup, None, None), &sheet);
        assert!(secretariat.contains(&Field::Handling) && !secretariat.contains(&Field::Disclosures));
    }

    #[test]
    fn nobody_shuts_themselves_out() {
        let secretariat = member(Role::SupportGroup, None, None);
        assert!(!would_see(&secretariat, &record(1, 2, 7, Handling::Restricted)));
        assert!(would_see(&secretariat, &record(1, 2, 7, Handling::Parties)));
        assert!(!would_see(&member(Role::Partner, Some(2), None), &record(1, 2, 7, Handling::Restricted)));
        assert!(would_see(&member(Role::Partner, Some(1), None), &record(1, 2, 7, Handling::Restricted)));
    }

    #[test]
    fn what_is_not_restricted_is_not_opened() {
        let mut sheet = record(1, 2, 7, Handling::Members);
        sheet.set(Field::Disclosures, ["x"]);
        settle_opening(&mut sheet);
        assert!(sheet.get(Field::Disclosures).is_empty());
    }
}
