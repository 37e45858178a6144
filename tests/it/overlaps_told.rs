//! Who is told of what is said, decided and done about a coordination question, and who is in charge of it.

use crate::harness::Browser;
use crate::overlaps::{FIT, FIT_AGAIN, SECRETARIAT, case_of, opened, scored, statements, step};
use axum::http::StatusCode;

async fn told(browser: &Browser, words: &str) -> bool {
    opened(browser, "/example/notices").await.text().contains(words)
}

#[tokio::test]
async fn what_is_said_reaches_who_decides_and_what_came_of_it_whom_it_concerns() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let donor = portal.signed_in("donor@example.example").await;
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    // nobody is in charge: the secretariat is told of what is said
    let said = donor.post(&format!("/example/overlaps/{case}/remark"), &[("remark", "It is one action.")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    assert!(told(&secretariat, "remarked on a coordination question").await);
    assert!(!told(&beneficiary, "remarked on a coordination question").await);
    step(&secretariat, &case, "decide", &[("decision", "join"), ("reason", "One calendar")]).await;
    step(&secretariat, &case, "outcome", &[("outcome", "One course was given")]).await;
    step(&secretariat, &case, "reopen", &[("why", "A second course is planned")]).await;
    for words in [
        "recorded a decision on a coordination question",
        "recorded what came of a coordination question",
        "opened a coordination question again",
    ] {
        assert!(told(&beneficiary, words).await, "{words}");
        assert!(told(&donor, words).await, "{words}");
    }
}

#[tokio::test]
async fn the_list_narrows_to_what_somebody_is_in_charge_of() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    const MEMBER: &str = "select m.id::text from membership m join process p on p.id = m.process_id
        join account a on a.id = m.account_id where p.slug = 'example' and a.email = $1";
    let lead = portal.lookup(MEMBER, "lead-two@example.example").await;
    let name = portal.lookup("select m.name from membership m where m.id::text = $1", &lead).await;
    let before = opened(&secretariat, "/example/overlaps").await;
    assert!(!before.select("select[name=owner] option").iter().any(|t| t.contains(&name)));
    let assigned = step(&secretariat, &case, "assign", &[("owner", &lead), ("due", "")]).await;
    assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.text());
    let list = opened(&secretariat, &format!("/example/overlaps?owner={lead}")).await;
    assert!(list.select("select[name=owner] option").iter().any(|t| t.contains(&name)), "{}", list.text());
    let lines = list.select("tbody a.t");
    assert!(lines.len() == 1 && lines[0].contains("FIT-4"), "{lines:?}");
    assert!(statements(&list) <= 8);
    // the file says the same
    let file = secretariat.get(&format!("/example/overlaps/csv?owner={lead}")).await;
    assert_eq!(file.text().matches("/example/overlaps/").count(), 1, "{}", file.text());
    // who has left is not named any more, neither in the list nor in what it can be narrowed to
    portal.lookup("update membership set ends_on = starts_on where id::text = $1 returning id::text", &lead).await;
    let list = opened(&secretariat, &format!("/example/overlaps?owner={lead}")).await;
    assert!(!list.select("main").join(" ").contains(&name), "{}", list.text());
    assert!(list.select("tbody tr").join(" ").contains("former member"), "{}", list.text());
}

#[tokio::test]
async fn who_is_in_charge_is_reminded_until_it_is_decided_and_again_once_it_is_reopened() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    const MEMBER: &str = "select m.id::text from membership m join process p on p.id = m.process_id
        join account a on a.id = m.account_id where p.slug = 'example' and a.email = $1";
    let me = portal.lookup(MEMBER, SECRETARIAT).await;
    const DAYS: &str = "select coalesce(string_agg(d.due_on::text, ' '), '') from deadline d
        where d.what = 'overlap' and d.subject_id::text = $1";
    let days = || async { portal.lookup(DAYS, &case).await };
    step(&secretariat, &case, "assign", &[("owner", &me), ("due", "2026-12-15")]).await;
    assert_eq!(days().await, "2026-12-15");
    step(&secretariat, &case, "decide", &[("decision", "join"), ("reason", "One calendar")]).await;
    assert_eq!(days().await, "");
    step(&secretariat, &case, "reopen", &[("why", "A second course is planned")]).await;
    assert_eq!(days().await, "2026-12-15");
}
