//! What waits for whom: votes are asked for and ended, homes list what is to be done until it is done.

use crate::decisions::{ARVANIA, CHAIR, KESTRIA, SEATS, SECRETARIAT, decision, ok, opened, prepared, seat, votes};
use crate::harness::Portal;
use crate::notices::told;

async fn awaited(portal: &Portal, who: &str) -> String {
    let home = portal.signed_in(who).await.get("/example").await;
    home.select("#awaited li").join("\n")
}

async fn asked(portal: &Portal, place: &str) -> String {
    let sql = "select count(*)::text from deadline_asked a join deadline d on d.process_id = a.process_id and d.id = a.deadline_id
        where d.subject_kind = 'decision' and d.subject_id::text = $1";
    portal.lookup(sql, place.rsplit('/').next().expect("an id")).await
}

#[tokio::test]
async fn those_who_vote_are_asked_until_they_have_voted_and_the_chair_is_told_when_all_have() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let title = "Membership of the Isle of Wren";
    let place = opened(&secretariat, title, "written", &[("deadline", "4 December 2026")]).await;
    let mut all: Vec<_> = SEATS.iter().map(|(_, who)| (*who).to_owned()).collect();
    all.sort();
    assert_eq!(told(&portal, "decision-told-vote").await, all, "those with the mark and nobody else");
    assert_eq!(asked(&portal, &place).await, "7");
    // in the letter of a day the warning stands with what else is told of the decision
    let group = "select group_title from deadline where subject_kind = 'decision' and subject_id::text = $1";
    assert_eq!(portal.lookup(group, place.rsplit('/').next().expect("an id")).await, title);
    let list = awaited(&portal, ARVANIA).await;
    assert!(list.contains(&format!("Vote for Arvania: {title}")) && list.contains("by 4 December 2026"), "{list}");
    assert!(!list.contains("Kestria"), "{list}");
    for (i, (_, who)) in SEATS.iter().enumerate() {
        assert!(told(&portal, "decision-told-complete").await.is_empty(), "before the last has voted");
        assert!(!awaited(&portal, CHAIR).await.contains(title));
        ok(&votes(&portal, &place, who, "in_favour", "").await);
        assert_eq!(asked(&portal, &place).await, (6 - i).to_string());
    }
    assert_eq!(told(&portal, "decision-told-complete").await, [CHAIR]);
    assert!(!awaited(&portal, ARVANIA).await.contains(title));
    let list = awaited(&portal, CHAIR).await;
    assert!(list.contains(&format!("Record the result: {title}")), "{list}");
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    assert!(!awaited(&portal, CHAIR).await.contains(title));
    let ended = told(&portal, "decision-told-taken").await;
    assert!(ended.contains(&ARVANIA.to_owned()) && ended.contains(&SECRETARIAT.to_owned()), "{ended:?}");
    assert!(!ended.contains(&CHAIR.to_owned()) && !ended.iter().any(|e| e.starts_with("observer")), "{ended:?}");
}

#[tokio::test]
async fn a_decision_that_is_withdrawn_waits_for_nobody() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place =
        prepared(&secretariat, "Terms of the Isle of Wren", "silence", &[("deadline", "4 December 2026")]).await;
    assert!(awaited(&portal, CHAIR).await.contains("Open for votes: Terms of the Isle of Wren"));
    assert!(!awaited(&portal, ARVANIA).await.contains("Terms of the Isle of Wren"), "nobody votes yet");
    ok(&secretariat.submit(&format!("{place}/open"), None, &[]).await);
    assert!(awaited(&portal, ARVANIA).await.contains("Arvania may break the silence: Terms of the Isle of Wren"));
    assert_eq!(asked(&portal, &place).await, "7");
    ok(&secretariat.submit(&format!("{place}/withdraw"), None, &[("reasons", "Not yet.")]).await);
    assert_eq!(asked(&portal, &place).await, "0");
    assert_eq!(told(&portal, "decision-told-withdrawn").await.len(), 8, "the seats and the Chair");
    for who in [ARVANIA, CHAIR, SECRETARIAT] {
        assert!(!awaited(&portal, who).await.contains("Terms of the Isle of Wren"), "{who}");
    }
}

#[tokio::test]
async fn a_home_lists_a_position_until_it_is_stated_and_remarks_until_they_are_answered() {
    let portal = Portal::start().await;
    let plan = "Plan of Action on prevention 2027–2029";
    let list = awaited(&portal, KESTRIA).await;
    assert!(list.contains(&format!("State the position of Kestria*: {plan}")), "{list}");
    assert!(!awaited(&portal, ARVANIA).await.contains("State the position"), "it has stated its own");
    // and so does the plan, to nobody else
    let address = crate::plans::plan(&portal, plan).await;
    for (email, waited) in [(KESTRIA, true), (ARVANIA, false), (CHAIR, false), (SECRETARIAT, false)] {
        let standing = portal.signed_in(email).await.get(&address).await.select(".standing").join(" ");
        assert_eq!(standing.contains("Waiting for you: State the position of Kestria*"), waited, "{email}: {standing}");
    }
    let lead = awaited(&portal, "lead-one@example.example").await;
    assert!(lead.contains(&format!("Answer 2 remarks: {plan}")), "{lead}");
    assert!(!awaited(&portal, "lead-two@example.example").await.contains(plan), "another pillar's");
    assert!(!awaited(&portal, SECRETARIAT).await.contains("Record the Support Group"), "not all have answered");
    let open = decision(&portal, "example", "Admission of Eastholm").await;
    let own = seat(&portal, &open, "Arvania").await;
    assert!(portal.signed_in(ARVANIA).await.get("/example").await.body.contains(&format!("{open}/vote?seat={own}")));
    assert_eq!(awaited(&portal, "observer@example.example").await, "");
}
