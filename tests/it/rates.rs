//! Exchange rates: loaded whole or not at all, the same for every process, looked up by everybody who sees money.

use crate::harness::Portal;
use crate::iati_export::concert;
use crate::imports::DONOR;
use axum::http::StatusCode;
use concert::ops::rates;
use std::path::PathBuf;

const HISTORY: &str = "Date,USD,CHF,CYP,\n2026-11-20,1.1600,0.9300,N/A,\n2026-11-19,1.1500,N/A,0.58,\n";

fn file(name: &str, text: &str) -> PathBuf {
    let path =
        std::env::temp_dir().join(format!("concert-rates-{}-{}-{name}", std::process::id(), uuid::Uuid::now_v7()));
    std::fs::write(&path, text).expect("a file");
    path
}

async fn load(portal: &Portal, text: &str) -> anyhow::Result<String> {
    let path = file("eurofxref-hist.csv", text);
    let loaded = rates::load(&portal.url("concert_owner"), &path, &portal.clock).await;
    std::fs::remove_file(&path).expect("gone");
    Ok(loaded?.text())
}

async fn all(portal: &Portal) -> String {
    let sql = "select string_agg(currency || ' ' || day || ' ' || per_euro, ', ' order by currency, day) from exchange_rate where $1 <> ''";
    portal.lookup(sql, "x").await
}

#[tokio::test]
async fn a_file_is_loaded_once_and_what_was_put_right_in_it_is_taken_over() {
    let portal = Portal::start().await;
    let said = load(&portal, HISTORY).await.expect("loaded");
    assert!(said.contains("3 rates added") && said.contains("CYP"), "{said}");
    let loaded = "CHF 2026-11-20 0.9300, USD 2026-11-19 1.1500, USD 2026-11-20 1.1600";
    assert_eq!(all(&portal).await, loaded);
    assert!(load(&portal, HISTORY).await.expect("again").contains("nothing new"));
    assert_eq!(portal.lookup("select count(*)::text from rate_load where $1 <> ''", "x").await, "1");
    let wrong = load(&portal, &HISTORY.replace("1.1500", "much")).await.expect_err("no rate");
    assert!(format!("{wrong:#}").contains("line 3, USD"), "{wrong:#}");
    assert_eq!(all(&portal).await, loaded, "nothing of it is taken");
    let said = load(&portal, &HISTORY.replace("1.1500", "1.1510")).await.expect("corrected");
    assert!(said.contains("0 rates added, 1 changed"), "{said}");
}

#[tokio::test]
async fn the_page_says_which_rates_there_are_and_converts_by_the_rule() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let page = donor.get("/example/money/rates").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("No rates are loaded") && page.text().contains("ALL, MKD, RSD"), "{}", page.text());
    load(&portal, HISTORY).await.expect("loaded");
    let asked = async |query: &str| donor.get(&format!("/example/money/rates?{query}")).await;
    let page = asked("amount=100&from=EUR&to=USD&on=2026-11-22").await;
    assert!(
        page.text().contains("116 USD") && page.text().contains("the last one published before that day"),
        "{}",
        page.text()
    );
    let page = asked("amount=100&from=EUR&to=USD&on=2027").await;
    assert!(page.text().contains("the newest available"), "{}", page.text());
    let page = asked("amount=100&from=EUR&to=USD&on=2020").await;
    assert!(page.text().contains("There is no rate from EUR to USD"), "{}", page.text());
    let page = asked("amount=195583&from=BAM&to=EUR&on=2026").await;
    assert!(page.text().contains("100,000 EUR") && page.text().contains("fixed by law"), "{}", page.text());
    assert_eq!(asked("amount=lots&from=EUR&to=USD&on=2026").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get("/example/money/rates").await.status, StatusCode::FORBIDDEN);
    // an amount of that day is shown in euro beside its own currency, with its rate
    let id = portal.action("example", "Strengthening asset recovery").await;
    let money = format!("/example/actions/{id}/money");
    let added = donor
        .post(
            &format!("{money}/new"),
            &[("kind", "spent"), ("amount", "116"), ("currency", "USD"), ("value_date", "2026-11-20")],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let page = donor.get(&money).await;
    assert!(page.text().contains("100 EUR") && page.text().contains("Rate of 20 November 2026"), "{}", page.text());
}

