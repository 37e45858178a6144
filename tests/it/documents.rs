//! Long documents: asked for, made by a job, seen and fetched by whoever asked and by nobody else.

use crate::harness::{Browser, Page, Portal};
use crate::jobs::{process, until, worker};
use axum::http::StatusCode;
use concert::features::documents::{self, Block, Document, Making, Note, Order, Run, Sheet, Workbook};
use concert::kernel::db::{Entry, Intent, Statements};
use concert::kernel::error::Problem;
use concert::kernel::i18n::Locale;
use concert::kernel::ids::DocumentId;
use concert::kernel::random::Token;

const PARTNER: &str = "donor@example.example";

pub fn document(portal: &Portal, title: &str) -> Document {
    let mut d = Document::new(Locale::English, title, "Example", portal.clock.today());
    d.notes.push(Note { mark: "*".into(), text: "A note of the process.".into() });
    d.heading(1, "Ѓорче Петров");
    d.push(Block::Paragraph { runs: vec![Run::plain("a zero \0 and "), Run::strong("#eval(\"1\") ]]>")] });
    d
}

fn order(making: Making) -> Order {
    Order { subject_kind: "plan", subject: None, file_name: "План 2026/1".into(), making }
}

pub async fn ask(portal: &Portal, browser: &Browser, order: &Order) -> Result<DocumentId, Problem> {
    let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
    let entered = portal.app.db.enter("example", &token, Intent::Write, &Statements::default()).await.expect("entered");
    let Entry::In(inside) = entered else { panic!("not entered") };
    let (mut tx, facts) = *inside;
    let id = documents::ask(&mut tx, &facts.memberships[0], portal.clock.now(), order).await?;
    tx.commit().await.expect("commit");
    Ok(id)
}

pub async fn state(portal: &Portal, id: DocumentId) -> String {
    portal.lookup("select state from document_file where id = $1::uuid", &id.to_string()).await
}

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn the_page_of_a_document_leads_back_to_what_it_was_made_of() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let pack = uuid::Uuid::from_u128(7);
    let making = |title| Making::Pdf(document(&portal, title));
    let of_one =
        Order { subject_kind: "pack", subject: Some(pack), file_name: "Pack".into(), making: making("A pack") };
    let id = ask(&portal, &browser, &of_one).await.expect("asked");
    let page = browser.get(&format!("/example/documents/{id}")).await;
    assert_eq!(page.select(".crumbs a"), ["To the pack"]);
    assert!(page.body.contains(&format!("href=\"/example/packs/{pack}\"")), "{}", page.body);

    let id = ask(&portal, &browser, &order(making("A list"))).await.expect("asked");
    let page = browser.get(&format!("/example/documents/{id}")).await;
    assert!(page.select(".crumbs a").is_empty(), "a list has no record to lead back to");
}

#[tokio::test]
async fn a_document_is_asked_for_waited_for_and_fetched() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let id =
        ask(&portal, &browser, &order(Making::Pdf(document(&portal, "A plan <b>of action</b>")))).await.expect("asked");
    let place = format!("/example/documents/{id}");

    let page = browser.get(&place).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.select("h1"), ["A plan <b>of action</b>"]);
    assert!(page.body.contains("http-equiv=\"refresh\"") && page.body.contains("hx-trigger"), "{}", page.body);
    assert!(page.text().contains("waits for its turn"));
    assert_eq!(page.select("#document-state li .badge"), ["done", "to come", "to come"]);
    assert_eq!(browser.get(&format!("{place}/file")).await.status, StatusCode::NOT_FOUND, "not there yet");

    let (stop, running) = worker(&portal, None);
    until("the document is ready", async || state(&portal, id).await == "ready").await;
    stop.cancel();
    running.await.expect("the worker").expect("worked");

    let page = browser.get(&place).await;
    assert!(!page.body.contains("http-equiv=\"refresh\"") && !page.body.contains("hx-trigger"));
    assert!(page.body.contains(&format!("href=\"{place}/file\"")), "{}", page.body);
    let file = browser.get(&format!("{place}/file")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.starts_with("%PDF-1.7"));
    assert_eq!(header(&file, "content-type"), "application/pdf");
    assert_eq!(header(&file, "x-content-type-options"), "nosniff");
    let name = header(&file, "content-disposition");
    assert_eq!(
        name,
        "attachment; filename=\"____ 2026-1.pdf\"; filename*=UTF-8''%D0%9F%D0%BB%D0%B0%D0%BD%202026-1.pdf"
    );
    let noted = portal
        .lookup("select detail || ' ' || kind from access_log where subject_kind = $1 order by at desc limit 1", "plan")
        .await;
    assert_eq!(noted, "A plan <b>of action</b> (PDF) export");
    let left =
        portal.lookup("select (content is null)::text from document_file where id = $1::uuid", &id.to_string()).await;
    assert_eq!(left, "true", "what the file was made of is not kept beside it");
}

