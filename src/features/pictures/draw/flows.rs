//! What flows from whom through whom to where: boxes in layers, joined by bands as thick as what flows.

use std::fmt::Write;

use super::colours::band;
use super::flows_layout::{Layout, layout};
use super::svg::{About, Anchor, LINE, MARGIN, Mode, Pen, TEXT, Width, n, wrapped};

#[derive(Debug, Clone, Default)]
pub struct Node {
    pub label: String,
    pub title: String,
    pub href: Option<String>,
    pub class: &'static str,
    /// It stands at the end, however short the way there.
    pub last: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// Numbers of nodes.
    pub from: usize,
    pub to: usize,
    pub value: f64,
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Flows {
    pub nodes: Vec<Node>,
    pub flows: Vec<Flow>,
    /// What stands above the first, the middle and the last layer.
    pub heads: [String; 3],
}

const LABELS: f64 = 190.0;
const BOX: f64 = 12.0;
/// What the bands of the fullest layer take together.
const HEIGHT: f64 = 340.0;

impl Flows {
    pub fn is_empty(&self) -> bool {
        self.flows.iter().all(|f| f.value <= 0.0)
    }

    /// The flows that are not drawn, since they would run back.
    pub fn returned(&self) -> Vec<usize> {
        layout(&self.nodes, &self.flows, HEIGHT).returned
    }

    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        let mut pen = Pen::new(width, mode, about);
        let laid = layout(&self.nodes, &self.flows, HEIGHT);
        let whole = width.units();
        let labels = if pen.wide() { LABELS } else { 96.0 };
        let (first, last) = (MARGIN + labels, whole - MARGIN - labels - BOX);
        let gap = (last - first) / laid.layers.saturating_sub(1).max(1) as f64;
        let x = |layer: usize| first + layer as f64 * gap;
        self.heads(&mut pen, &laid, x);
        let top = pen.y;
        for one in &laid.bands {
            let Some(flow) = self.flows.get(one.flow) else { continue };
            let class = self.nodes.get(flow.from).map_or("fo", |node| band(node.class));
            // upper edge from left to right, lower edge back
            let (mut over, mut under) = (String::new(), String::new());
            let thick = one.thick.max(0.8);
            for (i, (a, b)) in one.points.iter().zip(one.points.iter().skip(1)).enumerate() {
                let (x1, x2) = (x(a.0) + BOX, x(b.0));
                let bend = (x1 + x2) / 2.0;
                let (y1, y2) = (top + a.1, top + b.1);
                let _ = match i {
                    0 => write!(over, "M{} {}", n(x1), n(y1)),
                    // through the layer that it passes
                    _ => write!(over, "L{} {}", n(x1), n(y1)),
                };
                let _ = write!(over, "C{0} {1} {0} {2} {3} {2}", n(bend), n(y1), n(y2), n(x2));
                let (y1, y2) = (y1 + thick, y2 + thick);
                under = format!("L{3} {2}C{0} {2} {0} {1} {4} {1}{under}", n(bend), n(y1), n(y2), n(x2), n(x1));
            }
            pen.open(flow.href.as_deref(), &flow.title);
            pen.path(&format!("{over}{under}Z"), class);
            pen.close(flow.href.as_deref());
        }
        for (node, at) in self.nodes.iter().zip(&laid.boxes) {
            if at.height <= 0.0 {
                continue;
            }
            let (left, y) = (x(at.layer), top + at.y);
            pen.open(node.href.as_deref(), &node.title);
            pen.rect((left, y), (BOX, at.height.max(2.0)), node.class);
            let middle = y + at.height / 2.0 + 4.5;
            let outer = at.layer == 0 || at.layer + 1 == laid.layers;
            let room = if outer { labels - 8.0 } else { gap - BOX - 16.0 };
            // a second line where it touches no neighbour's
            let lines = wrapped(&node.label, room, TEXT, if at.height >= 2.0 * LINE { 2 } else { 1 });
            let y = middle - (lines.len().max(1) - 1) as f64 * LINE / 2.0;
            if at.layer == 0 {
                pen.lines((left - 7.0, y), Anchor::End, "lb", &lines);
            } else {
                // between the layers it lies on bands, and has a seam of the ground
                pen.lines((left + BOX + 6.0, y), Anchor::Start, if outer { "lb" } else { "mn" }, &lines);
            }
            pen.close(node.href.as_deref());
        }
        pen.y = top + laid.height;
        pen.done(about)
    }

    fn heads(&self, pen: &mut Pen, laid: &Layout, x: impl Fn(usize) -> f64) {
        let [first, middle, last] = &self.heads;
        let y = pen.y + 13.0;
        pen.text((x(0) + BOX, y), Anchor::End, "ls", first);
        if laid.layers > 2 {
            pen.text((x(1), y), Anchor::Start, "ls", middle);
        }
        pen.text((x(laid.layers.saturating_sub(1).max(1)), y), Anchor::Start, "ls", last);
        pen.y += LINE + 12.0;
    }
}

#[cfg(test)]
#[path = "flows_tests.rs"]
mod tests;
