//! Meetings, through the front door: who may what, from the call to a task that is done, calendars, and who comes too late.

use crate::harness::{Browser, Page, Portal};
use crate::notices::told;
use axum::http::StatusCode;
use concert::kernel::permit::{Handling, Permission, Scope};

const SECRETARIAT: &str = "support-group@example.example";
const CHAIR: &str = "chair@example.example";
const LEAD: &str = "lead-two@example.example";
const OTHER_LEAD: &str = "lead-one@example.example";
const ARVANIA: &str = "beneficiary-one@example.example";
const KESTRIA: &str = "beneficiary-two@example.example";
const DONOR: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";

fn ok(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let place = page.location.clone().expect("a place");
    place.split(['?', '#']).next().expect("a path").to_owned()
}

/// The address of a meeting by the beginning of its title.
async fn meeting(portal: &Portal, slug: &str, title: &str) -> String {
    let sql = "select min(m.id::text) from meeting m join process p on p.id = m.process_id where p.slug || '|' || m.title like $1 || '%'";
    let id = portal.lookup(sql, &format!("{slug}|{title}")).await;
    assert!(!id.is_empty(), "no meeting {title}");
    format!("/{slug}/meetings/{id}")
}

async fn pillar(portal: &Portal, key: &str) -> String {
    let sql = "select l.id::text from pillar l join process p on p.id = l.process_id where p.slug = 'example' and l.key = $1";
    portal.lookup(sql, key).await
}

async fn beneficiary(portal: &Portal, code: &str) -> String {
    let sql = "select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1";
    portal.lookup(sql, code).await
}

/// Calls a meeting and says where it is.
async fn called(browser: &Browser, fields: &[(&str, &str)]) -> String {
    ok(&browser.post("/example/meetings/new", fields).await)
}

