//! Quality on labelled pairs that the weights have not seen.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use super::Options;
use super::corpus::{Activity, Label, LabelledPair};
use super::figures::{Retrieval, Separation, percentile, retrieval, separation};
use super::folds::folds;
use super::report::{Ablated, Report, Shares};
use super::train::{self, LeftOut, Material};
use crate::features::overlaps::engine::evidence::Feature;
use crate::features::overlaps::engine::{Finder, Subject, Weights};

/// Into so many parts the pairs are cut; each is scored by weights learned from the others.
const FOLDS: usize = 10;

/// What of an activity the finder is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    All,
    /// As if no source named another's identifier: labels found by such links prove nothing otherwise.
    NoIdentifiers,
}

impl Known {
    fn of(self, activity: &Activity) -> Subject {
        let mut subject = activity.subject();
        if self == Self::NoIdentifiers {
            subject.identifiers.clear();
            subject.named.clear();
        }
        subject
    }
}

/// The whole corpus in the finder, and the evidence of the pairs.
pub fn prepare(activities: &[Activity], pairs: Vec<LabelledPair>, known: Known) -> anyhow::Result<(Finder, Material)> {
    let mut finder = Finder::new();
    let mut by_id: HashMap<&str, u128> = HashMap::new();
    for (number, activity) in activities.iter().enumerate() {
        by_id.insert(&activity.id, number as u128);
        finder.put(number as u128, &known.of(activity));
    }
    let labelled: Vec<_> =
        pairs.into_iter().filter_map(|p| Some((*by_id.get(p.a.as_str())?, *by_id.get(p.b.as_str())?, p))).collect();
    let labelled = labelled.into_iter().map(|(a, b, p)| (p, a, b)).collect();
    let material = train::material(&finder, labelled, &|a, b| other_publisher(activities, a, b));
    Ok((finder, material))
}

fn other_publisher(activities: &[Activity], a: u128, b: u128) -> bool {
    let of = |id: u128| activities.get(id as usize).map(Activity::publisher_key);
    of(a) != of(b)
}

pub fn measure(
    activities: &[Activity],
    pairs: Vec<LabelledPair>,
    digest: &str,
    options: Options,
) -> anyhow::Result<Report> {
    let given = pairs.len();
    let started = Instant::now();
    let (mut finder, material) = prepare(activities, pairs.clone(), Known::All)?;
    let filled = started.elapsed().as_secs_f64();
    let labelled: Vec<LabelledPair> = material.pairs.iter().map(|l| l.pair.clone()).collect();
    let folds = folds(&labelled, FOLDS);
    let full = one(&mut finder, activities, &material, &folds, &LeftOut::new(), options.misses, Known::All);
    let (mut plain_finder, plain) = prepare(activities, pairs, Known::NoIdentifiers)?;
    let no_links =
        one(&mut plain_finder, activities, &plain, &folds, &LeftOut::new(), options.misses, Known::NoIdentifiers);
    drop((plain_finder, plain));
    let shipped = train::shipped()?;
    let seen = shipped.learned_from == digest;
    finder.set_weights(Arc::new(shipped.clone()));
    let by_shipped = separations(&material, &|_| &shipped);
    let mut ablation = Vec::new();
    if options.ablation {
        for (name, features) in KINDS {
            let left_out: LeftOut = features.iter().copied().collect();
            let shares = one(&mut finder, activities, &material, &folds, &left_out, false, Known::All).shares;
            ablation.push(Ablated { without: (*name).to_owned(), shares });
        }
    }
    Ok(Report {
        activities: activities.len(),
        pairs: material.pairs.len(),
        pairs_without_activities: given - material.pairs.len(),
        folds: FOLDS,
        shares: full.shares,
        without_identifiers: no_links.shares,
        shipped_separation: by_shipped,
        shipped_has_seen_the_pairs: seen,
        query_ms_p50: full.p50,
        query_ms_p99: full.p99,
        fill_seconds: filled,
        bytes_an_action: finder.bytes() / finder.len().max(1),
        ablation,
        cross_language: Vec::new(),
        misses: full.misses.into_iter().chain(no_links.misses).collect(),
    })
}

