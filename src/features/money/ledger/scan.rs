//! One question over the whole book: families first, then what of each piece is asked for, laid out over its dimensions.

use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use uuid::Uuid;

use super::book::{Book, Fate, Standing};
use super::cells::Cells;
use super::kept::Entry;
use super::member::{figure, parent};
use super::wanted::Wanted;
use crate::features::money::model::{Dimension, Kind, LeftOut, Question, Reason, Totals, Unconverted};
use crate::features::money::rules::family::{Member, NOBODY, Piece, marks, settle};
use crate::features::money::rules::split::amount;
use crate::kernel::money::Currency;

pub use super::member::Sight;

/// What of an action is not in the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub action: u32,
    pub reason: Reason,
    pub rows: usize,
    pub amount: i64,
}

/// What an action comes to in a total, in cents: there may be a hundred thousand of them, of which a page shows few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfAction {
    /// In the book that was scanned, and no other.
    pub action: u32,
    pub cents: i128,
    /// Of these, what is estimated.
    pub estimated: i128,
}

impl OfAction {
    pub fn amount(&self) -> Decimal {
        amount(self.cents)
    }
}

pub struct Scanned {
    pub totals: Totals,
    /// What each action comes to, in their order, where actions are all that was asked by: no cells are made of them.
    pub actions: Vec<OfAction>,
    /// In the order of the actions.
    pub left: Vec<Left>,
}

/// A hash for numbers that are already well spread.
#[derive(Default)]
pub struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub type QuickMap<V> = HashMap<u64, V, BuildHasherDefault<Quick>>;

/// What a reader sees of the families: the parent of each action, and which have children.
pub struct Families {
    pub seen: Vec<bool>,
    pub parents: Vec<u32>,
    pub has_children: Vec<bool>,
}

pub fn index(slot: u32) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

impl Families {
    pub fn of(book: &Book, sight: &Sight) -> Self {
        let n = book.len();
        let seen: Vec<bool> = book.entries().map(|e| sight.sees(e)).collect();
        let (mut parents, mut has_children) = (vec![NOBODY; n], vec![false; n]);
        for entry in book.entries() {
            let slot = entry.slot();
            let counts = entry.standing() == Standing::Counts && seen.get(index(slot)) == Some(&true);
            if entry.parent().is_none() || !counts {
                continue;
            }
            if let Some(above) = parent(book, sight, slot) {
                if let Some(p) = parents.get_mut(index(slot)) {
                    *p = above;
                }
                if let Some(has) = has_children.get_mut(index(above)) {
                    *has = true;
                }
            }
        }
        Self { seen, parents, has_children }
    }

    pub fn parent(&self, slot: u32) -> Option<u32> {
        self.parents.get(index(slot)).copied().filter(|p| *p != NOBODY)
    }

    fn alone(&self, slot: u32) -> bool {
        self.parent(slot).is_none() && !self.has_children(slot)
    }

    fn has_children(&self, slot: u32) -> bool {
        self.has_children.get(index(slot)) == Some(&true)
    }

    /// These actions, each beside the first of its family: families one after another, each in the order of its actions. What
    /// is a ring is a family too.
    fn together(&self, slots: Vec<u32>) -> Vec<(u32, u32)> {
        let mut first: Vec<u32> = (0..).take(self.parents.len()).collect();
        for slot in &slots {
            let Some(parent) = self.parent(*slot) else { continue };
            let (a, b) = (first_of(&mut first, *slot), first_of(&mut first, parent));
            if let Some(later) = first.get_mut(index(a.max(b))) {
                *later = a.min(b);
            }
        }
        let mut all: Vec<(u32, u32)> = slots.into_iter().map(|slot| (first_of(&mut first, slot), slot)).collect();
        all.sort_unstable();
        all
    }
}

