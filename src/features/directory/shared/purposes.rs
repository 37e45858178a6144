//! Fields in which purpose codes are typed: `15210`, `15210 Security system …`, or a name.

use crate::features::codes;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Message, excerpt};

/// More are no mapping.
pub const MOST_CODES: usize = 20;

/// What can be chosen in such a field, for browsers that suggest.
pub fn offered() -> Vec<String> {
    codes::purposes().into_iter().map(codes::Code::line).collect()
}

/// The code that stands first in what was typed or chosen, of those that the record has already: one of them may since have
/// been withdrawn.
fn had<'a>(typed: &str, own: &'a [String]) -> Option<&'a str> {
    let first = typed.split_whitespace().next().unwrap_or_default();
    own.iter().find(|code| *code == first).map(String::as_str)
}

/// What stands in the field, by codes alone as far as it is understood; empty rows are left out.
pub fn bare(f: &mut Fields, name: &str, own: &[String]) {
    let bare = |typed: &str| match (had(typed, own), codes::meant(typed)) {
        (Some(code), _) => code.to_owned(),
        (None, Ok(code)) => code.code.to_owned(),
        (None, Err(_)) => typed.to_owned(),
    };
    let typed = f.values(name).into_iter().map(str::trim).filter(|t| !t.is_empty());
    let all: Vec<String> = typed.take(MOST_CODES).map(bare).collect();
    f.remove(name);
    for code in all {
        f.add(name, code);
    }
}

/// The codes of a field, each once, in their order. What is none marks the field as wrong, with what comes near it.
pub fn read(f: &mut Fields, name: &str, own: &[String]) -> Vec<String> {
    bare(f, name, own);
    let mut all: Vec<String> = f.values(name).into_iter().map(str::to_owned).collect();
    all.sort();
    all.dedup();
    for typed in all.iter().filter(|typed| had(typed, own).is_none()) {
        let Err(near) = codes::meant(typed) else { continue };
        let near: Vec<String> = near.into_iter().map(codes::Code::line).collect();
        let said = if near.is_empty() { "directory-error-code" } else { "directory-error-code-near" };
        f.fail(name, Message::new(said).with("code", excerpt(typed)).with("near", near.join("; ")));
    }
    if f.error(name).is_none() {
        f.remove(name);
        for code in &all {
            f.add(name, code);
        }
    }
    all
}

/// What the rows of the field show: each code with its name, and an empty row behind.
pub fn rows(f: &Fields, name: &str) -> Vec<String> {
    let mut rows: Vec<String> = f.values(name).into_iter().take(MOST_CODES).map(codes::named).collect();
    if rows.len() < MOST_CODES && rows.last().is_none_or(|r| !r.trim().is_empty()) {
        rows.push(String::new());
    }
    rows
}

/// A row more or less, for browsers without scripts. False where none was asked for.
pub fn reshaped(f: &mut Fields, name: &str, own: &[String]) -> bool {
    if f.is_set("add") {
        bare(f, name, own);
        f.add(name, "");
        return true;
    }
    let Ok(drop) = f.value("drop").parse::<usize>() else { return false };
    let kept: Vec<String> =
        f.values(name).into_iter().enumerate().filter(|(i, _)| *i != drop).map(|(_, c)| c.to_owned()).collect();
    f.remove(name);
    for code in kept {
        f.add(name, code);
    }
    bare(f, name, own);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(typed: &[&str]) -> Fields {
        Fields::new(typed.iter().map(|t| ("codes".to_owned(), (*t).to_owned())).collect())
    }

    #[test]
    fn codes_and_names_are_read_alike_and_each_once() {
        let mut f =
            fields(&["15210", "", "15130 Legal and judicial development", "Security system management and reform"]);
        assert_eq!(read(&mut f, "codes", &[]), ["15130", "15210"]);
        assert!(f.is_valid());
    }

    #[test]
    fn what_is_no_code_stays_as_it_was_typed_and_says_what_is_near() {
        let mut f = fields(&["15219", "15130"]);
        read(&mut f, "codes", &[]);
        let error = f.error("codes").expect("an error");
        assert_eq!((error.key, error.arg("code")), ("directory-error-code-near", Some("15219")));
        assert!(error.arg("near").is_some_and(|near| near.contains("15210")), "{error:?}");
        assert_eq!(rows(&f, "codes"), ["15219", "15130 Legal and judicial development", ""]);
        // one that the record has already may have been withdrawn
        let mut f = fields(&["15219 of before"]);
        assert_eq!(read(&mut f, "codes", &["15219".to_owned()]), ["15219"]);
        assert!(f.is_valid());
    }

    #[test]
    fn a_row_more_and_a_row_less() {
        let mut f = fields(&["15130", "15210"]);
        assert!(!reshaped(&mut f, "codes", &[]));
        f.set("drop", "0");
        assert!(reshaped(&mut f, "codes", &[]));
        assert_eq!(rows(&f, "codes").len(), 2);
    }
}
