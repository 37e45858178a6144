//! The code tables: `tables.txt` as data, and what a person means who types a code or a name.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::LazyLock;

use crate::kernel::fold::{fold, fold_tokens};

/// Purpose codes of the OECD-DAC, five digits.
pub const PURPOSES: &str = "Sector";
/// Its sectors, three digits: what purposes are grouped in.
pub const SECTORS: &str = "SectorCategory";

/// So many are offered in place of what is no code.
const MOST_NEAR: usize = 5;
/// Nobody types a longer name.
const MOST_TYPED: usize = 200;

/// A code with its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub code: &'static str,
    pub name: &'static str,
    /// The name, folded.
    words: String,
}

impl Code {
    /// The code and its name, as fields offer it and take it.
    pub fn line(&self) -> String {
        format!("{} {}", self.code, self.name)
    }

    /// How many of these words begin a word of its name.
    fn hits(&self, words: &[String]) -> usize {
        words.iter().filter(|word| self.words.split(' ').any(|own| own.starts_with(word.as_str()))).count()
    }
}

/// A code list.
#[derive(Debug)]
pub struct List {
    /// As the IATI Standard calls it.
    pub name: &'static str,
    /// Where in an activity its codes stand.
    pub places: Vec<&'static str>,
    pub codes: Vec<Code>,
    by_code: HashMap<&'static str, usize>,
}

impl List {
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.codes.get(*self.by_code.get(code)?)
    }

    /// Its codes that begin with what was typed, or whose names have words that begin so; all where nothing was typed.
    pub fn like(&self, typed: &str) -> Vec<&Code> {
        let typed: String = typed.trim().chars().take(MOST_TYPED).collect();
        let words = fold_tokens(&typed);
        let begins = |code: &Code| code.code.get(..typed.len()).is_some_and(|c| c.eq_ignore_ascii_case(&typed));
        let named = |code: &Code| !words.is_empty() && code.hits(&words) == words.len();
        self.codes.iter().filter(|code| typed.is_empty() || begins(code) || named(code)).collect()
    }
}

struct Tables {
    lists: Vec<List>,
    /// Where in an activity the codes of which list stand.
    places: HashMap<&'static str, usize>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut all = Tables { lists: Vec::new(), places: HashMap::new() };
    for line in include_str!("tables.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some((name, places)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) {
            let places: Vec<&'static str> = places.split_whitespace().collect();
            all.places.extend(places.iter().map(|place| (*place, all.lists.len())));
            all.lists.push(List { name, places, codes: Vec::new(), by_code: HashMap::new() });
        } else if let (Some((code, name)), Some(list)) = (line.split_once(' '), all.lists.last_mut()) {
            list.by_code.insert(code, list.codes.len());
            list.codes.push(Code { code, name, words: fold(name) });
        }
    }
    all
});

/// Every list, in the order of the file.
pub fn lists() -> &'static [List] {
    &TABLES.lists
}

pub fn list(name: &str) -> Option<&'static List> {
    TABLES.lists.iter().find(|list| list.name == name)
}

/// The list whose codes stand at this place of an activity, such as `transaction/transaction-type/@code`.
pub fn at(place: &str) -> Option<&'static List> {
    TABLES.lists.get(*TABLES.places.get(place)?)
}

/// A purpose or a sector by its code.
pub fn purpose(code: &str) -> Option<&'static Code> {
    [PURPOSES, SECTORS].into_iter().filter_map(list).find_map(|list| list.get(code))
}

/// Every sector with its purposes behind it.
pub fn purposes() -> Vec<&'static Code> {
    let mut all: Vec<_> = [SECTORS, PURPOSES].into_iter().filter_map(list).flat_map(|list| &list.codes).collect();
    all.sort_by_key(|code| code.code);
    all
}

/// A code with its name, where it has one: a code that was withdrawn since has none.
pub fn named(code: &str) -> String {
    purpose(code).map_or_else(|| code.to_owned(), Code::line)
}

