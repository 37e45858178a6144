//! Files on records: who brings and has them, what is not taken, versions, what is taken away, what the night removes.

use crate::harness::{Browser, Page, Portal};
use crate::imports::{DONOR, SECRETARIAT, send_to};
use axum::http::StatusCode;
use concert::features::files::sweep;
use sha2::{Digest, Sha256};
use std::io::Write;

const TWIN: &str = "second-donor@example.example";
pub const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << >> endobj\n%%EOF\n";

/// An action that the donor's organisation keeps, and that everybody sees.
pub async fn own(portal: &Portal) -> String {
    portal
        .lookup(
            "select min(a.id::text) from action a join membership m on m.process_id = a.process_id and m.organisation_id = a.reporting_id
                join account x on x.id = m.account_id join process p on p.id = a.process_id
             where x.email = $1 and p.slug = 'example' and a.handling = 'members' and a.merged_into_id is null and a.claim = 'confirmed'",
            DONOR,
        )
        .await
}

fn at(action: &str) -> String {
    format!("/example/files/of/action/{action}")
}

/// Brings a file and answers what came of it.
pub async fn bring(browser: &Browser, action: &str, level: &str, name: &str, bytes: &[u8]) -> Page {
    send_to(browser, &at(action), &[("about", "The agreement"), ("handling", level)], Some((name, bytes))).await
}

/// The same, where it has to be taken: the address of the file's page.
pub async fn brought(
    portal: &Portal,
    browser: &Browser,
    action: &str,
    level: &str,
    name: &str,
    bytes: &[u8],
) -> String {
    let page = bring(browser, action, level, name, bytes).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert_eq!(page.location, Some(format!("{}?done=file-brought", at(action))));
    format!("/example/files/{}", latest(portal).await)
}

async fn latest(portal: &Portal) -> String {
    portal.lookup("select id::text from stored_file where $1 <> '' order by at desc, id desc limit 1", "x").await
}

async fn count(portal: &Portal, sql: &'static str) -> String {
    portal.lookup(sql, "x").await
}

/// How many objects lie in the place for files.
pub fn lying(portal: &Portal) -> usize {
    fn walk(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|e| if e.path().is_dir() { walk(&e.path()) } else { 1 }).sum()
    }
    walk(&portal.files_folder())
}

async fn set_level(portal: &Portal, action: &str, level: &str) {
    sqlx::query("update action set handling = $2 where id::text = $1")
        .bind(action)
        .bind(level)
        .execute(&mut portal.in_process("example").await)
        .await
        .expect("a level");
}

