//! What a book keeps of its actions, of which there may be a hundred thousand: what each has several of lies behind one another
//! with that of all others, since a list of its own for each would take more room for its place than for what is in it.

use chrono::{Datelike, NaiveDate};
use std::collections::HashMap;
use uuid::Uuid;

use super::book::{Item, RateDays, STATED, Standing, Unknown};
use crate::features::actions::Status;
use crate::features::money::model::Kind;
use crate::features::money::rules::family::NOBODY;
use crate::features::money::rules::shares::How;
use crate::kernel::money::Currency;

/// Lists of one kind behind one another.
#[derive(Debug, Clone)]
struct Lists<T> {
    all: Vec<T>,
    /// So many places are nobody's any more.
    gone: usize,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { all: Vec::new(), gone: 0 }
    }
}

/// Where a list lies.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    from: u32,
    n: u32,
}

impl<T: Copy> Lists<T> {
    fn of(&self, place: Place) -> &[T] {
        let from = usize::try_from(place.from).unwrap_or(usize::MAX);
        let to = from.saturating_add(usize::try_from(place.n).unwrap_or(usize::MAX));
        self.all.get(from..to).unwrap_or_default()
    }

    /// Puts a list in the place of another, where that is large enough, or behind all.
    fn put(&mut self, before: Place, list: &[T]) -> Place {
        let had = usize::try_from(before.n).unwrap_or(0);
        let from = usize::try_from(before.from).unwrap_or(usize::MAX);
        let n = u32::try_from(list.len()).unwrap_or(u32::MAX);
        if let Some(there) = self.all.get_mut(from..from.saturating_add(list.len())).filter(|_| list.len() <= had) {
            there.copy_from_slice(list);
            self.gone += had - list.len();
            return Place { from: before.from, n };
        }
        self.gone += had;
        self.behind(list)
    }

    fn behind(&mut self, list: &[T]) -> Place {
        let more = self.all.len() / 8;
        if self.all.capacity() - self.all.len() < list.len() {
            // half of a list that is twice as long as before would stay empty
            self.all.reserve_exact(list.len().max(more).max(64));
        }
        let from = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.extend_from_slice(list);
        Place { from, n: u32::try_from(list.len()).unwrap_or(u32::MAX) }
    }

    /// More than a quarter is nobody's.
    fn is_untidy(&self) -> bool {
        self.gone > 1_000 && self.gone > self.all.len() / 4
    }
}

/// An action on its way into the book.
#[derive(Debug)]
pub struct New<'a> {
    pub id: Uuid,
    pub parent: Option<u32>,
    pub merged_into: Option<u32>,
    pub standing: Standing,
    pub open: bool,
    pub status: Option<Status>,
    pub order: &'a str,
    pub pillars: &'a [u32],
    pub places: &'a [u32],
    pub weights: &'a [u32],
    pub rest: u32,
    pub how: How,
    pub items: &'a [Item],
    pub has: u8,
    pub fell: bool,
    pub unknown: Vec<Unknown>,
    pub rates: RateDays,
    pub currency: Option<Currency>,
    pub findings: u16,
}

/// One action, small.
#[derive(Debug, Clone, Copy)]
struct Kept {
    id: Uuid,
    parent: u32,
    merged_into: u32,
    order: Place,
    /// Pillars, places, the weight of each place, that of what is of none; then the first and the last day of the rates of each
    /// kind of money that has any.
    numbers: Place,
    items: Place,
    findings: u16,
    pillars: u16,
    places: u16,
    /// Empty: none.
    currency: [u8; 3],
    standing: Standing,
    status: Option<Status>,
    how: How,
    has: u8,
    /// The kinds of money that have days of rates, a bit each.
    rated: u8,
    open: bool,
    fell: bool,
    unknown: bool,
}

/// An action of which nothing is known.
const EMPTY: Kept = Kept {
    id: Uuid::nil(),
    parent: NOBODY,
    merged_into: NOBODY,
    order: Place { from: 0, n: 0 },
    numbers: Place { from: 0, n: 0 },
    items: Place { from: 0, n: 0 },
    findings: 0,
    pillars: 0,
    places: 0,
    currency: [0; 3],
    standing: Standing::Declined,
    status: None,
    how: How::Whole,
    has: 0,
    rated: 0,
    open: false,
    fell: false,
    unknown: false,
};

#[derive(Debug, Clone, Default)]
pub struct Shelf {
    slots: HashMap<Uuid, u32>,
    all: Vec<Kept>,
    texts: Lists<u8>,
    numbers: Lists<u32>,
    items: Lists<Item>,
    /// Few have any.
    unknown: HashMap<u32, Box<[Unknown]>>,
}

/// An action of a book.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    shelf: &'a Shelf,
    kept: &'a Kept,
    slot: u32,
}

