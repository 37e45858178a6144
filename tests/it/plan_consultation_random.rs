//! Whatever is done, in whatever order, by whoever: an agreed plan has no remark of a consultation without its answer, what
//! was said stays, and the plan is in a state that the table of states knows, with a consultation open or not as it says.

use crate::harness::{Browser, Portal};
use crate::plan_consultation::{TITLE, node, plan};
use concert::kernel::random;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const ROLES: [&str; 8] = [
    "support-group@example.example",
    "lead-one@example.example",
    "beneficiary-one@example.example",
    "beneficiary-two@example.example",
    "donor@example.example",
    "second-donor@example.example",
    "chair@example.example",
    "observer@example.example",
];
const ACTS: usize = 14;

/// One of the values of a query, by a number.
async fn pick(portal: &Portal, sql: &'static str, plan: &str, n: usize) -> String {
    let all: Vec<String> =
        sqlx::query_scalar(sql).bind(plan).fetch_all(&mut portal.superuser().await).await.expect("values");
    if all.is_empty() { random::id().to_string() } else { all[n % all.len()].clone() }
}

async fn act(portal: &Portal, browser: &Browser, plan: &str, measure: &str, what: usize, n: usize) {
    let id = plan.rsplit('/').next().expect("an id");
    let remarks = "select id::text from plan_remark where plan_id::text = $1 order by at, id";
    let waiting = "select id::text from plan_remark where plan_id::text = $1 and answer is null order by at, id";
    let level = ["members", "parties", "restricted"][n % 3];
    let answer = ["accepted", "partly", "not"][n % 3];
    let page = match what {
        0 => browser.post(&format!("{plan}/remarks"), &[("text", "said"), ("handling", level)]).await,
        1 => {
            let to = pick(portal, remarks, id, n).await;
            browser.post(&format!("{plan}/remarks"), &[("text", "reply"), ("reply_to", &to)]).await
        }
        2 => {
            let remark = pick(portal, remarks, id, n).await;
            let what = ["withdraw", "resolve", "reopen"][n % 3];
            browser.post(&format!("{plan}/remarks/{remark}"), &[("do", what)]).await
        }
        3 | 4 => {
            let (a, b) = (pick(portal, waiting, id, n).await, pick(portal, waiting, id, n + 1).await);
            let fields = [("remark", a.as_str()), ("remark", b.as_str()), ("answer", answer), ("answer_why", "why")];
            browser.post(&format!("{plan}/consultation/answers"), &fields).await
        }
        5 => {
            let remark = pick(portal, remarks, id, n).await;
            browser.post(&format!("{plan}/remarks/{remark}/wording"), &[]).await
        }
        6 => {
            let version = pick(portal, "select n.version::text from plan_node n where $1 <> '' and n.removed_at is null order by n.updated_at desc limit 1", id, 0).await;
            let text = format!("wording {n}");
            let fields = [("field", "body"), ("version", version.as_str()), ("wording", &text), ("text", "")];
            browser.post(&format!("{plan}/nodes/{measure}/suggest"), &fields).await
        }
        7 | 8 => {
            let asked = pick(portal, "select a.id::text from asked_party a join consultation c on c.id = a.consultation_id where c.plan_id::text = $1 order by 1", id, n).await;
            let stance = ["agree", "agree_with_remarks", "reservation"][n % 3];
            let fields = [("stance", stance), ("reason", "because")];
            browser.post(&format!("{plan}/consultation/positions/{asked}"), &fields).await
        }
        9 => browser.post(&format!("{plan}/steps/agree"), &[]).await,
        10 => browser.post(&format!("{plan}/steps/stop-consultation"), &[("why", "x")]).await,
        11 => {
            let beneficiary = pick(portal, "select b.id::text from beneficiary b join plan p on p.process_id = b.process_id where p.id::text = $1 order by 1", id, n).await;
            let deadline = (portal.clock.today() + chrono::TimeDelta::days(2)).to_string();
            let fields = [("deadline", deadline.as_str()), ("beneficiary", &beneficiary)];
            browser.post(&format!("{plan}/steps/open-consultation"), &fields).await
        }
        12 => browser.post(&format!("{plan}/consultation/remind"), &[]).await,
        _ => {
            let later = (portal.clock.today() + chrono::TimeDelta::days(30)).to_string();
            browser.post(&format!("{plan}/consultation/deadline"), &[("deadline", &later), ("why", "x")]).await
        }
    };
    assert!(page.status.as_u16() < 500, "act {what}: {}", page.text());
}

