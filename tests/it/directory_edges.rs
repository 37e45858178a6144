//! Proposals, what is of another process, hostile input.

use crate::directory::{SECRETARIAT, count, lead, ok, organisation, send, theme};
use crate::harness::Portal;

#[tokio::test]
async fn a_proposal_is_accepted_or_declined_and_seen_by_its_own() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let sent = send(
        &donor,
        "/example/organisations/propose",
        None,
        &[("name", "Harbour Watch"), ("kind", "ngo"), ("why", "A new implementer")],
    )
    .await;
    assert!(donor.get(&sent).await.text().contains("Harbour Watch"));
    for email in ["second-donor@example.example", "beneficiary-one@example.example"] {
        let other = portal.signed_in(email).await;
        assert_eq!(other.get(&sent).await.status, 404, "{email}");
        assert_eq!(other.post(&format!("{sent}/withdraw"), &[]).await.status, 404, "{email}");
        assert_eq!(other.post(&format!("{sent}/accept"), &[]).await.status, 403, "{email}");
    }
    assert_eq!(
        portal.signed_in("observer@example.example").await.get("/example/organisations/propose").await.status,
        403
    );
    let made = send(&secretariat, &sent, Some("/accept"), &[("kind", "foundation")]).await;
    let page = secretariat.get(&made).await;
    assert!(
        page.text().contains("Harbour Watch") && page.text().contains("Foundation"),
        "with the secretariat's change"
    );
    assert_eq!(secretariat.post(&format!("{sent}/decline"), &[]).await.status, 409, "decided once");

    let westmark = organisation(&portal, "example", "Westmark").await;
    let page = format!("/example/organisations/propose?organisation={westmark}");
    let same = donor.submit(&page, None, &[]).await;
    assert_eq!(same.status, 422, "nothing differs");
    let sent = send(&donor, &page, None, &[("iati_identifier", "WM-1")]).await;
    send(&secretariat, &sent, Some("/decline"), &[("answer", "It is another body's.")]).await;
    assert!(donor.get(&sent).await.text().contains("It is another body's."));
    assert!(!secretariat.get(&format!("/example/organisations/{westmark}")).await.text().contains("WM-1"));
    let mine = send(&donor, "/example/organisations/propose", None, &[("name", "Not yet"), ("kind", "ngo")]).await;
    send(&donor, &mine, Some("/withdraw"), &[]).await;
    assert!(donor.get(&mine).await.text().contains("Withdrawn"));
}

#[tokio::test]
async fn what_is_of_another_process_is_not_found() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let austria = organisation(&portal, "iisg", "Austria").await;
    let norland = organisation(&portal, "example", "Norland").await;
    let theme = theme(&portal, "iisg").await;
    let lead = lead(&portal, "iisg").await;
    let member = portal
        .lookup(
            "select m.id::text from membership m join account a on a.id = m.account_id where a.email = $1",
            "austria@iisg.example",
        )
        .await;
    let pillar = portal.lookup("select id::text from pillar where key = $1", "WBCTi").await;
    let albania = portal.lookup("select id::text from beneficiary where code = $1", "AL").await;
    for path in [
        format!("/organisations/{austria}"),
        format!("/organisations/{austria}/edit"),
        format!("/organisations/{austria}/merge"),
        format!("/organisations/{norland}/merge?into={austria}"),
        format!("/organisations/{austria}/contacts/new"),
        format!("/organisations/propose?organisation={austria}"),
        "/beneficiaries/AL".into(),
        format!("/beneficiaries/{albania}/edit"),
        "/pillars/WBCTi".into(),
        format!("/pillars/{pillar}"),
        format!("/pillars/PREVENT/leads/{lead}"),
        format!("/themes/{theme}"),
        format!("/members/{member}"),
        format!("/members/{member}/edit"),
        format!("/members/{member}/end"),
        format!("/members/invite?after={member}"),
        "/organisations/1%27%20or%201=1".into(),
        "/members/..%2f..".into(),
    ] {
        let page = browser.get(&format!("/example{path}")).await;
        assert_eq!(page.status, 404, "{path}: {}", page.text());
    }
    // named in a form: refused at its field, and nothing stored
    let form = [("name", "Bridge"), ("kind", "agency"), ("parent", austria.as_str())];
    assert_eq!(browser.submit("/example/organisations/new", None, &form).await.status, 422);
    let form = [
        ("name", "Eve"),
        ("email", "eve@example.example"),
        ("role", "partner"),
        ("organisation", austria.as_str()),
        ("process_id", "1"),
    ];
    assert_eq!(browser.submit("/example/members/invite", None, &form).await.status, 422);
    let form = [("name", "Eve"), ("email", "eve@example.example"), ("role", "lead"), ("pillars", pillar.as_str())];
    assert_eq!(browser.submit("/example/members/invite", None, &form).await.status, 422);
    assert_eq!(
        browser
            .submit(
                "/example/pillars/PREVENT/leads/new",
                None,
                &[("organisation", &austria), ("starts_on", "2026-01-01")]
            )
            .await
            .status,
        422
    );
    let form = [("into", austria.as_str()), ("goes_version", "1"), ("stays_version", "1")];
    assert_eq!(browser.post(&format!("/example/organisations/{norland}/merge"), &form).await.status, 404);
    assert!(!browser.get("/example/organisations?q=austria").await.text().contains("Austria"));
    let eve = count(&portal, "select count(*)::text from membership where name = $1", "Eve").await;
    assert_eq!(eve, 0);
}

