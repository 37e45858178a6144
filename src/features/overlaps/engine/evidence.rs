//! From two profiles to evidence: named numbers that the score weighs, and the details that a page shows.

use super::profile::{Mark, Profile};
use super::vocabulary::Vocabulary;

mod structure;
mod wording;

pub use structure::Structure;
pub use wording::Wording;
pub use wording::square;

macro_rules! features {
    ($($name:ident $text:literal $about:literal)*) => {
        /// What is weighed. Each value is 0 where nothing is known; most run from 0 to 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(usize)]
        pub enum Feature { $($name),* }

        impl Feature {
            pub const ALL: &'static [Feature] = &[$(Feature::$name),*];

            /// Its name in the file of weights.
            pub fn name(self) -> &'static str {
                match self { $(Feature::$name => $text),* }
            }

            /// What it measures, for the file of weights.
            pub fn about(self) -> &'static str {
                match self { $(Feature::$name => $about),* }
            }
        }
    };
}

features! {
    TitleAlike "title_alike" "the greater of: cosine of the titles' words, rare words counting more; share of runs of four letters in common"
    TitleWords "title_words" "cosine of the titles' words"
    TitleSame "title_same" "the titles are the same but for spelling; less where their words are common ones"
    TextWords "text_words" "cosine of all words, titles counting double"
    TextInText "text_in_text" "share of the shorter text's telling words that the longer has"
    TitleInText "title_in_text" "share of one title's telling words that the other action uses anywhere"
    RareWords "rare_words" "how much the shared words tell together, saturating"
    RarestWord "rarest_word" "how rare the rarest shared word is"
    BeneficiariesShared "beneficiaries_shared" "beneficiaries in common, of all that the two state"
    BeneficiariesApart "beneficiaries_apart" "both state beneficiaries and share none"
    ExclusionNamed "exclusion_named" "one leaves out on purpose what the other serves"
    PillarShared "pillar_shared" "a pillar in common"
    ThemeShared "theme_shared" "a theme of the process in common"
    PurposeShared "purpose_shared" "purpose codes in common, of the fewer"
    SectorShared "sector_shared" "groups of purpose codes in common, of the fewer"
    SectorsApart "sectors_apart" "both state sectors and share none"
    StartNear "start_near" "starts near one another: 1 on the same day, a third at half a year"
    EndNear "end_near" "ends near one another"
    PeriodSame "period_same" "starts and ends within a fortnight of one another"
    TimeShared "time_shared" "share of the shorter action's time in which both run"
    TimeApart "time_apart" "both periods are known and do not meet"
    AmountEqual "amount_equal" "an amount in common to within 1 %"
    AmountNear "amount_near" "an amount in common to within 15 %, rough rates taken"
    AmountClose "amount_close" "an amount in common to within 3 % in one currency, or 10 % between two at rough rates"
    AmountTelling "amount_telling" "an amount in common to the unit: nothing if it has two figures or fewer (2,500,000), all from four on (376,189)"
    AmountsApart "amounts_apart" "the nearest amounts differ: logarithm of their ratio"
    TotalsApart "totals_apart" "the largest amounts of the two differ: logarithm of their ratio, rough rates taken"
    FunderShared "funder_shared" "the same organisation gives money in both; more the rarer it is in the process"
    ImplementerShared "implementer_shared" "the same organisation implements both; more the rarer it is"
    ChainShared "chain_shared" "one organisation in both, in different roles"
    ReporterNamed "reporter_named" "who reports the one is a party of the other"
    Mirrored "mirrored" "who reports the one is a party of the other, and the other way round: a donor's and an implementer's entry"
    DoersApart "doers_apart" "both say who carries it out, and nobody is in both"
    PartiesApart "parties_apart" "both say who is involved and nobody is in both"
    IdentifierSame "identifier_same" "both bear the same identifier or reference"
    CodeShared "code_shared" "their identifiers end in the same code, or one's text names the other's code"
    IdentifierNamed "identifier_named" "one names the other's identifier"
    FundingNamed "funding_named" "one names the other as where its money comes from or goes to"
    ParentNamed "parent_named" "one is entered as part of the other"
    ThirdNamed "third_named" "both name the same third action, counting more the fewer name it"
    PhasesDiffer "phases_differ" "the titles count different phases or years of one thing"
    Agreement "agreement" "how many of title, period, money, beneficiaries and parties agree, squared: together they tell more than one by one"
    AcronymOnly "acronym_only" "an acronym in common and hardly anything else"
}

