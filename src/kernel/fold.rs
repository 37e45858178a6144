//! One spelling for searching and comparing.
//!
//! [`fold`] makes the stored search columns, what is asked of them, and what the overlap score
//! compares, so that "Прекогранична полицијска сарадња" meets "Prekogranična policijska saradnja"
//! and "P/CVE" meets "preventing and countering violent extremism". Its result is never shown.
//!
//! After a change here or in the tables the stored columns have to be made anew.

mod tables;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use tables::{ABBREVIATIONS, CASED_ABBREVIATIONS, SPELLING_PREFIXES, SPELLING_WORDS, WORDINGS};

/// Folds a text: lower case, no accents, one alphabet, one spelling, abbreviations written out.
///
/// * Serbian, Montenegrin, Macedonian and Bulgarian Cyrillic become Latin without accents; đ and
///   ђ become `dj`, so Đorđe, Ђорђе and Djordje meet. Other scripts stay as they are.
/// * Everything that is neither letter nor digit becomes one space; `&` becomes `and`.
/// * American and some British spellings become one (`organized`, `programme`).
/// * Abbreviations of the field that stand as whole words are written out (`tables.rs`). `RS` never:
///   it means Serbia alone, or nothing. `IPA` neither: it is two things.
/// * North Macedonia's former name becomes the present one, so that each finds the other.
///
/// * `TIP` and `MoI` are written out only where capitals show that no ordinary word (`tip`, `moi`)
///   is meant; lower case does not find them.
///
/// The result holds `a`–`z`, `0`–`9`, single spaces between words, and letters or digits of scripts
/// it cannot transliterate. `fold(fold(x)) == fold(x)`.
/// Takes time linear in the length of the text.
pub fn fold(text: &str) -> String {
    let words = words(text);
    let shouted = words.len() > 1 && !text.chars().any(char::is_lowercase);
    let spelled: Vec<String> = words
        .into_iter()
        .flat_map(|word| {
            if word.capitals
                && !shouted
                && let Some((_, long)) = CASED_ABBREVIATIONS.iter().find(|(s, _)| *s == word.text)
            {
                return long.split(' ').map(str::to_owned).collect();
            }
            vec![spell(word.text)]
        })
        .collect();
    let mut tokens: Vec<&str> = spelled.iter().map(String::as_str).collect();
    tokens = rewrite(&tokens, &ABBREVIATION_RULES);
    // A wording may come about by another's replacement; twice suffices for the tables, the bound
    // keeps the time linear whatever they become.
    for _ in 0..4 {
        let next = rewrite(&tokens, &WORDING_RULES);
        if next == tokens {
            break;
        }
        tokens = next;
    }
    tokens.join(" ")
}

/// The words of [`fold`], in their order, none dropped. Empty for a text without letters or digits.
pub fn fold_tokens(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// [`fold`] without spelling and abbreviations: letters alone. For names and fixed words, such as
/// those of months.
pub fn fold_letters(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
    words.join(" ")
}

struct Word {
    text: String,
    /// Written with at least two capital Latin letters, as `TIP`, `TiP` or `MoI`.
    capitals: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word { text: String::new(), capitals: false };
    let mut capitals = 0_usize;
    let mut end = |word: &mut Word, capitals: &mut usize| {
        if !word.text.is_empty() {
            word.capitals = *capitals > 1;
            words.push(Word { text: std::mem::take(&mut word.text), capitals: word.capitals });
        }
        *capitals = 0;
    };
    // Composed first: ѓ and ќ must be seen whole, since г and к without their accent are other letters.
    for c in text.nfkc() {
        if c == '&' {
            end(&mut word, &mut capitals);
            word.text.push_str("and");
            end(&mut word, &mut capitals);
        } else if !is_invisible(c) && !is_combining_mark(c) {
            if c.is_ascii_uppercase() {
                capitals += 1;
            }
            let before = word.text.len();
            c.to_lowercase().for_each(|lower| push_folded(lower, &mut word.text));
            if word.text.len() == before && !tables::is_silent(c) {
                end(&mut word, &mut capitals);
            }
        }
    }
    end(&mut word, &mut capitals);
    words
}

/// Adds what a lower-case letter folds to; nothing if it is no letter or digit.
fn push_folded(c: char, out: &mut String) {
    if c.is_ascii_alphanumeric() {
        out.push(c);
    } else if let Some(latin) = tables::transliterate(c) {
        out.push_str(latin);
    } else {
        for part in std::iter::once(c).nfkd().filter(|part| !is_combining_mark(*part)) {
            if part.is_ascii_alphanumeric() {
                out.push(part);
            } else if let Some(latin) = tables::transliterate(part) {
                out.push_str(latin);
            } else if part.is_alphanumeric() && !is_modifier(part) {
                out.push(part);
            }
        }
    }
}

/// Soft hyphens, joiners and marks of direction: they do not part a word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Spacing accents and apostrophes that Unicode counts as letters.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{2b0}'..='\u{2ff}')
}

/// British and American spelling to one, a word at a time.
fn spell(mut word: String) -> String {
    if !word.is_ascii() {
        return word;
    }
    if let Some((_, one)) = SPELLING_WORDS.iter().find(|(other, _)| *other == word) {
        return (*one).to_owned();
    }
    if let Some((other, one)) = SPELLING_PREFIXES.iter().find(|(other, _)| word.starts_with(other)) {
        word.replace_range(..other.len(), one);
    }
    // organize, organized, organizing, organization(s), analyze … but not size, prize, seize.
    for (ending, at) in tables::Z_ENDINGS {
        if word.len() >= ending.len() + 4 && word.ends_with(ending) {
            let z = word.len() - ending.len() + at;
            word.replace_range(z..=z, "s");
            break;
        }
    }
    word
}

/// Rules by the first word of what they replace, the longest first.
type Rules = HashMap<&'static str, Vec<(Vec<&'static str>, Vec<&'static str>)>>;

static ABBREVIATION_RULES: LazyLock<Rules> = LazyLock::new(|| rules(ABBREVIATIONS));
static WORDING_RULES: LazyLock<Rules> = LazyLock::new(|| rules(WORDINGS));

fn rules(table: &[(&'static str, &'static str)]) -> Rules {
    let mut rules = Rules::new();
    for (from, to) in table {
        let from: Vec<&str> = from.split(' ').collect();
        if let Some(first) = from.first() {
            rules.entry(first).or_default().push((from, to.split(' ').collect()));
        }
    }
    for of_word in rules.values_mut() {
        of_word.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    }
    rules
}

fn rewrite<'a>(tokens: &[&'a str], rules: &Rules) -> Vec<&'a str> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        let rule = rules.get(first).and_then(|of_word| of_word.iter().find(|(from, _)| rest.starts_with(from)));
        match rule {
            Some((from, to)) if !is_numbered(rest, from) => {
                out.extend(to.iter().copied());
                rest = rest.get(from.len()..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

/// CVE-2024-12345 is a vulnerability in software, not an activity against extremism.
fn is_numbered(rest: &[&str], from: &[&str]) -> bool {
    from == ["cve"] && rest.get(1).is_some_and(|next| next.len() == 4 && next.bytes().all(|b| b.is_ascii_digit()))
}
