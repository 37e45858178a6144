//! The coverage matrix: what stands in a cell, and how it is counted. Plain functions.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

use crate::features::money::Within;
use crate::features::needs::model::{Coverage, Priority};
use crate::kernel::date::PartialDate;
use crate::kernel::ids::{ActionId, BeneficiaryId, NeedId, OrganisationId};
use crate::kernel::money::Currency;

/// From so many donors on, a cell says that several partners are active.
pub const SEVERAL: usize = 3;

/// A need as it stood on the day.
#[derive(Debug, Clone, Deserialize)]
pub struct NeedAt {
    pub id: NeedId,
    pub title: String,
    pub beneficiary: BeneficiaryId,
    /// The mapping cycle it was stated in, and its first year.
    pub cycle: String,
    pub cycle_year: i16,
    /// The lineage of its node.
    pub lineage: Option<Uuid>,
    pub theme: Option<Uuid>,
    pub priority: Option<Priority>,
    pub by_when: Option<PartialDate>,
    pub coverage: Option<Coverage>,
    pub judged_on: Option<NaiveDate>,
    pub reason: Option<String>,
    /// Actions that its beneficiary had confirmed.
    pub answered_by: Vec<ActionId>,
}

/// An action that ran or was planned on the day.
#[derive(Debug, Clone, Deserialize)]
pub struct ActionAt {
    pub id: ActionId,
    pub title: String,
    pub status: Option<String>,
    pub ends: Option<PartialDate>,
    pub parent: Option<ActionId>,
    /// Lineages of the nodes it hangs on.
    pub lineages: Vec<Uuid>,
    pub themes: Vec<Uuid>,
    pub places: Vec<Place>,
    pub donors: Vec<Donor>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Place {
    pub beneficiary: BeneficiaryId,
    /// Percent.
    pub share: Option<Decimal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Donor {
    pub id: OrganisationId,
    pub name: String,
}

/// How a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No need, no action.
    Nothing,
    /// Actions, and no need that was stated.
    Unasked,
    /// Needs that are all judged not to be covered; or of which none is judged to be covered even partly, and no action.
    Uncovered,
    Partly,
    /// Every need is judged to be covered.
    Covered,
}

impl Standing {
    pub const ALL: [Standing; 5] =
        [Standing::Uncovered, Standing::Partly, Standing::Covered, Standing::Unasked, Standing::Nothing];

    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Nothing => "matrix-nothing",
            Standing::Unasked => "matrix-unasked",
            Standing::Uncovered => "matrix-uncovered",
            Standing::Partly => "matrix-partly",
            Standing::Covered => "matrix-covered",
        }
    }

    /// The sign that says it besides colour and word.
    pub fn sign(self) -> &'static str {
        match self {
            Standing::Nothing => "",
            Standing::Unasked => "·",
            Standing::Uncovered => "○",
            Standing::Partly => "◐",
            Standing::Covered => "●",
        }
    }

    /// Its class, in the stylesheet and in the picture.
    pub fn class(self) -> &'static str {
        match self {
            Standing::Nothing => "",
            Standing::Unasked => "h1",
            Standing::Uncovered => "gap",
            Standing::Partly => "h2",
            Standing::Covered => "h3",
        }
    }
}

/// The column of a cell: a beneficiary, or what names none.
pub type Column = Option<BeneficiaryId>;
/// The row: a lineage or a theme, or what has none.
pub type RowKey = Option<Uuid>;

/// What belongs into a cell: places in the lists of needs and actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub needs: BTreeSet<usize>,
    pub actions: BTreeSet<usize>,
}

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Measures,
    Themes,
}

/// Everything that was counted.
#[derive(Debug, Default)]
pub struct Matrix {
    pub needs: Vec<NeedAt>,
    pub actions: Vec<ActionAt>,
    pub cells: HashMap<(RowKey, Column), Cell>,
    /// The money of actions, where it is asked for, and the currency that it is in.
    pub money: Option<(Within, Currency)>,
}

