//! When a meeting is, as a form has it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::model::Time;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::zone::Zone;

/// A time of day as people have it: `9:00`, `09.00`, `9`, `9h30`, `0930`.
fn time_of_day(typed: &str) -> Result<NaiveTime, &'static str> {
    let typed = typed.trim().to_lowercase();
    let parts: Vec<&str> = typed.split(['.', ':', 'h', ' ']).filter(|part| !part.is_empty()).collect();
    let digits = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| digits(text));
    let read = match parts.as_slice() {
        // without a sign between them: 930, 0930
        [both] if matches!(both.len(), 3 | 4) && both.is_ascii() => {
            let (hour, minute) = both.split_at(both.len() - 2);
            number(hour).zip(number(minute))
        }
        [hour] => number(hour).map(|hour| (hour, 0)),
        [hour, minute] if minute.len() == 2 => number(hour).zip(number(minute)),
        [hour, minute, "00"] if minute.len() == 2 => number(hour).zip(number(minute)),
        _ => None,
    };
    match read {
        Some((24, 0)) => Err("meeting-error-midnight"),
        Some((hour, minute)) => NaiveTime::from_hms_opt(hour, minute, 0).ok_or("meeting-error-time"),
        None => Err("meeting-error-time"),
    }
}

fn clock(f: &mut Fields, name: &str) -> Option<NaiveTime> {
    let typed = f.value(name).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    time_of_day(&typed).map_err(|why| f.fail(name, Message::new(why))).ok()
}

/// When a meeting is; `None` where a field is wrong.
pub fn read_time(f: &mut Fields, today: NaiveDate) -> Option<Time> {
    let day = f.day("day", today);
    if day.is_none() && f.error("day").is_none() {
        f.fail("day", Message::new("field-required"));
    }
    let starts = clock(f, "starts");
    let ends = clock(f, "ends");
    let last = f.day("last_day", today);
    let zone = f.required_choice("zone", Zone::parse);
    if starts.is_none() && ends.is_some() && f.error("starts").is_none() {
        f.fail("starts", Message::new("meeting-error-start-missing"));
    }
    let (day, zone) = (day?, zone?);
    if !(1990..=2200).contains(&day.year()) {
        f.fail("day", Message::new("meeting-error-year"));
    }
    if last.is_some_and(|last| last < day || (last - day).num_days() > 60) {
        f.fail("last_day", Message::new("meeting-error-last-day"));
        return None;
    }
    let Some(starts) = starts else {
        let time = Time::days(day, last, zone);
        if time.is_none() {
            f.fail("day", Message::new("meeting-error-no-such-time"));
        }
        return time;
    };
    let mut at = |name: &str, local| -> Option<DateTime<Utc>> {
        let at = zone.moment(local);
        if at.is_none() {
            f.fail(name, Message::new("meeting-error-no-such-time"));
        }
        at
    };
    let starts_at = at("starts", day.and_time(starts))?;
    let ends_at = match ends {
        Some(ends) => Some(at("ends", last.unwrap_or(day).and_time(ends))?),
        None => None,
    };
    if ends_at.is_some_and(|end| end <= starts_at) {
        f.fail("ends", Message::new("meeting-error-end"));
    }
    if last.is_some_and(|last| last > day) && ends_at.is_none() {
        f.fail("ends", Message::new("meeting-error-end-missing"));
    }
    Some(Time { starts_at, ends_at, timed: true, zone })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(query: &str) -> (Option<Time>, Vec<String>) {
        let mut f = Fields::sent(query.as_bytes());
        let time = read_time(&mut f, "2026-11-24".parse().unwrap());
        let wrong = f.errors().into_iter().map(|(name, _)| name.to_owned()).collect();
        (time, wrong)
    }

    #[test]
    fn a_time_is_read_where_the_meeting_is() {
        let (read, wrong) = time("day=10+July+2027&starts=9.30&ends=12%3A00&zone=Europe%2FBelgrade");
        let read = read.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(read.starts_at.to_string(), "2027-07-10 07:30:00 UTC");
        assert_eq!(read.ends_at.unwrap().to_string(), "2027-07-10 10:00:00 UTC");
        let (days, _) = time("day=10+July+2027&last_day=12+July+2027&zone=UTC");
        assert!(!days.unwrap().timed);
    }

    #[test]
    fn a_time_of_day_is_understood_as_people_write_it_or_refused_with_what_to_write() {
        for typed in ["9:30", "09:30", "9.30", "9h30", "930", "0930", "9 30", "9:30:00"] {
            assert_eq!(time_of_day(typed).map(|t| t.to_string()).as_deref(), Ok("09:30:00"), "{typed}");
        }
        for (typed, means) in [("9", "09:00:00"), ("14h", "14:00:00"), ("0", "00:00:00"), ("23:59", "23:59:00")] {
            assert_eq!(time_of_day(typed).map(|t| t.to_string()).as_deref(), Ok(means), "{typed}");
        }
        for typed in ["24:00", "24", "24.00"] {
            assert_eq!(time_of_day(typed), Err("meeting-error-midnight"), "{typed}");
        }
        for typed in
            ["25:00", "9:5", "9:60", "9 pm", "9:30 pm", "+9", "-1", "٩", "noon", "9:30:15", "h", "12345", "9é0"]
        {
            assert_eq!(time_of_day(typed), Err("meeting-error-time"), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_is_said_beside_its_field() {
        for (query, field) in [
            ("zone=UTC", "day"),
            ("day=2027&zone=UTC", "day"),
            ("day=10+July+2027&zone=Mars", "zone"),
            ("day=10+July+2027&zone=UTC&starts=25%3A00", "starts"),
            ("day=10+July+2027&zone=UTC&ends=10%3A00", "starts"),
            ("day=10+July+2027&zone=UTC&starts=11%3A00&ends=10%3A00", "ends"),
            ("day=10+July+2027&zone=UTC&starts=11%3A00&last_day=12+July+2027", "ends"),
            ("day=10+July+2027&zone=UTC&last_day=9+July+2027", "last_day"),
            ("day=28+March+2027&zone=Europe%2FBelgrade&starts=2%3A30", "starts"),
        ] {
            assert_eq!(time(query).1, [field], "{query}");
        }
    }
}
