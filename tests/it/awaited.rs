//! What plans and decisions wait for stands on the home of whoever is to give it, and is told to them.

use crate::decisions::{ARVANIA, CHAIR, SEATS, decision, ok, opened, prepared, votes};
use crate::harness::Portal;
use crate::notices::{morning, told};
use chrono::TimeDelta;

const SECRETARIAT: &str = "support-group@example.example";
const OBSERVER: &str = "observer@example.example";
const TITLE: &str = "Admission of the Isle of Wren";

/// The lines of what waits on somebody's home.
async fn waits(portal: &Portal, who: &str) -> Vec<String> {
    let home = portal.signed_in(who).await.get("/example").await;
    assert_eq!(home.status, 200, "{}", home.text());
    home.select("#awaited li")
}

async fn waits_for(portal: &Portal, who: &str, title: &str, what: &str) -> bool {
    waits(portal, who).await.iter().any(|line| line.contains(title) && line.contains(what))
}

#[tokio::test]
async fn a_vote_waits_for_its_seat_and_a_result_for_the_chair() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place = opened(&secretariat, TITLE, "written", &[]).await;
    for (label, who) in SEATS {
        assert!(waits_for(&portal, who, TITLE, "vote, by").await, "{label}: {:?}", waits(&portal, who).await);
    }
    for who in [SECRETARIAT, CHAIR, "lead-one@example.example", "donor@example.example", OBSERVER] {
        assert!(!waits_for(&portal, who, TITLE, "vote").await, "{who} has no vote");
    }
    let asked = told(&portal, "decision-told-vote").await;
    let mut voters: Vec<&str> = SEATS.iter().map(|(_, who)| *who).collect();
    voters.sort_unstable();
    assert_eq!(asked, voters, "those who cast the votes, and nobody else");

    // who has voted is not waited for any more, on the home and on the morning two days before the end
    assert_eq!(votes(&portal, &place, ARVANIA, "in_favour", "").await.status, 303);
    assert!(!waits_for(&portal, ARVANIA, TITLE, "vote").await);
    portal.clock.set(portal.clock.now() + TimeDelta::days(12));
    morning(&portal).await.expect("the morning");
    let reminded = told(&portal, "decision-told-vote-due").await;
    assert_eq!(reminded.len(), SEATS.len() - 1, "{reminded:?}");
    assert!(!reminded.contains(&ARVANIA.to_owned()));

    assert!(!waits_for(&portal, CHAIR, TITLE, "record the result").await);
    for (_, who) in SEATS.iter().filter(|(_, who)| *who != ARVANIA) {
        assert_eq!(votes(&portal, &place, who, "in_favour", "").await.status, 303);
    }
    assert!(waits_for(&portal, CHAIR, TITLE, "record the result").await, "{:?}", waits(&portal, CHAIR).await);
    assert_eq!(told(&portal, "decision-told-all-voted").await, [CHAIR]);
    assert!(!waits_for(&portal, SECRETARIAT, TITLE, "record").await);

    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    assert!(!waits_for(&portal, CHAIR, TITLE, "record").await);
    let know = told(&portal, "decision-told-taken").await;
    assert!(know.contains(&ARVANIA.to_owned()) && know.contains(&"donor@example.example".to_owned()), "{know:?}");
    assert!(!know.contains(&OBSERVER.to_owned()), "votes and decisions are no matter of observers");
}

#[tokio::test]
async fn what_is_withdrawn_waits_for_nobody() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place = opened(&secretariat, TITLE, "written", &[]).await;
    ok(&secretariat.submit(&format!("{place}/withdraw"), None, &[("reasons", "The request was taken back")]).await);
    assert!(!waits_for(&portal, ARVANIA, TITLE, "vote").await);
    assert!(told(&portal, "decision-told-withdrawn").await.contains(&ARVANIA.to_owned()));
    portal.clock.set(portal.clock.now() + TimeDelta::days(12));
    morning(&portal).await.expect("the morning");
    assert_eq!(told(&portal, "decision-told-vote-due").await, Vec::<String>::new());
    // one that nobody was asked about is nobody's news
    let place = prepared(&secretariat, "Never opened", "written", &[]).await;
    assert!(waits_for(&portal, SECRETARIAT, "Never opened", "open it for votes").await);
    ok(&secretariat.submit(&format!("{place}/withdraw"), None, &[("reasons", "A mistake")]).await);
    assert_eq!(told(&portal, "decision-told-withdrawn").await.iter().filter(|a| *a == ARVANIA).count(), 1);
}

#[tokio::test]
async fn the_steps_of_a_plan_wait_for_those_who_take_them() {
    let portal = Portal::start().await;
    let title = crate::plan_consultation::TITLE;
    let plan = crate::plan_consultation::plan(&portal).await;
    for (who, what) in
        [("beneficiary-one@example.example", "state your position"), ("lead-one@example.example", "answer")]
    {
        assert!(waits_for(&portal, who, title, what).await, "{who}: {:?}", waits(&portal, who).await);
    }
    assert!(!waits_for(&portal, "lead-two@example.example", title, "answer").await, "another pillar's lead");
    assert!(!waits_for(&portal, SECRETARIAT, title, "record the Support Group’s agreement").await, "too early");
    assert!(waits(&portal, OBSERVER).await.is_empty());
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let remarks: Vec<String> = sqlx::query_scalar(
        "select r.id::text from plan_remark r join plan p on p.id = r.plan_id
         where p.title = $1 and r.consultation_id is not null and r.reply_to_id is null and r.answer is null and r.withdrawn_at is null",
    )
    .bind(title)
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("remarks");
    let mut fields: Vec<(&str, &str)> = remarks.iter().map(|r| ("remark", r.as_str())).collect();
    fields.extend([("answer", "not"), ("answer_why", "For the next plan")]);
    assert_eq!(secretariat.post(&format!("{plan}/consultation/answers"), &fields).await.status, 303);
    portal.clock.set(portal.clock.now() + TimeDelta::days(60));
    assert!(!waits_for(&portal, "lead-one@example.example", title, "answer").await);
    assert!(waits_for(&portal, SECRETARIAT, title, "record the Support Group’s agreement").await);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    assert_eq!(secretariat.post(&format!("{plan}/steps/agree"), &[]).await.status, 303);
    assert_eq!(told(&portal, "plan-told-board-next").await, [CHAIR]);
    assert!(waits_for(&portal, CHAIR, title, "open it for votes").await, "{:?}", waits(&portal, CHAIR).await);
    assert!(!decision(&portal, "example", title).await.ends_with('/'));
}
