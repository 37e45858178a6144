//! Learning stand-ins from texts that the corpus has both in English and in another language, after the
//! first of IBM's models of translation (Brown and others 1993), and how common English words are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write as _;

use flate2::Compression;
use flate2::GzBuilder;

use super::corpus::{Activity, Languages};
use crate::features::overlaps::engine::lexicon::Lexicon;
use crate::features::overlaps::engine::text::words;

/// Rounds of expectation and maximisation.
const ROUNDS: usize = 6;
/// So many words of a text are used: where two long texts run apart, what stands late stands opposite
/// anything.
const MOST_WORDS: usize = 70;
/// A stand-in less sure than this is left out.
const LEAST_SURE: f32 = 0.12;

/// What was learned, in a fixed order.
pub struct Learned {
    pub english: Vec<(String, f32)>,
    pub table: Vec<(String, Vec<(String, f32)>)>,
}

impl Learned {
    pub fn lexicon(&self) -> Lexicon {
        Lexicon::of(&self.english, &self.table)
    }

    /// The shipped file's bytes: see [`Lexicon::read`].
    pub fn packed(&self) -> anyhow::Result<Vec<u8>> {
        let mut text = String::new();
        for (stem, share) in &self.english {
            text.push_str(&format!("=\t{stem}\t{:.0}\n", share * 1e6));
        }
        for (foreign, stands) in &self.table {
            text.push_str(foreign);
            for (stem, sure) in stands {
                text.push_str(&format!("\t{stem}\t{:.0}", sure * 100.0));
            }
            text.push('\n');
        }
        // No time stamp: the same input gives the same bytes.
        let mut gz = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        gz.write_all(text.as_bytes())?;
        Ok(gz.finish()?)
    }
}

/// Two texts that say the same, as numbers of stems.
struct Parallel {
    english: Vec<u32>,
    foreign: Vec<u32>,
}

#[derive(Default)]
struct Stems {
    numbers: HashMap<String, u32>,
    stems: Vec<String>,
}

