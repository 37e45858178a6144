//! What fields other than the words say.

use super::super::assessment::SharedParty;
use super::super::profile::{Day, Mark, Profile, link_of, role_of};
use super::super::subject::{Link, Precision, Role};
use super::super::vocabulary::Vocabulary;
use super::{Evidence, Feature, shared_marks};

/// Details of the structured fields, for the page.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    pub beneficiaries: Vec<String>,
    /// What each serves, where they share none.
    pub apart: Option<(Vec<String>, Vec<String>)>,
    pub excluded: String,
    pub pillars: Vec<String>,
    pub themes: Vec<String>,
    pub sectors: Vec<String>,
    pub parties: Vec<SharedParty>,
    /// Whole months in which both run; none where that is not known.
    pub months_together: Option<u32>,
    /// Whole months between the end of one and the start of the other; none where they meet.
    pub months_apart: Option<u32>,
    pub amount: Option<(f64, String)>,
    pub identifier: String,
    /// True: the first is the parent.
    pub first_is_parent: Option<bool>,
    /// Both are entered as part of the same action.
    pub siblings: bool,
    /// One says that it follows, or is followed by, another, and the two are alike enough for that to be
    /// this one.
    pub follows: bool,
    pub phases: Option<(u32, u32)>,
    pub acronym: String,
}

pub fn compare(a: &Profile, b: &Profile, names: &Vocabulary, detailed: bool, evidence: &mut Evidence) {
    let names = Names { of: names, detailed };
    places(a, b, names, evidence);
    topics(a, b, names, evidence);
    times(a, b, evidence);
    amounts(a, b, detailed, evidence);
    parties(a, b, names, evidence);
    identifiers(a, b, names, evidence);
    phases(a, b, evidence);
}

/// The names, which are spelt out only where someone will read them.
#[derive(Clone, Copy)]
struct Names<'a> {
    of: &'a Vocabulary,
    detailed: bool,
}

impl Names<'_> {
    fn text(self, number: u32) -> String {
        if self.detailed { self.of.shown(number).to_owned() } else { String::new() }
    }
}

fn texts(numbers: impl Iterator<Item = u32>, names: Names<'_>) -> Vec<String> {
    if names.detailed { numbers.map(|number| names.text(number)).collect() } else { Vec::new() }
}

fn all(profile: &Profile, kind: Mark, names: Names<'_>) -> Vec<String> {
    texts(profile.marks(kind).map(|(_, number)| number), names)
}

fn places(a: &Profile, b: &Profile, names: Names<'_>, evidence: &mut Evidence) {
    let shared: Vec<u32> = shared_marks(a, b, Mark::Beneficiary).collect();
    let (count_a, count_b) = (a.marks(Mark::Beneficiary).count(), b.marks(Mark::Beneficiary).count());
    if count_a > 0 && count_b > 0 {
        if shared.is_empty() {
            evidence.set(Feature::BeneficiariesApart, 1.0);
            evidence.structure.apart = Some((all(a, Mark::Beneficiary, names), all(b, Mark::Beneficiary, names)));
        } else {
            let union = count_a + count_b - shared.len();
            evidence.set(Feature::BeneficiariesShared, shared.len() as f32 / union as f32);
        }
    }
    for (one, other) in [(a, b), (b, a)] {
        for (_, number) in one.marks(Mark::Excluded) {
            if other.marks(Mark::Beneficiary).any(|(_, served)| served == number) {
                evidence.set(Feature::ExclusionNamed, 1.0);
                evidence.structure.excluded = names.text(number);
            }
        }
    }
    evidence.structure.beneficiaries = texts(shared.into_iter(), names);
}

fn topics(a: &Profile, b: &Profile, names: Names<'_>, evidence: &mut Evidence) {
    let pillars: Vec<u32> = shared_marks(a, b, Mark::Pillar).collect();
    let themes: Vec<u32> = shared_marks(a, b, Mark::Theme).collect();
    evidence.set(Feature::PillarShared, if pillars.is_empty() { 0.0 } else { 1.0 });
    evidence.set(Feature::ThemeShared, if themes.is_empty() { 0.0 } else { 1.0 });
    evidence.structure.pillars = texts(pillars.into_iter(), names);
    evidence.structure.themes = texts(themes.into_iter(), names);
    let fewer = |kind| a.marks(kind).count().min(b.marks(kind).count());
    let purposes: Vec<u32> = shared_marks(a, b, Mark::Purpose).collect();
    if fewer(Mark::Purpose) > 0 {
        evidence.set(Feature::PurposeShared, purposes.len() as f32 / fewer(Mark::Purpose) as f32);
    }
    if fewer(Mark::SectorGroup) > 0 {
        let groups = shared_marks(a, b, Mark::SectorGroup).count();
        evidence.set(Feature::SectorShared, groups as f32 / fewer(Mark::SectorGroup) as f32);
        evidence.set(Feature::SectorsApart, if groups == 0 { 1.0 } else { 0.0 });
    }
    evidence.structure.sectors = texts(purposes.into_iter(), names);
}

