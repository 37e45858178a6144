//! The coverage matrix: what its cells hold, on which day, for whom; and its files.

use crate::decisions::{ARVANIA, SECRETARIAT, ok};
use crate::harness::{Page, Portal};
use crate::needs::{DONOR, LEAD_CRIME, WESTMARK, need};
use axum::http::StatusCode;

/// The cell of a row, by the beginning of its title, and a column by its number from 1.
fn cell(page: &Page, row: &str, column: usize) -> String {
    let html = page.html();
    let rows = scraper::Selector::parse("table.matrix tbody tr").expect("selector");
    let cells = scraper::Selector::parse("td").expect("selector");
    let found = html
        .select(&rows)
        .find(|r| r.text().collect::<String>().contains(row))
        .unwrap_or_else(|| panic!("no row {row}"));
    let cell = found.select(&cells).nth(column - 1).expect("a cell");
    cell.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn cells_say_what_is_missing_and_open_into_their_rows() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let page = donor.get("/example/coverage").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    // columns: Arvania, Bergovia and Hollmark, Kestria*, Lumenia, Upper Sevonia, Tarvis
    let missing = cell(&page, "Witnesses are protected across borders", 3);
    assert!(missing.starts_with("○ 1") && missing.contains("no support known"), "{missing}");
    // judged not to be covered, whatever is near it
    let judged = cell(&page, "Witnesses are protected across borders", 4);
    assert!(judged.starts_with("○ 1"), "{judged}");
    let covered = cell(&page, "Each of the six has a cyber incident team", 6);
    assert!(covered.contains("●") && covered.contains("All needs covered"), "{covered}");
    let crowded = cell(&page, "Offices for the recovery and management", 1);
    assert!(crowded.contains("several partners active"), "{crowded}");
    // the cell of what is missing opens into its one need and no action
    let link = scraper::Selector::parse("table.matrix tbody td.gap a").expect("selector");
    let address =
        page.html().select(&link).next().and_then(|a| a.value().attr("href").map(str::to_owned)).expect("a gap");
    let opened = donor.get(&address).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(
        opened.text().contains("One need") && opened.text().contains("No action is known here"),
        "{}",
        opened.text()
    );
    for query in [
        "show=actions",
        "show=money",
        "show=donors",
        "by=themes",
        "by=themes&show=money",
        "view=picture",
        "pillar=CRIME",
    ] {
        let page = donor.get(&format!("/example/coverage?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.body.contains("class=\"matrix\""), "{query}");
    }
    // the whole, a row, a column
    for query in ["", "column=XA", "row=none"] {
        assert_eq!(donor.get(&format!("/example/coverage/cell?{query}")).await.status, StatusCode::OK, "{query}");
    }
}

#[tokio::test]
async fn what_has_no_rate_is_told_where_it_stands_and_nowhere_else() {
    const NO_RATE: &str = "for want of an exchange rate";
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let told = |page: &Page| page.select(".flash.warn").into_iter().find(|t| t.contains(NO_RATE));
    let all = donor.get("/example/coverage?show=money").await;
    let whole = told(&all).expect("money without a rate in the example process");
    // of one pillar no more is told than stands in its rows
    let one = donor.get("/example/coverage?show=money&pillar=PREVENT").await;
    assert_ne!(told(&one).as_deref(), Some(whole.as_str()));
    // and in a cell in which nothing is done there is none
    let gap = scraper::Selector::parse("table.matrix tbody td.gap a").expect("selector");
    let address =
        all.html().select(&gap).next().and_then(|a| a.value().attr("href").map(str::to_owned)).expect("a gap");
    let cell = donor.get(&address).await;
    assert!(cell.text().contains("No action is known here"), "{}", cell.text());
    assert_eq!(told(&cell), None);
    // the whole as a cell says what the matrix says
    assert_eq!(told(&donor.get("/example/coverage/cell").await).as_deref(), Some(whole.as_str()));
    // the sign for nothing is explained, too
    let legend = all.select(".legend").join(" ");
    assert!(legend.contains("– No need stated, no action known"), "{legend}");
}

