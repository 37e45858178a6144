//! How long a process keeps what is no record of its own. The night's work obeys it (`kernel.forget_by_process`); the history,
//! plans and what was frozen of them are kept for ever.

use serde_json::{Map, Value};

use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::mail::LETTER_DAYS;

/// Its place in the settings of a process.
const KEY: &str = "retention";
/// The longest term, in days.
const LONGEST: u16 = 7_300;

/// A kind of thing that is forgotten.
pub struct Kind {
    /// Its field in the form.
    pub field: &'static str,
    /// As the database has it.
    name: &'static str,
    /// The shortest term, in days: as long as it can be asked about.
    least: u16,
    /// Where nothing is set; none: it stays.
    pub usual: Option<u16>,
}

pub static KINDS: [Kind; 5] = [
    Kind { field: "keep_letters", name: "letters", least: 7, usual: Some(LETTER_DAYS) },
    Kind { field: "keep_notices", name: "notices", least: 90, usual: None },
    Kind { field: "keep_access_log", name: "access_log", least: 365, usual: None },
    Kind { field: "keep_requests", name: "requests", least: 30, usual: None },
    Kind { field: "keep_files", name: "files", least: 30, usual: None },
];

pub const FIELDS: [&str; 5] = ["keep_letters", "keep_notices", "keep_access_log", "keep_requests", "keep_files"];

/// Days for each of [`KINDS`]; nothing where the usual stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention([Option<u16>; 5]);

impl Retention {
    /// From a process's settings; what cannot be read is not set.
    pub fn of(settings: &Value) -> Self {
        let days = |kind: &Kind| settings.get(KEY)?.get(kind.name)?.as_u64().and_then(|n| u16::try_from(n).ok());
        Self(KINDS.each_ref().map(days))
    }

    /// Puts itself into a process's settings, leaving the others as they are.
    pub fn put(&self, settings: &mut Value) {
        let set = self.terms().filter_map(|(kind, days)| Some((kind.name.to_owned(), Value::from(days?))));
        let own: Map<String, Value> = set.collect();
        if let Some(all) = settings.as_object_mut() {
            all.insert(KEY.to_owned(), own.into());
        }
    }

    pub fn terms(&self) -> impl Iterator<Item = (&'static Kind, Option<u16>)> {
        KINDS.iter().zip(self.0)
    }

    /// Reads the form; what is wrong is said at its field.
    pub fn read(f: &mut Fields) -> Self {
        Self(KINDS.each_ref().map(|kind| {
            let typed = f.value(kind.field).trim().to_owned();
            let days = typed.parse::<u16>().ok().filter(|days| (kind.least..=LONGEST).contains(days));
            if days.is_none() && !typed.is_empty() {
                let message = Message::new("directory-error-keep").with("least", kind.least).with("most", LONGEST);
                f.fail(kind.field, message);
            }
            days
        }))
    }

    pub fn fill(&self, f: &mut Fields) {
        for (kind, days) in self.terms() {
            f.set(kind.field, days.map(|n| n.to_string()).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_read_again_beside_others() {
        let own = Retention([Some(90), None, Some(400), None, None]);
        let mut settings = serde_json::json!({ "other": 1 });
        own.put(&mut settings);
        assert_eq!(settings, serde_json::json!({ "other": 1, "retention": { "letters": 90, "access_log": 400 } }));
        assert_eq!(Retention::of(&settings), own);
        assert_eq!(Retention::of(&serde_json::json!({ "retention": { "letters": "x" } })), Retention::default());
    }

    #[test]
    fn a_term_is_neither_too_short_nor_too_long() {
        assert_eq!(KINDS.each_ref().map(|kind| kind.field), FIELDS);
        for (typed, right) in [("", true), ("7", true), ("6", false), ("7300", true), ("7301", false), ("-1", false)] {
            let mut f = Fields::new(vec![("keep_letters".to_owned(), typed.to_owned())]);
            let read = Retention::read(&mut f);
            assert_eq!(f.is_valid(), right, "{typed}");
            assert_eq!(read.0[0].map(|n| n.to_string()).unwrap_or_default(), if right { typed } else { "" });
        }
    }
}