/// Days between two dates, none of it from what their precision leaves open.
fn days_between(a: Day, b: Day) -> i32 {
    (b.first() - a.last()).max(a.first() - b.last()).max(0)
}

fn times(a: &Profile, b: &Profile, evidence: &mut Evidence) {
    let near = |x: Option<Day>, y: Option<Day>| {
        let (x, y) = (x?, y?);
        // A year alone says less than a day that agrees.
        let exactness = if x.precision() == Precision::Year || y.precision() == Precision::Year { 0.5 } else { 1.0 };
        Some((exactness * (-(days_between(x, y) as f32) / 165.0).exp(), days_between(x, y)))
    };
    let (starts, ends) = (near(a.start, b.start), near(a.end, b.end));
    evidence.set(Feature::StartNear, starts.map_or(0.0, |s| s.0));
    evidence.set(Feature::EndNear, ends.map_or(0.0, |e| e.0));
    if let (Some((s, ds)), Some((e, de))) = (starts, ends)
        && ds <= 15
        && de <= 15
    {
        evidence.set(Feature::PeriodSame, s.min(e));
    }
    let gap = |x: Option<Day>, y: Option<Day>| Some(y?.first() - x?.last());
    let apart = gap(a.end, b.start).into_iter().chain(gap(b.end, a.start)).max();
    if let Some(days) = apart.filter(|days| *days > 0) {
        evidence.set(Feature::TimeApart, 1.0);
        evidence.structure.months_apart = Some(days.unsigned_abs() / 30);
    }
    if let (Some(start_a), Some(end_a), Some(start_b), Some(end_b)) = (a.start, a.end, b.start, b.end) {
        let together = end_a.last().min(end_b.last()) - start_a.first().max(start_b.first());
        let shorter = (end_a.last() - start_a.first()).min(end_b.last() - start_b.first()).max(1);
        if together > 0 {
            evidence.set(Feature::TimeShared, (together as f32 / shorter as f32).min(1.0));
            evidence.structure.months_together = Some((together.unsigned_abs() + 15) / 30);
        }
    }
}

/// Rough rates to the euro over the last twenty years, for seeing that two amounts may be one; never
/// for a sum that is shown.
fn euros(value: f32, currency: [u8; 4]) -> Option<f32> {
    let rate = match &currency[..3] {
        b"EUR" => 1.0,
        b"USD" => 0.85,
        b"GBP" => 1.18,
        b"CHF" => 0.92,
        b"SEK" => 0.098,
        b"NOK" => 0.105,
        b"DKK" => 0.134,
        b"CAD" => 0.68,
        b"AUD" => 0.65,
        b"JPY" => 0.0075,
        b"XDR" => 1.18,
        b"RSD" => 0.0085,
        b"MKD" => 0.0162,
        b"ALL" => 0.0083,
        b"BAM" => 0.511,
        _ => return None,
    };
    Some(value * rate)
}

fn amounts(a: &Profile, b: &Profile, detailed: bool, evidence: &mut Evidence) {
    let mut nearest: Option<f32> = None;
    let (mut close, mut told) = (false, 0.0_f32);
    for &(x, currency_x) in &a.amounts {
        for &(y, currency_y) in &b.amounts {
            let ratio = if currency_x == currency_y {
                (x / y).ln().abs()
            } else if let (Some(x), Some(y)) = (euros(x, currency_x), euros(y, currency_y)) {
                (x / y).ln().abs()
            } else {
                continue;
            };
            if currency_x == currency_y && ratio < 0.01 && x >= 100.0 {
                evidence.set(Feature::AmountEqual, 1.0);
                if detailed {
                    let currency = String::from_utf8_lossy(&currency_x).trim_end_matches('\0').to_owned();
                    evidence.structure.amount = Some((f64::from(x), currency));
                }
            }
            // rough rates explain a difference between two currencies, and nothing within one
            close |= ratio < if currency_x == currency_y { 0.03 } else { 0.1 };
            if currency_x == currency_y {
                told = told.max(telling(x, y));
            }
            nearest = Some(nearest.map_or(ratio, |n: f32| n.min(ratio)));
        }
    }
    if let Some(ratio) = nearest {
        evidence.set(Feature::AmountNear, if ratio < 0.15 { 1.0 } else { 0.0 });
        evidence.set(Feature::AmountClose, if close { 1.0 } else { 0.0 });
        evidence.set(Feature::AmountTelling, told);
        evidence.set(Feature::AmountsApart, (ratio / 5.0).min(1.0));
    }
    if let (Some(x), Some(y)) = (largest(a), largest(b)) {
        evidence.set(Feature::TotalsApart, ((x / y).ln().abs() / 3.0).min(1.0));
    }
}

