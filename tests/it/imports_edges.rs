//! Imports at their edges: files that are none, columns that nobody knows, others' files, servers that die.

use crate::harness::Portal;
use crate::imports::{DONOR, HEADS, SECRETARIAT, apply, brought, figures, organisation, row, send, work};
use axum::http::StatusCode;
use futures::StreamExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn files_that_are_none_are_refused_with_what_to_do() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(DONOR).await;
    let template = browser.get("/example/imports/template.xlsx").await;
    let half = &template.bytes[..template.bytes.len() / 2];
    for (name, bytes, words) in [
        ("a.xlsx", b"%PDF-1.7".as_slice(), "This is a PDF"),
        ("a.csv", b"<?xml version=\"1.0\"?><x/>", "This is not an IATI activity file: it begins with “x”"),
        ("a.xlsx", half, "damaged or incomplete"),
        ("a.csv", b"  \n ", "There is no table"),
        ("a.xlsx", b"MZ\0\0\x01\x02", "neither a workbook nor"),
    ] {
        let (_, address) = brought(&portal, DONOR, name, bytes).await;
        let page = browser.get(&address).await.text();
        assert!(page.contains(words) && page.contains("could not be read"), "{page}");
        assert!(page.contains("will be deleted on") && !page.contains("Unless it is imported"), "{page}");
    }
    let rows = portal.lookup("select count(*)::text from import_row where $1 = ''", "").await;
    assert_eq!(rows, "0", "nothing half saved");
    // no file, no organisation, another's organisation
    let own = organisation(&portal, DONOR).await;
    let none = send(&browser, &[("organisation", &own), ("handling", "members")], None).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.text().contains("Choose a file"), "{}", none.text());
    // what is wrong is named by its field above the form, too
    assert!(none.select(".errors li").join(" ").starts_with("File: "), "{:?}", none.select(".errors li"));
    let other = organisation(&portal, "second-donor@example.example").await;
    let refused =
        send(&browser, &[("organisation", &other), ("handling", "members")], Some(("a.csv", b"Title\nA\n"))).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("your own organisation only"), "{}", refused.text());
    let forged = browser
        .send(axum::http::Method::POST, "/example/imports", Some("multipart/form-data; boundary=XX"), "--XX--\r\n")
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN, "a form without its token");
}

