//! What is said of a file that was read: what was lost, where, and what to do.

use super::loss::{Loss, What};
use super::read::{Broken, Trouble};
use crate::kernel::i18n::{Locale, Message, say};

impl Loss {
    /// What happened to it, for a person.
    pub fn message(&self) -> Message {
        match &self.what {
            What::Mended { from, to } => Message::new("iati-loss-mended").with("from", from).with("to", to),
            What::Order => Message::new("iati-loss-order"),
            What::Unwrapped => Message::new("iati-loss-unwrapped"),
            What::Filled { value } => Message::new("iati-loss-filled").with("value", value),
            What::Unknown => Message::new("iati-loss-unknown"),
            What::UnknownAttribute { value } => Message::new("iati-loss-unknown-attribute").with("value", value),
            What::Value { value, kind } => {
                Message::new("iati-loss-value").with("value", value).with("kind", kind.as_str())
            }
            What::Text { text } => Message::new("iati-loss-text").with("text", text),
            What::TooMany => Message::new("iati-loss-too-many"),
            What::Lacks { part } => Message::new("iati-loss-lacks").with("part", part),
            What::Missing => Message::new("iati-loss-missing"),
            What::TooLarge => Message::new("iati-loss-too-large"),
            What::TooDeep => Message::new("iati-loss-too-deep"),
            What::NotAnActivity => Message::new("iati-loss-not-an-activity"),
            What::More { count } => Message::new("iati-loss-more").with("count", count),
        }
    }

    /// The same with its line and element.
    pub fn line(&self, locale: &Locale) -> String {
        let what = say(locale, &self.message());
        let at = Message::new(if self.element.is_empty() { "iati-loss-at-line" } else { "iati-loss-at" });
        say(locale, &at.with("line", self.line).with("element", &self.element).with("what", what))
    }
}

impl Broken {
    /// Why a file cannot be read further, and what to do.
    pub fn message(&self) -> Message {
        let message = match &self.trouble {
            Trouble::NotXml => Message::new("iati-broken-not-xml"),
            Trouble::NotActivities { found } => Message::new("iati-broken-not-activities").with("found", found),
            Trouble::Version { found } => Message::new("iati-broken-version").with("found", found),
            Trouble::Encoding { found } if found.is_empty() => Message::new("iati-broken-not-utf8"),
            Trouble::Encoding { found } => Message::new("iati-broken-encoding").with("found", found),
            Trouble::Declaration => Message::new("iati-broken-declaration"),
            Trouble::Entity { name } => Message::new("iati-broken-entity").with("name", name),
            Trouble::Ends => Message::new("iati-broken-ends"),
            Trouble::Form { what } => Message::new("iati-broken-form").with("what", what),
            Trouble::Deep => Message::new("iati-broken-deep"),
            Trouble::Piece => Message::new("iati-broken-piece"),
            Trouble::File => Message::new("iati-broken-file"),
            Trouble::Source { what } => Message::new("iati-broken-source").with("what", what),
        };
        message.with("line", self.line)
    }
}
