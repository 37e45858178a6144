//! The money of an action: corrections keep the old figure, what a file says is counted once, and who may what.

use crate::harness::{Browser, Portal};
use crate::iati_files::{activities, all, shared};
use crate::imports::{DONOR, SECRETARIAT, apply, brought, figures, work};
use crate::jobs::process;
use axum::http::StatusCode;
use concert::features::exchange::iati::Stated;
use concert::kernel::job::{Job, Jobs, Task};

const SECOND: &str = "second-donor@example.example";
const OBSERVER: &str = "observer@example.example";
const TITLE: &str = "Strengthening asset recovery";

/// What counts today of the action of a reference.
pub const COUNTS: &str =
    "select coalesce(string_agg(c.kind || ' ' || c.amount || ' ' || c.currency, ', ' order by c.kind, c.amount), '') from contribution c
        join action a on a.process_id = c.process_id and a.id = c.action_id
        where a.reference = $1 and c.withdrawn_at is null and not exists (select from contribution n where n.supersedes_id = c.id)";
/// All rows that were ever written of it.
pub const ROWS: &str =
    "select count(*)::text from contribution c join action a on a.id = c.action_id where a.reference = $1";

pub fn file(amount: &str, rest: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR" xml:lang="en"><iati-identifier>XX-NORLAND-9</iati-identifier>
<reporting-org ref="XX-NORLAND" type="10"><narrative>Norland</narrative></reporting-org>
<title><narrative>Lamps for the mountain passes</narrative></title>
<participating-org role="1" type="10"><narrative>Norland</narrative></participating-org>
<activity-status code="2"/><activity-date type="1" iso-date="2026-01-01"/><activity-date type="3" iso-date="2026-12-31"/>
<recipient-country code="XA" percentage="100"/>
<budget><period-start iso-date="2026-01-01"/><period-end iso-date="2026-12-31"/><value value-date="2026-01-01">5000</value></budget>
<planned-disbursement><period-start iso-date="2026-01-01"/><value value-date="2026-01-01">5000</value></planned-disbursement>
<transaction><transaction-type code="3"/><transaction-date iso-date="2026-04-01"/><value value-date="2026-04-01">{amount}</value></transaction>
<transaction><transaction-type code="12"/><transaction-date iso-date="2026-04-01"/><value value-date="2026-04-01">99999</value></transaction>{rest}
</iati-activity></iati-activities>"#
    )
    .into_bytes()
}

async fn undo(portal: &Portal, browser: &Browser, address: &str) {
    assert_eq!(browser.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(portal, address).await;
}

/// The step for what was kept before there were contributions.
async fn catch_up(portal: &Portal) {
    let mut jobs = Jobs::default();
    concert::features::jobs(&mut jobs);
    let payload = serde_json::json!({ "process": process(portal, "example").await.to_string() });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload).expect("a payload"),
    };
    jobs.run(Task::Import, job).await.expect("the job");
}

async fn paid_out(browser: &Browser) -> Vec<String> {
    let page = browser.get("/example/actions.xml").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let read: Vec<_> = activities(all(&page.body)).into_iter().map(|a| a.tree).collect();
    let ours = read.iter().find(|e| Stated(e).identifier().as_deref() == Some("XX-NORLAND-9")).expect("the activity");
    Stated(ours).transactions().filter(|t| t.kind == "3").map(|t| t.sum.amount.to_string()).collect()
}

