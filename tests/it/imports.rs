//! A file brought in: seen before anything changes, taken in as a whole, taken back.

use crate::harness::{Browser, Page, Portal};
use crate::jobs::process;
use axum::http::{Method, StatusCode};
use concert::kernel::job::{Job, Jobs, Task};

pub const DONOR: &str = "donor@example.example";
pub const SECRETARIAT: &str = "support-group@example.example";
pub const HEADS: &str = "Title;Reference;Donor;Beneficiary;State;Planned start;Stated total";

/// The organisation of an account.
pub async fn organisation(portal: &Portal, email: &str) -> String {
    portal
        .lookup(
            "select min(m.organisation_id::text) from membership m join account a on a.id = m.account_id
                join process p on p.id = m.process_id where a.email = $1 and p.slug = 'example'",
            email,
        )
        .await
}

/// Sends the form that brings a file, as a browser does.
pub async fn send(browser: &Browser, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Page {
    send_to(browser, "/example/imports", fields, file).await
}

/// The same, of another form.
pub async fn send_to(browser: &Browser, to: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Page {
    let token = browser.form_token().await;
    let mut body = Vec::new();
    for (name, value) in [("form_token", token.as_str())].iter().chain(fields) {
        body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((name, bytes)) = file {
        body.extend(
            format!("--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n")
                .bytes(),
        );
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--XX--\r\n");
    browser.send(Method::POST, to, Some("multipart/form-data; boundary=XX"), body).await
}

/// Does what the worker would, once.
pub async fn work(portal: &Portal, address: &str) {
    let mut jobs = Jobs::default();
    concert::features::jobs(&mut jobs);
    let id = address.rsplit('/').next().expect("an id");
    let payload = serde_json::json!({ "process": process(portal, "example").await.to_string(), "import": id });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload).expect("a payload"),
    };
    jobs.run(Task::Import, job).await.expect("the job");
}

/// Brings a file and lets it be read; answers the address of its import.
pub async fn brought(portal: &Portal, email: &str, name: &str, bytes: &[u8]) -> (Browser, String) {
    let browser = portal.signed_in(email).await;
    let own = organisation(portal, email).await;
    let page =
        send(&browser, &[("organisation", &own), ("handling", "members"), ("pillar", "")], Some((name, bytes))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let address = page.location.expect("an address");
    work(portal, &address).await;
    (browser, address)
}

/// What stands in a row of the preview: verdict, and the whole of it.
pub fn row(page: &Page, row: u32) -> String {
    page.select(&format!("#row-{row}")).pop().unwrap_or_else(|| panic!("no row {row}: {}", page.text()))
}

pub async fn figures(portal: &Portal, address: &str) -> String {
    let id = address.rsplit('/').next().expect("an id").to_owned();
    portal
        .lookup(
            "select string_agg(n, ', ' order by n) from (select verdict || ' ' || count(*) as n from import_row
                where import_id::text = $1 group by verdict) x",
            &id,
        )
        .await
}

pub async fn apply(portal: &Portal, browser: &Browser, address: &str) -> Page {
    let page = browser.post(&format!("{address}/apply"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    work(portal, address).await;
    browser.get(address).await
}

async fn count(portal: &Portal, title: &str) -> String {
    portal.lookup("select count(*)::text from action where title = $1 and withdrawn_at is null", title).await
}

pub fn table(rows: &[&str]) -> Vec<u8> {
    format!("{HEADS}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
}

#[tokio::test]
async fn a_donor_sees_mends_takes_in_and_takes_back() {
    let portal = Portal::start().await;
    let file = table(&[
        "Radio links for mountain posts;NL-77;Norland;XA;Planned;March 2027;1.5 mio EUR",
        "A second line of rescue boats;NL-78;Norland;Nowhere;Perhaps;31.2.2027;2 000 EUR",
        "Training of financial investigators in four jurisdictions (FIT-4);;Norland;XA, Elsewhere;;;",
        "Training financial investigators in four jurisdictions (FIT-4), Arvania, Kestria*, Lumenia, Tarvis;;Norland;XA; XE;ongoing;2026",
    ]);
    let (donor, address) = brought(&portal, DONOR, "ours.csv", &file).await;
    assert_eq!(count(&portal, "Radio links for mountain posts").await, "0", "nothing before it is said");
    let page = donor.get(&address).await;
    let first = row(&page, 2);
    assert!(first.contains("new") && first.contains("March 2027") && first.contains("1,500,000"), "{first}");
    let wrong = row(&page, 3);
    for words in ["wrong", "“Nowhere” is not a beneficiary", "“Perhaps” is not a status", "31"] {
        assert!(wrong.contains(words), "{words}: {wrong}");
    }
    // the mistakes are mended where they stand
    let (_, fields) = page.form(Some("/rows"));
    let cells: Vec<&String> = fields.iter().map(|(name, _)| name).filter(|n| n.starts_with("cell-3-")).collect();
    assert_eq!(cells.len(), 3, "{fields:?}");
    let fill = [("cell-3-3", "Kestria"), ("cell-3-4", "Planned"), ("cell-3-5", "28.2.2027")];
    let kept = donor.submit(&address, Some("/rows"), &fill).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let page = donor.get(&address).await;
    let mended = row(&page, 3);
    assert!(mended.contains("new") && mended.contains("28 February 2027") && mended.contains("Kestria*"), "{mended}");
    let listed = row(&page, 4);
    assert!(listed.contains("wrong") && listed.contains("XA, Elsewhere"), "commas stand in names: {listed}");

    let done = apply(&portal, &donor, &address).await;
    assert!(done.text().contains("The chosen rows have been imported"), "{}", done.text());
    assert_eq!(count(&portal, "Radio links for mountain posts").await, "1");
    let action = portal.action("example", "Radio links for mountain posts").await;
    let facts = portal
        .lookup(
            "select o.name || '|' || a.handling || '|' || a.planned_start_precision || '|' || a.stated_total || '|' || a.claim
                || '|' || (a.last_confirmed_at is not null) || '|' || a.reference || '|' || (select string_agg(b.code, ',')
                    from action_beneficiary x join beneficiary b on b.id = x.beneficiary_id where x.action_id = a.id)
             from action a join organisation o on o.id = a.reporting_id where a.id::text = $1",
            &action,
        )
        .await;
    assert_eq!(facts, "Norland|members|month|1500000|confirmed|true|NL-77|XA");
    let history = donor.get(&format!("/example/actions/{action}")).await.text();
    assert!(history.contains("added the action"), "{history}");

    // the same file once more changes nothing
    let (_, again) = brought(&portal, DONOR, "ours.csv", &file).await;
    let page = donor.get(&again).await;
    assert!(row(&page, 2).contains("unchanged"), "{}", row(&page, 2));
    assert_eq!(donor.post(&format!("{again}/drop"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.get(&again).await.status, StatusCode::NOT_FOUND);

    // somebody builds on one of them: that one stays
    let boats = portal.action("example", "A second line of rescue boats").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let said = secretariat
        .post(&format!("/example/actions/{boats}/remarks"), &[("remark", "Good news."), ("remark_handling", "members")])
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    let page = donor.get(&address).await;
    assert!(row(&page, 2).contains("undone"), "{}", row(&page, 2));
    assert!(row(&page, 3).contains("Somebody has remarked on it"), "{}", row(&page, 3));
    assert_eq!(count(&portal, "Radio links for mountain posts").await, "0");
    assert_eq!(count(&portal, "A second line of rescue boats").await, "1");
    for browser in [&donor, &secretariat] {
        assert_eq!(browser.get(&format!("/example/actions/{action}")).await.status, StatusCode::NOT_FOUND);
        let list = browser.get("/example/actions?q=radio+links").await.text();
        assert!(!list.contains("Radio links for mountain posts"), "{list}");
    }
    // and comes in again as new
    let (_, third) = brought(&portal, DONOR, "ours.csv", &file).await;
    assert!(row(&donor.get(&third).await, 2).contains("new"));
}

#[tokio::test]
async fn what_may_be_here_already_is_asked_about_and_can_be_said_to_be_the_same() {
    let portal = Portal::start().await;
    let title = "FIT4 – financial investigators trained (Arvania, Kestria*, Lumenia, Tarvis)";
    let file = format!(
        "Title,Donor,Implementer,Beneficiary,State,Start,End,Total,Currency\r\n\"{title}\",Norland,,Arvania; Kestria; Lumenia; Tarvis,ongoing,2026-01,2026-12,640000,EUR\r\n"
    );
    let (donor, address) = brought(&portal, DONOR, "fit.csv", file.as_bytes()).await;
    let page = donor.get(&address).await;
    let asked = row(&page, 2);
    assert!(asked.contains("may be here already") && asked.contains("likelihood"), "{asked}");
    assert!(page.text().contains("1 row has not been decided"), "{}", page.text());
    let before = portal.lookup("select count(*)::text from action where $1 = ''", "").await;
    // undecided rows stay out
    let (_, fields) = page.form(Some("/rows"));
    assert!(fields.iter().any(|(name, value)| name == "row-2" && value.is_empty()), "{fields:?}");
    let same = portal.action("example", "FIT4").await;
    let choice = format!("same:{same}");
    assert_eq!(donor.submit(&address, Some("/rows"), &[("row-2", &choice)]).await.status, StatusCode::SEE_OTHER);
    let done = apply(&portal, &donor, &address).await;
    assert_eq!(portal.lookup("select count(*)::text from action where $1 = ''", "").await, before);
    let outcome = row(&done, 2);
    assert!(outcome.contains("left out") || outcome.contains("changed"), "{outcome}");
}

#[tokio::test]
async fn a_name_with_a_slip_is_asked_about_and_not_assumed() {
    let portal = Portal::start().await;
    let file = table(&["A second line of rescue boats;NL-80;Norlnd;Arvaina;Planned;2027;"]);
    let (donor, address) = brought(&portal, DONOR, "ours.csv", &file).await;
    let told = row(&donor.get(&address).await, 2);
    for words in ["wrong", "Did you mean “Norland”?", "Did you mean “Arvania”?"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[tokio::test]
async fn a_row_that_stays_says_what_stands_on_it() {
    let portal = Portal::start().await;
    let file = table(&[
        "Radio links for mountain posts;NL-79;Norland;XA;Planned;2027;",
        "A second line of rescue boats;NL-80;Norland;XA;Planned;2027;",
    ]);
    let (donor, address) = brought(&portal, DONOR, "ours.csv", &file).await;
    apply(&portal, &donor, &address).await;
    // an amount touches its action, and is more than that
    let links = portal.action("example", "Radio links for mountain posts").await;
    let amount = [("kind", "planned"), ("amount", "5000"), ("currency", "EUR")];
    let entered = donor.post(&format!("/example/actions/{links}/money/new"), &amount).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    let page = donor.get(&address).await;
    assert!(row(&page, 2).contains("Money has been entered"), "{}", row(&page, 2));
    assert!(row(&page, 3).contains("undone"), "{}", row(&page, 3));
    assert_eq!(count(&portal, "Radio links for mountain posts").await, "1");
}

#[tokio::test]
async fn what_was_edited_here_since_is_a_conflict() {
    let portal = Portal::start().await;
    let file =
        |state: &str| table(&[&format!("Radio links for mountain posts;NL-77;Norland;XA;{state};2027;5000 EUR")]);
    let (donor, address) = brought(&portal, DONOR, "ours.csv", &file("Planned")).await;
    apply(&portal, &donor, &address).await;
    let action = portal.action("example", "Radio links").await;
    let edit = format!("/example/actions/{action}/edit");
    let saved = crate::action_record::save(&donor, &edit, &[("status", "ongoing")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let (_, second) = brought(&portal, DONOR, "ours.csv", &file("Planned")).await;
    let page = donor.get(&second).await;
    let asked = row(&page, 2);
    assert!(
        asked.contains("in conflict") && asked.contains("Edited here since it was last imported: Status"),
        "{asked}"
    );
    assert_eq!(donor.submit(&second, Some("/rows"), &[("row-2", "take")]).await.status, StatusCode::SEE_OTHER);
    let status = "select status from action where id::text = $1";
    // between the look and the taking in somebody edits once more: nothing is taken in, and it is looked at again
    let saved = crate::action_record::save(&donor, &edit, &[("status", "suspended")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = apply(&portal, &donor, &second).await;
    assert!(page.text().contains("one of the rows has been edited here since you checked"), "{}", page.text());
    assert_eq!(portal.lookup(status, &action).await, "suspended");
    assert_eq!(donor.submit(&second, Some("/rows"), &[("row-2", "take")]).await.status, StatusCode::SEE_OTHER);
    apply(&portal, &donor, &second).await;
    assert_eq!(portal.lookup(status, &action).await, "planned");
    // taken back, the record is as it was before this import
    assert_eq!(donor.post(&format!("{second}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &second).await;
    assert_eq!(portal.lookup(status, &action).await, "suspended");
    // the first cannot be taken back any more: the action has been edited since
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    assert!(row(&donor.get(&address).await, 2).contains("It has been edited since"));
}

#[tokio::test]
async fn the_lists_own_files_and_the_template_come_back_unchanged() {
    let portal = Portal::start().await;
    for (email, ending) in [(SECRETARIAT, "xlsx"), (SECRETARIAT, "csv"), (DONOR, "xlsx")] {
        let browser = portal.signed_in(email).await;
        let file = browser.get(&format!("/example/actions.{ending}")).await;
        assert_eq!(file.status, StatusCode::OK);
        let (_, address) = brought(&portal, email, &format!("list.{ending}"), &file.bytes).await;
        let found = figures(&portal, &address).await;
        let wrong = browser.get(&format!("{address}?show=wrong")).await.text();
        let changed = browser.get(&format!("{address}?show=changed")).await.text();
        assert!(
            found.starts_with("unchanged ") && !found.contains(','),
            "{email} {ending}: {found}\n{wrong}\n{changed}"
        );
    }
    let browser = portal.signed_in(DONOR).await;
    let template = browser.get("/example/imports/template.xlsx").await;
    assert_eq!(template.status, StatusCode::OK);
    let (_, address) = brought(&portal, DONOR, "template.xlsx", &template.bytes).await;
    assert_eq!(figures(&portal, &address).await, "");
    assert!(browser.get(&address).await.text().contains("preview"), "{}", browser.get(&address).await.text());
}
