//! A webhook, its deliveries, and their closed lists.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::kernel::ids::{BeneficiaryId, OrganisationId, WebhookId};
use crate::kernel::lists::closed_list;
use crate::kernel::outbound::{Failure, Unfit};

closed_list! {
    /// What a webhook is told of; the history's events are sorted into these by kernel.webhook_type.
    Kind {
        ActionCreated = "action.created", "webhooks-kind-action-created";
        ActionChanged = "action.changed", "webhooks-kind-action-changed";
        ActionConfirmed = "action.confirmed", "webhooks-kind-action-confirmed";
        /// It has left the sight of the hook's member, who saw it. Whoever is told of changes is told of this.
        ActionGone = "action.gone", "webhooks-kind-action-gone";
        NeedSubmitted = "need.submitted", "webhooks-kind-need-submitted";
        NeedChanged = "need.changed", "webhooks-kind-need-changed";
        NeedGone = "need.gone", "webhooks-kind-need-gone";
        PlanStateChanged = "plan.state_changed", "webhooks-kind-plan-state-changed";
        /// Sent when its keeper asks for it.
        Test = "test", "webhooks-kind-test";
    }
}

impl Kind {
    /// Those that a hook can be made for.
    pub const OFFERED: [Kind; 6] = [
        Kind::ActionCreated,
        Kind::ActionChanged,
        Kind::ActionConfirmed,
        Kind::NeedSubmitted,
        Kind::NeedChanged,
        Kind::PlanStateChanged,
    ];

    pub fn offered(text: &str) -> Option<Self> {
        Self::parse(text).filter(|kind| Self::OFFERED.contains(kind))
    }

    /// The address of what it is about, inside the process.
    pub fn path(self, subject: Uuid) -> String {
        let place = match self {
            Kind::ActionCreated | Kind::ActionChanged | Kind::ActionConfirmed | Kind::ActionGone => "actions",
            Kind::NeedSubmitted | Kind::NeedChanged | Kind::NeedGone => "needs",
            Kind::PlanStateChanged => "plans",
            Kind::Test => "webhooks",
        };
        format!("/{place}/{subject}")
    }
}

closed_list! {
    State {
        Active = "active", "webhooks-state-active";
        Paused = "paused", "webhooks-state-paused";
        /// By the portal.
        Stopped = "stopped", "webhooks-state-stopped";
        Removed = "removed", "webhooks-state-removed";
    }
}

closed_list! {
    /// Why the portal has stopped one; its text says what to do.
    Why {
        /// For days no delivery was taken.
        Failed = "failed", "webhooks-why-failed";
        /// The receiver said that it is gone for good (410).
        Gone = "gone", "webhooks-why-gone";
        /// The membership in whose place records were looked at has ended.
        Left = "left", "webhooks-why-left";
    }
}

impl Why {
    /// The Fluent key of the notice about it.
    pub fn told(self) -> &'static str {
        match self {
            Why::Failed => "webhooks-told-failed",
            Why::Gone => "webhooks-told-gone",
            Why::Left => "webhooks-told-left",
        }
    }
}

/// Whose a hook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The secretariat's, for the process.
    Process,
    Organisation(OrganisationId),
    Beneficiary(BeneficiaryId),
}

impl Owner {
    pub fn of(organisation: Option<OrganisationId>, beneficiary: Option<BeneficiaryId>) -> Self {
        match (organisation, beneficiary) {
            (Some(organisation), _) => Owner::Organisation(organisation),
            (None, Some(beneficiary)) => Owner::Beneficiary(beneficiary),
            (None, None) => Owner::Process,
        }
    }

    pub fn organisation(self) -> Option<OrganisationId> {
        match self {
            Owner::Organisation(id) => Some(id),
            _ => None,
        }
    }

    pub fn beneficiary(self) -> Option<BeneficiaryId> {
        match self {
            Owner::Beneficiary(id) => Some(id),
            _ => None,
        }
    }
}

