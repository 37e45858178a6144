//! The whole life of a plan in the example, through the front door: from the first draft to the revision that takes its
//! place, and the ways back. Who may not take a step stands in `plan_life_roles`, what is played at random in
//! `plan_life_random`.

use crate::decisions::{ARVANIA, CHAIR, KESTRIA, SEATS, SECRETARIAT, ok, seat, state, votes};
use crate::harness::{Browser, Page, Portal};
use crate::notices::{run, told};
use crate::plans::blank;
use chrono::TimeDelta;
use concert::kernel::job::Task;
use sha2::{Digest, Sha256};

/// The life of a plan as section 5 of the design has it: step, from, to, and what the history calls it.
pub const LIFE: [(&str, &str, &str, &str); 8] = [
    ("open-consultation", "draft", "consultation", "plan-consultation-opened"),
    ("stop-consultation", "consultation", "draft", "plan-consultation-stopped"),
    ("agree", "consultation", "agreed", "plan-agreed"),
    ("adopt", "agreed", "adopted", "plan-adopted"),
    ("refer-back", "agreed", "draft", "plan-referred-back"),
    ("put-in-force", "adopted", "in_force", "plan-put-in-force"),
    ("close", "in_force", "closed", "plan-closed"),
    ("supersede", "in_force", "superseded", "plan-superseded"),
];

pub const LEAD: &str = "lead-one@example.example";
const NORLAND: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";
const KEPT: &str = "Teachers know whom to call";

/// Step, content, public content and record of a snapshot, each of them with its checksum.
type Frozen = (String, String, Vec<u8>, String, Vec<u8>, String, Vec<u8>);

/// What the clock does to plans once a day.
pub async fn days(portal: &Portal) -> anyhow::Result<()> {
    run(portal, Task::PlanDays).await
}

pub fn done(page: &Page) {
    assert_eq!(page.status, 303, "{}", page.text());
}

fn id(plan: &str) -> &str {
    plan.rsplit('/').next().expect("an id")
}

async fn id_of(portal: &Portal, sql: &'static str, plan: &str, name: &str) -> String {
    portal.lookup(sql, &format!("{}|{name}", id(plan))).await
}

pub async fn node(portal: &Portal, plan: &str, title: &str) -> String {
    let sql = "select id::text from plan_node where plan_id::text || '|' || title = $1 and removed_at is null";
    id_of(portal, sql, plan, title).await
}

/// A party of the consultation that is open.
pub async fn asked(portal: &Portal, plan: &str, name: &str) -> String {
    let sql =
        "select a.id::text from asked_party a join consultation c on c.id = a.consultation_id and c.closed_at is null
        left join beneficiary b on b.id = a.beneficiary_id left join organisation o on o.id = a.organisation_id
        where c.plan_id::text || '|' || coalesce(b.name, o.name) = $1";
    id_of(portal, sql, plan, name).await
}

/// The plan stands in a state: its page shows it and who is next, its history how it came there, and everything that was
/// frozen on the way is there, with the checksum that its bytes have.
async fn stands(portal: &Portal, plan: &str, state: &str, next: &str, event: &str, frozen: &[&str]) {
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let page = secretariat.get(plan).await;
    assert_eq!(page.select(".standing li[aria-current=step]"), [state], "{}", page.text());
    let standing = page.select(".standing p").join(" ");
    assert!(standing.contains(next), "{next}: {standing}");
    let history = secretariat.get(&format!("{plan}/history")).await;
    let latest = history.select("ol.timeline li").into_iter().next().unwrap_or_default();
    assert!(latest.contains(event), "{event}: {latest}");
    let kept: Vec<Frozen> = sqlx::query_as(
        "select step, content, content_sha256, public_content, public_sha256, record, record_sha256
         from plan_snapshot where plan_id::text = $1 order by number",
    )
    .bind(id(plan))
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("snapshots");
    assert_eq!(kept.iter().map(|k| k.0.as_str()).collect::<Vec<_>>(), frozen);
    for (step, content, content_sum, public, public_sum, record, record_sum) in kept {
        assert_eq!(Sha256::digest(&content).as_slice(), content_sum, "{step}");
        assert_eq!(Sha256::digest(&public).as_slice(), public_sum, "{step}");
        let whole = Sha256::new().chain_update(&content_sum).chain_update(&record).finalize();
        assert_eq!(whole.as_slice(), record_sum, "{step}");
        assert!(history.body.contains(&hex::encode(content_sum)), "the checksum of {step} can be read");
    }
}

