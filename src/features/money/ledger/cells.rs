//! What of a piece is asked for, and the cells that it falls into.

use chrono::NaiveDate;
use std::collections::HashSet;
use uuid::Uuid;

use super::book::{Book, Entry};
use super::scan::{Families, QuickMap};
use crate::features::actions::Status;
use crate::features::money::model::{Cell, Dimension, Kind, Part, Question, Totals};
use crate::features::money::rules::family::{NO_YEAR, NOBODY, Piece, marks};
use crate::features::money::rules::shares::How;
use crate::features::money::rules::split::{allot_into, amount};
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId, PillarId};
use crate::kernel::money::Currency;

/// A value that the book has never met: nothing is of it.
const NOWHERE: u32 = NOBODY - 1;
/// So many dimensions at once; a number of each in the key of a cell has so many bits.
pub const DIMENSIONS: usize = 3;
const BITS: u32 = 21;
const NONE: u64 = (1 << BITS) - 1;
/// Years in keys are counted from here.
const YEARS_FROM: i32 = 32_768;

/// The question in the book's own numbers.
pub struct Wanted<'a> {
    book: &'a Book,
    families: &'a Families,
    by: Vec<Dimension>,
    kind: Kind,
    years: Option<(i32, i32)>,
    statuses: &'a [Status],
    plan: Option<&'a HashSet<Uuid>>,
    donors: Vec<u32>,
    implementers: Vec<u32>,
    pillars: Vec<u32>,
    places: Vec<u32>,
    only_years: Vec<i32>,
    only_statuses: Vec<Option<Status>>,
    actions: Vec<u32>,
    by_donor: bool,
    by_year: bool,
    by_pillar: bool,
    by_place: bool,
}

impl<'a> Wanted<'a> {
    pub fn new(
        book: &'a Book,
        families: &'a Families,
        question: &'a Question,
        plan: Option<&'a HashSet<Uuid>>,
        by: &[Dimension],
    ) -> Self {
        let organisation = |id: OrganisationId| book.organisations.number(id.0).unwrap_or(NOWHERE);
        let pillar = |id: PillarId| book.pillars.number(id.0).unwrap_or(NOWHERE);
        let place = |id: BeneficiaryId| book.beneficiaries.number(id.0).unwrap_or(NOWHERE);
        let mut w = Self {
            book,
            families,
            by: by.iter().copied().take(DIMENSIONS).collect(),
            kind: question.kind,
            years: question.years,
            statuses: &question.statuses,
            plan,
            donors: question.organisation.map(organisation).into_iter().collect(),
            implementers: Vec::new(),
            pillars: question.pillar.map(pillar).into_iter().collect(),
            places: question.beneficiary.map(place).into_iter().collect(),
            only_years: Vec::new(),
            only_statuses: Vec::new(),
            actions: Vec::new(),
            by_donor: false,
            by_year: false,
            by_pillar: false,
            by_place: false,
        };
        for (dimension, part) in &question.parts {
            match (dimension, part) {
                (Dimension::Donor, Part::Organisation(id)) => w.donors.push(organisation(*id)),
                (Dimension::Donor, _) => w.donors.push(NOBODY),
                (Dimension::Implementer, Part::Organisation(id)) => w.implementers.push(organisation(*id)),
                (Dimension::Implementer, _) => w.implementers.push(NOBODY),
                (Dimension::Pillar, Part::Pillar(id)) => w.pillars.push(pillar(*id)),
                (Dimension::Pillar, _) => w.pillars.push(NOBODY),
                (Dimension::Beneficiary, Part::Beneficiary(id)) => w.places.push(place(*id)),
                (Dimension::Beneficiary, _) => w.places.push(NOBODY),
                (Dimension::Year, Part::Year(year)) => w.only_years.push(*year),
                (Dimension::Year, _) => w.only_years.push(i32::from(NO_YEAR)),
                (Dimension::Status, Part::Status(status)) => w.only_statuses.push(Some(*status)),
                (Dimension::Status, _) => w.only_statuses.push(None),
                (Dimension::Action, Part::Action(id)) => w.actions.push(book.slot(id.0).unwrap_or(NOWHERE)),
                (Dimension::Action, _) => w.actions.push(NOWHERE),
            }
        }
        let asked = |d: Dimension| w.by.contains(&d) || question.parts.iter().any(|(of, _)| *of == d);
        let (donor, year, pillars, places) =
            (asked(Dimension::Donor), asked(Dimension::Year), asked(Dimension::Pillar), asked(Dimension::Beneficiary));
        w.by_donor = donor || question.organisation.is_some();
        w.by_year = year || question.years.is_some();
        w.by_pillar = pillars || question.pillar.is_some();
        w.by_place = places || question.beneficiary.is_some();
        w
    }