pub struct Hook {
    pub id: WebhookId,
    pub owner: Owner,
    pub name: String,
    pub address: String,
    pub kinds: Vec<Kind>,
    pub state: State,
    pub why: Option<Why>,
    /// In a row.
    pub failures: i16,
    pub failing_since: Option<DateTime<Utc>>,
    pub try_at: Option<DateTime<Utc>>,
    pub old_until: Option<DateTime<Utc>>,
    /// Who it sees for; none where they are no member any more.
    pub sees_as: Option<String>,
    /// What was tried last.
    pub last: Option<Delivery>,
}

impl Hook {
    pub fn is_failing(&self) -> bool {
        self.state == State::Active && self.failures > 0
    }

    /// How it stands: the Fluent key of the word, and its badge.
    pub fn standing(&self) -> (&'static str, &'static str) {
        match self.state {
            State::Active if self.failures > 0 => ("webhooks-state-failing", "warn"),
            State::Active => (self.state.label(), "ok"),
            State::Paused | State::Removed => (self.state.label(), "plain"),
            State::Stopped => (self.state.label(), "bad"),
        }
    }
}

pub struct Delivery {
    pub kind: Kind,
    pub subject: Uuid,
    pub number: i64,
    pub tries: i64,
    pub tried_at: DateTime<Utc>,
    pub status: Option<i16>,
    pub failure: Option<Failure>,
    pub ended: bool,
}

/// Whether an answer means that a delivery was taken.
pub fn is_taken(status: i16) -> bool {
    (200..300).contains(&status)
}

impl Delivery {
    /// How it went: the Fluent key of the word, and its badge.
    pub fn standing(&self) -> (&'static str, &'static str) {
        match (self.status, self.ended) {
            (Some(status), _) if is_taken(status) => ("webhooks-delivery-taken", "ok"),
            (_, true) => ("webhooks-delivery-given-up", "bad"),
            (None, false) if self.failure.is_none() => ("webhooks-delivery-on-its-way", "info"),
            (_, false) => ("webhooks-delivery-to-be-tried", "warn"),
        }
    }
}

/// The Fluent key of what is wrong with an address.
pub fn unfit(why: Unfit) -> &'static str {
    match why {
        Unfit::Unreadable => "webhooks-error-unreadable",
        Unfit::NotHttps => "webhooks-error-not-https",
        Unfit::Port => "webhooks-error-port",
        Unfit::Credentials => "webhooks-error-credentials",
        Unfit::Nearby => "webhooks-error-nearby",
    }
}

/// How long after each failure in a row it is tried again, in minutes: three days in all, the last ones a day apart.
const AGAIN: [i64; 9] = [1, 5, 30, 120, 300, 600, 840, 1200, 1440];

/// How long to wait after so many failures in a row; `None`: no more.
pub fn again(failures: i16) -> Option<TimeDelta> {
    let place = usize::try_from(failures).ok()?.checked_sub(1)?;
    AGAIN.get(place).map(|minutes| TimeDelta::minutes(*minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_for_three_days_ever_less_often() {
        let waits: Vec<TimeDelta> = (1..).map_while(again).collect();
        assert_eq!(waits.len(), AGAIN.len());
        assert!(waits.is_sorted());
        let all: TimeDelta = waits.iter().sum();
        assert!((72..=80).contains(&all.num_hours()), "{all}");
        assert_eq!((again(0), again(-1), again(i16::MAX)), (None, None, None));
    }

    #[test]
    fn what_is_offered_is_all_but_the_test_and_what_goes_with_changes() {
        assert_eq!(Kind::OFFERED.len() + 3, Kind::ALL.len());
        for kind in ["test", "action.gone", "need.gone"] {
            assert!(Kind::parse(kind).is_some() && Kind::offered(kind).is_none(), "{kind}");
        }
        assert_eq!(Kind::offered("action.created"), Some(Kind::ActionCreated));
        assert_eq!(Kind::offered("action.deleted"), None);
    }
}
