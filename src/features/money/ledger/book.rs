//! The money of a process in the server's memory, as it counts action by action: compact, in cents of one currency.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

use super::interned::Interned;
use super::kept::{Entry, New, Shelf};
use super::rows::{ActionRow, MoneyRow};
use crate::features::money::model::{Kind, Reason};
use crate::features::money::rules::chain::{Given, own};
use crate::features::money::rules::checks::{Facts, Seen, findings};
use crate::features::money::rules::family::{NO_YEAR, NOBODY, marks};
use crate::features::money::rules::quarters::Quarters;
use crate::features::money::rules::shares::{How, shares};
use crate::features::money::rules::split::{MOST, allot, amount, cents, to_cents};
use crate::features::money::rules::years::{Years, years};
use crate::kernel::money::Currency;

/// An amount in the currency of the totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Converted {
    pub amount: Decimal,
    /// The day of the rate; none where nothing was converted.
    pub rate_date: Option<NaiveDate>,
    /// For want of a rate of its own day.
    pub estimated: bool,
}

/// Converts an amount of a day, or of no day that is known, into the currency of the totals.
pub trait Convert {
    fn convert(&self, amount: Decimal, from: Currency, on: Option<NaiveDate>) -> Option<Converted>;
}

/// What became of a piece of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Counted,
    Left(Reason),
}

/// A piece of a row: its amount in one year.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    pub amount: i64,
    pub provider: u32,
    pub receiver: u32,
    pub year: i16,
    /// Where in its year it lies.
    pub quarters: Quarters,
    pub kind: Kind,
    pub fate: Fate,
    pub marks: u8,
}

/// Whether an action can count at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Counts,
    Merged,
    Declined,
}

/// What there is no rate for, in its own currency.
#[derive(Debug, Clone, Copy)]
pub struct Unknown {
    pub kind: Kind,
    pub currency: Currency,
    pub amount: Decimal,
    pub provider: u32,
    pub receiver: u32,
    pub stated: bool,
}

impl Unknown {
    /// Whether it would be in a total of this kind. A stated total stands in for either question.
    pub fn is_of(&self, kind: Kind) -> bool {
        self.kind == kind || (self.stated && kind.is_of_budget())
    }
}

/// The oldest and the newest day of the rates by which the money of each kind was converted.
pub type RateDays = [Option<(NaiveDate, NaiveDate)>; Kind::ALL.len()];

/// The bit of a stated total that stands in for rows, beside those of the kinds.
pub const STATED: u8 = 1 << Kind::ALL.len();

/// What counts among these pieces.
fn has(items: &[Item]) -> u8 {
    let counted = items.iter().filter(|i| i.fate == Fate::Counted);
    counted.map(|i| if i.marks & marks::STATED == 0 { 1 << i.kind as u8 } else { STATED }).fold(0, |all, bit| all | bit)
}

#[derive(Debug, Clone, Default)]
pub struct Book {
    shelf: Shelf,
    pub organisations: Interned,
    pub pillars: Interned,
    pub beneficiaries: Interned,
}

impl Book {
    /// So many actions, those that are only named by others among them.
    pub fn len(&self) -> usize {
        self.shelf.len()
    }
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.shelf.entries()
    }
    pub fn slot(&self, id: Uuid) -> Option<u32> {
        self.shelf.slot(id)
    }
    pub fn entry(&self, slot: u32) -> Option<Entry<'_>> {
        self.shelf.entry(slot)
    }
    /// An action of which nothing is known.
    pub fn empty(&self) -> Entry<'_> {
        self.shelf.empty()
    }

    /// An action as it stands now, in place of how it stood.
    pub fn put(&mut self, row: &ActionRow, money: &[MoneyRow], rates: &impl Convert) {
        let mut money: Vec<&MoneyRow> = money.iter().collect();
        money.sort_by_key(|m| m.id);
        let mut making = Making { row, rates, organisations: &mut self.organisations, made: Made::default() };
        for m in money.iter().filter(|m| m.superseded || m.withdrawn) {
            making.gone(m);
        }
        let live: Vec<&MoneyRow> = money.into_iter().filter(|m| !m.superseded && !m.withdrawn).collect();
        for kind in Kind::ALL {
            making.kind(*kind, &live);
        }
        if !live.iter().any(|m| m.kind.is_of_budget()) {
            making.stated();
        }
        let how = shares(&row.places.iter().map(|(_, share)| *share).collect::<Vec<_>>());
        let findings = making.findings(how.how);
        let made = making.made;
        let order: String = row.search_title.chars().take(40).collect();
        let pillars: Vec<u32> = row.pillars.iter().map(|id| self.pillars.put(*id)).collect();
        let places: Vec<u32> = row.places.iter().map(|(id, _)| self.beneficiaries.put(*id)).collect();
        // its own before those that it names
        self.shelf.slot_for(row.id);
        let parent = row.parent_id.map(|id| self.shelf.slot_for(id));
        let merged_into = row.merged_into_id.map(|id| self.shelf.slot_for(id));
        self.shelf.put(New {
            id: row.id,
            parent,
            merged_into,
            standing: match (row.merged_into_id, row.declined) {
                (Some(_), _) => Standing::Merged,
                (None, true) => Standing::Declined,
                (None, false) => Standing::Counts,
            },
            open: row.open,
            status: row.status,
            order: &order,
            pillars: &pillars,
            places: &places,
            weights: &how.weights,
            rest: how.rest,
            how: how.how,
            has: has(&made.items),
            fell: made.items.iter().any(|i| i.fate != Fate::Counted),
            items: &made.items,
            unknown: made.unknown,
            rates: made.rates,
            currency: live.first().and_then(|m| m.currency).or(row.stated.map(|(_, c)| c)),
            findings,
        });
    }
}