#[tokio::test]
async fn a_document_is_there_for_whoever_asked_alone() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let id = ask(&portal, &browser, &order(Making::Docx(document(&portal, "Mine")))).await.expect("asked");
    let (stop, running) = worker(&portal, None);
    until("the document is ready", async || state(&portal, id).await == "ready").await;
    stop.cancel();
    running.await.expect("the worker").expect("worked");
    for other in ["support-group@example.example", "lead-one@example.example", "support-group@iisg.example"] {
        let other = portal.signed_in(other).await;
        for place in [
            format!("/example/documents/{id}"),
            format!("/example/documents/{id}/file"),
            format!("/iisg/documents/{id}/file"),
        ] {
            assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND, "{place}");
        }
    }
    assert_eq!(browser.get(&format!("/example/documents/{id}/file")).await.status, StatusCode::OK);
    // nor for the same account once that membership has ended
    sqlx::query("update membership set ends_on = '2000-01-01', starts_on = '1999-01-01' where account_id = (select id from account where email = $1)")
        .bind(PARTNER)
        .execute(&mut portal.superuser().await)
        .await
        .expect("ended");
    assert_eq!(browser.get(&format!("/example/documents/{id}/file")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_worker_that_was_killed_leaves_a_document_that_is_made_again() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let killed = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "Killed")))).await.expect("asked");
    let deadly = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "Deadly")))).await.expect("asked");
    for (id, attempts) in [(killed, 1i16), (deadly, 3)] {
        sqlx::query("update document_file set state = 'working', done = 2, attempts = $2 where id = $1")
            .bind(id.0)
            .bind(attempts)
            .execute(&mut portal.superuser().await)
            .await
            .expect("as a killed worker leaves it");
    }
    let page = browser.get(&format!("/example/documents/{killed}")).await;
    assert_eq!(page.select("#document-state li .badge"), ["done", "done", "under way"]);
    let (stop, running) = worker(&portal, None);
    until("both have ended", async || {
        state(&portal, killed).await == "ready" && state(&portal, deadly).await == "failed"
    })
    .await;
    stop.cancel();
    running.await.expect("the worker").expect("worked");
    let page = browser.get(&format!("/example/documents/{deadly}")).await;
    assert!(page.text().contains("could not be made"), "{}", page.text());
    assert_eq!(browser.get(&format!("/example/documents/{deadly}/file")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_same_is_made_once_and_nobody_asks_without_end() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let first = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "One")))).await.expect("asked");
    let again = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "One")))).await.expect("asked");
    assert_eq!(first, again);
    for n in 0..4 {
        ask(&portal, &browser, &order(Making::Pdf(document(&portal, &format!("Another {n}"))))).await.expect("asked");
    }
    let refused = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "One too many")))).await;
    assert!(matches!(refused, Err(Problem::TooMany { .. })), "{refused:?}");
    // another's are another's
    let other = portal.signed_in("lead-one@example.example").await;
    let theirs = ask(&portal, &other, &order(Making::Pdf(document(&portal, "One")))).await.expect("asked");
    assert_ne!(first, theirs);
}

#[tokio::test]
async fn files_are_forgotten_after_a_week() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(PARTNER).await;
    let sheet = Sheet { name: "A".into(), title: "A".into(), notes: vec![], columns: vec![], rows: vec![] };
    let book = Workbook { title: "A".into(), author: "B".into(), date: portal.clock.today(), sheets: vec![sheet] };
    let old = ask(&portal, &browser, &order(Making::Xlsx(book))).await.expect("asked");
    let new = ask(&portal, &browser, &order(Making::Pdf(document(&portal, "New")))).await.expect("asked");
    sqlx::query("update document_file set asked_at = $2 where id = $1")
        .bind(old.0)
        .bind(portal.clock.now() - chrono::TimeDelta::days(8))
        .execute(&mut portal.superuser().await)
        .await
        .expect("made old");
    let mut tx = portal.app.db.platform_job().await.expect("the registry");
    assert_eq!(documents::forget(&mut tx, portal.clock.now()).await.expect("forgotten"), 1);
    tx.commit().await.expect("commit");
    assert_eq!(browser.get(&format!("/example/documents/{old}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/example/documents/{new}")).await.status, StatusCode::OK);
    // from within a process nothing is forgotten
    let mut tx = portal.app.db.process_job(process(&portal, "example").await).await.expect("the process");
    assert!(sqlx::query("select kernel.forget_documents(now())").execute(tx.conn()).await.is_err());
}
