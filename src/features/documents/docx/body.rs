//! word/document.xml: cover, contents, the text, the notes.

use anyhow::ensure;

use super::frame::PORTRAIT;
use super::picture::{HIGHEST, LOW, drawing, drawn};
use super::section::{Between, Sections};
use super::text::{Links, bookmark, mark, paragraph, plain, runs};
use super::xml::Xml;
use crate::features::documents::across::across;
use crate::features::documents::clean::{LARGEST, line, short};
use crate::features::documents::drawing::is_drawing;
use crate::features::documents::grid::{Grid, Line, repeats};
use crate::features::documents::model::{Block, Document, Item, Picture, Run, Table, changed};

pub struct Body {
    pub document: Vec<u8>,
    /// Addresses on the web, in the order of their numbers.
    pub links: Vec<String>,
    /// How many numbered lists begin at one.
    pub lists: usize,
    /// PNG, in the order of their numbers.
    pub pictures: Vec<Vec<u8>>,
}

struct Writer<'a> {
    x: Xml,
    document: &'a Document,
    links: Links<'a>,
    lists: usize,
    pictures: Vec<Vec<u8>>,
    placed: usize,
    headings: usize,
    level: u8,
    sections: Sections,
    between: Between,
}

const NAMESPACES: [(&str, &str); 2] = [
    ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
];

/// # Errors
/// The document is larger than any can be, or writing failed.
pub fn body(document: &Document) -> anyhow::Result<Body> {
    let mut w = Writer {
        x: Xml::new(),
        document,
        links: Links::new(document),
        lists: 0,
        pictures: drawn(document)?,
        placed: 0,
        headings: 0,
        level: 0,
        sections: Sections::new(),
        between: Between::Nothing,
    };
    w.x.open("w:document", &NAMESPACES);
    w.x.open("w:body", &[]);
    w.cover();
    w.contents();
    w.legend();
    for (i, (block, side)) in document.blocks.iter().zip(across(&document.blocks)).enumerate() {
        w.block(block, side, repeats(&document.blocks, i));
    }
    w.notes();
    w.end();
    w.x.close("w:body");
    w.x.close("w:document");
    let written = w.x.done()?;
    ensure!(written.len() <= LARGEST * 8, "the document holds more text than a file can");
    Ok(Body { document: written, links: w.links.into_web(), lists: w.lists, pictures: w.pictures })
}

#[derive(Clone, Copy)]
enum Kind {
    Head,
    /// Kept on one page with the row after it, or not.
    Row {
        kept: bool,
    },
}

fn nothing(_: &mut Xml) {}

fn all_text(runs: &[Run]) -> String {
    runs.iter().map(|r| r.text.as_str()).collect()
}

impl<'a> Writer<'a> {
    fn says(&mut self, style: &str, text: &str) {
        paragraph(&mut self.x, style, nothing, |x| plain(x, text));
    }

    fn cover(&mut self) {
        let d = self.document;
        self.says("CoverAuthor", &line(&d.author));
        if let Some(banner) = &d.banner {
            self.says("Banner", &line(banner));
        }
        self.says("Title", &line(&d.title));
        if !d.subtitle.is_empty() {
            self.says("Subtitle", &line(&d.subtitle));
        }
        if !d.cover.is_empty() {
            self.says("CoverGap", "");
            let x = &mut self.x;
            x.open("w:tbl", &[]);
            x.open("w:tblPr", &[]);
            x.empty("w:tblW", &[("w:w", "5000"), ("w:type", "pct")]);
            x.empty("w:tblLayout", &[("w:type", "fixed")]);
            x.close("w:tblPr");
            let widths = [PORTRAIT.text / 3, PORTRAIT.text - PORTRAIT.text / 3];
            grid(x, &widths);
            for said in &d.cover {
                x.open("w:tr", &[]);
                for (width, style, text) in
                    [(widths[0], "CoverLabel", &said.label), (widths[1], "CoverText", &said.text)]
                {
                    x.open("w:tc", &[]);
                    x.open("w:tcPr", &[]);
                    x.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
                    x.close("w:tcPr");
                    paragraph(x, style, nothing, |x| plain(x, text));
                    x.close("w:tc");
                }
                x.close("w:tr");
            }
            x.close("w:tbl");
        }
        self.page_break();
    }

    fn page_break(&mut self) {
        self.go_on();
        self.between = Between::Pages;
    }

