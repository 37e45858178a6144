//! SVG as text: escaping, the room that a text takes, lines that wrap, and a pen. What is drawn has classes, which the
//! page's stylesheet colours for its theme; a file of its own has the same classes resolved to attributes.

use std::fmt::Write;

use super::colours;

/// How wide a picture is laid out: for a desk, for a phone, for a sheet of paper that it shares with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Wide,
    Narrow,
    /// Its letters come out as large as those of the tables beside it.
    Paper,
}

impl Width {
    pub fn units(self) -> f64 {
        match self {
            Width::Wide => 960.0,
            Width::Narrow => 360.0,
            Width::Paper => 640.0,
        }
    }
    /// What sets the ids inside one picture apart from those of its sister on the same page.
    fn mark(self) -> &'static str {
        match self {
            Width::Wide => "w",
            Width::Narrow => "n",
            Width::Paper => "p",
        }
    }
}

/// How a picture is given: inside a page of ours, or as a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Page,
    File,
}

/// What every picture bears.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The question that it answers.
    pub title: String,
    /// What is drawn, for who does not see it.
    pub desc: String,
    /// Notes of names, rules and limits: stand under the picture in a file, where no page says them.
    pub notes: Vec<String>,
    /// Begins every id of the picture, where a page holds several.
    pub id: String,
}

/// Size of a text, in units.
pub const TEXT: f64 = 13.0;
const SMALL: f64 = 11.5;
pub const LINE: f64 = 16.0;
pub const MARGIN: f64 = 12.0;
/// Where ours is not installed, one that takes little more room: names stand close to the edge.
const FAMILY: &str = "'Source Sans 3', 'Source Sans Pro', 'Segoe UI', Arial, 'Liberation Sans', sans-serif";
/// A picture that is higher is not made to fit a page of paper: its letters would be too small.
const PAGE: f64 = 1400.0;

/// As XML has it; what it has no place for is a space.
pub fn escaped(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            '"' => done.push_str("&quot;"),
            '\'' => done.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => done.push(' '),
            c => done.push(c),
        }
    }
    done
}

/// The room that a letter takes, in parts of its size: as Source Sans 3 has it, a little more than less.
fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' | 'і' | 'ј' => 0.27,
        ' ' | '\u{a0}' => 0.21,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | '“' | '”' | '"' | '*' => 0.36,
        'm' | 'M' | 'W' | '@' | '%' | 'ш' | 'щ' | 'ж' | 'ю' | 'Ш' | 'Щ' | 'Ж' | 'Ю' | 'М' => 0.86,
        'w' | 'м' => 0.75,
        's' | 'c' | 'z' | 'k' | 'v' | 'x' | 'y' => 0.48,
        c if c.is_ascii_digit() => 0.5,
        c if c.is_uppercase() => 0.62,
        c if c.is_ascii() => 0.545,
        c if (c as u32) < 0x2000 => 0.58,
        // what is written in full squares
        _ => 1.0,
    }
}

pub fn room(text: &str, size: f64) -> f64 {
    text.chars().map(letter).sum::<f64>() * size
}

