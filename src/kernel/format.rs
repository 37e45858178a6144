//! Dates, numbers and money as the languages of the portal write them, through ICU.
//!
//! Figures are rounded only here, when they are shown, half away from zero (2.5 → 3, −2.5 → −3), as
//! people do by hand; stored figures keep all their decimals.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use fixed_decimal::Decimal as IcuDecimal;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{Y, YM, YMD};
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::LanguageIdentifier;
use rust_decimal::{Decimal, RoundingStrategy};

use super::date::{PartialDate, Precision};
use super::money::Currency;

/// Keeps a number and its unit on one line.
const NO_BREAK: &str = "\u{a0}";

/// A language in which pages are shown, with its script and its way of writing dates and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Locale {
    /// English as in Britain: day before month.
    #[default]
    English,
    /// German.
    German,
    /// Albanian.
    Albanian,
    /// Bosnian in Latin script.
    Bosnian,
    /// Croatian.
    Croatian,
    /// Serbian in Latin script; serves Montenegrin too, for which ICU has no data of its own.
    SerbianLatin,
    /// Serbian in Cyrillic script.
    SerbianCyrillic,
    /// Macedonian.
    Macedonian,
    /// Slovenian.
    Slovenian,
}

impl Locale {
    /// Every locale, in the order of their declaration (by which their formatters are kept).
    pub const ALL: [Self; 9] = [
        Self::English,
        Self::German,
        Self::Albanian,
        Self::Bosnian,
        Self::Croatian,
        Self::SerbianLatin,
        Self::SerbianCyrillic,
        Self::Macedonian,
        Self::Slovenian,
    ];

