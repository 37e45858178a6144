//! A document as data: what stands in it, not how it looks. Every text is taken as it is, whatever it holds; none is
//! ever read as markup.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::Words;
use crate::kernel::difference::Piece;
use crate::kernel::i18n::Locale;

/// A document. It holds what its reader may see at the moment it is made, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    pub title: String,
    pub subtitle: String,
    /// Stands at the head of each page; the title does where it is empty.
    pub short_title: String,
    /// BCP 47, such as `en` or `sr-Cyrl`.
    pub language: String,
    /// Whose document it is: the process's name.
    pub author: String,
    /// The day it is as of; it stands in the file's properties as well.
    pub date: NaiveDate,
    /// Said on the cover and at the head of each page: not the official text, a draft, an example.
    pub banner: Option<String>,
    /// What the cover says below the title.
    pub cover: Vec<CoverLine>,
    /// Headings down to this level stand in the table of contents; 0: there is none.
    pub contents: u8,
    pub blocks: Vec<Block>,
    /// The process's notes: what the asterisk of a name stands for. On every page's foot where they are short, and in
    /// full at the end.
    pub notes: Vec<Note>,
    /// Printed at every page's foot.
    pub checksums: Vec<Checksum>,
    /// The fixed words in the document's language.
    pub words: Words,
    /// A document of one page, without a cover.
    #[serde(default)]
    pub leaf: Leaf,
}

/// Stands between what a banner says first and what it says next; at the head of a page each has a line of its own.
pub(super) const BETWEEN: &str = " · ";

/// What a PDF is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaf {
    /// A cover, and as many pages as it takes.
    #[default]
    Book,
    /// One page of A4 upright: set smaller, as far as it can be read, until it fits.
    A4,
    /// One page of A3 across, likewise.
    A3,
}

impl Document {
    /// A document with contents of three levels and nothing in it.
    pub fn new(locale: Locale, title: impl Into<String>, author: impl Into<String>, date: NaiveDate) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            short_title: String::new(),
            language: locale.tag().to_owned(),
            author: author.into(),
            date,
            banner: None,
            cover: Vec::new(),
            contents: 3,
            blocks: Vec::new(),
            notes: Vec::new(),
            checksums: Vec::new(),
            words: Words::new(locale),
            leaf: Leaf::Book,
        }
    }

    /// Says it on the cover and at the head of each page, with what is said there already.
    pub fn warn(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.banner = Some(match self.banner.take() {
            Some(said) => format!("{said}{BETWEEN}{text}"),
            None => text,
        });
    }

    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.push(Block::Heading { level, runs: vec![Run::plain(text)], anchor: String::new() });
    }

    /// A heading that [`Run::to`] can lead to by `#anchor`.
    pub fn anchored(&mut self, level: u8, text: impl Into<String>, anchor: impl Into<String>) {
        self.push(Block::Heading { level, runs: vec![Run::plain(text)], anchor: anchor.into() });
    }

    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.push(Block::Paragraph { runs: vec![Run::plain(text)] });
    }

    /// Text in which an empty line begins a new paragraph.
    pub fn text(&mut self, text: &str) {
        for part in text.replace('\r', "").split("\n\n").map(str::trim).filter(|p| !p.is_empty()) {
            self.paragraph(part);
        }
    }

    pub fn small(&mut self, text: impl Into<String>) {
        self.push(Block::Small { runs: vec![Run::plain(text)] });
    }

    pub fn cover_line(&mut self, label: impl Into<String>, text: impl Into<String>) {
        self.cover.push(CoverLine { label: label.into(), text: text.into() });
    }

    /// How long it is, for the decision whether it is made at once: in paragraphs of usual length; a table counts by its cells.
    pub fn size(&self) -> usize {
        self.blocks.iter().map(Block::size).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverLine {
    pub label: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub mark: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// Of what, and by which function: "Adopted text, SHA-256".
    pub label: String,
    pub hex: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// Level 1 to 4. The outline, the contents and Word's navigation are made of these.
    Heading {
        level: u8,
        runs: Vec<Run>,
        anchor: String,
    },
    Paragraph {
        runs: Vec<Run>,
    },
    List {
        ordered: bool,
        items: Vec<Item>,
    },
    Table(Table),
    Picture(Picture),
    /// Set apart from the text: an answer, a statement, a warning.
    Callout {
        title: String,
        paragraphs: Vec<Vec<Run>>,
    },
    PageBreak,
    /// Sources, counting rules, remarks on the file itself.
    Small {
        runs: Vec<Run>,
    },
}

/// The bytes of a paragraph of usual length.
const USUAL: usize = 600;
/// A picture takes as long to be set as so many of them.
const PICTURE: usize = 10;

/// A long text takes as long as the paragraphs that it would fill.
fn length(runs: &[Run]) -> usize {
    runs.iter().map(|r| r.text.len()).sum::<usize>().div_ceil(USUAL).max(1)
}

impl Block {
    pub(super) fn size(&self) -> usize {
        match self {
            Block::List { items, .. } => items.iter().map(Item::size).sum(),
            Block::Table(table) => {
                table.rows.iter().flat_map(|r| &r.cells).map(|c| length(&c.runs)).sum::<usize>().max(1)
            }
            Block::Callout { paragraphs, .. } => paragraphs.iter().map(|p| length(p)).sum::<usize>().max(1),
            Block::Heading { runs, .. } | Block::Paragraph { runs } | Block::Small { runs } => length(runs),
            Block::Picture(_) => PICTURE,
            Block::PageBreak => 1,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub runs: Vec<Run>,
    /// One level deeper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

impl Item {
    pub fn new(runs: Vec<Run>) -> Self {
        Self { runs, items: Vec::new() }
    }

    fn size(&self) -> usize {
        length(&self.runs) + self.items.iter().map(Item::size).sum::<usize>()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What the table shows, above it. For whoever hears the table it is how they learn what comes.
    pub caption: String,
    pub columns: Vec<Column>,
    /// Repeated on each page.
    pub head: Vec<Row>,
    pub rows: Vec<Row>,
    /// The first cell of each row says what the row is about.
    pub row_heads: bool,
    /// Stands on pages laid across, with the whole of its section where that is short.
    pub wide: bool,
}

impl Table {
    /// A table with one head row; columns get the shares given.
    pub fn new(caption: impl Into<String>, heads: &[(&str, u16)]) -> Self {
        Self {
            caption: caption.into(),
            columns: heads.iter().map(|(_, share)| Column { share: *share, end: false }).collect(),
            head: vec![Row { cells: heads.iter().map(|(text, _)| Cell::text(*text)).collect(), strong: false }],
            rows: Vec::new(),
            row_heads: false,
            wide: false,
        }
    }

    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, strong: false });
    }
}

/// A picture. What it shows stands in the text or in a table as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// What it shows, above it.
    pub caption: String,
    /// Drawn by us, in the colours of paper: in it, too, nothing that was typed is markup.
    pub svg: String,
    /// The same in words, for whoever does not see it.
    pub alt: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its part of the table's width, against the other columns' shares.
    pub share: u16,
    /// Set to the end of the line: figures.
    pub end: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// A total, or the title of the rows that follow.
    #[serde(default)]
    pub strong: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub runs: Vec<Run>,
    /// How many columns it takes.
    pub span: u16,
    /// The ground it stands on, where that says something; what it says stands in its text as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
}

/// The ground of a cell: how much of something there is, or that something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Gap,
    Light,
    Middle,
    Dark,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { runs: vec![Run::plain(text)], span: 1, tone: None }
    }
    pub fn runs(runs: Vec<Run>) -> Self {
        Self { runs, span: 1, tone: None }
    }
    pub fn over(self, columns: u16) -> Self {
        Self { span: columns, ..self }
    }
}