#[tokio::test]
async fn an_import_is_its_importers_alone_and_rights_are_those_of_each_row() {
    let portal = Portal::start().await;
    let file = format!("{HEADS}\r\nRadio links;NL-77;Norland;XA;Planned;2027;\r\n");
    let (_, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    for email in [SECRETARIAT, "second-donor@example.example"] {
        let other = portal.signed_in(email).await;
        for rest in ["", "/columns", "/report.xlsx"] {
            assert_eq!(other.get(&format!("{address}{rest}")).await.status, StatusCode::NOT_FOUND, "{email} {rest}");
        }
        for rest in ["/rows", "/apply", "/undo", "/drop"] {
            assert_eq!(
                other.post(&format!("{address}{rest}"), &[]).await.status,
                StatusCode::NOT_FOUND,
                "{email} {rest}"
            );
        }
        assert!(!other.get("/example/imports").await.text().contains("ours.csv"));
    }
    // others' actions: seen, not changed
    let westmark = "Title,Keeps the record,State\r\nFrom illicit financial flows to recovered assets,Westmark,Completed\r\nMine,Westmark,Planned\r\n";
    let (donor, address) = brought(&portal, DONOR, "theirs.csv", westmark.as_bytes()).await;
    let page = donor.get(&address).await;
    assert!(row(&page, 2).contains("You cannot change this action"), "{}", row(&page, 2));
    assert!(row(&page, 3).contains("You can import actions only where"), "{}", row(&page, 3));
    // a beneficiary reports what concerns it, for its donor to confirm
    let missing = "Title,Keeps the record,Beneficiary\r\nPatrol cars for Arvania,Westmark,Arvania\r\nPatrol cars for others,Westmark,Tarvis\r\n";
    let browser = portal.signed_in("beneficiary-one@example.example").await;
    let keeper = organisation(&portal, "second-donor@example.example").await;
    let sent =
        send(&browser, &[("organisation", &keeper), ("handling", "members")], Some(("m.csv", missing.as_bytes())))
            .await;
    let address = sent.location.unwrap_or_else(|| panic!("{}", sent.body));
    work(&portal, &address).await;
    assert_eq!(figures(&portal, &address).await, "new 1, wrong 1");
    apply(&portal, &browser, &address).await;
    let claim = portal.lookup("select claim from action where title = $1", "Patrol cars for Arvania").await;
    assert_eq!(claim, "unconfirmed");
    // uploads are counted
    let donor = portal.signed_in("commission@example.example").await;
    let own = organisation(&portal, "commission@example.example").await;
    let mut last = StatusCode::SEE_OTHER;
    for _ in 0..21 {
        last = send(&donor, &[("organisation", &own), ("handling", "members")], Some(("a.csv", b"Title\nA\n")))
            .await
            .status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_restarted_server_goes_on_and_formulas_stay_texts() {
    let mut portal = Portal::start().await;
    let rows: Vec<String> =
        (0..450).map(|n| format!("=HYPERLINK(\"\"x{n}\"\");N-{n};Norland;XA;Planned;2027;")).collect();
    let rows: Vec<String> =
        rows.iter().map(|r| format!("\"{}\"{}", &r[..r.find(';').unwrap()], &r[r.find(';').unwrap()..])).collect();
    let file = format!("{HEADS}\r\n{}\r\n", rows.join("\r\n"));
    let browser = portal.signed_in(DONOR).await;
    let own = organisation(&portal, DONOR).await;
    let sent =
        send(&browser, &[("organisation", &own), ("handling", "parties")], Some(("f.csv", file.as_bytes()))).await;
    let address = sent.location.expect("an address");
    // a worker died after its first rows
    work(&portal, &address).await;
    let id = address.rsplit('/').next().expect("an id").to_owned();
    sqlx::query("delete from import_row where row > 250").execute(&mut portal.superuser().await).await.expect("rows");
    sqlx::query("update import set state = 'reading', rows_done = 249 where id::text = $1")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a state");
    portal.restart().await;
    let browser = portal.reopened(&browser);
    assert!(
        browser.get(&address).await.text().contains("249 rows have been read"),
        "{}",
        browser.get(&address).await.text()
    );
    work(&portal, &address).await;
    let n = portal.lookup("select count(*)::text from import_row where import_id::text = $1", &id).await;
    assert_eq!(n, "450");
    let all = browser.post(&format!("{address}/choose"), &[("verdict", "duplicate"), ("decision", "add")]).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER);
    apply(&portal, &browser, &address).await;
    let added = portal
        .lookup("select count(*)::text from action where handling = $1 and title like '=HYPER%'", "parties")
        .await;
    assert_eq!(added, "450");
    let report = browser.get(&format!("{address}/report.xlsx")).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&report.bytes)).expect("a workbook");
    for i in 0..archive.len() {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_index(i).expect("a part"), &mut text).expect("text");
        assert!(!text.contains("<f>"), "a formula");
    }
}

#[tokio::test]
async fn the_same_file_brought_twice_before_either_is_taken_in_comes_in_once() {
    let portal = Portal::start().await;
    let lines: Vec<String> =
        (0..230).map(|n| format!("Radio links for post {n};P-{n};Norland;XA;Planned;2027;")).collect();
    let file = format!("{HEADS}\r\n{}\r\n", lines.join("\r\n"));
    let (donor, first) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    let (_, second) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    for address in [&first, &second] {
        let all = donor.post(&format!("{address}/choose"), &[("verdict", "duplicate"), ("decision", "add")]).await;
        assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.text());
    }
    let here = "select count(*)::text from action where title like $1 || '%'";
    apply(&portal, &donor, &first).await;
    assert_eq!(portal.lookup(here, "Radio links for post").await, "230");
    let page = apply(&portal, &donor, &second).await;
    assert!(page.text().contains("or have been added by another file"), "{}", page.text());
    assert_eq!(portal.lookup(here, "Radio links for post").await, "230", "nothing twice");
    assert_eq!(figures(&portal, &second).await, "unchanged 230", "all rows are looked at again, not those of one part");
    apply(&portal, &donor, &second).await;
    assert_eq!(portal.lookup(here, "Radio links for post").await, "230");
}

