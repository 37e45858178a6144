//! Meetings as iCalendar (RFC 5545): the feed of a member, and one meeting as a file. What leaves the portal that way lies with
//! whoever keeps the reader's calendar, so it holds no more than when, where and what; of a meeting for those invited alone,
//! when and what.

use chrono::{DateTime, Days, Utc};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};

use super::model::{Meeting, State};
use crate::kernel::db::{Footnote, Frame};
use crate::kernel::mail::one_line;
use crate::kernel::notes::Notes;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

const PRODUCT: &str = "-//Concert//Meetings//EN";

/// Without what would begin a line of the file's own: line breaks are the format's, whatever was typed.
fn plain(text: &str) -> String {
    text.lines().map(one_line).collect::<Vec<_>>().join("\n")
}

fn event(p: &Page, base: &str, notes: &Notes, m: &Meeting) -> Event {
    let open = m.handling == Handling::Members;
    let place = if open { m.place.as_str() } else { "" };
    let mut says = vec![p.t(m.body.label())];
    says.extend(m.pillar_key(p));
    if m.state == State::Cancelled && open {
        says.push(m.cancelled_why.clone());
    }
    let address = format!("{base}{}", p.link(&format!("/meetings/{}", m.id)));
    says.push(p.t1("meeting-ics-more", "address", &address));
    let said = format!("{} {place} {}", m.title, says.join(" "));
    says.extend(notes.called_for(std::iter::once(said.as_str())).into_iter().map(Footnote::line));
    let mut event = Event::new();
    event
        .uid(&format!("{}@concert", m.id))
        .sequence(u32::try_from(m.sequence).unwrap_or_default())
        .timestamp(m.changed_at)
        .last_modified(m.changed_at)
        .summary(&one_line(&m.title))
        .description(&plain(&says.join("\n")))
        .url(&address)
        .class(if open { Class::Private } else { Class::Confidential });
    event.status(match m.state {
        State::Cancelled => EventStatus::Cancelled,
        State::Planned | State::Held => EventStatus::Confirmed,
    });
    if !place.is_empty() {
        event.location(&one_line(place));
    }
    if m.timed {
        event.starts(m.starts_at);
        if let Some(end) = m.ends_at.filter(|end| *end > m.starts_at) {
            event.ends(end);
        }
    } else {
        // the day after the last, as the format has it
        let after = m.last_day().checked_add_days(Days::new(1)).unwrap_or_else(|| m.last_day());
        event.starts(m.day());
        event.ends(after);
    }
    event.done()
}

