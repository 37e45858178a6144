//! Files of separated values: their encoding and separator as their bytes show them, since nothing else says.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::cells::{self, Cells};
use super::{LONGEST_ROW, MOST_COLUMNS, Refused, broken};
use crate::kernel::i18n::Message;

/// So much is looked at to tell encoding and separator.
const LOOKED_AT: usize = 256 << 10;
/// A field longer than this is a quote that was never closed.
const LONGEST_RECORD: u64 = 4 << 20;

/// Every second byte is zero: letters of UTF-16 without its mark.
pub fn looks_like_utf16(start: &[u8]) -> bool {
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let half = start.len() / 2;
    start.len() >= 8 && (zeros(0) * 10 > half * 7) != (zeros(1) * 10 > half * 7)
}

fn encoding(start: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return encoding;
    }
    if looks_like_utf16(start) {
        return if start.first() == Some(&0) { UTF_16BE } else { UTF_16LE };
    }
    // a letter may be cut at the end of what is looked at
    match std::str::from_utf8(start) {
        Ok(_) => return UTF_8,
        Err(error) if error.error_len().is_none() => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(start, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// What has been handed on to whoever tells records apart.
#[derive(Default)]
struct HandedOn {
    /// Bytes since the last record ended: a quote that is never closed does not fill the memory.
    since: Cell<u64>,
    /// An odd number of quotation marks: one of them is not closed, or stands by itself.
    odd: Cell<bool>,
}

/// Decodes as it is read.
struct Decoded<R> {
    from: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    text: String,
    given: usize,
    ended: bool,
    /// The last letter was a carriage return, and stands as the end of its line.
    returned: bool,
    handed: Rc<HandedOn>,
}

impl<R: Read> Decoded<R> {
    fn new(from: R, encoding: &'static Encoding, handed: Rc<HandedOn>) -> Self {
        Self {
            from,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; 64 << 10],
            text: String::with_capacity(192 << 10),
            given: 0,
            ended: false,
            returned: false,
            handed,
        }
    }
}

impl<R> Decoded<R> {
    /// Lines end in one letter, so that they are counted as a person counts them.
    fn one_line_end(&mut self) {
        if !self.returned && !self.text.contains('\r') {
            return;
        }
        let mut plain = String::with_capacity(self.text.len());
        for c in self.text.chars() {
            if !(c == '\n' && self.returned) {
                plain.push(if c == '\r' { '\n' } else { c });
            }
            self.returned = c == '\r';
        }
        self.text = plain;
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.handed.since.get() > LONGEST_RECORD {
            return Err(std::io::Error::other("a record without end"));
        }
        while self.given == self.text.len() && !self.ended {
            let n = self.from.read(&mut self.raw)?;
            self.text.clear();
            self.given = 0;
            let bytes = self.raw.get(..n).unwrap_or_default();
            self.ended = n == 0;
            let needed = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 3 + 16);
            self.text.reserve(needed);
            let _ = self.decoder.decode_to_string(bytes, &mut self.text, self.ended);
            self.one_line_end();
        }
        let left = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let n = left.len().min(to.len());
        if let (Some(to), Some(from)) = (to.get_mut(..n), left.get(..n)) {
            to.copy_from_slice(from);
            let quotes = from.iter().filter(|b| **b == b'"').count();
            self.handed.odd.set(self.handed.odd.get() ^ (quotes % 2 == 1));
        }
        self.given += n;
        self.handed.since.set(self.handed.since.get() + n as u64);
        Ok(n)
    }
}

/// The separator by which the first lines have most fields, the same number in each.
fn separator(start: &str) -> u8 {
    // what spreadsheets write above a table to say it themselves
    if let Some(said) = start.lines().next().and_then(|l| l.strip_prefix("sep=")).and_then(|s| s.bytes().next()) {
        return said;
    }
    let score = |separator: u8| {
        let mut reader = ::csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(start.as_bytes());
        let lengths: Vec<usize> = reader.records().take(25).flatten().map(|r| r.len()).collect();
        let most = lengths.iter().copied().max().unwrap_or(0);
        let same = lengths.iter().filter(|n| **n == most).count();
        (if most > 1 { same * most.min(60) } else { 0 }, most)
    };
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|s| score(*s)).unwrap_or(b',')
}

/// An exported text that would have been a formula has an apostrophe before it; it is not of the text.
fn unquoted(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => rest,
        _ => text,
    }
}

/// Goes through all rows: their number, their cells, and whether there are more columns than are read.
///
/// # Errors
/// The file breaks off or is no text.
pub fn each(mut file: File, mut take: impl FnMut(u32, Cells, bool) -> ControlFlow<()>) -> Result<(), Refused> {
    let mut start = Vec::with_capacity(LOOKED_AT);
    file.by_ref().take(LOOKED_AT as u64).read_to_end(&mut start).map_err(|e| broken(&e))?;
    file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
    let encoding = encoding(&start);
    let (text, _) = encoding.decode_with_bom_removal(&start);
    let separator = separator(&text);
    let handed = Rc::new(HandedOn::default());
    let decoded = Decoded::new(BufReader::with_capacity(64 << 10, file), encoding, Rc::clone(&handed));
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(64 << 10)
        .from_reader(decoded);
    let mut record = ::csv::StringRecord::new();
    let mut goes_on = false;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            // the last cell has taken in the lines below it, up to the end
            Ok(false) if goes_on && handed.odd.get() => return Err(Message::new("import-file-quote")),
            Ok(false) => return Ok(()),
            Err(error) if matches!(error.kind(), ::csv::ErrorKind::Io(_)) => {
                return Err(Message::new("import-file-quote"));
            }
            Err(error) => return Err(broken(&error)),
        }
        handed.since.set(0);
        // a cell of several lines holds no rows as a rule: where it does not, the odd mark is one of inches somewhere above
        let last = record.get(record.len().saturating_sub(1)).and_then(|last| last.split_once('\n'));
        goes_on = last.is_some_and(|(_, below)| below.contains(char::from(separator)));
        let line = record.position().map_or(0, ::csv::Position::line);
        let cells = record.iter().take(usize::from(MOST_COLUMNS)).map(|t| cells::Cell::of_text(unquoted(t))).collect();
        let cells = Cells::new(cells);
        if cells.weight() > LONGEST_ROW {
            return Err(Message::new("import-file-bursts"));
        }
        let row = u32::try_from(line).unwrap_or(u32::MAX);
        if row == 1 && record.len() == 1 && record.get(0).is_some_and(|t| t.starts_with("sep=")) {
            continue;
        }
        if take(row, cells, record.len() > usize::from(MOST_COLUMNS)).is_break() {
            return Ok(());
        }
    }
}
