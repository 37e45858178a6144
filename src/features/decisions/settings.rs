//! How the Board of a process decides, as the process has set it. The real rule of a process may be unknown: nothing
//! is assumed where nothing is set, and a decision cannot be opened without a rule.

use serde::{Deserialize, Serialize};

use super::model::{Procedure, Quorum, Rule};
use crate::kernel::ids::OrganisationId;

/// Its place in the settings of a process.
const KEY: &str = "board";

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardSettings {
    /// The organisation that has the seat beside the beneficiaries'; none: the beneficiaries alone.
    pub commission: Option<OrganisationId>,
    pub rule: Option<Rule>,
    pub quorum: Option<Quorum>,
    /// What a new decision is offered first.
    pub procedure: Option<Procedure>,
    /// How many days a written or silence procedure runs where nothing else is said.
    pub term_days: Option<u16>,
}

impl BoardSettings {
    /// From a process's settings; what cannot be read is not set.
    pub fn of(settings: &serde_json::Value) -> Self {
        settings.get(KEY).cloned().and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default()
    }

    /// Puts itself into a process's settings, leaving the others as they are.
    pub fn put(&self, settings: &mut serde_json::Value) {
        if !settings.is_object() {
            *settings = serde_json::json!({});
        }
        if let (Some(all), Ok(own)) = (settings.as_object_mut(), serde_json::to_value(self)) {
            all.insert(KEY.to_owned(), own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read_again_beside_others() {
        let mut settings = serde_json::json!({ "other": 1 });
        let own = BoardSettings {
            rule: Some(Rule::TwoThirds),
            quorum: Quorum::parse("2/3"),
            procedure: Some(Procedure::Written),
            term_days: Some(14),
            commission: None,
        };
        own.put(&mut settings);
        assert_eq!(BoardSettings::of(&settings), own);
        assert_eq!(settings["other"], 1);
        assert_eq!(BoardSettings::of(&serde_json::json!({})), BoardSettings::default());
        assert_eq!(BoardSettings::of(&serde_json::json!({ "board": { "rule": "odd" } })), BoardSettings::default());
    }
}
