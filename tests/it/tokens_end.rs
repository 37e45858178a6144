//! Personal tokens end with a new password and where the operator resets a second factor; whoever makes one is written to.

use crate::api::{DONOR, SECRETARIAT, made, program, shown};
use crate::api_tokens::{FIRST, dead, of_the_organisation, opens};
use crate::harness::Portal;
use crate::members_at_once::{hold, let_go, waits};
use crate::sign_in::{NEW, PASSWORD, letter, link};
use axum::http::StatusCode;

const TWICE: [(&str, &str); 2] = [("new_password", NEW), ("new_password_again", NEW)];
/// Of the letter about a new password, and about a second factor that was reset.
pub const ENDED: &str = "tokens for programs of your account were ended";

#[tokio::test]
async fn a_new_password_ends_personal_tokens_in_every_process_and_signing_out_does_not() {
    let portal = Portal::start().await;
    let ours = of_the_organisation(&portal).await;
    let elsewhere = "insert into membership (process_id, account_id, name, role, starts_on)
        select p.id, a.id, 'Ada Norr', 'support_group', date '2026-01-01' from process p, account a where p.slug = 'iisg' and a.email = $1";
    sqlx::query(elsewhere).bind(DONOR).execute(&mut portal.superuser().await).await.expect("a second process");
    let here = program(&portal, DONOR, "example", "write").await;
    let there = program(&portal, DONOR, "iisg", "read").await;
    let other = program(&portal, SECRETARIAT, "example", "read").await;

    let browser = portal.signed_in(DONOR).await;
    let out = browser.post("/account/sessions/end-others", &[]).await;
    assert_eq!(out.location.as_deref(), Some("/account?done=sessions-ended"));
    for token in [&here, &there, &ours, &other] {
        opens(token, "signed out elsewhere").await;
    }
    // but it is said how many go on, and where they are ended
    let page = browser.get("/account").await;
    let told = page.select("#tokens li").join(" | ");
    assert!(told.contains("2 tokens work") && told.contains("one token works"), "{told}");
    for path in ["/example/tokens", "/iisg/tokens"] {
        assert_eq!(page.select(&format!("#tokens a[href='{path}']")).len(), 1, "{path}: {}", page.body);
    }
    let without = portal.signed_in("chair@example.example").await.get("/account").await;
    assert!(without.select("#tokens").is_empty(), "{}", without.text());

    let change = [("old_password", PASSWORD), TWICE[0], TWICE[1]];
    let done = browser.submit("/account", Some("/account/password"), &change).await;
    assert_eq!(done.location.as_deref(), Some("/account?done=password-changed-tokens"), "{}", done.text());
    let page = browser.get("/account?done=password-changed-tokens").await;
    assert!(page.text().contains("and your personal tokens for programs and the private addresses"), "{}", page.text());
    assert_eq!(page.select("#tokens li").len(), 1, "the organisation's is left: {}", page.text());
    dead(&here.get(FIRST).await, "their own");
    dead(&there.get(FIRST).await, "their own in another process");
    opens(&ours, "their organisation's").await;
    opens(&other, "another's").await;
    letter(&portal, DONOR, ENDED).await;
    // each stands in the history of its process, in the member's name
    let noted = "select count(distinct h.process_id)::text || count(*) from history h join membership m on m.process_id = h.process_id
        and m.id = h.subject_id and m.id = h.by_membership_id where h.event = $1 and h.changes -> 'token' -> 'from' ->> 0 = 'A program of the tests'";
    assert_eq!(portal.lookup(noted, "token-ended").await, "22");
    let list = browser.get("/example/tokens").await.text();
    assert!(list.contains("ended by the portal") && list.contains("valid"), "{list}");
}

#[tokio::test]
async fn a_password_that_is_set_by_a_link_ends_them_too() {
    let portal = Portal::start().await;
    let token = program(&portal, DONOR, "example", "read").await;
    opens(&token, "before").await;
    portal.visitor().submit("/password/forgotten", None, &[("email", DONOR)]).await;
    let reset = link(&letter(&portal, DONOR, "/password/reset/").await);
    let done = portal.visitor().submit(&reset, None, &TWICE).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in?done=password-set-tokens"), "{}", done.text());
    dead(&token.get(FIRST).await, "a new password");
    letter(&portal, DONOR, ENDED).await;
}

#[tokio::test]
async fn whoever_makes_a_token_is_written_to_at_once() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(DONOR).await;
    let page = made(&browser, "example", "write").await;
    let token = shown(&page).unwrap_or_else(|| panic!("no token: {}", page.text()));
    let told = letter(&portal, DONOR, "A program of the tests").await;
    let process = portal.lookup("select name from process where slug = $1", "example").await;
    for words in [
        process.as_str(),
        "read and write",
        "24 December 2026",
        "http://concert.test/example/tokens",
        "http://concert.test/password/forgotten",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let secret = token.strip_prefix("concert_example_").expect("a secret");
    assert!(!told.contains(secret), "the token itself is told");
}

#[tokio::test]
async fn a_token_that_is_asked_for_while_its_session_ends_is_not_made() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let browser = portal.signed_in(DONOR).await;
    let account = portal.lookup("select id::text from account where email = $1", DONOR).await;
    let held = hold(&portal, &format!("tokens of {account}")).await;
    let ends = async {
        waits(&portal, "1").await;
        let sql = "update sign_in_session set ended_at = now() where account_id::text = $1";
        sqlx::query(sql).bind(&account).execute(&mut portal.superuser().await).await.expect("an end");
        let_go(held).await;
    };
    let (page, ()) = tokio::join!(made(&browser, "example", "write"), ends);
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let kept = portal.lookup("select count(*)::text from api_token where name = $1", "A program of the tests").await;
    assert_eq!(kept, "0");
}