/// What an amount of money comes to, in the currency of the matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Money {
    pub amount: Decimal,
    /// A share in it is an equal split, which nobody has stated.
    pub estimate: bool,
}

/// The part of an action that goes to a beneficiary, between 0 and 1, and whether it is an equal split that nobody stated.
/// To a column of none goes what names no beneficiary, whole.
pub fn share(action: &ActionAt, column: Column) -> (Decimal, bool) {
    let Some(beneficiary) = column else {
        return (if action.places.is_empty() { Decimal::ONE } else { Decimal::ZERO }, false);
    };
    let Some(place) = action.places.iter().find(|p| p.beneficiary == beneficiary) else {
        return (Decimal::ZERO, false);
    };
    if action.places.iter().any(|p| p.share.is_some()) {
        // above a hundred all are brought down in proportion, as money counts them
        let stated: Decimal = action.places.iter().filter_map(|p| p.share).sum();
        return (place.share.unwrap_or_default() / stated.max(Decimal::ONE_HUNDRED), false);
    }
    let n = action.places.len();
    (Decimal::ONE / Decimal::from(n.max(1)), n > 1)
}

impl Matrix {
    /// Puts needs and actions into their cells. `rows`: those that are shown; what stands in none of them has a row of its
    /// own, where it is a need, or an action that answers one.
    pub fn new(needs: Vec<NeedAt>, actions: Vec<ActionAt>, by: By, rows: &HashSet<Uuid>) -> Self {
        let mut cells: HashMap<(RowKey, Column), Cell> = HashMap::new();
        let place: HashMap<ActionId, usize> = actions.iter().enumerate().map(|(i, a)| (a.id, i)).collect();
        let known = |key: Option<Uuid>| key.filter(|k| rows.contains(k));
        for (i, need) in needs.iter().enumerate() {
            let row = known(match by {
                By::Measures => need.lineage,
                By::Themes => need.theme,
            });
            let cell = cells.entry((row, Some(need.beneficiary))).or_default();
            cell.needs.insert(i);
            cell.actions.extend(need.answered_by.iter().filter_map(|a| place.get(a)));
        }
        for (i, action) in actions.iter().enumerate() {
            let keys = match by {
                By::Measures => &action.lineages,
                By::Themes => &action.themes,
            };
            for row in keys.iter().filter(|k| rows.contains(k)) {
                for column in columns(action) {
                    cells.entry((Some(*row), column)).or_default().actions.insert(i);
                }
            }
        }
        Self { needs, actions, cells, money: None }
    }

    pub fn cell(&self, row: RowKey, column: Column) -> Cell {
        self.cells.get(&(row, column)).cloned().unwrap_or_default()
    }

    /// The cells of a row, or of a column, put together: each need and action once.
    pub fn together(&self, of: impl Fn(&(RowKey, Column)) -> bool) -> Cell {
        let mut all = Cell::default();
        for (_, cell) in self.cells.iter().filter(|(key, _)| of(key)) {
            all.needs.extend(&cell.needs);
            all.actions.extend(&cell.actions);
        }
        all
    }

    pub fn standing(&self, cell: &Cell) -> Standing {
        let judged: Vec<Option<Coverage>> =
            cell.needs.iter().filter_map(|i| self.needs.get(*i)).map(|n| n.coverage).collect();
        let covered = |c: &Option<Coverage>| matches!(c, Some(Coverage::Covered | Coverage::More));
        match (judged.is_empty(), cell.actions.is_empty()) {
            (true, true) => Standing::Nothing,
            (true, false) => Standing::Unasked,
            (false, _) if judged.iter().all(covered) => Standing::Covered,
            // an action that is near, and was judged to help nothing, is no part of what is needed
            (false, _) if judged.iter().all(|c| *c == Some(Coverage::Not)) => Standing::Uncovered,
            (false, true) if !judged.iter().any(|c| covered(c) || *c == Some(Coverage::Partly)) => Standing::Uncovered,
            (false, _) => Standing::Partly,
        }
    }

