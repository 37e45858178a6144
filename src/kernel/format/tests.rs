use super::*;
use crate::kernel::money::{Negative, parse_money};
use chrono::NaiveDate;
use proptest::prelude::*;

fn date(iso: &str) -> PartialDate {
    iso.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// Non-breaking spaces as `_`, so that they can be seen.
fn seen(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], "_")
}

#[test]
fn the_order_of_declaration_is_that_of_all() {
    for (at, locale) in Locale::ALL.into_iter().enumerate() {
        assert_eq!(locale as usize, at);
        assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
    }
}

#[test]
fn locales_from_tags() {
    for (tag, locale) in [
        ("en-GB", Some(Locale::English)),
        ("en-US", Some(Locale::English)),
        ("de-AT", Some(Locale::German)),
        ("bs-Latn-BA", Some(Locale::Bosnian)),
        ("sr", Some(Locale::SerbianCyrillic)),
        ("sr-RS", Some(Locale::SerbianCyrillic)),
        ("SR_latn_rs", Some(Locale::SerbianLatin)),
        ("sr-ME", Some(Locale::SerbianLatin)),
        ("cnr", Some(Locale::SerbianLatin)),
        ("cnr-Cyrl", Some(Locale::SerbianCyrillic)),
        ("fr", None),
        ("", None),
        ("not a tag", None),
    ] {
        assert_eq!(Locale::from_tag(tag), locale, "{tag}");
    }
}

#[test]
fn dates_are_as_precise_as_they_are_known() {
    for (locale, day, month, year) in [
        (Locale::English, "24 November 2026", "November 2026", "2026"),
        (Locale::German, "24. November 2026", "November 2026", "2026"),
        (Locale::Albanian, "24 nëntor 2026", "nëntor 2026", "2026"),
        (Locale::Bosnian, "24. novembar 2026.", "novembar 2026.", "2026."),
        (Locale::Croatian, "24. studenoga 2026.", "studeni 2026.", "2026."),
        (Locale::SerbianLatin, "24. novembar 2026.", "novembar 2026.", "2026."),
        (Locale::SerbianCyrillic, "24. новембар 2026.", "новембар 2026.", "2026."),
        (Locale::Macedonian, "24 ноември 2026 г.", "ноември 2026 г.", "2026 г."),
        (Locale::Slovenian, "24. november 2026", "november 2026", "2026"),
    ] {
        assert_eq!(seen(&locale.date(&date("2026-11-24"))).replace('_', " "), day);
        assert_eq!(seen(&locale.date(&date("2026-11"))).replace('_', " "), month);
        assert_eq!(seen(&locale.date(&date("2026"))).replace('_', " "), year);
    }
}

#[test]
fn moments_to_the_minute() {
    let moment = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap().and_hms_opt(9, 5, 59).unwrap();
    assert_eq!(Locale::English.day_time(moment), "4 March 2026, 09:05");
    assert_eq!(Locale::German.day_time(moment), "4. März 2026, 09:05");
    assert_eq!(Locale::SerbianCyrillic.day_time(moment), "04. март 2026. 09:05");
    assert_eq!(Locale::English.day_time(NaiveDateTime::MIN).split(", ").count(), 2);
}

#[test]
fn numbers_and_amounts() {
    let eur = Currency::EUR;
    for (locale, number, full, cents, percent) in [
        (Locale::English, "-1,234,567", "17,915,000_EUR", "1,234.50_EUR", "42.5%"),
        (Locale::German, "-1.234.567", "17.915.000_EUR", "1.234,50_EUR", "42,5_%"),
        (Locale::SerbianCyrillic, "-1.234.567", "17.915.000_EUR", "1.234,50_EUR", "42,5%"),
        (Locale::Albanian, "-1_234_567", "17_915_000_EUR", "1234,50_EUR", "42,5%"),
    ] {
        assert_eq!(seen(&locale.number(-1_234_567)), number);
        assert_eq!(seen(&locale.amount(decimal("17915000.00"), &eur)), full);
        assert_eq!(seen(&locale.amount(decimal("1234.5"), &eur)), cents);
        assert_eq!(seen(&locale.percent(decimal("0.425"))), percent);
    }
    assert_eq!(Locale::English.percent(decimal("1")), "100%");
    assert_eq!(Locale::English.number(i64::MIN), "-9,223,372,036,854,775,808");
}