    /// Whether an action can have anything that is asked for.
    pub fn asks(&self, slot: u32) -> bool {
        let Some(entry) = self.book.entry(slot) else { return false };
        let of_status = self.statuses.is_empty() || entry.status.is_some_and(|s| self.statuses.contains(&s));
        of_status
            && self.only_statuses.iter().all(|s| *s == entry.status)
            && self.actions.iter().all(|a| *a == slot)
            && self.plan.is_none_or(|plan| self.under(plan, slot))
            && self.pillars.iter().all(|p| has(&self.pillars_of(slot).0.pillars, *p))
            && self.places.iter().all(|p| {
                let entry = self.places_of(slot).0;
                has(&entry.places, *p) || (*p == NOBODY && entry.rest > 0)
            })
    }

    /// Whether what one gives another is asked for at all.
    pub fn between(&self, provider: u32, receiver: u32) -> bool {
        self.donors.iter().all(|d| *d == provider) && self.implementers.iter().all(|i| *i == receiver)
    }

    fn under(&self, plan: &HashSet<Uuid>, slot: u32) -> bool {
        self.up(slot).any(|s| self.book.entry(s).is_some_and(|e| plan.contains(&e.id)))
    }

    /// An action and those that it is within.
    fn up(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(slot), move |s| self.families.parent(*s)).take(16)
    }

    /// The entry whose pillars an action has: its own, or where it says none those of what it is within.
    fn pillars_of(&self, slot: u32) -> (&'a Entry, bool) {
        self.first_with(slot, |e| !e.pillars.is_empty())
    }

    fn places_of(&self, slot: u32) -> (&'a Entry, bool) {
        self.first_with(slot, |e| !e.places.is_empty())
    }

    fn first_with(&self, slot: u32, has: impl Fn(&Entry) -> bool) -> (&'a Entry, bool) {
        let book: &'a Book = self.book;
        let own = book.entry(slot).unwrap_or(&EMPTY);
        if has(own) {
            return (own, false);
        }
        let above = self.up(slot).skip(1).filter_map(|s| book.entry(s)).find(|e| has(e));
        above.map_or((own, false), |e| (e, true))
    }
}

fn has(all: &[u16], one: u32) -> bool {
    if one == NOBODY { all.is_empty() } else { all.iter().any(|n| u32::from(*n) == one) }
}

static EMPTY: std::sync::LazyLock<Entry> = std::sync::LazyLock::new(Entry::empty);

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
    by_place: Vec<i64>,
    earlier: Vec<i64>,
    by_pillar: Vec<i64>,
    weights: Vec<i64>,
}

