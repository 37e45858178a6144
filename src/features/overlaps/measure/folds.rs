//! Parting the pairs so that nothing is scored by weights that have seen it: pairs that hang together
//! through an activity stay together.

use std::collections::HashMap;

use super::corpus::LabelledPair;
use crate::features::overlaps::engine::intern::hash;

/// The fold of each pair, from 0 to `folds` - 1. Pairs of one connected component share their fold;
/// which fold it is comes from the component's first identifier, so it does not depend on the order.
pub fn folds(pairs: &[LabelledPair], folds: usize) -> Vec<usize> {
    let mut root: HashMap<&str, &str> = HashMap::new();
    for pair in pairs {
        let (a, b) = (find(&root, &pair.a), find(&root, &pair.b));
        let (first, second) = if a < b { (a, b) } else { (b, a) };
        root.insert(second, first);
        root.entry(first).or_insert(first);
    }
    pairs.iter().map(|pair| (hash(find(&root, &pair.a)) % folds.max(1) as u64) as usize).collect()
}

fn find<'a>(root: &HashMap<&'a str, &'a str>, id: &'a str) -> &'a str {
    let mut at = id;
    while let Some(next) = root.get(at) {
        if *next == at {
            break;
        }
        at = next;
    }
    at
}
