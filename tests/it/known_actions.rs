//! What the secretariat may know of actions that are kept back from it, and that it and others learn no more; and the words a
//! process has for some of ours.

use crate::action_list::href;
use crate::directory::send;
use crate::harness::{Browser, Page, Portal};
use crate::overlaps::{SECRETARIAT, opened, scored, statements};
use axum::http::StatusCode;
use concert::kernel::random::Token;

const LIST: &str = "/example/actions/confidential";
/// Norland's, Southmere's; and Westmark's, which is opened to the secretariat.
const TITLES: [&str; 3] = [
    "Protection of financial investigators who work under cover",
    "Asset tracing beyond the region: casework support",
    "Relocation of witnesses between two states of the region",
];

/// One statement in the example, with the triggers' process set.
async fn run(portal: &Portal, sql: &'static str) {
    let mut connection = portal.in_process("example").await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

async fn keepers(browser: &Browser) -> Vec<String> {
    opened(browser, LIST).await.select("tbody th a.t")
}

async fn tells_no_more(portal: &Portal, page: &Page, at: &str) {
    for title in TITLES {
        assert!(!page.body.contains(title), "{at} tells a title: {title}");
        let id = portal.action("example", title).await;
        assert!(!id.is_empty() && !page.body.contains(&id), "{at} tells an id");
    }
}

#[tokio::test]
async fn the_secretariat_learns_that_it_is_there_and_whom_to_ask() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let page = opened(&secretariat, LIST).await;
    assert!(statements(&page) <= 8);
    assert_eq!(page.select("tbody th a.t"), ["Norland", "Southmere"], "{}", page.text());
    assert_eq!(page.select("td[data-label='Pillar']"), ["CRIME", "CRIME"]);
    assert_eq!(page.select("td[data-label='In the portal since']"), ["November 2026", "November 2026"]);
    let contacts = page.select("td[data-label='Contact point']");
    for (contact, words) in contacts.iter().zip([
        ["Cooperation desk of Norland", "Duty officer", "cooperation@norland.example"],
        ["Regional desk, Southmere", "Desk", "region@southmere.example"],
    ]) {
        assert!(words.iter().all(|word| contact.contains(word)), "{contact}");
    }
    tells_no_more(&portal, &page, LIST).await;
    // nor parties, beneficiaries and money
    for word in ["Ministry of the Interior of Norland", "Institute", "Bergovia", "310"] {
        assert!(!page.text().contains(word), "{word}: {}", page.text());
    }
    let csv = secretariat.get(&format!("{LIST}.csv")).await;
    assert_eq!(csv.status, StatusCode::OK, "{}", csv.text());
    for word in ["Norland", "region@southmere.example", "CRIME", "2026-11"] {
        assert!(csv.body.contains(word), "{word}: {}", csv.body);
    }
    assert!(!csv.body.contains("Westmark"), "{}", csv.body);
    tells_no_more(&portal, &csv, "the file").await;
    let book = secretariat.get(&format!("{LIST}.xlsx")).await;
    assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"), "{}", book.text());
    let noted = portal
        .lookup(
            "select count(*)::text from access_log where kind = 'export' and rows = 2 and detail like '%' || $1 || '%'",
            "Own organisation only",
        )
        .await;
    assert_eq!(noted, "2");
}

#[tokio::test]
async fn what_is_opened_merged_or_declined_is_not_listed() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let list = opened(&secretariat, "/example/actions").await;
    assert_eq!(href(&list, "a[href$='/actions/confidential']").as_deref(), Some(LIST));
    run(&portal, "delete from contact_point where email = 'region@southmere.example'").await;
    assert!(opened(&secretariat, LIST).await.text().contains("No contact point is stated."));
    run(&portal, "update action set open_to_support_group = true where title like 'Protection of financial inv%'")
        .await;
    assert_eq!(keepers(&secretariat).await, ["Southmere"]);
    run(&portal, "update action set claim = 'declined' where title like 'Asset tracing beyond the region%'").await;
    let page = opened(&secretariat, LIST).await;
    assert!(page.select("tbody tr").is_empty() && page.text().contains("There is none"), "{}", page.text());
    run(
        &portal,
        "update action set claim = 'confirmed', merged_into_id = (select b.id from action b where b.process_id = kernel.process_id()
            and b.title like 'Protection of financial inv%') where title like 'Asset tracing beyond the region%'",
    )
    .await;
    assert!(keepers(&secretariat).await.is_empty());
    run(&portal, "update action set merged_into_id = null where title like 'Asset tracing beyond the region%'").await;
    assert_eq!(keepers(&secretariat).await, ["Southmere"]);
}

