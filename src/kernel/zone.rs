//! Time zones in which a process states times of day: a closed list with the rule of the European Union for summer time,
//! which all of them but UTC follow. What is stored is UTC; the zone is stored beside it, by its name in the tz database.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use super::lists::closed_list;

closed_list! {
    Zone {
        Central = "Europe/Belgrade", "zone-central";
        Western = "Europe/London", "zone-western";
        Eastern = "Europe/Sofia", "zone-eastern";
        Utc = "UTC", "zone-utc";
    }
}

/// Its place in the settings of a process.
pub const ZONE: &str = "time_zone";

/// 01:00 UTC on the last Sunday of a month of 31 days: when summer time begins and ends since 1996.
fn turn(year: i32, month: u32) -> Option<NaiveDateTime> {
    let last = NaiveDate::from_ymd_opt(year, month, 31)?;
    let back = i64::from(last.weekday().days_since(Weekday::Sun));
    Some((last - TimeDelta::days(back)).and_time(NaiveTime::from_hms_opt(1, 0, 0)?))
}

impl Zone {
    /// As a process has set it; UTC where it has set none.
    pub fn of(settings: &serde_json::Value) -> Self {
        settings.get(ZONE).and_then(serde_json::Value::as_str).and_then(Self::parse).unwrap_or(Zone::Utc)
    }

    /// Hours before UTC outside summer time.
    fn standard(self) -> i64 {
        match self {
            Zone::Utc | Zone::Western => 0,
            Zone::Central => 1,
            Zone::Eastern => 2,
        }
    }

    /// Hours before UTC at a moment.
    pub fn offset(self, at: DateTime<Utc>) -> i64 {
        let at = at.naive_utc();
        let summer = match (turn(at.year(), 3), turn(at.year(), 10)) {
            (Some(begins), Some(ends)) => (begins..ends).contains(&at),
            _ => false,
        };
        self.standard() + i64::from(summer && self != Zone::Utc)
    }

    /// What clocks there show.
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc() + TimeDelta::hours(self.offset(at))
    }

    /// The moment at which clocks there show this. Of the hour that comes twice when summer time ends, the first is meant.
    /// `None`: they never show it, in the night in which summer time begins.
    pub fn moment(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let summer = self.standard() + 1;
        [summer, self.standard()].into_iter().find_map(|hours| {
            let at = local.checked_sub_signed(TimeDelta::hours(hours))?.and_utc();
            (self.offset(at) == hours).then_some(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }
    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn clocks_go_forward_in_march_and_back_in_october() {
        for (zone, shown, moment) in [
            (Zone::Central, "2026-03-29T01:59:00", "2026-03-29T00:59:00Z"),
            (Zone::Central, "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            (Zone::Central, "2026-07-01T10:00:00", "2026-07-01T08:00:00Z"),
            (Zone::Central, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
            (Zone::Central, "2026-12-01T10:00:00", "2026-12-01T09:00:00Z"),
            (Zone::Western, "2026-07-01T10:00:00", "2026-07-01T09:00:00Z"),
            (Zone::Eastern, "2026-12-01T10:00:00", "2026-12-01T08:00:00Z"),
            (Zone::Utc, "2026-07-01T10:00:00", "2026-07-01T10:00:00Z"),
        ] {
            assert_eq!(zone.moment(local(shown)), Some(at(moment)), "{zone:?} {shown}");
            assert_eq!(zone.local(at(moment)), local(shown), "{zone:?} {moment}");
        }
        // an hour that is not there, and one that comes twice
        assert_eq!(Zone::Central.moment(local("2026-03-29T02:30:00")), None);
        assert_eq!(Zone::Central.moment(local("2026-10-25T02:30:00")), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(Zone::Utc.moment(local("2026-03-29T02:30:00")), Some(at("2026-03-29T02:30:00Z")));
    }

    #[test]
    fn a_process_without_a_setting_states_utc() {
        assert_eq!(Zone::of(&serde_json::json!({})), Zone::Utc);
        assert_eq!(Zone::of(&serde_json::json!({ "time_zone": "Europe/Belgrade" })), Zone::Central);
        assert_eq!(Zone::of(&serde_json::json!({ "time_zone": "Mars" })), Zone::Utc);
    }

    proptest! {
        #[test]
        fn what_a_clock_shows_is_read_back(minutes in 0i64..60 * 24 * 365 * 40, zone in 0usize..4) {
            let zone = Zone::ALL[zone];
            let moment = at("2000-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            let again = zone.moment(zone.local(moment)).unwrap();
            // the same, or the first of the hour that comes twice
            prop_assert!(again == moment || again + TimeDelta::hours(1) == moment);
            prop_assert_eq!(zone.local(again), zone.local(moment));
        }
    }
}
