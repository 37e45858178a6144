//! What no file may hold, whatever its form: control characters, what turns the direction of the text around it, and
//! what is no character at all.

use std::borrow::Cow;

use crate::kernel::direction::turns;

/// The most a document may hold, in bytes of text: three hundred pages are about one million.
pub const LARGEST: usize = 24 << 20;

fn unfit(c: char) -> bool {
    let n = u32::from(c);
    (c.is_control() && c != '\n')
        // directions that are begun and not ended would turn what follows: names, dates, the page's foot
        || turns(c)
        || matches!(n, 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
        // not characters
        || n & 0xFFFE == 0xFFFE
        || matches!(n, 0xFDD0..=0xFDEF)
}

/// Text that fits into any file. Line breaks stay, of whatever kind they were; tabs become spaces.
pub fn clean(text: &str) -> Cow<'_, str> {
    let turned = |c: char| matches!(c, '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}');
    if !text.contains(|c| unfit(c) || turned(c)) {
        return Cow::Borrowed(text);
    }
    let mut done = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => done.push('\n'),
            '\t' => done.push(' '),
            c if unfit(c) => {}
            c => done.push(c),
        }
    }
    Cow::Owned(done)
}

/// The same on one line.
pub fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a line, where only so many letters have room.
pub fn short(text: &str, most: usize) -> String {
    let line = line(text);
    if line.chars().count() <= most {
        return line;
    }
    let mut cut: String = line.chars().take(most.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_clean_stays() {
        assert!(matches!(clean("Ѓорче \u{200f}a\nb ]]> <w:t> #let"), Cow::Borrowed(_)));
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te\0\u{1b}[0m\u{202e}x\u{feff}\u{ffff}\u{1fffe}"), "a\nb\nc\nd e[0mx");
    }

    #[test]
    fn a_long_line_is_cut_where_it_must_be() {
        assert_eq!(short("  a\nplan  of action ", 40), "a plan of action");
        assert_eq!(short("a plan of action", 8), "a plan…");
    }

    proptest! {
        #[test]
        fn nothing_unfit_is_left(text in any::<String>()) {
            let done = clean(&text).into_owned();
            prop_assert!(!done.contains(|c: char| unfit(c)));
            prop_assert_eq!(clean(&done), done.as_str());
        }
    }
}