/// Whether a text was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    #[default]
    Same,
    Inserted,
    Deleted,
}

/// Text of one look. A line break in it stays one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Run {
    pub text: String,
    #[serde(default, skip_serializing_if = "no")]
    pub strong: bool,
    #[serde(default, skip_serializing_if = "no")]
    pub emphasis: bool,
    /// A code, a checksum, an identifier: figures of one width, never hyphenated.
    #[serde(default, skip_serializing_if = "no")]
    pub code: bool,
    #[serde(default)]
    pub change: Change,
    /// `#anchor` of a heading here, or an address on the web; anything else is not made a link.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn no(yes: &bool) -> bool {
    !yes
}

impl Run {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    pub fn strong(text: impl Into<String>) -> Self {
        Self { strong: true, ..Self::plain(text) }
    }
    pub fn emphasis(text: impl Into<String>) -> Self {
        Self { emphasis: true, ..Self::plain(text) }
    }
    pub fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::plain(text) }
    }
    pub fn inserted(text: impl Into<String>) -> Self {
        Self { change: Change::Inserted, ..Self::plain(text) }
    }
    pub fn deleted(text: impl Into<String>) -> Self {
        Self { change: Change::Deleted, ..Self::plain(text) }
    }
    pub fn link(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self { to: to.into(), ..Self::plain(text) }
    }

    /// Where it leads, if that is a place a document may lead to.
    pub(super) fn target(&self) -> Option<Target<'_>> {
        if let Some(anchor) = self.to.strip_prefix('#') {
            return (!anchor.is_empty()).then_some(Target::Anchor(anchor));
        }
        let address = url::Url::parse(&self.to).ok()?;
        (matches!(address.scheme(), "https" | "http") && self.to.len() < 2_000).then(|| Target::Web(address.into()))
    }
}

pub(super) enum Target<'a> {
    Anchor(&'a str),
    Web(String),
}

/// What has changed between two texts, word by word.
pub fn words(old: &str, new: &str) -> Vec<Run> {
    runs(&crate::kernel::difference::words(old, new))
}

/// A difference that has been made already.
pub fn runs(pieces: &[Piece]) -> Vec<Run> {
    let run = |piece: &Piece| match piece {
        Piece::Same(text) => Run::plain(text),
        Piece::Added(text) => Run::inserted(text),
        Piece::Removed(text) => Run::deleted(text),
    };
    pieces.iter().map(run).collect()
}

/// Whether anything in these was inserted or deleted.
pub(super) fn changed(runs: &[Run]) -> bool {
    runs.iter().any(|r| r.change != Change::Same)
}