impl Shelf {
    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0_u32..).zip(&self.all).map(|(slot, kept)| Entry { shelf: self, kept, slot })
    }

    pub fn slot(&self, id: Uuid) -> Option<u32> {
        self.slots.get(&id).copied()
    }

    pub fn entry(&self, slot: u32) -> Option<Entry<'_>> {
        let kept = self.all.get(usize::try_from(slot).ok()?)?;
        Some(Entry { shelf: self, kept, slot })
    }

    /// An action of which nothing is known.
    pub fn empty(&self) -> Entry<'_> {
        Entry { shelf: self, kept: &EMPTY, slot: NOBODY }
    }

    /// The slot of an action; of one that is only named so far, as a whole is by its part, a slot in which nothing stands.
    pub fn slot_for(&mut self, id: Uuid) -> u32 {
        if let Some(slot) = self.slot(id) {
            return slot;
        }
        let slot = u32::try_from(self.all.len()).unwrap_or(NOBODY);
        self.slots.insert(id, slot);
        if self.all.capacity() == self.all.len() {
            self.all.reserve_exact((self.all.len() / 8).max(64));
        }
        self.all.push(Kept { id, ..EMPTY });
        slot
    }

    pub fn put(&mut self, new: New<'_>) {
        let slot = self.slot_for(new.id);
        let Some(kept) = usize::try_from(slot).ok().and_then(|s| self.all.get_mut(s)) else { return };
        let mut numbers = [new.pillars, new.places, new.weights, &[new.rest]].concat();
        let mut rated = 0;
        for (kind, days) in new.rates.iter().enumerate() {
            if let Some((from, to)) = days {
                rated |= 1 << kind;
                numbers.extend([from, to].map(|day| u32::try_from(day.num_days_from_ce()).unwrap_or(0)));
            }
        }
        let mut currency = [0; 3];
        let code = new.currency.map_or("", |c| c.code());
        currency.iter_mut().zip(code.bytes()).for_each(|(place, byte)| *place = byte);
        *kept = Kept {
            id: new.id,
            parent: new.parent.unwrap_or(NOBODY),
            merged_into: new.merged_into.unwrap_or(NOBODY),
            order: self.texts.put(kept.order, new.order.as_bytes()),
            numbers: self.numbers.put(kept.numbers, &numbers),
            items: self.items.put(kept.items, new.items),
            findings: new.findings,
            pillars: u16::try_from(new.pillars.len()).unwrap_or(u16::MAX),
            places: u16::try_from(new.places.len()).unwrap_or(u16::MAX),
            currency,
            standing: new.standing,
            status: new.status,
            how: new.how,
            has: new.has,
            rated,
            open: new.open,
            fell: new.fell,
            unknown: !new.unknown.is_empty(),
        };
        if new.unknown.is_empty() {
            self.unknown.remove(&slot);
        } else {
            self.unknown.insert(slot, new.unknown.into());
        }
        self.tidy();
    }

    /// What is nobody's any more is let go when it is much.
    fn tidy(&mut self) {
        fn anew<T: Copy>(lists: &mut Lists<T>, all: &mut [Kept], place: impl Fn(&mut Kept) -> &mut Place) {
            if !lists.is_untidy() {
                return;
            }
            let mut next = Lists { all: Vec::with_capacity(lists.all.len() - lists.gone), gone: 0 };
            for kept in all {
                let place = place(kept);
                *place = next.behind(lists.of(*place));
            }
            *lists = next;
        }
        anew(&mut self.texts, &mut self.all, |k| &mut k.order);
        anew(&mut self.numbers, &mut self.all, |k| &mut k.numbers);
        anew(&mut self.items, &mut self.all, |k| &mut k.items);
    }
}