#[tokio::test]
async fn a_past_day_shows_what_was_known_then() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let tarvis = |page: &Page| cell(page, "Each of the six has a cyber incident team", 6);
    // before anything was submitted, after it was, after it was judged to be covered
    let first = browser.get("/example/coverage?at=2024-01-15").await;
    assert!(first.text().contains("An earlier day"), "{}", first.text());
    assert!(!tarvis(&first).contains("●") && !tarvis(&first).starts_with("○"), "{}", tarvis(&first));
    let then = browser.get("/example/coverage?at=2024-12-31").await;
    assert!(!tarvis(&then).contains("●"), "{}", tarvis(&then));
    let later = browser.get("/example/coverage?at=2025-06-30").await;
    assert!(tarvis(&later).contains("●"), "{}", tarvis(&later));
    // a day that lies ahead is told
    let page = browser.get("/example/coverage?at=2099-01-01").await;
    assert!(page.text().contains("This date is in the future"), "{}", page.text());
    // withdrawn in September 2026: there in August, and not today
    let boats = |text: String| text.contains("patrol boats for the southern bay");
    assert!(boats(browser.get("/example/coverage/cell?at=2026-08-01").await.text()));
    assert!(!boats(browser.get("/example/coverage/cell").await.text()));
}

#[tokio::test]
async fn a_confirmed_response_counts_and_a_proposed_one_does_not() {
    let portal = Portal::start().await;
    let (westmark, lead) = (portal.signed_in(WESTMARK).await, portal.signed_in(LEAD_CRIME).await);
    let kestria = portal.signed_in("beneficiary-two@example.example").await;
    let id = need(&portal, "a law on the protection of witnesses").await;
    let row = "Witnesses are protected across borders";
    // what stands under no measure that is shown is not counted
    let none = lead.get("/example/coverage?pillar=NONE").await;
    assert!(none.text().contains("0 needs, 0 actions"), "{}", none.text());
    let at = async || cell(&lead.get("/example/coverage?pillar=CRIME").await, row, 3);
    assert!(at().await.starts_with("○"));
    let action = portal.action("example", "From illicit financial flows").await;
    ok(&westmark.post(&format!("/example/needs/{id}/respond"), &[("action", &action)]).await);
    assert!(at().await.starts_with("○"), "proposed is not confirmed");
    assert!(westmark.get("/example/coverage/missing").await.text().contains("a law on the protection of witnesses"));
    let response =
        portal.lookup("select id::text from response where state = 'proposed' and need_id::text = $1", &id).await;
    ok(&kestria.post(&format!("/example/responses/{response}/answer"), &[("do", "confirm")]).await);
    assert!(at().await.starts_with("◐"), "{}", at().await);
    ok(&lead
        .post(&format!("/example/needs/{id}/judge"), &[("coverage", "covered"), ("reason", "The draft is written.")])
        .await);
    assert!(at().await.starts_with("●"));
    let missing = westmark.get("/example/coverage/missing").await.text();
    assert!(!missing.contains("a law on the protection of witnesses"));
    let answered = kestria.get("/example/coverage/answered").await.text();
    assert!(
        answered.contains("Which of Kestria*’s needs are answered?")
            && answered.contains("From illicit financial flows"),
        "{answered}"
    );
}

