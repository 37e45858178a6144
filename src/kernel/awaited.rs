//! What waits for a reader, as their home lists it.

use chrono::NaiveDate;

/// One thing that somebody is waited for to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// What is to be done, in the reader's words.
    pub text: String,
    /// The address where it is done.
    pub link: String,
    /// The last day for it.
    pub by: Option<NaiveDate>,
}