/// The largest amount that is stated, in euros: what is spent and what is planned for a year lie below the whole.
fn largest(profile: &Profile) -> Option<f32> {
    profile.amounts.iter().filter_map(|&(value, currency)| euros(value, currency)).reduce(f32::max)
}

/// How much it tells that two amounts of one currency are the same to the unit: many grants are of 2,500,000, one of 376,189.
fn telling(x: f32, y: f32) -> f32 {
    if (x - y).abs() > 1.0 || x < 1_000.0 {
        return 0.0;
    }
    ((figures(x).min(figures(y)) as f32 - 2.0) / 2.0).clamp(0.0, 1.0)
}

/// Figures of an amount in whole units before nothing but noughts follow.
fn figures(amount: f32) -> u32 {
    let mut whole = f64::from(amount).round() as u64;
    while whole > 0 && whole.is_multiple_of(10) {
        whole /= 10;
    }
    whole.checked_ilog10().map_or(0, |log| log + 1)
}

fn parties(a: &Profile, b: &Profile, names: Names<'_>, evidence: &mut Evidence) {
    let doing = |role: Role| matches!(role, Role::Implementer | Role::Lead);
    let carrying = |role: Role| doing(role) || role == Role::Reporter;
    let (mut any, mut carried_by_one) = (false, false);
    let (mut first_reports, mut second_reports) = (false, false);
    for (code_a, number_a) in a.marks(Mark::Organisation) {
        for (code_b, number_b) in b.marks(Mark::Organisation) {
            if number_a != number_b {
                continue;
            }
            any = true;
            let (first, second) = (role_of(code_a), role_of(code_b));
            let feature = match (first, second) {
                (Role::Funder, Role::Funder) => Feature::FunderShared,
                (x, y) if doing(x) && doing(y) => Feature::ImplementerShared,
                (Role::Reporter, _) | (_, Role::Reporter) => Feature::ReporterNamed,
                _ => Feature::ChainShared,
            };
            first_reports |= first == Role::Reporter && second != Role::Reporter;
            second_reports |= second == Role::Reporter && first != Role::Reporter;
            carried_by_one |= carrying(first) && carrying(second);
            // That both have the one donor whom every second action has says little.
            let rarity = (names.of.worth(number_a) / 7.0).clamp(0.15, 1.0);
            evidence.set(feature, rarity.max(evidence.get(feature)));
            if !names.detailed {
                continue;
            }
            let name = names.text(number_a);
            let known = evidence.structure.parties.iter().any(|p| p.name == name);
            if !known && evidence.structure.parties.len() < 6 {
                evidence.structure.parties.push(SharedParty { key: None, name, first, second });
            }
        }
    }
    if first_reports && second_reports {
        evidence.set(Feature::Mirrored, 1.0);
    }
    let carried = |p: &Profile| p.marks(Mark::Organisation).any(|(code, _)| carrying(role_of(code)));
    if !carried_by_one && carried(a) && carried(b) {
        evidence.set(Feature::DoersApart, 1.0);
    }
    if !any && a.has(Mark::Organisation) && b.has(Mark::Organisation) {
        evidence.set(Feature::PartiesApart, 1.0);
    }
}

fn identifiers(a: &Profile, b: &Profile, names: Names<'_>, evidence: &mut Evidence) {
    // What more than a few bear is no reference of an action but of an organisation or a programme.
    let own = shared_marks(a, b, Mark::OwnIdentifier).find(|number| names.of.used(*number) <= 4);
    if let Some(number) = own {
        evidence.set(Feature::IdentifierSame, 1.0);
        evidence.structure.identifier = names.text(number);
    }
    let code = shared_marks(a, b, Mark::Code).find(|number| names.of.used(*number) <= 4);
    if code.is_some() {
        evidence.set(Feature::CodeShared, 1.0);
        // The code itself is not kept; an identifier that bears it is.
        evidence.structure.identifier = a
            .marks(Mark::OwnIdentifier)
            .chain(b.marks(Mark::OwnIdentifier))
            .next()
            .map(|(_, n)| names.text(n))
            .unwrap_or_default();
    }
    for (one, other, first) in [(a, b, true), (b, a, false)] {
        for (code, number) in one.marks(Mark::NamedIdentifier) {
            if !other.marks(Mark::OwnIdentifier).any(|(_, own)| own == number) {
                continue;
            }
            evidence.structure.identifier = names.text(number);
            match link_of(code) {
                Link::Parent => {
                    evidence.set(Feature::ParentNamed, 1.0);
                    evidence.structure.first_is_parent = Some(!first);
                }
                Link::Child => {
                    evidence.set(Feature::ParentNamed, 1.0);
                    evidence.structure.first_is_parent = Some(first);
                }
                Link::Funding | Link::Receiving => evidence.set(Feature::FundingNamed, 1.0),
                Link::Sibling | Link::SameElsewhere | Link::Text => evidence.set(Feature::IdentifierNamed, 1.0),
            }
        }
    }
    let third = shared_marks(a, b, Mark::NamedIdentifier).map(|number| (names.of.worth(number), number));
    if let Some((worth, number)) = third.max_by(|x, y| x.0.total_cmp(&y.0)) {
        evidence.set(Feature::ThirdNamed, worth / 10.0);
        if evidence.structure.identifier.is_empty() {
            evidence.structure.identifier = names.text(number);
        }
    }
}

