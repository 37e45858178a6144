//! Webhooks: receivers that fail, addresses that are hostile, and who may do what with whose hook.

use crate::action_record::TITLE;
use crate::harness::{Browser, Portal};
use crate::notices::told;
use crate::webhooks::{Came, DONOR, Receiver, WESTMARK, change, hooked, portal, waiting, work};
use axum::http::StatusCode;
use chrono::TimeDelta;

async fn standing(portal: &Portal, hook: &str) -> String {
    let id = hook.rsplit('/').next().expect("an id");
    portal.lookup("select concat_ws(' ', state, stopped_why, failures) from webhook where id::text = $1", id).await
}

fn later(portal: &Portal, by: TimeDelta) {
    portal.clock.set(portal.clock.now() + by);
}

#[tokio::test]
async fn what_was_not_taken_is_sent_again_under_the_same_id() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    let (first, second) =
        (portal.action("example", TITLE).await, portal.action("example", "SAFE: safe anchorages").await);
    receiver.answers(&[500]);
    change(&donor, &first, "Seized yachts").await;
    work(&portal, &hook).await;
    assert_eq!(standing(&portal, &hook).await, "active 1");
    // it is left alone for a while, and with it what comes after
    change(&donor, &second, "Safe anchorages").await;
    work(&portal, &hook).await;
    assert_eq!(receiver.came().len(), 1);
    let page = donor.get(&hook).await;
    for words in ["failing", "to be tried again", "answered 500"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    later(&portal, TimeDelta::minutes(2));
    work(&portal, &hook).await;
    let came = receiver.came();
    assert_eq!(came.len(), 3);
    assert_eq!(came[0].headers["webhook-id"], came[1].headers["webhook-id"]);
    assert_ne!(came[0].headers["webhook-timestamp"], came[1].headers["webhook-timestamp"]);
    assert_ne!(came[1].headers["webhook-id"], came[2].headers["webhook-id"]);
    assert_eq!(came.iter().map(Came::number).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(standing(&portal, &hook).await, "active 0");
    assert!(donor.get(&hook).await.text().contains("tried 2 times"));
}

#[tokio::test]
async fn a_receiver_that_fails_for_days_is_left_alone_and_its_keepers_are_told() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    let action = portal.action("example", TITLE).await;
    receiver.answers(&[503; 20]);
    change(&donor, &action, "Seized yachts").await;
    for _ in 0..20 {
        work(&portal, &hook).await;
        later(&portal, TimeDelta::hours(25));
    }
    assert_eq!(receiver.came().len(), 10, "once, and nine times again");
    assert!(standing(&portal, &hook).await.starts_with("stopped failed"));
    assert_eq!(told(&portal, "webhooks-told-failed").await, [DONOR]);
    // what changes meanwhile is not kept for it
    let donor = portal.signed_in(DONOR).await;
    change(&donor, &action, "Seized cars").await;
    assert_eq!(waiting(&portal).await, "0");
    let page = donor.get(&hook).await;
    assert!(page.text().contains("Its receiver has accepted no delivery for three days"), "{}", page.text());
    assert_eq!(donor.post(&format!("{hook}/test"), &[]).await.status, StatusCode::CONFLICT);
    // switched on, it is told of what comes from then on
    receiver.recovers();
    assert_eq!(donor.submit(&hook, Some("/resume"), &[]).await.status, StatusCode::SEE_OTHER);
    change(&donor, &action, "Seized lorries").await;
    work(&portal, &hook).await;
    assert_eq!(receiver.came().len(), 11);
    assert_eq!(standing(&portal, &hook).await, "active 0");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_stopped_at_once_and_no_redirect_is_followed() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    receiver.answers(&[302, 410]);
    change(&donor, &portal.action("example", TITLE).await, "Seized yachts").await;
    work(&portal, &hook).await;
    assert_eq!(receiver.came().len(), 1, "where it points to, nobody goes");
    assert_eq!(standing(&portal, &hook).await, "active 1");
    later(&portal, TimeDelta::minutes(2));
    work(&portal, &hook).await;
    assert_eq!(receiver.came().len(), 2);
    assert!(standing(&portal, &hook).await.starts_with("stopped gone"));
    assert_eq!(told(&portal, "webhooks-told-gone").await, [DONOR]);
}

