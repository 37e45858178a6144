//! Reports on mapping cycles: written, filled, discussed, decided on, published; who may, and what the public reads.

use crate::decisions::{SEATS, ok, votes};
use crate::files::parts;
use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

const LEAD: &str = "lead-one@example.example";
const OTHER_LEAD: &str = "lead-two@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const CHAIR: &str = "chair@example.example";
const DONOR: &str = "donor@example.example";

fn id(address: &str) -> &str {
    address.rsplit('/').next().expect("an id")
}

async fn seeded(portal: &Portal, state: &str) -> String {
    let sql = "select r.id::text from mapping_report r join process p on p.id = r.process_id where p.slug = 'example' and r.state = $1";
    format!("/example/reports/{}", portal.lookup(sql, state).await)
}

async fn section(portal: &Portal, report: &str, kind: &str) -> String {
    let sql =
        "select id::text from mapping_report_section where removed_at is null and report_id::text || '|' || kind = $1";
    portal.lookup(sql, &format!("{}|{kind}", id(report))).await
}

/// A report on the open cycle for the pillar of prevention, begun by its lead.
async fn begun(portal: &Portal, lead: &Browser) -> String {
    let cycle = portal.lookup("select c.id::text from mapping_cycle c join process p on p.id = c.process_id where p.slug = $1 and c.closed_at is null", "example").await;
    let pillar = portal.lookup("select l.id::text from pillar l join process p on p.id = l.process_id where p.slug = 'example' and l.key = $1", "PREVENT").await;
    let fields = [
        ("cycle", cycle.as_str()),
        ("pillar", pillar.as_str()),
        ("title", "What prevention needs"),
        ("first_year", "2025"),
    ];
    ok(&lead.submit("/example/reports/new", Some("/reports/new"), &fields).await)
}

async fn write(browser: &Browser, portal: &Portal, report: &str, kind: &str, fields: &[(&str, &str)]) -> Page {
    let at = format!("{report}/sections/{}", section(portal, report, kind).await);
    browser.submit(&at, Some(&at), fields).await
}

/// The same, with every section written and its tables filled.
async fn written(portal: &Portal, lead: &Browser) -> String {
    let report = begun(portal, lead).await;
    for kind in ["method", "needs", "responses", "gaps", "follow_up"] {
        let body = format!("What is to be said of {kind}.");
        ok(&write(lead, portal, &report, kind, &[("body", &body), ("public", "yes")]).await);
    }
    ok(&lead.post(&format!("{report}/fill"), &[]).await);
    report
}

#[tokio::test]
async fn a_draft_says_what_has_to_hold_before_its_next_step() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let report = begun(&portal, &lead).await;
    let missing = ": Every section has a text; The tables are filled.";
    let page = lead.get(&report).await.text();
    assert!(page.contains(missing) && page.contains("the text as it then stands is kept here"), "{page}");
    let early = lead.get(&format!("{report}/steps/discuss")).await.text();
    assert!(
        early.contains("as soon as all conditions are met") && early.contains("Continue with the report"),
        "{early}"
    );
    let report = portal.signed_in(OTHER_LEAD).await.get(&report).await.text();
    assert!(!report.contains(missing), "it is not theirs to write: {report}");
}

async fn step(browser: &Browser, report: &str, step: &str, fields: &[(&str, &str)]) -> Page {
    browser.post(&format!("{report}/steps/{step}"), fields).await
}

async fn state(portal: &Portal, report: &str) -> String {
    portal.lookup("select state from mapping_report where id::text = $1", id(report)).await
}

async fn awaited(browser: &Browser) -> String {
    browser.get("/example").await.select("#awaited li").join("\n")
}

async fn before_the_board(portal: &Portal) -> (String, String) {
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let report = written(portal, &lead).await;
    ok(&step(&lead, &report, "discuss", &[("discussed_on", "2026-11-20"), ("discussed_where", "Tarvis")]).await);
    ok(&step(&secretariat, &report, "submit", &[]).await);
    let sql = "select id::text from board_decision where subject_kind = 'mapping_report' and subject_id::text = $1 order by prepared_at desc limit 1";
    let decision = format!("/example/decisions/{}", portal.lookup(sql, id(&report)).await);
    (report, decision)
}

