//! What the words say.

use super::super::profile::Profile;
use super::super::vocabulary::Vocabulary;
use super::{Evidence, Feature};

/// Details of the wording, for the page.
#[derive(Debug, Clone, Default)]
pub struct Wording {
    /// Terms in common, the most telling first.
    pub shared: Vec<u32>,
}

/// So many terms are kept to be named: more than a page names, since some say nothing (`text::is_plain`).
const NAMED: usize = 16;

/// The worth of a title's words together from which on the same title twice is no coincidence.
const TELLING_TITLE: f32 = 20.0;

pub fn compare(a: &Profile, b: &Profile, vocabulary: &Vocabulary, detailed: bool, evidence: &mut Evidence) {
    let (mut dot, mut title_dot) = (0.0_f32, 0.0_f32);
    let (mut both, mut together, mut rarest) = (0.0_f32, 0.0_f32, 0.0_f32);
    let (mut a_title_found, mut b_title_found) = (0.0_f32, 0.0_f32);
    let mut shared: Vec<(f32, u32)> = Vec::new();
    let (mut left, mut right) = (a.terms.iter().peekable(), b.terms.iter().peekable());
    while let (Some(&&x), Some(&&y)) = (left.peek(), right.peek()) {
        match (x >> 8).cmp(&(y >> 8)) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                _ = left.next();
                _ = right.next();
                let (wx, wy) = (weight(x), weight(y));
                if wx > 0.0 && wy > 0.0 {
                    let worth = vocabulary.worth(x >> 8);
                    dot += wx * wy * worth * worth;
                    both += worth;
                    together += worth.powi(2);
                    rarest = rarest.max(worth);
                    if in_title(x) {
                        a_title_found += worth;
                    }
                    if in_title(y) {
                        b_title_found += worth;
                    }
                    if in_title(x) && in_title(y) {
                        title_dot += worth * worth;
                    }
                    if detailed {
                        shared.push((worth, x >> 8));
                    }
                }
            }
        }
    }
    let (ma, mb) = (measures(a, vocabulary), measures(b, vocabulary));
    evidence.set(Feature::TextWords, cosine(dot, ma.all, mb.all));
    evidence.set(Feature::TitleWords, cosine(title_dot, ma.title, mb.title));
    evidence.set(Feature::TextInText, share(both, ma.worth.min(mb.worth)));
    let in_text = share(a_title_found, ma.title_worth).max(share(b_title_found, mb.title_worth));
    evidence.set(Feature::TitleInText, in_text);
    evidence.set(Feature::RareWords, 1.0 - (-together / 400.0).exp());
    evidence.set(Feature::RarestWord, rarest / 10.0);
    let (letters, same) = titles(&a.titles, &b.titles);
    evidence.set(Feature::TitleAlike, letters.max(evidence.get(Feature::TitleWords)));
    // "Emergency response" twice is no coincidence of two titles but of two fields.
    let telling = (ma.title_worth.max(mb.title_worth) / TELLING_TITLE).clamp(0.15, 1.0);
    evidence.set(Feature::TitleSame, if same { telling } else { 0.0 });
    shared.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    evidence.wording.shared = shared.into_iter().take(NAMED).map(|(_, term)| term).collect();
}

fn weight(term: u32) -> f32 {
    (term & 127) as f32 / 8.0
}

fn in_title(term: u32) -> bool {
    term >> 7 & 1 == 1
}

struct Measures {
    all: f32,
    title: f32,
    worth: f32,
    title_worth: f32,
}

/// Sums over one profile's words.
fn measures(profile: &Profile, vocabulary: &Vocabulary) -> Measures {
    let mut m = Measures { all: 0.0, title: 0.0, worth: 0.0, title_worth: 0.0 };
    for &term in profile.terms.iter().filter(|term| **term & 127 > 0) {
        let worth = vocabulary.worth(term >> 8);
        m.all += (weight(term) * worth).powi(2);
        m.worth += worth;
        if in_title(term) {
            m.title += worth * worth;
            m.title_worth += worth;
        }
    }
    m
}

/// The squared length of a profile's words.
pub fn square(profile: &Profile, vocabulary: &Vocabulary) -> f32 {
    measures(profile, vocabulary).all
}

fn cosine(dot: f32, a: f32, b: f32) -> f32 {
    if a > 0.0 && b > 0.0 { (dot / (a * b).sqrt()).min(1.0) } else { 0.0 }
}

fn share(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { (part / whole).min(1.0) } else { 0.0 }
}

/// The best of all pairs of titles: share of runs of four letters in common, and whether any two are
/// the same.
fn titles(a: &str, b: &str) -> (f32, bool) {
    let mut best = 0.0_f32;
    let mut same = false;
    let (mut runs_left, mut runs_right) = (Vec::new(), Vec::new());
    for left in a.lines() {
        runs(left, &mut runs_left);
        for right in b.lines() {
            same |= left == right;
            // Titles of very different lengths cannot be alike; most pairs end here.
            let most = 2.0 * left.len().min(right.len()) as f32 / (left.len() + right.len()).max(1) as f32;
            if most <= best {
                continue;
            }
            runs(right, &mut runs_right);
            let all = runs_left.len() + runs_right.len();
            if all > 0 {
                best = best.max(2.0 * in_both(&runs_left, &runs_right) as f32 / all as f32);
            }
        }
    }
    (best, same)
}

fn runs(title: &str, runs: &mut Vec<u32>) {
    runs.clear();
    runs.extend(title.as_bytes().windows(4).map(|w| u32::from_be_bytes([w[0], w[1], w[2], w[3]])));
    runs.sort_unstable();
    runs.dedup();
}

/// How many of two sorted lists are in both.
fn in_both(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}