/// Opens the consultation, asking Arvania, Kestria and Norland, for ten days.
pub async fn consult(portal: &Portal, plan: &str) {
    let beneficiary = "select id::text from beneficiary where name = $1";
    let (arvania, kestria) =
        (portal.lookup(beneficiary, "Arvania").await, portal.lookup(beneficiary, "Kestria*").await);
    let norland = portal.lookup("select id::text from organisation where name = $1", "Norland").await;
    let deadline = (portal.clock.today() + TimeDelta::days(10)).to_string();
    let open = format!("{plan}/steps/open-consultation");
    let fields = [
        ("deadline", deadline.as_str()),
        ("beneficiary", &arvania),
        ("beneficiary", &kestria),
        ("organisation", &norland),
        ("letter", "Please read it."),
    ];
    done(&portal.signed_in(LEAD).await.submit(&open, Some(&open), &fields).await);
}

/// All three parties answer: as the first says, and the others agree.
pub async fn answered(portal: &Portal, plan: &str, kestria: &[(&str, &str)]) {
    for (party, who, fields) in [
        ("Arvania", ARVANIA, &[("stance", "agree")][..]),
        ("Kestria*", KESTRIA, kestria),
        ("Norland", NORLAND, &[("stance", "agree")][..]),
    ] {
        let place = format!("{plan}/consultation/positions/{}", asked(portal, plan, party).await);
        done(&portal.signed_in(who).await.submit(&place, Some(&place), fields).await);
    }
}

/// Takes a step by its form.
pub async fn step(browser: &Browser, plan: &str, step: &str, fields: &[(&str, &str)]) -> Page {
    let place = format!("{plan}/steps/{step}");
    browser.submit(&place, Some(&place), fields).await
}

/// The Board's decision that the plan's page leads to.
pub fn decision(page: &Page) -> String {
    let link = page.body.split("href=\"/example/decisions/").nth(1).and_then(|rest| rest.split('"').next());
    format!("/example/decisions/{}", link.unwrap_or_else(|| panic!("no decision in: {}", page.text())))
}

/// The Chair puts the decision on a plan to the Board, in a procedure.
pub async fn put_to_the_board(portal: &Portal, plan: &str, fields: &[(&str, &str)]) -> String {
    let chair = portal.signed_in(CHAIR).await;
    let place = decision(&chair.get(plan).await);
    ok(&chair.submit(&format!("{place}/edit"), None, fields).await);
    ok(&chair.submit(&format!("{place}/open"), None, &[]).await)
}

/// Who is told of a text that goes back: who votes for a seat of the Board, asked or not, and these.
pub fn everybody(others: &[&str]) -> Vec<String> {
    let seats = SEATS.iter().map(|(_, who)| *who);
    let mut all: Vec<String> = seats.chain(others.iter().copied()).map(str::to_owned).collect();
    all.sort_unstable();
    all
}

/// A plan of one objective with two measures, as its lead has written it.
pub async fn drafted(portal: &Portal) -> String {
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(portal, &lead).await;
    done(&lead.post(&format!("{plan}/nodes"), &[("title", "Reached in time")]).await);
    let objective = node(portal, &plan, "Reached in time").await;
    for title in [KEPT, "A line for parents"] {
        done(&lead.post(&format!("{plan}/nodes/{objective}"), &[("do", "add-measure")]).await);
        let fresh = node(portal, &plan, "").await;
        let fields = [("title", title), ("body", "By 2032."), ("version", "1")];
        done(&lead.post(&format!("{plan}/nodes/{fresh}"), &fields).await);
    }
    plan
}

