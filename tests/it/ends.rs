//! No page is a dead end: where there is nothing, or nothing may be done, it offers the next step that its reader may really take.

use crate::directory::{organisation, send};
use crate::directory_members::member;
use crate::harness::{Browser, Page, Portal};
use crate::imports::{HEADS, apply, brought, work};
use axum::http::StatusCode;

const SECRETARIAT: &str = "support-group@example.example";
const LEAD: &str = "lead-one@example.example";
const DONOR: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";
const NOWHERE: &str = "01990000-0000-7000-8000-000000000000";

/// Where the links of a page lead.
fn ways(page: &Page, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("selector");
    page.html().select(&selector).filter_map(|a| a.value().attr("href")).map(str::to_owned).collect()
}

async fn opened(browser: &Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
    page
}

/// Where an empty page leads on to; each way is open to this reader.
async fn on(browser: &Browser, path: &str) -> Vec<String> {
    let page = opened(browser, path).await;
    assert!(!page.select("main .empty").is_empty(), "{path} is not empty: {}", page.text());
    let ways = ways(&page, "main .empty a");
    for way in ways.iter().filter(|way| way.starts_with('/')) {
        opened(browser, way).await;
    }
    ways
}

#[tokio::test]
async fn the_homes_of_chair_and_observer_offer_what_they_may_do() {
    let portal = Portal::start().await;
    let chair = ["/example/packs", "/example/meetings/new?body=board", "/example/decisions/new"].as_slice();
    let observer = ["/example/plans", "/example/meetings?view=month"].as_slice();
    for (email, expected) in [("chair@example.example", chair), (OBSERVER, observer)] {
        let browser = portal.signed_in(email).await;
        let acts = ways(&opened(&browser, "/example").await, "main .head .acts-line a");
        assert_eq!(acts, expected, "{email}");
        for act in &acts {
            opened(&browser, act).await;
        }
    }
}

#[tokio::test]
async fn a_list_of_members_waits_for_its_focal_point_until_it_is_confirmed() {
    let portal = Portal::start().await;
    let waits =
        async |email: &str| portal.signed_in(email).await.get("/example").await.select("#awaited li").join("\n");
    let said = "Confirm the list of members of Norland";
    let list = waits(DONOR).await;
    assert!(list.contains(said) && list.contains("by 1 July 2026"), "{list}");
    assert!(waits("beneficiary-one@example.example").await.contains("Confirm the list of members of Arvania"));
    for other in [SECRETARIAT, "chair@example.example", LEAD, OBSERVER] {
        assert!(!waits(other).await.contains("Confirm the list"), "{other}");
    }
    // nobody but its focal point
    let focal = "update membership set focal_point = $2 where id::text = $1";
    let own = member(&portal, DONOR).await;
    for (mark, shown) in [(false, false), (true, true)] {
        let changed = sqlx::query(focal).bind(&own).bind(mark).execute(&mut portal.superuser().await).await;
        assert_eq!(changed.expect("changed").rows_affected(), 1);
        assert_eq!(waits(DONOR).await.contains(said), shown, "focal point: {mark}");
    }
    let donor = portal.signed_in(DONOR).await;
    send(&donor, "/example/members", Some("/confirm"), &[]).await;
    assert!(!waits(DONOR).await.contains(said), "{}", waits(DONOR).await);
    // half a year later it is due again
    portal.clock.set("2027-05-24T09:00:00Z".parse().expect("a moment"));
    assert!(waits(DONOR).await.contains("by 24 May 2027"), "{}", waits(DONOR).await);
}

