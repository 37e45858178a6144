//! Where the nodes and bands of a flow lie: layers from who gives to where it arrives, few crossings, no two on one another.

use std::collections::HashMap;

use super::flows::{Flow, Node};

/// Sweeps over the layers; more change nothing.
const SWEEPS: usize = 8;
const GAP: f64 = 9.0;
/// A name under another needs so much.
pub const SLOT: f64 = 17.0;
/// Chains longer than this are drawn as if they ended here.
const DEEPEST: usize = 5;

/// A node, or the place where a band passes through a layer.
#[derive(Debug, Clone, Copy)]
struct Item {
    node: Option<usize>,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Box {
    pub layer: usize,
    pub y: f64,
    pub height: f64,
}

/// A band: its thickness, and its upper edge where it leaves, passes and arrives.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub flow: usize,
    pub thick: f64,
    /// Layer, upper edge on its left side, and on its right side.
    pub points: Vec<(usize, f64)>,
}

#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub layers: usize,
    pub height: f64,
    pub boxes: Vec<Box>,
    pub bands: Vec<Band>,
    /// Flows that would run back to where they came from: they stand in the table alone.
    pub returned: Vec<usize>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests' measure"))]
    pub crossings: usize,
}

/// The flows that can be drawn: something flows, between two that there are.
fn drawn(nodes: &[Node], flows: &[Flow]) -> Vec<usize> {
    let fine = |f: &Flow| f.value > 0.0 && f.value.is_finite() && f.from != f.to && f.from.max(f.to) < nodes.len();
    flows.iter().enumerate().filter(|(_, f)| fine(f)).map(|(i, _)| i).collect()
}

/// The layer of each node: as far from the givers as its longest chain. Flows that close a circle are left out, in their order.
fn layered(nodes: &[Node], flows: &[Flow], used: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut layers = vec![0usize; nodes.len()];
    let mut kept: Vec<(usize, usize)> = Vec::new();
    let mut returned = Vec::new();
    for i in used {
        let Some(flow) = flows.get(*i) else { continue };
        if reaches(&kept, flow.to, flow.from) {
            returned.push(*i);
        } else {
            kept.push((flow.from, flow.to));
        }
    }
    for _ in 0..DEEPEST {
        for (from, to) in &kept {
            let next = layers.get(*from).copied().unwrap_or(0) + 1;
            if let Some(layer) = layers.get_mut(*to) {
                *layer = (*layer).max(next.min(DEEPEST));
            }
        }
    }
    let last = layers.iter().copied().max().unwrap_or(0).max(1);
    for (layer, node) in layers.iter_mut().zip(nodes) {
        if node.last {
            *layer = last;
        }
    }
    // a chain that was cut at the deepest layer would run within it
    let back = |i: &usize| flows.get(*i).is_some_and(|f| layers.get(f.from) >= layers.get(f.to));
    returned.extend(used.iter().copied().filter(back));
    returned.sort_unstable();
    returned.dedup();
    (layers, returned)
}

fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut open = vec![from];
    let mut seen = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        for (_, next) in edges.iter().filter(|e| e.0 == at) {
            if !seen.contains(next) {
                seen.push(*next);
                open.push(*next);
            }
        }
    }
    false
}

/// A step of a band from one layer to the next: items by their numbers.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: usize,
    to: usize,
    layer: usize,
}

fn places(order: &[Vec<usize>]) -> HashMap<usize, usize> {
    order.iter().flat_map(|layer| layer.iter().copied().enumerate().map(|(place, item)| (item, place))).collect()
}

fn crossings(order: &[Vec<usize>], steps: &[Step]) -> usize {
    let place = places(order);
    let at = |item: usize| place.get(&item).copied().unwrap_or(0);
    let mut found = 0;
    for (i, a) in steps.iter().enumerate() {
        for b in steps.iter().skip(i + 1).filter(|b| b.layer == a.layer) {
            let (from, to) = (at(a.from).cmp(&at(b.from)), at(a.to).cmp(&at(b.to)));
            if from != to && from.is_ne() && to.is_ne() {
                found += 1;
            }
        }
    }
    found
}

/// Puts each layer between the first and the last into the order of the middles of what it is joined to, down and up again,
/// and keeps the best. Who gives, and where it arrives, stands as it was given: in the order of the alphabet or the process.
fn ordered(mut order: Vec<Vec<usize>>, steps: &[Step], weight: &[f64]) -> (Vec<Vec<usize>>, usize) {
    let mut best = (order.clone(), crossings(&order, steps));
    let count = order.len();
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        for i in 1..count.saturating_sub(1) {
            let layer = if down { i } else { count - 1 - i };
            let place = places(&order);
            let middle = |item: usize| {
                let near = steps.iter().filter_map(|s| match down {
                    true if s.to == item => Some(s.from),
                    false if s.from == item => Some(s.to),
                    _ => None,
                });
                let (sum, whole) = near.fold((0.0, 0.0), |(sum, whole), other| {
                    let w = weight.get(other).copied().unwrap_or(1.0).max(1e-9);
                    (sum + place.get(&other).copied().unwrap_or(0) as f64 * w, whole + w)
                });
                if whole > 0.0 { sum / whole } else { place.get(&item).copied().unwrap_or(0) as f64 }
            };
            if let Some(items) = order.get_mut(layer) {
                let mut keyed: Vec<(f64, usize)> = items.iter().map(|item| (middle(*item), *item)).collect();
                // what weighs the same keeps its order, which is that of the alphabet
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                *items = keyed.into_iter().map(|k| k.1).collect();
            }
        }
        let now = crossings(&order, steps);
        if now < best.1 {
            best = (order.clone(), now);
        }
    }
    best
}

