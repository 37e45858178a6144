//! Strings to small numbers and back, in little memory: one arena, one table of hashes.

use std::hash::Hasher;

/// Numbers for strings, from 0 upwards. Numbers are never given back: a string that nobody uses any
/// longer keeps its few bytes until the index is built anew.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    text: String,
    /// Where each string ends in `text`; it starts where the one before ends.
    ends: Vec<u32>,
    hashes: Vec<u64>,
    /// Numbers plus one by their hash, with open places (0) between: half the memory of the standard
    /// map, which a quarter of the index would otherwise be.
    table: Vec<u32>,
}

impl Interner {
    /// The string's number, a new one if it has none. `shown` is what [`Self::text`] returns for it.
    pub fn intern(&mut self, key: &str, shown: &str) -> u32 {
        let hash = hash(key);
        if self.ends.len() * 4 >= self.table.len() * 3 {
            self.grow();
        }
        let place = self.place(hash);
        if let Some(number) = self.table.get(place).and_then(|n| n.checked_sub(1)) {
            return number;
        }
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX - 1);
        if self.text.capacity() - self.text.len() < shown.len() {
            self.text.reserve_exact(self.text.len() / 8 + shown.len());
        }
        self.text.push_str(shown);
        push(&mut self.ends, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        push(&mut self.hashes, hash);
        if let Some(open) = self.table.get_mut(place) {
            *open = number + 1;
        }
        number
    }

    pub fn find(&self, key: &str) -> Option<u32> {
        self.table.get(self.place(hash(key)))?.checked_sub(1)
    }

    /// Where a hash stands in the table, or the open place where it would.
    fn place(&self, hash: u64) -> usize {
        let Some(last) = self.table.len().checked_sub(1) else { return 0 };
        let mut place = hash as usize & last;
        while let Some(number) = self.table.get(place).and_then(|n| n.checked_sub(1)) {
            if self.hashes.get(number as usize) == Some(&hash) {
                break;
            }
            place = (place + 1) & last;
        }
        place
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(16);
        self.table = vec![0; size];
        for number in 0..self.hashes.len() {
            let place = self.place(self.hashes.get(number).copied().unwrap_or_default());
            if let Some(open) = self.table.get_mut(place) {
                *open = u32::try_from(number + 1).unwrap_or(u32::MAX);
            }
        }
    }

    /// What is shown for a number; empty for one that was never given.
    pub fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let end = self.ends.get(at).copied().unwrap_or_default() as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default() as usize;
        self.text.get(start..end).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes held, capacity counted.
    pub fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + self.hashes.capacity() * 8 + self.table.capacity() * 4
    }
}

/// Pushes, growing by an eighth: doubling would leave a quarter of the memory empty on average.
pub fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + 4);
    }
    list.push(item);
}

/// FNV-1a with a final mix: the same on every machine and in every version, unlike the standard
/// library's. Of 10 million strings, two share a number by chance once in 370,000 indexes.
pub fn hash(text: &str) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        h = (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    h ^= h >> 32;
    h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^ (h >> 29)
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Passing(u64);

impl Hasher for Passing {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
