//! From evidence to an assessment.

use super::assessment::{Assessment, Kind, Part, Reason};
use super::evidence::{Evidence, Feature};
use super::text::{is_plain, stem};
use super::weights::Weights;

/// Weighs the evidence: two logistic sums, the reasons by how much they move the likelihood, the kind
/// by rule. A plain function. The words of [`Reason::WordsShared`] need [`name_words`].
pub fn score(evidence: &Evidence, weights: &Weights) -> Assessment {
    let (likelihood, same) = likelihoods(evidence, weights);
    Assessment { likelihood, same, kind: kind(evidence, same), parts: parts(evidence, weights) }
}

/// The two probabilities alone.
pub fn likelihoods(evidence: &Evidence, weights: &Weights) -> (f32, f32) {
    let (mut any, mut same) = (weights.bias.any, weights.bias.same);
    for (feature, value) in Feature::ALL.iter().zip(evidence.values()) {
        let weight = weights.get(*feature);
        any += weight.any * value;
        same += weight.same * value;
    }
    let likelihood = logistic(any);
    (likelihood, logistic(same).min(likelihood))
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Which kind the two would be. What the process states (parent, siblings, phases) goes before what is
/// guessed.
fn kind(evidence: &Evidence, same: f32) -> Kind {
    let has = |feature| evidence.get(feature) > 0.0;
    let one_hand = has(Feature::ImplementerShared) || has(Feature::FunderShared);
    if has(Feature::ParentNamed) {
        Kind::PartOf
    } else if has(Feature::PhasesDiffer) {
        Kind::Sequence
    } else if same >= 0.5 {
        Kind::Same
    } else if evidence.structure.siblings {
        Kind::Synergy
    } else if has(Feature::FundingNamed) {
        Kind::PartOf
    } else if has(Feature::TimeApart) || evidence.structure.follows && one_hand {
        Kind::Sequence
    } else if has(Feature::BeneficiariesApart) || has(Feature::ExclusionNamed) {
        Kind::Synergy
    } else {
        Kind::Overlap
    }
}

fn parts(evidence: &Evidence, weights: &Weights) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut add = |features: &[Feature], reason: Option<Reason>| {
        let contribution: f32 = features.iter().map(|f| weights.get(*f).any * evidence.get(*f)).sum();
        if let Some(reason) = reason
            && contribution.abs() >= 0.05
        {
            parts.push(Part { reason, contribution });
        }
    };
    use Feature as F;
    let s = &evidence.structure;
    let has = |feature| evidence.get(feature) > 0.0;
    let when = |yes: bool, reason: Reason| yes.then_some(reason);
    let share = evidence.get(F::TitleAlike);
    let title =
        if has(F::TitleSame) { Some(Reason::TitleSame) } else { when(share > 0.1, Reason::TitleAlike { share }) };
    add(&[F::TitleAlike, F::TitleWords, F::TitleSame], title);
    let words =
        when(!evidence.wording.shared.is_empty(), Reason::WordsShared(Vec::new())).or(Some(Reason::WordsDiffer));
    add(&[F::TextWords, F::TextInText, F::TitleInText, F::RareWords, F::RarestWord], words);
    add(
        &[F::BeneficiariesShared],
        when(!s.beneficiaries.is_empty(), Reason::SameBeneficiaries(s.beneficiaries.clone())),
    );
    let apart = s.apart.clone().map(|(first, second)| Reason::DifferentBeneficiariesOnly { first, second });
    add(&[F::BeneficiariesApart], apart);
    add(&[F::ExclusionNamed], when(has(F::ExclusionNamed), Reason::DeliberateExclusion { code: s.excluded.clone() }));
    add(&[F::PillarShared], when(has(F::PillarShared), Reason::PillarShared(s.pillars.clone())));
    add(&[F::ThemeShared], when(has(F::ThemeShared), Reason::ThemeShared(s.themes.clone())));
    add(&[F::PurposeShared, F::SectorShared], when(has(F::SectorShared), Reason::SectorShared(s.sectors.clone())));
    add(&[F::SectorsApart], when(has(F::SectorsApart), Reason::SectorsDiffer));
    let period = when(has(F::PeriodSame), Reason::SamePeriod).or(s.months_together.map(Reason::MonthsTogether));
    add(&[F::StartNear, F::EndNear, F::PeriodSame, F::TimeShared], period);
    add(&[F::TimeApart], s.months_apart.map(Reason::MonthsApart));
    let equal = s.amount.clone().map(|(value, currency)| Reason::AmountsEqual { value, currency });
    add(&[F::AmountEqual, F::AmountNear], equal.or(when(has(F::AmountNear), Reason::AmountsNear)));
    add(&[F::AmountsApart], when(evidence.get(F::AmountsApart) > 0.3, Reason::AmountsDiffer));
    let shared = when(!s.parties.is_empty(), Reason::OrganisationsShared(s.parties.clone()));
    add(&[F::FunderShared, F::ImplementerShared, F::ChainShared, F::ReporterNamed, F::Mirrored], shared);
    add(
        &[F::PartiesApart, F::DoersApart],
        when(has(F::PartiesApart) || has(F::DoersApart), Reason::OrganisationsDiffer),
    );
    let named = Reason::IdentifierNamed { identifier: s.identifier.clone() };
    add(&[F::IdentifierNamed, F::FundingNamed], when(has(F::IdentifierNamed) || has(F::FundingNamed), named));
    let shared = Reason::IdentifierShared { identifier: s.identifier.clone() };
    let shared = if s.siblings { Reason::SameParent } else { shared };
    let any_shared = has(F::IdentifierSame) || has(F::ThirdNamed) || has(F::CodeShared);
    add(&[F::IdentifierSame, F::ThirdNamed, F::CodeShared], when(any_shared, shared));
    add(&[F::ParentNamed], s.first_is_parent.map(|first_is_parent| Reason::ParentNamed { first_is_parent }));
    add(&[F::PhasesDiffer], s.phases.map(|(first, second)| Reason::Phases { first, second }));
    add(&[F::AcronymOnly], when(has(F::AcronymOnly), Reason::AcronymOnly { acronym: s.acronym.clone() }));
    parts.sort_by(|x, y| y.contribution.abs().total_cmp(&x.contribution.abs()));
    parts
}

/// Fills in the shared words, which only who gave them their numbers can spell: as one of the titles has them, and
/// otherwise as the first text that used them did. Those that say nothing are not named; where there is no other, none is.
pub fn name_words<'a>(
    assessment: &mut Assessment,
    evidence: &Evidence,
    titles: [&str; 2],
    spelt: impl Fn(u32) -> &'a str,
) {
    for part in &mut assessment.parts {
        if let Reason::WordsShared(words) = &mut part.reason {
            for first in evidence.wording.shared.iter().map(|term| spelt(*term)).filter(|word| !word.is_empty()) {
                let form = stem(first);
                if is_plain(first) {
                    continue;
                }
                let here = titles.iter().flat_map(|title| title.split_whitespace()).find(|word| stem(word) == form);
                let word = here.unwrap_or(first);
                // one word of another language may stand for two English ones
                if !words.iter().any(|named| named == word) {
                    words.push(word.to_owned());
                }
            }
        }
    }
}
