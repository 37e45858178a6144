//! IATI activity files brought in: the real ones come in whole, twice is once, what has no field here comes out again.

use crate::harness::{Browser, Page, Portal};
use crate::iati_files::{activities, all, assert_valid, shared};
use crate::imports::{DONOR, SECRETARIAT, apply, figures, organisation, row, send, work};
use axum::http::StatusCode;
use concert::features::exchange::command::{self, Asked};
use concert::features::exchange::iati::{self, Element, Stated};
use std::io::Write;

/// Brings a file at the usual level, and lets it be read.
pub async fn brought(portal: &Portal, email: &str, name: &str, bytes: &[u8]) -> (Browser, String) {
    let browser = portal.signed_in(email).await;
    let own = organisation(portal, email).await;
    let page = send(&browser, &[("organisation", &own), ("handling", ""), ("pillar", "")], Some((name, bytes))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let address = page.location.expect("an address");
    work(portal, &address).await;
    (browser, address)
}

async fn undo(portal: &Portal, browser: &Browser, address: &str) -> Page {
    assert_eq!(browser.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(portal, address).await;
    browser.get(address).await
}

async fn kept(portal: &Portal, identifier: &str) -> String {
    portal.lookup("select min(content) from action_kept where identifier = $1", identifier).await
}

pub fn file(activities: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<iati-activities version=\"2.03\">\n{}\n</iati-activities>",
        activities.join("\n")
    )
}

pub fn activity(identifier: &str, title: &str, rest: &str) -> String {
    format!(
        r#"<iati-activity default-currency="EUR" xml:lang="en"><iati-identifier>{identifier}</iati-identifier>
        <reporting-org ref="XX-NORLAND" type="10"><narrative>Norland</narrative></reporting-org>
        <title><narrative>{title}</narrative><narrative xml:lang="fr">En français : {identifier}</narrative></title>
        <description type="2"><narrative>Objectives of {identifier}</narrative></description>
        <participating-org role="1" type="10"><narrative>Kingdom of Norland</narrative></participating-org>{rest}</iati-activity>"#
    )
}

/// A part that stands before its whole.
fn two() -> String {
    let part = activity(
        "XX-NORLAND-2",
        "Radio links for mountain posts",
        r#"<participating-org role="4" ref="XX-MASTS-7" type="70"><narrative>Masts and Sons</narrative></participating-org>
        <activity-status code="2"/><activity-date type="1" iso-date="2026-03-01"/><activity-date type="3" iso-date="2026-02-01"/>
        <recipient-country code="XA" percentage="60"/><recipient-country code="UA" percentage="40"/>
        <sector vocabulary="1" code="15137"/>
        <budget><period-start iso-date="2026-03-01"/><period-end iso-date="2026-12-31"/><value value-date="2026-03-01">5000</value></budget>
        <transaction><transaction-type code="3"/><transaction-date iso-date="2026-04-01"/><value value-date="2026-04-01">700</value></transaction>
        <related-activity ref="XX-NORLAND-1" type="1"/>
        <result type="1"><title><narrative>Posts linked</narrative></title><indicator measure="1"><title><narrative>Posts</narrative></title></indicator></result>"#,
    );
    let whole = activity(
        "XX-NORLAND-1",
        "Safer mountains",
        r#"<activity-status code="1"/><activity-date type="1" iso-date="2026-01-01"/><recipient-country code="XA" percentage="100"/><nonsense/>"#,
    );
    file(&[part, whole])
}

pub async fn exported(browser: &Browser) -> (String, Vec<Element>) {
    let page = browser.get("/example/actions.xml").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let read = activities(all(&page.body)).into_iter().map(|a| a.tree).collect();
    (page.body, read)
}

pub fn find<'a>(read: &'a [Element], identifier: &str) -> &'a Element {
    let found = read.iter().find(|e| Stated(e).identifier().as_deref() == Some(identifier));
    found.unwrap_or_else(|| panic!("no {identifier}"))
}

