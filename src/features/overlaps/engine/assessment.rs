//! What the finder says of a pair: how likely, of which kind, and why. No sentences: the page words it.

use super::subject::Role;

/// How likely two actions overlap, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Probability, 0 to 1, that the two are the same, overlap, or belong together.
    pub likelihood: f32,
    /// Probability, 0 to 1, that the two entries are one action entered twice. Never above `likelihood`.
    pub same: f32,
    pub kind: Kind,
    /// The reasons, the one that moves the likelihood most first.
    pub parts: Vec<Part>,
}

impl Assessment {
    /// What lists are ordered by: an action entered twice stands above one that is only related. The log-odds
    /// of the two, those of the likelihood twice. Log-odds, since that is the scale on which evidence adds up:
    /// of two entries at 0.94 and 0.998 the second has thirty times the odds, though as probabilities they are
    /// next to equal. Twice, since most of what there is to say of two actions is whether they have to do with
    /// one another at all. That a part is not its whole tells nothing: where the process has said that one
    /// belongs to the other, the likelihood alone counts.
    pub fn rank(&self) -> f32 {
        let stated = self.parts.iter().any(|part| matches!(part.reason, Reason::ParentNamed { .. }));
        rank(self.likelihood, self.same, stated)
    }
}

/// See [`Assessment::rank`].
pub fn rank(likelihood: f32, same: f32, stated: bool) -> f32 {
    let same = if stated { likelihood } else { same };
    (2.0 * log_odds(likelihood) + log_odds(same)) / 3.0
}

/// Within a millionth of certainty either way, where four bytes still tell one probability from another.
fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

/// What the two would be to one another, if the likelihood holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One action entered twice.
    Same,
    /// Same purpose, beneficiaries and time.
    Overlap,
    /// Same objective, another kind of support or other beneficiaries.
    Synergy,
    /// One follows the other: phases, predecessor and successor.
    Sequence,
    /// One is part of the other: parent and child, fund and grant.
    PartOf,
}

/// One reason and its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub reason: Reason,
    /// What it adds to (or takes from) the log-odds of the likelihood.
    pub contribution: f32,
}

/// A reason with what a page needs to put it in words. "First" and "second" are the two in the
/// order they were asked about.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Titles that are the same but for spelling.
    TitleSame,
    /// Share of the titles' weight that is alike, 0 to 1.
    TitleAlike {
        share: f32,
    },
    /// The most telling words that both use, as one of the two writes them.
    WordsShared(Vec<String>),
    /// Texts (titles and descriptions) with little in common.
    WordsDiffer,
    SameBeneficiaries(Vec<String>),
    /// Both state beneficiaries and share none.
    DifferentBeneficiariesOnly {
        first: Vec<String>,
        second: Vec<String>,
    },
    /// One says that this beneficiary is left out on purpose; the other serves it.
    DeliberateExclusion {
        code: String,
    },
    PillarShared(Vec<String>),
    ThemeShared(Vec<String>),
    SectorShared(Vec<String>),
    SectorsDiffer,
    /// Organisations in both, with their role in the first and in the second.
    OrganisationsShared(Vec<SharedParty>),
    /// Both say who is involved, and nobody is in both.
    OrganisationsDiffer,
    /// Whole months during which both run.
    MonthsTogether(u32),
    /// Start and end (nearly) the same.
    SamePeriod,
    /// Whole months between the end of one and the start of the other.
    MonthsApart(u32),
    /// Two numbered phases, editions or calls of one thing, as the titles count them.
    Phases {
        first: u32,
        second: u32,
    },
    /// One names the other's identifier.
    IdentifierNamed {
        identifier: String,
    },
    /// Both name the same third action, or bear the same reference.
    IdentifierShared {
        identifier: String,
    },
    /// One is entered as part of the other; true: the first is the parent.
    ParentNamed {
        first_is_parent: bool,
    },
    /// Both are part of the same action.
    SameParent,
    /// An amount of one equals (within 1 %) an amount of the other.
    AmountsEqual {
        value: f64,
        currency: String,
    },
    /// Amounts near one another (within 15 %), the currencies' rough rates taken into account.
    AmountsNear,
    /// Amounts of another order of magnitude.
    AmountsDiffer,
    /// The same acronym, and little else.
    AcronymOnly {
        acronym: String,
    },
}

/// An organisation that is in both actions.
#[derive(Debug, Clone, PartialEq)]
pub struct SharedParty {
    /// The organisation's id in the process, where it was given one.
    pub key: Option<u128>,
    pub name: String,
    pub first: Role,
    pub second: Role,
}
