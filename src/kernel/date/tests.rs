use super::*;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn parse(text: &str) -> Result<PartialDate, DateError> {
    parse_input(text, today())
}

fn iso(text: &str) -> PartialDate {
    text.parse().unwrap()
}

#[test]
fn dates_as_people_have_them() {
    for (text, date) in [
        ("2024", "2024"),
        (" 2024. ", "2024"),
        ("2024. godine", "2024"),
        ("March 2024", "2024-03"),
        ("MAR 2024", "2024-03"),
        ("Sept. 2024", "2024-09"),
        ("03/2024", "2024-03"),
        ("3.2024", "2024-03"),
        ("3. 2024.", "2024-03"),
        ("2024-03", "2024-03"),
        ("2024-3", "2024-03"),
        ("ožujak 2024.", "2024-03"),
        ("март 2024.", "2024-03"),
        ("ноември 2024 г.", "2024-11"),
        ("nëntor 2024", "2024-11"),
        ("studeni 2024.", "2024-11"),
        ("août 2024", "2024-08"),
        ("1er mars 2024", "2024-03-01"),
        ("15. Jänner 2024", "2024-01-15"),
        ("2024-03-15", "2024-03-15"),
        ("2024/03/04", "2024-03-04"),
        ("2024.03.15.", "2024-03-15"),
        ("15.3.2024", "2024-03-15"),
        ("15.03.2024.", "2024-03-15"),
        ("15. 3. 2024.", "2024-03-15"),
        ("15.3.2024. godine", "2024-03-15"),
        ("3.4.2024", "2024-04-03"),
        ("15/03/2024", "2024-03-15"),
        ("03/03/2024", "2024-03-03"),
        ("15-03-2024", "2024-03-15"),
        ("15–03–2024", "2024-03-15"),
        ("15 March 2024", "2024-03-15"),
        ("15th of March, 2024", "2024-03-15"),
        ("March 15, 2024", "2024-03-15"),
        ("2024 March 15", "2024-03-15"),
        ("15-Mar-2024", "2024-03-15"),
        ("15mar2024", "2024-03-15"),
        ("15. mart 2024", "2024-03-15"),
        ("15. marta 2024. godine", "2024-03-15"),
        ("15. ožujka 2024", "2024-03-15"),
        ("15. OŽUJKA 2024.", "2024-03-15"),
        ("15. oz\u{30c}ujka 2024.", "2024-03-15"),
        ("15 mars 2024", "2024-03-15"),
        ("më 15 mars 2024", "2024-03-15"),
        ("15. март 2024", "2024-03-15"),
        ("15. марта 2024. године", "2024-03-15"),
        ("15 март 2024 година", "2024-03-15"),
        ("1 јуни 2024", "2024-06-01"),
        ("1. јуна 2024.", "2024-06-01"),
        ("15. marec 2024", "2024-03-15"),
        ("15. März 2024", "2024-03-15"),
        ("15. III 2024.", "2024-03-15"),
        ("15. V 2024.", "2024-05-15"),
        ("15.III 2024", "2024-03-15"),
        ("15/III/2024", "2024-03-15"),
        ("VI/2024", "2024-06"),
        ("VI 2024.", "2024-06"),
        ("V/2024", "2024-05"),
        ("X. 2024.", "2024-10"),
        ("I-2024", "2024-01"),
        ("III mjesec 2024. godine", "2024-03"),
        ("3. месец 2024", "2024-03"),
        ("u martu 2024.", "2024-03"),
        ("у марту 2024. године", "2024-03"),
        ("во март 2024", "2024-03"),
        ("in March 2024", "2024-03"),
        ("tokom 2024. godine", "2024"),
        ("u toku 2024", "2024"),
        ("во текот на 2024", "2024"),
        ("gjatë vitit 2024", "2024"),
        ("29.2.2024", "2024-02-29"),
    ] {
        assert_eq!(parse(text), Ok(iso(date)), "{text}");
    }
}

