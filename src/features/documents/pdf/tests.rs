use super::*;
use crate::features::documents::drawing::tests::HOSTILE;
use crate::features::documents::model::{Block, Cell, Leaf, Note, Picture, Run, Table, Tone};
use crate::features::documents::sample::{self, kept};
use typst::World as _;

/// The pages, laid out without a word of complaint.
fn laid(document: &Document) -> PagedDocument {
    let world = world::World::new(serde_json::to_vec(&form::Form::new(document).unwrap()).unwrap());
    let set = typst::compile::<PagedDocument>(&world);
    assert!(set.warnings.is_empty(), "{:?}", set.warnings);
    set.output.unwrap()
}

#[test]
fn a_document_is_set_and_conforms() {
    kept("document.json", &serde_json::to_vec(&form::Form::new(&sample::plan(3)).unwrap()).unwrap());
    let file = pdf(&sample::plan(3)).unwrap();
    kept("plan.pdf", &file);
    assert!(file.starts_with(b"%PDF-1.7"));
    let has = |text: &str| file.windows(text.len()).any(|w| w == text.as_bytes());
    // tagged, with an outline, marked as what it conforms to, its typefaces inside
    for part in ["/MarkInfo", "/StructTreeRoot", "/Outlines", "pdfuaid", "pdfaid", "/FontFile"] {
        assert!(has(part) || compressed(&file).contains(part), "{part}");
    }
}

/// What stands in the streams of a PDF.
fn compressed(file: &[u8]) -> String {
    let mut all = String::new();
    for (at, _) in file.windows(6).enumerate().filter(|(_, w)| w == b"stream") {
        let start = at + 6 + file[at + 6..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let mut text = Vec::new();
        let mut reader = flate2::read::ZlibDecoder::new(&file[start..]);
        if std::io::Read::read_to_end(&mut reader, &mut text).is_ok() {
            all.push_str(&String::from_utf8_lossy(&text));
        }
    }
    all
}

#[test]
fn a_caption_does_not_say_the_heading_again() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.contents = 0;
    for (heading, caption) in [("Money", "Money"), ("Money", "By year")] {
        let mut table = Table::new(caption, &[("Year", 1)]);
        table.row(vec![Cell::text("2027")]);
        d.push(Block::Heading { level: 1, runs: vec![Run::plain(heading)], anchor: String::new() });
        d.push(Block::Table(table));
    }
    let data = serde_json::to_value(form::Form::new(&d).unwrap()).unwrap();
    assert_eq!((&data["blocks"][1]["said"], &data["blocks"][3]["said"]), (&true.into(), &false.into()));
    laid(&d);
    let file = pdf(&d).unwrap();
    // both have their summary for those who hear it
    let said = compressed(&file) + &String::from_utf8_lossy(&file);
    assert!(said.matches("/Summary").count() >= 2);
}

#[test]
fn a_picture_is_a_figure_that_says_what_it_shows() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.contents = 0;
    d.push(Block::Picture(sample::picture()));
    let form = form::Form::new(&d).unwrap();
    let data = serde_json::to_value(&form).unwrap();
    let svg = data["blocks"][0]["svg"].as_str().unwrap();
    assert!(svg.contains("2027 Ѓ □□") && svg.contains("font-family=\"'Source Sans 3'"), "{svg}");
    let file = pdf(&d).unwrap();
    let said = compressed(&file) + &String::from_utf8_lossy(&file);
    assert!(said.contains("/Figure") && said.contains("2027: 1.2 M EUR"));
    // one without words is told as having none: a file that says nothing of it would not conform
    let silent = Block::Picture(Picture { alt: " ".to_owned(), ..sample::picture() });
    d.push(silent);
    pdf(&d).unwrap();
}

#[test]
fn a_picture_that_is_more_than_a_drawing_is_left_out() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    // letters that are left out as the text is set would make one of another name
    let hidden = "<svg><g xlink:hr\u{202e}ef=\"//evil.example\"/></svg>";
    for hostile in HOSTILE.into_iter().chain([hidden]) {
        let caption = "Brought from elsewhere".to_owned();
        d.push(Block::Picture(Picture { caption, svg: hostile.to_owned(), alt: hostile.to_owned() }));
    }
    let data = serde_json::to_string(&form::Form::new(&d).unwrap()).unwrap();
    assert!(!data.contains("Brought from elsewhere") && !data.contains("evil"), "{data}");
    pdf(&d).unwrap();
    d.push(Block::Picture(sample::picture()));
    assert_eq!(serde_json::to_value(form::Form::new(&d).unwrap()).unwrap()["blocks"].as_array().unwrap().len(), 1);
}

