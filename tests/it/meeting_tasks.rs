//! What owners of a meeting's tasks are written: at once, before the day and after it, when somebody else says what became of it; and
//! who is written to in their place when they have left.

use crate::harness::{Browser, Portal};
use crate::meetings::{ARVANIA, DONOR, SECRETARIAT, beneficiary, meeting, ok};
use crate::notices::{membership, morning};
use axum::http::StatusCode;
use chrono::{NaiveDate, TimeDelta};

const HELD: &str = "Support Group on serious crime, November (example)";

/// What a person was told of tasks, in the order in which they were.
async fn keys(portal: &Portal, email: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select n.key from notice n join account a on a.id = n.account_id where a.email = $1 and n.subject_kind = 'meeting_task' order by n.at, n.key",
    )
    .bind(email)
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("notices")
}

/// The letters about a task, each in one text.
async fn letters(portal: &Portal, email: &str, title: &str) -> Vec<String> {
    sqlx::query_scalar(
        "select subject || E'\n' || body from outgoing_mail where recipient = $1 and body like '%' || $2 || '%' order by created_at, id",
    )
    .bind(email)
    .bind(title)
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("letters")
}

/// Gives a task of the meeting and answers the address that ends it.
async fn given(portal: &Portal, place: &str, task: (&str, &str, &str)) -> String {
    let (title, owner, due_on) = task;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let fields = [("title", title), ("owner", owner), ("due_on", due_on)];
    ok(&secretariat.submit(&format!("{place}/tasks/new"), None, &fields).await);
    let id = portal.lookup("select id::text from meeting_task where title = $1", title).await;
    format!("{place}/tasks/{id}/end")
}

async fn place(portal: &Portal) -> String {
    meeting(portal, "example", HELD).await
}

async fn end(browser: &Browser, at: &str, state: &str, answer: &str) {
    ok(&browser.post(at, &[("state", state), ("answer", answer)]).await);
}

/// Every morning from the next one to a day.
async fn mornings(portal: &Portal, last: &str) {
    let last: NaiveDate = last.parse().expect("a day");
    while portal.clock.today() < last {
        portal.clock.set(portal.clock.now() + TimeDelta::days(1));
        // whatever else the morning has to do, it is done a second time without anything more
        morning(portal).await.expect("the morning");
        morning(portal).await.expect("the morning again");
    }
}

#[tokio::test]
async fn an_owner_is_asked_after_a_task_before_its_day_and_after_it_until_it_is_done() {
    let portal = Portal::start().await;
    let place = place(&portal).await;
    let owner = format!("m:{}", membership(&portal, DONOR).await);
    let at = given(&portal, &place, ("Lend the <b>trainers", &owner, "4 December 2026")).await;
    assert_eq!(keys(&portal, DONOR).await, ["meeting-told-task"]);
    mornings(&portal, "2026-12-04").await;
    let near = ["meeting-told-task-near"; 3];
    assert_eq!(keys(&portal, DONOR).await[1..], near, "seven and two days ahead, and on the day");
    mornings(&portal, "2027-01-20").await;
    let late = ["meeting-told-task-late"; 3];
    assert_eq!(keys(&portal, DONOR).await[4..], late, "a day, a week and four weeks after it, and no more");
    let letters = letters(&portal, DONOR, "Lend the <b>trainers").await;
    assert_eq!(letters.len(), 7, "{letters:?}");
    let last = letters.last().expect("a letter");
    assert!(last.starts_with("A task of yours was due: Lend the <b>trainers – Example\n"), "{last}");
    assert!(last.contains("by 4 December 2026"), "{last}");
    // its link leads to the task
    let link = last.lines().find(|line| line.contains("/notices/")).expect("a link");
    let donor = portal.signed_in(DONOR).await;
    let opened = donor.get(link.strip_prefix("http://concert.test").expect("ours")).await;
    let task = at.trim_end_matches("/end").rsplit('/').next().expect("an id");
    assert_eq!(opened.location, Some(format!("{place}#task-{task}")));

    // done is done; opened again, it is asked after again; dropped, no more: the owner is told of both
    end(&donor, &at, "done", "Two of them").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(keys(&portal, SECRETARIAT).await, ["meeting-told-done"]);
    end(&secretariat, &at, "open", "").await;
    end(&secretariat, &at, "dropped", "Nobody needs them").await;
    let told = keys(&portal, DONOR).await;
    assert_eq!(told[7..], ["meeting-told-task-again", "meeting-told-task-dropped"]);
    assert_eq!(donor.post(&at, &[("state", "open")]).await.status, StatusCode::FORBIDDEN);
    let asked = "select count(*)::text from deadline where subject_kind = 'meeting_task' and $1 <> ''";
    assert_eq!(portal.lookup(asked, "x").await, "0");
}

#[tokio::test]
async fn a_task_that_is_done_is_not_asked_after_and_its_owner_learns_who_said_so() {
    let portal = Portal::start().await;
    let place = place(&portal).await;
    let owner = format!("b:{}", beneficiary(&portal, "XA").await);
    let at = given(&portal, &place, ("Name a contact", &owner, "26 November 2026")).await;
    end(&portal.signed_in(SECRETARIAT).await, &at, "done", "By telephone").await;
    assert_eq!(keys(&portal, ARVANIA).await, ["meeting-told-done", "meeting-told-task"]);
    mornings(&portal, "2026-12-05").await;
    assert_eq!(keys(&portal, ARVANIA).await.len(), 2);
    assert!(keys(&portal, SECRETARIAT).await.is_empty(), "who says so is not told");
}

#[tokio::test]
async fn where_the_owner_has_left_the_secretariat_is_asked() {
    let portal = Portal::start().await;
    let place = place(&portal).await;
    let owner = membership(&portal, DONOR).await;
    given(&portal, &place, ("Lend the trainers", &format!("m:{owner}"), "4 December 2026")).await;
    sqlx::query("update membership set ends_on = '2026-11-25' where id::text = $1")
        .bind(owner.to_string())
        .execute(&mut portal.superuser().await)
        .await
        .expect("an end");
    mornings(&portal, "2026-12-05").await;
    assert_eq!(keys(&portal, DONOR).await, ["meeting-told-task"], "who has left is told nothing");
    assert_eq!(keys(&portal, SECRETARIAT).await, ["meeting-told-task-nobodys"; 4]);
    let letters = letters(&portal, SECRETARIAT, "Lend the trainers").await;
    assert!(letters.first().is_some_and(|l| l.starts_with("Whoever had this task has left.")), "{letters:?}");
    // given to somebody else, it is theirs, and the secretariat is left alone
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let task = portal.lookup("select id::text from meeting_task where title = $1", "Lend the trainers").await;
    let other = format!("b:{}", beneficiary(&portal, "XA").await);
    ok(&secretariat.submit(&format!("{place}/tasks/{task}"), None, &[("owner", &other)]).await);
    mornings(&portal, "2026-12-12").await;
    let late = "meeting-told-task-late";
    assert_eq!(keys(&portal, ARVANIA).await, ["meeting-told-task", late, late]);
    assert_eq!(keys(&portal, SECRETARIAT).await.len(), 4);
}