#[tokio::test]
async fn two_rows_that_are_one_action_are_told_apart_before_anything_is_written() {
    let portal = Portal::start().await;
    let file = |rows: &str| format!("{HEADS}\r\n{rows}\r\n").into_bytes();
    let (donor, address) =
        brought(&portal, DONOR, "ours.csv", &file("Radio links for posts;NL-77;Norland;XA;Planned;2027;")).await;
    apply(&portal, &donor, &address).await;
    let rows =
        "Radio links for posts;NL-77;Norland;XA;Ongoing;2027;\r\nRadio links for posts;;Norland;XA;Suspended;2027;";
    let (_, address) = brought(&portal, DONOR, "ours.csv", &file(rows)).await;
    assert_eq!(figures(&portal, &address).await, "changed 2");
    let page = apply(&portal, &donor, &address).await;
    assert!(page.text().contains("row 3 is the same as row 2"), "{}", page.text());
    let status = "select status from action where title = $1";
    assert_eq!(portal.lookup(status, "Radio links for posts").await, "planned");
    assert_eq!(donor.submit(&address, Some("/rows"), &[("row-3", "leave")]).await.status, StatusCode::SEE_OTHER);
    apply(&portal, &donor, &address).await;
    assert_eq!(portal.lookup(status, "Radio links for posts").await, "ongoing");

    // a row that stands twice stays one when another cell of it is mended, and is one no more once it is named otherwise
    let rows = "Boats;;Norland;XA;Planned;2027;\r\nBoats;;Norland;XA;Perhaps;2027;";
    let (_, address) = brought(&portal, DONOR, "boats.csv", &file(rows)).await;
    let mended = donor.submit(&address, Some("/rows"), &[("cell-3-4", "Planned")]).await;
    assert_eq!(mended.status, StatusCode::SEE_OTHER, "{}", mended.text());
    let again = row(&donor.get(&address).await, 3);
    assert!(again.contains("wrong") && again.contains("is already in row 2"), "{again}");
    let named = donor.post(&format!("{address}/rows"), &[("cell-3-0", "Jet skis")]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    let again = row(&donor.get(&address).await, 3);
    assert!(!again.contains("is already in row 2"), "{again}");
}

#[tokio::test]
async fn whose_records_others_bring_in_is_told_once() {
    let portal = Portal::start().await;
    let file = format!(
        "{HEADS};Keeps the record\r\nRadio links;NL-77;Norland;XA;Planned;2027;;Norland\r\nBoats;NL-78;Norland;XA;Planned;2027;;Norland\r\n"
    );
    let (secretariat, own) = (portal.signed_in(SECRETARIAT).await, organisation(&portal, DONOR).await);
    let sent =
        send(&secretariat, &[("organisation", &own), ("handling", "members")], Some(("n.csv", file.as_bytes()))).await;
    let address = sent.location.unwrap_or_else(|| panic!("{}", sent.body));
    work(&portal, &address).await;
    assert_eq!(figures(&portal, &address).await, "new 2");
    apply(&portal, &secretariat, &address).await;
    let told = "select count(*)::text from notice n join account a on a.id = n.account_id
        where a.email = $1 and n.key = 'import-told-taken-in'";
    assert_eq!(portal.lookup(told, DONOR).await, "1");
    assert_eq!(portal.lookup(told, SECRETARIAT).await, "0", "not who did it");
    let page = portal.signed_in(DONOR).await.get("/example/notices").await.text();
    assert!(page.contains("added or changed actions of your organisation by an import"), "{page}");
    // one's own file tells nobody of one's own organisation
    let (donor, address) =
        brought(&portal, DONOR, "o.csv", format!("{HEADS}\r\nTents;NL-79;Norland;XA;Planned;2027;\r\n").as_bytes())
            .await;
    apply(&portal, &donor, &address).await;
    let all = "select count(*)::text from notice where key = 'import-told-taken-in' and dedupe_key like '%' || $1";
    assert_eq!(portal.lookup(all, address.rsplit('/').next().expect("an id")).await, "0");
}

#[tokio::test]
async fn a_file_that_is_never_taken_in_is_forgotten() {
    let portal = Portal::start().await;
    let file = |n: u32| format!("{HEADS}\r\nRadio links {n};NL-{n};Norland;XA;Planned;2027;\r\n");
    let (donor, old) = brought(&portal, DONOR, "old.csv", file(1).as_bytes()).await;
    let (_, taken) = brought(&portal, DONOR, "taken.csv", file(2).as_bytes()).await;
    apply(&portal, &donor, &taken).await;
    let (_, fresh) = brought(&portal, DONOR, "fresh.csv", file(3).as_bytes()).await;
    let page = donor.get(&fresh).await.text();
    assert!(page.contains("Unless it is imported, this file"), "{page}");
    for address in [&old, &taken] {
        sqlx::query("update import set uploaded_at = $1 where id::text = $2")
            .bind(portal.clock.now() - chrono::TimeDelta::days(31))
            .bind(address.rsplit('/').next().expect("an id"))
            .execute(&mut portal.superuser().await)
            .await
            .expect("an age");
    }
    let mut tx = portal.app.db.platform_job().await.expect("the night");
    concert::features::exchange::forget(&mut tx, portal.clock.now()).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    assert_eq!(donor.get(&old).await.status, StatusCode::NOT_FOUND);
    for address in [&taken, &fresh] {
        assert_eq!(donor.get(address).await.status, StatusCode::OK, "{address}");
    }
    for (sql, left) in [
        ("select count(*)::text from import_part where import_id::text = $1", ["0", "0", "1"]),
        ("select count(*)::text from import_row where import_id::text = $1", ["0", "1", "1"]),
    ] {
        for (address, n) in [&old, &taken, &fresh].into_iter().zip(left) {
            assert_eq!(portal.lookup(sql, address.rsplit('/').next().expect("an id")).await, n, "{sql}: {address}");
        }
    }
}

#[tokio::test]
async fn a_report_that_its_donor_brings_in_is_settled_and_taken_back_it_is_a_report_again() {
    let portal = Portal::start().await;
    let heads = "Title,Keeps the record,Beneficiary,Total,Currency";
    let missing = format!("{heads}\r\nPatrol cars for Arvania,Norland,Arvania,90000,EUR\r\n");
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let keeper = organisation(&portal, DONOR).await;
    let fields = [("organisation", keeper.as_str()), ("handling", "members")];
    let sent = send(&beneficiary, &fields, Some(("m.csv", missing.as_bytes()))).await;
    let address = sent.location.unwrap_or_else(|| panic!("{}", sent.body));
    work(&portal, &address).await;
    assert_eq!(figures(&portal, &address).await, "new 1", "a report may state what its action costs");
    apply(&portal, &beneficiary, &address).await;
    let facts = async || {
        portal
            .lookup(
                "select claim || '|' || stated_total || '|' || (last_confirmed_at is not null) from action where title = $1",
                "Patrol cars for Arvania",
            )
            .await
    };
    assert_eq!(facts().await, "unconfirmed|90000|false");

    let own = format!("{heads}\r\nPatrol cars for Arvania,Norland,Arvania,120000,EUR\r\n");
    let (donor, address) = brought(&portal, DONOR, "ours.csv", own.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "changed 1");
    apply(&portal, &donor, &address).await;
    assert_eq!(facts().await, "confirmed|120000|true");
    let id = portal.action("example", "Patrol cars for Arvania").await;
    let settled = "select count(*)::text from history where subject_id = $1::uuid and event = 'claim-corrected'";
    assert_eq!(portal.lookup(settled, &id).await, "1");
    let told = "select count(*)::text from notice n join account a on a.id = n.account_id
        where a.email = $1 and n.key = 'import-told-settled'";
    assert_eq!(portal.lookup(told, "beneficiary-one@example.example").await, "1");
    let page = beneficiary.get("/example/notices").await.text();
    assert!(page.contains("confirmed, actions that you had reported"), "{page}");

    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    assert_eq!(facts().await, "unconfirmed|90000|false");
}

#[tokio::test]
async fn what_a_dead_worker_was_taking_in_is_taken_in_by_the_next_and_never_half() {
    let mut portal = Portal::start().await;
    let lines: Vec<String> =
        (0..250).map(|n| format!("Radio links for post {n};P-{n};Norland;XA;Planned;2027;")).collect();
    let file = format!("{HEADS}\r\n{}\r\n", lines.join("\r\n"));
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    let add = [("verdict", "duplicate"), ("decision", "add")];
    let all = donor.post(&format!("{address}/choose"), &add).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.text());
    let asked = donor.post(&format!("{address}/apply"), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    // a worker has taken it, said how far it is, and died: nothing of its transaction is there
    let id = address.rsplit('/').next().expect("an id").to_owned();
    sqlx::query("update import set rows_done = 200, attempts = 1 where id::text = $1 and state = 'applying'")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a state");
    portal.restart().await;
    let here = "select count(*)::text from action where title like $1 || '%'";
    assert_eq!(portal.lookup(here, "Radio links for post").await, "0");
    work(&portal, &address).await;
    assert_eq!(portal.lookup(here, "Radio links for post").await, "250");
    assert_eq!(portal.lookup("select state from import where id::text = $1", &id).await, "applied");
    // one that dies each time is offered again, and says so
    let file = format!("{HEADS}\r\nJet skis for lake patrols;B-1;Norland;XA;Planned;2027;\r\n");
    let (donor, second) = brought(&portal, DONOR, "more.csv", file.as_bytes()).await;
    assert_eq!(donor.post(&format!("{second}/choose"), &add).await.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.post(&format!("{second}/apply"), &[]).await.status, StatusCode::SEE_OTHER);
    let id = second.rsplit('/').next().expect("an id").to_owned();
    sqlx::query("update import set attempts = 3 where id::text = $1")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("attempts");
    work(&portal, &second).await;
    assert_eq!(portal.lookup("select state from import where id::text = $1", &id).await, "checked");
    apply(&portal, &donor, &second).await;
    assert_eq!(portal.lookup(here, "Jet skis for lake patrols").await, "1");
}

/// Of a form that brings a file nothing is read before it is known who sends it, even if its token is right.
#[tokio::test]
async fn nothing_is_read_of_a_file_from_whoever_may_not_bring_one() {
    let portal = Portal::start().await;
    let observer = portal.signed_in("observer@example.example").await;
    let ended = portal.signed_in(DONOR).await;
    let (visitor, member) = (portal.visitor(), portal.signed_in(DONOR).await);
    let mut tokens = Vec::new();
    for browser in [&visitor, &observer, &ended, &member] {
        tokens.push(browser.form_token().await);
    }
    let end = "update sign_in_session set ended_at = created_at where token_hash = sha256(convert_to($1, 'UTF8'))";
    let cookie = ended.cookie("concert").expect("a session");
    let done = sqlx::query(end).bind(&cookie).execute(&mut portal.superuser().await).await.expect("an end");
    assert_eq!(done.rows_affected(), 1);
    let round = portal.lookup("select min(id::text) from round where $1 = ''", "").await;
    let action = portal.action("example", "Strengthening asset recovery").await;
    for path in [
        "/example/imports".to_owned(),
        "/example/imports/needs".to_owned(),
        format!("/example/files/of/action/{action}"),
        format!("/example/rounds/{round}/sheet"),
    ] {
        let read = async |browser: &crate::harness::Browser, token: &str| {
            let asked = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&asked);
            let first = format!("--XX\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n");
            let parts = futures::stream::iter([first, "--XX--\r\n".to_owned()]).map(move |part| {
                counted.fetch_add(1, Ordering::Relaxed);
                Ok::<_, std::io::Error>(part)
            });
            let body = axum::body::Body::from_stream(parts);
            let kind = Some("multipart/form-data; boundary=XX");
            let page = browser.send(axum::http::Method::POST, &path, kind, body).await;
            (page.status, page.location.unwrap_or_default(), asked.load(Ordering::Relaxed))
        };
        for (browser, token) in [(&visitor, &tokens[0]), (&ended, &tokens[2])] {
            let (status, location, parts) = read(browser, token).await;
            assert_eq!((status, parts), (StatusCode::SEE_OTHER, 0), "{path}");
            assert!(location.starts_with("/sign-in"), "{path}: {location}");
        }
        let (status, _, parts) = read(&observer, &tokens[1]).await;
        assert_eq!((status, parts), (StatusCode::FORBIDDEN, 0), "{path}");
        if path == "/example/imports" {
            let (_, _, parts) = read(&member, &tokens[3]).await;
            assert!(parts > 0, "a member's is read");
        }
    }
}
