//! Pictures: each answers its question with a picture and the same figures beside it, leads to its rows, and shows nobody
//! more than they may see; as files they carry their notes and are written down.

use crate::action_list::href;
use crate::decisions::SECRETARIAT;
use crate::harness::{Browser, Page, Portal};
use crate::needs::{DONOR, LEAD_CRIME, WESTMARK};
use axum::http::StatusCode;

const OBSERVER: &str = "observer@example.example";
const ALL: [&str; 7] = ["money", "flows", "timeline", "gaps", "map", "plans", "freshness"];
/// Its keeper's own, and opened to few.
const CLOSED: &str = "Relocation of witnesses between two states of the region";

fn ok(page: &Page, at: &str) {
    assert_eq!(page.status, StatusCode::OK, "{at}: {}", page.text());
}

fn links(page: &Page, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.html().select(&selector).filter_map(|a| a.value().attr("href").map(str::to_owned)).collect()
}

async fn picture(browser: &Browser, name: &str, query: &str) -> Page {
    let at = format!("/example/pictures/{name}?{query}");
    let page = browser.get(&at).await;
    ok(&page, &at);
    page
}

#[tokio::test]
async fn each_answers_its_question_with_a_picture_its_table_and_ways_to_the_rows() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let index = browser.get("/example/pictures").await;
    ok(&index, "index");
    assert_eq!(index.select("ul.pic-cards h2 a").len(), ALL.len());
    assert!(href(&browser.get("/example").await, "main a[href='/example/pictures']").is_some(), "home leads here");
    // and from anywhere, where money and meetings are looked for
    assert_eq!(index.select("nav.nav a[aria-current='page']"), ["Pictures"]);
    for name in ALL {
        let page = picture(&browser, name, "").await;
        let question = page.select("h1").pop().unwrap_or_default();
        assert!(question.ends_with('?'), "{name}: {question}");
        assert_eq!(page.select("svg.pic > title").first(), Some(&question), "{name}");
        assert!(!page.select("svg.pic > desc").concat().is_empty(), "{name}");
        assert!(!page.body.contains(" style="), "{name}");
        assert!(!page.select("table tbody tr").is_empty(), "{name} has no table");
        // a few marks, each to a page that is there; and the table's figures too
        for selector in ["svg.pic-wide a", "table tbody td a"] {
            for link in links(&page, selector).into_iter().take(3) {
                ok(&browser.get(&link).await, &link);
            }
        }
        let statements = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let n: u32 = statements.split('"').nth(1).and_then(|n| n.parse().ok()).expect("statements");
        assert!(n <= 8, "{name}: {n} statements");
    }
}

#[tokio::test]
async fn the_table_of_flows_stands_in_the_order_of_the_picture() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = picture(&browser, "flows", "").await;
    let mut from = page.select("table tbody th");
    from.dedup();
    assert!(from.len() > 3, "{from:?}");
    // boxes have no link of their own, and their names whole
    let boxes: Vec<String> = page.select("svg.pic-wide g > title").into_iter().filter(|t| from.contains(t)).collect();
    assert_eq!(boxes, from);
    // what is an estimate among the flows is one in their sum
    assert!(page.body.contains("≈") && page.text().contains("marks an estimate"), "{}", page.text());
}

#[tokio::test]
async fn where_nothing_is_drawn_it_is_told_what_is_missing() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@iisg.example").await;
    let page = browser.get("/iisg/pictures/plans").await;
    ok(&page, "plans");
    assert!(page.text().contains("None of the plans that you can see has measures"), "{}", page.text());
    assert!(href(&page, ".empty a[href='/iisg/plans']").is_some(), "{}", page.body);
    // no choice of nothing, no count of nothing
    assert!(page.select("form.filters").is_empty() && page.select(".pic-said").is_empty());
    let filtered = browser.get("/iisg/pictures/money?from=1960&to=1961").await;
    assert!(href(&filtered, ".empty a[href='/iisg/pictures/money']").is_some(), "{}", filtered.text());
}

#[tokio::test]
async fn measures_of_several_plans_are_told_apart() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = picture(&browser, "plans", "").await;
    assert_eq!(page.select("table thead th").get(1).map(String::as_str), Some("Plan"));
    let selector = scraper::Selector::parse("#plan option").expect("a selector");
    let one = page.html().select(&selector).nth(1).and_then(|o| o.value().attr("value").map(str::to_owned));
    let page = picture(&browser, "plans", &format!("plan={}", one.expect("a plan"))).await;
    assert_ne!(page.select("table thead th").get(1).map(String::as_str), Some("Plan"));
}

