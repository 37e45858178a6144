//! What the parts of the directory have in common.

mod answer;
mod conflict;
mod person;
pub mod purposes;
mod store;

pub use crate::kernel::conflict::{carry, differences, remember, settle};
pub use crate::kernel::window::{Cursor, Window, kept_query};
pub use answer::{again, done, html, id};
pub use conflict::{Conflict, conflict};
pub use person::Person;
pub use store::{ActionLine, HistoryLine, histories, history, last_change, organisation_options};

use crate::kernel::form::Fields;
use crate::kernel::history::{Change, Changes};
use crate::kernel::page::Page;
use std::collections::BTreeMap;

/// What a record says, field by field, each value as it is stored: compared for the history.
pub type Facts = BTreeMap<&'static str, Vec<String>>;

/// What has changed from one to the other.
pub fn changes(before: &Facts, after: &Facts) -> Changes {
    let empty = Vec::new();
    let mut changes = Changes::new();
    for name in before.keys().chain(after.keys()) {
        let (from, to) = (before.get(name).unwrap_or(&empty), after.get(name).unwrap_or(&empty));
        // what is new says what it is, not what it is not
        let only_no = from.is_empty() && matches!(&to[..], [no] if no == "no");
        if from != to && !only_no {
            changes.insert((*name).to_owned(), Change { from: from.clone(), to: to.clone() });
        }
    }
    changes
}

/// One value of a fact; nothing where it is not stated.
pub fn fact(value: Option<impl std::fmt::Display>) -> Vec<String> {
    value.map(|v| v.to_string()).filter(|v| !v.is_empty()).into_iter().collect()
}

/// The name of a field. A word of the portal's that a process may set is named by itself.
pub fn label(p: &Page, field: &str) -> String {
    match field.strip_prefix("word-") {
        Some(key) => crate::kernel::i18n::text(&p.locale, key),
        None => p.t(&format!("directory-field-{field}")),
    }
}

/// A value of the history or of a conflict in the reader's words: closed lists are stored by their keys.
pub fn in_words(p: &Page, field: &str, value: &str) -> String {
    use super::members::MemberState;
    use super::organisations::{Level, OrganisationKind};
    use super::strategies::StrategyStatus;
    use crate::features::codes;
    use crate::features::decisions::{Procedure, Rule};
    use crate::kernel::date::PartialDate;
    use crate::kernel::permit::Role;
    use crate::kernel::zone::Zone;
    match field {
        "codes" | "main_code" => return codes::named(value),
        "lead" | "former_name" => return days_in_words(p, value),
        "own_language" => return crate::features::needs::language(value).to_owned(),
        "starts" | "ends" => {
            return value.parse::<PartialDate>().map_or_else(|_| value.to_owned(), |date| p.date(&date));
        }
        _ => {}
    }
    let key = match field {
        "status" => StrategyStatus::parse(value).map(StrategyStatus::label),
        "kind" => OrganisationKind::parse(value).map(OrganisationKind::label),
        "level" => Level::parse(value).map(Level::label),
        "board_rule" => Rule::parse(value).map(Rule::label),
        "board_procedure" => Procedure::parse(value).map(Procedure::label),
        "role" => Role::parse(value).map(Role::label),
        "time_zone" => Zone::parse(value).map(Zone::label),
        "state" => MemberState::parse(value).map(MemberState::label),
        _ => match value {
            "yes" => Some("directory-yes"),
            "no" => Some("directory-no"),
            _ => None,
        },
    };
    if let Some(key) = key {
        return p.t(key);
    }
    match value.parse::<chrono::NaiveDate>() {
        Ok(day) => p.day(&day),
        Err(_) => value.to_owned(),
    }
}

/// The days of a form, filled from what is stored, as whoever opens it would write them.
pub fn as_read(p: &Page, f: &mut Fields, names: &[&str]) {
    for name in names {
        let days: Vec<String> = f.values(name).into_iter().map(|day| days_in_words(p, day)).collect();
        f.remove(name);
        for day in days {
            f.add(name, day);
        }
    }
}

/// The days that stand as words of their own in a text of the history, as people write them. An address that holds one is no
/// such word.
fn days_in_words(p: &Page, text: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(['(', ')']);
        match bare.parse::<chrono::NaiveDate>() {
            Ok(day) => word.replace(bare, &p.day(&day)),
            Err(_) => word.to_owned(),
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_the_history_are_written_as_people_write_them() {
        let p = Page::bare(crate::kernel::i18n::Locale::default(), chrono::NaiveDate::default());
        let said = |field: &str, value: &str| in_words(&p, field, value);
        assert_eq!(said("former_name", "Old Name (2019-02-12)"), "Old Name (12 February 2019)");
        assert_eq!(
            said("lead", "Academy: 2025-01-01 – 2028-12-31 · https://board.example/2024-05-01/x"),
            "Academy: 1 January 2025 – 31 December 2028 · https://board.example/2024-05-01/x"
        );
        assert_eq!(said("lead", "Academy: 2025-01-01 – "), "Academy: 1 January 2025 – ");
        assert_eq!(said("ends_on", "2025-01-01"), "1 January 2025");
    }

    #[test]
    fn a_form_shows_days_as_people_write_them() {
        let p = Page::bare(crate::kernel::i18n::Locale::default(), chrono::NaiveDate::default());
        let mut f = Fields::decode(b"until=2019-02-12&until=&name=2019-02-12&until=1.2.2003");
        as_read(&p, &mut f, &["until", "from"]);
        assert_eq!(f.values("until"), ["12 February 2019", "", "1.2.2003"]);
        assert_eq!((f.value("name"), f.values("from").len()), ("2019-02-12", 0));
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before: Facts = [("name", vec!["A".to_owned()]), ("note", vec![])].into();
        let after: Facts = [("name", vec!["A".to_owned()]), ("note", vec!["n".to_owned()])].into();
        let changes = changes(&before, &after);
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["note"]);
        assert_eq!(changes["note"].from, Vec::<String>::new());
    }
}
