//! Coordination questions: found in the background, shown to whom they concern, worked to a decision.

use crate::action_record::save;
use crate::harness::{Browser, Page, Portal};
use crate::notices::{run, run_in};
use axum::http::StatusCode;
use concert::features::overlaps::engine::CASE_THRESHOLD;
use concert::features::overlaps::measure::seed;
use concert::kernel::job::Task;
use std::collections::BTreeSet;
use std::path::Path;

pub const FIT: &str = "Training of financial investigators in four jurisdictions (FIT-4)";
pub const FIT_AGAIN: &str = "FIT4 – financial investigators trained (Arvania, Kestria*, Lumenia, Tarvis)";
pub const HIDDEN: &str = "Asset tracing beyond the region: casework support";
pub const SECRETARIAT: &str = "support-group@example.example";

pub async fn scored() -> Portal {
    let portal = Portal::start().await;
    run(&portal, Task::Overlaps).await.expect("the job");
    portal
}

/// The question about two actions.
pub async fn case_of(portal: &Portal, a: &str, b: &str) -> String {
    let (a, b) = (portal.action("example", a).await, portal.action("example", b).await);
    let (first, second) = if a < b { (a, b) } else { (b, a) };
    portal
        .lookup(
            "select id::text from overlap_case where first_id::text || ' ' || second_id::text = $1",
            &format!("{first} {second}"),
        )
        .await
}

pub async fn opened(browser: &Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
    page
}

/// Sends a form of the question's page with the version it was made from.
pub async fn step(browser: &Browser, case: &str, what: &str, fields: &[(&str, &str)]) -> Page {
    let page = opened(browser, &format!("/example/overlaps/{case}")).await;
    let version = page.value("version").unwrap_or_default();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    browser.post(&format!("/example/overlaps/{case}/{what}"), &all).await
}

