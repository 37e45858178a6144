//! The closed lists of being told.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::kernel::lists::closed_list;
use crate::kernel::permit::Role;

closed_list! {
    /// What notices are about; each person chooses for each how to be told.
    Topic {
        /// A plan's steps: opened, agreed, adopted, referred back.
        Steps = "steps", "notices-topic-steps";
        /// A consultation, a vote or a lead asks you.
        Asks = "asks", "notices-topic-asks";
        Remarks = "remarks", "notices-topic-remarks";
        /// For leads: what came in.
        Positions = "positions", "notices-topic-positions";
        Decisions = "decisions", "notices-topic-decisions";
        Deadlines = "deadlines", "notices-topic-deadlines";
        /// Suggestions and remarks on own actions, and what was reported of them.
        Actions = "actions", "notices-topic-actions";
        Documents = "documents", "notices-topic-documents";
        /// Needs that were submitted, responses to them, how far they are covered.
        Needs = "needs", "notices-topic-needs";
        /// For those who decide on them: requests for access.
        Requests = "requests", "notices-topic-requests";
        /// Coordination questions about own actions.
        Overlaps = "overlaps", "notices-topic-overlaps";
        /// Meetings one is invited to: called, moved, cancelled, recorded.
        Meetings = "meetings", "notices-topic-meetings";
    }
}

impl Topic {
    /// How somebody is told who has not chosen: at once where they are waited for, else in the letter of the day.
    pub fn by_default(self) -> How {
        match self {
            Topic::Asks | Topic::Deadlines | Topic::Requests | Topic::Meetings => How::AtOnce,
            _ => How::Digest,
        }
    }

    /// The Fluent key of what it is, in a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Topic::Steps => "notices-topic-steps-hint",
            Topic::Asks => "notices-topic-asks-hint",
            Topic::Remarks => "notices-topic-remarks-hint",
            Topic::Positions => "notices-topic-positions-hint",
            Topic::Decisions => "notices-topic-decisions-hint",
            Topic::Deadlines => "notices-topic-deadlines-hint",
            Topic::Actions => "notices-topic-actions-hint",
            Topic::Documents => "notices-topic-documents-hint",
            Topic::Needs => "notices-topic-needs-hint",
            Topic::Requests => "notices-topic-requests-hint",
            Topic::Overlaps => "notices-topic-overlaps-hint",
            Topic::Meetings => "notices-topic-meetings-hint",
        }
    }
}

closed_list! {
    /// How somebody is told, besides in the portal.
    How {
        AtOnce = "at_once", "notices-how-at-once";
        Digest = "digest", "notices-how-digest";
        None = "none", "notices-how-none";
    }
}

closed_list! {
    /// Of an organisation's or a beneficiary's members, those alone who carry a mark.
    Mark {
        SpeaksFor = "speaks", "directory-speaks";
        Votes = "votes", "directory-votes";
        FocalPoint = "focal", "directory-focal-point";
    }
}

/// What a notice speaks of: names as they were, never markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    /// Chooses a plural form.
    Number(i64),
    Text(String),
    /// Written as the reader's language does.
    Day {
        day: NaiveDate,
    },
    /// A text of ours, by its Fluent key.
    Said {
        said: String,
    },
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Arg::Text(text.to_owned())
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Arg::Text(text.clone())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Arg::Text(text)
    }
}
impl From<i64> for Arg {
    fn from(n: i64) -> Self {
        Arg::Number(n)
    }
}
impl From<NaiveDate> for Arg {
    fn from(day: NaiveDate) -> Self {
        Arg::Day { day }
    }
}

/// Who did something; of who has left, only whose member they were is told.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub name: Option<String>,
    pub of: Option<String>,
    pub role: Role,
}

/// How many days ahead somebody is told of a day, for the number of days that are left. A morning that was missed is made
/// up for on the next, except on the day itself.
pub fn warning(days_left: i64) -> Option<i64> {
    match days_left {
        0 => Some(0),
        1..=2 => Some(2),
        6..=7 => Some(7),
        _ => None,
    }
}

/// The same after the day, for what stays open until somebody says that it is done: the number is below nought. A morning that was
/// missed is made up for on the next.
pub fn reminder(days_left: i64) -> Option<i64> {
    match days_left {
        -2..=-1 => Some(-1),
        -8..=-7 => Some(-7),
        -29..=-28 => Some(-28),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_a_day_a_week_and_four_weeks_after() {
        let told: Vec<_> = (-40..10).map(reminder).collect();
        let of = |n: i64| told.iter().filter(|w| **w == Some(n)).count();
        assert_eq!((of(-1), of(-7), of(-28)), (2, 2, 2));
        assert_eq!(told.iter().flatten().count(), 6);
    }

    #[test]
    fn warnings_come_a_week_ahead_two_days_ahead_and_on_the_day() {
        let told: Vec<_> = (-2..10).map(warning).collect();
        let of = |n: i64| told.iter().filter(|w| **w == Some(n)).count();
        assert_eq!((of(7), of(2), of(0)), (2, 2, 1));
        assert_eq!(warning(-1), None);
        assert_eq!(warning(5), None);
    }

    #[test]
    fn an_argument_comes_back_as_it_was() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        for arg in [Arg::from("<b>"), Arg::from(3), Arg::from(day), Arg::Said { said: "x".into() }] {
            let json = serde_json::to_string(&arg).unwrap();
            assert_eq!(serde_json::from_str::<Arg>(&json).unwrap(), arg, "{json}");
        }
    }
}