/// The first of the family that an action is known to be of; the way there is made shorter for whoever comes next.
fn first_of(first: &mut [u32], slot: u32) -> u32 {
    let mut at = slot;
    loop {
        let before = first.get(index(at)).copied().unwrap_or(at);
        if before == at {
            return at;
        }
        let beyond = first.get(index(before)).copied().unwrap_or(before);
        if let Some(step) = first.get_mut(index(at)) {
            *step = beyond;
        }
        at = beyond;
    }
}

/// Answers a question for one reader. `plan`: the actions under the plan that is asked for.
pub fn scan(
    book: &Book,
    sight: &Sight,
    question: &Question,
    plan: Option<&HashSet<Uuid>>,
    by: &[Dimension],
    currency: Currency,
) -> Scanned {
    let families = Families::of(book, sight);
    let wanted = Wanted::new(book, &families, question, plan, by);
    let mut cells = Cells::new(&wanted);
    let mut left = Vec::new();
    let mut related: Vec<u32> = Vec::new();
    let mut unconverted: Vec<Unconverted> = Vec::new();

    for entry in book.entries() {
        let slot = entry.slot();
        if families.seen.get(index(slot)) != Some(&true) {
            continue;
        }
        let own = figure(entry, question.kind);
        let asked = wanted.asks(slot);
        if asked {
            let unknown = unknown(entry, question, &wanted, &mut unconverted);
            fallen(slot, entry, question, &wanted, unknown, &mut left);
            match own.as_ref().err() {
                None => {}
                // it has one that cannot be converted, or is the sum of its parts
                Some(Reason::NoFigure)
                    if families.has_children(slot) || entry.unknown().iter().any(|u| u.is_of(question.kind)) => {}
                Some(Reason::NoFigure) => {
                    left.push(Left { action: slot, reason: Reason::NoFigure, rows: 0, amount: 0 })
                }
                Some(reason) => left.extend(kept_back(slot, entry, *reason, question.kind, &wanted)),
            }
        }
        if entry.standing() != Standing::Counts {
            continue;
        }
        if families.alone(slot) {
            if let (true, Ok(items)) = (asked, own) {
                for i in items {
                    let Some(piece) = piece(slot, i) else { continue };
                    cells.take(&piece);
                }
            }
            continue;
        }
        related.push(slot);
    }
    // one family at a time: all at once they would fill more memory than the book itself
    for family in families.together(related).chunk_by(|(a, _), (b, _)| a == b) {
        let settled = settle(members(book, &families, family, question.kind));
        for piece in &settled.pieces {
            if wanted.asks(piece.of) {
                cells.take(piece);
            }
        }
        for (i, total) in &settled.left {
            if let Some((_, slot)) = family.get(*i).filter(|(_, slot)| wanted.asks(*slot)) {
                left.push(Left { action: *slot, reason: Reason::AboveParent, rows: 1, amount: *total });
            }
        }
    }
    left.sort_by_key(|l| (l.action, l.reason as u8));
    let (mut totals, actions) = cells.totals(currency);
    totals.left_out = summed(&left);
    totals.unconverted = unconverted;
    Scanned { totals, actions, left }
}

/// A family as it is counted, in the order in which it is given.
fn members(book: &Book, families: &Families, family: &[(u32, u32)], kind: Kind) -> Vec<Member> {
    let place = |slot: u32| family.binary_search_by_key(&slot, |(_, other)| *other).ok();
    let pieces = |slot: u32| -> Option<Vec<Piece>> {
        Some(figure(book.entry(slot)?, kind).ok()?.filter_map(|i| piece(slot, i)).collect())
    };
    family
        .iter()
        .map(|(_, slot)| Member { parent: families.parent(*slot).and_then(place), own: pieces(*slot) })
        .collect()
}

fn piece(of: u32, i: &super::book::Item) -> Option<Piece> {
    let counted = i.fate == Fate::Counted;
    counted.then_some(Piece {
        of,
        amount: i.amount,
        provider: i.provider,
        receiver: i.receiver,
        year: i.year,
        quarters: i.quarters,
        marks: i.marks,
    })
}

