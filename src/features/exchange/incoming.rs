//! What an incoming file says of one action, whatever its format: fields that are not stated are `None` or empty, and change
//! nothing.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::kernel::date::PartialDate;
use crate::kernel::i18n::Message;
use crate::kernel::money::Currency;

/// Where something stands in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The sheet, where the format has sheets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row or line, from 1, as the program that made the file counts them.
    pub row: u32,
}

/// An organisation as a file states it; matched to the directory by reference, then by folded name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncomingParty {
    pub reference: Option<String>,
    pub name: Option<String>,
    /// As in `action_party.role`.
    pub role: &'static str,
}

/// A beneficiary as a file states it: an ISO code or a name, and its share in percent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncomingShare {
    pub stated: String,
    pub share: Option<Decimal>,
}

/// How bad it is that something could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It is left out; the rest of the row can come in.
    Lost,
    /// The row cannot come in as it stands.
    Wrong,
}

/// A text to be said later, in whatever language its reader has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        let args = message.args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { key: message.key.to_owned(), args }
    }
}

/// What could not be taken, where it stands, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// The heading of the column, or the element.
    pub column: String,
    /// The number of the column from 0, where there are columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u16>,
    pub what: Said,
    pub severity: Severity,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Incoming {
    pub place: Place,
    /// The action's own id here, where the file was written by this portal.
    pub id: Option<uuid::Uuid>,
    /// The IATI identifier or the organisation's own reference: by it the same row is known again.
    pub reference: Option<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub parties: Vec<IncomingParty>,
    /// Who keeps the record.
    pub reporter: Option<IncomingParty>,
    pub beneficiaries: Vec<IncomingShare>,
    /// Keys or names of pillars as stated.
    pub pillars: Vec<String>,
    /// Names or codes as stated; what is no theme of the process is kept in the source's words.
    pub themes: Vec<String>,
    pub theme_text: Option<String>,
    /// DAC codes of five or three digits.
    pub sectors: Vec<String>,
    /// As in `action.status`.
    pub status: Option<&'static str>,
    pub planned_start: Option<PartialDate>,
    pub planned_end: Option<PartialDate>,
    pub actual_start: Option<PartialDate>,
    pub actual_end: Option<PartialDate>,
    /// A start and an end of which the file does not say whether they are planned.
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    /// The stated total.
    pub total: Option<(Decimal, Currency)>,
    /// Title or identifier of what it is part of.
    pub parent: Option<String>,
    /// Web address of a document or page.
    pub link: Option<String>,
    pub source_note: Option<String>,
    /// As in `action.handling`.
    pub handling: Option<&'static str>,
    pub problems: Vec<ImportProblem>,
}

impl Incoming {
    /// Notes that something cannot be taken.
    pub fn problem(&mut self, column: &str, index: Option<u16>, severity: Severity, message: Message) {
        self.problems.push(ImportProblem { column: column.to_owned(), index, what: message.into(), severity });
    }
}
