//! How the figures of one indicator come to one figure: which of them count, and what they come to by a method. Plain
//! functions; the order in which figures are given never matters.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

use crate::features::plans::{Method, is_percentage};
use crate::kernel::ids::{ActionId, BeneficiaryId};

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// By the pillar's lead or the secretariat, for all that is done.
    Stated,
    /// By an accepted report on one action, for that action.
    Reported(ActionId),
}

/// One figure of one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub id: Uuid,
    /// None: all of them together.
    pub beneficiary: Option<BeneficiaryId>,
    pub start: NaiveDate,
    pub end: NaiveDate,
    pub value: Decimal,
    pub origin: Origin,
    /// The day on which its source says it.
    pub dated: NaiveDate,
}

impl Figure {
    /// A period is of the year in which it ends.
    pub fn year(&self) -> i32 {
        self.end.year()
    }

    fn overlaps(&self, other: &Figure) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    fn length(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    fn is_stated(&self) -> bool {
        self.origin == Origin::Stated
    }

    fn is_whole(&self) -> bool {
        self.beneficiary.is_none()
    }

    /// What is stated stands before what is reported, what is for all before what is for one, a longer period before a
    /// shorter, a later word before an earlier; but a reported whole that `stands` before what is stated for one. The id
    /// decides between equals, so that there is one order.
    fn rank(&self, stands: &BTreeSet<Uuid>) -> impl Ord + use<> {
        let first = match (self.is_stated(), self.is_whole()) {
            (true, true) => 0,
            (false, true) if stands.contains(&self.id) => 1,
            (true, false) => 2,
            (false, true) => 3,
            (false, false) => 4,
        };
        (first, Reverse(self.length()), self.start, Reverse(self.dated), self.id)
    }
}

/// Whether what is stated for single beneficiaries says it all: for every one that is named, on every day of the whole.
fn say_it_all(singles: &[&Figure], whole: &Figure, named: &[BeneficiaryId]) -> bool {
    let on_every_day = |b: &BeneficiaryId| {
        let mut of: Vec<&Figure> = singles.iter().copied().filter(|f| f.beneficiary == Some(*b)).collect();
        of.sort_by_key(|f| (f.start, f.end));
        // the first day of which nothing has been found yet
        let mut open = whole.start;
        for f in of.into_iter().filter(|f| f.end >= whole.start) {
            if f.start > open {
                break;
            }
            open = open.max(f.end.succ_opt().unwrap_or(NaiveDate::MAX));
        }
        open > whole.end
    };
    !named.is_empty() && named.iter().all(on_every_day)
}

/// The reported wholes that stand before what is stated for single beneficiaries: a figure for one does not cover one for all, unless
/// there is one for each.
fn standing(all: &[&Figure], named: &[BeneficiaryId]) -> BTreeSet<Uuid> {
    let mut stand: BTreeSet<Uuid> = BTreeSet::new();
    loop {
        // what is within a whole that stands covers no other
        let within = |f: &Figure| all.iter().any(|w| stand.contains(&w.id) && w.overlaps(f));
        let singles: Vec<&Figure> =
            all.iter().copied().filter(|f| f.is_stated() && !f.is_whole() && !within(f)).collect();
        let more: Vec<Uuid> = all
            .iter()
            .filter(|w| !w.is_stated() && w.is_whole() && !stand.contains(&w.id) && !say_it_all(&singles, w, named))
            .map(|w| w.id)
            .collect();
        if more.is_empty() {
            return stand;
        }
        stand.extend(more);
    }
}

/// Why a figure is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A stated figure covers it: the report is part of what that one says.
    StatedStands,
    /// A figure for all together covers it.
    WholeStands,
    /// Another figure covers the same period, or part of it.
    SamePeriod,
}

impl Why {
    /// The Fluent key of its words.
    pub fn label(self) -> &'static str {
        match self {
            Why::StatedStands => "result-why-stated",
            Why::WholeStands => "result-why-whole",
            Why::SamePeriod => "result-why-period",
        }
    }
}

/// Whether one figure, which counts, says what another says, so that both together would count something twice.
fn clash(counts: &Figure, other: &Figure) -> Option<Why> {
    let same = counts.beneficiary == other.beneficiary;
    if !counts.overlaps(other) || !(same || counts.beneficiary.is_none() || other.beneficiary.is_none()) {
        return None;
    }
    match (counts.origin, other.origin) {
        (Origin::Stated, Origin::Reported(_)) => Some(Why::StatedStands),
        // reports on two actions are about two things
        (Origin::Reported(a), Origin::Reported(b)) if a != b => None,
        _ if same => Some(Why::SamePeriod),
        _ => Some(Why::WholeStands),
    }
}

/// The figures that count, and those that do not, each with the reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted<'a> {
    pub figures: Vec<&'a Figure>,
    pub left_out: Vec<(&'a Figure, Why)>,
}

/// Of some figures of one indicator those that count. `named`: the beneficiaries that the indicator is about.
pub fn counted<'a>(figures: impl IntoIterator<Item = &'a Figure>, named: &[BeneficiaryId]) -> Counted<'a> {
    let mut all: Vec<&Figure> = figures.into_iter().collect();
    let stands = standing(&all, named);
    all.sort_by_key(|f| f.rank(&stands));
    let mut found = Counted::default();
    for figure in all {
        match found.figures.iter().find_map(|counts| clash(counts, figure)) {
            Some(why) => found.left_out.push((figure, why)),
            None => found.figures.push(figure),
        }
    }
    found
}

