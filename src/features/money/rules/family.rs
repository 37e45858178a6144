//! A parent and its children: the parent's figure stands for the family, the children are parts within it.

use super::quarters::Quarters;
use super::split::allot;

/// An organisation that is not stated.
pub const NOBODY: u32 = u32::MAX;
/// A year that is not stated.
pub const NO_YEAR: i16 = i16::MIN;

/// Marks of a piece of money: what it rests on.
pub mod marks {
    /// Spread over years.
    pub const YEAR: u8 = 1;
    /// Converted at a rate of another time, for want of its own.
    pub const RATE: u8 = 2;
    /// An action's stated total, which stands in for rows.
    pub const STATED: u8 = 4;
    /// The first piece of its row.
    pub const FIRST: u8 = 8;
    /// Whose it is was taken from the parent.
    pub const DONOR: u8 = 16;
}

/// Money of an action as it counts, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The action, as the caller counts them.
    pub of: u32,
    pub amount: i64,
    pub provider: u32,
    pub receiver: u32,
    pub year: i16,
    /// Where in its year it lies.
    pub quarters: Quarters,
    pub marks: u8,
}

/// An action of a family. `parent` is a place in the same list; `own`: what it says itself, none where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Member {
    pub parent: Option<usize>,
    pub own: Option<Vec<Piece>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    pub pieces: Vec<Piece>,
    /// Parents whose children come to more than they do.
    pub over: Vec<usize>,
    /// Their children, with what they come to: not counted.
    pub left: Vec<(usize, i64)>,
}

fn sum(pieces: &[Piece]) -> i64 {
    pieces.iter().fold(0, |all, p| all.saturating_add(p.amount))
}

/// Counts families once. A parent with a figure counts at that figure: its children are parts of it, with their own
/// attributes, and the rest has its own; where they come to more than it does, it counts alone and they are left out. A
/// parent without a figure is the sum of its children. What would be its own parent has none.
pub fn settle(mut members: Vec<Member>) -> Settled {
    let n = members.len();
    let mut waiting = vec![0_usize; n];
    for i in 0..n {
        let parent = members.get(i).and_then(|m| m.parent).filter(|p| *p < n && *p != i);
        if let Some(member) = members.get_mut(i) {
            member.parent = parent;
        }
        if let Some(w) = parent.and_then(|p| waiting.get_mut(p)) {
            *w += 1;
        }
    }
    let mut parts: Vec<Vec<(usize, Vec<Piece>)>> = vec![Vec::new(); n];
    let mut ready: Vec<usize> = waiting.iter().enumerate().filter(|(_, w)| **w == 0).map(|(i, _)| i).collect();
    let mut done = vec![false; n];
    let mut settled = Settled::default();
    let mut next = 0;
    loop {
        while let Some(i) = ready.pop() {
            if std::mem::replace(done.get_mut(i).unwrap_or(&mut true), true) {
                continue;
            }
            let (own, parent) = members.get_mut(i).map_or((None, None), |m| (m.own.take(), m.parent));
            let mut children = parts.get_mut(i).map(std::mem::take).unwrap_or_default();
            children.sort_by_key(|(child, _)| *child);
            let pieces = one(i, own, children, &mut settled);
            match parent.filter(|p| !done.get(*p).copied().unwrap_or(true)) {
                Some(p) => {
                    if let Some(list) = parts.get_mut(p) {
                        list.push((i, pieces));
                    }
                    if let Some(w) = waiting.get_mut(p) {
                        *w = w.saturating_sub(1);
                        if *w == 0 {
                            ready.push(p);
                        }
                    }
                }
                None => settled.pieces.extend(pieces),
            }
        }
        // a ring, which the portal refuses to make: its first member counts by itself, and the ring is open
        while next < n && done.get(next).copied().unwrap_or(true) {
            next += 1;
        }
        if next >= n {
            break;
        }
        ready.push(next);
    }
    settled.pieces.sort_by_key(|p| p.of);
    settled.over.sort_unstable();
    settled.left.sort_unstable();
    settled
}