pub fn statements(page: &Page) -> u32 {
    let text = page.headers["server-timing"].to_str().expect("text");
    text.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

#[tokio::test]
async fn what_is_entered_twice_is_found_and_listed() {
    let portal = scored().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let list = opened(&browser, "/example/overlaps").await;
    assert!(list.select("tbody a.t").iter().any(|t| t.contains("FIT-4") && t.contains("FIT4")), "{}", list.text());
    assert!(statements(&list) <= 8);
    let page = opened(&browser, &format!("/example/overlaps/{case}")).await;
    assert!(statements(&page) <= 8);
    for words in ["Why this is asked", "Side by side", "It is for those concerned to say what it is"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    // both run through 2026 for the same four, so all their money is where they meet
    let rows = page.select("#compare tr");
    let meets = rows.iter().find(|row| row.contains("Amount where they meet")).expect("the row");
    assert!(meets.matches("640,000").count() == 2 && !meets.contains('≈'), "{meets}");
    // a second pass finds nothing that is not there, and changes no question
    let n = || async {
        portal.lookup("select count(*)::text || ' ' || sum(version)::text from overlap_case where $1 <> ''", "x").await
    };
    let before = n().await;
    run(&portal, Task::Overlaps).await.expect("the job");
    assert_eq!(n().await, before);
}

/// docs/overlap.md judges a list by hand. The portal tells the finder more than a file does (who keeps a record, references,
/// the names of themes); none of that may bring in other questions.
#[tokio::test]
async fn what_the_first_process_is_asked_is_the_list_that_was_judged() {
    let portal = Portal::start().await;
    run_in(&portal, "iisg", Task::Overlaps).await.expect("the job");
    let pairs = |text: String| -> BTreeSet<(String, String)> {
        let pairs = text.lines().filter_map(|l| l.split_once('\t'));
        pairs.map(|(a, b)| (a.min(b).to_owned(), a.max(b).to_owned())).collect()
    };
    let asked = portal.lookup("select string_agg(a.title || chr(9) || b.title, chr(10)) from overlap_case c join process p on p.id = c.process_id
        join action a on a.process_id = c.process_id and a.id = c.first_id
        join action b on b.process_id = c.process_id and b.id = c.second_id where p.slug = $1 and c.likelihood >= 0.5", "iisg").await;
    let stated = portal.lookup("select string_agg(a.title || chr(9) || b.title, chr(10)) from action a join process p on p.id = a.process_id
        join action b on b.process_id = a.process_id and b.id <> a.id and (b.parent_id = a.id or b.parent_id = a.parent_id) where p.slug = $1", "iisg").await;
    let stated = pairs(stated);
    let judged = seed::found(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/seed/iisg.json")), CASE_THRESHOLD);
    let judged = judged.expect("the seed").into_iter().map(|f| f.titles);
    let judged: BTreeSet<_> = judged.map(|(a, b)| if a < b { (a, b) } else { (b, a) }).collect();
    let judged: BTreeSet<_> = judged.difference(&stated).cloned().collect();
    assert!(judged.len() > 100, "{}", judged.len());
    assert_eq!(pairs(asked), judged);
}

#[tokio::test]
async fn the_list_narrows_and_its_file_says_the_same() {
    let portal = scored().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let all = opened(&browser, "/example/overlaps").await.select("tbody a.t").len();
    let same = opened(&browser, "/example/overlaps?kind=same").await.select("tbody a.t").len();
    assert!(all > same && same > 0, "{all} {same}");
    let none = opened(&browser, "/example/overlaps?owner=me").await;
    assert!(none.text().contains("No matching questions"), "{}", none.text());
    let file = opened(&browser, "/example/overlaps/csv?kind=same").await;
    assert_eq!(file.text().matches("Entered twice").count(), same, "{}", file.text());
    assert!(!file.text().contains("Entered twice,1,"), "never certain: {}", file.text());
    for made_up in
        ["pillar=%27&kind=x&likely=y&state=z&age=-1&page=0&order=q", "page=99999999999999999999", "age=999999999"]
    {
        opened(&browser, &format!("/example/overlaps?{made_up}")).await;
    }
}

#[tokio::test]
async fn what_is_near_stands_on_the_page_and_beside_the_form() {
    let portal = scored().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", FIT).await;
    let near = opened(&donor, &format!("/example/actions/{id}/near")).await;
    assert!(near.text().contains("FIT4"), "{}", near.text());
    assert!(statements(&near) <= 8);
    // a line that is broken ends with its dot, and the next one does not begin with it
    let parts = scraper::Selector::parse(".near .sub").expect("selector");
    for line in near.html().select(&parts).map(|e| e.text().collect::<String>()) {
        assert!(line.contains("\u{a0}· ") && !line.contains(" · "), "{line:?}");
    }
    let part = opened(&donor, &format!("/example/actions/{id}/near?part=1")).await;
    assert!(!part.text().contains("<html") && part.text().contains("FIT4"));
    // while it is typed, whatever is not right yet
    let typed = [
        ("title", "Training of financial investigators in four jurisdictions"),
        ("planned_start", "no date"),
        ("beneficiaries", "x"),
    ];
    let beside = donor.post("/example/actions/similar", &typed).await;
    assert_eq!(beside.status, StatusCode::OK, "{}", beside.text());
    assert!(beside.text().contains("FIT-4") && beside.text().contains("FIT4"), "{}", beside.text());
    let twice = donor.post("/example/actions/similar", &[("title", FIT)]).await;
    assert!(twice.text().contains("This is the same: open it"), "{}", twice.text());
    let empty = donor.post("/example/actions/similar", &[("title", "")]).await;
    assert!(empty.text().contains("Nothing that you may see is near it"), "{}", empty.text());
}

#[tokio::test]
async fn what_the_form_says_of_another_becomes_a_question() {
    let portal = scored().await;
    let donor = portal.signed_in("donor@example.example").await;
    let fit = portal.action("example", FIT).await;
    let name = format!("near-{fit}");
    let change = [
        ("title", "Financial investigators trained in four jurisdictions, second edition"),
        ("pillars", "ns"),
        ("beneficiaries", "ns"),
        (name.as_str(), "related"),
    ];
    // it is not lost where the form needs a second look
    let again = save(&donor, "/example/actions/new", &[("title", "Unfinished"), (name.as_str(), "related")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.text());
    assert_eq!(again.value(&name).as_deref(), Some("related"));
    let saved = save(&donor, "/example/actions/new", &change).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let case = case_of(&portal, "Financial investigators trained in four jurisdictions, second edition", FIT).await;
    let page = opened(&donor, &format!("/example/overlaps/{case}")).await;
    assert!(page.text().contains("Said to be related when it was entered"), "{}", page.text());
    // one that is near and was not spoken of is shown to whoever has no scripts
    let change = [("title", FIT), ("pillars", "ns"), ("beneficiaries", "ns")];
    let saved = save(&donor, "/example/actions/new", &change).await;
    let to = saved.headers["location"].to_str().expect("an address").to_owned();
    assert!(to.contains("/near?done=action-created"), "{to}");
    // and there it can be said, too, that the two are related
    let near = opened(&donor, &to).await;
    let ask = format!("a[href*='/overlaps/report?action='][href$='&action={fit}']");
    assert_eq!(near.select(&ask).len(), 1, "{}", near.text());
    let own = to.split('/').nth(3).expect("an id");
    let report = opened(&donor, &format!("/example/overlaps/report?action={own}&action={fit}")).await;
    assert_eq!(report.select("input[name='action']").len(), 2, "{}", report.text());
}

#[tokio::test]
async fn a_question_is_worked_to_its_outcome() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let donor = portal.signed_in("donor@example.example").await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let at = format!("/example/overlaps/{case}");

    let empty = step(&secretariat, &case, "decide", &[("decision", ""), ("reason", "kept words")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("kept words"), "what was typed is lost");
    let past = step(&secretariat, &case, "assign", &[("owner", ""), ("due", "2020-01-01")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.text().contains("The day has passed"));

    let me = portal
        .lookup("select m.id::text from membership m join process p on p.id = m.process_id join account a on a.id = m.account_id where p.slug = 'example' and a.email = $1", SECRETARIAT)
        .await;
    let assigned = step(&secretariat, &case, "assign", &[("owner", &me), ("due", "2026-12-15")]).await;
    assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.text());
    // whoever is invited stands there with whom to reach
    let invited = secretariat.post(&format!("{at}/invite"), &[("organisation", "Institute for Asset Recovery")]).await;
    assert_eq!(invited.status, StatusCode::SEE_OTHER, "{}", invited.text());
    let page = opened(&donor, &at).await;
    assert!(page.select("#invited").join(" ").contains("programmes@iar.example"), "{:?}", page.select("#invited"));
    assert!(page.select("#compare p").join(" ").contains("side by side for 12 months"));
    let said = donor.post(&format!("{at}/remark"), &[("remark", "<b>We paid</b> =cmd()")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
    let page = opened(&secretariat, &at).await;
    assert!(!page.select("#remarks b").iter().any(|t| t.contains("We paid")), "not escaped");

    // of two at once the second is shown how it stands, and loses nothing
    let version = page.value("version").expect("a version");
    let first = secretariat
        .post(&format!("{at}/decide"), &[("version", &version), ("decision", "join"), ("reason", "First")])
        .await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let second = secretariat
        .post(&format!("{at}/decide"), &[("version", &version), ("decision", "accept"), ("reason", "Second words")])
        .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(second.text().contains("Somebody else was first"));
    // there is no form for a decision any more, so what was typed stands in the note
    assert!(second.select(".errors dd").iter().any(|t| t.contains("Second words")), "{}", second.text());

    let done = step(&secretariat, &case, "outcome", &[("outcome", "One course was given")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let page = opened(&donor, &at).await;
    for words in ["Do it together", "One course was given", "Closed"] {
        assert!(page.text().contains(words), "{words}");
    }
    // who takes part does not decide
    let refused = donor.post(&format!("{at}/reopen"), &[("version", "1"), ("why", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_list_and_its_file_say_what_was_decided_while_it_holds() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let row = async || {
        let rows = opened(&secretariat, "/example/overlaps?state=all").await.select("tbody tr");
        rows.into_iter().find(|r| r.contains(FIT) && r.contains(FIT_AGAIN)).expect("its row")
    };
    let file = async || opened(&secretariat, "/example/overlaps/csv?state=all").await.text();
    assert!(!file().await.contains("Do it together"));
    let decided = step(&secretariat, &case, "decide", &[("decision", "join"), ("reason", "One course")]).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
    let told = row().await;
    assert!(told.contains("Decided") && told.contains("Do it together"), "{told}");
    assert_eq!(file().await.matches("Do it together").count(), 1, "{}", file().await);
    let reopened = step(&secretariat, &case, "reopen", &[("why", "A second course")]).await;
    assert_eq!(reopened.status, StatusCode::SEE_OTHER, "{}", reopened.text());
    assert!(!row().await.contains("Do it together"), "{}", row().await);
}

#[tokio::test]
async fn not_an_overlap_keeps_quiet_until_what_mattered_changes() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let dismissed = step(&secretariat, &case, "decide", &[("decision", "no_overlap"), ("reason", "Two courses")]).await;
    assert_eq!(dismissed.status, StatusCode::SEE_OTHER, "{}", dismissed.text());
    let state = || async { portal.lookup("select state from overlap_case where id::text = $1", &case).await };
    let id = portal.action("example", FIT).await;
    let edit = format!("/example/actions/{id}/edit");
    // the source's address does not matter
    save(&secretariat, &edit, &[("source_note", "looked up again")]).await;
    run(&portal, Task::Overlaps).await.expect("the job");
    assert_eq!(state().await, "closed");
    save(
        &secretariat,
        &edit,
        &[(
            "description",
            "The course is given by the same trainers in the same four places, to financial investigators.",
        )],
    )
    .await;
    run(&portal, Task::Overlaps).await.expect("the job");
    assert_eq!(state().await, "open");
    // it says why it is open again, and can be decided anew
    let page = opened(&secretariat, &format!("/example/overlaps/{case}")).await;
    assert!(page.select("#decided").join(" ").contains("have changed since this was decided"), "{}", page.text());
    assert_eq!(page.select("#decide form[action*='/decide']").len(), 1, "{}", page.text());
    let anew = step(&secretariat, &case, "decide", &[("decision", "accept"), ("reason", "Both go on")]).await;
    assert_eq!(anew.status, StatusCode::SEE_OTHER, "{}", anew.text());
}

#[tokio::test]
async fn the_chairmanship_decides_what_is_put_before_it() {
    let portal = scored().await;
    let (donor, chair) =
        (portal.signed_in("donor@example.example").await, portal.signed_in("chair@example.example").await);
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let before = step(&chair, &case, "decide", &[("decision", "join"), ("reason", "x")]).await;
    assert_eq!(before.status, StatusCode::FORBIDDEN);
    let up = step(&donor, &case, "escalate", &[("escalation", "Who gives the course?")]).await;
    assert_eq!(up.status, StatusCode::SEE_OTHER, "{}", up.text());
    let decided = step(&chair, &case, "decide", &[("decision", "divide"), ("reason", "Two places each")]).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text());
}

#[tokio::test]
async fn a_question_is_asked_by_hand() {
    let portal = scored().await;
    let donor = portal.signed_in("donor@example.example").await;
    let (a, b) = (
        portal.action("example", "Strengthening asset recovery and the management of seized property").await,
        portal.action("example", "Patrol boats for the coast of Tarvis").await,
    );
    let one =
        donor.post("/example/overlaps/report", &[("action", &a), ("kind", "synergy"), ("why", "Kept words")]).await;
    assert_eq!(one.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(one.text().contains("Choose two to twelve actions") && one.text().contains("Kept words"));
    let found = donor.post("/example/overlaps/report", &[("action", &a), ("q", "patrol boats"), ("find", "1")]).await;
    assert!(found.text().contains("Patrol boats for the coast"), "{}", found.text());
    let sent = donor
        .post(
            "/example/overlaps/report",
            &[("action", &a), ("action", &b), ("kind", "synergy"), ("why", "Train the crews to trace assets")],
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let to = sent.headers["location"].to_str().expect("an address").to_owned();
    assert!(opened(&donor, &to).await.text().contains("Train the crews to trace assets"));
    // Enter in the field that seeks an action presses the form's first button: it seeks, and sends nothing
    let form = opened(&donor, "/example/overlaps/report").await;
    let buttons = scraper::Selector::parse("form[action$='/overlaps/report'] button").expect("a selector");
    let first = form.html().select(&buttons).next().and_then(|b| b.value().attr("name").map(str::to_owned));
    assert_eq!(first.as_deref(), Some("find"));
    // an action that one does not see cannot be named
    let hidden = portal.action("example", HIDDEN).await;
    let refused = donor
        .post("/example/overlaps/report", &[("action", &a), ("action", &hidden), ("kind", "overlap"), ("why", "x")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn of_two_jobs_the_one_that_comes_second_comes_again() {
    let portal = scored().await;
    let mut c = portal.superuser().await;
    sqlx::query("select pg_advisory_lock(hashtextextended('overlaps:' || (select id::text from process where slug = 'example'), 0))")
        .execute(&mut c)
        .await
        .expect("held, as by a job that works");
    run(&portal, Task::Overlaps).await.expect("it gives way");
    let waiting: i64 = sqlx::query_scalar(
        "select count(*) from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'overlaps'",
    )
    .fetch_one(&mut c)
    .await
    .expect("a number");
    assert_eq!(waiting, 1, "what it was asked for is lost");
}

#[tokio::test]
async fn nothing_near_tells_an_observer_of_amounts() {
    let portal = scored().await;
    let donor = portal.signed_in("donor@example.example").await;
    // two of which little more is stated than one amount
    for title in ["Harbour radar masts", "Radar masts in harbours"] {
        let change = [
            ("title", title),
            ("pillars", "ns"),
            ("beneficiaries", "ns"),
            ("stated_total", "750000"),
            ("stated_currency", "EUR"),
        ];
        let saved = save(&donor, "/example/actions/new", &change).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    }
    let near = format!("/example/actions/{}/near", portal.action("example", "Harbour radar masts").await);
    assert!(opened(&donor, &near).await.text().contains("the same amount"), "this shows nothing");
    let observer = portal.signed_in("observer@example.example").await;
    let page = opened(&observer, &near).await;
    assert!(page.text().contains("Radar masts in harbours") && !page.text().contains("amount"), "{}", page.text());
}
