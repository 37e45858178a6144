//! Meetings in calendars: what moves is told and known again, a private address is a secret; and who comes too late.

use crate::harness::{Page, Portal};
use crate::meetings::{ARVANIA, CHAIR, DONOR, SECRETARIAT, beneficiary, called, meeting, ok, values, with};
use crate::notices::told;
use crate::sign_in::{NEW, letter, link};
use axum::http::StatusCode;

#[tokio::test]
async fn a_moved_meeting_tells_those_invited_and_calendars_know_it_again() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let arvania = beneficiary(&portal, "XA").await;
    let place =
        called(&secretariat, &with(&[("body", "board"), ("title", "Board in Kestria*"), ("beneficiaries", &arvania)]))
            .await;
    let ics = format!("{place}/meeting.ics");
    let before = lines(&secretariat.get(&ics).await);
    assert!(
        before.contains(&"SEQUENCE:0".to_owned()) && before.contains(&"DTSTART:20261210T083000Z".to_owned()),
        "{before:?}"
    );
    ok(&secretariat.submit(&format!("{place}/edit"), None, &[("about", "Only a word more")]).await);
    assert!(told(&portal, "meeting-told-moved").await.is_empty());
    ok(&secretariat.submit(&format!("{place}/edit"), None, &[("day", "10 July 2027")]).await);
    assert_eq!(told(&portal, "meeting-told-moved").await, [ARVANIA]);
    let after = lines(&secretariat.get(&ics).await);
    // summer time: the same hour there is another one in UTC
    assert!(
        after.contains(&"SEQUENCE:1".to_owned()) && after.contains(&"DTSTART:20270710T073000Z".to_owned()),
        "{after:?}"
    );
    let uid = |all: &[String]| all.iter().find(|l| l.starts_with("UID:")).cloned().expect("a UID");
    assert_eq!(uid(&before), uid(&after));
    let note = secretariat.get("/example").await.select("footer p").join(" ");
    let said = note.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    assert!(
        after.iter().any(|l| l.starts_with("DESCRIPTION:") && l.replace('\\', "").contains(&said)),
        "{said}: {after:?}"
    );
    ok(&secretariat.submit(&format!("{place}/cancel"), None, &[("why", "Not this year")]).await);
    assert_eq!(told(&portal, "meeting-told-cancelled").await, [ARVANIA]);
    let cancelled = lines(&secretariat.get(&ics).await);
    assert!(cancelled.contains(&"STATUS:CANCELLED".to_owned()) && cancelled.contains(&"SEQUENCE:2".to_owned()));
    assert_eq!(
        secretariat.post(&format!("{place}/edit"), &with(&[("body", "board"), ("title", "Again")])).await.status,
        409
    );
}

/// The unfolded lines of a calendar, held to its form.
fn lines(page: &Page) -> Vec<String> {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let kind = page.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert_eq!(kind, "text/calendar; charset=utf-8");
    let text = page.body.replace("\r\n ", "");
    let all: Vec<String> = text.split_terminator("\r\n").map(str::to_owned).collect();
    let mut open = Vec::new();
    for line in &all {
        assert!(!line.contains(['\n', '\r']), "{line:?}");
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no line of a calendar: {line:?}"));
        match name {
            "BEGIN" => open.push(value.to_owned()),
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ => assert!(!open.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()), "{line:?}"),
        }
    }
    assert!(open.is_empty() && all.first().is_some_and(|l| l == "BEGIN:VCALENDAR"), "{all:?}");
    let count = |begins: &str| all.iter().filter(|l| l.starts_with(begins)).count();
    for each in ["UID:", "DTSTAMP:", "DTSTART", "SEQUENCE:", "SUMMARY:"] {
        assert_eq!(count(each), count("BEGIN:VEVENT"), "{each}");
    }
    all
}

