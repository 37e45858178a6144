//! The index of one process: candidates by shared words and handles, then every candidate scored.

use std::collections::HashMap;
use std::sync::Arc;

use super::assessment::{Assessment, rank};
use super::evidence::{Evidence, Family, Feature, evidence, square};
use super::intern::{Interner, push};
use super::lexicon::Lexicon;
use super::numbers::{Asked, Given};
use super::profile::{Profile, profile};
use super::score::{likelihoods, name_words, score};
use super::subject::Subject;
use super::vocabulary::Vocabulary;
use super::weights::{SHIPPED, Weights};

/// So many candidates are scored in full, at the least.
const SCORED: usize = 200;

/// So many entries of lists are read in a query, beyond the lists of the most telling terms.
const MOST_READ: usize = 80_000;
/// The lists of so many terms are read whatever their length.
const LEAST_TERMS: usize = 4;

/// What is near a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    pub id: u128,
    pub assessment: Assessment,
}

/// The in-memory index of one process. Reading needs `&self` alone: share it behind a lock.
#[derive(Debug, Clone)]
pub struct Finder {
    weights: Arc<Weights>,
    lexicon: Arc<Lexicon>,
    vocabulary: Vocabulary,
    names: Vocabulary,
    /// By term: place of an action (24 bits) · weight (8 bits).
    postings: Vec<Vec<u32>>,
    places: Vec<Option<Place>>,
    /// One over the length of each place's words, as of `measured_at`: apart from the places, since a
    /// query reads them all.
    shares: Vec<f32>,
    free: Vec<u32>,
    by_id: HashMap<u128, u32>,
    /// Places of the actions entered as part of an action.
    parts_of: HashMap<u128, Vec<u32>>,
    /// Number of actions when the lengths were last computed.
    measured_at: usize,
}

#[derive(Debug, Clone)]
struct Place {
    id: u128,
    profile: Profile,
}

/// One side of a comparison: in the index or only asked about.
#[derive(Clone, Copy)]
struct Known<'a> {
    profile: &'a Profile,
    id: Option<u128>,
}

impl Default for Finder {
    fn default() -> Self {
        Self::new()
    }
}

impl Finder {
    /// An empty index with the shipped weights.
    pub fn new() -> Self {
        let weights = Weights::read(SHIPPED)
            .unwrap_or_else(|_| Weights::of(String::new(), String::new(), Default::default(), Vec::new()));
        Self::with(Arc::new(weights), Lexicon::shipped())
    }

    /// An empty index with other weights: for the measure.
    pub fn with(weights: Arc<Weights>, lexicon: Arc<Lexicon>) -> Self {
        Self {
            weights,
            lexicon,
            vocabulary: Vocabulary::default(),
            names: Vocabulary::default(),
            postings: Vec::new(),
            places: Vec::new(),
            shares: Vec::new(),
            free: Vec::new(),
            by_id: HashMap::new(),
            parts_of: HashMap::new(),
            measured_at: 0,
        }
    }

