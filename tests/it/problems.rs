//! What goes wrong is told where one is: in the frame of the process, with a way on; and what nobody's browser sends breaks nothing.

use crate::harness::{Browser, Page, Portal};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use concert::config::SecondFactor;
use tower::ServiceExt;

const DONOR: &str = "donor@example.example";
const NOWHERE: &str = "01990000-0000-7000-8000-000000000000";

/// Where the navigation of a page leads.
fn ways_on(page: &Page, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("selector");
    page.html().select(&selector).filter_map(|a| a.value().attr("href")).map(str::to_owned).collect()
}

async fn told_in_frame(browser: &Browser, path: &str, status: u16) {
    in_frame(&browser.get(path).await, path, status);
}

fn in_frame(page: &Page, path: &str, status: u16) {
    assert_eq!(page.status.as_u16(), status, "{path}: {}", page.text());
    let nav = ways_on(page, "nav.nav a");
    assert!(nav.contains(&"/example/actions".to_owned()), "{path} leads nowhere: {nav:?}");
    assert_eq!(ways_on(page, ".problem a.btn"), ["/example"], "{path}");
    assert_eq!(page.select(".problem .code"), [status.to_string()], "{path}");
    assert_eq!(page.headers["cache-control"], "no-store", "{path}");
    assert!(page.body.trim_end().ends_with("</html>"), "{path} was cut");
}

#[tokio::test]
async fn a_member_is_told_in_the_frame_of_the_process() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    told_in_frame(&donor, &format!("/example/actions/{NOWHERE}"), 404).await;
    told_in_frame(&donor, "/example/no/such/page", 404).await;
    told_in_frame(&donor, "/example/settings", 403).await;
    // what takes forms alone, gone to by its address
    told_in_frame(&donor, &format!("/example/actions/{NOWHERE}/confirm"), 405).await;
    let refused = donor.send(Method::DELETE, "/example/actions", None, Body::empty()).await;
    assert_eq!((refused.status.as_u16(), refused.headers["allow"].to_str().expect("methods")), (405, "GET,HEAD"));
    // an observer's frame offers what an observer has, here as everywhere
    let observer = portal.signed_in("observer@example.example").await;
    let page = observer.get("/example/money").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let nav = ways_on(&page, "nav.nav a");
    assert!(nav.contains(&"/example/actions".to_owned()) && !nav.contains(&"/example/money".to_owned()), "{nav:?}");
    assert_eq!(page.body.matches("<main").count(), 1);
}

#[tokio::test]
async fn a_form_that_is_not_taken_is_told_in_the_frame() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let form = Some("application/x-www-form-urlencoded");
    let file = Some("multipart/form-data; boundary=XX");
    for (path, kind, body, status) in [
        ("/example/actions/new", form, "form_token=old&title=Typed", 403),
        ("/example/actions/new", Some("text/plain"), "title=Typed", 400),
        ("/example/imports", file, "--XX--\r\n", 403),
    ] {
        in_frame(&donor.send(Method::POST, path, kind, body).await, path, status);
    }
    let big = format!("form_token=old&title={}", "x".repeat(2 << 20));
    in_frame(&donor.send(Method::POST, "/example/actions/new", form, big).await, "a form without end", 413);
    // who may bring no file is told so before any of it is read
    let observer = portal.signed_in("observer@example.example").await;
    in_frame(&observer.send(Method::POST, "/example/imports", file, "--XX--\r\n").await, "/example/imports", 403);
    // and nobody learns from it of a process that is not theirs
    let stranger = portal.signed_in("support-group@iisg.example").await;
    let refused = stranger.send(Method::POST, "/example/actions/new", form, "form_token=old").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.body.contains("Example Dialogue"), "{}", refused.body);
    assert_eq!(ways_on(&refused, ".problem a.btn"), ["/"]);
}

#[tokio::test]
async fn what_was_typed_stands_below_the_problem_that_it_met() {
    let portal = Portal::start().await;
    let lead = portal.signed_in("lead-two@example.example").await;
    let sql = "select id::text from mapping_report where title = $1";
    let id = portal.lookup(sql, "Report on the mapping of needs 2025").await;
    // it was adopted meanwhile: there is no such step any more
    let step = format!("/example/reports/{id}/steps/resume");
    let typed = [
        ("why", "The second table is <wrong>,\r\nas the meeting said."),
        ("other", "one"),
        ("amount", "1250.50"),
        ("due", "17.3.2027"),
    ];
    let page = lead.post(&step, &typed).await;
    in_frame(&page, &step, 409);
    let stands = page.select("#typed textarea");
    assert_eq!(stands, ["The second table is <wrong>, as the meeting said.", "1250.50", "17.3.2027"], "{}", page.body);
    assert!(page.body.contains("The second table is &#60;wrong&#62;"), "it is text, and no markup: {}", page.body);
    // nor does anybody lose a word to a right that they do not have
    let page = portal.signed_in(DONOR).await.post(&step, &typed).await;
    in_frame(&page, &step, 403);
    assert_eq!(page.select("#typed textarea").len(), 3, "{}", page.body);
    // where nothing was written there is nothing to be copied, and the address of a page is no form
    let page = lead.post(&step, &[("why", "")]).await;
    in_frame(&page, &step, 409);
    assert!(page.select("#typed").is_empty(), "{}", page.body);
    let page = portal.signed_in(DONOR).await.get("/example/settings?q=two+words").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.select("#typed").is_empty(), "{}", page.body);
}

