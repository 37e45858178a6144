//! Bars of parts: a row a name, under headings where there are several groups, all on one scale; or each row as shares
//! of its own whole. Rows stand in the order that they are given in: nothing is sorted by size.

use super::svg::{About, Anchor, LINE, MARGIN, Mode, Pen, TEXT, Width, cut, room, wrapped};

/// What the colours of a picture stand for.
#[derive(Debug, Clone, Default)]
pub struct Series {
    pub name: String,
    /// A class of [`super::colours`].
    pub class: &'static str,
}

#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Which of the series.
    pub series: usize,
    pub value: f64,
    /// The whole of what it says: name, kind, figure.
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub label: String,
    pub href: Option<String>,
    pub parts: Vec<Part>,
    /// The whole, as it is written.
    pub total: String,
}

#[derive(Debug, Clone, Default)]
pub struct Group {
    /// None where there is one group alone.
    pub heading: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Default)]
pub struct Bars {
    pub series: Vec<Series>,
    pub groups: Vec<Group>,
    /// Each row is drawn as shares of its own whole.
    pub shares: bool,
    /// How a figure of the axis is written.
    pub axis: Vec<(f64, String)>,
}

const LABELS: f64 = 300.0;
/// The most that names take on paper, where they have no more than they need.
const PAPER_LABELS: f64 = 230.0;
const BAR: f64 = 18.0;

/// Round figures from 0 up to what is drawn, few enough to be read.
fn ticks(most: f64) -> Vec<f64> {
    if !most.is_finite() || most <= 0.0 {
        return vec![0.0];
    }
    let power = 10f64.powf((most / 4.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|k| k * power).find(|s| most / s <= 5.0).unwrap_or(most);
    let mut all = vec![0.0];
    let mut at = step;
    while at <= most * 1.0001 && all.len() < 12 {
        all.push(at);
        at += step;
    }
    all
}

/// The figures that an axis up to `most` has; the caller writes them.
pub fn axis(most: f64, write: impl Fn(f64) -> String) -> Vec<(f64, String)> {
    ticks(most).into_iter().map(|t| (t, write(t))).collect()
}

impl Row {
    /// What is drawn: money that came back draws nothing, and stands in the table.
    pub fn whole(&self) -> f64 {
        self.parts.iter().map(|p| p.value.max(0.0)).filter(|v| v.is_finite()).sum()
    }
}

/// One part as it is laid out.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Laid {
    x: f64,
    width: f64,
}

impl Bars {
    pub fn most(&self) -> f64 {
        self.groups.iter().flat_map(|g| &g.rows).map(Row::whole).fold(0.0, f64::max)
    }

    pub fn is_empty(&self) -> bool {
        self.groups.iter().all(|g| g.rows.is_empty())
    }

    /// Where the bars begin.
    fn begins(&self, width: Width) -> f64 {
        match width {
            Width::Wide => LABELS + MARGIN,
            Width::Narrow => MARGIN,
            Width::Paper => {
                let all = self.groups.iter().flat_map(|g| &g.rows).map(|r| room(&r.label, TEXT) * 1.06 + 14.0);
                all.fold(50.0, f64::max).min(PAPER_LABELS) + MARGIN
            }
        }
    }

    /// The room that the longest total takes behind its bar.
    fn totals(&self) -> f64 {
        let all = self.groups.iter().flat_map(|g| &g.rows).map(|r| room(&r.total, TEXT) * 1.06 + 12.0);
        all.fold(60.0, f64::max).min(220.0)
    }

