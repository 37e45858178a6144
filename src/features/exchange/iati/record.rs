//! An action as the portal has it, as far as an IATI file can say it.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use crate::kernel::date::PartialDate;

#[derive(Debug, Clone, Deserialize)]
pub struct Body {
    pub id: Uuid,
    pub name: String,
    pub kind: String,
    pub level: Option<String>,
    pub seat: Option<String>,
    pub iati: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Party {
    pub role: String,
    pub body: Body,
    /// As the source spells it.
    pub as_named: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Place {
    pub code: String,
    pub name: String,
    pub share: Option<Decimal>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Label {
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub dac: Vec<String>,
}

/// What it is part of, where the reader sees that.
#[derive(Debug, Clone, Deserialize)]
pub struct Whole {
    pub id: Uuid,
    pub reference: String,
    pub iati: Option<String>,
    /// Its identifier where it came from an IATI file.
    pub identifier: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Money {
    pub id: Uuid,
    pub kind: String,
    pub amount: Decimal,
    pub currency: String,
    pub value_date: Option<PartialDate>,
    pub period_start: Option<chrono::NaiveDate>,
    pub period_end: Option<chrono::NaiveDate>,
    pub provider: Option<Body>,
    pub receiver: Option<Body>,
    pub note: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    pub id: Uuid,
    pub reference: String,
    pub title: String,
    pub description: String,
    pub status: Option<String>,
    pub handling: String,
    pub keeper: Body,
    pub planned_start: Option<PartialDate>,
    pub planned_end: Option<PartialDate>,
    pub actual_start: Option<PartialDate>,
    pub actual_end: Option<PartialDate>,
    pub date_note: String,
    pub theme_text: String,
    pub source_url: Option<String>,
    pub source_note: String,
    pub parent_text: Option<String>,
    pub whole: Option<Whole>,
    pub total: Option<Decimal>,
    pub currency: Option<String>,
    pub parties: Vec<Party>,
    pub places: Vec<Place>,
    pub pillars: Vec<Label>,
    pub themes: Vec<Label>,
    /// Contributions that somebody entered. Those made from what came stand there.
    pub money: Vec<Money>,
    /// The keys of amounts of what came ([`super::sums::keys`]) that somebody has corrected or withdrawn.
    #[serde(default)]
    pub corrected: Vec<String>,
    /// Whether the reader sees money at all.
    pub sees_money: bool,
    pub updated_at: DateTime<Utc>,
    /// Every beneficiary of the process, by its code.
    pub beneficiaries: Vec<String>,
    /// The activity as it came, where it did.
    pub kept: Option<String>,
}
