//! The name of a file as it is shown and handed out. It comes from outside and is written into pages, headers and other people's
//! folders: of it remains what can do nothing there.

use unicode_normalization::UnicodeNormalization;

/// The longest name, in characters, its ending included.
const LONGEST: usize = 150;
/// Names that stand for devices on some machines.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// Marks that turn the direction of writing, or are not seen at all: with them `exe.pdf` can be made to look like anything.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// A name without path, without what cannot be seen, and its ending in small letters; `Err`: what it was, where nothing is left
/// of it or it has no ending.
pub fn cleaned(sent: &str) -> Result<(String, String), String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last
        .chars()
        .filter(|c| !c.is_control() && !is_unseen(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') || c.is_whitespace() { ' ' } else { c })
        .collect::<String>()
        .nfc()
        .collect();
    let words: Vec<&str> = seen.split(' ').filter(|w| !w.is_empty()).collect();
    let plain = words.join(" ");
    let plain = plain.trim_matches(['.', ' ']);
    let Some((stem, ending)) = plain.rsplit_once('.') else { return Err(plain.to_owned()) };
    let ending = ending.trim().to_lowercase();
    let stem = stem.trim_matches(['.', ' ']);
    let usual = !ending.is_empty() && ending.len() <= 5 && ending.chars().all(|c| c.is_ascii_alphanumeric());
    if stem.is_empty() || !usual {
        return Err(plain.to_owned());
    }
    let letters = stem.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    let device = DEVICES.contains(&letters.trim().to_lowercase().as_str());
    let most = LONGEST.saturating_sub(ending.len() + 1);
    let stem: String = device.then_some('_').into_iter().chain(stem.chars()).take(most).collect();
    Ok((format!("{}.{ending}", stem.trim_end_matches(['.', ' '])), ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        for (sent, name) in [
            ("Report 2026.pdf", "Report 2026.pdf"),
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\me\\Plan.DOCX", "Plan.docx"),
            ("Извештај о раду.pdf", "Извештај о раду.pdf"),
            ("plan\u{202e}fdp.exe.pdf", "planfdp.exe.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
            ("  .. spaces\u{a0}and   dots .. .pdf", "spaces and dots.pdf"),
            ("a\"b<c>d|e?f*g.csv", "a b c d e f g.csv"),
            ("con.txt", "_con.txt"),
            ("LPT1.old.pdf", "_LPT1.old.pdf"),
            ("zero\u{200b}width\u{feff}.png", "zerowidth.png"),
            ("tag\u{e0041}.png", "tag.png"),
        ] {
            assert_eq!(cleaned(sent).map(|(n, _)| n).as_deref(), Ok(name), "{sent:?}");
        }
        for nothing in ["", ".", "..", ".pdf", "...pdf", "pdf", "/", "\u{202e}", "name.", "name.longending", "name.p f"]
        {
            assert!(cleaned(nothing).is_err(), "{nothing:?}: {:?}", cleaned(nothing));
        }
    }

    proptest! {
        #[test]
        fn a_cleaned_name_can_do_nothing_and_is_clean(sent in "\\PC{0,20}[\\PC\\x00-\\x1f\u{202a}-\u{202e}\u{2066}-\u{2069}/\\\\.]{0,200}\\.(pdf|PDF|docx|txt)") {
            if let Ok((name, ending)) = cleaned(&sent) {
                prop_assert!(!name.chars().any(|c| c.is_control() || is_unseen(c) || "/\\<>:\"|?*".contains(c)), "{name:?}");
                prop_assert!(name.chars().count() <= LONGEST && !name.starts_with('.'));
                let closing = format!(".{ending}");
                prop_assert!(name.ends_with(&closing));
                prop_assert_eq!(cleaned(&name).map(|(n, _)| n.trim_start_matches('_').to_owned()), Ok(name.trim_start_matches('_').to_owned()));
            }
        }
    }
}