const FACTS: &str =
    "select (select concat_ws('|', a.handling, a.reference, a.status, a.stated_total, a.stated_currency, a.planned_start,
        coalesce(a.planned_end::text, 'no end'), coalesce(w.title, a.parent_text, 'whole'),
        (select string_agg(p.role || ' ' || o.name, ', ' order by p.role, o.name) from action_party p
            join organisation o on o.id = p.organisation_id where p.action_id = a.id),
        (select string_agg(b.code || coalesce(' ' || x.share, ''), ', ') from action_beneficiary x
            join beneficiary b on b.id = x.beneficiary_id where x.action_id = a.id),
        (select string_agg(t.key, ', ') from action_theme y join theme t on t.id = y.theme_id where y.action_id = a.id))
    from action a left join action w on w.id = a.parent_id where a.reference = $1 and a.withdrawn_at is null)";

#[tokio::test]
async fn an_activity_becomes_an_action_and_what_has_no_field_comes_out_again() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "whatever it is called.csv", two().as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "new 2");
    let page = donor.get(&address).await;
    let first = row(&page, 1);
    for words in ["“Masts and Sons” is not in the directory", "60%: the rest goes elsewhere", "end"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    assert!(row(&page, 2).contains("nonsense, line"), "{}", row(&page, 2));
    assert!(!page.text().contains("Columns"), "{}", page.text());
    assert_eq!(donor.get(&format!("{address}/columns")).await.status, StatusCode::CONFLICT);
    apply(&portal, &donor, &address).await;
    let facts = portal.lookup(FACTS, "XX-NORLAND-2").await;
    let expected = "public|XX-NORLAND-2|ongoing|5000|EUR|2026-03-01|no end|Safer mountains|funding Norland|XA|prisons";
    assert_eq!(facts, expected);
    let facts = portal.lookup(FACTS, "XX-NORLAND-1").await;
    assert_eq!(facts, "public|XX-NORLAND-1|pipeline|2026-01-01|no end|whole|funding Norland|XA 100");

    // the same once more changes nothing, packed or not
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(two().as_bytes()).expect("packed");
    for bytes in [two().into_bytes(), packed.finish().expect("packed")] {
        let (_, again) = brought(&portal, DONOR, "again.xml", &bytes).await;
        assert_eq!(figures(&portal, &again).await, "unchanged 2");
    }

    let (body, read) = exported(&donor).await;
    assert_valid(&body);
    assert!(!body.contains("concert:directory"));
    let part = find(&read, "XX-NORLAND-2");
    let stated = Stated(part);
    assert_eq!(stated.titles().len(), 2);
    assert_eq!(stated.descriptions()[0].0, "2");
    assert_eq!(stated.results().len(), 1);
    assert_eq!(stated.transactions().map(|t| t.sum.amount.to_string()).collect::<Vec<_>>(), ["700"]);
    let shares: Vec<_> =
        stated.countries().into_iter().map(|c| (c.code, c.percentage.map(|p| p.to_string()))).collect();
    assert_eq!(shares, [("XA".to_owned(), Some("60".to_owned())), ("UA".to_owned(), Some("40".to_owned()))]);
    assert!(stated.parties().iter().any(|(_, o)| o.names[0].text == "Masts and Sons"));
    let end = stated.date(iati::Milestone::PlannedEnd).map(|d| d.to_string());
    assert_eq!(end.as_deref(), Some("2026-02-01"));

    // what has no field changes what is kept, and is taken back
    let (_, second) = brought(&portal, DONOR, "later.xml", two().replace(">700<", ">900<").as_bytes()).await;
    assert_eq!(figures(&portal, &second).await, "changed 1, unchanged 1");
    let changed = row(&donor.get(&second).await, 1);
    assert!(changed.contains("Details for which there is no field here have changed"), "{changed}");
    apply(&portal, &donor, &second).await;
    assert!(kept(&portal, "XX-NORLAND-2").await.contains(">900<"));
    let undone = undo(&portal, &donor, &second).await;
    assert!(row(&undone, 1).contains("undone"), "{}", row(&undone, 1));
    assert!(kept(&portal, "XX-NORLAND-2").await.contains(">700<"));
}