    /// The donors of its actions, by name, each once.
    pub fn donors(&self, cell: &Cell) -> Vec<Donor> {
        let mut all: Vec<Donor> =
            cell.actions.iter().filter_map(|i| self.actions.get(*i)).flat_map(|a| a.donors.iter().cloned()).collect();
        all.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
        all.dedup_by(|a, b| a.id == b.id);
        all
    }

    /// Whether several partners are active, or a need is judged to be more than covered.
    pub fn several(&self, cell: &Cell) -> bool {
        let more = |i: &usize| self.needs.get(*i).is_some_and(|n| n.coverage == Some(Coverage::More));
        self.donors(cell).len() >= SEVERAL || cell.needs.iter().any(more)
    }

    /// Of these actions those whose money counts: not that of a part whose whole is among them.
    pub fn counted(&self, actions: &BTreeSet<usize>) -> BTreeSet<usize> {
        let ids: HashSet<ActionId> = actions.iter().filter_map(|i| self.actions.get(*i)).map(|a| a.id).collect();
        let parents: HashMap<ActionId, Option<ActionId>> = self.actions.iter().map(|a| (a.id, a.parent)).collect();
        let inside = |action: &ActionAt| {
            // a chain of parts is short; a ring, which the portal refuses, would still come to an end
            let mut at = action.parent;
            for _ in 0..16 {
                let Some(id) = at else { return false };
                if ids.contains(&id) && id != action.id {
                    return true;
                }
                at = parents.get(&id).copied().flatten();
            }
            false
        };
        actions.iter().copied().filter(|i| self.actions.get(*i).is_some_and(|a| !inside(a))).collect()
    }

    /// The money of cells put together, in these columns: of each column what the actions there, and what is within them, have for it,
    /// counted once. So a row comes to what its cells come to, and nothing of an action stands in it that stands in none of them.
    pub fn money(&self, of: impl Fn(&(RowKey, Column)) -> bool, shown: &[Column]) -> Money {
        let mut by: HashMap<Column, BTreeSet<usize>> = HashMap::new();
        for (key, cell) in self.cells.iter().filter(|(key, _)| shown.contains(&key.1) && of(key)) {
            by.entry(key.1).or_default().extend(&cell.actions);
        }
        self.summed(&by)
    }

    /// What of that is one action's, with what is within it.
    pub fn money_of(&self, action: usize, of: impl Fn(&(RowKey, Column)) -> bool, shown: &[Column]) -> Money {
        let here = |(key, cell): &(&(RowKey, Column), &Cell)| {
            cell.actions.contains(&action) && shown.contains(&key.1) && of(key)
        };
        let own = self.cells.iter().filter(here).map(|(key, _)| (key.1, BTreeSet::from([action])));
        self.summed(&own.collect())
    }

    fn summed(&self, by: &HashMap<Column, BTreeSet<usize>>) -> Money {
        let Some((within, _)) = &self.money else { return Money::default() };
        let (mut amount, mut estimated) = (Decimal::ZERO, Decimal::ZERO);
        for (column, actions) in by {
            let ids = actions.iter().filter_map(|i| self.actions.get(*i)).map(|a| a.id);
            let (sum, guessed) = within.sum(ids, std::slice::from_ref(column));
            amount += sum;
            estimated += guessed;
        }
        // an equal split put together again is what was stated
        let stands = |i: &usize| {
            let all = |a: &ActionAt| columns(a).all(|c| by.get(&c).is_some_and(|there| there.contains(i)));
            self.actions.get(*i).is_none_or(all)
        };
        let whole = by.len() > 1 && by.values().flatten().all(stands);
        Money { amount, estimate: !estimated.is_zero() && !whole }
    }

    /// The currency of its money.
    pub fn currency(&self) -> Option<Currency> {
        self.money.as_ref().map(|(_, currency)| *currency)
    }
}

/// The columns that an action stands in.
pub fn columns(action: &ActionAt) -> impl Iterator<Item = Column> + '_ {
    let none = action.places.is_empty().then_some(None);
    action.places.iter().map(|p| Some(p.beneficiary)).chain(none)
}
