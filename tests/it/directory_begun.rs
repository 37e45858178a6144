//! A process that begins with nothing: the secretariat enters its pillars and those whom it serves.

use crate::directory::{SECRETARIAT, send};
use crate::harness::Portal;

#[tokio::test]
async fn an_empty_process_is_filled_by_its_secretariat() {
    let portal = Portal::start().await;
    let operator = portal.signed_in("operator@concert.example").await;
    let form = [
        ("process-name", "Norland Dialogue"),
        ("process-short-name", "ND"),
        ("process-slug", "norland-dialogue"),
        ("process-template", "empty"),
        ("secretary-name", "Ada Norr"),
        ("secretary-email", SECRETARIAT),
    ];
    assert_eq!(operator.submit("/operator/processes/new", None, &form).await.status, 303);
    let browser = portal.signed_in(SECRETARIAT).await;
    let home = browser.get("/norland-dialogue").await;
    for kind in ["pillars", "beneficiaries"] {
        assert!(home.text().contains(&format!("Enter the {kind}")), "{}", home.text());
        let page = browser.get(&format!("/norland-dialogue/{kind}")).await;
        let link = format!("a[href$='/norland-dialogue/{kind}/new']");
        assert!(page.text().contains("entered") && !page.select(&link).is_empty(), "{}", page.text());
    }

    let fields = [("key", "CT"), ("name", "Counter-terrorism"), ("about", "Terrorism, and its prevention")];
    let place = send(&browser, "/norland-dialogue/pillars/new", None, &fields).await;
    assert_eq!(place, "/norland-dialogue/pillars/CT");
    let page = browser.get(&place).await;
    assert!(page.text().contains("Counter-terrorism") && page.text().contains("added the pillar"), "{}", page.text());

    let fields = [
        ("country_code", "kx"),
        ("name", "Kestria*"),
        ("note", "* A note of its own."),
        ("former_name", "Old Kestria"),
        ("former_until", "1.2.2003"),
    ];
    let place = send(&browser, "/norland-dialogue/beneficiaries/new", None, &fields).await;
    assert_eq!(place, "/norland-dialogue/beneficiaries/KX");
    let page = browser.get(&place).await;
    for part in ["Kestria*", "* A note of its own.", "added the beneficiary"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    // it is of the process from then on: the forms offer it, and somebody can be invited for it
    let beneficiary = portal.lookup("select id::text from beneficiary where code = $1", "KX").await;
    let fields = [
        ("name", "Ines Kest"),
        ("email", "ines@kestria.example"),
        ("role", "beneficiary"),
        ("beneficiary", beneficiary.as_str()),
        ("starts_on", "24.11.2026"),
    ];
    send(&browser, "/norland-dialogue/members/invite", None, &fields).await;
    let action = browser.get("/norland-dialogue/actions/new").await;
    assert!(action.text().contains("Kestria*") && action.text().contains("Counter-terrorism"), "{}", action.text());

    assert!(!browser.get("/norland-dialogue").await.text().contains("Enter the "));

    // a name is mended, and says so
    send(&browser, "/norland-dialogue/beneficiaries/KX/edit", None, &[("name", "Kestria")]).await;
    let page = browser.get("/norland-dialogue/beneficiaries/KX").await;
    assert_eq!(page.select("h1"), ["Kestria"]);
    assert!(page.text().contains("changed the record"), "{}", page.text());
    // in another process nobody hears of it
    for path in ["/example/beneficiaries/KX", "/example/pillars/CT", &format!("/example/beneficiaries/{beneficiary}")] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_there_already_or_cannot_stand_is_refused_at_its_field() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let key = portal
        .lookup("select min(l.key) from pillar l join process p on p.id = l.process_id where p.slug = $1", "example")
        .await;
    let pillar = portal.lookup("select min(name) from pillar where key = $1", &key).await.to_uppercase();
    let small = key.to_lowercase();
    for (kind, fields, said) in [
        ("pillars", [("key", small.as_str()), ("name", "Another")], "Another pillar has this short name"),
        ("pillars", [("key", "new"), ("name", "Another")], "Use letters, digits and hyphens"),
        ("pillars", [("key", "../x"), ("name", "Another")], "Use letters, digits and hyphens"),
        ("pillars", [("key", "X1"), ("name", pillar.as_str())], "Another pillar has this name"),
        ("beneficiaries", [("country_code", "xl"), ("name", "Another")], "A beneficiary with the code XL"),
        ("beneficiaries", [("country_code", "XLL"), ("name", "Another")], "Enter two letters"),
        ("beneficiaries", [("country_code", "'"), ("name", "Another")], "Enter two letters"),
        ("beneficiaries", [("country_code", "QQ"), ("name", "lumenia")], "Another beneficiary has this name"),
    ] {
        let page = browser.submit(&format!("/example/{kind}/new"), None, &fields).await;
        assert_eq!(page.status, 422, "{fields:?}: {}", page.text());
        assert!(page.text().contains(said), "{said}: {}", page.text());
        // what was typed is kept
        for (name, value) in fields {
            assert!(page.value(name).is_some_and(|kept| kept.eq_ignore_ascii_case(value)), "{name} of {fields:?}");
        }
    }
    let made =
        "select count(*)::text from history where event in ('pillar-created', 'beneficiary-created') and $1 = ''";
    assert_eq!(portal.lookup(made, "").await, "0");
    // a row more, for browsers without scripts, saves nothing
    let page = browser
        .submit("/example/beneficiaries/new", None, &[("name", "Half"), ("country_code", "QQ"), ("add", "former_name")])
        .await;
    assert_eq!((page.status.as_u16(), page.value("name").as_deref()), (200, Some("Half")));
    assert_eq!(portal.lookup("select count(*)::text from beneficiary where code = $1", "QQ").await, "0");
}

/// Two who add the same in one moment: one is told.
#[tokio::test]
async fn the_same_is_added_once() {
    let portal = Portal::start().await;
    let (one, two) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(SECRETARIAT).await);
    for (path, fields) in [
        ("/example/beneficiaries/new", [("country_code", "QQ"), ("name", "Quenland")]),
        ("/example/pillars/new", [("key", "QQ"), ("name", "Quiet quarters")]),
    ] {
        let (a, b) = tokio::join!(one.submit(path, None, &fields), two.submit(path, None, &fields));
        let mut answers = [a.status.as_u16(), b.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 422], "{path}: {} {}", a.text(), b.text());
    }
}
