//! Codes of the standard with their names: `codes.txt` as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::xml::Element;

pub struct List {
    pub name: &'static str,
    codes: HashMap<&'static str, &'static str>,
}

struct Codes {
    lists: Vec<List>,
    /// Where in an activity the codes of which list stand.
    places: HashMap<&'static str, usize>,
}

static CODES: LazyLock<Codes> = LazyLock::new(|| {
    let mut all = Codes { lists: Vec::new(), places: HashMap::new() };
    for line in include_str!("codes.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some((name, places)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) {
            all.places.extend(places.split_whitespace().map(|place| (place, all.lists.len())));
            all.lists.push(List { name, codes: HashMap::new() });
        } else if let (Some((code, name)), Some(list)) = (line.split_once(' '), all.lists.last_mut()) {
            list.codes.insert(code, name);
        }
    }
    all
});

/// The name of a code that stands at this place of an activity, such as `transaction/transaction-type/@code`.
pub fn name(place: &str, code: &str) -> Option<&'static str> {
    let list = CODES.lists.get(*CODES.places.get(place)?)?;
    list.codes.get(code).copied()
}

/// The codes of an activity that their lists do not have, with the list: they stay as they are.
pub fn unknown(activity: &Element) -> Vec<(&'static str, String)> {
    fn walk(element: &Element, path: &mut String, found: &mut Vec<(&'static str, String)>) {
        let here = path.len();
        for (name, value) in &element.attributes {
            path.push('@');
            path.push_str(name);
            if let Some(list) = CODES.places.get(path.as_str()).and_then(|i| CODES.lists.get(*i))
                && !list.codes.contains_key(value.trim())
            {
                found.push((list.name, value.trim().to_owned()));
            }
            path.truncate(here);
        }
        for child in element.children() {
            path.push_str(&child.name);
            path.push('/');
            walk(child, path, found);
            path.truncate(here);
        }
    }
    let mut found = Vec::new();
    walk(activity, &mut String::new(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_by_where_they_stand() {
        assert_eq!(name("activity-status/@code", "2"), Some("Implementation"));
        assert_eq!(name("transaction/transaction-type/@code", "3"), Some("Disbursement"));
        assert_eq!(name("participating-org/@role", "9"), None);
        let activity = Element::new("iati-activity")
            .holding(Element::new("activity-status").with("code", "2"))
            .holding(Element::new("participating-org").with("role", "9").with("type", "10"));
        assert_eq!(unknown(&activity), [("OrganisationRole", "9".to_owned())]);
    }
}
