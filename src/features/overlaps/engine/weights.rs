//! The learned weights: one readable file.

use serde::{Deserialize, Serialize};

use super::evidence::Feature;

/// The weights as they stand in `weights.json`, made by `concert overlap learn`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weights {
    /// What the file is and how it was made.
    pub about: String,
    /// SHA-256 of the pairs that the weights were learned from: the measure tells by it whether its
    /// pairs have been seen. Empty for weights set by hand.
    pub learned_from: String,
    /// Log-odds without any evidence.
    pub bias: Pair,
    pub weights: Vec<Weight>,
    #[serde(skip)]
    dense: Vec<Pair>,
}

/// A weight for each of the two questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// For "do they overlap or belong together at all".
    pub any: f32,
    /// For "are they one action entered twice".
    pub same: f32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Weight {
    pub feature: String,
    pub about: String,
    #[serde(flatten)]
    pub weight: Pair,
}

/// The weights that the program ships.
pub const SHIPPED: &str = include_str!("weights.json");

impl Weights {
    /// From the readable file. Weights for unknown features are refused, missing ones are 0.
    pub fn read(json: &str) -> anyhow::Result<Self> {
        let mut read: Self = serde_json::from_str(json)?;
        let mut dense = vec![Pair::default(); Feature::ALL.len()];
        for weight in &read.weights {
            let feature = Feature::ALL
                .iter()
                .find(|f| f.name() == weight.feature)
                .ok_or_else(|| anyhow::anyhow!("weights for {}, which is not measured", weight.feature))?;
            if let Some(place) = dense.get_mut(*feature as usize) {
                *place = weight.weight;
            }
        }
        read.dense = dense;
        Ok(read)
    }

    /// From learned numbers, one a feature in the order of [`Feature::ALL`].
    pub fn of(about: String, learned_from: String, bias: Pair, dense: Vec<Pair>) -> Self {
        let weights = Feature::ALL
            .iter()
            .zip(&dense)
            .map(|(f, weight)| Weight { feature: f.name().to_owned(), about: f.about().to_owned(), weight: *weight })
            .collect();
        Self { about, learned_from, bias, weights, dense }
    }

    pub fn get(&self, feature: Feature) -> Pair {
        self.dense.get(feature as usize).copied().unwrap_or_default()
    }

    /// The file's text.
    pub fn write(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
