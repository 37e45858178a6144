//! What the measure found, as text and as JSON.

use std::fmt;

use serde::Serialize;

use super::cross::CrossLanguage;
use super::figures::{Retrieval, Separation};

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub activities: usize,
    pub pairs: usize,
    /// Pairs of which an activity is not in the file; they are left out.
    pub pairs_without_activities: usize,
    /// Weights were learned anew so many times, each time without the pairs then scored.
    pub folds: usize,
    #[serde(flatten)]
    pub shares: Shares,
    /// The same, with every identifier and every link between activities withheld from the finder.
    pub without_identifiers: Shares,
    /// The same pairs by the shipped weights.
    pub shipped_separation: Vec<(String, Separation)>,
    /// True: the shipped weights were learned from these very pairs, so their figures prove nothing.
    pub shipped_has_seen_the_pairs: bool,
    pub query_ms_p50: f64,
    pub query_ms_p99: f64,
    pub fill_seconds: f64,
    pub bytes_an_action: usize,
    pub ablation: Vec<Ablated>,
    pub cross_language: Vec<CrossLanguage>,
    pub misses: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Shares {
    pub separation: Vec<(String, Separation)>,
    pub retrieval: Vec<(String, Retrieval)>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Ablated {
    pub without: String,
    #[serde(flatten)]
    pub shares: Shares,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} activities, {} labelled pairs ({} left out: not in the file)",
            self.activities, self.pairs, self.pairs_without_activities
        )?;
        writeln!(f, "Each pair scored by weights learned without its connected component ({} folds).\n", self.folds)?;
        shares(f, &self.shares)?;
        writeln!(f, "\nThe same without any identifier or link (nothing that a label may have been found by):")?;
        shares(f, &self.without_identifiers)?;
        let seen = if self.shipped_has_seen_the_pairs {
            "has SEEN these pairs, proves nothing"
        } else {
            "has not seen these pairs"
        };
        writeln!(f, "\nShipped weights ({seen}):")?;
        separations(f, &self.shipped_separation)?;
        writeln!(
            f,
            "\nquery {:.2} ms p50, {:.2} ms p99; filled in {:.1} s; {} bytes an action",
            self.query_ms_p50, self.query_ms_p99, self.fill_seconds, self.bytes_an_action
        )?;
        if !self.ablation.is_empty() {
            writeln!(
                f,
                "\nWithout …                 dup AP  any AP  first  five | different titles: first  five | links: first  five"
            )?;
            row(f, "(everything there)", &self.shares)?;
            for ablated in &self.ablation {
                row(f, &ablated.without, &ablated.shares)?;
            }
        }
        for cross in &self.cross_language {
            writeln!(f, "\nIn another language, by text alone ({}); {:.1} ms p50", cross.held_out, cross.query_ms_p50)?;
            let named = [
                ("de, sv, fr, it", &cross.de_sv_fr_it),
                ("… with titles that differ", &cross.titles_differ),
                ("… each text once, the same text counts as found", &cross.each_text_once),
            ];
            for (name, r) in named {
                retrieved(f, name, r)?;
            }
            for (name, r) in &cross.by_language {
                retrieved(f, name, r)?;
            }
            for (name, r) in &cross.each_text_once_by_language {
                retrieved(f, &format!("{name}, each text once"), r)?;
            }
        }
        for miss in &self.misses {
            writeln!(f, "\n{miss}")?;
        }
        Ok(())
    }
}

fn shares(f: &mut fmt::Formatter<'_>, shares: &Shares) -> fmt::Result {
    separations(f, &shares.separation)?;
    writeln!(f, "\n{:<48} queries  first  five   ten    mrr", "retrieval among all other publishers")?;
    for (name, r) in &shares.retrieval {
        retrieved(f, name, r)?;
    }
    Ok(())
}

fn retrieved(f: &mut fmt::Formatter<'_>, name: &str, r: &Retrieval) -> fmt::Result {
    writeln!(
        f,
        "{name:<48} {:>7}  {:.3}  {:.3}  {:.3}  {:.3}",
        r.queries, r.first, r.in_five, r.in_ten, r.mean_reciprocal_rank
    )
}

fn separations(f: &mut fmt::Formatter<'_>, separations: &[(String, Separation)]) -> fmt::Result {
    writeln!(f, "{:<48} wanted  others  AP     best F1  recall at precision 0.9", "")?;
    for (name, s) in separations {
        writeln!(
            f,
            "{name:<48} {:>6}  {:>6}  {:.3}  {:.3}    {:.3}",
            s.wanted, s.others, s.average_precision, s.best_f1, s.recall_at_precision_90
        )?;
    }
    Ok(())
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, shares: &Shares) -> fmt::Result {
    let ap = |name: &str| shares.separation.iter().find(|(n, _)| n == name).map_or(0.0, |(_, s)| s.average_precision);
    let r =
        |name: &str| shares.retrieval.iter().find(|(n, _)| n == name).map_or((0.0, 0.0), |(_, r)| (r.first, r.in_five));
    let (all, titles, links) = (r("all"), r("different titles"), r("formal links"));
    writeln!(
        f,
        "{name:<24} {:>6.3}  {:>6.3}  {:.3}  {:.3} | {:.3}  {:.3} | {:.3}  {:.3}",
        ap("duplicate v rest, different publishers"),
        ap("any overlap v unrelated, all"),
        all.0,
        all.1,
        titles.0,
        titles.1,
        links.0,
        links.1
    )
}
