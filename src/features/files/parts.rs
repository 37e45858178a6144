//! What an archive says that it holds: the names in its directory, which stands at its end. Nothing of it is unpacked, so that
//! there is nothing that could burst.

/// The record that ends an archive, without its comment.
const END: usize = 22;
/// A comment is at most so long.
const COMMENT: usize = u16::MAX as usize;
/// So much of the end of a file is needed to read a directory; a document with a longer one is none.
pub const TAIL: usize = 1 << 20;

fn bytes<const N: usize>(from: &[u8], at: usize) -> Option<[u8; N]> {
    from.get(at..at.checked_add(N)?)?.try_into().ok()
}
fn short(from: &[u8], at: usize) -> Option<usize> {
    bytes::<2>(from, at).map(|b| usize::from(u16::from_le_bytes(b)))
}
fn long(from: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes::<4>(from, at)?)).ok()
}

/// Where in the end of a file an archive's last record stands, such that the file ends with it.
fn end(tail: &[u8]) -> Option<usize> {
    let first = tail.len().saturating_sub(END + COMMENT);
    (first..=tail.len().checked_sub(END)?).rev().find(|at| {
        bytes::<4>(tail, *at) == Some(*b"PK\x05\x06")
            && short(tail, at + 20).is_some_and(|n| at + END + n == tail.len())
    })
}

/// Whether a file is an archive, too, whatever else it is.
pub fn is_archive(tail: &[u8]) -> bool {
    end(tail).is_some()
}

/// The names of an archive's parts. `tail`: the end of a file of that size. None: it is no archive, one with something before or
/// in between, one of several volumes, or one whose directory is longer than that of any document.
pub fn names(tail: &[u8], size: u64) -> Option<Vec<String>> {
    let size = usize::try_from(size).ok()?;
    let end = end(tail)?;
    let before = size.checked_sub(tail.len())?;
    let (count, length, begins) = (short(tail, end + 10)?, long(tail, end + 12)?, long(tail, end + 16)?);
    let whole = short(tail, end + 4)? == 0 && short(tail, end + 6)? == 0 && short(tail, end + 8)? == count;
    if !whole || begins.checked_add(length)? != before + end {
        return None;
    }
    let mut at = begins.checked_sub(before)?;
    let mut names = Vec::new();
    for _ in 0..count {
        if bytes::<4>(tail, at)? != *b"PK\x01\x02" {
            return None;
        }
        let (name, extra, comment) = (short(tail, at + 28)?, short(tail, at + 30)?, short(tail, at + 32)?);
        let text = tail.get(at + 46..at + 46 + name)?;
        names.push(String::from_utf8_lossy(text).into_owned());
        at = at + 46 + name + extra + comment;
    }
    (at == end).then_some(names)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    /// An archive of these parts.
    pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(*name, stored).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_directory_is_read_and_nothing_else() {
        let bytes = archive(&[("a/b.xml", b"x"), ("c", b"yy")]);
        assert_eq!(names(&bytes, bytes.len() as u64), Some(vec!["a/b.xml".to_owned(), "c".to_owned()]));
        // its end alone will do
        assert_eq!(names(&bytes[20..], bytes.len() as u64).map(|n| n.len()), Some(2));
        // with something before it, or after it
        let mut behind = b"%PDF-1.7 ".to_vec();
        behind.extend(&bytes);
        assert!(is_archive(&behind) && names(&behind, behind.len() as u64).is_none());
        let mut longer = bytes.clone();
        longer.extend(b"more");
        assert!(!is_archive(&longer) && names(&longer, longer.len() as u64).is_none());
        assert_eq!(names(&bytes[..bytes.len() - 1], bytes.len() as u64 - 1), None);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(mut bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..400, size in any::<u64>()) {
            let _ = names(&bytes, size);
            let real = archive(&[("x", b"1"), ("y", b"2")]);
            let _ = bytes.splice(at.min(bytes.len()).., real);
            let _ = (is_archive(&bytes), names(&bytes, bytes.len() as u64));
        }

        #[test]
        fn a_byte_more_or_less_is_never_more_than_refused(at in 0usize..200, by in any::<u8>()) {
            let mut real = archive(&[("x", b"1"), ("y", b"2")]);
            let n = real.len();
            real[at % n] = by;
            let found = names(&real, n as u64).unwrap_or_default();
            prop_assert!(found.len() <= 2);
        }
    }
}