/// What speaks for and against two actions being one, overlapping or belonging together.
#[derive(Debug, Clone)]
pub struct Evidence {
    values: [f32; Feature::ALL.len()],
    pub wording: Wording,
    pub structure: Structure,
}

impl Default for Evidence {
    fn default() -> Self {
        Self { values: [0.0; Feature::ALL.len()], wording: Wording::default(), structure: Structure::default() }
    }
}

impl Evidence {
    pub fn get(&self, feature: Feature) -> f32 {
        self.values.get(feature as usize).copied().unwrap_or_default()
    }

    pub fn set(&mut self, feature: Feature, value: f32) {
        if let Some(place) = self.values.get_mut(feature as usize) {
            *place = value;
        }
    }

    pub fn values(&self) -> &[f32; Feature::ALL.len()] {
        &self.values
    }
}

/// What the process itself says of two actions: that one is part of the other, or both of a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    None,
    FirstIsParent,
    SecondIsParent,
    Siblings,
}

impl Family {
    /// From (own id, parent's id) of the two.
    pub fn of(a: (Option<u128>, Option<&u128>), b: (Option<u128>, Option<&u128>)) -> Self {
        if a.1.is_some() && a.1 == b.0.as_ref() {
            Self::SecondIsParent
        } else if b.1.is_some() && b.1 == a.0.as_ref() {
            Self::FirstIsParent
        } else if a.1.is_some() && a.1 == b.1 {
            Self::Siblings
        } else {
            Self::None
        }
    }
}

/// What two actions have in common and what parts them. A plain function: the same two in the other
/// order give the same values, only the details change sides.
///
/// `detailed`: with what a page shows; candidates are first weighed without.
pub fn evidence(
    a: &Profile,
    b: &Profile,
    family: Family,
    vocabulary: &Vocabulary,
    names: &Vocabulary,
    detailed: bool,
) -> Evidence {
    let mut evidence = Evidence::default();
    wording::compare(a, b, vocabulary, detailed, &mut evidence);
    structure::compare(a, b, names, detailed, &mut evidence);
    match family {
        Family::FirstIsParent | Family::SecondIsParent => {
            evidence.set(Feature::ParentNamed, 1.0);
            evidence.structure.first_is_parent = Some(family == Family::FirstIsParent);
        }
        Family::Siblings => {
            // The process knows that they belong together; that alone is no question to anybody.
            evidence.set(Feature::ThirdNamed, 0.25);
            evidence.structure.siblings = true;
        }
        Family::None => {}
    }
    let agree = |feature, at: f32| if evidence.get(feature) >= at { 0.2_f32 } else { 0.0 };
    let agreement = agree(Feature::TitleAlike, 0.6)
        + agree(Feature::PeriodSame, 0.4)
        + agree(Feature::AmountEqual, 1.0).max(agree(Feature::AmountNear, 1.0) / 2.0)
        + agree(Feature::BeneficiariesShared, 0.9)
        + agree(Feature::Mirrored, 1.0).max(agree(Feature::ImplementerShared, 0.4));
    evidence.set(Feature::Agreement, agreement * agreement);
    // An acronym is a name, not a purpose: two projects called PaCT are not one.
    let acronym = shared_marks(a, b, Mark::Acronym).find(|acronym| names.used(*acronym) < 20);
    if let Some(acronym) = acronym
        && evidence.get(Feature::TextWords) < 0.25
    {
        evidence.set(Feature::AcronymOnly, 1.0);
        if detailed {
            evidence.structure.acronym = names.shown(acronym).to_owned();
        }
    }
    evidence
}

/// Numbers that both profiles bear with this mark, whatever the detail; each once.
pub fn shared_marks<'a>(a: &'a Profile, b: &'a Profile, kind: Mark) -> impl Iterator<Item = u32> + 'a {
    let mut last = None;
    a.marks(kind)
        .filter(move |(_, number)| b.marks(kind).any(|(_, other)| other == *number))
        .map(|(_, number)| number)
        .filter(move |number| last.replace(*number) != Some(*number))
}