#[tokio::test]
async fn a_mark_counts_what_the_list_it_leads_to_shows() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let rows = async |link: &str| browser.get(link).await.select("table tbody tr").len().to_string();
    // running actions by beneficiary, actions by pillar, and by when they were confirmed
    for (name, query) in [("map", ""), ("map", "pillar=CRIME"), ("timeline", ""), ("freshness", ""), ("gaps", "")] {
        let page = picture(&browser, name, query).await;
        let selector = scraper::Selector::parse("table tbody td a").expect("a selector");
        let cells: Vec<(String, String)> = page
            .html()
            .select(&selector)
            .map(|a| (a.text().collect::<String>(), a.value().attr("href").unwrap_or_default().to_owned()))
            .collect();
        assert!(!cells.is_empty(), "{name}");
        for (text, link) in cells.iter().filter(|(text, _)| !text.contains('○')).take(12) {
            let figure = text.split([' ', '\u{a0}']).next().unwrap_or_default();
            // a list has fifty rows a page
            if figure != "0" && figure.parse::<u32>().is_ok_and(|n| n <= 50) {
                assert_eq!(rows(link.as_str()).await, figure, "{name}?{query}: {link}");
            }
        }
    }
    // needs without a response that was confirmed
    let page = picture(&browser, "map", "show=needs").await;
    for (figure, link) in page.select("table tbody td a").iter().zip(links(&page, "table tbody td a")) {
        let open = figure.split(' ').next().unwrap_or_default();
        if open != "0" {
            assert_eq!(rows(link.as_str()).await, open, "{link}");
        }
    }
}

#[tokio::test]
async fn nobody_sees_more_in_a_picture_than_elsewhere() {
    let portal = Portal::start().await;
    let observer = portal.signed_in(OBSERVER).await;
    for path in ["money", "flows", "money.svg", "flows.png", "map?show=money", "map?show=needs"] {
        let page = observer.get(&format!("/example/pictures/{path}")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
    }
    let index = observer.get("/example/pictures").await;
    assert!(!index.body.contains("/example/pictures/money") && index.body.contains("/example/pictures/timeline"));
    for name in ["timeline", "gaps", "map", "plans", "freshness"] {
        let page = picture(&observer, name, "").await;
        assert!(!page.body.contains(".svg?") && !page.body.contains("\u{a0}EUR"), "{name}");
        let file = observer.get(&format!("/example/pictures/{name}.svg")).await;
        assert_eq!(file.status, StatusCode::FORBIDDEN, "observers carry nothing away: {name}");
    }
    // an action that is its keeper's own, and opened to few
    let (keeper, lead) = (portal.signed_in(WESTMARK).await, portal.signed_in(LEAD_CRIME).await);
    assert!(picture(&keeper, "timeline", "pillar=CRIME").await.body.contains(CLOSED));
    for by in ["pillar", "beneficiary"] {
        for browser in [&lead, &observer] {
            assert!(!picture(browser, "timeline", &format!("by={by}")).await.body.contains(CLOSED));
        }
    }
}

#[tokio::test]
async fn who_keeps_records_sees_how_fresh_their_own_are_and_the_secretariat_all() {
    let portal = Portal::start().await;
    let names = async |email: &str| {
        let browser = portal.signed_in(email).await;
        picture(&browser, "freshness", "by=organisation").await.select("table tbody th")
    };
    let all = names(SECRETARIAT).await;
    assert!(all.len() > 2, "{all:?}");
    let mut sorted = all.clone();
    sorted.sort_by_key(|name| concert::kernel::fold::fold(name));
    assert_eq!(all, sorted, "in the order of the alphabet");
    let own = names(DONOR).await;
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(all.contains(&own[0]));
    // a lead keeps none: the pillars are shown instead
    let lead = names(LEAD_CRIME).await;
    assert!(lead.iter().all(|name| !all.contains(name)), "{lead:?}");
}

#[tokio::test]
async fn what_a_picture_says_counts_each_action_once() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    // many are for several beneficiaries: however it is grouped, the sentence is the same
    for name in ["freshness", "timeline"] {
        let said = async |by: &str| picture(&browser, name, by).await.select(".pic-said");
        let (pillars, beneficiaries) = (said("").await, said("by=beneficiary").await);
        assert_eq!(pillars, beneficiaries);
        assert!(pillars.concat().chars().filter(char::is_ascii_digit).count() >= 3, "{pillars:?}");
    }
    let stale = browser.get("/example/actions?fresh=stale").await.select("table tbody tr").len();
    let said = picture(&browser, "freshness", "").await.select(".pic-said").concat();
    assert!(said.ends_with(&format!("six months: {stale}.")), "{said}: {stale}");
}