#[rustfmt::skip]
const NOT_UNDERSTOOD: &[&str] = &[
    "spring 2024", "2024/2025/2026", "March/April 2024", "TBC", "3 mjeseca 2024", "ne 2024", "I–VI 2024",
    "~2024", "2024?", "-2024", "15/3", "03/24", "24-03-15", "20240315", "15.3/2024", "1.2.3.2024",
    "V 2024", "v 2024", "3rd 2024", "of 2024", "15", "202", "20244", "٢٠٢٤", "15.3.2024T",
    "2024-03-15 10:00", "2024,5", "15..3..2024", "45366", "99999999999999999999",
];

#[test]
fn what_is_not_understood_is_repeated() {
    for text in NOT_UNDERSTOOD {
        assert_eq!(parse(text), Err(DateError::NotUnderstood { text: (*text).into() }), "{text}");
    }
    let long = "15 March 2024 ".repeat(1000);
    let message = parse(&long).unwrap_err().message();
    assert_eq!(message.key, "date-not-understood");
    assert!(message.arg("text").unwrap().chars().count() <= 40);
    assert_eq!(parse(" "), Err(DateError::Empty));
}

#[test]
fn what_is_more_or_less_than_a_date_is_told_as_what_it_is() {
    for (text, first, last) in [
        ("Q1 2024", "2024-01", "2024-03"),
        ("2024 Q3", "2024-07", "2024-09"),
        ("QIV/2024", "2024-10", "2024-12"),
        ("К2 2024", "2024-04", "2024-06"),
        ("III kvartal 2024.", "2024-07", "2024-09"),
        ("u prvom kvartalu 2024. godine", "2024-01", "2024-03"),
        ("IV kv. 2024", "2024-10", "2024-12"),
        ("III tromesečje 2024", "2024-07", "2024-09"),
        ("второто тримесечје на 2024", "2024-04", "2024-06"),
        ("tremujori i parë 2024", "2024-01", "2024-03"),
        ("tremujori i dytë i vitit 2024", "2024-04", "2024-06"),
        ("Tremujori I 2024", "2024-01", "2024-03"),
        ("3-mujori i tretë 2024", "2024-07", "2024-09"),
        ("H1 2024", "2024-01", "2024-06"),
        ("1st half of 2024", "2024-01", "2024-06"),
        ("I polugodište 2024", "2024-01", "2024-06"),
        ("druga polovica 2024.", "2024-07", "2024-12"),
        ("првото полугодие 2024", "2024-01", "2024-06"),
        ("gjysma e dytë e vitit 2024", "2024-07", "2024-12"),
        ("6-mujori i parë 2024", "2024-01", "2024-06"),
        ("zweites Halbjahr 2024", "2024-07", "2024-12"),
    ] {
        let season = Season { year: iso("2024"), first: iso(first), last: iso(last) };
        assert_eq!(parse(text), Err(DateError::PartOfYear { text: text.into(), season }), "{text}");
    }
    let message = parse("Q3 2024").unwrap_err();
    assert_eq!(message.offer(), Some(iso("2024")));
    let message = message.message();
    assert_eq!(
        (message.key, message.arg("month"), message.arg("year")),
        ("date-part-of-year", Some("july"), Some("2024"))
    );
    for text in ["Q5 2024", "Q1", "I–II kvartal 2024", "I i II kvartal 2024", "III polugodište 2024", "Q1 March 2024"]
    {
        assert!(matches!(parse(text), Err(DateError::NotUnderstood { .. })), "{text}");
    }
    for text in ["2024/2025", "2024-2025", "2024 - 2025", "2024/25", "2024.-25."] {
        let years = DateError::TwoYears { text: text.into(), first: 2024, second: 2025 };
        assert_eq!(parse(text), Err(years), "{text}");
    }
    for text in ["школска 2025/26", "šk. god. 2025/26.", "academic year 2025/26", "FY2025", "viti shkollor 2025-2026"]
    {
        assert_eq!(parse(text), Err(DateError::OtherYear { text: text.into(), year: 2025 }), "{text}");
    }
    assert_eq!(parse("13/2024"), Err(DateError::NoSuchMonth { month: 13 }));
    assert_eq!(parse("2024/13"), Err(DateError::NoSuchMonth { month: 13 }));
}

