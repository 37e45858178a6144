//! The typefaces of our files, and which letters they have. Embedded: no file of the machine is looked at.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

pub struct Fonts {
    pub book: LazyHash<FontBook>,
    pub all: Vec<Font>,
    /// One for each family, which is whole: a letter counts if the family has it in each of its styles.
    families: Vec<Vec<usize>>,
}

macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        [$(include_bytes!(concat!("fonts/", $name, ".ttf")) as &'static [u8]),+]
    };
}

pub static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let files = embedded![
        "source-serif-4-regular",
        "source-serif-4-italic",
        "source-serif-4-semibold",
        "source-serif-4-semibold-italic",
        "source-sans-3-regular",
        "source-sans-3-italic",
        "source-sans-3-semibold",
        "source-sans-3-semibold-italic",
        // wide: Greek to Georgian, Hebrew, Arabic, signs
        "dejavu-sans",
    ];
    let all: Vec<Font> = files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
    let mut names: Vec<&str> = all.iter().map(|f| f.info().family.as_str()).collect();
    names.dedup();
    let of = |name: &str| (0..all.len()).filter(|i| all.get(*i).is_some_and(|f| f.info().family == name)).collect();
    let families = names.into_iter().map(of).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&all)), all, families }
});

impl Fonts {
    /// Which families have the letter: a bit for each.
    pub fn having(&self, c: char) -> u8 {
        let has = |i: &usize| self.all.get(*i).is_some_and(|f| f.info().coverage.contains(u32::from(c)));
        let mut mask = 0;
        for (bit, family) in self.families.iter().enumerate() {
            if family.iter().all(has) {
                mask |= 1u8 << bit;
            }
        }
        mask
    }
}
