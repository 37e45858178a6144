//! What an activity file says comes out once and whole: dates and organisations of which only the file knows what they are, words of
//! version 1, and amounts that were made, corrected and taken back here.

use crate::harness::{Browser, Portal};
use crate::iati_files::assert_valid;
use crate::iati_import::{activity, brought, exported, file, find};
use crate::imports::{DONOR, SECRETARIAT, apply, figures};
use axum::http::StatusCode;
use concert::features::exchange::iati::{self, Element, Stated};

fn texts(tree: &Element, name: &str) -> Vec<String> {
    let text = |e: &Element| {
        let mut text = String::new();
        iati::write(e, &mut text);
        text.trim().to_owned()
    };
    tree.named(name).map(text).collect()
}

const PAID: &str = r#"<transaction><transaction-type code="3"/><transaction-date iso-date="2026-04-01"/><value value-date="2026-04-01">700</value></transaction>"#;

/// Its only date and its only organisation are of kinds that no list has.
fn odd() -> String {
    r#"<iati-activity default-currency="EUR" xml:lang="en"><iati-identifier>XX-NORLAND-ODD</iati-identifier>
    <reporting-org ref="XX-NORLAND" type="10"><narrative>Norland</narrative></reporting-org>
    <title><narrative>Lanterns for the valley roads</narrative></title><description><narrative>D</narrative></description>
    <participating-org role="9" type="10"><narrative>Guild of lantern makers</narrative></participating-org>
    <activity-status code="2"/><activity-date type="7" iso-date="2026-01-01"/></iati-activity>"#
        .to_owned()
}

/// As version 1 of the standard had it, in a file of version 2.
fn old() -> String {
    activity(
        "XX-NORLAND-OLD",
        "Bells for the harbour watch",
        r#"<activity-status code="2"/><activity-date type="START-ACTUAL" iso-date="2026-02-01"/><activity-date type="end-planned" iso-date="2027-01-31"/>
        <participating-org role="IMPLEMENTING" type="10"><narrative>Southmere Development Office</narrative></participating-org>
        <transaction><transaction-type code="D"/><transaction-date iso-date="2026-05-01"/><value value-date="2026-05-01">90</value></transaction>"#,
    )
}