/// The cookie of a session is gone altogether: its form is nobody's, and what was typed is shown to whoever has typed it.
#[tokio::test]
async fn what_was_typed_without_a_session_stands_there_to_be_copied() {
    let portal = Portal::start().await;
    let token = portal.signed_in(DONOR).await.form_token().await;
    let kept = portal.lookup("select count(*)::text from form_draft where $1 <> ''", "all").await;
    let send = async |site: Option<&str>, path: &str| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("form_token", token.as_str()),
                ("draft", "action:new"),
                ("title", "Half a page <b>of typing</b>"),
            ])
            .finish();
        let mut request = Request::builder().method(Method::POST).uri(path);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = portal.router.clone().oneshot(request.body(Body::from(body)).expect("a request")).await;
        let answer = answer.expect("infallible");
        let status = answer.status();
        assert!(!answer.headers().contains_key("set-cookie"), "nobody is anybody by it");
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    };
    let (status, body) = send(Some("same-origin"), "/example/actions/new").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        body.contains("You are signed out") && body.contains("Half a page &#60;b&#62;of typing&#60;/b&#62;"),
        "{body}"
    );
    assert!(body.contains("/sign-in?next=%2Fexample%2Factions%2Fnew") && !body.contains(&token), "{body}");
    // another site may have made the browser send it: nothing of it is shown; nor at what is no member's
    for (site, path) in [
        (None, "/example/actions/new"),
        (Some("cross-site"), "/example/actions/new"),
        (Some("same-site"), "/example/actions/new"),
        (Some("same-origin"), "/sign-in"),
        (Some("same-origin"), "/example/public/access"),
    ] {
        let (status, body) = send(site, path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{site:?} {path}");
        assert!(!body.contains("Half a page") && body.contains("The form is out of date"), "{site:?} {path}: {body}");
    }
    // nothing was kept for anybody
    assert_eq!(portal.lookup("select count(*)::text from form_draft where $1 <> ''", "all").await, kept);
}

#[tokio::test]
async fn a_form_of_the_account_or_the_operator_is_told_in_their_frame() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let operator = portal.signed_in("operator@concert.example").await;
    let form = Some("application/x-www-form-urlencoded");
    let big = format!("form_token=old&old_password={}", "x".repeat(2 << 20));
    let ended = format!("/account/sessions/{NOWHERE}/end");
    for (browser, path, kind, body, status, way_on) in [
        (&donor, "/account/password", form, "form_token=old", 403, "/account"),
        (&donor, ended.as_str(), form, "", 403, "/account"),
        (&donor, "/account/second-factor", Some("text/plain"), "code=1", 400, "/account"),
        (&donor, "/account/password", form, big.as_str(), 413, "/account"),
        (&operator, "/operator/processes/new", form, "form_token=old", 403, "/operator"),
        (&operator, "/operator/processes/example/suspend", form, "", 403, "/operator"),
    ] {
        let page = browser.send(Method::POST, path, kind, body.to_owned()).await;
        assert_eq!(page.status.as_u16(), status, "{path}: {}", page.text());
        let ways = ways_on(&page, "header.top .account a");
        assert!(ways.contains(&way_on.to_owned()), "{path} leads nowhere: {ways:?}");
        assert_eq!(page.select(".problem .code"), [status.to_string()], "{path}");
        assert!(page.body.trim_end().ends_with("</html>"), "{path} was cut");
    }
    // one's own processes are a way on as well
    let page = donor.send(Method::POST, "/account/password", form, "form_token=old").await;
    assert!(ways_on(&page, "header.top .account a").contains(&"/example".to_owned()));
    // who is no operator is told nothing of where they have come, and who is nobody has no frame
    for browser in [&donor, &portal.visitor()] {
        let page = browser.send(Method::POST, "/operator/processes/new", form, "form_token=old").await;
        assert_eq!((page.status.as_u16(), ways_on(&page, "header.top .account a").len()), (403, 0));
    }
    let page = portal.visitor().send(Method::POST, "/account/password", form, "form_token=old").await;
    assert_eq!((page.status.as_u16(), ways_on(&page, "header.top .account a").len()), (403, 0));
}