#[tokio::test]
async fn a_file_is_brought_had_replaced_taken_away_and_put_back() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let before = donor.get(&at(&action)).await;
    assert!(before.text().contains("No files to show") && before.text().contains("up to 25 MB"), "{}", before.text());
    let file = brought(&portal, &donor, &action, "members", "Споразум <A> 2026.PDF", PDF).await;
    assert_eq!(lying(&portal), 1);
    // it stands under no name of anybody's
    let key = count(&portal, "select object_id::text from stored_file_version where $1 <> ''").await;
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    assert_eq!(std::fs::read(portal.files_folder().join(process).join(key)).expect("the object"), PDF);

    // on the record's page, and had by another member, as a download that runs nothing
    let record = donor.get(&format!("/example/actions/{action}")).await;
    let shown = record.text();
    assert!(shown.contains("Споразум A 2026.pdf") && shown.contains("The agreement"), "{shown}");
    let lead = portal.signed_in("lead-one@example.example").await;
    let had = lead.get(&format!("{file}/versions/1")).await;
    assert_eq!((had.status, had.bytes.as_ref()), (StatusCode::OK, PDF));
    let header = |name: &str| had.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(header("content-length"), PDF.len().to_string());
    let named = header("content-disposition");
    assert!(named.starts_with("attachment; filename=\"________ A 2026.pdf\"; filename*=UTF-8''%D0%A1"), "{named}");
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cache-control"), "private, no-store");
    let noted =
        "select count(*)::text from access_log where $1 <> '' and kind = 'export' and subject_kind = 'stored_file'";
    assert_eq!(count(&portal, noted).await, "1", "what was had is noted once");

    let list = lead.get(&format!("{}/list.csv", at(&action))).await;
    assert!(list.status == StatusCode::OK && list.body.contains("Споразум A 2026.pdf"), "{}", list.body);

    // a new version leaves the old one where it was, with who and when
    let newer = [PDF, b"newer"].concat();
    let replaced =
        send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("new.pdf", newer.as_slice()))).await;
    assert_eq!(replaced.location, Some(format!("{file}?done=file-replaced")), "{}", replaced.text());
    let page = donor.get(&file).await;
    assert!(page.text().contains("new.pdf") && page.text().contains("Споразум A 2026.pdf"), "{}", page.text());
    assert!(page.text().contains(&hex::encode(Sha256::digest(PDF))));
    assert!(page.text().contains("added a new version"), "{}", page.text());
    assert_eq!(lead.get(&format!("{file}/versions/1")).await.bytes.as_ref(), PDF);
    assert_eq!(lead.get(&format!("{file}/versions/2")).await.bytes.as_ref(), newer.as_slice());
    assert_eq!(lead.get(&format!("{file}/versions/3")).await.status, StatusCode::NOT_FOUND);
    // who has not seen it puts nothing in its place
    let late = send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("late.pdf", PDF))).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text().contains("Somebody has added a new version"), "{}", late.text());

    // taken away with a reason, and had by nobody; put back
    let unsaid = donor.post(&format!("{file}/take-away"), &[("why", " ")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    donor.post(&format!("{file}/take-away"), &[("why", "It names a person")]).await;
    let gone = lead.get(&format!("{file}/versions/2")).await;
    assert_eq!((gone.status, gone.location.as_deref()), (StatusCode::SEE_OTHER, Some(file.as_str())));
    assert!(lead.get(&file).await.text().contains("It names a person"));
    assert!(!lead.get(&at(&action)).await.text().contains("new.pdf"));
    assert!(donor.get(&at(&action)).await.text().contains("new.pdf"));
    donor.post(&format!("{file}/restore"), &[]).await;
    assert_eq!(lead.get(&format!("{file}/versions/2")).await.bytes.as_ref(), newer.as_slice());
    let said =
        "select string_agg(event, ' ' order by at, id) from history where $1 <> '' and subject_kind = 'stored_file'";
    assert_eq!(count(&portal, said).await, "file-brought file-replaced file-taken file-restored");
}

#[tokio::test]
async fn levels_and_roles_are_obeyed() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let open = brought(&portal, &donor, &action, "members", "open.pdf", PDF).await;
    let parties = brought(&portal, &donor, &action, "parties", "parties.pdf", PDF).await;
    let restricted = brought(&portal, &donor, &action, "restricted", "restricted.pdf", PDF).await;
    let everybody =
        [SECRETARIAT, "chair@example.example", "lead-one@example.example", "observer@example.example", TWIN];
    for email in everybody {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&open).await.status, StatusCode::OK, "{email}");
        assert_eq!(browser.get(&restricted).await.status, StatusCode::NOT_FOUND, "{email}");
        assert_eq!(browser.get(&format!("{restricted}/versions/1")).await.status, StatusCode::NOT_FOUND, "{email}");
        let list = browser.get(&at(&action)).await.text();
        assert!(list.contains("open.pdf") && !list.contains("restricted.pdf"), "{email}: {list}");
        let sees = matches!(email, SECRETARIAT | "chair@example.example");
        if sees || email == "observer@example.example" {
            let status = browser.get(&format!("{parties}/versions/1")).await.status;
            assert_eq!(status, if sees { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{email}");
        }
    }
    assert_eq!(donor.get(&format!("{restricted}/versions/1")).await.bytes.as_ref(), PDF);
    // who may see may not change, nor bring
    for email in ["chair@example.example", "beneficiary-one@example.example", "observer@example.example"] {
        let browser = portal.signed_in(email).await;
        assert_eq!(bring(&browser, &action, "members", "x.pdf", PDF).await.status, StatusCode::FORBIDDEN, "{email}");
        let taken = browser.post(&format!("{open}/take-away"), &[("why", "x")]).await;
        assert_eq!(taken.status, StatusCode::FORBIDDEN, "{email}");
    }
    // a record that is closed takes its files along, and none can be opened wider than it
    set_level(&portal, &action, "restricted").await;
    for email in everybody {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&format!("{open}/versions/1")).await.status, StatusCode::NOT_FOUND, "{email}");
        assert_eq!(browser.get(&at(&action)).await.status, StatusCode::NOT_FOUND, "{email}");
    }
    assert_eq!(donor.get(&format!("{open}/versions/1")).await.status, StatusCode::OK);
    let wide = bring(&donor, &action, "members", "wide.pdf", PDF).await;
    assert_eq!(wide.status, StatusCode::UNPROCESSABLE_ENTITY);
    let level = "select handling from access_log where $1 <> '' and subject_kind = 'stored_file' order by at desc, id desc limit 1";
    assert_eq!(count(&portal, level).await, "restricted");
}

