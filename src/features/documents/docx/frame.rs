//! Everything around the text: what is in the package, properties, lists, head and foot of the pages.

use super::picture;
use super::text::{field, paragraph, plain};
use super::xml::Xml;
use crate::features::documents::clean::{line, short};
use crate::features::documents::model::{BETWEEN, Document};

/// So much of the process's notes has room at each page's foot.
const FOOT: usize = 420;

/// A page and what of it text can fill, in twentieths of a point.
#[derive(Clone, Copy)]
pub struct Sides {
    pub width: u32,
    pub height: u32,
    pub text: u32,
}
pub const PORTRAIT: Sides = Sides { width: 11_906, height: 16_838, text: 11_906 - 2 * 1_330 };
pub const LANDSCAPE: Sides = Sides { width: 16_838, height: 11_906, text: 16_838 - 2 * 1_330 };

/// A head or a foot of pages. Those of pages that lie across have their own, for the place of what stands at the right.
pub struct Place {
    pub part: &'static str,
    pub id: &'static str,
    pub foot: bool,
    pub first: bool,
    pub across: bool,
}

const fn at(part: &'static str, id: &'static str, foot: bool, first: bool, across: bool) -> Place {
    Place { part, id, foot, first, across }
}

pub const PLACES: &[Place] = &[
    at("word/header1.xml", "rIdH1", false, false, false),
    at("word/header2.xml", "rIdH2", false, true, false),
    at("word/footer1.xml", "rIdF1", true, false, false),
    at("word/footer2.xml", "rIdF2", true, true, false),
    at("word/header3.xml", "rIdH3", false, false, true),
    at("word/footer3.xml", "rIdF3", true, false, true),
];

const W: (&str, &str) = ("xmlns:w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main");
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

type Part = std::io::Result<Vec<u8>>;

pub fn content_types(pictures: bool) -> Part {
    let mut x = Xml::new();
    x.open("Types", &[("xmlns", &format!("{PACKAGE}/content-types"))]);
    x.empty(
        "Default",
        &[("Extension", "rels"), ("ContentType", "application/vnd.openxmlformats-package.relationships+xml")],
    );
    x.empty("Default", &[("Extension", "xml"), ("ContentType", "application/xml")]);
    if pictures {
        x.empty("Default", &[("Extension", "png"), ("ContentType", "image/png")]);
    }
    let mut part = |name: &str, kind: &str| x.empty("Override", &[("PartName", name), ("ContentType", kind)]);
    part("/word/document.xml", &format!("{WORD}.document.main+xml"));
    for (name, kind) in [("styles", "styles"), ("numbering", "numbering"), ("settings", "settings")] {
        part(&format!("/word/{name}.xml"), &format!("{WORD}.{kind}+xml"));
    }
    for place in PLACES {
        part(&format!("/{}", place.part), &format!("{WORD}.{}+xml", if place.foot { "footer" } else { "header" }));
    }
    part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
    part("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml");
    x.close("Types");
    x.done()
}

fn relation(x: &mut Xml, id: &str, kind: &str, target: &str) {
    x.empty("Relationship", &[("Id", id), ("Type", kind), ("Target", target)]);
}

pub fn package() -> Part {
    let mut x = Xml::new();
    x.open("Relationships", &[("xmlns", &format!("{PACKAGE}/relationships"))]);
    relation(&mut x, "rId1", &format!("{OFFICE}/relationships/officeDocument"), "word/document.xml");
    relation(&mut x, "rId2", &format!("{PACKAGE}/relationships/metadata/core-properties"), "docProps/core.xml");
    relation(&mut x, "rId3", &format!("{OFFICE}/relationships/extended-properties"), "docProps/app.xml");
    x.close("Relationships");
    x.done()
}