impl<'a> Entry<'a> {
    pub fn id(self) -> Uuid {
        self.kept.id
    }
    pub fn slot(self) -> u32 {
        self.slot
    }
    pub fn parent(self) -> Option<u32> {
        (self.kept.parent != NOBODY).then_some(self.kept.parent)
    }
    pub fn merged_into(self) -> Option<u32> {
        (self.kept.merged_into != NOBODY).then_some(self.kept.merged_into)
    }
    pub fn standing(self) -> Standing {
        self.kept.standing
    }
    /// Every member sees it.
    pub fn is_open(self) -> bool {
        self.kept.open
    }
    pub fn status(self) -> Option<Status> {
        self.kept.status
    }
    /// The beginning of its title as lists are sorted by it.
    pub fn order(self) -> &'a [u8] {
        self.shelf.texts.of(self.kept.order)
    }

    fn numbers(self, from: u16, n: u16) -> &'a [u32] {
        let from = usize::from(from);
        self.shelf.numbers.of(self.kept.numbers).get(from..from + usize::from(n)).unwrap_or_default()
    }
    /// In the order of their ids, so that what falls to the first falls to the same everywhere.
    pub fn pillars(self) -> &'a [u32] {
        self.numbers(0, self.kept.pillars)
    }
    pub fn places(self) -> &'a [u32] {
        self.numbers(self.kept.pillars, self.kept.places)
    }
    pub fn has_pillars(self) -> bool {
        self.kept.pillars > 0
    }
    pub fn has_places(self) -> bool {
        self.kept.places > 0
    }
    pub fn weights(self) -> &'a [u32] {
        self.numbers(self.kept.pillars.saturating_add(self.kept.places), self.kept.places)
    }
    /// The weight of what is of no beneficiary.
    pub fn rest(self) -> u32 {
        let before = self.kept.pillars.saturating_add(self.kept.places.saturating_mul(2));
        self.numbers(before, 1).first().copied().unwrap_or(1)
    }
    pub fn how(self) -> How {
        self.kept.how
    }

    pub fn items(self) -> &'a [Item] {
        self.shelf.items.of(self.kept.items)
    }
    /// It has rows of the kind that count.
    pub fn has(self, kind: Kind) -> bool {
        self.kept.has & (1 << kind as u8) != 0
    }
    /// Its stated total stands in for rows.
    pub fn stands_in(self) -> bool {
        self.kept.has & STATED != 0
    }
    /// Some of its rows fell away.
    pub fn fell(self) -> bool {
        self.kept.fell
    }
    /// What there is no rate for.
    pub fn unknown(self) -> &'a [Unknown] {
        let some = self.kept.unknown.then(|| self.shelf.unknown.get(&self.slot)).flatten();
        some.map(|all| &**all).unwrap_or_default()
    }
    /// The days of the rates of a kind of money.
    pub fn rates(self, kind: Kind) -> Option<(NaiveDate, NaiveDate)> {
        let bit = 1_u8 << kind as u8;
        if self.kept.rated & bit == 0 {
            return None;
        }
        let before = self.kept.pillars.saturating_add(self.kept.places.saturating_mul(2)).saturating_add(1);
        let earlier = u16::try_from((self.kept.rated & (bit - 1)).count_ones()).unwrap_or(0);
        let [from, to] = self.numbers(before.saturating_add(2 * earlier), 2) else { return None };
        let day = |n: &u32| NaiveDate::from_num_days_from_ce_opt(i32::try_from(*n).ok()?);
        Some((day(from)?, day(to)?))
    }
    /// The currency of its rows, or of its stated total: its letters.
    pub fn currency(self) -> Option<[u8; 3]> {
        (self.kept.currency != [0; 3]).then_some(self.kept.currency)
    }
    pub fn findings(self) -> u16 {
        self.kept.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_action_stays_small() {
        assert!(std::mem::size_of::<Kept>() <= 72, "{}", std::mem::size_of::<Kept>());
    }

    proptest! {
        /// Whatever is put in the place of what, each list is what was last put there, also after what is nobody's was let go.
        #[test]
        fn lists_are_what_was_put_last(changes in prop::collection::vec((0_usize..6, prop::collection::vec(any::<u32>(), 0..400)), 0..60)) {
            let mut shelf = Shelf::default();
            let mut last: HashMap<usize, Vec<u32>> = HashMap::new();
            for (which, pillars) in changes {
                let order: String = pillars.iter().map(|n| char::from_u32(n % 900 + 32).unwrap_or('x')).collect();
                shelf.put(New {
                    id: Uuid::from_u128(u128::try_from(which).unwrap_or_default()),
                    parent: None,
                    merged_into: None,
                    standing: Standing::Counts,
                    open: true,
                    status: None,
                    order: &order,
                    pillars: &pillars,
                    places: &pillars,
                    weights: &pillars,
                    rest: 7,
                    how: How::Whole,
                    items: &[],
                    has: 0,
                    fell: false,
                    unknown: Vec::new(),
                    rates: [None, None, NaiveDate::from_ymd_opt(2024, 5, 1).zip(NaiveDate::from_ymd_opt(2025, 1, 2)), None],
                    currency: Some(Currency::EUR),
                    findings: 3,
                });
                last.insert(which, pillars);
            }
            for (which, pillars) in last {
                let slot = shelf.slot(Uuid::from_u128(u128::try_from(which).unwrap_or_default())).unwrap();
                let entry = shelf.entry(slot).unwrap();
                prop_assert_eq!((entry.pillars(), entry.places(), entry.weights(), entry.rest()), (&*pillars, &*pillars, &*pillars, 7));
                prop_assert_eq!(entry.order().len(), pillars.iter().map(|n| char::from_u32(n % 900 + 32).unwrap_or('x').len_utf8()).sum::<usize>());
                let days = NaiveDate::from_ymd_opt(2024, 5, 1).zip(NaiveDate::from_ymd_opt(2025, 1, 2));
                prop_assert_eq!((entry.rates(Kind::ALL[2]), entry.rates(Kind::ALL[1])), (days, None));
                prop_assert_eq!(entry.currency(), Some(*b"EUR"));
            }
            let lists = &shelf.numbers;
            prop_assert!(lists.gone <= 1_000.max(lists.all.len() / 4));
        }
    }
}