/// The kinds of evidence that the ablation leaves out in turn.
const KINDS: &[(&str, &[Feature])] = {
    use Feature as F;
    &[
        ("identifiers", train::IDENTIFIERS),
        ("titles", &[F::TitleAlike, F::TitleWords, F::TitleSame, F::TitleInText]),
        ("texts", &[F::TextWords, F::TextInText, F::RareWords, F::RarestWord]),
        (
            "organisations",
            &[
                F::FunderShared,
                F::ImplementerShared,
                F::ChainShared,
                F::ReporterNamed,
                F::Mirrored,
                F::DoersApart,
                F::PartiesApart,
            ],
        ),
        ("beneficiaries", &[F::BeneficiariesShared, F::BeneficiariesApart]),
        ("sectors", &[F::PurposeShared, F::SectorShared, F::SectorsApart]),
        ("dates", &[F::StartNear, F::EndNear, F::PeriodSame, F::TimeShared, F::TimeApart]),
        (
            "amounts",
            &[F::AmountEqual, F::AmountNear, F::AmountClose, F::AmountTelling, F::AmountsApart, F::TotalsApart],
        ),
    ]
};

struct One {
    shares: Shares,
    p50: f64,
    p99: f64,
    misses: Vec<String>,
}

/// One measurement: weights a fold, then pairs and retrieval by each pair's own fold.
fn one(
    finder: &mut Finder,
    activities: &[Activity],
    material: &Material,
    folds: &[usize],
    left_out: &LeftOut,
    tell_misses: bool,
    known: Known,
) -> One {
    let learned: Vec<Arc<Weights>> = (0..FOLDS)
        .map(|fold| Arc::new(train::weights(material, "", left_out, &|at| folds.get(at) != Some(&fold))))
        .collect();
    let mut shares = Shares::default();
    let fold_of = |at: usize| folds.get(at).copied().unwrap_or_default();
    shares.separation = separations(material, &|at| &learned[fold_of(at)]);
    let mut ranks: Vec<(usize, Option<usize>)> = Vec::new();
    let mut times = Vec::new();
    let mut misses = Vec::new();
    let entries = entries(material);
    for (fold, weights) in learned.iter().enumerate() {
        finder.set_weights(weights.clone());
        for (at, labelled) in material.pairs.iter().enumerate() {
            if labelled.pair.label != Label::Duplicate || fold_of(at) != fold || !labelled.pair.cross_publisher {
                continue;
            }
            for (from, to) in [labelled.ids, (labelled.ids.1, labelled.ids.0)] {
                // Another entry of the same action is no miss, be it labelled so itself or by way of a third.
                let also: Vec<u128> =
                    entries.get(&from).into_iter().flatten().copied().filter(|id| *id != to).collect();
                let Some(activity) = activities.get(from as usize) else { continue };
                let subject = known.of(activity);
                let started = Instant::now();
                let near = finder.near_among(&subject, 100, Some(from), &|id| other_publisher(activities, from, id));
                times.push(started.elapsed().as_secs_f64() * 1000.0);
                let rank = near.iter().filter(|n| !also.contains(&n.id)).position(|n| n.id == to).map(|r| r + 1);
                ranks.push((at, rank));
                if tell_misses && rank != Some(1) {
                    misses.push(miss(activities, from, to, rank, near.first().map(|n| n.id), finder));
                }
            }
        }
    }
    let of = |take: &dyn Fn(&LabelledPair) -> bool| -> Retrieval {
        retrieval(ranks.iter().filter(|(at, _)| material.pairs.get(*at).is_some_and(|l| take(&l.pair))).map(|(_, r)| r))
    };
    shares.retrieval = vec![
        ("all".to_owned(), of(&|_| true)),
        ("different titles".to_owned(), of(&|p| !p.same_title)),
        ("formal links".to_owned(), of(&LabelledPair::formal_link)),
        ("no formal link".to_owned(), of(&|p| !p.formal_link())),
    ];
    if tell_misses {
        misses.extend(wrong(activities, material, finder, &|at| &learned[fold_of(at)]));
    }
    let (p50, p99) = (percentile(&mut times, 0.5), percentile(&mut times, 0.99));
    One { shares, p50, p99, misses }
}

/// By each labelled duplicate all entries of its action: what is the same as a third is the same.
fn entries(material: &Material) -> HashMap<u128, Vec<u128>> {
    let mut entries: HashMap<u128, Vec<u128>> = HashMap::new();
    for labelled in material.pairs.iter().filter(|l| l.pair.label == Label::Duplicate) {
        let (a, b) = labelled.ids;
        let mut all: Vec<u128> =
            [a, b].iter().flat_map(|id| entries.get(id).cloned().unwrap_or_else(|| vec![*id])).collect();
        all.sort_unstable();
        all.dedup();
        for id in &all {
            entries.insert(*id, all.clone());
        }
    }
    entries
}

