//! What has changed between two frozen texts, as a minister reads it: added, removed, moved, reworded.

use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use super::model::NodeKind;
use super::text::{ActionText, IndicatorText, NodeText, PlanText};
use crate::kernel::difference::{Piece, words};

/// A comparison of two texts of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What the head says: field and both values.
    pub head: Vec<Reworded>,
    /// In the order of the newer text; what was removed stands where it stood.
    pub nodes: Vec<NodeChange>,
}

/// A text that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// End of the Fluent key `plan-field-…`.
    pub field: &'static str,
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Same,
    Changed,
    Added,
    Removed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeChange {
    pub lineage: Uuid,
    pub fate: Fate,
    pub kind: NodeKind,
    pub depth: usize,
    pub code: String,
    pub title: String,
    /// The code that it had, where that was another.
    pub code_before: Option<String>,
    /// Under what it stood before, where it has gone elsewhere; "" for the top or another place among its siblings.
    pub moved_from: Option<String>,
    pub texts: Vec<Reworded>,
    pub indicators: Vec<Reworded>,
    pub actions_added: Vec<String>,
    pub actions_removed: Vec<String>,
}

impl Comparison {
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.nodes.iter().all(|n| n.fate == Fate::Same)
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.nodes.iter().filter(|n| n.fate == fate).count()
    }

    pub fn moved(&self) -> usize {
        self.nodes.iter().filter(|n| n.moved_from.is_some()).count()
    }
}

fn reworded(field: &'static str, from: &str, to: &str) -> Option<Reworded> {
    (from != to).then(|| Reworded { field, pieces: words(from, to) })
}

fn year(year: Option<i16>) -> String {
    year.map(|y| y.to_string()).unwrap_or_default()
}

fn pillar(text: &PlanText) -> &str {
    text.pillar.as_ref().map_or("", |(key, _)| key)
}

pub fn compare(from: &PlanText, to: &PlanText) -> Comparison {
    let head = [
        reworded("title", &from.title, &to.title),
        reworded("about", &from.about, &to.about),
        reworded("pillar", pillar(from), pillar(to)),
        reworded("first-year", &year(from.first_year), &year(to.first_year)),
        reworded("last-year", &year(from.last_year), &year(to.last_year)),
        reworded("text-note", &from.text_note, &to.text_note),
    ];
    let old: HashMap<Uuid, &NodeText> = from.nodes.iter().map(|n| (n.lineage, n)).collect();
    let stays: HashSet<Uuid> = to.nodes.iter().map(|n| n.lineage).collect();
    let shifted = shifted(from, to);
    let mut nodes: Vec<NodeChange> = to
        .nodes
        .iter()
        .map(|new| {
            let mut change =
                blank(new, to.depth(new), if old.contains_key(&new.lineage) { Fate::Same } else { Fate::Added });
            if let Some(was) = old.get(&new.lineage) {
                fill(&mut change, was, new);
                if was.parent != new.parent {
                    change.moved_from = Some(was.parent.and_then(|p| from.node(p)).map(label).unwrap_or_default());
                } else if shifted.contains(&new.lineage) {
                    change.moved_from = Some(String::new());
                }
                let same = change.texts.is_empty()
                    && change.indicators.is_empty()
                    && change.actions_added.is_empty()
                    && change.actions_removed.is_empty()
                    && change.moved_from.is_none()
                    && change.code_before.is_none();
                change.fate = if same { Fate::Same } else { Fate::Changed };
            }
            change
        })
        .collect();
    // what was removed is shown after what stood before it
    let mut before: Option<Uuid> = None;
    for was in &from.nodes {
        if !stays.contains(&was.lineage) {
            let at = before.and_then(|b| nodes.iter().position(|n| n.lineage == b)).map_or(0, |i| i + 1);
            nodes.insert(at, blank(was, from.depth(was), Fate::Removed));
        }
        before = Some(was.lineage);
    }
    Comparison { head: head.into_iter().flatten().collect(), nodes }
}

fn label(node: &NodeText) -> String {
    format!("{} {}", node.code, node.title).trim().to_owned()
}

fn blank(node: &NodeText, depth: usize, fate: Fate) -> NodeChange {
    let mut texts = Vec::new();
    if matches!(fate, Fate::Added | Fate::Removed) {
        for (field, text) in [("body", &node.body), ("expected-result", &node.expected_result)] {
            let (from, to) = if fate == Fate::Added { ("", text.as_str()) } else { (text.as_str(), "") };
            texts.extend(reworded(field, from, to));
        }
    }
    NodeChange {
        lineage: node.lineage,
        fate,
        kind: node.kind,
        depth,
        code: node.code.clone(),
        title: node.title.clone(),
        code_before: None,
        moved_from: None,
        texts,
        indicators: Vec::new(),
        actions_added: Vec::new(),
        actions_removed: Vec::new(),
    }
}

fn fill(change: &mut NodeChange, was: &NodeText, new: &NodeText) {
    change.code_before = (was.code != new.code).then(|| was.code.clone());
    change.texts = [
        reworded("title", &was.title, &new.title),
        reworded("body", &was.body, &new.body),
        reworded("expected-result", &was.expected_result, &new.expected_result),
        reworded("text-note", &was.text_note, &new.text_note),
    ]
    .into_iter()
    .flatten()
    .collect();
    change.indicators = indicators(&was.indicators, &new.indicators);
    let titles = |all: &[ActionText], but: &[ActionText]| {
        let known: HashSet<Uuid> = but.iter().map(|a| a.id).collect();
        all.iter().filter(|a| !known.contains(&a.id)).map(|a| a.title.clone()).collect()
    };
    change.actions_added = titles(&new.actions, &was.actions);
    change.actions_removed = titles(&was.actions, &new.actions);
}

