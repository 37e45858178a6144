//! The readings of a plan, and a beneficiary's strategy, as files: what is on screen, for who may carry it away.

use crate::action_list::href;
use crate::harness::{Browser, Page, Portal};
use crate::plans::plan;
use axum::http::StatusCode;

const SECRETARIAT: &str = "support-group@example.example";
const DONOR: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";
const IN_FORCE: &str = "Plan of Action on serious crime 2025–2027";
const STRATEGY: &str = "Example: strategy of Arvania against organised crime";

async fn read(browser: &Browser, address: &str) -> Page {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
    page
}

async fn rows(browser: &Browser, address: &str) -> Vec<Vec<String>> {
    let page = read(browser, address).await;
    let text = page.body.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> =
        reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|r| r.len() == rows[0].len()), "{address}: a row is not whole");
    rows
}

#[tokio::test]
async fn the_readings_of_a_plan_are_files() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let westmark = portal.lookup("select id::text from organisation where name = $1", "Westmark").await;
    let note = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    let mut counted = 0;
    for email in [SECRETARIAT, DONOR, "chair@example.example"] {
        let browser = portal.signed_in(email).await;
        for query in ["", "beneficiary=XT", "status=ongoing", &format!("beneficiary=XT&donor={westmark}")] {
            let at = format!("{email}: {query}");
            let page = read(&browser, &format!("{place}/matrix?{query}")).await;
            let file = rows(&browser, &format!("{place}/matrix.csv?{query}")).await;
            let columns = page.select("table.matrix thead th").len() - 1;
            let shown: Vec<String> =
                page.select("table.matrix tbody td").iter().map(|n| n.trim().replace('–', "0")).collect();
            let carried: Vec<String> = file[1..].iter().flat_map(|r| r[2..2 + columns].to_vec()).collect();
            assert_eq!(carried, shown, "{at}");
            assert_eq!(file[0][2 + columns - 1], "not stated", "{at}");
            counted += shown.iter().filter(|n| *n != "0").count();

            let page = read(&browser, &format!("{place}/timeline?{query}")).await;
            let file = rows(&browser, &format!("{place}/timeline.csv?{query}")).await;
            let carried: Vec<&str> = file[1..].iter().map(|r| r[2].as_str()).collect();
            assert_eq!(carried, page.select("tbody a.t"), "{at}: the same actions in the same order");
        }
        for file in ["matrix.xlsx", "timeline.xlsx"] {
            assert!(read(&browser, &format!("{place}/{file}")).await.bytes.starts_with(b"PK"), "{email}: {file}");
        }
    }
    assert!(counted > 20, "too few cells to mean anything: {counted}");
    let browser = portal.signed_in(SECRETARIAT).await;
    // a name in a heading bears its asterisk, and its note stands in the file
    let file = rows(&browser, &format!("{place}/matrix.csv")).await;
    assert!(file[0].iter().any(|head| head == "Kestria*"), "{:?}", file[0]);
    let words = note.trim_start_matches(['*', ' ']);
    assert!(!words.is_empty() && file.iter().flatten().any(|cell| cell.contains(words)), "no note: {file:?}");
    // the pages lead to them, with what they are narrowed to
    for reading in ["matrix", "timeline"] {
        let page = read(&browser, &format!("{place}/{reading}?beneficiary=XT")).await;
        let link = href(&page, "ul.exports a[href*=csv]");
        assert_eq!(link, Some(format!("{place}/{reading}.csv?beneficiary=XT")));
    }
    let logged = portal
        .lookup(
            "select count(*)::text from access_log where kind = 'export' and subject_kind = 'plan' and rows is not null
            and detail like $1",
            "%beneficiary=XT%",
        )
        .await;
    assert!(logged.parse::<u32>().is_ok_and(|n| n >= 12), "{logged}");
    // not for who carries nothing away, nor from another process
    let observer = portal.signed_in(OBSERVER).await;
    let foreign = portal
        .lookup("select min(l.id::text) from plan l join process p on p.id = l.process_id where p.slug = $1", "iisg")
        .await;
    for file in ["matrix.csv", "matrix.xlsx", "timeline.csv", "timeline.xlsx"] {
        assert_eq!(observer.get(&format!("{place}/{file}")).await.status, StatusCode::FORBIDDEN, "{file}");
        for nowhere in [foreign.as_str(), "x"] {
            let address = format!("/example/plans/{nowhere}/{file}");
            assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
    let page = observer.get(&format!("{place}/matrix")).await;
    assert!(!page.body.contains("matrix.csv"), "{}", page.text());
}

#[tokio::test]
async fn a_strategy_is_a_file_with_a_row_an_objective() {
    let portal = Portal::start().await;
    let id = portal.lookup("select id::text from strategy where title = $1", STRATEGY).await;
    let hostile = "update strategy_objective set title = '=HYPERLINK(1)' where strategy_id = $1::uuid and code = '1'";
    sqlx::query(hostile).bind(&id).execute(&mut portal.superuser().await).await.expect("a title");
    let browser = portal.signed_in(DONOR).await;
    let page = read(&browser, &format!("/example/strategies/{id}")).await;
    let address = href(&page, "ul.exports a[href*=csv]").expect("a link");
    assert_eq!(address, format!("/example/strategies/{id}/list.csv"));
    let file = rows(&browser, &address).await;
    let shown = page.select("#objectives tbody th .t");
    assert_eq!(file.len() - 1, shown.len(), "{file:?}");
    assert!(file[1..].iter().all(|r| r[2] == STRATEGY), "{file:?}");
    let titles: Vec<&str> = file[1..].iter().map(|r| r[10].trim_start_matches('\'')).collect();
    assert_eq!(titles, shown);
    assert!(file.iter().any(|r| r[10] == "'=HYPERLINK(1)"), "no text is a formula: {file:?}");
    assert!(file.iter().flatten().any(|cell| cell.starts_with("15113 ")), "names beside codes: {file:?}");
    let book = read(&browser, &format!("/example/strategies/{id}/list.xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"));
    for nowhere in ["x", "01990000-0000-7000-8000-000000000000"] {
        let answer = browser.get(&format!("/example/strategies/{nowhere}/list.csv")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let observer = portal.signed_in(OBSERVER).await;
    for ending in ["csv", "xlsx"] {
        let refused = observer.get(&format!("/example/strategies/{id}/list.{ending}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{ending}");
    }
}
