//! The document as the form takes it: letters that can be set, levels without gaps, places that exist, rows that fill
//! their table.

use anyhow::ensure;
use chrono::Datelike;
use serde::Serialize;
use std::collections::HashMap;

use super::fit::fit;
use crate::features::documents::across::across;
use crate::features::documents::clean::{LARGEST, line, short};
use crate::features::documents::drawing::is_drawing;
use crate::features::documents::grid::{Grid, Place, WHOLE, repeats};
use crate::features::documents::model::{
    Block, Change, Document, Item, Leaf, Picture, Run, Table, Target, Tone, changed,
};

/// A heading longer than this goes on as a paragraph: in the outline nobody would find anything.
const HEADING: usize = 400;
/// So much of the process's notes has room at each page's foot.
const FOOT: usize = 420;
/// A row of a table up to this length is not parted between two pages.
const KEPT: usize = 500;
/// Letters that a line of running text certainly holds, and one of a heading or a label.
const LINE: usize = 64;
const NARROW: usize = 28;
/// Letters of a table that stand side by side on a page, upright and across.
const ACROSS: [usize; 2] = [100, 152];

#[derive(Serialize)]
pub struct Form {
    title: String,
    /// What a cover has room for.
    cover_title: String,
    subtitle: String,
    head: String,
    lang: String,
    region: Option<String>,
    author: String,
    date: [i32; 3],
    banner: Option<String>,
    cover: Vec<[String; 2]>,
    contents: u8,
    blocks: Vec<Set>,
    /// For each block, whether it stands on a page that lies across.
    across: Vec<bool>,
    notes: Vec<[String; 2]>,
    notes_at_foot: bool,
    checksums: Vec<[String; 2]>,
    words: HashMap<&'static str, String>,
    changed: bool,
    missing: bool,
    leaf: Leaf,
}

#[derive(Serialize)]
#[serde(tag = "k", rename_all = "snake_case")]
enum Set {
    Heading {
        level: u8,
        runs: Vec<Text>,
        anchor: Option<String>,
    },
    Paragraph {
        runs: Vec<Text>,
        simple: bool,
    },
    List {
        ordered: bool,
        items: Vec<Point>,
    },
    Table {
        caption: String,
        /// It stands right above as a heading.
        said: bool,
        shares: Vec<u16>,
        ends: Vec<bool>,
        head: Vec<Vec<Field>>,
        rows: Vec<Line>,
        row_heads: bool,
        /// Short enough to stand on one page.
        whole: bool,
    },
    Callout {
        title: String,
        paragraphs: Vec<Vec<Text>>,
        whole: bool,
    },
    Picture {
        caption: String,
        svg: String,
        alt: String,
    },
    Break,
    Small {
        runs: Vec<Text>,
    },
}

#[derive(Serialize)]
struct Text {
    t: String,
    /// Letters: s strong, e emphasis, c code, i inserted, d deleted.
    #[serde(skip_serializing_if = "String::is_empty")]
    f: String,
    /// A heading here.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<String>,
    /// An address on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<String>,
}

#[derive(Serialize)]
struct Point {
    runs: Vec<Text>,
    items: Vec<Point>,
}

#[derive(Serialize)]
struct Field {
    runs: Vec<Text>,
    span: u16,
    /// A word in it is longer than the column is wide: words are parted there and only there.
    narrow: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tone: Option<Tone>,
}

#[derive(Serialize)]
struct Line {
    cells: Vec<Field>,
    strong: bool,
    kept: bool,
}

