//! Organisations, beneficiaries, pillars, themes, settings: who reads, who changes, and who comes second.

use crate::harness::{Browser, Page, Portal};

pub const SECRETARIAT: &str = "support-group@example.example";
const ROLES: [&str; 6] = [
    SECRETARIAT,
    "chair@example.example",
    "lead-one@example.example",
    "beneficiary-one@example.example",
    "donor@example.example",
    "observer@example.example",
];

pub async fn organisation(portal: &Portal, slug: &str, name: &str) -> String {
    portal
        .lookup(
            "select min(o.id::text) from organisation o join process p on p.id = o.process_id where p.slug || '|' || o.name = $1",
            &format!("{slug}|{name}"),
        )
        .await
}

pub async fn theme(portal: &Portal, slug: &str) -> String {
    portal
        .lookup("select min(t.id::text) from theme t join process p on p.id = t.process_id where p.slug = $1", slug)
        .await
}

pub async fn lead(portal: &Portal, slug: &str) -> String {
    portal
        .lookup(
            "select min(l.id::text) from pillar_lead l join process p on p.id = l.process_id where p.slug = $1",
            slug,
        )
        .await
}

pub async fn count(portal: &Portal, sql: &'static str, argument: &str) -> i64 {
    portal.lookup(sql, argument).await.parse().expect("a number")
}

pub fn ok(page: &Page, at: &str) {
    assert_eq!(page.status, 200, "{at}: {}", page.text());
}

/// A form sent as it was opened, but for these fields; it must have been taken.
pub async fn send(browser: &Browser, page: &str, action: Option<&str>, fill: &[(&str, &str)]) -> String {
    let answer = browser.submit(page, action, fill).await;
    assert_eq!(answer.status, 303, "{page}: {}", answer.text());
    answer.location.expect("a place to go on to").split('?').next().expect("an address").to_owned()
}

#[tokio::test]
async fn everybody_reads_the_directory() {
    let portal = Portal::start().await;
    let norland = organisation(&portal, "example", "Norland").await;
    for email in ROLES {
        let browser = portal.signed_in(email).await;
        for (path, word) in [
            ("/example/directory", "organisations"),
            ("/example/organisations", "Norland"),
            ("/example/beneficiaries", "Upper Sevonia"),
            ("/example/beneficiaries/XE", "Kestria*"),
            ("/example/pillars", "Led by"),
            ("/example/members", "Demo account"),
            ("/example/themes", "15130"),
        ] {
            let page = browser.get(path).await;
            ok(&page, path);
            assert!(page.text().contains(word), "{email} {path}: {word}");
            assert!(!page.body.contains("[directory-"), "a text is missing on {path}");
        }
        let page = browser.get(&format!("/example/organisations/{norland}")).await;
        ok(&page, "an organisation");
        assert_eq!(page.select(".head .btn").contains(&"Edit".to_owned()), email == SECRETARIAT, "{email}");
        let allowed = [SECRETARIAT, "chair@example.example"].contains(&email);
        assert_eq!(browser.get("/example/settings").await.status == 200, allowed, "{email} and the settings");
    }
}

