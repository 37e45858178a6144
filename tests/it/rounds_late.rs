//! Who answers a round that was locked while they wrote reads so, and loses nothing of what they typed.

use crate::decisions::{SECRETARIAT, ok};
use crate::harness::{Browser, Portal};
use crate::needs::{DONOR, LEAD_CRIME};
use crate::rounds::{RECOVERY, item, last, opened, pillar};
use axum::http::StatusCode;
use chrono::TimeDelta;

#[tokio::test]
async fn what_was_typed_when_the_round_was_locked_stands_there_to_be_copied() {
    let portal = Portal::start().await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let crime = pillar(&portal, "CRIME").await;
    let place = opened(&portal, &secretariat, "progress", "How far are we?", &[("pillar", &crime)]).await;
    let one = item(&portal, &place, RECOVERY).await;
    let (row, report) = (format!("{place}/items/{one}"), format!("{place}/items/{one}/report"));
    let done = [("do", "report"), ("health", "on_track"), ("done", "A first course"), ("edition", "0")];
    ok(&donor.post(&report, &done).await);
    let sql = "select id::text from progress_report where round_id::text = $1";
    let reported = portal.lookup(sql, last(&place)).await;
    ok(&secretariat.post(&format!("{place}/lock"), &[("lock_why", "The Board meets tomorrow.")]).await);

    let typed = [
        ("do", "report"),
        ("health", "late"),
        ("done", "Two courses & a list"),
        ("spent", "1200"),
        ("currency", "EUR"),
        ("edition", "1"),
    ];
    let page = donor.post(&report, &typed).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.select("h1").concat().contains("The round has ended"), "{}", page.text());
    let fields = page.select("#typed textarea").join("\n");
    assert!(fields.contains("Two courses & a list") && fields.contains("1200 EUR"), "{}", page.body);
    assert!(page.body.contains("Two courses &#38; a list"), "it is text, and no markup: {}", page.body);

    let page = donor.post(&row, &[("do", "not-ours"), ("word", "Of another's")]).await;
    assert!(page.select("#typed textarea").concat().contains("Of another's"), "{}", page.text());
    let lead = portal.signed_in(LEAD_CRIME).await;
    let back = format!("{place}/reports/{reported}/return");
    let page = lead.post(&back, &[("edition", "1"), ("word", "Name the second course.")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.select("#typed textarea").concat().contains("Name the second course."), "{}", page.text());

    // where nothing was typed there is nothing to be copied
    let asked = portal.lookup("select asked_id::text from round_item where id::text = $1", &one).await;
    let page = donor.post(&format!("{place}/hand-in"), &[("asked", &asked)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{}", page.text());
    assert!(page.select("#typed").is_empty() && page.text().contains("The round has ended"), "{}", page.text());
}

/// Rounds asked in, without an answer, and closed early, as the standing of Norland has them.
async fn standing(donor: &Browser) -> (String, String, String) {
    let cells = donor.get("/example/rounds/standing").await.select("tbody tr td");
    (cells[3].clone(), cells[6].clone(), cells[7].clone())
}

#[tokio::test]
async fn who_had_time_left_when_the_round_was_locked_is_not_said_not_to_have_answered() {
    let portal = Portal::start().await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let crime = pillar(&portal, "CRIME").await;
    let count = |text: &str| text.parse::<i64>().expect("a count");
    let (asked, without, early) = standing(&donor).await;
    let place = opened(&portal, &secretariat, "progress", "Closed early", &[("pillar", &crime)]).await;
    ok(&secretariat.post(&format!("{place}/lock"), &[("lock_why", "The Board meets tomorrow.")]).await);
    let now = standing(&donor).await;
    assert_eq!((count(&now.0), now.1, count(&now.2)), (count(&asked) + 1, without.clone(), count(&early) + 1));
    let page = secretariat.get(&place).await.select("tbody").join("\n");
    assert!(page.contains("closed early, without its answer") && !page.contains("did not answer"), "{page}");
    // of a round whose day was over when it was locked, that it did not answer
    let place = opened(&portal, &secretariat, "progress", "Closed in time", &[("pillar", &crime)]).await;
    portal.clock.set(portal.clock.now() + TimeDelta::days(60));
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    ok(&secretariat.post(&format!("{place}/lock"), &[]).await);
    let late = standing(&donor).await;
    assert!(count(&late.1) > count(&without) && late.2 == now.2, "{late:?}");
    let page = secretariat.get(&place).await.select("tbody").join("\n");
    assert!(page.contains("did not answer") && !page.contains("closed early"), "{page}");
}