    /// The contents as a field, already filled with the headings: Word adds the pages, other programs show it as it is.
    fn contents(&mut self) {
        let d = self.document;
        let most = d.contents.min(4);
        let mut level = 0;
        let entries: Vec<(u8, usize, String)> = d
            .blocks
            .iter()
            .filter_map(|b| match b {
                Block::Heading { level, runs, .. } => Some((*level, all_text(runs))),
                _ => None,
            })
            .enumerate()
            .map(|(number, (asked, text))| {
                level = asked.clamp(1, 4).min(level + 1);
                (level, number, short(&text, 200))
            })
            .filter(|(level, ..)| *level <= most)
            .collect();
        if entries.is_empty() {
            return;
        }
        self.go_on();
        self.says("TOCHeading", &line(&d.words.contents));
        let last = entries.len() - 1;
        for (i, (level, number, text)) in entries.into_iter().enumerate() {
            paragraph(&mut self.x, &format!("TOC{level}"), nothing, |x| {
                if i == 0 {
                    mark(x, "begin");
                    x.open("w:r", &[]);
                    x.leaf("w:instrText", &[("xml:space", "preserve")], &format!(" TOC \\o \"1-{most}\" \\h \\z \\u "));
                    x.close("w:r");
                    mark(x, "separate");
                }
                x.open("w:hyperlink", &[("w:anchor", &bookmark(number)), ("w:history", "1")]);
                plain(x, &text);
                x.close("w:hyperlink");
                if i == last {
                    mark(x, "end");
                }
            });
        }
        self.page_break();
    }

    fn legend(&mut self) {
        let any = |b: &Block| match b {
            Block::Heading { runs, .. } | Block::Paragraph { runs } | Block::Small { runs } => changed(runs),
            Block::List { items, .. } => in_items(items),
            Block::Table(t) => t.head.iter().chain(&t.rows).any(|r| r.cells.iter().any(|c| changed(&c.runs))),
            Block::Callout { paragraphs, .. } => paragraphs.iter().any(|p| changed(p)),
            Block::Picture(_) | Block::PageBreak => false,
        };
        if self.document.blocks.iter().any(any) {
            let words = &self.document.words;
            let said =
                [Run::inserted(&*words.legend_inserted), Run::plain("   "), Run::deleted(&*words.legend_deleted)];
            self.go_on();
            self.paragraph("Small", &said);
        }
    }

    fn paragraph(&mut self, style: &str, said: &[Run]) {
        let links = &mut self.links;
        paragraph(&mut self.x, style, nothing, |x| runs(x, said, false, links));
    }

    /// `said`: of a table, its caption stands right above as a heading.
    fn block(&mut self, block: &Block, across: bool, said: bool) {
        if across == self.sections.across {
            self.go_on();
        } else {
            self.turn(across);
        }
        match block {
            Block::Heading { level, runs: said, .. } => self.heading(*level, said),
            Block::Paragraph { runs } => self.paragraph("BodyText", runs),
            Block::Small { runs } => self.paragraph("Small", runs),
            Block::PageBreak => self.page_break(),
            Block::List { ordered, items } => {
                if *ordered {
                    self.lists += 1;
                }
                let number = if *ordered { self.lists + 1 } else { 1 };
                self.items(items, number, 0);
            }
            Block::Callout { title, paragraphs } => {
                let mut rest = paragraphs.len();
                if !title.is_empty() {
                    let said = [Run::strong(&**title)];
                    let links = &mut self.links;
                    let keep = |x: &mut Xml| x.empty("w:keepNext", &[]);
                    paragraph(&mut self.x, "Callout", keep, |x| runs(x, &said, false, links));
                }
                for said in paragraphs {
                    rest -= 1;
                    self.paragraph(if rest == 0 { "CalloutLast" } else { "Callout" }, said);
                }
            }
            Block::Table(table) => self.table(table, said),
            Block::Picture(picture) if is_drawing(&picture.svg) => self.picture(picture),
            Block::Picture(_) => {}
        }
    }

    fn picture(&mut self, picture: &Picture) {
        if !picture.caption.is_empty() {
            self.says("Caption", &picture.caption);
        }
        let most = (PORTRAIT.text, if self.sections.across { LOW } else { HIGHEST });
        let (number, x) = (self.placed, &mut self.x);
        if let Some(png) = self.pictures.get(number) {
            paragraph(x, "BodyText", nothing, |x| drawing(x, number, png, &picture.alt, most));
        }
        self.placed += 1;
    }

    fn heading(&mut self, level: u8, said: &[Run]) {
        self.level = level.clamp(1, 4).min(self.level + 1);
        let (number, name) = (self.headings.to_string(), bookmark(self.headings));
        self.headings += 1;
        let links = &mut self.links;
        paragraph(&mut self.x, &format!("Heading{}", self.level), nothing, |x| {
            x.empty("w:bookmarkStart", &[("w:id", &number), ("w:name", &name)]);
            runs(x, said, false, links);
            x.empty("w:bookmarkEnd", &[("w:id", &number)]);
        });
    }

    fn items(&mut self, items: &[Item], number: usize, depth: usize) {
        for item in items {
            let links = &mut self.links;
            let numbered = |x: &mut Xml| {
                x.open("w:numPr", &[]);
                x.val("w:ilvl", &depth.to_string());
                x.val("w:numId", &number.to_string());
                x.close("w:numPr");
            };
            paragraph(&mut self.x, "ListParagraph", numbered, |x| runs(x, &item.runs, false, links));
            if depth < 5 {
                self.items(&item.items, number, depth + 1);
            }
        }
    }

