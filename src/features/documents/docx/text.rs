//! Runs and paragraphs.

use std::collections::HashMap;

use super::xml::Xml;
use crate::features::documents::clean::clean;
use crate::features::documents::model::{Block, Change, Document, Run, Target};

/// Where links of a document lead: its own headings, and addresses on the web, each told once.
pub struct Links<'a> {
    anchors: HashMap<&'a str, String>,
    web: Vec<String>,
    known: HashMap<String, usize>,
}

/// The bookmark of the heading of that number.
pub fn bookmark(number: usize) -> String {
    format!("_Toc{:06}", number + 1)
}

impl<'a> Links<'a> {
    pub fn new(document: &'a Document) -> Self {
        let headings = document.blocks.iter().filter_map(|b| match b {
            Block::Heading { anchor, .. } => Some(anchor.as_str()),
            _ => None,
        });
        let mut anchors = HashMap::new();
        for (number, anchor) in headings.enumerate().filter(|(_, a)| !a.is_empty()) {
            anchors.entry(anchor).or_insert_with(|| bookmark(number));
        }
        Self { anchors, web: Vec::new(), known: HashMap::new() }
    }

    fn web(&mut self, address: String) -> String {
        let next = self.web.len();
        let number = *self.known.entry(address.clone()).or_insert(next);
        if number == next {
            self.web.push(address);
        }
        format!("rIdW{number}")
    }

    pub fn into_web(self) -> Vec<String> {
        self.web
    }
}

/// A paragraph of a style, with whatever else is to be said of it.
pub fn paragraph(x: &mut Xml, style: &str, more: impl FnOnce(&mut Xml), content: impl FnOnce(&mut Xml)) {
    x.open("w:p", &[]);
    x.open("w:pPr", &[]);
    x.val("w:pStyle", style);
    more(x);
    x.close("w:pPr");
    content(x);
    x.close("w:p");
}

pub fn runs(x: &mut Xml, all: &[Run], strong: bool, links: &mut Links<'_>) {
    for run in all {
        let target = match run.target() {
            Some(Target::Anchor(anchor)) => links.anchors.get(anchor).cloned().map(|a| ("w:anchor", a)),
            Some(Target::Web(address)) => Some(("r:id", links.web(address))),
            None => None,
        };
        if let Some((kind, place)) = &target {
            x.open("w:hyperlink", &[(kind, place)]);
        }
        look(x, run, strong, target.is_some());
        if target.is_some() {
            x.close("w:hyperlink");
        }
    }
}

fn look(x: &mut Xml, run: &Run, strong: bool, link: bool) {
    x.open("w:r", &[]);
    x.open("w:rPr", &[]);
    let style = match (run.change, link, run.code) {
        (Change::Inserted, ..) => Some("Inserted"),
        (Change::Deleted, ..) => Some("Deleted"),
        (_, true, _) => Some("Hyperlink"),
        (_, _, true) => Some("Code"),
        _ => None,
    };
    if let Some(style) = style {
        x.val("w:rStyle", style);
    }
    if run.strong || strong {
        x.empty("w:b", &[]);
        x.empty("w:bCs", &[]);
    }
    if run.emphasis {
        x.empty("w:i", &[]);
        x.empty("w:iCs", &[]);
    }
    x.close("w:rPr");
    text(x, &run.text);
    x.close("w:r");
}

/// The text of a run; a line break in it is Word's.
fn text(x: &mut Xml, text: &str) {
    for (i, line) in clean(text).split('\n').enumerate() {
        if i > 0 {
            x.empty("w:br", &[]);
        }
        if !line.is_empty() {
            x.leaf("w:t", &[("xml:space", "preserve")], line);
        }
    }
}

pub fn plain(x: &mut Xml, words: &str) {
    x.open("w:r", &[]);
    text(x, words);
    x.close("w:r");
}

/// A field, with what it shows until Word has worked it out.
pub fn field(x: &mut Xml, code: &str, shown: &str) {
    mark(x, "begin");
    x.open("w:r", &[]);
    x.leaf("w:instrText", &[("xml:space", "preserve")], code);
    x.close("w:r");
    mark(x, "separate");
    plain(x, shown);
    mark(x, "end");
}

/// Where a field begins, turns to what it shows, and ends.
pub fn mark(x: &mut Xml, kind: &str) {
    x.open("w:r", &[]);
    x.empty("w:fldChar", &[("w:fldCharType", kind)]);
    x.close("w:r");
}