/// The method by which figures of a unit come to one: percentages are neither added up nor averaged, whatever is stated.
pub fn effective(method: Method, unit: &str) -> Method {
    match method {
        Method::Sum | Method::Mean if is_percentage(unit) => Method::None,
        other => other,
    }
}

/// What figures come to. It carries what it takes to go on: a mean how many figures it is of, so that it is never made of
/// means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Total {
    /// They do not come to one: how many there are, and which where there is one alone.
    Each {
        n: usize,
        only: Option<Decimal>,
    },
    Sum {
        value: Decimal,
        n: usize,
    },
    /// Each figure has the weight of one.
    Mean {
        sum: Decimal,
        n: usize,
    },
    /// Of the period that ends last, and there of that which begins last; `only` where there is one such figure alone.
    Latest {
        end: NaiveDate,
        start: NaiveDate,
        n: usize,
        only: Option<Decimal>,
    },
    /// So many of so many say yes.
    Yes {
        yes: usize,
        of: usize,
    },
}

impl Total {
    /// What figures that count come to; nothing where there is none.
    pub fn of(method: Method, figures: &[&Figure]) -> Option<Self> {
        if method == Method::CountYes {
            return Self::yes(figures);
        }
        let one = |f: &&Figure| match method {
            Method::Sum => Total::Sum { value: f.value, n: 1 },
            Method::Mean => Total::Mean { sum: f.value, n: 1 },
            Method::Latest => Total::Latest { end: f.end, start: f.start, n: 1, only: Some(f.value) },
            Method::None | Method::CountYes => Total::Each { n: 1, only: Some(f.value) },
        };
        figures.iter().map(one).reduce(Total::join)
    }

    /// Of each beneficiary, and of each action that reports, its latest word counts.
    fn yes(figures: &[&Figure]) -> Option<Self> {
        let mut latest: BTreeMap<_, &Figure> = BTreeMap::new();
        let at = |f: &Figure| (f.end, f.start, f.dated, f.id);
        for &f in figures {
            let word = latest.entry((f.beneficiary, f.origin)).or_insert(f);
            if at(f) > at(word) {
                *word = f;
            }
        }
        let yes = latest.values().filter(|f| !f.value.is_zero()).count();
        (!latest.is_empty()).then_some(Total::Yes { yes, of: latest.len() })
    }

    /// Two of the same kind together. Two of different kinds stand each for itself.
    pub fn join(self, other: Self) -> Self {
        match (self, other) {
            (Total::Sum { value: a, n }, Total::Sum { value: b, n: m }) => {
                Total::Sum { value: a.saturating_add(b), n: n + m }
            }
            (Total::Mean { sum: a, n }, Total::Mean { sum: b, n: m }) => {
                Total::Mean { sum: a.saturating_add(b), n: n + m }
            }
            (Total::Latest { end: e, start: s, n, only }, Total::Latest { end: f, start: t, n: m, only: other }) => {
                match (e, s).cmp(&(f, t)) {
                    std::cmp::Ordering::Greater => Total::Latest { end: e, start: s, n, only },
                    std::cmp::Ordering::Less => Total::Latest { end: f, start: t, n: m, only: other },
                    std::cmp::Ordering::Equal => Total::Latest { end: e, start: s, n: n + m, only: None },
                }
            }
            (Total::Yes { yes, of }, Total::Yes { yes: more, of: others }) => {
                Total::Yes { yes: yes + more, of: of + others }
            }
            (a, b) => Total::Each { n: a.count() + b.count(), only: None },
        }
    }

    /// Of how many figures.
    pub fn count(&self) -> usize {
        match self {
            Total::Each { n, .. } | Total::Sum { n, .. } | Total::Mean { n, .. } | Total::Latest { n, .. } => *n,
            Total::Yes { of, .. } => *of,
        }
    }

    /// The one figure, where they come to one.
    pub fn value(&self) -> Option<Decimal> {
        match self {
            Total::Each { only, .. } | Total::Latest { only, .. } => *only,
            Total::Sum { value, .. } => Some(*value),
            Total::Mean { sum, n } => sum.checked_div(Decimal::from(*n)),
            Total::Yes { yes, .. } => Some(Decimal::from(*yes)),
        }
    }
}

/// Which of an indicator's figures are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All that there are.
    All,
    /// Those of one beneficiary: what is said of all together says nothing of one.
    One(BeneficiaryId),
}

/// What an indicator's figures come to: those of a year, or of all years; of one beneficiary, or all.
pub fn total(method: Method, figures: &[Figure], named: &[BeneficiaryId], of: Of, year: Option<i32>) -> Option<Total> {
    let wanted = figures.iter().filter(|f| match of {
        Of::All => true,
        Of::One(b) => f.beneficiary == Some(b),
    });
    // what counts is decided over all years: a figure of two years covers both
    let counts = counted(wanted, named);
    let of_year: Vec<&Figure> =
        counts.figures.into_iter().filter(|f| year.is_none_or(|year| f.year() == year)).collect();
    Total::of(method, &of_year)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