#[tokio::test]
async fn a_report_goes_from_its_headings_to_the_board_and_the_public() {
    let portal = Portal::start().await;
    let (lead, chair, secretariat) =
        (portal.signed_in(LEAD).await, portal.signed_in(CHAIR).await, portal.signed_in(SECRETARIAT).await);
    let (report, decision) = before_the_board(&portal).await;
    let text = lead.get(&report).await.text();
    assert!(text.contains("covers 2025–2027") && text.contains("Tarvis"), "{text}");
    // what is before the Board does not change any more
    let at = format!("{report}/sections/{}", section(&portal, &report, "method").await);
    assert_eq!(lead.get(&at).await.status, StatusCode::CONFLICT);
    assert_eq!(lead.post(&at, &[("heading", "x"), ("body", "y"), ("version", "2")]).await.status, StatusCode::CONFLICT);
    assert_eq!(lead.post(&format!("{report}/fill"), &[]).await.status, StatusCode::CONFLICT);
    let sum = portal.lookup("select encode(content_sha256, 'hex') from mapping_report_snapshot where step = 'submitted' and report_id::text = $1", id(&report)).await;
    let paper = chair.get(&format!("{decision}/papers/1")).await.text();
    assert!(paper.contains(&sum) && paper.contains("What is to be said of gaps."), "{paper}");
    assert_eq!(step(&chair, &report, "adopt", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "not decided yet");
    ok(&chair.submit(&format!("{decision}/edit"), None, &[("procedure", "written")]).await);
    ok(&chair.submit(&format!("{decision}/open"), None, &[]).await);
    for (_, who) in SEATS {
        ok(&votes(&portal, &decision, who, "in_favour", "").await);
    }
    let recorded = chair.submit(&format!("{decision}/record"), None, &[("result", "taken")]).await;
    assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.text());
    assert!(awaited(&chair).await.contains("Record the adoption of “What prevention needs”"));
    assert_eq!(step(&chair, &report, "refer-back", &[("why", "x")]).await.status, StatusCode::CONFLICT);
    ok(&step(&chair, &report, "adopt", &[]).await);
    assert_eq!(state(&portal, &report).await, "adopted");
    let kept = portal.lookup("select decision_number from mapping_report where id::text = $1", id(&report)).await;
    let number = portal
        .lookup("select number_year || '/' || number_in_year from board_decision where id::text = $1", id(&decision))
        .await;
    assert_eq!(kept, number);

    // not public until somebody publishes it, and then without a word of needs
    let public = report.replace("/example/", "/example/public/");
    let visitor = portal.visitor();
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND);
    assert_eq!(lead.post(&format!("{report}/publish"), &[]).await.status, StatusCode::FORBIDDEN);
    ok(&secretariat.post(&format!("{report}/publish"), &[]).await);
    let page = visitor.get(&public).await;
    let text = page.text();
    for words in
        ["What is to be said of method.", "What is to be said of follow_up.", number.as_str(), "Adopted by the Board"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    for words in ["said of needs", "said of gaps", "said of responses", "Coverage matrix", "Tarvis."] {
        assert!(!page.body.contains(words), "{words}: {text}");
    }
    let sum = portal.lookup("select encode(public_sha256, 'hex') from mapping_report_snapshot where step = 'adopted' and report_id::text = $1", id(&report)).await;
    assert!(page.body.contains(&sum));
    assert!(visitor.get("/example/public/reports").await.text().contains("What prevention needs"));
    let bare = secretariat.post(&format!("{report}/publish"), &[("do", "withdraw")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "not without a reason");
    ok(&secretariat.post(&format!("{report}/publish"), &[("do", "withdraw"), ("why", "A name in it")]).await);
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_step_is_its_roles_own_and_waits_for_its_conditions() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let report = begun(&portal, &lead).await;
    assert!(awaited(&lead).await.contains("Write “What prevention needs”"));
    let early = step(&lead, &report, "discuss", &[("discussed_on", "2026-11-20")]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is written");
    let twice = lead.get("/example/reports/new").await;
    assert_eq!(twice.status, StatusCode::OK);
    for kind in ["method", "needs", "responses", "gaps", "follow_up"] {
        ok(&write(&lead, &portal, &report, kind, &[("body", "Words.")]).await);
    }
    let unfilled = step(&lead, &report, "discuss", &[("discussed_on", "2026-11-20")]).await;
    assert_eq!(unfilled.status, StatusCode::UNPROCESSABLE_ENTITY, "the tables are not filled");
    ok(&lead.post(&format!("{report}/fill"), &[]).await);
    for (fields, why) in
        [(&[("discussed_on", "")][..], "a meeting has a day"), (&[("discussed_on", "2026-12-24")][..], "that has been")]
    {
        assert_eq!(step(&lead, &report, "discuss", fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    }
    for who in [OTHER_LEAD, CHAIR, DONOR, "beneficiary-one@example.example"] {
        let other = portal.signed_in(who).await;
        assert_eq!(other.get(&report).await.status, StatusCode::OK, "{who} reads it");
        let refused = step(&other, &report, "discuss", &[("discussed_on", "2026-11-20")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{who}");
        assert_eq!(other.post(&format!("{report}/fill"), &[]).await.status, StatusCode::FORBIDDEN, "{who}");
    }
    assert_eq!(portal.signed_in("observer@example.example").await.get(&report).await.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.signed_in("support-group@iisg.example").await.get(&report).await.status, StatusCode::NOT_FOUND);
    ok(&step(&lead, &report, "discuss", &[("discussed_on", "2026-11-20")]).await);
    assert_eq!(step(&lead, &report, "submit", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(step(&lead, &report, "discuss", &[("discussed_on", "2026-11-20")]).await.status, StatusCode::CONFLICT);
    assert!(awaited(&secretariat).await.contains("Put “What prevention needs” before the Board"));
    ok(&step(&secretariat, &report, "submit", &[]).await);
    let chair = portal.signed_in(CHAIR).await;
    assert_eq!(step(&secretariat, &report, "refer-back", &[("why", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(step(&chair, &report, "refer-back", &[("why", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    ok(&step(&chair, &report, "refer-back", &[("why", "The Board asks for the costs.")]).await);
    assert_eq!(state(&portal, &report).await, "draft");
    let ended = portal.lookup("select state from board_decision where subject_id::text = $1", id(&report)).await;
    assert_eq!(ended, "withdrawn", "a decision that nobody had opened goes with the text");
    let history = lead.get(&report).await.select("#history li").join("\n");
    for words in ["filled the tables", "wrote a section: Gaps and synergies", "The Board asks for the costs."] {
        assert!(history.contains(words), "{words}: {history}");
    }
    // what was frozen on the way stays as it was
    ok(&write(&lead, &portal, &report, "method", &[("body", "Other words.")]).await);
    let frozen = lead.get(&format!("{report}/versions/2")).await.text();
    assert!(frozen.contains("Words.") && !frozen.contains("Other words."), "{frozen}");
}

#[tokio::test]
async fn two_who_write_one_section_lose_nothing() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let report = begun(&portal, &lead).await;
    let at = format!("{report}/sections/{}", section(&portal, &report, "gaps").await);
    let (_, theirs) = secretariat.get(&at).await.form(Some(&at));
    ok(&lead.submit(&at, Some(&at), &[("body", "As the lead sees it.")]).await);
    let mut late: Vec<(&str, &str)> = theirs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    late.retain(|(k, _)| *k != "body");
    late.push(("body", "As the secretariat sees it."));
    let second = secretariat.post_raw(&at, &late).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    let text = second.text();
    assert!(text.contains("As the lead sees it.") && text.contains("As the secretariat sees it."), "{text}");
    // sent again from what is shown, it is kept
    let (_, again) = second.form(Some(&at));
    let again: Vec<(&str, &str)> = again.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ok(&secretariat.post_raw(&at, &again).await);
    assert!(lead.get(&report).await.text().contains("As the secretariat sees it."));
    // needs are never public, whatever a form says
    ok(&lead.submit(&at, Some(&at), &[("public", "yes")]).await);
    assert_eq!(
        portal.lookup("select public::text from mapping_report_section where id::text = $1", id(&at)).await,
        "false"
    );
    // a second report on the same cycle and pillar is the first
    let fields = [("title", "Once more")];
    let pillar = portal.lookup("select pillar_id::text from mapping_report where id::text = $1", id(&report)).await;
    let mut fields = fields.to_vec();
    fields.push(("pillar", &pillar));
    let twice = lead.submit("/example/reports/new", Some("/reports/new"), &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", twice.text());
    assert_eq!(twice.value("title").as_deref(), Some("Once more"));
}

#[tokio::test]
async fn tables_hold_what_every_member_may_see_whoever_fills_them() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let report = seeded(&portal, "draft").await;
    ok(&secretariat.post(&format!("{report}/fill"), &[]).await);
    let tables = portal.lookup("select tables::text from mapping_report where id::text = $1", id(&report)).await;
    let sql = "select count(*)::text from need n join mapping_report r on r.process_id = n.process_id and r.cycle_id = n.cycle_id
        where r.id::text = $1 and n.handling <> 'members' and position(n.title in r.tables::text) > 0";
    assert_eq!(portal.lookup(sql, id(&report)).await, "0", "{tables}");
    let narrow =
        portal.lookup("select count(*)::text from need where handling <> $1 and state = 'submitted'", "members").await;
    assert_ne!(narrow, "0", "there is something to leave out");
    assert!(tables.contains("\"needs\""), "{tables}");
    let page = portal.signed_in(DONOR).await.get(&report).await;
    assert!(page.select("#tables table").len() >= 2, "{}", page.text());
}

#[tokio::test]
async fn a_report_is_carried_away_in_each_form_as_it_was_frozen() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let report = seeded(&portal, "adopted").await;
    let page = donor.get(&report).await;
    assert!(page.text().contains("Report on the mapping of needs 2025"), "{}", page.text());
    let sum = portal.lookup("select encode(content_sha256, 'hex') from mapping_report_snapshot where number = 3 and report_id::text = $1", id(&report)).await;
    assert!(donor.get(&format!("{report}/versions/3")).await.body.contains(&sum));
    let word = donor.get(&format!("{report}/file?version=3&format=docx")).await;
    assert_eq!(word.status, StatusCode::OK, "{}", word.text());
    let name = word.headers.get("content-disposition").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(name.contains("needs%202025%2C%20"), "which text it is stands behind its title: {name}");
    let all = parts(&word);
    assert!(all.contains(&sum) && all.contains("Gaps and synergies") && all.contains("Coverage matrix"));
    let book = parts(&donor.get(&format!("{report}/file?format=xlsx")).await);
    assert!(book.contains("Uncovered needs") && book.contains("Coverage matrix"), "a sheet for each table");
    assert_eq!(donor.get(&format!("{report}/file?version=9")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(donor.get(&format!("{report}/file?format=odt")).await.status, StatusCode::NOT_FOUND);
    let list = donor.get("/example/reports.csv").await;
    assert!(list.body.contains("Report on the mapping of needs 2025"), "{}", list.body);
    // the database itself keeps frozen texts
    let mut app = portal.sql("concert_app").await;
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(&process)
        .execute(&mut app)
        .await
        .expect("a setting");
    assert!(sqlx::query("update mapping_report_snapshot set why = 'x'").execute(&mut app).await.is_err());
    let adopted = "(select id from mapping_report where state = 'adopted' limit 1)";
    for statement in [
        format!("update mapping_report_section set body = 'x' where report_id = {adopted}"),
        format!("update mapping_report_section set removed_at = now() where report_id = {adopted}"),
        format!(
            "insert into mapping_report_section (report_id, position, kind, heading, updated_at) values ({adopted}, 99, 'other', 'x', now())"
        ),
        format!("update mapping_report set title = 'x' where id = {adopted}"),
        format!("update mapping_report set tables = '{{}}' where id = {adopted}"),
        format!(
            "update mapping_report set state = 'draft', adopted_on = null, published_at = null where id = {adopted}"
        ),
    ] {
        let refused =
            sqlx::query(sqlx::AssertSqlSafe(statement.clone())).execute(&mut app).await.expect_err(&statement);
        let code = refused.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()));
        assert_eq!(code.as_deref(), Some("23514"), "{statement}: {refused}");
    }
    // whether it is published is no part of its text
    let published = format!("update mapping_report set published_at = published_at where id = {adopted}");
    sqlx::query(sqlx::AssertSqlSafe(published)).execute(&mut app).await.expect("published anew");
}
