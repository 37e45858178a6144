//! Organisations that were merged while something was asked of them: their people go on answering, are told, and read what is
//! for their own side, as those of the organisation that stands.

use crate::decisions::{ARVANIA, CHAIR, SEATS, SECRETARIAT, ok, votes};
use crate::directory::{organisation, send};
use crate::harness::{Browser, Portal};
use crate::notices::told;
use crate::plan_consultation as said;
use crate::plan_life::{LEAD, answered, asked, consult, done, drafted, put_to_the_board, step};

const NORLAND: &str = "donor@example.example";
const WESTMARK: &str = "second-donor@example.example";

/// Makes one organisation of the example another; answers where that can be undone.
pub async fn merged(portal: &Portal, goes: &str, stays: &str) -> String {
    let (goes, stays) = (organisation(portal, "example", goes).await, organisation(portal, "example", stays).await);
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = format!("/example/organisations/{goes}/merge?into={stays}");
    send(&browser, &page, Some("/merge"), &[("why", "The same body")]).await
}

async fn standing(browser: &Browser, plan: &str) -> String {
    browser.get(plan).await.select(".standing").join(" ")
}

async fn awaited(browser: &Browser) -> String {
    browser.get("/example").await.select("#awaited li").join("\n")
}

#[tokio::test]
async fn a_party_that_is_merged_while_it_is_asked_goes_on_answering() {
    let portal = Portal::start().await;
    let plan = said::plan(&portal).await;
    let asked = said::asked(&portal, "Westmark").await;
    let lead = portal.signed_in(LEAD).await;
    let more = [("deadline", "20 December 2026"), ("why", "Two parties asked for it")];
    done(&lead.post(&format!("{plan}/consultation/deadline"), &more).await);
    let warned = async || {
        let sql =
            "select count(*)::text from deadline_asked a join organisation o on o.id::text = a.party where o.name = $1";
        portal.lookup(sql, "Westmark").await
    };
    assert_eq!(warned().await, "1");
    let undo = merged(&portal, "Westmark", "Southmere").await;
    let own = portal.signed_in(WESTMARK).await;
    let waited = format!("State the position of Westmark: {}", said::TITLE);
    assert!(awaited(&own).await.contains(&waited), "{}", awaited(&own).await);
    assert!(standing(&own, &plan).await.contains("State the position of Westmark"));
    done(&lead.post(&format!("{plan}/consultation/remind"), &[("asked", &asked)]).await);
    assert_eq!(told(&portal, "plan-told-reminded").await, [WESTMARK]);
    // what it remarks belongs to the consultation, and what is for the parties is for it
    let arvania = portal.signed_in(ARVANIA).await;
    done(&arvania.post(&format!("{plan}/remarks"), &[("text", "For the parties"), ("handling", "parties")]).await);
    assert!(own.get(&format!("{plan}/consultation")).await.text().contains("For the parties"));
    let remarked = own.post(&format!("{plan}/remarks"), &[("text", "Still asked")]).await;
    assert!(remarked.location.as_deref().unwrap_or_default().contains("done=plan-remarked-consultation"));
    let place = format!("{plan}/consultation/positions/{asked}");
    done(&own.submit(&place, Some(&place), &[("stance", "agree")]).await);
    assert!(!awaited(&own).await.contains(&waited) && !standing(&own, &plan).await.contains("Waiting for you"));
    assert_eq!(warned().await, "0", "who has answered is not warned of the day");
    // two again: what it has stated is its own, and it can change it
    send(&portal.signed_in(SECRETARIAT).await, &undo, Some("/undo"), &[]).await;
    let own = portal.signed_in(WESTMARK).await;
    done(&own.submit(&place, Some(&place), &[("stance", "agree_with_remarks"), ("reason", "See our note.")]).await);
    let stood = portal
        .lookup(
            "select string_agg(q.stance, ' ' order by q.at, q.replaced_at nulls last) from party_position q where q.asked_id::text = $1",
            &asked,
        )
        .await;
    assert_eq!(stood, "agree agree_with_remarks");
}