/// The text as far as it has room; what was cut ends in an ellipsis.
pub fn cut(text: &str, width: f64, size: f64) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if room(&text, size) <= width {
        return text;
    }
    let mut kept = String::new();
    let mut used = letter('…') * size;
    for c in text.chars() {
        used += letter(c) * size;
        if used > width {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// The text in at most so many lines; a word that is wider than a line is cut.
pub fn wrapped(text: &str, width: f64, size: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let longer = lines.last().map(|line| format!("{line} {word}")).filter(|l| room(l, size) <= width);
        match (longer, lines.len()) {
            (Some(longer), _) => {
                lines.pop();
                lines.push(longer);
            }
            (None, n) if n >= most => {
                // no line is left: all the rest goes into the last, which is cut
                let rest = std::iter::once(word).chain(words.by_ref()).collect::<Vec<_>>().join(" ");
                let last = lines.pop().unwrap_or_default();
                lines.push(cut(&format!("{last} {rest}"), width, size));
            }
            (None, _) => lines.push(cut(word, width, size)),
        }
    }
    lines
}

/// Where a text stands of its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn as_str(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// A figure as short as it can be: one decimal, none where it is 0.
pub fn n(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    let rounded = if rounded == 0.0 || !rounded.is_finite() { 0.0 } else { rounded };
    rounded.to_string()
}

pub struct Pen {
    out: String,
    pub width: Width,
    pub mode: Mode,
    id: String,
    /// How deep the picture is so far.
    pub y: f64,
}

impl Pen {
    pub fn new(width: Width, mode: Mode, about: &About) -> Self {
        let id = format!("{}{}", about.id, width.mark());
        Self { out: String::with_capacity(32 * 1024), width, mode, id, y: MARGIN }
    }

    /// Whether names stand beside what they name, and not above.
    pub fn wide(&self) -> bool {
        self.width != Width::Narrow
    }

    fn class(&mut self, class: &str) {
        let _ = write!(self.out, " class=\"{class}\"");
        // hatching has an id of this picture, which no stylesheet knows
        if let Some(pattern) = colours::pattern(class) {
            let _ = write!(self.out, " fill=\"url(#{}-{pattern})\"", self.id);
        }
        if self.mode == Mode::File {
            self.out.push_str(&colours::attributes(class));
        }
    }

    pub fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str) {
        let (width, height) = (width.max(0.0), height.max(0.0));
        let _ = write!(self.out, "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", n(x), n(y), n(width), n(height));
        self.class(class);
        self.out.push_str("/>");
    }

    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = write!(self.out, "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"", n(x1), n(y1), n(x2), n(y2));
        self.class(class);
        self.out.push_str("/>");
    }

    /// `d` is made by us, never typed.
    pub fn path(&mut self, d: &str, class: &str) {
        let _ = write!(self.out, "<path d=\"{d}\"");
        self.class(class);
        self.out.push_str("/>");
    }

    pub fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let _ = write!(self.out, "<text x=\"{}\" y=\"{}\" text-anchor=\"{}\"", n(x), n(y), anchor.as_str());
        self.class(class);
        let _ = write!(self.out, ">{}</text>", escaped(text));
    }

    /// Opens a group that says of itself what it is; inside a page it leads to its rows.
    pub fn open(&mut self, href: Option<&str>, title: &str) {
        match href.filter(|_| self.mode == Mode::Page) {
            Some(href) => {
                let _ = write!(
                    self.out,
                    "<a href=\"{0}\" aria-label=\"{1}\"><title>{1}</title>",
                    escaped(href),
                    escaped(title)
                );
            }
            None => {
                let _ = write!(self.out, "<g><title>{}</title>", escaped(title));
            }
        }
    }

    pub fn close(&mut self, href: Option<&str>) {
        self.out.push_str(if href.is_some() && self.mode == Mode::Page { "</a>" } else { "</g>" });
    }

    /// A text in lines from `y` on; answers where the next line would stand.
    pub fn lines(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, lines: &[String]) -> f64 {
        let mut at = y;
        for line in lines {
            self.text((x, at), anchor, class, line);
            at += LINE;
        }
        at
    }

    /// The names of the colours, in as many lines as they need.
    pub fn legend(&mut self, keys: &[(&str, &str)]) {
        let most = self.width.units() - 2.0 * MARGIN;
        let mut x = MARGIN;
        for (class, name) in keys {
            let name = cut(name, most - 20.0, TEXT);
            let needed = 20.0 + room(&name, TEXT) + 16.0;
            if x > MARGIN && x + needed > MARGIN + most {
                x = MARGIN;
                self.y += LINE + 4.0;
            }
            self.rect((x, self.y + 1.0), (13.0, 13.0), class);
            // pale steps have an outline, or they would not be seen
            if class.starts_with('a') || *class == "soon" {
                self.path(&format!("M{} {}h13v13h-13z", n(x), n(self.y + 1.0)), "ring");
            }
            self.text((x + 19.0, self.y + 12.0), Anchor::Start, "lb", &name);
            x += needed;
        }
        self.y += LINE + 10.0;
    }

    /// Ends the picture. In a file, its question stands above and its notes below.
    pub fn done(mut self, about: &About) -> String {
        let width = self.width.units();
        let (mut above, mut head) = (String::new(), 0.0);
        if self.mode == Mode::File {
            let title = wrapped(&about.title, width - 2.0 * MARGIN, 18.0, 3);
            for line in &title {
                head += 24.0;
                let _ = write!(
                    above,
                    "<text x=\"{}\" y=\"{}\" class=\"hd\"{}>{}</text>",
                    n(MARGIN),
                    n(head),
                    colours::attributes("hd"),
                    escaped(line)
                );
            }
            head += 10.0;
            self.y += 8.0;
            for note in &about.notes {
                for line in wrapped(note, width - 2.0 * MARGIN, SMALL, 6) {
                    self.y += LINE;
                    let at = self.y;
                    self.text((MARGIN, at), Anchor::Start, "nt", &line);
                }
            }
        }
        let height = self.y + MARGIN + head;
        let id = &self.id;
        let (space, ground, size) = match self.mode {
            Mode::Page => ("", String::new(), String::new()),
            Mode::File => (
                " xmlns=\"http://www.w3.org/2000/svg\"",
                format!("<rect width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>", n(width), n(height)),
                format!(" font-family=\"{FAMILY}\" font-size=\"{TEXT}\""),
            ),
        };
        // a picture that leads on is a group of links, not one image
        let role = if self.out.contains("<a href=") { "group" } else { "img" };
        let class = match (self.width, height > PAGE) {
            (Width::Wide, false) => "pic-wide pic-page",
            (Width::Wide, true) => "pic-wide",
            (Width::Narrow, _) => "pic-narrow",
            (Width::Paper, _) => "pic-paper",
        };
        format!(
            "<svg{space} class=\"pic {}\" viewBox=\"0 0 {2} {3}\" width=\"{2}\" height=\"{3}\" role=\"{role}\" aria-labelledby=\"{id}-t {id}-d\"{size}>\
             <title id=\"{id}-t\">{4}</title><desc id=\"{id}-d\">{5}</desc><defs>{6}</defs>{ground}{above}<g transform=\"translate(0 {7})\">{1}</g></svg>",
            class,
            self.out,
            n(width),
            n(height),
            escaped(&about.title),
            escaped(&about.desc),
            colours::patterns(id, self.mode == Mode::File),
            n(head),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_text() {
        let hostile = "<script>alert(1)</script> \"x\" 'y' & \u{0} ]]> <!--";
        let safe = escaped(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{0}']), "{safe}");
        let about = About { title: hostile.into(), desc: hostile.into(), notes: vec![hostile.into()], id: "p".into() };
        for mode in [Mode::Page, Mode::File] {
            let mut pen = Pen::new(Width::Wide, mode, &about);
            pen.open(Some("/x?a=1&b=\"><script>"), hostile);
            pen.text((0.0, 0.0), Anchor::Start, "lb", hostile);
            pen.close(Some("/x"));
            let svg = pen.done(&about);
            assert!(!svg.contains("<script"), "{svg}");
            let mut reader = quick_xml::Reader::from_str(&svg);
            loop {
                match reader.read_event().expect("well-formed") {
                    quick_xml::events::Event::Eof => break,
                    _ => continue,
                }
            }
        }
    }

    #[test]
    fn lines_have_room_and_say_where_they_were_cut() {
        let long =
            "Support to the implementation of the integrated border management strategy and its action plan, phase II";
        for width in [40.0, 90.0, 200.0] {
            for most in [1, 2, 3] {
                let lines = wrapped(long, width, TEXT, most);
                assert!(lines.len() <= most, "{lines:?}");
                assert!(lines.iter().all(|l| room(l, TEXT) <= width), "{width} {lines:?}");
                assert!(lines.last().is_some_and(|l| l.ends_with('…') || long.ends_with(l.as_str())), "{lines:?}");
            }
        }
        assert_eq!(wrapped("short", 300.0, TEXT, 2), ["short"]);
        assert!(wrapped("", 10.0, TEXT, 2).is_empty());
        assert!(wrapped(&"x".repeat(5_000), 100.0, TEXT, 2).iter().all(|l| room(l, TEXT) <= 100.0));
    }
}
