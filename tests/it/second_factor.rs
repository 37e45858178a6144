//! The second factor: set up, asked for, used once, required.

use crate::api_tokens::{FIRST, dead, opens};
use crate::harness::{Browser, Page, Portal, moment};
use crate::sign_in::{PASSWORD, letter, sign_in};
use crate::tokens_end::ENDED;
use axum::http::StatusCode;
use chrono::TimeDelta;
use concert::config::SecondFactor;

const SECRETARY: &str = "support-group@example.example";
const DONOR: &str = "donor@example.example";

/// What an app on a phone shows for the key at the portal's time.
fn code(portal: &Portal, key: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    let totp = totp_rs::Builder::new().with_secret(secret).build().expect("a device");
    totp.generate(u64::try_from(portal.clock.now().timestamp()).expect("after 1970")).to_string()
}

fn later(portal: &Portal) {
    portal.clock.set(portal.clock.now() + TimeDelta::seconds(31));
}

/// Sets a factor up; answers the key and the recovery codes.
async fn set_up(portal: &Portal, browser: &Browser, page: &str) -> (String, Vec<String>, Page) {
    let opened = browser.get(page).await;
    let key = opened.select("#shared-secret").first().cloned().expect("a key");
    let (target, mut fields) = opened.form(Some("/account/second-factor"));
    fields.retain(|(name, _)| name != "code");
    fields.push(("code".into(), code(portal, &key)));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let done = browser.post_raw(&target.expect("an address"), &pairs).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    (key, done.select(".codes li"), done)
}

async fn give(browser: &Browser, code: &str) -> Page {
    browser.submit("/sign-in/second-factor?next=%2Fexample%2Fdirectory", None, &[("code", code)]).await
}

