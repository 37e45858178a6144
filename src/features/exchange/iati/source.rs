//! The bytes of a file as they come: unpacked where they are packed, counted, and never more at once than is allowed.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// How much is taken. What is larger is refused or left out, and said.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of the whole file, unpacked.
    pub file: u64,
    /// Of one tag, or one stretch of text.
    pub piece: u64,
    /// Of one activity, with its tags.
    pub activity: u64,
    /// Elements, attributes and texts of one activity: each takes far more memory than the letters it is written with.
    pub parts: usize,
    pub depth: usize,
    pub attributes: usize,
    /// What is reported of one activity; more is counted only.
    pub losses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 4 << 30,
            piece: 1 << 20,
            activity: 32 << 20,
            parts: 300_000,
            depth: 32,
            attributes: 64,
            losses: 50,
        }
    }
}

/// What a source refuses to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    #[error("the file is too large")]
    File,
    #[error("a tag or text is too long")]
    Piece,
}

/// A source that counts its lines and gives no more than its allowance.
pub struct Counted<R> {
    inner: R,
    /// Newlines consumed, and one.
    pub line: u32,
    /// Bytes consumed.
    pub taken: u64,
    most: u64,
    /// Up to here it may be read before the next allowance.
    until: u64,
}

impl<R: BufRead> Counted<R> {
    pub fn new(inner: R, most: u64) -> Self {
        Self { inner, line: 1, taken: 0, most, until: u64::MAX }
    }

    /// From here on, no more than so many bytes.
    pub fn allow(&mut self, bytes: u64) {
        self.until = self.taken.saturating_add(bytes);
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let given = self.fill_buf()?.read(to)?;
        self.consume(given);
        Ok(given)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken >= self.most {
            return Err(io::Error::other(TooMuch::File));
        }
        if self.taken >= self.until {
            return Err(io::Error::other(TooMuch::Piece));
        }
        let left = self.until.min(self.most) - self.taken;
        let bytes = self.inner.fill_buf()?;
        let end = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes.get(..end).unwrap_or(bytes))
    }

    fn consume(&mut self, amount: usize) {
        // what is buffered already is given again at no cost
        if let Ok(bytes) = self.inner.fill_buf() {
            let lines = bytes.iter().take(amount).filter(|b| **b == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        }
        self.taken += amount as u64;
        self.inner.consume(amount);
    }
}

/// The bytes of a file, whether it is packed or not.
pub enum Unpacked<R: BufRead> {
    Plain(R),
    Gzip(Box<BufReader<MultiGzDecoder<R>>>),
}

impl<R: BufRead> Unpacked<R> {
    /// Looks at the first bytes.
    ///
    /// # Errors
    /// The source's own.
    pub fn open(mut source: R) -> io::Result<Self> {
        if source.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
            return Ok(Self::Gzip(Box::new(BufReader::with_capacity(64 << 10, MultiGzDecoder::new(source)))));
        }
        Ok(Self::Plain(source))
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(source) => source.read(to),
            Self::Gzip(source) => source.read(to),
        }
    }
}

impl<R: BufRead> BufRead for Unpacked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(source) => source.fill_buf(),
            Self::Gzip(source) => source.fill_buf(),
        }
    }
    fn consume(&mut self, amount: usize) {
        match self {
            Self::Plain(source) => source.consume(amount),
            Self::Gzip(source) => source.consume(amount),
        }
    }
}
