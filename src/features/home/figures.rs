//! What was counted, as one member sees it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

use super::waiting::Place;

/// As the database answers.
#[derive(Debug, Deserialize)]
pub struct Counted {
    pub counted_at: DateTime<Utc>,
    /// It was counted in this very transaction, which is to be committed.
    pub counted: bool,
    /// Something has changed since, and the process is too large to count it on the spot.
    pub due: bool,
    rows: Vec<(Uuid, String, String, i64)>,
    /// Names of the organisations among the keys.
    organisations: HashMap<String, String>,
}

/// Figures by where they were counted (process, pillar, beneficiary), dimension and key.
#[derive(Debug)]
pub struct Figures {
    pub counted_at: DateTime<Utc>,
    rows: HashMap<Uuid, HashMap<String, HashMap<String, i64>>>,
    organisations: HashMap<String, String>,
}

impl From<Counted> for Figures {
    fn from(counted: Counted) -> Self {
        let mut rows: HashMap<Uuid, HashMap<String, HashMap<String, i64>>> = HashMap::new();
        for (within, dimension, key, n) in counted.rows {
            rows.entry(within)
                .or_default()
                .entry(dimension)
                .or_default()
                .entry(key)
                .and_modify(|m| *m += n)
                .or_insert(n);
        }
        Self { counted_at: counted.counted_at, rows, organisations: counted.organisations }
    }
}

impl Figures {
    /// How many actions there are in this dimension, for dimensions that have one key.
    pub fn n(&self, within: Uuid, dimension: &str) -> i64 {
        self.of(within, dimension, "")
    }

    pub fn of(&self, within: Uuid, dimension: &str, key: &str) -> i64 {
        self.keys(within, dimension).and_then(|keys| keys.get(key)).copied().unwrap_or(0)
    }

    pub fn keys(&self, within: Uuid, dimension: &str) -> Option<&HashMap<String, i64>> {
        self.rows.get(&within).and_then(|d| d.get(dimension))
    }

    /// Where an organisation works.
    pub fn places(&self, organisation: Uuid) -> Vec<(Place, i64)> {
        let keys = self.keys(organisation, "place").into_iter().flatten();
        keys.filter_map(|(key, n)| {
            let (pillar, beneficiary) = key.split_once('/')?;
            Some((Place { organisation, pillar: pillar.parse().ok()?, beneficiary: beneficiary.parse().ok()? }, *n))
        })
        .collect()
    }

    /// Organisations of a dimension in alphabetical order, as (id, name, number); the key "" (none stated) is left out.
    pub fn organisations(&self, within: Uuid, dimension: &str) -> Vec<(&str, &str, i64)> {
        let mut found: Vec<(String, &str, &str, i64)> = self
            .keys(within, dimension)
            .into_iter()
            .flatten()
            .filter_map(|(id, n)| {
                let name = self.organisations.get(id)?;
                Some((crate::kernel::fold::fold(name), id.as_str(), name.as_str(), *n))
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, id, name, n)| (id, name, n)).collect()
    }
}
