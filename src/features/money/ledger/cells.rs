//! The cells that pieces of money fall into.

use chrono::NaiveDate;

use super::book::Book;
use super::kept::Entry;
use super::scan::{OfAction, QuickMap};
use super::wanted::{NOWHERE, Wanted};
use crate::features::actions::Status;
use crate::features::money::model::{Cell, Dimension, Kind, Part, Totals};
use crate::features::money::rules::family::{NO_YEAR, NOBODY, Piece, marks};
use crate::features::money::rules::quarters::{Laid, Quarter};
use crate::features::money::rules::shares::How;
use crate::features::money::rules::split::{allot_into, amount};
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PillarId};
use crate::kernel::money::Currency;

/// A number of each dimension in the key of a cell has so many bits.
const BITS: u32 = 21;
const NONE: u64 = (1 << BITS) - 1;
/// Years in keys are counted from here.
const YEARS_FROM: i32 = 32_768;

#[derive(Default)]
struct Sum {
    amount: i128,
    estimated: i128,
    actions: usize,
    last: Option<u32>,
}

/// Sums on their way.
pub struct Cells<'a> {
    wanted: &'a Wanted<'a>,
    cells: QuickMap<Sum>,
    /// Where actions are all that is asked by, their sums instead, in the order in which they come.
    of_actions: Option<Vec<OfAction>>,
    /// What a number of a place, of a pillar and of a quarter is multiplied by to stand in a key.
    place_at: u64,
    pillar_at: u64,
    quarter_at: u64,
    whole: i128,
    estimated: i128,
    stated: i128,
    rows: usize,
    actions: usize,
    /// The action of the last piece that counted.
    last: Option<u32>,
    /// The row that pieces are of at present has been counted.
    counted: bool,
    row_of: Option<u32>,
    rates: Option<(NaiveDate, NaiveDate)>,
    /// What the pieces of an action come to so far: what is shared out of each is the difference that it makes, so that the
    /// cents of many rows do not all fall to the first.
    so_far: (Option<u32>, i64),
    /// The action and the sum of which `earlier` is the laying out.
    laid: Option<(u32, i64)>,
    earlier: Vec<i64>,
    by_place: Vec<i64>,
    by_pillar: Vec<i64>,
    /// The piece on its way into its quarters, where these are asked about.
    in_quarters: Laid,
    weights: Vec<i64>,
}

/// Into which quarters a piece falls.
#[derive(Clone, Copy)]
enum Falls {
    NotAsked,
    NotStated,
    One(Quarter),
    /// Those of a year.
    Several(i32),
}

/// What is taken of a piece.
struct Taken {
    of: u32,
    /// The key of its cells but for place, pillar and quarter.
    key: u64,
    /// Where quarters are asked about, those that it falls into.
    falls: Falls,
    amount: i128,
    estimated: i128,
    cells: usize,
}

/// How far left the numbers of a dimension at this place stand in a key.
fn shift(dimensions: usize, place: usize) -> u32 {
    BITS * u32::try_from(dimensions - 1 - place).unwrap_or(0)
}

impl<'a> Cells<'a> {
    pub fn new(wanted: &'a Wanted<'a>) -> Self {
        let n = wanted.by.len();
        let at = |of: Dimension| {
            let places = wanted.by.iter().enumerate().filter(|(_, d)| **d == of);
            places.map(|(place, _)| 1_u64 << shift(n, place)).sum::<u64>()
        };
        Self {
            wanted,
            cells: QuickMap::default(),
            of_actions: (wanted.by == [Dimension::Action]).then(Vec::new),
            place_at: at(Dimension::Beneficiary),
            pillar_at: at(Dimension::Pillar),
            quarter_at: at(Dimension::Quarter),
            whole: 0,
            estimated: 0,
            stated: 0,
            rows: 0,
            actions: 0,
            last: None,
            counted: false,
            row_of: None,
            rates: None,
            so_far: (None, 0),
            laid: None,
            earlier: Vec::new(),
            by_place: Vec::new(),
            by_pillar: Vec::new(),
            in_quarters: Laid::default(),
            weights: Vec::new(),
        }
    }

