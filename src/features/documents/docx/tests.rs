use super::*;
use crate::features::documents::drawing::tests::HOSTILE;
use crate::features::documents::{Block, Cell, Document, Note, Picture, Run, Table, sample};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::Read;

fn parts(file: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut part = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

/// The names of elements in their order, and all text; fails where it is not well-formed XML 1.0.
fn read(xml: &str) -> (Vec<String>, String) {
    let allowed = |c: char| matches!(u32::from(c), 0x9 | 0xA | 0xD | 0x20..=0xD7FF | 0xE000..=0xFFFD | 0x1_0000..);
    assert!(xml.chars().all(allowed), "a character that XML does not have");
    let mut reader = Reader::from_str(xml);
    let (mut names, mut text, mut depth) = (Vec::new(), String::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) => {
                depth += 1;
                e.attributes().for_each(|a| drop(a.unwrap()));
                names.push(String::from_utf8(e.name().as_ref().to_vec()).unwrap());
            }
            Event::Empty(e) => {
                e.attributes().for_each(|a| drop(a.unwrap()));
                names.push(String::from_utf8(e.name().as_ref().to_vec()).unwrap());
            }
            Event::End(_) => depth -= 1,
            Event::Text(t) => text.push_str(&t.decode().unwrap()),
            Event::GeneralRef(r) => text.push(match std::str::from_utf8(&r).unwrap() {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                other => panic!("{other}"),
            }),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    (names, text)
}

fn part<'a>(all: &'a [(String, String)], name: &str) -> &'a str {
    &all.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn headings_tables_lists_and_contents_are_words_own() {
    let file = docx(&sample::plan(2)).unwrap();
    sample::kept("plan.docx", &file);
    let all = parts(&file);
    let document = part(&all, "word/document.xml");
    let (names, text) = read(document);
    let count = |name: &str| names.iter().filter(|n| *n == name).count();
    // 2 objectives × (1 + 2 + 6) headings and the first one
    assert_eq!(count("w:bookmarkStart"), 19);
    assert!(document.contains(r#"w:val="Heading1""#) && document.contains(r#"w:val="Heading3""#));
    assert_eq!(count("w:tblHeader"), 14);
    assert!(document.contains(r#" TOC \o &quot;1-3&quot; \h \z \u "#) || text.contains(r#" TOC \o "1-3" \h \z \u "#));
    assert!(
        document.contains(r#"<w:rStyle w:val="Inserted"/>"#) && document.contains(r#"<w:rStyle w:val="Deleted"/>"#)
    );
    assert!(document.contains(r#"w:orient="landscape""#));
    assert!(text.contains("Ѓорче Петров") && text.contains("Hetuesit e krimit"));
    let footer = read(part(&all, "word/footer1.xml")).1;
    assert!(
        footer.contains("9f86d081") && footer.contains("UNSCR 1244") && footer.contains("Page  PAGE 1 of  NUMPAGES 1")
    );
    let core = part(&all, "docProps/core.xml");
    assert!(core.contains("<dc:title>Integrated Plan of Action") && core.contains("2026-03-17T00:00:00Z"));
    assert!(part(&all, "word/styles.xml").contains(r#"<w:lang w:val="en-GB""#));
    // every place that is named is there
    let relations = part(&all, "word/_rels/document.xml.rels");
    for id in document.split("r:id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(relations.contains(&format!("Id=\"{id}\"")), "{id}");
    }
}

#[test]
fn a_caption_does_not_say_the_heading_again() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.contents = 0;
    let mut table = Table::new("Actions that end", &[("Action", 1)]);
    table.row(vec![Cell::text("One")]);
    d.push(Block::Heading { level: 1, runs: vec![Run::plain("Actions that end")], anchor: String::new() });
    d.push(Block::Paragraph { runs: vec![Run::plain("Of two:")] });
    d.push(Block::Table(table.clone()));
    // the second below the same heading is named
    d.push(Block::Table(table));
    let all = parts(&docx(&d).unwrap());
    let document = part(&all, "word/document.xml");
    assert_eq!(document.matches(r#"<w:pStyle w:val="Caption"/>"#).count(), 1);
    // those who hear the file are told of both
    assert_eq!(document.matches(r#"<w:tblCaption w:val="Actions that end"/>"#).count(), 2);
}

#[test]
fn a_picture_is_in_the_file_and_says_what_it_shows() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.push(Block::Picture(sample::picture()));
    d.push(Block::Picture(sample::picture()));
    let all = parts(&docx(&d).unwrap());
    let document = part(&all, "word/document.xml");
    read(document);
    let relations = part(&all, "word/_rels/document.xml.rels");
    for number in 0..2 {
        assert!(part(&all, &format!("word/media/picture{number}.png")).contains("PNG"));
        assert!(document.contains(&format!("r:embed=\"rIdP{number}\"")), "{document}");
        assert!(relations.contains(&format!("Id=\"rIdP{number}\"")), "{relations}");
    }
    assert!(document.contains("descr=\"2027: 1.2 M EUR &lt;b&gt;\""), "{document}");
    assert!(part(&all, "[Content_Types].xml").contains("image/png"));
    assert!(!part(&parts(&docx(&sample::hostile()).unwrap()), "[Content_Types].xml").contains("image/png"));
}

#[test]
fn a_picture_that_is_more_than_a_drawing_is_left_out_with_what_it_is_called() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    for hostile in HOSTILE {
        let caption = "Brought from elsewhere".to_owned();
        d.push(Block::Picture(Picture { caption, svg: hostile.to_owned(), alt: hostile.to_owned() }));
    }
    d.push(Block::Picture(sample::picture()));
    let all = parts(&docx(&d).unwrap());
    let document = part(&all, "word/document.xml");
    read(document);
    assert!(!document.contains("Brought from elsewhere") && !document.contains("evil"), "{document}");
    // the one that is a drawing has its own file, and no other is there
    assert!(document.contains("r:embed=\"rIdP0\"") && !document.contains("rIdP1"), "{document}");
    assert_eq!(all.iter().filter(|(name, _)| name.starts_with("word/media/")).count(), 1);
}

#[test]
fn hostile_text_harms_no_part() {
    let file = docx(&sample::hostile()).unwrap();
    sample::kept("hostile.docx", &file);
    let all = parts(&file);
    for (name, text) in &all {
        read(text);
        assert!(!text.contains("javascript:"), "{name}");
    }
    let text = read(part(&all, "word/document.xml")).1;
    assert!(text.contains("]]> <w:p/> &amp; & < > \" '"));
    assert!(text.contains(&"x".repeat(100_000)));
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = sample::plan(1);
    assert_eq!(docx(&document).unwrap(), docx(&document).unwrap());
}

#[test]
fn a_language_is_one_that_word_knows() {
    for (tag, word) in
        [("en", "en-GB"), ("sq", "sq"), ("sr-Cyrl", "sr-Cyrl"), ("<x>-", "en-GB"), ("", "en-GB"), ("mk-MK", "mk-MK")]
    {
        assert_eq!(language(tag), word);
    }
}

#[test]
fn a_short_section_goes_with_its_wide_table_onto_the_page_that_lies_across() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.text("Said before.");
    d.heading(1, "Coverage matrix");
    d.paragraph("Said of it.");
    let mut table = Table::new("Needs", &[("Measure", 2), ("Arvania", 1)]);
    table.wide = true;
    table.row(vec![Cell::text("1.1"), Cell::text("one need")]);
    d.push(Block::Table(table));
    d.small("Said below.");
    let all = parts(&docx(&d).unwrap());
    let (_, after) = part(&all, "word/document.xml").split_once("Said before.").unwrap();
    let (upright, across) = after.split_once("</w:sectPr>").unwrap();
    assert!(!upright.contains("Coverage matrix"), "{upright}");
    for words in ["Coverage matrix", "Said of it.", "one need", "Said below."] {
        assert!(across.contains(words), "{words}: {across}");
    }
    // the last section is the one that lies across: no page follows it
    assert_eq!(across.matches("<w:sectPr>").count(), 1, "{across}");
}

#[test]
fn no_page_is_left_empty_where_pages_turn() {
    let mut d = Document::new(crate::kernel::i18n::Locale::English, "Report", "Example", sample::day());
    d.contents = 0;
    let mut table = Table::new("Needs", &[("Measure", 2), ("Arvania", 1)]);
    table.wide = true;
    table.row(vec![Cell::text("1.1"), Cell::text("one need")]);
    d.push(Block::Table(table.clone()));
    d.heading(1, "Upright");
    d.push(Block::PageBreak);
    d.push(Block::Table(table));
    let end = "<w:p><w:pPr><w:pStyle w:val=\"SectionEnd\"/>";
    let all = parts(&docx(&d).unwrap());
    let text = part(&all, "word/document.xml");
    // where a page ends with its section, no break ends it a second time
    assert!(!text.contains("w:type=\"page\""), "{text}");
    assert_eq!(text.matches(&format!("{end}<w:sectPr>")).count(), 3, "{text}");
    // and below a table nothing else stands, neither there nor at the end
    assert!(text.contains(&format!("</w:tbl>{end}<w:sectPr>")) && !text.contains("AfterTable"), "{text}");
    assert!(text.contains(&format!("</w:tbl>{end}</w:pPr></w:p><w:sectPr>")), "{text}");
    // notes stand upright again, right below the end of what lay across
    d.notes.push(Note { mark: "*".to_owned(), text: "Said of a name.".to_owned() });
    let all = parts(&docx(&d).unwrap());
    let text = part(&all, "word/document.xml");
    assert_eq!(text.matches(&format!("{end}<w:sectPr>")).count(), 4, "{text}");
    assert!(!text.contains("AfterTable") && text.matches("<w:sectPr>").count() == 5, "{text}");
}
