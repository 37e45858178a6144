//! Currencies by their code.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::kernel::i18n::{Message, excerpt};

/// A currency, by its ISO 4217 alphabetic code.
///
/// Codes of currencies that are no longer in use stay valid: old contributions were made in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Currency(&'static str);

impl Currency {
    /// The euro, in which totals are shown.
    pub const EUR: Self = Self("EUR");

    /// The three capital letters; the text in the database.
    pub const fn code(self) -> &'static str {
        self.0
    }

    /// Every known currency, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().copied().map(Self)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Not one of the known currency codes; the text is shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no currency has the code {0:?}")]
pub struct UnknownCurrency(pub String);

impl UnknownCurrency {
    /// The text for the person who typed it.
    pub fn message(&self) -> Message {
        Message::new("money-unknown-currency").with("code", &self.0)
    }
}

/// Accepts the code in any case, with spaces around it.
impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let code = text.trim();
        CODES
            .iter()
            .find(|known| known.eq_ignore_ascii_case(code))
            .map(|known| Self(known))
            .ok_or_else(|| UnknownCurrency(excerpt(code)))
    }
}

/// Written out: what is derived for a field that borrows for ever could only be read from what lives for ever.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        String::deserialize(text)?.parse().map_err(D::Error::custom)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0.to_owned()
    }
}

/// The codes of the IATI codelist "Currency" (International Aid Transparency Initiative,
/// <https://iatistandard.org/en/iati-standard/203/codelists/currency/>), which replicates ISO 4217 and
/// keeps withdrawn codes (and `XBT`, which ISO never had), so that every published file can be read.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN",
    "BHD", "BIF", "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BYR", "BZD", "CAD",
    "CDF", "CHF", "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUC", "CUP", "CVE", "CZK", "DJF", "DKK",
    "DOP", "DZD", "EEK", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD",
    "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP",
    "LKR", "LRD", "LSL", "LTL", "LVL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRO",
    "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD",
    "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR",
    "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STD", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD",
    "USN", "USS", "UYI", "UYU", "UZS", "VED", "VEF", "VES", "VND", "VUV", "WST", "XAF", "XBT", "XCD",
    "XDR", "XOF", "XPF", "YER", "ZAR", "ZMK", "ZMW", "ZWL",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_in_any_case() {
        for code in ["EUR", "eur", " Bam ", "RSD", "MKD", "ALL", "CHF", "HRK"] {
            assert_eq!(code.parse::<Currency>().map(|c| c.to_string()), Ok(code.trim().to_uppercase()));
        }
        for not in ["", "EU", "EURO", "XXX", "€", "ЕУР"] {
            assert!(not.parse::<Currency>().is_err(), "{not}");
        }
    }

    #[test]
    fn the_list_is_well_formed() {
        assert!(CODES.is_sorted() && CODES.iter().all(|c| c.len() == 3));
        assert_eq!(Currency::all().count(), 176);
        assert!(Currency::all().any(|c| c == Currency::EUR));
    }

    #[test]
    fn as_json_it_is_its_code() {
        assert_eq!(serde_json::to_string(&Currency::EUR).unwrap(), "\"EUR\"");
        assert_eq!(serde_json::from_str::<Currency>("\"EUR\"").unwrap(), Currency::EUR);
        assert!(serde_json::from_str::<Currency>("\"QQQ\"").is_err());
    }
}