#[tokio::test]
async fn nobody_else_learns_of_it() {
    let portal = Portal::start().await;
    let mut app = portal.sql("concert_app").await;
    for email in [
        "chair@example.example",
        "lead-two@example.example",
        "beneficiary-one@example.example",
        "donor@example.example",
        "observer@example.example",
    ] {
        let browser = portal.signed_in(email).await;
        for ending in ["", ".csv", ".xlsx"] {
            let page = browser.get(&format!("{LIST}{ending}")).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{email} {ending}");
            assert!(!page.body.contains("southmere.example"), "{email} {ending}");
            tells_no_more(&portal, &page, email).await;
        }
        let list = opened(&browser, "/example/actions").await;
        assert!(!list.body.contains("/actions/confidential"), "{email} is led to it");
        // nor does the view itself tell them
        let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        sqlx::query("select kernel.enter('example', $1, $2, 60)")
            .bind(token.hash())
            .bind(portal.clock.now())
            .execute(&mut *tx)
            .await
            .expect("entered");
        let seen: i64 =
            sqlx::query_scalar("select count(*) from restricted_action").fetch_one(&mut *tx).await.expect("a number");
        assert_eq!(seen, 0, "{email}");
        drop(tx);
    }
    // the secretariat of another process: not this list, and in its own nothing of this one
    let other = portal.signed_in("support-group@iisg.example").await;
    for ending in ["", ".csv", ".xlsx"] {
        assert_eq!(other.get(&format!("{LIST}{ending}")).await.status, StatusCode::NOT_FOUND, "{ending}");
    }
    let own = opened(&other, "/iisg/actions/confidential").await;
    assert!(own.text().contains("There is none") && !own.body.contains("Southmere"), "{}", own.text());
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_without_an_id() {
    let portal = Portal::start().await;
    run(
        &portal,
        "insert into action (process_id, reporting_id, title, handling, search_title, search_text)
            select kernel.process_id(), o.id, 'Kept back ' || i, 'restricted', 'kept back ' || i, 'kept back ' || i
            from organisation o cross join generate_series(1, 60) i
            where o.process_id = kernel.process_id() and o.name = 'Norland'",
    )
    .await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let first = opened(&secretariat, LIST).await;
    assert_eq!(first.select("tbody tr").len(), 50);
    assert_eq!(href(&first, "a[rel=next]"), Some(format!("{LIST}?from=50")));
    assert_eq!(href(&first, "a[rel=prev]"), None);
    let second = opened(&secretariat, &format!("{LIST}?from=50")).await;
    assert_eq!(second.select("tbody tr").len(), 12);
    assert!(second.select("tbody tr").iter().any(|row| row.contains("not stated")), "no pillar is stated");
    assert_eq!(href(&second, "a[rel=prev]"), Some(format!("{LIST}?from=0")));
    assert_eq!(href(&second, "a[rel=next]"), None);
    for hostile in ["-1", "x", "99999999999999999999", "50000000"] {
        let page = opened(&secretariat, &format!("{LIST}?from={hostile}")).await;
        assert_eq!(page.select("tbody tr").len(), 50, "{hostile}");
    }
    let past = opened(&secretariat, &format!("{LIST}?from=500")).await;
    assert!(past.text().contains("The list ends here"), "{}", past.text());
    for page in [first, second, past] {
        assert!(!page.body.contains("Kept back"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_process_has_its_own_words_for_what_is_found_and_reported() {
    let portal = scored().await;
    run(
        &portal,
        "insert into envelope (process_id, donor_id, title, kind, amount, currency, handling, updated_at)
            select o.process_id, o.id, 'Long unsaid', 'planned', 1, 'EUR', 'members', '2026-01-10 09:00+00'
            from organisation o where o.process_id = kernel.process_id() and o.name = 'Norland'",
    )
    .await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let (overlaps, coverage, envelopes) = ("/example/overlaps", "/example/coverage", "/example/envelopes");
    for (page, ours) in
        [(overlaps, "Likelihood"), (coverage, "several partners active"), (envelopes, "awaiting update")]
    {
        assert!(opened(&secretariat, page).await.text().contains(ours), "{page}");
    }
    send(
        &secretariat,
        "/example/settings/edit",
        None,
        &[
            ("word-overlap-column-likelihood", "probability"),
            ("word-matrix-several", "many at work"),
            ("word-envelope-awaits", "to be looked at"),
            ("word-progress-correct", "Ask for an amendment"),
            ("word-handling-restricted", "Keeper alone"),
        ],
    )
    .await;
    for (page, own, ours) in [
        (overlaps, "probability", "Likelihood"),
        (coverage, "Many at work: three donors or more", "everal partners active"),
        (coverage, "many at work", "everal partners active"),
        (envelopes, "to be looked at", "awaiting update"),
        (LIST, "Actions at the level “Keeper alone”", "Own organisation only"),
        ("/example/settings", "Ask for an amendment", "many partners"),
    ] {
        let text = opened(&secretariat, page).await.text();
        assert!(text.contains(own) && !text.contains(ours), "{page}: {text}");
    }
    let other = portal.signed_in("support-group@iisg.example").await;
    assert!(!opened(&other, "/iisg/overlaps").await.text().contains("probability"), "in another process");
}
