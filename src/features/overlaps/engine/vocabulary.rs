//! The words of a process, how many actions use each, and what a word is worth.

use std::sync::LazyLock;

use super::intern::{Interner, push};

/// So many imagined actions with the corpus's share of a word are added to the process's own: in a
/// process of 80 actions its own counts alone would make every rare word equal.
const IMAGINED: f32 = 200.0;
/// The share of actions that use a word of which nothing is known.
const UNKNOWN_SHARE: f32 = 0.000_03;

/// The shares that `known` tells.
static SHARES: LazyLock<[f32; 256]> = LazyLock::new(|| std::array::from_fn(|rarity| (-(rarity as f32) / 16.0).exp()));

#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    words: Interner,
    /// Actions that use the word.
    used: Vec<u32>,
    /// Share of the corpus's actions that use it: minus its natural logarithm in sixteenths.
    known: Vec<u8>,
    actions: u32,
}

impl Vocabulary {
    /// The term's number, a new one if it has none; `share` is asked only then.
    pub fn intern(&mut self, key: &str, shown: &str, share: impl Fn() -> Option<f32>) -> u32 {
        let number = self.words.intern(key, shown);
        if number as usize == self.used.len() {
            push(&mut self.used, 0);
            let rarity = -share().unwrap_or(UNKNOWN_SHARE).clamp(1e-6, 1.0).ln();
            push(&mut self.known, (rarity * 16.0).min(255.0) as u8);
        }
        number
    }

    pub fn find(&self, key: &str) -> Option<u32> {
        self.words.find(key)
    }

    pub fn shown(&self, number: u32) -> &str {
        self.words.text(number)
    }

    pub fn len(&self) -> usize {
        self.used.len()
    }

    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    /// Actions that use the term.
    pub fn used(&self, number: u32) -> u32 {
        self.used.get(number as usize).copied().unwrap_or_default()
    }

    pub fn actions(&self) -> u32 {
        self.actions
    }

    pub fn add(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.actions += 1;
        for number in numbers {
            if let Some(used) = self.used.get_mut(number as usize) {
                *used += 1;
            }
        }
    }

    pub fn take(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.actions = self.actions.saturating_sub(1);
        for number in numbers {
            if let Some(used) = self.used.get_mut(number as usize) {
                *used = used.saturating_sub(1);
            }
        }
    }

    /// How telling a term is: minus the natural logarithm of the share of actions that use it. 0 for
    /// one that all use, about 10 for one that hardly any does.
    pub fn worth(&self, number: u32) -> f32 {
        let at = number as usize;
        let used = self.used.get(at).copied().unwrap_or_default();
        let known =
            self.known.get(at).map_or(UNKNOWN_SHARE, |rarity| SHARES.get(*rarity as usize).copied().unwrap_or(0.0));
        let share = (used as f32 + IMAGINED * known) / (self.actions as f32 + IMAGINED);
        -share.clamp(1e-6, 1.0).ln()
    }

    pub fn bytes(&self) -> usize {
        self.words.bytes() + self.used.capacity() * 4 + self.known.capacity()
    }
}
