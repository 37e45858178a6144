//! What has changed between two frozen texts, as a minister reads it: added, removed, moved, reworded. Everything that a
//! checksum is over is held against everything: two texts that differ in anything are never called the same.

use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use super::model::{NodeKind, PlanKind};
use super::spoken::date;
use super::text::{ActionText, IndicatorText, NodeText, PlanText};
use crate::kernel::difference::{Piece, words};
use crate::kernel::page::Page;

/// A comparison of two texts of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Nothing differs at all: the two have one checksum.
    identical: bool,
    /// What the head says: field and both values.
    pub head: Vec<Reworded>,
    /// In the order of the newer text; what was removed stands where it stood.
    pub nodes: Vec<NodeChange>,
}

/// A text or a value that is not the same in both, as the two have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// End of the Fluent key `plan-field-…`.
    pub field: &'static str,
    from: String,
    to: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Same,
    Changed,
    Added,
    Removed,
}

/// What has become of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorChange {
    from: Option<IndicatorText>,
    to: Option<IndicatorText>,
}

/// What has become of an action under a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionChange {
    pub fate: Fate,
    /// As it is now; of one that is gone, as it was.
    pub action: ActionText,
    /// Of one that is in both: what is said of it otherwise.
    pub fields: Vec<Reworded>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeChange {
    pub lineage: Uuid,
    pub fate: Fate,
    pub depth: usize,
    pub code: String,
    pub title: String,
    /// The code that it had, where that was another.
    pub code_before: Option<String>,
    /// Under what it stood before, where it has gone elsewhere; "" for the top or another place among its siblings.
    pub moved_from: Option<String>,
    pub texts: Vec<Reworded>,
    pub indicators: Vec<IndicatorChange>,
    pub actions: Vec<ActionChange>,
}

impl Comparison {
    pub fn is_empty(&self) -> bool {
        self.identical
    }

    /// They differ, but in nothing that is read: in the order of the actions under a part, say.
    pub fn is_unseen(&self) -> bool {
        !self.identical && self.head.is_empty() && self.nodes.iter().all(|n| n.fate == Fate::Same)
    }

    /// Of the parts that are changed, those that say something else; one that was moved, and nothing more, is counted as moved.
    pub fn count(&self, fate: Fate) -> usize {
        self.nodes.iter().filter(|n| n.fate == fate && !n.is_moved_alone()).count()
    }

    pub fn moved(&self) -> usize {
        self.nodes.iter().filter(|n| n.moved_from.is_some()).count()
    }
}

impl NodeChange {
    /// It stands elsewhere, under another code perhaps, and says what it said.
    pub fn is_moved_alone(&self) -> bool {
        self.moved_from.is_some() && self.texts.is_empty() && self.indicators.is_empty() && self.actions.is_empty()
    }
}

impl Reworded {
    /// By words, as the reader has them.
    pub fn pieces(&self, p: &Page) -> Vec<Piece> {
        words(&value(p, self.field, &self.from), &value(p, self.field, &self.to))
    }
}

impl IndicatorChange {
    pub fn pieces(&self, p: &Page) -> Vec<Piece> {
        let side = |i: &Option<IndicatorText>| i.as_ref().map(|i| i.in_words(p)).unwrap_or_default();
        words(&side(&self.from), &side(&self.to))
    }
}

/// A value of a field in the reader's words.
fn value(p: &Page, field: &str, value: &str) -> String {
    let kind = || NodeKind::parse(value).map(NodeKind::label).or(PlanKind::parse(value).map(PlanKind::label));
    match field {
        _ if value.is_empty() => String::new(),
        "kind" => kind().map_or_else(|| value.to_owned(), |label| p.t(label)),
        "status" => p.t(&format!("status-{value}")),
        "starts" | "ends" => date(p, value),
        "sight" => p.t(&format!("plan-action-{value}")),
        _ => value.to_owned(),
    }
}

fn reworded(field: &'static str, from: &str, to: &str) -> Option<Reworded> {
    (from != to).then(|| Reworded { field, from: from.to_owned(), to: to.to_owned() })
}

fn year(year: Option<i16>) -> String {
    year.map(|y| y.to_string()).unwrap_or_default()
}

fn pillar(text: &PlanText) -> String {
    text.pillar.as_ref().map_or_else(String::new, |(key, name)| format!("{key} – {name}"))
}

fn source(text: &PlanText) -> &str {
    text.source_url.as_deref().unwrap_or_default()
}

