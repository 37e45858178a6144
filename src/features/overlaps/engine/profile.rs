//! A subject made small: what the index keeps of an action (about a kilobyte) and what pairs are
//! compared by.

use std::num::NonZeroI32;

use chrono::{Datelike, NaiveDate};

use super::intern::Interner;
use super::lexicon::Lexicon;
use super::subject::{Link, Party, Precision, Role, Subject, When};
use super::text;
use super::vocabulary::Vocabulary;
use crate::kernel::fold::fold;

/// At most so many words of an action are kept, its title's first: long descriptions repeat themselves.
const MOST_WORDS: usize = 150;
/// At most so many identifiers, parties or amounts each.
const MOST_MARKS: usize = 48;

#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Term number (24 bits) · in the title (1 bit) · weight (7 bits, eighths; 0: no word of the text
    /// but a handle by which it is found). By number.
    pub terms: Box<[u32]>,
    /// Folded titles, one a line.
    pub titles: Box<str>,
    /// Tagged numbers, see [`Mark`]. Sorted.
    pub marks: Box<[u32]>,
    pub amounts: Box<[(f32, [u8; 4])]>,
    pub start: Option<Day>,
    pub end: Option<Day>,
    pub parent: Option<Box<u128>>,
}

/// A date in four bytes: days since 1970 times eight, and how precisely they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(NonZeroI32);

impl Day {
    fn of(when: When) -> Self {
        let epoch = NaiveDate::default();
        let first = i32::try_from((when.day - epoch).num_days()).unwrap_or_default();
        // Never 0, so that no date needs no room of its own: the lowest bit is always set.
        let precision = match when.precision {
            Precision::Day => 0,
            Precision::Month => 1,
            Precision::Year => 2,
        };
        Self(NonZeroI32::new(first.clamp(-90_000, 90_000) * 8 + precision * 2 + 1).unwrap_or(NonZeroI32::MIN))
    }

    /// The first day it may mean.
    pub fn first(self) -> i32 {
        self.0.get() >> 3
    }

    pub fn precision(self) -> Precision {
        match self.0.get() >> 1 & 3 {
            0 => Precision::Day,
            1 => Precision::Month,
            _ => Precision::Year,
        }
    }

    /// The last day it may mean.
    pub fn last(self) -> i32 {
        self.first()
            + match self.precision() {
                Precision::Day => 0,
                Precision::Month => 30,
                Precision::Year => 364,
            }
    }
}

/// What a mark tells; four bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Beneficiary = 1,
    Excluded,
    Pillar,
    Theme,
    /// Five digits.
    Purpose,
    /// The first three of them.
    SectorGroup,
    Organisation,
    OwnIdentifier,
    NamedIdentifier,
    /// A number of a phase, edition or call in the title; the value is the number itself.
    Phase,
    Acronym,
    /// The end of an identifier of its own, or a code in its text.
    Code,
}

impl Mark {
    /// Tag (4 bits) · detail such as the role (4 bits) · number (24 bits).
    pub fn pack(self, detail: u8, number: u32) -> u32 {
        (self as u32) << 28 | u32::from(detail & 15) << 24 | (number & 0x00ff_ffff)
    }
}

impl Profile {
    /// Details and numbers of the marks of one kind.
    pub fn marks(&self, kind: Mark) -> impl Iterator<Item = (u8, u32)> + '_ {
        let tag = kind as u32;
        let from = self.marks.partition_point(|mark| mark >> 28 < tag);
        self.marks
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |mark| *mark >> 28 == tag)
            .map(|mark| ((mark >> 24 & 15) as u8, mark & 0x00ff_ffff))
    }

    pub fn has(&self, kind: Mark) -> bool {
        self.marks(kind).next().is_some()
    }

    /// The numbers of the names it bears, each once.
    pub fn names(&self) -> Vec<u32> {
        let mut names: Vec<u32> =
            self.marks.iter().filter(|mark| *mark >> 28 != Mark::Phase as u32).map(|mark| mark & 0x00ff_ffff).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Bytes held outside the struct itself, allocator's overhead included.
    pub fn heap_bytes(&self) -> usize {
        let block = |bytes: usize| if bytes == 0 { 0 } else { bytes.div_ceil(16) * 16 + 8 };
        block(self.terms.len() * 4)
            + block(self.titles.len())
            + block(self.marks.len() * 4)
            + block(self.amounts.len() * 8)
    }
}