    /// The BCP 47 tag, for the `lang` attribute and for [`Locale::from_tag`].
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Albanian => "sq",
            Self::Bosnian => "bs",
            Self::Croatian => "hr",
            Self::SerbianLatin => "sr-Latn",
            Self::SerbianCyrillic => "sr-Cyrl",
            Self::Macedonian => "mk",
            Self::Slovenian => "sl",
        }
    }

    /// The locale for a BCP 47 tag (`_` for `-` is accepted), by its language and, for Serbian, its
    /// script; the region is not looked at. `sr` alone is Cyrillic, as in CLDR; Montenegrin (`cnr`, and
    /// `sr-ME`) is Latin unless its tag says otherwise. `None` for other languages.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let id = LanguageIdentifier::try_from_str(&tag.replace('_', "-")).ok()?;
        let script = id.script.map(|s| s.as_str().to_owned());
        let montenegro = id.region.is_some_and(|r| r.as_str() == "ME");
        Some(match (id.language.as_str(), script.as_deref()) {
            ("en", _) => Self::English,
            ("de", _) => Self::German,
            ("sq", _) => Self::Albanian,
            ("bs", _) => Self::Bosnian,
            ("hr", _) => Self::Croatian,
            ("mk", _) => Self::Macedonian,
            ("sl", _) => Self::Slovenian,
            ("sr" | "cnr", Some("Cyrl")) => Self::SerbianCyrillic,
            ("sr" | "cnr", Some(_)) | ("cnr", None) => Self::SerbianLatin,
            ("sr", None) if montenegro => Self::SerbianLatin,
            ("sr", None) => Self::SerbianCyrillic,
            _ => return None,
        })
    }

    /// A date, as precisely as it is known: `24 November 2026`, `November 2026`, `2026`.
    pub fn date(self, date: &PartialDate) -> String {
        let first = date.first_day();
        let Ok(icu) = Date::try_new_gregorian(first.year(), to_u8(first.month()), to_u8(first.day())) else {
            return date.to_string();
        };
        let forms = self.forms();
        let text = match date.precision() {
            Precision::Day => forms.day.as_ref().map(|f| f.format(&icu).to_string()),
            Precision::Month => forms.month.as_ref().map(|f| f.format(&icu).to_string()),
            Precision::Year => forms.year.as_ref().map(|f| f.format(&icu).to_string()),
        };
        // ISO text is readable everywhere, should ICU's data ever lack a locale.
        let mut text = text.unwrap_or_else(|| date.to_string());
        // CLDR's Macedonian pattern for a day lacks the point of "г." that its month and year have.
        if self == Self::Macedonian && text.ends_with('г') {
            text.push('.');
        }
        text
    }

    /// A day that is one.
    pub fn day(self, day: NaiveDate) -> String {
        PartialDate::from_parts(day, Precision::Day).map_or_else(|_| day.to_string(), |day| self.date(&day))
    }

    /// A moment, to the minute, on the 24-hour clock: `24 November 2026, 14:03`.
    /// The caller has brought it into the process's time zone.
    pub fn day_time(self, moment: NaiveDateTime) -> String {
        let day = self.day(moment.date());
        // After an ordinal point ("24. новембар 2026.") a comma would be one sign too many.
        let joint = if day.ends_with('.') { " " } else { ", " };
        format!("{day}{joint}{:02}:{:02}", moment.hour(), moment.minute())
    }

    /// A whole number with its thousands parted: `17,915`.
    pub fn number(self, number: i64) -> String {
        self.decimal(Decimal::from(number), 0)
    }

    /// A number with the decimals that it has, six at most: `0.125`.
    pub fn quantity(self, number: Decimal) -> String {
        let number = round(number, 6).normalize();
        self.decimal(number, number.scale())
    }

    /// An amount in full: `17,915,000 EUR`; with two decimals if it has any: `1,234.50 EUR`.
    /// The code stands behind in every language, after a space that does not break.
    pub fn amount(self, amount: Decimal, currency: &Currency) -> String {
        let rounded = round(amount, 2);
        let decimals = if rounded.fract().is_zero() { 0 } else { 2 };
        format!("{}{NO_BREAK}{currency}", self.decimal(rounded, decimals))
    }

    /// An amount for tiles and tables: `33.3 M EUR`, `2.5 k EUR`, `1 bn EUR`, `950 EUR`.
    /// One decimal at most, none if it is 0; below a thousand, none. An amount that is not zero but
    /// would round to it is shown in full, since "0" would say that there is nothing.
    pub fn amount_short(self, amount: Decimal, currency: &Currency) -> String {
        let thousand = Decimal::ONE_THOUSAND;
        let mut scaled = amount;
        let mut shown = round(amount, 0);
        let mut unit = None;
        // By what is shown, not by what is: 999,960 is 1 M, not 1,000 k.
        for next in self.units() {
            if shown.abs() < thousand {
                break;
            }
            scaled /= thousand;
            shown = round(scaled, 1);
            unit = Some(next);
        }
        if shown.is_zero() && !amount.is_zero() {
            return self.amount(amount, currency);
        }
        let decimals = if shown.fract().is_zero() { 0 } else { 1 };
        let number = self.decimal(shown, decimals);
        match unit {
            Some(unit) => format!("{number}{NO_BREAK}{unit}{NO_BREAK}{currency}"),
            None => format!("{number}{NO_BREAK}{currency}"),
        }
    }

    /// A share (1 is the whole) in percent, with one decimal at most: `42.5%`, German `42,5 %`.
    pub fn percent(self, share: Decimal) -> String {
        let percent = round(share.saturating_mul(Decimal::ONE_HUNDRED), 1);
        let decimals = if percent.fract().is_zero() { 0 } else { 1 };
        let number = self.decimal(percent, decimals);
        // CLDR's percent patterns, which ICU4X does not yet format outside its experimental crate.
        match self {
            Self::German | Self::Croatian | Self::Macedonian | Self::Slovenian => {
                format!("{number}{NO_BREAK}%")
            }
            _ => format!("{number}%"),
        }
    }

    /// The signs for 10^3, 10^6 and 10^9: CLDR's short compact forms, except English (k, M, bn, as
    /// the field writes them) and German thousands (which CLDR does not shorten).
    const fn units(self) -> [&'static str; 3] {
        match self {
            Self::English => ["k", "M", "bn"],
            Self::German => ["Tsd.", "Mio.", "Mrd."],
            Self::Albanian => ["mijë", "mln", "mld"],
            Self::Bosnian => ["hilj.", "mil.", "mlrd."],
            Self::Croatian => ["tis.", "mil.", "mlr."],
            Self::SerbianLatin => ["hilj.", "mil.", "mlrd."],
            Self::SerbianCyrillic => ["хиљ.", "мил.", "млрд."],
            Self::Macedonian => ["илј.", "мил.", "милј."],
            Self::Slovenian => ["tis.", "mio.", "mrd."],
        }
    }

    /// The number with exactly so many decimals, to which it has been rounded already.
    fn decimal(self, number: Decimal, decimals: u32) -> String {
        let mut number = round(number, decimals);
        number.rescale(decimals);
        let plain = number.to_string();
        match (&self.forms().number, IcuDecimal::try_from_str(&plain)) {
            (Some(form), Ok(icu)) => form.format(&icu).to_string(),
            _ => plain,
        }
    }

    fn forms(self) -> &'static Forms {
        let [english, ..] = &*FORMS;
        FORMS.get(self as usize).unwrap_or(english)
    }
}

/// ICU's formatters for one locale. Making one takes far longer than using it, so they are kept.
struct Forms {
    day: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
    month: Option<FixedCalendarDateTimeFormatter<Gregorian, YM>>,
    year: Option<FixedCalendarDateTimeFormatter<Gregorian, Y>>,
    number: Option<DecimalFormatter>,
}

static FORMS: LazyLock<[Forms; 9]> = LazyLock::new(|| Locale::ALL.map(Forms::new));

impl Forms {
    fn new(locale: Locale) -> Self {
        let tag = match locale {
            Locale::English => "en-GB",
            other => other.tag(),
        };
        let locale = icu_locale_core::Locale::try_from_str(tag).unwrap_or(icu_locale_core::Locale::UNKNOWN);
        Self {
            day: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::long()).ok(),
            month: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YM::long()).ok(),
            year: FixedCalendarDateTimeFormatter::try_new((&locale).into(), Y::long()).ok(),
            number: DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default()).ok(),
        }
    }
}

fn round(number: Decimal, decimals: u32) -> Decimal {
    number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// A month or a day always fits; 0 makes ICU refuse it.
fn to_u8(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(0)
}