#[tokio::test]
async fn nobody_inside_a_process_writes_rates() {
    let portal = Portal::start().await;
    load(&portal, HISTORY).await.expect("loaded");
    let mut app = portal.sql("concert_app").await;
    let read: i64 = sqlx::query_scalar("select count(*) from exchange_rate").fetch_one(&mut app).await.expect("read");
    assert_eq!(read, 3);
    for sql in [
        "update exchange_rate set per_euro = 1",
        "delete from exchange_rate",
        "insert into exchange_rate values ('USD', '2026-01-01', 1)",
    ] {
        let refused = sqlx::query(sql).execute(&mut app).await.expect_err(sql);
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_command_line_rates_are_loaded_and_looked_up() {
    let portal = Portal::start().await;
    let (done, said, _) = concert(&portal, &["rates", "show"]);
    assert!(done && said.contains("No exchange rates are loaded"), "{said}");
    let path = file("eurofxref-hist.csv", HISTORY);
    let load = |url: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_concert"));
        let out = command.args(["rates", "load"]).arg(&path).args(["--owner-url", url]).output().expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (out.status.success(), format!("{}{}", text(&out.stdout), text(&out.stderr)))
    };
    let (refused, said) = load(&portal.url("concert_app"));
    assert!(!refused, "the app's role writes no rates: {said}");
    let (loaded, said) = load(&portal.url("concert_owner"));
    assert!(loaded && said.contains("3 rates added"), "{said}");
    std::fs::remove_file(&path).expect("gone");
    let (done, said, _) = concert(&portal, &["rates", "show"]);
    assert!(done && said.contains("USD  2026-11-19 to 2026-11-20") && said.contains("eurofxref-hist.csv"), "{said}");
    let (done, said, _) = concert(&portal, &["rates", "show", "--currency", "USD", "--on", "2026-11-20"]);
    assert!(done && said.contains("1 EUR = 1.16 USD (2026-11-20)"), "{said}");
    let (done, _, said) = concert(&portal, &["rates", "show", "--currency", "ALL", "--on", "2026-11-20"]);
    assert!(!done && said.contains("there is no rate of ALL"), "{said}");
}

#[tokio::test]
async fn what_the_bank_does_not_publish_comes_from_a_file_of_its_form_with_its_source() {
    let portal = Portal::start().await;
    load(&portal, HISTORY).await.expect("loaded");
    let of = async |text: &str, source: &str| {
        let path = file("kurs.csv", text);
        let loaded = rates::load_of(&portal.url("concert_owner"), &path, source, &portal.clock).await;
        std::fs::remove_file(&path).expect("gone");
        loaded.map(|l| l.text()).map_err(|error| format!("{error:#}"))
    };
    let text = "Date,RSD,MKD\n2026-11-20,117.2,61.5\n2026-11-19,117.1,N/A\n";
    // nobody is named, or the currency is the bank's to say: nothing of it is taken
    let before = all(&portal).await;
    let refused = of(text, " ").await.expect_err("whose?");
    assert!(refused.contains("MKD") && refused.contains("--source"), "{refused}");
    let both = text.replace("MKD", "USD");
    let refused = of(&both, "National Bank").await.expect_err("the bank's");
    assert!(refused.contains("USD comes from the European Central Bank"), "{refused}");
    assert!(of(text, "National\nBank").await.is_err() && of(text, &"x".repeat(201)).await.is_err());
    assert_eq!(all(&portal).await, before);

    let donor = portal.signed_in(DONOR).await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let money = format!("/example/actions/{id}/money");
    let fields = [("kind", "spent"), ("amount", "11720"), ("currency", "RSD"), ("value_date", "2026-11-22")];
    let added = donor.post(&format!("{money}/new"), &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let page = donor.get(&money).await.text();
    assert!(page.contains("publishes no rate of RSD") && page.contains("ten days"), "{page}");
    let said = of(text, "National Bank of Kestria, middle rate").await.expect("loaded");
    assert!(said.contains("3 rates added"), "{said}");
    assert!(of(text, "National Bank of Kestria, middle rate").await.expect("again").contains("nothing new"));
    let page = donor.get(&money).await.text();
    assert!(page.contains("100 EUR") && page.contains("Rate of 20 November 2026"), "by the same rule: {page}");
    let page = donor.get("/example/money/rates").await;
    let row = page.select("#loaded tbody tr").into_iter().find(|row| row.starts_with("RSD")).expect("its row");
    assert!(row.contains("National Bank of Kestria, middle rate"), "{row}");
    let usd = page.select("#loaded tbody tr").into_iter().find(|row| row.starts_with("USD")).expect("its row");
    assert!(usd.contains("European Central Bank"), "{usd}");
    assert!(page.text().contains("publishes no reference rate for ALL."), "{}", page.text());
}
