//! What the finder is told of an action, or of an idea that nobody has saved.

use chrono::NaiveDate;

/// One action as the finder sees it. Every field may be empty: what is not stated is no evidence,
/// neither for nor against.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    /// Titles in any language, the most official first.
    pub titles: Vec<String>,
    /// Descriptions, the theme in words, notes: whatever says what it is about. Any language.
    pub texts: Vec<String>,
    /// With the bodies above each (a ministry's state) as parties of the same role, so that "Germany" and
    /// "BMZ" meet; shared ones count less the more common they are.
    pub parties: Vec<Party>,
    /// Beneficiaries, as ISO codes (`AL`, `XK`).
    pub beneficiaries: Vec<String>,
    /// Beneficiaries named as deliberately left out ("other sources cover Albania"), as ISO codes.
    pub excluded: Vec<String>,
    pub pillars: Vec<String>,
    /// Keys of the process's own themes.
    pub themes: Vec<String>,
    /// OECD-DAC purpose codes of five digits, or groups of three.
    pub sectors: Vec<String>,
    pub start: Option<When>,
    pub end: Option<When>,
    pub amounts: Vec<Amount>,
    /// Its own identifiers and references (IATI identifier, contract number).
    pub identifiers: Vec<String>,
    /// Identifiers of other actions that it names.
    pub named: Vec<Named>,
    /// The action of the same process that it is part of.
    pub parent: Option<u128>,
    /// The title of what it is part of, where that is not in the process: one more text.
    pub parent_title: Option<String>,
    pub status: Option<Status>,
}

/// An organisation in an action. The key says which it is; without one its reference or its name
/// does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// The organisation's id in the process.
    pub key: Option<u128>,
    /// An IATI organisation reference such as `XM-DAC-41114`.
    pub reference: Option<String>,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Gives the money.
    Funder,
    /// Answers for the action (IATI role 2), or leads it.
    Lead,
    /// Passes the money on (IATI role 3).
    Extending,
    Implementer,
    /// Reports the action: its publisher.
    Reporter,
    #[default]
    Other,
}

/// A date with its precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The first day it may mean.
    pub day: NaiveDate,
    pub precision: Precision,
}

impl When {
    pub fn day(day: NaiveDate) -> Self {
        Self { day, precision: Precision::Day }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    Day,
    Month,
    Year,
}

/// A sum in its own currency, in whole units; for comparing only, never for adding up.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    pub value: f64,
    /// ISO 4217; empty where not stated.
    pub currency: String,
}

/// Another action's identifier, and how it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub identifier: String,
    pub how: Link,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// The other is its parent (IATI related activity, type 1).
    Parent,
    /// The other is its child (type 2).
    Child,
    /// The other is its sibling (type 3), or related in another way (types 4, 5).
    Sibling,
    /// Money comes from the other, or the funder's activity is the other.
    Funding,
    /// Money goes on to the other, or the implementer's activity is the other.
    Receiving,
    /// The other reports the same action (IATI: third-party report; co-funded).
    SameElsewhere,
    /// Found in its text.
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Planned,
    Running,
    Ended,
    Cancelled,
}
