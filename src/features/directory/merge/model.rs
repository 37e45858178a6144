//! What a merge writes down, so that it can be undone to the letter.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::ids::{ActionId, ContributionId, EnvelopeId, MembershipId, OrganisationId};

/// A part in an action that now names the organisation that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyKey {
    pub action_id: ActionId,
    pub role: String,
}

/// A part in an action that both had: the row that was dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub action_id: ActionId,
    pub role: String,
    pub as_named: Option<String>,
    pub position: i16,
}

/// A restricted action that was open to both: the row that was dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    pub action_id: ActionId,
    pub at: DateTime<Utc>,
    pub by_membership_id: MembershipId,
}

/// What the organisation that stays did not state, and takes over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub level: Option<String>,
    pub seat: Option<String>,
    pub iati_identifier: Option<String>,
    pub member: bool,
    pub member_from: Option<NaiveDate>,
    pub member_to: Option<NaiveDate>,
    pub parent_id: Option<OrganisationId>,
}

impl Facts {
    /// Its own facts, and for what it does not state the other's. A membership of the process is one fact: its
    /// dates are not mixed. The parent is its own; only where that is the one that goes, it is that one's parent.
    pub fn filled_from(&self, goes: &Facts, parent_goes: bool) -> Facts {
        let (member, from, to) = match self.member {
            true => (true, self.member_from, self.member_to),
            false => (goes.member, goes.member_from, goes.member_to),
        };
        Facts {
            level: self.level.clone().or_else(|| goes.level.clone()),
            seat: self.seat.clone().or_else(|| goes.seat.clone()),
            iati_identifier: self.iati_identifier.clone().or_else(|| goes.iati_identifier.clone()),
            member,
            member_from: from,
            member_to: to,
            parent_id: if parent_goes { goes.parent_id } else { self.parent_id },
        }
    }

    /// Takes back what was taken over, where it still stands as it was taken over.
    pub fn taken_back(&self, before: &Facts, after: &Facts) -> Facts {
        fn one<T: PartialEq + Clone>(now: &T, before: &T, after: &T) -> T {
            if now == after { before.clone() } else { now.clone() }
        }
        let member = |f: &Facts| (f.member, f.member_from, f.member_to);
        let (is, from, to) = one(&member(self), &member(before), &member(after));
        Facts {
            level: one(&self.level, &before.level, &after.level),
            seat: one(&self.seat, &before.seat, &after.seat),
            iati_identifier: one(&self.iati_identifier, &before.iati_identifier, &after.iati_identifier),
            member: is,
            member_from: from,
            member_to: to,
            parent_id: one(&self.parent_id, &before.parent_id, &after.parent_id),
        }
    }
}

/// Everything a merge did, by table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Moved {
    pub parties: Vec<PartyKey>,
    pub parties_double: Vec<Party>,
    pub actions: Vec<ActionId>,
    pub disclosures: Vec<ActionId>,
    pub disclosures_double: Vec<Disclosure>,
    pub providers: Vec<ContributionId>,
    pub receivers: Vec<ContributionId>,
    pub envelopes: Vec<EnvelopeId>,
    pub leads: Vec<Uuid>,
    pub members: Vec<MembershipId>,
    pub children: Vec<OrganisationId>,
    /// What was merged into the one that went before: it leads on to the one that stays.
    pub merged_before: Vec<OrganisationId>,
    pub aliases: Vec<Uuid>,
    pub aliases_double: Vec<Alias>,
    /// The names of the one that went, added as other names of the one that stays.
    pub aliases_added: Vec<Uuid>,
    pub contacts: Vec<Uuid>,
    pub requests: Vec<Uuid>,
    pub proposals: Vec<Uuid>,
    pub before: Facts,
    pub after: Facts,
    pub search_before: String,
    pub search_after: String,
}

/// Another name that both had: the row that was dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    pub id: Uuid,
    pub name: String,
}

