//! English stand-ins for words of other languages, so that a text meets its translation.
//!
//! Three means, in this order: the table learned from texts that the corpus has in two languages, the
//! parts of a compound (`Gesundheitsversorgung`), and an English word that begins the same way once
//! spelling habits are evened out (`demokrati`, `democracy`). A word without a stand-in stays as it is:
//! names, places and numbers meet by themselves.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::io::Read as _;
use std::sync::{Arc, LazyLock};

use flate2::read::GzDecoder;

use super::intern::{Passing, hash};
use super::text::{self, Word, stem};
use crate::kernel::fold::fold_tokens;

/// What the program ships: `measure::bilingual` makes it; see `docs/overlap.md`.
pub(super) static SHIPPED: &[u8] = include_bytes!("lexicon.tsv.gz");

static SHARED: LazyLock<Arc<Lexicon>> = LazyLock::new(|| Arc::new(Lexicon::read(SHIPPED).unwrap_or_default()));

/// A stand-in and how surely it is one, 0 to 1.
pub type Stand = (Box<str>, f32);

#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    /// By the hash of the foreign stem.
    table: HashMap<u64, Box<[Stand]>, BuildHasherDefault<Passing>>,
    /// English stems with the share of the corpus's activities that use them.
    english: HashMap<u64, f32, BuildHasherDefault<Passing>>,
    /// English stems in one spelling, sorted, each with the stem as it stands.
    alike: Vec<(Box<str>, Box<str>)>,
}

impl Lexicon {
    /// The shipped one, read once.
    pub fn shipped() -> Arc<Self> {
        SHARED.clone()
    }

    /// Reads gzipped lines: `=`, an English stem, its share in millionths; or a foreign stem and its
    /// stand-ins with their sureness in hundredths.
    pub fn read(packed: &[u8]) -> anyhow::Result<Self> {
        let mut text = String::new();
        GzDecoder::new(packed).read_to_string(&mut text)?;
        let (mut english, mut table) = (Vec::new(), Vec::new());
        for line in text.lines() {
            let mut cells = line.split('\t');
            let Some(first) = cells.next() else { continue };
            let cells: Vec<&str> = cells.collect();
            if first == "=" {
                if let [stem, share] = cells.as_slice() {
                    english.push(((*stem).to_owned(), share.parse::<f32>()? / 1e6));
                }
            } else {
                let stands = cells
                    .chunks_exact(2)
                    .map(|pair| Ok((pair[0].to_owned(), pair[1].parse::<f32>()? / 100.0)))
                    .collect::<anyhow::Result<Vec<_>>>()?;
                table.push((first.to_owned(), stands));
            }
        }
        Ok(Self::of(&english, &table))
    }

    /// From English stems with their shares, and foreign stems with their stand-ins.
    pub fn of(english: &[(String, f32)], table: &[(String, Vec<(String, f32)>)]) -> Self {
        let mut alike: Vec<(Box<str>, Box<str>)> = english
            .iter()
            .filter(|(stem, share)| {
                stem.len() >= 5 && *share > 0.000_25 && stem.bytes().all(|b| b.is_ascii_lowercase())
            })
            .map(|(stem, _)| (even(stem).into_boxed_str(), stem.clone().into_boxed_str()))
            .collect();
        alike.sort();
        Self {
            table: table
                .iter()
                .map(|(foreign, stands)| {
                    let stands = stands.iter().map(|(s, sure)| (s.clone().into_boxed_str(), *sure)).collect();
                    (hash(foreign), stands)
                })
                .collect(),
            english: english.iter().map(|(stem, share)| (hash(stem), *share)).collect(),
            alike,
        }
    }

    /// Share of the corpus's activities that use an English stem; none for one it does not know.
    pub fn share(&self, stem: &str) -> Option<f32> {
        self.english.get(&hash(stem)).copied()
    }

    /// The telling words of a text, each with how much it counts: an English text's own, another's
    /// stand-ins. Sentences are judged one by one: real descriptions change language midway.
    pub fn words(&self, text: &str) -> Vec<(Word, f32)> {
        let mut all = Vec::new();
        for sentence in text.split_inclusive(['.', '\n', ';', '!', '?']) {
            let tokens = fold_tokens(sentence);
            let foreign = is_foreign(&tokens);
            for token in tokens.into_iter().filter(|token| text::tells(token)) {
                let stem = stem(&token);
                let english =
                    foreign == Some(false) || (foreign.is_none() && self.share(&stem).is_some_and(|s| s > 0.000_2));
                let stands = if english { None } else { self.stands(&stem) };
                match stands {
                    None => all.push((Word { stem, shown: token }, 1.0)),
                    Some((stands, guessed)) => {
                        // what is guessed by its beginning may mean something else, so it is shown as it was written
                        let shown = |stem: &str| if guessed { token.clone() } else { stem.to_owned() };
                        all.extend(stands.into_iter().map(|(stem, sure)| (Word { shown: shown(&stem), stem }, sure)));
                    }
                }
            }
        }
        all
    }

