//! The closed lists of an action. Each has one mapping to the database's text and one to a Fluent key.

use serde::{Deserialize, Serialize};

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// As the database has it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)+ _ => None }
            }
            /// The Fluent key of its name.
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label),+ }
            }
        }
    };
}

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