fn miss(
    activities: &[Activity],
    from: u128,
    to: u128,
    rank: Option<usize>,
    first: Option<u128>,
    finder: &Finder,
) -> String {
    let tell = |id: u128| {
        activities
            .get(id as usize)
            .map(|a| {
                let s = a.subject();
                format!(
                    "{} [{}] {:?} {:?} {:?}..{:?} {:?}",
                    a.id,
                    a.publisher.name,
                    s.titles,
                    s.beneficiaries,
                    s.start.map(|d| d.day.to_string()),
                    s.end.map(|d| d.day.to_string()),
                    s.amounts.iter().map(|a| format!("{} {}", a.value, a.currency)).collect::<Vec<_>>()
                )
            })
            .unwrap_or_default()
    };
    let score = |id: u128| {
        finder
            .assess(from, id)
            .map(|a| {
                format!(
                    "{:.3}/{:.3} {:?}",
                    a.likelihood,
                    a.same,
                    a.parts.iter().take(6).map(|p| format!("{:?}:{:.2}", p.reason, p.contribution)).collect::<Vec<_>>()
                )
            })
            .unwrap_or_default()
    };
    format!(
        "rank {rank:?}\n  from   {}\n  sought {}\n         {}\n  first  {}\n         {}",
        tell(from),
        tell(to),
        score(to),
        first.map(tell).unwrap_or_default(),
        first.map(score).unwrap_or_default()
    )
}

/// The duplicates that score lowest and the others that score highest.
fn wrong<'a>(
    activities: &[Activity],
    material: &Material,
    finder: &Finder,
    weights: &dyn Fn(usize) -> &'a Weights,
) -> Vec<String> {
    let mut scored: Vec<(f32, usize)> = material
        .pairs
        .iter()
        .enumerate()
        .filter(|(_, l)| l.pair.cross_publisher)
        .map(|(at, l)| (crate::features::overlaps::engine::score(&l.evidence, weights(at)).same, at))
        .collect();
    scored.sort_by(|x, y| y.0.total_cmp(&x.0));
    let is = |at: usize| material.pairs.get(at).is_some_and(|l| l.pair.label == Label::Duplicate);
    let high = scored.iter().filter(|(_, at)| !is(*at)).take(20);
    let low = scored.iter().rev().filter(|(_, at)| is(*at)).take(20);
    high.chain(low)
        .filter_map(|(same, at)| {
            let l = material.pairs.get(*at)?;
            Some(format!(
                "{same:.3} {:?} {}: {}",
                l.pair.label,
                l.pair.tier,
                miss(activities, l.ids.0, l.ids.1, None, None, finder)
            ))
        })
        .collect()
}

/// The separations that the issue asks for.
fn separations<'a>(material: &Material, weights: &dyn Fn(usize) -> &'a Weights) -> Vec<(String, Separation)> {
    let scored: Vec<(f64, f64, &LabelledPair)> = material
        .pairs
        .iter()
        .enumerate()
        .map(|(at, l)| {
            let assessment = crate::features::overlaps::engine::score(&l.evidence, weights(at));
            (f64::from(assessment.likelihood), f64::from(assessment.same), &l.pair)
        })
        .collect();
    let mut all = Vec::new();
    type Take = fn(&LabelledPair) -> bool;
    let cuts: [(&str, Take); 4] = [
        ("all", |_| true),
        ("different publishers", |p| p.cross_publisher),
        ("different titles", |p| !p.same_title),
        ("formal links", LabelledPair::formal_link),
    ];
    for (name, take) in cuts {
        let of = scored.iter().filter(|(_, _, p)| take(p));
        let duplicates: Vec<_> = of.clone().map(|(_, same, p)| (*same, p.label == Label::Duplicate)).collect();
        all.push((format!("duplicate v rest, {name}"), separation(&duplicates)));
    }
    for (name, take) in cuts {
        let of = scored.iter().filter(|(_, _, p)| take(p));
        let any: Vec<_> = of.clone().map(|(any, _, p)| (*any, p.label != Label::Unrelated)).collect();
        all.push((format!("any overlap v unrelated, {name}"), separation(&any)));
    }
    all
}
