//! What a file is, by what it holds: names and content types lie.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::{Refused, broken};
use crate::kernel::i18n::Message;
use crate::kernel::lists::closed_list;

closed_list! {
    /// The kinds of files that are read.
    Kind {
        Xlsx = "xlsx", "import-kind-xlsx";
        Csv = "csv", "import-kind-csv";
        /// XML, packed or not: no table.
        Iati = "iati", "import-kind-iati";
    }
}

/// So much of a file tells what it is.
const LOOKED_AT: usize = 4_096;

/// # Errors
/// It is of no kind that is read; the message says what to do instead.
pub fn sniff(file: &mut File) -> Result<Kind, Refused> {
    file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
    let mut start = Vec::with_capacity(LOOKED_AT);
    file.by_ref().take(LOOKED_AT as u64).read_to_end(&mut start).map_err(|e| broken(&e))?;
    file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
    if start.iter().all(|b| b.is_ascii_whitespace() || matches!(b, 0xef | 0xbb | 0xbf)) {
        return Err(Message::new("import-file-empty"));
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return in_archive(file);
    }
    let refused = |key| Err(Message::new(key));
    if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // the old format, and what is locked with a password
        return refused("import-file-old-excel");
    }
    if start.starts_with(b"%PDF") {
        return refused("import-file-pdf");
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    let text = text.trim_ascii_start();
    // how some programs and portals write a "workbook"
    let lower = text.get(..text.len().min(512)).unwrap_or_default().to_ascii_lowercase();
    if ["<html", "<!doctype html", "<table", "<meta"].iter().any(|tag| lower.starts_with(tag.as_bytes())) {
        return refused("import-file-html");
    }
    // what kind of XML it is, and in which encoding, its own reader tells
    let sixteen = start.starts_with(&[0xff, 0xfe, b'<', 0]) || start.starts_with(&[0xfe, 0xff, 0, b'<']);
    if text.starts_with(b"<") || sixteen || start.starts_with(&[0x1f, 0x8b]) {
        return Ok(Kind::Iati);
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return refused("import-file-json");
    }
    let marked = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    if !marked && start.contains(&0) && !super::csv::looks_like_utf16(&start) {
        return refused("import-file-unknown");
    }
    Ok(Kind::Csv)
}

fn in_archive(file: &mut File) -> Result<Kind, Refused> {
    let archive = zip::ZipArchive::new(&mut *file).map_err(|e| broken(&e))?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    let kind = if has("[Content_Types].xml") && archive.file_names().flatten().any(|n| n.starts_with("xl/")) {
        // the binary kind of workbook has the same ending of late
        if has("xl/workbook.bin") { Err(Message::new("import-file-old-excel")) } else { Ok(Kind::Xlsx) }
    } else if has("content.xml") {
        Err(Message::new("import-file-ods"))
    } else {
        Err(Message::new("import-file-unknown"))
    };
    drop(archive);
    file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
    kind
}
