//! The sheet of a round of progress carries figures: values of indicators, and money of the period.

use crate::decisions::ok;
use crate::harness::{Browser, Portal};
use crate::imports::send_to;
use crate::needs::WESTMARK;
use crate::rounds::{item, last};
use crate::routes_real::everything;
use axum::http::StatusCode;

const HEAD: &str = "What it is about,Answer,Remark,How it stands,What was done,What stands in the way,Value of the indicator,\
    \"Paid out in the period, to be added\",\"Spent in the period, to be added\",Currency,\"Key, leave as it is\"\n";
const TITLE: &str = "From illicit financial flows";
const SPENT: &str = "select coalesce(string_agg(trim_scale(c.amount) || ' ' || c.currency || ' ' || c.value_date, ',' order by c.amount), '')
    from contribution c join action a on a.id = c.action_id where c.kind = 'spent' and a.title like $1 || '%'";
const VALUES: &str =
    "select coalesce(string_agg(trim_scale(v.value)::text, ',' order by v.value), '') from progress_value v
    join progress_report g on g.id = v.report_id where g.item_id::text = $1";

struct Sheet {
    portal: Portal,
    westmark: Browser,
    place: String,
    asked: String,
    item: String,
    /// The key of the value that the seed's report states.
    value: String,
}

impl Sheet {
    async fn start() -> Self {
        let portal = Portal::start().await;
        let id =
            portal.lookup("select id::text from round where title like $1 || '%'", "Progress on serious crime").await;
        let place = format!("/example/rounds/{id}");
        let asked = "select a.id::text from round_asked a join organisation o on o.id = a.organisation_id
            where o.name = 'Westmark' and a.round_id::text = $1";
        let asked = portal.lookup(asked, last(&place)).await;
        let item = item(&portal, &place, TITLE).await;
        let value = "select min(g.item_id || '/' || v.indicator_id || '/' || v.beneficiary_id) from progress_value v
            join progress_report g on g.id = v.report_id where g.item_id::text = $1";
        let value = portal.lookup(value, &item).await;
        let westmark = portal.signed_in(WESTMARK).await;
        Self { portal, westmark, place, asked, item, value }
    }

    async fn bring(&self, name: &str, bytes: &[u8]) -> crate::harness::Page {
        let to = format!("{}/sheet", self.place);
        send_to(&self.westmark, &to, &[("asked", &self.asked)], Some((name, bytes))).await
    }

    async fn rows(&self, rows: &str) -> crate::harness::Page {
        self.bring("answers.csv", format!("{HEAD}{rows}").as_bytes()).await
    }
}

#[tokio::test]
async fn a_sheet_that_nobody_has_touched_says_nothing_new() {
    let s = Sheet::start().await;
    let book = s.westmark.get(&format!("{}/sheet?asked={}", s.place, s.asked)).await;
    let all = crate::files::parts(&book);
    for said in ["Investigators certified", "Value of the indicator", "Spent in the period, to be added", &s.value] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("<f>"), "no cell is a formula");
    let page = s.bring("answers.xlsx", &book.bytes).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("The sheet says nothing new") && page.select("#wrong").is_empty(), "{}", page.text());
}

