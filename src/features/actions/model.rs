//! The closed lists of an action. Each has one mapping to the database's text and one to a Fluent key.

use crate::kernel::lists::closed_list;

closed_list! {
    /// Where an action stands. Not stated is `None` of this, never a guess.
    Status {
        Pipeline = "pipeline", "status-pipeline";
        Planned = "planned", "status-planned";
        Funded = "funded", "status-funded";
        Ongoing = "ongoing", "status-ongoing";
        Suspended = "suspended", "status-suspended";
        Completed = "completed", "status-completed";
        Cancelled = "cancelled", "status-cancelled";
    }
}

impl Status {
    /// The badge that says it: a shape besides the word.
    pub fn badge(self) -> &'static str {
        match self {
            Status::Ongoing => "ok",
            Status::Suspended => "warn",
            Status::Cancelled => "bad",
            Status::Pipeline | Status::Planned | Status::Funded => "info",
            Status::Completed => "",
        }
    }
}

closed_list! {
    /// What an organisation is in an action: the roles of IATI, and the lead.
    PartyRole {
        Funding = "funding", "party-funding";
        Accountable = "accountable", "party-accountable";
        Extending = "extending", "party-extending";
        Implementing = "implementing", "party-implementing";
        Lead = "lead", "party-lead";
    }
}

closed_list! {
    /// Whether the donor stands behind an action that a beneficiary reported.
    ClaimState {
        Confirmed = "confirmed", "claim-confirmed";
        Unconfirmed = "unconfirmed", "claim-unconfirmed";
        Declined = "declined", "claim-declined";
    }
}

impl ClaimState {
    /// What is said of it: that a donor confirmed an action is said where a beneficiary reported it. Of any other nobody was asked.
    pub fn said(self, reported: bool) -> Option<Self> {
        (reported || self != ClaimState::Confirmed).then_some(self)
    }
}

closed_list! {
    /// How an action stands, in its reporter's own word.
    Health {
        OnTrack = "on_track", "progress-health-on-track";
        AtRisk = "at_risk", "progress-health-at-risk";
        Late = "late", "progress-health-late";
        Done = "done", "progress-health-done";
    }
}

impl Health {
    pub fn badge(self) -> &'static str {
        match self {
            Health::OnTrack | Health::Done => "ok",
            Health::AtRisk => "warn",
            Health::Late => "info",
        }
    }
}
