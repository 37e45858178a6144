//! Whose token it was decides what it opens, at each request anew: one of a member who is no longer one opens nothing from
//! that moment on, and one of an organisation goes with whoever made it for it.

use crate::api::{Answer, DONOR, Program, SECRETARIAT, program, shown, with};
use crate::directory::send;
use crate::harness::Portal;
use axum::http::{Method, StatusCode};

pub const FIRST: &str = "/api/v1/process";

pub fn dead(answer: &Answer, at: &str) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{at}: {}", answer.text);
    assert_eq!(answer.problem(), "unauthorized", "{at}");
    assert!(!answer.text.contains("items") && answer.json["slug"].is_null(), "{at}: {}", answer.text);
}

pub async fn opens(program: &Program, at: &str) {
    let answer = program.get(FIRST).await;
    assert_eq!(answer.status, StatusCode::OK, "{at}: {}", answer.text);
}

async fn set(portal: &Portal, sql: &'static str) {
    let done = sqlx::query(sql).bind(DONOR).execute(&mut portal.superuser().await).await;
    assert!(done.unwrap_or_else(|e| panic!("{sql}: {e}")).rows_affected() > 0, "{sql}");
}

/// A token of the donor's organisation, made as its focal point makes it.
pub async fn of_the_organisation(portal: &Portal) -> Program {
    set(portal, "update membership m set focal_point = true from account a where a.id = m.account_id and a.email = $1")
        .await;
    let browser = portal.signed_in(DONOR).await;
    let page = browser.get("/example/tokens").await;
    let at = page.body.find("value=\"organisation:").expect("a choice") + "value=\"".len();
    let whose = page.body[at..].split('"').next().expect("a value").to_owned();
    let fields = [("name", "Ours"), ("whose", whose.as_str()), ("scope", "write"), ("life", "30")];
    let made = browser.submit("/example/tokens", Some("/tokens"), &fields).await;
    with(portal, &shown(&made).unwrap_or_else(|| panic!("no token: {}", made.text())))
}

#[tokio::test]
async fn tokens_of_a_member_whose_time_was_ended_are_dead_at_once() {
    let portal = Portal::start().await;
    let (own, ours) = (program(&portal, DONOR, "example", "write").await, of_the_organisation(&portal).await);
    let other = program(&portal, SECRETARIAT, "example", "read").await;
    for token in [&own, &ours] {
        opens(token, "a member").await;
    }
    let member = portal
        .lookup(
            "select m.id::text from membership m join account a on a.id = m.account_id join process p on p.id = m.process_id
            where p.slug = 'example' and a.email = $1",
            DONOR,
        )
        .await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let ended = [("ends_on", "23.11.2026"), ("why", "Suspended")];
    send(&secretariat, &format!("/example/members/{member}/end"), None, &ended).await;
    for token in [&own, &ours] {
        for path in [FIRST, "/api/v1/actions", "/api/v1/changes", "/api/v1/strategies", "/api/v1/codes"] {
            dead(&token.get(path).await, path);
        }
        let written = token.write(Method::POST, "/api/v1/actions", &serde_json::json!({ "title": "Late" })).await;
        dead(&written, "a write");
    }
    let late = portal.lookup("select count(*)::text from action where title = $1", "Late").await;
    assert_eq!(late, "0");
    opens(&other, "another member").await;
}

#[tokio::test]
async fn tokens_of_an_account_that_was_closed_are_dead_at_once() {
    let portal = Portal::start().await;
    let (own, ours) = (program(&portal, DONOR, "example", "read").await, of_the_organisation(&portal).await);
    set(&portal, "update account set disabled_at = '2026-11-24 08:00+00' where email = $1").await;
    for token in [&own, &ours] {
        dead(&token.get(FIRST).await, "a closed account");
    }
}

#[tokio::test]
async fn a_token_has_the_rights_that_its_member_has_today() {
    let portal = Portal::start().await;
    let own = program(&portal, DONOR, "example", "read").await;
    opens(&own, "a partner").await;
    // an observer has no tokens: neither has one who became one
    set(
        &portal,
        "update membership m set role = 'observer', organisation_id = null, focal_point = false, speaks_for_from = null,
            votes_from = null from account a where a.id = m.account_id and a.email = $1",
    )
    .await;
    let answer = own.get(FIRST).await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{}", answer.text);
}

#[tokio::test]
async fn a_token_of_an_organisation_goes_with_who_made_it_and_is_ended_by_the_others() {
    let portal = Portal::start().await;
    let ours = of_the_organisation(&portal).await;
    opens(&ours, "its focal point").await;
    // it is theirs to end who see to all
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let page = secretariat.get("/example/tokens").await;
    assert!(page.text().contains("Ours"), "{}", page.text());
    let token = portal.lookup("select id::text from api_token where name = $1", "Ours").await;
    let ended = secretariat.post(&format!("/example/tokens/{token}/revoke"), &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    dead(&ours.get(FIRST).await, "ended by the secretariat");
    // and no longer its focal point's
    let again = of_the_organisation(&portal).await;
    opens(&again, "another").await;
    set(
        &portal,
        "update membership m set focal_point = false from account a where a.id = m.account_id and a.email = $1",
    )
    .await;
    dead(&again.get(FIRST).await, "no focal point");
}
