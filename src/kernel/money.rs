//! Amounts of money as people type them. Never floats.
//!
//! Which sign parts the decimals differs between the languages of one and the same meeting, so the
//! text itself has to show it. The rules are few and stand at [`parse_money`]; what they cannot decide
//! is refused with what to write instead.

mod currency;
mod parse;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use super::i18n::Message;
pub use currency::{Currency, UnknownCurrency};
pub use parse::{parse_amount, parse_amount_with, parse_currency, parse_money};

/// A number as a field shows it, so that it is read back as it is: with three decimals it would be read as thousands.
pub fn as_typed(number: Decimal) -> String {
    let mut number = number.normalize();
    if number.scale() == 3 {
        number.rescale(4);
    }
    number.to_string()
}

/// Whether an amount below zero may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Negative {
    /// A correction or a repayment may be.
    Allowed,
    /// A budget may not.
    Refused,
}

/// What [`parse_money`] read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed {
    /// With all the decimals that were typed.
    pub amount: Decimal,
    /// The currency, if one stood beside the amount.
    pub currency: Option<Currency>,
}

/// Why an amount was refused, with what a person needs to put it right. Texts are shortened.
///
/// The texts here are for logs; people read [`AmountError::message`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was written.
    #[error("no amount was written")]
    Empty,
    /// Not a number in one of the accepted forms.
    #[error("not understood as an amount: {text:?}")]
    NotUnderstood {
        /// What was typed.
        text: String,
    },
    /// The digits are not in groups of three.
    #[error("groups of digits are not of three: {text:?}")]
    Grouping {
        /// The number as typed.
        text: String,
    },
    /// `1.250 M`: one and a quarter million, or 1250 millions?
    #[error("can be decimals or thousands: {text:?}")]
    Ambiguous {
        /// The number as typed, without its unit.
        text: String,
        /// The number if the sign parts thousands.
        whole: String,
        /// The number if the sign parts decimals, in a form that is accepted.
        decimals: String,
        /// The unit as typed.
        unit: String,
    },
    /// Below zero where that cannot be.
    #[error("the amount is below zero")]
    Negative,
    /// More than 10^15, or more digits than can be kept exactly.
    #[error("the amount is too large or has too many digits")]
    TooLarge,
    /// A currency stands in the field for the amount alone.
    #[error("a currency ({currency}) stands beside the amount")]
    CurrencyTyped {
        /// The currency that was typed.
        currency: Currency,
    },
    /// A sign that several currencies share.
    #[error("the sign {sign:?} is that of several currencies")]
    SharedSign {
        /// `$`, `¥` or `kr`.
        sign: String,
    },
}

impl AmountError {
    /// The text for the person who typed the amount.
    pub fn message(&self) -> Message {
        match self {
            Self::Empty => Message::new("money-empty"),
            Self::NotUnderstood { text } => Message::new("money-not-understood").with("text", text),
            Self::Grouping { text } => Message::new("money-grouping").with("text", text),
            Self::Ambiguous { text, whole, decimals, unit } => Message::new("money-ambiguous")
                .with("text", text)
                .with("whole", whole)
                .with("decimals", decimals)
                .with("unit", unit),
            Self::Negative => Message::new("money-negative"),
            Self::TooLarge => Message::new("money-too-large"),
            Self::CurrencyTyped { currency } => Message::new("money-currency-typed").with("currency", currency),
            Self::SharedSign { sign } => Message::new("money-shared-sign").with("sign", sign),
        }
    }
}