#[tokio::test]
async fn figures_are_looked_at_taken_over_once_and_whole() {
    let s = Sheet::start().await;
    let (item, value) = (&s.item, &s.value);
    let before = s.portal.lookup(SPENT, TITLE).await;
    assert_eq!(s.portal.lookup(VALUES, item).await, "14");
    let rows =
        format!("One,,,At risk,Twelve were certified.,,,,1 250 000,eur,{item}/1\nValue,,,,,,\"12,5\",,,,{value}\n");
    let page = s.rows(&rows).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    assert!(
        text.contains("12.5") && text.contains("Spent: 1,250,000 EUR") && !text.contains("cannot be saved"),
        "{text}"
    );
    assert_eq!(s.portal.lookup(SPENT, TITLE).await, before, "nothing is taken over by looking");
    let (target, fields) = page.form(Some("/sheet/take"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let target = target.expect("an address");
    ok(&s.westmark.post_raw(&target, &pairs).await);
    let sql = "select g.state || ' ' || g.health || ' ' || g.edition || ' ' || g.done from progress_report g where g.item_id::text = $1";
    assert_eq!(s.portal.lookup(sql, item).await, "reported at_risk 2 Twelve were certified.");
    assert_eq!(s.portal.lookup(VALUES, item).await, "12.5");
    let after = s.portal.lookup(SPENT, TITLE).await;
    assert!(after != before && after.contains("1250000 EUR 2026-10-31"), "{after}");
    // neither the form nor the file adds its money a second time
    assert_eq!(s.westmark.post_raw(&target, &pairs).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = s.rows(&rows).await;
    assert!(page.text().contains("added a second time") && page.select("#lines").is_empty(), "{}", page.text());
    assert_eq!(s.portal.lookup(SPENT, TITLE).await, after);
    // a word in place of a report leaves what was reported where it is
    let page = s.rows(&format!("One,cannot say,Nobody knows any more,,,,,,,,{item}/2\n")).await;
    let (target, fields) = page.form(Some("/sheet/take"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&s.westmark.post_raw(&target.expect("an address"), &pairs).await);
    let state = "select state from round_item where id::text = $1";
    assert_eq!(s.portal.lookup(state, item).await, "cannot_say");
    assert_eq!(s.portal.lookup(VALUES, item).await, "12.5");
    // a value that is emptied is taken away; one whose row is missing stays
    let page = s.rows(&format!("One,,,On track,,,,,,,{item}/2\n")).await;
    let (target, fields) = page.form(Some("/sheet/take"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&s.westmark.post_raw(&target.expect("an address"), &pairs).await);
    assert_eq!(s.portal.lookup(VALUES, item).await, "12.5");
    let page = s.rows(&format!("One,,,On track,,,,,,,{item}/3\nValue,,,,,,,,,,{value}\n")).await;
    let (target, fields) = page.form(Some("/sheet/take"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&s.westmark.post_raw(&target.expect("an address"), &pairs).await);
    assert_eq!(s.portal.lookup(VALUES, item).await, "");
    assert_eq!(s.portal.lookup(SPENT, TITLE).await, after);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_row_and_column_and_nothing_of_its_action_is_taken() {
    let s = Sheet::start().await;
    let (item, value) = (&s.item, &s.value);
    let nobody = "01990000-0000-7000-8000-000000000000";
    let before = everything(&s.portal).await;
    let report = |money: &str| format!("One,,,late,,,{money},{item}/1\n");
    for (rows, told) in [
        (format!("{}Value,,,,,,many,,,,{value}\n", report(",,,")), "Row 3, column “Value of the indicator”"),
        (format!("{}Value,,,,,,=1+1,,,,{value}\n", report(",,,")), "Row 3, column “Value of the indicator”"),
        (format!("{}Value,,,,,,1,,,,{item}/{nobody}/all\n", report(",,,")), "Row 3, column “Key, leave as it is”"),
        (format!("{}Value,,,,,,1,,,,{item}/x/y\n", report(",,,")), "Row 3, column “Key, leave as it is”"),
        (format!("Value,,,,,,1,,,,{nobody}/{nobody}/all\n"), "Row 2, column “Key, leave as it is”"),
        (report(",,a lot,EUR"), "Row 2, column “Spent in the period, to be added”"),
        (report(",=cmd|' /C calc'!A0,,EUR"), "Row 2, column “Paid out in the period, to be added”"),
        (report(",,500,"), "Row 2, column “Currency”"),
        (report(",,500,euros"), "Row 2, column “Currency”"),
        (report(",,1e400,EUR"), "Row 2, column “Spent in the period, to be added”"),
        (format!("One,,,,,,,,500,EUR,{item}/1\n"), "Row 2, column “How it stands”"),
        (format!("One,,,late,,,,,500,EUR,{item}\n"), "added a second time"),
        (format!("One,,,late,,,,,500,EUR,{item}/7\n"), "added a second time"),
    ] {
        let page = s.rows(&rows).await;
        assert_eq!(page.status, StatusCode::OK, "{rows}: {}", page.text());
        assert!(page.text().contains(told), "{rows}: {told}: {}", page.text());
        assert!(page.select("#lines").is_empty(), "{rows}: nothing of it is offered");
    }
    // what comes to the taking itself is judged anew
    for (name, bad) in [
        ("values", "x/y=1"),
        ("values", "=cmd"),
        ("spent", "a lot"),
        ("currency", "euros"),
        ("health", "splendid"),
        ("item", "x"),
    ] {
        let mut fields = vec![
            ("asked", s.asked.as_str()),
            ("item", item.as_str()),
            ("edition", "1"),
            ("answer", ""),
            ("word", ""),
            ("health", "late"),
            ("done", "x"),
            ("hinders", ""),
            ("values", ""),
            ("disbursed", ""),
            ("spent", "500"),
            ("currency", "EUR"),
        ];
        for field in fields.iter_mut().filter(|(n, _)| *n == name) {
            field.1 = bad;
        }
        let page = s.westmark.post(&format!("{}/sheet/take", s.place), &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={bad}: {}", page.text());
    }
    assert_eq!(everything(&s.portal).await, before, "nothing half");
}

#[tokio::test]
async fn more_than_a_sheet_holds_goes_on_in_the_next() {
    let s = Sheet::start().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "do $$ declare p uuid; o uuid; begin
            select id into p from process where slug = 'example';
            perform set_config('app.process', p::text, true);
            select id into o from organisation where process_id = p and name = 'Westmark';
            insert into action (process_id, reporting_id, title, search_title, status)
                select p, o, 'Of many ' || n, 'of many ' || n, 'ongoing' from (select to_char(i, 'FM000') as n from generate_series(1, 510) i) x;
            insert into round_item (process_id, round_id, asked_id, action_id)
                select p, '{}', '{}', x.id from action x where x.process_id = p and x.title like 'Of many %';
        end $$",
        last(&s.place),
        s.asked
    )))
    .execute(&mut s.portal.superuser().await)
    .await
    .expect("hundreds of actions");
    let sheet = format!("{}/sheet?asked={}", s.place, s.asked);
    let all = crate::files::parts(&s.westmark.get(&sheet).await);
    // what is answered makes room for what is not
    assert!(all.contains("here are 500 of 510 that are not answered") && !all.contains(TITLE), "which part it is");
    assert!(all.contains("Of many 500") && !all.contains("Of many 501"));
    // the last of them all can be brought in, whichever sheet it came in
    let late = item(&s.portal, &s.place, "Of many 510").await;
    let page = s.rows(&format!("x,,,On track,Done late,,,,,,{late}\n")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.select("#wrong").is_empty() && page.text().contains("Of many 510"), "{}", page.text());
    // where all is answered the sheet is not empty: answers can be changed until the round is locked
    let answered = "update round_item i set state = 'confirmed', answered_at = now(), answered_by_id = (select m.id from membership m
            where m.process_id = i.process_id and m.role = 'partner' order by m.id limit 1)
        where i.process_id = kernel.process_id() and i.asked_id::text = $1 and i.state = 'open'";
    let answered = sqlx::query(answered).bind(&s.asked).execute(&mut s.portal.in_process("example").await).await;
    assert_eq!(answered.expect("answered").rows_affected(), 510);
    let all = crate::files::parts(&s.westmark.get(&sheet).await);
    assert!(all.contains("all of it is answered: here are the first 500 of 51") && all.contains("Of many 400"));
}

/// The key of the row of an item, as a sheet that was taken along has it.
fn key(book: &crate::harness::Page, item: &str) -> String {
    let all = crate::files::parts(book);
    let from = all.find(&format!("{item}/1-")).expect("the key of its row");
    all[from..].split(['<', ' ']).next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_was_answered_meanwhile_is_not_overwritten_unasked() {
    let s = Sheet::start().await;
    let reported =
        "select state || ' ' || health || ' ' || edition || ' ' || done from progress_report where item_id::text = $1";
    let word = "select state || ' ' || word from round_item where id::text = $1";
    let take = async |page: &crate::harness::Page, over: Option<&str>| {
        let (target, fields) = page.form(Some("/sheet/take"));
        let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(over.map(|item| ("over", item)));
        s.westmark.post_raw(&target.expect("an address"), &pairs).await
    };
    let book = s.westmark.get(&format!("{}/sheet?asked={}", s.place, s.asked)).await;
    let old = key(&book, &s.item);
    // answered upon what stood when it was taken along: no question
    let page = s.rows(&format!("One,,,At risk,From the sheet,,,,,,{old}\n")).await;
    assert!(page.select("#clashes").is_empty() && page.select("#lines").len() == 1, "{}", page.text());
    // meanwhile the secretariat reports on Westmark's behalf
    let secretariat = s.portal.signed_in(crate::api::SECRETARIAT).await;
    let report = [("health", "late"), ("done", "By telephone"), ("hinders", ""), ("edition", "1")];
    ok(&secretariat.post(&format!("{}/items/{}/report", s.place, s.item), &report).await);
    assert_eq!(s.portal.lookup(reported, &s.item).await, "reported late 2 By telephone");
    // what was shown before that is left
    assert_eq!(take(&page, None).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // the sheet as it was taken along says nothing, though another answer stands now
    let page = s.bring("answers.xlsx", &book.bytes).await;
    assert!(page.text().contains("The sheet says nothing new") && page.select("#wrong").is_empty(), "{}", page.text());
    // filled in, both are shown
    let rows = format!("One,,,At risk,From the sheet,,,,,,{old}\n");
    let page = s.rows(&rows).await;
    let clash = page.select("#clashes").join("\n");
    assert!(page.text().contains("Save those ticked"), "{}", page.text());
    for said in ["Later than planned", "By telephone", "At risk", "From the sheet", "Use the sheet’s"] {
        assert!(clash.contains(said), "{said}: {clash}");
    }
    let by =
        "select m.name from membership m join progress_report g on g.reported_by_id = m.id where g.item_id::text = $1";
    let by = s.portal.lookup(by, &s.item).await;
    assert!(clash.contains(&by), "by whom: {by}: {clash}");
    assert!(page.select("#lines").is_empty(), "nothing else: {}", page.text());
    let kept = take(&page, None).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.text().contains("the answers given in the meantime stay"), "{}", kept.text());
    assert_eq!(s.portal.lookup(reported, &s.item).await, "reported late 2 By telephone");
    // and by the same account, with a word
    s.portal.clock.set(s.portal.clock.now() + chrono::TimeDelta::minutes(1));
    let said = [("do", "cannot-say"), ("word", "Ask in May")];
    ok(&s.westmark.post(&format!("{}/items/{}", s.place, s.item), &said).await);
    assert_eq!(
        take(&page, Some(&s.item)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "chosen beside another answer"
    );
    let page = s.rows(&rows).await;
    let clash = page.select("#clashes").join("\n");
    assert!(clash.contains("Ask in May") && clash.contains("From the sheet"), "{clash}");
    assert_eq!(s.portal.lookup(word, &s.item).await, "cannot_say Ask in May");
    // asked for, the sheet's takes its place
    ok(&take(&page, Some(&s.item)).await);
    assert_eq!(s.portal.lookup(reported, &s.item).await, "reported at_risk 3 From the sheet");
}