#[tokio::test]
async fn the_way_back_to_a_list_keeps_its_filters() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let action = "select min(a.id::text) from action a join process p on p.id = a.process_id
        where p.slug = $1 and a.handling = 'public' and a.merged_into_id is null";
    let need = "select min(n.id::text) from need n join process p on p.id = n.process_id
        where p.slug = $1 and n.state = 'submitted' and n.handling = 'members'";
    for (list, id) in [
        ("/example/actions", portal.lookup(action, "example").await),
        ("/example/needs", portal.lookup(need, "example").await),
    ] {
        let page = format!("{list}/{id}");
        let back = async |from: &str| {
            let page = secretariat.get_from(&page, from).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
            ways(&page, "nav.crumbs a").remove(0)
        };
        let narrowed = format!("{list}?beneficiary=XA&sort=title");
        assert_eq!(back(&format!("http://concert.test{narrowed}")).await, narrowed);
        for from in [
            // without a filter, with what was done there, from another page or another place
            format!("http://concert.test{list}"),
            format!("http://concert.test{list}?beneficiary=XA&done=action-confirmed"),
            "http://concert.test/example/overlaps?state=open".to_owned(),
            "http://concert.test/iisg/actions?beneficiary=XA".to_owned(),
            format!("http://concert.test.evil.example{narrowed}"),
            format!("https://evil.example{narrowed}"),
        ] {
            assert_eq!(back(&from).await, list, "{from}");
        }
        assert_eq!(ways(&opened(&secretariat, &page).await, "nav.crumbs a")[0], list);
    }
}

/// The refusal that speaks of a record's page leads there, whether there is such a record or not.
#[tokio::test]
async fn a_refusal_that_speaks_of_the_records_page_leads_there() {
    let portal = Portal::start().await;
    let sql = "select min(a.id::text) from action a join process p on p.id = a.process_id
        where p.slug = $1 and a.handling = 'public' and a.merged_into_id is null";
    let seen = portal.lookup(sql, "example").await;
    let way_on = async |email: &str, path: &str| {
        let page = portal.signed_in(email).await.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.text());
        ways(&page, ".problem a.btn")
    };
    for id in [seen.as_str(), NOWHERE] {
        let record = format!("/example/actions/{id}");
        assert_eq!(way_on(OBSERVER, &format!("{record}/edit?draft=1")).await, [record.as_str(), "/example"], "{id}");
    }
    let plan = format!("/example/plans/{NOWHERE}");
    assert_eq!(way_on(DONOR, &format!("{plan}/edit")).await, [plan.as_str(), "/example"]);
    // who may not remark is not sent there to do it; what names no record leads to none
    assert_eq!(way_on(OBSERVER, &format!("{plan}/edit")).await, ["/example"]);
    assert_eq!(way_on(DONOR, "/example/plans/new").await, ["/example"]);
    assert_eq!(way_on(OBSERVER, "/example/actions/none-such/edit").await, ["/example"]);
    assert_eq!(way_on(DONOR, "/example/settings").await, ["/example"]);
}

#[tokio::test]
async fn an_address_of_a_letter_keeps_its_at() {
    let portal = Portal::start().await;
    let own = organisation(&portal, "example", "Norland").await;
    let donor = portal.signed_in(DONOR).await;
    let form = format!("/example/organisations/{own}/contacts/new");
    send(&donor, &form, None, &[("name", "Desk nine"), ("email", "desk.nine+portal@norland.example")]).await;
    let link = "mailto:desk.nine+portal@norland.example";
    let page = opened(&donor, &format!("/example/organisations/{own}")).await;
    assert!(ways(&page, "main a[href^='mailto:']").iter().any(|way| way == link), "{}", page.body);
    let sql = "select min(a.id::text) from action a where a.reporting_id::text = $1 and a.merged_into_id is null";
    let action = portal.lookup(sql, &own).await;
    let page = opened(&donor, &format!("/example/actions/{action}")).await;
    assert!(ways(&page, "main a[href^='mailto:']").iter().any(|way| way == link), "{}", page.body);
}

#[tokio::test]
async fn a_file_that_failed_or_was_taken_back_can_be_brought_again() {
    let portal = Portal::start().await;
    let again = |page: &Page| ways(page, "#import-state section a.btn");
    let (donor, address) = brought(&portal, DONOR, "ours.xlsx", b"PK\x03\x04 no workbook at all").await;
    let page = opened(&donor, &address).await;
    assert_eq!(again(&page), ["/example/imports"], "{}", page.text());
    let file = format!("{HEADS}\r\nRadio links;NL-77;Norland;XA;Planned;2027;\r\n");
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert!(again(&opened(&donor, &address).await).is_empty());
    apply(&portal, &donor, &address).await;
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    let page = opened(&donor, &address).await;
    assert_eq!(again(&page), ["/example/imports"], "{}", page.text());
}