#[tokio::test]
async fn a_test_is_sent_at_once_and_a_single_time() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    receiver.answers(&[500, 404]);
    change(&donor, &portal.action("example", TITLE).await, "Seized yachts").await;
    work(&portal, &hook).await;
    let test = async || assert_eq!(donor.submit(&hook, Some("/test"), &[]).await.status, StatusCode::SEE_OTHER);
    test().await;
    work(&portal, &hook).await;
    work(&portal, &hook).await;
    assert_eq!(receiver.came().iter().map(Came::kind).collect::<Vec<_>>(), ["action.changed", "test"]);
    assert_eq!(standing(&portal, &hook).await, "active 1", "a test that fails is no failure of the hook");
    assert!(donor.get(&hook).await.text().contains("answered 404"));
    // one that is taken shows that the receiver works: what waits goes after it
    test().await;
    work(&portal, &hook).await;
    let kinds: Vec<String> = receiver.came().iter().skip(2).map(Came::kind).collect();
    assert_eq!(kinds, ["test", "action.changed"]);
    assert_eq!(standing(&portal, &hook).await, "active 0");
}

#[tokio::test]
async fn for_a_day_deliveries_are_signed_with_both_secrets() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, old) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    let page = donor.submit(&hook, Some("/secret"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["cache-control"], "no-store");
    let new = crate::webhooks::secret(&page);
    assert_ne!(old, new);
    let action = portal.action("example", TITLE).await;
    change(&donor, &action, "Seized yachts").await;
    work(&portal, &hook).await;
    let came = receiver.came();
    assert!(came[0].is_signed_with(&old) && came[0].is_signed_with(&new));
    later(&portal, TimeDelta::hours(25));
    change(&portal.signed_in(DONOR).await, &action, "Seized cars").await;
    work(&portal, &hook).await;
    let came = receiver.came();
    assert!(!came[1].is_signed_with(&old) && came[1].is_signed_with(&new));
    // neither stands in the database as it is
    let kept = portal
        .lookup(
            "select encode(secret, 'base64') from webhook where id::text = $1",
            hook.rsplit('/').next().expect("an id"),
        )
        .await;
    assert!(!kept.contains(new.trim_start_matches("whsec_")));
}

