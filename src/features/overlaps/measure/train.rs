//! From labelled pairs to weights.

use std::collections::{BTreeSet, HashSet};

use super::corpus::{Label, LabelledPair};
use super::learn::{Example, logistic};
use crate::features::overlaps::engine::evidence::{Evidence, Feature};
use crate::features::overlaps::engine::{Finder, Pair, SHIPPED, Weights};

/// The labelled pairs with their evidence, and what stands near the duplicates unlabelled.
pub struct Material {
    pub pairs: Vec<Labelled>,
    pub nearby: Vec<Nearby>,
}

pub struct Labelled {
    pub pair: LabelledPair,
    /// Numbers of the two in the finder.
    pub ids: (u128, u128),
    pub evidence: Evidence,
}

/// A candidate of a labelled duplicate's side that is not known to be a duplicate: a weak example
/// against, since a few of them are duplicates that nobody has labelled.
pub struct Nearby {
    /// The place of the duplicate in `pairs`.
    pub of: usize,
    pub evidence: Evidence,
}

/// How strongly weights are pulled towards zero.
const PULL: f64 = 0.5;
/// All the candidates near one side of a duplicate count together as so many examples.
const NEARBY_WEIGHT: f64 = 2.0;

/// So many are taken.
const NEARBY: usize = 60;

/// Collects the evidence. `allow` says of two numbers whether they are of different publishers.
pub fn material(
    finder: &Finder,
    labelled: Vec<(LabelledPair, u128, u128)>,
    allow: &dyn Fn(u128, u128) -> bool,
) -> Material {
    let known: HashSet<(u128, u128)> = labelled.iter().flat_map(|(_, a, b)| [(*a, *b), (*b, *a)]).collect();
    let pairs: Vec<Labelled> = labelled
        .into_iter()
        .filter_map(|(pair, a, b)| Some(Labelled { pair, ids: (a, b), evidence: finder.evidence(a, b)? }))
        .collect();
    let mut nearby = Vec::new();
    for (of, labelled) in pairs.iter().enumerate().filter(|(_, l)| l.pair.label == Label::Duplicate) {
        for id in [labelled.ids.0, labelled.ids.1] {
            let mut found = finder.evidence_near(id, &|other| allow(id, other));
            // The nearest by words are the hard ones.
            found.sort_by(|x, y| {
                let near = |e: &Evidence| e.get(Feature::TextWords) + e.get(Feature::TitleAlike);
                near(&y.1).total_cmp(&near(&x.1)).then(x.0.cmp(&y.0))
            });
            nearby.extend(
                found
                    .into_iter()
                    .filter(|(other, _)| !known.contains(&(id, *other)))
                    .take(NEARBY)
                    .map(|(_, evidence)| Nearby { of, evidence }),
            );
        }
    }
    Material { pairs, nearby }
}

/// Which evidence to leave out, for the ablation.
pub type LeftOut = BTreeSet<Feature>;

/// Learns from the pairs that `take` lets through.
pub fn weights(material: &Material, learned_from: &str, left_out: &LeftOut, take: &dyn Fn(usize) -> bool) -> Weights {
    let example = |evidence: &Evidence, yes: bool, weight: f64| {
        let mut values = *evidence.values();
        for feature in left_out {
            if let Some(value) = values.get_mut(*feature as usize) {
                *value = 0.0;
            }
        }
        Example { values, yes, weight }
    };
    let taken = || material.pairs.iter().enumerate().filter(|(at, _)| take(*at)).map(|(_, l)| l);
    let mut any: Vec<Example> = Vec::new();
    let mut same: Vec<Example> = Vec::new();
    for (share, known) in COPIES {
        for l in taken() {
            let evidence = known(&l.evidence);
            any.push(example(&evidence, l.pair.label != Label::Unrelated, *share));
            same.push(example(&evidence, l.pair.label == Label::Duplicate, *share));
        }
    }
    let mut count = vec![0_usize; material.pairs.len()];
    for near in &material.nearby {
        count[near.of] += 1;
    }
    for near in material.nearby.iter().filter(|near| take(near.of)) {
        same.push(example(&near.evidence, false, NEARBY_WEIGHT / count[near.of].max(1) as f64));
    }
    let (prior_any, prior_same, fixed) = prior();
    let any = logistic(&any, PULL, &prior_any, &fixed, &sides(false));
    let same = logistic(&same, PULL, &prior_same, &fixed, &sides(true));
    let dense: Vec<Pair> = (0..Feature::ALL.len()).map(|at| pair(&any, &same, at)).collect();
    let about = format!(
        "Learned from {} labelled pairs by `concert overlap learn`; do not edit by hand. The likelihood of any overlap \
         is 1/(1+exp(-(bias.any + sum of any * value))), that of one action entered twice the same with `same`.",
        taken().count()
    );
    Weights::of(about, learned_from.to_owned(), pair(&any, &same, Feature::ALL.len()), dense)
}

