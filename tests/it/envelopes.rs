//! Envelopes: whose they are, who sees them, how much of one is tied.

use crate::harness::{Browser, Portal};
use crate::imports::{DONOR, SECRETARIAT};
use axum::http::StatusCode;

const SECOND: &str = "second-donor@example.example";
const CHAIR: &str = "chair@example.example";

async fn norland(portal: &Portal) -> String {
    portal.lookup("select o.id::text from organisation o join process p on p.id = o.process_id where o.name = $1 and p.slug = 'example'", "Norland").await
}

async fn create(portal: &Portal, browser: &Browser, title: &str, handling: &str) -> crate::harness::Page {
    let donor = norland(portal).await;
    let fields = [
        ("donor", donor.as_str()),
        ("title", title),
        ("kind", "committed"),
        ("amount", "2000000"),
        ("currency", "EUR"),
        ("first_year", "2027"),
        ("last_year", "2029"),
        ("handling", handling),
    ];
    browser.post("/example/envelopes/new", &fields).await
}

async fn address(portal: &Portal, title: &str) -> String {
    format!("/example/envelopes/{}", portal.lookup("select id::text from envelope where title = $1", title).await)
}

#[tokio::test]
async fn an_envelope_is_seen_by_its_donor_and_by_those_who_coordinate() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    assert_eq!(create(&portal, &donor, "Border line 2027", "members").await.status, StatusCode::SEE_OTHER);
    assert_eq!(create(&portal, &donor, "Held closely", "restricted").await.status, StatusCode::SEE_OTHER);
    let (open, closely) = (address(&portal, "Border line 2027").await, address(&portal, "Held closely").await);
    for (email, sees_open, sees_closely) in
        [(DONOR, 200, 200), (SECRETARIAT, 200, 404), (CHAIR, 200, 404), (SECOND, 404, 404)]
    {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&open).await.status.as_u16(), sees_open, "{email}");
        assert_eq!(browser.get(&closely).await.status.as_u16(), sees_closely, "{email}");
        let list = browser.get("/example/envelopes").await;
        assert_eq!(list.text().contains("Border line 2027"), sees_open == 200, "{email}: {}", list.text());
        assert_eq!(list.text().contains("Held closely"), sees_closely == 200, "{email}");
        let csv = browser.get("/example/envelopes.csv").await;
        assert_eq!(csv.body.contains("Border line 2027"), sees_open == 200, "{email}");
    }
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get("/example/envelopes").await.status, StatusCode::FORBIDDEN);
    // another donor's is nobody's to write
    let second = portal.signed_in(SECOND).await;
    assert_eq!(create(&portal, &second, "Not ours", "members").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(create(&portal, &secretariat, "On behalf", "members").await.status, StatusCode::SEE_OTHER);
    assert!(
        donor.get("/example").await.text().contains("open envelopes, not tied to actions: 6,000,000 EUR"),
        "{}",
        donor.get("/example").await.text()
    );
}