pub fn compare(from: &PlanText, to: &PlanText) -> Comparison {
    let head = [
        reworded("process", &from.process, &to.process),
        reworded("kind", from.kind.as_str(), to.kind.as_str()),
        reworded("title", &from.title, &to.title),
        reworded("about", &from.about, &to.about),
        reworded("pillar", &pillar(from), &pillar(to)),
        reworded("first-year", &year(from.first_year), &year(to.first_year)),
        reworded("last-year", &year(from.last_year), &year(to.last_year)),
        reworded("text-note", &from.text_note, &to.text_note),
        reworded("source-url", source(from), source(to)),
        reworded("notes", &from.notes.join("\n"), &to.notes.join("\n")),
    ];
    let old: HashMap<Uuid, &NodeText> = from.nodes.iter().map(|n| (n.lineage, n)).collect();
    let stays: HashSet<Uuid> = to.nodes.iter().map(|n| n.lineage).collect();
    let shifted = shifted(from, to);
    let mut nodes: Vec<NodeChange> = to
        .nodes
        .iter()
        .map(|new| {
            let Some(was) = old.get(&new.lineage) else { return whole(new, to.depth(new), Fate::Added) };
            let mut change = both(was, new, to.depth(new));
            if was.parent != new.parent {
                change.moved_from = Some(was.parent.and_then(|p| from.node(p)).map(label).unwrap_or_default());
            } else if shifted.contains(&new.lineage) {
                change.moved_from = Some(String::new());
            }
            let same = change.texts.is_empty()
                && change.indicators.is_empty()
                && change.actions.is_empty()
                && change.moved_from.is_none()
                && change.code_before.is_none();
            change.fate = if same { Fate::Same } else { Fate::Changed };
            change
        })
        .collect();
    // what was removed is shown after what stood before it
    let mut before: Option<Uuid> = None;
    for was in &from.nodes {
        if !stays.contains(&was.lineage) {
            let at = before.and_then(|b| nodes.iter().position(|n| n.lineage == b)).map_or(0, |i| i + 1);
            nodes.insert(at, whole(was, from.depth(was), Fate::Removed));
        }
        before = Some(was.lineage);
    }
    Comparison { identical: from == to, head: head.into_iter().flatten().collect(), nodes }
}

fn label(node: &NodeText) -> String {
    format!("{} {}", node.code, node.title).trim().to_owned()
}

/// A part that is in one of the two alone, with all that it holds.
fn whole(node: &NodeText, depth: usize, fate: Fate) -> NodeChange {
    let added = fate == Fate::Added;
    let side = |field: &'static str, text: &str| match added {
        true => reworded(field, "", text),
        false => reworded(field, text, ""),
    };
    let indicator = |i: &IndicatorText| match added {
        true => IndicatorChange { from: None, to: Some(i.clone()) },
        false => IndicatorChange { from: Some(i.clone()), to: None },
    };
    let texts =
        [side("body", &node.body), side("expected-result", &node.expected_result), side("text-note", &node.text_note)];
    NodeChange {
        lineage: node.lineage,
        fate,
        depth,
        code: node.code.clone(),
        title: node.title.clone(),
        code_before: None,
        moved_from: None,
        texts: texts.into_iter().flatten().collect(),
        indicators: node.indicators.iter().map(indicator).collect(),
        actions: node.actions.iter().map(|a| alone(a, fate)).collect(),
    }
}

/// A part that is in both.
fn both(was: &NodeText, new: &NodeText, depth: usize) -> NodeChange {
    let texts = [
        reworded("kind", was.kind.as_str(), new.kind.as_str()),
        reworded("title", &was.title, &new.title),
        reworded("body", &was.body, &new.body),
        reworded("expected-result", &was.expected_result, &new.expected_result),
        reworded("text-note", &was.text_note, &new.text_note),
    ];
    NodeChange {
        lineage: new.lineage,
        fate: Fate::Same,
        depth,
        code: new.code.clone(),
        title: new.title.clone(),
        code_before: (was.code != new.code).then(|| was.code.clone()),
        moved_from: None,
        texts: texts.into_iter().flatten().collect(),
        indicators: indicators(&was.indicators, &new.indicators),
        actions: actions(&was.actions, &new.actions),
    }
}

fn indicators(was: &[IndicatorText], new: &[IndicatorText]) -> Vec<IndicatorChange> {
    let mut all = Vec::new();
    for i in new {
        let old = was.iter().find(|o| o.lineage == i.lineage);
        if old != Some(i) {
            all.push(IndicatorChange { from: old.cloned(), to: Some(i.clone()) });
        }
    }
    let gone = was.iter().filter(|o| !new.iter().any(|i| i.lineage == o.lineage));
    all.extend(gone.map(|o| IndicatorChange { from: Some(o.clone()), to: None }));
    all
}

fn alone(action: &ActionText, fate: Fate) -> ActionChange {
    ActionChange { fate, action: action.clone(), fields: Vec::new() }
}

fn actions(was: &[ActionText], new: &[ActionText]) -> Vec<ActionChange> {
    let mut all = Vec::new();
    for a in new {
        match was.iter().find(|o| o.id == a.id) {
            None => all.push(alone(a, Fate::Added)),
            Some(old) if old != a => {
                all.push(ActionChange { fate: Fate::Changed, action: a.clone(), fields: said_otherwise(old, a) });
            }
            Some(_) => {}
        }
    }
    all.extend(was.iter().filter(|o| !new.iter().any(|a| a.id == o.id)).map(|o| alone(o, Fate::Removed)));
    all
}

/// What is said otherwise of an action that is in both: its name, its donors, its days …
fn said_otherwise(was: &ActionText, new: &ActionText) -> Vec<Reworded> {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let sight = |a: &ActionText| if a.public { "public" } else { "members" };
    let fields = [
        reworded("title", &was.title, &new.title),
        reworded("status", &text(&was.status), &text(&new.status)),
        reworded("donors", &was.donors.join(", "), &new.donors.join(", ")),
        reworded("implementers", &was.implementers.join(", "), &new.implementers.join(", ")),
        reworded("beneficiaries", &was.beneficiaries.join(", "), &new.beneficiaries.join(", ")),
        reworded("starts", &text(&was.starts), &text(&new.starts)),
        reworded("ends", &text(&was.ends), &text(&new.ends)),
        reworded("sight", sight(was), sight(new)),
    ];
    fields.into_iter().flatten().collect()
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
mod tests;