/// How much would move, kind by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub parties: i64,
    pub parties_double: i64,
    pub actions: i64,
    pub disclosures: i64,
    pub contributions: i64,
    pub leads: i64,
    pub members: i64,
    pub children: i64,
    pub aliases: i64,
    pub contacts: i64,
    pub requests: i64,
}

impl Counts {
    /// Each kind that there is any of, with its Fluent key.
    pub fn lines(&self) -> Vec<(&'static str, i64)> {
        let all = [
            ("directory-move-parties", self.parties),
            ("directory-move-parties-double", self.parties_double),
            ("directory-move-actions", self.actions),
            ("directory-move-disclosures", self.disclosures),
            ("directory-move-contributions", self.contributions),
            ("directory-move-leads", self.leads),
            ("directory-move-members", self.members),
            ("directory-move-children", self.children),
            ("directory-move-aliases", self.aliases),
            ("directory-move-contacts", self.contacts),
            ("directory-move-requests", self.requests),
        ];
        all.into_iter().filter(|(_, n)| *n > 0).collect()
    }
}

impl Moved {
    /// The actions whose parts, keeper or openings changed.
    pub fn touched(&self) -> Vec<ActionId> {
        let parts = self.parties.iter().map(|p| p.action_id).chain(self.parties_double.iter().map(|p| p.action_id));
        let opened = self.disclosures.iter().copied().chain(self.disclosures_double.iter().map(|d| d.action_id));
        let all: std::collections::BTreeSet<ActionId> =
            parts.chain(opened).chain(self.actions.iter().copied()).collect();
        all.into_iter().collect()
    }

    pub fn counts(&self) -> Counts {
        fn n<T>(list: &[T]) -> i64 {
            i64::try_from(list.len()).unwrap_or(i64::MAX)
        }
        Counts {
            parties: n(&self.parties),
            parties_double: n(&self.parties_double),
            actions: n(&self.actions),
            disclosures: n(&self.disclosures) + n(&self.disclosures_double),
            contributions: n(&self.providers) + n(&self.receivers) + n(&self.envelopes),
            leads: n(&self.leads),
            members: n(&self.members),
            children: n(&self.children),
            aliases: n(&self.aliases) + n(&self.aliases_double) + n(&self.aliases_added),
            contacts: n(&self.contacts),
            requests: n(&self.requests),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn facts() -> impl Strategy<Value = Facts> {
        let day = prop::option::of((0..3i32).prop_map(|n| NaiveDate::from_ymd_opt(2020 + n, 1, 1).unwrap()));
        let text = || prop::option::of("[AB]");
        (text(), text(), text(), any::<bool>(), day.clone(), day, prop::option::of(0..3u128)).prop_map(
            |(level, seat, iati, member, from, to, parent)| Facts {
                level,
                seat,
                iati_identifier: iati,
                member,
                member_from: from.filter(|_| member),
                member_to: to.filter(|_| member),
                parent_id: parent.map(|n| OrganisationId(Uuid::from_u128(n))),
            },
        )
    }

    proptest! {
        #[test]
        fn taking_back_what_was_filled_gives_what_was(kept in facts(), goes in facts(), above: bool) {
            let after = kept.filled_from(&goes, above);
            prop_assert_eq!(after.taken_back(&kept, &after), kept);
        }

        #[test]
        fn what_was_changed_since_stays(kept in facts(), goes in facts(), seat in "[C-Z]") {
            let after = kept.filled_from(&goes, false);
            let now = Facts { seat: Some(seat.clone()), ..after.clone() };
            prop_assert_eq!(now.taken_back(&kept, &after).seat, Some(seat));
        }

        #[test]
        fn nothing_that_was_stated_is_lost(kept in facts(), goes in facts()) {
            let after = kept.filled_from(&goes, false);
            prop_assert!(kept.seat.is_none() || after.seat == kept.seat);
            prop_assert!(!kept.member || (after.member_from, after.member_to) == (kept.member_from, kept.member_to));
        }
    }
}
