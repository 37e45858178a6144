//! Makes text fit for setting: only letters that a typeface has, and no word so long that no line holds it.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::fonts::FONTS;
use crate::features::documents::clean::clean;

/// Stands for a letter that no typeface of ours has.
const SQUARE: char = '□';
const BREAK: char = '\u{200b}';

fn plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n'))
}

/// The text, and whether letters had to be left out of it. A word of more letters than there is room for may be broken
/// anywhere: an address, a line without spaces. Whoever copies it from the file copies the places of the breaks as well.
pub fn fit(text: &str, room: usize) -> (Cow<'_, str>, bool) {
    if plain(text) {
        return (broken(Cow::Borrowed(text), room), false);
    }
    let cleaned = clean(text);
    let mut done = String::with_capacity(cleaned.len());
    let mut missing = false;
    // the families that have the letter and all marks on it so far: they are set from one
    let mut having = 0u8;
    for c in cleaned.nfc() {
        let n = u32::from(c);
        if c == '\n' || (' '..='~').contains(&c) {
            having = u8::MAX;
            done.push(c);
            continue;
        }
        // what is not seen joins, parts or chooses a form: not needed, and not every typeface takes it
        if matches!(n, 0x200B..=0x200D | 0x2060..=0x2064 | 0xFE00..=0xFE0F | 0xE0100..=0xE01EF | 0x034F | 0x061C) {
            continue;
        }
        if matches!(n, 0xAD | 0x200E | 0x200F) {
            done.push(c);
            continue;
        }
        let private = matches!(n, 0xE000..=0xF8FF | 0xF0000..);
        let has = if private { 0 } else { FONTS.having(c) };
        if is_combining_mark(c) {
            if having & has != 0 && !done.is_empty() {
                having &= has;
                done.push(c);
            } else {
                missing = true;
            }
            continue;
        }
        having = has;
        if has == 0 {
            missing = true;
            done.push(SQUARE);
        } else {
            done.push(c);
        }
    }
    (broken(Cow::Owned(done), room), missing)
}

/// Lets long words be broken: after the signs of an address, else anywhere.
fn broken(text: Cow<'_, str>, room: usize) -> Cow<'_, str> {
    let long = |text: &str| text.split([' ', '\n', '\u{a0}']).any(|w| w.len() > room && w.chars().count() > room);
    if !long(&text) {
        return text;
    }
    let mut done = String::with_capacity(text.len() + text.len() / 8);
    for part in text.split_inclusive([' ', '\n', '\u{a0}']) {
        if part.chars().count() <= room + 1 {
            done.push_str(part);
            continue;
        }
        let mut since = 0;
        let mut letters = part.chars().peekable();
        while let Some(c) = letters.next() {
            done.push(c);
            since += 1;
            let Some(next) = letters.peek() else { continue };
            let sign = matches!(c, '/' | '.' | '_' | '-' | '?' | '&' | '=' | ':' | ',' | ';') && next.is_alphanumeric();
            if !is_combining_mark(*next) && ((sign && since > 3) || since >= room.max(8) / 2) {
                done.push(BREAK);
                since = 0;
            }
        }
    }
    Cow::Owned(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: usize = 28;
    use proptest::prelude::*;

    #[test]
    fn the_letters_of_the_region_are_there() {
        let text = "Ѓорче Ќосе ѓ ќ ѕ џ љ њ Ћ ђ; Čačak š ž đ ć; Shqipëri ç; Ελλάδα; §–„“”…№ €";
        let (done, missing) = fit(text, ROOM);
        assert_eq!((done.as_ref(), missing), (text, false));
    }

    #[test]
    fn other_scripts_are_set_or_shown_as_missing() {
        assert!(!fit("საქართველო Հայաստան שלום العربية", ROOM).1);
        let (done, missing) = fit("中文 and ქართული", ROOM);
        assert_eq!((done.as_ref(), missing), ("□□ and ქართული", true));
        assert!(fit("\u{e000}", ROOM).1);
    }

    #[test]
    fn a_mark_without_its_letter_is_left_out() {
        assert_eq!(fit("c\u{30c}", ROOM).0, "č");
        assert_eq!(fit("\u{301}a", ROOM).0, "a");
    }

    #[test]
    fn a_long_word_can_be_broken() {
        let (done, _) = fit("see https://example.org/a/very/long/address/that/no/column/holds now", ROOM);
        assert!(done.contains(BREAK) && done.starts_with("see https"));
        assert!(fit(&"x".repeat(100_000), ROOM).0.split(BREAK).all(|p| p.len() <= ROOM));
        assert!(!fit("Gemeinschaftsaufgabe, an ordinary word", ROOM).0.contains(BREAK));
    }

    #[test]
    fn a_word_that_has_room_is_not_broken() {
        let sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        assert_eq!(fit(sum, 64).0, sum);
        assert!(fit(sum, 40).0.contains(BREAK));
    }

    proptest! {
        #[test]
        fn every_letter_that_is_left_has_its_typeface(text in any::<String>()) {
            for c in fit(&text, ROOM).0.chars() {
                prop_assert!(c == '\n' || matches!(u32::from(c), 0xAD | 0x200B | 0x200E | 0x200F) || FONTS.having(c) != 0);
            }
        }
    }
}
