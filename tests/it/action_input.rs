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

/// An action that can be edited, with a title of its own.
async fn new_action(donor: &crate::harness::Browser, title: &str) -> String {
    let page =
        save(donor, "/example/actions/new", &[("title", title), ("pillars", "ns"), ("beneficiaries", "ns")]).await;
    let location = page.location.clone().unwrap_or_else(|| panic!("{}", page.text()));
    location.split(['/', '?']).find(|part| part.len() == 36).expect("an id").to_owned()
}

#[tokio::test]
async fn nothing_becomes_a_part_of_its_own_part() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let mut ids = Vec::new();
    for title in ["Ring one", "Ring two", "Ring three"] {
        ids.push(new_action(&donor, title).await);
    }
    let edit = |id: &str| format!("/example/actions/{id}/edit");
    for (part, whole) in [(0, "Ring two"), (1, "Ring three")] {
        let saved = save(&donor, &edit(&ids[part]), &[("parent", whole)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    }
    for (part, whole) in [(2, "Ring one"), (2, "Ring two"), (1, "Ring one")] {
        let refused = save(&donor, &edit(&ids[part]), &[("parent", whole)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{whole}");
        assert!(refused.select("#parent-error").concat().contains("itself a part of this one"), "{}", refused.text());
        assert_eq!(refused.value("parent").as_deref(), Some(whole));
    }
    // a suggestion of it is refused alike
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let suggested =
        save(&beneficiary, &format!("/example/actions/{}/suggest", ids[2]), &[("parent", "Ring one")]).await;
    assert_eq!(suggested.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(suggested.select("#parent-error").concat().contains("itself a part of this one"));
    // whatever does not ask is refused by the database
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(portal.lookup("select id::text from process where slug = $1", "example").await)
        .execute(&mut app)
        .await
        .expect("a setting");
    for sql in [
        "update action set parent_id = $2::uuid where id = $1::uuid",
        "update organisation set parent_id = case when id = $1::uuid then $2::uuid else $1::uuid end where id in ($1::uuid, $2::uuid)",
    ] {
        let (a, b) = match sql.contains("organisation") {
            false => (ids[2].clone(), ids[0].clone()),
            true => {
                let of =
                    async |name| portal.lookup("select min(id::text) from organisation where name = $1", name).await;
                (of("Norland").await, of("Westmark").await)
            }
        };
        let refused = sqlx::query(sql).bind(&a).bind(&b).execute(&mut app).await.expect_err("a ring");
        assert!(refused.to_string().contains("part of its own part"), "{refused}");
    }
}

/// A part of B and B part of A, saved at the same moment: one of them is refused.
#[tokio::test]
async fn two_saves_at_once_close_no_ring() {
    let portal = Portal::with(|c| c.connections = 8).await;
    let donor = portal.signed_in("donor@example.example").await;
    let (a, b) = (new_action(&donor, "Ring A").await, new_action(&donor, "Ring B").await);
    let forms = [(&a, "Ring B"), (&b, "Ring A")];
    let mut sent = Vec::new();
    for (id, whole) in forms {
        let path = format!("/example/actions/{id}/edit");
        sent.push((path.clone(), filled(&donor, &path, &[("parent", whole)]).await));
    }
    let pages = futures::future::join_all(sent.iter().map(|(path, fields)| send(&donor, path, fields))).await;
    let mut answers: Vec<u16> = pages.iter().map(|p| p.status.as_u16()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [303, 422], "{}", pages[0].text());
    let parents = portal.lookup("select count(parent_id)::text from action where title like $1 || '%'", "Ring ").await;
    assert_eq!(parents, "1");
}

/// 31 September: refused with the reason, and one button puts it right, with scripts or without.
#[tokio::test]
async fn a_day_that_does_not_exist_is_put_right_by_a_button() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let refused = save(&donor, &path, &[("planned_end", "31 September 2031"), ("reference", "typed")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.select("#planned_end-error").concat().contains("Did you mean 30 September 2031?"));
    assert_eq!(refused.select("button[name=use]"), ["Use 30 September 2031 and go on"]);
    let button = {
        let html = refused.html();
        let button = scraper::Selector::parse("button[name=use]").expect("a selector");
        html.select(&button).next().and_then(|b| b.value().attr("value")).expect("a value").to_owned()
    };
    let saved = send(&donor, &path, &with(refused, &[("use", &button)])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(column(&portal, "ends", &id).await, "2031-09-30");
    // a list's filter is told, and has no such button
    let list = donor.get("/example/actions?ends_from=31+September+2031").await;
    assert!(list.select("button[name=use]").is_empty());
}