#[test]
fn a_short_section_stands_with_its_wide_table_and_leaves_no_page_nearly_empty() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Pack", "Example", sample::day());
    d.contents = 0;
    d.heading(1, "Money");
    d.paragraph("Committed: 1.2 M EUR, each amount counted once.");
    d.push(Block::Picture(sample::picture()));
    let mut table = Table::new("By donor", &[("Donor", 5), ("2026", 3), ("2027", 3)]);
    table.wide = true;
    table.row(vec![Cell::text("Norland"), Cell::text("1,000,000"), Cell::text("200,000")]);
    d.push(Block::Table(table));
    d.small("How it is counted: 2 rows are in it.");
    d.heading(1, "Next");
    d.paragraph("Upright again.");
    let set = laid(&d);
    // the cover, one page that lies across, and what comes next
    let sides: Vec<bool> = set.pages().iter().map(|p| p.frame.width() > p.frame.height()).collect();
    assert_eq!(sides, [false, true, false]);
    kept("across.pdf", &pdf(&d).unwrap());
    // a picture that is higher than the page leaves room for what it is called
    let tall = sample::picture().svg.replace("viewBox=\"0 0 640 80\"", "viewBox=\"0 0 640 800\"");
    let tall = tall.replace("width=\"640\" height=\"80\" font", "width=\"640\" height=\"800\" font");
    d.blocks[2] = Block::Picture(Picture { svg: tall, ..sample::picture() });
    assert_eq!(laid(&d).pages().len(), 3);
}

#[test]
fn a_picture_gives_way_where_a_note_would_stand_alone_on_a_page_that_lies_across() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Pack", "Example", sample::day());
    d.contents = 0;
    d.heading(1, "Money");
    let high = sample::picture().svg.replace("viewBox=\"0 0 640 80\"", "viewBox=\"0 0 640 400\"");
    let high = high.replace("width=\"640\" height=\"80\" font", "width=\"640\" height=\"400\" font");
    d.push(Block::Picture(Picture { svg: high, ..sample::picture() }));
    let mut table = Table::new("By donor", &[("Donor", 1), ("Amount", 1)]);
    table.wide = true;
    (0..8).for_each(|_| table.row(vec![Cell::text("Norland"), Cell::text("5")]));
    d.push(Block::Table(table));
    d.small("How it is counted.");
    kept("gives-way.pdf", &pdf(&d).unwrap());
    // one page that lies across holds all of it
    let set = laid(&d);
    let across = set.pages().iter().filter(|p| p.frame.width() > p.frame.height());
    assert_eq!(across.count(), 1);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample::plan(1);
    assert_eq!(pdf(&document).unwrap(), pdf(&document).unwrap());
    let mut other = document.clone();
    other.title.push('.');
    assert_ne!(pdf(&document).unwrap(), pdf(&other).unwrap());
}

#[test]
fn hostile_text_is_text_and_still_conforms() {
    kept("hostile.json", &serde_json::to_vec(&form::Form::new(&sample::hostile()).unwrap()).unwrap());
    kept("hostile.pdf", &pdf(&sample::hostile()).unwrap());
}

#[test]
fn an_empty_document_is_one() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "", "", sample::day());
    pdf(&d).unwrap();
    d.push(Block::Heading { level: 3, runs: vec![], anchor: String::new() });
    pdf(&d).unwrap();
}

#[test]
fn levels_have_no_gaps_and_links_lead_somewhere() {
    let form = serde_json::to_value(form::Form::new(&sample::hostile()).unwrap()).unwrap();
    let mut level = 0;
    let mut places = std::collections::BTreeSet::new();
    for block in form["blocks"].as_array().unwrap() {
        if block["k"] == "heading" {
            let now = block["level"].as_u64().unwrap();
            assert!(now <= level + 1);
            level = now;
            if let Some(anchor) = block["anchor"].as_str() {
                assert!(places.insert(anchor.to_owned()), "{anchor} twice");
            }
        }
    }
    let text = form.to_string();
    for place in text.split("\"a\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(places.contains(place), "{place}");
    }
    assert!(!text.contains("\"w\":\"javascript"));
}