fn phases(a: &Profile, b: &Profile, evidence: &mut Evidence) {
    let first: Vec<(u8, u32)> = a.marks(Mark::Phase).collect();
    let second: Vec<(u8, u32)> = b.marks(Mark::Phase).collect();
    let follows = |marks: &[(u8, u32)]| marks.iter().any(|(kind, _)| *kind == 3);
    evidence.structure.follows = (follows(&first) || follows(&second))
        && (evidence.get(Feature::TitleAlike) > 0.3 || evidence.get(Feature::TitleInText) > 0.5);
    for kind in [1, 2] {
        let of = |marks: &[(u8, u32)]| marks.iter().filter(|(k, _)| *k == kind).map(|(_, n)| *n).collect::<Vec<_>>();
        let (x, y) = (of(&first), of(&second));
        if let (Some(&p), Some(&q)) = (x.first(), y.first())
            && !x.iter().any(|n| y.contains(n))
            && (evidence.get(Feature::TitleWords) > if kind == 1 { 0.3 } else { 0.5 }
                || evidence.get(Feature::TitleAlike) > 0.35 && evidence.get(Feature::ImplementerShared) > 0.0
                || kind == 1 && evidence.get(Feature::ImplementerShared) > 0.0)
        {
            evidence.set(Feature::PhasesDiffer, 1.0);
            evidence.structure.phases = Some((p, q));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USD: [u8; 4] = *b"USD\0";
    const EUR: [u8; 4] = *b"EUR\0";
    const GBP: [u8; 4] = *b"GBP\0";

    fn of(a: (f32, [u8; 4]), b: (f32, [u8; 4])) -> Evidence {
        let with = |amount| Profile { amounts: Box::new([amount]), ..Profile::default() };
        let mut evidence = Evidence::default();
        amounts(&with(a), &with(b), false, &mut evidence);
        evidence
    }

    #[test]
    fn ten_percent_is_close_between_two_currencies_alone() {
        let one = of((4_999_999.0, USD), (4_499_999.0, USD));
        assert_eq!((one.get(Feature::AmountNear), one.get(Feature::AmountClose)), (1.0, 0.0));
        let two = of((195_156.0, GBP), (220_000.0, EUR));
        assert_eq!((two.get(Feature::AmountNear), two.get(Feature::AmountClose)), (1.0, 1.0));
    }

    #[test]
    fn a_part_in_common_does_not_hide_that_the_whole_differs() {
        let with = |amounts: &[(f32, [u8; 4])]| Profile { amounts: amounts.into(), ..Profile::default() };
        let mut evidence = Evidence::default();
        let (whole, part) = (with(&[(3_000_000.0, EUR), (500_000.0, EUR)]), with(&[(500_000.0, EUR)]));
        amounts(&whole, &part, false, &mut evidence);
        assert_eq!(evidence.get(Feature::AmountsApart), 0.0);
        assert!((evidence.get(Feature::TotalsApart) - 0.597).abs() < 0.001);
    }

    #[test]
    fn an_amount_tells_more_the_less_round_it_is() {
        let told = |x: f32, y: f32| of((x, EUR), (y, EUR)).get(Feature::AmountTelling);
        assert_eq!(told(376_188.75, 376_188.75), 1.0);
        assert_eq!(told(1_930_000.0, 1_930_000.0), 0.5);
        assert_eq!(told(2_499_999.5, 2_500_000.0), 0.0);
        assert_eq!(told(376_188.0, 376_190.0), 0.0);
        assert_eq!(told(640.0, 640.0), 0.0);
        assert_eq!(of((376_188.0, EUR), (376_188.0, USD)).get(Feature::AmountTelling), 0.0);
    }
}
