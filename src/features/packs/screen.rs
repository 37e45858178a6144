//! A pack as it is read on a page: the same document, laid out by the page's own means.

use crate::features::documents::{Block, Cell, Document, Picture, Run, Table, is_drawing};

/// A document taken apart for the template. Links lead to headings of the page, or to addresses of the portal alone: what
/// stands in a record is never made a link.
pub struct Screen {
    /// Anchor and text of each part.
    pub contents: Vec<(String, String)>,
    pub pieces: Vec<Piece>,
}

pub enum Piece {
    /// Level 2 to 5 of the page, below its own title.
    Heading(Heading),
    Text(Vec<Part>),
    Small(Vec<Part>),
    List(Vec<Vec<Part>>),
    Set(Set),
    Drawn(Picture),
    Apart(Apart),
}

pub struct Heading {
    pub level: u8,
    pub anchor: String,
    pub text: String,
}

/// Text of one look.
pub struct Part {
    pub text: String,
    pub strong: bool,
    pub emphasis: bool,
    /// Where it leads, or "".
    pub to: String,
}

/// A table.
pub struct Set {
    pub caption: String,
    pub heads: Vec<Field>,
    pub rows: Vec<Line>,
}

pub struct Line {
    pub strong: bool,
    pub cells: Vec<Field>,
}

pub struct Field {
    pub parts: Vec<Part>,
    /// Figures: set to the end of the line.
    pub num: bool,
    /// It says what the row is about.
    pub head: bool,
    pub span: u16,
    /// The heading of its column, for narrow screens.
    pub label: String,
}

pub struct Apart {
    pub title: String,
    pub paragraphs: Vec<Vec<Part>>,
}

fn text(runs: &[Run]) -> String {
    runs.iter().map(|r| r.text.as_str()).collect()
}

impl Screen {
    pub fn new(document: &Document, base: &str) -> Self {
        let pieces: Vec<Piece> = document.blocks.iter().filter_map(|b| piece(b, base)).collect();
        let part = |p: &Piece| match p {
            Piece::Heading(h) if h.level == 2 && !h.anchor.is_empty() => Some((h.anchor.clone(), h.text.clone())),
            _ => None,
        };
        Self { contents: pieces.iter().filter_map(part).collect(), pieces }
    }
}

fn piece(block: &Block, base: &str) -> Option<Piece> {
    Some(match block {
        Block::Heading { level, runs, anchor } => {
            Piece::Heading(Heading { level: level.saturating_add(1).min(5), anchor: anchor.clone(), text: text(runs) })
        }
        Block::Paragraph { runs } => Piece::Text(parts(runs, base)),
        Block::Small { runs } => Piece::Small(parts(runs, base)),
        Block::List { items, .. } => Piece::List(items.iter().map(|i| parts(&i.runs, base)).collect()),
        Block::Table(table) => Piece::Set(set(table, base)),
        Block::Picture(picture) if is_drawing(&picture.svg) => Piece::Drawn(picture.clone()),
        // its table says the same
        Block::Picture(_) => return None,
        Block::Callout { title, paragraphs } => Piece::Apart(Apart {
            title: title.clone(),
            paragraphs: paragraphs.iter().map(|runs| parts(runs, base)).collect(),
        }),
        Block::PageBreak => return None,
    })
}

fn parts(runs: &[Run], base: &str) -> Vec<Part> {
    runs.iter()
        .map(|r| {
            let inside = r.to.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
            let to = if inside || r.to.starts_with('#') { r.to.clone() } else { String::new() };
            Part { text: r.text.clone(), strong: r.strong, emphasis: r.emphasis, to }
        })
        .collect()
}

fn set(table: &Table, base: &str) -> Set {
    let head: Vec<&Cell> = table.head.first().map(|r| r.cells.iter().collect()).unwrap_or_default();
    let num = |at: usize| table.columns.get(at).is_some_and(|c| c.end);
    let label = |at: usize| head.get(at).map(|c| text(&c.runs)).unwrap_or_default();
    let heads = head.iter().enumerate().map(|(at, c)| Field {
        parts: parts(&c.runs, base),
        num: num(at),
        head: true,
        span: c.span.max(1),
        label: String::new(),
    });
    let heads = heads.collect();
    let rows = table.rows.iter().map(|row| {
        let mut at = 0usize;
        let cells = row.cells.iter().map(|c| {
            let field = Field {
                parts: parts(&c.runs, base),
                num: num(at),
                head: at == 0 && table.row_heads,
                span: c.span.max(1),
                label: label(at),
            };
            at += usize::from(c.span.max(1));
            field
        });
        Line { strong: row.strong, cells: cells.collect() }
    });
    let rows = rows.collect();
    Set { caption: table.caption.clone(), heads, rows }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::{Column, Row};
    use crate::kernel::i18n::Locale;

    #[test]
    fn links_lead_into_the_portal_and_nowhere_else() {
        let to = |address: &str| parts(&[Run::link("x", address)], "https://portal.example")[0].to.clone();
        assert_eq!(to("https://portal.example/p/actions/1"), "https://portal.example/p/actions/1");
        assert_eq!(to("#part-1"), "#part-1");
        for other in
            ["https://portal.example.evil/x", "https://evil.example", "javascript:alert(1)", "", "//evil.example"]
        {
            assert_eq!(to(other), "", "{other}");
        }
    }

    #[test]
    fn a_picture_from_elsewhere_is_a_drawing_or_not_shown() {
        let picture = |svg: &str| Block::Picture(Picture { caption: "c".into(), svg: svg.to_owned(), alt: "a".into() });
        let shown = |svg: &str| piece(&picture(svg), "https://portal.example").is_some();
        assert!(shown("<svg xmlns=\"http://www.w3.org/2000/svg\"><g><rect width=\"1\"/></g></svg>"));
        assert!(!shown("<svg><script>alert(1)</script></svg>"));
        assert!(!shown("<svg><foreignObject><p>x</p></foreignObject></svg>"));
        assert!(!shown("<svg><image href=\"https://evil.example/x.png\"/></svg>"));
    }

    #[test]
    fn figures_stay_under_their_heads_where_a_cell_takes_two_columns() {
        let mut d = Document::new(Locale::English, "t", "a", "2026-11-24".parse().unwrap());
        d.anchored(1, "Part", "part-1");
        let mut table = Table::new("c", &[("A", 1), ("B", 1), ("C", 1)]);
        table.row_heads = true;
        table.columns =
            vec![Column { share: 1, end: false }, Column { share: 1, end: false }, Column { share: 1, end: true }];
        table.rows.push(Row { cells: vec![Cell::text("whole").over(2), Cell::text("5")], strong: true });
        d.push(Block::Table(table));
        let screen = Screen::new(&d, "https://portal.example");
        assert_eq!(screen.contents, [("part-1".to_owned(), "Part".to_owned())]);
        let Some(Piece::Set(set)) = screen.pieces.get(1) else { panic!("no table") };
        let cells = &set.rows[0].cells;
        assert!(cells[0].head && cells[0].span == 2 && !cells[0].num);
        assert!(cells[1].num && cells[1].label == "C");
    }
}
