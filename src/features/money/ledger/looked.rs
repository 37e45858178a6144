//! What should be looked at in the money of the actions that a reader sees, and by how much it is not as it should be. Entries keep only
//! what is found; amounts are added up from the rows of those few that a page shows.

use rust_decimal::Decimal;
use std::collections::HashMap;

use super::book::{Book, Fate, Item, Standing};
use super::kept::Entry;
use super::member::{Sight, figure};
use super::scan::{Families, QuickMap, index};
use crate::features::money::model::Kind;
use crate::features::money::rules::checks::Finding;
use crate::features::money::rules::family::marks;
use crate::features::money::rules::split::amount;

/// The parts of an action, and whether one of them is in another currency.
type Parts = QuickMap<(Vec<u32>, bool)>;

/// How deep parts of parts are followed.
const DEEP: u8 = 16;

/// Families, with what each action has of parts.
struct Related<'a> {
    book: &'a Book,
    families: Families,
    parts: Parts,
}

impl<'a> Related<'a> {
    fn of(book: &'a Book, sight: &Sight) -> Self {
        let families = Families::of(book, sight);
        let mut parts = Parts::default();
        for entry in book.entries() {
            let slot = entry.slot();
            let Some(above) = families.parent(slot) else { continue };
            let line = parts.entry(u64::from(above)).or_default();
            line.0.push(slot);
            let own = book.entry(above).and_then(|a| a.currency());
            line.1 |= entry.currency().zip(own).is_some_and(|(a, b)| a != b);
        }
        Self { book, families, parts }
    }

    /// What an action costs by its own figure.
    fn own(&self, slot: u32) -> Option<i64> {
        let entry = self.book.entry(slot)?;
        let of = |kind: Kind| -> Option<i64> {
            Some(figure(entry, kind).ok()?.fold(0, |all, i| i64::saturating_add(all, i.amount)))
        };
        of(Kind::Committed).or_else(|| of(Kind::Planned))
    }

    /// What its parts come to: one without a figure is the sum of its own.
    fn inside(&self, slot: u32, deep: u8) -> i64 {
        let Some(deeper) = deep.checked_sub(1) else { return 0 };
        let of = self.parts.get(&u64::from(slot)).map(|(all, _)| all.as_slice()).unwrap_or_default();
        let worth = |part: u32| self.own(part).unwrap_or_else(|| self.inside(part, deeper));
        of.iter().fold(0_i64, |all, part| all.saturating_add(worth(*part)))
    }

    /// What its parts come to and what it costs itself, where that is less.
    fn above(&self, slot: u32) -> Option<(i64, i64)> {
        let own = self.own(slot)?;
        let inside = self.inside(slot, DEEP);
        (inside > own).then_some((inside, own))
    }
}

/// What should be looked at in each action that the reader sees: the action with its findings.
pub fn looked_at(book: &Book, sight: &Sight) -> Vec<(u32, u16)> {
    let related = Related::of(book, sight);
    let mut all = Vec::new();
    for entry in book.entries() {
        let slot = entry.slot();
        if entry.standing() != Standing::Counts || related.families.seen.get(index(slot)) != Some(&true) {
            continue;
        }
        let mut bits = entry.findings();
        if let Some((_, other)) = related.parts.get(&u64::from(slot)) {
            if related.above(slot).is_some() {
                bits |= Finding::ChildAbove.bit();
            }
            if *other {
                bits |= Finding::OtherCurrency.bit();
            }
        }
        if bits != 0 {
            all.push((slot, bits));
        }
    }
    all
}

/// Two amounts of which one should not be above the other, in the currency of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    pub finding: Finding,
    pub more: Decimal,
    pub than: Decimal,
    /// What there is, is a stated total, and no commitments.
    pub stated: bool,
}

/// What rows of a kind come to; none where none counts.
fn sum(entry: Entry<'_>, kind: Kind, stated: bool) -> Option<i128> {
    let counted = |i: &&Item| i.fate == Fate::Counted && i.kind == kind && (i.marks & marks::STATED != 0) == stated;
    let mut items = entry.items().iter().filter(counted).map(|i| i128::from(i.amount)).peekable();
    items.peek()?;
    Some(items.sum())
}

/// By how much what was found in these actions is not as it should be, where that is a matter of two amounts.
pub fn apart(book: &Book, sight: &Sight, found: &[(u32, u16)]) -> HashMap<u32, Vec<Apart>> {
    let has = |bits: u16, finding: Finding| bits & finding.bit() != 0;
    let related = found.iter().any(|(_, bits)| has(*bits, Finding::ChildAbove)).then(|| Related::of(book, sight));
    let mut all: HashMap<u32, Vec<Apart>> = HashMap::new();
    for (slot, bits) in found {
        let Some(entry) = book.entry(*slot) else { continue };
        let budget = || {
            let committed = sum(entry, Kind::Committed, false).map(|n| (n, false));
            committed.or_else(|| Some((sum(entry, Kind::Committed, true)?, true)))
        };
        let mut put = |finding: Finding, amounts: Option<(i128, (i128, bool))>| {
            let Some((more, (than, stated))) = amounts.filter(|(more, (than, _))| more > than) else { return };
            let one = Apart { finding, more: amount(more), than: amount(than), stated };
            all.entry(*slot).or_default().push(one);
        };
        for (finding, kind) in [(Finding::SpentAbove, Kind::Spent), (Finding::PaidAbove, Kind::Disbursed)] {
            if has(*bits, finding) {
                put(finding, sum(entry, kind, false).zip(budget()));
            }
        }
        if has(*bits, Finding::ChildAbove) {
            let above = related.as_ref().and_then(|r| r.above(*slot));
            put(Finding::ChildAbove, above.map(|(more, than)| (i128::from(more), (i128::from(than), false))));
        }
    }
    all
}