/// Lays everything out; `height` is what the fullest layer's bands take together.
pub fn layout(nodes: &[Node], flows: &[Flow], height: f64) -> Layout {
    let used = drawn(nodes, flows);
    let (layer_of, returned) = layered(nodes, flows, &used);
    let used: Vec<usize> = used.into_iter().filter(|i| !returned.contains(i)).collect();
    let layers = layer_of.iter().copied().max().map_or(0, |l| l + 1);
    let sum = |i: usize, of: fn(&Flow) -> usize| -> f64 {
        used.iter().filter_map(|u| flows.get(*u)).filter(|f| of(f) == i).map(|f| f.value).sum()
    };
    let mut items: Vec<Item> =
        (0..nodes.len()).map(|i| Item { node: Some(i), value: sum(i, |f| f.from).max(sum(i, |f| f.to)) }).collect();
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); layers];
    for (i, layer) in layer_of.iter().enumerate() {
        if let Some(items) = order.get_mut(*layer) {
            items.push(i);
        }
    }
    let mut steps = Vec::new();
    let mut chains: Vec<(usize, Vec<usize>)> = Vec::new();
    for u in &used {
        let Some(flow) = flows.get(*u) else { continue };
        let (first, last) =
            (layer_of.get(flow.from).copied().unwrap_or(0), layer_of.get(flow.to).copied().unwrap_or(0));
        let mut chain = vec![flow.from];
        for between in first + 1..last {
            let item = items.len();
            items.push(Item { node: None, value: flow.value });
            if let Some(layer) = order.get_mut(between) {
                layer.push(item);
            }
            chain.push(item);
        }
        chain.push(flow.to);
        for (i, (from, to)) in chain.iter().zip(chain.iter().skip(1)).enumerate() {
            steps.push(Step { from: *from, to: *to, layer: first + i });
        }
        chains.push((*u, chain));
    }
    let weight: Vec<f64> = items.iter().map(|i| i.value).collect();
    let (order, crossings) = ordered(order, &steps, &weight);
    let value = |item: &usize| items.get(*item).map_or(0.0, |i| i.value);
    let fullest = order.iter().map(|l| l.iter().map(value).sum::<f64>()).fold(0.0, f64::max);
    let scale = if fullest > 0.0 { height / fullest } else { 0.0 };
    let slot = |item: &usize| {
        let high = value(item) * scale;
        if items.get(*item).is_some_and(|i| i.node.is_some()) { high.max(SLOT) } else { high }
    };
    let whole = |layer: &Vec<usize>| layer.iter().map(|i| slot(i) + GAP).sum::<f64>();
    let highest = order.iter().map(whole).fold(0.0, f64::max);
    let mut tops: HashMap<usize, (usize, f64)> = HashMap::new();
    for (number, layer) in order.iter().enumerate() {
        let mut y = (highest - whole(layer)) / 2.0;
        for item in layer {
            let room = slot(item);
            tops.insert(*item, (number, y + (room - value(item) * scale) / 2.0));
            y += room + GAP;
        }
    }
    let top = |item: usize| tops.get(&item).copied().unwrap_or((0, 0.0));
    let boxes = (0..nodes.len()).map(|i| Box { layer: top(i).0, y: top(i).1, height: value(&i) * scale }).collect();
    Layout { layers, height: highest, boxes, bands: bands(&chains, flows, scale, top), returned, crossings }
}

/// Bands leave and arrive in the order of where they go and come from, so that they do not cross at their ends.
fn bands(chains: &[(usize, Vec<usize>)], flows: &[Flow], scale: f64, top: impl Fn(usize) -> (usize, f64)) -> Vec<Band> {
    let second = |c: &Vec<usize>| c.get(1).map_or(0.0, |i| top(*i).1);
    let before_last = |c: &Vec<usize>| c.iter().rev().nth(1).map_or(0.0, |i| top(*i).1);
    let mut leave: Vec<usize> = (0..chains.len()).collect();
    let mut arrive = leave.clone();
    let key = |i: &usize, of: &dyn Fn(&Vec<usize>) -> f64| chains.get(*i).map_or(0.0, |c| of(&c.1));
    leave.sort_by(|a, b| key(a, &second).total_cmp(&key(b, &second)));
    arrive.sort_by(|a, b| key(a, &before_last).total_cmp(&key(b, &before_last)));
    let mut starts: HashMap<usize, f64> = HashMap::new();
    let mut ends: HashMap<usize, f64> = HashMap::new();
    let mut edges: HashMap<usize, (f64, f64)> = HashMap::new();
    let thick = |i: usize| chains.get(i).and_then(|c| flows.get(c.0)).map_or(0.0, |f| f.value * scale);
    for i in leave {
        let Some(first) = chains.get(i).and_then(|c| c.1.first()) else { continue };
        let at = starts.entry(*first).or_insert_with(|| top(*first).1);
        edges.entry(i).or_default().0 = *at;
        *at += thick(i);
    }
    for i in arrive {
        let Some(last) = chains.get(i).and_then(|c| c.1.last()) else { continue };
        let at = ends.entry(*last).or_insert_with(|| top(*last).1);
        edges.entry(i).or_default().1 = *at;
        *at += thick(i);
    }
    chains
        .iter()
        .enumerate()
        .map(|(i, (flow, chain))| {
            let (leaves, arrives) = edges.get(&i).copied().unwrap_or_default();
            let end = chain.len().saturating_sub(1);
            let point = |(n, item): (usize, &usize)| {
                let (layer, y) = top(*item);
                let y = if n == 0 {
                    leaves
                } else if n == end {
                    arrives
                } else {
                    y
                };
                (layer, y)
            };
            Band { flow: *flow, thick: thick(i), points: chain.iter().enumerate().map(point).collect() }
        })
        .collect()
}
