//! Signing in, through its pages: what is let in, what is refused, and that nobody learns which accounts there are.

use crate::harness::{Browser, Page, Portal, moment};
use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "concert-demo";
pub const NEW: &str = "a long way round the lake";
const DONOR: &str = "donor@example.example";

pub async fn sign_in(browser: &Browser, email: &str, password: &str, next: &str) -> Page {
    browser.submit("/sign-in", None, &[("email", email), ("password", password), ("next", next)]).await
}

/// The last letter to an address; one that is written beside an answer is waited for.
pub async fn letter(portal: &Portal, to: &str, holds: &str) -> String {
    for _ in 0..100 {
        let found: Option<String> = sqlx::query_scalar(
            "select body from outgoing_mail where recipient = $1 and body like '%' || $2 || '%' order by created_at desc, id desc limit 1",
        )
        .bind(to)
        .bind(holds)
        .fetch_optional(&mut portal.superuser().await)
        .await
        .expect("letters");
        if let Some(body) = found {
            return body;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no letter to {to} that holds {holds}");
}

/// The path of the link in a letter.
pub fn link(letter: &str) -> String {
    let link = letter.split_whitespace().find(|w| w.starts_with("http://concert.test/")).expect("a link");
    link.trim_start_matches("http://concert.test").to_owned()
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

fn set_cookie(page: &Page, name: &str) -> String {
    let all = page.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    all.filter(|v| v.starts_with(&format!("{name}="))).map(str::to_owned).next_back().unwrap_or_default()
}

/// Later, with the session used now and then, so that it does not end for being idle.
fn at(hours: i64) -> DateTime<Utc> {
    moment() + TimeDelta::hours(hours)
}

#[tokio::test]
async fn the_right_password_leads_in_and_the_wrong_one_says_nothing() {
    let portal = Portal::start().await;
    let browser = portal.visitor();
    let wrong = sign_in(&browser, DONOR, "not the password", "").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!is_in(&browser).await);
    let unknown = sign_in(&portal.visitor(), "nobody@example.example", "not the password", "").await;
    assert_eq!(unknown.status, wrong.status);
    assert_eq!(unknown.text(), wrong.text());
    assert!(!unknown.body.contains("not the password"), "a password is never shown again");
    assert_eq!(unknown.value("email").as_deref(), Some("nobody@example.example"));

    let right = sign_in(&browser, "  Donor@Example.example ", PASSWORD, "").await;
    assert_eq!((right.status, right.location.as_deref()), (StatusCode::SEE_OTHER, Some("/example")));
    assert!(is_in(&browser).await);
    let operator = sign_in(&portal.visitor(), "operator@concert.example", PASSWORD, "").await;
    assert_eq!(operator.location.as_deref(), Some("/operator"), "of no process, so to the registry");
    for fields in [
        [("email", ""), ("password", "x")],
        [("email", DONOR), ("password", "")],
        [("email", "a\0b"), ("password", "x")],
    ] {
        assert_eq!(
            portal.visitor().post("/sign-in", &fields).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{fields:?}"
        );
    }
}

#[tokio::test]
async fn an_unknown_account_takes_the_time_of_a_known_one() {
    let portal = Portal::with(|c| (c.sign_in_limit, c.sign_in_address_limit) = (1000, 1000)).await;
    let browser = portal.visitor();
    let token = browser.form_token().await;
    // the fastest of each: what else the machine does only ever adds, and so it is given many tries
    let (mut known, mut unknown) = (f64::MAX, f64::MAX);
    for tries in 1..=60 {
        // not by turns: two threads hash by turns as well, and one of them may have its memory at hand where the other asks for it anew
        for whose in [true, false, false, true] {
            let (least, email) = if whose { (&mut known, DONOR) } else { (&mut unknown, "nobody@example.example") };
            let started = Instant::now();
            browser.post_raw("/sign-in", &[("form_token", &token), ("email", email), ("password", "wrong")]).await;
            *least = least.min(started.elapsed().as_secs_f64());
        }
        if tries >= 9 && unknown > known * 0.7 && known > unknown * 0.7 {
            return;
        }
    }
    // without the fixed hash it would be a tenth
    panic!("known {known:.3} s, unknown {unknown:.3} s");
}

#[tokio::test]
async fn next_leads_nowhere_but_here() {
    let portal = Portal::start().await;
    for (next, to) in [
        ("/example/actions?q=a%20b", "/example/actions?q=a%20b"),
        ("//evil.example", "/example"),
        ("/\\evil.example", "/example"),
        ("https://evil.example/", "/example"),
        ("/\t/evil.example", "/example"),
        ("/x\r\nSet-Cookie: a=b", "/example"),
        ("javascript:alert(1)", "/example"),
        ("/sign-in?next=/", "/example"),
        ("", "/example"),
    ] {
        let browser = portal.visitor();
        let page = sign_in(&browser, DONOR, PASSWORD, next).await;
        assert_eq!(page.location.as_deref(), Some(to), "{next:?}");
        assert_eq!(page.headers.get_all("set-cookie").iter().count(), 1, "{next:?}");
    }
    let shown = portal.visitor().get("/sign-in?next=%2F%2Fevil.example&email=x%40y.example&password=secret").await;
    assert_eq!((shown.value("next"), shown.value("email").as_deref()), (None, Some("")));
    assert!(!shown.body.contains("evil.example"));
    assert_eq!(
        portal.visitor().get("/sign-in?next=%2Fexample%2Factions").await.value("next").as_deref(),
        Some("/example/actions")
    );
}

#[tokio::test]
async fn too_many_tries_at_an_account_close_it_for_a_while() {
    let portal = Portal::with(|c| c.sign_in_limit = 3).await;
    for email in [DONOR, "nobody@example.example"] {
        let mut texts = Vec::new();
        for i in 0..5 {
            // each from another browser: the account is what counts
            let page = sign_in(&portal.visitor(), email, "wrong", "").await;
            let expected = if i < 3 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::TOO_MANY_REQUESTS };
            assert_eq!(page.status, expected, "{email}, try {i}");
            texts.push(page.text());
        }
        assert!(texts[4].contains("15 minutes"), "{}", texts[4]);
    }
    let right = sign_in(&portal.visitor(), DONOR, PASSWORD, "").await;
    assert_eq!(
        right.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the right password is not told from a wrong one meanwhile"
    );
    assert!(right.headers.contains_key("retry-after"));
    assert_eq!(sign_in(&portal.visitor(), "chair@example.example", PASSWORD, "").await.status, StatusCode::SEE_OTHER);
    portal.clock.set(moment() + TimeDelta::minutes(16));
    assert_eq!(sign_in(&portal.visitor(), DONOR, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_success_forgets_the_failures_of_its_account_but_not_of_its_address() {
    let portal = Portal::with(|c| (c.sign_in_limit, c.sign_in_address_limit) = (3, 5)).await;
    for _ in 0..2 {
        sign_in(&portal.visitor(), DONOR, "wrong", "").await;
    }
    assert_eq!(sign_in(&portal.visitor(), DONOR, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
    for _ in 0..3 {
        let page = sign_in(&portal.visitor(), DONOR, "wrong", "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "they count anew");
    }
    let other = sign_in(&portal.visitor(), "chair@example.example", PASSWORD, "").await;
    assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS, "five failed from this address");
}

#[tokio::test]
async fn tries_at_the_same_time_do_not_slip_past_the_limit() {
    let portal = Portal::with(|c| (c.sign_in_limit, c.connections) = (3, 8)).await;
    let browser = portal.visitor();
    let token = browser.form_token().await;
    let fields = [("form_token", token.as_str()), ("email", DONOR), ("password", "wrong")];
    let pages = futures::future::join_all((0..12).map(|_| browser.post_raw("/sign-in", &fields))).await;
    let checked = pages.iter().filter(|p| p.status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!(checked, 3, "{:?}", pages.iter().map(|p| p.status).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_tables_of_limits_hold_no_address() {
    let portal = Portal::start().await;
    sign_in(&portal.visitor(), "nobody@example.example", "wrong", "").await;
    let plain = portal
        .lookup(
            "select count(*)::text from attempt where position(convert_to($1, 'UTF8') in subject_hash) > 0",
            "nobody",
        )
        .await;
    assert_eq!(plain, "0");
}

#[tokio::test]
async fn a_session_is_new_at_every_sign_in_and_its_cookie_is_closed() {
    let portal = Portal::start().await;
    let browser = portal.visitor();
    let page = sign_in(&browser, DONOR, PASSWORD, "").await;
    let set = set_cookie(&page, "concert");
    for mark in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(mark), "{set}");
    }
    assert!(!set.contains("Secure") && !set.contains("Domain"), "{set}");
    let first = browser.cookie("concert").expect("a session");
    // another person at the same browser, with the first one's session still in it
    sign_in(&browser, "chair@example.example", PASSWORD, "").await;
    assert_ne!(browser.cookie("concert").expect("a session"), first);
    let old = portal.visitor();
    old.set_cookie("concert", &first);
    assert!(!is_in(&old).await, "the session that was brought along is ended");

    // a session that somebody else put into the browser does not become theirs
    let fixed = portal.visitor();
    let planted = concert::kernel::random::Token::new();
    fixed.set_cookie("concert", planted.expose());
    sign_in(&fixed, DONOR, PASSWORD, "").await;
    assert_ne!(fixed.cookie("concert").as_deref(), Some(planted.expose()));

    let tls = Portal::with(|c| c.base_url = "https://concert.test".into()).await;
    let set = set_cookie(&sign_in(&tls.visitor(), DONOR, PASSWORD, "").await, "__Host-concert");
    assert!(set.contains("Secure") && set.contains("HttpOnly"), "{set}");
}

#[tokio::test]
async fn a_session_ends_when_idle_after_a_day_and_at_sign_out() {
    let portal = Portal::start().await;
    let browser = portal.visitor();
    sign_in(&browser, DONOR, PASSWORD, "").await;
    portal.clock.set(moment() + TimeDelta::minutes(59));
    assert!(is_in(&browser).await);
    // it is marked as used beside the request
    for _ in 0..100 {
        let seen = portal.lookup("select max(last_seen_at)::text from sign_in_session where user_agent = $1", "").await;
        if seen.contains("09:59") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    portal.clock.set(moment() + TimeDelta::minutes(115));
    assert!(is_in(&browser).await, "used within the hour");
    portal.clock.set(moment() + TimeDelta::hours(3));
    assert!(!is_in(&browser).await, "idle");

    portal.clock.set(moment());
    let long = portal.visitor();
    sign_in(&long, DONOR, PASSWORD, "").await;
    sqlx::query("update sign_in_session set last_seen_at = ends_at")
        .execute(&mut portal.superuser().await)
        .await
        .expect("used all day");
    portal.clock.set(at(24) - TimeDelta::minutes(1));
    assert!(is_in(&long).await);
    portal.clock.set(at(24) + TimeDelta::minutes(1));
    assert!(!is_in(&long).await, "after a day");

    portal.clock.set(moment());
    let out = portal.visitor();
    sign_in(&out, DONOR, PASSWORD, "").await;
    let token = out.cookie("concert").expect("a session");
    let page = out.post("/sign-out", &[]).await;
    assert_eq!(page.location.as_deref(), Some("/?done=signed-out"));
    assert!(set_cookie(&page, "concert").contains("Max-Age=0"));
    out.set_cookie("concert", &token);
    assert!(!is_in(&out).await, "the token is worthless, wherever it is kept");
}

#[tokio::test]
async fn a_form_without_its_token_signs_nobody_in() {
    let portal = Portal::start().await;
    let browser = portal.visitor();
    for token in [None, Some(""), Some("0"), Some(portal.visitor().form_token().await.as_str())] {
        let mut fields = vec![("email", DONOR), ("password", PASSWORD)];
        fields.extend(token.map(|t| ("form_token", t)));
        browser.get("/sign-in").await;
        assert_eq!(browser.post_raw("/sign-in", &fields).await.status, StatusCode::FORBIDDEN, "{token:?}");
    }
    assert!(!is_in(&browser).await);
}

#[tokio::test]
async fn the_first_page_shows_each_reader_what_is_theirs() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let page = visitor.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("href=\"/example/public\"") && page.body.contains("href=\"/sign-in\""),
        "{}",
        page.text()
    );
    let donor = portal.signed_in(DONOR).await;
    let page = donor.get("/").await;
    assert!(
        page.body.contains("href=\"/example\"") && !page.body.contains("href=\"/iisg\"") && page.body.contains(DONOR)
    );
    assert_eq!(visitor.get("/help").await.status, StatusCode::OK);
    let stale = portal.visitor();
    stale.set_cookie("concert", concert::kernel::random::Token::new().expose());
    assert_eq!(stale.get("/").await.status, StatusCode::OK);
}

/// An address that only takes forms is none to come back to, for pages that exist as for those that do not.
#[tokio::test]
async fn signing_in_never_leads_to_an_address_that_takes_forms_alone() {
    let portal = Portal::start().await;
    let action = portal.action("example", "Strengthening asset recovery").await;
    for (sent, back) in [
        (format!("/example/actions/{action}/remarks"), "/example".to_owned()),
        (format!("/example/actions/{action}/confirm"), "/example".to_owned()),
        ("/nowhere/actions/x/remarks".into(), "/nowhere".into()),
        ("/nowhere/no/such/address".into(), "/nowhere".into()),
        (format!("/example/actions/{action}/edit"), format!("/example/actions/{action}/edit")),
        ("/account/password".into(), "/account".into()),
        ("/operator/processes/new".into(), "/operator/processes/new".into()),
        ("/sign-out".into(), "/".into()),
    ] {
        let browser = portal.visitor();
        let token = browser.form_token().await;
        let page = browser.post_raw(&sent, &[("form_token", &token), ("remark", "typed")]).await;
        let next = url::form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>();
        assert_eq!(page.location, Some(format!("/sign-in?next={next}")), "{sent}");
        let form = browser.get(&page.location.expect("a page")).await;
        assert_eq!(form.value("next").as_deref(), Some(back.as_str()));
        if !back.starts_with("/nowhere") && !back.starts_with("/operator") {
            sign_in(&browser, DONOR, PASSWORD, &back).await;
            assert!(browser.get(&back).await.status.is_success(), "{back}");
        }
    }
}