const WHEN: [(&str, &str); 5] = [
    ("day", "10 December 2026"),
    ("starts", "9:30"),
    ("ends", "12:00"),
    ("zone", "Europe/Belgrade"),
    ("handling", "members"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = WHEN.iter().filter(|(name, _)| !more.iter().any(|(n, _)| n == name)).copied().collect();
    all.extend_from_slice(more);
    all
}

#[tokio::test]
async fn each_role_runs_what_is_its_own() {
    let portal = Portal::start().await;
    let (crime, prevent) = (pillar(&portal, "CRIME").await, pillar(&portal, "PREVENT").await);
    let (board, of_crime, of_prevent) = (
        [("body", "board"), ("title", "Board")],
        [("body", "pillar"), ("title", "Crime"), ("pillar", crime.as_str())],
        [("body", "pillar"), ("title", "Prevention"), ("pillar", prevent.as_str())],
    );
    // who, then: a meeting of the Board, of CRIME, of PREVENT
    for (who, expected) in [
        (SECRETARIAT, [303, 303, 303]),
        (CHAIR, [303, 403, 403]),
        (LEAD, [403, 303, 403]),
        (OTHER_LEAD, [403, 403, 303]),
        (ARVANIA, [403, 403, 403]),
        (DONOR, [403, 403, 403]),
        (OBSERVER, [403, 403, 403]),
    ] {
        let browser = portal.signed_in(who).await;
        for (more, status) in [&board[..], &of_crime[..], &of_prevent[..]].into_iter().zip(expected) {
            let page = browser.post("/example/meetings/new", &with(more)).await;
            assert_eq!(page.status.as_u16(), status, "{who} {more:?}: {}", page.text());
        }
        let november = meeting(&portal, "example", "Support Group on serious crime").await;
        let runs = matches!(who, SECRETARIAT | LEAD);
        let page = browser.get(&november).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert_eq!(page.select("a[href$='/record']").len(), usize::from(runs), "{who}");
        let record = browser.get(&format!("{november}/record")).await;
        assert_eq!(record.status.as_u16(), if runs { 200 } else { 403 }, "{who}");
    }
}

#[tokio::test]
async fn observers_see_that_there_is_a_meeting_and_nothing_from_inside() {
    let portal = Portal::start().await;
    let november = meeting(&portal, "example", "Support Group on serious crime").await;
    let observer = portal.signed_in(OBSERVER).await;
    let page = observer.get(&november).await;
    assert!(page.text().contains("Joint Police Academy"), "{}", page.text());
    for hidden in ["The academy keeps one list", "Courses for financial investigators", "Send dates of the courses"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let prevention = meeting(&portal, "example", "Support Group on prevention").await;
    assert!(!observer.get(&prevention).await.body.contains("meet.example.org"));
    assert_eq!(observer.get(&format!("{november}/minutes")).await.status, StatusCode::FORBIDDEN);
    // one of the parties alone
    let arvania = meeting(&portal, "example", "Arvania: own needs").await;
    for (who, seen) in [(SECRETARIAT, true), (CHAIR, true), (ARVANIA, true), (KESTRIA, false), (DONOR, false), (OBSERVER, false)] {
        let browser = portal.signed_in(who).await;
        let status = browser.get(&arvania).await.status;
        assert_eq!(status == StatusCode::OK, seen, "{who}");
        assert_eq!(browser.get("/example/meetings").await.body.contains("Arvania: own needs"), seen, "{who}");
    }
    assert!(!portal.visitor().get("/example/public").await.body.contains("/meetings"));
}

/// The view and `may(See, …)` are two spellings of one rule.
#[tokio::test]
async fn the_view_shows_exactly_what_may_be_seen() {
    let portal = Portal::start().await;
    let rows: Vec<(uuid::Uuid, String, Option<uuid::Uuid>, Vec<uuid::Uuid>, Vec<uuid::Uuid>)> = sqlx::query_as(
        "select m.id, m.handling, m.pillar_id,
            array(select a.organisation_id from meeting_attendance a where a.process_id = m.process_id and a.meeting_id = m.id and a.organisation_id is not null),
            array(select a.beneficiary_id from meeting_attendance a where a.process_id = m.process_id and a.meeting_id = m.id and a.beneficiary_id is not null)
         from meeting m join process p on p.id = m.process_id
         where p.slug = 'example' and not exists (select from meeting_task t where t.process_id = m.process_id and t.meeting_id = m.id)",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("meetings");
    assert!(rows.len() >= 5 && rows.iter().any(|r| r.1 == "parties"));
    for who in [SECRETARIAT, CHAIR, LEAD, OTHER_LEAD, ARVANIA, KESTRIA, DONOR, OBSERVER] {
        let browser = portal.signed_in(who).await;
        let token = concert::kernel::random::Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut app = portal.sql("concert_app").await;
        let facts: serde_json::Value = sqlx::query_scalar("select kernel.enter('example', $1, $2, 60)")
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut app)
            .await
            .expect("enter");
        let memberships = serde_json::from_value(facts["memberships"].clone()).expect("memberships");
        let member = concert::kernel::permit::Member::new(memberships);
        for (id, handling, pillar, organisations, beneficiaries) in &rows {
            let scope = Scope {
                handling: Handling::parse(handling),
                pillars: pillar.iter().map(|l| concert::kernel::ids::PillarId(*l)).collect(),
                organisations: organisations.iter().map(|o| concert::kernel::ids::OrganisationId(*o)).collect(),
                beneficiaries: beneficiaries.iter().map(|b| concert::kernel::ids::BeneficiaryId(*b)).collect(),
                ..Scope::default()
            };
            let seen = browser.get(&format!("/example/meetings/{id}")).await.status == StatusCode::OK;
            assert_eq!(seen, member.may(Permission::MeetingSee, &scope), "{who} {id} {scope:?}");
        }
    }
}

#[tokio::test]
async fn from_the_call_to_a_task_that_is_done() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let crime = pillar(&portal, "CRIME").await;
    let (arvania, kestria) = (beneficiary(&portal, "XA").await, beneficiary(&portal, "XE").await);
    let norland = crate::directory::organisation(&portal, "example", "Norland").await;
    let place = called(
        &lead,
        &with(&[
            ("body", "pillar"),
            ("title", "Crime in winter"),
            ("pillar", &crime),
            ("beneficiaries", &arvania),
            ("beneficiaries", &kestria),
            ("organisations", &norland),
            ("place", "Kestria*"),
        ]),
    )
    .await;
    let invited = told(&portal, "meeting-told-called").await;
    assert!([ARVANIA, KESTRIA, DONOR].iter().all(|who| invited.contains(&(*who).to_owned())), "{invited:?}");
    assert!(!invited.contains(&LEAD.to_owned()), "its author is not told");
    let page = lead.get(&place).await;
    assert!(page.text().contains("10 December 2026, 09:30–12:00 (Central European Time, UTC+1)"), "{}", page.text());

    // those invited say whether they come
    let donor = portal.signed_in(DONOR).await;
    let home = donor.get("/example").await;
    assert!(home.select("#awaited li").join("\n").contains("Say whether you come: Crime in winter"), "{}", home.text());
    assert!(home.select("#meetings li").join("\n").contains("Crime in winter"), "{}", home.text());
    ok(&donor.submit(&place, Some("/answer"), &[("answer", "coming")]).await);
    assert!(!donor.get("/example").await.select("#awaited li").join("\n").contains("Crime in winter"));
    let foreign = portal.signed_in("second-donor@example.example").await;
    let party = party_of(&portal, &place, "Norland").await;
    let page = foreign.post(&format!("{place}/answer"), &[("party", &party), ("answer", "not_coming")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "another's answer");

    // an agenda from what is due: the task that the last meeting left is proposed
    let agenda = format!("{place}/agenda");
    let form = lead.get(&agenda).await;
    assert!(form.text().contains("Send dates of the courses of 2027"), "{}", form.text());
    let task = values(&form, "input[name=take]").into_iter().find(|v| v.starts_with("meeting_task:")).expect("a task");
    let added = lead.submit(&agenda, None, &[("take", &task), ("own", "Welcome\nAny other business")]).await;
    ok(&added);
    let page = lead.get(&place).await;
    assert_eq!(page.select("ol.agenda li").len(), 3, "{}", page.text());
    // up without scripts, nothing saved; then by its number
    let up = lead.submit(&agenda, None, &[("move", "1:up")]).await;
    assert_eq!(up.status, StatusCode::OK, "{}", up.text());
    let titles = values(&up, "input[name=item_title]");
    assert_eq!(titles.first().map(String::as_str), Some("Welcome"), "{titles:?}");
    assert!(lead.get(&place).await.select("ol.agenda li").first().is_some_and(|t| t.contains("Send dates")));

    // what came of it is written down from when it has begun
    assert_eq!(lead.get(&format!("{place}/record")).await.status, StatusCode::SEE_OTHER, "it lies ahead");
    portal.clock.set("2026-12-10T12:00:00Z".parse().expect("a moment"));
    let lead = portal.signed_in(LEAD).await;
    let attendance = format!("attendance-{party}");
    let conclusions = "One list.\n\n<b>Not markup</b>";
    ok(&lead.submit(&format!("{place}/record"), None, &[(&attendance, "attended"), ("conclusions", conclusions)]).await);
    let page = lead.get(&place).await;
    assert!(page.text().contains("Held") && page.body.contains("&#60;b&#62;Not markup"), "{}", page.body);
    let owner = format!("b:{arvania}");
    let tasks = format!("{place}/tasks/new");
    ok(&lead.submit(&tasks, None, &[("title", "Name a contact"), ("owner", &owner), ("due_on", "17 December 2026")]).await);
    let warned = "select count(*)::text from deadline where subject_kind = 'meeting_task' and due_on = '2026-12-17' and $1 <> ''";
    assert_eq!(portal.lookup(warned, "x").await, "1");

    // it comes up on its owner's home until it is done, and nobody else's
    let own = portal.signed_in(ARVANIA).await;
    let waits = own.get("/example").await.select("#awaited li").join("\n");
    assert!(waits.contains("Do: Name a contact") && waits.contains("by 17 December 2026"), "{waits}");
    let other = portal.signed_in(KESTRIA).await;
    assert!(!other.get("/example").await.body.contains("Name a contact"));
    let sql = "select id::text from meeting_task where title = $1";
    let end = format!("{place}/tasks/{}/end", portal.lookup(sql, "Name a contact").await);
    assert_eq!(other.post(&end, &[("state", "done")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(own.post(&end, &[("state", "dropped"), ("answer", "No")]).await.status, StatusCode::FORBIDDEN);
    ok(&own.post(&end, &[("state", "done"), ("answer", "It is the desk in Port Arvan.")]).await);
    assert!(!own.get("/example").await.select("#awaited li").join("\n").contains("Name a contact"));
    assert_eq!(portal.lookup(warned, "x").await, "0", "nobody is asked after it");
    assert!(told(&portal, "meeting-told-done").await.contains(&LEAD.to_owned()));
    assert_eq!(own.post(&end, &[("state", "done")]).await.status, StatusCode::CONFLICT, "it is done already");

    // minutes
    for (format, begins) in [("pdf", &b"%PDF"[..]), ("docx", &b"PK"[..])] {
        let file = lead.get(&format!("{place}/minutes?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        assert!(file.bytes.starts_with(begins), "{format}");
    }
    assert_eq!(lead.get(&format!("{place}/minutes?format=xlsx")).await.status, StatusCode::NOT_FOUND);
}

/// The id of a party's line in a meeting.
async fn party_of(portal: &Portal, place: &str, name: &str) -> String {
    let id = place.rsplit('/').next().expect("an id");
    let sql = "select a.id::text from meeting_attendance a join organisation o on o.id = a.organisation_id
        where a.meeting_id::text || '|' || o.name = $1";
    portal.lookup(sql, &format!("{id}|{name}")).await
}

/// The values of inputs.
fn values(page: &Page, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.html().select(&selector).filter_map(|e| e.value().attr("value")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_moved_meeting_tells_those_invited_and_calendars_know_it_again() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let arvania = beneficiary(&portal, "XA").await;
    let place =
        called(&secretariat, &with(&[("body", "board"), ("title", "Board in Kestria*"), ("beneficiaries", &arvania)])).await;
    let ics = format!("{place}/meeting.ics");
    let before = lines(&secretariat.get(&ics).await);
    assert!(before.contains(&"SEQUENCE:0".to_owned()) && before.contains(&"DTSTART:20261210T083000Z".to_owned()), "{before:?}");
    ok(&secretariat.submit(&format!("{place}/edit"), None, &[("about", "Only a word more")]).await);
    assert!(told(&portal, "meeting-told-moved").await.is_empty());
    ok(&secretariat.submit(&format!("{place}/edit"), None, &[("day", "10 July 2027")]).await);
    assert_eq!(told(&portal, "meeting-told-moved").await, [ARVANIA]);
    let after = lines(&secretariat.get(&ics).await);
    // summer time: the same hour there is another one in UTC
    assert!(after.contains(&"SEQUENCE:1".to_owned()) && after.contains(&"DTSTART:20270710T073000Z".to_owned()), "{after:?}");
    let uid = |all: &[String]| all.iter().find(|l| l.starts_with("UID:")).cloned().expect("a UID");
    assert_eq!(uid(&before), uid(&after));
    let note = secretariat.get("/example").await.select("footer p").join(" ");
    let said = note.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    assert!(after.iter().any(|l| l.starts_with("DESCRIPTION:") && l.replace('\\', "").contains(&said)), "{said}: {after:?}");
    ok(&secretariat.submit(&format!("{place}/cancel"), None, &[("why", "Not this year")]).await);
    assert_eq!(told(&portal, "meeting-told-cancelled").await, [ARVANIA]);
    let cancelled = lines(&secretariat.get(&ics).await);
    assert!(cancelled.contains(&"STATUS:CANCELLED".to_owned()) && cancelled.contains(&"SEQUENCE:2".to_owned()));
    assert_eq!(secretariat.post(&format!("{place}/edit"), &with(&[("body", "board"), ("title", "Again")])).await.status, 409);
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

#[tokio::test]
async fn hostile_input_is_refused_beside_its_field_and_kept() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let long = "x".repeat(301);
    let elsewhere = portal
        .lookup("select min(b.id::text) from beneficiary b join process p on p.id = b.process_id where p.slug = $1", "iisg")
        .await;
    for (more, says) in [
        (vec![("title", "")], "Title"),
        (vec![("title", long.as_str())], "Title"),
        (vec![("body", "parliament")], "Body"),
        (vec![("body", "pillar")], "Pillar"),
        (vec![("zone", "Mars/Olympus")], "Time zone"),
        (vec![("day", "31 February 2027")], "Day"),
        (vec![("starts", "half past")], "Begins"),
        (vec![("online", "javascript:alert(1)")], "Address to join from elsewhere"),
        (vec![("handling", "public")], "Shown to"),
        (vec![("beneficiaries", elsewhere.as_str())], "Beneficiaries"),
        (vec![("organisations", "' or 1=1")], "Organisations"),
    ] {
        let mut fields = with(&[("body", "other"), ("title", "A <script>alert(1)</script>")]);
        fields.retain(|(name, _)| !more.iter().any(|(n, _)| n == name));
        fields.extend(more.iter().copied());
        let page = browser.post("/example/meetings/new", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        assert!(page.select(".errors li").join(" ").contains(says), "{more:?}: {:?}", page.select(".errors li"));
        assert!(!page.body.contains("<script>alert"), "{more:?}");
        assert!(page.value("day").is_some_and(|d| !d.is_empty()), "what was typed is kept");
    }
    for (query, status) in [("view=month&month=99999-99", 200), ("view=month&month=%00", 200), ("body='&pillar=x&after=y", 200)] {
        let page = browser.get(&format!("/example/meetings?{query}")).await;
        assert_eq!(page.status.as_u16(), status, "{query}: {}", page.text());
    }
}

#[tokio::test]
async fn a_month_is_a_table_of_its_days_and_keeps_the_filters() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = browser.get("/example/meetings?view=month&month=2026-09&body=board").await;
    let cells = page.select("table.month td");
    assert_eq!(cells.len() % 7, 0);
    let on = cells.iter().find(|c| c.contains("17 September 2026")).expect("the day");
    assert!(on.contains("Board, autumn meeting 2026 (example)") && on.contains("09:30"), "{on}");
    let next = crate::action_list::href(&page, "a[rel=next]").expect("a way on");
    assert!(next.contains("body=board") && next.contains("month=2026-10"), "{next}");
    assert!(page.text().contains("Central European Time"), "{}", page.text());
    // real meetings are those that sources tell of, and nobody is said to have attended
    let iisg = portal.signed_in("support-group@iisg.example").await;
    let list = iisg.get("/iisg/meetings?when=past").await;
    assert_eq!(list.select("tbody th a.t").len(), 5, "{}", list.text());
    let first = meeting(&portal, "iisg", "1st meeting of the Board").await;
    let text = iisg.get(&first).await.text();
    assert!(text.contains("Known from public sources") && text.contains("8 September 2017"), "{text}");
    assert!(text.contains("Terms of reference of the process"), "decisions of its day: {text}");
    assert_eq!(iisg.get(&format!("{first}/edit")).await.status, StatusCode::SEE_OTHER);
}