    /// Takes what is asked for of a piece. Pieces of a row, and of an action, come after one another, and all of them come.
    pub fn take(&mut self, piece: &Piece) {
        let before = if self.so_far.0 == Some(piece.of) { self.so_far.1 } else { 0 };
        let after = before.saturating_add(piece.amount);
        self.so_far = (Some(piece.of), after);
        if piece.marks & marks::FIRST != 0 || self.row_of != Some(piece.of) {
            self.counted = false;
            self.row_of = Some(piece.of);
        }
        let w = self.wanted;
        let year = i32::from(piece.year);
        let of_years = w.years.is_none_or(|(from, to)| piece.year != NO_YEAR && year >= from && year <= to);
        if !of_years || w.only_years.iter().any(|y| *y != year) || !w.between(piece.provider, piece.receiver) {
            return;
        }
        if w.only_quarters.iter().any(|q| q.is_some_and(|q| q.year != year)) {
            return;
        }
        let (of_pillars, inherits_pillars) = w.pillars_of(piece.of);
        let (of_places, inherits_places) = w.places_of(piece.of);
        let several = w.by_pillar && of_pillars.pillars().len() > 1;
        let base = piece.marks & marks::RATE != 0
            || (w.by_year && piece.marks & marks::YEAR != 0)
            || (w.by_quarter && piece.quarters.are_several())
            || (w.by_donor && piece.marks & marks::DONOR != 0);
        let place_guess = w.by_place && (inherits_places || matches!(of_places.how(), How::Equal | How::Above));
        let pillar_guess = w.by_pillar && (inherits_pillars || several);

        let mut by_place = std::mem::take(&mut self.by_place);
        if w.by_place || several {
            self.lay_out(piece.of, of_places, (before, after), &mut by_place);
        } else {
            by_place.clear();
            by_place.push(piece.amount);
        }
        let any_place = by_place.len() == 1 && !w.by_place;
        let falls = self.falls(piece);
        let mut taken = Taken { of: piece.of, key: self.key(piece), falls, amount: 0, estimated: 0, cells: 0 };
        for (i, amount) in by_place.iter().enumerate() {
            let place = of_places.places().get(i).filter(|_| !any_place).map_or(NOBODY, |n| *n);
            if *amount == 0 && by_place.len() > 1 {
                continue;
            }
            if w.places.iter().any(|p| *p != place) {
                self.pass(&taken, *amount);
                continue;
            }
            let estimated = base || (place_guess && place != NOBODY) || pillar_guess;
            self.over_pillars(&mut taken, place, *amount, of_pillars, estimated);
        }
        self.by_place = by_place;
        if taken.cells > 0 {
            self.count(piece, &taken);
        }
    }

    /// What a piece adds to each place of its action, which comes to `before` without it and to `after` with it.
    fn lay_out(&mut self, action: u32, of: Entry<'_>, (before, after): (i64, i64), by_place: &mut Vec<i64>) {
        self.weights.clear();
        self.weights.extend(of.weights().iter().map(|n| i64::from(*n)));
        self.weights.push(i64::from(of.rest()));
        allot_into(after, &self.weights, by_place);
        if before == 0 {
            self.earlier.clear();
            self.earlier.extend_from_slice(by_place);
        } else {
            if self.laid != Some((action, before)) {
                allot_into(before, &self.weights, &mut self.earlier);
            }
            for (part, earlier) in by_place.iter_mut().zip(&mut self.earlier) {
                let all = *part;
                *part -= *earlier;
                *earlier = all;
            }
        }
        self.laid = Some((action, after));
    }

