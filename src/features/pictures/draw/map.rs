//! The map: each beneficiary's area in the step of its figure, with the figure on it. Where a process has beneficiaries
//! that the map has no place for, every one is a tile of the same size instead.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::grid::{Standing, classes};
use super::svg::{About, Anchor, LINE, MARGIN, Mode, Pen, TEXT, Width, cut, room};

#[derive(Debug, Clone, Default)]
pub struct Area {
    /// ISO code; XK for Kosovo*.
    pub code: String,
    /// With its asterisk.
    pub name: String,
    /// As it is written on the map.
    pub figure: String,
    pub standing: Standing,
    pub title: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Map {
    pub areas: Vec<Area>,
    pub legend: Vec<(&'static str, String)>,
}

/// As `scripts/map/region.mjs` writes it.
struct Region {
    width: f64,
    height: f64,
    ground: &'static str,
    /// Where its figure stands, and its outline.
    areas: HashMap<&'static str, (f64, f64, &'static str)>,
    /// Borders and coasts of the areas, but for the one that is dashed.
    solid: &'static str,
    dashed: &'static str,
}

static REGION: LazyLock<Region> = LazyLock::new(|| {
    let mut region = Region { width: 1.0, height: 1.0, ground: "", areas: HashMap::new(), solid: "", dashed: "" };
    for line in include_str!("region.txt").lines() {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        match what {
            "size" => {
                let (width, height) = rest.split_once(' ').unwrap_or_default();
                (region.width, region.height) = (number(width).max(1.0), number(height).max(1.0));
            }
            "ground" => region.ground = rest,
            "solid" => region.solid = rest,
            "dashed" => region.dashed = rest,
            "area" => {
                let mut parts = rest.splitn(4, ' ');
                if let (Some(code), Some(x), Some(y), Some(d)) =
                    (parts.next(), parts.next(), parts.next(), parts.next())
                {
                    region.areas.insert(code, (number(x), number(y), d));
                }
            }
            _ => {}
        }
    }
    region
});

/// A label on the map: its room, so that none lies on another.
#[derive(Debug, Clone, Copy)]
struct Placed {
    x: f64,
    y: f64,
    half: f64,
}

impl Placed {
    fn moved(self, (dx, dy): (f64, f64)) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }

    /// Whether a point lies on its ground, or so near that its line touches it.
    fn is_on(&self, (x, y): (f64, f64)) -> bool {
        (x - self.x).abs() <= self.half + 2.0 && (self.y - 21.0..=self.y + 18.0).contains(&y)
    }
}

/// How far a label may be moved, in either direction.
const SHIFTS: [f64; 13] = [0.0, -6.0, 6.0, -12.0, 12.0, -18.0, 18.0, -26.0, 26.0, -34.0, 34.0, -44.0, 44.0];

impl Map {
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// Whether every beneficiary has its place on the map.
    pub fn is_of_the_region(&self) -> bool {
        !self.areas.is_empty() && self.areas.iter().all(|a| REGION.areas.contains_key(a.code.as_str()))
    }

    pub fn svg(&self, width: Width, mode: Mode, about: &About) -> String {
        let mut pen = Pen::new(width, mode, about);
        if !self.legend.is_empty() {
            let keys: Vec<(&str, &str)> = self.legend.iter().map(|(class, name)| (*class, name.as_str())).collect();
            pen.legend(&keys);
        }
        if self.is_of_the_region() {
            self.region(&mut pen)
        } else {
            self.tiles(&mut pen)
        }
        pen.done(about)
    }

    /// The size at which the region is drawn, and what it is moved by.
    fn scale(width: Width) -> (f64, f64) {
        let scale = match width {
            // as high as a screen has room for
            Width::Wide => 0.95,
            // little more than half a sheet, so that its table has room below
            Width::Paper => 0.76,
            Width::Narrow => (width.units() - 2.0) / REGION.width,
        };
        (scale, (width.units() - REGION.width * scale) / 2.0)
    }

    /// Where each name and figure stands: at its area's best place, moved where two would touch.
    fn placed(&self, width: Width) -> Vec<Placed> {
        let (scale, left) = Self::scale(width);
        let dashes = points(REGION.dashed, scale, left);
        let mut placed: Vec<Placed> = Vec::new();
        for area in &self.areas {
            let Some((x, y, _)) = REGION.areas.get(area.code.as_str()) else { continue };
            let half = room(&area.name, TEXT).max(room(&area.figure, 15.0)) / 2.0 + 3.0;
            let mut one = Placed { x: left + x * scale, y: y * scale, half };
            one.x = one.x.clamp(half, (width.units() - half).max(half));
            // the nearest place where it touches no other, its own area's first; and no dash, which would pass for the asterisk
            let free = |at: &(f64, f64)| {
                let (x, y) = (one.x + at.0, one.y + at.1);
                let inside = x >= half && x <= width.units() - half && y >= 20.0;
                inside && placed.iter().all(|p| (p.x - x).abs() >= p.half + half || (p.y - y).abs() >= 36.0)
            };
            let near = SHIFTS.iter().flat_map(|dx| SHIFTS.iter().map(move |dy| (*dx, *dy)));
            let mut near: Vec<(f64, f64)> = near.collect();
            near.sort_by(|a, b| a.0.hypot(a.1).total_cmp(&b.0.hypot(b.1)));
            let clear = |at: &(f64, f64)| !dashes.iter().any(|dash| one.moved(*at).is_on(*dash));
            if let Some((dx, dy)) =
                near.iter().find(|at| free(at) && clear(at)).or_else(|| near.iter().find(|at| free(at)))
            {
                one.x += dx;
                one.y += dy;
            }
            placed.push(one);
        }
        placed
    }

