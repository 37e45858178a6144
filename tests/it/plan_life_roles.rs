//! Every step of the table, from every state, by every account of the example, and by strangers: what is not theirs, or not
//! now, is neither offered nor done. The steps and states are the table's own, so a row that is added is tried at once; who
//! may take which is written down here as sections 4 and 5 of the design have it, and asked of no code.

use crate::decisions::{CHAIR, SECRETARIAT};
use crate::harness::{Browser, Page, Portal};
use crate::plan_life::{LEAD, LIFE};
use axum::http::StatusCode;
use concert::features::plans::{State, Step, TABLE};
use concert::kernel::i18n::{self, Locale};
use concert::kernel::permit::{self, Grant};
use std::collections::BTreeSet;

const TITLE: &str = "Plan of Action on prevention 2027–2029";
const OBSERVER: &str = "observer@example.example";
const FOREIGN: &str = "support-group@iisg.example";

/// Who takes a step of a plan of the first pillar; all others do not.
const WHO: [(&str, &[&str]); 8] = [
    ("open-consultation", &[SECRETARIAT, LEAD]),
    ("stop-consultation", &[SECRETARIAT, LEAD]),
    ("agree", &[SECRETARIAT]),
    ("adopt", &[CHAIR]),
    ("refer-back", &[CHAIR]),
    ("put-in-force", &[SECRETARIAT]),
    ("close", &[SECRETARIAT]),
    ("supersede", &[]),
];

/// What else changes a plan: the end of its address, how its page offers it, who does it and in which states.
const ACTS: [(&str, &str, &[&str], &[&str]); 4] = [
    ("/nodes", "a[href$='/edit']", &[SECRETARIAT, LEAD], &["draft", "consultation"]),
    ("/header", "a[href$='/header']", &[SECRETARIAT, LEAD], &["draft", "consultation"]),
    ("/publish", "form[action$='/publish'] button", &[SECRETARIAT, CHAIR], &["in_force", "closed", "superseded"]),
    ("/revise", "a[href$='/revise']", &[SECRETARIAT, CHAIR], &["in_force"]),
];

/// From adoption on its text is everybody's in the process.
const ADOPTED: [&str; 4] = ["adopted", "in_force", "closed", "superseded"];

/// A row of the design, or none.
fn row(step: &str, from: &str) -> bool {
    LIFE.iter().any(|(s, f, _, _)| *s == step && *f == from)
}

