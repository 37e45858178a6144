//! One-time links, and one's own account.

use crate::harness::{Page, Portal, moment};
use crate::sign_in::{NEW, PASSWORD, letter, link, sign_in};
use axum::http::StatusCode;
use chrono::TimeDelta;
use concert::features::sign_in::{Invitation, invite};
use concert::kernel::db::{Entry, Intent, Statements};
use concert::kernel::i18n::Locale;
use concert::kernel::permit::Role;
use concert::kernel::random::Token;
use std::time::Duration;

const DONOR: &str = "donor@example.example";
const TWICE: [(&str, &str); 2] = [("new_password", NEW), ("new_password_again", NEW)];

async fn ask_for_letter(portal: &Portal, email: &str) -> Page {
    portal.visitor().submit("/password/forgotten", None, &[("email", email)]).await
}

/// Invites as the secretariat of the example process, and stores what its page would: the membership.
async fn invited(portal: &Portal, email: &str) {
    let secretary = portal.signed_in("support-group@example.example").await;
    let token = Token::parse(&secretary.cookie("concert").expect("a session")).expect("a token");
    let entry = portal.app.db.enter("example", &token, Intent::Write, &Statements::default()).await.expect("an answer");
    let Entry::In(inside) = entry else { panic!("not in") };
    let mut tx = inside.0;
    let invitation = Invitation {
        email,
        name: "Ada Norr",
        role: Role::Observer,
        process: "Example\r\nBcc: eve@example.net",
        by: "Olav Berg",
        locale: Locale::default(),
    };
    let account = invite(&mut tx, &portal.app, &invitation).await.expect("invited");
    sqlx::query("insert into membership (account_id, name, role, starts_on, state) values ($1, 'Ada Norr', 'observer', $2, 'invited')")
        .bind(account.0)
        .bind(portal.clock.today())
        .execute(tx.conn())
        .await
        .expect("the membership");
    tx.commit().await.expect("commit");
}

#[tokio::test]
async fn a_forgotten_password_is_answered_alike_whoever_asks() {
    let portal = Portal::start().await;
    let known = ask_for_letter(&portal, DONOR).await;
    let unknown = ask_for_letter(&portal, "nobody@example.example").await;
    assert_eq!((known.status, known.text()), (unknown.status, unknown.text()));
    letter(&portal, DONOR, "/password/reset/").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        portal.lookup("select count(*)::text from outgoing_mail where recipient = $1", "nobody@example.example").await,
        "0"
    );
    for _ in 0..2 {
        ask_for_letter(&portal, DONOR).await;
        ask_for_letter(&portal, "nobody@example.example").await;
    }
    for email in [DONOR, "nobody@example.example"] {
        assert_eq!(ask_for_letter(&portal, email).await.status, StatusCode::TOO_MANY_REQUESTS, "{email}");
    }
    assert_eq!(ask_for_letter(&portal, "no address").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_link_sets_one_password_and_ends_every_session() {
    let portal = Portal::start().await;
    let elsewhere = portal.signed_in(DONOR).await;
    ask_for_letter(&portal, DONOR).await;
    let path = link(&letter(&portal, DONOR, "/password/reset/").await);
    let browser = portal.visitor();
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers.get("referrer-policy").and_then(|v| v.to_str().ok()), Some("no-referrer"));
    assert_eq!(browser.get(&path).await.status, StatusCode::OK, "reading it does not use it up");

    for (new, again, wrong) in [
        ("short", "short", "12 characters"),
        (DONOR, DONOR, "e-mail address"),
        ("password1234", "password1234", "tried first"),
        (NEW, "something else entirely", "not the same"),
    ] {
        let page = browser.submit(&path, None, &[("new_password", new), ("new_password_again", again)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(wrong), "{new}: {}", page.text());
        assert!(!page.body.contains(&format!("value=\"{new}\"")) || new == DONOR, "a password is never shown again");
    }
    let done = browser.submit(&path, None, &TWICE).await;
    assert_eq!(done.location.as_deref(), Some("/sign-in?done=password-set"));
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::SEE_OTHER, "every session is ended");
    assert_eq!(browser.get(&path).await.status, StatusCode::GONE);
    let again = browser.post(&path, &TWICE).await;
    assert_eq!(again.status, StatusCode::GONE, "it works once");
    assert_eq!(sign_in(&portal.visitor(), DONOR, PASSWORD, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&portal.visitor(), DONOR, NEW, "").await.status, StatusCode::SEE_OTHER);
    letter(&portal, DONOR, "was changed").await;
}