async fn hang(portal: &Portal, plan: &str, measure: &str, action: &str) {
    let (node, action) = (node(portal, plan, measure).await, portal.action("example", action).await);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    done(&secretariat.post(&format!("{plan}/nodes/{node}/actions"), &[("action", &action)]).await);
}

/// Titles of the actions that hang under a measure of the plan's page.
async fn hanging(portal: &Portal, plan: &str, measure: &str) -> Vec<String> {
    let node = node(portal, plan, measure).await;
    portal.signed_in(SECRETARIAT).await.get(plan).await.select(&format!("#n-{node} .hang span > a"))
}

#[tokio::test]
async fn a_plan_lives_from_its_draft_to_the_revision_that_takes_its_place() {
    let portal = Portal::start().await;
    let (alarm, legal) = (
        "Support to asset management offices",
        "Legal aid for families of returnees (grant of the Coastal Trust Fund)",
    );
    let plan = drafted(&portal).await;
    stands(&portal, &plan, "Draft", "the pillar lead or the Support Group secretariat opens", "reworded", &[]).await;

    consult(&portal, &plan).await;
    let frozen = ["consultation"];
    stands(&portal, &plan, "In consultation", "the parties answer", "opened the consultation", &frozen).await;
    assert_eq!(told(&portal, "plan-told-invited").await, [ARVANIA, KESTRIA, NORLAND]);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let early = step(&secretariat, &plan, "agree", &[]).await;
    assert_eq!(early.status, 422, "nobody has answered");
    let reserved = [("stance", "reservation"), ("reason", "The law is not there yet.")];
    answered(&portal, &plan, &reserved).await;
    let arvania = portal.signed_in(ARVANIA).await;
    done(&arvania.post(&format!("{plan}/remarks"), &[("text", "Whom, at night?")]).await);
    assert_eq!(step(&secretariat, &plan, "agree", &[]).await.status, 422, "a remark waits for its answer");
    let remark = portal.lookup("select id::text from plan_remark where text = $1", "Whom, at night?").await;
    let answer = [("remark", remark.as_str()), ("answer", "accepted"), ("answer_why", "The line says it.")];
    done(&portal.signed_in(LEAD).await.post(&format!("{plan}/consultation/answers"), &answer).await);
    done(&step(&secretariat, &plan, "agree", &[]).await);
    let frozen = ["consultation", "agreed"];
    let event = "recorded the Support Group’s agreement";
    stands(&portal, &plan, "Agreed by the Support Group", "Next: the Board decides", event, &frozen).await;

    // in a written procedure each seat votes by its own hand; rule, quorum and term are the settings'
    let place =
        put_to_the_board(&portal, &plan, &[("procedure", "written"), ("note", "Before the winter break.")]).await;
    let chair = portal.signed_in(CHAIR).await;
    let text = chair.get(&place).await.text();
    assert!(text.contains("Simple majority of those voting; quorum: 5 of 7 seats"), "{text}");
    assert!(chair.get(&format!("{place}/papers/1")).await.text().contains(KEPT), "the text is its paper");
    assert_eq!(step(&chair, &plan, "adopt", &[]).await.status, 422, "the Board has not decided");
    for (i, (_, who)) in SEATS.iter().enumerate() {
        ok(&votes(&portal, &place, who, if i == 1 { "against" } else { "in_favour" }, "").await);
    }
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    let event = "recorded the Support Group’s agreement";
    let next = "Next: the Chair records the adoption";
    stands(&portal, &plan, "Agreed by the Support Group", next, event, &frozen).await;
    assert_eq!(step(&chair, &plan, "adopt", &[]).await.status, 422, "Kestria's reservation has no statement");
    let kestria = portal.signed_in(KESTRIA).await;
    let statement = [("text", "Kestria acts when its law is there.")];
    ok(&kestria.submit(&format!("{place}/statement"), None, &statement).await);
    // what is taken is not referred back, once what stays open of it has its statement
    assert!(!chair.get(&plan).await.body.contains("/steps/refer-back"));
    assert_eq!(chair.get(&format!("{plan}/steps/refer-back")).await.status, 409);
    assert_eq!(chair.post(&format!("{plan}/steps/refer-back"), &[("why", "x")]).await.status, 409);
    done(&step(&chair, &plan, "adopt", &[("in_force_on", "2026-12-10"), ("why", "As decided.")]).await);
    let frozen = ["consultation", "agreed", "adopted"];
    let event = "recorded the adoption by the Board";
    stands(&portal, &plan, "Adopted", "It comes into force on 10 December 2026", event, &frozen).await;
    assert_eq!(told(&portal, "plan-told-adopted").await, [ARVANIA, KESTRIA, NORLAND, LEAD]);

    // the frozen text keeps the decision as it was taken; observers read the text alone
    let kept = chair.get(&format!("{plan}/snapshots/3")).await;
    let said = kept.select("#decision").join(" ");
    for words in ["Decision 2026/3", "Arvania: In favour", "Bergovia and Hollmark: Against", "acts when its law"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let read = portal.signed_in(OBSERVER).await.get(&format!("{plan}/snapshots/3")).await;
    assert!(read.status == 200 && read.text().contains(KEPT) && !read.body.contains("2026/3"), "{}", read.text());
    let written = portal.signed_in(LEAD).await.post(&format!("{plan}/nodes"), &[("title", "Late")]).await;
    assert_eq!(written.status, 409, "its text is the Board's");

    days(&portal).await.expect("the day before");
    stands(&portal, &plan, "Adopted", "It comes into force", event, &frozen).await;
    portal.clock.set("2026-12-10T06:00:00Z".parse().expect("a moment"));
    days(&portal).await.expect("its day");
    stands(&portal, &plan, "In force", "It remains in force until", "the portal put it in force", &frozen).await;

    // a revision is begun beside it, and an action is hung on each measure of the plan in force meanwhile
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let begun = secretariat.submit(&format!("{plan}/revise"), None, &[("why", "A measure has had its day")]).await;
    let revision = ok(&begun);
    stands(&portal, &plan, "In force", "Its revision: A plan for tests (Draft)", "started a revision", &frozen).await;
    portal.clock.set(portal.clock.now() + TimeDelta::hours(1));
    hang(&portal, &plan, KEPT, alarm).await;
    hang(&portal, &plan, "A line for parents", legal).await;
    let lead = portal.signed_in(LEAD).await;
    let gone = node(&portal, &revision, "A line for parents").await;
    done(&lead.post(&format!("{revision}/nodes/{gone}"), &[("do", "remove")]).await);
    consult(&portal, &revision).await;
    portal.clock.set(portal.clock.now() + TimeDelta::days(11));
    let secretariat = portal.signed_in(SECRETARIAT).await;
    done(&step(&secretariat, &revision, "agree", &[]).await);
    let today = portal.clock.today().to_string();
    let meeting = [("procedure", "meeting"), ("meeting_on", today.as_str()), ("meeting_place", "Tarvis")];
    let place = put_to_the_board(&portal, &revision, &meeting).await;
    let mut given = Vec::new();
    for (label, _) in &SEATS[..5] {
        given.push((format!("vote-{}", seat(&portal, &place, label).await), "in_favour"));
    }
    let given: Vec<(&str, &str)> = given.iter().map(|(name, vote)| (name.as_str(), *vote)).collect();
    ok(&secretariat.submit(&format!("{place}/meeting"), None, &given).await);
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    assert!(hanging(&portal, &revision, KEPT).await.is_empty());
    done(&step(&chair, &revision, "adopt", &[]).await);
    // adopted for today, it is in force today, and the other is not
    stands(&portal, &revision, "In force", "It remains in force until", "put it in force", &frozen).await;
    let frozen = ["consultation", "agreed", "adopted", "superseded"];
    let event = "recorded that its revision was adopted";
    stands(&portal, &plan, "Superseded", "Another version has replaced it", event, &frozen).await;
    // what was hung on a measure that lives on goes on with it; the other stays with the old text
    assert_eq!(hanging(&portal, &revision, KEPT).await, [alarm]);
    let adopted =
        "select count(*)::text from plan_snapshot where step = 'adopted' and plan_id::text || '|' = left($1, 37)
        and strpos(content, substr($1, 38)) > 0";
    assert_eq!(id_of(&portal, adopted, &revision, alarm).await, "1", "what was carried over is in the adopted text");
    assert_eq!(hanging(&portal, &plan, "A line for parents").await, [legal]);
    assert!(!chair.get(&revision).await.body.contains(legal));
    let again = secretariat.post(&format!("{plan}/revise"), &[]).await;
    assert_eq!(again.status, 409, "what is superseded is not revised");

    let closing =
        step(&portal.signed_in(SECRETARIAT).await, &revision, "close", &[("why", "It has run its course")]).await;
    done(&closing);
    let frozen = ["consultation", "agreed", "adopted", "closed"];
    stands(&portal, &revision, "Closed", "It is closed", "closed it", &frozen).await;
}

#[tokio::test]
async fn a_text_is_referred_back_with_reasons_and_comes_before_the_board_again() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    consult(&portal, &plan).await;
    answered(&portal, &plan, &[("stance", "agree")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let first = put_to_the_board(&portal, &plan, &[("procedure", "written")]).await;
    ok(&votes(&portal, &first, ARVANIA, "against", "Who pays?").await);
    let chair = portal.signed_in(CHAIR).await;
    let silent = step(&chair, &plan, "refer-back", &[("why", " ")]).await;
    assert_eq!(silent.status, 422, "not without a reason");
    let reason = "The Board asks for an estimate of costs.";
    done(&step(&chair, &plan, "refer-back", &[("why", reason)]).await);
    let frozen = ["consultation", "agreed"];
    stands(&portal, &plan, "Draft", "opens the consultation", reason, &frozen).await;
    assert_eq!(told(&portal, "plan-told-referred-back").await, everybody(&[NORLAND, LEAD, SECRETARIAT]));
    // kept with its votes, and counted: nothing is added any more
    assert_eq!(state(&portal, &first).await, "referred_back");
    assert_eq!(decision(&chair.get(&plan).await), first, "the draft leads to what was decided on it");
    let page = chair.get(&first).await.text();
    assert!(page.contains(reason) && page.contains("Who pays?") && page.contains("Referred back"), "{page}");
    let vote = [("seat", seat(&portal, &first, "Kestria*").await), ("vote", "in_favour".to_owned())];
    let vote: Vec<(&str, &str)> = vote.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(portal.signed_in(KESTRIA).await.post(&format!("{first}/vote"), &vote).await.status, 409);

    // the second text is put to the Board in silence, and the silence is broken
    consult(&portal, &plan).await;
    assert!(!chair.get(&plan).await.body.contains("/example/decisions/"), "another text, not decided on yet");
    answered(&portal, &plan, &[("stance", "agree_with_remarks"), ("reason", "See our note.")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let silence = [("procedure", "silence"), ("deadline", "1 December 2026")];
    let second = put_to_the_board(&portal, &plan, &silence).await;
    assert_ne!(second, first);
    ok(&votes(&portal, &second, KESTRIA, "breaks_silence", "Not at this price.").await);
    let taken = chair.submit(&format!("{second}/record"), None, &[("result", "taken")]).await;
    assert_eq!(taken.status, 422, "a broken silence adopts nothing");
    let result = [("result", "not_taken"), ("reasons", "The silence was broken.")];
    ok(&chair.submit(&format!("{second}/record"), None, &result).await);
    assert_eq!(step(&chair, &plan, "adopt", &[]).await.status, 422);
    let frozen = ["consultation", "agreed", "consultation", "agreed"];
    let next = "the Chair refers the text back";
    stands(&portal, &plan, "Agreed by the Support Group", next, "Support Group’s agreement", &frozen).await;
    done(&step(&chair, &plan, "refer-back", &[("why", "The silence was broken.")]).await);
    assert_eq!(state(&portal, &second).await, "not_taken", "what was recorded stays");

    // the third is: the silence is kept to the end of its last day
    consult(&portal, &plan).await;
    answered(&portal, &plan, &[("stance", "agree")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let third = put_to_the_board(&portal, &plan, &silence).await;
    portal.clock.set("2026-12-01T23:00:00Z".parse().expect("a moment"));
    let chair = portal.signed_in(CHAIR).await;
    assert_eq!(chair.submit(&format!("{third}/record"), None, &[("result", "taken")]).await.status, 422, "too early");
    portal.clock.set("2026-12-02T06:00:00Z".parse().expect("a moment"));
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{third}/record"), None, &[("result", "taken")]).await);
    done(&step(&chair, &plan, "adopt", &[]).await);
    let frozen = ["consultation", "agreed", "consultation", "agreed", "consultation", "agreed", "adopted"];
    stands(&portal, &plan, "In force", "Adopted by the Board", "put it in force", &frozen).await;
    assert_eq!(decision(&chair.get(&plan).await), third, "the plan leads to the decision by which it was adopted");
}

/// The decision is opened by somebody else while the Chair refers the text back: it is not merely withdrawn.
#[tokio::test]
async fn a_decision_that_is_opened_while_its_text_is_referred_back_is_referred_back_too() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    consult(&portal, &plan).await;
    answered(&portal, &plan, &[("stance", "agree")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let chair = portal.signed_in(CHAIR).await;
    let place = decision(&chair.get(&plan).await);
    let mut other = portal.superuser().await;
    let mut tx = sqlx::Connection::begin(&mut other).await.expect("begin");
    sqlx::query("select 1 from board_decision where id::text = $1 for update")
        .bind(id(&place))
        .execute(&mut *tx)
        .await
        .expect("held");
    let refer = format!("{plan}/steps/refer-back");
    let referring = chair.post(&refer, &[("why", "The text changes")]);
    let opening = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        sqlx::query(
            "update board_decision set state = 'open', procedure = 'written', rule = 'majority', quorum = '2/3',
                opened_at = '2026-11-24', deadline = '2026-12-08', version = version + 1 where id::text = $1",
        )
        .bind(id(&place))
        .execute(&mut *tx)
        .await
        .expect("opened");
        tx.commit().await.expect("commit");
    };
    let (answer, ()) = tokio::join!(referring, opening);
    done(&answer);
    assert_eq!(state(&portal, &place).await, "referred_back");
}

/// What the example is loaded with: page, decision and frozen text say the same.
#[tokio::test]
async fn the_plans_that_are_loaded_agree_with_the_decisions_on_them() {
    let portal = Portal::start().await;
    let chair = portal.signed_in(CHAIR).await;
    for (title, number, frozen) in [
        ("Plan of Action on serious crime 2022–2024", "2022/1", &["adopted", "superseded"][..]),
        ("Plan of Action on serious crime 2025–2027", "2025/1", &["adopted"][..]),
    ] {
        let plan = crate::plans::plan(&portal, title).await;
        let page = chair.get(&plan).await;
        assert!(page.select(".standing").join(" ").contains(number), "{}", page.text());
        let place = decision(&page);
        let decided = chair.get(&place).await;
        assert!(decided.body.contains(&format!("href=\"{plan}\"")), "{}", decided.text());
        assert!(
            decided.text().contains("Adopted by the Board, recorded by the Chair") && decided.text().contains(number)
        );
        let kept = chair.get(&format!("{plan}/snapshots/1")).await.select("#decision").join(" ");
        assert!(kept.contains(&format!("Decision {number}")) && kept.contains("Lumenia: In favour"), "{kept}");
        let steps = portal
            .lookup(
                "select string_agg(step, ' ' order by number) from plan_snapshot where plan_id::text = $1",
                id(&plan),
            )
            .await;
        assert_eq!(steps, frozen.join(" "));
    }
    let plan = crate::plans::plan(&portal, "Plan of Action on border crossings 2026–2028").await;
    let place = decision(&chair.get(&plan).await);
    let page = chair.get(&place).await.text();
    for words in ["Referred back", "measures on the northern crossings", "Kestria*", "Against"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let paper = chair.get(&format!("{place}/papers/1")).await.text();
    assert!(paper.contains("Ports and coasts are watched together"), "{paper}");
    let history = chair.get(&format!("{plan}/history")).await.text();
    assert!(history.contains("recorded that the text was referred back") && history.contains("northern crossings"));
}