#[test]
fn days_that_do_not_exist_are_named() {
    let september = DateError::NoSuchDay { day: 31, month: 9, year: 2028, last_day: 30 };
    for text in ["31.9.2028", "31 September 2028", "2028-09-31", "31/09/2028"] {
        assert_eq!(parse(text), Err(september.clone()), "{text}");
    }
    let message = september.message();
    assert_eq!(message.key, "date-no-such-day");
    assert_eq!(message.arg("month"), Some("september"));
    assert_eq!(message.arg("nearest"), Some("30"));

    let leap = parse("29.2.2027").unwrap_err();
    assert_eq!(leap, DateError::NoSuchDay { day: 29, month: 2, year: 2027, last_day: 28 });
    assert_eq!(leap.message().key, "date-not-a-leap-year");
    assert_eq!(parse("30.2.2024").unwrap_err().message().key, "date-no-such-day");
    assert_eq!(parse("0.3.2024").unwrap_err().message().arg("nearest"), Some("1"));

    assert_eq!(parse("13/2024"), Err(DateError::NoSuchMonth { month: 13 }));
    assert_eq!(parse("03/15/2024"), Err(DateError::NoSuchMonth { month: 15 }));
    assert_eq!(parse("2024-00-10"), Err(DateError::NoSuchMonth { month: 0 }));
    for text in ["1949", "31.12.1949", "2101", "March 9999", "0024-01-01", "03/04/1900"] {
        assert!(matches!(parse(text), Err(DateError::YearOutOfRange { .. })), "{text}");
    }
}

#[test]
fn two_orders_are_refused_with_both_readings() {
    for text in ["03/04/2024", "3/4/2024", "03-04-2024", "3 4 2024"] {
        let error = parse(text).unwrap_err();
        assert_eq!(error, DateError::AmbiguousOrder { first: 3, second: 4, year: 2024 }, "{text}");
        let message = error.message();
        assert_eq!(message.key, "date-ambiguous-order");
        assert_eq!((message.arg("first"), message.arg("month")), (Some("3"), Some("april")));
        assert_eq!((message.arg("second"), message.arg("other_month")), (Some("4"), Some("march")));
    }
}

#[test]
fn two_digits_after_a_month_are_a_day_or_a_year() {
    for text in ["Mar-26", "March 26", "mart 26", "III/26", "мар. 26."] {
        let error = parse(text).unwrap_err();
        assert_eq!(error, DateError::DayOrYear { day: iso("2026-03-26"), month: iso("2026-03") }, "{text}");
        assert_eq!(error.offer(), None, "neither is the likelier");
    }
    let message = parse("Jun-27").unwrap_err().message();
    let args = ["day", "month", "year", "other_year"].map(|name| message.arg(name));
    assert_eq!(args, [Some("27"), Some("june"), Some("2026"), Some("2027")]);
    // a day stands before its month, or by itself in one digit
    for (text, date) in [("26-Mar", "2026-03-26"), ("March 5", "2026-03-05")] {
        assert_eq!(parse(text), Err(DateError::YearMissing { suggestion: iso(date) }), "{text}");
    }
}

#[test]
fn missing_parts_are_suggested_not_filled_in() {
    for (text, date) in [
        ("15.3.24", "2024-03-15"),
        ("15. 3. 99.", "1999-03-15"),
        ("15/03/24", "2024-03-15"),
        ("15-Mar-24", "2024-03-15"),
        ("15 March 80", "1980-03-15"), // 46 years back, 54 ahead
    ] {
        assert_eq!(parse(text), Err(DateError::ShortYear { suggestion: iso(date) }), "{text}");
    }
    for (text, date) in [("15.3.", "2026-03-15"), ("15 March", "2026-03-15"), ("March", "2026-03")] {
        assert_eq!(parse(text), Err(DateError::YearMissing { suggestion: iso(date) }), "{text}");
    }
    for (text, date) in [("Feb-30", "2030-02"), ("Jun-99", "1999-06"), ("Mar 00", "2000-03")] {
        assert_eq!(parse(text), Err(DateError::ShortYear { suggestion: iso(date) }), "{text}");
    }
    assert!(matches!(parse("31.9.24"), Err(DateError::NoSuchDay { .. })));
    assert!(matches!(parse("03/04/24"), Err(DateError::AmbiguousOrder { .. })));
}

