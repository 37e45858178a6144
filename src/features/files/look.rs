//! What a file is, told from its bytes while they pass by: its beginning, its end, and whether it could be text. Its name has to
//! agree with that, and so does whoever opens it later.

use sha2::{Digest, Sha256};

use super::kinds::Kind;
use super::parts;
use crate::kernel::i18n::Message;

/// So much of the beginning tells what a file is.
const HEAD: usize = 4 << 10;
/// Parts of documents that hold programs: of Office (also its sheets of macros from before), and of OpenDocument.
const PROGRAMS: [&str; 3] = ["vbaproject", "vbadata", "/macrosheets/"];
const OPEN_PROGRAMS: [&str; 2] = ["basic/", "scripts/"];

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Empty,
    /// It is something else than its name says; what, as far as it is known.
    Other(Option<&'static str>),
    /// A document of Office that holds programs.
    Programs,
    /// A document of an old version of Office, or under a password: nobody could look into it.
    Closed,
    /// It is two things at once.
    Double,
    /// It ends too early, or holds what no such file has.
    Damaged,
}

impl Wrong {
    pub fn message(&self, kind: Kind) -> Message {
        match self {
            Self::Empty => Message::new("file-error-empty"),
            Self::Other(Some(what)) => Message::new("file-error-other").with("kind", kind.as_str()).with("what", what),
            Self::Other(None) => Message::new("file-error-not").with("kind", kind.as_str()),
            Self::Programs => Message::new("file-error-programs"),
            Self::Closed => Message::new("file-error-closed"),
            Self::Double => Message::new("file-error-double"),
            Self::Damaged => Message::new("file-error-damaged").with("kind", kind.as_str()),
        }
    }
}

/// What has passed by.
#[derive(Default)]
pub struct Look {
    head: Vec<u8>,
    tail: Vec<u8>,
    size: u64,
    hash: Sha256,
    /// Something that no text has.
    unlike_text: bool,
}

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    pub sha256: Vec<u8>,
}

impl Look {
    pub fn pass(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.hash.update(bytes);
        let lacking = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..lacking).unwrap_or_default());
        self.unlike_text |= bytes.iter().any(|b| matches!(b, 0..=8 | 11 | 14..=31 | 127));
        self.tail.extend_from_slice(bytes);
        if self.tail.len() > 2 * parts::TAIL {
            self.tail.drain(..self.tail.len() - parts::TAIL);
        }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether it is what its name says.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn judge(self, kind: Kind) -> Result<Seen, Wrong> {
        if self.size == 0 {
            return Err(Wrong::Empty);
        }
        match kind {
            Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Odt | Kind::Ods | Kind::Odp => self.document(kind)?,
            Kind::Csv | Kind::Txt => self.text()?,
            Kind::Pdf => self.begins(self.head.starts_with(b"%PDF-"))?,
            Kind::Png => {
                self.begins(infer::image::is_png(&self.head) && self.head.get(12..16) == Some(b"IHDR".as_slice()))?
            }
            Kind::Jpeg => self.begins(infer::image::is_jpeg(&self.head))?,
        }
        Ok(Seen { size: self.size, sha256: self.hash.finalize().to_vec() })
    }

    /// What it seems to be instead.
    fn other(&self) -> Wrong {
        Wrong::Other(infer::get(&self.head).map(|t| t.extension()))
    }

    fn begins(&self, rightly: bool) -> Result<(), Wrong> {
        match rightly {
            false => Err(self.other()),
            true if parts::is_archive(&self.tail) => Err(Wrong::Double),
            true => Ok(()),
        }
    }

    fn text(&self) -> Result<(), Wrong> {
        let head = self.head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.head);
        let start = head.trim_ascii_start().to_ascii_lowercase();
        let program = [b"<svg".as_slice(), b"<?php", b"#!", b"<!", b"<%"].iter().any(|p| start.starts_with(p));
        if program || infer::text::is_html(head) || infer::text::is_xml(head) {
            return Err(Wrong::Other(Some("html")));
        }
        if self.unlike_text { Err(self.other()) } else { Ok(()) }
    }

    fn document(&self, kind: Kind) -> Result<(), Wrong> {
        if self.head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return Err(Wrong::Closed);
        }
        if !self.head.starts_with(b"PK\x03\x04") {
            return Err(self.other());
        }
        let names = parts::names(&self.tail, self.size).ok_or(Wrong::Damaged)?;
        let names: Vec<String> = names.iter().map(|n| n.replace('\\', "/").to_lowercase()).collect();
        let programs = if kind.is_open_document() { OPEN_PROGRAMS.as_slice() } else { PROGRAMS.as_slice() };
        let holds = |name: &String| match kind.is_open_document() {
            true => programs.iter().any(|p| name.starts_with(p)),
            false => programs.iter().any(|p| name.contains(p)),
        };
        if names.iter().any(holds) {
            return Err(Wrong::Programs);
        }
        let rightly = match kind.main_part() {
            Some(part) => names.iter().any(|n| n == part) && names.iter().any(|n| n == "[content_types].xml"),
            None => self.is_open(kind),
        };
        if rightly { Ok(()) } else { Err(Wrong::Other(Self::of(&names))) }
    }

    /// What an archive is by its parts.
    fn of(names: &[String]) -> Option<&'static str> {
        let of = Kind::ALL.iter().find(|k| k.main_part().is_some_and(|part| names.iter().any(|n| n == part)));
        Some(of.map_or("zip", |k| k.as_str()))
    }

    /// An OpenDocument file says first, and plainly, what it is.
    fn is_open(&self, kind: Kind) -> bool {
        let said = self.head.get(38..).unwrap_or_default();
        let named = self.head.get(30..38) == Some(b"mimetype".as_slice());
        let rest = said.strip_prefix(kind.media().as_bytes());
        named && rest.is_some_and(|rest| rest.starts_with(b"PK"))
    }
}

#[cfg(test)]
mod tests;
