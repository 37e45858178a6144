//! The tree of a plan: order, codes, and what moving a node means. No database here.

use std::collections::{HashMap, HashSet};

use super::model::{Node, NodeKind};
use crate::kernel::ids::PlanNodeId;
use crate::kernel::page::Page;

/// A node at its place.
#[derive(Debug, Clone)]
pub struct Placed {
    pub node: Node,
    /// Its number, such as 2.1.3: fixed at an adoption, else following from the place.
    pub code: String,
    /// From 0 at the top.
    pub depth: usize,
    pub first: bool,
    pub last: bool,
    /// How many nodes follow that are below it, at whatever depth.
    pub inside: usize,
}

impl Placed {
    /// The address of a node within its page.
    pub fn anchor(&self) -> String {
        format!("n-{}", self.node.id)
    }

    /// Its title; a node without one says so.
    pub fn title(&self, p: &Page) -> String {
        if self.node.title.is_empty() { p.t("plan-node-untitled") } else { self.node.title.clone() }
    }

    /// How many lines the field of its title has where a browser does not size it by what it holds: on a phone, so that it can
    /// be read whole.
    pub fn title_rows(&self) -> usize {
        (1 + self.node.title.chars().count() / 40).min(6)
    }

    pub fn has_text(&self) -> bool {
        !self.node.body.is_empty() || !self.node.expected_result.is_empty()
    }

    /// The beginning of its text.
    pub fn excerpt(&self) -> String {
        let text = if self.node.body.is_empty() { &self.node.expected_result } else { &self.node.body };
        crate::kernel::i18n::excerpt(text)
    }
}

/// What stands on the page of an open editor already, so that the answer to a change need not repeat it.
#[derive(Debug, Default)]
pub struct Known(Option<Tree>);

impl Known {
    /// All that was there before a change, to an editor that has seen it.
    pub fn all(tree: Tree) -> Self {
        Self(Some(tree))
    }

    /// Whether a node's line looks as it did. Its texts follow from its version.
    pub fn has(&self, placed: &Placed) -> bool {
        let looks = |n: &Placed| {
            (n.code.clone(), n.depth, n.first, n.last, n.node.version, n.node.parent, n.node.kind.as_str())
        };
        let before = self.0.as_ref().and_then(|tree| tree.get(placed.node.id));
        before.is_some_and(|before| looks(before) == looks(placed))
    }
}

/// All nodes in the order in which they are read.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: Vec<Placed>,
    place: HashMap<PlanNodeId, usize>,
}

impl Tree {
    /// Puts nodes in order. One whose parent is not among them would be lost, so it stands at the top. `retired`: codes
    /// of nodes that are no longer there, which nothing else is to be called by.
    pub fn new(nodes: Vec<Node>, retired: &[String]) -> Self {
        let mut fixed: HashSet<String> = nodes.iter().filter_map(|n| n.fixed_code.clone()).collect();
        fixed.extend(retired.iter().cloned());
        let known: HashSet<PlanNodeId> = nodes.iter().map(|n| n.id).collect();
        let mut below: HashMap<Option<PlanNodeId>, Vec<Node>> = HashMap::new();
        for node in nodes {
            below.entry(node.parent.filter(|p| known.contains(p))).or_default().push(node);
        }
        for siblings in below.values_mut() {
            siblings.sort_by_key(|n| (n.position, n.id));
        }
        let mut tree = Tree::default();
        tree.put(&mut below, &fixed, None, "", 0);
        tree
    }

    fn put(
        &mut self,
        below: &mut HashMap<Option<PlanNodeId>, Vec<Node>>,
        fixed: &HashSet<String>,
        parent: Option<PlanNodeId>,
        above: &str,
        depth: usize,
    ) {
        let siblings = below.remove(&parent).unwrap_or_default();
        let codes = codes(&siblings, fixed, above);
        let count = siblings.len();
        for (i, (node, code)) in siblings.into_iter().zip(codes).enumerate() {
            let (id, at) = (node.id, self.nodes.len());
            self.place.insert(id, at);
            self.nodes.push(Placed { node, code: code.clone(), depth, first: i == 0, last: i + 1 == count, inside: 0 });
            self.put(below, fixed, Some(id), &code, depth + 1);
            let inside = self.nodes.len() - at - 1;
            if let Some(placed) = self.nodes.get_mut(at) {
                placed.inside = inside;
            }
        }
    }