#[tokio::test]
async fn an_organisation_that_the_directory_does_not_know_is_named_once() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "a.xml", two().as_bytes()).await;
    let names = format!("{address}/organisations");
    let page = donor.get(&names).await;
    assert!(page.text().contains("Masts and Sons") && page.text().contains("XX-MASTS-7"), "{}", page.text());
    let wrong = donor.submit(&names, None, &[("organisation-0", "Nobody at all")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Nobody at all"), "what was typed is kept");
    let named = donor.submit(&names, None, &[("organisation-0", "Southmere Development Office")]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    work(&portal, &address).await;
    assert_eq!(figures(&portal, &address).await, "new 2");
    assert!(donor.get(&names).await.text().contains("The directory knows all"));
    apply(&portal, &donor, &address).await;
    let facts = portal.lookup(FACTS, "XX-NORLAND-2").await;
    assert!(facts.contains("implementing Southmere Development Office"), "{facts}");
    // and taken back nothing of it is kept
    undo(&portal, &donor, &address).await;
    assert_eq!(kept(&portal, "XX-NORLAND-2").await, "");
    assert_eq!(portal.lookup(FACTS, "XX-NORLAND-2").await, "");
}

#[tokio::test]
async fn ones_own_export_changes_nothing() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "a.xml", two().as_bytes()).await;
    apply(&portal, &donor, &address).await;
    let norland = organisation(&portal, DONOR).await;
    for (email, path) in [
        (SECRETARIAT, "/example/actions.xml".to_owned()),
        (DONOR, "/example/actions.xml".to_owned()),
        (DONOR, format!("/example/public/iati/{norland}.xml")),
    ] {
        let browser = portal.signed_in(email).await;
        let own = browser.get(&path).await;
        assert_eq!(own.status, StatusCode::OK, "{path}");
        let (_, address) = brought(&portal, email, "own.xml", own.body.as_bytes()).await;
        let found = figures(&portal, &address).await;
        let wrong = browser.get(&format!("{address}?show=wrong")).await.text();
        let changed = browser.get(&format!("{address}?show=changed")).await.text();
        assert!(found.starts_with("unchanged ") && !found.contains(','), "{email} {path}: {found}\n{wrong}\n{changed}");
    }
}

