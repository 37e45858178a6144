//! What is said of two near actions after saving, without scripts: related, different; and taken back.

use crate::action_record::save;
use crate::harness::{Browser, Page, Portal};
use crate::notices::run;
use crate::overlaps::{FIT, SECRETARIAT, opened, scored, statements};
use crate::routes_real::everything;
use axum::http::StatusCode;
use concert::kernel::job::Task;

const DONOR: &str = "donor@example.example";
const HIDDEN: &str = "Asset tracing beyond the region: casework support";

/// Enters an action with the title of one that is there already, as a browser without scripts does; answers the address of what
/// is near it, to which saving leads.
async fn entered_again(donor: &Browser) -> String {
    let saved =
        save(donor, "/example/actions/new", &[("title", FIT), ("pillars", "ns"), ("beneficiaries", "ns")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let to = saved.location.expect("an address");
    assert!(to.contains("/near?done=action-created"), "{to}");
    to.split('?').next().expect("a path").to_owned()
}

/// Whether the page asks what its action is to this one.
fn asks(page: &Page, other: &str) -> bool {
    !page.select(&format!("form[action$='/near'] input[name='other'][value='{other}']")).is_empty()
}

async fn say(browser: &Browser, near: &str, other: &str, what: &str) -> Page {
    browser.post(near, &[("other", other), ("say", what)]).await
}

/// Remarks that stand on the question of two actions.
async fn remarks(portal: &Portal, near: &str, other: &str) -> String {
    let own = near.split('/').nth(3).expect("an id");
    let both = if own < other { format!("{own} {other}") } else { format!("{other} {own}") };
    portal
        .lookup(
            "select string_agg(r.text, '|') from overlap_remark r join overlap_case c on c.process_id = r.process_id and c.id = r.case_id
                where c.first_id::text || ' ' || c.second_id::text = $1 and r.withdrawn_at is null",
            &both,
        )
        .await
}

#[tokio::test]
async fn after_saving_what_is_near_is_said_to_be_different_and_not_asked_about_again() {
    let portal = scored().await;
    let donor = portal.signed_in(DONOR).await;
    let fit = portal.action("example", FIT).await;
    let near = entered_again(&donor).await;
    let page = opened(&donor, &near).await;
    assert!(asks(&page, &fit), "{}", page.text());
    for words in ["This is the same: open it", "Related: link it", "Different: go on"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let sent = say(&donor, &near, &fit, "different").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let to = sent.location.expect("an address");
    assert_eq!(to, format!("{near}?done=overlap-said-different"));
    let page = opened(&donor, &to).await;
    assert!(page.text().contains("Noted: the two are different"), "{}", page.text());
    assert!(page.text().contains("You said on") && !asks(&page, &fit), "{}", page.text());
    assert!(statements(&page) <= 8);
    assert_eq!(remarks(&portal, &near, &fit).await, "Said to be different.");
    // those who decide are told, and read it on the question
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let notices = opened(&secretariat, "/example/notices").await;
    assert!(notices.text().contains("asks a coordination question"), "{}", notices.text());

    // said once more it is one remark, and the job that holds all against all does not ask again
    say(&donor, &near, &fit, "different").await;
    assert_eq!(remarks(&portal, &near, &fit).await, "Said to be different.");
    run(&portal, Task::Overlaps).await.expect("the job");
    assert!(!asks(&opened(&donor, &near).await, &fit));
    // others are asked still: it is what one side says, and no decision
    assert!(asks(&opened(&secretariat, &near).await, &fit));

    // once one of the two changes in what matters, it is asked again
    let edit = near.replace("/near", "/edit");
    let changed = save(&donor, &edit, &[("description", "Financial investigators are trained in pairs.")]).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    run(&portal, Task::Overlaps).await.expect("the job");
    assert!(asks(&opened(&donor, &near).await, &fit), "what was said of it before it changed still stands");
}

#[tokio::test]
async fn what_was_said_is_taken_back_where_it_was_said() {
    let portal = scored().await;
    let donor = portal.signed_in(DONOR).await;
    let fit = portal.action("example", FIT).await;
    let near = entered_again(&donor).await;
    say(&donor, &near, &fit, "related").await;
    assert_eq!(remarks(&portal, &near, &fit).await, "Said to be related.");
    let back = donor.submit(&near, Some("/withdraw"), &[]).await;
    assert_eq!(back.location, Some(format!("{near}?done=overlap-remark-withdrawn")), "{}", back.text());
    assert_eq!(remarks(&portal, &near, &fit).await, "");
    let page = opened(&donor, &near).await;
    assert!(asks(&page, &fit) && !page.text().contains("You said on"), "{}", page.text());
    // where it leads back to is an action of this process, and nothing else
    say(&donor, &near, &fit, "different").await;
    let sent = donor.submit(&near, Some("/withdraw"), &[("near", "//elsewhere.example")]).await;
    let to = sent.location.expect("an address");
    assert!(to.starts_with("/example/overlaps/"), "{to}");
}

#[tokio::test]
async fn what_the_form_said_is_not_asked_again_after_saving() {
    let portal = scored().await;
    let donor = portal.signed_in(DONOR).await;
    let fit = portal.action("example", FIT).await;
    let name = format!("near-{fit}");
    let change = [("title", FIT), ("pillars", "ns"), ("beneficiaries", "ns"), (name.as_str(), "different")];
    let saved = save(&donor, "/example/actions/new", &change).await;
    let to = saved.location.expect("an address");
    let near = format!("{}/near", to.split('?').next().expect("a path").trim_end_matches("/near"));
    let page = opened(&donor, &near).await;
    assert!(page.text().contains("You said on") && !asks(&page, &fit), "{}", page.text());
    assert_eq!(remarks(&portal, &near, &fit).await, "Said to be different when it was entered.");
}

#[tokio::test]
async fn whoever_would_be_refused_is_not_invited_to_ask() {
    let portal = scored().await;
    let flows = portal.action("example", "From illicit financial flows to recovered assets").await;
    // of another pillar than the action and all that is near it
    let lead = portal.signed_in("lead-one@example.example").await;
    let page = opened(&lead, &format!("/example/actions/{flows}/near")).await;
    assert!(!page.select(".near > li").is_empty(), "{}", page.text());
    assert!(page.select(".near a[href*='/overlaps/report']").is_empty(), "{}", page.text());
    assert!(statements(&page) <= 8, "{} statements", statements(&page));
}

#[tokio::test]
async fn of_what_one_does_not_see_or_is_not_concerned_by_nothing_is_said() {
    let portal = scored().await;
    let donor = portal.signed_in(DONOR).await;
    let fit = portal.action("example", FIT).await;
    let near = format!("/example/actions/{fit}/near");
    let hidden = portal.action("example", HIDDEN).await;
    let foreign = portal
        .lookup("select min(a.id::text) from action a join process p on p.id = a.process_id where p.slug = $1", "iisg")
        .await;
    let others = portal
        .lookup(
            "select c.first_id::text || ' ' || c.second_id::text from overlap_case c join process p on p.id = c.process_id
                where p.slug = 'example' and c.plain and not exists (select from membership m join account a on a.id = m.account_id
                    where m.process_id = c.process_id and a.email = $1 and m.organisation_id = any (c.organisations))
                order by 1 limit 1",
            DONOR,
        )
        .await;
    let (first, second) = others.split_once(' ').expect("a question that does not concern the donor");
    let boats = portal.action("example", "Patrol boats for the coast of Tarvis").await;
    let before = everything(&portal).await;
    let nowhere = "01990000-0000-7000-8000-000000000000";
    for other in [hidden.as_str(), foreign.as_str(), nowhere, fit.as_str(), "", "'; --", "//x"] {
        for what in ["different", "related", "x"] {
            let page = say(&donor, &near, other, what).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{other} {what}: {}", page.text());
            assert!(!page.text().contains(HIDDEN), "{}", page.text());
        }
    }
    for id in [hidden.as_str(), foreign.as_str(), nowhere, "x"] {
        let page = say(&donor, &format!("/example/actions/{id}/near"), &fit, "different").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
    }
    for what in ["", "same", "DIFFERENT", "<b>"] {
        assert_eq!(say(&donor, &near, &boats, what).await.status, StatusCode::BAD_REQUEST, "{what}");
    }
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(say(&observer, &near, &boats, "different").await.status, StatusCode::FORBIDDEN);
    assert!(opened(&observer, &near).await.select("form[action$='/near']").is_empty());
    // two actions of others: they are seen, and theirs to speak of
    let theirs = format!("/example/actions/{first}/near");
    assert_eq!(say(&donor, &theirs, second, "different").await.status, StatusCode::FORBIDDEN);
    assert!(opened(&donor, &theirs).await.select("form[action$='/near']").is_empty());
    // what is not near is no question
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let far = say(&secretariat, &near, &boats, "different").await;
    assert_eq!(far.location, Some(format!("{near}?done=overlap-said-far")), "{}", far.text());
    assert_eq!(everything(&portal).await, before);
}
