//! Every text of ours, through Fluent.

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};
use std::borrow::Cow;
use std::collections::HashMap;

pub use super::format::Locale;

fluent_templates::static_loader! {
    static TEXTS = {
        locales: "./locales",
        fallback_language: "en",
        // the marks that keep directions apart would be read out and copied; our languages run one way
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// The languages that have texts, best known first.
const OFFERED: [Locale; 1] = [Locale::English];

impl Locale {
    /// The first of the reader's languages (an Accept-Language header) that has texts; English where none has.
    pub fn negotiate(accepted: &str) -> Self {
        let wanted = accepted.split(',').filter_map(|part| part.split(';').next()).map(str::trim);
        wanted.filter_map(Self::from_tag).find(|l| OFFERED.contains(l)).unwrap_or_default()
    }

    fn language(self) -> LanguageIdentifier {
        // one folder a language under locales/; the fallback covers what has none yet
        self.tag().parse().unwrap_or(langid!("en"))
    }
}

/// A text to be said in the reader's language: key and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The value of that name, if the message carries it.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }
}

/// What a person typed, short enough to be repeated to them in a message.
///
/// A pasted page must not come back whole: in the message, the log, or the session.
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let clean: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    if clean.chars().count() > LONGEST { clean.chars().take(LONGEST - 1).chain(['…']).collect() } else { clean }
}

/// The text of a key. A key that does not exist shows itself and is logged; a test finds it before.
pub fn text(locale: &Locale, key: &str) -> String {
    TEXTS.try_lookup(&locale.language(), key).unwrap_or_else(|| missing(key))
}

/// The text of a key that speaks of something. Numbers choose plural forms.
pub fn text_with(locale: &Locale, key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    TEXTS.try_lookup_with_args(&locale.language(), key, &args).unwrap_or_else(|| missing(key))
}

/// The same, of names that come out of the database.
pub fn text_named(locale: &Locale, key: &str, args: Vec<(String, FluentValue<'_>)>) -> String {
    let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
        args.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect();
    TEXTS.try_lookup_with_args(&locale.language(), key, &args).unwrap_or_else(|| missing(key))
}

pub fn has(key: &str) -> bool {
    TEXTS.try_lookup(&langid!("en"), key).is_some()
}

pub fn say(locale: &Locale, message: &Message) -> String {
    let args: Vec<_> = message.args.iter().map(|(name, value)| (*name, FluentValue::from(value.as_str()))).collect();
    text_with(locale, message.key, &args)
}

fn missing(key: &str) -> String {
    tracing::error!(key, "text missing");
    format!("[{key}]")
}
