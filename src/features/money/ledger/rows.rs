//! Actions and their money as they are read for the book.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::features::actions::Status;
use crate::features::money::model::Kind;
use crate::kernel::date::Precision;
use crate::kernel::money::Currency;

#[derive(Debug, Clone)]
pub struct ActionRow {
    pub id: Uuid,
    pub parent_id: Option<Uuid>,
    pub merged_into_id: Option<Uuid>,
    pub declined: bool,
    /// Every member sees it: its level is `public` or `members`, and no donor has declined it.
    pub open: bool,
    pub status: Option<Status>,
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    pub search_title: String,
    pub stated: Option<(Decimal, Currency)>,
    /// In the order of their ids, as the beneficiaries are.
    pub pillars: Vec<Uuid>,
    pub places: Vec<(Uuid, Option<Decimal>)>,
    pub funding: Vec<Uuid>,
    pub implementing: Vec<Uuid>,
}

#[derive(Debug, Clone)]
pub struct MoneyRow {
    pub id: Uuid,
    pub kind: Kind,
    /// None: not to be read as an amount, as the currency.
    pub amount: Option<Decimal>,
    pub currency: Option<Currency>,
    pub value_date: Option<NaiveDate>,
    /// How exactly its value date is known.
    pub precision: Precision,
    pub period: (Option<NaiveDate>, Option<NaiveDate>),
    pub provider: Option<Uuid>,
    pub receiver: Option<Uuid>,
    pub superseded: bool,
    pub withdrawn: bool,
}
