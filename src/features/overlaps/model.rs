//! The closed lists of coordination questions, and what is kept of an assessment.

use serde::{Deserialize, Serialize};

use super::engine;
use crate::kernel::lists::closed_list;

closed_list! {
    /// What two actions would be to one another.
    Kind {
        /// One action entered twice.
        Same = "same", "overlap-kind-same";
        /// Same purpose, beneficiaries and time.
        Overlap = "overlap", "overlap-kind-overlap";
        /// Same objective, another kind of support.
        Synergy = "synergy", "overlap-kind-synergy";
        /// One follows the other.
        Sequence = "sequence", "overlap-kind-sequence";
        /// One is part of the other.
        PartOf = "part_of", "overlap-kind-part-of";
    }
}

impl From<engine::Kind> for Kind {
    fn from(kind: engine::Kind) -> Self {
        match kind {
            engine::Kind::Same => Kind::Same,
            engine::Kind::Overlap => Kind::Overlap,
            engine::Kind::Synergy => Kind::Synergy,
            engine::Kind::Sequence => Kind::Sequence,
            engine::Kind::PartOf => Kind::PartOf,
        }
    }
}

closed_list! {
    /// Where a question stands.
    State {
        Open = "open", "overlap-state-open";
        /// Somebody has taken it up.
        Working = "working", "overlap-state-working";
        Decided = "decided", "overlap-state-decided";
        /// The outcome is recorded, or it is no overlap.
        Closed = "closed", "overlap-state-closed";
        /// No longer found, and nobody had taken it up.
        Faded = "faded", "overlap-state-faded";
    }
}

impl State {
    /// The badge that says it: a shape besides the word.
    pub fn badge(self) -> &'static str {
        match self {
            State::Open => "warn",
            State::Working => "info",
            State::Decided => "ok",
            State::Closed | State::Faded => "plain",
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, State::Closed | State::Faded)
    }

    /// What was decided holds.
    pub fn is_settled(self) -> bool {
        matches!(self, State::Decided | State::Closed)
    }
}

closed_list! {
    /// What those concerned have decided to do about it.
    Decision {
        Merge = "merge", "overlap-decision-merge";
        Divide = "divide", "overlap-decision-divide";
        Sequence = "sequence", "overlap-decision-sequence";
        Join = "join", "overlap-decision-join";
        Accept = "accept", "overlap-decision-accept";
        NoOverlap = "no_overlap", "overlap-decision-no-overlap";
    }
}

closed_list! {
    /// What somebody says two near actions are to one another.
    Stance {
        Related = "related", "overlap-said-related";
        Different = "different", "overlap-said-different";
    }
}

impl Stance {
    /// The Fluent key of what was said in the form that made one of them.
    pub fn when_entered(self) -> &'static str {
        match self {
            Stance::Related => "overlap-entered-related",
            Stance::Different => "overlap-entered-different",
        }
    }
}

closed_list! {
    /// A likelihood in words; the figure stands beside it.
    Band {
        High = "high", "overlap-likely-high";
        Medium = "medium", "overlap-likely-medium";
        Low = "low", "overlap-likely-low";
    }
}

impl Band {
    pub fn of(likelihood: f32) -> Self {
        match likelihood {
            l if l >= 0.85 => Band::High,
            l if l >= 0.6 => Band::Medium,
            _ => Band::Low,
        }
    }

    /// From which likelihood on, and up to which.
    pub fn range(self) -> (f32, f32) {
        match self {
            Band::High => (0.85, 1.0),
            Band::Medium => (0.6, 0.85),
            Band::Low => (0.0, 0.6),
        }
    }

    pub fn badge(self) -> &'static str {
        match self {
            Band::High => "bad",
            Band::Medium => "warn",
            Band::Low => "info",
        }
    }
}

/// One reason as it is kept with a question: what the page needs to word it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The last part of the Fluent key `overlap-why-…`.
    pub key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<i64>,
    /// What it adds to, or takes from, the log-odds.
    pub weight: f32,
}

impl Reason {
    /// Whether it tells of amounts, which not everybody sees.
    pub fn is_money(&self) -> bool {
        self.key.starts_with("amounts-")
    }
}

/// An assessment as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub kind: Kind,
    pub likelihood: f32,
    pub reasons: Vec<Reason>,
}

impl From<&engine::Assessment> for Found {
    fn from(a: &engine::Assessment) -> Self {
        Self {
            kind: a.kind.into(),
            likelihood: a.likelihood.clamp(0.0, 1.0),
            reasons: a.parts.iter().filter(|p| p.contribution.abs() >= 0.05).take(8).map(Reason::from).collect(),
        }
    }
}

impl From<&engine::Part> for Reason {
    fn from(part: &engine::Part) -> Self {
        use engine::Reason as R;
        let count = |n: u32| Some(i64::from(n));
        let (key, words, n): (&str, Vec<String>, Option<i64>) = match &part.reason {
            R::TitleSame => ("title-same", vec![], None),
            R::TitleAlike { share } => ("title-alike", vec![], Some(percent(*share))),
            R::WordsShared(words) => ("words-shared", words.iter().take(6).cloned().collect(), None),
            R::WordsDiffer => ("words-differ", vec![], None),
            R::SameBeneficiaries(codes) => ("beneficiaries", codes.clone(), None),
            R::DifferentBeneficiariesOnly { .. } => ("beneficiaries-differ", vec![], None),
            R::DeliberateExclusion { code } => ("excluded", vec![code.clone()], None),
            R::PillarShared(keys) => ("pillars", keys.clone(), None),
            R::ThemeShared(keys) => ("themes", vec![], i64::try_from(keys.len()).ok()),
            R::SectorShared(codes) => ("sectors", codes.clone(), None),
            R::SectorsDiffer => ("sectors-differ", vec![], None),
            R::OrganisationsShared(parties) => {
                ("organisations", parties.iter().take(5).map(|p| p.name.clone()).collect(), None)
            }
            R::OrganisationsDiffer => ("organisations-differ", vec![], None),
            R::MonthsTogether(n) => ("months-together", vec![], count(*n)),
            R::SamePeriod => ("same-period", vec![], None),
            R::MonthsApart(n) => ("months-apart", vec![], count(*n)),
            R::Phases { first, second } => ("phases", vec![first.to_string(), second.to_string()], None),
            R::IdentifierNamed { identifier } => ("identifier-named", vec![identifier.clone()], None),
            R::IdentifierShared { identifier } => ("identifier-shared", vec![identifier.clone()], None),
            R::ParentNamed { .. } => ("parent", vec![], None),
            R::SameParent => ("same-parent", vec![], None),
            R::AmountsEqual { .. } => ("amounts-equal", vec![], None),
            R::AmountsNear => ("amounts-near", vec![], None),
            R::AmountsDiffer => ("amounts-differ", vec![], None),
            R::AcronymOnly { acronym } => ("acronym", vec![acronym.clone()], None),
        };
        Self { key: key.to_owned(), words, n, weight: part.contribution }
    }
}

fn percent(share: f32) -> i64 {
    // a share of 1 at most
    (f64::from(share) * 100.0).round().clamp(0.0, 100.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_meet() {
        for (likelihood, band) in
            [(0.0, Band::Low), (0.59, Band::Low), (0.6, Band::Medium), (0.85, Band::High), (1.0, Band::High)]
        {
            assert_eq!(Band::of(likelihood), band);
            let (from, to) = band.range();
            assert!(from <= likelihood && likelihood <= to);
        }
    }
}
