//! Words as they are compared: folded, without endings, without those that say nothing.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::kernel::fold::fold_tokens;

/// A word of a text: what is compared and what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub stem: String,
    pub shown: String,
}

/// The telling words of a text in their order: folded (accents, scripts, abbreviations; see
/// `kernel::fold`), endings cut, common words left out.
pub fn words(text: &str) -> Vec<Word> {
    fold_tokens(text)
        .into_iter()
        .filter(|token| tells(token))
        .map(|token| Word { stem: stem(&token), shown: token })
        .collect()
}

/// Whether a folded word tells anything.
pub fn tells(token: &str) -> bool {
    token.len() > 1 && !is_stop(token)
}

/// Cuts English endings so that forms of a word meet: `preventing`, `prevention`, `prevents`.
/// Words with digits stay whole.
pub fn stem(word: &str) -> String {
    if word.len() < 4 || !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut stem = word;
    for (ending, keep) in [("ies", 1), ("sses", 2), ("s", 0)] {
        if let Some(cut) = stem.strip_suffix(ending) {
            if ending == "s" && (cut.ends_with('s') || cut.ends_with('u') || cut.ends_with('i')) {
                break;
            }
            if cut.len() + keep >= 3 {
                stem = &stem[..cut.len() + keep];
            }
            break;
        }
    }
    for ending in ["ations", "ation", "ating", "ated", "ate", "ing", "ion", "ive", "ed", "ment", "al", "e", "y", "i"] {
        if let Some(cut) = stem.strip_suffix(ending)
            && cut.len() >= 4
        {
            stem = cut;
            break;
        }
    }
    stem.to_owned()
}

/// Acronyms of a title, as written: `PaCT`, `EU4FAST`, `iPROCEEDS`. None of a title all in capitals.
pub fn acronyms(title: &str) -> Vec<String> {
    if !title.chars().any(char::is_lowercase) {
        return Vec::new();
    }
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().filter(|c| c.is_uppercase()).count() >= 3 && word.len() <= 12)
        .filter(|word| roman(word).is_none() && word.chars().any(char::is_alphabetic))
        .map(str::to_owned)
        .collect()
}

/// The code in which an identifier ends, if it does: `P154875` of `44000-P154875`. Organisations put their own
/// name before a code that they share.
pub fn endings(identifier: &str) -> Vec<String> {
    let starts = identifier.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    let mut endings: Vec<String> = starts
        .filter_map(|start| identifier.get(start..))
        .map(super::profile::identifier_key)
        .filter(|code| is_code(code))
        .collect();
    endings.dedup();
    // The longer ones begin with the organisation's own number.
    let from = endings.len().saturating_sub(2);
    endings.split_off(from)
}

/// What looks like a code of a contract or a project in a text: `2020/421-902`, `AID_011424`.
pub fn codes(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '"'))
        .filter(|word| word.len() >= 5 && word.len() <= 40 && !word.contains("://"))
        .map(super::profile::identifier_key)
        .filter(|code| is_code(code))
        .collect()
}

/// At least six letters and digits, three of them digits, and no year, span of years or round sum.
fn is_code(code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let years = code.len() == 8 && digits == 8 && (code.starts_with("19") || code.starts_with("20"));
    code.len() >= 6 && digits >= 3 && !years && !code.ends_with("000") && !code.starts_with("COVID")
}

/// A number of a phase, edition, call or year that a title counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// "phase II", "Horizontal Facility 2", "2nd call".
    Phase(u32),
    /// "IPA 2017", "2012-2015": the first year.
    Year(u32),
}

/// What a title counts, phases before years.
pub fn counts(title: &str) -> Vec<Count> {
    let tokens: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()).collect();
    let mut phases = Vec::new();
    let mut years = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|b| tokens.get(b)).map(|t| t.to_lowercase()).unwrap_or_default();
        let counted = ["phase", "faza", "fase", "stage", "round", "call", "part", "component", "tranche", "lot"];
        let small = token.parse::<u32>().ok().filter(|n| *n < 30).or_else(|| roman(token));
        // "IPA II" is a fund's name, not a phase.
        if let Some(number) = small
            && before != "ipa"
            && (counted.contains(&before.as_str()) || roman(token).is_some_and(|n| n > 1) || at + 1 == tokens.len())
        {
            phases.push(Count::Phase(number));
        } else if let Some(year) = token.parse::<u32>().ok().filter(|n| (1990..2060).contains(n)) {
            years.push(Count::Year(year));
        }
    }
    phases.truncate(2);
    years.truncate(1);
    phases.extend(years);
    phases
}

/// Whether a text says that its action follows another or is followed by one.
pub fn follows(text: &str) -> bool {
    let text = text.to_lowercase();
    ["successor", "predecessor", "follow-up", "follow up", "second phase", "third phase", "continuation of"]
        .iter()
        .any(|cue| text.contains(cue))
}