    fn region(&self, pen: &mut Pen) {
        let region = &*REGION;
        let (scale, left) = Self::scale(pen.width);
        let top = pen.y;
        let d = |d: &str| moved(d, scale, left, top);
        pen.path(&d(region.ground), "land");
        for area in &self.areas {
            let Some((_, _, outline)) = region.areas.get(area.code.as_str()) else { continue };
            pen.open(area.href.as_deref(), &area.title);
            pen.path(&d(outline), classes(&area.standing).0);
            pen.close(area.href.as_deref());
        }
        pen.path(&d(region.solid), "ring");
        let placed = self.placed(pen.width);
        // on the darkest step a text needs a ground of its own, which hides nothing of the dashed line; where one name has it
        // all have it, so that nobody's name is written otherwise than the others'
        if self.areas.iter().any(|area| classes(&area.standing).1 == "li") {
            for at in &placed {
                pen.rect((at.x - at.half, top + at.y - 19.0), (2.0 * at.half, 35.0), "a0");
            }
        }
        pen.path(&d(region.dashed), "dash");
        for (area, at) in self.areas.iter().zip(&placed) {
            let ink = if area.standing == Standing::Gap { "mg" } else { "mf" };
            pen.text((at.x, top + at.y - 6.0), Anchor::Middle, "mn", &area.name);
            pen.text((at.x, top + at.y + 11.0), Anchor::Middle, ink, &area.figure);
        }
        pen.y = top + region.height * scale;
    }

    fn tiles(&self, pen: &mut Pen) {
        let across = if pen.wide() { 3.0 } else { 1.0 };
        let wide = (pen.width.units() - 2.0 * MARGIN - (across - 1.0) * 10.0) / across;
        let high = if pen.wide() { 92.0 } else { 62.0 };
        let top = pen.y;
        for (i, area) in self.areas.iter().enumerate() {
            let (column, row) = (i as f64 % across, (i as f64 / across).floor());
            let (x, y) = (MARGIN + column * (wide + 10.0), top + row * (high + 10.0));
            let (class, text) = classes(&area.standing);
            pen.open(area.href.as_deref(), &area.title);
            pen.rect((x, y), (wide, high), class);
            pen.path(
                &format!(
                    "M{0} {1}h{2}v{3}h-{2}z",
                    super::svg::n(x),
                    super::svg::n(y),
                    super::svg::n(wide),
                    super::svg::n(high)
                ),
                "ring",
            );
            let name = match text {
                "li" => "li",
                "mg" => "mf",
                _ => "lf",
            };
            pen.text((x + 12.0, y + high / 2.0 - 6.0), Anchor::Start, name, &cut(&area.name, wide - 24.0, 15.0));
            pen.text((x + 12.0, y + high / 2.0 + LINE), Anchor::Start, text, &cut(&area.figure, wide - 24.0, 15.0));
            pen.close(area.href.as_deref());
            pen.y = y + high;
        }
    }
}

/// Points along a line, as near to one another as it takes to see what it touches.
fn points(d: &str, scale: f64, left: f64) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    for pair in d.split_inclusive(|c: char| c.is_ascii_alphabetic()).collect::<Vec<_>>().windows(2) {
        let [before, part] = pair else { continue };
        let numbers = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let Some((x, y)) = numbers.split_once(' ') else { continue };
        let (Ok(x), Ok(y)) = (x.parse::<f64>(), y.parse::<f64>()) else { continue };
        let to = (left + x * scale, y * scale);
        if let Some(from) = out.last().copied().filter(|_| before.ends_with('L')) {
            let steps = ((to.0 - from.0).hypot(to.1 - from.1) / 2.0).ceil().max(1.0);
            let mut step = 1.0;
            while step < steps {
                out.push((from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps));
                step += 1.0;
            }
        }
        out.push(to);
    }
    out
}

