//! Where words and names get their numbers: new ones for what is put into the index, none for what is
//! only asked about.

use super::intern::Interner;
use super::lexicon::Lexicon;
use super::vocabulary::Vocabulary;

/// Where terms and names get their numbers.
pub trait Numbers {
    fn term(&mut self, key: &str, shown: &str) -> Option<u32>;
    fn name(&mut self, key: &str, shown: &str) -> Option<u32>;
}

/// Gives new numbers: for what is put into the index.
pub struct Given<'a> {
    pub vocabulary: &'a mut Vocabulary,
    pub names: &'a mut Vocabulary,
    pub lexicon: &'a Lexicon,
}

impl Numbers for Given<'_> {
    fn term(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.vocabulary.intern(key, shown, || self.lexicon.share(key)))
    }
    fn name(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.names.intern(key, shown, || None))
    }
}

/// Only looks up, so that a question leaves no trace; what is new gets a passing number that meets nothing in
/// the index. Two that are held against one another are asked of the same one: of two, each would number its
/// own new words from the same end, and the first of the one would meet the first of the other, whatever they
/// are.
pub struct Asked<'a> {
    pub vocabulary: &'a Vocabulary,
    pub names: &'a Vocabulary,
    pub passing: Interner,
}

/// Passing numbers count down from here.
const LAST: u32 = 0x00ff_ffff;

impl Asked<'_> {
    /// What is shown for a term, known or passing.
    pub fn shown(&self, number: u32) -> &str {
        let known = self.vocabulary.shown(number);
        if known.is_empty() { self.passing.text(LAST.saturating_sub(number)) } else { known }
    }
}

impl Numbers for Asked<'_> {
    fn term(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.vocabulary.find(key).unwrap_or_else(|| LAST.saturating_sub(self.passing.intern(key, shown))))
    }
    fn name(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.names.find(key).unwrap_or_else(|| LAST.saturating_sub(self.passing.intern(key, shown))))
    }
}
