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
    let page = browser.get(path).await;
    assert_eq!(page.status.as_u16(), status, "{path}: {}", page.text());
    let nav = ways_on(&page, "nav.nav a");
    assert!(nav.contains(&"/example/actions".to_owned()), "{path} leads nowhere: {nav:?}");
    assert_eq!(ways_on(&page, ".problem a.btn"), ["/example"], "{path}");
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
