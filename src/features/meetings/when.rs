//! When a meeting is, as a form has it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::model::Time;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::zone::Zone;

/// A time of day as people have it: `9:00`, `09:00` or `9.00`.
fn clock(f: &mut Fields, name: &str) -> Option<NaiveTime> {
    let typed = f.value(name).trim().replace('.', ":");
    if typed.is_empty() {
        return None;
    }
    let time = ["%H:%M", "%H:%M:%S"].into_iter().find_map(|form| NaiveTime::parse_from_str(&typed, form).ok());
    if time.is_none() {
        f.fail(name, Message::new("meeting-error-time"));
    }
    time
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