async fn holds(portal: &Portal, kept: &mut i64) {
    let (state, unanswered, open, positions, remarks): (String, i64, i64, i64, i64) = sqlx::query_as(
        "select p.state,
            (select count(*) from plan_remark r where r.plan_id = p.id and r.consultation_id is not null and r.reply_to_id is null
                and r.withdrawn_at is null and r.answer is null),
            (select count(*) from consultation c where c.plan_id = p.id and c.closed_at is null),
            (select count(*) from party_position q join asked_party a on a.id = q.asked_id join consultation c on c.id = a.consultation_id
                where c.plan_id = p.id and q.at > c.closed_at),
            (select count(*) from plan_remark r where r.plan_id = p.id) + (select count(*) from party_position q
                join asked_party a on a.id = q.asked_id join consultation c on c.id = a.consultation_id where c.plan_id = p.id)
         from plan p where p.title = $1",
    )
    .bind(TITLE)
    .fetch_one(&mut portal.superuser().await)
    .await
    .expect("the plan");
    assert!(matches!(state.as_str(), "draft" | "consultation" | "agreed"), "{state}");
    assert_eq!(open, i64::from(state == "consultation"), "{state}");
    assert!(state != "agreed" || unanswered == 0, "an agreed plan with {unanswered} remarks unanswered");
    assert_eq!(positions, 0, "a position stated after its consultation closed");
    assert!(remarks >= *kept, "something that was said is gone");
    *kept = remarks;
}

#[tokio::test]
async fn no_sequence_of_acts_leaves_a_remark_unanswered_in_an_agreed_plan() {
    let mut runner = TestRunner::deterministic();
    let acts = proptest::collection::vec((0..ROLES.len(), 0..ACTS, 0usize..1_000, any::<bool>()), 60);
    let mut agreed = 0;
    for _ in 0..4 {
        let acts = acts.new_tree(&mut runner).expect("acts").current();
        let portal = Portal::start().await;
        let plan = plan(&portal).await;
        let measure = node(&portal, "Teachers and parents recognise recruitment early").await;
        let mut kept = 0;
        let mut browsers = Vec::new();
        for email in ROLES {
            browsers.push(portal.signed_in(email).await);
        }
        let mut rest = acts.iter();
        while let Some((role, what, n, pair)) = rest.next() {
            let first = act(&portal, &browsers[*role], &plan, &measure, *what, *n);
            match rest.next().filter(|_| *pair) {
                // two at the same moment
                Some((role, what, n, _)) => {
                    tokio::join!(first, act(&portal, &browsers[*role], &plan, &measure, *what, *n));
                }
                None => first.await,
            }
            holds(&portal, &mut kept).await;
        }
        // to its end: the day passes, everything is answered or not, and the agreement is tried beside a last remark
        portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(60));
        let (secretariat, donor) = (portal.signed_in(ROLES[0]).await, portal.signed_in(ROLES[4]).await);
        let id = plan.rsplit('/').next().expect("an id");
        let waiting: Vec<String> = sqlx::query_scalar(
            "select id::text from plan_remark where plan_id::text = $1 and consultation_id is not null and answer is null and withdrawn_at is null",
        )
        .bind(id)
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("remarks");
        if !waiting.is_empty() {
            let mut fields: Vec<(&str, &str)> = waiting.iter().map(|r| ("remark", r.as_str())).collect();
            fields.extend([("answer", "not"), ("answer_why", "x")]);
            secretariat.post(&format!("{plan}/consultation/answers"), &fields).await;
        }
        let (agree, say) = (format!("{plan}/steps/agree"), format!("{plan}/remarks"));
        tokio::join!(secretariat.post(&agree, &[]), donor.post(&say, &[("text", "at the last moment")]));
        holds(&portal, &mut kept).await;
        let state = portal.lookup("select state from plan where title = $1", TITLE).await;
        agreed += i32::from(state == "agreed");
    }
    assert!(agreed > 0, "no sequence came to an agreement: the test says nothing");
}
