//! Meetings, what is typed wrongly: it is said beside its field, and nothing of it is lost.

use crate::harness::{Browser, Portal};
use crate::meetings::{SECRETARIAT, beneficiary, called, meeting, ok, with};
use axum::http::StatusCode;

const LEAD: &str = "lead-two@example.example";

async fn pillar(portal: &Portal, key: &str) -> String {
    let sql =
        "select l.id::text from pillar l join process p on p.id = l.process_id where p.slug = 'example' and l.key = $1";
    portal.lookup(sql, key).await
}

/// A task that is dropped, or answered, as its page asks for it.
async fn ended(browser: &Browser, place: &str, fields: &[(&str, &str)]) -> crate::harness::Page {
    browser.submit(place, Some("/end"), fields).await
}

#[tokio::test]
async fn a_change_of_the_pillar_stands_in_the_history() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (crime, prevent) = (pillar(&portal, "CRIME").await, pillar(&portal, "PREVENT").await);
    let place = called(&browser, &with(&[("body", "pillar"), ("title", "Moves to another"), ("pillar", &crime)])).await;
    ok(&browser.submit(&format!("{place}/edit"), None, &[("pillar", &prevent)]).await);
    let history = browser.get(&place).await.select("#history li").join("\n");
    assert!(history.contains("Pillar: CRIME PREVENT"), "{history}");
}