/// A plan whose decision is taken, with a reservation of Norland; its address and the decision's.
async fn reserved(portal: &Portal) -> (String, String) {
    let plan = drafted(portal).await;
    consult(portal, &plan).await;
    answered(portal, &plan, &[("stance", "agree")]).await;
    let place = format!("{plan}/consultation/positions/{}", asked(portal, &plan, "Norland").await);
    let reservation = [("stance", "reservation"), ("reason", "Who pays after 2032?")];
    done(&portal.signed_in(NORLAND).await.submit(&place, Some(&place), &reservation).await);
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);
    let decision = put_to_the_board(portal, &plan, &[("procedure", "written")]).await;
    for (_, who) in SEATS {
        ok(&votes(portal, &decision, who, "in_favour", "").await);
    }
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{decision}/record"), None, &[("result", "taken")]).await);
    (plan, decision)
}

#[tokio::test]
async fn a_statement_stands_for_its_reservation_whatever_its_party_is_called_since() {
    let portal = Portal::start().await;
    let (plan, decision) = reserved(&portal).await;
    let own = portal.signed_in(NORLAND).await;
    let statement = [("text", "Norland pays until 2032.")];
    ok(&own.submit(&format!("{decision}/statement"), None, &statement).await);
    merged(&portal, "Norland", "Southmere").await;
    done(&step(&portal.signed_in(CHAIR).await, &plan, "adopt", &[]).await);
}

#[tokio::test]
async fn a_reservation_of_a_party_that_was_merged_can_be_explained_and_the_plan_adopted() {
    let portal = Portal::start().await;
    let (plan, decision) = reserved(&portal).await;
    merged(&portal, "Norland", "Southmere").await;
    let chair = portal.signed_in(CHAIR).await;
    let refused = step(&chair, &plan, "adopt", &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("Awaited: the statement of Norland"), "{}", refused.text());
    // whoever is waited for reads so, at home and on the plan, and nobody else
    let (own, other) = (portal.signed_in(NORLAND).await, portal.signed_in(WESTMARK).await);
    let waited = "Add the statement of Norland on its reservation";
    assert!(awaited(&own).await.contains(waited), "{}", awaited(&own).await);
    let page = own.get(&plan).await;
    assert!(page.select(".standing").join(" ").contains(waited), "{}", page.text());
    assert!(page.body.contains(&format!("{decision}/statement")));
    assert!(!awaited(&other).await.contains(waited) && !standing(&other, &plan).await.contains(waited));
    assert!(!standing(&chair, &plan).await.contains(waited));
    // whose statement it is that the adoption waits for, all read who read the plan now
    assert!(standing(&other, &plan).await.contains("awaited from: Norland"), "{}", standing(&other, &plan).await);
    ok(&own.submit(&format!("{decision}/statement"), None, &[("text", "As before.")]).await);
    assert!(!awaited(&own).await.contains(waited) && !standing(&own, &plan).await.contains(waited));
    done(&step(&chair, &plan, "adopt", &[]).await);
}

#[tokio::test]
async fn what_is_for_own_side_alone_is_for_the_side_that_it_has_become() {
    let portal = Portal::start().await;
    let plan = said::plan(&portal).await;
    let norland = portal.signed_in(NORLAND).await;
    done(&norland.post(&format!("{plan}/remarks"), &[("text", "For own side"), ("handling", "restricted")]).await);
    let name = portal.lookup("select 'o:' || id from organisation where name = $1", "Norland").await;
    let lead = portal.signed_in(LEAD).await;
    done(&lead.post(&format!("{plan}/remarks"), &[("text", "Please look"), ("tell", &name)]).await);
    let page = format!("{plan}/consultation");
    let sees = async |who: &'static str| portal.signed_in(who).await.get(&page).await.text().contains("For own side");
    assert!(sees(NORLAND).await && !sees(WESTMARK).await);
    let undo = merged(&portal, "Norland", "Westmark").await;
    assert!(sees(NORLAND).await && sees(WESTMARK).await, "they are of one organisation now");
    assert!(!sees(LEAD).await && !sees(SECRETARIAT).await);
    assert!(lead.get(&page).await.text().contains("For Norland"), "a remark goes on naming whom it named");
    send(&portal.signed_in(SECRETARIAT).await, &undo, Some("/undo"), &[]).await;
    assert!(sees(NORLAND).await && !sees(WESTMARK).await);
}