#[tokio::test]
async fn who_needs_a_factor_and_has_none_sets_it_up_and_is_in() {
    let portal = Portal::with(|c| c.second_factor = SecondFactor::Required).await;
    let browser = portal.visitor();
    assert_eq!(sign_in(&browser, SECRETARY, PASSWORD, "").await.location.as_deref(), Some("/example"));
    let sent = browser.get("/example/directory?x=1").await;
    assert_eq!(sent.location.as_deref(), Some("/account/second-factor?next=%2Fexample%2Fdirectory%3Fx%3D1"));
    let wrong = browser.submit("/account/second-factor", Some("/account/second-factor"), &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let before = browser.cookie("concert");
    let (_, codes, page) = set_up(&portal, &browser, &sent.location.expect("a page")).await;
    assert_eq!(codes.len(), 10);
    assert!(
        page.body.contains("href=\"/example/directory?x=1\""),
        "it goes on to where it was meant to: {}",
        page.body
    );
    assert_ne!(browser.cookie("concert"), before, "the token is renewed");
    let inside = browser.get("/example/directory").await;
    assert!(inside.location.is_none_or(|to| !to.contains("second-factor")), "no longer sent away");
    letter(&portal, SECRETARY, "second factor was set up").await;

    // another who need not have one is not asked; the operator is
    let donor = portal.visitor();
    sign_in(&donor, DONOR, PASSWORD, "").await;
    assert!(donor.get("/example/directory").await.location.is_none_or(|to| !to.contains("second-factor")));
    let operator = portal.visitor();
    sign_in(&operator, "operator@concert.example", PASSWORD, "").await;
    assert_eq!(operator.get("/operator").await.location.as_deref(), Some("/account/second-factor?next=%2Foperator"));
    set_up(&portal, &operator, "/account/second-factor").await;
    assert_eq!(operator.get("/operator").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_password_alone_opens_nothing_once_there_is_a_factor() {
    let portal = Portal::start().await;
    let first = portal.signed_in(DONOR).await;
    let (key, codes, _) = set_up(&portal, &first, "/account/second-factor").await;
    later(&portal);
    let browser = portal.visitor();
    let page = sign_in(&browser, DONOR, PASSWORD, "/example/directory").await;
    assert_eq!(page.location.as_deref(), Some("/sign-in/second-factor?next=%2Fexample%2Fdirectory"));
    for path in ["/account", "/account/second-factor", "/example/directory"] {
        let to = browser.get(path).await.location.unwrap_or_default();
        assert!(to.starts_with("/sign-in/second-factor"), "{path}: {to}");
    }
    assert!(!browser.get("/").await.body.contains("href=\"/example\""), "nor are their processes listed");
    let token = browser.form_token().await;
    for path in [
        "/account/second-factor",
        "/account/second-factor/remove",
        "/account/second-factor/codes",
        "/account/password",
        "/account/sessions/end-others",
    ] {
        let fields = [("form_token", token.as_str()), ("password", PASSWORD), ("code", codes[0].as_str())];
        let to = browser.post_raw(path, &fields).await.location.unwrap_or_default();
        assert!(to.starts_with("/sign-in/second-factor"), "{path}: {to}");
    }
    // after the code, too, nobody is led to an address that takes forms alone
    let sent = browser.post_raw("/example/drafts/action:new", &[("form_token", token.as_str())]).await;
    assert_eq!(sent.location.as_deref(), Some("/sign-in/second-factor?next=%2Fexample"));
    let before = browser.cookie("concert");
    let given = give(&browser, &code(&portal, &key)).await;
    assert_eq!(given.location.as_deref(), Some("/example/directory"));
    assert_ne!(browser.cookie("concert"), before, "the token is renewed");
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let old = portal.visitor();
    old.set_cookie("concert", &before.expect("a session"));
    assert_eq!(old.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_works_once() {
    let portal = Portal::start().await;
    let (key, codes, _) = set_up(&portal, &portal.signed_in(DONOR).await, "/account/second-factor").await;
    let half = async || {
        let browser = portal.visitor();
        sign_in(&browser, DONOR, PASSWORD, "").await;
        browser
    };
    let used = code(&portal, &key);
    assert_eq!(give(&half().await, &used).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it confirmed the set-up");
    later(&portal);
    let next = code(&portal, &key);
    assert_eq!(give(&half().await, &next).await.status, StatusCode::SEE_OTHER);
    assert_eq!(give(&half().await, &next).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(give(&half().await, &used).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nor one from before it");

    let plain = codes[1].replace('-', "");
    let of_codes =
        "select count(*)::text from outgoing_mail where recipient = $1 and body like '%one of its recovery codes%'";
    assert_eq!(portal.lookup(of_codes, DONOR).await, "0", "the device's own codes are no news");
    assert_eq!(give(&half().await, &plain).await.status, StatusCode::SEE_OTHER);
    // whoever found the list of codes does so unseen, if nobody is told
    letter(&portal, DONOR, "one of its recovery codes").await;
    assert_eq!(give(&half().await, &codes[1]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nor a recovery code");
    let stored = portal
        .lookup(
            "select count(*)::text from recovery_code where position(convert_to($1, 'UTF8') in code_hash) > 0",
            &plain,
        )
        .await;
    assert_eq!(stored, "0");
    let sealed = portal.lookup("select encode(totp_secret, 'hex') from account where email = $1", DONOR).await;
    let secret = totp_rs::Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    assert!(!sealed.is_empty() && !sealed.contains(&hex::encode(secret.as_bytes())), "sealed at rest");
}

#[tokio::test]
async fn a_code_sent_many_times_at_once_works_once() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let (key, _, _) = set_up(&portal, &portal.signed_in(DONOR).await, "/account/second-factor").await;
    later(&portal);
    let mut halves = Vec::new();
    for _ in 0..4 {
        let browser = portal.visitor();
        sign_in(&browser, DONOR, PASSWORD, "").await;
        let token = browser.form_token().await;
        halves.push((browser, token));
    }
    let now = code(&portal, &key);
    let sent = halves.iter().map(|(browser, token)| {
        let fields = vec![("form_token", token.as_str()), ("code", now.as_str())];
        async move { browser.post_raw("/sign-in/second-factor", &fields).await.status }
    });
    let statuses = futures::future::join_all(sent).await;
    assert_eq!(statuses.iter().filter(|s| **s == StatusCode::SEE_OTHER).count(), 1, "{statuses:?}");
}

#[tokio::test]
async fn codes_cannot_be_tried_out() {
    let portal = Portal::with(|c| c.sign_in_limit = 4).await;
    let (key, codes, _) = set_up(&portal, &portal.signed_in(DONOR).await, "/account/second-factor").await;
    later(&portal);
    let browser = portal.visitor();
    sign_in(&browser, DONOR, PASSWORD, "").await;
    for wrong in ["000000", "abc", "", "0000-0000"] {
        assert_eq!(give(&browser, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    // from another session too: the account is what counts
    let other = portal.visitor();
    sign_in(&other, DONOR, PASSWORD, "").await;
    for right in [code(&portal, &key), codes[0].clone()] {
        let refused = give(&other, &right).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers["retry-after"], "900");
    }
    portal.clock.set(moment() + TimeDelta::minutes(17));
    assert_eq!(give(&other, &code(&portal, &key)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_factor_is_removed_with_password_and_code_and_not_where_it_is_required() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(DONOR).await;
    let (key, codes, _) = set_up(&portal, &browser, "/account/second-factor").await;
    later(&portal);
    let remove = "/account/second-factor/remove";
    for (password, code) in [("wrong", codes[0].as_str()), (PASSWORD, "000000"), ("", ""), (PASSWORD, "")] {
        let page = browser.post(remove, &[("password", password), ("code", code)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{password} {code}");
    }
    let renewed =
        browser.post("/account/second-factor/codes", &[("password", PASSWORD), ("code", &code(&portal, &key))]).await;
    let fresh = renewed.select(".codes li");
    assert_eq!(fresh.len(), 10);
    assert_eq!(
        browser.post(remove, &[("password", PASSWORD), ("code", &codes[0])]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "replaced"
    );
    let removed = browser.post(remove, &[("password", PASSWORD), ("code", &fresh[0])]).await;
    assert_eq!(removed.location.as_deref(), Some("/account?done=second-factor-removed"));
    assert_eq!(sign_in(&portal.visitor(), DONOR, PASSWORD, "").await.location.as_deref(), Some("/example"));
    letter(&portal, DONOR, "was removed").await;

    let strict = Portal::with(|c| c.second_factor = SecondFactor::Required).await;
    let secretary = strict.signed_in(SECRETARY).await;
    let (_, codes, _) = set_up(&strict, &secretary, "/account/second-factor").await;
    assert!(!secretary.get("/account/second-factor").await.body.contains(remove), "not offered");
    let refused = secretary.post(remove, &[("password", PASSWORD), ("code", &codes[0])]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("cannot be removed"), "with its reason: {}", refused.text());
    // who need not have one may remove it there too
    let donor = strict.signed_in(DONOR).await;
    let (_, codes, _) = set_up(&strict, &donor, "/account/second-factor").await;
    assert_eq!(donor.post(remove, &[("password", PASSWORD), ("code", &codes[0])]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_set_up_of_another_session_confirms_nothing() {
    let portal = Portal::start().await;
    let (mine, theirs) = (portal.signed_in(DONOR).await, portal.signed_in("chair@example.example").await);
    let page = theirs.get("/account/second-factor").await;
    let key = page.select("#shared-secret").first().cloned().expect("a key");
    let pending = page.value("pending").expect("what is carried");
    for pending in [pending.as_str(), "", "00", "zz"] {
        let sent = mine.post("/account/second-factor", &[("pending", pending), ("code", &code(&portal, &key))]).await;
        assert_eq!(sent.location.as_deref(), Some("/account/second-factor"), "begun anew");
    }
    let stored = portal.lookup("select count(totp_secret)::text from account where email = $1", DONOR).await;
    assert_eq!(stored, "0");
}

/// Runs a command of the program on the portal's database.
fn command(portal: &Portal, arguments: &[&str]) -> (bool, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_concert"));
    command.args(arguments).args(["--database-url", &portal.url("concert_app"), "--base-url", "http://concert.test"]);
    let output = command.env("RUST_LOG", "warn").stdin(std::process::Stdio::null()).output().expect("the program");
    let said = [output.stdout, output.stderr].map(|o| String::from_utf8_lossy(&o).into_owned()).concat();
    (output.status.success(), said)
}

/// A private address of a calendar, made anew.
async fn calendar_of(browser: &Browser) -> String {
    let page = browser.post("/example/meetings/calendar", &[]).await;
    let full = crate::meetings::values(&page, "input#feed").first().cloned().expect("an address");
    full.strip_prefix("http://concert.test").expect("ours").to_owned()
}

#[tokio::test]
async fn who_has_lost_device_and_codes_is_let_back_in_by_the_command_line() {
    let portal = Portal::start().await;
    let program = crate::api::program(&portal, DONOR, "example", "read").await;
    // the command has the clock of the day on which the test runs
    let lives = "update api_token set expires_at = '2100-01-01'";
    sqlx::query(lives).execute(&mut portal.superuser().await).await.expect("a long life");
    let browser = portal.signed_in(DONOR).await;
    let (_, codes, _) = set_up(&portal, &browser, "/account/second-factor").await;
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    opens(&program, "before").await;
    let calendar = calendar_of(&browser).await;
    let others = calendar_of(&portal.signed_in(SECRETARY).await).await;
    let visitor = portal.visitor();
    assert_eq!(visitor.get(&calendar).await.status, StatusCode::OK);
    let reset = ["account", "reset-second-factor", DONOR, "--why", "asked on the telephone, called back"];
    let (done, said) = command(&portal, &reset);
    assert!(done && said.contains("second factor is removed"), "{said}");
    assert!(!codes.iter().any(|c| said.contains(c)), "{said}");
    assert!(said.contains("Personal tokens for programs that ended with it: 1."), "{said}");

    assert_eq!(browser.get("/account").await.status, StatusCode::SEE_OTHER, "its sessions are ended");
    assert_eq!(visitor.get(&calendar).await.status, StatusCode::NOT_FOUND, "and the address of its calendar");
    assert_eq!(visitor.get(&others).await.status, StatusCode::OK, "another's stays");
    dead(&program.get(FIRST).await, "and their token");
    letter(&portal, DONOR, ENDED).await;
    // they did not do it: it stands in the process's history in nobody's name
    let noted = "select count(*)::text from history where event = $1 and by_membership_id is null";
    assert_eq!(portal.lookup(noted, "token-ended").await, "1");
    let again = portal.visitor();
    assert_eq!(
        sign_in(&again, DONOR, PASSWORD, "").await.location.as_deref(),
        Some("/example"),
        "no code is asked for"
    );
    let left = "select count(*)::text from recovery_code r join account a on a.id = r.account_id where a.email = $1";
    assert_eq!(portal.lookup(left, DONOR).await, "0");
    letter(&portal, DONOR, "removed the second factor").await;
    let operator = portal.signed_in("operator@concert.example").await.get("/operator").await.text();
    for words in ["the command line removed the second factor of", DONOR, "asked on the telephone"] {
        assert!(operator.contains(words), "{words}: {operator}");
    }
    // there is none any more; and none of somebody who is not known
    for (email, words) in [(DONOR, "has no second factor"), ("nobody@example.example", "there is no account")] {
        let (done, said) = command(&portal, &["account", "reset-second-factor", email]);
        assert!(!done && said.contains(words), "{email}: {said}");
    }
    let acts = "select count(*)::text from operator_act where event = $1";
    assert_eq!(portal.lookup(acts, "second_factor_reset").await, "1");

    // not from a request, whoever sends it
    let mut app = portal.sql("concert_app").await;
    let sql = "select kernel.reset_second_factor(gen_random_uuid(), '', now())";
    assert!(sqlx::query(sql).execute(&mut app).await.is_err());
    sqlx::query(
        "select set_config('app.platform', 'on', false), set_config('app.account', gen_random_uuid()::text, false)",
    )
    .execute(&mut app)
    .await
    .expect("settings");
    assert!(sqlx::query(sql).execute(&mut app).await.is_err());
}