#[tokio::test]
async fn plans_are_as_far_as_was_reported_in_rounds() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let round = "Progress on serious crime 2026 (example)";
    // what the picture counts, counted from the rows: the seed has one round
    let sql = "select coalesce(sum(x.n), 0)::text from (select count(*) as n from plan_node_action l
            join progress_report g on g.process_id = l.process_id and g.action_id = l.action_id
            join process p on p.id = l.process_id where p.slug = 'example' and g.state <> 'returned' and g.health = $1) x";
    let columns = async |page: &Page| {
        let heads = page.select("table thead th");
        let at = |name: &str| heads.iter().position(|h| h == name).expect("a column") - 1;
        let cells = page.select("table tbody td");
        let wide = heads.len() - 1;
        let sum = |name: &str| -> i64 {
            cells.iter().skip(at(name)).step_by(wide).map(|n| n.parse::<i64>().expect("a number")).sum()
        };
        [sum("Done"), sum("On track"), sum("At risk"), sum("Later than planned")]
    };
    let page = picture(&browser, "plans", "by=progress").await;
    let drawn = columns(&page).await;
    let mut counted = Vec::new();
    for health in ["done", "on_track", "at_risk", "late"] {
        counted.push(portal.lookup(sql, health).await.parse::<i64>().expect("a number"));
    }
    assert_eq!(drawn.to_vec(), counted);
    assert!(counted.iter().sum::<i64>() >= 1, "the seed reports on an action under a measure: {counted:?}");
    let text = page.text();
    assert!(text.contains("nothing reported") && text.contains(&format!("Reported in “{round}”, last on")), "{text}");
    // a mark leads to its measure, where each action says what was reported of it
    let mut told = String::new();
    for measure in links(&page, "table tbody th a") {
        told += &browser.get(&measure).await.select("#actions li").join("\n");
    }
    assert!(told.contains("Later than planned") && told.contains(round), "{told}");
    let reports = links(&page, "table tbody td a").into_iter().find(|link| link.ends_with("/reports"));
    ok(&browser.get(&reports.expect("a way to the reports")).await, "reports");
    let statements = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(statements.split('"').nth(1).and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n <= 8), "{statements}");
    let file = browser.get("/example/pictures/plans.svg?by=progress").await;
    assert!(file.body.contains("Reported in") && file.body.contains("At risk"), "the file says so, too");

    // what is referred back does not count, and by status the round stands beside it
    sqlx::query(
        "update progress_report set state = 'returned', word = 'Example', decided_at = reported_at, decided_by_id = reported_by_id",
    )
    .execute(&mut portal.in_process("example").await)
    .await
    .expect("referred back");
    assert_eq!(columns(&picture(&browser, "plans", "by=progress").await).await, [0; 4]);
    let observer = portal.signed_in(OBSERVER).await;
    let page = picture(&observer, "plans", "by=progress").await;
    assert!(!page.text().contains("nothing reported") && !page.text().contains("Progress last reported"));
}