    fn over_pillars(&mut self, taken: &mut Taken, place: u32, amount: i64, of: Entry<'_>, estimated: bool) {
        if !self.wanted.by_pillar || of.pillars().len() < 2 {
            let pillar = of.pillars().first().map_or(NOBODY, |n| *n);
            if !self.wanted.by_pillar || self.wanted.pillars.iter().all(|p| *p == pillar) {
                self.add(taken, place, pillar, amount, estimated);
            }
            return;
        }
        let mut by_pillar = std::mem::take(&mut self.by_pillar);
        self.weights.clear();
        self.weights.extend(of.pillars().iter().map(|_| 1));
        allot_into(amount, &self.weights, &mut by_pillar);
        for (pillar, amount) in of.pillars().iter().zip(&by_pillar) {
            if self.wanted.pillars.iter().all(|p| p == pillar) {
                self.add(taken, place, *pillar, *amount, estimated);
            } else {
                self.pass(taken, *amount);
            }
        }
        self.by_pillar = by_pillar;
    }

    /// The key of the cells of a piece, but for place, pillar and quarter.
    fn key(&self, piece: &Piece) -> u64 {
        let mut key = 0_u64;
        for dimension in &self.wanted.by {
            let number = match dimension {
                Dimension::Donor => number(piece.provider),
                Dimension::Implementer => number(piece.receiver),
                Dimension::Pillar | Dimension::Beneficiary | Dimension::Quarter => 0,
                Dimension::Year if piece.year == NO_YEAR => NONE,
                Dimension::Year => u64::try_from(i32::from(piece.year) + YEARS_FROM).unwrap_or(NONE),
                Dimension::Status => self.status(piece.of),
                Dimension::Action => number(piece.of),
            };
            key = (key << BITS) | number;
        }
        key
    }

    fn status(&self, action: u32) -> u64 {
        let status = self.wanted.book.entry(action).and_then(|e| e.status());
        let place = status.and_then(|s| Status::ALL.iter().position(|x| *x == s));
        place.and_then(|i| u64::try_from(i).ok()).unwrap_or(NONE)
    }

    fn add(&mut self, taken: &mut Taken, place: u32, pillar: u32, amount: i64, estimated: bool) {
        let key = taken.key | (number(place) * self.place_at) | (number(pillar) * self.pillar_at);
        let w = self.wanted;
        let asked = |quarter: Option<Quarter>| w.only_quarters.iter().all(|q| *q == quarter);
        match taken.falls {
            Falls::NotAsked => self.put(taken, key, amount, estimated),
            Falls::NotStated if asked(None) => self.put(taken, key | (NONE * self.quarter_at), amount, estimated),
            Falls::One(quarter) if asked(Some(quarter)) => {
                self.put(taken, key | (of_quarter(quarter) * self.quarter_at), amount, estimated);
            }
            Falls::NotStated | Falls::One(_) => {}
            Falls::Several(year) => {
                for (n, part) in (1_u8..).zip(self.in_quarters.next(amount)) {
                    let quarter = Quarter { year, n };
                    if part != 0 && asked(Some(quarter)) {
                        self.put(taken, key | (of_quarter(quarter) * self.quarter_at), part, estimated);
                    }
                }
            }
        }
    }

    fn falls(&mut self, piece: &Piece) -> Falls {
        let year = i32::from(piece.year);
        match (self.wanted.by_quarter, piece.quarters.only()) {
            (false, _) => Falls::NotAsked,
            (true, Some(n)) => Falls::One(Quarter { year, n }),
            (true, None) if self.in_quarters.begin(piece.quarters) => Falls::Several(year),
            (true, None) => Falls::NotStated,
        }
    }

    /// What of a piece is not asked for, and lies between what is.
    fn pass(&mut self, taken: &Taken, amount: i64) {
        if matches!(taken.falls, Falls::Several(_)) {
            self.in_quarters.next(amount);
        }
    }

    fn put(&mut self, taken: &mut Taken, key: u64, amount: i64, estimated: bool) {
        let part = i128::from(amount);
        let guessed = if estimated { part } else { 0 };
        match &mut self.of_actions {
            // an action's pieces come after one another
            Some(all) => match all.last_mut().filter(|last| last.action == taken.of) {
                Some(last) => {
                    last.cents += part;
                    last.estimated += guessed;
                }
                None => all.push(OfAction { action: taken.of, cents: part, estimated: guessed }),
            },
            None => {
                let cell = self.cells.entry(key).or_default();
                cell.amount += part;
                cell.estimated += guessed;
                if cell.last != Some(taken.of) {
                    cell.last = Some(taken.of);
                    cell.actions += 1;
                }
            }
        }
        taken.amount += part;
        taken.estimated += guessed;
        taken.cells += 1;
    }

