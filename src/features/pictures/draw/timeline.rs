//! Time from left to right: a bar an action under headings; or, where there are too many, a band a group whose height is
//! how many run. What ends within half a year, and within a year, lies in a shaded window after today.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::svg::{About, Anchor, LINE, MARGIN, Mode, Pen, TEXT, Width, cut, n, room, wrapped};

/// One action. An end that is not stated stays open: dashed, as far as the picture goes.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub label: String,
    pub starts: Option<NaiveDate>,
    pub ends: Option<NaiveDate>,
    pub title: String,
    pub href: Option<String>,
}

/// How many run in each step of time from a day on.
#[derive(Debug, Clone, Default)]
pub struct Density {
    pub from: NaiveDate,
    /// How long a step is.
    pub days: u32,
    pub counts: Vec<u32>,
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Content {
    Runs(Vec<Run>),
    Density(Density),
}

#[derive(Debug, Clone)]
pub struct Group {
    pub heading: String,
    /// What is said beside the heading: how many, and how many end soon.
    pub said: String,
    pub content: Content,
}

#[derive(Debug, Clone)]
pub struct Timeline {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub today: NaiveDate,
    /// Class and name of what is drawn.
    pub legend: Vec<(&'static str, String)>,
    /// What the line of today is called.
    pub now: String,
    pub groups: Vec<Group>,
}

/// Wide enough that phases and years at the end of long titles are not cut.
const LABELS: f64 = 400.0;
const PAPER_LABELS: f64 = 320.0;
const BAR: f64 = 11.0;
const ROW: f64 = 21.0;
const BAND: f64 = 52.0;

/// From a day to its place.
#[derive(Debug, Clone, Copy)]
struct Axis {
    first: NaiveDate,
    days: f64,
    from: f64,
    length: f64,
}

impl Axis {
    fn x(&self, day: NaiveDate) -> f64 {
        let at = (day - self.first).num_days() as f64 / self.days;
        self.from + at.clamp(0.0, 1.0) * self.length
    }
}

impl Timeline {
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    fn frame(&self, width: Width) -> Axis {
        let from = match width {
            Width::Wide => LABELS + MARGIN,
            Width::Narrow => MARGIN,
            Width::Paper => PAPER_LABELS + MARGIN,
        };
        let days = (self.last - self.first).num_days().max(1) as f64;
        Axis { first: self.first, days, from, length: width.units() - from - MARGIN }
    }

    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        let mut pen = Pen::new(width, mode, about);
        let axis = self.frame(width);
        let keys: Vec<(&str, &str)> = self.legend.iter().map(|(class, name)| (*class, name.as_str())).collect();
        if !keys.is_empty() {
            pen.legend(&keys);
        }
        let top = pen.y + 22.0;
        let height = self.height(width);
        self.windows(&mut pen, axis, (top, height));
        self.years(&mut pen, axis, (top, height));
        let now = axis.x(self.today);
        // beside the bars it is drawn over them; where names stand over bars, under the names
        if !pen.wide() {
            pen.line((now, top - 6.0), (now, top + height), "now");
        }
        pen.y = top + 4.0;
        for group in &self.groups {
            self.group(&mut pen, axis, group);
        }
        pen.y = top + height;
        if pen.wide() {
            pen.line((now, top - 6.0), (now, pen.y), "now");
        }
        pen.y += 14.0;
        pen.done(about)
    }

    /// The shaded time ahead, and the name of today over its line.
    fn windows(&self, pen: &mut Pen, axis: Axis, (top, height): (f64, f64)) {
        let ahead = |months| self.today.checked_add_months(Months::new(months)).unwrap_or(self.last);
        let (now, half, year) = (axis.x(self.today), axis.x(ahead(6)), axis.x(ahead(12)));
        pen.rect((now, top), (year - now, height), "soon");
        for x in [half, year] {
            pen.line((x, top - 3.0), (x, top + height), "soon-line");
        }
        let words = room(&self.now, TEXT);
        let at = now.clamp(axis.from + words / 2.0, pen.width.units() - MARGIN - words / 2.0);
        pen.text((at, top - 9.0), Anchor::Middle, "ls", &self.now);
    }

    /// Lines and names of years; where there is no room, of every second, fifth, tenth.
    fn years(&self, pen: &mut Pen, axis: Axis, (top, height): (f64, f64)) {
        let (first, last) = (self.first.year(), self.last.year());
        let each = axis.length / f64::from((last - first).max(1));
        let every = [1, 2, 5, 10, 25].into_iter().find(|k| each * f64::from(*k) >= 40.0).unwrap_or(50);
        for year in (first..=last).filter(|y| y % every == 0) {
            let Some(day) = NaiveDate::from_ymd_opt(year, 1, 1).filter(|d| *d >= self.first && *d <= self.last) else {
                continue;
            };
            let x = axis.x(day);
            pen.line((x, top), (x, top + height), "gr");
            if x + 30.0 < pen.width.units() {
                pen.text((x + 3.0, top + height + 12.0), Anchor::Start, "lq", &year.to_string());
            }
        }
        pen.line((axis.from, top + height), (axis.from + axis.length, top + height), "ax");
    }