#[test]
fn first_and_last_day() {
    for (text, first, last) in [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2100-12", "2100-12-01", "2100-12-31"),
        ("2024-03-15", "2024-03-15", "2024-03-15"),
    ] {
        let date = iso(text);
        assert_eq!(date.first_day().to_string(), first);
        assert_eq!(date.last_day().to_string(), last);
    }
    let middle = NaiveDate::from_ymd_opt(2024, 7, 15).unwrap();
    assert_eq!(PartialDate::from_parts(middle, Precision::Year), Ok(iso("2024")));
    assert_eq!(PartialDate::from_parts(middle, Precision::Month), Ok(iso("2024-07")));
    assert!(PartialDate::from_parts(NaiveDate::MAX, Precision::Day).is_err());
    assert!(PartialDate::from_parts(NaiveDate::MIN, Precision::Year).is_err());
}

#[test]
fn surely_before_and_after() {
    assert!(iso("2023").is_surely_before(&iso("2024-01")));
    assert!(iso("2024-03").is_surely_after(&iso("2024-02-29")));
    for (a, b) in [("2024", "2024-03"), ("2024", "2024"), ("2024-03", "2024-03-31")] {
        assert!(!iso(a).is_surely_before(&iso(b)) && !iso(a).is_surely_after(&iso(b)));
    }
}

#[test]
fn iso_only_where_iso_is_meant() {
    for text in
        ["", "24", "2024-3", "2024-03-1", "2024-03-15-1", "2024-", "-2024", "+024", "2024-03-15Z", "15.3.2024", "٢٠٢٤"]
    {
        assert!(text.parse::<PartialDate>().is_err(), "{text}");
    }
    assert_eq!(serde_json::to_string(&iso("2024-03")).unwrap(), "\"2024-03\"");
    assert_eq!(serde_json::from_str::<PartialDate>("\"2024\"").unwrap(), iso("2024"));
    assert!(serde_json::from_str::<PartialDate>("\"2023-02-29\"").is_err());
    assert!(serde_json::from_str::<PartialDate>("2024").is_err());
}

#[test]
fn precision_is_as_in_the_database() {
    for precision in [Precision::Year, Precision::Month, Precision::Day] {
        assert_eq!(precision.as_str().parse(), Ok(precision));
    }
    assert!("Day".parse::<Precision>().is_err());
}

/// Every name of a month, by language; sq, hr, mk and sl have their own.
#[rustfmt::skip]
const NAMES: [[&str; 12]; 15] = [
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["janar", "shkurt", "mars", "prill", "maj", "qershor", "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor"],
    ["januar", "februar", "mart", "april", "maj", "juni", "juli", "august", "septembar", "oktobar", "novembar", "decembar"],
    ["januara", "februara", "marta", "aprila", "maja", "juna", "jula", "augusta", "septembra", "oktobra", "novembra", "decembra"],
    ["siječanj", "veljača", "ožujak", "travanj", "svibanj", "lipanj", "srpanj", "kolovoz", "rujan", "listopad", "studeni", "prosinac"],
    ["siječnja", "veljače", "ožujka", "travnja", "svibnja", "lipnja", "srpnja", "kolovoza", "rujna", "listopada", "studenoga", "prosinca"],
    ["јануар", "фебруар", "март", "април", "мај", "јун", "јул", "август", "септембар", "октобар", "новембар", "децембар"],
    ["јануара", "фебруара", "марта", "априла", "маја", "јуна", "јула", "августа", "септембра", "октобра", "новембра", "децембра"],
    ["јануари", "февруари", "март", "април", "мај", "јуни", "јули", "август", "септември", "октомври", "ноември", "декември"],
    ["januar", "februar", "marec", "april", "maj", "junij", "julij", "avgust", "september", "oktober", "november", "december"],
    ["januarja", "februarja", "marca", "aprila", "maja", "junija", "julija", "avgusta", "septembra", "oktobra", "novembra", "decembra"],
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"],
];