#[tokio::test]
async fn files_stand_alone_with_their_notes_and_are_written_down() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let kind =
        |page: &Page| page.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    for name in ALL {
        let svg = browser.get(&format!("/example/pictures/{name}.svg?pillar=CRIME")).await;
        ok(&svg, name);
        assert_eq!(kind(&svg), "image/svg+xml; charset=utf-8");
        assert!(svg.body.starts_with("<svg xmlns=") && svg.body.ends_with("</svg>"), "{name}");
        assert!(
            svg.body.contains("Source Sans 3") && !svg.body.contains("var(--"),
            "{name}: resolved colours, named font"
        );
        assert!(!svg.body.contains("<a "), "{name}: a file leads nowhere");
        // the note of Kestria*, and that nothing here is real
        assert!(svg.body.contains("* ") && svg.body.contains("xample"), "{name}");
        let png = browser.get(&format!("/example/pictures/{name}.png")).await;
        ok(&png, name);
        assert_eq!(kind(&png), "image/png");
        assert!(png.bytes.starts_with(b"\x89PNG\r\n\x1a\n"), "{name}");
    }
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "picture")
        .await;
    assert_eq!(noted, (2 * ALL.len()).to_string());
    let log = portal.signed_in(SECRETARIAT).await.get("/example/access-log").await;
    assert!(log.text().contains("A picture"), "{}", log.text());
}