#[tokio::test]
async fn another_process_and_a_visitor_have_nothing() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let file = brought(&portal, &donor, &action, "members", "ours.pdf", PDF).await;
    let other = portal.signed_in("support-group@iisg.example").await;
    for path in [file.clone(), format!("{file}/versions/1"), at(&action)] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        let own_process = path.replace("/example/", "/iisg/");
        assert_eq!(other.get(&own_process).await.status, StatusCode::NOT_FOUND, "{own_process}");
        assert_eq!(portal.visitor().get(&path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
    let own_process = format!("/iisg/files/of/action/{action}");
    let sent = send_to(&other, &own_process, &[("handling", "members")], Some(("x.pdf", PDF))).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    assert_eq!(lying(&portal), 1);
}

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

#[tokio::test]
async fn what_is_hostile_is_refused_and_leaves_nothing() {
    let portal = Portal::with(|c| c.files.most = 1).await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let html = b"<!DOCTYPE html><script>alert(1)</script>";
    let document: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")];
    let macros = archive(&[document[0], document[1], ("word/vbaProject.bin", b"x")]);
    let polyglot = [PDF, &archive(&[("x.class", b"x")])].concat();
    let large = [PDF, &vec![b' '; 3 << 20]].concat();
    for (name, bytes, words) in [
        ("page.pdf", html.to_vec(), "its content looks like that of a .html file"),
        ("picture.svg", b"<svg onload='alert(1)'/>".to_vec(), "of this kind are not accepted"),
        ("picture.png", b"<svg onload='alert(1)'/>".to_vec(), "its content is something else"),
        ("page.html", html.to_vec(), "of this kind are not accepted"),
        ("all.zip", archive(&document), "of this kind are not accepted"),
        ("tool.pdf.exe", b"MZ".to_vec(), "of this kind are not accepted"),
        ("noending", PDF.to_vec(), "has no ending"),
        ("empty.txt", Vec::new(), "The file is empty"),
        ("both.pdf", polyglot, "two things at once"),
        ("macros.docx", macros, "contains macros"),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "has a password"),
        ("large.pdf", large, "larger than 1 MB"),
    ] {
        let page = bring(&donor, &action, "members", name, &bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", page.text());
        assert!(page.text().contains(words), "{name}: {}", page.text());
        assert_eq!(page.value("about").as_deref(), Some("The agreement"), "{name}: what was typed is kept");
    }
    let none = send_to(&donor, &at(&action), &[("handling", "members")], None).await;
    assert!(none.text().contains("Choose a file first"), "{}", none.text());
    let nowhere = bring(&donor, &action, "public", "x.pdf", PDF).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY, "a file is never public");
    assert_eq!(lying(&portal), 0, "what was refused lies in the place for files");
    assert_eq!(count(&portal, "select count(*)::text from stored_file where $1 <> ''").await, "0");

    // a name that turns itself around, a document whose parts are in order
    let file = brought(&portal, &donor, &action, "members", "plan\u{202e}fdp.exe.docx", &archive(&document)).await;
    assert!(donor.get(&file).await.text().contains("planfdp.exe.docx"));
    // one that is longer than a name is kept has its ending all the same
    brought(&portal, &donor, &action, "members", &format!("{}.pdf", "x".repeat(240)), PDF).await;
    // a sender that breaks off
    let token = donor.form_token().await;
    let body = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{token}\r\n--XX\r\nContent-Disposition: form-data; name=\"handling\"\r\n\r\nmembers\r\n\
         --XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.pdf\"\r\n\r\n%PDF-1.7 and no more"
    );
    let half = donor.send(axum::http::Method::POST, &at(&action), Some("multipart/form-data; boundary=XX"), body).await;
    assert_eq!(half.status, StatusCode::BAD_REQUEST);
    assert_eq!(lying(&portal), 2);
}

