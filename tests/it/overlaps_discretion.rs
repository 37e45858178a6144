//! What one may not see takes part all the same, and tells nothing: neither by a score nor by a count, a list, a file or a letter.

use crate::action_record::save;
use crate::harness::{Browser, Portal};
use crate::notices::{morning, run};
use axum::http::StatusCode;
use concert::kernel::job::Task;

const HIDDEN: &str = "Protection of financial investigators who work under cover";
const NEW: &str = "Protecting financial investigators who work under cover: advice";
const DONOR: &str = "second-donor@example.example";
/// Keeps the restricted one.
const OWNER: &str = "donor@example.example";

/// The donor has entered an action that is near another's restricted one, and it has been scored. Answers the question's id.
async fn near_a_restricted_one() -> (Portal, String) {
    let portal = Portal::start().await;
    // what was there already has been gone through
    run(&portal, Task::Overlaps).await.expect("the job");
    let donor = portal.signed_in(DONOR).await;
    let (xb, xs) = (beneficiary(&portal, "XB").await, beneficiary(&portal, "XS").await);
    let page = donor.get("/example/actions/new").await;
    let mut fields = crate::action_record::with(
        page,
        &[
            ("title", NEW),
            ("description", "Advice on identities, pay and withdrawal."),
            ("planned_start", "2026-04"),
            ("planned_end", "2027-02"),
            ("pillars", "ns"),
            ("beneficiaries", ""),
        ],
    );
    fields.extend([("beneficiaries".to_owned(), xb), ("beneficiaries".to_owned(), xs)]);
    let saved = crate::action_record::send(&donor, "/example/actions/new", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // what nobody has asked after yet tells nothing either: it is not near a form or a page
    assert!(!saved.headers["location"].to_str().expect("an address").contains("/near"), "the address tells of it");
    run(&portal, Task::Overlaps).await.expect("the job");
    let (a, b) = (portal.action("example", NEW).await, portal.action("example", HIDDEN).await);
    let case = portal
        .lookup(
            "select id::text from overlap_case where first_id::text || second_id::text = $1",
            &if a < b { format!("{a}{b}") } else { format!("{b}{a}") },
        )
        .await;
    (portal, case)
}

async fn beneficiary(portal: &Portal, code: &str) -> String {
    portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", code).await
}

fn tells_nothing(text: &str, at: &str) {
    for word in [HIDDEN, "Norland", "310,000", "Possibly the same", "Possible overlap"] {
        assert!(!text.contains(word), "{at} tells “{word}”: {text}");
    }
}

async fn read(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    // the main part: the donor's own list of notices stands elsewhere
    page.select("main").join(" ")
}

#[tokio::test]
async fn the_other_side_learns_that_there_is_one_and_nothing_more() {
    let (portal, case) = near_a_restricted_one().await;
    let donor = portal.signed_in(DONOR).await;
    let page = read(&donor, &format!("/example/overlaps/{case}")).await;
    assert!(page.contains("An action that another organisation keeps to itself may overlap"), "{page}");
    tells_nothing(&page, "the question's page");
    assert!(!page.contains('%'), "a likelihood is shown: {page}");

    // its own page leads there, and tells as little
    let id = portal.action("example", NEW).await;
    let near = read(&donor, &format!("/example/actions/{id}/near")).await;
    assert!(near.contains("An action that another organisation keeps to itself may overlap"), "{near}");
    assert!(!near.contains(HIDDEN), "{near}");
    let lead = portal.signed_in("lead-two@example.example").await;
    let at = format!("/example/actions/{id}/near");
    assert!(
        !lead.get(&at).await.text().contains("An action that another organisation keeps"),
        "who is not concerned learns of it"
    );

    // in lists it stands where what is not known stands, whatever they are sorted and filtered by
    let list = donor.get("/example/overlaps?mine=1").await;
    let row = list.select("tbody tr").into_iter().find(|r| r.contains(NEW)).expect("its row");
    tells_nothing(&row, "the list");
    assert!(row.contains("not shown"), "{row}");
    // nor does its place: the one that was entered first would else stand first
    let head = donor.get(&format!("/example/overlaps/{case}")).await.select("h1").join(" ");
    for both in [&row, &head] {
        let hidden = both.find("an action that another organisation keeps").expect("that there is one");
        assert!(both.find(NEW).is_some_and(|at| at < hidden), "{both}");
    }
    for filter in [
        "kind=same",
        "kind=overlap",
        "kind=synergy",
        "kind=sequence",
        "kind=part_of",
        "likely=high",
        "likely=medium",
        "likely=low",
    ] {
        let filtered = donor.get(&format!("/example/overlaps?{filter}")).await;
        assert!(!filtered.select("tbody tr").iter().any(|r| r.contains(NEW)), "{filter} tells of it");
    }
    let rows = donor.get("/example/overlaps?order=likelihood").await.select("tbody tr");
    let place = rows.iter().position(|r| r.contains(NEW)).expect("its row");
    assert!(rows.iter().skip(place).all(|r| !r.contains('%')), "its place in the order tells how likely it is");
    let file = donor.get("/example/overlaps/csv").await;
    let line = file.text().lines().find(|l| l.contains(NEW)).expect("its line").to_owned();
    tells_nothing(&line, "the file");

    // near its own action, and beside a form, the restricted one is not
    let id = portal.action("example", NEW).await;
    tells_nothing(&read(&donor, &format!("/example/actions/{id}/near")).await, "the page of what is near");
    let beside =
        donor.post("/example/actions/similar", &[("title", "Protection of investigators who work under cover")]).await;
    assert!(!beside.text().contains(HIDDEN), "{}", beside.text());

    // notices and letters
    tells_nothing(&read(&donor, "/example/notices").await, "the notices");
    morning(&portal).await.expect("the morning's letters");
    let letters: Vec<String> =
        sqlx::query_scalar("select subject || ' ' || body from outgoing_mail where recipient = $1")
            .bind(DONOR)
            .fetch_all(&mut portal.superuser().await)
            .await
            .expect("letters");
    for letter in letters {
        tells_nothing(&letter, "a letter");
    }
}

#[tokio::test]
async fn those_it_is_not_about_do_not_learn_of_it() {
    let (portal, case) = near_a_restricted_one().await;
    let at = format!("/example/overlaps/{case}");
    for email in [
        "chair@example.example",
        "lead-two@example.example",
        "beneficiary-three@example.example",
        "commission@example.example",
    ] {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&at).await.status, StatusCode::NOT_FOUND, "{email}");
        assert!(!browser.get("/example/overlaps").await.text().contains(NEW), "{email}");
        for what in ["remark", "ask", "disclose", "escalate", "assign", "decide", "merge"] {
            let answer = browser.post(&format!("{at}/{what}"), &[("remark", "x"), ("what", "show")]).await;
            assert!(
                matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
                "{email} {what}: {}",
                answer.status
            );
        }
    }
    // the secretariat may know that there is one, and whom to ask
    let secretariat = portal.signed_in("support-group@example.example").await;
    let page = read(&secretariat, &at).await;
    assert!(page.contains("Kept by Norland"), "{page}");
    assert!(!page.contains(HIDDEN) && !page.contains('%'), "{page}");
    // of another process nobody finds it
    let other = portal.signed_in("support-group@iisg.example").await;
    assert_eq!(other.get(&format!("/iisg/overlaps/{case}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn its_keeper_is_told_and_decides_once_for_this_question() {
    let (portal, case) = near_a_restricted_one().await;
    let (donor, owner) = (portal.signed_in(DONOR).await, portal.signed_in(OWNER).await);
    let at = format!("/example/overlaps/{case}");
    assert!(read(&owner, "/example/notices").await.contains("may overlap with another"), "its keeper was not told");
    let page = read(&owner, &at).await;
    assert!(
        page.contains(HIDDEN)
            && page.contains(NEW)
            && page.contains("Your own action is for your own organisation only"),
        "{page}"
    );

    // asked, the keeper learns who asks; whoever asks learns nothing by it
    let asked = donor.post(&format!("{at}/ask"), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    tells_nothing(&read(&donor, &at).await, "the page after asking");
    let told = async || {
        let notices = read(&owner, "/example/notices").await;
        notices.matches("asks about an action that you keep to your own organisation").count()
    };
    let first = told().await;
    assert!(first > 0, "the keeper was not told who asks");
    // who asks again on the same day tells nothing more
    donor.post(&format!("{at}/ask"), &[]).await;
    assert_eq!(told().await, first);
    // nor does who asks again on another day, as long as there is no answer
    const ASKED: &str = "select count(*) || ' ' || count(*) filter (where n.settled_at is null) from notice n
        join account a on a.id = n.account_id where n.key = 'notice-overlap-asked' and a.email = $1";
    let asked = async || portal.lookup(ASKED, OWNER).await;
    portal.clock.set("2026-11-26T09:00:00Z".parse().expect("a moment"));
    let (donor, owner) = (portal.signed_in(DONOR).await, portal.signed_in(OWNER).await);
    donor.post(&format!("{at}/ask"), &[]).await;
    assert_eq!(asked().await, "1 1");
    // what showing it shows is said before it is shown
    assert!(page.contains("how likely it is and what is alike"), "{page}");

    // kept back: nobody is told, and nothing has changed for the others
    let before = read(&donor, &at).await;
    owner.post(&format!("{at}/disclose"), &[("what", "keep")]).await;
    assert_eq!(read(&donor, &at).await, before);
    // that is an answer: what was asked is settled, and can be asked anew
    assert_eq!(asked().await, "1 0");
    donor.post(&format!("{at}/ask"), &[]).await;
    assert_eq!(asked().await, "2 1");
    // the other side does not disclose it for its keeper
    assert_eq!(donor.post(&format!("{at}/disclose"), &[("what", "show")]).await.status, StatusCode::NOT_FOUND);
    tells_nothing(&read(&donor, &at).await, "the page after trying to disclose it");
    // what is said by whoever is asked is an answer, too
    owner.post(&format!("{at}/remark"), &[("remark", "Let us talk.")]).await;
    assert_eq!(asked().await, "2 0");

    let shown = owner.post(&format!("{at}/disclose"), &[("what", "show")]).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.text());
    let page = read(&donor, &at).await;
    assert!(page.contains(HIDDEN) && page.contains("Norland") && !page.contains("310,000"), "{page}");
    // for this question: the record itself stays closed
    let id = portal.action("example", HIDDEN).await;
    assert_eq!(donor.get(&format!("/example/actions/{id}")).await.status, StatusCode::NOT_FOUND);
    assert!(!donor.get("/example/actions?q=protection").await.text().contains(HIDDEN));
}

#[tokio::test]
async fn what_becomes_restricted_is_hidden_at_once() {
    let portal = Portal::start().await;
    run(&portal, Task::Overlaps).await.expect("the job");
    let id =
        portal.action("example", "FIT4 – financial investigators trained (Arvania, Kestria*, Lumenia, Tarvis)").await;
    let case = portal.lookup("select c.case_id::text from overlap_case_action c join overlap_case o on o.id = c.case_id where c.action_id::text = $1 order by o.likelihood desc limit 1", &id).await;
    let lead = portal.signed_in("lead-two@example.example").await;
    let at = format!("/example/overlaps/{case}");
    assert_eq!(lead.get(&at).await.status, StatusCode::OK);
    let secretariat = portal.signed_in("support-group@example.example").await;
    let closed = save(&secretariat, &format!("/example/actions/{id}/edit"), &[("handling", "restricted")]).await;
    if closed.status != StatusCode::SEE_OTHER {
        // the secretariat does not close what it would then not see: its keeper does
        let mut c = portal.superuser().await;
        sqlx::query("select set_config('app.process', (select id::text from process where slug = 'example'), false)")
            .execute(&mut c)
            .await
            .expect("a setting");
        sqlx::query("update action set handling = 'restricted' where id::text = $1")
            .bind(&id)
            .execute(&mut c)
            .await
            .expect("closed");
    }
    assert_eq!(lead.get(&at).await.status, StatusCode::NOT_FOUND, "before the job has run");
}

/// Reports that two actions overlap; answers the question's address.
async fn reported(browser: &Browser, a: &str, b: &str) -> String {
    let fields = [("action", a), ("action", b), ("kind", "overlap"), ("why", "One purpose")];
    let sent = browser.post("/example/overlaps/report", &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    sent.headers["location"].to_str().expect("an address").split('?').next().expect("a path").to_owned()
}

#[tokio::test]
async fn a_question_lists_its_family_as_far_as_each_reader_sees_it() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    let (owner, donor) = (portal.signed_in(OWNER).await, portal.signed_in(DONOR).await);
    let (schools, hotline) = ("Schools against hatred", "Hotline for parents");
    let (case_managers, governors) = ("Reintegration after release", "Study visit of prison governors");
    let id = |title: &'static str| portal.action("example", title);
    let (a, b, c, d) = (id(schools).await, id(case_managers).await, id(hotline).await, id(governors).await);
    let first = reported(&secretariat, &a, &b).await;
    let second = reported(&secretariat, &b, &c).await;
    reported(&secretariat, &c, &d).await;
    let family = async |browser: &Browser| browser.get(&first).await.select("#family").join(" ");
    let seen = family(&secretariat).await;
    assert!(seen.contains(hotline) && seen.contains("Other questions about these actions"), "{seen}");
    assert!(!seen.contains(governors), "a question about neither action: {seen}");
    // of a restricted action the other side learns there what its own list tells, and no more
    reported(&owner, &b, &id(HIDDEN).await).await;
    let seen = family(&donor).await;
    assert!(
        seen.contains("an action that another organisation keeps to itself") && seen.contains("not shown"),
        "{seen}"
    );
    assert!(!seen.contains(HIDDEN), "{seen}");
    // what is closed is asked no more
    let version = secretariat.get(&second).await.value("version").expect("its version");
    let no = [("version", version.as_str()), ("decision", "no_overlap"), ("reason", "Other people, other work")];
    let sent = secretariat.post(&format!("{second}/decide"), &no).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert!(!family(&secretariat).await.contains(hotline));
}