/// What an action that does not count says of the kind that is asked for; of one that is only planned, what is planned. None
/// where that is nothing.
fn kept_back(slot: u32, entry: Entry<'_>, reason: Reason, asked: Kind, wanted: &Wanted<'_>) -> Option<Left> {
    let kind = if reason == Reason::OnlyPlanned { Kind::Planned } else { asked };
    let said = entry.items().iter().filter(|i| {
        let stands_in = kind.is_of_budget() && i.marks & marks::STATED != 0;
        i.fate == Fate::Counted && (i.kind == kind || stands_in) && wanted.between(i.provider, i.receiver)
    });
    let (rows, amount) = said.fold((0, 0_i64), |(rows, all), i| {
        (rows + usize::from(i.marks & marks::FIRST != 0), all.saturating_add(i.amount))
    });
    (rows > 0).then_some(Left { action: slot, reason, rows, amount })
}

/// Adds up what there is no rate for; says how many rows that is.
fn unknown(entry: Entry<'_>, question: &Question, wanted: &Wanted<'_>, all: &mut Vec<Unconverted>) -> usize {
    if entry.standing() != Standing::Counts || entry.unknown().is_empty() {
        return 0;
    }
    let mut rows = 0;
    for u in entry.unknown().iter().filter(|u| wanted.between(u.provider, u.receiver)) {
        if !u.is_of(question.kind) {
            continue;
        }
        rows += 1;
        match all.iter_mut().find(|x| x.currency == u.currency) {
            Some(there) => {
                there.amount = there.amount.checked_add(u.amount).unwrap_or(Decimal::MAX);
                there.rows += 1;
            }
            None => all.push(Unconverted { currency: u.currency, amount: u.amount, rows: 1 }),
        }
    }
    all.sort_by_key(|u| u.currency);
    rows
}

/// Rows that fell away, a line a reason.
fn fallen(slot: u32, entry: Entry<'_>, question: &Question, wanted: &Wanted<'_>, unknown: usize, left: &mut Vec<Left>) {
    if entry.standing() != Standing::Counts || (!entry.fell() && unknown == 0) {
        return;
    }
    let from = left.len();
    for i in entry.items().iter().filter(|i| i.kind == question.kind) {
        let Fate::Left(reason) = i.fate else { continue };
        if reason == Reason::NoRate || !wanted.between(i.provider, i.receiver) {
            continue;
        }
        match left.iter_mut().skip(from).find(|l| l.reason == reason) {
            Some(line) => {
                line.rows += 1;
                line.amount = line.amount.saturating_add(i.amount);
            }
            None => left.push(Left { action: slot, reason, rows: 1, amount: i.amount }),
        }
    }
    if unknown > 0 {
        left.push(Left { action: slot, reason: Reason::NoRate, rows: unknown, amount: 0 });
    }
}

fn summed(left: &[Left]) -> Vec<LeftOut> {
    let mut all: Vec<LeftOut> = Vec::new();
    for reason in Reason::ALL {
        let mut sum = 0_i128;
        let (mut rows, mut actions) = (0, 0);
        for l in left.iter().filter(|l| l.reason == *reason) {
            sum += i128::from(l.amount);
            rows += l.rows;
            actions += 1;
        }
        if actions > 0 {
            all.push(LeftOut { reason: *reason, rows, actions, amount: amount(sum) });
        }
    }
    all
}

/// Which actions are within which, however deep, as a reader sees them: the one above, the one within.
pub fn lineage(book: &Book, sight: &Sight) -> Vec<(Uuid, Uuid)> {
    let families = Families::of(book, sight);
    let mut all = Vec::new();
    for entry in book.entries() {
        let slot = entry.slot();
        let mut at = families.parent(slot);
        for _ in 0..16 {
            let Some(above) = at.and_then(|a| book.entry(a)) else { break };
            all.push((above.id(), entry.id()));
            at = at.and_then(|a| families.parent(a));
        }
    }
    all
}