/// One member with what its children come to.
fn one(i: usize, own: Option<Vec<Piece>>, children: Vec<(usize, Vec<Piece>)>, settled: &mut Settled) -> Vec<Piece> {
    // a whole that comes to nothing says nothing of its parts
    let says = own.filter(|pieces| children.is_empty() || pieces.iter().any(|p| p.amount != 0));
    let Some(own) = says else { return children.into_iter().flat_map(|(_, pieces)| pieces).collect() };
    let totals: Vec<(usize, i64)> =
        children.iter().map(|(child, pieces)| (*child, sum(pieces))).filter(|(_, total)| *total != 0).collect();
    if totals.is_empty() {
        return own;
    }
    let inside = totals.iter().fold(0_i64, |all, (_, t)| all.saturating_add(*t));
    let whole = sum(&own);
    if inside > whole || inside < 0 {
        settled.over.push(i);
        settled.left.extend(totals);
        return own;
    }
    within(own, children.into_iter().flat_map(|(_, pieces)| pieces).collect(), inside)
}

/// What each provider gives, in the order in which they come.
fn by_provider(pieces: &[Piece]) -> Vec<(u32, i64)> {
    let mut all: Vec<(u32, i64)> = Vec::new();
    for piece in pieces {
        match all.iter_mut().find(|(p, _)| *p == piece.provider) {
            Some((_, amount)) => *amount += piece.amount,
            None => all.push((piece.provider, piece.amount)),
        }
    }
    all
}

/// The parts, and what is left of the whole. Each part is taken out of what its own provider gives to the whole; what has
/// no provider there, out of the others' in proportion. A part whose provider only passes on what the whole has given it, or
/// is not stated, has the providers of the whole.
fn within(own: Vec<Piece>, parts: Vec<Piece>, inside: i64) -> Vec<Piece> {
    let gives = by_provider(&own);
    let asked = by_provider(&parts);
    let mut taken: Vec<i64> = gives
        .iter()
        .map(|(provider, most)| {
            let asked = asked.iter().find(|(p, _)| p == provider && *p != NOBODY).map_or(0, |(_, n)| *n);
            asked.clamp(0, (*most).max(0))
        })
        .collect();
    let mut matched: i64 = taken.iter().sum();
    if matched > inside {
        // repayments among the parts
        taken = allot(inside, &taken);
        matched = inside;
    }
    let room: Vec<i64> = gives.iter().zip(&taken).map(|((_, given), taken)| (given - taken).max(0)).collect();
    let spread = if inside > matched { allot(inside - matched, &room) } else { vec![0; gives.len()] };

    let passes_on = |p: &Piece| {
        let given_to = || own.iter().any(|o| o.receiver == p.provider) && gives.iter().all(|(g, _)| *g != p.provider);
        p.provider == NOBODY || given_to()
    };
    let mix: Vec<(u32, i64)> =
        gives.iter().zip(&spread).filter(|(_, n)| **n > 0).map(|((provider, _), n)| (*provider, *n)).collect();
    let weights: Vec<i64> = mix.iter().map(|(_, n)| *n).collect();
    let mut all = Vec::with_capacity(own.len() + parts.len());
    for ((provider, given), (taken, more)) in gives.iter().zip(taken.iter().zip(&spread)) {
        lessen(&own, *provider, *given, given - taken - more, &mut all);
    }
    for part in parts {
        if mix.is_empty() || !passes_on(&part) {
            all.push(part);
            continue;
        }
        for (i, ((provider, _), amount)) in mix.iter().zip(allot(part.amount, &weights)).enumerate() {
            let mut piece = Piece { provider: *provider, amount, ..part };
            if *provider != part.provider {
                piece.marks |= marks::DONOR;
            }
            if i > 0 {
                piece.marks &= !marks::FIRST;
            }
            all.push(piece);
        }
    }
    all
}

/// What is left of one provider's money in the whole.
fn lessen(own: &[Piece], provider: u32, given: i64, left: i64, all: &mut Vec<Piece>) {
    let of_provider: Vec<Piece> = own.iter().filter(|p| p.provider == provider).copied().collect();
    if left == given {
        all.extend(of_provider);
    } else if left != 0 {
        let weights: Vec<i64> = of_provider.iter().map(|p| p.amount).collect();
        let amounts = allot(left, &weights);
        all.extend(of_provider.into_iter().zip(amounts).map(|(p, amount)| Piece { amount, ..p }));
    }
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
