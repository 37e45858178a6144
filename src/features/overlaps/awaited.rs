//! What of coordination questions waits for a reader.

use super::cases::Waiting;
use crate::kernel::awaited::Awaited;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope, Side};

/// What a member is waited for to do about coordination questions, of what `kernel.overlaps_waiting` answers.
///
/// # Errors
/// It is not such an answer.
pub fn awaited(waiting: serde_json::Value, member: &Member, p: &Page) -> serde_json::Result<Vec<Awaited>> {
    if !member.may_somewhere(Permission::OverlapSee) {
        return Ok(Vec::new());
    }
    let n: Waiting = serde_json::from_value(waiting)?;
    let mut all = Vec::new();
    let mut line = |count: i64, key: &str, query: &str, by| {
        if count > 0 {
            all.push(Awaited { text: p.tn(key, count), link: p.link(&format!("/overlaps{query}")), by });
        }
    };
    line(n.in_charge, "overlap-awaited-in-charge", "?owner=me", n.due);
    if decides_escalated(member) {
        line(n.escalated, "overlap-awaited-escalated", "?escalated=1", None);
    }
    if member.may(Permission::OverlapDecide, &Scope::default()) {
        line(n.nobody, "overlap-awaited-nobody", "?owner=nobody", None);
    } else if !member.organisations().is_empty() || !member.beneficiaries().is_empty() {
        line(n.mine, "overlap-awaited-mine", "?mine=1", None);
    } else if member.sides(Permission::OverlapDecide).any(|s| s == Side::Pillars) {
        line(n.nobody, "overlap-awaited-nobody", "?owner=nobody", None);
    }
    Ok(all)
}

/// Whether any of the memberships decides what has been escalated and nothing else.
fn decides_escalated(member: &Member) -> bool {
    let escalated = Scope { escalated: true, ..Scope::default() };
    let number = |scope: &Scope| member.all_granting(Permission::OverlapDecide, scope).count();
    number(&escalated) > number(&Scope::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::db::MembershipFacts;
    use crate::kernel::ids::{MembershipId, PillarId};
    use crate::kernel::permit::Role;
    use uuid::Uuid;

    fn of(role: Role) -> MembershipFacts {
        MembershipFacts {
            id: MembershipId(Uuid::from_u128(1)),
            name: String::new(),
            post: String::new(),
            role,
            organisation: None,
            organisation_name: None,
            organisation_short: None,
            beneficiary: None,
            beneficiary_name: None,
            pillars: vec![PillarId(Uuid::from_u128(4))],
            ends_on: None,
            focal_point: false,
            speaks_for: false,
            votes: false,
        }
    }

    #[test]
    fn what_is_escalated_waits_for_the_chairmanship_besides_whatever_else_they_are() {
        for role in Role::ALL {
            assert_eq!(decides_escalated(&Member::new(vec![of(role)])), role == Role::Chair, "{role:?}");
        }
        assert!(decides_escalated(&Member::new(vec![of(Role::SupportGroup), of(Role::Chair)])));
    }
}