/// Makes the profile of a subject. With `Names::Given` new words and names get numbers; a subject
/// that is only asked about must not grow the index, so it passes a copy-free reader.
pub fn profile(subject: &Subject, lexicon: &Lexicon, names: &mut impl Numbers) -> Profile {
    let mut terms = Terms::default();
    for title in &subject.titles {
        for (word, share) in lexicon.words(title) {
            terms.word(names.term(&word.stem, &word.shown), true, share);
        }
    }
    for text in subject.texts.iter().chain(&subject.parent_title) {
        if terms.len() >= MOST_WORDS {
            break;
        }
        for (word, share) in lexicon.words(text) {
            if terms.len() >= MOST_WORDS {
                break;
            }
            terms.word(names.term(&word.stem, &word.shown), false, share);
        }
    }
    let mut marks = Vec::new();
    let mut put = |kind: Mark, detail: u8, number: Option<u32>| {
        if let Some(number) = number {
            marks.push(kind.pack(detail, number));
        }
    };
    for code in &subject.beneficiaries {
        put(Mark::Beneficiary, 0, names.name(&format!("b:{}", code.to_uppercase()), code));
    }
    for code in &subject.excluded {
        put(Mark::Excluded, 0, names.name(&format!("b:{}", code.to_uppercase()), code));
    }
    for pillar in &subject.pillars {
        put(Mark::Pillar, 0, names.name(&format!("p:{pillar}"), pillar));
    }
    for theme in &subject.themes {
        put(Mark::Theme, 0, names.name(&format!("t:{theme}"), theme));
    }
    for code in &subject.sectors {
        if code.len() >= 5 {
            put(Mark::Purpose, 0, names.name(&format!("s:{code}"), code));
        }
        if let Some(group) = code.get(..3) {
            put(Mark::SectorGroup, 0, names.name(&format!("s:{group}"), group));
        }
    }
    for party in subject.parties.iter().take(MOST_MARKS) {
        for key in party_keys(party) {
            put(Mark::Organisation, role_code(party.role), names.name(&format!("o:{key}"), &party.name));
        }
    }
    for identifier in subject.identifiers.iter().take(MOST_MARKS) {
        let key = identifier_key(identifier);
        put(Mark::OwnIdentifier, 0, names.name(&format!("i:{key}"), identifier));
        terms.handle(names.term(&format!("#{key}"), ""));
        for code in text::endings(identifier) {
            put(Mark::Code, 0, names.name(&format!("c:{code}"), ""));
        }
    }
    let mut codes: Vec<String> = subject.titles.iter().chain(&subject.texts).flat_map(|t| text::codes(t)).collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes.into_iter().take(4) {
        put(Mark::Code, 1, names.name(&format!("c:{code}"), ""));
    }
    for named in subject.named.iter().take(MOST_MARKS) {
        let key = identifier_key(&named.identifier);
        put(Mark::NamedIdentifier, link_code(named.how), names.name(&format!("i:{key}"), &named.identifier));
        terms.handle(names.term(&format!("#{key}"), ""));
    }
    for title in &subject.titles {
        for acronym in text::acronyms(title) {
            put(Mark::Acronym, 0, names.name(&format!("a:{}", acronym.to_lowercase()), &acronym));
        }
        for count in text::counts(title) {
            match count {
                text::Count::Phase(number) => put(Mark::Phase, 1, Some(number)),
                text::Count::Year(year) => put(Mark::Phase, 2, Some(year)),
            }
        }
    }
    if subject.texts.iter().any(|text| text::follows(text)) {
        put(Mark::Phase, 3, Some(1));
    }
    marks.sort_unstable();
    marks.dedup();
    let mut amounts: Vec<(f32, [u8; 4])> = Vec::new();
    for amount in subject.amounts.iter().filter(|amount| amount.value.is_finite() && amount.value > 0.0).take(12) {
        let mut currency = [0_u8; 4];
        for (to, from) in currency.iter_mut().zip(amount.currency.bytes()) {
            *to = from.to_ascii_uppercase();
        }
        #[allow(clippy::cast_possible_truncation)]
        let value = amount.value as f32;
        if !amounts.contains(&(value, currency)) {
            amounts.push((value, currency));
            terms.handle(names.term(&format!("${}:{}", amount.currency, rounded(amount.value)), ""));
        }
    }
    if let Some(start) = subject.start {
        for code in &subject.beneficiaries {
            terms.handle(names.term(&format!("@{code}:{}-{}", start.day.year(), start.day.month()), ""));
        }
    }
    let mut titles: Vec<String> = subject.titles.iter().map(|title| fold(title)).filter(|t| !t.is_empty()).collect();
    titles.dedup();
    Profile {
        terms: terms.packed(),
        titles: titles.join("\n").into_boxed_str(),
        marks: marks.into_boxed_slice(),
        amounts: amounts.into_boxed_slice(),
        start: subject.start.map(Day::of),
        end: subject.end.map(Day::of),
        parent: subject.parent.map(Box::new),
    }
}

