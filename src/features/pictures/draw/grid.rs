//! A grid of figures: rows by columns. A cell's step is a colour, its figure a number, and what is missing is hatched and
//! says so by a sign. On a phone each row has its name above it, and each cell says whose it is.

use std::collections::BTreeMap;

use super::colours::{AREAS, GAP};
use super::svg::{About, Anchor, LINE, MARGIN, Mode, Pen, TEXT, Width, cut, room, wrapped};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is asked of this cell.
    #[default]
    Nothing,
    /// From 1 (few) to 4 (many).
    Step(u8),
    /// Something is missing here.
    Gap,
}

#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What stands in it, with its sign.
    pub shown: String,
    pub standing: Standing,
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Line {
    pub label: String,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub heads: Vec<String>,
    /// The heads as short as a phone needs them.
    pub short: Vec<String>,
    pub lines: Vec<Line>,
    /// Class and name of what the cells mean.
    pub legend: Vec<(&'static str, String)>,
}

const LABELS: f64 = 270.0;
const HIGH: f64 = 40.0;

/// The step of a figure among others, from 1 to 4; none where it is 0.
pub fn step(value: f64, most: f64) -> u8 {
    if value <= 0.0 || most <= 0.0 || !value.is_finite() {
        return 0;
    }
    [0.25, 0.5, 0.75].iter().filter(|part| value / most > **part).count() as u8 + 1
}

/// Class of a cell or an area, and of the figure on it.
pub fn classes(standing: &Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Nothing => ("a0", "lq"),
        Standing::Gap => (GAP, "mg"),
        Standing::Step(0) => ("a0", "lb"),
        Standing::Step(step) => {
            let area = AREAS.get(usize::from(*step) - 1).copied().unwrap_or("a4");
            (area, if area == "a4" { "li" } else { "lf" })
        }
    }
}

/// What each colour stands for: from the least to the most of the figures that have it.
pub fn ranges(values: impl Iterator<Item = i64>, most: i64) -> Vec<(&'static str, i64, i64)> {
    let mut found: BTreeMap<u8, (i64, i64)> = BTreeMap::new();
    for n in values.filter(|n| *n > 0) {
        let range = found.entry(step(n as f64, most as f64)).or_insert((n, n));
        *range = (range.0.min(n), range.1.max(n));
    }
    let class = |step: u8| AREAS.get(usize::from(step).saturating_sub(1)).copied().unwrap_or("a4");
    found.into_iter().map(|(step, (least, most))| (class(step), least, most)).collect()
}

