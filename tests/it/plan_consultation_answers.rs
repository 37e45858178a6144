//! What becomes of remarks and suggested wordings, the report, and what is told.

use crate::harness::{Browser, Page, Portal};
use crate::notices::told;
use crate::plan_consultation::{asked, node, plan, remark};
use crate::plan_life::drafted;
use axum::http::StatusCode;
use chrono::TimeDelta;

const LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const ARVANIA: &str = "beneficiary-one@example.example";
const KESTRIA: &str = "beneficiary-two@example.example";
const NORLAND: &str = "donor@example.example";
const WESTMARK: &str = "second-donor@example.example";
const OTHERS: [&str; 6] =
    ["lead-two@example.example", "chair@example.example", ARVANIA, KESTRIA, NORLAND, "observer@example.example"];
const PARENTS: &str = "Teachers and parents recognise recruitment early";

fn done(page: &Page) -> &Page {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page
}

async fn state(portal: &Portal, id: &str) -> String {
    portal
        .lookup("select coalesce(answer, 'none') || ':' || answer_text from plan_remark where id::text = $1", id)
        .await
}

async fn body(portal: &Portal, node: &str) -> String {
    portal.lookup("select body from plan_node where id::text = $1", node).await
}

#[tokio::test]
async fn many_remarks_are_answered_at_once_with_a_word_why() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let answers = format!("{plan}/consultation/answers");
    let norland = portal.signed_in(NORLAND).await;
    for text in ["one", "two", "three"] {
        done(&norland.post(&format!("{plan}/remarks"), &[("text", text)]).await);
    }
    let (one, two, three) =
        (remark(&portal, "one").await, remark(&portal, "two").await, remark(&portal, "three").await);
    for email in OTHERS {
        let other = portal.signed_in(email).await;
        let refused = other.post(&answers, &[("remark", &one), ("answer", "accepted")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{email}");
    }
    let lead = portal.signed_in(LEAD).await;
    let ticked = [("remark", one.as_str()), ("remark", two.as_str())];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all: Vec<(&str, &str)> = ticked.to_vec();
        all.extend_from_slice(more);
        all
    };
    for fields in [
        vec![("answer", "accepted")],
        with(&[]),
        with(&[("answer", "perhaps")]),
        with(&[("answer", "partly")]),
        with(&[("answer", "not"), ("answer_why", " ")]),
    ] {
        let refused = lead.post(&answers, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        let kept = refused.select("input[name=remark][checked]").len();
        assert_eq!(kept, fields.iter().filter(|(n, _)| *n == "remark").count(), "what was ticked stays ticked");
    }
    // another process's, a hidden or an unknown one: none of them is answered
    let unknown = lead
        .post(&answers, &[("remark", &one), ("remark", "01990000-0000-7000-8000-000000000000"), ("answer", "accepted")])
        .await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(state(&portal, &one).await, "none:");
    done(&lead.post(&answers, &with(&[("answer", "not"), ("answer_why", "It is in measure 2.1 already")])).await);
    for id in [&one, &two] {
        assert_eq!(state(&portal, id).await, "not:It is in measure 2.1 already");
    }
    assert_eq!(state(&portal, &three).await, "none:");
    assert_eq!(told(&portal, "plan-told-answered").await, [NORLAND], "once for both");
    let page = norland.get(&format!("{plan}/consultation")).await;
    assert!(page.text().contains("not taken up It is in measure 2.1 already"), "{}", page.text());
    // answered is on record: it is not taken back; a better answer takes its place, with its trace
    let taken = norland.post(&format!("{plan}/remarks/{one}"), &[("do", "withdraw")]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    done(&portal.signed_in(SECRETARIAT).await.post(&answers, &[("remark", &one), ("answer", "accepted")]).await);
    assert_eq!(state(&portal, &one).await, "accepted:");
    let trace = portal.lookup("select count(*)::text from history where subject_kind = 'plan_remark' and event = 'remark-answered' and subject_id::text = $1", &one).await;
    assert_eq!(trace, "2");
}

async fn suggest(browser: &Browser, plan: &str, node: &str, wording: &str) -> Page {
    let path = format!("{plan}/nodes/{node}/suggest?field=body");
    browser.submit(&path, Some("/suggest"), &[("wording", wording), ("text", "Clearer so")]).await
}

#[tokio::test]
async fn a_wording_is_suggested_taken_up_and_asked_about_where_the_text_has_moved_on() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let measure = node(&portal, PARENTS).await;
    let (norland, lead) = (portal.signed_in(NORLAND).await, portal.signed_in(LEAD).await);
    for (email, status) in [("chair@example.example", 403), ("observer@example.example", 403), (WESTMARK, 200)] {
        let asked = portal.signed_in(email).await.get(&format!("{plan}/nodes/{measure}/suggest")).await;
        assert_eq!(asked.status.as_u16(), status, "{email}");
    }
    let before = body(&portal, &measure).await;
    let same = suggest(&norland, &plan, &measure, &before).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&suggest(&norland, &plan, &measure, &before.replace("parents", "families")).await);
    let id = portal.lookup("select id::text from plan_remark where text = $1", "Clearer so").await;
    let shown = lead.get(&format!("{plan}/nodes/{measure}")).await;
    assert!(shown.select(".remarks ins").contains(&"families".to_owned()), "{}", shown.text());
    let take = format!("{plan}/remarks/{id}/wording");
    for email in OTHERS {
        assert_eq!(portal.signed_in(email).await.post(&take, &[]).await.status, StatusCode::FORBIDDEN, "{email}");
    }
    // answered with the others it would say "accepted" and change nothing
    let bulk = lead.post(&format!("{plan}/consultation/answers"), &[("remark", &id), ("answer", "accepted")]).await;
    assert_eq!(bulk.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bulk.text().contains("its own button"), "{}", bulk.text());
    done(&lead.post(&take, &[]).await);
    assert_eq!(body(&portal, &measure).await, before.replace("parents", "families"));
    assert_eq!(state(&portal, &id).await, "accepted:");
    assert_eq!(lead.post(&take, &[]).await.status, StatusCode::CONFLICT, "once");
    assert_eq!(told(&portal, "plan-told-answered").await, [NORLAND]);
    let history = lead.get(&format!("{plan}/history")).await.text();
    assert!(
        history.contains("reworded a part") && history.contains("Suggested by: Demo account, Norland"),
        "{history}"
    );
    // what was taken up cannot be answered away, but the editor undoes it
    let away = lead
        .post(&format!("{plan}/consultation/answers"), &[("remark", &id), ("answer", "not"), ("answer_why", "x")])
        .await;
    assert_eq!(away.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&lead.post(&format!("{plan}/undo"), &[]).await);
    assert_eq!(body(&portal, &measure).await, before);

    // the seed's own suggestion, on a text that has moved on
    let kestrias = portal.lookup("select r.id::text from plan_remark r join membership m on m.id = r.by_membership_id join account a on a.id = m.account_id where a.email = $1 and r.wording_to is not null", KESTRIA).await;
    sqlx::query("update plan_node set body = 'Quite another text', version = version + 1 where id::text = $1")
        .bind(&measure)
        .execute(&mut portal.superuser().await)
        .await
        .expect("moves on");
    let take = format!("{plan}/remarks/{kestrias}/wording");
    let asked = lead.post(&take, &[]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    assert!(
        asked.text().contains("has changed since this was suggested") && asked.body.contains("Quite another text"),
        "{}",
        asked.text()
    );
    assert_eq!(body(&portal, &measure).await, "Quite another text", "nothing is taken up unasked");
    // edited, it is taken up in part, with a word; of an older version, not
    let form = |version: &str, wording: &str, why: &str| {
        vec![
            ("version".to_owned(), version.to_owned()),
            ("wording".to_owned(), wording.to_owned()),
            ("why".to_owned(), why.to_owned()),
        ]
    };
    let version = portal.lookup("select version::text from plan_node where id::text = $1", &measure).await;
    for (fields, status) in [
        (form("1", "Both at once", "y"), StatusCode::CONFLICT),
        (form(&version, "Both at once", ""), StatusCode::UNPROCESSABLE_ENTITY),
        (form(&version, "Quite another text", "y"), StatusCode::UNPROCESSABLE_ENTITY),
        (form(&version, "Both at once", "One line for all"), StatusCode::SEE_OTHER),
    ] {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let answer = lead.post(&take, &pairs).await;
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
        if status != StatusCode::SEE_OTHER {
            assert!(answer.body.contains(&fields[1].1), "what was typed stays");
        }
    }
    assert_eq!(body(&portal, &measure).await, "Both at once");
    assert_eq!(state(&portal, &kestrias).await, "partly:One line for all");
    // suggested from a form that was made before the text changed
    let stale = norland
        .post(
            &format!("{plan}/nodes/{measure}/suggest"),
            &[("field", "body"), ("version", "1"), ("wording", "Mine"), ("text", "")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("Mine") && stale.select("ins").contains(&"Mine".to_owned()), "{}", stale.text());
    // on a part that is gone nothing is taken up; it can still be answered
    done(
        &norland
            .submit(
                &format!("{plan}/nodes/{measure}/suggest?field=title"),
                Some("/suggest"),
                &[("wording", "Another name"), ("text", "gone soon")],
            )
            .await,
    );
    done(&lead.post(&format!("{plan}/nodes/{measure}"), &[("do", "remove")]).await);
    let id = remark(&portal, "gone soon").await;
    assert_eq!(lead.post(&format!("{plan}/remarks/{id}/wording"), &[]).await.status, StatusCode::CONFLICT);
    let page = lead.get(&format!("{plan}/consultation")).await;
    assert!(page.text().contains("no longer in the plan"), "{}", page.text());
    done(
        &lead
            .post(
                &format!("{plan}/consultation/answers"),
                &[("remark", &id), ("answer", "not"), ("answer_why", "The part is gone")],
            )
            .await,
    );
}

#[tokio::test]
async fn what_is_said_of_a_draft_reaches_its_lead_and_whoever_spoke_there() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    let say = format!("{plan}/remarks");
    let (arvania, norland, lead) =
        (portal.signed_in(ARVANIA).await, portal.signed_in(NORLAND).await, portal.signed_in(LEAD).await);
    done(&arvania.post(&say, &[("text", "Who answers at night?")]).await);
    assert_eq!(told(&portal, "plan-told-remarked").await, [LEAD]);
    let first = remark(&portal, "Who answers at night?").await;
    done(&norland.post(&say, &[("text", "We could pay for it"), ("reply_to", &first)]).await);
    assert_eq!(told(&portal, "plan-told-replied").await, [ARVANIA]);
    assert_eq!(told(&portal, "plan-told-remarked").await, [LEAD, LEAD]);
    // the lead's own word is for those who spoke, and the secretariat is not asked to listen in its place
    done(&lead.post(&say, &[("text", "Let us meet"), ("reply_to", &first)]).await);
    assert_eq!(told(&portal, "plan-told-replied").await, [ARVANIA, ARVANIA]);
    assert_eq!(told(&portal, "plan-told-replied-too").await, [NORLAND]);
    assert_eq!(told(&portal, "plan-told-remarked").await, [LEAD, LEAD]);
    // a wording that is suggested for a draft waits for the lead, too
    let measure = node(&portal, "A line for parents").await;
    let path = format!("{plan}/nodes/{measure}/suggest?field=title");
    done(&norland.submit(&path, Some("/suggest"), &[("wording", "A line for families"), ("text", "")]).await);
    assert_eq!(told(&portal, "plan-told-remarked").await.len(), 3);
    // what is for own side alone is told to nobody outside it
    done(&norland.post(&say, &[("text", "Between us"), ("handling", "restricted")]).await);
    assert_eq!(told(&portal, "plan-told-remarked").await.len(), 3);
    done(&lead.post(&format!("{plan}/remarks/{first}"), &[("do", "resolve")]).await);
    assert_eq!(told(&portal, "plan-told-settled").await, [ARVANIA]);
}

#[tokio::test]
async fn the_whole_round_ends_in_agreement_a_report_and_letters() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let lead = portal.signed_in(LEAD).await;
    // stopped, and opened again: parties are told, the first round stays readable
    done(&lead.post(&format!("{plan}/steps/stop-consultation"), &[("why", "We begin anew")]).await);
    assert!(told(&portal, "plan-told-stopped").await.contains(&ARVANIA.to_owned()));
    done(&lead.submit(&format!("{plan}/steps/open-consultation"), Some("open-consultation"), &[]).await);
    let invited = told(&portal, "plan-told-invited").await;
    assert!(
        invited.contains(&KESTRIA.to_owned())
            && invited.contains(&NORLAND.to_owned())
            && !invited.contains(&LEAD.to_owned()),
        "{invited:?}"
    );
    assert!(!invited.iter().any(|a| a.starts_with("observer")));
    let page = lead.get(&format!("{plan}/consultation")).await;
    assert!(page.text().contains("Consultation 2") && page.select("#earlier li").len() == 1, "{}", page.text());
    // what was left unanswered in the first round still waits
    assert!(page.select("#waiting .remarks p").iter().any(|p| p.contains("needs a number")), "{}", page.text());
    let norland = portal.signed_in(NORLAND).await;
    done(&norland.post(&format!("{plan}/remarks"), &[("text", "In the second round")]).await);
    let agree = format!("{plan}/steps/agree");
    portal.clock.set(portal.clock.now() + TimeDelta::days(40));
    let secretariat_later = portal.signed_in(SECRETARIAT).await;
    let lead = portal.signed_in(LEAD).await;
    assert_eq!(secretariat_later.post(&agree, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "remarks wait");
    let waiting: Vec<String> = sqlx::query_scalar(
        "select r.id::text from plan_remark r join plan p on p.id = r.plan_id where p.title = $1 and r.consultation_id is not null and r.answer is null",
    )
    .bind(crate::plan_consultation::TITLE)
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("remarks");
    let mut fields: Vec<(&str, &str)> = waiting.iter().map(|r| ("remark", r.as_str())).collect();
    fields.extend([("answer", "not"), ("answer_why", "For the next plan")]);
    done(&lead.post(&format!("{plan}/consultation/answers"), &fields).await);
    done(&secretariat_later.post(&agree, &[]).await);
    assert!(told(&portal, "plan-told-agreed").await.contains(&ARVANIA.to_owned()));
    drop(secretariat);
    // nothing can be said in it any more, and nothing answered anew; discussion goes on
    let norland = portal.signed_in(NORLAND).await;
    let party = asked(&portal, "Norland").await;
    assert_ne!(party, "");
    assert_eq!(lead.post(&format!("{plan}/consultation/answers"), &fields).await.status, StatusCode::CONFLICT);
    assert_eq!(lead.post(&format!("{plan}/consultation/remind"), &[]).await.status, StatusCode::CONFLICT);
    done(&norland.post(&format!("{plan}/remarks"), &[("text", "Afterwards")]).await);
    assert_eq!(
        portal.lookup("select (consultation_id is null)::text from plan_remark where text = $1", "Afterwards").await,
        "true"
    );
    // the report says what was asked, what was stated, who was silent, what became of each remark
    for (number, holds, not) in [
        (
            1,
            vec![
                "agrees, with remarks",
                "needs a number",
                "Thank you: the authors will write to you",
                "Dear partners",
                "We begin anew",
            ],
            "In the second round",
        ),
        (
            2,
            vec![
                "Who did not answer",
                "Arvania",
                "In the second round",
                "For the next plan",
                "No party has stated a position",
            ],
            "Dear partners",
        ),
    ] {
        let report = norland.get(&format!("{plan}/consultation/{number}/report")).await;
        assert_eq!(report.status, StatusCode::OK);
        for words in holds {
            assert!(report.text().contains(words), "{words} in {number}: {}", report.text());
        }
        assert!(!report.text().contains(not), "{not} in {number}");
        let pdf = norland.get(&format!("{plan}/consultation/{number}/report/file?format=pdf")).await;
        assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF"), "{}", pdf.status);
    }
    assert_eq!(norland.get(&format!("{plan}/consultation/3/report")).await.status, StatusCode::NOT_FOUND);
    // positions in the margin of the document
    let margin = norland.get(&plan).await.select("aside.margin .positions li");
    assert!(margin.iter().any(|l| l == "Arvania did not answer"), "{margin:?}");
}