#[tokio::test]
async fn what_actions_are_paid_from_it_is_tied_once() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    create(&portal, &donor, "Border line 2027", "members").await;
    let open = address(&portal, "Border line 2027").await;
    let envelope = open.rsplit('/').next().expect("an id").to_owned();
    let action = portal.action("example", "Support to prevention (title").await;
    for (kind, amount) in [("committed", "300000"), ("disbursed", "100000"), ("committed", "200000")] {
        let fields = [
            ("kind", kind),
            ("amount", amount),
            ("currency", "EUR"),
            ("value_date", "2026"),
            ("envelope", envelope.as_str()),
        ];
        let added = donor.post(&format!("/example/actions/{action}/money/new"), &fields).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    }
    let page = donor.get(&open).await;
    for words in ["500,000 EUR", "1,500,000 EUR", "Support to prevention (title"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("600,000 EUR"), "what is disbursed was committed before: {}", page.text());
    // beside the figures of actions stands only what is not among them
    let home = donor.get("/example").await.text();
    assert!(home.contains("open envelope, not tied to an action: 1,500,000 EUR"), "{home}");
    // another's envelope cannot be named
    let second = portal.signed_in(SECOND).await;
    let own = portal.lookup("select min(a.id::text) from action a join organisation o on o.id = a.reporting_id join process p on p.id = a.process_id
        where p.slug = 'example' and o.name = $1", "Westmark").await;
    if !own.is_empty() {
        let fields = [("kind", "spent"), ("amount", "1"), ("currency", "EUR"), ("envelope", envelope.as_str())];
        let refused = second.post(&format!("/example/actions/{own}/money/new"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    }
}

#[tokio::test]
async fn an_envelope_is_changed_with_its_history_and_two_do_not_write_over_each_other() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    create(&portal, &donor, "Border line 2027", "members").await;
    let at = address(&portal, "Border line 2027").await;
    let edit = format!("{at}/edit");
    let opened = donor.get(&edit).await;
    let (_, first) = opened.form(Some(&edit));
    let sent = |amount: &str| -> Vec<(String, String)> {
        first.iter().map(|(n, v)| (n.clone(), if n == "amount" { amount.to_owned() } else { v.clone() })).collect()
    };
    let send = async |fields: Vec<(String, String)>| {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        donor.post_raw(&edit, &pairs).await
    };
    assert_eq!(send(sent("2500000")).await.status, StatusCode::SEE_OTHER);
    let late = send(sent("2600000")).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
    assert!(late.text().contains("2600000") && late.text().contains("2,500,000"), "{}", late.text());
    let page = donor.get(&at).await;
    assert!(page.text().contains("2,500,000 EUR") && page.text().contains("changed the envelope"), "{}", page.text());
    assert_eq!(donor.post(&format!("{at}/close"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!donor.get("/example/envelopes").await.text().contains("Border line 2027"));
    assert!(donor.get("/example/envelopes?state=closed").await.text().contains("Border line 2027"));
}

#[tokio::test]
async fn an_envelope_shows_when_it_was_said_last_and_one_click_says_it_again() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    assert_eq!(create(&portal, &donor, "Border line 2027", "members").await.status, StatusCode::SEE_OTHER);
    let at = address(&portal, "Border line 2027").await;
    assert!(!donor.get(&at).await.text().contains("awaiting update"));
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(200));
    let donor = portal.signed_in(DONOR).await;
    for page in [at.as_str(), "/example/envelopes"] {
        assert!(donor.get(page).await.text().contains("awaiting update"), "{page}");
    }
    // who reads it does not say it
    let chair = portal.signed_in(CHAIR).await;
    assert!(!chair.get(&at).await.body.contains("/confirm\""));
    assert_eq!(chair.post(&format!("{at}/confirm"), &[]).await.status, StatusCode::FORBIDDEN);
    let second = portal.signed_in(SECOND).await;
    assert_eq!(second.post(&format!("{at}/confirm"), &[]).await.status, StatusCode::NOT_FOUND);

    let version = "select version::text from envelope where title = $1";
    let before = portal.lookup(version, "Border line 2027").await;
    assert_eq!(donor.post(&format!("{at}/confirm"), &[]).await.status, StatusCode::SEE_OTHER);
    let page = donor.get(&at).await.text();
    assert!(!page.contains("awaiting update") && page.contains("confirmed that it is still true"), "{page}");
    assert_eq!(portal.lookup(version, "Border line 2027").await, before);
    // one that is closed is not awaited, and not confirmed
    donor.post(&format!("{at}/close"), &[]).await;
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(200));
    let donor = portal.signed_in(DONOR).await;
    assert_eq!(donor.post(&format!("{at}/confirm"), &[]).await.status, StatusCode::SEE_OTHER);
    let page = donor.get(&at).await;
    assert!(!page.text().contains("awaiting update") && !page.body.contains("/confirm\""), "{}", page.text());
    let said = "select count(*)::text from history where event = $1";
    assert_eq!(portal.lookup(said, "envelope-confirmed").await, "1");
}

#[tokio::test]
async fn donors_are_offered_in_the_order_of_their_names_and_not_of_their_aliases() {
    let portal = Portal::start().await;
    let offered = portal.signed_in(SECRETARIAT).await.get("/example/envelopes/new").await.select("#donor option");
    let place = |name: &str| offered.iter().position(|o| o == name).unwrap_or_else(|| panic!("{name}: {offered:?}"));
    assert!(place("Norland") < place("Norland Agency for Cooperation (NAC)"), "{offered:?}");
    assert!(place("Coastal Union (CU)") < place("Coastal Union Agency for Identity Documents (CUAID)"), "{offered:?}");
}
