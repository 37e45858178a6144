//! The seed of the first process, as the finder sees it: for the list that is judged by hand.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::features::overlaps::engine::intern::hash;
use crate::features::overlaps::engine::{Amount, Finder, Kind, Party, Precision, Role, Subject, When};

#[derive(Debug, Deserialize)]
struct Seed {
    organisations: Vec<Organisation>,
    themes: Vec<Theme>,
    actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
struct Organisation {
    key: String,
    name: String,
    parent: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Theme {
    key: String,
    #[serde(default)]
    dac: Vec<Code>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

#[derive(Debug, Deserialize)]
struct Action {
    key: String,
    title: String,
    description: Option<String>,
    #[serde(default)]
    pillars: Vec<String>,
    #[serde(default)]
    themes: Vec<String>,
    theme_text: Option<String>,
    #[serde(default)]
    parties: Vec<ActionParty>,
    #[serde(default)]
    beneficiaries: Option<Vec<String>>,
    start: Dates,
    end: Dates,
    stated_total: Option<Total>,
    parent: Option<String>,
    parent_text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ActionParty {
    organisation: String,
    role: String,
}

#[derive(Debug, Deserialize)]
struct Dates {
    planned: Option<String>,
    actual: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Total {
    amount: String,
    currency: String,
}

/// A pair found at or above a likelihood.
#[derive(Debug, Clone)]
pub struct Found {
    pub titles: (String, String),
    pub keys: (String, String),
    pub likelihood: f32,
    pub same: f32,
    pub kind: Kind,
    pub why: String,
}

/// Every pair of the seed's actions at or above `least`, the likeliest first.
pub fn found(seed: &Path, least: f32) -> anyhow::Result<Vec<Found>> {
    let text = std::fs::read_to_string(seed).with_context(|| format!("reading {}", seed.display()))?;
    let seed: Seed = serde_json::from_str(&text)?;
    let mut finder = Finder::new();
    let id = |key: &str| u128::from(hash(key));
    for action in &seed.actions {
        finder.put(id(&action.key), &subject(action, &seed));
    }
    let by_id: HashMap<u128, &Action> = seed.actions.iter().map(|a| (id(&a.key), a)).collect();
    let mut found = Vec::new();
    for action in &seed.actions {
        for near in finder.near_id(id(&action.key), seed.actions.len()) {
            let Some(other) = by_id.get(&near.id) else { continue };
            if action.key < other.key && near.assessment.likelihood >= least {
                let why: Vec<String> = near
                    .assessment
                    .parts
                    .iter()
                    .take(5)
                    .map(|p| format!("{:?} {:+.1}", p.reason, p.contribution))
                    .collect();
                found.push(Found {
                    titles: (action.title.clone(), other.title.clone()),
                    keys: (action.key.clone(), other.key.clone()),
                    likelihood: near.assessment.likelihood,
                    same: near.assessment.same,
                    kind: near.assessment.kind,
                    why: why.join("; "),
                });
            }
        }
    }
    found.sort_by(|x, y| y.likelihood.total_cmp(&x.likelihood).then(x.keys.cmp(&y.keys)));
    Ok(found)
}

fn subject(action: &Action, seed: &Seed) -> Subject {
    let mut parties = Vec::new();
    for party in &action.parties {
        let role = match party.role.as_str() {
            "funding" => Role::Funder,
            "lead" => Role::Lead,
            "implementing" => Role::Implementer,
            _ => Role::Other,
        };
        let mut at = Some(party.organisation.as_str());
        while let Some(organisation) = at.and_then(|key| seed.organisations.iter().find(|o| o.key == key)) {
            let name = organisation.name.clone();
            parties.push(Party { key: Some(u128::from(hash(&organisation.key))), reference: None, name, role });
            at = organisation.parent.as_deref();
        }
    }
    let themes = seed.themes.iter().filter(|theme| action.themes.contains(&theme.key));
    Subject {
        titles: vec![action.title.clone()],
        texts: action.description.iter().chain(&action.theme_text).cloned().collect(),
        parties,
        beneficiaries: action.beneficiaries.clone().unwrap_or_default(),
        pillars: action.pillars.clone(),
        themes: action.themes.clone(),
        sectors: themes.flat_map(|theme| theme.dac.iter().map(|c| c.code.clone())).collect(),
        start: action.start.when(),
        end: action.end.when(),
        amounts: action
            .stated_total
            .iter()
            .filter_map(|t| Some(Amount { value: t.amount.parse().ok()?, currency: t.currency.clone() }))
            .collect(),
        parent: action.parent.as_deref().map(|key| u128::from(hash(key))),
        parent_title: action.parent_text.clone(),
        ..Subject::default()
    }
}

impl Dates {
    fn when(&self) -> Option<When> {
        let text = self.actual.as_deref().or(self.planned.as_deref())?;
        let (text, precision) = match text.len() {
            4 => (format!("{text}-01-01"), Precision::Year),
            7 => (format!("{text}-01"), Precision::Month),
            _ => (text.to_owned(), Precision::Day),
        };
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()?;
        Some(When { day, precision })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::overlaps::engine::CASE_THRESHOLD;

    /// The seed's asset recovery actions: UNODC (EU: money laundering and asset recovery), UNODC (UK:
    /// illicit flows), OSCE phase I, OSCE phase II, and OSCE's network, which is part of phase I.
    const FAMILY: [&str; 5] = ["a047", "a048", "a057", "a058", "a059"];

    #[test]
    fn every_pair_of_the_asset_recovery_family_is_found_and_named() {
        let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/seed/iisg.json");
        let found = found(Path::new(seed), CASE_THRESHOLD).unwrap();
        let kind = |a: &str, b: &str| found.iter().find(|f| f.keys.0 == a && f.keys.1 == b).map(|f| f.kind);
        for (at, a) in FAMILY.iter().enumerate() {
            for b in &FAMILY[at + 1..] {
                assert!(kind(a, b).is_some(), "{a} and {b} are not found");
            }
        }
        assert_eq!(kind("a057", "a058"), Some(Kind::Sequence), "phases");
        assert_eq!(kind("a057", "a059"), Some(Kind::PartOf), "the network is part of phase I");
        assert_eq!(kind("a047", "a048"), Some(Kind::Overlap), "two of one organisation, by two donors");
        assert_eq!(kind("a048", "a057"), Some(Kind::Overlap), "two organisations, one purpose");
        assert_eq!(kind("a001", "a002"), Some(Kind::Sequence), "one programme after the other");
        assert!(kind("a015", "a081").is_none(), "training and liaison prosecutors have little in common");
    }
}
