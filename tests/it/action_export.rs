//! The list as a file: the same rows in the same order, as texts, numbers and dates, and never a formula.

use crate::action_list::{LISTED, href, ids, list, many, total};
use crate::harness::{Browser, Portal};
use crate::iati_export::concert;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use std::io::Read;
use tower::ServiceExt;

struct File {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    bytes: Vec<u8>,
}

/// A file as bytes; pages of the harness are texts.
async fn file(portal: &Portal, browser: &Browser, path: &str) -> File {
    let cookie = format!("concert={}", browser.cookie("concert").expect("a session"));
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    let response = portal.router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    File {
        status: parts.status,
        headers: parts.headers,
        bytes: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
    }
}

async fn csv(portal: &Portal, browser: &Browser, query: &str) -> Vec<Vec<String>> {
    let file = file(portal, browser, &format!("{LISTED}.csv?{query}")).await;
    assert_eq!(file.status, StatusCode::OK);
    let text = String::from_utf8(file.bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}

/// The parts of a workbook as texts.
fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    (0..archive.len())
        .map(|i| {
            let mut part = archive.by_index(i).expect("a part");
            let mut text = String::new();
            let _ = part.read_to_string(&mut text);
            (part.name().expect("a name").into_owned(), text)
        })
        .collect()
}

#[tokio::test]
async fn the_csv_is_the_list_in_its_order_and_over_all_its_pages() {
    let portal = Portal::start().await;
    many(&portal, 120).await;
    let browser = portal.signed_in("support-group@example.example").await;
    for query in ["", "sort=-end", "pillar=CRIME&sort=title", "q=series", "status=none&sort=confirmed"] {
        let mut shown = Vec::new();
        let mut page = list(&browser, query).await;
        loop {
            shown.extend(ids(&page));
            let Some(next) = href(&page, "a[rel=next]") else { break };
            page = browser.get(&next).await;
        }
        let rows = csv(&portal, &browser, query).await;
        let head = rows.first().expect("headings");
        let address = head.iter().position(|h| h == "Address of the record").expect("the column of addresses");
        let exported: Vec<&str> = rows.iter().skip(1).filter_map(|r| r.get(address)?.rsplit('/').next()).collect();
        assert_eq!(exported, shown, "{query}");
        assert_eq!(exported.len(), total(&browser, query).await, "{query}");
        assert!(rows.iter().all(|r| r.len() == head.len()));
    }
}

#[tokio::test]
async fn cells_say_what_they_are_and_names_stand_beside_codes() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let rows = csv(&portal, &browser, "q=schools+against+hatred").await;
    let cell = |head: &str| {
        let at = rows[0].iter().position(|h| h == head).unwrap_or_else(|| panic!("no column {head}: {:?}", rows[0]));
        rows[1][at].clone()
    };
    assert_eq!(cell("Action"), "Schools against hatred in Kestria*");
    assert_eq!((cell("Codes of beneficiaries"), cell("Beneficiary")), ("XE*".into(), "Kestria*".into()));
    assert!(!cell("Notes to names").is_empty(), "the note that the asterisk carries");
    assert_eq!((cell("Starts"), cell("Until")), ("2026-09".into(), "2027-06".into()));
    assert_eq!((cell("Stated total"), cell("Currency")), ("95000".into(), "EUR".into()));
    assert_eq!((cell("Confirmed"), cell("Handling")), ("never".into(), "Members".into()));
    let rows = csv(&portal, &browser, "q=study+visit+of+prison+governors").await;
    let at = rows[0].iter().position(|h| h == "Until").unwrap();
    assert_eq!(rows[1][at], "2026-10-09");
    let at = rows[0].iter().position(|h| h == "Stated total").unwrap();
    assert_eq!(rows[1][at], "not stated");
}