#[tokio::test]
async fn a_link_ends_and_is_of_no_other_use() {
    let portal = Portal::start().await;
    ask_for_letter(&portal, DONOR).await;
    let path = link(&letter(&portal, DONOR, "/password/reset/").await);
    let other = path.replace("/password/reset/", "/invitation/");
    assert_eq!(portal.visitor().get(&other).await.status, StatusCode::GONE, "a reset is no invitation");
    assert_eq!(portal.visitor().post(&other, &TWICE).await.status, StatusCode::GONE);
    portal.clock.set(moment() + TimeDelta::minutes(61));
    assert_eq!(portal.visitor().get(&path).await.status, StatusCode::GONE);
    assert_eq!(portal.visitor().post(&path, &TWICE).await.status, StatusCode::GONE);
    for wrong in ["x", &"x".repeat(43), "%00", "..%2f..", &"č".repeat(43)] {
        assert_eq!(portal.visitor().get(&format!("/password/reset/{wrong}")).await.status, StatusCode::GONE, "{wrong}");
    }
}

#[tokio::test]
async fn a_new_password_by_letter_opens_an_account_that_too_many_tries_have_closed() {
    let portal = Portal::with(|c| (c.sign_in_limit, c.sign_in_address_limit) = (3, 7)).await;
    for email in [DONOR, "chair@example.example"] {
        for _ in 0..3 {
            assert_eq!(sign_in(&portal.visitor(), email, "wrong", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(sign_in(&portal.visitor(), email, PASSWORD, "").await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    ask_for_letter(&portal, DONOR).await;
    let path = link(&letter(&portal, DONOR, "/password/reset/").await);
    let set = portal.visitor().submit(&path, None, &TWICE).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
    assert_eq!(sign_in(&portal.visitor(), DONOR, NEW, "").await.status, StatusCode::SEE_OTHER);
    // another account stays closed, and what failed from this address still counts there
    let other = sign_in(&portal.visitor(), "chair@example.example", PASSWORD, "").await;
    assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in(&portal.visitor(), DONOR, "wrong", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&portal.visitor(), DONOR, NEW, "").await.status, StatusCode::TOO_MANY_REQUESTS, "seven failed");
}

#[tokio::test]
async fn a_link_used_twice_at_the_same_time_works_once() {
    let portal = Portal::start().await;
    ask_for_letter(&portal, DONOR).await;
    let path = link(&letter(&portal, DONOR, "/password/reset/").await);
    let browser = portal.visitor();
    let token = browser.form_token().await;
    let fields = [("form_token", token.as_str()), TWICE[0], TWICE[1]];
    let pages = futures::future::join_all((0..4).map(|_| browser.post_raw(&path, &fields))).await;
    assert_eq!(pages.iter().filter(|p| p.status == StatusCode::SEE_OTHER).count(), 1);
    assert_eq!(pages.iter().filter(|p| p.status == StatusCode::GONE).count(), 3);
}

#[tokio::test]
async fn an_invitation_leads_in_and_its_membership_becomes_active() {
    let portal = Portal::start().await;
    invited(&portal, "ada@ministry.example").await;
    let subject = portal.lookup("select subject from outgoing_mail where recipient = $1", "ada@ministry.example").await;
    assert!(!subject.contains(['\r', '\n']), "{subject:?}");
    let written = letter(&portal, "ada@ministry.example", "/invitation/").await;
    assert!(written.contains("Ada Norr") && written.contains("Olav Berg") && written.contains("Observer"), "{written}");
    let path = link(&written);
    portal.clock.set(moment() + TimeDelta::days(13));
    let browser = portal.visitor();
    let page = browser.submit(&path, None, &TWICE).await;
    assert_eq!((page.status, page.location.as_deref()), (StatusCode::SEE_OTHER, Some("/example")));
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let state =
        "select string_agg(m.state, ',') from membership m join account a on a.id = m.account_id where a.email = $1";
    assert_eq!(portal.lookup(state, "ada@ministry.example").await, "active");
    let noted = portal.lookup("select count(*)::text from history where event = $1", "member-joined").await;
    assert_eq!(noted, "1");
    assert_eq!(portal.visitor().get(&path).await.status, StatusCode::GONE, "it works once");
    assert_eq!(sign_in(&portal.visitor(), "ada@ministry.example", NEW, "").await.location.as_deref(), Some("/example"));
}

#[tokio::test]
async fn an_invitation_ends_after_its_time() {
    let portal = Portal::start().await;
    invited(&portal, "ada@ministry.example").await;
    let path = link(&letter(&portal, "ada@ministry.example", "/invitation/").await);
    portal.clock.set(moment() + TimeDelta::days(14) + TimeDelta::minutes(1));
    assert_eq!(portal.visitor().get(&path).await.status, StatusCode::GONE);
    assert_eq!(portal.visitor().post(&path, &TWICE).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn who_has_an_account_is_added_when_they_sign_in_or_say_so() {
    let portal = Portal::start().await;
    let albania = portal.signed_in("albania@iisg.example").await;
    invited(&portal, "albania@iisg.example").await;
    let written = letter(&portal, "albania@iisg.example", "/sign-in").await;
    assert!(!written.contains("/invitation/"), "no link where there is a password: {written}");
    assert_eq!(albania.get("/example").await.status, StatusCode::NOT_FOUND, "not before they say so");
    let page = albania.submit("/account", Some("/account/invitations"), &[]).await;
    assert_eq!(page.location.as_deref(), Some("/account?done=takes-part"));

    invited(&portal, "serbia@iisg.example").await;
    sign_in(&portal.visitor(), "serbia@iisg.example", PASSWORD, "").await;
    let active = "select count(*)::text from membership m join account a on a.id = m.account_id where a.email = $1 and m.state = 'active'";
    for email in ["albania@iisg.example", "serbia@iisg.example"] {
        assert_eq!(portal.lookup(active, email).await, "2", "{email}");
    }
}

#[tokio::test]
async fn an_invitation_is_no_way_to_another_password() {
    let portal = Portal::start().await;
    let token = Token::new();
    sqlx::query("insert into one_time_link (account_id, purpose, token_hash, expires_at) select id, 'invitation', $2, $3 from account where email = $1")
        .bind(DONOR)
        .bind(token.hash())
        .bind(moment() + TimeDelta::days(1))
        .execute(&mut portal.superuser().await)
        .await
        .expect("a link");
    let path = format!("/invitation/{}", token.expose());
    assert!(portal.visitor().get(&path).await.text().contains("already"));
    portal.visitor().post(&path, &TWICE).await;
    assert_eq!(sign_in(&portal.visitor(), DONOR, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_renews_this_one() {
    let portal = Portal::start().await;
    let (here, there) = (portal.signed_in(DONOR).await, portal.signed_in(DONOR).await);
    let before = here.cookie("concert");
    let change = |old: &'static str| [("old_password", old), TWICE[0], TWICE[1]];
    let wrong = here.submit("/account", Some("/account/password"), &change("wrong")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(there.get("/account").await.status, StatusCode::OK);
    let done = here.submit("/account", Some("/account/password"), &change(PASSWORD)).await;
    assert_eq!(done.location.as_deref(), Some("/account?done=password-changed"));
    assert_ne!(here.cookie("concert"), before);
    assert_eq!(here.get("/account").await.status, StatusCode::OK);
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&portal.visitor(), DONOR, NEW, "").await.status, StatusCode::SEE_OTHER);
    for _ in 0..10 {
        here.submit("/account", Some("/account/password"), &change("wrong")).await;
    }
    let closed = here.submit("/account", Some("/account/password"), &change(NEW)).await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS, "guesses are limited here too");
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_their_owner_alone() {
    let portal = Portal::start().await;
    let (here, there, third) =
        (portal.signed_in(DONOR).await, portal.signed_in(DONOR).await, portal.signed_in(DONOR).await);
    let stranger = portal.signed_in("chair@example.example").await;
    let page = here.get("/account").await;
    assert_eq!(page.select("#sessions tbody tr").len(), 3);
    assert_eq!(page.select("#sessions tbody .badge.ok").len(), 1, "this one is marked");
    let (action, _) = page.form(Some("/end"));
    let action = action.expect("a session");
    assert_eq!(stranger.post(&action, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(here.post(&action, &[]).await.location.as_deref(), Some("/account?done=session-ended"));
    let lives = [there.get("/account").await.status, third.get("/account").await.status];
    assert_eq!(lives.iter().filter(|s| **s == StatusCode::OK).count(), 1);
    assert_eq!(here.post(&action, &[]).await.status, StatusCode::NOT_FOUND);
    here.post("/account/sessions/end-others", &[]).await;
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(third.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("/account").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/account").await.status, StatusCode::OK);
}
