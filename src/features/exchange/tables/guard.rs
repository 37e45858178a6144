//! A workbook is an archive: before anything is made of its parts they are unpacked once into nothing, to see how large they
//! really are. What the archive says of itself is not believed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::{Refused, broken};
use crate::kernel::i18n::Message;

const MOST_PARTS: usize = 2_000;
/// All parts together. A table of the most rows that are read takes a tenth.
const ALL: u64 = 512 << 20;
/// Texts and styles are held in memory while the rows are read.
const HELD: u64 = 48 << 20;
/// From one `<` to the next: a cell's text, a tag with all it says.
const LONGEST_RUN: usize = 2 << 20;

/// # Errors
/// The parts are more, larger, or longer than those of any honest workbook, or broken.
pub fn check(file: &mut File) -> Result<(), Refused> {
    let bursts = || Message::new("import-file-bursts");
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(|e| broken(&e))?;
    if archive.len() > MOST_PARTS {
        return Err(bursts());
    }
    let mut all = 0u64;
    let mut buffer = vec![0u8; 64 << 10];
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).map_err(|e| broken(&e))?;
        let name = part.name().map_err(|e| broken(&e))?.to_ascii_lowercase();
        let held = !name.contains("/worksheets/") && !name.contains("/media/");
        let (mut size, mut run) = (0u64, 0usize);
        loop {
            let n = part.read(&mut buffer).map_err(|e| broken(&e))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            all += n as u64;
            if all > ALL || (held && size > HELD) {
                return Err(bursts());
            }
            // a sheet is one whatever it is called
            if name.ends_with(".xml") || name.contains("/worksheets/") {
                for piece in buffer.get(..n).unwrap_or_default().split_inclusive(|b| *b == b'<') {
                    run += piece.len();
                    if run > LONGEST_RUN {
                        return Err(bursts());
                    }
                    if piece.ends_with(b"<") {
                        run = 0;
                    }
                }
            }
        }
    }
    drop(archive);
    file.seek(SeekFrom::Start(0)).map_err(|e| broken(&e))?;
    Ok(())
}
