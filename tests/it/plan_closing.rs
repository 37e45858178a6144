//! The last days of a consultation and of a plan: who is warned of them ahead, and when nobody is any more.

use crate::decisions::{ARVANIA, CHAIR, KESTRIA, SEATS, SECRETARIAT, ok, votes};
use crate::harness::Portal;
use crate::notices::{morning, told};
use crate::plan_life::{LEAD, answered, consult, days, done, drafted, put_to_the_board, step};

async fn in_the_morning_of(portal: &Portal, day: &str) {
    portal.clock.set(format!("{day}T06:00:00Z").parse().expect("a moment"));
    morning(portal).await.expect("the morning");
}

/// Adopts a plan for today, with the day on which it closes.
async fn adopted(portal: &Portal, closes_on: &str) -> String {
    let plan = drafted(portal).await;
    consult(portal, &plan).await;
    answered(portal, &plan, &[("stance", "agree")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let place = put_to_the_board(portal, &plan, &[("procedure", "written")]).await;
    for (_, who) in SEATS {
        ok(&votes(portal, &place, who, "in_favour", "").await);
    }
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    done(&step(&chair, &plan, "adopt", &[("closes_on", closes_on)]).await);
    plan
}

#[tokio::test]
async fn those_who_could_revise_a_plan_are_warned_before_it_closes() {
    let portal = Portal::start().await;
    let plan = adopted(&portal, "2026-12-10").await;
    in_the_morning_of(&portal, "2026-12-01").await;
    assert_eq!(told(&portal, "plan-told-closing").await, Vec::<String>::new(), "not so early");
    in_the_morning_of(&portal, "2026-12-03").await;
    in_the_morning_of(&portal, "2026-12-04").await;
    assert_eq!(told(&portal, "plan-told-closing").await, [CHAIR, LEAD, SECRETARIAT], "once");
    let read = portal.signed_in(LEAD).await.get("/example/notices").await.text();
    assert!(read.contains("closes on its closing day") && read.contains("10 December 2026"), "{read}");
    in_the_morning_of(&portal, "2026-12-08").await;
    assert_eq!(told(&portal, "plan-told-closing").await.len(), 6);
    portal.clock.set("2026-12-10T05:00:00Z".parse().expect("a moment"));
    days(&portal).await.expect("its day");
    let closed = portal.signed_in(SECRETARIAT).await.get(&plan).await;
    assert_eq!(closed.select(".standing li[aria-current=step]"), ["Closed"], "{}", closed.text());
    in_the_morning_of(&portal, "2026-12-10").await;
    assert_eq!(told(&portal, "plan-told-closing").await.len(), 6, "it is closed already");
}

#[tokio::test]
async fn of_a_plan_that_was_closed_by_hand_nobody_is_warned() {
    let portal = Portal::start().await;
    let plan = adopted(&portal, "2026-12-10").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    done(&step(&secretariat, &plan, "close", &[("why", "It has run its course")]).await);
    in_the_morning_of(&portal, "2026-12-03").await;
    assert_eq!(told(&portal, "plan-told-closing").await, Vec::<String>::new());
}

#[tokio::test]
async fn who_leads_a_consultation_is_warned_of_its_last_day_while_somebody_is_silent() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    consult(&portal, &plan).await;
    in_the_morning_of(&portal, "2026-11-27").await;
    assert_eq!(told(&portal, "plan-told-last-day").await, [LEAD, SECRETARIAT]);
    let asked = told(&portal, "plan-told-deadline").await;
    assert!(asked.contains(&ARVANIA.to_owned()) && asked.contains(&KESTRIA.to_owned()), "{asked:?}");
    answered(&portal, &plan, &[("stance", "agree")]).await;
    in_the_morning_of(&portal, "2026-12-02").await;
    assert_eq!(told(&portal, "plan-told-last-day").await.len(), 2, "all have answered");
}