#[tokio::test]
async fn a_name_is_found_however_it_is_spelled() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("observer@iisg.example").await;
    for (typed, found) in [
        ("austria", "Austria"),
        ("UNODC", "United Nations Office on Drugs and Crime"),
        ("bundespolizei", "Federal Police of Germany"),
        ("europaen union", "European Union"),
        ("ЕУРОПОЛ", "European Union Agency for Law Enforcement Cooperation"),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let page = browser.get(&format!("/iisg/organisations?q={query}")).await;
        assert!(page.select("tbody th a").iter().any(|t| t == found), "{typed}: {:?}", page.select("tbody th a"));
    }
    let none = browser.get("/iisg/organisations?q=%21%21&kind=company&standing=member").await;
    assert!(none.text().contains("No matching organisations"));
    // fifty a page, in one order, each once
    let first = browser.get("/iisg/organisations").await;
    let next = first.html();
    let link = scraper::Selector::parse("a[rel=next]").expect("selector");
    let next = next.select(&link).next().and_then(|a| a.value().attr("href")).expect("a second page").to_owned();
    let second = browser.get(&next).await;
    let all: Vec<String> = [first.select("tbody th a"), second.select("tbody th a")].concat();
    assert_eq!(all.len(), 100);
    let mut sorted = all.clone();
    sorted.sort_by_key(|n| n.to_lowercase());
    sorted.dedup();
    assert_eq!(sorted.len(), 100);
    let back = second.html();
    let back = back
        .select(&scraper::Selector::parse("a[rel=prev]").expect("selector"))
        .next()
        .and_then(|a| a.value().attr("href"))
        .expect("a way back")
        .to_owned();
    assert_eq!(browser.get(&back).await.select("tbody th a"), first.select("tbody th a"));
}

#[tokio::test]
async fn only_the_secretariat_changes_the_directory() {
    let portal = Portal::start().await;
    let (norland, westmark) =
        (organisation(&portal, "example", "Norland").await, organisation(&portal, "example", "Westmark").await);
    let (theme, lead) = (theme(&portal, "example").await, lead(&portal, "example").await);
    let pillar = portal
        .lookup("select p.key from pillar p join pillar_lead l on l.pillar_id = p.id where l.id::text = $1", &lead)
        .await;
    let acts = [
        "/organisations/new".to_owned(),
        format!("/organisations/{norland}/edit"),
        format!("/organisations/{norland}/merge"),
        "/beneficiaries/new".to_owned(),
        "/beneficiaries/XE/edit".to_owned(),
        "/pillars/new".to_owned(),
        format!("/pillars/{pillar}/edit"),
        format!("/pillars/{pillar}/leads/new"),
        format!("/pillars/{pillar}/leads/{lead}"),
        "/themes/new".to_owned(),
        format!("/themes/{theme}"),
        "/settings/edit".to_owned(),
        "/members/invite".to_owned(),
    ];
    for email in &ROLES[1..] {
        let browser = portal.signed_in(email).await;
        for act in &acts {
            let path = format!("/example{act}");
            assert_eq!(browser.get(&path).await.status, 403, "{email} opens {path}");
            let sent = browser.post(&path, &[("name", "Mine now"), ("into", &westmark), ("version", "1")]).await;
            assert_eq!(sent.status, 403, "{email} sends {path}");
        }
        for act in [format!("/themes/{theme}/retire"), format!("/themes/{theme}/restore")] {
            assert_eq!(browser.post(&format!("/example{act}"), &[]).await.status, 403, "{email} {act}");
        }
    }
    let changed = count(&portal, "select count(*)::text from history where event like '%edited' and $1 = ''", "").await;
    let named = count(&portal, "select count(*)::text from organisation where name = $1", "Mine now").await;
    assert_eq!((changed, named), (0, 0));
}