impl Form {
    /// # Errors
    /// The document holds more than any can.
    pub fn new(d: &Document) -> anyhow::Result<Self> {
        let mut maker = Maker::new(d);
        let mut blocks = Vec::with_capacity(d.blocks.len());
        if d.title.chars().count() > HEADING {
            blocks.push(Set::Paragraph { runs: maker.runs(&[Run::strong(&*d.title)]), simple: true });
        }
        let mut sides = vec![false; blocks.len()];
        for (at, (block, side)) in d.blocks.iter().zip(across(&d.blocks)).enumerate() {
            maker.said = repeats(&d.blocks, at);
            maker.block(block, &mut blocks);
            sides.resize(blocks.len(), side);
        }
        let notes: Vec<[String; 2]> = d.notes.iter().map(|n| [maker.text(&n.mark), maker.text(&n.text)]).collect();
        let (lang, region) = language(&d.language);
        let words = &d.words;
        let words = [
            ("contents", &words.contents),
            ("notes", &words.notes),
            ("page", &words.page),
            ("inserted", &words.legend_inserted),
            ("deleted", &words.legend_deleted),
            ("not_set", &words.not_set),
            ("see_notes", &words.see_notes),
        ];
        let title = maker.line(&d.title, HEADING);
        let form = Self {
            cover_title: maker.line(&d.title, 240),
            head: maker.line(if d.short_title.is_empty() { &d.title } else { &d.short_title }, 80),
            title: if title.is_empty() { "–".to_owned() } else { title },
            subtitle: maker.line(&d.subtitle, 300),
            lang,
            region,
            author: maker.line(&d.author, 200),
            date: [d.date.year().max(0), d.date.month().try_into()?, d.date.day().try_into()?],
            banner: d.banner.as_ref().map(|b| maker.line(b, 200)),
            cover: d.cover.iter().map(|l| [maker.text(&l.label), maker.text(&l.text)]).collect(),
            contents: if blocks.iter().any(|b| matches!(b, Set::Heading { .. })) { d.contents.min(4) } else { 0 },
            blocks,
            across: sides,
            notes_at_foot: notes.iter().map(|[m, t]| m.chars().count() + t.chars().count()).sum::<usize>() <= FOOT,
            notes,
            checksums: d.checksums.iter().map(|c| [maker.line(&c.label, 60), maker.whole(&c.hex, 128)]).collect(),
            words: words.into_iter().map(|(k, v)| (k, maker.line(v, 300))).collect(),
            changed: maker.changed,
            missing: maker.missing,
            leaf: d.leaf,
        };
        ensure!(maker.bytes <= LARGEST, "the document holds more text than a file can");
        Ok(form)
    }
}

/// typst takes a language of two or three letters and a region of two; what is neither is English.
fn language(tag: &str) -> (String, Option<String>) {
    let mut parts = tag.split(['-', '_']);
    let letters =
        |p: &&str, lengths: &[usize]| lengths.contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic());
    match parts.next().filter(|p| letters(p, &[2, 3])) {
        Some(lang) => (lang.to_ascii_lowercase(), parts.find(|p| letters(p, &[2])).map(str::to_ascii_uppercase)),
        None => ("en".to_owned(), None),
    }
}

struct Maker<'a> {
    /// The names of anchors in the file: theirs could be anything.
    anchors: HashMap<&'a str, String>,
    /// Those that have their heading already: a second one of the same name is no place.
    placed: std::collections::HashSet<&'a str>,
    level: u8,
    /// Letters that a line certainly holds where the text at hand stands.
    room: usize,
    bytes: usize,
    changed: bool,
    missing: bool,
    /// The heading above says what the table at hand is called.
    said: bool,
}

impl<'a> Maker<'a> {
    fn new(d: &'a Document) -> Self {
        let mut anchors = HashMap::new();
        for block in &d.blocks {
            if let Block::Heading { anchor, .. } = block
                && !anchor.is_empty()
            {
                let name = format!("h{}", anchors.len());
                anchors.entry(anchor.as_str()).or_insert(name);
            }
        }
        Self {
            anchors,
            placed: std::collections::HashSet::new(),
            level: 0,
            room: LINE,
            bytes: 0,
            changed: false,
            missing: false,
            said: false,
        }
    }

    fn text(&mut self, text: &str) -> String {
        self.bytes += text.len();
        let (done, missing) = fit(text, self.room);
        self.missing |= missing;
        done.into_owned()
    }

    /// One line, of which it is not known how wide it is: a title, a label.
    fn line(&mut self, text: &str, most: usize) -> String {
        let line = short(text, most);
        self.within(NARROW, |maker| maker.text(&line))
    }

    /// One line that is copied to be compared: never broken.
    fn whole(&mut self, text: &str, most: usize) -> String {
        let line = short(text, most);
        self.within(most, |maker| maker.text(&line))
    }

    /// A text in which nothing is ever broken, whatever its length.
    fn whole_of(&mut self, text: &str) -> String {
        self.within(usize::MAX, |maker| maker.text(text))
    }

