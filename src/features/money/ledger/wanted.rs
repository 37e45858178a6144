//! What is asked for, in the book's own numbers.

use std::collections::HashSet;
use uuid::Uuid;

use super::book::Book;
use super::kept::Entry;
use super::scan::Families;
use crate::features::actions::Status;
use crate::features::money::model::{Dimension, Kind, Part, Question};
use crate::features::money::rules::family::{NO_YEAR, NOBODY};
use crate::features::money::rules::quarters::Quarter;
use crate::kernel::ids::{BeneficiaryId, OrganisationId, PillarId};

/// A value that the book has never met: nothing is of it.
pub const NOWHERE: u32 = NOBODY - 1;
/// So many dimensions at once.
const DIMENSIONS: usize = 3;

/// The question in the book's own numbers.
pub struct Wanted<'a> {
    pub book: &'a Book,
    families: &'a Families,
    pub by: Vec<Dimension>,
    pub kind: Kind,
    pub years: Option<(i32, i32)>,
    statuses: &'a [Status],
    plan: Option<&'a HashSet<Uuid>>,
    donors: Vec<u32>,
    implementers: Vec<u32>,
    pub pillars: Vec<u32>,
    pub places: Vec<u32>,
    pub only_years: Vec<i32>,
    /// None: where it is not stated.
    pub only_quarters: Vec<Option<Quarter>>,
    only_statuses: Vec<Option<Status>>,
    actions: Vec<u32>,
    pub by_donor: bool,
    pub by_year: bool,
    pub by_quarter: bool,
    pub by_pillar: bool,
    pub by_place: bool,
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
            only_quarters: Vec::new(),
            only_statuses: Vec::new(),
            actions: Vec::new(),
            by_donor: false,
            by_year: false,
            by_quarter: false,
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
                (Dimension::Quarter, Part::Quarter(quarter)) => w.only_quarters.push(Some(*quarter)),
                (Dimension::Quarter, _) => w.only_quarters.push(None),
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
        w.by_quarter = asked(Dimension::Quarter);
        // quarters are parts of years
        w.by_year = year || w.by_quarter || question.years.is_some();
        w.by_pillar = pillars || question.pillar.is_some();
        w.by_place = places || question.beneficiary.is_some();
        w
    }

    /// Whether an action can have anything that is asked for.
    pub fn asks(&self, slot: u32) -> bool {
        let Some(entry) = self.book.entry(slot) else { return false };
        let of_status = self.statuses.is_empty() || entry.status().is_some_and(|s| self.statuses.contains(&s));
        of_status
            && self.only_statuses.iter().all(|s| *s == entry.status())
            && self.actions.iter().all(|a| *a == slot)
            && self.plan.is_none_or(|plan| self.under(plan, slot))
            && self.pillars.iter().all(|p| has(self.pillars_of(slot).0.pillars(), *p))
            && self.places.iter().all(|p| {
                let entry = self.places_of(slot).0;
                has(entry.places(), *p) || (*p == NOBODY && entry.rest() > 0)
            })
    }

    /// Whether what one gives another is asked for at all.
    pub fn between(&self, provider: u32, receiver: u32) -> bool {
        self.donors.iter().all(|d| *d == provider) && self.implementers.iter().all(|i| *i == receiver)
    }

    fn under(&self, plan: &HashSet<Uuid>, slot: u32) -> bool {
        self.up(slot).any(|s| self.book.entry(s).is_some_and(|e| plan.contains(&e.id())))
    }

    /// An action and those that it is within.
    fn up(&self, slot: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(slot), move |s| self.families.parent(*s)).take(16)
    }

    /// The entry whose pillars an action has: its own, or where it says none those of what it is within.
    pub fn pillars_of(&self, slot: u32) -> (Entry<'a>, bool) {
        self.first_with(slot, Entry::has_pillars)
    }

    pub fn places_of(&self, slot: u32) -> (Entry<'a>, bool) {
        self.first_with(slot, Entry::has_places)
    }

    fn first_with(&self, slot: u32, has: impl Fn(Entry<'a>) -> bool) -> (Entry<'a>, bool) {
        let book: &'a Book = self.book;
        let own = book.entry(slot).unwrap_or(book.empty());
        if has(own) {
            return (own, false);
        }
        let above = self.up(slot).skip(1).filter_map(|s| book.entry(s)).find(|e| has(*e));
        above.map_or((own, false), |e| (e, true))
    }
}

fn has(all: &[u32], one: u32) -> bool {
    if one == NOBODY { all.is_empty() } else { all.contains(&one) }
}
