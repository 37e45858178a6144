//! Money by quarters.

use crate::decisions::SECRETARIAT;
use crate::harness::Page;
use crate::money::{IISG, counting, line, lines, number};
use axum::http::StatusCode;
use rust_decimal::Decimal;

#[tokio::test]
async fn quarters_are_counted_as_years_are() {
    let portal = counting().await;
    let browser = portal.signed_in(IISG).await;
    // without a date, over the days of the action: the quarters of a year come to it
    let action = portal.action("iisg", "Countering Serious Crime in the Western Balkans (IPA 2019)").await;
    // how a commitment without a date comes into a quarter is said at its row; asked about as a whole, it has none
    let rows = async |of: &str| browser.get(&format!("/iisg/money/rows?is=action:{action}{of}")).await.text();
    let laid_out = "no date of its own, spread over the action’s days";
    assert!(
        rows("&is=quarter:2021-Q1").await.contains(laid_out) && rows("&from=2021&to=2021").await.contains(laid_out)
    );
    let whole = rows("").await;
    assert!(whole.contains("no date") && !whole.contains(laid_out), "{whole}");
    let quarters = browser.get(&format!("/iisg/money?rows=quarter&is=action:{action}")).await;
    assert_eq!(line(&quarters, "Q3 2020"), "1,505,187.22 EUR");
    assert_eq!(line(&quarters, "Q4 2020"), "1,505,187.21 EUR");
    assert_eq!(line(&quarters, "Q1 2021"), "1,472,465.76 EUR");
    assert_eq!((lines(&quarters).len(), line(&quarters, "All").as_str()), (13, "17,915,000 EUR"));
    let of_2021 = |name: &str| name.ends_with("2021");
    let sum: Decimal = lines(&quarters).iter().filter(|(n, _)| of_2021(n)).map(|(_, sum)| number(sum)).sum();
    assert_eq!(sum, number("5,971,666.67"));

    // what is known by its year alone is in no quarter as if it were known to be; what is of a month is in that of the month
    let browser = portal.signed_in(SECRETARIAT).await;
    let safe = portal.action("example", "SAFE: safe anchorages for everyone").await;
    let quarters = browser.get(&format!("/example/money?rows=quarter&is=action:{safe}")).await;
    let parts = ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"].map(|name| line(&quarters, name));
    assert_eq!(parts, ["542,465.75 EUR", "548,493.15 EUR", "554,520.55 EUR", "554,520.55 EUR"]);
    assert!(quarters.text().contains("≈ 100% of it estimated"), "{}", quarters.text());
    let paid = browser.get(&format!("/example/money?rows=quarter&kind=disbursed&is=action:{safe}")).await;
    assert_eq!((lines(&paid).len(), line(&paid, "Q3 2026").as_str()), (2, "700,000 EUR"));
    assert!(!paid.text().contains("of it estimated"), "{}", paid.text());

    // a cell opens to its own amount and its own rows, and asks the database no more than a year's
    let query = "rows=donor&cols=quarter&kind=disbursed";
    let page = browser.get(&format!("/example/money?{query}")).await;
    let html = page.html();
    let cells = scraper::Selector::parse("table.sums tbody td.num a").expect("selector");
    for a in html.select(&cells).take(12) {
        let shown = a.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let address = a.value().attr("href").expect("an address");
        assert_eq!(browser.get(address).await.select("h1").join(" "), shown, "{address}");
    }
    let assets = portal.action("example", "Strengthening asset recovery").await;
    let opened = async |quarter: &str| {
        let path = format!("/example/money/rows?kind=disbursed&is=quarter:{quarter}&is=action:{assets}");
        browser.get(&path).await.text()
    };
    let second = opened("2026-Q2").await;
    assert!(second.contains("Q2 2026") && second.contains("1,200,000 EUR"), "{second}");
    assert!(!second.contains("1,600,000 EUR"), "{second}");
    let statements = |page: &Page| {
        let said = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
        said.split('"').nth(1).and_then(|n| n.parse::<u32>().ok()).expect("statements")
    };
    let years = browser.get(&format!("/example/money?{}", query.replace("quarter", "year"))).await;
    assert_eq!(statements(&page), statements(&years));
    let file = browser.get(&format!("/example/money.csv?{query}")).await.body;
    assert!(file.lines().next().is_some_and(|head| head.contains("Q2 2026 (EUR)")), "{file}");
    assert_eq!(browser.get(&format!("/example/money.xlsx?{query}")).await.status, StatusCode::OK);

    // more columns than paper is wide: there each amount bears the name of its column, and the last one that of all
    let named = async |query: &str| {
        let page = browser.get(&format!("/example/money?rows=donor&{query}")).await;
        let html = page.html();
        let cells = scraper::Selector::parse("table.sums.many [data-label]").expect("selector");
        html.select(&cells).filter_map(|cell| cell.value().attr("data-label").map(str::to_owned)).collect::<Vec<_>>()
    };
    let wide = named("cols=quarter").await;
    assert!(wide.iter().any(|name| name == "Q2 2026") && wide.iter().any(|name| name == "All"), "{wide:?}");
    let narrow = named("cols=quarter&from=2026&to=2026").await;
    assert!(narrow.is_empty(), "what fits stays a table: {narrow:?}");
}