pub fn relations(links: &[String], pictures: usize) -> Part {
    let mut x = Xml::new();
    x.open("Relationships", &[("xmlns", &format!("{PACKAGE}/relationships"))]);
    for kind in ["styles", "numbering", "settings"] {
        relation(&mut x, &format!("rId-{kind}"), &format!("{OFFICE}/relationships/{kind}"), &format!("{kind}.xml"));
    }
    for place in PLACES {
        let kind = if place.foot { "footer" } else { "header" };
        relation(&mut x, place.id, &format!("{OFFICE}/relationships/{kind}"), place.part.trim_start_matches("word/"));
    }
    for number in 0..pictures {
        let part = picture::part(number);
        relation(
            &mut x,
            &picture::id(number),
            &format!("{OFFICE}/relationships/image"),
            part.trim_start_matches("word/"),
        );
    }
    for (number, address) in links.iter().enumerate() {
        x.empty(
            "Relationship",
            &[
                ("Id", &format!("rIdW{number}")),
                ("Type", &format!("{OFFICE}/relationships/hyperlink")),
                ("Target", address),
                ("TargetMode", "External"),
            ],
        );
    }
    x.close("Relationships");
    x.done()
}

pub fn core(d: &Document, language: &str) -> Part {
    let mut x = Xml::new();
    x.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", &format!("{PACKAGE}/metadata/core-properties")),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    x.leaf("dc:title", &[], &short(&d.title, 400));
    x.leaf("dc:subject", &[], &short(&d.subtitle, 400));
    x.leaf("dc:creator", &[], &short(&d.author, 200));
    let sums: Vec<String> = d.checksums.iter().map(|c| format!("{}: {}", line(&c.label), line(&c.hex))).collect();
    x.leaf("dc:description", &[], &short(&sums.join("; "), 2_000));
    x.leaf("cp:lastModifiedBy", &[], &short(&d.author, 200));
    let day = d.date.format("%Y-%m-%dT00:00:00Z").to_string();
    for moment in ["dcterms:created", "dcterms:modified"] {
        x.leaf(moment, &[("xsi:type", "dcterms:W3CDTF")], &day);
    }
    x.leaf("dc:language", &[], language);
    x.close("cp:coreProperties");
    x.done()
}

pub fn app() -> Part {
    let mut x = Xml::new();
    x.open("Properties", &[("xmlns", &format!("{OFFICE}/extended-properties"))]);
    x.leaf("Application", &[], "Concert");
    x.close("Properties");
    x.done()
}

pub fn settings(language: &str, contents: bool) -> Part {
    let mut x = Xml::new();
    x.open("w:settings", &[W]);
    if contents {
        // Word asks once and then fills in the pages of the contents
        x.val("w:updateFields", "true");
    }
    x.val("w:defaultTabStop", "720");
    x.val("w:characterSpacingControl", "doNotCompress");
    x.open("w:compat", &[]);
    x.empty(
        "w:compatSetting",
        &[("w:name", "compatibilityMode"), ("w:uri", "http://schemas.microsoft.com/office/word"), ("w:val", "15")],
    );
    x.close("w:compat");
    x.val("w:themeFontLang", language);
    x.close("w:settings");
    x.done()
}

pub fn numbering(lists: usize) -> Part {
    let mut x = Xml::new();
    x.open("w:numbering", &[W]);
    for (kind, ordered) in [("0", false), ("1", true)] {
        x.open("w:abstractNum", &[("w:abstractNumId", kind)]);
        x.val("w:multiLevelType", "multilevel");
        for level in 0..6u32 {
            x.open("w:lvl", &[("w:ilvl", &level.to_string())]);
            x.val("w:start", "1");
            let (format, text) = match (ordered, level % 2) {
                (true, 0) => ("decimal", format!("%{}.", level + 1)),
                (true, _) => ("lowerLetter", format!("%{}.", level + 1)),
                (false, 0) => ("bullet", "–".to_owned()),
                (false, _) => ("bullet", "·".to_owned()),
            };
            x.val("w:numFmt", format);
            x.val("w:lvlText", &text);
            x.val("w:lvlJc", "left");
            x.open("w:pPr", &[]);
            x.empty("w:ind", &[("w:left", &(360 * (level + 1)).to_string()), ("w:hanging", "360")]);
            x.close("w:pPr");
            x.close("w:lvl");
        }
        x.close("w:abstractNum");
    }
    x.open("w:num", &[("w:numId", "1")]);
    x.val("w:abstractNumId", "0");
    x.close("w:num");
    for list in 0..lists {
        x.open("w:num", &[("w:numId", &(list + 2).to_string())]);
        x.val("w:abstractNumId", "1");
        x.open("w:lvlOverride", &[("w:ilvl", "0")]);
        x.val("w:startOverride", "1");
        x.close("w:lvlOverride");
        x.close("w:num");
    }
    x.close("w:numbering");
    x.done()
}