impl Grid {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() || self.heads.is_empty()
    }

    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        let mut pen = Pen::new(width, mode, about);
        if !self.legend.is_empty() {
            let keys: Vec<(&str, &str)> = self.legend.iter().map(|(class, name)| (*class, name.as_str())).collect();
            pen.legend(&keys);
        }
        if !pen.wide() {
            self.narrow(&mut pen);
            return pen.done(about);
        }
        let wide = (width.units() - 2.0 * MARGIN - LABELS) / self.heads.len().max(1) as f64;
        let heads: Vec<Vec<String>> = self.heads.iter().map(|h| wrapped(h, wide - 6.0, TEXT, 3)).collect();
        let deep = heads.iter().map(Vec::len).max().unwrap_or(0) as f64 * LINE;
        for (i, (head, name)) in heads.iter().zip(&self.heads).enumerate() {
            let x = MARGIN + LABELS + (i as f64 + 0.5) * wide;
            let y = pen.y + 12.0 + deep - head.len() as f64 * LINE;
            pen.open(None, name);
            pen.lines((x, y), Anchor::Middle, "ls", head);
            pen.close(None);
        }
        pen.y += deep + 6.0;
        for line in &self.lines {
            let lines = wrapped(&line.label, LABELS - 12.0, TEXT, 2);
            let y = pen.y + (HIGH - lines.len() as f64 * LINE) / 2.0 + 12.5;
            pen.open(None, &line.label);
            pen.lines((MARGIN, y), Anchor::Start, "lb", &lines);
            pen.close(None);
            for (i, cell) in line.cells.iter().enumerate() {
                let (area, text) = classes(&cell.standing);
                let x = MARGIN + LABELS + i as f64 * wide;
                pen.open(cell.href.as_deref(), &cell.title);
                pen.rect((x, pen.y), (wide, HIGH), area);
                let shown = cut(&cell.shown, wide - 4.0, if room(&cell.shown, 15.0) < wide { 15.0 } else { TEXT });
                let at = (x + wide / 2.0, pen.y + HIGH / 2.0 + 5.0);
                if cell.standing == Standing::Gap {
                    // a figure on hatching would not be read
                    pen.rect((at.0 - 24.0, pen.y + 9.0), (48.0, HIGH - 18.0), "a0");
                }
                pen.text(at, Anchor::Middle, text, &shown);
                pen.close(cell.href.as_deref());
            }
            pen.y += HIGH;
        }
        pen.done(about)
    }

    fn narrow(&self, pen: &mut Pen) {
        let whole = pen.width.units() - 2.0 * MARGIN;
        let wide = whole / self.heads.len().max(1) as f64;
        let names: Vec<String> = self.short.iter().zip(&self.heads).map(|(s, head)| format!("{s} {head}")).collect();
        let at = (MARGIN, pen.y + 12.0);
        pen.y = pen.lines(at, Anchor::Start, "lb", &wrapped(&names.join(", "), whole, TEXT, 6)) - 4.0;
        for line in &self.lines {
            let at = (MARGIN, pen.y + 13.0);
            pen.open(None, &line.label);
            let next = pen.lines(at, Anchor::Start, "ls", &wrapped(&line.label, whole, TEXT, 2));
            pen.close(None);
            let top = next - 8.0;
            for (i, cell) in line.cells.iter().enumerate() {
                let (area, text) = classes(&cell.standing);
                let x = MARGIN + i as f64 * wide;
                pen.open(cell.href.as_deref(), &cell.title);
                pen.rect((x, top), (wide, HIGH), area);
                if cell.standing == Standing::Gap {
                    pen.rect((x + 5.0, top + 3.0), (wide - 10.0, HIGH - 6.0), "a0");
                }
                let middle = x + wide / 2.0;
                let short = self.short.get(i).map(String::as_str).unwrap_or_default();
                pen.text((middle, top + 17.0), Anchor::Middle, text, &cut(short, wide - 4.0, 15.0));
                pen.text((middle, top + 34.0), Anchor::Middle, text, &cut(&cell.shown, wide - 4.0, 15.0));
                pen.close(cell.href.as_deref());
            }
            pen.y = top + HIGH + 8.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_from_few_to_many() {
        assert_eq!([0.0, 1.0, 25.0, 26.0, 51.0, 76.0, 100.0].map(|v| step(v, 100.0)), [0, 1, 1, 2, 3, 4, 4]);
        assert_eq!((step(f64::NAN, 3.0), step(1.0, 0.0)), (0, 0));
    }

    #[test]
    fn a_gap_is_hatched_and_says_so() {
        let gap = Cell { shown: "○ 0".into(), standing: Standing::Gap, title: "none <here>".into(), href: None };
        let line = Line { label: "Firearms".into(), cells: vec![gap, Cell::default()] };
        let grid = Grid {
            heads: vec!["Kestria*".into(), "Tarvis".into()],
            short: vec!["XK*".into(), "XT".into()],
            lines: vec![line],
            legend: vec![],
        };
        let about = About { title: "Where?".into(), id: "g".into(), ..About::default() };
        let svg = grid.svg(Width::Wide, Mode::File, &about);
        assert!(svg.contains("url(#gw-gap)") && svg.contains("id=\"gw-gap\"") && svg.contains("○ 0"), "{svg}");
        assert!(svg.contains("none &lt;here&gt;") && svg.contains("Kestria*"));
        // a phone has room for the short names alone, and says once what they are short for
        let phone = grid.svg(Width::Narrow, Mode::Page, &about);
        assert!(phone.contains(">XK* Kestria*, XT Tarvis</text>") && phone.contains(">XK*</text>"), "{phone}");
        assert!(phone.contains("viewBox=\"0 0 360 ") && phone.contains("○ 0") && phone.contains("Firearms"));
    }

    #[test]
    fn a_colour_says_which_figures_it_stands_for() {
        assert_eq!(ranges([1, 2, 0, 1].into_iter(), 2), [("a2", 1, 1), ("a4", 2, 2)]);
        assert_eq!(ranges([10, 7, 9, 10].into_iter(), 10), [("a3", 7, 7), ("a4", 9, 10)]);
        assert!(ranges([0, 0].into_iter(), 0).is_empty());
    }
}
