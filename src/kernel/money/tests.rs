use super::parse::LARGEST;
use super::*;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

#[test]
fn largest_is_what_its_comment_says() {
    assert_eq!(LARGEST, decimal("1000000000000000"));
}

#[test]
fn amounts_as_people_write_them() {
    for (text, amount) in [
        ("0", "0"),
        ("1234567.89", "1234567.89"),
        ("1 234 567,89", "1234567.89"),
        ("1\u{a0}234\u{202f}567,89", "1234567.89"),
        ("1'234'567.89", "1234567.89"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("17,915,000", "17915000"),
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("200.000", "200000"),
        ("1 234,567", "1234.567"),
        ("1,234.567", "1234.567"),
        ("1234.567", "1234.567"),
        ("0.123", "0.123"),
        ("0,5", "0.5"),
        ("1.50", "1.50"),
        ("12,3456", "12.3456"),
        ("33.3 M", "33300000"),
        ("33.3m", "33300000"),
        ("33,3 mio", "33300000"),
        ("33,3 Mio.", "33300000"),
        ("33,3 мил.", "33300000"),
        ("2.5 k", "2500"),
        ("1,2 mlrd.", "1200000000"),
        ("1.5 billion", "1500000000"),
        ("1 250 M", "1250000000"),
        ("3 miliona", "3000000"),
        ("12 hilj.", "12000"),
        ("200.000,-", "200000"),
        ("0.1234567890123456789012345678 k", "123.4567890123456789012345678"),
    ] {
        assert_eq!(parse_amount(text), Ok(decimal(amount)), "{text}");
        let typed = parse_money(text, Negative::Allowed).unwrap();
        assert_eq!(typed.currency, None, "{text}");
    }
}

#[test]
fn with_a_currency() {
    for (text, amount, currency) in [
        ("EUR 1.5m", "1500000", "EUR"),
        ("€ 200.000", "200000", "EUR"),
        ("€200.000,50", "200000.50", "EUR"),
        ("200.000 €", "200000", "EUR"),
        ("33.3 M EUR", "33300000", "EUR"),
        ("33.3\u{a0}M\u{a0}EUR", "33300000", "EUR"),
        ("33.3 MEUR", "33300000", "EUR"),
        ("33,3 mio. €", "33300000", "EUR"),
        ("250k€", "250000", "EUR"),
        ("€m 1.5", "1500000", "EUR"),
        ("1.5 million euros", "1500000", "EUR"),
        ("eur 5", "5", "EUR"),
        ("US$ 10", "10", "USD"),
        ("£3.5bn", "3500000000", "GBP"),
        ("1.000 KM", "1000", "BAM"),
        ("1.000 дин.", "1000", "RSD"),
        ("1.000 ден", "1000", "MKD"),
        ("1 000 lekë", "1000", "ALL"),
        ("CHF 1'000.-", "1000", "CHF"),
        ("EUR 200.000,-", "200000", "EUR"),
    ] {
        let typed = parse_money(text, Negative::Refused);
        let currency: Currency = currency.parse().unwrap();
        assert_eq!(typed, Ok(Typed { amount: decimal(amount), currency: Some(currency) }), "{text}");
        assert_eq!(parse_amount(text), Err(AmountError::CurrencyTyped { currency }), "{text}");
    }
}

#[test]
fn below_zero_only_where_it_may_be() {
    for text in ["-5", "−5", "– 5", "(5)", "-5.00", "( 5 )"] {
        assert_eq!(parse_amount(text), Err(AmountError::Negative), "{text}");
        assert_eq!(parse_amount_with(text, Negative::Allowed), Ok(decimal("-5")), "{text}");
    }
    for text in ["EUR -5", "-EUR 5", "- 5 €", "€-5", "(EUR 5)"] {
        let typed = parse_money(text, Negative::Allowed);
        assert_eq!(typed.map(|t| t.amount), Ok(decimal("-5")), "{text}");
    }
    assert_eq!(parse_amount("-0"), Ok(decimal("0")));
    for text in ["--5", "(-5)", "-EUR -5", "5-", "(5", "5)"] {
        let outcome = parse_money(text, Negative::Allowed);
        assert!(matches!(outcome, Err(AmountError::NotUnderstood { .. })), "{text}: {outcome:?}");
    }
}

#[test]
fn what_is_refused_and_why() {
    for text in [
        "abc",
        "1e6",
        "1-2 m",
        "~1m",
        "ca. 1m",
        "TBC",
        "5 %",
        "5 m m",
        "5 EUR USD",
        "EUR",
        ".5",
        "1.2.3m?",
        "٣",
        "1;5",
        "5 EUR/month",
        "5 eur!",
        "5 €€",
        "£ 5 €",
        "k? 5",
        "5 k?",
        "5 m..",
        "1/2",
        "=5",
        "+5",
        "NaN",
        "inf",
    ] {
        let outcome = parse_money(text, Negative::Allowed);
        assert!(matches!(outcome, Err(AmountError::NotUnderstood { .. })), "{text}: {outcome:?}");
    }
    for text in [
        "12,34,567",
        "1.23.456",
        "1 23",
        "1,234 567",
        "0.123.456",
        "1.234,5,6",
        "1.234 567.891",
        "1 234.567,5 6",
        "1..2",
        "1,.2",
    ] {
        let outcome = parse_amount(text);
        assert!(matches!(outcome, Err(AmountError::Grouping { .. })), "{text}: {outcome:?}");
    }
    for text in ["", " ", "\t\n"] {
        assert_eq!(parse_amount(text), Err(AmountError::Empty));
    }
    assert_eq!(
        parse_money("1.250 M EUR", Negative::Refused),
        Err(AmountError::Ambiguous {
            text: "1.250".into(),
            whole: "1250".into(),
            decimals: "1.25".into(),
            unit: "M".into()
        })
    );
    for (text, code) in [("€", "EUR"), (" Euro ", "EUR"), ("din.", "RSD"), ("км", "BAM"), ("chf", "CHF")] {
        assert_eq!(parse_currency(text).map(Currency::code).map_err(|m| m.key), Ok(code), "{text}");
    }
    for (text, key) in [
        ("$", "money-shared-sign"),
        ("kr", "money-shared-sign"),
        ("", "money-unknown-currency"),
        ("EURO5", "money-unknown-currency"),
    ] {
        assert_eq!(parse_currency(text).map_err(|m| m.key), Err(key), "{text}");
    }
    for text in ["$ 5", "$5", "¥5", "5 kr", "5 m$"] {
        let outcome = parse_money(text, Negative::Refused);
        assert!(matches!(outcome, Err(AmountError::SharedSign { .. })), "{text}: {outcome:?}");
    }
    assert_eq!(parse_amount("1000000000000000.01"), Err(AmountError::TooLarge));
    assert_eq!(parse_amount(&"9".repeat(50)), Err(AmountError::TooLarge));
    assert_eq!(parse_amount("999999999 bn"), Err(AmountError::TooLarge));
    assert!(parse_amount("1000000000000000").is_ok());
    assert!(matches!(parse_amount(&"9".repeat(5000)), Err(AmountError::NotUnderstood { .. })));
}

#[test]
fn what_is_suggested_is_accepted() {
    for text in ["1.250 M", "1,234 mio", "2.000 k"] {
        let Err(AmountError::Ambiguous { whole, decimals, unit, .. }) = parse_amount(text) else {
            panic!("{text}");
        };
        for suggestion in [whole, decimals] {
            assert!(parse_amount(&format!("{suggestion} {unit}")).is_ok(), "{suggestion} {unit}");
        }
    }
}

fn grouped(whole: u64, sign: &str) -> String {
    let digits = whole.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(sign);
        }
        out.push(digit);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn each_way_of_writing_gives_the_same(whole in 1_000_u64..1_000_000_000_000_000, cents in 0_u64..100) {
        let amount = Ok(decimal(&format!("{whole}.{cents:02}")));
        for text in [
            format!("{whole}.{cents:02}"),
            format!("{whole},{cents:02}"),
            format!("{},{cents:02}", grouped(whole, ".")),
            format!("{}.{cents:02}", grouped(whole, ",")),
            format!("{},{cents:02}", grouped(whole, " ")),
            format!("{},{cents:02}", grouped(whole, "\u{a0}")),
            format!("{}.{cents:02}", grouped(whole, "'")),
        ] {
            prop_assert_eq!(parse_amount(&text), amount.clone(), "{}", text);
        }
        for text in [grouped(whole, "."), grouped(whole, ","), grouped(whole, " "), whole.to_string()] {
            prop_assert_eq!(parse_amount(&text), Ok(Decimal::from(whole)), "{}", text);
        }
    }

    #[test]
    fn a_plain_number_stays_itself(mantissa in 0_i64..1_000_000_000_000_000, scale in 0_u32..12) {
        let amount = Decimal::new(mantissa, scale);
        // Three decimals after one to three digits are thousands, by the rule.
        prop_assume!(scale != 3 || !(1_000..1_000_000).contains(&mantissa));
        prop_assert_eq!(parse_amount(&amount.to_string()), Ok(amount));
    }

    #[test]
    fn nothing_panics(text in any::<String>(), near in "[-−(]?(EUR|€|US\\$|KM)? ?[0-9., '\u{a0}]{0,20} ?(k|M|mio|Mio\\.|mlrd)? ?(EUR|€)?[)]?") {
        for text in [text, near] {
            for negative in [Negative::Allowed, Negative::Refused] {
                match parse_money(&text, negative) {
                    Ok(typed) => {
                        prop_assert!(typed.amount.abs() <= LARGEST);
                        prop_assert!(negative == Negative::Allowed || !typed.amount.is_sign_negative());
                    }
                    Err(error) => { error.message(); }
                }
            }
        }
    }
}