#[derive(Default)]
struct Made {
    items: Vec<Item>,
    unknown: Vec<Unknown>,
    rates: RateDays,
    seen: Vec<Seen<u32>>,
    sums: HashMap<&'static str, Decimal>,
}

/// An action on its way into the book.
struct Making<'a, R> {
    row: &'a ActionRow,
    rates: &'a R,
    organisations: &'a mut Interned,
    made: Made,
}

impl<R: Convert> Making<'_, R> {
    /// The day of a row at whose rate it is converted.
    fn day(&self, m: &MoneyRow) -> Option<NaiveDate> {
        m.value_date.or(m.period.0).or(self.row.start)
    }

    fn converted(&self, amount: Decimal, currency: Currency, on: Option<NaiveDate>) -> Option<Converted> {
        self.rates.convert(amount, currency, on).filter(|c| c.amount.abs() <= Decimal::from(MOST))
    }

    fn who(&mut self, id: Option<Uuid>) -> u32 {
        id.map_or(NOBODY, |id| self.organisations.put(id))
    }

    fn rated(&mut self, kind: Kind, c: &Converted) {
        if let (Some(day), Some(days)) = (c.rate_date, self.made.rates.get_mut(kind as usize)) {
            *days = Some(days.map_or((day, day), |(a, b)| (a.min(day), b.max(day))));
        }
    }

    fn left(&mut self, m: &MoneyRow, amount: i64, reason: Reason) {
        let (provider, receiver) = (self.who(m.provider), self.who(m.receiver));
        let fate = Fate::Left(reason);
        let marks = if reason == Reason::PassedOn { 0 } else { marks::FIRST };
        let (kind, quarters) = (m.kind, Quarters::default());
        self.made.items.push(Item { amount, provider, receiver, year: NO_YEAR, quarters, kind, fate, marks });
    }

    /// A row that was superseded or withdrawn.
    fn gone(&mut self, m: &MoneyRow) {
        let worth = m.amount.zip(m.currency).and_then(|(a, c)| self.converted(a, c, self.day(m)));
        let reason = if m.superseded { Reason::Superseded } else { Reason::Withdrawn };
        self.left(m, worth.and_then(|c| cents(c.amount)).unwrap_or(0), reason);
    }

    /// The rows of one kind that stand.
    fn kind(&mut self, kind: Kind, live: &[&MoneyRow]) {
        let mut rows: Vec<(&MoneyRow, Converted)> = Vec::new();
        let mut given: Vec<Given<u32>> = Vec::new();
        for m in live.iter().copied().filter(|m| m.kind == kind) {
            let readable = m.amount.filter(|a| a.abs() <= Decimal::from(MOST)).zip(m.currency);
            let Some((amount, currency)) = readable else {
                self.left(m, 0, Reason::Unreadable);
                continue;
            };
            let Some(converted) = self.converted(amount, currency, self.day(m)) else {
                self.left(m, 0, Reason::NoRate);
                let (provider, receiver) = (self.who(m.provider), self.who(m.receiver));
                self.made.unknown.push(Unknown { kind, currency, amount, provider, receiver, stated: false });
                continue;
            };
            let (provider, receiver) = (self.who(m.provider), self.who(m.receiver));
            let some = |n: u32| (n != NOBODY).then_some(n);
            let (provider, receiver) = (some(provider), some(receiver));
            given.push(Given { provider, receiver, amount, currency, converted: converted.amount });
            self.made.seen.push(Seen {
                kind: kind.as_str(),
                provider,
                receiver,
                currency,
                converted: converted.amount,
                value_date: m.value_date,
                period: m.period,
            });
            rows.push((m, converted));
        }
        let Some(counted) = to_cents(&own(&given)) else {
            // slips so large that together they are no number: told, not lost
            rows.iter().for_each(|(m, _)| self.left(m, 0, Reason::Unreadable));
            return;
        };
        self.made.sums.insert(kind.as_str(), amount(counted.iter().map(|n| i128::from(*n)).sum()));
        for ((m, converted), counted) in rows.into_iter().zip(counted) {
            let worth = cents(converted.amount).unwrap_or(0);
            // a cent is the rounding's, not passed on
            if (worth - counted).abs() > 1 {
                self.left(m, worth - counted, Reason::PassedOn);
            }
            if counted == 0 && worth.abs() > 1 {
                continue;
            }
            self.rated(kind, &converted);
            let dated = m.value_date.map(|day| (day, m.precision));
            let when = years(dated, m.period, (self.row.start, self.row.end));
            let (provider, receiver) = (self.who(m.provider), self.who(m.receiver));
            let rate = if converted.estimated { marks::RATE } else { 0 };
            self.spread(kind, counted, (provider, receiver), &when, rate);
        }
    }

    /// The stated total, where it stands in for rows. Its donor is the action's only one, where there is only one.
    fn stated(&mut self) {
        let Some((total, currency)) = self.row.stated else { return };
        let only = |all: &[Uuid]| match all {
            [one] => Some(*one),
            _ => None,
        };
        let parties = (self.who(only(&self.row.funding)), self.who(only(&self.row.implementing)));
        let (provider, receiver) = parties;
        let kind = Kind::Committed;
        let Some(converted) = self.converted(total, currency, self.row.start) else {
            self.made.unknown.push(Unknown { kind, currency, amount: total, provider, receiver, stated: true });
            return;
        };
        let Some(whole) = cents(converted.amount) else { return };
        self.rated(kind, &converted);
        let when = years(None, (None, None), (self.row.start, self.row.end));
        let rate = if converted.estimated { marks::RATE } else { 0 };
        self.spread(kind, whole, parties, &when, marks::STATED | rate);
    }

    fn spread(&mut self, kind: Kind, whole: i64, (provider, receiver): (u32, u32), when: &Years, more: u8) {
        let (year, quarters, fate) = (NO_YEAR, Quarters::default(), Fate::Counted);
        let base = Item { amount: whole, provider, receiver, year, quarters, kind, fate, marks: more };
        if when.days.is_empty() {
            self.made.items.push(Item { marks: more | marks::FIRST, ..base });
            return;
        }
        let weights: Vec<i64> = when.days.iter().map(|(_, days)| *days).collect();
        let estimate = if when.estimated { marks::YEAR } else { 0 };
        let pieces = when.days.iter().zip(&when.quarters).zip(allot(whole, &weights));
        for (i, (((year, _), quarters), amount)) in pieces.enumerate() {
            let first = if i == 0 { marks::FIRST } else { 0 };
            let marks = more | estimate | first;
            self.made.items.push(Item { amount, year: *year, quarters: *quarters, marks, ..base });
        }
    }

    fn findings(&self, how: How) -> u16 {
        let sum = |kind: Kind| self.made.sums.get(kind.as_str()).copied();
        let stated = self
            .row
            .stated
            .and_then(|(total, currency)| Some((self.converted(total, currency, self.row.start)?.amount, currency)));
        let committed = self.made.seen.iter().any(|s| s.kind == Kind::Committed.as_str());
        let facts = Facts {
            committed: sum(Kind::Committed).filter(|_| committed),
            disbursed: sum(Kind::Disbursed).unwrap_or_default(),
            spent: sum(Kind::Spent).unwrap_or_default(),
            stated,
            how,
            start: self.row.start,
            end: self.row.end,
            unconverted: !self.made.unknown.is_empty(),
        };
        findings(&facts, &self.made.seen)
    }
}