pub fn any_date() -> impl Strategy<Value = PartialDate> {
    let first = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap();
    let precision = prop_oneof![Just(Precision::Year), Just(Precision::Month), Just(Precision::Day)];
    (0..55_152_u64, precision)
        .prop_map(move |(days, precision)| PartialDate::from_parts(first + chrono::Days::new(days), precision).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn iso_and_back(date in any_date()) {
        prop_assert_eq!(date.to_string().parse(), Ok(date));
        prop_assert_eq!(parse(&date.to_string()), Ok(date));
        let json = serde_json::to_string(&date).unwrap();
        prop_assert_eq!(serde_json::from_str::<PartialDate>(&json).unwrap(), date);
        prop_assert_eq!(PartialDate::from_parts(date.last_day(), date.precision()), Ok(date));
    }

    #[test]
    fn the_first_day_is_not_after_the_last(date in any_date(), other in any_date()) {
        prop_assert!(date.first_day() <= date.last_day());
        prop_assert!(!(date.is_surely_before(&other) && date.is_surely_after(&other)));
        if date.is_surely_before(&other) { prop_assert!(date < other); }
    }

    #[test]
    fn each_form_of_a_date_means_that_date(date in any_date()) {
        let (y, m, d) = (date.year(), date.first_day().month(), date.first_day().day());
        let forms: Vec<String> = match date.precision() {
            Precision::Year => vec![format!("{y}"), format!("{y}."), format!("{y}. godine")],
            Precision::Month => {
                let mut forms = vec![format!("{m}/{y}"), format!("{m:02}/{y}"), format!("{m}.{y}"), format!("{m}. {y}."), format!("{y}-{m:02}")];
                for names in &NAMES[..14] {
                    let name = names[m as usize - 1];
                    forms.extend([format!("{name} {y}"), format!("{} {y}.", name.to_uppercase())]);
                }
                let roman = NAMES[14][m as usize - 1];
                forms.extend([format!("{roman}/{y}"), format!("{roman}. {y}."), format!("{roman}-{y}. godine")]);
                forms
            }
            Precision::Day => {
                let mut forms = vec![
                    format!("{d}.{m}.{y}"), format!("{d:02}.{m:02}.{y}."), format!("{d}. {m}. {y}."), format!("{y}-{m:02}-{d:02}"),
                    format!("{y}/{m}/{d}"),
                ];
                if d > 12 || d == m {
                    forms.extend([format!("{d:02}/{m:02}/{y}"), format!("{d}-{m}-{y}")]);
                }
                for names in NAMES {
                    let name = names[m as usize - 1];
                    forms.extend([
                        format!("{d} {name} {y}"), format!("{d}. {name} {y}."), format!("{name} {d}, {y}"),
                        format!("{d}-{}-{y}", name.to_lowercase()), format!("{d:02}. {} {y}. године", name.to_uppercase()),
                    ]);
                }
                forms
            }
        };
        for form in forms {
            prop_assert_eq!(parse(&form), Ok(date), "{}", form);
        }
    }

    #[test]
    fn nothing_panics(text in any::<String>(), near in "[0-9]{0,5}[-./ ,]{0,2}([0-9]{0,3}|mart|Mar|V|ož|\u{30c}|th)[-./ ]{0,2}[0-9]{0,5}\\.?( g\\.)?") {
        for text in [text, near] {
            let _ = text.parse::<PartialDate>();
            match parse(&text) {
                Ok(date) => prop_assert!(YEARS.contains(&date.year())),
                Err(error) => { error.message(); }
            }
        }
    }
}