fn roman(token: &str) -> Option<u32> {
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
        .iter()
        .position(|numeral| *numeral == token)
        .and_then(|at| u32::try_from(at + 1).ok())
}

/// Words too common in any of the languages to tell anything.
fn is_stop(token: &str) -> bool {
    STOP.binary_search(&token).is_ok()
}

/// Sorted. English, German, French, Italian, Swedish, Spanish, Bosnian-Croatian-Serbian; folded.
static STOP: &[&str] = &[
    "a", "aber", "about", "all", "als", "also", "am", "an", "and", "are", "as", "at", "att", "au", "auf", "aus", "aux",
    "av", "avec", "be", "been", "bei", "by", "c", "ces", "cette", "che", "con", "d", "da", "dans", "das", "de",
    "degli", "dei", "del", "della", "delle", "dem", "den", "der", "des", "det", "di", "die", "dina", "du", "e", "ein",
    "eine", "einer", "el", "en", "es", "est", "et", "ett", "for", "fra", "from", "fur", "gli", "has", "have", "i",
    "il", "im", "in", "into", "ist", "it", "its", "je", "kroz", "l", "la", "las", "le", "les", "los", "med", "mit",
    "na", "non", "nur", "och", "oder", "of", "om", "on", "or", "ou", "par", "para", "per", "po", "pour", "que", "qui",
    "s", "se", "so", "som", "such", "sur", "than", "that", "the", "their", "them", "these", "they", "this", "those",
    "through", "til", "till", "to", "u", "un", "una", "und", "une", "uz", "von", "vor", "was", "were", "which", "will",
    "with", "y", "za", "zu", "zum", "zur",
];

/// Whether a word, as it is shown, says nothing of what two actions have in common: numbers, time, the words of every project. How many
/// actions use a word does not tell: "two" is rarer than "police", and "month" than "law". They are scored like any other, and little,
/// since many use them; only nobody is told of them.
pub fn is_plain(word: &str) -> bool {
    let digits = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    // the number of a decision or a law is one of a kind, "12" and "2026" are not
    let plain_number = word.len() <= 3 || (word.len() == 4 && (word.starts_with("19") || word.starts_with("20")));
    if digits { plain_number } else { PLAIN_STEMS.contains(stem(word).as_str()) }
}

static PLAIN_STEMS: LazyLock<HashSet<String>> =
    LazyLock::new(|| PLAIN.iter().flat_map(|line| line.split(' ')).map(stem).collect());

/// In the languages of the stop words, Albanian and Macedonian; folded.
static PLAIN: &[&str] = &[
    "one two three four five six seven eight nine ten eleven twelve twenty hundred thousand million billion first second third both",
    "each other more most new well up out not who where is during under within due total number",
    "year annual yearly month monthly week day quarter date period duration phase january february march april may june july august",
    "september october november december",
    "project program programme activity action initiative intervention support provide include aim objective implement",
    "implementation implemented implementing contribute contribution overall specific relate based focus",
    "eur euro usd amount percent",
    "jedan jedna dva dvije dve tri cetiri pet sest sedam osam devet deset sto hiljada milion prvi drugi treci",
    "godina godine godinu godisnje mjesec mesec mjeseci meseci dan dana dani projekat projekt projekta projekti aktivnost aktivnosti podrska",
    "ukupno edna dve cetiri godini mesec proekt programa programi",
    "nje dy kater pese gjashte shtate tete nente dhjete viti vit vite vjet muaj muaji dite projekti",
    "zwei drei vier funf sechs jahr jahre jahren monat monate vorhaben massnahme deux trois quatre cinq annee annees mois jour projet",
    "programme anno anni mese mesi progetto ano anos mes meses proyecto manad projektet",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_of_two_actions_is_known() {
        for plain in
            ["two", "years", "year", "program", "projects", "activities", "2026", "12", "godine", "projekat", "months"]
        {
            assert!(is_plain(plain), "{plain}");
        }
        for telling in
            ["police", "border", "training", "law", "1788", "eu4fast", "tren", "cyber", "prevention", "polici", ""]
        {
            assert!(!is_plain(telling), "{telling}");
        }
        assert!(PLAIN.iter().flat_map(|line| line.split(' ')).all(kernel_folded), "folded, parted by one space");
    }

    fn kernel_folded(word: &str) -> bool {
        !word.is_empty() && crate::kernel::fold::fold_letters(word) == word
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [["preventing", "prevention"], ["capacity", "capacities"], ["strengthened", "strengthening"]] {
            assert_eq!(stem(forms[0]), stem(forms[1]));
        }
        assert_eq!(stem("2016"), "2016");
    }

    #[test]
    fn stop_words_are_sorted() {
        let mut sorted = STOP.to_vec();
        sorted.sort_unstable();
        assert_eq!(STOP, sorted.as_slice());
    }
}
