//! Two who answer the same item of a round: the second is shown what the first has said.

use crate::decisions::{SECRETARIAT, ok};
use crate::harness::{Page, Portal};
use crate::needs::DONOR;
use crate::rounds::{RECOVERY, item, last, opened};
use axum::http::StatusCode;

/// Which answer the row of an item was shown with.
fn stands(page: &Page, item: &str) -> String {
    let selector = scraper::Selector::parse(&format!("#item-{item} input[name=stands]")).expect("a selector");
    let html = page.html();
    let all: std::collections::BTreeSet<&str> =
        html.select(&selector).filter_map(|i| i.value().attr("value")).collect();
    assert_eq!(all.len(), 1, "the forms of a row say the same: {all:?}");
    all.into_iter().next().map(str::to_owned).expect("which answer stood")
}

async fn answered(portal: &Portal, item: &str) -> String {
    portal.lookup("select state || '|' || word from round_item where id::text = $1", item).await
}

#[tokio::test]
async fn of_two_who_answer_an_item_at_one_moment_the_second_is_shown_the_first() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let place = opened(&portal, &secretariat, "confirm", "Still true?", &[]).await;
    let one = item(&portal, &place, RECOVERY).await;
    let at = format!("{place}/items/{one}");
    let asked = portal.lookup("select asked_id::text from round_item where id::text = $1", &one).await;
    let mine = format!("{place}/mine?asked={asked}");
    let shown = stands(&donor.get(&mine).await, &one);
    assert_eq!(shown, stands(&secretariat.get(&mine).await, &one));
    let by_donor = [("do", "cannot-say"), ("word", "We ask our embassy."), ("stands", shown.as_str())];
    let by_other = [("do", "not-ours"), ("word", "It is the Fund’s."), ("stands", shown.as_str())];
    let (first, second) = tokio::join!(donor.post(&at, &by_donor), secretariat.post(&at, &by_other));
    let (a, b) = ("cannot_say|We ask our embassy.", "not_ours|It is the Fund’s.");
    let donor_was_first = first.status == StatusCode::SEE_OTHER;
    let (late, theirs, own, again) = match donor_was_first {
        true => (second, a, b, &secretariat),
        false => (first, b, a, &donor),
    };
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "both were taken: {}", late.text());
    let said = late.select(".errors").join(" ");
    for answer in [theirs, own] {
        let (_, word) = answer.split_once('|').expect("a word");
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(said.contains("has answered this in the meantime"), "{said}");
    assert_eq!(answered(&portal, &one).await, theirs, "the first stands");
    const TOLD: &str = "select count(*)::text from history where event = 'round-answered' and subject_id::text = $1 and by_membership_id is not null";
    assert_eq!(portal.lookup(TOLD, last(&place)).await, "1");

    // sent again with what stands in sight, it takes its place
    let now = stands(&late, &one);
    assert_ne!(now, shown);
    let (state, word) = own.split_once('|').expect("a word");
    let state = state.replace('_', "-");
    ok(&again.post(&at, &[("do", state.as_str()), ("word", word), ("stands", now.as_str())]).await);
    assert_eq!(answered(&portal, &one).await, own);
}

#[tokio::test]
async fn who_says_the_same_from_an_older_page_takes_nothing_away() {
    let portal = Portal::start().await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let place = opened(&portal, &secretariat, "confirm", "Still true?", &[]).await;
    let one = item(&portal, &place, RECOVERY).await;
    let at = format!("{place}/items/{one}");
    let shown = stands(&donor.get(&format!("{place}/mine")).await, &one);
    let confirms = [("do", "confirm"), ("stands", shown.as_str())];
    ok(&donor.post(&at, &confirms).await);
    // pressed twice
    ok(&donor.post(&at, &confirms).await);
    assert_eq!(answered(&portal, &one).await, "confirmed|");
    // another word from the older page is asked about, and so is "still true" upon a word
    let doubts =
        |stands: &str| [("do", "cannot-say"), ("word", "We ask."), ("stands", stands)].map(|(n, v)| (n, v.to_owned()));
    let send = async |fields: [(&'static str, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        donor.post(&at, &fields).await
    };
    let late = send(doubts(&shown)).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
    assert!(late.body.contains("We ask."), "what was typed is lost");
    ok(&send(doubts(&stands(&late, &one))).await);
    let late = donor.post(&at, &confirms).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
    assert_eq!(answered(&portal, &one).await, "cannot_say|We ask.");
    // all at once takes what is open alone
    let asked = portal.lookup("select asked_id::text from round_item where id::text = $1", &one).await;
    ok(&donor.post(&format!("{place}/mine"), &[("do", "everything"), ("asked", &asked)]).await);
    assert_eq!(answered(&portal, &one).await, "cannot_say|We ask.");
}
