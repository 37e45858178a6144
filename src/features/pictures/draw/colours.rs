//! The colours of pictures: one table of classes with their light colour (files) and their dark one. The stylesheet
//! `pictures.css` has the same; tests hold the two together, and hold the colours against eyes that see fewer.

use std::fmt::Write;

/// How a class is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Filled, with a seam of the ground around it, so that two that touch stay two.
    Fill,
    /// A line.
    Line,
    /// A line of dashes.
    Dashed,
    /// A band that runs through others: half seen through.
    Band,
    /// A text of this size and weight.
    Text(&'static str, &'static str),
    /// Hatched or striped: the pattern of this name.
    Pattern(&'static str),
    /// An outline alone.
    Outline,
    /// A text on colours, with a seam of the ground around its letters.
    Halo(&'static str, &'static str),
}

struct Paint {
    class: &'static str,
    way: Way,
    light: &'static str,
    /// As the stylesheet has it; the tests look at it.
    #[cfg_attr(not(test), expect(dead_code, reason = "files are light"))]
    dark: &'static str,
}

const fn paint(class: &'static str, way: Way, light: &'static str, dark: &'static str) -> Paint {
    Paint { class, way, light, dark }
}

/// The ground on which pictures stand.
const GROUND: (&str, &str) = ("#ffffff", "#1a212b");

/// Colours of kinds, in the order in which they stand beside one another: light beside dark, so that neighbours differ
/// whatever the eye.
pub const KINDS: [&str; 7] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7"];
/// Who passes on what others gave.
pub const BETWEEN: &str = "nd";
/// Everything that has no colour of its own, and what is not stated.
pub const OTHERS: &str = "co";
pub const NOT_STATED: &str = "cn";
/// From most to least: three steps of one colour, a hatching, an outline.
pub const STEPS: [&str; 5] = ["o1", "o2", "o3", "o4", "o5"];
/// Steps of an area or a cell, from few to many; and what is missing.
pub const AREAS: [&str; 4] = ["a1", "a2", "a3", "a4"];
pub const GAP: &str = "ag";

const PAINTS: [Paint; 49] = [
    paint("c1", Way::Fill, "#16355f", "#8ab8f0"),
    paint("c2", Way::Fill, "#d0720a", "#d07a1c"),
    paint("c3", Way::Fill, "#0d6b58", "#c4f2de"),
    paint("c4", Way::Fill, "#7c86d6", "#6a78d0"),
    paint("c5", Way::Fill, "#853393", "#ddd4f7"),
    paint("c6", Way::Fill, "#2f93a3", "#2a9298"),
    paint("c7", Way::Fill, "#5b4300", "#f0dc8c"),
    paint(OTHERS, Way::Pattern("stripe"), "#6f7178", "#9aa2b0"),
    paint(NOT_STATED, Way::Pattern("dots"), "#6f7178", "#9aa2b0"),
    paint("o1", Way::Fill, "#12325c", "#d3e4fa"),
    paint("o2", Way::Fill, "#2f6aa6", "#7fb0e8"),
    paint("o3", Way::Fill, "#6494ca", "#47709e"),
    paint("o4", Way::Pattern("hatch"), "#8a4b00", "#e6a862"),
    paint("o5", Way::Outline, "#6f7178", "#9aa2b0"),
    paint("a0", Way::Fill, "#ffffff", "#1a212b"),
    paint("a1", Way::Fill, "#e3ecf5", "#1c2b3d"),
    paint("a2", Way::Fill, "#bcd2e8", "#24405f"),
    paint("a3", Way::Fill, "#86aed6", "#2f5d8c"),
    paint("a4", Way::Fill, "#2f6aa6", "#7fb0e8"),
    paint(GAP, Way::Pattern("gap"), "#a3261f", "#f1958c"),
    paint("f1", Way::Band, "#16355f", "#8ab8f0"),
    paint("f2", Way::Band, "#d0720a", "#d07a1c"),
    paint("f3", Way::Band, "#0d6b58", "#c4f2de"),
    paint("f4", Way::Band, "#7c86d6", "#6a78d0"),
    paint("f5", Way::Band, "#853393", "#ddd4f7"),
    paint("f6", Way::Band, "#2f93a3", "#2a9298"),
    paint("f7", Way::Band, "#5b4300", "#f0dc8c"),
    paint("fo", Way::Band, "#6f7178", "#9aa2b0"),
    // who passes on
    paint(BETWEEN, Way::Fill, "#4c5665", "#b4bdc9"),
    paint("land", Way::Fill, "#eeece5", "#151b23"),
    paint("ring", Way::Line, "#5d6673", "#9ba6b4"),
    paint("dash", Way::Dashed, "#1b2430", "#e8ebf0"),
    paint("ax", Way::Line, "#8b8674", "#66738a"),
    paint("gr", Way::Line, "#e4e0d5", "#2b3442"),
    paint("now", Way::Line, "#1b2430", "#e8ebf0"),
    paint("soon", Way::Fill, "#fcf0d4", "#33280f"),
    paint("soon-line", Way::Dashed, "#8a4b00", "#e6a862"),
    paint("mn", Way::Halo("13", "400"), "#1b2430", "#e8ebf0"),
    paint("mf", Way::Halo("15", "600"), "#1b2430", "#e8ebf0"),
    paint("ms", Way::Halo("13", "600"), "#1b2430", "#e8ebf0"),
    paint("mq", Way::Halo("11.5", "400"), "#4c5665", "#b4bdc9"),
    paint("mg", Way::Halo("15", "600"), "#a3261f", "#f1958c"),
    paint("hd", Way::Text("18", "600"), "#1b2430", "#e8ebf0"),
    paint("lb", Way::Text("13", "400"), "#1b2430", "#e8ebf0"),
    paint("ls", Way::Text("13", "600"), "#1b2430", "#e8ebf0"),
    paint("lq", Way::Text("11.5", "400"), "#4c5665", "#b4bdc9"),
    paint("lf", Way::Text("15", "600"), "#1b2430", "#e8ebf0"),
    paint("li", Way::Text("15", "600"), "#ffffff", "#0d1420"),
    paint("nt", Way::Text("11.5", "400"), "#4c5665", "#b4bdc9"),
];