/// An amount to three figures, so that 2,806,403 and 2,810,000 meet.
fn rounded(value: f64) -> String {
    format!("{value:.2e}")
}

/// An identifier as it is compared: capitals, letters and digits alone.
pub fn identifier_key(identifier: &str) -> String {
    identifier.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// By what an organisation is recognised: its key in the process, its reference, its folded name, the
/// name without what stands in brackets, and what stands there ("Germany (BMZ)": three names).
fn party_keys(party: &Party) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(key) = party.key {
        keys.push(format!("{key:x}"));
    }
    if let Some(reference) = party.reference.as_deref().map(str::trim).filter(|r| !r.is_empty()) {
        let reference = identifier_key(reference);
        keys.push(reference.strip_prefix("XMDAC").unwrap_or(&reference).to_owned());
    }
    let (before, inside) = party.name.split_once('(').unwrap_or((&party.name, ""));
    let inside = inside.split([')', ',', ';']).next().unwrap_or_default();
    for name in [&party.name, before, inside] {
        let name = fold(name);
        if name.len() > 2 && !keys.contains(&name) {
            keys.push(name);
        }
    }
    keys
}

fn role_code(role: Role) -> u8 {
    role as u8
}

/// The role of a packed mark.
pub fn role_of(code: u8) -> Role {
    [Role::Funder, Role::Lead, Role::Extending, Role::Implementer, Role::Reporter]
        .into_iter()
        .find(|role| *role as u8 == code)
        .unwrap_or(Role::Other)
}

fn link_code(link: Link) -> u8 {
    link as u8
}

/// The link of a packed mark.
pub fn link_of(code: u8) -> Link {
    [Link::Parent, Link::Child, Link::Sibling, Link::Funding, Link::Receiving, Link::SameElsewhere]
        .into_iter()
        .find(|link| *link as u8 == code)
        .unwrap_or(Link::Text)
}

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

/// Only looks up, so that a question leaves no trace; what is new gets a passing number that meets nothing.
pub struct Asked<'a> {
    pub vocabulary: &'a Vocabulary,
    pub names: &'a Vocabulary,
    pub passing: Interner,
}

/// Passing numbers count down from here.
const LAST: u32 = 0x00ff_ffff;

impl Numbers for Asked<'_> {
    fn term(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.vocabulary.find(key).unwrap_or_else(|| LAST.saturating_sub(self.passing.intern(key, shown))))
    }
    fn name(&mut self, key: &str, shown: &str) -> Option<u32> {
        Some(self.names.find(key).unwrap_or_else(|| LAST.saturating_sub(self.passing.intern(key, shown))))
    }
}

#[derive(Default)]
struct Terms {
    /// Number, in the title, count.
    seen: Vec<(u32, bool, f32)>,
    at: std::collections::HashMap<u32, usize>,
}

impl Terms {
    fn len(&self) -> usize {
        self.seen.len()
    }

    fn word(&mut self, number: Option<u32>, title: bool, share: f32) {
        let Some(number) = number else { return };
        let at = *self.at.entry(number).or_insert_with(|| {
            self.seen.push((number, title, 0.0));
            self.seen.len() - 1
        });
        if let Some(seen) = self.seen.get_mut(at) {
            seen.2 += share;
        }
    }

    fn handle(&mut self, number: Option<u32>) {
        let Some(number) = number else { return };
        if let std::collections::hash_map::Entry::Vacant(place) = self.at.entry(number) {
            place.insert(self.seen.len());
            self.seen.push((number, false, 0.0));
        }
    }

    fn packed(self) -> Box<[u32]> {
        let mut packed: Vec<u32> = self
            .seen
            .into_iter()
            .map(|(number, title, count)| {
                // 1 + ln(count), in eighths; a word of the title counts double.
                let weight = if count <= 0.0 {
                    0
                } else if count < 1.0 {
                    (count * 8.0).max(1.0) as u32
                } else {
                    (8.0 * (1.0 + count.ln())).min(31.0) as u32
                };
                let weight = if title { weight * 2 } else { weight };
                number << 8 | u32::from(title) << 7 | weight
            })
            .collect();
        packed.sort_unstable();
        packed.into_boxed_slice()
    }
}
