//! What a notice asks is done: it says so, waits for nobody any more, and the same can be asked anew.

use crate::directory::send;
use crate::directory_members::SECRETARIAT;
use crate::harness::{Browser, Portal};
use crate::notices::{choose, morning};
use concert::features::notices::{How, Topic};

/// How many of these notices there are, and how many of them wait.
async fn standing(portal: &Portal, key: &str) -> String {
    const SQL: &str = "select count(*) || ' ' || count(*) filter (where settled_at is null) from notice where key = $1";
    portal.lookup(SQL, key).await
}

/// The lines of a reader's list that hold these words.
async fn lines(browser: &Browser, words: &str) -> Vec<String> {
    browser.get("/example/notices").await.select(".notices > li").into_iter().filter(|l| l.contains(words)).collect()
}

async fn asks(portal: &Portal, email: &str) {
    let fields = [("kind", "person"), ("name", "Ada Asks"), ("email", email), ("organisation", "Pier Society")];
    assert_eq!(portal.visitor().submit("/example/public/access", None, &fields).await.status, 303);
}

#[tokio::test]
async fn a_request_that_is_asked_twice_makes_one_notice_which_says_that_it_was_answered() {
    const KEY: &str = "notices-access-asked";
    const WORDS: &str = "request for access waits";
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    asks(&portal, "ada@asks.example").await;
    asks(&portal, "Ada@asks.example").await;
    assert_eq!(standing(&portal, KEY).await, "1 1");
    let unread = lines(&secretariat, WORDS).await;
    assert!(unread.len() == 1 && unread[0].contains("by ") && !unread[0].contains("Settled"), "{unread:?}");
    let id = portal
        .lookup("select id::text from access_request where email ilike $1 and first_id is null", "ada@asks.example")
        .await;
    let to = format!("/example/access-requests/{id}");
    send(&secretariat, &to, Some("/decline"), &[("answer", "Not now.")]).await;
    assert_eq!(standing(&portal, KEY).await, "1 0");
    let settled = lines(&secretariat, WORDS).await;
    assert!(settled.len() == 1 && settled[0].contains("Settled"), "{settled:?}");
    assert!(!settled[0].contains("Mark as read") && !settled[0].contains("by "), "it still waits: {settled:?}");
    assert!(!secretariat.get("/example/notices?show=unread").await.text().contains(WORDS), "it is unread still");
    let file = secretariat.get("/example/notices.csv").await;
    assert!(file.text().contains("Settled"), "{}", file.text());
    // what is asked after the answer is told anew
    asks(&portal, "ada@asks.example").await;
    assert_eq!(standing(&portal, KEY).await, "2 1");
}

#[tokio::test]
async fn a_proposal_that_is_decided_or_taken_back_waits_for_nobody() {
    const KEY: &str = "notices-member-proposed";
    let portal = Portal::start().await;
    let (donor, secretariat) = (portal.signed_in("donor@example.example").await, portal.signed_in(SECRETARIAT).await);
    choose(&secretariat, Topic::Requests, How::Digest).await;
    let propose = async |name: &str, email: &str| {
        let fields = [("name", name), ("email", email), ("starts_on", "1.12.2026")];
        send(&donor, "/example/members/propose", None, &fields).await
    };
    let first = propose("Nils Nord", "nils@norland.example").await;
    let second = propose("Nora Nord", "nora@norland.example").await;
    let third = propose("Nina Nord", "nina@norland.example").await;
    assert_eq!(standing(&portal, KEY).await, "3 3");
    send(&secretariat, &first, Some("/accept"), &[]).await;
    assert_eq!(standing(&portal, KEY).await, "3 2");
    send(&secretariat, &second, Some("/decline"), &[]).await;
    assert_eq!(standing(&portal, KEY).await, "3 1");
    send(&donor, &third, Some("/withdraw"), &[]).await;
    assert_eq!(standing(&portal, KEY).await, "3 0");
    // and the letter of the day does not ask for what is done
    morning(&portal).await.expect("the morning");
    let letters = "select count(*)::text from outgoing_mail where recipient = $1 and body like '%proposes a member%'";
    assert_eq!(portal.lookup(letters, SECRETARIAT).await, "0");
}

#[tokio::test]
async fn a_proposal_for_the_directory_that_is_declined_waits_for_nobody() {
    const KEY: &str = "notices-organisation-proposed";
    let portal = Portal::start().await;
    let (donor, secretariat) = (portal.signed_in("donor@example.example").await, portal.signed_in(SECRETARIAT).await);
    let to =
        send(&donor, "/example/organisations/propose", None, &[("name", "Norland Harbour Police"), ("kind", "ngo")])
            .await;
    assert_eq!(standing(&portal, KEY).await, "1 1");
    send(&secretariat, &to, Some("/decline"), &[("answer", "It is there already.")]).await;
    assert_eq!(standing(&portal, KEY).await, "1 0");
    let settled = lines(&secretariat, "proposes an entry").await;
    assert!(settled.len() == 1 && settled[0].contains("Settled"), "{settled:?}");
}