#[tokio::test]
async fn a_calendars_address_is_a_secret_that_shows_what_its_owner_may_see() {
    let portal = Portal::start().await;
    let address = |page: &Page| {
        let all = values(page, "input#feed");
        let full = all.first().cloned().unwrap_or_else(|| panic!("no address: {}", page.text()));
        full.strip_prefix("http://concert.test").expect("ours").to_owned()
    };
    let visitor = portal.visitor();
    let own = portal.signed_in(ARVANIA).await;
    let made = own.post("/example/meetings/calendar", &[]).await;
    assert_eq!(made.headers.get("referrer-policy").and_then(|v| v.to_str().ok()), Some("no-referrer"));
    let first = address(&made);
    let page = visitor.get(&first).await;
    let text = lines(&page).join("\n");
    for (header, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(page.headers.get(header).and_then(|v| v.to_str().ok()), Some(value), "{header}");
    }
    assert!(text.contains("Arvania: own needs") && text.contains("STATUS:CANCELLED"), "{text}");
    for inside in ["The academy keeps", "Send dates", "meet.example.org", "Courses for financial"] {
        assert!(!text.contains(inside), "{inside}");
    }
    // of one for few: when and what, not where
    let event = text.split("BEGIN:VEVENT").find(|e| e.contains("Arvania: own needs")).expect("the event");
    assert!(event.contains("CLASS:CONFIDENTIAL") && !event.contains("LOCATION"), "{event}");
    let donor = portal.signed_in(DONOR).await;
    let of_donor = address(&donor.post("/example/meetings/calendar", &[]).await);
    assert!(!visitor.get(&of_donor).await.body.contains("Arvania: own"), "another's eyes");

    // it is kept as a hash, is shown once, opens no other process and nothing else
    let token = first.split('/').nth(3).expect("a token").to_owned();
    assert!(!own.get("/example/meetings/calendar").await.body.contains(&token));
    let kept = "select count(*)::text from calendar_feed f where f.token_hash = sha256(convert_to($1, 'UTF8'))";
    assert_eq!(portal.lookup(kept, &token).await, "1");
    for nowhere in [
        format!("/iisg/calendar/{token}/meetings.ics"),
        format!("/nowhere/calendar/{token}/meetings.ics"),
        format!("/example/calendar/{}/meetings.ics", "x".repeat(43)),
        "/example/calendar/short/meetings.ics".to_owned(),
    ] {
        assert_eq!(visitor.get(&nowhere).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    visitor.set_cookie("concert", &token);
    assert_eq!(visitor.get("/example/meetings").await.status, StatusCode::SEE_OTHER, "no session");

    // made anew, the one before opens nothing; ended, neither does
    let second = address(&own.post("/example/meetings/calendar", &[]).await);
    assert_eq!(visitor.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get(&second).await.status, StatusCode::OK);
    // who has left reads nothing any more
    let leave = "update membership set ends_on = '2026-11-23' where name = 'Demo account, Norland'";
    sqlx::query(leave).execute(&mut portal.superuser().await).await.expect("an end");
    assert_eq!(visitor.get(&of_donor).await.status, StatusCode::NOT_FOUND);
    ok(&own.post("/example/meetings/calendar/end", &[]).await);
    assert_eq!(visitor.get(&second).await.status, StatusCode::NOT_FOUND);
    // programs that ask without end are told to wait
    let mut last = StatusCode::OK;
    for _ in 0..40 {
        last = visitor.get(&second).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_new_password_and_signing_out_everywhere_end_the_address() {
    let portal = Portal::start().await;
    let (own, visitor) = (portal.signed_in(ARVANIA).await, portal.visitor());
    let donor = portal.signed_in(DONOR).await;
    let made = async |browser: &crate::harness::Browser| {
        let page = browser.post("/example/meetings/calendar", &[]).await;
        let full = values(&page, "input#feed").first().cloned().expect("an address");
        full.strip_prefix("http://concert.test").expect("ours").to_owned()
    };
    let (first, of_donor) = (made(&own).await, made(&donor).await);
    own.post("/account/sessions/end-others", &[]).await;
    assert_eq!(visitor.get(&first).await.status, StatusCode::NOT_FOUND);
    let second = made(&own).await;
    assert_eq!(visitor.get(&second).await.status, StatusCode::OK);
    portal.visitor().submit("/password/forgotten", None, &[("email", ARVANIA)]).await;
    let reset = link(&letter(&portal, ARVANIA, "/password/reset/").await);
    let twice = [("new_password", NEW), ("new_password_again", NEW)];
    let done = portal.visitor().submit(&reset, None, &twice).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in?done=password-set"));
    assert_eq!(visitor.get(&second).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get(&of_donor).await.status, StatusCode::OK, "another's stays");
}

#[tokio::test]
async fn who_comes_too_late_sees_both_texts_and_loses_nothing() {
    let portal = Portal::start().await;
    let place = meeting(&portal, "example", "Board, winter").await;
    let (one, two) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(CHAIR).await);
    let opened = one.get(&format!("{place}/edit")).await;
    let (target, fields) = opened.form(None);
    ok(&two.submit(&format!("{place}/edit"), None, &[("place", "Lumenia")]).await);
    let mut mine: Vec<(&str, &str)> =
        fields.iter().filter(|(n, _)| n != "place").map(|(n, v)| (n.as_str(), v.as_str())).collect();
    mine.push(("place", "Port Arvan"));
    let late = one.post_raw(target.as_deref().expect("a target"), &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("Lumenia") && late.text().contains("Port Arvan"), "{}", late.text());
    assert!(one.get(&place).await.text().contains("Lumenia"), "nothing was saved");
    // what was typed can be saved in its place
    let (target, fields) = late.form(None);
    let again: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&one.post_raw(target.as_deref().expect("a target"), &again).await);
    assert!(one.get(&place).await.text().contains("Port Arvan"));
    // the agenda likewise
    let agenda = format!("{place}/agenda");
    let (target, mut fields) = one.get(&agenda).await.form(None);
    ok(&two.submit(&agenda, None, &[("own", "The Chair's item")]).await);
    fields.retain(|(n, _)| n != "own");
    fields.push(("own".into(), "My item".into()));
    let mine: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(one.post_raw(target.as_deref().expect("a target"), &mine).await.status, StatusCode::CONFLICT);
    let text = one.get(&place).await.text();
    assert!(text.contains("The Chair's item") && !text.contains("My item"), "{text}");
}