#[tokio::test]
async fn who_leaves_takes_their_sight_along() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    change(&donor, &portal.action("example", TITLE).await, "Seized yachts").await;
    // a colleague who keeps the list of their organisation as well
    let sql = "insert into membership (process_id, account_id, name, role, organisation_id, starts_on, state, focal_point)
        select m.process_id, (select id from account where email = 'chair@example.example'), 'A colleague', 'partner', m.organisation_id,
            m.starts_on, 'active', true from membership m join account a on a.id = m.account_id where a.email = $1";
    let end =
        "update membership m set ends_on = '2026-11-01' from account a where a.id = m.account_id and a.email = $1";
    for sql in [sql, end] {
        sqlx::query(sql).bind(DONOR).execute(&mut portal.superuser().await).await.expect("a membership");
    }
    work(&portal, &hook).await;
    assert!(receiver.came().is_empty());
    assert!(standing(&portal, &hook).await.starts_with("stopped left"));
    assert_eq!(told(&portal, "webhooks-told-left").await, ["chair@example.example"]);
    let colleague = portal.signed_in("chair@example.example").await;
    let page = colleague.get(&hook).await;
    assert!(page.text().contains("nothing, until somebody switches it on"), "{}", page.text());
    assert_eq!(colleague.submit(&hook, Some("/resume"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(colleague.get(&hook).await.text().contains("what A colleague may see"));
}

/// A membership that goes on, but not as what its hook was registered by: the hook neither goes along nor stays.
#[tokio::test]
async fn a_hook_stays_with_its_organisation() {
    let (moved, stepped_down, promoted) = (
        "organisation_id = (select o.id from organisation o where o.process_id = m.process_id and o.id <> m.organisation_id
            and o.merged_into_id is null order by o.id limit 1)",
        "focal_point = false",
        "role = 'support_group'",
    );
    for change_of in [moved, stepped_down, promoted] {
        let portal = portal().await;
        let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
        let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
        change(&donor, &portal.action("example", TITLE).await, "Seized yachts").await;
        let sql =
            format!("update membership m set {change_of} from account a where a.id = m.account_id and a.email = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(DONOR)
            .execute(&mut portal.superuser().await)
            .await
            .expect("a change");
        work(&portal, &hook).await;
        assert!(receiver.came().is_empty(), "{change_of}");
        assert!(standing(&portal, &hook).await.starts_with("stopped left"), "{change_of}");
    }
}

#[tokio::test]
async fn a_paused_hook_is_told_of_nothing_and_a_removed_one_is_gone() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    let action = portal.action("example", TITLE).await;
    change(&donor, &action, "Seized yachts").await;
    assert_eq!(donor.submit(&hook, Some("/pause"), &[]).await.status, StatusCode::SEE_OTHER);
    change(&donor, &action, "Seized cars").await;
    work(&portal, &hook).await;
    assert!(receiver.came().is_empty());
    assert_eq!(waiting(&portal).await, "0");
    assert_eq!(donor.post(&format!("{hook}/pause"), &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(donor.submit(&hook, Some("/resume"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.submit(&hook, Some("/remove"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.get(&hook).await.status, StatusCode::NOT_FOUND);
    change(&donor, &action, "Seized lorries").await;
    work(&portal, &hook).await;
    assert!(receiver.came().is_empty());
    let kept = "select address || length(secret) from webhook where id::text = $1";
    assert_eq!(portal.lookup(kept, hook.rsplit('/').next().expect("an id")).await, "0");
}

async fn refused(browser: &Browser, address: &str) {
    let fields = [("name", "A receiver"), ("address", address), ("types", "action.changed")];
    let page = browser.submit("/example/webhooks", Some("/webhooks"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {}", page.text());
    assert_eq!(page.value("name").as_deref(), Some("A receiver"), "what was typed is kept");
    assert!(!page.body.contains("whsec_"));
}

#[tokio::test]
async fn hostile_addresses_and_absurd_fields_are_refused() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    for hostile in [
        "",
        "hooks.donor.example",
        "http://hooks.donor.example/",
        "http://127.0.0.1:9/",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[fd00::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.5/",
        "https://100.64.0.1/",
        "https://localhost/",
        "https://db/",
        "https://metadata.google.internal/",
        "https://hooks.donor.example:8443/",
        "https://user:word@hooks.donor.example/",
        "https://hooks.donor.example@127.0.0.1/",
        "file:///etc/passwd",
        "gopher://hooks.donor.example/",
        "javascript:alert(1)",
        "https://hooks.donor.example/\0",
    ] {
        refused(&donor, hostile).await;
    }
    refused(&donor, &format!("https://hooks.donor.example/{}", "x".repeat(3_000))).await;
    let fine = "https://hooks.donor.example/in";
    for fields in [
        vec![("name", "x"), ("address", fine)],
        vec![("name", "x"), ("address", fine), ("types", "everything")],
        vec![("name", "x"), ("address", fine), ("types", "test")],
        vec![("name", ""), ("address", fine), ("types", "action.changed")],
        vec![("name", "x"), ("address", fine), ("types", "action.changed"), ("whose", "")],
        vec![("name", "x"), ("address", fine), ("types", "action.changed"), ("whose", "nobody")],
    ] {
        // of a form whose boxes are all empty, none is sent
        let (_, mut all) = donor.get("/example/webhooks").await.form(Some("/webhooks"));
        all.retain(|(name, _)| name != "types" && fields.iter().all(|(n, _)| n != name));
        let mut pairs: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(&fields);
        let page = donor.post_raw("/example/webhooks", &pairs).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}: {}", page.text());
    }
    let long = "x".repeat(121);
    let page = donor
        .submit(
            "/example/webhooks",
            Some("/webhooks"),
            &[("name", &long), ("address", fine), ("types", "action.changed")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let markup = [("name", "<script>alert(1)</script>"), ("address", fine), ("types", "action.changed")];
    assert_eq!(donor.submit("/example/webhooks", Some("/webhooks"), &markup).await.status, StatusCode::OK);
    assert!(!donor.get("/example/webhooks").await.body.contains("<script>alert"));
    for _ in 1..10 {
        hooked(&donor, fine, &["action.changed"]).await;
    }
    let page = donor.submit("/example/webhooks", Some("/webhooks"), &markup).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("at most 10 webhooks"), "{}", page.text());
}

#[tokio::test]
async fn a_hook_is_its_own_keepers_alone() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    let acts = ["test", "pause", "resume", "secret", "remove"];
    for other in [WESTMARK, "support-group@example.example", "beneficiary-one@example.example"] {
        let browser = portal.signed_in(other).await;
        let list = browser.get("/example/webhooks").await;
        assert_eq!(list.status, StatusCode::OK, "{other}");
        assert!(!list.body.contains(&receiver.address), "{other}");
        assert_eq!(browser.get(&hook).await.status, StatusCode::NOT_FOUND, "{other}");
        for act in acts {
            assert_eq!(
                browser.post(&format!("{hook}/{act}"), &[]).await.status,
                StatusCode::NOT_FOUND,
                "{other} {act}"
            );
        }
        // nor for another's organisation
        let whose = crate::notices::membership(&portal, DONOR).await.to_string();
        let fields =
            [("name", "x"), ("address", receiver.address.as_str()), ("types", "action.changed"), ("whose", &whose)];
        assert_eq!(
            browser.post("/example/webhooks", &fields).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{other}"
        );
    }
    for other in ["chair@example.example", "lead-one@example.example", "observer@example.example"] {
        let browser = portal.signed_in(other).await;
        assert_eq!(browser.get("/example/webhooks").await.status, StatusCode::FORBIDDEN, "{other}");
        assert_eq!(browser.get(&hook).await.status, StatusCode::FORBIDDEN, "{other}");
    }
    let elsewhere = portal.signed_in("support-group@iisg.example").await;
    assert_eq!(elsewhere.get(&hook.replace("/example/", "/iisg/")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(standing(&portal, &hook).await, "active 0");
    // who is no focal point keeps none, not even that of their organisation
    sqlx::query(
        "update membership m set focal_point = false from account a where a.id = m.account_id and a.email = $1",
    )
    .bind(DONOR)
    .execute(&mut portal.superuser().await)
    .await
    .expect("a mark");
    assert_eq!(donor.get(&hook).await.status, StatusCode::FORBIDDEN);
    // the secretariat keeps its own
    let secretariat = portal.signed_in("support-group@example.example").await;
    let (own, _) = hooked(&secretariat, &receiver.address, &["action.changed"]).await;
    assert!(secretariat.get(&own).await.text().contains("Support Group secretariat"));
}

#[tokio::test]
async fn a_hook_goes_along_with_an_organisation_that_is_merged() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.changed"]).await;
    crate::merged_parties::merged(&portal, "Norland", "Westmark").await;
    for keeper in [DONOR, WESTMARK] {
        let browser = portal.signed_in(keeper).await;
        assert!(browser.get("/example/webhooks").await.body.contains(&receiver.address), "{keeper}");
        assert_eq!(browser.get(&hook).await.status, StatusCode::OK, "{keeper}");
    }
    assert_eq!(donor.post(&format!("{hook}/pause"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(standing(&portal, &hook).await, "paused 0");
}
