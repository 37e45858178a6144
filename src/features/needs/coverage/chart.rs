//! The matrix as a picture: SVG with sizes and colours as attributes, which the page's stylesheet replaces by its own.

use std::fmt::Write;

use super::ask::{Counted, Show};
use super::grid::{Grid, Line, Shown, several_legend};
use super::model::Standing;
use crate::kernel::page::Page;

const LEFT: usize = 330;
const HEAD: usize = 64;
const TOP: usize = 70;
const MARGIN: usize = 16;
/// Letters of a row's title on one line, and of a column's.
const LETTERS: usize = 46;
const COLUMN: usize = 14;

fn escaped(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => done.push_str("&amp;"),
            '<' => done.push_str("&lt;"),
            '>' => done.push_str("&gt;"),
            '"' => done.push_str("&quot;"),
            // what XML has no place for
            c if c.is_control() => done.push(' '),
            c => done.push(c),
        }
    }
    done
}

/// A text in lines of about so many letters; what does not fit into `most` lines ends in an ellipsis.
fn wrapped(text: &str, letters: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word: String = word.chars().take(letters).collect();
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let kept: String = last.chars().take(letters.saturating_sub(1)).collect();
            *last = format!("{}…", kept.trim_end());
        }
    }
    lines
}

/// What stands in a cell, a line each, as many as it has room for: the signs beside one figure, above several.
fn printed(cell: &Shown, high: usize) -> Vec<String> {
    let signs = match (cell.standing, cell.several) {
        (Standing::Nothing, _) => return vec!["–".to_owned()],
        (standing, true) => format!("{} ▲", standing.sign()),
        (standing, false) => standing.sign().to_owned(),
    };
    let room = high / 18;
    if room < 3 {
        let figure = cell.lines.first().map_or("", String::as_str);
        let parts = [cell.standing.sign(), figure, if cell.several { "▲" } else { "" }];
        return vec![parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")];
    }
    let mut lines = vec![signs];
    lines.extend(cell.lines.iter().take(room - 1).cloned());
    if cell.lines.len() > room - 1
        && let Some(last) = lines.last_mut()
    {
        last.push_str(" …");
    }
    lines
}

/// Fill and ink of a class, for a file of its own.
fn colours(class: &str) -> (&'static str, &'static str) {
    match class {
        "gap" => ("url(#hatch)", "#a3261f"),
        "h1" => ("#e3ecf5", "#1b2430"),
        "h2" => ("#bcd2e8", "#1b2430"),
        "h3" => ("#86aed6", "#1b2430"),
        "h4" => ("#2f6aa6", "#ffffff"),
        _ => ("#ffffff", "#5d6673"),
    }
}

struct Pen {
    out: String,
    /// Width and height of a cell: an amount of money takes more room than a figure.
    cell: usize,
    row: usize,
}

impl Pen {
    fn text(&mut self, x: usize, y: usize, class: &str, ink: &str, text: &str) {
        let (anchor, weight) = match class {
            "label mid" => ("middle", "600"),
            "label strong" => ("start", "600"),
            _ => ("start", "400"),
        };
        let _ = write!(
            self.out,
            "<text x=\"{x}\" y=\"{y}\" class=\"{class}\" fill=\"{ink}\" text-anchor=\"{anchor}\" font-weight=\"{weight}\">{}</text>",
            escaped(text)
        );
    }

    fn cell(&mut self, p: &Page, x: usize, y: usize, cell: &Shown) {
        let (fill, ink) = colours(cell.class);
        let (wide, high) = (self.cell, self.row);
        let _ = write!(
            self.out,
            "<g class=\"cell {}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{fill}\" stroke=\"#dcd8cc\"/>",
            cell.class,
            escaped(&format!("{} ({})", cell.figure(), cell.words(p)))
        );
        let lines = printed(cell, high);
        let middle = x + wide / 2;
        let first = y + high / 2 + 5 - (lines.len() - 1) * 8;
        for (i, line) in lines.iter().enumerate() {
            self.text(middle, first + i * 16, "label mid", ink, line);
        }
        self.out.push_str("</g>");
    }

    fn row(&mut self, p: &Page, y: usize, line: &Line, width: usize) {
        if line.heading {
            let _ = write!(
                self.out,
                "<rect x=\"{MARGIN}\" y=\"{y}\" width=\"{width}\" height=\"26\" class=\"group\" fill=\"#f3f1ea\" stroke=\"#dcd8cc\"/>"
            );
            let title = match &line.pillar {
                Some(key) => format!("{key}: {}", line.title),
                None => line.title.clone(),
            };
            let shown = wrapped(&title, 110, 1).join(" ");
            self.text(MARGIN + 8, y + 18, "label strong", "#1b2430", &shown);
            return;
        }
        let title = if line.code.is_empty() { line.title.clone() } else { format!("{} {}", line.code, line.title) };
        let lines = wrapped(&title, LETTERS, 2);
        let first = y + self.row / 2 + 5 - (lines.len().max(1) - 1) * 8;
        let _ = write!(self.out, "<g><title>{}</title>", escaped(&title));
        for (i, shown) in lines.iter().enumerate() {
            self.text(MARGIN + 8, first + i * 16, "label", "#1b2430", shown);
        }
        self.out.push_str("</g>");
        for (i, cell) in line.cells.iter().chain(&line.total).enumerate() {
            self.cell(p, MARGIN + LEFT + i * self.cell, y, cell);
        }
    }
}

/// The picture. `alone`: a file of its own, which carries its notes with it.
pub fn svg(p: &Page, counted: &Counted, grid: &Grid, alone: bool) -> String {
    let columns = grid.heads.len() + 1;
    let (wide, high) = if counted.asked.show == Show::Money { (118, 76) } else { (104, 44) };
    let width = LEFT + columns * wide;
    let body: usize = grid.lines.iter().map(|l| if l.heading { 26 } else { high }).sum::<usize>() + high;
    let frame = p.frame();
    let mut notes: Vec<String> = vec![p.t1("matrix-picture-legend", "several", several_legend(p))];
    if grid.estimate {
        notes.push(format!("≈ {}", p.t("matrix-estimate")));
    }
    notes.extend(counted.caveats(p));
    notes.extend(counted.rates(p));
    if frame.is_some_and(|f| f.example) {
        notes.push(format!("{} {}", p.t("example-banner-title"), p.t("example-banner-text")));
    }
    notes.extend(
        frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(crate::kernel::db::Footnote::line),
    );
    let notes: Vec<String> = notes.iter().flat_map(|n| wrapped(n, width / 7, 4)).collect();
    let height = TOP + HEAD + body + 24 + notes.len() * 18 + MARGIN;
    let mut pen = Pen { out: String::with_capacity(64 * 1024), cell: wide, row: high };
    let whole = width + 2 * MARGIN;
    let space = if alone { " xmlns=\"http://www.w3.org/2000/svg\"" } else { "" };
    let _ = write!(
        pen.out,
        "<svg{space} class=\"chart matrix-chart\" viewBox=\"0 0 {whole} {height}\" width=\"{whole}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"matrix-picture\" font-family=\"'Source Sans 3', sans-serif\" font-size=\"13\">\
         <title id=\"matrix-picture\">{}</title><defs><pattern id=\"hatch\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"12\" height=\"12\" fill=\"#ffffff\"/><rect width=\"6\" height=\"12\" fill=\"#fbe6e3\"/>\
         </pattern></defs><rect class=\"ground\" width=\"{whole}\" height=\"{height}\" fill=\"#ffffff\"/>",
        escaped(&p.t("matrix-title"))
    );
    let name = frame.map(|f| f.name.clone()).unwrap_or_default();
    pen.text(
        MARGIN + 8,
        26,
        "label strong",
        "#1b2430",
        &format!("{}: {}", p.t("matrix-title"), p.t(counted.asked.show.label())),
    );
    let as_of = p.t1("matrix-as-of", "day", p.day(&counted.asked.day));
    pen.text(MARGIN + 8, 46, "label", "#5d6673", &format!("{name}. {as_of}"));
    for (i, head) in grid.heads.iter().chain(std::iter::once(&p.t("matrix-all"))).enumerate() {
        let lines = wrapped(head, COLUMN, 3);
        let first = TOP + HEAD - 10 - (lines.len().max(1) - 1) * 15;
        for (l, line) in lines.iter().enumerate() {
            pen.text(MARGIN + LEFT + i * wide + wide / 2, first + l * 15, "label mid", "#1b2430", line);
        }
    }
    let mut y = TOP + HEAD;
    for line in &grid.lines {
        pen.row(p, y, line, width);
        y += if line.heading { 26 } else { high };
    }
    let total = Line {
        code: String::new(),
        title: p.t("matrix-all"),
        link: None,
        heading: false,
        pillar: None,
        cells: grid.totals.clone(),
        total: Some(grid.whole.clone()),
    };
    pen.row(p, y, &total, width);
    y += high + 24;
    for note in notes {
        pen.text(MARGIN + 8, y, "label", "#4c5665", &note);
        y += 18;
    }
    pen.out.push_str("</svg>");
    pen.out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_wrapped_and_cut() {
        assert_eq!(wrapped("one two three", 7, 2), ["one two", "three"]);
        assert_eq!(wrapped("one two three four", 7, 1), ["one tw…"]);
        assert_eq!(wrapped("", 7, 1), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text in any::<String>()) {
            let done = escaped(&text);
            prop_assert!(!done.contains('<') && !done.contains('"') && !done.chars().any(char::is_control));
        }

        #[test]
        fn no_line_is_longer_than_it_may_be(text in any::<String>(), letters in 4usize..60, most in 1usize..4) {
            let lines = wrapped(&text, letters, most);
            prop_assert!(lines.len() <= most && lines.iter().all(|l| l.chars().count() <= letters));
        }
    }
}