    fn row(width: Width) -> f64 {
        if width == Width::Narrow { ROW + LINE - 2.0 } else { ROW }
    }

    fn deep(group: &Group, width: Width) -> f64 {
        let beside = width != Width::Narrow && matches!(group.content, Content::Density(_));
        let head = if beside { 8.0 } else { LINE + 12.0 };
        head + match &group.content {
            Content::Runs(runs) => runs.len() as f64 * Self::row(width),
            Content::Density(_) => BAND,
        }
    }

    /// How deep everything is together, with a line of years below.
    fn height(&self, width: Width) -> f64 {
        self.groups.iter().map(|g| Self::deep(g, width)).sum::<f64>() + 10.0
    }

    fn group(&self, pen: &mut Pen, axis: Axis, group: &Group) {
        let top = pen.y;
        let wide = pen.wide();
        let end = top + Self::deep(group, pen.width);
        match &group.content {
            Content::Runs(runs) => {
                self.heading(pen, group, top);
                let mut y = top + LINE + 12.0;
                for run in runs {
                    self.run(pen, axis, run, y);
                    y += Self::row(pen.width);
                }
            }
            Content::Density(density) => {
                let base = end - 3.0;
                let labels = axis.from - MARGIN;
                if wide {
                    let lines = wrapped(&group.heading, labels - 14.0, TEXT, 2);
                    let next = pen.lines((MARGIN, base - BAND + 14.0), Anchor::Start, "ls", &lines);
                    pen.text((MARGIN, next), Anchor::Start, "lq", &cut(&group.said, labels - 10.0, 11.5));
                } else {
                    self.heading(pen, group, top);
                }
                self.density(pen, axis, density, base);
            }
        }
        pen.y = end;
    }

    fn heading(&self, pen: &mut Pen, group: &Group, top: f64) {
        let whole = pen.width.units() - 2.0 * MARGIN;
        let said = cut(&group.said, whole * 0.55, 11.5);
        let shown = cut(&group.heading, whole - room(&said, 11.5) - 12.0, TEXT);
        pen.open(None, &group.heading);
        // where it stands over the chart, its letters keep clear of the chart's lines
        let (strong, quiet) = if pen.wide() { ("ls", "lq") } else { ("ms", "mq") };
        pen.text((MARGIN, top + 18.0), Anchor::Start, strong, &shown);
        pen.close(None);
        pen.text((MARGIN + room(&shown, TEXT) * 1.04 + 8.0, top + 18.0), Anchor::Start, quiet, &said);
    }

    fn run(&self, pen: &mut Pen, axis: Axis, run: &Run, y: f64) {
        pen.open(run.href.as_deref(), &run.title);
        let bar = match pen.wide() {
            true => {
                pen.text(
                    (MARGIN + 8.0, y + 11.0),
                    Anchor::Start,
                    "lb",
                    &cut(&run.label, axis.from - MARGIN - 20.0, TEXT),
                );
                y + 2.0
            }
            false => {
                pen.text((MARGIN, y + 11.0), Anchor::Start, "mn", &cut(&run.label, axis.length, TEXT));
                y + LINE
            }
        };
        let (from, to) = (run.starts.unwrap_or(self.first), run.ends.unwrap_or(self.last));
        let (x1, x2) = (axis.x(from), axis.x(to.max(from)));
        let open = run.starts.is_none() || run.ends.is_none();
        pen.rect((x1, bar), ((x2 - x1).max(2.0), BAR), if open { "o5" } else { "o2" });
        // an end ahead has a sign of its own at its point
        let year = self.today.checked_add_months(Months::new(12)).unwrap_or(self.last);
        if run.ends.is_some_and(|e| e >= self.today && e <= year) {
            let (x, y, half) = (x2, bar + BAR / 2.0, BAR / 2.0 + 1.5);
            pen.path(&format!("M{} {}l{2} -{2}l{2} {2}l-{2} {2}z", n(x - half), n(y), n(half)), "o4");
        }
        pen.close(run.href.as_deref());
    }

    /// The highest step is as high as the band.
    fn density(&self, pen: &mut Pen, axis: Axis, density: &Density, base: f64) {
        let most = density.counts.iter().copied().max().unwrap_or(0);
        pen.open(density.href.as_deref(), &density.title);
        if most > 0 {
            let high = BAND - 16.0;
            let mut d = format!("M{} {}", n(axis.from), n(base));
            let mut at = None;
            let mut day = Some(density.from);
            for count in &density.counts {
                let Some(begins) = day else { break };
                day = begins.checked_add_days(Days::new(u64::from(density.days)));
                if at != Some(*count) {
                    let x = axis.x(begins);
                    d.push_str(&format!("H{}V{}", n(x), n(base - f64::from(*count) / f64::from(most) * high)));
                    at = Some(*count);
                }
            }
            d.push_str(&format!("H{}V{}Z", n(axis.from + axis.length), n(base)));
            pen.path(&d, "o3");
        }
        pen.line((axis.from, base), (axis.from + axis.length, base), "ax");
        pen.close(density.href.as_deref());
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
