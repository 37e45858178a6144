//! What comes into an action's form that should not, and the larger action that is found by what was typed.

use crate::action_record::{TITLE, column, filled, save, send, with};
use crate::harness::Portal;
use axum::http::{Method, StatusCode};

#[tokio::test]
async fn hostile_input_stays_text() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let change =
        [("title", script), ("description", script), ("reference", script), ("source_note", script), ("why", script)];
    assert_eq!(save(&donor, &path, &change).await.status, StatusCode::SEE_OTHER);
    for path in [format!("/example/actions/{id}"), path.clone()] {
        let page = donor.get(&path).await;
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}");
        assert!(page.body.contains("&#60;script&#62;") || page.body.contains("&lt;script&gt;"), "{path}");
    }
    // control characters go, a null character is told
    let page = save(&donor, &path, &[("title", "Bell\u{7} and\u{1b} escape")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert_eq!(column(&portal, "title", &id).await, "Bell and escape");
    for name in ["title", "description", "reference", "party", "c_note", "parent", "why", "stated_total", "planned_end"]
    {
        let page = save(&donor, &path, &[(name, "a\0b")]).await;
        assert!(
            page.status.is_redirection() || page.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{name}: {}",
            page.status
        );
    }
    let long = "x ".repeat(400_000);
    let page = save(&donor, &path, &[("description", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("at most 20000 characters"));
    let page = save(&donor, &path, &[("description", &"x".repeat(1_100_000))]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    for name in [
        "party",
        "parent",
        "reporting",
        "stated_total",
        "planned_end",
        "c_amount",
        "base",
        "version",
        "share-x",
        "keep-title",
    ] {
        let page = save(&donor, &path, &[(name, &"й".repeat(100_000))]).await;
        assert!(!page.status.is_server_error(), "{name}: {}", page.status);
    }
    // a form without its token, and one of another browser
    assert_eq!(donor.post_raw(&path, &[("title", "x")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(donor.send(Method::POST, &path, Some("text/plain"), "title=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn ids_of_another_process_lead_nowhere() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let own = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{own}/edit");
    let other = |sql: &'static str| portal.lookup(sql, "iisg");
    let foreign = [
        other("select x.id::text from action x join process p on p.id = x.process_id where p.slug = $1 limit 1").await,
        other("select x.id::text from organisation x join process p on p.id = x.process_id where p.slug = $1 limit 1")
            .await,
        other("select x.id::text from pillar x join process p on p.id = x.process_id where p.slug = $1 limit 1").await,
        other("select x.id::text from beneficiary x join process p on p.id = x.process_id where p.slug = $1 limit 1")
            .await,
        other("select x.id::text from theme x join process p on p.id = x.process_id where p.slug = $1 limit 1").await,
        other("select p.id::text from process p where p.slug = $1 limit 1").await,
    ];
    for id in &foreign {
        for rest in ["", "/edit", "/suggest"] {
            assert_eq!(donor.get(&format!("/example/actions/{id}{rest}")).await.status, StatusCode::NOT_FOUND);
        }
        for name in [
            "reporting",
            "pillars",
            "beneficiaries",
            "themes",
            "party",
            "c_provider",
            "c_receiver",
            "parent",
            "parent_choice",
            "disclosure",
            "status",
            "handling",
        ] {
            let mut fields =
                filled(&donor, &path, &[("title", "Unchanged?"), ("c_amount", "5"), ("c_currency", "EUR")]).await;
            fields.retain(|(n, _)| n != name);
            fields.push((name.to_owned(), id.clone()));
            if name == "parent_choice" {
                fields.retain(|(n, _)| n != "parent");
                fields.push(("parent".to_owned(), "no such title".to_owned()));
            }
            let page = send(&donor, &path, &fields).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} = {id}: {}", page.text());
        }
        let mut fields = filled(&donor, &path, &[]).await;
        for name in ["process_id", "id", "account_id", "c_id", "draft", "back", "share-x"] {
            fields.push((name.to_owned(), id.clone()));
        }
        let page = send(&donor, &path, &fields).await;
        assert!(!page.status.is_server_error());
    }
    let leaked = portal
        .lookup("select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.updated_by_id is not null", "iisg")
        .await;
    assert_eq!(leaked, "0");
    // their member at our address, signed in elsewhere
    let stranger = portal.signed_in("eu@iisg.example").await;
    assert_eq!(stranger.get(&format!("/example/actions/{own}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_parent_is_found_by_title_or_address_or_kept_in_words() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let (own, larger) =
        (portal.action("example", TITLE).await, portal.action("example", "New crossing at Kalmar Bridge").await);
    let path = format!("/example/actions/{own}/edit");
    let parent =
        || portal.lookup("select coalesce(parent_id::text, parent_text, '-') from action where id::text = $1", &own);
    for typed in
        [format!("http://concert.test/example/actions/{larger}?done=x"), "new crossing at KALMAR bridge".to_owned()]
    {
        assert_eq!(save(&donor, &path, &[("parent", &typed)]).await.status, StatusCode::SEE_OTHER, "{typed}");
        assert_eq!(parent().await, larger, "{typed}");
        assert!(donor.get(&format!("/example/actions/{larger}")).await.text().contains("Strengthening asset recovery"));
        save(&donor, &path, &[("parent", "")]).await;
        assert_eq!(parent().await, "-");
    }
    let page = save(&donor, &path, &[("parent", "Kalmar")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.text().contains("Which one is meant?")
            && page.text().contains("New crossing at Kalmar Bridge: customs hall"),
        "{}",
        page.text()
    );
    assert_eq!(send(&donor, &path, &with(page, &[("parent_choice", &larger)])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(parent().await, larger);
    let page = save(&donor, &path, &[("parent", "A programme that is not here")]).await;
    assert_eq!(send(&donor, &path, &with(page, &[("parent_choice", "words")])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(parent().await, "A programme that is not here");
    // never part of itself
    assert_eq!(save(&donor, &path, &[("parent", &own)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
