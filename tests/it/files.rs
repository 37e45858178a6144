//! Plans and histories as files: what is in them, who may have them, and what everybody may have.

use crate::harness::{Page, Portal};
use crate::jobs::{until, worker};
use crate::plans::plan;
use axum::http::StatusCode;
use std::io::{Cursor, Read};

const SECRETARIAT: &str = "support-group@example.example";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const IN_FORCE: &str = "Plan of Action on serious crime 2025–2027";

/// All the text of a workbook or a Word file, its parts one after the other.
pub fn parts(page: &Page) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(&page.bytes)).expect("a workbook");
    let mut all = String::new();
    for i in 0..archive.len() {
        let mut bytes = Vec::new();
        archive.by_index(i).expect("a part").read_to_end(&mut bytes).expect("its bytes");
        // a picture is no text
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

fn is_workbook(page: &Page) -> bool {
    page.status == StatusCode::OK && page.headers.get("content-type").is_some_and(|t| t == XLSX)
}

#[tokio::test]
async fn a_plan_is_a_workbook_too_with_its_checksum_and_no_formula() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    // what would be a formula is a text
    sqlx::query("update action set title = '=HYPERLINK(\"https://evil.example\")' where id in (select x.action_id from plan_node_action x
        join plan_node n on n.id = x.plan_node_id where n.plan_id::text = $1)")
        .bind(address.rsplit('/').next())
        .execute(&mut portal.superuser().await)
        .await
        .expect("titles");
    let donor = portal.signed_in("donor@example.example").await;
    let now = donor.get(&format!("{address}/file?format=xlsx")).await;
    assert!(is_workbook(&now), "{}", now.text());
    let all = parts(&now);
    for words in ["Expected result", "Indicators", "=HYPERLINK(", "Kestria*", "Baseline"] {
        assert!(all.contains(words), "{words}");
    }
    assert!(!all.contains("<f>"), "a formula");
    let frozen = donor.get(&format!("{address}/snapshots/1/file?format=xlsx")).await;
    assert!(is_workbook(&frozen), "{}", frozen.text());
    let id = address.rsplit('/').next().expect("an id");
    let sum = portal
        .lookup("select encode(content_sha256, 'hex') from plan_snapshot where number = 1 and plan_id::text = $1", id)
        .await;
    let all = parts(&frozen);
    assert!(all.contains(&sum) && !all.contains("=HYPERLINK("), "the frozen text as it was, with its checksum");
    assert_eq!(donor.get(&format!("{address}/file?format=odt")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        donor.get(&format!("{address}/compare/file?from=r1&to=1&format=xlsx")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn histories_are_carried_away_by_those_who_see_them() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let lead = portal.signed_in("lead-one@example.example").await;
    let address = crate::plans::blank(&portal, &lead).await;
    assert_eq!(lead.post(&format!("{address}/nodes"), &[("title", "=1+1")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        lead.post(&format!("{address}/nodes"), &[("title", "Another part")]).await.status,
        StatusCode::SEE_OTHER
    );
    let node = portal.lookup("select id::text from plan_node where title = $1", "=1+1").await;
    let file = format!("{address}/history/file");
    let whole = secretariat.get(&file).await;
    assert!(is_workbook(&whole), "{}", whole.text());
    let all = parts(&whole);
    for words in ["added a part", "=1+1", "Another part", "What was done", "lead of Prevention"] {
        assert!(all.contains(words), "{words}");
    }
    assert!(!all.contains("<f>"));
    let of_node = parts(&secretariat.get(&format!("{file}?node={node}")).await);
    assert!(of_node.contains("=1+1") && !of_node.contains("Another part"));
    // a node of another plan is none of this one's
    let elsewhere = portal
        .lookup("select min(n.id::text) from plan_node n join plan p on p.id = n.plan_id where p.title = $1", IN_FORCE)
        .await;
    assert_eq!(secretariat.get(&format!("{file}?node={elsewhere}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.signed_in("observer@example.example").await.get(&file).await.status, StatusCode::FORBIDDEN);
    // a plan is its pillar's: the lead of another, parties and donors see its frozen texts and not who changed what
    let node_page = format!("{address}/nodes/{node}");
    for email in ["lead-two@example.example", "beneficiary-one@example.example", "donor@example.example"] {
        let other = portal.signed_in(email).await;
        for file in [file.clone(), format!("{file}?node={node}")] {
            assert_eq!(other.get(&file).await.status, StatusCode::FORBIDDEN, "{email} {file}");
        }
        for page in [format!("{address}/history"), node_page.clone()] {
            let page = other.get(&page).await;
            assert_eq!(page.status, StatusCode::OK, "{email}");
            assert!(!page.text().contains("added a part") && !page.body.contains("/history/file"), "{email}");
        }
    }
    assert!(is_workbook(&lead.get(&file).await), "the lead of the plan's own pillar");
    assert!(lead.get(&node_page).await.text().contains("added a part"));

    let action = portal.action("example", "Support to asset management offices").await;
    let file = format!("/example/actions/{action}/history/file");
    let page = secretariat.get(&file).await;
    assert!(is_workbook(&page), "{}", page.text());
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = 'action' and subject_id::text = $1", &action)
        .await;
    assert_eq!(noted, "1", "carrying a history away is written down");
    // a donor that is no party of it does not see its history
    let stranger = portal.signed_in("second-donor@example.example").await;
    let answer = stranger.get(&file).await.status;
    assert!(matches!(answer, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{answer}");
    let log = secretariat.get("/example/access-log").await.text();
    assert!(log.contains("A plan"), "{log}");
}

#[tokio::test]
async fn what_is_published_is_made_once_for_everybody() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let public = format!("{}/file", address.replace("/example/", "/example/public/"));
    let visitor = portal.visitor();
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND, "not published");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(secretariat.post(&format!("{address}/publish"), &[]).await.status, StatusCode::SEE_OTHER);
    let id = address.rsplit('/').next().expect("an id");
    let sum = portal
        .lookup("select encode(s.public_sha256, 'hex') from plan_snapshot s where s.step = 'adopted' and s.plan_id::text = $1", id)
        .await;
    let book = visitor.get(&format!("{public}?format=xlsx")).await;
    assert!(is_workbook(&book), "{}", book.text());
    assert!(parts(&book).contains(&sum), "the checksum of the published text");
    let members = portal
        .lookup("select min(a.title) from action a join plan_node_action x on x.action_id = a.id join plan_node n on n.id = x.plan_node_id
            where a.handling <> 'public' and n.plan_id::text = $1", id)
        .await;
    assert!(!members.is_empty() && !parts(&book).contains(&members), "{members}");
    let first = visitor.get(&public).await;
    assert!(first.status == StatusCode::OK && first.body.starts_with("%PDF"), "{}", first.text());
    let made = "select string_agg(format || ' ' || state, ', ' order by format) from published_file where $1 = ''";
    assert_eq!(portal.lookup(made, "").await, "pdf ready, xlsx ready");
    // another day, another visitor: the same bytes, nothing made anew
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(3));
    sqlx::query("update published_file set bytes = '\\x255044462d6b657074'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("a mark");
    assert_eq!(portal.visitor().get(&public).await.body, "%PDF-kept");
    // the session of three days ago has ended
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(
        secretariat.post(&format!("{address}/publish"), &[("do", "withdraw"), ("why", "An error in it")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND, "taken back");
    // nobody of another process reaches it
    assert_eq!(visitor.get(&public.replace("/example/", "/iisg/")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_long_published_text_is_made_by_a_job() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let id = address.rsplit('/').next().expect("an id");
    // a text of many pages; what is frozen is changed by nobody but this test
    let mut superuser = portal.superuser().await;
    for statement in [
        "alter table plan_snapshot disable trigger user",
        "update plan_snapshot set public_content = jsonb_set(public_content::jsonb, '{about}', to_jsonb(repeat('A long text. ', 40000)))::text where step = 'adopted'",
    ] {
        sqlx::query(statement).execute(&mut superuser).await.expect("a long text");
    }
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(secretariat.post(&format!("{address}/publish"), &[]).await.status, StatusCode::SEE_OTHER);
    let public = format!("{}/file?format=pdf", address.replace("/example/", "/example/public/"));
    let visitor = portal.visitor();
    for _ in 0..2 {
        let page = visitor.get(&public).await;
        assert_eq!(page.status, StatusCode::ACCEPTED);
        assert!(page.text().contains("is being made"), "{}", page.text());
    }
    assert_eq!(portal.lookup("select count(*)::text from published_file f join plan_snapshot s on s.id = f.subject_id where s.plan_id::text = $1", id).await, "1");
    let (stop, running) = worker(&portal, None);
    until("the file is made", async || {
        portal.lookup("select state from published_file where $1 = ''", "").await == "ready"
    })
    .await;
    stop.cancel();
    running.await.expect("the worker").expect("worked");
    let page = visitor.get(&public).await;
    assert!(page.status == StatusCode::OK && page.body.starts_with("%PDF"), "{}", page.status);
}