    /// What is taken of a piece is in the total.
    fn count(&mut self, piece: &Piece, taken: &Taken) {
        let stated = piece.marks & marks::STATED != 0;
        self.whole += taken.amount;
        self.estimated += taken.estimated;
        if stated {
            self.stated += taken.amount;
        }
        if self.last != Some(piece.of) {
            self.last = Some(piece.of);
            self.actions += 1;
            // a stated total stands among what is committed
            let kind = if stated { Kind::Committed } else { self.wanted.kind };
            if let Some((a, b)) = self.wanted.book.entry(piece.of).and_then(|e| e.rates(kind)) {
                self.rates = Some(self.rates.map_or((a, b), |(from, to)| (from.min(a), to.max(b))));
            }
        }
        if !self.counted {
            self.counted = true;
            self.rows += 1;
        }
    }

    /// The sums; and what each action comes to, where actions are all that was asked by.
    pub fn totals(self, currency: Currency) -> (Totals, Vec<OfAction>) {
        let wanted = self.wanted;
        let mut of_actions = self.of_actions.unwrap_or_default();
        of_actions.sort_unstable_by_key(|one| one.action);
        let mut keyed: Vec<(u64, Sum)> = self.cells.into_iter().collect();
        keyed.sort_unstable_by_key(|(key, _)| *key);
        let cells = keyed.into_iter().map(|(key, sum)| Cell {
            key: parts(wanted.book, &wanted.by, key),
            amount: amount(sum.amount),
            estimated: amount(sum.estimated),
            actions: sum.actions,
        });
        let totals = Totals {
            currency,
            whole: amount(self.whole),
            estimated: amount(self.estimated),
            stated: amount(self.stated),
            cells: cells.collect(),
            rows_in: self.rows,
            actions: self.actions,
            left_out: Vec::new(),
            unconverted: Vec::new(),
            oldest_rate: self.rates.map(|(from, _)| from),
            newest_rate: self.rates.map(|(_, to)| to),
        };
        (totals, of_actions)
    }
}

/// The number of a quarter in a key.
fn of_quarter(quarter: Quarter) -> u64 {
    u64::try_from((quarter.year + YEARS_FROM) * 4 + i32::from(quarter.n) - 1).unwrap_or(NONE)
}

fn quarter_of(number: u64) -> Option<Quarter> {
    let year = i32::try_from(number / 4).ok()? - YEARS_FROM;
    Some(Quarter { year, n: u8::try_from(number % 4 + 1).ok()? })
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(NOBODY)
}

fn number(n: u32) -> u64 {
    if n >= NOWHERE { NONE } else { u64::from(n).min(NONE) }
}

fn parts(book: &Book, by: &[Dimension], key: u64) -> Vec<Part> {
    let n = by.len();
    by.iter()
        .enumerate()
        .map(|(i, dimension)| {
            let number = (key >> shift(n, i)) & NONE;
            let small = small(number);
            if number == NONE {
                return Part::NotStated;
            }
            let part = match dimension {
                Dimension::Donor | Dimension::Implementer => {
                    book.organisations.id(small).map(|id| Part::Organisation(OrganisationId(id)))
                }
                Dimension::Pillar => book.pillars.id(small).map(|id| Part::Pillar(PillarId(id))),
                Dimension::Beneficiary => book.beneficiaries.id(small).map(|id| Part::Beneficiary(BeneficiaryId(id))),
                Dimension::Year => i32::try_from(number).ok().map(|y| Part::Year(y - YEARS_FROM)),
                Dimension::Quarter => quarter_of(number).map(Part::Quarter),
                Dimension::Status => {
                    Status::ALL.get(usize::try_from(number).unwrap_or(usize::MAX)).map(|s| Part::Status(*s))
                }
                Dimension::Action => book.entry(small).map(|e| Part::Action(ActionId(e.id()))),
            };
            part.unwrap_or(Part::NotStated)
        })
        .collect()
}