    /// Where the parts of a row lie between `from` and `from + length`.
    fn laid(&self, row: &Row, from: f64, length: f64, most: f64) -> Vec<Laid> {
        let whole = if self.shares { row.whole() } else { most };
        let mut x = from;
        row.parts
            .iter()
            .map(|part| {
                let value = if part.value.is_finite() { part.value.max(0.0) } else { 0.0 };
                let width = if whole > 0.0 { value / whole * length } else { 0.0 };
                let laid = Laid { x, width };
                x += width;
                laid
            })
            .collect()
    }

    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        let mut pen = Pen::new(width, mode, about);
        if self.series.len() > 1 {
            let keys: Vec<(&str, &str)> = self.series.iter().map(|s| (s.class, s.name.as_str())).collect();
            pen.legend(&keys);
        }
        let whole = width.units();
        let from = self.begins(width);
        let length = whole - from - MARGIN - if pen.wide() { self.totals() } else { 0.0 };
        // the axis may reach past the longest bar
        let most = self.axis.iter().map(|a| a.0).fold(self.most(), f64::max);
        let top = pen.y;
        let mut body = Vec::new();
        for group in &self.groups {
            if let Some(heading) = &group.heading {
                pen.y += 10.0;
                let shown = cut(heading, whole - 2.0 * MARGIN, TEXT);
                let at = pen.y + 13.0;
                pen.open(None, heading);
                pen.text((MARGIN, at), Anchor::Start, "ls", &shown);
                pen.close(None);
                pen.y += LINE + 6.0;
            }
            for row in &group.rows {
                body.push(pen.y);
                self.row(&mut pen, row, (from, length), most);
            }
        }
        if !self.shares && most > 0.0 {
            self.axis(&mut pen, (from, length), most, top);
        }
        pen.done(about)
    }

    fn row(&self, pen: &mut Pen, row: &Row, (from, length): (f64, f64), most: f64) {
        let wide = pen.wide();
        let lines = match wide {
            true => wrapped(&row.label, from - MARGIN - 14.0, TEXT, 2),
            false => vec![cut(&row.label, length - room(&row.total, TEXT) - 10.0, TEXT)],
        };
        let high = if wide { (lines.len() as f64 * LINE).max(BAR) + 8.0 } else { LINE + BAR + 12.0 };
        let bar = if wide { pen.y + (high - BAR) / 2.0 } else { pen.y + LINE + 3.0 };
        let first = if wide { pen.y + (high - lines.len() as f64 * LINE) / 2.0 + 12.5 } else { pen.y + 12.5 };
        pen.open(row.href.as_deref(), &format!("{}: {}", row.label, row.total));
        if wide {
            pen.lines((from - 10.0, first), Anchor::End, "lb", &lines);
        } else {
            pen.lines((from, first), Anchor::Start, "lb", &lines);
        }
        pen.close(row.href.as_deref());
        let laid = self.laid(row, from, length, most);
        for (part, at) in row.parts.iter().zip(&laid) {
            if part.value <= 0.0 {
                continue;
            }
            let class = self.series.get(part.series).map_or(super::colours::OTHERS, |s| s.class);
            pen.open(part.href.as_deref(), &part.title);
            // what is there is seen, however little it is
            pen.rect((at.x, bar), (at.width.max(1.0), BAR), class);
            pen.close(part.href.as_deref());
        }
        let end = laid.last().map_or(from, |l| l.x + l.width);
        if wide {
            pen.text((end.max(from) + 7.0, bar + 13.5), Anchor::Start, "ls", &row.total);
        } else {
            pen.text((from + length, first), Anchor::End, "ls", &row.total);
        }
        pen.y += high;
    }

    /// The axis under the bars. Where its figures have no room beside one another, every second is left out.
    fn axis(&self, pen: &mut Pen, (from, length): (f64, f64), most: f64, top: f64) {
        let y = pen.y + 2.0;
        pen.line((from, top), (from, y), "ax");
        let mut free = f64::NEG_INFINITY;
        for (value, text) in &self.axis {
            let x = from + value / most * length;
            let half = room(text, 11.5) / 2.0;
            let at = x.max(half + 2.0).min(pen.width.units() - half - 2.0);
            pen.line((x, y), (x, y + 5.0), "ax");
            if at - half > free {
                pen.text((at, y + 18.0), Anchor::Middle, "lq", text);
                free = at + half + 8.0;
            }
        }
        pen.line((from, y), (from + length, y), "ax");
        pen.y = y + 24.0;
    }
}

#[cfg(test)]
#[path = "bars_tests.rs"]
mod tests;