    fn table(&mut self, table: &Table, said: bool) {
        let Some(filled) = Grid::new(table) else { return };
        let sides = self.sections.sides();
        let widths = filled.widths(sides.text);
        if !table.caption.is_empty() && !said {
            self.says("Caption", &table.caption);
        }
        let x = &mut self.x;
        x.open("w:tbl", &[]);
        x.open("w:tblPr", &[]);
        x.val("w:tblStyle", "PlainRules");
        x.empty("w:tblW", &[("w:w", &sides.text.to_string()), ("w:type", "dxa")]);
        x.empty("w:tblLayout", &[("w:type", "fixed")]);
        let (first_row, first_column) = (!filled.head.is_empty(), table.row_heads);
        let flag = |on: bool| if on { "1" } else { "0" };
        x.empty(
            "w:tblLook",
            &[
                (
                    "w:val",
                    match (first_row, first_column) {
                        (true, true) => "06A0",
                        (true, false) => "0620",
                        (false, true) => "0680",
                        _ => "0600",
                    },
                ),
                ("w:firstRow", flag(first_row)),
                ("w:lastRow", "0"),
                ("w:firstColumn", flag(first_column)),
                ("w:lastColumn", "0"),
                ("w:noHBand", "1"),
                ("w:noVBand", "1"),
            ],
        );
        let caption = short(&table.caption, 250);
        if !caption.is_empty() {
            x.val("w:tblCaption", &caption);
        }
        x.close("w:tblPr");
        grid(x, &widths);
        for row in &filled.head {
            self.row(row, &filled, &widths, Kind::Head);
        }
        let last = filled.rows.len().saturating_sub(1);
        for (i, row) in filled.rows.iter().enumerate() {
            self.row(row, &filled, &widths, Kind::Row { kept: filled.whole() && i < last });
        }
        self.x.close("w:tbl");
        self.between = Between::Table;
    }

    fn row(&mut self, row: &Line<'_>, filled: &Grid<'_>, widths: &[u32], kind: Kind) {
        let head = matches!(kind, Kind::Head);
        let x = &mut self.x;
        x.open("w:tr", &[]);
        x.open("w:trPr", &[]);
        if head || row.length <= 500 {
            x.empty("w:cantSplit", &[]);
        }
        if head {
            x.empty("w:tblHeader", &[]);
        }
        x.close("w:trPr");
        let mut at = 0usize;
        for cell in &row.cells {
            let span = usize::from(cell.span);
            let width: u32 = widths.iter().skip(at).take(span).sum();
            x.open("w:tc", &[]);
            x.open("w:tcPr", &[]);
            x.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
            if span > 1 {
                x.val("w:gridSpan", &span.to_string());
            }
            if row.strong && !head {
                x.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F3F1EA")]);
            }
            if head {
                x.val("w:vAlign", "bottom");
            }
            x.close("w:tcPr");
            let end = filled.ends.get(at).is_some_and(|e| *e);
            let links = &mut self.links;
            let side = |x: &mut Xml| {
                if matches!(kind, Kind::Row { kept: true }) {
                    x.empty("w:keepNext", &[]);
                }
                if end {
                    x.val("w:jc", "right");
                }
            };
            paragraph(x, if head { "TableHead" } else { "TableText" }, side, |x| {
                runs(x, cell.runs, row.strong && !head, links)
            });
            x.close("w:tc");
            at += span;
        }
        x.close("w:tr");
    }

    fn notes(&mut self) {
        let d = self.document;
        if d.notes.is_empty() {
            return;
        }
        if self.sections.across {
            self.turn(false);
        } else {
            self.go_on();
        }
        self.says("Heading1", &line(&d.words.notes));
        for note in &d.notes {
            self.says("BodyText", &format!("{} {}", note.mark, note.text));
        }
    }

    /// Ends the section at hand; what follows lies the other way. What was to stand between is left out: below a full page it
    /// would stand on a page of its own, and a page ends with its section anyway.
    fn turn(&mut self, across: bool) {
        self.between = Between::Nothing;
        let sections = &mut self.sections;
        paragraph(&mut self.x, "SectionEnd", |x| sections.end(x), nothing);
        self.sections.across = across;
    }

    /// Writes what stands between the last block and the next, which goes on in the same section.
    fn go_on(&mut self) {
        match std::mem::replace(&mut self.between, Between::Nothing) {
            Between::Nothing => {}
            Between::Table => self.says("AfterTable", ""),
            Between::Pages => {
                self.x.open("w:p", &[]);
                self.x.open("w:r", &[]);
                self.x.empty("w:br", &[("w:type", "page")]);
                self.x.close("w:r");
                self.x.close("w:p");
            }
        }
    }

    /// Nothing follows: below a table Word wants a paragraph nevertheless, and gets the lowest there is.
    fn end(&mut self) {
        if matches!(self.between, Between::Table) {
            paragraph(&mut self.x, "SectionEnd", nothing, nothing);
        }
        self.sections.end(&mut self.x);
    }
}

fn in_items(items: &[Item]) -> bool {
    items.iter().any(|i| changed(&i.runs) || in_items(&i.items))
}

fn grid(x: &mut Xml, widths: &[u32]) {
    x.open("w:tblGrid", &[]);
    for width in widths {
        x.empty("w:gridCol", &[("w:w", &width.to_string())]);
    }
    x.close("w:tblGrid");
}