#[tokio::test]
async fn hostile_input_is_taken_as_text_or_refused() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let evil = "<script>alert(1)</script>\"'&{{7*7}}";
    let made = send(
        &browser,
        "/example/organisations/new",
        None,
        &[("name", evil), ("kind", "other"), ("aliases", evil), ("note", evil)],
    )
    .await;
    for path in [
        made.as_str(),
        "/example/organisations",
        "/example/organisations?q=%3Cscript%3E&kind=%22%3E",
        "/example/members?role=%3Cscript%3E&organisation=%00&after=x",
    ] {
        let page = browser.get(path).await;
        ok(&page, path);
        assert!(!page.body.contains("<script>alert"), "{path}");
    }
    let long = "x".repeat(3000);
    for (name, value) in [
        ("name", ""),
        ("name", long.as_str()),
        ("name", "a\0b"),
        ("kind", "'; drop table organisation"),
        ("seat", "<>"),
        ("member_from", "31.9.2026"),
        ("parent", "not-an-id"),
    ] {
        let mut fine = vec![("kind", "other"), ("name", "Fine")];
        fine.retain(|(n, _)| *n != name);
        fine.push((name, value));
        let page = browser.submit("/example/organisations/new", None, &fine).await;
        assert_eq!(page.status, 422, "{name}={value:.20}");
        assert!(!page.select(".error").is_empty(), "{name}: the error stands at its field");
    }
    let kept = browser
        .submit(
            "/example/organisations/new",
            None,
            &[("name", "Kept as typed"), ("kind", "other"), ("member_from", "31.9.2026")],
        )
        .await;
    assert_eq!(kept.value("name").as_deref(), Some("Kept as typed"));
    assert_eq!(kept.value("member_from").as_deref(), Some("31.9.2026"));
    assert_eq!(count(&portal, "select count(*)::text from organisation where name = $1", "Kept as typed").await, 0);
}

#[tokio::test]
async fn a_list_that_a_filter_has_emptied_says_how_to_go_on() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    for (browser, path, all, add) in [
        (&donor, "/example/organisations?q=zzyzx", "/example/organisations", Some("/example/organisations/propose")),
        (&secretariat, "/example/organisations?q=zzyzx", "/example/organisations", Some("/example/organisations/new")),
        (&secretariat, "/example/members?state=declined", "/example/members", None),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        let links = scraper::Selector::parse(".empty a.btn").expect("selector");
        let html = page.html();
        let ways: Vec<&str> = html.select(&links).filter_map(|a| a.value().attr("href")).collect();
        assert_eq!(ways, [Some(all), add].into_iter().flatten().collect::<Vec<_>>(), "{path}");
    }
    // that nothing was noted at all is said where no filter hides what was
    assert_eq!(secretariat.get("/example/actions.csv").await.status, 200);
    let log = secretariat.get("/example/access-log?kind=read").await;
    assert_eq!(log.select(".empty h2"), ["No matching entries"], "{}", log.text());
    assert!(secretariat.get("/example/access-log").await.select(".empty").is_empty());
}
