//! The levels of discretion.

use serde::{Deserialize, Serialize};

/// How widely a record is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    Public,
    Members,
    Parties,
    Restricted,
}

impl Handling {
    pub const ALL: [Handling; 4] = [Handling::Public, Handling::Members, Handling::Parties, Handling::Restricted];

    pub fn as_str(self) -> &'static str {
        match self {
            Handling::Public => "public",
            Handling::Members => "members",
            Handling::Parties => "parties",
            Handling::Restricted => "restricted",
        }
    }

    pub fn parse(text: &str) -> Option<Handling> {
        Handling::ALL.into_iter().find(|level| level.as_str() == text)
    }

    pub fn label(self) -> &'static str {
        match self {
            Handling::Public => "handling-public",
            Handling::Members => "handling-members",
            Handling::Parties => "handling-parties",
            Handling::Restricted => "handling-restricted",
        }
    }
}