#[tokio::test]
async fn what_is_edited_stands_and_its_history_says_so() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let norland = organisation(&portal, "example", "Norland").await;

    let made = send(
        &browser,
        "/example/organisations/new",
        None,
        &[
            ("name", "Office for Quiet Borders"),
            ("kind", "agency"),
            ("parent", &norland),
            ("seat", "no"),
            ("aliases", "OQB\nBüro für ruhige Grenzen"),
            ("member", "yes"),
        ],
    )
    .await;
    let page = browser.get(&made).await;
    let text = page.text();
    for part in [
        "Office for Quiet Borders",
        "Büro für ruhige Grenzen",
        "Norland",
        "NO",
        "start date not stated",
        "added the organisation",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // a very similar name again: asked, and then believed
    let fields = [("name", "Office of Quiet Borders"), ("kind", "agency")];
    let asked = browser.submit("/example/organisations/new", None, &fields).await;
    assert_eq!(asked.status, 422, "{}", asked.text());
    assert!(asked.text().contains("a very similar name"));
    let (_, again) = asked.form(None);
    let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(browser.post_raw("/example/organisations/new", &again).await.status, 303);

    // a body cannot be part of itself, at any distance
    let under = made.rsplit('/').next().expect("an id").to_owned();
    let circle = browser.submit(&format!("/example/organisations/{norland}/edit"), None, &[("parent", &under)]).await;
    assert_eq!(circle.status, 422);
    assert!(circle.text().contains("cannot be part of itself"));

    send(
        &browser,
        "/example/beneficiaries/XE/edit",
        None,
        &[("note", "* A note of its own."), ("former_name", "Old Kestria"), ("former_until", "1.2.2003")],
    )
    .await;
    let page = browser.get("/example/beneficiaries/XE").await;
    assert!(page.text().contains("* A note of its own."));
    // a former name is there for who edits and for who searches; no page and no file of today says it
    let form = browser.get("/example/beneficiaries/XE/edit").await;
    assert_eq!(form.value("former_name").as_deref(), Some("Old Kestria"));
    assert!(!page.select(".head").join(" ").contains("Old Kestria"), "{}", page.text());
    let reader = portal.signed_in("observer@example.example").await;
    for path in ["/example/beneficiaries/XE", "/example/beneficiaries", "/example/beneficiaries/XS"] {
        let text = reader.get(path).await.text();
        assert!(!text.contains("Old Kestria") && !text.contains("Sevonian Highlands"), "{path}: {text}");
    }
    let file = String::from_utf8(browser.get("/example/beneficiaries.csv").await.bytes.to_vec()).expect("a text");
    assert!(file.contains("Upper Sevonia") && !file.contains("Old Kestria") && !file.contains("Sevonian Highlands"));

    let theme = send(
        &browser,
        "/example/themes/new",
        None,
        &[("name", "Quiet borders"), ("codes", "15130 whatever it is called")],
    )
    .await;
    assert_eq!(theme, "/example/themes");
    let wrong = browser.submit("/example/themes/new", None, &[("name", "Another"), ("codes", "99999")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("99999 is not a purpose code"), "{}", wrong.text());

    send(
        &browser,
        "/example/settings/edit",
        None,
        &[("tagline", "Quiet, and together"), ("word-role-lead", "Lead partner")],
    )
    .await;
    assert!(browser.get("/example/settings").await.text().contains("Lead partner"));
    assert!(browser.get("/example/members").await.text().contains("Lead partner"), "its word stands on every page");
    let other = portal.signed_in("observer@iisg.example").await;
    assert!(!other.get("/iisg/members").await.text().contains("Lead partner"), "and in no other process");

    let lead = lead(&portal, "example").await;
    let key = portal
        .lookup("select p.key from pillar p join pillar_lead l on l.pillar_id = p.id where l.id::text = $1", &lead)
        .await;
    send(
        &browser,
        &format!("/example/pillars/{key}/leads/{lead}"),
        None,
        &[("ends_on", "2026-10-31"), ("source_url", "https://example.org/x")],
    )
    .await;
    let page = browser.get(&format!("/example/pillars/{key}")).await;
    assert!(page.text().contains("31 October 2026") && page.text().contains("changed a lead"), "{}", page.text());
    let script = browser
        .submit(&format!("/example/pillars/{key}/leads/{lead}"), None, &[("source_url", "javascript:alert(1)")])
        .await;
    assert_eq!(script.status, 422);
    assert_eq!(count(&portal, "select count(*)::text from pillar_lead where id::text = $1", &lead).await, 1);
}

#[tokio::test]
async fn who_comes_second_sees_both_and_chooses() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let path = format!("/example/organisations/{}/edit", organisation(&portal, "example", "Norland").await);
    let (_, mine) = browser.get(&path).await.form(None);
    send(&browser, &path, None, &[("note", "Theirs"), ("seat", "XQ")]).await;

    let fields: Vec<(String, String)> = mine
        .into_iter()
        .map(|(n, v)| match n.as_str() {
            "note" => (n, "Mine".to_owned()),
            "iati_identifier" => (n, "XM-MINE-1".to_owned()),
            _ => (n, v),
        })
        .collect();
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let conflict = browser.post_raw(&path, &pairs).await;
    assert_eq!(conflict.status, 409, "{}", conflict.text());
    assert_eq!(conflict.select("fieldset.conflict > legend"), ["Note"], "only what both changed is asked");
    // what they alone have changed is told apart, and nothing is to be chosen there
    assert_eq!(conflict.select("details#kept:not([open]) dt"), ["Seat"]);
    assert!(conflict.select("details#kept summary").join("").starts_with("Also changed by"), "{}", conflict.text());
    assert!(conflict.select("details#kept dd").join("").contains("XQ"));
    assert_eq!(conflict.select("input[type=radio][name=keep-seat]").len(), 0);
    assert!(conflict.text().contains("Mine") && conflict.text().contains("Theirs"));

    let (target, resend) = conflict.form(None);
    let pairs: Vec<(&str, &str)> = resend
        .iter()
        .map(|(n, v)| if n == "keep-note" { (n.as_str(), "theirs") } else { (n.as_str(), v.as_str()) })
        .collect();
    let saved = browser.post_raw(&target.expect("an address"), &pairs).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let stands = portal
        .lookup("select note || '|' || seat || '|' || iati_identifier from organisation where name = $1 and iati_identifier is not null", "Norland")
        .await;
    assert_eq!(stands, "Theirs|XQ|XM-MINE-1", "mine, theirs where chosen, and theirs where I had not touched it");
}