#[tokio::test]
async fn a_plans_files_are_its_pillars() {
    let portal = Portal::start().await;
    let plan = "select p.id::text from plan p join process x on x.id = p.process_id join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        join membership_pillar mp on mp.process_id = p.process_id and mp.pillar_id = l.id join membership m on m.process_id = mp.process_id and m.id = mp.membership_id
        join account a on a.id = m.account_id where x.slug = 'example' and a.email = $1 order by p.created_at limit 1";
    let plan = portal.lookup(plan, "lead-one@example.example").await;
    assert!(!plan.is_empty(), "no plan of the lead's pillar");
    let (lead, donor) = (portal.signed_in("lead-one@example.example").await, portal.signed_in(DONOR).await);
    let path = format!("/example/files/of/plan/{plan}");
    let sent = send_to(&lead, &path, &[("handling", "members")], Some(("minutes.txt", b"Agreed.".as_slice()))).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = donor.get(&format!("/example/plans/{plan}")).await;
    assert!(page.text().contains("minutes.txt"), "{}", page.text());
    let refused = send_to(&donor, &path, &[("handling", "members")], Some(("x.txt", b"x".as_slice()))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let restricted = send_to(&lead, &path, &[("handling", "restricted")], Some(("x.txt", b"x".as_slice()))).await;
    assert_eq!(restricted.status, StatusCode::UNPROCESSABLE_ENTITY, "a plan is no organisation's own");
}

#[tokio::test]
async fn the_night_removes_what_stands_nowhere_and_what_the_term_is_over_for() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", PDF))).await;
    let away = brought(&portal, &donor, &action, "members", "away.pdf", PDF).await;
    donor.post(&format!("{away}/take-away"), &[("why", "Not ours")]).await;
    // one that broke off: it lies there, and nothing knows it
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    let stray = "01990000-0000-4000-8000-000000000001";
    std::fs::write(portal.files_folder().join(&process).join(stray), b"half").expect("a stray");
    sqlx::query("insert into stored_object (process_id, id, at) values ($1::uuid, $2::uuid, $3)")
        .bind(&process)
        .bind(stray)
        .bind(portal.clock.now())
        .execute(&mut portal.superuser().await)
        .await
        .expect("a row");
    assert_eq!(lying(&portal), 4);
    let night = async |days: i64| {
        let now = portal.clock.now() + chrono::TimeDelta::days(days);
        sweep(&portal.app.db, &portal.app.files, now).await.expect("the night");
        lying(&portal)
    };
    assert_eq!(night(0).await, 4);
    assert_eq!(night(2).await, 3, "what broke off is gone, and nothing else without a term");
    assert_eq!(night(4_000).await, 3);
    sqlx::query("update process set settings = settings || '{\"retention\": {\"files\": 90}}' where slug = 'example'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("a term");
    assert_eq!(night(89).await, 3);
    assert_eq!(night(91).await, 1, "the version that stands stays");
    assert!(donor.get(&file).await.text().contains("No longer kept"));
    assert_eq!(donor.get(&format!("{file}/versions/1")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.get(&format!("{file}/versions/2")).await.bytes.as_ref(), PDF);
    // what is gone cannot be put back
    donor.post(&format!("{away}/restore"), &[]).await;
    assert!(donor.get(&away).await.text().contains("Its content is no longer kept"));
    let mut app = portal.sql("concert_app").await;
    assert!(sqlx::query("select * from kernel.objects_to_go(now())").execute(&mut app).await.is_err());
}

#[tokio::test]
async fn too_many_files_wait_and_no_place_is_said() {
    let portal = Portal::with(|c| c.files_limit = 2).await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    for n in 0..3 {
        let page = bring(&donor, &action, "members", &format!("{n}.pdf"), PDF).await;
        let expected = if n < 2 { StatusCode::SEE_OTHER } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(page.status, expected, "{n}");
    }
    let portal = Portal::with(|c| c.files = concert::config::Files::none()).await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    assert!(!donor.get(&at(&action)).await.body.contains("type=\"file\""));
    let page = bring(&donor, &action, "members", "x.pdf", PDF).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(donor.get("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_place_that_cannot_be_written_to_is_no_start_and_not_ready() {
    let nowhere = std::env::temp_dir().join(format!("concert-no-folder-{}", std::process::id()));
    std::fs::write(&nowhere, b"a file").expect("a file");
    let files = concert::config::Files::folder(&nowhere);
    assert!(files.open().is_err());
    std::fs::remove_file(&nowhere).expect("removed");
    let files = files.open().expect("a folder that is made");
    files.check().await.expect("it can be written to");
    std::fs::remove_dir_all(&nowhere).expect("removed");
    std::fs::write(&nowhere, b"a file").expect("a file");
    assert!(files.check().await.is_err());
    assert!(!files.are_ready().await);
    std::fs::remove_file(&nowhere).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_leaves_takes_its_files_along() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let large = [PDF, &vec![b' '; 3 << 20]].concat();
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", large.as_slice()))).await;
    let (bundle, place) = (portal.files_folder().with_extension("zip"), portal.files_folder());
    let (bundle, place) = (bundle.to_str().expect("a path"), place.to_str().expect("a path"));
    let export = ["export", "--process", "example", "--format", "bundle", "-o", bundle];
    let (done, _, said) = crate::iati_export::concert(&portal, &export);
    assert!(!done && said.contains("2 files of members"), "{said}");
    let (done, _, said) = crate::iati_export::concert(&portal, &[&export[..], &["--files", place]].concat());
    assert!(done, "{said}");
    let take_in = ["process", "take-in", bundle, "--slug", "example-two"];
    let (done, _, said) = crate::iati_export::concert(&portal, &take_in);
    assert!(!done && said.contains("name where they go"), "{said}");
    let (done, _, said) = crate::iati_export::concert(&portal, &[&take_in[..], &["--files", place]].concat());
    std::fs::remove_file(bundle).expect("the bundle");
    assert!(done, "{said}");
    assert_eq!(lying(&portal), 4);
    let there = file.replace("/example/", "/example-two/");
    assert_eq!(donor.get(&format!("{there}/versions/1")).await.bytes.as_ref(), PDF);
    assert_eq!(donor.get(&format!("{there}/versions/2")).await.bytes.as_ref(), large.as_slice());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_is_made_in_the_portal_holds_the_files_that_its_asker_may_have() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    // more than what goes through memory at once
    let large = [PDF, &vec![b' '; 7 << 20]].concat();
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", large.as_slice()))).await;
    let parties = brought(&portal, &donor, &action, "parties", "parties.pdf", &[PDF, b"parties"].concat()).await;
    brought(&portal, &donor, &action, "restricted", "restricted.pdf", &[PDF, b"restricted"].concat()).await;
    let taken = brought(&portal, &donor, &action, "members", "taken.pdf", &[PDF, b"taken"].concat()).await;
    donor.post(&format!("{taken}/take-away"), &[("why", "It names a person")]).await;
    assert_eq!(lying(&portal), 5);

    let secretariat = portal.signed_in(SECRETARIAT).await;
    let archive = async |level: &str| {
        let address = secretariat.post("/example/bundles", &[("level", level)]).await.location.expect("an address");
        crate::bundle::work(&portal, address.rsplit('/').next().expect("an id")).await;
        let file = secretariat.get(&format!("{address}/file")).await;
        assert_eq!(file.status, StatusCode::OK, "{level}");
        file.bytes.to_vec()
    };
    let bytes = archive("all").await;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes.clone())).expect("an archive");
    let names: Vec<String> = zip.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut had: Vec<Vec<u8>> = Vec::new();
    for name in names.iter().filter(|name| name.starts_with("files/")) {
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(name).expect("a file"), &mut content).expect("its content");
        had.push(content);
    }
    had.sort_by_key(Vec::len);
    assert_eq!(had, [PDF.to_vec(), [PDF, b"parties"].concat(), large.clone()], "two versions, and what is for parties");
    let rows = std::io::read_to_string(zip.by_name("stored_file_version.ndjson").expect("a table")).expect("its rows");
    assert!(rows.contains("two.pdf") && !rows.contains("restricted.pdf") && !rows.contains("taken.pdf"), "{rows}");
    let history = std::io::read_to_string(zip.by_name("history.ndjson").expect("a table")).expect("its rows");
    assert!(history.contains("file-brought") && !history.contains("It names a person"));

    // another process is made of it, and hands them out to the same people
    let (path, place) = (portal.files_folder().with_extension("portal.zip"), portal.files_folder());
    std::fs::write(&path, bytes).expect("the archive");
    let (bundle, place) = (path.to_str().expect("a path"), place.to_str().expect("a path"));
    let take_in = ["process", "take-in", bundle, "--slug", "example-two", "--files", place];
    let (done, out, said) = crate::iati_export::concert(&portal, &take_in);
    std::fs::remove_file(&path).expect("removed");
    assert!(done, "{out}{said}");
    assert_eq!(lying(&portal), 8);
    let there = |file: &str| file.replace("/example/", "/example-two/");
    assert_eq!(donor.get(&format!("{}/versions/2", there(&file))).await.bytes.as_ref(), large.as_slice());
    let closed = format!("{}/versions/1", there(&parties));
    assert_eq!(secretariat.get(&closed).await.bytes.as_ref(), [PDF, b"parties"].concat());
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get(&closed).await.status, StatusCode::NOT_FOUND);
}