/// The purpose or sector that is meant by `15210`, by `15210 whatever stands behind`, or by its name, however that is
/// spelled.
///
/// # Errors
/// It is none of them, or several: those that come near it, which may be none.
pub fn meant(typed: &str) -> Result<&'static Code, Vec<&'static Code>> {
    let typed: String = typed.trim().chars().take(MOST_TYPED).collect();
    let first = typed.split_whitespace().next().unwrap_or_default();
    if let Some(code) = purpose(first) {
        return Ok(code);
    }
    let all = purposes();
    let words = fold(&typed);
    let mut same = all.iter().copied().filter(|code| code.words == words);
    if let (Some(code), None) = (same.next(), same.next()) {
        return Ok(code);
    }
    // a code that is none: those of its group
    if let Some(group) = first.get(..3).filter(|group| group.bytes().all(|b| b.is_ascii_digit())) {
        return Err(all.into_iter().filter(|code| code.code.starts_with(group)).take(MOST_NEAR).collect());
    }
    let words: Vec<String> = fold_tokens(&typed).into_iter().filter(|word| word.chars().count() > 3).collect();
    let ranked = all.into_iter().map(|code| (code.hits(&words), code));
    let mut near: Vec<_> = ranked.filter(|(hits, _)| *hits > 0).collect();
    near.sort_by_key(|(hits, _)| Reverse(*hits));
    let best = near.first().map_or(0, |(hits, _)| *hits);
    Err(near.into_iter().take_while(|(hits, _)| *hits == best).map(|(_, code)| code).take(MOST_NEAR).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        for list in lists() {
            assert!(!list.codes.is_empty(), "{}", list.name);
            assert_eq!(list.codes.len(), list.by_code.len(), "a code stands twice in {}", list.name);
            assert!(list.codes.iter().all(|c| !c.name.trim().is_empty()), "{}", list.name);
        }
        let purposes = list(PURPOSES).unwrap();
        assert!(purposes.codes.len() > 250 && purposes.codes.iter().all(|c| c.code.len() == 5));
        let sectors = list(SECTORS).unwrap();
        for code in &purposes.codes {
            assert!(sectors.get(&code.code[..3]).is_some(), "{} is of no sector", code.code);
        }
        assert_eq!(at("transaction/transaction-type/@code").map(|l| l.name), Some("TransactionType"));
        assert_eq!(at("nowhere/@code").map(|l| l.name), None);
    }

    #[test]
    fn a_code_is_meant_by_its_digits_or_its_name() {
        for typed in ["15210", " 15210 ", "15210 whatever it is called", "Security system management and reform"] {
            assert_eq!(meant(typed).map(|c| c.code), Ok("15210"), "{typed}");
        }
        assert_eq!(meant("SECURITY  SYSTEM management & reform").map(|c| c.code), Ok("15210"));
        assert_eq!(meant("152").map(|c| c.name), Ok("Conflict, Peace & Security"));
    }

    #[test]
    fn what_is_none_brings_what_comes_near() {
        let near = |typed: &str| meant(typed).map(|c| c.code).unwrap_err().iter().map(|c| c.code).collect::<Vec<_>>();
        assert_eq!(near("15219").first(), Some(&"152"));
        assert!(near("15219").iter().all(|c| c.starts_with("152")));
        assert!(near("security reform").contains(&"15210"), "{:?}", near("security reform"));
        // two purposes have this name
        assert_eq!(near("Rural development"), ["43040", "43042"]);
        for typed in ["", "99999", "💥", "and the", &"x".repeat(100_000), "1", "ß"] {
            assert!(near(typed).is_empty(), "{typed:.20}: {:?}", near(typed));
        }
    }

    #[test]
    fn a_list_is_searched_by_code_and_by_name() {
        let codes = |typed: &str| list(PURPOSES).unwrap().like(typed).iter().map(|c| c.code).collect::<Vec<_>>();
        assert!(codes("152").iter().all(|c| c.starts_with("152")) && codes("152").len() > 3);
        assert!(codes("securi manage").contains(&"15210"));
        assert_eq!(codes("securi nothing"), Vec::<&str>::new());
        assert_eq!(codes("").len(), list(PURPOSES).unwrap().codes.len());
        assert_eq!(codes("!!"), Vec::<&str>::new());
    }
}
