//! Money counted once: the nested and chained money of the seed as a person counts it, what each reader sees of it, that no
//! figure is stale, and that a total opens to what it is made of. docs/money.md shows the same figures.

use crate::decisions::SECRETARIAT;
use crate::harness::{Browser, Page, Portal};
use crate::needs::{DONOR, OBSERVER, WESTMARK};
use axum::http::StatusCode;
use rust_decimal::Decimal;

/// Rates of these tests, not those of any day: round ones, so that a person can count along.
const RATES: &str = "insert into rate_load (loaded_at, file_name, first_day, last_day, currencies, added, changed)
        values (now(), 'of the tests', '2000-01-01', '2026-11-20', 4, 0, 0);
    insert into exchange_rate (currency, day, per_euro)
        select c.code, d.day::date, c.rate from (values ('USD', 1.25), ('CHF', 1.0), ('SEK', 10.0), ('GBP', 0.8)) c (code, rate),
            generate_series('2000-01-01'::date, '2026-11-20'::date, interval '1 day') d (day)
        on conflict (currency, day) do update set per_euro = excluded.per_euro;";

pub const IISG: &str = "support-group@iisg.example";

pub async fn counting() -> Portal {
    let portal = Portal::start().await;
    sqlx::raw_sql(RATES).execute(&mut portal.superuser().await).await.expect("rates");
    portal
}

