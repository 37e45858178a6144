//! Plans: the editor, the readings, who sees which, frozen texts. Their life stands in `plan_life`.

use crate::files::parts;
use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

const LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const CHAIR: &str = "chair@example.example";

/// The address of a plan of the example by its title.
pub async fn plan(portal: &Portal, title: &str) -> String {
    format!("/example/plans/{}", portal.lookup("select id::text from plan where title = $1", title).await)
}

pub async fn node(portal: &Portal, title: &str) -> String {
    portal.lookup("select id::text from plan_node where title = $1 order by created_at desc limit 1", title).await
}

/// A new plan of the lead's own pillar, blank.
pub async fn blank(portal: &Portal, lead: &Browser) -> String {
    let pillar = portal.lookup("select id::text from pillar where key = $1", "PREVENT").await;
    let made = lead
        .submit(
            "/example/plans/new",
            Some("/example/plans/new"),
            &[("title", "A plan for tests"), ("pillar", &pillar), ("first_year", "2030"), ("last_year", "2032")],
        )
        .await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let location = made.location.expect("a location");
    location.split("/edit").next().expect("an address").to_owned()
}

pub async fn add(lead: &Browser, plan: &str, title: &str) {
    let added = lead.post(&format!("{plan}/nodes"), &[("title", title)]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
}

/// What a node's own form does.
async fn act(browser: &Browser, plan: &str, node: &str, fields: &[(&str, &str)]) -> Page {
    browser.post(&format!("{plan}/nodes/{node}"), fields).await
}

fn titles(page: &Page) -> Vec<String> {
    let html = page.html();
    let selector = scraper::Selector::parse("ol.nodes textarea[name=title]").expect("a selector");
    html.select(&selector).map(|field| field.text().collect()).collect()
}

#[tokio::test]
async fn a_tree_is_written_moved_and_undone_by_forms_alone() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    for title in ["One", "Two", "Three"] {
        add(&lead, &plan, title).await;
    }
    let two = node(&portal, "Two").await;
    // what was typed beside the button is kept
    let version = ("version", "1");
    let up = act(&lead, &plan, &two, &[("do", "up"), ("title", "Two, reworded"), version]).await;
    assert_eq!(up.status, StatusCode::SEE_OTHER, "{}", up.text());
    let edit = format!("{plan}/edit");
    assert_eq!(titles(&lead.get(&edit).await), ["Two, reworded", "One", "Three"]);
    let one = node(&portal, "One").await;
    assert_eq!(act(&lead, &plan, &one, &[("do", "in")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(act(&lead, &plan, &one, &[("do", "add-measure")]).await.status, StatusCode::SEE_OTHER);
    let codes = |page: &Page| page.select("ol.nodes .code");
    assert_eq!(codes(&lead.get(&edit).await), ["1", "1.1", "1.1.1", "2"]);
    // a measure has nothing under it
    let measure =
        portal.lookup("select id::text from plan_node where kind = 'measure' and parent_id::text = $1", &one).await;
    let deeper = act(&lead, &plan, &measure, &[("do", "add-measure")]).await;
    assert_eq!(deeper.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(deeper.text().contains("three levels"), "{}", deeper.text());
    let nowhere = act(&lead, &plan, &one, &[("do", "to"), ("parent", &measure)]).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY, "not under itself");
    // undone one after the other, to the letter
    let undo = format!("{plan}/undo");
    assert_eq!(act(&lead, &plan, &two, &[("do", "remove")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(titles(&lead.get(&edit).await), ["Three"]);
    for expected in [
        vec!["Two, reworded", "One", "", "Three"],
        vec!["Two, reworded", "One", "Three"],
        vec!["Two, reworded", "One", "Three"],
        vec!["One", "Two, reworded", "Three"],
        vec!["One", "Two", "Three"],
        vec!["One", "Two"],
    ] {
        assert_eq!(lead.post(&undo, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(titles(&lead.get(&edit).await), expected);
    }
    let history = lead.get(&format!("{plan}/history")).await.text();
    for words in ["added a part", "moved a part", "reworded a part", "removed a part", "undid their last change"] {
        assert!(history.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_long_title_is_read_whole_where_it_is_written_and_stays_one_line() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    let long = "Municipal teams that meet whoever comes back from abroad, with a teacher, a doctor and an officer";
    add(&lead, &plan, "Short").await;
    let short = node(&portal, "Short").await;
    let broken = long.replacen(", with", ",\r\n with", 1);
    let saved = act(&lead, &plan, &short, &[("do", "save"), ("title", &broken), ("version", "1")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = lead.get(&format!("{plan}/edit")).await;
    assert_eq!(titles(&page), [long]);
    assert!(page.body.contains("rows=\"3\""), "room for all of it where fields do not grow by themselves");
}

#[tokio::test]
async fn two_who_write_one_node_lose_nothing() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Shared").await;
    let shared = node(&portal, "Shared").await;
    let first = act(&lead, &plan, &shared, &[("title", "Shared"), ("body", "The lead’s text"), ("version", "1")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = act(
        &secretariat,
        &plan,
        &shared,
        &[("title", "Shared"), ("body", "The secretariat’s <b>text</b>"), ("version", "1")],
    )
    .await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    for words in ["The lead’s text", "The secretariat’s <b>text</b>", "lead of Prevention"] {
        assert!(second.text().contains(words), "{words}: {}", second.text());
    }
    assert!(!second.body.contains("<b>text</b>"), "shown, not obeyed");
    // the script is told the same
    let told = act(&secretariat, &plan, &shared, &[("title", "Other"), ("version", "1"), ("partial", "1")]).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    let json: serde_json::Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!((json["version"].as_i64(), json["body"].as_str()), (Some(2), Some("The lead’s text")));
    // with the other's version known it is a choice
    let (target, fields) = second.form(None);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let chosen = secretariat.post_raw(&target.expect("an address"), &pairs).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text());
    // a change that somebody built on is not undone
    let undone = lead.post(&format!("{plan}/undo"), &[]).await;
    assert_eq!(undone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(undone.text().contains("somebody has changed the same part"), "{}", undone.text());
}

#[tokio::test]
async fn what_was_typed_into_a_part_that_somebody_removed_is_shown_to_be_copied() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Shared").await;
    let shared = node(&portal, "Shared").await;
    assert_eq!(act(&secretariat, &plan, &shared, &[("do", "remove")]).await.status, StatusCode::SEE_OTHER);
    let typed = [("do", "save"), ("title", "Shared"), ("body", "An hour’s <b>work</b>"), ("version", "1")];
    let page = act(&lead, &plan, &shared, &typed).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.text());
    assert!(page.text().contains("An hour’s <b>work</b>") && !page.body.contains("<b>work</b>"), "{}", page.text());
    assert!(page.text().contains("somebody has removed this part in the meantime"), "{}", page.text());
    // the script keeps it in its own page
    let told = act(&lead, &plan, &shared, &[typed.as_slice(), &[("partial", "1")]].concat()).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_text_that_is_too_long_comes_back_as_it_was_typed() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Long").await;
    let long = node(&portal, "Long").await;
    let text = "x".repeat(100_001);
    let refused = act(&lead, &plan, &long, &[("title", "Long"), ("body", &text), ("version", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(&text) && refused.text().contains("100"), "kept, with the reason");
}

/// Markup, formulas, marks that turn the direction, as long as a field takes it: in pages and in files it is text.
#[tokio::test]
async fn hostile_text_of_any_length_harms_neither_page_nor_file() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Hostile").await;
    let measure = node(&portal, "Hostile").await;
    let evil = "<script>alert(1)</script> =cmd|'/c calc'!A1 ]]> #eval(\"1\") \u{202e}turned {{ p.t }} \u{1} ";
    let body = evil.repeat(100_000 / evil.chars().count());
    let title = "</h2><b>=1+1</b> \u{202e}turned";
    let kept = act(&lead, &plan, &measure, &[("title", title), ("body", &body), ("version", "1")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    for path in [String::new(), "/edit".into(), "/matrix".into(), "/history".into(), format!("/nodes/{measure}")] {
        let page = lead.get(&format!("{plan}{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>=1+1"), "{path}");
        assert!(page.text().contains("=1+1"), "{path}");
    }
    // what would turn the direction of its title was not kept; what was stored before ends with the element it stands in
    let kept = title.replace('\u{202e}', "");
    assert_eq!(lead.get(&plan).await.select(".doc .node a").first(), Some(&kept));
    let style = include_str!("../../static/css/base.css");
    let isolated = style.lines().find(|l| l.contains("unicode-bidi: isolate")).expect("a rule");
    assert!(isolated.starts_with("a, "), "{isolated}");
    for format in ["docx", "xlsx"] {
        let file = lead.get(&format!("{plan}/file?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        let all = parts(&file);
        assert!(all.contains("alert(1)") && !all.contains("<script>") && !all.contains("<f>"), "{format}");
        assert!(!all.contains('\u{202e}') && !all.contains('\u{1}'), "{format}");
    }
}

#[tokio::test]
async fn drafts_are_the_members_who_work_on_them() {
    let portal = Portal::start().await;
    let (draft, in_force) = (
        plan(&portal, "Plan of Action on prevention 2027–2029").await,
        plan(&portal, "Plan of Action on serious crime 2025–2027").await,
    );
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get(&draft).await.status, StatusCode::NOT_FOUND);
    for rest in ["/matrix", "/timeline", "/history", "/compare", "/snapshots/1", "/steps/agree"] {
        let status = observer.get(&format!("{draft}{rest}")).await.status;
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{rest}: {status}");
    }
    let list = observer.get("/example/plans").await.text();
    assert!(list.contains("serious crime 2025–2027") && !list.contains("prevention 2027–2029"), "{list}");
    assert_eq!(observer.get(&in_force).await.status, StatusCode::OK);
    let snapshot = observer.get(&format!("{in_force}/snapshots/1")).await;
    assert_eq!(snapshot.status, StatusCode::OK);
    assert!(!snapshot.text().contains("members’ record"), "{}", snapshot.text());
    for email in ["beneficiary-one@example.example", "donor@example.example", CHAIR, "lead-two@example.example"] {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&draft).await.status, StatusCode::OK, "{email}");
        assert_eq!(browser.get(&format!("{draft}/edit")).await.status, StatusCode::FORBIDDEN, "{email}");
    }
}

#[tokio::test]
async fn a_consultation_freezes_the_text_and_is_not_closed_before_its_time() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    let open = format!("{plan}/steps/open-consultation");
    // nothing to ask about yet
    let empty = lead.submit(&open, Some(&open), &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    add(&lead, &plan, "Objective").await;
    let past = lead.submit(&open, Some(&open), &[("deadline", "1 March 2020")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.text().contains("after today"), "{}", past.text());
    let opened = lead.submit(&open, Some(&open), &[("letter", "Please read it.")]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
    let page = lead.get(&plan).await.text();
    assert!(page.contains("In consultation") && page.contains("0 of"), "{page}");
    // the frozen text stays, whatever is written after
    let objective = node(&portal, "Objective").await;
    act(&lead, &plan, &objective, &[("title", "Objective, better"), ("version", "1")]).await;
    assert!(lead.get(&format!("{plan}/snapshots/1")).await.text().contains("Objective"));
    let compared = lead.get(&format!("{plan}/compare?from=1&to=now")).await;
    assert!(compared.text().contains("better") && compared.text().contains("1 changed"), "{}", compared.text());
    let agree = format!("{plan}/steps/agree");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let early = secretariat.post(&agree, &[]).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.text());
    // a consultation is stopped with a reason, and only once
    let stop = format!("{plan}/steps/stop-consultation");
    assert_eq!(lead.post(&stop, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lead.post(&stop, &[("why", "Wrong annex")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lead.post(&stop, &[("why", "Wrong annex")]).await.status, StatusCode::CONFLICT);
    assert!(lead.get(&format!("{plan}/history")).await.text().contains("Wrong annex"));
}

#[tokio::test]
async fn the_checksum_is_that_of_the_bytes_that_are_kept() {
    let portal = Portal::start().await;
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from plan_snapshot where content_sha256 <> sha256(content::bytea) or public_sha256 <> sha256(public_content::bytea)
            or record_sha256 <> sha256(content_sha256 || record::bytea)",
    )
    .fetch_one(&mut portal.superuser().await)
    .await
    .expect("a count");
    assert_eq!(wrong, 0);
    // the application can add a snapshot and never change one
    let mut app = portal.sql("concert_app").await;
    let changed = sqlx::query("update plan_snapshot set content = '{}'").execute(&mut app).await;
    assert!(changed.is_err());
    assert!(sqlx::query("delete from plan_snapshot").execute(&mut app).await.is_err());
}

#[tokio::test]
async fn a_revision_begins_as_the_plan_in_force_and_only_once() {
    let portal = Portal::start().await;
    let in_force = plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    let chair = portal.signed_in(CHAIR).await;
    let revise = format!("{in_force}/revise");
    let started = chair.submit(&revise, Some(&revise), &[("why", "The Board asked for it")]).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
    let again = chair.post(&revise, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let location = started.location.expect("a location");
    let revision = location.split('?').next().expect("an address");
    let lead = portal.signed_in("lead-two@example.example").await;
    let page = lead.get(revision).await;
    let old = lead.get(&in_force).await;
    let codes = |p: &Page| p.select(".doc .node .code");
    assert_eq!(codes(&page), codes(&old));
    assert_eq!(page.select(".doc .hang a").len(), old.select(".doc .hang a").len(), "its actions came along");
    let compared = lead.get(&format!("{revision}/compare?from=r1&to=now")).await.text();
    assert!(compared.contains("Nothing has changed"), "{compared}");
    // an added part counts on; no code is given again
    add(&lead, revision, "A new objective").await;
    assert_eq!(codes(&lead.get(revision).await).last().map(String::as_str), Some("4"));
}

#[tokio::test]
async fn a_text_and_a_comparison_are_carried_away_and_noted() {
    let portal = Portal::start().await;
    let address = plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    let donor = portal.signed_in("donor@example.example").await;
    for (path, kind) in [
        ("/file?format=pdf", "application/pdf"),
        ("/snapshots/1/file?format=docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("/compare/file?from=r1&to=1&format=pdf", "application/pdf"),
    ] {
        let file = donor.get(&format!("{address}{path}")).await;
        assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.text());
        assert_eq!(file.headers["content-type"], kind, "{path}");
    }
    let noted = portal.lookup("select count(*)::text from access_log where kind = 'export' and $1 = ''", "").await;
    assert_eq!(noted, "3");
    assert_eq!(donor.get(&format!("{address}/snapshots/9/file")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(donor.get(&format!("{address}/compare/file?from=x&to=y")).await.status, StatusCode::NOT_FOUND);
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get(&format!("{address}/file")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_published_text_is_the_adopted_one_and_nothing_else() {
    let portal = Portal::start().await;
    let address = plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    let public = address.replace("/example/", "/example/public/");
    let visitor = portal.visitor();
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(secretariat.post(&format!("{address}/publish"), &[]).await.status, StatusCode::SEE_OTHER);
    let page = visitor.get(&public).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let sum = portal
        .lookup("select encode(s.public_sha256, 'hex') from plan_snapshot s where s.step = 'adopted' and s.plan_id::text = $1", address.rsplit('/').next().expect("an id"))
        .await;
    assert!(page.text().contains(&sum), "its own checksum");
    // contents at the side, and an address for each part
    for read in [&page, &secretariat.get(&format!("{address}/snapshots/1")).await] {
        assert!(read.select(".plan > nav.toc a").len() > 3, "{}", read.body);
        assert_eq!(read.select(".plan > nav.toc a"), read.select(".toc-fold a"));
        let parts: Vec<&str> =
            read.body.split("href=\"#l-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(parts.len() > read.select(".doc .node").len());
        assert!(parts.iter().all(|id| read.body.contains(&format!("id=\"l-{id}\""))), "{parts:?}");
    }
    // what is for members is in no public text, whatever hangs there
    let members = portal
        .lookup("select min(a.title) from action a join plan_node_action x on x.action_id = a.id join plan_node n on n.id = x.plan_node_id
            where a.handling <> 'public' and n.plan_id::text = $1", address.rsplit('/').next().expect("an id"))
        .await;
    assert!(!members.is_empty() && !page.body.contains(&members), "{members}");
    assert!(visitor.get("/example/public/plans").await.text().contains("serious crime 2025–2027"));
    for rest in ["prevention 2027–2029", "border crossings 2026–2028"] {
        let title = format!("Plan of Action on {rest}");
        let draft = plan(&portal, &title).await.replace("/example/", "/example/public/");
        assert_eq!(visitor.get(&draft).await.status, StatusCode::NOT_FOUND, "{title}");
    }
    assert_eq!(
        secretariat.post(&format!("{address}/publish"), &[("do", "withdraw"), ("why", "An error in it")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(visitor.get(&public).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_action_is_hung_and_taken_off_by_those_it_concerns() {
    let portal = Portal::start().await;
    let address = plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    let measure =
        node(&portal, "Offices for the recovery and management of assets have staff and a budget of their own").await;
    let page = format!("{address}/nodes/{measure}");
    let count = |page: &Page| page.body.matches("<button class=\"btn bare small\" name=\"action\"").count();
    // the lead and the secretariat may take off each; a donor its own alone; others none
    let all = count(&portal.signed_in(SECRETARIAT).await.get(&page).await);
    assert_eq!(count(&portal.signed_in("lead-two@example.example").await.get(&page).await), all);
    let donor = portal.signed_in("donor@example.example").await;
    let own = count(&donor.get(&page).await);
    assert!(own > 0 && own < all, "{own} of {all}");
    assert_eq!(count(&portal.signed_in(LEAD).await.get(&page).await), 0);
    let others = portal.action("example", "Support to asset management offices").await;
    let refused = donor.post(&format!("{page}/actions/remove"), &[("action", &others)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let own = portal.action("example", "Strengthening asset recovery and the management of seized property").await;
    // why is kept; one that is too long comes back as it was typed, and nothing is done
    let long = "y".repeat(2_001);
    let refused = donor.post(&format!("{page}/actions/remove"), &[("action", &own), ("why_unlink", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(&long), "what was typed is kept");
    assert_eq!(refused.select("#why_unlink-error").len(), 1, "{}", refused.text());
    for (end, why) in
        [("actions/remove", ("why_unlink", "It has ended early")), ("actions", ("why_link", "It goes on"))]
    {
        let done = donor.post(&format!("{page}/{end}"), &[("action", &own), why]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{end}: {}", done.text());
    }
    let history = portal.signed_in(SECRETARIAT).await.get(&page).await.text();
    for words in ["unlinked an action", "It has ended early", "linked an action", "It goes on"] {
        assert!(history.contains(words), "{words}: {history}");
    }
}