    fn within<T>(&mut self, room: usize, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.room, room);
        let made = make(self);
        self.room = before;
        made
    }

    fn runs(&mut self, runs: &[Run]) -> Vec<Text> {
        self.changed |= changed(runs);
        let mut done = Vec::with_capacity(runs.len());
        for run in runs.iter().filter(|r| !r.text.is_empty()) {
            let mut look = String::new();
            for (letter, on) in [
                ('s', run.strong),
                ('e', run.emphasis),
                ('c', run.code),
                ('i', run.change == Change::Inserted),
                ('d', run.change == Change::Deleted),
            ] {
                if on {
                    look.push(letter);
                }
            }
            let (a, w) = match run.target() {
                Some(Target::Anchor(anchor)) => (self.anchors.get(anchor).cloned(), None),
                Some(Target::Web(address)) => (None, Some(address)),
                None => (None, None),
            };
            done.push(Text { t: self.text(&run.text), f: look, a, w });
        }
        done
    }

    fn block(&mut self, block: &'a Block, to: &mut Vec<Set>) {
        match block {
            Block::Heading { level, runs, anchor } => self.heading(*level, runs, anchor, to),
            Block::Paragraph { runs } => {
                let simple = runs.iter().map(|r| r.text.len()).sum::<usize>() > 4_000;
                to.push(Set::Paragraph { runs: self.runs(runs), simple });
            }
            Block::List { ordered, items } => to.push(Set::List { ordered: *ordered, items: self.items(items, 1) }),
            Block::Table(table) => to.extend(self.table(table)),
            Block::Callout { title, paragraphs } => to.push(Set::Callout {
                title: self.text(title),
                paragraphs: paragraphs.iter().map(|p| self.runs(p)).collect(),
                whole: paragraphs.iter().flatten().map(|r| r.text.len()).sum::<usize>() <= WHOLE,
            }),
            Block::Picture(picture) => to.extend(self.picture(picture)),
            Block::PageBreak => to.push(Set::Break),
            Block::Small { runs } => to.push(Set::Small { runs: self.runs(runs) }),
        }
    }

    /// Of a picture the letters alone are changed, as of every text: what no typeface has is a square. One that is more than a
    /// drawing, as it would be set, is left out: its table says the same.
    fn picture(&mut self, picture: &Picture) -> Option<Set> {
        let svg = self.whole_of(&picture.svg);
        if !is_drawing(&svg) {
            return None;
        }
        let alt = line(&picture.alt);
        let alt = if alt.is_empty() { "–".to_owned() } else { alt };
        Some(Set::Picture { caption: self.text(&picture.caption), svg, alt })
    }

    fn heading(&mut self, level: u8, runs: &'a [Run], anchor: &'a str, to: &mut Vec<Set>) {
        let length: usize = runs.iter().map(|r| r.text.chars().count()).sum();
        // no level may be left out on the way down
        self.level = level.clamp(1, 4).min(self.level + 1);
        let anchor = self.anchors.get(anchor).filter(|_| self.placed.insert(anchor)).cloned();
        let mut whole = self.within(NARROW, |maker| maker.runs(runs));
        // a heading is one line as far as the outline goes
        whole.iter_mut().filter(|r| r.t.contains('\n')).for_each(|r| r.t = r.t.replace('\n', " "));
        if whole.iter().all(|r| r.t.trim().is_empty()) {
            to.push(Set::Heading { level: self.level, runs: self.runs(&[Run::plain("–")]), anchor });
        } else if length <= HEADING {
            to.push(Set::Heading { level: self.level, runs: whole, anchor });
        } else {
            let all: String = runs.iter().map(|r| r.text.as_str()).collect();
            let cut = self.line(&all, HEADING / 2);
            let runs = vec![Text { t: cut, f: String::new(), a: None, w: None }];
            to.push(Set::Heading { level: self.level, runs, anchor });
            to.push(Set::Paragraph { runs: whole, simple: true });
        }
    }

    fn items(&mut self, items: &[Item], depth: u8) -> Vec<Point> {
        let deeper =
            |maker: &mut Self, item: &Item| if depth < 6 { maker.items(&item.items, depth + 1) } else { Vec::new() };
        items.iter().map(|i| Point { runs: self.runs(&i.runs), items: deeper(self, i) }).collect()
    }

    fn table(&mut self, table: &Table) -> Option<Set> {
        let filled = Grid::new(table)?;
        let whole = filled.whole();
        let all: usize = filled.shares.iter().map(|s| usize::from(*s)).sum::<usize>().max(1);
        let letters = ACROSS.get(usize::from(table.wide)).copied().unwrap_or(100);
        let mut fields = |row: &[Place<'_>]| -> Vec<Field> {
            let mut at = 0;
            let mut done = Vec::with_capacity(row.len());
            for place in row {
                let span = usize::from(place.span);
                let share: usize = filled.shares.iter().skip(at).take(span).map(|s| usize::from(*s)).sum();
                at += span;
                let room = (letters * share / all).saturating_sub(3);
                let narrow =
                    place.runs.iter().any(|r| r.text.split([' ', '\n', '-', '/']).any(|w| w.chars().count() > room));
                let runs = self.within(room.clamp(NARROW, LINE), |maker| maker.runs(place.runs));
                done.push(Field { runs, span: place.span, narrow, tone: place.tone });
            }
            done
        };
        let head = filled.head.iter().map(|r| fields(&r.cells)).collect();
        let rows = filled
            .rows
            .iter()
            .map(|r| Line { cells: fields(&r.cells), strong: r.strong, kept: r.length <= KEPT })
            .collect();
        Some(Set::Table {
            caption: self.text(&table.caption),
            said: self.said,
            shares: filled.shares,
            ends: filled.ends,
            head,
            rows,
            row_heads: table.row_heads,
            whole,
        })
    }
}