/// What an opened total comes to.
pub async fn total(browser: &Browser, process: &str, query: &str) -> String {
    let page = browser.get(&format!("/{process}/money/rows?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text());
    page.select("h1").join(" ")
}

/// The rows of a table of totals: name and all.
pub fn lines(page: &Page) -> Vec<(String, String)> {
    let html = page.html();
    let selector = |text: &str| scraper::Selector::parse(text).expect("selector");
    let text =
        |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    html.select(&selector("table.sums tbody tr, table.sums tfoot tr"))
        .map(|row| {
            let name = row.select(&selector("th")).next().map(text).unwrap_or_default();
            let all = row.select(&selector("td.num a")).last().map(text).unwrap_or_default();
            (name, all)
        })
        .collect()
}

pub fn line(page: &Page, name: &str) -> String {
    let all = lines(page);
    let found = all.iter().find(|(n, _)| n == name);
    found.map(|(_, sum)| sum.clone()).unwrap_or_else(|| panic!("no {name} among {all:?}"))
}

/// An amount as it is shown, as a number.
pub fn number(shown: &str) -> Decimal {
    shown.split_whitespace().next().unwrap_or_default().replace(',', "").parse().unwrap_or_else(|_| panic!("{shown}"))
}

#[tokio::test]
async fn the_action_of_ipa_2019_is_its_three_shares_and_nothing_more() {
    let portal = counting().await;
    let browser = portal.signed_in(IISG).await;
    let action = portal.action("iisg", "Countering Serious Crime in the Western Balkans (IPA 2019)").await;
    let only = format!("is=action:{action}");
    assert_eq!(total(&browser, "iisg", &only).await, "17,915,000 EUR");
    // its stated total is the same money, and its part without a figure adds nothing
    let part = portal.action("iisg", "CSCWB Technical Assistance Facility").await;
    assert_eq!(total(&browser, "iisg", &format!("is=action:{part}")).await, "0 EUR");

    let donors = browser.get(&format!("/iisg/money?rows=donor&{only}")).await;
    assert_eq!(line(&donors, "European Union"), "15,800,000 EUR");
    assert_eq!(line(&donors, "Federal Ministry for Economic Cooperation and Development"), "1,215,000 EUR");
    assert_eq!(line(&donors, "Ministry of the Interior of Italy"), "900,000 EUR");
    assert_eq!(line(&donors, "All"), "17,915,000 EUR");
    assert_eq!(lines(&donors).len(), 4);

    // no row has a date: over the action's days, from July 2020 to June 2023, as an estimate
    let years = browser.get(&format!("/iisg/money?rows=year&{only}")).await;
    assert_eq!(line(&years, "2020"), "3,010,374.43 EUR");
    assert_eq!(line(&years, "2021"), "5,971,666.67 EUR");
    assert_eq!(line(&years, "2022"), "5,971,666.66 EUR");
    assert_eq!(line(&years, "2023"), "2,961,292.24 EUR");
    assert!(years.text().contains("≈ 100% of it estimated"), "{}", years.text());

    // six beneficiaries without shares: equal parts, as an estimate, that come to the whole
    let places = browser.get(&format!("/iisg/money?rows=beneficiary&{only}")).await;
    let all = lines(&places);
    assert_eq!(all.len(), 7, "{all:?}");
    for (name, sum) in all.iter().filter(|(name, _)| name != "All") {
        assert!(["2,985,833.33 EUR", "2,985,833.34 EUR"].contains(&sum.as_str()), "{name} {sum}");
    }
    let sum: Decimal = all.iter().filter(|(name, _)| name != "All").map(|(_, sum)| number(sum)).sum();
    assert_eq!(sum, Decimal::from(17_915_000));
}

#[tokio::test]
async fn funds_calls_and_budgets_in_two_currencies_are_counted_once() {
    let portal = counting().await;
    let browser = portal.signed_in(IISG).await;
    let of = async |title: &str| {
        let id = portal.action("iisg", title).await;
        total(&browser, "iisg", &format!("is=action:{id}")).await
    };
    // the action of IPA 2017 states no amount, nor do its sub-grants: none is invented
    assert_eq!(of("Countering Serious Crime in the Western Balkans (IPA 2017)").await, "0 EUR");
    assert_eq!(of("Environmental-crime awareness and capacity building (CSCWB sub-grant to IMPEL)").await, "0 EUR");
    // the fund for small arms states none: it is what its call is, 10.7 million dollars at 1.25
    assert_eq!(of("SALW Roadmap MPTF - 2023 call: eight new projects").await, "8,560,000 EUR");
    assert_eq!(of("Western Balkans SALW Control Roadmap Multi-Partner Trust Fund").await, "0 EUR");
    // the project of the other window stands with its own figure, its part in one beneficiary within it
    assert_eq!(of("Support to the SALW Control Roadmap in the Western Balkans - UNDP").await, "5,500,000 EUR");
    assert_eq!(of("Kosovo* detection of illicit weapons").await, "0 EUR");
    // the Swiss programme is stated in francs; that another source has it in dollars makes it no larger
    assert_eq!(of("Swiss support to transnational police cooperation").await, "5,680,000 EUR");
    let swiss = portal.action("iisg", "Swiss support to transnational police cooperation").await;
    let donors = browser.get(&format!("/iisg/money?rows=donor&is=action:{swiss}")).await;
    assert_eq!(line(&donors, "Swiss Agency for Development and Cooperation"), "5,680,000 EUR");
    // opened, it says what it was made from, and at which rate
    let opened = browser.get(&format!("/iisg/money/rows?is=action:{swiss}")).await.text();
    assert!(opened.contains("Its stated total: 5,680,000 CHF") && opened.contains("5,680,000 EUR at 1 of"), "{opened}");
    // an EU share beside a larger total: what is committed counts, not both
    assert_eq!(of("Building Regional Anti-Money Laundering").await, "2,500,000 EUR");

    // whatever it is parted by, the whole is the same
    let whole = total(&browser, "iisg", "").await;
    for rows in ["donor", "implementer", "pillar", "beneficiary", "year", "quarter", "status"] {
        let page = browser.get(&format!("/iisg/money?rows={rows}&cols=beneficiary")).await;
        assert_eq!(line(&page, "All"), whole, "{rows}");
        let sum: Decimal = lines(&page).iter().filter(|(n, _)| n != "All").map(|(_, sum)| number(sum)).sum();
        assert_eq!(sum, number(&whole), "{rows}");
    }
}

#[tokio::test]
async fn a_trust_fund_its_call_and_its_grants_are_one_amount() {
    let portal = counting().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let mut sum = Decimal::ZERO;
    // the fund: 9 M euro, 50 M kronor, 4 M dollars, and 1.25 M francs in place of 1.5; the call and its grants are within it
    for (title, amount) in [
        ("Coastal Trust Fund for Safe Communities", "15,450,000 EUR"),
        ("Coastal Trust Fund: call of 2026", "2,430,000 EUR"),
        ("Teachers and parents recognise recruitment early", "180,000 EUR"),
        ("Second chances: work and housing after release", "240,000 EUR"),
        ("Legal aid for families of returnees", "150,000 EUR"),
    ] {
        let id = portal.action("example", title).await;
        let shown = total(&browser, "example", &format!("is=action:{id}")).await;
        assert_eq!(shown, amount, "{title}");
        sum += number(&shown);
    }
    assert_eq!(sum, "18450000".parse().unwrap());
    // the office that passes the money on is nobody's donor: it is the fund's donors' money
    let grant = portal.action("example", "Teachers and parents recognise recruitment early").await;
    let donors = browser.get(&format!("/example/money?rows=donor&is=action:{grant}")).await;
    let names: Vec<String> = lines(&donors).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Coastal Union", "Norland", "Southmere", "Westmark", "All"], "in alphabetical order");
    let opened = browser.get("/example/money/rows?show=superseded").await.text();
    assert!(opened.contains("Coastal Trust Fund for Safe Communities") && opened.contains("1,500,000 EUR"), "{opened}");
    // the row that was corrected stands under it, and the one in its place does not
    assert!(opened.contains("1,500,000 CHF") && !opened.contains("1,250,000 CHF"), "{opened}");
    // a cell holds the rows of its own donor and year, and not all of the action
    let fund = portal.action("example", "Coastal Trust Fund for Safe Communities").await;
    let norland = portal.lookup("select min(id::text) from organisation where name = $1", "Norland").await;
    let cell = browser.get(&format!("/example/money/rows?is=donor:{norland}&is=action:{fund}")).await.text();
    assert!(cell.contains("50,000,000 SEK") && !cell.contains("9,000,000 EUR"), "{cell}");
    let cell = browser.get(&format!("/example/money/rows?is=year:2025&is=action:{fund}")).await.text();
    assert!(cell.contains("1,250,000 CHF") && !cell.contains("50,000,000 SEK"), "{cell}");
    // what is passed on stands where it is left out, and what came in where it counts
    let (came_in, passed_on) = ("Norland to International Bureau", "Probation to Lumenia Association");
    let grants = portal.action("example", "Probation officers work with people convicted").await;
    let query = format!("/example/money/rows?kind=disbursed&is=action:{grants}");
    let counted = browser.get(&query).await.text();
    assert!(counted.contains(came_in) && !counted.contains(passed_on), "{counted}");
    let left = browser.get(&format!("{query}&show=passed-on")).await.text();
    assert!(left.contains(passed_on) && left.contains("Passed on: counted where it came in"), "{left}");
    assert!(!left.contains(came_in), "{left}");
}

#[tokio::test]
async fn the_matrix_names_the_days_of_its_rates_and_what_has_none() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (money, without, rates) = ("/example/coverage?show=money", "for want of an exchange rate", "The rates are of");
    let page = browser.get(money).await.text();
    assert!(page.contains(without) && !page.contains(rates), "{page}");
    assert!(!browser.get("/example/coverage").await.text().contains(without), "no money is shown");
    sqlx::raw_sql(RATES).execute(&mut portal.superuser().await).await.expect("rates");
    let page = browser.get(money).await.text();
    assert!(page.contains(rates) && !page.contains(without), "{page}");
    let picture = browser.get("/example/coverage.svg?show=money").await.body;
    assert!(picture.contains(rates), "{picture}");
}

#[tokio::test]
async fn what_has_no_rate_is_said_beside_the_sum_that_it_is_not_in() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let without = browser.get("/example/money").await.select("#without").concat();
    assert!(without.starts_with("Not counted, as there is no rate for it: "), "{without}");
    assert!(without.contains("CHF") && without.contains("SEK") && without.contains("USD"), "{without}");
    sqlx::raw_sql(RATES).execute(&mut portal.superuser().await).await.expect("rates");
    assert!(browser.get("/example/money").await.select("#without").is_empty());
}