fn find(class: &str) -> Option<&'static Paint> {
    PAINTS.iter().find(|p| p.class == class)
}

/// The colour of the n-th of several kinds; those past the last share one.
pub fn kind(n: usize) -> &'static str {
    KINDS.get(n).copied().unwrap_or(OTHERS)
}

/// The band that goes with a colour.
pub fn band(class: &str) -> &'static str {
    const BANDS: [&str; 7] = ["f1", "f2", "f3", "f4", "f5", "f6", "f7"];
    KINDS.iter().position(|k| *k == class).and_then(|i| BANDS.get(i)).copied().unwrap_or("fo")
}

/// The pattern that a class is filled with.
pub fn pattern(class: &str) -> Option<&'static str> {
    match find(class)?.way {
        Way::Pattern(name) => Some(name),
        _ => None,
    }
}

/// What a class looks like in a file of its own: in the light colours.
pub fn attributes(class: &str) -> String {
    let Some(p) = find(class) else { return String::new() };
    let (colour, ground) = (p.light, GROUND.0);
    match p.way {
        Way::Fill => format!(" fill=\"{colour}\" stroke=\"{ground}\" stroke-width=\"0.75\""),
        Way::Line => format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1\""),
        Way::Dashed => format!(" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\""),
        Way::Band => format!(" fill=\"{colour}\" fill-opacity=\"0.38\""),
        Way::Text(size, weight) => format!(" fill=\"{colour}\" font-size=\"{size}\" font-weight=\"{weight}\""),
        Way::Halo(size, weight) => format!(
            " fill=\"{colour}\" font-size=\"{size}\" font-weight=\"{weight}\" stroke=\"{ground}\" stroke-width=\"3\" \
             stroke-linejoin=\"round\" paint-order=\"stroke\""
        ),
        // its fill stands there already
        Way::Pattern(_) => format!(" stroke=\"{colour}\" stroke-width=\"0.75\""),
        Way::Outline => format!(" fill=\"{ground}\" stroke=\"{colour}\" stroke-width=\"1\" stroke-dasharray=\"3 2\""),
    }
}

/// The patterns of one picture: by class for the page, in light colours for a file.
pub fn patterns(id: &str, file: bool) -> String {
    // name, size, class of ground and marks, what is drawn
    const ALL: [(&str, u8, &str); 4] = [
        ("stripe", 5, "M0 1.25H5"),
        ("dots", 6, "M1 1.5h1.5M4 4.5h1.5"),
        ("hatch", 6, "M-1 4L4 -1M2 7L7 2"),
        ("gap", 10, "M-1 6L6 -1M4 11L11 4"),
    ];
    let mut out = String::new();
    for (name, size, d) in ALL {
        let owner = PAINTS.iter().find(|p| p.way == Way::Pattern(name));
        let (ground, marks) = match owner.filter(|_| file) {
            Some(p) => {
                let width = if name == "gap" { "1" } else { "2" };
                let ground = if name == "gap" { "#fbe6e3" } else { GROUND.0 };
                (
                    format!(" fill=\"{ground}\""),
                    format!(" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"", p.light),
                )
            }
            None => (format!(" class=\"pt-ground {name}\""), format!(" class=\"pt {name}\"")),
        };
        let _ = write!(
            out,
            "<pattern id=\"{id}-{name}\" width=\"{size}\" height=\"{size}\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"{size}\" height=\"{size}\"{ground}/><path d=\"{d}\"{marks}/></pattern>"
        );
    }
    out
}

#[cfg(test)]
#[path = "colours_tests.rs"]
mod tests;
