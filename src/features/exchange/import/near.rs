//! Names that are nearly what stands in a cell: a letter too many, too few or another, or two that changed places. It
//! is asked whether one of them is meant, and never assumed.

use std::collections::HashMap;
use uuid::Uuid;

use crate::kernel::fold::fold;

/// Longer names are none of a slip of the hand.
const LONGEST: usize = 60;

/// Nor is one compared with more names than these: a file may be full of names that are none.
const MOST_NAMES: usize = 5_000;

/// What a name is nearest to among folded ones that one alone bears; nothing where two are as near, or it is too short
/// to tell. What stands behind a sign is a code, and no name.
pub fn nearest(name: &str, among: &HashMap<String, Vec<Uuid>>) -> Option<Uuid> {
    let short: String = name.chars().take(4 * LONGEST).collect();
    let written: Vec<char> = fold(&short).chars().take(LONGEST + 1).collect();
    let most = match written.len() {
        _ if among.len() > MOST_NAMES => return None,
        5..=11 => 1,
        12..=LONGEST => 2,
        _ => return None,
    };
    let mut best: Option<(usize, Option<Uuid>)> = None;
    // the first letter is seldom the wrong one, and with it few are compared
    for (other, ids) in among.iter().filter(|(other, _)| other.chars().next() == written.first().copied()) {
        let other: Vec<char> = other.chars().take(LONGEST + most + 1).collect();
        let ([id], Some(apart)) = (ids.as_slice(), apart(&written, &other, most)) else { continue };
        best = match best {
            Some((least, one)) if least < apart => Some((least, one)),
            Some((least, one)) if least == apart => Some((least, one.filter(|one| one == id))),
            _ => Some((apart, Some(*id))),
        };
    }
    best.and_then(|(_, one)| one)
}

/// How many slips lie between two words, if no more than so many.
fn apart(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], i: usize| row.get(i).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let other = at(&last, j) + usize::from(x != y);
            let mut least = other.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let changed_places = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if changed_places {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_told_from_another_name() {
        let names = ["norland", "arvania", "slovenia", "austria", "westmark", "westmarl", "=NORLANDS"];
        let mut among: HashMap<String, Vec<Uuid>> =
            (1..).zip(names).map(|(n, name)| (name.to_owned(), vec![Uuid::from_u128(n)])).collect();
        among.insert(fold("Joint Academy"), vec![Uuid::from_u128(20), Uuid::from_u128(21)]);
        among.insert(fold("Institute of Border Studies"), vec![Uuid::from_u128(30)]);
        let near = |name: &str| nearest(name, &among).map(|id| id.as_u128());
        for (written, meant) in
            [("Norlnd", 1), ("NORLANND", 1), ("Arvaina", 2), ("Slovenja", 3), ("Institut of Border Studis", 30)]
        {
            assert_eq!(near(written), Some(meant), "{written}");
        }
        // too short, too far, as near to two, of two, too long
        for other in ["", "Nor", "Slovakia", "Australia", "Westmarm", "Joint Academi", &"n".repeat(5_000)] {
            assert_eq!(near(other), None, "{other}");
        }
    }
}
