//! Two entries of one action made one, and taken apart again.

use crate::overlaps::{FIT, FIT_AGAIN, HIDDEN, SECRETARIAT, case_of, opened, scored};
use axum::http::StatusCode;

#[tokio::test]
async fn merged_entries_lose_nothing_and_come_apart_again() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let (kept, gone) = (portal.action("example", FIT).await, portal.action("example", FIT_AGAIN).await);
    let form = opened(&secretariat, &format!("/example/overlaps/{case}/merge")).await;
    let sides = form.select("#keep").join(" ");
    assert!(
        sides.contains("Norland Agency for Cooperation") && sides.contains("Institute for Asset Recovery"),
        "{sides}"
    );
    const WHOLE: &str = "select (to_jsonb(a) - array['version', 'updated_at', 'updated_by_id', 'changed']::text[])::text
        || (select coalesce(jsonb_agg(p.role || p.organisation_id order by p.role, p.organisation_id), '[]')::text from action_party p where p.action_id = a.id)
        || (select coalesce(jsonb_agg(b.beneficiary_id order by 1), '[]')::text from action_beneficiary b where b.action_id = a.id)
        || (select coalesce(jsonb_agg(c.id order by c.id), '[]')::text from contribution c where c.action_id = a.id)
        || (select coalesce(jsonb_agg(r.id order by r.id), '[]')::text from remark r where r.action_id = a.id)
        || (select count(*)::text from stored_file f where f.action_id = a.id)
        from action a where a.id::text = $1";
    let before = (portal.lookup(WHOLE, &kept).await, portal.lookup(WHOLE, &gone).await);
    secretariat
        .post(&format!("/example/actions/{gone}/remarks"), &[("remark", "Seen twice"), ("handling", "members")])
        .await;
    let stored = "insert into stored_file (process_id, action_id, at, by_membership_id) select a.process_id, a.id, now(),
        (select min(m.id::text)::uuid from membership m where m.process_id = a.process_id) from action a where a.id::text = $1";
    sqlx::query(stored).bind(&gone).execute(&mut portal.superuser().await).await.expect("a file");
    let before = (before.0, portal.lookup(WHOLE, &gone).await);
    let form = opened(&secretariat, &format!("/example/overlaps/{case}/merge")).await;
    assert!(form.text().contains("Which entry stays"), "{}", form.text());
    let at = format!("/example/overlaps/{case}/merge");
    let nothing = secretariat.post(&at, &[("keep", "x")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let merged = secretariat.post(&at, &[("keep", &kept), ("take-description", &gone), ("why", "One course")]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    // the address of the one that went leads to the one that stays, which has what was said of the other
    let moved = secretariat.get(&format!("/example/actions/{gone}")).await;
    assert_eq!(moved.headers["location"].to_str().expect("an address"), format!("/example/actions/{kept}"));
    assert!(opened(&secretariat, &format!("/example/actions/{kept}")).await.text().contains("Seen twice"));
    let files = portal.lookup("select count(*)::text from stored_file where action_id::text = $1", &kept).await;
    assert_eq!(files, "1", "its file was lost");
    let parties = portal
        .lookup("select string_agg(organisation_id::text, ' ') from action_party where action_id::text = $1", &kept)
        .await;
    let theirs = portal
        .lookup("select string_agg(organisation_id::text, ' ') from action_party where action_id::text = $1", &gone)
        .await;
    for id in theirs.split(' ') {
        assert!(parties.contains(id), "a party was lost");
    }
    let page = opened(&secretariat, &format!("/example/overlaps/{case}")).await;
    let merge = page.value("merge").expect("a merge to undo");
    let undone = secretariat.post(&format!("/example/overlaps/{case}/unmerge"), &[("merge", &merge)]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.text());
    assert_eq!((portal.lookup(WHOLE, &kept).await, portal.lookup(WHOLE, &gone).await), before);
    // who may edit but one of the two does not merge them
    let donor = portal.signed_in("second-donor@example.example").await;
    let refused = donor.get(&at).await;
    assert!(matches!(refused.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{}", refused.status);
}

#[tokio::test]
async fn what_two_entries_are_part_of_is_told_by_its_title() {
    const BOATS: &str = "Patrol boats for the coast of Tarvis";
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let case = case_of(&portal, FIT, FIT_AGAIN).await;
    let (one, other) = (portal.action("example", FIT).await, portal.action("example", FIT_AGAIN).await);
    let (boats, hidden) = (portal.action("example", BOATS).await, portal.action("example", HIDDEN).await);
    for (part, whole) in [(&one, &boats), (&other, &hidden)] {
        let set = "update action set parent_id = $2::uuid where id = $1::uuid";
        sqlx::query(set).bind(part).bind(whole).execute(&mut portal.superuser().await).await.expect("a parent");
    }
    let form = opened(&secretariat, &format!("/example/overlaps/{case}/merge")).await;
    assert!(form.text().contains(BOATS) && form.text().contains("not open to you"), "{}", form.text());
    for kept_back in [boats.as_str(), hidden.as_str(), HIDDEN] {
        assert!(!form.text().contains(kept_back), "{kept_back}: {}", form.text());
    }
}

#[tokio::test]
async fn whoever_kept_a_restricted_entry_still_sees_it_once_it_is_merged() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    // kept by Westmark, and opened to the secretariat
    let closed = portal.action("example", "Relocation of witnesses between two states of the region").await;
    let open = portal.action("example", "Training the crews of the new patrol boats").await;
    let asked = [("action", open.as_str()), ("action", closed.as_str()), ("kind", "same"), ("why", "One action")];
    let sent = secretariat.post("/example/overlaps/report", &asked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let to = sent.headers["location"].to_str().expect("an address").split('?').next().expect("a path").to_owned();
    let merged = secretariat.post(&format!("{to}/merge"), &[("keep", &open)]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    let owner = portal.signed_in("second-donor@example.example").await;
    assert_eq!(owner.get(&format!("/example/actions/{open}")).await.status, StatusCode::OK);
    let other = portal.signed_in("lead-two@example.example").await;
    assert_eq!(other.get(&format!("/example/actions/{open}")).await.status, StatusCode::NOT_FOUND);
}
