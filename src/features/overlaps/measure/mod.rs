//! The measure of the overlap finder, and the learning of its weights: on labelled pairs, by the very
//! index and score that the portal uses.

mod bilingual;
pub mod corpus;
mod cross;
mod figures;
mod folds;
mod learn;
mod quality;
mod report;
pub mod scale;
pub mod seed;
mod train;

use std::path::Path;

pub use report::Report;

/// What to measure besides the labelled pairs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Each activity with text in two languages is sought by the one in the other.
    pub cross_language: bool,
    /// What each kind of evidence adds.
    pub ablation: bool,
    /// Print what was not found first.
    pub misses: bool,
}

/// Measures.
pub fn run(activities: &Path, pairs: &Path, options: Options) -> anyhow::Result<Report> {
    let activities = corpus::activities(activities)?;
    let (pairs, digest) = corpus::pairs(pairs)?;
    let mut report = quality::measure(&activities, pairs, &digest, options)?;
    if options.cross_language {
        for held in [cross::Held::Publisher, cross::Held::Activity] {
            report.cross_language.push(cross::measure(&activities, held)?);
        }
    }
    Ok(report)
}

/// Learns the weights from all the pairs; the text of `engine/weights.json`.
pub fn learn(activities: &Path, pairs: &Path) -> anyhow::Result<String> {
    let activities = corpus::activities(activities)?;
    let (pairs, digest) = corpus::pairs(pairs)?;
    let (_, material) = quality::prepare(&activities, pairs, quality::Known::All)?;
    train::weights(&material, &digest, &Default::default(), &|_| true).write()
}

/// Learns the stand-ins for words of other languages from the whole corpus; the bytes of
/// `engine/lexicon.tsv.gz`.
pub fn learn_lexicon(activities: &Path) -> anyhow::Result<Vec<u8>> {
    bilingual::learn(&corpus::activities(activities)?, &|_| true).packed()
}