#[tokio::test]
async fn what_one_may_not_see_is_not_counted() {
    let portal = Portal::start().await;
    // a witness action of Westmark's that is restricted, and opened to few, is in no count of others
    let row = "Witnesses are protected across borders";
    let lumenia = async |email: &str| {
        let browser = portal.signed_in(email).await;
        cell(&browser.get("/example/coverage?show=actions").await, row, 4)
    };
    assert_ne!(lumenia(LEAD_CRIME).await, lumenia(WESTMARK).await);
    // and neither its title nor its money stands in anybody else's file
    for path in [
        "/example/coverage.csv?show=money",
        "/example/coverage.svg?show=money",
        "/example/coverage/cell",
        "/example/coverage/missing",
    ] {
        let body = portal.signed_in(LEAD_CRIME).await.get(path).await.body;
        assert!(!body.contains("Relocation of witnesses"), "{path}");
    }
}

#[tokio::test]
async fn files_are_whole_and_noted() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for query in ["", "?show=money", "?by=themes&show=donors", "?at=2025-06-30"] {
        let csv = browser.get(&format!("/example/coverage.csv{query}")).await;
        assert!(csv.body.contains("Arvania") || query.contains("at="), "{query}");
        let svg = browser.get(&format!("/example/coverage.svg{query}")).await;
        assert_eq!(svg.headers.get("content-type").and_then(|v| v.to_str().ok()), Some("image/svg+xml; charset=utf-8"));
        assert!(
            svg.body.starts_with("<svg") && svg.body.ends_with("</svg>") && svg.body.contains("Kestria*"),
            "{query}"
        );
        assert!(
            svg.body.contains("Kestria* ") || svg.body.contains("* "),
            "the note of the asterisk is in the picture"
        );
        assert!(browser.get(&format!("/example/coverage.xlsx{query}")).await.bytes.starts_with(b"PK"), "{query}");
    }
    let arvania = portal.signed_in(ARVANIA).await;
    for (browser, path) in [
        (&browser, "/example/coverage.pdf?show=money"),
        (&browser, "/example/coverage/missing.pdf"),
        (&arvania, "/example/coverage/answered.pdf"),
    ] {
        let file = browser.get(path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.text());
        assert!(file.bytes.starts_with(b"%PDF"), "{path}");
        let text = String::from_utf8_lossy(&file.bytes);
        let pages = text.matches("/Type /Page\n").count()
            + text.matches("/Type/Page/").count()
            + text.matches("/Type /Page ").count();
        assert!(pages <= 1, "{path}: {pages} pages");
    }
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "coverage")
        .await;
    assert_eq!(noted, "15");
}

#[tokio::test]
async fn where_no_plan_has_measures_the_way_to_the_themes_is_shown() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("commission@iisg.example").await;
    let page = browser.get("/iisg/coverage").await;
    let ways = page.select("main .empty a");
    assert_eq!(ways, ["Show the actions by theme"], "{}", page.text());
    let themes = browser.get("/iisg/coverage?by=themes&show=actions").await;
    assert!(themes.select("table.matrix tbody tr").len() > 10, "{}", themes.text());
    // what is chosen there and finds nothing is told in the words of themes
    let none = browser.get("/iisg/coverage?by=themes&at=1950-01-01").await;
    assert!(!none.text().contains("No plan with measures"), "{}", none.text());
}

#[tokio::test]
async fn where_nobody_has_stated_a_need_nothing_is_said_to_be_covered() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("commission@iisg.example").await;
    let page = browser.get("/iisg/coverage/missing").await;
    assert!(page.text().contains("Gaps can be shown once"), "{}", page.text());
    assert!(!page.text().contains("No gaps that you can see"), "{}", page.text());
    assert!(!page.text().contains("No known support"), "no list has been counted: {}", page.text());
    // who can begin is told how, everybody else who does
    let secretariat = portal.signed_in("support-group@iisg.example").await;
    assert!(secretariat.get("/iisg/needs/cycles").await.text().contains("Open the first one below"));
    assert!(
        browser.get("/iisg/needs/cycles").await.text().contains("The Support Group secretariat opens the first one")
    );
    let donor = portal.signed_in("donor@example.example").await;
    assert!(!donor.get("/example/coverage/missing").await.text().contains("Gaps can be shown once"));
}