fn pair(any: &[f64], same: &[f64], at: usize) -> Pair {
    let rounded = |w: &[f64]| ((w.get(at).copied().unwrap_or_default() * 1000.0).round() / 1000.0) as f32;
    Pair { any: rounded(any), same: rounded(same) }
}

/// How much a copy counts, and what it leaves of the evidence.
type Copied = (f64, fn(&Evidence) -> Evidence);

/// Each pair is learned from as it is, and as if less were known of it: most pairs of the labels are
/// tied by identifiers, most of a process's actions have none, and many have little but their words.
const COPIES: &[Copied] =
    &[(0.5, Evidence::clone), (0.3, |e| without(e, IDENTIFIERS)), (0.2, |e| without(e, ALL_BUT_WORDS))];

fn without(evidence: &Evidence, features: &[Feature]) -> Evidence {
    let mut evidence = evidence.clone();
    for feature in features {
        evidence.set(*feature, 0.0);
    }
    evidence
}

pub const IDENTIFIERS: &[Feature] = {
    use Feature as F;
    &[F::IdentifierSame, F::CodeShared, F::IdentifierNamed, F::FundingNamed, F::ParentNamed, F::ThirdNamed]
};

const ALL_BUT_WORDS: &[Feature] = {
    use Feature as F;
    &[
        F::IdentifierSame,
        F::CodeShared,
        F::IdentifierNamed,
        F::FundingNamed,
        F::ParentNamed,
        F::ThirdNamed,
        F::Agreement,
        F::FunderShared,
        F::ImplementerShared,
        F::ChainShared,
        F::ReporterNamed,
        F::Mirrored,
        F::DoersApart,
        F::PartiesApart,
        F::AmountEqual,
        F::AmountNear,
        F::AmountClose,
        F::AmountTelling,
        F::AmountsApart,
        F::TotalsApart,
        F::StartNear,
        F::EndNear,
        F::PeriodSame,
        F::TimeShared,
        F::TimeApart,
    ]
};

/// What is believed before anything is learned (any, same), and towards what the weights are pulled
/// while the pairs say little. The labelled pairs that are unrelated were picked because their words
/// are near, so from them alone one would learn that words tell nothing.
fn belief(feature: Feature) -> (f64, f64) {
    use Feature as F;
    match feature {
        F::TitleAlike => (2.0, 2.0),
        F::TitleWords | F::TitleSame | F::TitleInText => (1.0, 1.0),
        F::TextWords => (3.0, 2.0),
        F::TextInText | F::RareWords | F::RarestWord => (1.0, 0.5),
        F::BeneficiariesShared => (1.0, 1.0),
        F::BeneficiariesApart => (-1.5, -2.0),
        F::PillarShared => (0.2, 0.0),
        F::ThemeShared => (1.9, 0.4),
        F::ExclusionNamed => (-0.8, -1.5),
        F::AcronymOnly => (-0.8, -1.0),
        F::PurposeShared | F::SectorShared => (0.5, 0.3),
        F::SectorsApart => (-0.3, -0.3),
        F::StartNear | F::EndNear | F::PeriodSame => (0.3, 0.7),
        F::TimeShared => (0.3, 0.2),
        F::TimeApart => (-0.7, -2.0),
        F::AmountEqual => (1.0, 1.5),
        F::AmountNear => (0.3, 0.8),
        F::AmountClose => (0.0, 0.8),
        F::AmountTelling => (0.0, 1.0),
        F::TotalsApart => (0.0, -0.5),
        F::AmountsApart => (-0.3, -1.5),
        F::FunderShared | F::ImplementerShared => (0.7, 0.4),
        F::ChainShared | F::ReporterNamed => (0.5, 0.5),
        F::Mirrored => (0.7, 1.0),
        F::DoersApart | F::PartiesApart => (-0.4, -0.5),
        F::IdentifierSame => (4.0, 4.0),
        F::CodeShared => (2.5, 2.0),
        F::Agreement => (1.0, 2.0),
        F::IdentifierNamed => (2.5, 0.5),
        F::FundingNamed => (3.0, 0.5),
        F::ParentNamed => (4.0, -2.0),
        F::ThirdNamed => (2.0, -1.0),
        F::PhasesDiffer => (0.3, -2.0),
    }
}