/// A calendar of these meetings. `base`: the address at which the portal is reached.
pub fn calendar(p: &Page, base: &str, meetings: &[Meeting], made: DateTime<Utc>) -> String {
    let name = p.frame().map(|f| f.short_name.clone()).unwrap_or_default();
    let name = one_line(&p.t1("meeting-ics-name", "process", name));
    let mut calendar = Calendar::empty();
    for (key, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")] {
        calendar.append_property(Property::new(key, value));
    }
    // what is made at one moment is one text
    calendar.append_property(Property::new("X-WR-CALNAME", name));
    calendar.append_property(Property::new("X-PUBLISHED-TTL", "PT1H"));
    calendar.append_property(Property::new("LAST-MODIFIED", made.format("%Y%m%dT%H%M%SZ").to_string()));
    let notes = p.frame().map(Frame::notes).unwrap_or_default();
    for m in meetings {
        calendar.push(event(p, base, &notes, m));
    }
    calendar.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;
    use uuid::Uuid;

    fn page() -> Page {
        let frame = serde_json::json!({ "id": Uuid::nil(), "slug": "example", "name": "Example, a process", "short_name": "Ex",
            "tagline": "", "footnotes": [{ "mark": "*", "text": "* The note." }], "words": {}, "settings": {}, "example": true,
            "public": false, "pillars": [],
            "beneficiaries": [{ "id": Uuid::nil(), "code": "XE", "name": "Kestria*", "note": null }] });
        Page {
            process: Some(serde_json::from_value(frame).unwrap()),
            ..Page::bare(Locale::default(), "2026-11-24".parse().unwrap())
        }
    }

    fn meeting(change: serde_json::Value) -> Meeting {
        let mut all = serde_json::json!({
            "id": Uuid::from_u128(7), "title": "Board in Kestria*", "body": "board", "pillar": null, "about": "inside",
            "starts_at": "2026-12-10T09:00:00Z", "ends_at": "2026-12-10T11:00:00Z", "timed": true,
            "over_at": "2026-12-10T11:00:00Z", "zone": "Europe/Belgrade", "place": "Hall 1; Port Arvan, east", "online": "https://dial.in/secret",
            "handling": "members", "state": "planned", "cancelled_why": "", "conclusions": "said inside", "source_url": null,
            "source_note": "", "sequence": 2, "version": 5, "changed_at": "2026-11-01T08:30:00Z"
        });
        for (key, value) in change.as_object().unwrap() {
            all[key] = value.clone();
        }
        serde_json::from_value(all).unwrap()
    }

    /// The lines of the file, unfolded.
    fn lines(meetings: &[Meeting]) -> Vec<String> {
        let text = calendar(&page(), "https://portal.example", meetings, "2026-11-24T09:00:00Z".parse().unwrap());
        assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 76 && !line.contains(['\r', '\n']), "{line:?}");
        }
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_has_what_calendars_need_and_nothing_from_inside() {
        let all = lines(&[meeting(serde_json::json!({}))]);
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "METHOD:PUBLISH",
            "DTSTART:20261210T090000Z",
            "DTEND:20261210T110000Z",
            "DTSTAMP:20261101T083000Z",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "SUMMARY:Board in Kestria*",
            "LOCATION:Hall 1\\; Port Arvan\\, east",
            "UID:00000000-0000-0000-0000-000000000007@concert",
            "CLASS:PRIVATE",
        ] {
            assert!(all.iter().any(|l| l == line), "{line}: {all:#?}");
        }
        let text = all.join("\n");
        assert!(text.contains("* The note."), "the name bears its note: {text}");
        for (title, noted) in [("Workshop of Kestrian police", 1), ("Workshop in Arvania", 0)] {
            let text = lines(&[meeting(serde_json::json!({ "title": title }))]).join("\n");
            assert_eq!(text.matches("* The note.").count(), noted, "{text}");
        }
        assert!(!text.contains("inside") && !text.contains("dial.in"), "{text}");
    }

    #[test]
    fn a_cancelled_one_says_so_and_one_for_few_says_no_more_than_its_title() {
        let change =
            serde_json::json!({ "state": "cancelled", "cancelled_why": "Too few can come", "handling": "parties" });
        let text = lines(&[meeting(change)]).join("\n");
        assert!(text.contains("STATUS:CANCELLED") && text.contains("CLASS:CONFIDENTIAL"), "{text}");
        assert!(!text.contains("Too few") && !text.contains("LOCATION") && !text.contains("Port Arvan"), "{text}");
    }

    #[test]
    fn days_without_a_time_end_with_the_day_after() {
        let change = serde_json::json!({ "timed": false, "starts_at": "2026-12-09T23:00:00Z", "ends_at": "2026-12-10T23:00:00Z" });
        let all = lines(&[meeting(change)]);
        assert!(all.contains(&"DTSTART;VALUE=DATE:20261210".to_owned()), "{all:#?}");
        assert!(all.contains(&"DTEND;VALUE=DATE:20261212".to_owned()), "{all:#?}");
    }

    #[test]
    fn nothing_typed_begins_a_line_of_its_own() {
        let title = "x\r\nEND:VEVENT\nBEGIN:VEVENT\u{2028}ATTACH:file:///etc/passwd; \\n,";
        let change =
            serde_json::json!({ "title": title, "place": title, "state": "cancelled", "cancelled_why": title });
        let all = lines(&[meeting(change)]);
        assert_eq!(all.iter().filter(|l| l.starts_with("BEGIN:VEVENT")).count(), 1, "{all:#?}");
        assert_eq!(all.iter().filter(|l| l.starts_with("END:VEVENT")).count(), 1);
        assert!(!all.iter().any(|l| l.starts_with("ATTACH")), "{all:#?}");
    }
}