impl Stems {
    fn number(&mut self, stem: String) -> u32 {
        *self.numbers.entry(stem).or_insert_with_key(|stem| {
            self.stems.push(stem.clone());
            u32::try_from(self.stems.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// Learns from the activities that `take` lets through.
pub fn learn(activities: &[Activity], take: &dyn Fn(&Activity) -> bool) -> Learned {
    let mut stems = Stems::default();
    let mut parallels = Vec::new();
    let mut known: HashSet<(String, String)> = HashSet::new();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = 0_usize;
    for activity in activities.iter().filter(|activity| take(activity)) {
        let (titles, bodies) = activity.texts(Languages::Only("en"));
        let mut used: Vec<String> = titles.iter().chain(&bodies).flat_map(|t| words(t)).map(|w| w.stem).collect();
        texts += usize::from(!used.is_empty());
        used.sort_unstable();
        used.dedup();
        used.into_iter().for_each(|stem| *uses.entry(stem).or_default() += 1);
        for language in activity.languages().iter().filter(|l| *l != "en") {
            let (other_titles, other_bodies) = activity.texts(Languages::Only(language));
            let mut pairs: Vec<(String, String)> = titles.iter().cloned().zip(other_titles).collect();
            if bodies.len() == other_bodies.len() {
                pairs.extend(bodies.iter().cloned().zip(other_bodies));
            } else if !bodies.is_empty() && !other_bodies.is_empty() {
                pairs.push((bodies.join(" "), other_bodies.join(" ")));
            }
            for pair in pairs.into_iter().filter(|(english, other)| english != other) {
                if !known.insert(pair.clone()) {
                    continue;
                }
                let mut numbers = |text: &str| -> Vec<u32> {
                    let mut numbers: Vec<u32> =
                        words(text).into_iter().take(MOST_WORDS).map(|word| stems.number(word.stem)).collect();
                    numbers.sort_unstable();
                    numbers.dedup();
                    numbers
                };
                let (english, foreign) = (numbers(&pair.0), numbers(&pair.1));
                // What both have stands for itself and explains nothing else.
                let both: HashSet<u32> = english.iter().filter(|n| foreign.contains(n)).copied().collect();
                let without = |numbers: Vec<u32>| numbers.into_iter().filter(|n| !both.contains(n)).collect::<Vec<_>>();
                let (english, foreign) = (without(english), without(foreign));
                if !english.is_empty() && !foreign.is_empty() {
                    parallels.push(Parallel { english, foreign });
                }
            }
        }
    }
    let english = uses
        .into_iter()
        .filter(|(stem, uses)| *uses >= 4 && stem.len() <= 20 && !stem.bytes().all(|b| b.is_ascii_digit()))
        .map(|(stem, uses)| (stem, uses as f32 / texts.max(1) as f32))
        .collect();
    let mut table = table(&parallels, &stems);
    table.extend(places(&table));
    table.sort_by(|x, y| x.0.cmp(&y.0));
    Learned { english, table }
}

/// Names of countries in two dozen languages: word for word where the two names have as many words.
static PLACES: &str = include_str!("places.tsv");

/// Those that nothing was learned for, or that are surer.
fn places(table: &[(String, Vec<(String, f32)>)]) -> Vec<(String, Vec<(String, f32)>)> {
    let known: HashSet<&str> = table.iter().map(|(foreign, _)| foreign.as_str()).collect();
    let mut places: BTreeMap<String, Vec<(String, f32)>> = BTreeMap::new();
    for (foreign, english) in
        PLACES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
    {
        let (foreign, english) = (words(foreign), words(english));
        if foreign.len() == english.len() {
            for (f, e) in foreign.into_iter().zip(english) {
                if f.stem != e.stem && f.stem.len() >= 4 && !known.contains(f.stem.as_str()) {
                    places.entry(f.stem).or_insert_with(|| vec![(e.stem, 0.9)]);
                }
            }
        }
    }
    places.into_iter().collect()
}

fn table(parallels: &[Parallel], stems: &Stems) -> Vec<(String, Vec<(String, f32)>)> {
    // Only what stands opposite at least twice is considered.
    let mut together: HashMap<u64, u32> = HashMap::new();
    for parallel in parallels {
        for f in &parallel.foreign {
            for e in &parallel.english {
                *together.entry(key(*f, *e)).or_default() += 1;
            }
        }
    }
    let mut chance: HashMap<u64, f32> = together.into_iter().filter(|(_, n)| *n >= 2).map(|(k, _)| (k, 1.0)).collect();
    let mut support: HashMap<u64, f32> = HashMap::new();
    for _ in 0..ROUNDS {
        let mut counts: HashMap<u64, f32> = HashMap::with_capacity(chance.len());
        let mut totals: HashMap<u32, f32> = HashMap::new();
        for parallel in parallels {
            for e in &parallel.english {
                // A little is explained by nothing at all.
                let sum: f32 = parallel.foreign.iter().filter_map(|f| chance.get(&key(*f, *e))).sum::<f32>() + 0.05;
                for f in &parallel.foreign {
                    if let Some(p) = chance.get(&key(*f, *e)) {
                        *counts.entry(key(*f, *e)).or_default() += p / sum;
                        *totals.entry(*f).or_default() += p / sum;
                    }
                }
            }
        }
        // What is seen once or twice is believed by half.
        chance = counts
            .iter()
            .map(|(k, n)| (*k, n / (totals.get(&((k >> 32) as u32)).copied().unwrap_or_default() + 0.7)))
            .collect();
        support = counts;
    }
    let mut by_foreign: BTreeMap<&str, Vec<(&str, f32)>> = BTreeMap::new();
    for (key, p) in &chance {
        let (f, e) = ((key >> 32) as usize, (key & 0xffff_ffff) as usize);
        let (Some(foreign), Some(english)) = (stems.stems.get(f), stems.stems.get(e)) else { continue };
        let plain = |s: &str| s.len() >= 3 && !s.bytes().any(|b| b.is_ascii_digit());
        if *p >= LEAST_SURE && support.get(key).is_some_and(|n| *n >= 1.2) && plain(foreign) && plain(english) {
            by_foreign.entry(foreign).or_default().push((english, *p));
        }
    }
    by_foreign
        .into_iter()
        .map(|(foreign, mut stands)| {
            stands.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
            stands.truncate(3);
            (foreign.to_owned(), stands.into_iter().map(|(e, p)| (e.to_owned(), p.min(1.0))).collect())
        })
        .collect()
}

fn key(foreign: u32, english: u32) -> u64 {
    u64::from(foreign) << 32 | u64::from(english)
}
