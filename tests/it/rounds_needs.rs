//! Rounds of needs: in which cycle, of whom, and for whom.

use crate::decisions::{ARVANIA, SECRETARIAT, ok};
use crate::harness::Portal;
use crate::needs::{LEAD_CRIME, LEAD_PREVENT};
use crate::rounds::{last, opened, wrong};
use axum::http::StatusCode;

#[tokio::test]
async fn needs_are_mapped_in_the_cycle_that_there_is() {
    let portal = Portal::start().await;
    let (secretariat, arvania) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(ARVANIA).await);
    let fields = [("kind", "needs"), ("title", "Needs anew"), ("deadline", "15 December 2026"), ("cycle", "")];
    wrong(&secretariat.submit("/example/rounds/new", Some("/rounds/new"), &fields).await);
    sqlx::query("update mapping_cycle set closed_at = opened_at where closed_at is null")
        .execute(&mut portal.superuser().await)
        .await
        .expect("closed");
    ok(&secretariat
        .submit(
            "/example/needs/cycles",
            Some("/needs/cycles"),
            &[("name", "Needs 2028"), ("first_year", "2028"), ("last_year", "2029")],
        )
        .await);
    let cycle = portal.lookup("select id::text from mapping_cycle where name = $1", "Needs 2028").await;
    let place = opened(&portal, &secretariat, "needs", "Needs anew", &[("cycle", &cycle)]).await;
    let sql = "select min(i.id::text) from round_item i join need n on n.id = i.need_id join beneficiary b on b.id = n.beneficiary_id
        where i.round_id::text = $1 and b.code = 'XA'";
    let one = portal.lookup(sql, last(&place)).await;
    ok(&arvania.post(&format!("{place}/items/{one}"), &[("do", "confirm")]).await);
    let carried = "select n.state || ' ' || n.carried from need n join round_item i on i.need_id = n.copied_from_id where i.id::text = $1";
    assert_eq!(portal.lookup(carried, &one).await, "submitted confirmed");
    // a need goes on; it is an action that is still true. The page and its file call it the same
    let page = arvania.get(&format!("{place}/mine")).await;
    assert!(page.select("article .badge").contains(&"goes on unchanged".to_owned()), "{}", page.text());
    let file = arvania.get(&format!("{place}/mine.csv")).await.body;
    assert!(file.contains("goes on unchanged") && !file.contains("still true"), "{file}");
    // the rest at once; who does not speak for the beneficiary does not submit
    let asked = portal.lookup("select asked_id::text from round_item where id::text = $1", &one).await;
    let page = secretariat.post(&format!("{place}/mine"), &[("do", "everything"), ("asked", &asked)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    ok(&arvania.post(&format!("{place}/mine"), &[("do", "everything"), ("asked", &asked)]).await);
    let left = "select count(*)::text from round_item i where i.asked_id::text = $1 and not exists
        (select from need n where n.copied_from_id = i.need_id and n.state = 'submitted')";
    assert_eq!(portal.lookup(left, &asked).await, "0");
}

/// A lead waits for the needs under its pillar's measures; the secretariat for every beneficiary, also for one of which no need goes on.
#[tokio::test]
async fn who_waits_for_needs_sees_who_is_asked_for_them() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    // the one cycle that is open stands in the form
    let place = opened(&portal, &secretariat, "needs", "Needs anew", &[]).await;
    let page = secretariat.get(&place).await;
    assert!(page.text().contains("Handed in: 0 of 6") && page.text().contains("Upper Sevonia"), "{}", page.text());
    assert!(page.select("aside dd").concat().contains("Needs mapping 2026"), "its cycle is named: {}", page.text());
    let sql = "select a.id::text from round_asked a join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        where a.round_id::text = $1 and b.code = 'XS'";
    let asked = portal.lookup(sql, last(&place)).await;
    let mine = format!("{place}/mine?asked={asked}");
    assert!(secretariat.get(&mine).await.text().contains("You answer on behalf of Upper Sevonia"));
    ok(&secretariat.post(&format!("{place}/hand-in"), &[("asked", &asked)]).await);
    assert!(secretariat.get(&place).await.text().contains("Handed in: 1 of 6"));
    for (lead, theirs, others) in [(LEAD_CRIME, "Arvania", "Lumenia"), (LEAD_PREVENT, "Lumenia", "Arvania")] {
        let page = portal.signed_in(lead).await.get(&place).await;
        let rows = page.select("#asked tbody tr, table tbody tr").join("\n");
        assert!(rows.contains(theirs) && !rows.contains(others), "{lead}: {rows}");
    }
}