#[tokio::test]
async fn hostile_files_are_refused_with_what_to_do_and_leave_nothing() {
    let portal = Portal::start().await;
    let whole = two();
    let entity = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><iati-activities version=\"2.03\">&a;</iati-activities>";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(whole.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin = whole.replace("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>");
    let raw: Vec<u8> = whole.bytes().map(|b| if b == b'R' { 0xe9 } else { b }).collect();
    let deep = format!("<iati-activities version=\"2.03\"><iati-activity>{}", "<a>".repeat(200_000));
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    bomb.write_all(b"<iati-activities version=\"2.03\"><iati-activity><title>").expect("packed");
    for _ in 0..30 {
        bomb.write_all(&vec![b'x'; 1 << 20]).expect("packed");
    }
    let browser = portal.signed_in(DONOR).await;
    for (bytes, words) in [
        (entity.as_bytes().to_vec(), "has a document type declaration"),
        (utf16, "is in UTF-16"),
        (latin.into_bytes(), "is in ISO-8859-1"),
        (raw, "is not in UTF-8"),
        (whole.as_bytes()[..whole.len() - 300].to_vec(), "ends before it is complete"),
        (deep.into_bytes(), "nested too deeply"),
        (bomb.finish().expect("packed"), "is longer than allowed"),
        (b"\x1f\x8b not packed at all".to_vec(), "cannot be read"),
        (b"<html><body>Sign in</body></html>".to_vec(), "This is a web page, whatever its name says"),
        (b"<iati-activities version=\"1.05\"></iati-activities>".to_vec(), "uses version 1.05"),
        (file(&[]).into_bytes(), "There is no activity in this file"),
    ] {
        let (_, address) = brought(&portal, DONOR, "a.xml", &bytes).await;
        let page = browser.get(&address).await.text();
        assert!(page.contains(words) && page.contains("could not be read"), "{words}: {page}");
    }
    assert_eq!(portal.lookup("select count(*)::text from import_row where $1 = ''", "").await, "0");
    // one that is too much of an activity is told, and the others come in
    let deep = format!("<iati-activity>{}{}</iati-activity>", "<a>".repeat(60), "</a>".repeat(60));
    let (_, address) =
        brought(&portal, DONOR, "a.xml", file(&[deep, activity("XX-9", "Snow ploughs for the passes", "")]).as_bytes())
            .await;
    assert_eq!(figures(&portal, &address).await, "new 1, wrong 1");
    assert!(row(&browser.get(&address).await, 1).contains("nested deeper"));
}

async fn run(portal: &Portal, asked: &Asked, path: &std::path::Path) -> command::Report {
    let base = "http://concert.test";
    command::import(&portal.app.db, &portal.clock, base, asked, path).await.expect("a report")
}

#[tokio::test]
async fn the_command_takes_activities_at_their_level_and_for_a_pillar() {
    let portal = Portal::start().await;
    let path = std::env::temp_dir().join(format!("concert-import-{}.xml", std::process::id()));
    std::fs::write(&path, two()).expect("a file");
    let process = crate::jobs::process(&portal, "example").await;
    let account = portal.lookup("select id::text from account where email = $1", DONOR).await;
    let mut asked = Asked {
        process,
        account: concert::kernel::ids::AccountId(account.parse().expect("an id")),
        organisation: None,
        handling: None,
        pillar: Some("crime".to_owned()),
        dry_run: true,
    };
    let shown = run(&portal, &asked, &path).await;
    assert_eq!(shown.rows.get("new"), Some(&2), "{shown:?}");
    assert!(shown.lost.iter().any(|t| t.problems.iter().any(|p| p.contains("Masts and Sons"))), "{shown:?}");
    assert_eq!(portal.lookup(FACTS, "XX-NORLAND-1").await, "", "nothing is done");
    asked.dry_run = false;
    let done = run(&portal, &asked, &path).await;
    assert_eq!(done.results.get("added"), Some(&2), "{done:?}");
    let pillars =
        "select string_agg(l.key || ' ' || a.handling, ',') from action a join action_pillar x on x.action_id = a.id
            join pillar l on l.id = x.pillar_id where a.reference = $1";
    assert_eq!(portal.lookup(pillars, "XX-NORLAND-1").await, "CRIME public");
    let again = run(&portal, &asked, &path).await;
    assert_eq!(again.rows.get("unchanged"), Some(&2), "{again:?}");
    std::fs::remove_file(&path).expect("gone");
    // of a table, what is not read of it is in the report: nobody looks at a preview here
    let path = path.with_extension("csv");
    std::fs::write(&path, "Title;Shelf mark\nMasts for the coast;17\n").expect("a file");
    asked.dry_run = true;
    let table = run(&portal, &asked, &path).await;
    assert_eq!(table.rows.get("new"), Some(&1), "{table:?}");
    assert_eq!(table.columns_left_out, ["Shelf mark"], "{table:?}");
    assert!(table.sheets_left_out.is_empty(), "{table:?}");
    // whoever automates is told by the command's end whether it did what it was asked for
    assert!(table.is_done(true) && !table.is_done(false), "{table:?}");
    assert!(done.is_done(false) && !done.is_done(true), "{done:?}");
    std::fs::write(&path, "%PDF-1.7").expect("a file");
    let refused = run(&portal, &asked, &path).await;
    assert!(!refused.is_done(true) && refused.said.is_some(), "{refused:?}");
    // and why it may not
    let base = "http://concert.test";
    let observer = portal.lookup("select id::text from account where email = $1", "observer@example.example").await;
    let whose = concert::kernel::ids::AccountId(observer.parse().expect("an id"));
    let of = |account, organisation| Asked { account, organisation, ..asked.clone() };
    let unknown = Some(concert::kernel::ids::OrganisationId(uuid::Uuid::from_u128(7)));
    for (asked, told) in [
        (of(whose, None), "the account may not bring actions into the process"),
        (of(asked.account, unknown), "the process has no organisation of this id"),
    ] {
        let Err(error) = command::import(&portal.app.db, &portal.clock, base, &asked, &path).await else {
            panic!("refused");
        };
        assert_eq!(error.to_string(), told);
    }
    std::fs::remove_file(&path).expect("gone");
}

/// Parts of an activity that the portal says as they came, but for the identifier, by which they are found, the status, which is compared
/// by its code, and who reports: in a file of ours that is who keeps the record here (docs/iati.md).
const AS_THEY_CAME: &[&str] = &[
    "title",
    "description",
    "participating-org",
    "other-identifier",
    "activity-date",
    "contact-info",
    "activity-scope",
    "recipient-country",
    "recipient-region",
    "location",
    "sector",
    "tag",
    "policy-marker",
    "collaboration-type",
    "budget",
    "planned-disbursement",
    "capital-spend",
    "transaction",
    "document-link",
    "related-activity",
    "conditions",
    "result",
    "country-budget-items",
    "humanitarian-scope",
    "default-flow-type",
    "default-finance-type",
    "default-aid-type",
    "default-tied-status",
    "crs-add",
    "fss",
    "legacy-data",
];
const SAID_ANEW: [&str; 3] = ["iati-identifier", "reporting-org", "activity-status"];

fn parts(tree: &Element, name: &str) -> Vec<String> {
    let mut all: Vec<String> = tree
        .named(name)
        .map(|e| {
            let mut text = String::new();
            iati::write(e, &mut text);
            text
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn the_real_files_come_in_whole_and_come_out_again() {
    let Some(shared) = shared() else { return };
    let portal = Portal::start().await;
    for (name, n) in [("WB6.valid.xml", 357), ("WB6.not-valid.xml", 37)] {
        let bytes = std::fs::read(shared.join("western-balkans").join(name)).expect("a real file");
        let (browser, address) = brought(&portal, SECRETARIAT, name, &bytes).await;
        let found = figures(&portal, &address).await;
        assert!(!["wrong", "changed", "conflict"].iter().any(|word| found.contains(word)), "{found}");
        // each with what could not be taken
        let id = address.rsplit('/').next().expect("an id").to_owned();
        let told = "select count(*)::text from import_row where import_id::text = $1 and problems <> '[]'";
        assert_eq!(portal.lookup(told, &id).await, n.to_string());
        // what the finder asks about is another each time
        let all_in = browser.post(&format!("{address}/choose"), &[("verdict", "duplicate"), ("decision", "add")]).await;
        assert_eq!(all_in.status, StatusCode::SEE_OTHER);
        let done = apply(&portal, &browser, &address).await;
        assert!(done.text().contains("The chosen rows have been imported"), "{}", done.text());
        let added = "select count(*)::text from import_row r join action a on a.id = r.applied_id
            join action_kept k on k.action_id = a.id and k.identifier = a.reference
            where r.import_id::text = $1 and r.result = 'added' and a.handling = 'public'";
        assert_eq!(portal.lookup(added, &id).await, n.to_string());
        let (_, again) = brought(&portal, SECRETARIAT, name, &bytes).await;
        let changed = browser.get(&format!("{again}?show=changed")).await.text();
        assert_eq!(figures(&portal, &again).await, format!("unchanged {n}"), "{changed}");

        let (body, read) = exported(&browser).await;
        assert_valid(&body);
        let came = activities(all(&String::from_utf8(bytes).expect("UTF-8")));
        assert_eq!(came.len(), n);
        for activity in &came {
            let identifier = Stated(&activity.tree).identifier().expect("an identifier");
            let out = find(&read, &identifier);
            // whatever stands in it is compared, other vocabularies too
            let foreign = |e: &&Element| e.name.contains(':') || e.attribute("xmlns").is_some();
            for part in activity.tree.children().filter(|e| !foreign(e)).map(|e| &*e.name) {
                let compared = AS_THEY_CAME.contains(&part) || SAID_ANEW.contains(&part);
                assert!(compared, "{identifier} {part} is not compared");
            }
            let others = activity.tree.children().filter(foreign).map(|e| &*e.name);
            for part in AS_THEY_CAME.iter().copied().chain(others) {
                // a sector that a theme stands for makes it one of that theme, which our file says in a vocabulary of our own
                let ours = |text: &String| text.contains("http://concert.test/example/public/iati#");
                let came_out: Vec<String> = parts(out, part).into_iter().filter(|t| !ours(t)).collect();
                assert_eq!(came_out, parts(&activity.tree, part), "{identifier} {part}");
            }
            assert_eq!(Stated(out).status(), Stated(&activity.tree).status(), "{identifier}");
            for (name, _) in activity.tree.attributes.iter().filter(|(name, _)| name != "last-updated-datetime") {
                assert_eq!(out.attribute(name), activity.tree.attribute(name), "{identifier} {name}");
            }
        }
        let (_, own) = brought(&portal, SECRETARIAT, "own.xml", body.as_bytes()).await;
        let found = figures(&portal, &own).await;
        let changed = browser.get(&format!("{own}?show=changed")).await.text();
        assert!(found.starts_with("unchanged ") && !found.contains(','), "{found}\n{changed}");
    }
}