fn indicators(was: &[IndicatorText], new: &[IndicatorText]) -> Vec<Reworded> {
    let mut all = Vec::new();
    for i in new {
        let old = was.iter().find(|o| o.lineage == i.lineage).map(IndicatorText::in_words).unwrap_or_default();
        all.extend(reworded("indicator", &old, &i.in_words()));
    }
    for gone in was.iter().filter(|o| !new.iter().any(|i| i.lineage == o.lineage)) {
        all.extend(reworded("indicator", &gone.in_words(), ""));
    }
    all
}

/// Nodes that kept their parent but not their place: the fewest whose moves explain the new order.
fn shifted(from: &PlanText, to: &PlanText) -> HashSet<Uuid> {
    let place: HashMap<Uuid, usize> = from.nodes.iter().enumerate().map(|(i, n)| (n.lineage, i)).collect();
    let parents: HashMap<Uuid, Option<Uuid>> = from.nodes.iter().map(|n| (n.lineage, n.parent)).collect();
    let mut siblings: HashMap<Option<Uuid>, Vec<Uuid>> = HashMap::new();
    for node in &to.nodes {
        if parents.get(&node.lineage) == Some(&node.parent) {
            siblings.entry(node.parent).or_default().push(node.lineage);
        }
    }
    let mut moved = HashSet::new();
    for order in siblings.values() {
        let places: Vec<usize> = order.iter().filter_map(|n| place.get(n).copied()).collect();
        let kept = longest_rise(&places);
        moved.extend(order.iter().enumerate().filter(|(i, _)| !kept.contains(i)).map(|(_, n)| *n));
    }
    moved
}

/// The places of a longest rising sequence.
fn longest_rise(values: &[usize]) -> HashSet<usize> {
    // `ends`: for each length, the place of the smallest value that a rise of that length ends with
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    let value = |i: usize| values.get(i).copied().unwrap_or_default();
    for i in 0..values.len() {
        let at = ends.partition_point(|e| value(*e) < value(i));
        before.push(at.checked_sub(1).and_then(|b| ends.get(b).copied()));
        match ends.get_mut(at) {
            Some(end) => *end = i,
            None => ends.push(i),
        }
    }
    std::iter::successors(ends.last().copied(), |i| before.get(*i).copied().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::PlanKind;
    use super::*;
    use proptest::prelude::*;

    fn node(n: u128, parent: Option<u128>, title: &str) -> NodeText {
        NodeText {
            lineage: Uuid::from_u128(n),
            parent: parent.map(Uuid::from_u128),
            kind: NodeKind::Objective,
            code: String::new(),
            title: title.to_owned(),
            body: String::new(),
            expected_result: String::new(),
            text_note: String::new(),
            indicators: Vec::new(),
            actions: Vec::new(),
        }
    }

    fn text(nodes: Vec<NodeText>) -> PlanText {
        PlanText {
            form: 1,
            process: "P".into(),
            kind: PlanKind::ActionPlan,
            title: "Plan".into(),
            about: String::new(),
            pillar: None,
            first_year: Some(2027),
            last_year: Some(2029),
            text_note: String::new(),
            source_url: None,
            nodes,
            notes: Vec::new(),
        }
    }

    #[test]
    fn added_removed_moved_and_reworded_are_told_apart() {
        let from =
            text(vec![node(1, None, "One"), node(2, None, "Two"), node(3, None, "Three"), node(31, Some(3), "Sub")]);
        let to = text(vec![
            node(1, None, "One again"),
            node(3, None, "Three"),
            node(4, None, "Four"),
            node(31, Some(4), "Sub"),
        ]);
        let found = compare(&from, &to);
        let fates: Vec<(u128, Fate, Option<&str>)> =
            found.nodes.iter().map(|n| (n.lineage.as_u128(), n.fate, n.moved_from.as_deref())).collect();
        assert_eq!(
            fates,
            [
                (1, Fate::Changed, None),
                (2, Fate::Removed, None),
                (3, Fate::Same, None),
                (4, Fate::Added, None),
                (31, Fate::Changed, Some("Three")),
            ]
        );
        assert!(compare(&from, &from).is_empty());
    }

    #[test]
    fn one_that_changes_place_is_one_move() {
        let order = |o: [u128; 4]| text(o.map(|n| node(n, None, "x")).into());
        let found = compare(&order([1, 2, 3, 4]), &order([4, 1, 2, 3]));
        let moved: Vec<u128> =
            found.nodes.iter().filter(|n| n.moved_from.is_some()).map(|n| n.lineage.as_u128()).collect();
        assert_eq!(moved, [4]);
    }

    proptest! {
        #[test]
        fn nothing_of_either_text_is_missing(
            a in prop::collection::vec(0u128..12, 0..10), b in prop::collection::vec(0u128..12, 0..10)
        ) {
            let unique = |ids: Vec<u128>| {
                let mut seen = HashSet::new();
                text(ids.into_iter().filter(|n| seen.insert(*n)).map(|n| node(n, None, "x")).collect())
            };
            let (from, to) = (unique(a), unique(b));
            let found = compare(&from, &to);
            let kept: Vec<Uuid> = found.nodes.iter().filter(|n| n.fate != Fate::Removed).map(|n| n.lineage).collect();
            prop_assert_eq!(kept, to.nodes.iter().map(|n| n.lineage).collect::<Vec<_>>());
            let removed = found.count(Fate::Removed);
            let gone = from.nodes.iter().filter(|n| to.node(n.lineage).is_none()).count();
            prop_assert_eq!(removed, gone);
        }
    }
}