#[tokio::test]
async fn an_empty_page_says_who_can_begin_and_offers_it_to_them() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@iisg.example").await;
    let partner = portal.signed_in("commission@iisg.example").await;
    let albania = portal.signed_in("albania@iisg.example").await;
    // no mapping cycle
    assert_eq!(on(&secretariat, "/iisg/needs").await, ["/iisg/needs/cycles"]);
    assert!(on(&partner, "/iisg/needs").await.is_empty());
    // nothing fits a filter, and no filter
    assert_eq!(on(&partner, "/iisg/coverage/missing?beneficiary=AL").await, ["/iisg/coverage/missing"]);
    assert_eq!(on(&partner, "/iisg/coverage/missing").await, ["/iisg/coverage?by=themes&show=actions"]);
    let ways = on(&partner, "/iisg/coverage?at=2026-01-01").await;
    assert_eq!(ways, ["/iisg/coverage?by=themes&show=actions", "/iisg/coverage"]);
    // strategies: whoever may not enter one is told to whom it is sent
    let whom = "/iisg/members?role=support_group";
    assert_eq!(on(&albania, "/iisg/strategies").await, [whom]);
    assert_eq!(on(&albania, "/iisg/strategies?beneficiary=AL").await, ["/iisg/strategies", whom]);
    assert!(!opened(&albania, whom).await.select("main tbody tr").is_empty(), "nobody is named there");
    assert!(on(&partner, "/iisg/strategies").await.is_empty() && on(&secretariat, "/iisg/strategies").await.is_empty());
    // suggested changes
    assert_eq!(on(&partner, "/iisg/suggestions").await, ["/iisg/actions"]);
    assert_eq!(on(&partner, "/iisg/suggestions?whose=mine").await, ["/iisg/suggestions"]);
    let none = opened(&partner, "/iisg/suggestions?whose=mine").await;
    assert!(none.text().contains("No matching suggestions"), "{}", none.text());
}

#[tokio::test]
async fn where_the_boards_rule_is_not_set_those_who_set_it_are_led_there() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@iisg.example").await;
    let fields =
        [("subject_kind", "methodology"), ("subject_label", "A rule"), ("title", "A rule"), ("procedure", "meeting")];
    let place = send(&secretariat, "/iisg/decisions/new", None, &fields).await;
    let place = place.split('?').next().expect("an address");
    let link = "main a[href='/iisg/settings/edit#board']";
    for path in [place.to_owned(), format!("{place}/open")] {
        assert_eq!(opened(&secretariat, &path).await.select(link).len(), 1, "{path}");
        let chair = portal.signed_in("chair@iisg.example").await;
        assert!(opened(&chair, &path).await.select(link).is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_plan_without_anything_leads_its_writers_on() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = crate::plans::blank(&portal, &lead).await;
    let edit = format!("{plan}/edit");
    for tab in ["timeline", "matrix", "results"] {
        assert_eq!(on(&lead, &format!("{plan}/{tab}")).await, [edit.as_str()], "{tab}");
    }
    crate::plans::add(&lead, &plan, "An objective").await;
    assert_eq!(on(&lead, &format!("{plan}/timeline")).await, [plan.as_str()]);
    // what a filter hides is not called unlinked
    let observer = portal.signed_in(OBSERVER).await;
    let plan = crate::plans::plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    assert!(!opened(&observer, &format!("{plan}/timeline")).await.select("main tbody tr").is_empty());
    let hidden = format!("{plan}/timeline?donor={NOWHERE}");
    assert_eq!(on(&observer, &hidden).await, ["?"]);
    let page = opened(&observer, &hidden).await.text();
    assert!(page.contains("No matching actions") && !page.contains("appear here"), "{page}");
}

#[tokio::test]
async fn a_link_that_has_ended_leads_to_a_new_one() {
    let portal = Portal::start().await;
    for (path, first) in [("/password/reset/x", "/password/forgotten"), ("/invitation/x", "/sign-in")] {
        let page = portal.visitor().get(path).await;
        assert_eq!(page.status, StatusCode::GONE, "{}", page.text());
        assert_eq!(ways(&page, "main .acts-line a.main"), [first], "{path}");
        assert_eq!(page.select("main a[href='/password/forgotten']"), ["Ask for a new link"], "{path}");
    }
}
