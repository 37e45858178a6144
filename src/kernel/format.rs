//! stub
use super::date::{PartialDate, Precision};
use chrono::NaiveDateTime;
use fluent_templates::LanguageIdentifier;
#[derive(Debug, Clone)]
pub struct Locale(LanguageIdentifier);
impl Default for Locale { fn default() -> Self { Self(fluent_templates::langid!("en")) } }
impl Locale {
    pub fn negotiate(_: &str) -> Self { Self::default() }
    pub fn language(&self) -> &LanguageIdentifier { &self.0 }
    pub fn tag(&self) -> &'static str { "en" }
    pub fn number(&self, n: i64) -> String { n.to_string() }
    pub fn date(&self, d: &PartialDate) -> String { match d.precision() { Precision::Day => d.first_day().format("%-d %B %Y").to_string(), Precision::Month => d.first_day().format("%B %Y").to_string(), Precision::Year => d.first_day().format("%Y").to_string() } }
    pub fn day(&self, d: chrono::NaiveDate) -> String { d.format("%-d %B %Y").to_string() }
    pub fn day_time(&self, at: NaiveDateTime) -> String { at.format("%-d %B %Y, %H:%M").to_string() }
}
