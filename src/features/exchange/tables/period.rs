//! Dates as tables have them beyond what a form takes: quarters, the beginning or the end of a year, two dates in one cell. A date
//! keeps the precision that a record has; what it cannot hold is left out and told, never made more exact.

use chrono::NaiveDate;

use crate::kernel::date::{DateError, PartialDate, Side, SpanError, parse_span, side};

/// A date; true where the text says more than a record can hold: "Q1 2026" and "kraj 2026" are 2026, "end of March 2026" is March.
///
/// # Errors
/// Those of [`parse_input`](crate::kernel::date::parse_input).
pub fn date(text: &str, today: NaiveDate) -> Result<(PartialDate, bool), DateError> {
    side(text, today).map(|side| side.held())
}

/// From when to when something runs; one of the two may not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    /// More was said than a record can hold.
    pub rounded: bool,
}

/// Two dates in one cell, as far as a record holds them.
///
/// # Errors
/// Those of [`parse_span`].
pub fn period(text: &str, today: NaiveDate) -> Result<Period, SpanError> {
    let span = parse_span(text, today)?;
    let (start, end) = (span.start.as_ref().map(Side::held), span.end.as_ref().map(Side::held));
    let rounded = [start, end].into_iter().flatten().any(|(_, rounded)| rounded);
    Ok(Period { start: start.map(|(date, _)| date), end: end.map(|(date, _)| date), rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    #[test]
    fn parts_of_years_are_the_years_and_it_is_told() {
        for (text, kept) in [
            ("Q1 2026", "2026"),
            ("2026 Q1", "2026"),
            ("Q3/2026", "2026"),
            ("2026-Q4", "2026"),
            ("1. kvartal 2026.", "2026"),
            ("II квартал 2026", "2026"),
            ("second half of 2026", "2026"),
            ("I polugodište 2026", "2026"),
            ("III tromesečje 2026", "2026"),
            ("tremujori i parë 2026", "2026"),
            ("kraj II kvartala 2026", "2026"),
            ("kraj 2027", "2027"),
            ("krajem 2027. godine", "2027"),
            ("крај на 2027", "2027"),
            ("početak 2026", "2026"),
            ("mid-2026", "2026"),
            ("sredinom 2026", "2026"),
            ("end of March 2027", "2027-03"),
            ("Ende 2027", "2027"),
        ] {
            let read = date(text, today()).map(|(date, rounded)| (date.to_string(), rounded));
            assert_eq!(read, Ok((kept.to_owned(), true)), "{text}");
        }
        assert_eq!(date("March 2026", today()).map(|(_, rounded)| rounded), Ok(false));
        for text in
            ["Q5 2026", "Q1", "3. polugodište 2026", "end of 15.3.2026", "mid", "Q1 Q2 2026", "end", "Q1 March 2026"]
        {
            assert!(date(text, today()).is_err(), "{text}");
        }
    }

    #[test]
    fn two_dates_in_a_cell_are_read_where_there_is_one_reading() {
        let read = |text: &str| {
            let text_of = |date: Option<PartialDate>| date.map_or_else(|| "?".to_owned(), |d| d.to_string());
            period(text, today()).ok().map(|p| format!("{} {} {}", text_of(p.start), text_of(p.end), p.rounded))
        };
        for (text, said) in [
            ("2026-2028", "2026 2028 false"),
            ("2026 – 2028", "2026 2028 false"),
            ("2026/2028", "2026 2028 false"),
            ("2026-28", "2026 2028 false"),
            ("2026\u{2011}28", "2026 2028 false"),
            ("2026.-28.", "2026 2028 false"),
            ("od 2026-28", "2026 2028 false"),
            ("March-June 2026", "2026-03 2026-06 false"),
            ("ožujak – lipanj 2026.", "2026-03 2026-06 false"),
            ("March 2026 - June 2027", "2026-03 2027-06 false"),
            ("March 2026 to June 2027", "2026-03 2027-06 false"),
            ("01/2026-06/2027", "2026-01 2027-06 false"),
            ("2026-03-01/2027-02-28", "2026-03-01 2027-02-28 false"),
            ("1.3.2026 - 30.6.2027", "2026-03-01 2027-06-30 false"),
            ("1.3. - 30.6.2026.", "2026-03-01 2026-06-30 false"),
            ("od marta 2026 do juna 2027", "2026-03 2027-06 false"),
            ("Q1 2026", "2026 2026 true"),
            ("Q1-Q3 2026", "2026 2026 true"),
            ("March - Q3 2026", "2026-03 2026 true"),
            ("Q4 2026 - Q1 2027", "2026 2027 true"),
            ("1. polovina - 2. polovina 2026", "2026 2026 true"),
            ("mid-2026 - kraj 2028", "2026 2028 true"),
            ("2026", "2026 2026 false"),
            ("March 2026", "2026-03 2026-03 false"),
            ("2026-03", "2026-03 2026-03 false"),
            ("from 2026", "2026 ? false"),
            ("do kraja 2028", "? 2028 true"),
            ("I–VI 2026", "2026-01 2026-06 false"),
            ("I-VI/2026", "2026-01 2026-06 false"),
            ("H1 2026", "2026 2026 true"),
            ("I–III kvartal 2026", "2026 2026 true"),
            ("Q1-3 2026", "2026 2026 true"),
            ("tremujori i parë 2026", "2026 2026 true"),
            ("do kraja I kvartala 2026", "? 2026 true"),
            ("10–12. mart 2026", "2026-03-10 2026-03-12 false"),
        ] {
            assert_eq!(read(text).as_deref(), Some(said), "{text}");
        }
        // two readings, the wrong way round, one day, no year, no dates
        for text in [
            "2010-12",
            "2010\u{2011}12",
            "2010\u{2212}12",
            "2010-12.",
            "od 2010-12",
            "do 2010-12",
            "1/2 2026",
            "V 2026",
            "школска 2025/26",
            "VI–I 2026",
            "Q4 - Q1 2027",
            "November - Q1 2027",
            "Q4 - March 2027",
            "2. polovina - 1. polovina 2027",
            "03/04/2026",
            "03-04-2026",
            "2028-2026",
            "November - March 2027",
            "15.3.2026",
            "March - June",
            "24 months",
            "2026 -",
            "-",
            "",
            "1-15 March",
            "2026-2027-2028",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