#[tokio::test]
async fn contact_points_are_the_partners_own() {
    let portal = Portal::start().await;
    let (own, other) =
        (organisation(&portal, "example", "Norland").await, organisation(&portal, "example", "Westmark").await);
    let member_of = portal
        .lookup("select o.name from membership m join organisation o on o.id = m.organisation_id join account a on a.id = m.account_id where a.email = $1", "donor@example.example")
        .await;
    assert_eq!(member_of, "Norland", "the demo's donor");
    let donor = portal.signed_in("donor@example.example").await;
    let page = format!("/example/organisations/{own}/contacts/new");
    send(&donor, &page, None, &[("name", "Desk <b>nine</b>"), ("email", "nine@norland.example")]).await;
    let shown = donor.get(&format!("/example/organisations/{own}")).await;
    assert!(shown.body.contains("Desk &#60;b&#62;nine") || shown.body.contains("Desk &lt;b&gt;nine"), "escaped");
    assert_eq!(donor.get(&format!("/example/organisations/{other}/contacts/new")).await.status, 403);
    assert_eq!(
        donor
            .post(&format!("/example/organisations/{other}/contacts/new"), &[("name", "x"), ("phone", "1")])
            .await
            .status,
        403
    );
    // a contact point of one organisation under the address of another is not found
    let foreign =
        portal.lookup("select min(id::text) from contact_point where organisation_id::text = $1", &other).await;
    for path in [format!("{own}/contacts/{foreign}"), format!("{own}/contacts/{foreign}/remove")] {
        assert_eq!(
            donor
                .post(&format!("/example/organisations/{path}"), &[("name", "x"), ("phone", "1"), ("version", "1")])
                .await
                .status,
            404,
            "{path}"
        );
    }
    for email in [
        "lead-one@example.example",
        "beneficiary-one@example.example",
        "observer@example.example",
        "chair@example.example",
    ] {
        assert_eq!(portal.signed_in(email).await.get(&page).await.status, 403, "{email}");
    }
}
