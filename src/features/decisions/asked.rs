//! What the steps of a decision are asked with, and why one is not taken.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::model::{Number, Procedure, SubjectKind, Vote};
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{SeatId, VoteId};

/// What is decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    /// The record in its own table; `None` where the portal has none.
    pub id: Option<Uuid>,
    /// Its name, as it stays with the decision whatever the record is called later.
    pub label: String,
}

/// A decision to be prepared. Lengths are checked by the forms and once more by the schema: title and label at most
/// 500 characters, place 300, note 5,000, 50 papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    pub subject: Subject,
    pub title: String,
    /// `None`: as the process has set it, when it is opened.
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    pub meeting_place: String,
    /// The last day of a written or silence procedure; `None`: from the settings, when it is opened.
    pub deadline: Option<NaiveDate>,
    pub note: String,
    pub papers: Vec<NewPaper>,
}

/// A paper that is decided on; frozen when the decision is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPaper {
    pub title: String,
    pub content: PaperContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperContent {
    /// The paper itself: the checksum is that of its bytes in UTF-8, as they are given.
    Text(String),
    /// Kept elsewhere; the checksum, where it is stated, is that of the file there.
    Address { address: String, sha256: Option<String> },
}

impl NewPaper {
    /// Its checksum, SHA-256 in hexadecimal digits.
    pub fn sha256(&self) -> Option<String> {
        match &self.content {
            PaperContent::Text(text) => Some(hex::encode(Sha256::digest(text.as_bytes()))),
            PaperContent::Address { sha256, .. } => sha256.clone(),
        }
    }
}

/// A decision of which public sources tell: that it was taken, and when; who voted how is not known, nor its number.
#[derive(Debug, Clone)]
pub struct Sourced {
    pub subject: Subject,
    pub title: String,
    /// `None`: not stated.
    pub procedure: Option<Procedure>,
    pub meeting_on: Option<NaiveDate>,
    pub meeting_place: String,
    /// As exactly as it is stated.
    pub decided_on: PartialDate,
    /// Where that stands.
    pub source_url: String,
    pub source_note: String,
}

/// Why a step was not taken; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("no such decision")]
    NotFound,
    /// It has moved on, or does not stand so that this step can be taken: answered with 409.
    #[error("the decision has moved on")]
    Late(Message),
    /// Something that was typed does not do; the field and what is wrong with it.
    #[error("{0} does not do")]
    Wrong(&'static str, Message),
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Database(error) => error.into(),
            Trouble::NotFound => Problem::NotFound,
            Trouble::Late(message) | Trouble::Wrong(_, message) => Problem::Conflict(message),
        }
    }
}

pub type Step<T = ()> = std::result::Result<T, Trouble>;

/// A vote by a seat's own hand.
#[derive(Debug, Clone)]
pub struct Cast {
    pub seat: SeatId,
    pub vote: Vote,
    pub note: String,
    /// The vote that stood when the form was opened; somebody else of the same seat may have voted since.
    pub seen: Option<VoteId>,
}

/// How a seat has voted at a meeting; no vote: none is recorded.
#[derive(Debug, Clone)]
pub struct AtMeeting {
    pub seat: SeatId,
    pub vote: Option<Vote>,
    pub note: String,
}

/// What the Chair records.
#[derive(Debug, Clone)]
pub enum Conclusion {
    /// With the number that the Chair gives it, or else the next of the year.
    Taken {
        on: NaiveDate,
        number: Option<Number>,
        note: String,
    },
    NotTaken {
        on: NaiveDate,
        reasons: String,
    },
    ReferredBack {
        on: NaiveDate,
        reasons: String,
    },
}