#[tokio::test]
async fn a_form_before_the_second_factor_has_no_frame() {
    let portal = Portal::with(|c| c.second_factor = SecondFactor::Required).await;
    let operator = portal.signed_in("operator@concert.example").await;
    let form = Some("application/x-www-form-urlencoded");
    let page = operator.send(Method::POST, "/operator/processes/new", form, "form_token=old").await;
    assert_eq!((page.status.as_u16(), ways_on(&page, "header.top .account a").len()), (403, 0));
}

#[tokio::test]
async fn an_address_of_the_account_that_takes_forms_alone_leads_to_its_page() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    for path in ["/account/password".to_owned(), format!("/account/sessions/{NOWHERE}/end")] {
        let sent = donor.get(&path).await;
        assert_eq!((sent.status, sent.location.as_deref()), (StatusCode::SEE_OTHER, Some("/account")), "{path}");
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_without_a_frame() {
    let portal = Portal::start().await;
    let stranger = portal.signed_in("support-group@iisg.example").await;
    for path in ["/example/no/such/page", "/example/actions", "/nowhere/at/all"] {
        let page = stranger.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.body.contains("Norland") && !page.body.contains("Example Dialogue"), "{path}: {}", page.body);
        assert_eq!(ways_on(&page, ".problem a.btn"), ["/"], "{path}");
    }
    // nor is one of these told apart from the others by a form's address
    let posted = format!("/example/actions/{NOWHERE}/confirm");
    assert_eq!(stranger.get(&posted).await.status, StatusCode::NOT_FOUND);
    // signed out, and with a session that has ended, all are alike
    let ended = portal.signed_in(DONOR).await;
    let end = sqlx::query("update sign_in_session set ended_at = created_at");
    end.execute(&mut portal.superuser().await).await.expect("the sessions' end");
    for browser in [portal.visitor(), ended] {
        for (path, next) in [
            ("/example/no/such/page?a=b", "%2Fexample%2Fno%2Fsuch%2Fpage%3Fa%3Db"),
            ("/nowhere/at/all", "%2Fnowhere%2Fat%2Fall"),
            (posted.as_str(), "%2Fexample"),
        ] {
            let page = browser.get(path).await;
            assert_eq!(page.location.unwrap_or_default(), format!("/sign-in?next={next}"), "{path}");
        }
    }
}

#[tokio::test]
async fn no_frame_before_the_second_factor() {
    let portal = Portal::with(|c| c.second_factor = SecondFactor::Required).await;
    let secretary = portal.signed_in("support-group@example.example").await;
    let sent = secretary.get("/example/no/such/page").await;
    assert_eq!(
        sent.location.as_deref(),
        Some("/account/second-factor?next=%2Fexample%2Fno%2Fsuch%2Fpage"),
        "{}",
        sent.text()
    );
}

#[tokio::test]
async fn the_public_side_keeps_its_frame() {
    let portal = Portal::start().await;
    for path in [format!("/iisg/public/actions/{NOWHERE}"), "/iisg/public/nothing".to_owned()] {
        let page = portal.visitor().get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(ways_on(&page, "nav.nav a").contains(&"/iisg/public/actions".to_owned()), "{path}");
        assert_eq!(ways_on(&page, ".problem a.btn"), ["/iisg/public"], "{path}");
    }
}

#[tokio::test]
async fn what_no_process_can_be_called_is_nothing() {
    let portal = Portal::start().await;
    for browser in [portal.visitor(), portal.signed_in(DONOR).await] {
        for path in ["/%00", "/example%00", "/example%00/public", "/%00/actions", "/robots.txt", "/EXAMPLE"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {:?}", page.location);
        }
    }
}

#[tokio::test]
async fn a_request_is_called_what_a_proxy_called_it_or_anew() {
    let portal = Portal::start().await;
    let id = async |given: &str| {
        let request = Request::get("/healthz").header("x-request-id", given).body(Body::empty()).expect("a request");
        let response = portal.router.clone().oneshot(request).await.expect("infallible");
        response.headers()["x-request-id"].to_str().expect("an id").to_owned()
    };
    assert_eq!(id("4bf92f3577b34da6-a3ce:929.d0").await, "4bf92f3577b34da6-a3ce:929.d0");
    for forged in ["", "a b", "x status=200 \"request\"", "a".repeat(65).as_str()] {
        let made = id(forged).await;
        assert!(made != forged && made.len() == 36, "{forged:?}: {made:?}");
    }
}