#[tokio::test]
async fn an_answer_to_a_task_that_is_not_taken_stays_in_its_field() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let place = called(&browser, &with(&[("body", "other"), ("title", "It gives a task")])).await;
    portal.clock.set("2026-12-10T12:00:00Z".parse().expect("a moment"));
    let browser = portal.signed_in(SECRETARIAT).await;
    let owner = format!("b:{}", beneficiary(&portal, "XA").await);
    let tasks = format!("{place}/tasks/new");
    // before the meeting that gives it
    let early = [("title", "Count the desks"), ("owner", owner.as_str()), ("due_on", "17 December 2016")];
    let page = browser.submit(&tasks, None, &early).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert!(
        page.select("#due_on-error").join(" ").contains("on the day of the meeting, or after it"),
        "{}",
        page.text()
    );
    let due = [("title", "Count the desks"), ("owner", owner.as_str()), ("due_on", "10 December 2026")];
    ok(&browser.submit(&tasks, None, &due).await);

    // dropped without a reason; a reason without end, which is kept
    let page = ended(&browser, &place, &[("state", "dropped")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    let error = page.select("details[open] .field.bad .error").join(" ");
    assert!(error.contains("Say why the task is dropped"), "{}", page.text());
    let long = format!("Because {}", "x".repeat(2000));
    let page = ended(&browser, &place, &[("state", "done"), ("answer", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert!(page.select(".errors li").join(" ").contains("too long"), "{}", page.text());
    assert!(page.select("details[open] textarea").concat().contains(&long), "what was typed is kept");
    assert!(browser.get(&place).await.text().contains("Count the desks Open"), "nothing was answered");
    ok(&ended(&browser, &place, &[("state", "dropped"), ("answer", "There are none.")]).await);
    // it has ended: there is no field left to send it back in
    let task = portal.lookup("select id::text from meeting_task where title = $1", "Count the desks").await;
    let late = browser.post(&format!("{place}/tasks/{task}/end"), &[("state", "dropped")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
}

#[tokio::test]
async fn an_agenda_cuts_nothing_and_holds_no_paper_of_another_process() {
    let portal = Portal::start().await;
    let place = meeting(&portal, "example", "Support Group on prevention").await;
    let (browser, other) = (portal.signed_in(SECRETARIAT).await, portal.signed_in("lead-one@example.example").await);
    let agenda = format!("{place}/agenda");
    let long = "x".repeat(501);
    let page = browser.submit(&agenda, None, &[("own", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert!(page.select("#own-error").join(" ").contains("at most 500 characters"), "{}", page.text());
    assert!(page.select("textarea#own").concat().contains(&long), "what was typed is kept");
    for (address, status) in [
        ("http://concert.test/iisg/plans", StatusCode::UNPROCESSABLE_ENTITY),
        ("http://concert.test/example/plans", StatusCode::SEE_OTHER),
        ("http://concert.test.elsewhere.example/iisg/plans", StatusCode::SEE_OTHER),
    ] {
        let page = browser.submit(&agenda, None, &[("paper_title", "Plans"), ("paper_address", address)]).await;
        assert_eq!(page.status, status, "{address}: {}", page.text());
    }

    // who comes too late reads what they added, not that they added nothing
    let (target, fields) = other.get(&agenda).await.form(None);
    ok(&browser.submit(&agenda, None, &[("own", "Of the secretariat")]).await);
    let mut mine: Vec<(&str, &str)> =
        fields.iter().filter(|(n, _)| n != "own").map(|(n, v)| (n.as_str(), v.as_str())).collect();
    mine.push(("own", "Of the lead"));
    let late = other.post_raw(target.as_deref().expect("a target"), &mine).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let rows = late.select("tbody tr");
    assert!(rows.iter().any(|r| r.starts_with("Other items") && r.contains("Of the lead")), "{rows:?}");
}

#[tokio::test]
async fn a_lead_keeps_the_day_that_a_task_has() {
    let portal = Portal::start().await;
    let november = meeting(&portal, "example", "Support Group on serious crime").await;
    let id = portal
        .lookup("select m.id::text from meeting m where m.id::text = $1", november.rsplit('/').next().expect("an id"))
        .await;
    sqlx::query("update meeting_task set due_on = '2026-11-01' where meeting_id::text = $1")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("an old day");
    let task = portal.lookup("select min(id::text) from meeting_task where meeting_id::text = $1", &id).await;
    let lead = portal.signed_in(LEAD).await;
    ok(&lead.submit(&format!("{november}/tasks/{task}"), None, &[("title", "Worded anew")]).await);
    let page = lead.submit(&format!("{november}/tasks/{task}"), None, &[("due_on", "2 November 2026")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
}

/// What a meeting is, as the database has it.
async fn state(portal: &Portal, place: &str) -> String {
    let id = place.rsplit('/').next().expect("an id");
    portal.lookup("select state from meeting where id::text = $1", id).await
}

#[tokio::test]
async fn attendance_written_while_it_lasts_ends_no_meeting_and_what_was_said_too_early_is_taken_back() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let place = called(
        &browser,
        &with(&[("body", "other"), ("title", "It takes two hours"), ("starts", "10"), ("ends", "12h")]),
    )
    .await;
    let record = format!("{place}/record");
    // it lasts: nothing is ticked, and what is saved ends nothing
    portal.clock.set("2026-12-10T09:30:00Z".parse().expect("a moment"));
    let browser = portal.signed_in(SECRETARIAT).await;
    assert!(browser.get(&record).await.select("input[name=held][checked]").is_empty());
    ok(&browser.submit(&record, None, &[("conclusions", "So far.")]).await);
    assert_eq!(state(&portal, &place).await, "planned");
    // ticked too early, and taken back
    ok(&browser.submit(&record, None, &[("held", "yes")]).await);
    assert_eq!(state(&portal, &place).await, "held");
    let (target, mut fields) = browser.get(&record).await.form(None);
    assert!(fields.iter().any(|(name, _)| name == "held"), "it stands ticked: {fields:?}");
    fields.retain(|(name, _)| name != "held");
    let untick: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&browser.post_raw(target.as_deref().unwrap_or(&record), &untick).await);
    assert_eq!(state(&portal, &place).await, "planned");
    assert!(browser.get(&place).await.text().contains("So far."), "nothing of the record is lost");
    // when it is over, that it has taken place is proposed
    portal.clock.set("2026-12-10T11:30:00Z".parse().expect("a moment"));
    let browser = portal.signed_in(SECRETARIAT).await;
    assert_eq!(browser.get(&record).await.select("input[name=held][checked]").len(), 1);
}

#[tokio::test]
async fn the_history_tells_who_was_said_to_have_been_there() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let parties = "select string_agg(id::text, ',' order by name) from organisation
        where process_id = (select id from process where slug = 'example') and name in ('Norland', $1)";
    let parties = portal.lookup(parties, "Westmark").await;
    let (norland, westmark) = parties.split_once(',').expect("two");
    let fields = [("body", "other"), ("title", "Who comes"), ("starts", "10"), ("ends", "12h")];
    let invited = [("organisations", norland), ("organisations", westmark)];
    let place = called(&browser, &with(&[&fields[..], &invited[..]].concat())).await;
    portal.clock.set("2026-12-10T09:30:00Z".parse().expect("a moment"));
    let browser = portal.signed_in(SECRETARIAT).await;
    let record = format!("{place}/record");
    let page = browser.get(&record).await;
    let (_, fields) = page.form(None);
    let mut attend = fields.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("attendance-"));
    let (one, two) = (attend.next().expect("Norland"), attend.next().expect("Westmark"));
    let note = two.replace("attendance-", "note-");
    let latest = async || browser.get(&place).await.select("#history li .changes").first().cloned().unwrap_or_default();
    ok(&browser.submit(&record, None, &[(one, "attended"), (two, "excused"), (&note, "By letter")]).await);
    let told = latest().await;
    assert!(told.contains("Norland: Attended; Westmark: Excused") && told.contains("Westmark: By letter"), "{told}");
    // corrected: what was said before stands beside it, of that party alone
    ok(&browser.submit(&record, None, &[(one, ""), ("conclusions", "So far.")]).await);
    let told = latest().await;
    assert!(told.contains("Norland: Attended Norland: not recorded") && !told.contains("Westmark"), "{told}");
}