#[tokio::test]
async fn no_cell_of_a_file_is_a_formula() {
    let portal = Portal::start().await;
    let id = portal.action("example", "SAFE: safe anchorages").await;
    let formula = "=HYPERLINK(\"https://evil.example\",\"click\")";
    sqlx::query("update action set title = $2, reference = '@SUM(1)', theme_text = E'\\t=1+1', source_note = '+49 30' where id::text = $1")
        .bind(&id)
        .bind(formula)
        .execute(&mut portal.superuser().await)
        .await
        .expect("an update");
    let browser = portal.signed_in("support-group@example.example").await;
    for row in csv(&portal, &browser, "").await {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?}");
        }
    }
    let all = parts(file(&portal, &browser, &format!("{LISTED}.xlsx")).await.bytes);
    let sheet = &all.iter().find(|(name, _)| name.ends_with("sheet1.xml")).expect("the sheet").1;
    assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "a formula or a link");
    assert!(sheet.contains("HYPERLINK"), "the title is there as a text");
}

#[tokio::test]
async fn the_workbook_has_its_notes_its_filter_and_its_headings_that_stay() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("donor@example.example").await;
    let file = file(&portal, &browser, &format!("{LISTED}.xlsx?pillar=CRIME&sort=-end")).await;
    assert_eq!(file.status, StatusCode::OK);
    let header =
        |name: header::HeaderName| file.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header(header::CONTENT_DISPOSITION), "attachment; filename=\"example-actions-2026-11-24.xlsx\"");
    assert!(header(header::CONTENT_TYPE).contains("spreadsheetml"));
    let all = parts(file.bytes.clone());
    let part = |ending: &str| all.iter().find(|(n, _)| n.ends_with(ending)).map(|(_, t)| t.clone()).unwrap_or_default();
    let sheet = part("sheet1.xml");
    assert!(sheet.contains("<autoFilter") && sheet.contains("state=\"frozen\""));
    assert!(!part("workbook.xml").contains('*'));
    let texts = format!("{}{}{}", part("sheet2.xml"), part("sharedStrings.xml"), sheet);
    for said in ["Pillar: CRIME", "End, latest first", "Partner", "24 November 2026", "How to read it", "not stated"] {
        assert!(texts.contains(said), "the notes lack {said}");
    }
    let note = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    assert!(!note.is_empty() && texts.contains(&note[..20]), "the process's note");
    // as many rows as the list has, and the heading
    assert_eq!(sheet.matches("<row ").count(), total(&browser, "pillar=CRIME").await + 1);
}

#[tokio::test]
async fn every_export_is_written_down_and_too_many_are_refused() {
    let portal = Portal::with(|config| config.export_limit = 3).await;
    let browser = portal.signed_in("donor@example.example").await;
    let rows = total(&browser, "pillar=BORDER").await;
    csv(&portal, &browser, "pillar=BORDER").await;
    let line = portal
        .lookup("select string_agg(kind || ' ' || subject_kind || ' ' || rows || ' ' || detail, ';') from access_log where detail like $1", "%BORDER%")
        .await;
    assert_eq!(line, format!("export action {rows} pillar=BORDER"));
    for _ in 0..2 {
        csv(&portal, &browser, "").await;
    }
    for ending in ["csv", "xlsx"] {
        let refused = file(&portal, &browser, &format!("{LISTED}.{ending}")).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{ending}");
        assert_eq!(refused.headers["retry-after"], "900", "{ending}: as long as its words say");
    }
    // another account has its own limit
    let other = portal.signed_in("second-donor@example.example").await;
    csv(&portal, &other, "").await;
    // and observers have none of it
    let observer = portal.signed_in("observer@example.example").await;
    let refused = file(&portal, &observer, &format!("{LISTED}.csv")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!list(&observer, "").await.body.contains(".xlsx"));
}