/// An outline at another size and place: its numbers alone are touched.
fn moved(d: &str, scale: f64, left: f64, top: f64) -> String {
    let mut out = String::with_capacity(d.len());
    let mut number = String::new();
    let mut across = true;
    let put = |number: &mut String, out: &mut String, across: &mut bool| {
        if let Ok(value) = number.parse::<f64>() {
            let by = if *across { left } else { top };
            out.push_str(&super::svg::n(value * scale + by));
            *across = !*across;
        }
        number.clear();
    };
    for c in d.chars() {
        if c.is_ascii_digit() || c == '.' || c == '-' {
            number.push(c);
        } else {
            put(&mut number, &mut out, &mut across);
            out.push(c);
        }
    }
    put(&mut number, &mut out, &mut across);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn western_balkans() -> Map {
        let all = [
            ("AL", "Albania", 12),
            ("BA", "Bosnia and Herzegovina", 40),
            ("XK", "Kosovo*", 0),
            ("ME", "Montenegro", 21),
            ("MK", "North Macedonia", 33),
            ("RS", "Serbia", 4),
        ];
        let area = |(code, name, value): (&str, &str, u8)| Area {
            code: code.into(),
            name: name.into(),
            figure: format!("{value} actions"),
            standing: if value == 0 { Standing::Gap } else { Standing::Step(value / 11 + 1) },
            title: format!("{name}: {value} actions"),
            href: Some(format!("/iisg/actions?beneficiary={code}")),
        };
        Map { areas: all.into_iter().map(area).collect(), legend: vec![("a1", "few".into()), ("a4", "many".into())] }
    }

    fn about() -> About {
        About { title: "Where is assistance at work?".into(), id: "m".into(), ..About::default() }
    }

    #[test]
    fn the_six_have_their_places_and_kosovo_its_dashed_line_and_asterisk() {
        let map = western_balkans();
        assert!(map.is_of_the_region());
        let svg = map.svg(Width::Wide, Mode::File, &about());
        assert!(svg.contains("Kosovo*") && svg.contains("stroke-dasharray=\"4 3\""), "dashed");
        assert!(!REGION.dashed.is_empty() && !svg.contains("NaN"));
        let page = map.svg(Width::Narrow, Mode::Page, &about());
        assert_eq!(page.matches("<a href=\"/iisg/actions?beneficiary=").count(), 6);
    }

    #[test]
    fn no_name_lies_on_another_and_none_outside() {
        for width in [Width::Wide, Width::Narrow, Width::Paper] {
            let placed = western_balkans().placed(width);
            for (i, a) in placed.iter().enumerate() {
                assert!(a.x - a.half >= 0.0 && a.x + a.half <= width.units(), "{width:?} {a:?}");
                for b in &placed[i + 1..] {
                    assert!((a.x - b.x).abs() >= a.half + b.half || (a.y - b.y).abs() >= 36.0, "{width:?} {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn no_dash_runs_through_a_name_where_it_would_pass_for_an_asterisk() {
        for width in [Width::Wide, Width::Narrow, Width::Paper] {
            let (scale, left) = Map::scale(width);
            let dashes = points(REGION.dashed, scale, left);
            assert!(dashes.len() > 50, "{width:?} {}", dashes.len());
            for at in western_balkans().placed(width) {
                assert!(!dashes.iter().any(|dash| at.is_on(*dash)), "{width:?} {at:?}");
            }
        }
    }

    #[test]
    fn points_lie_along_the_line_alone() {
        assert_eq!(
            points("M0 0L4 0M10 10L10 11", 1.0, 1.0),
            [(1.0, 0.0), (3.0, 0.0), (5.0, 0.0), (11.0, 10.0), (11.0, 11.0)]
        );
        assert!(points("", 1.0, 0.0).is_empty());
    }

    #[test]
    fn names_have_a_ground_that_hides_no_line_all_or_none() {
        let mut map = western_balkans();
        let svg = map.svg(Width::Wide, Mode::Page, &about());
        // all six, as some are on the darkest step; after the areas, before the dashed line and the names
        assert_eq!(svg.matches("class=\"a0\"").count(), 6, "{svg}");
        let (below, above) = svg.split_once("class=\"dash\"").expect("the dashed line");
        assert!(below.contains("class=\"a0\"") && !above.contains("class=\"a0\""), "{svg}");
        assert!(above.contains(">Bosnia and Herzegovina</text>"), "{above}");
        for area in &mut map.areas {
            area.standing = Standing::Step(1);
        }
        assert!(!map.svg(Width::Wide, Mode::Page, &about()).contains("class=\"a0\""));
    }

    #[test]
    fn who_is_not_on_the_map_gets_tiles() {
        let mut map = western_balkans();
        map.areas.push(Area { code: "XA".into(), name: "Arvania".into(), ..Area::default() });
        assert!(!map.is_of_the_region());
        let svg = map.svg(Width::Wide, Mode::Page, &about());
        assert!(svg.contains("Arvania") && svg.contains("Kosovo*") && !svg.contains("class=\"dash\""));
    }

    #[test]
    fn an_outline_is_moved_whole() {
        assert_eq!(moved("M1 2L3.5 -4Z", 2.0, 10.0, 100.0), "M12 104L17 92Z");
    }
}
