//! Money to be looked at: what should be put right, and what may be in a total twice.

use crate::decisions::SECRETARIAT;
use crate::money::counting;
use crate::needs::{DONOR, OBSERVER, WESTMARK};
use crate::notices::run;
use crate::overlaps::{FIT, FIT_AGAIN, case_of, statements};
use axum::http::StatusCode;
use calamine::{Data, Reader, Xlsx};
use concert::kernel::job::Task;
use std::io::Cursor;

#[tokio::test]
async fn what_should_be_looked_at_is_told_to_who_can_put_it_right() {
    let portal = counting().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let all = browser.get("/example/money/checks").await.text();
    assert!(all.contains("Parts cost more than their whole") && all.contains("New crossing at Kalmar Bridge"), "{all}");
    let exactly =
        "select a.id::text from action a join process p on p.id = a.process_id where p.slug || '|' || a.title = $1";
    let bridge = portal.lookup(exactly, "example|New crossing at Kalmar Bridge").await;
    let own = browser.get(&format!("/example/actions/{bridge}/money-checks")).await.text();
    assert!(own.contains("Parts cost more than their whole") && own.contains("in its parts"), "by how much: {own}");
    assert!(all.contains("in its parts") && all.contains("in all of it"), "{all}");
    let norland = portal.signed_in(DONOR).await.get("/example/money/checks").await.text();
    assert!(norland.contains("New crossing at Kalmar Bridge"), "{norland}");
    let westmark = portal.signed_in(WESTMARK).await;
    assert!(!westmark.get("/example/money/checks").await.text().contains("New crossing at Kalmar Bridge"));
    assert_eq!(westmark.get(&format!("/example/actions/{bridge}/money-checks")).await.status, StatusCode::NOT_FOUND);
    let chair = portal.signed_in("chair@example.example").await;
    assert_eq!(chair.get("/example/money/checks").await.status, StatusCode::FORBIDDEN);
    // as a file it is the same, for the same readers, what is found in a row of its own
    let shown = browser.get("/example/money/checks").await;
    let link = "/example/money/checks.csv";
    assert!(shown.body.contains(&format!("href=\"{link}\"")), "{}", shown.text());
    let file = browser.get(link).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let findings = shown.select("tbody td p").len();
    assert!(findings > 0 && file.body.trim_end().lines().count() == findings + 1, "{findings}: {}", file.body);
    let narrowed = browser.get(&format!("{link}?finding=child-above")).await.body;
    assert!(narrowed.contains("New crossing at Kalmar Bridge,Parts cost more than their whole"), "{narrowed}");
    // by how much, as the page says it and in figures that can be reckoned with
    let mut reader = csv::Reader::from_reader(narrowed.trim_start_matches('\u{feff}').as_bytes());
    let heads: Vec<String> = reader.headers().expect("headings").iter().map(str::to_owned).collect();
    let record = reader.records().map(|r| r.expect("a record")).find(|r| &r[0] == "New crossing at Kalmar Bridge");
    let record = record.expect("the bridge");
    let of = |head: &str| heads.iter().position(|h| h == head).and_then(|at| record.get(at)).unwrap_or_default();
    let figures = ["Higher amount", "Lower amount", "Difference", "Currency"].map(of);
    assert_eq!(figures, ["12500000", "11200000", "1300000", "EUR"], "{narrowed}");
    let by = of("By how much").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(by.contains("in its parts") && all.contains(&by), "{narrowed}");
    assert!(!westmark.get(link).await.body.contains("New crossing at Kalmar Bridge"));
    assert_eq!(chair.get(link).await.status, StatusCode::FORBIDDEN);
    let book = browser.get("/example/money/checks.xlsx?finding=child-above").await.bytes;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("its cells");
    let row = sheet.rows().find(|r| r[0] == "New crossing at Kalmar Bridge").expect("the bridge");
    let number = |cell: &Data| if let Data::Float(n) = cell { Some(*n) } else { None };
    let numbers: Vec<f64> = row.iter().filter_map(number).collect();
    assert_eq!(numbers, [12_500_000.0, 11_200_000.0, 1_300_000.0], "{row:?}");
    // a keeper's home says how much there is, in a second request; nobody else's does
    let donor = portal.signed_in(DONOR).await;
    let part = "/example/money/checks?part=1";
    assert!(donor.get("/example").await.body.contains(part));
    let n = donor.get("/example/money/checks").await.select("tbody tr").len();
    let told = donor.get(part).await;
    let words = if n == 1 { "one of your actions".to_owned() } else { format!("{n} of your actions") };
    assert!(n > 0 && told.text().contains(&words) && statements(&told) <= 8, "{n}: {}", told.text());
    for email in [SECRETARIAT, OBSERVER, "chair@example.example"] {
        assert!(!portal.signed_in(email).await.get("/example").await.body.contains(part), "{email}");
    }
}

#[tokio::test]
async fn what_may_be_in_a_total_twice_is_told_to_whom_sees_the_question() {
    let portal = counting().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let words = "whether the same action was entered twice";
    assert!(!browser.get("/example/money").await.text().contains(words), "nothing has been asked yet");
    run(&portal, Task::Overlaps).await.expect("the job");
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let kind = portal.lookup("select kind from overlap_case where id::text = $1", &case).await;
    assert_eq!(kind, "same");
    let fit = portal.action("example", FIT).await;
    for path in ["/example/money", "/example/money/rows", &format!("/example/money/rows?is=action:{fit}")] {
        let page = browser.get(path).await;
        let told = page.select(".note.beside li").into_iter().find(|note| note.contains(words));
        assert!(told.is_some_and(|note| note.contains("EUR")), "{path}: {}", page.text());
        assert!(page.body.contains("/example/overlaps?kind=same"), "{path}");
        assert!(statements(&page) <= 8, "{path}: {} statements", statements(&page));
    }
    // of one action of the pair it is that action's money
    let one = browser.get(&format!("/example/money/rows?is=action:{fit}")).await;
    let (whole, note) = (one.select("h1").join(" "), one.select(".note.beside li").join(" "));
    assert!(note.contains(&whole) && note.contains("one action"), "{whole}: {note}");
    // what is decided is no open question any more
    let closed =
        "update overlap_case set state = 'decided', decision = 'accept', decided_at = now() where kind = 'same'";
    sqlx::raw_sql(closed).execute(&mut portal.superuser().await).await.expect("decided");
    assert!(!browser.get("/example/money/rows").await.text().contains(words));
}
