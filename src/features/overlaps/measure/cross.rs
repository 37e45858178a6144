//! Each activity that has text in English and in another language is cut in two, and the English half is
//! sought among the whole corpus by the other's words alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::bilingual;
use super::corpus::{Activity, Languages};
use super::figures::{Retrieval, percentile, retrieval};
use super::train;
use crate::features::overlaps::engine::intern::hash;
use crate::features::overlaps::engine::{Finder, Subject};

/// How what is scored is kept from what is learned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing of the sought activity's publisher is learned from.
    Publisher,
    /// Nothing of the sought activity, nor of one with the same text, is learned from.
    Activity,
}

#[derive(Debug, Clone, Serialize)]
pub struct CrossLanguage {
    /// How what is scored was kept from what was learned from.
    pub held_out: String,
    pub by_language: Vec<(String, Retrieval)>,
    /// German, Swedish, French and Italian together, as the aim counts them.
    pub de_sv_fr_it: Retrieval,
    /// The same, where the activity has a title in each language and they differ.
    pub titles_differ: Retrieval,
    /// Every text once, and an activity with word for word the same English text counted as found: one
    /// publisher's 1,934 activities have 490 texts among them, so words alone cannot tell those apart.
    pub each_text_once: Retrieval,
    /// The last, by language.
    pub each_text_once_by_language: Vec<(String, Retrieval)>,
    pub query_ms_p50: f64,
}

struct Query {
    /// The activity's number.
    of: usize,
    language: String,
    subject: Subject,
    titles_differ: bool,
    group: u64,
}

const LANGUAGES: &[&str] = &["de", "sv", "fr", "it"];
/// Publishers with fewer texts are held out together.
const LARGE: usize = 8;

pub fn measure(activities: &[Activity], held: Held) -> anyhow::Result<CrossLanguage> {
    let groups = publishers(activities);
    let group = |a: &Activity| match held {
        Held::Publisher => groups.get(a.publisher_key()).copied().unwrap_or(99),
        Held::Activity => hash(&a.texts(Languages::Only("en")).1.join("\n")) % 5,
    };
    let queries: Vec<Query> = activities.iter().enumerate().flat_map(|(of, a)| queries(of, a, group(a))).collect();
    let held_groups: BTreeSet<u64> = queries.iter().map(|q| q.group).collect();
    let weights = Arc::new(train::shipped()?);
    let halves: Vec<Subject> = activities.iter().map(english_half).collect();
    let mut ranks: Vec<(&Query, Option<usize>, Option<usize>)> = Vec::new();
    let mut times = Vec::new();
    for held_group in held_groups {
        let learned = bilingual::learn(activities, &|a| group(a) != held_group);
        let mut finder = Finder::with(weights.clone(), Arc::new(learned.lexicon()));
        for (number, half) in halves.iter().enumerate() {
            finder.put(number as u128, half);
        }
        for query in queries.iter().filter(|q| q.group == held_group) {
            let started = Instant::now();
            let near = finder.near(&query.subject, 50, None);
            times.push(started.elapsed().as_secs_f64() * 1000.0);
            let sought = halves.get(query.of);
            let rank = near.iter().position(|n| n.id == query.of as u128).map(|r| r + 1);
            let same = near
                .iter()
                .position(|n| {
                    halves.get(n.id as usize).map(|h| (&h.titles, &h.texts)) == sought.map(|h| (&h.titles, &h.texts))
                })
                .map(|r| r + 1);
            ranks.push((query, rank, same));
        }
    }
    let four = |q: &Query| LANGUAGES.contains(&q.language.as_str());
    let mut by: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    for (query, rank, _) in &ranks {
        by.entry(&query.language).or_default().push(*rank);
    }
    let mut known: BTreeSet<u64> = BTreeSet::new();
    let once: Vec<_> = ranks
        .iter()
        .filter(|(q, ..)| {
            let english = halves.get(q.of).map(|h| (h.titles.join("\n"), h.texts.join("\n"))).unwrap_or_default();
            known.insert(hash(&format!("{} {} {english:?}", q.language, q.group)))
        })
        .collect();
    let mut once_by: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    for (query, _, same) in &once {
        once_by.entry(&query.language).or_default().push(*same);
    }
    Ok(CrossLanguage {
        held_out: match held {
            Held::Publisher => "no text of the sought activity's publisher was learned from".to_owned(),
            Held::Activity => "other texts of the same publisher were learned from, not the sought one".to_owned(),
        },
        by_language: by.iter().map(|(language, ranks)| ((*language).to_owned(), retrieval(ranks))).collect(),
        de_sv_fr_it: retrieval(ranks.iter().filter(|(q, ..)| four(q)).map(|(_, r, _)| r)),
        titles_differ: retrieval(ranks.iter().filter(|(q, ..)| four(q) && q.titles_differ).map(|(_, r, _)| r)),
        each_text_once: retrieval(once.iter().filter(|(q, ..)| four(q)).map(|(.., s)| s)),
        each_text_once_by_language: once_by.iter().map(|(l, ranks)| ((*l).to_owned(), retrieval(ranks))).collect(),
        query_ms_p50: percentile(&mut times, 0.5),
    })
}

/// The publishers with the most texts in two languages, each a group of its own.
fn publishers(activities: &[Activity]) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for activity in activities.iter().filter(|a| a.languages().len() > 1) {
        *counts.entry(activity.publisher_key()).or_default() += 1;
    }
    let mut sorted: Vec<(&str, usize)> = counts.into_iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    sorted.into_iter().take(LARGE).zip(0..).map(|((name, _), group)| (name.to_owned(), group)).collect()
}

/// An activity without its other languages, if it has English; what else it has stays.
fn english_half(activity: &Activity) -> Subject {
    let mut subject = activity.subject();
    if activity.languages().len() > 1 && activity.languages().iter().any(|l| l == "en") {
        (subject.titles, subject.texts) = activity.texts(Languages::Only("en"));
    }
    subject
}

fn queries(of: usize, activity: &Activity, group: u64) -> Vec<Query> {
    let (titles, texts) = activity.texts(Languages::Only("en"));
    if titles.is_empty() && texts.is_empty() {
        return Vec::new();
    }
    activity
        .languages()
        .into_iter()
        .filter(|language| language != "en")
        .filter_map(|language| {
            let (mut others, mut bodies) = activity.texts(Languages::Only(&language));
            let titles_differ = !titles.is_empty() && !others.is_empty() && !others.iter().any(|t| titles.contains(t));
            // What stands there in English all the same is no test.
            let english = |text: &String| titles.contains(text) || texts.contains(text);
            others.retain(|text| !english(text));
            bodies.retain(|text| !english(text));
            let subject = Subject { titles: others, texts: bodies, ..Subject::default() };
            (!subject.titles.is_empty() || !subject.texts.is_empty()).then_some(Query {
                of,
                language,
                subject,
                titles_differ,
                group,
            })
        })
        .collect()
}