#[tokio::test]
async fn each_reader_counts_what_they_see() {
    let portal = counting().await;
    let (norland, westmark) = (portal.signed_in(DONOR).await, portal.signed_in(WESTMARK).await);
    let kept = portal.action("example", "Witness protection units: equipment and safe house").await;
    let only = format!("is=action:{kept}");
    assert_eq!(total(&norland, "example", &only).await, "980,000 EUR", "a party");
    assert_eq!(total(&westmark, "example", &only).await, "0 EUR", "not named");
    let page = westmark.get(&format!("/example/money/rows?{only}")).await;
    assert!(!page.body.contains("Witness protection"), "not even its title");
    let restricted = portal.action("example", "Protection of financial investigators").await;
    let only = format!("is=action:{restricted}");
    assert_eq!(total(&norland, "example", &only).await, "310,000 EUR", "its own");
    for other in [WESTMARK, SECRETARIAT] {
        assert_eq!(total(&portal.signed_in(other).await, "example", &only).await, "0 EUR", "{other}");
    }
    assert_eq!(portal.signed_in(OBSERVER).await.get("/example/money").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn no_figure_is_stale() {
    let portal = counting().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let action = portal.action("example", "Document security at border crossings").await;
    let only = format!("is=action:{action}");
    assert_eq!(total(&browser, "example", &only).await, "900,000 EUR");
    let mut sql = portal.superuser().await;
    let change = |statement: &str| {
        format!(
            "select set_config('app.process', (select id::text from process where slug = 'example'), false); {statement}"
        )
    };
    for (statement, shown) in [
        (
            format!(
                "insert into contribution (action_id, kind, amount, currency, value_date, value_date_precision) values ('{action}', 'committed', 125000, 'USD', '2026-05-05', 'day')"
            ),
            "1,000,000 EUR",
        ),
        (
            format!("update contribution set withdrawn_at = now() where action_id = '{action}' and currency = 'USD'"),
            "900,000 EUR",
        ),
        (format!("update action set status = 'cancelled' where id = '{action}'"), "0 EUR"),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(change(&statement))).execute(&mut sql).await.expect("a change");
        assert_eq!(total(&browser, "example", &only).await, shown, "{statement}");
        // another instance has not been told, and knows
        let other = portal.at(&portal.beside().await, &browser);
        assert_eq!(total(&other, "example", &only).await, shown, "{statement}");
    }
    let why = browser.get(&format!("/example/money/rows?{only}&show=cancelled")).await.text();
    assert!(why.contains("What was planned for a cancelled action will not come"), "{why}");
    // another rate, and every figure moves
    let swiss = portal.action("example", "A cyber incident team for Tarvis").await;
    let swiss = format!("is=action:{swiss}");
    assert_eq!(total(&browser, "example", &swiss).await, "420,000 EUR");
    let other = "update exchange_rate set per_euro = 0.5 where currency = 'CHF';
        insert into rate_load (loaded_at, file_name, first_day, last_day, currencies, added, changed)
            values (now(), 'another', '2000-01-01', '2026-11-20', 1, 0, 1)";
    sqlx::raw_sql(other).execute(&mut sql).await.expect("a rate");
    assert_eq!(total(&browser, "example", &swiss).await, "840,000 EUR");
}

#[tokio::test]
async fn a_total_opens_says_how_it_was_made_and_goes_out_as_it_is() {
    let portal = counting().await;
    let browser = portal.signed_in(DONOR).await;
    let page = browser.get("/example/money?rows=pillar&cols=year&kind=disbursed").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    for said in [
        "Paid out: for each action the rows of that kind",
        "passed on",
        "Converted to EUR at the European Central Bank",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // every cell opens to a total of its own amount
    let html = page.html();
    let cells = scraper::Selector::parse("table.sums tbody td.num a").expect("selector");
    let mut opened = 0;
    for a in html.select(&cells) {
        let shown = a.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let address = a.value().attr("href").expect("an address");
        let page = browser.get(address).await;
        assert_eq!(page.select("h1").join(" "), shown, "{address}");
        opened += 1;
    }
    assert!(opened > 5, "{opened} cells");
    for path in ["/example/money.csv?rows=pillar&cols=year&kind=disbursed", "/example/money/rows.csv?kind=disbursed"] {
        let file = browser.get(path).await;
        assert_eq!(file.status, StatusCode::OK, "{path}");
        assert!(file.body.contains("Paid out"), "{path}: {}", file.body);
    }
    // the file of an opened total has the rows that its page shows, and the action's own figure once
    let fund = portal.action("example", "Coastal Trust Fund for Safe Communities").await;
    let norland = portal.lookup("select min(id::text) from organisation where name = $1", "Norland").await;
    let file = browser.get(&format!("/example/money/rows.csv?is=donor:{norland}&is=action:{fund}")).await.body;
    let head = file.lines().next().unwrap_or_default();
    for name in ["Amount of the row", "Currency of the row", "Rate", "Day of the rate", "The row converted"] {
        assert!(head.contains(name), "{name}: {head}");
    }
    let has = |wanted: &str| file.split([',', ';', '\n']).any(|cell| cell.trim_matches('"') == wanted);
    assert!(has("50000000") && has("SEK") && has("0.1") && has("5000000"), "{file}");
    let file = browser.get(&format!("/example/money/rows.csv?is=action:{fund}")).await.body;
    let of_fund = || file.lines().filter(|line| line.contains("Coastal Trust Fund for Safe Communities"));
    assert!(of_fund().count() >= 4, "a line each row: {file}");
    assert_eq!(of_fund().filter(|line| line.contains("15450000")).count(), 1, "{file}");
    for path in ["/example/money.xlsx", "/example/money/rows.xlsx?show=passed-on"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    // absurd questions are told at their fields, and answer
    for query in [
        "rows=colour&from=20x4",
        "from=2026&to=2020",
        "pillar=x&is=donor&is=year:x&is=quarter:x&currency=EURO&start=-1&show=x",
    ] {
        assert_eq!(browser.get(&format!("/example/money?{query}")).await.status, StatusCode::OK, "{query}");
        assert_eq!(browser.get(&format!("/example/money/rows?{query}")).await.status, StatusCode::OK, "{query}");
    }
    // of what is nothing in this process, or not to be seen, no question is answered as if it were not stated
    let nobody = "01990000-0000-7000-8000-000000000000";
    for path in ["money/rows", "money", "money/rows.csv"] {
        for query in [format!("is=donor:{nobody}"), format!("organisation={nobody}")] {
            let page = browser.get(&format!("/example/{path}?{query}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}?{query}");
        }
    }
    let unseen = browser.get(&format!("/example/money/rows?is=action:{nobody}")).await.text();
    assert!(unseen.contains(": not shown to you"), "{unseen}");
    assert!(browser.get("/example/money?from=2026&to=2020").await.text().contains("The last year is before the first"));
    // in another currency: the one that is asked for, else the process's own
    let dollars = browser.get("/example/money?currency=USD").await.text();
    assert!(dollars.contains("Converted to USD"), "{dollars}");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let kept = secretariat.submit("/example/settings/edit", None, &[("currency", "chf")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let francs = browser.get("/example/money").await.text();
    assert!(francs.contains("Converted to CHF"), "{francs}");
}

/// The ledger reads actions and then their money. What another transaction moves from one action to another between the two is in
/// neither reading or in both: no total lacks it for once.
#[tokio::test]
async fn no_total_holds_half_of_a_transaction() {
    let portal = counting().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let mut other = portal.in_process("example").await;
    for sql in [
        "insert into action (process_id, reporting_id, title, status) select p.id, o.id, t.title, 'ongoing'
            from process p join organisation o on o.process_id = p.id and o.name = 'Westmark',
                (values ('Half one'), ('Half two')) t (title) where p.slug = 'example'",
        "insert into contribution (process_id, action_id, kind, amount, currency, value_date, value_date_precision, note)
            select process_id, id, 'spent', 777, 'EUR', '2026-03-01', 'day', 'Half' from action where title = 'Half one'",
    ] {
        sqlx::query(sql).execute(&mut other).await.expect(sql);
    }
    let asked = "kind=spent";
    let before = total(&browser, "example", asked).await;
    for sql in [
        // it is read again
        "update action set version = version + 1 where title = 'Half one'",
        "begin",
        "lock table contribution in access exclusive mode",
        "update contribution set action_id = (select id from action where title = 'Half two') where note = 'Half'",
    ] {
        sqlx::query(sql).execute(&mut other).await.expect(sql);
    }
    let moves = async {
        let waits = "select count(*)::text from pg_locks where not granted and relation = to_regclass($1)";
        for _ in 0..200 {
            if portal.lookup(waits, "contribution").await != "0" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        sqlx::query("commit").execute(&mut other).await.expect("moved");
    };
    let (meanwhile, ()) = tokio::join!(total(&browser, "example", asked), moves);
    assert_eq!(meanwhile, before);
    assert_eq!(total(&browser, "example", asked).await, before);
}