#[tokio::test]
async fn the_table_of_each_is_a_file_with_its_notes_and_is_written_down() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for name in ALL {
        let page = picture(&browser, name, "pillar=CRIME").await;
        for ending in ["xlsx", "csv"] {
            let at = format!("/example/pictures/{name}.{ending}?pillar=CRIME");
            assert!(links(&page, "ul.exports a").contains(&at), "{name}: no link to {at}");
        }
        let csv = browser.get(&format!("/example/pictures/{name}.csv?pillar=CRIME")).await;
        ok(&csv, name);
        let heads = page.select("figure ~ div.table thead th");
        let first = csv.body.trim_start_matches('\u{feff}').lines().next().unwrap_or_default().to_owned();
        assert!(heads.first().is_some_and(|head| first.trim_start_matches('"').starts_with(head)), "{name}: {first}");
        // every row of the page, each named as there; and what has to be said of them
        let said = csv.body.replace("\"\"", "\"").split_whitespace().collect::<Vec<_>>().join(" ");
        for row in page.select("figure ~ div.table tbody th") {
            assert!(said.contains(&row), "{name}: {row} is missing");
        }
        assert!(first.ends_with("Notes"), "{name}: {first}");
        let book = browser.get(&format!("/example/pictures/{name}.xlsx?pillar=CRIME")).await;
        ok(&book, name);
        assert!(book.bytes.starts_with(b"PK"), "{name}");
    }
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "picture")
        .await;
    assert_eq!(noted, (2 * ALL.len()).to_string());
    // amounts are exact numbers in a column that says their currency, not the short ones of the page
    let money = browser.get("/example/pictures/money.csv").await;
    let mut reader = csv_of(&money);
    let heads = reader.headers().expect("a head").clone();
    let total = heads.iter().position(|head| head == "Total (EUR)").unwrap_or_else(|| panic!("{heads:?}"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(!rows.is_empty());
    for row in &rows {
        assert!(row.get(total).is_some_and(|n| n.parse::<f64>().is_ok()), "{row:?}");
    }
    // who may not see money has neither the picture nor its table
    let observer = portal.signed_in(OBSERVER).await;
    for ending in ["xlsx", "csv"] {
        let at = format!("/example/pictures/money.{ending}");
        assert_eq!(observer.get(&at).await.status, StatusCode::FORBIDDEN, "{at}");
    }
}

#[tokio::test]
async fn who_has_no_room_in_the_picture_stands_in_its_table() {
    let portal = Portal::start().await;
    let mut superuser = portal.superuser().await;
    for sql in [
        // triggers work for the transaction's process
        "select set_config('app.process', (select id::text from process where slug = 'example'), false)",
        "insert into organisation (process_id, name, kind) select p.id, 'Zz donor ' || lpad(i::text, 3, '0'), 'state'
            from process p cross join generate_series(1, 70) i where p.slug = 'example'",
        "insert into contribution (process_id, action_id, kind, amount, currency, value_date, value_date_precision, provider_id)
            select o.process_id, a.id, 'committed', 1000, 'EUR', '2026-01-15', 'day', o.id
            from organisation o join action a on a.process_id = o.process_id and a.title = 'Study visit of prison governors'
            where o.name like 'Zz donor %'",
    ] {
        sqlx::query(sql).execute(&mut superuser).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = picture(&browser, "money", "").await;
    let drawn = page.select("svg.pic-wide").concat();
    assert!(drawn.contains("Zz donor 001") && !drawn.contains("Zz donor 070"), "{drawn}");
    let told = |rows: Vec<String>| rows.iter().filter(|row| row.contains("Zz donor ")).count();
    assert_eq!(told(page.select("figure ~ div.table tbody th")), 70);
    assert!(page.select("figcaption").concat().contains("are in the table"), "{}", page.text());
    let csv = browser.get("/example/pictures/money.csv").await;
    assert_eq!(told(csv.body.lines().map(str::to_owned).collect()), 70);
}

fn csv_of(page: &Page) -> csv::Reader<std::io::Cursor<Vec<u8>>> {
    ok(page, "a table");
    let text = page.body.trim_start_matches('\u{feff}').to_owned();
    csv::Reader::from_reader(std::io::Cursor::new(text.into_bytes()))
}

#[tokio::test]
async fn the_map_bears_the_note_the_dashed_line_and_the_asterisk() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@iisg.example").await;
    let page = browser.get("/iisg/pictures/map").await;
    ok(&page, "map");
    assert!(page.body.contains("class=\"dash\"") && page.text().contains("Kosovo*"));
    assert!(page.text().contains("no position on the status") && page.text().contains("Natural Earth"));
    assert!(page.select("footer p").concat().contains("without prejudice"), "{:?}", page.select("footer p"));
    let svg = browser.get("/iisg/pictures/map.svg").await;
    assert!(svg.body.contains("without prejudice") && svg.body.contains("Kosovo*"));
    // not public: there is no such address for visitors
    assert_eq!(portal.visitor().get("/iisg/public/pictures/map").await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.visitor().get("/iisg/pictures/map").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn absurd_and_hostile_addresses_draw_something_or_say_so() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let queries = [
        "from=9999999999&to=-1",
        "from=2030&to=2020",
        "from=2100&to=2100",
        "pillar=%00&beneficiary=%3Cscript%3E&by=x&show=x&kind=x&plan=x",
        "rows=donor&split=donor&each=donor",
        "rows=year&split=beneficiary&each=pillar&kind=spent",
        "rows=pillar&split=quarter&each=year&from=2100",
        "pillar=PREVENT&beneficiary=XE&by=beneficiary",
    ];
    for name in ALL {
        for query in queries {
            let page = picture(&browser, name, query).await;
            assert!(!page.body.contains("<script>") && !page.body.contains("NaN"), "{name}?{query}");
        }
    }
    let page = picture(&browser, "timeline", "from=30").await;
    assert!(page.text().contains("Write a year between"), "{}", page.text());
    // a bar that is cut off at the edge is said to be
    let cut = "Shown are the years 2026 to 2026";
    assert!(picture(&browser, "timeline", "from=2026&to=2026").await.text().contains(cut));
    assert!(!picture(&browser, "timeline", "").await.text().contains("Shown are the years"));
}

#[tokio::test]
async fn money_by_quarters_is_drawn_of_three_years_and_says_so() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = picture(&browser, "money", "rows=quarter&from=2023").await;
    assert!(page.select(".pic-said").concat().contains("here 2023 to 2025"), "{}", page.text());
    let rows = page.select("table tbody th");
    assert!(rows.contains(&"Q3 2025".to_owned()) && !rows.iter().any(|name| name.ends_with("2026")), "{rows:?}");
    for link in links(&page, "svg.pic-wide a").into_iter().take(3) {
        assert!(link.contains("is=quarter%3A20"), "{link}");
        ok(&browser.get(&link).await, &link);
    }
    let page = picture(&browser, "money", "rows=quarter&from=2025&to=2026").await;
    assert!(!page.select(".pic-said").concat().contains("By quarter"), "what was asked for is drawn");
}

#[tokio::test]
async fn what_is_typed_into_records_stays_text_in_pictures() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    sqlx::query(
        "update action set title = '<script>alert(1)</script> \"Č\" & Љ' || repeat(' long', 60) where id::text = $1",
    )
    .bind(&id)
    .execute(&mut portal.superuser().await)
    .await
    .expect("a title");
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = picture(&browser, "timeline", "").await;
    assert!(!page.body.contains("<script>alert") && page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // cut where it has no room, and whole in its title
    let title = page.select("svg.pic-wide a > title").into_iter().find(|t| t.contains("alert(1)")).expect("its title");
    assert!(title.matches("long").count() >= 60, "{title}");
    ok(&browser.get("/example/pictures/timeline.png").await, "with hostile titles");
}