#[tokio::test]
async fn who_keeps_actions_of_the_higher_levels_is_told_how_many_left() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    let norland = portal.signed_in("donor@example.example").await;
    let lines = async |browser: &Browser, query: &str| {
        browser.get(&format!("/example/access-log{query}")).await.select("tbody tr")
    };
    let told = async |what: &str| {
        let all = lines(&norland, "").await;
        all.into_iter().filter(|l| l.contains(what) && l.contains("Demo account, Support Group")).collect::<Vec<_>>()
    };
    csv(&portal, &secretariat, "").await;
    let list = told("A list of actions").await;
    assert!(list.len() == 1 && list[0].contains("Exported 2 rows"), "{list:?}");
    assert!(list[0].contains("Parties named"), "{list:?}");
    // of which of them a list was is the matter of who exported it
    csv(&portal, &secretariat, "q=crossing+at+Kalmar").await;
    let list = told("A list of actions").await;
    assert!(list.len() == 2 && list[0].contains("one row") && !list[0].contains("Kalmar"), "{list:?}");
    // nothing of theirs was in it
    csv(&portal, &secretariat, "handling=public").await;
    assert_eq!(told("A list of actions").await.len(), 2);
    assert_eq!(lines(&norland, "?kind=export").await.len(), 2);
    assert_eq!(lines(&norland, "?kind=read").await.len(), 0);
    // as an IATI file
    assert_eq!(secretariat.get("/example/actions.xml").await.status, StatusCode::OK);
    assert_eq!(told("A list of actions").await.len(), 3);
    let rows = secretariat.get("/example/money/rows.csv").await;
    assert_eq!(rows.status, StatusCode::OK);
    assert_eq!(told("Totals of money").await.len(), 1);
    // what one exports oneself is no news
    csv(&portal, &norland, "").await;
    assert_eq!(lines(&norland, "").await.len(), 4);
    // one that is open to its own organisation alone, and was opened to the secretariat
    let westmark = portal.signed_in("second-donor@example.example").await;
    let restricted: Vec<String> = lines(&westmark, "?kind=export").await;
    assert!(
        restricted.iter().any(|l| l.contains("A list of actions") && l.contains("Own organisation only")),
        "{restricted:?}"
    );
    // who sees all lines sees each export once
    let all = lines(&secretariat, "").await;
    assert_eq!(all.iter().filter(|l| l.contains("Demo account, Support Group")).count(), 5, "{all:?}");
    assert!(secretariat.get("/example").await.text().contains("Exported: A list, "));
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_command_line_a_member_gets_their_list_as_a_workbook() {
    let portal = Portal::start().await;
    let path = std::env::temp_dir().join(format!("concert-list-{}.xlsx", std::process::id()));
    let out = path.display().to_string();
    let export = |email: &str, level: &str| {
        let asked =
            ["export", "--process", "example", "--format", "xlsx", "--as", email, "--level", level, "--out", &out];
        concert(&portal, &asked)
    };
    let rows = || {
        let book = parts(std::fs::read(&path).expect("a workbook"));
        let sheet = book.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("the list");
        sheet.1.matches("<row ").count()
    };
    for email in ["support-group@example.example", "second-donor@example.example"] {
        let (done, _, said) = export(email, "all");
        assert!(done, "{said}");
        let browser = portal.signed_in(email).await;
        assert_eq!(rows(), csv(&portal, &browser, "").await.len(), "{email}");
        let (done, _, said) = export(email, "public");
        assert!(done, "{said}");
        assert_eq!(rows(), csv(&portal, &browser, "handling=public").await.len(), "{email}");
    }
    let logged =
        "select count(*)::text from access_log where kind = 'export' and subject_kind = 'action' and detail = $1";
    assert_eq!(portal.lookup(logged, "xlsx").await, "4");
    std::fs::remove_file(&path).expect("gone");
    let (done, _, said) = export("observer@example.example", "all");
    assert!(!done && said.contains("may not export") && !path.exists(), "{said}");
    let without = ["export", "--process", "example", "--format", "xlsx", "--as", "donor@example.example"];
    let (done, _, said) = concert(&portal, &without);
    assert!(!done && said.contains("--out"), "{said}");
}
