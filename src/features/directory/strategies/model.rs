//! What a strategy says.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::kernel::date::PartialDate;
use crate::kernel::ids::{BeneficiaryId, ObjectiveId, StrategyId, ThemeId};
use crate::kernel::lists::closed_list;
use crate::kernel::page::Page;

closed_list! {
    /// Where a strategy stands.
    StrategyStatus {
        Prepared = "prepared", "strategy-status-prepared";
        InForce = "in_force", "strategy-status-in-force";
        Ended = "ended", "strategy-status-ended";
    }
}

impl StrategyStatus {
    /// The class of its badge.
    pub fn badge(self) -> &'static str {
        match self {
            Self::InForce => "ok",
            Self::Prepared | Self::Ended => "plain",
        }
    }
}

/// What the form of a strategy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub beneficiary: BeneficiaryId,
    pub title: String,
    pub own_language: Option<String>,
    pub own_title: String,
    pub starts: Option<PartialDate>,
    pub ends: Option<PartialDate>,
    pub status: Option<StrategyStatus>,
    pub url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Strategy {
    pub id: StrategyId,
    pub draft: Draft,
    pub retired_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// A theme of the process, as an objective names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ThemeRef {
    pub id: ThemeId,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Objective {
    pub id: ObjectiveId,
    pub strategy: StrategyId,
    /// Its number in the strategy, such as `2.1`; empty where it has none.
    pub code: String,
    pub title: String,
    pub codes: Vec<String>,
    pub themes: Vec<ThemeRef>,
    /// The keys of all themes that it leads to: those named, and those that share a purpose code.
    pub reached: Vec<String>,
    pub retired_at: Option<DateTime<Utc>>,
    pub version: i32,
}

impl Objective {
    /// Number and title.
    pub fn name(&self) -> String {
        format!("{} {}", self.code, self.title).trim().to_owned()
    }

    /// The list of actions of its themes for a beneficiary, as a query.
    pub fn actions_query(&self, beneficiary: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("beneficiary", beneficiary);
        for key in &self.reached {
            query.append_pair("theme", key);
        }
        query.finish()
    }
}

/// A strategy in a list.
#[derive(Debug, Clone)]
pub struct Brief {
    pub strategy: Strategy,
    /// Objectives in use.
    pub objectives: i64,
}

impl Draft {
    /// From when to when, in words; nothing where neither is stated.
    pub fn period(&self, p: &Page) -> String {
        match (&self.starts, &self.ends) {
            (None, None) => String::new(),
            (Some(from), Some(to)) => format!("{} – {}", p.date(from), p.date(to)),
            (Some(from), None) => p.t1("strategy-from", "date", p.date(from)),
            (None, Some(to)) => p.t1("directory-until", "date", p.date(to)),
        }
    }
}

/// The order of numbers as people read them: 2 before 10, 1.9 before 1.10, what has none last.
pub fn in_order(code: &str) -> (bool, Vec<(u64, String)>) {
    let parts = code.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    let key = |part: &str| {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let (number, rest) = part.split_at_checked(digits).unwrap_or(("", part));
        (number.parse().unwrap_or(u64::MAX), rest.to_lowercase())
    };
    (code.is_empty(), parts.map(key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_in_which_people_read_them() {
        let mut codes = ["", "10", "1.10", "2", "B", "1.9", "A.2", "1", "99999999999999999999999", "2a"];
        codes.sort_by_key(|code| in_order(code));
        assert_eq!(codes, ["1", "1.9", "1.10", "2", "2a", "10", "99999999999999999999999", "A.2", "B", ""]);
    }
}
