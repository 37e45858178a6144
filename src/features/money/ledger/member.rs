//! How one reader sees the actions of a book: which they see, and which of those is within which.

use std::collections::HashSet;
use uuid::Uuid;

use super::book::{Book, Fate, Item, Standing};
use super::kept::Entry;
use crate::features::actions::Status;
use crate::features::money::model::{Kind, Reason};
use crate::features::money::rules::family::marks;

/// What a reader sees besides what is open to every member.
#[derive(Debug, Default)]
pub struct Sight {
    pub closed: HashSet<Uuid>,
}

impl Sight {
    pub fn sees(&self, entry: Entry<'_>) -> bool {
        entry.is_open() || self.closed.contains(&entry.id())
    }
}

/// A chain of parents is short; a ring, which the portal refuses, still comes to an end.
const DEEP: usize = 16;

/// The nearest action above that the reader sees and that counts: what lies between is passed over, so that nobody counts a
/// grandchild twice for want of seeing the child. A record that was merged is the one that it was merged into.
pub fn parent(book: &Book, sight: &Sight, slot: u32) -> Option<u32> {
    let own = book.entry(slot)?;
    let mut at = own.parent();
    for _ in 0..DEEP {
        let above = at?;
        let entry = book.entry(above)?;
        match entry.standing() {
            // what was made one with its own part is that part: it is within what the whole was within
            Standing::Merged if entry.merged_into() == Some(slot) => at = entry.parent(),
            Standing::Merged => at = entry.merged_into(),
            Standing::Counts if sight.sees(entry) => return (above != slot).then_some(above),
            Standing::Counts | Standing::Declined => at = entry.parent(),
        }
    }
    None
}

/// The figure of an action for a kind of money, or why there is none.
pub fn figure(entry: Entry<'_>, kind: Kind) -> Result<impl Iterator<Item = &Item> + Clone, Reason> {
    match entry.standing() {
        Standing::Merged => return Err(Reason::Merged),
        Standing::Declined => return Err(Reason::Declined),
        Standing::Counts => {}
    }
    if kind.is_of_budget() && entry.status() == Some(Status::Cancelled) {
        return Err(Reason::Cancelled);
    }
    let mut stated = false;
    if !entry.has(kind) {
        let early = matches!(entry.status(), Some(Status::Pipeline | Status::Planned));
        match (kind, entry.stands_in()) {
            (Kind::Planned, true) => stated = true,
            (Kind::Committed, true) if !early => stated = true,
            (Kind::Committed, true) => return Err(Reason::OnlyPlanned),
            (Kind::Committed, false) if entry.has(Kind::Planned) => return Err(Reason::OnlyPlanned),
            _ => return Err(Reason::NoFigure),
        }
    }
    Ok(entry.items().iter().filter(move |i| {
        i.fate == Fate::Counted
            && if stated { i.marks & marks::STATED != 0 } else { i.kind == kind && i.marks & marks::STATED == 0 }
    }))
}