#[tokio::test]
async fn what_only_the_file_knows_goes_out_and_is_counted_among_what_does() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "odd.xml", file(&[odd(), old()]).as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "new 2");
    apply(&portal, &donor, &address).await;
    let (body, read) = exported(&donor).await;
    assert_valid(&body);
    let part = find(&read, "XX-NORLAND-ODD");
    assert_eq!(texts(part, "activity-date"), [r#"<activity-date type="7" iso-date="2026-01-01"/>"#]);
    assert!(texts(part, "participating-org")[0].contains("Guild of lantern makers"));
    // the page before the file promises as many as are in it
    for query in ["", "q=lanterns"] {
        let page = donor.get(&format!("/example/actions.xml?{query}")).await;
        let n = page.body.matches("<iati-activity ").count() + page.body.matches("<iati-activity>").count();
        let said = if n == 1 { "One action is in the file".to_owned() } else { format!("{n} actions are in the file") };
        let ask = donor.get(&format!("/example/actions/iati?{query}")).await.text();
        assert!(ask.contains(&said), "{query}: {said}: {ask}");
    }

    // words of version 1 are read, and come out as they came
    let facts = portal
        .lookup(
            "select concat_ws('|', a.actual_start, a.planned_end, (select string_agg(p.role || ' ' || o.name, ', ' order by p.role) from action_party p
                    join organisation o on o.id = p.organisation_id where p.action_id = a.id),
                (select string_agg(c.kind || ' ' || c.amount, ', ') from contribution c where c.action_id = a.id))
             from action a where a.reference = $1",
            "XX-NORLAND-OLD",
        )
        .await;
    assert_eq!(facts, "2026-02-01|2027-01-31|funding Norland, implementing Southmere Development Office|disbursed 90");
    let part = find(&read, "XX-NORLAND-OLD");
    assert_eq!(
        texts(part, "activity-date"),
        [
            r#"<activity-date type="START-ACTUAL" iso-date="2026-02-01"/>"#,
            r#"<activity-date type="end-planned" iso-date="2027-01-31"/>"#
        ]
    );
    assert!(texts(part, "participating-org").iter().any(|t| t.contains(r#"role="IMPLEMENTING""#)));
    assert_eq!(texts(part, "transaction").len(), 1);
    let (_, again) = brought(&portal, DONOR, "again.xml", file(&[odd(), old()]).as_bytes()).await;
    assert_eq!(figures(&portal, &again).await, "unchanged 2");
}

/// The id of the amount that a file has brought.
async fn made(portal: &Portal, amount: &str) -> String {
    portal
        .lookup(
            "select c.id::text from contribution c join action a on a.id = c.action_id
                where a.reference = 'XX-NORLAND-PAID' and c.origin = 'iati' and c.amount = $1::numeric",
            amount,
        )
        .await
}

const EVERY: &str = "select md5(string_agg(c::text, E'\\n' order by c.id)) from contribution c join process p on p.id = c.process_id where p.slug = $1";

/// Amounts of the activity in a file of the portal's own, by type.
fn amounts(read: &[Element]) -> Vec<String> {
    let part = find(read, "XX-NORLAND-PAID");
    let mut all: Vec<String> = Stated(part).transactions().map(|t| format!("{} {}", t.kind, t.sum.amount)).collect();
    all.sort();
    all
}

async fn unchanged(portal: &Portal, browser: &Browser, email: &str, own: &str) {
    let (_, address) = brought(portal, email, "own.xml", own.as_bytes()).await;
    let found = figures(portal, &address).await;
    let changed = browser.get(&format!("{address}?show=changed")).await.text();
    assert!(found.starts_with("unchanged ") && !found.contains(','), "{email}: {found}\n{changed}");
    // nor where it is taken in all the same
    let before = portal.lookup(EVERY, "example").await;
    apply(portal, browser, &address).await;
    assert_eq!(portal.lookup(EVERY, "example").await, before, "{email}");
}

#[tokio::test]
async fn each_amount_goes_out_once_and_ones_own_file_changes_none() {
    let portal = Portal::start().await;
    let paid = |amount: &str, day: &str| PAID.replace(">700<", &format!(">{amount}<")).replace("2026-04-01", day);
    let rest = format!(
        r#"<activity-status code="2"/><activity-date type="1" iso-date="2026-01-01"/><activity-date type="3" iso-date="2026-12-31"/>
        <budget><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/><value value-date="2026-01-01">5000</value></budget>
        {}{}{}<result type="1"><title><narrative>Lamps lit</narrative></title><indicator measure="1"><title><narrative>Lamps</narrative></title></indicator></result>"#,
        paid("700", "2026-04-01"),
        paid("800", "2026-05-01"),
        paid("900", "2026-06-01")
    );
    let bytes = file(&[activity("XX-NORLAND-PAID", "Lamps for the harbour", &rest)]);
    let (donor, address) = brought(&portal, DONOR, "paid.xml", bytes.as_bytes()).await;
    apply(&portal, &donor, &address).await;
    let (body, read) = exported(&donor).await;
    assert_eq!(amounts(&read), ["3 700", "3 800", "3 900"], "what was made of them does not stand beside them");
    assert_valid(&body);
    unchanged(&portal, &donor, DONOR, &body).await;

    let money = format!("/example/actions/{}/money", portal.action("example", "Lamps for the harbour").await);
    // one is put right, one is taken back, one more is entered
    let corrected = [
        ("kind", "disbursed"),
        ("amount", "750"),
        ("currency", "EUR"),
        ("value_date", "2026-04-01"),
        ("why", "A bank charge"),
    ];
    let saved = donor.post(&format!("{money}/{}", made(&portal, "700").await), &corrected).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let back = [("withdraw_why", "Booked elsewhere")];
    let saved = donor.post(&format!("{money}/{}/withdraw", made(&portal, "800").await), &back).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let entered = [("kind", "spent"), ("amount", "60"), ("currency", "EUR"), ("value_date", "2026-07-01")];
    let saved = donor.post(&format!("{money}/new"), &entered).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let (body, read) = exported(&donor).await;
    assert_eq!(amounts(&read), ["3 750", "3 900", "4 60"], "what was put right stands in its place");
    assert_valid(&body);
    // results of the source stay its own words, whatever figures the portal has of its plans
    assert_eq!(Stated(find(&read, "XX-NORLAND-PAID")).results().len(), 1);
    unchanged(&portal, &donor, DONOR, &body).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let all = secretariat.get("/example/actions.xml").await;
    assert_eq!(all.status, StatusCode::OK);
    unchanged(&portal, &secretariat, SECRETARIAT, &all.body).await;
    // and the source's file once more brings nothing back
    let (_, address) = brought(&portal, DONOR, "paid.xml", bytes.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "unchanged 1");
}
