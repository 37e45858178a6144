//! Codes of the standard with their names, by where they stand in an activity.

use super::xml::Element;
use crate::features::codes;

/// The name of a code that stands at this place of an activity, such as `transaction/transaction-type/@code`.
pub fn name(place: &str, code: &str) -> Option<&'static str> {
    codes::at(place)?.get(code).map(|code| code.name)
}

/// The codes of an activity that their lists do not have, with the list: they stay as they are.
pub fn unknown(activity: &Element) -> Vec<(&'static str, String)> {
    fn walk(element: &Element, path: &mut String, found: &mut Vec<(&'static str, String)>) {
        let here = path.len();
        for (name, value) in &element.attributes {
            path.push('@');
            path.push_str(name);
            if let Some(list) = codes::at(path)
                && list.get(value.trim()).is_none()
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
