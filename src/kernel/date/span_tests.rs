use super::tests::any_date;
use super::*;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// The first and the last month or day of what is read.
fn read(text: &str) -> Result<String, SpanError> {
    let span = parse_span(text, today())?;
    let shown = |side: Option<Side>, first: bool| match side {
        None => "?".to_owned(),
        Some(Side::Date(date)) => date.to_string(),
        Some(Side::Season(season)) => format!("~{}", if first { season.first } else { season.last }),
        Some(Side::Part(date)) => format!("~{date}"),
    };
    Ok(format!("{} {}", shown(span.start, true), shown(span.end, false)))
}

#[test]
fn periods_as_ministries_write_them() {
    for (text, said) in [
        ("I–VI 2026", "2026-01 2026-06"),
        ("I-VI/2026", "2026-01 2026-06"),
        ("I - VI 2026. godine", "2026-01 2026-06"),
        ("V–X 2026.", "2026-05 2026-10"),
        ("I/2026 – V/2026", "2026-01 2026-05"),
        ("IX/2025-VI/2026", "2025-09 2026-06"),
        ("XI 2025 – I 2026", "2025-11 2026-01"),
        ("od I do VI 2026", "2026-01 2026-06"),
        ("2026: I–VI", "2026-01 2026-06"),
        ("2026 mart - jun", "2026-03 2026-06"),
        ("I–VI (2026)", "2026-01 2026-06"),
        ("VI/2026", "2026-06 2026-06"),
        ("mart 2026.", "2026-03 2026-03"),
        ("2026.", "2026 2026"),
        ("од јануара до марта 2026", "2026-01 2026-03"),
        ("od januara do marta 2026", "2026-01 2026-03"),
        ("јануари – март 2026", "2026-01 2026-03"),
        ("nga janari deri në mars 2026", "2026-01 2026-03"),
        ("from January to March 2026", "2026-01 2026-03"),
        ("H1 2026", "~2026-01 ~2026-06"),
        ("1st half of 2026", "~2026-01 ~2026-06"),
        ("I polugodište 2026", "~2026-01 ~2026-06"),
        ("III tromesečje 2026", "~2026-07 ~2026-09"),
        ("tremujori i parë 2026", "~2026-01 ~2026-03"),
        ("I–III kvartal 2026", "~2026-01 ~2026-09"),
        ("1. - 2. kvartal 2026.", "~2026-01 ~2026-06"),
        ("I–II polugodište 2026", "~2026-01 ~2026-12"),
        ("Q1-3 2026", "~2026-01 ~2026-09"),
        ("Q1–Q2 2026", "~2026-01 ~2026-06"),
        ("2026 Q1-Q3", "~2026-01 ~2026-09"),
        ("II kvartal 2026 - IV kvartal 2027", "~2026-04 ~2027-12"),
        ("do kraja I kvartala 2026", "? ~2026"),
        ("15.III - 30.VI 2026", "2026-03-15 2026-06-30"),
        ("15.3-30.6.2026", "2026-03-15 2026-06-30"),
        ("10–12. mart 2026", "2026-03-10 2026-03-12"),
        ("od 10. do 12. marta 2026.", "2026-03-10 2026-03-12"),
        ("10-12.3.2026", "2026-03-10 2026-03-12"),
        ("2010-03 – 2012", "2010-03 2012"),
        ("deri 2028", "? 2028"),
        ("March 10 – March 12, 2026", "2026-03-10 2026-03-12"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(said), "{text}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_asked_and_told_how() {
    let turned = SpanError::Turned;
    let day = |text: &str| SpanError::OneDay(text.parse().unwrap());
    for (text, why, key) in [
        ("школска 2025/26", SpanError::OtherYear { year: 2025 }, "period-other-year"),
        ("šk. 2025/2026", SpanError::OtherYear { year: 2025 }, "period-other-year"),
        ("FY 2026", SpanError::OtherYear { year: 2026 }, "period-other-year"),
        ("2010-12", SpanError::TwoReadings { first: 2010, second: 2012 }, "period-two-readings"),
        ("15.3.2026", day("2026-03-15"), "period-one-day"),
        ("VI–I 2026", turned.clone(), "period-turned"),
        ("Q3-1 2026", turned.clone(), "period-turned"),
        ("2028-2026", turned, "period-turned"),
        ("March - June", SpanError::YearMissing { year: 2026 }, "period-year-missing"),
        ("I–VI", SpanError::YearMissing { year: 2026 }, "period-year-missing"),
        ("1.3.2026 - 30.6.", SpanError::YearMissing { year: 2026 }, "period-year-missing"),
        ("24 months", SpanError::HowLong, "period-how-long"),
        ("36 mjeseci", SpanError::HowLong, "period-how-long"),
        ("V 2026", SpanError::NotUnderstood, "period-not-understood"),
        ("1-6/2026", SpanError::NotUnderstood, "period-not-understood"),
        ("10/12.3.2026", SpanError::NotUnderstood, "period-not-understood"),
        ("Q4 2025 - 3 2026", SpanError::NotUnderstood, "period-not-understood"),
        ("", SpanError::NotUnderstood, "period-not-understood"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error, why, "{text}");
        assert_eq!(error.message(text).key, key, "{text}");
    }
    // what is wrong with one of the two dates is said as of a date by itself
    for (text, key) in [
        ("1.3.2026 - 31.6.2026", "date-no-such-day"),
        ("03/04/2026 - 05/06/2026", "date-ambiguous-order"),
        ("1.3.26 - 30.6.2026", "date-short-year"),
        ("1.3.2026 - Jun-27", "date-day-or-year"),
        ("Mar-25 - June 2026", "date-day-or-year"),
        ("Mar-26", "date-day-or-year"),
        ("03/04/2026", "date-ambiguous-order"),
    ] {
        assert_eq!(read(text).unwrap_err().message(text).key, key, "{text}");
    }
}

const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Whatever two dates are read, they print as two dates that are read as the same.
    #[test]
    fn two_dates_are_read_as_they_are_written(one in any_date(), other in any_date()) {
        let (start, end) = if one.is_surely_after(&other) { (other, one) } else { (one, other) };
        let begins = |date: PartialDate| (date.precision() != Precision::Year).then(|| date.first_day().month());
        let turned = start.year() == end.year() && begins(start) > begins(end) && begins(end).is_some();
        prop_assume!(!turned);
        let same = Ok(Span { start: Some(Side::Date(start)), end: Some(Side::Date(end)) });
        for form in [format!("{start} – {end}"), format!("{start} - {end}"), format!("od {start} do {end}"), format!("from {start} to {end}")] {
            prop_assert_eq!(parse_span(&form, today()), same.clone(), "{}", form);
        }
    }

    #[test]
    fn months_in_roman_numbers_are_those_months(year in 1950..=2100_i32, one in 1..=12_u32, other in 1..=12_u32) {
        let (first, last) = (one.min(other), one.max(other));
        let (from, to) = (ROMAN[first as usize - 1], ROMAN[last as usize - 1]);
        let month = |m| Some(Side::Date(PartialDate::new_month(year, m).unwrap()));
        let same = Ok(Span { start: month(first), end: month(last) });
        for form in [
            format!("{from}–{to} {year}"), format!("{from}-{to}/{year}"), format!("{from} - {to} {year}."), format!("od {from} do {to} {year}. godine"),
            format!("{year}: {from}–{to}"), format!("{from}/{year}-{to}/{year}"),
        ] {
            prop_assert_eq!(parse_span(&form, today()), same.clone(), "{}", form);
        }
    }

    #[test]
    fn parts_of_a_year_are_the_same_however_they_are_written(year in 1950..=2100_i32, n in 1..=4_u32, m in 1..=4_u32) {
        let (n, m) = (n.min(m), n.max(m));
        let roman = |n: u32| ROMAN[n as usize - 1];
        let ordinal = |n: u32| ["parë", "dytë", "tretë", "katërt"][n as usize - 1];
        let month = |m| PartialDate::new_month(year, m).unwrap();
        let quarter = |n: u32| Season { year: PartialDate::new_year(year).unwrap(), first: month(3 * n - 2), last: month(3 * n) };
        let (one, other) = (Side::Season(quarter(n)), Side::Season(quarter(m)));
        for form in [
            format!("Q{n} {year}"), format!("{year} Q{n}"), format!("Q{n}/{year}"), format!("{n}. kvartal {year}."), format!("{} квартал {year}", roman(n)),
            format!("{} tromesečje {year}. godine", roman(n)), format!("tremujori i {} {year}", ordinal(n)), format!("Tremujori {} {year}", roman(n)),
        ] {
            prop_assert_eq!(side(&form, today()), Ok(one), "{}", form);
            prop_assert_eq!(parse_span(&form, today()), Ok(Span { start: Some(one), end: Some(one) }), "{}", form);
        }
        for form in [
            format!("Q{n}-{m} {year}"), format!("Q{n}–Q{m}/{year}"), format!("{}–{} kvartal {year}", roman(n), roman(m)), format!("{n}. - {m}. kvartal {year}."),
            format!("Q{n} {year} – Q{m} {year}"),
        ] {
            prop_assert_eq!(parse_span(&form, today()), Ok(Span { start: Some(one), end: Some(other) }), "{}", form);
        }
    }

    #[test]
    fn nothing_panics_and_what_is_read_is_in_order(
        text in any::<String>(),
        near in "(od |do |from )?([0-9]{1,4}|I|V|XII|mart|Q1|školska|kraj)[-–/. ]{0,3}([0-9]{0,4}|VI|kvartal|јун)( - | do |–|/)?([0-9]{0,4}|X|Q2|jun)[. ]{0,2}(2026)?\\.?",
    ) {
        for text in [text, near] {
            match parse_span(&text, today()) {
                Ok(Span { start: Some(start), end: Some(end) }) => {
                    prop_assert!(!start.held().0.is_surely_after(&end.held().0), "{}", text);
                }
                Ok(_) => {}
                Err(error) => { error.message(&text); }
            }
        }
    }
}