/// What the corpus cannot teach, since it has no pillars, themes and deliberate exclusions: stays as
/// believed.
const BY_HAND: &[Feature] = &[
    Feature::PillarShared,
    Feature::ThemeShared,
    Feature::ExclusionNamed,
    Feature::AcronymOnly,
    Feature::IdentifierSame,
];

type Row = [f64; Feature::ALL.len()];

fn prior() -> (Row, Row, [bool; Feature::ALL.len()]) {
    let (mut any, mut same, mut fixed) =
        ([0.0; Feature::ALL.len()], [0.0; Feature::ALL.len()], [false; Feature::ALL.len()]);
    for feature in Feature::ALL {
        (any[*feature as usize], same[*feature as usize]) = belief(*feature);
        fixed[*feature as usize] = BY_HAND.contains(feature);
    }
    (any, same, fixed)
}

/// Between what a weight may be, whatever a thousand pairs say: alike is never against, unlike never for,
/// and where the labels are known to be lopsided the weight keeps to what makes sense. The corpus's
/// related pairs are mostly of one publisher and its unrelated ones were picked for their words, so it
/// would teach that other organisations mean no overlap and that words mean nothing; here two donors
/// with one purpose are what is sought.
fn sides(same: bool) -> [(f64, f64); Feature::ALL.len()] {
    use Feature as F;
    const ANY: f64 = f64::INFINITY;
    let mut sides = [(0.0, ANY); Feature::ALL.len()];
    let mut set = |feature: F, least: f64, most: f64| sides[feature as usize] = (least, most);
    set(F::BeneficiariesApart, -ANY, -0.8);
    set(F::TimeApart, -ANY, -0.4);
    set(F::SectorsApart, -ANY, 0.0);
    set(F::AmountsApart, -ANY, 0.0);
    set(F::ExclusionNamed, -ANY, 0.0);
    set(F::AcronymOnly, -ANY, 0.0);
    if same {
        set(F::TotalsApart, -ANY, 0.0);
        set(F::DoersApart, -ANY, 0.0);
        set(F::PartiesApart, -ANY, 0.0);
        set(F::PhasesDiffer, -ANY, 0.0);
        set(F::TextWords, 0.5, ANY);
        set(F::FunderShared, -1.0, ANY);
        for feature in [F::ParentNamed, F::ThirdNamed, F::FundingNamed, F::IdentifierNamed] {
            set(feature, -ANY, ANY);
        }
    } else {
        set(F::DoersApart, 0.0, 0.0);
        // they tell an entry made twice; that two donors spend alike is no overlap
        set(F::AmountClose, 0.0, 0.0);
        set(F::AmountTelling, 0.0, 0.0);
        set(F::TotalsApart, 0.0, 0.0);
        set(F::PartiesApart, -0.2, 0.0);
        set(F::PhasesDiffer, 0.0, 1.0);
        set(F::TextWords, 2.0, ANY);
        set(F::TitleWords, 0.5, ANY);
        set(F::BeneficiariesShared, 0.8, ANY);
        set(F::PurposeShared, 0.3, ANY);
        set(F::SectorShared, 0.2, ANY);
        set(F::TimeShared, 0.3, ANY);
        set(F::FunderShared, 0.3, 1.0);
        set(F::ImplementerShared, 0.4, ANY);
    }
    sides
}

/// The shipped weights.
pub fn shipped() -> anyhow::Result<Weights> {
    Weights::read(SHIPPED)
}