    /// The same index with other weights.
    pub fn set_weights(&mut self, weights: Arc<Weights>) {
        self.weights = weights;
    }

    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub fn contains(&self, id: u128) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Every action in the index, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = u128> + '_ {
        self.by_id.keys().copied()
    }

    /// Adds an action or replaces what is known of it.
    pub fn put(&mut self, id: u128, subject: &Subject) {
        self.remove(id);
        let profile = profile(
            subject,
            &self.lexicon,
            &mut Given { vocabulary: &mut self.vocabulary, names: &mut self.names, lexicon: &self.lexicon },
        );
        self.vocabulary.add(profile.terms.iter().map(|term| term >> 8));
        self.names.add(profile.names());
        while self.postings.len() < self.vocabulary.len() {
            push(&mut self.postings, Vec::new());
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            push(&mut self.places, None);
            push(&mut self.shares, 0.0);
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        for term in &profile.terms {
            if let Some(list) = self.postings.get_mut((term >> 8) as usize) {
                if list.len() == list.capacity() {
                    list.reserve_exact(list.len() / 8 + 1);
                }
                list.push(slot << 8 | term & 255);
            }
        }
        if let Some(parent) = profile.parent.as_deref() {
            self.parts_of.entry(*parent).or_default().push(slot);
        }
        if let Some(share) = self.shares.get_mut(slot as usize) {
            *share = square(&profile, &self.vocabulary).max(1.0).sqrt().recip();
        }
        if let Some(place) = self.places.get_mut(slot as usize) {
            *place = Some(Place { id, profile });
        }
        self.by_id.insert(id, slot);
        if self.by_id.len() > self.measured_at * 3 / 2 + 16 {
            self.measure();
        }
    }

    /// Takes an action out; nothing if it is not in.
    pub fn remove(&mut self, id: u128) {
        let Some(slot) = self.by_id.remove(&id) else { return };
        let Some(place) = self.places.get_mut(slot as usize).and_then(Option::take) else { return };
        for term in &place.profile.terms {
            if let Some(list) = self.postings.get_mut((term >> 8) as usize)
                && let Some(at) = list.iter().position(|entry| entry >> 8 == slot)
            {
                list.swap_remove(at);
            }
        }
        if let Some(parent) = place.profile.parent.as_deref()
            && let Some(parts) = self.parts_of.get_mut(parent)
        {
            parts.retain(|part| *part != slot);
        }
        self.vocabulary.take(place.profile.terms.iter().map(|term| term >> 8));
        self.names.take(place.profile.names());
        self.free.push(slot);
    }

    /// Words change their worth as actions come and go, so lengths are computed anew now and then.
    fn measure(&mut self) {
        for (place, share) in self.places.iter().zip(&mut self.shares) {
            if let Some(place) = place {
                *share = square(&place.profile, &self.vocabulary).max(1.0).sqrt().recip();
            }
        }
        self.measured_at = self.by_id.len();
    }

    /// The `want` actions nearest to a subject, the likeliest first (see [`Assessment::rank`]); `skip`
    /// is the subject's own id where it is saved. Who must leave out what may not be seen asks again
    /// with a larger `want`.
    pub fn near(&self, subject: &Subject, want: usize, skip: Option<u128>) -> Vec<Near> {
        let profile = self.asked(subject);
        self.near_profile(&profile, want, skip, None)
    }

    /// The same for an action in the index, which need not be read again.
    pub fn near_id(&self, id: u128, want: usize) -> Vec<Near> {
        self.place(id).map(|place| self.near_profile(&place.profile, want, Some(id), None)).unwrap_or_default()
    }

    /// Like [`Self::near`], among those that `allow` lets through alone.
    pub fn near_among(
        &self,
        subject: &Subject,
        want: usize,
        skip: Option<u128>,
        allow: &dyn Fn(u128) -> bool,
    ) -> Vec<Near> {
        let profile = self.asked(subject);
        self.near_profile(&profile, want, skip, Some(allow))
    }

    /// The pair's assessment; none if either is not in the index.
    pub fn assess(&self, first: u128, second: u128) -> Option<Assessment> {
        let first = self.place(first)?;
        Some(self.assessed(Known { profile: &first.profile, id: Some(first.id) }, self.place(second)?))
    }

    pub fn assess_subject(&self, subject: &Subject, other: u128) -> Option<Assessment> {
        Some(self.assessed(Known { profile: &self.asked(subject), id: None }, self.place(other)?))
    }

    /// How much of what a subject says each of these says too, 0 to 1, words counting by what they tell: of a subject of
    /// two words, which actions speak of it, however little else there is to go by.
    pub fn spoken_of(&self, subject: &Subject, others: &[u128]) -> Vec<f32> {
        let profile = self.asked(subject);
        let of =
            |place: &Place| self.compared(Known { profile: &profile, id: None }, place, false).get(Feature::TextInText);
        others.iter().map(|id| self.place(*id).map_or(0.0, of)).collect()
    }

    /// Two that are not in the index, by what it knows of words: a need against an action, an idea against a need.
    pub fn compare(&self, first: &Subject, second: &Subject) -> Assessment {
        let mut numbers = self.numbers();
        let first = profile(first, &self.lexicon, &mut numbers);
        let second = profile(second, &self.lexicon, &mut numbers);
        let family = Family::of((None, first.parent.as_deref()), (None, second.parent.as_deref()));
        let evidence = evidence(&first, &second, family, &self.vocabulary, &self.names, true);
        let mut assessment = score(&evidence, &self.weights);
        name_words(&mut assessment, &evidence, [&first.titles, &second.titles], |term| numbers.shown(term));
        assessment
    }

    /// The evidence of a pair, for learning and measuring.
    pub fn evidence(&self, first: u128, second: u128) -> Option<Evidence> {
        let first = self.place(first)?;
        Some(self.compared(Known { profile: &first.profile, id: Some(first.id) }, self.place(second)?, true))
    }

    /// The evidence of an action's candidates, in no particular order: for learning.
    pub fn evidence_near(&self, id: u128, allow: &dyn Fn(u128) -> bool) -> Vec<(u128, Evidence)> {
        let Some(place) = self.place(id) else { return Vec::new() };
        self.candidates(&place.profile, SCORED, Some(id), Some(allow))
            .into_iter()
            .filter_map(|slot| self.places.get(slot as usize)?.as_ref())
            .map(|other| (other.id, self.compared(Known { profile: &place.profile, id: Some(id) }, other, false)))
            .collect()
    }

    /// Bytes that the index holds, spare capacity and the allocator's overhead counted.
    pub fn bytes(&self) -> usize {
        self.bytes_by_part().iter().map(|(_, bytes)| bytes).sum()
    }

    /// The same, by what holds them.
    pub fn bytes_by_part(&self) -> Vec<(&'static str, usize)> {
        let lists = self
            .postings
            .iter()
            .map(|list| if list.capacity() == 0 { 0 } else { list.capacity() * 4 + 12 })
            .sum::<usize>();
        let profiles = self.places.iter().flatten().map(|place| place.profile.heap_bytes()).sum();
        vec![
            ("postings", lists + self.postings.capacity() * size_of::<Vec<u32>>()),
            ("profiles", profiles),
            ("places", self.places.capacity() * size_of::<Option<Place>>() + self.shares.capacity() * 4),
            ("ids", self.by_id.capacity() * 8 / 7 * (size_of::<(u128, u32)>() + 1)),
            ("words", self.vocabulary.bytes()),
            ("names", self.names.bytes()),
        ]
    }

    fn place(&self, id: u128) -> Option<&Place> {
        self.places.get(*self.by_id.get(&id)? as usize)?.as_ref()
    }

    fn asked(&self, subject: &Subject) -> Profile {
        profile(subject, &self.lexicon, &mut self.numbers())
    }

    fn numbers(&self) -> Asked<'_> {
        Asked { vocabulary: &self.vocabulary, names: &self.names, passing: Interner::default() }
    }

    fn compared(&self, a: Known<'_>, b: &Place, detailed: bool) -> Evidence {
        let family = Family::of((a.id, a.profile.parent.as_deref()), (Some(b.id), b.profile.parent.as_deref()));
        evidence(a.profile, &b.profile, family, &self.vocabulary, &self.names, detailed)
    }

    fn assessed(&self, a: Known<'_>, b: &Place) -> Assessment {
        let evidence = self.compared(a, b, true);
        let mut assessment = score(&evidence, &self.weights);
        name_words(&mut assessment, &evidence, [&a.profile.titles, &b.profile.titles], |term| {
            self.vocabulary.shown(term)
        });
        assessment
    }

    fn near_profile(
        &self,
        profile: &Profile,
        want: usize,
        skip: Option<u128>,
        allow: Option<&dyn Fn(u128) -> bool>,
    ) -> Vec<Near> {
        let known = Known { profile, id: skip };
        let mut ranked: Vec<(f32, &Place)> = self
            .candidates(profile, want.saturating_mul(2).max(SCORED), skip, allow)
            .into_iter()
            .filter_map(|slot| self.places.get(slot as usize)?.as_ref())
            .map(|place| {
                let evidence = self.compared(known, place, false);
                let (likelihood, same) = likelihoods(&evidence, &self.weights);
                (rank(likelihood, same, evidence.get(Feature::ParentNamed) > 0.0), place)
            })
            .collect();
        ranked.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.id.cmp(&y.1.id)));
        ranked.truncate(want);
        // Only what is shown is explained.
        ranked.into_iter().map(|(_, place)| Near { id: place.id, assessment: self.assessed(known, place) }).collect()
    }

    /// Places of the actions that share the most telling terms.
    fn candidates(
        &self,
        profile: &Profile,
        most: usize,
        skip: Option<u128>,
        allow: Option<&dyn Fn(u128) -> bool>,
    ) -> Vec<u32> {
        let mut sums = vec![0.0_f32; self.places.len()];
        // The most telling terms first; the common ones are not worth their long lists.
        let mut terms: Vec<(f32, u32, &[u32])> = profile
            .terms
            .iter()
            .filter_map(|term| Some((term, self.postings.get((term >> 8) as usize)?.as_slice())))
            .filter(|(_, list)| !list.is_empty())
            .map(|(term, list)| {
                // A handle (no word of the text) counts as much as a word of a title.
                let mine = if term & 127 == 0 { 16.0 } else { (term & 127) as f32 };
                (mine * self.vocabulary.worth(term >> 8).powi(2), *term, list)
            })
            .collect();
        terms.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let mut read = 0;
        for (at, (impact, _, list)) in terms.into_iter().enumerate() {
            if at >= LEAST_TERMS && read + list.len() > MOST_READ {
                continue;
            }
            read += list.len();
            for entry in list {
                let theirs = if entry & 127 == 0 { 16.0 } else { (entry & 127) as f32 };
                if let Some(sum) = sums.get_mut((entry >> 8) as usize) {
                    *sum += impact * theirs;
                }
            }
        }
        let skipped = skip.and_then(|id| self.by_id.get(&id)).map(|slot| *slot as usize);
        let allowed = |slot: usize| {
            allow
                .is_none_or(|allow| self.places.get(slot).and_then(Option::as_ref).is_some_and(|place| allow(place.id)))
        };
        let mut found: Vec<(f32, u32)> = sums
            .iter()
            .zip(&self.shares)
            .enumerate()
            .filter(|(slot, (sum, _))| **sum > 0.0 && Some(*slot) != skipped && allowed(*slot))
            .map(|(slot, (sum, share))| (sum * share, u32::try_from(slot).unwrap_or(u32::MAX)))
            .collect();
        if found.len() > most {
            found.select_nth_unstable_by(most, |x, y| y.0.total_cmp(&x.0));
            found.truncate(most);
        }
        let mut slots: Vec<u32> = found.into_iter().map(|(_, slot)| slot).collect();
        // Parent, children and siblings, whatever their words.
        let children = skip.and_then(|id| self.parts_of.get(&id));
        let parent = profile.parent.as_deref();
        let siblings = parent.and_then(|id| self.parts_of.get(id));
        let family = children.into_iter().chain(siblings).flatten().take(most);
        for &slot in family.chain(parent.and_then(|id| self.by_id.get(id))) {
            let other = self.places.get(slot as usize).and_then(Option::as_ref).map(|place| place.id);
            if other.is_some_and(|id| Some(id) != skip && allow.is_none_or(|allow| allow(id))) && !slots.contains(&slot)
            {
                slots.push(slot);
            }
        }
        slots
    }
}