/// What has to be so before a step, and what comes of it, as section 5 of the design has it; what a step does besides (closing
/// what was open, setting its days) stands with it.
type Conditions = (&'static str, &'static [&'static str], &'static [&'static str]);
const CONDITIONS: [Conditions; 8] = [
    ("open-consultation", &["has-nodes", "every-node-titled", "parties-and-deadline"], &["snapshot", "invitations"]),
    ("stop-consultation", &["reason"], &["consultation-closed", "report", "parties-told"]),
    (
        "agree",
        &["has-nodes", "every-node-titled", "deadline-over-or-all-answered", "every-remark-answered"],
        &["snapshot", "consultation-closed", "report", "decision-prepared", "parties-told"],
    ),
    (
        "adopt",
        &["board-decided", "reservations-stated"],
        // the plan that it revises hands its actions over before the text is frozen
        &["codes-fixed", "revised-superseded", "snapshot", "days-set", "parties-told"],
    ),
    ("refer-back", &["not-decided-or-unstated", "reason"], &["votes-kept", "all-told"]),
    ("put-in-force", &[], &["published"]),
    ("close", &[], &["snapshot", "parties-told"]),
    ("supersede", &["revision-adopted"], &["snapshot", "actions-carried"]),
];

#[test]
fn the_conditions_and_effects_are_those_of_the_design() {
    for rule in TABLE {
        let (_, guards, effects) =
            CONDITIONS.iter().find(|(step, ..)| *step == rule.step.as_str()).expect("a row of the design");
        assert_eq!(rule.guards.iter().map(|g| g.as_str()).collect::<Vec<_>>(), *guards, "{:?}", rule.step);
        assert_eq!(rule.effects.iter().map(|e| e.as_str()).collect::<Vec<_>>(), *effects, "{:?}", rule.step);
    }
}

/// Around the table in docs/plans.md.
const BEGIN: &str = "<!-- made from the table in src/features/plans/life.rs by a test: run `UPDATE_DOCS=1 cargo test --test it documentation` after changing it -->";
const END: &str = "<!-- end of the table -->";

#[test]
fn the_documentation_has_the_table_of_the_life_of_plans() {
    let columns = ["Support Group secretariat", "Chairmanship", "pillar lead", "beneficiary", "partner", "observer"];
    let say = |key: &str| i18n::text(&Locale::default(), key);
    let list = |keys: Vec<&str>| match keys.is_empty() {
        true => "–".to_owned(),
        false => keys.into_iter().map(|k| say(k).trim_end_matches('.').to_owned()).collect::<Vec<_>>().join("; "),
    };
    let mut table =
        String::from("| step | from | to | who | on condition that | what happens |\n|---|---|---|---|---|---|\n");
    for rule in TABLE {
        let mut who = match rule.who.and_then(|who| permit::TABLE.iter().find(|(p, _)| *p == who)) {
            Some((_, grants)) => columns
                .iter()
                .zip(grants)
                .filter_map(|(role, grant)| match grant {
                    Grant::No => None,
                    Grant::Yes => Some((*role).to_owned()),
                    some => Some(format!("{role} ({})", some.words())),
                })
                .collect::<Vec<_>>()
                .join(", "),
            None => "nobody: it follows".to_owned(),
        };
        if rule.by_date {
            who.push_str(", or its day");
        }
        let guards = list(rule.guards.iter().map(|g| g.label()).collect());
        let effects = list(rule.effects.iter().map(|e| e.label()).collect());
        let (step, from, to) = (say(rule.step.label()), say(rule.from.label()), say(rule.to.label()));
        table.push_str(&format!("| {step} | {from} | {to} | {who} | {guards} | {effects} |\n"));
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/plans.md");
    let text = std::fs::read_to_string(&path).expect("docs/plans.md");
    let (before, rest) = text.split_once(BEGIN).expect("the beginning of the table");
    let (_, after) = rest.split_once(END).expect("its end");
    let fresh = format!("{before}{BEGIN}\n\n{table}\n{END}{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &fresh).expect("write");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), fresh, "docs/plans.md is out of date");
}

#[test]
fn the_table_is_that_of_the_design() {
    let table: BTreeSet<(&str, &str, &str)> =
        TABLE.iter().map(|r| (r.step.as_str(), r.from.as_str(), r.to.as_str())).collect();
    let design: BTreeSet<(&str, &str, &str)> = LIFE.iter().map(|(step, from, to, _)| (*step, *from, *to)).collect();
    assert_eq!(table, design);
    for rule in TABLE {
        let who = WHO.iter().find(|(step, _)| *step == rule.step.as_str()).map(|(_, who)| who.len());
        assert_eq!(who == Some(0), rule.who.is_none(), "{:?} has somebody who takes it, or nobody", rule.step);
    }
}

/// Puts the plan into a state, whatever led there.
async fn put(portal: &Portal, state: &str) {
    let mut sql = portal.superuser().await;
    let set = sqlx::query("update plan set state = $2 where title = $1").bind(TITLE).bind(state).execute(&mut sql);
    assert_eq!(set.await.expect("a state").rows_affected(), 1);
}

/// What everything about the plan comes to: whoever changes any of it changes this.
async fn everything(portal: &Portal) -> String {
    portal
        .lookup(
            "select concat_ws('|', md5(p::text),
                (select count(*) from plan_snapshot s where s.plan_id = p.id),
                (select string_agg(md5(n::text), '' order by n.id) from plan_node n where n.plan_id = p.id),
                (select string_agg(md5(c::text), '' order by c.id) from consultation c where c.plan_id = p.id),
                (select count(*) from plan r where r.revises_id = p.id),
                (select count(*) from board_decision d where d.subject_id = p.id),
                (select count(*) from history h where h.subject_id = p.id))
             from plan p where p.title = $1",
            TITLE,
        )
        .await
}

/// Whether a page offers a step: by a link, a form, or a button of its own.
fn offers(page: &Page, step: &str) -> bool {
    let end = format!("/steps/{step}");
    ["a[href", "form[action", "button[formaction"]
        .iter()
        .any(|how| !page.select(&format!("{how}$='{end}']")).is_empty())
}

async fn post(browser: &Browser, token: &str, place: &str) -> StatusCode {
    // everything that any of the forms asks for
    let fields = [
        ("form_token", token),
        ("why", "because"),
        ("deadline", "2026-12-20"),
        ("in_force_on", "2026-11-24"),
        ("title", "Changed"),
        ("version", "1"),
    ];
    browser.post_raw(place, &fields).await.status
}

#[tokio::test]
async fn what_is_not_theirs_or_not_now_is_neither_offered_nor_done() {
    let portal = Portal::start().await;
    let plan = crate::plans::plan(&portal, TITLE).await;
    let accounts: Vec<String> = sqlx::query_scalar(
        "select distinct a.email from membership m join account a on a.id = m.account_id join process p on p.id = m.process_id
         where p.slug = 'example' and m.state = 'active' order by 1",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts");
    assert!(accounts.len() >= 14 && accounts.iter().any(|a| a == OBSERVER), "{accounts:?}");
    let mut people = Vec::new();
    for email in &accounts {
        let browser = portal.signed_in(email).await;
        let token = browser.form_token().await;
        people.push((email.as_str(), browser, token));
    }
    let (mut refused, mut offered) = (0, 0);
    for state in State::ALL.iter().map(|s| s.as_str()) {
        put(&portal, state).await;
        let before = everything(&portal).await;
        for (email, browser, token) in &people {
            let sees = *email != OBSERVER || ADOPTED.contains(&state);
            let page = browser.get(&plan).await;
            assert_eq!(page.status, if sees { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{email} {state}");
            let expected = |theirs: bool, hidden: StatusCode| match (sees, theirs) {
                (false, _) => hidden,
                (true, false) => StatusCode::FORBIDDEN,
                (true, true) => StatusCode::CONFLICT,
            };
            for step in Step::ALL.iter().map(|s| s.as_str()) {
                let who = WHO.iter().find(|(s, _)| *s == step).map_or(&[][..], |(_, who)| *who);
                let theirs = who.contains(email);
                let may = theirs && row(step, state);
                assert_eq!(offers(&page, step), may, "{email} {state} {step}: offered");
                offered += i32::from(may);
                if may {
                    continue;
                }
                // what nobody takes has no address
                let status =
                    if who.is_empty() { StatusCode::NOT_FOUND } else { expected(theirs, StatusCode::NOT_FOUND) };
                let place = format!("{plan}/steps/{step}");
                assert_eq!(post(browser, token, &place).await, status, "{email} {state} {step}");
                refused += 1;
            }
            for (end, how, who, states) in ACTS {
                let theirs = who.contains(email);
                let may = theirs && states.contains(&state);
                assert_eq!(!page.select(how).is_empty(), may, "{email} {state} {end}: offered");
                if !may {
                    // who is never to do such a thing is told so before the plan is looked for
                    let status = expected(theirs, StatusCode::FORBIDDEN);
                    assert_eq!(post(browser, token, &format!("{plan}{end}")).await, status, "{email} {state} {end}");
                    refused += 1;
                }
            }
        }
        assert_eq!(everything(&portal).await, before, "{state}: nothing has changed");
    }
    let steps = Step::ALL.len() + ACTS.len();
    assert!(refused > accounts.len() * State::ALL.len() * steps * 9 / 10, "{refused} of them were refused");
    let rows: usize = WHO.iter().map(|(step, who)| who.len() * LIFE.iter().filter(|(s, ..)| s == step).count()).sum();
    assert_eq!(usize::try_from(offered), Ok(rows), "each is offered once to each of those who take it");
}

#[tokio::test]
async fn strangers_find_no_step_and_take_none() {
    let portal = Portal::start().await;
    let plan = crate::plans::plan(&portal, TITLE).await;
    let foreign = portal.signed_in(FOREIGN).await;
    let token = foreign.form_token().await;
    let visitor = portal.visitor();
    let elsewhere = plan.replace("/example/", "/iisg/");
    for state in State::ALL.iter().map(|s| s.as_str()) {
        put(&portal, state).await;
        let before = everything(&portal).await;
        let steps = Step::ALL.iter().map(|s| format!("/steps/{}", s.as_str()));
        for end in steps.chain(ACTS.iter().map(|(end, ..)| (*end).to_owned())) {
            for place in [format!("{plan}{end}"), format!("{elsewhere}{end}")] {
                assert_eq!(post(&foreign, &token, &place).await, StatusCode::NOT_FOUND, "{state} {place}");
            }
            let sent = post(&visitor, "", &format!("{plan}{end}")).await;
            assert!(matches!(sent, StatusCode::SEE_OTHER | StatusCode::FORBIDDEN), "{state} {end}: {sent}");
        }
        // signed out, every address of members leads to the sign-in
        for step in Step::ALL.iter().map(|s| s.as_str()) {
            let sent = visitor.get(&format!("{plan}/steps/{step}")).await;
            assert!(sent.location.is_some_and(|to| to.starts_with("/sign-in")), "{state} {step}: {}", sent.status);
        }
        assert_eq!(foreign.get(&plan).await.status, StatusCode::NOT_FOUND);
        assert_eq!(foreign.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
        assert_eq!(everything(&portal).await, before, "{state}: nothing has changed");
    }
}
