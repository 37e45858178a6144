//! Marks that turn the direction of the writing around them: embeddings, overrides and isolates, with what ends them.
//!
//! They are no letters, are not seen, and reach past the text in which they stand: a name with an override in it reads backwards, and
//! so does what follows it on the page. Text is therefore kept without them, wherever it comes in: what people type ([`super::form`]),
//! and the cells and elements of files. A program, which does not see what has become of its text, is refused instead.
//!
//! The marks of direction that stand for a letter (U+200E, U+200F, U+061C) and the joiners (U+200C, U+200D) stay: they belong to
//! words of Arabic, Hebrew or Persian and change nothing beside themselves.

/// Whether it turns what stands after it, or ends such a turn.
pub const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text without what turns its direction; the very same where there is nothing of the kind.
pub fn unturned(text: String) -> String {
    if text.contains(turns) { text.replace(turns, "") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_text_goes_and_its_letters_stay() {
        let kept = |text: &str| unturned(text.to_owned());
        assert_eq!(kept("Report \u{202e}fdp.exe\u{202c} of \u{2067}x\u{2069}"), "Report fdp.exe of x");
        for whole in [
            "",
            "Čapljina",
            "שלום\u{200f}!",
            "می\u{200c}خواهم",
            "👩\u{200d}🌾",
            "a\u{200e}b\u{61c}",
            "a\u{2065}\u{206a}",
        ] {
            assert_eq!(kept(whole), whole);
        }
        let turning = ('\u{2000}'..='\u{20ff}').filter(|c| turns(*c)).count();
        assert_eq!(turning, 9);
    }
}
