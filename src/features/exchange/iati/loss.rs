//! What an incoming file says that could not be taken as it is, each with where and what.

use super::values::Kind;

/// Longer quotations are cut: they are there to be found again.
const QUOTED: usize = 80;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub line: u32,
    /// The way to it from the activity: `transaction/value`, `sector/@code`.
    pub element: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    // taken, with a change that loses nothing
    /// The value was put in the schema's form.
    Mended {
        from: String,
        to: String,
    },
    /// Children stood in another order.
    Order,
    /// A text that stood there without its `narrative`.
    Unwrapped,
    /// An attribute that can have one value only was left out.
    Filled {
        value: String,
    },
    // left out
    Unknown,
    UnknownAttribute {
        value: String,
    },
    /// Has no form that the schema knows.
    Value {
        value: String,
        kind: Kind,
    },
    /// A text where none may be.
    Text {
        text: String,
    },
    TooMany,
    /// The element was left out, since it lacks what it cannot be without.
    Lacks {
        part: String,
    },
    // missing of the activity itself, which stays
    Missing,
    // of the whole activity
    TooLarge,
    TooDeep,
    NotAnActivity,
    /// So many more than are listed.
    More {
        count: usize,
    },
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing was lost.
    Mended,
    /// Something was left out.
    Lost,
    /// The activity is not complete, or was left out.
    Wrong,
}

impl What {
    pub fn severity(&self) -> Severity {
        match self {
            What::Mended { .. } | What::Order | What::Unwrapped | What::Filled { .. } => Severity::Mended,
            What::Unknown
            | What::UnknownAttribute { .. }
            | What::Value { .. }
            | What::Text { .. }
            | What::TooMany
            | What::Lacks { .. }
            | What::More { .. } => Severity::Lost,
            What::Missing | What::TooLarge | What::TooDeep | What::NotAnActivity => Severity::Wrong,
        }
    }
}

/// A quotation for a message.
pub fn quote(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
