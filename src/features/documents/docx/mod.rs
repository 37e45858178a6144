//! DOCX: real headings, lists and tables that a ministry goes on editing in Word; nothing that only looks like them.

mod body;
mod frame;
mod picture;
mod section;
mod text;
mod xml;

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::model::Document;

/// Writes a document for Word. The same document gives the same bytes.
///
/// # Errors
/// The document is larger than any can be, or writing failed.
pub fn docx(document: &Document) -> anyhow::Result<Vec<u8>> {
    let language = language(&document.language);
    let body = body::body(&super::spill::spilled(document))?;
    let names: Vec<String> = (0..body.pictures.len()).map(picture::part).collect();
    let mut parts: Vec<(&str, Vec<u8>)> = vec![
        ("[Content_Types].xml", frame::content_types(!names.is_empty())?),
        ("_rels/.rels", frame::package()?),
        ("docProps/core.xml", frame::core(document, &language)?),
        ("docProps/app.xml", frame::app()?),
        ("word/document.xml", body.document),
        ("word/_rels/document.xml.rels", frame::relations(&body.links, body.pictures.len())?),
        ("word/styles.xml", include_str!("styles.xml").replace("{language}", &language).into_bytes()),
        ("word/numbering.xml", frame::numbering(body.lists)?),
        ("word/settings.xml", frame::settings(&language, document.contents > 0)?),
    ];
    for place in frame::PLACES {
        parts.push((place.part, frame::place(document, place)?));
    }
    parts.extend(names.iter().map(String::as_str).zip(body.pictures));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, content) in parts {
        zip.start_file(name, options)?;
        zip.write_all(&content)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A tag that Word knows; British English where it is none.
fn language(tag: &str) -> String {
    let mut parts = tag.split('-');
    let fits = |p: &str, least: usize, most: usize| {
        (least..=most).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let known = parts.next().is_some_and(|p| fits(p, 2, 3)) && parts.all(|p| fits(p, 2, 8)) && tag != "en";
    if known && tag.len() <= 35 { tag.to_owned() } else { "en-GB".to_owned() }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