#[tokio::test]
async fn what_a_file_says_is_counted_once_and_goes_with_it() {
    let portal = Portal::start().await;
    let (donor, first) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &first).await;
    let counts = async || portal.lookup(COUNTS, "XX-NORLAND-9").await;
    assert_eq!(counts().await, "disbursed 700 EUR, planned 5000 EUR", "a budget and its planned disbursement are one");
    let (_, again) = brought(&portal, DONOR, "again.xml", &file("700", "")).await;
    assert_eq!(figures(&portal, &again).await, "unchanged 1");
    assert_eq!(portal.lookup(ROWS, "XX-NORLAND-9").await, "2", "the same file twice changes nothing");
    assert_eq!(paid_out(&donor).await, ["700"], "nor does it come out twice");

    let (_, later) = brought(&portal, DONOR, "later.xml", &file("900", "")).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(counts().await, "disbursed 900 EUR, planned 5000 EUR");
    assert_eq!(portal.lookup(ROWS, "XX-NORLAND-9").await, "3", "the old figure is kept");
    undo(&portal, &donor, &later).await;
    assert_eq!(counts().await, "disbursed 700 EUR, planned 5000 EUR");
}

#[tokio::test]
async fn what_came_with_a_merged_entry_is_not_taken_back_by_the_other_ones_file() {
    let portal = Portal::start().await;
    let (donor, first) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &first).await;
    // what was paid out came here from another entry
    let merged = "insert into action_merge (process_id, kept_id, gone_id, taken, at, by_membership_id)
        select a.process_id, a.id, (select o.id from action o where o.process_id = a.process_id and o.id <> a.id order by o.id limit 1),
            jsonb_build_object('contributions', jsonb_build_array(c.id)), a.created_at,
            (select m.id from membership m where m.process_id = a.process_id order by m.id limit 1)
        from action a join contribution c on c.process_id = a.process_id and c.action_id = a.id and c.kind = 'disbursed'
        where a.reference = 'XX-NORLAND-9'";
    let done = sqlx::query(merged).execute(&mut portal.superuser().await).await.expect("a merge");
    assert_eq!(done.rows_affected(), 1);
    // this one's own file says nothing of it, and another budget
    let own = String::from_utf8(file("700", ""))
        .expect("text")
        .replace("transaction-type code=\"3\"", "transaction-type code=\"12\"");
    let (_, later) = brought(&portal, DONOR, "later.xml", own.replace(">5000<", ">6000<").as_bytes()).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 700 EUR, planned 6000 EUR");
}

#[tokio::test]
async fn an_import_that_is_taken_back_takes_its_money_back() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let declined = "/example/money/rows?kind=disbursed&show=declined";
    let before = secretariat.get(declined).await.select("p.count").join(" ");
    let (donor, address) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &address).await;
    undo(&portal, &donor, &address).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "");
    let after = secretariat.get(declined).await.select("p.count").join(" ");
    assert_eq!((before.is_empty(), after), (false, before), "nor is it told as declined");
    let gone =
        portal.lookup("select (withdrawn_at is not null)::text from action where reference = $1", "XX-NORLAND-9").await;
    assert_eq!(gone, "true", "its money is nothing that was built on it since");
}

#[tokio::test]
async fn what_was_kept_before_becomes_amounts_once() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &address).await;
    // as it was before there were contributions of files
    sqlx::raw_sql("delete from contribution where origin = 'iati'; update action_kept set money_at = null")
        .execute(&mut portal.superuser().await)
        .await
        .expect("what was there before");
    catch_up(&portal).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 700 EUR, planned 5000 EUR");
    catch_up(&portal).await;
    assert_eq!(portal.lookup(ROWS, "XX-NORLAND-9").await, "2");
    assert_eq!(
        portal.lookup("select count(*)::text from action_kept where $1 <> '' and money_at is null", "x").await,
        "0"
    );
    let money = donor.get(&format!("/example/actions/{}/money", portal.action("example", "Lamps for the").await)).await;
    assert!(money.text().contains("700 EUR") && money.text().contains("From a file"), "{}", money.text());
}