#[test]
fn halves_are_rounded_away_from_zero_when_shown() {
    let amount = |text| seen(&Locale::English.amount(decimal(text), &Currency::EUR));
    assert_eq!(amount("0.125"), "0.13_EUR");
    assert_eq!(amount("-0.125"), "-0.13_EUR");
    assert_eq!(amount("0.124999"), "0.12_EUR");
    assert_eq!(amount("1.999"), "2_EUR");
    assert_eq!(amount("-0.001"), "0_EUR");
    let short = |text| seen(&Locale::English.amount_short(decimal(text), &Currency::EUR));
    assert_eq!(short("2.5"), "3_EUR");
    assert_eq!(short("1250"), "1.3_k_EUR");
    assert_eq!(short("-1250"), "-1.3_k_EUR");
}

#[test]
fn short_amounts() {
    for (text, english, german, serbian) in [
        ("0", "0_EUR", "0_EUR", "0_EUR"),
        ("950", "950_EUR", "950_EUR", "950_EUR"),
        ("999.5", "1_k_EUR", "1_Tsd._EUR", "1_хиљ._EUR"),
        ("2500", "2.5_k_EUR", "2,5_Tsd._EUR", "2,5_хиљ._EUR"),
        ("999949", "999.9_k_EUR", "999,9_Tsd._EUR", "999,9_хиљ._EUR"),
        ("999950", "1_M_EUR", "1_Mio._EUR", "1_мил._EUR"),
        ("33312345.6", "33.3_M_EUR", "33,3_Mio._EUR", "33,3_мил._EUR"),
        ("-17915000", "-17.9_M_EUR", "-17,9_Mio._EUR", "-17,9_мил._EUR"),
        ("1234567890", "1.2_bn_EUR", "1,2_Mrd._EUR", "1,2_млрд._EUR"),
        ("5000000000000", "5,000_bn_EUR", "5.000_Mrd._EUR", "5.000_млрд._EUR"),
        ("0.4", "0.40_EUR", "0,40_EUR", "0,40_EUR"),
    ] {
        let amount = decimal(text);
        let short = |locale: Locale| seen(&locale.amount_short(amount, &Currency::EUR));
        assert_eq!(short(Locale::English), english);
        assert_eq!(short(Locale::German), german);
        assert_eq!(short(Locale::SerbianCyrillic), serbian);
    }
}

#[test]
fn the_largest_figures_do_not_panic() {
    for locale in Locale::ALL {
        for figure in [Decimal::MAX, Decimal::MIN, Decimal::new(1, 28)] {
            assert!(!locale.amount(figure, &Currency::EUR).is_empty());
            assert!(!locale.amount_short(figure, &Currency::EUR).is_empty());
            assert!(!locale.percent(figure).is_empty());
        }
    }
}

proptest! {
    /// What is shown can be copied into a form, in any language.
    #[test]
    fn a_full_amount_can_be_typed_again(cents in -10_i64.pow(16)..10_i64.pow(16), at in 0..9_usize) {
        let amount = Decimal::new(cents, 2);
        let text = Locale::ALL[at].amount(amount, &Currency::EUR);
        let typed = parse_money(&text, Negative::Allowed);
        prop_assert_eq!(typed.map(|t| (t.amount, t.currency)), Ok((amount, Some(Currency::EUR))));
    }

    #[test]
    fn a_short_amount_is_at_most_half_a_step_off(mantissa in -999_i64 * 10_i64.pow(9)..999 * 10_i64.pow(9), scale in 0..6_u32, at in 0..9_usize) {
        let amount = Decimal::new(mantissa, scale);
        let text = Locale::ALL[at].amount_short(amount, &Currency::EUR);
        let typed = parse_money(&text, Negative::Allowed);
        prop_assert!(typed.is_ok(), "{text}");
        let off = (typed.unwrap().amount - amount).abs();
        prop_assert!(off <= decimal("0.5") || off * decimal("19") <= amount.abs(), "{text}");
    }

    #[test]
    fn every_date_can_be_typed_again(days in 0..36_000_u64, at in 0..9_usize) {
        let first = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap() + chrono::Days::new(days);
        for precision in [Precision::Day, Precision::Month, Precision::Year] {
            let date = PartialDate::from_parts(first, precision).unwrap();
            let text = Locale::ALL[at].date(&date);
            let typed = crate::kernel::date::parse_input(&text, first);
            prop_assert_eq!(typed, Ok(date), "{}", text);
        }
    }
}

#[test]
fn an_amount_as_it_is_kept_is_shown_as_any_other() {
    let page = crate::kernel::page::Page::bare(Locale::English, NaiveDate::MIN);
    for kept in ["1941250.4", "1941250.40", "1941250.400"] {
        assert_eq!(seen(&page.amount(kept, "EUR")), "1,941,250.40_EUR", "{kept}");
    }
    assert_eq!(page.amount("a lot", "EUR"), "a lot EUR");
}