    pub fn nodes(&self) -> &[Placed] {
        &self.nodes
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn get(&self, id: PlanNodeId) -> Option<&Placed> {
        self.nodes.get(*self.place.get(&id)?)
    }

    pub fn children(&self, parent: Option<PlanNodeId>) -> Vec<&Placed> {
        // a parent that is not in the tree has been left out: its children stand at the top
        self.nodes.iter().filter(|n| n.node.parent.filter(|p| self.place.contains_key(p)) == parent).collect()
    }

    /// From the top down to a node, itself included.
    pub fn path(&self, id: PlanNodeId) -> Vec<&Placed> {
        let mut path: Vec<&Placed> = std::iter::successors(self.get(id), |n| self.get(n.node.parent?)).collect();
        path.reverse();
        path
    }

    /// A node and all below it.
    pub fn branch(&self, id: PlanNodeId) -> &[Placed] {
        let Some(at) = self.place.get(&id).copied() else { return &[] };
        let inside = self.nodes.get(at).map_or(0, |n| n.inside);
        self.nodes.get(at..=at + inside).unwrap_or_default()
    }

    fn kind(&self, id: Option<PlanNodeId>) -> Option<NodeKind> {
        self.get(id?).map(|n| n.node.kind)
    }
}

/// The codes of siblings. A fixed code stays whatever the place; the others count on from the highest number that was
/// ever fixed there, so that no code is given twice.
fn codes(siblings: &[Node], fixed: &HashSet<String>, above: &str) -> Vec<String> {
    let prefix = if above.is_empty() { String::new() } else { format!("{above}.") };
    let number = |code: &String| code.strip_prefix(&prefix).and_then(|n| n.parse::<u32>().ok());
    let mut next = fixed.iter().filter_map(number).max().unwrap_or(0);
    siblings
        .iter()
        .map(|n| match &n.fixed_code {
            Some(code) => code.clone(),
            None => {
                next += 1;
                format!("{prefix}{next}")
            }
        })
        .collect()
}

/// Where a node is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    /// Under the sibling before it.
    In,
    /// Beside its parent, after it.
    Out,
    /// Under a parent, at a place counted from 0 among the children it has without the node.
    To {
        parent: Option<PlanNodeId>,
        at: usize,
    },
}

impl Move {
    pub fn parse(text: &str) -> Option<Move> {
        match text {
            "up" => Some(Move::Up),
            "down" => Some(Move::Down),
            "in" => Some(Move::In),
            "out" => Some(Move::Out),
            _ => None,
        }
    }
}

/// The place that a move leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub parent: Option<PlanNodeId>,
    /// The siblings there in their new order, the node among them.
    pub order: Vec<PlanNodeId>,
    /// What the node becomes: a level down an objective is a priority.
    pub kind: NodeKind,
    /// What becomes of nodes below it that would no longer fit.
    pub below: Vec<(PlanNodeId, NodeKind)>,
}

/// Why a node cannot go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    Unknown,
    AlreadyThere,
    /// Under itself, or under what is below it.
    Inside,
    /// Nothing may hang there.
    TooDeep,
}

impl Stuck {
    /// The Fluent key of its message.
    pub fn message(self) -> &'static str {
        match self {
            Stuck::Unknown => "plan-move-unknown",
            Stuck::AlreadyThere => "plan-move-already",
            Stuck::Inside => "plan-move-inside",
            Stuck::TooDeep => "plan-move-too-deep",
        }
    }
}

/// Where a move leads, or why it cannot be made.
pub fn destination(tree: &Tree, id: PlanNodeId, to: Move) -> Result<Destination, Stuck> {
    let placed = tree.get(id).ok_or(Stuck::Unknown)?;
    let home = placed.node.parent.filter(|p| tree.get(*p).is_some());
    let siblings: Vec<PlanNodeId> = tree.children(home).iter().map(|n| n.node.id).collect();
    let here = siblings.iter().position(|s| *s == id).ok_or(Stuck::Unknown)?;
    let (parent, at) = match to {
        Move::Up => (home, here.checked_sub(1).ok_or(Stuck::AlreadyThere)?),
        Move::Down if here + 1 < siblings.len() => (home, here + 1),
        Move::Down => return Err(Stuck::AlreadyThere),
        Move::In => {
            let before = here.checked_sub(1).and_then(|i| siblings.get(i)).copied().ok_or(Stuck::AlreadyThere)?;
            (Some(before), tree.children(Some(before)).len())
        }
        Move::Out => {
            let parent = home.and_then(|p| tree.get(p)).ok_or(Stuck::AlreadyThere)?;
            let aunts = tree.children(parent.node.parent);
            let after = aunts.iter().position(|a| a.node.id == parent.node.id).map_or(aunts.len(), |i| i + 1);
            (parent.node.parent, after)
        }
        Move::To { parent, at } => (parent, at),
    };
    if let Some(parent) = parent {
        tree.get(parent).ok_or(Stuck::Unknown)?;
        if tree.branch(id).iter().any(|n| n.node.id == parent) {
            return Err(Stuck::Inside);
        }
    }
    let mut order: Vec<PlanNodeId> = tree.children(parent).iter().map(|n| n.node.id).filter(|n| *n != id).collect();
    order.insert(at.min(order.len()), id);
    if parent == home && order == siblings {
        return Err(Stuck::AlreadyThere);
    }
    let kind = settled(placed.node.kind, tree.kind(parent)).ok_or(Stuck::TooDeep)?;
    let mut kinds: HashMap<PlanNodeId, NodeKind> = [(id, kind)].into();
    let mut below = Vec::new();
    for node in tree.branch(id).iter().skip(1) {
        let above = node.node.parent.and_then(|p| kinds.get(&p).copied());
        let new = settled(node.node.kind, above).ok_or(Stuck::TooDeep)?;
        kinds.insert(node.node.id, new);
        if new != node.node.kind {
            below.push((node.node.id, new));
        }
    }
    Ok(Destination { parent, order, kind, below })
}

/// What a node is under a parent: what it was where that fits, else the first that does.
fn settled(kind: NodeKind, parent: Option<NodeKind>) -> Option<NodeKind> {
    if kind.fits(parent) {
        return Some(kind);
    }
    parent.map_or(NodeKind::TOP, NodeKind::below).first().copied()
}

#[cfg(test)]
mod tests;