#[tokio::test]
async fn what_somebody_puts_right_stands_whatever_the_file_says() {
    let portal = Portal::start().await;
    let (donor, address) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &address).await;
    let id = portal.action("example", "Lamps for the").await;
    let row = portal.lookup("select c.id::text from contribution c join action a on a.id = c.action_id where a.reference = $1 and c.kind = 'disbursed'", "XX-NORLAND-9").await;
    let corrected = [
        ("kind", "disbursed"),
        ("amount", "750"),
        ("currency", "EUR"),
        ("value_date", "2026-04-01"),
        ("why", "A bank charge"),
    ];
    let saved = donor.post(&format!("/example/actions/{id}/money/{row}"), &corrected).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(paid_out(&donor).await, ["750"]);
    // the file once more, with another part changed
    let rest = r#"<contact-info><email>desk@norland.example</email></contact-info>"#;
    let (_, later) = brought(&portal, DONOR, "later.xml", &file("800", rest)).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 750 EUR, planned 5000 EUR");
    // nor does the form of the action touch what came from the file
    let edit = format!("/example/actions/{id}/edit");
    let saved =
        crate::action_record::save(&donor, &edit, &[("reference", "XX-NORLAND-9"), ("source_note", "Seen")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 750 EUR, planned 5000 EUR");
}

#[tokio::test]
async fn a_correction_keeps_the_old_figure_with_who_when_and_why() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let id = portal.action("example", TITLE).await;
    let money = format!("/example/actions/{id}/money");
    let wrong = donor
        .post(
            &format!("{money}/new"),
            &[("kind", "spent"), ("amount", "lots"), ("currency", "EUR"), ("period", "soon")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.value("amount").as_deref(), Some("lots"), "what was typed is kept");
    let added = donor
        .post(
            &format!("{money}/new"),
            &[
                ("kind", "spent"),
                ("amount", "-1250.50"),
                ("currency", "CHF"),
                ("period", "2026 Q3"),
                ("note", "Paid back"),
            ],
        )
        .await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let stored = "select trim_scale(amount) || ' ' || currency || ' ' || period_start || ' ' || period_end from contribution where note = $1";
    assert_eq!(portal.lookup(stored, "Paid back").await, "-1250.5 CHF 2026-07-01 2026-09-30");
    let next = donor.get(&format!("{money}/new")).await;
    assert_eq!(next.select("#currency option[selected]"), ["CHF"], "more of it is probably in the same currency");
    let page = donor.get(&money).await;
    assert!(page.text().contains("Q3 2026"), "{}", page.text());
    assert!(page.text().contains("no rate is loaded for its day"), "{}", page.text());

    let row = portal.lookup("select id::text from contribution where note = $1", "Paid back").await;
    let correct = |amount: &'static str, why: &'static str| {
        [
            ("kind", "spent"),
            ("amount", amount),
            ("currency", "CHF"),
            ("period", "2026 Q3"),
            ("note", "Paid back"),
            ("why", why),
        ]
    };
    let at = format!("{money}/{row}");
    assert_eq!(
        donor.post(&at, &correct("-1300", "")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a reason is asked"
    );
    assert_eq!(donor.post(&at, &correct("-1300", "A second slip")).await.status, StatusCode::SEE_OTHER);
    let page = donor.get(&money).await;
    for words in ["-1,300 CHF", "-1,250.50 CHF", "A second slip", "1 earlier figure"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    // a form that was made from the old figure is shown beside the new one
    let late = donor.post(&at, &correct("-1400", "Late")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("-1,300 CHF"), "{}", late.text());
    assert_eq!(late.value("amount").as_deref(), Some("-1400"));

    let now = portal.lookup("select id::text from contribution where reason = $1", "A second slip").await;
    let none = donor.post(&format!("{money}/{now}/withdraw"), &[("withdraw_why", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let taken = donor.post(&format!("{money}/{now}/withdraw"), &[("withdraw_why", "Booked elsewhere")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let page = donor.get(&money).await;
    assert!(page.text().contains("Taken back") && page.text().contains("Booked elsewhere"), "{}", page.text());
    let counting = "select count(*)::text from contribution c where c.note = $1 and c.withdrawn_at is null
        and not exists (select from contribution n where n.supersedes_id = c.id)";
    assert_eq!(portal.lookup(counting, "Paid back").await, "0", "and no error comes back with it");
    let csv = donor.get(&format!("{money}.csv")).await;
    assert_eq!(csv.status, StatusCode::OK);
    assert!(csv.body.contains("taken back") && csv.body.contains("Booked elsewhere"), "{}", csv.body);
}

#[tokio::test]
async fn money_is_shown_and_written_by_those_alone_who_may() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let money = format!("/example/actions/{id}/money");
    let observer = portal.signed_in(OBSERVER).await;
    assert_eq!(observer.get(&money).await.status, StatusCode::FORBIDDEN);
    let second = portal.signed_in(SECOND).await;
    let seen = second.get(&money).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(!seen.body.contains(&format!("{money}/new")), "{}", seen.body);
    assert_eq!(second.get(&format!("{money}/new")).await.status, StatusCode::FORBIDDEN);
    let tried = second.post(&format!("{money}/new"), &[("kind", "spent"), ("amount", "1"), ("currency", "EUR")]).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    let restricted = portal.action("example", "Protection of financial investigators").await;
    assert_eq!(second.get(&format!("/example/actions/{restricted}/money")).await.status, StatusCode::NOT_FOUND);
}

/// Every amount that counts and came from a file, as one fingerprint.
const MADE: &str = "select md5(string_agg(concat_ws('|', a.reference, c.kind, trim_scale(c.amount), c.currency, c.value_date, c.period_start, c.period_end,
        c.provider_id, c.receiver_id, c.origin_key), E'\\n' order by a.reference, c.origin_key, c.id::text)) from contribution c
    join action a on a.process_id = c.process_id and a.id = c.action_id
    where $1 <> '' and c.origin = 'iati' and c.withdrawn_at is null and not exists (select from contribution n where n.supersedes_id = c.id)";
const HOW_MANY: &str =
    "select count(*)::text from contribution c where c.kind = $1 and c.origin = 'iati' and c.withdrawn_at is null";

#[tokio::test]
async fn the_amounts_of_the_real_file_are_those_that_it_states_made_at_once_or_later() {
    let Some(shared) = shared() else { return };
    let portal = Portal::start().await;
    let bytes = std::fs::read(shared.join("western-balkans/WB6.valid.xml")).expect("a real file");
    let (browser, address) = brought(&portal, SECRETARIAT, "WB6.valid.xml", &bytes).await;
    let fields = [("verdict", "duplicate"), ("decision", "add")];
    assert_eq!(browser.post(&format!("{address}/choose"), &fields).await.status, StatusCode::SEE_OTHER);
    apply(&portal, &browser, &address).await;
    let many = async |kind: &str| portal.lookup(HOW_MANY, kind).await.parse::<u32>().expect("a number");
    // counted in the file by other means: 399 expenditures that are not nothing; 385 budgets, and 199 planned disbursements of
    // activities whose budgets are all of nothing
    assert_eq!((many("spent").await, many("planned").await), (399, 584));
    // 298 and 363 go out; of the 91 and 67 that come in some are seen to be passed on
    assert!((298..=389).contains(&many("committed").await) && (363..=430).contains(&many("disbursed").await));
    let made = portal.lookup(MADE, "x").await;
    sqlx::raw_sql("delete from contribution where origin = 'iati'; update action_kept set money_at = null")
        .execute(&mut portal.superuser().await)
        .await
        .expect("what was there before");
    catch_up(&portal).await;
    assert_eq!(portal.lookup(MADE, "x").await, made);
}

/// What Westmark paid Norland, and Norland paid on, is one money before the two are one organisation and after.
#[tokio::test]
async fn a_payment_between_two_that_become_one_is_counted_once() {
    let portal = Portal::start().await;
    let incoming = r#"<transaction><transaction-type code="1"/><transaction-date iso-date="2026-03-01"/><value value-date="2026-03-01">1000</value>
<provider-org><narrative>Westmark</narrative></provider-org></transaction>"#;
    let (donor, address) = brought(&portal, DONOR, "one.xml", &file("700", incoming)).await;
    apply(&portal, &donor, &address).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 700 EUR, disbursed 1000 EUR, planned 5000 EUR");
    let money = format!("/example/actions/{}/money", portal.action("example", "Lamps for the").await);
    let counted = async || portal.signed_in(SECRETARIAT).await.get(&money).await.select("section > p").join(" ");
    let before = counted().await;
    assert!(before.contains("1,000") && !before.contains("1,700"), "{before}");
    crate::merged_parties::merged(&portal, "Westmark", "Norland").await;
    let after = counted().await;
    assert!(after.contains("1,000") && !after.contains("1,700"), "{after}");
}

#[tokio::test]
async fn of_two_who_correct_one_figure_at_one_moment_the_second_is_shown_the_first() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let (one, two) = (portal.signed_in(DONOR).await, portal.signed_in(SECRETARIAT).await);
    let money = format!("/example/actions/{}/money", portal.action("example", TITLE).await);
    let new = [("kind", "spent"), ("amount", "900"), ("currency", "CHF"), ("note", "Lamps")];
    assert_eq!(one.post(&format!("{money}/new"), &new).await.status, StatusCode::SEE_OTHER);
    let row = portal.lookup("select id::text from contribution where note = $1", "Lamps").await;
    let at = format!("{money}/{row}");
    let correct = |amount: &'static str| {
        [("kind", "spent"), ("amount", amount), ("currency", "CHF"), ("note", "Lamps"), ("why", "Counted again")]
    };
    let (by_one, by_two) = (correct("911"), correct("922"));
    let (first, second) = tokio::join!(one.post(&at, &by_one), two.post(&at, &by_two));
    let (late, theirs) = if first.status == StatusCode::SEE_OTHER { (second, "911 CHF") } else { (first, "922 CHF") };
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
    assert!(late.text().contains(theirs), "{}", late.text());
    let standing = "select string_agg(trim_scale(c.amount) || ' CHF', ', ') from contribution c where c.note = $1
        and not exists (select from contribution n where n.process_id = c.process_id and n.supersedes_id = c.id)";
    assert_eq!(portal.lookup(standing, "Lamps").await, theirs);
    // nor does the database take two
    let again = "insert into contribution (process_id, action_id, kind, amount, currency, supersedes_id)
        select process_id, action_id, kind, 1, currency, id from contribution where id = $1::uuid";
    let twice = sqlx::query(again).bind(&row).execute(&mut portal.superuser().await).await;
    assert!(twice.is_err_and(|e| e.to_string().contains("contribution_supersedes")));
}

/// A payment with a reference is the same payment, whatever else of it the next file puts right: a correction of it by hand does not
/// stand beside it.
#[tokio::test]
async fn a_payment_that_is_stated_anew_under_its_reference_does_not_count_beside_its_correction() {
    let portal = Portal::start().await;
    let spent = |day: &str, to: &str| {
        let of = r#"<transaction ref="P-1"><transaction-type code="4"/>"#;
        let value = r#"<value value-date="2026-05-01">300</value>"#;
        file("700", &format!("{of}<transaction-date iso-date=\"{day}\"/>{value}{to}</transaction>"))
    };
    let (donor, address) = brought(&portal, DONOR, "one.xml", &spent("2026-05-01", "")).await;
    apply(&portal, &donor, &address).await;
    let id = portal.action("example", "Lamps for the").await;
    let row = portal.lookup("select c.id::text from contribution c join action a on a.id = c.action_id where a.reference = $1 and c.kind = 'spent'", "XX-NORLAND-9").await;
    let corrected = [
        ("kind", "spent"),
        ("amount", "350"),
        ("currency", "EUR"),
        ("value_date", "2026-05-01"),
        ("why", "With the fee"),
    ];
    let saved = donor.post(&format!("/example/actions/{id}/money/{row}"), &corrected).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let to = "<receiver-org><narrative>The road office</narrative></receiver-org>";
    let (_, later) = brought(&portal, DONOR, "later.xml", &spent("2026-05-09", to)).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 700 EUR, planned 5000 EUR, spent 350 EUR");
}

#[tokio::test]
async fn of_two_rows_that_are_known_by_one_key_the_file_renews_the_one_that_stands() {
    let portal = Portal::start().await;
    let (donor, first) = brought(&portal, DONOR, "one.xml", &file("700", "")).await;
    apply(&portal, &donor, &first).await;
    // as after a merge with an entry of the same activity, of which an import was taken back
    let twice = "insert into contribution (process_id, action_id, kind, amount, currency, origin, origin_key, withdrawn_at, origin_gone)
        select c.process_id, c.action_id, c.kind, c.amount, c.currency, c.origin, c.origin_key, now(), true
        from contribution c join action a on a.process_id = c.process_id and a.id = c.action_id
        where a.reference = 'XX-NORLAND-9' and c.kind = 'disbursed'";
    sqlx::query(twice).execute(&mut portal.superuser().await).await.expect("a second row");
    let (_, later) = brought(&portal, DONOR, "later.xml", &file("900", "")).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(portal.lookup(COUNTS, "XX-NORLAND-9").await, "disbursed 900 EUR, planned 5000 EUR");
}

/// A file goes on naming its reporter by the identifier that the organisation had before it was merged into another: what it passes on
/// is still seen to come from it, and does not count beside what came in.
#[tokio::test]
async fn a_file_of_an_organisation_that_was_merged_since_counts_nothing_twice() {
    let portal = Portal::start().await;
    let identified = "update organisation o set iati_identifier = x.identifier
        from process p, (values ('Norland', 'XX-NORLAND'), ('Southmere', 'XX-SOUTHMERE')) x (name, identifier)
        where p.slug = 'example' and o.process_id = p.id and o.name = x.name";
    let done = sqlx::query(identified).execute(&mut portal.superuser().await).await.expect("identifiers");
    assert_eq!(done.rows_affected(), 2);
    let incoming = r#"<transaction><transaction-type code="1"/><transaction-date iso-date="2026-03-01"/><value value-date="2026-03-01">1000</value>
<provider-org><narrative>Westmark</narrative></provider-org></transaction>"#;
    let (donor, address) = brought(&portal, DONOR, "one.xml", &file("700", incoming)).await;
    apply(&portal, &donor, &address).await;
    let money = format!("/example/actions/{}/money", portal.action("example", "Lamps for the").await);
    let sql = "select c.id || ' ' || c.provider_id || ' ' || c.receiver_id from contribution c
        join action a on a.process_id = c.process_id and a.id = c.action_id where a.reference = $1 and c.amount = 1000";
    let row = portal.lookup(sql, "XX-NORLAND-9").await;
    let [id, from, to] = row.split(' ').collect::<Vec<_>>()[..] else { panic!("{row}") };
    let corrected = [
        ("kind", "disbursed"),
        ("amount", "1100"),
        ("currency", "EUR"),
        ("value_date", "2026-03-01"),
        ("provider", from),
        ("receiver", to),
        ("why", "With the second part"),
    ];
    let saved = donor.post(&format!("{money}/{id}"), &corrected).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    crate::merged_parties::merged(&portal, "Norland", "Southmere").await;
    let rest = format!("{incoming}<contact-info><email>desk@norland.example</email></contact-info>");
    let (donor, later) = brought(&portal, DONOR, "later.xml", &file("700", &rest)).await;
    assert_eq!(figures(&portal, &later).await, "changed 1");
    apply(&portal, &donor, &later).await;
    let counted = donor.get(&money).await.select("section > p").join(" ");
    assert!(counted.contains("1,100") && !counted.contains("1,800"), "{counted}");
}