#[test]
fn the_world_holds_the_form_and_the_data_alone() {
    use typst::syntax::{RootedPath, VirtualPath, VirtualRoot};
    let world = world::World::new(b"{}".to_vec());
    for path in ["/etc/passwd", "/form.typ.bak", "/fonts/dejavu-sans.ttf"] {
        let id = RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).unwrap()).intern();
        assert!(world.file(id).is_err() && world.source(id).is_err(), "{path}");
    }
    assert!(world.today(None).is_none());
}

#[test]
fn pages_are_laid_out_without_complaint() {
    // cover, contents, then some three pages and a matrix of its own for each objective
    let pages = laid(&sample::plan(2)).pages().len();
    assert!((6..14).contains(&pages), "{pages}");
}

/// `cargo test --release --lib three_hundred_pages -- --ignored --nocapture`
#[test]
#[ignore = "measures a release build"]
fn three_hundred_pages_take_less_than_ten_seconds() {
    let mut document = sample::plan(77);
    document.contents = 3;
    let (started, steps) = (std::time::Instant::now(), std::sync::Mutex::new(Vec::new()));
    let file = staged(&document, &|stage| steps.lock().unwrap().push((stage, started.elapsed()))).unwrap();
    let all = started.elapsed();
    kept("long.pdf", &file);
    let pages = laid(&document).pages().len();
    println!(
        "{pages} pages, {} kB, {} blocks of size {}: {all:?}, steps {:?}",
        file.len() / 1024,
        document.blocks.len(),
        document.size(),
        steps.lock().unwrap()
    );
    assert!(pages >= 300, "{pages}");
    assert!(cfg!(debug_assertions) || all.as_secs() < 10, "{all:?}");
}

#[test]
#[ignore = "measures a release build"]
fn what_is_made_at_once_takes_less_than_a_second() {
    for objectives in [1, 2, 3, 6] {
        let document = sample::plan(objectives);
        let started = std::time::Instant::now();
        pdf(&document).unwrap();
        let set = started.elapsed();
        let started = std::time::Instant::now();
        super::super::docx(&document).unwrap();
        println!("size {}: PDF {set:?}, DOCX {:?}", document.size(), started.elapsed());
    }
}

/// A matrix as large as a process has, and a list as long as a page is asked to hold.
fn one_page(leaf: Leaf, columns: usize, rows: usize, length: usize) -> Document {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Coverage", "Example", sample::day());
    d.leaf = leaf;
    d.contents = 0;
    d.subtitle = "As of today".to_owned();
    d.notes.push(Note { mark: "*".to_owned(), text: "A note that its asterisk carries. ".repeat(6) });
    let heads: Vec<(String, u16)> =
        (0..columns).map(|i| (format!("Column {i}"), if i == 0 { 44 } else { 12 })).collect();
    let heads: Vec<(&str, u16)> = heads.iter().map(|(h, share)| (h.as_str(), *share)).collect();
    let mut table = Table::new("", &heads);
    table.row_heads = true;
    for row in 0..rows {
        let mut cells = vec![Cell::text(format!("{row} {}", "words of a measure ".repeat(length)))];
        cells.extend((1..columns).map(|i| Cell {
            tone: [None, Some(Tone::Gap), Some(Tone::Light), Some(Tone::Middle), Some(Tone::Dark)][(row + i) % 5],
            ..Cell::text("○ 1.2 M EUR\n300 k USD ▲")
        }));
        table.row(cells);
    }
    d.push(Block::Table(table));
    d.small("How it is counted. ".repeat(20));
    d
}

#[test]
fn a_document_of_one_page_has_one() {
    for (name, document) in [
        ("matrix.pdf", one_page(Leaf::A3, 9, 45, 5)),
        ("small-matrix.pdf", one_page(Leaf::A3, 8, 3, 2)),
        ("list.pdf", one_page(Leaf::A4, 5, 34, 3)),
        ("empty.pdf", one_page(Leaf::A4, 1, 0, 0)),
    ] {
        assert_eq!(laid(&document).pages().len(), 1, "{name}");
        kept(name, &pdf(&document).unwrap());
    }
}