    /// A word's stand-ins, and whether they are no more than guessed by its beginning.
    fn stands(&self, foreign: &str) -> Option<(Vec<(String, f32)>, bool)> {
        if foreign.len() < 3 || foreign.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let learned = self.learned(foreign).or_else(|| self.compound(foreign)).map(|stands| (stands, false));
        learned.or_else(|| self.cognate(foreign).map(|stands| (stands, true)))
    }

    fn learned(&self, foreign: &str) -> Option<Vec<(String, f32)>> {
        let stands = self.table.get(&hash(foreign))?;
        Some(stands.iter().map(|(stem, sure)| (stem.to_string(), *sure)).collect())
    }

    /// Two known words in one, with or without a joint (`s`, `n`, `es`, `en`).
    fn compound(&self, foreign: &str) -> Option<Vec<(String, f32)>> {
        if foreign.len() < 9 || !foreign.is_ascii() {
            return None;
        }
        let known = |part: &str| self.learned(&stem(part)).or_else(|| self.learned(part));
        (4..=foreign.len() - 4)
            .filter_map(|at| {
                let (head, tail) = (foreign.get(..at)?, foreign.get(at..)?);
                let joint =
                    ["es", "en", "s", "n"].iter().filter_map(|joint| head.strip_suffix(joint)).find(|h| h.len() >= 4);
                let first = known(head).or_else(|| joint.and_then(known))?;
                let second = known(tail).or_else(|| self.cognate(tail))?;
                // The longer the shorter part, the likelier the cut.
                Some((at.min(foreign.len() - at), first, second))
            })
            .max_by_key(|(least, ..)| *least)
            .map(|(_, mut first, second)| {
                first.extend(second);
                first
            })
    }

    /// The English word with the longest beginning in common, if that is nearly all of it.
    fn cognate(&self, foreign: &str) -> Option<Vec<(String, f32)>> {
        let even = even(foreign);
        if even.len() < 5 {
            return None;
        }
        let at = self.alike.partition_point(|(alike, _)| alike.as_ref() < even.as_str());
        let common = |other: &str| even.bytes().zip(other.bytes()).take_while(|(x, y)| x == y).count();
        [at.checked_sub(1), Some(at)]
            .into_iter()
            .flatten()
            .filter_map(|at| self.alike.get(at))
            .map(|(alike, stem)| (common(alike), alike.len(), stem))
            .filter(|(common, length, _)| *common >= 5 && common * 10 >= 7 * (*length).max(even.len()))
            .max_by_key(|(common, length, _)| (*common, std::cmp::Reverse(*length)))
            .map(|(_, _, stem)| vec![(stem.to_string(), 0.8)])
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Bytes that one copy holds; all indexes of a server share it.
    pub fn bytes(&self) -> usize {
        let stands: usize =
            self.table.values().map(|stands| 24 + stands.iter().map(|(s, _)| 32 + s.len()).sum::<usize>()).sum();
        let alike: usize = self.alike.iter().map(|(a, b)| 64 + a.len() + b.len()).sum();
        stands + alike + self.table.capacity() * 8 / 7 * 25 + self.english.capacity() * 8 / 7 * 13
    }
}

/// One spelling for the habits of several languages.
fn even(stem: &str) -> String {
    let mut even = stem.to_owned();
    for (habit, plain) in [
        ("ph", "f"),
        ("th", "t"),
        ("sch", "sh"),
        ("qu", "k"),
        ("ce", "se"),
        ("ci", "si"),
        ("cy", "si"),
        ("ck", "k"),
        ("c", "k"),
        ("z", "s"),
        ("y", "i"),
        ("w", "v"),
        ("x", "ks"),
        ("j", "i"),
    ] {
        even = even.replace(habit, plain);
    }
    let mut plain = String::with_capacity(even.len());
    for c in even.chars() {
        if !plain.ends_with(c) {
            plain.push(c);
        }
    }
    plain
}

/// Whether a sentence is in another language than English, by its little words; none if it has none.
fn is_foreign(tokens: &[String]) -> Option<bool> {
    let count = |list: &[&str]| tokens.iter().filter(|token| list.binary_search(&token.as_str()).is_ok()).count();
    let (english, foreign) = (count(ENGLISH), count(FOREIGN));
    if english + foreign == 0 { None } else { Some(foreign > english) }
}

/// Sorted.
static ENGLISH: &[&str] = &[
    "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "is", "of", "on", "or", "that", "the", "their",
    "this", "through", "to", "was", "which", "will", "with",
];

/// Sorted; folded, and none of them English.
static FOREIGN: &[&str] = &[
    "aan", "aber", "att", "auf", "aus", "av", "avec", "che", "con", "da", "dans", "das", "de", "degli", "dei", "del",
    "della", "delle", "den", "der", "des", "det", "di", "die", "dla", "du", "e", "ein", "eine", "einer", "el", "en",
    "est", "et", "ett", "fur", "gli", "het", "i", "il", "im", "ist", "ja", "je", "kroz", "la", "las", "le", "les",
    "los", "med", "mit", "na", "nel", "nga", "och", "om", "par", "para", "pentru", "per", "po", "pour", "que", "qui",
    "se", "som", "sur", "te", "till", "u", "una", "und", "une", "van", "voor", "von", "za", "zu", "zum", "zur",
];