/// A head or a foot.
pub fn place(d: &Document, place: &Place) -> Part {
    let name = if place.foot { "w:ftr" } else { "w:hdr" };
    let width = if place.across { LANDSCAPE.text } else { PORTRAIT.text };
    let mut x = Xml::new();
    x.open(name, &[W]);
    if place.foot {
        foot(&mut x, d, width);
    } else if place.first {
        // the cover has no head
        paragraph(&mut x, "FooterNote", |_| (), |_| ());
    } else {
        head(&mut x, d, width);
    }
    x.close(name);
    x.done()
}

/// What follows a tab stands at the right end.
fn ended(width: u32) -> impl FnOnce(&mut Xml) {
    move |x| {
        x.open("w:tabs", &[]);
        x.empty("w:tab", &[("w:val", "right"), ("w:pos", &width.to_string())]);
        x.close("w:tabs");
    }
}

fn tab(x: &mut Xml) {
    x.open("w:r", &[]);
    x.empty("w:tab", &[]);
    x.close("w:r");
}

fn head(x: &mut Xml, d: &Document, width: u32) {
    let title = if d.short_title.is_empty() { &d.title } else { &d.short_title };
    paragraph(x, "Header", ended(width), |x| {
        plain(x, &short(title, 70));
        for (i, said) in d.banner.iter().flat_map(|b| b.split(BETWEEN)).enumerate() {
            if i > 0 {
                x.open("w:r", &[]);
                x.empty("w:br", &[]);
                x.close("w:r");
            }
            tab(x);
            x.open("w:r", &[]);
            x.open("w:rPr", &[]);
            x.empty("w:b", &[]);
            x.val("w:color", "7A4F00");
            x.close("w:rPr");
            x.leaf("w:t", &[("xml:space", "preserve")], &short(said, 60));
            x.close("w:r");
        }
    });
}

fn foot(x: &mut Xml, d: &Document, width: u32) {
    paragraph(x, "Footer", ended(width), |x| {
        plain(x, &short(&d.author, 90));
        tab(x);
        pages(x, &d.words.page);
    });
    let length: usize = d.notes.iter().map(|n| n.mark.chars().count() + n.text.chars().count()).sum();
    if length <= FOOT {
        for note in &d.notes {
            paragraph(x, "FooterNote", |_| (), |x| plain(x, &line(&format!("{} {}", note.mark, note.text))));
        }
    } else {
        paragraph(x, "FooterNote", |_| (), |x| plain(x, &d.words.see_notes));
    }
    for sum in &d.checksums {
        paragraph(x, "FooterSum", |_| (), |x| plain(x, &format!("{} {}", short(&sum.label, 60), short(&sum.hex, 128))));
    }
}

/// "Page … of …", in the order the language has it.
fn pages(x: &mut Xml, words: &str) {
    let mut rest = words;
    while let Some((before, code, after)) = [("{page}", " PAGE "), ("{pages}", " NUMPAGES ")]
        .iter()
        .filter_map(|(sign, code)| rest.split_once(sign).map(|(b, a)| (b, *code, a)))
        .min_by_key(|(before, ..)| before.len())
    {
        if !before.is_empty() {
            plain(x, before);
        }
        field(x, code, "1");
        rest = after;
    }
    if !rest.is_empty() {
        plain(x, rest);
    }
}