impl<'a> Cells<'a> {
    pub fn new(wanted: &'a Wanted<'a>) -> Self {
        Self {
            wanted,
            cells: QuickMap::default(),
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
            by_place: Vec::new(),
            earlier: Vec::new(),
            by_pillar: Vec::new(),
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
        let (of_pillars, inherits_pillars) = w.pillars_of(piece.of);
        let (of_places, inherits_places) = w.places_of(piece.of);
        let several = w.by_pillar && of_pillars.pillars.len() > 1;
        let base = piece.marks & marks::RATE != 0
            || (w.by_year && piece.marks & marks::YEAR != 0)
            || (w.by_donor && piece.marks & marks::DONOR != 0);
        let place_guess = w.by_place && (inherits_places || matches!(of_places.how, How::Equal | How::Above));
        let pillar_guess = w.by_pillar && (inherits_pillars || several);

        let mut by_place = std::mem::take(&mut self.by_place);
        if w.by_place || several {
            self.weights.clear();
            self.weights.extend(of_places.weights.iter().map(|n| i64::from(*n)));
            self.weights.push(i64::from(of_places.rest));
            allot_into(after, &self.weights, &mut by_place);
            if before != 0 {
                allot_into(before, &self.weights, &mut self.earlier);
                by_place.iter_mut().zip(&self.earlier).for_each(|(part, earlier)| *part -= earlier);
            }
        } else {
            by_place.clear();
            by_place.push(piece.amount);
        }
        let any_place = by_place.len() == 1 && !w.by_place;
        for (i, amount) in by_place.iter().enumerate() {
            let place = of_places.places.get(i).filter(|_| !any_place).map_or(NOBODY, |n| u32::from(*n));
            if *amount == 0 && by_place.len() > 1 {
                continue;
            }
            if w.places.iter().any(|p| *p != place) {
                continue;
            }
            let estimated = base || (place_guess && place != NOBODY) || pillar_guess;
            self.over_pillars(piece, place, *amount, of_pillars, estimated);
        }
        self.by_place = by_place;
    }

    fn over_pillars(&mut self, piece: &Piece, place: u32, amount: i64, of: &Entry, estimated: bool) {
        if !self.wanted.by_pillar || of.pillars.len() < 2 {
            let pillar = of.pillars.first().map_or(NOBODY, |n| u32::from(*n));
            if !self.wanted.by_pillar || self.wanted.pillars.iter().all(|p| *p == pillar) {
                self.add(piece, place, pillar, amount, estimated);
            }
            return;
        }
        let mut by_pillar = std::mem::take(&mut self.by_pillar);
        self.weights.clear();
        self.weights.extend(of.pillars.iter().map(|_| 1));
        allot_into(amount, &self.weights, &mut by_pillar);
        for (pillar, amount) in of.pillars.iter().zip(&by_pillar) {
            let pillar = u32::from(*pillar);
            if self.wanted.pillars.iter().all(|p| *p == pillar) {
                self.add(piece, place, pillar, *amount, estimated);
            }
        }
        self.by_pillar = by_pillar;
    }

    fn add(&mut self, piece: &Piece, place: u32, pillar: u32, amount: i64, estimated: bool) {
        let entry = self.wanted.book.entry(piece.of);
        let mut key = 0_u64;
        for dimension in &self.wanted.by {
            let number = match dimension {
                Dimension::Donor => number(piece.provider),
                Dimension::Implementer => number(piece.receiver),
                Dimension::Pillar => number(pillar),
                Dimension::Beneficiary => number(place),
                Dimension::Year if piece.year == NO_YEAR => NONE,
                Dimension::Year => u64::try_from(i32::from(piece.year) + YEARS_FROM).unwrap_or(NONE),
                Dimension::Status => entry
                    .and_then(|e| e.status)
                    .and_then(|s| Status::ALL.iter().position(|x| *x == s))
                    .and_then(|i| u64::try_from(i).ok())
                    .unwrap_or(NONE),
                Dimension::Action => number(piece.of),
            };
            key = (key << BITS) | number;
        }
        let part = i128::from(amount);
        let guessed = if estimated { part } else { 0 };
        let cell = self.cells.entry(key).or_default();
        cell.amount += part;
        cell.estimated += guessed;
        if cell.last != Some(piece.of) {
            cell.last = Some(piece.of);
            cell.actions += 1;
        }
        self.whole += part;
        self.estimated += guessed;
        if piece.marks & marks::STATED != 0 {
            self.stated += part;
        }
        if self.last != Some(piece.of) {
            self.last = Some(piece.of);
            self.actions += 1;
            // a stated total stands among what is committed
            let kind = if piece.marks & marks::STATED != 0 { Kind::Committed } else { self.wanted.kind };
            if let Some((a, b)) = entry.and_then(|e| *e.rates.get(kind as usize)?) {
                self.rates = Some(self.rates.map_or((a, b), |(from, to)| (from.min(a), to.max(b))));
            }
        }
        if !self.counted {
            self.counted = true;
            self.rows += 1;
        }
    }

    pub fn totals(self, currency: Currency) -> Totals {
        let wanted = self.wanted;
        let mut keyed: Vec<(u64, Sum)> = self.cells.into_iter().collect();
        keyed.sort_unstable_by_key(|(key, _)| *key);
        let cells = keyed.into_iter().map(|(key, sum)| Cell {
            key: parts(wanted.book, &wanted.by, key),
            amount: amount(sum.amount),
            estimated: amount(sum.estimated),
            actions: sum.actions,
        });
        Totals {
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
        }
    }
}

fn number(n: u32) -> u64 {
    if n >= NOWHERE { NONE } else { u64::from(n).min(NONE) }
}

fn parts(book: &Book, by: &[Dimension], key: u64) -> Vec<Part> {
    let n = by.len();
    by.iter()
        .enumerate()
        .map(|(i, dimension)| {
            let shift = BITS * u32::try_from(n - 1 - i).unwrap_or(0);
            let number = (key >> shift) & NONE;
            let small = u32::try_from(number).unwrap_or(NOBODY);
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
                Dimension::Status => {
                    Status::ALL.get(usize::try_from(number).unwrap_or(usize::MAX)).map(|s| Part::Status(*s))
                }
                Dimension::Action => book.entry(small).map(|e| Part::Action(ActionId(e.id))),
            };
            part.unwrap_or(Part::NotStated)
        })
        .collect()
}
