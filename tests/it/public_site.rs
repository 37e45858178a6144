//! What everyone may see of a process, and how they ask for more.

use crate::action_list::{href, ids, titles};
use crate::harness::Portal;
use axum::http::StatusCode;

#[tokio::test]
async fn the_home_says_what_it_is_and_its_figures_open_what_they_count() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let home = visitor.get("/example/public").await;
    assert_eq!(home.status, StatusCode::OK);
    for said in ["CRIME", "Arvania", "Kestria*", "By pillar", "By beneficiary", "By status"] {
        assert!(home.text().contains(said), "{said}");
    }
    assert!(!home.text().contains("EUR") && !home.text().contains("By donor"));
    let rows = scraper::Selector::parse("table.bars tr").expect("a selector");
    let link = scraper::Selector::parse("a").expect("a selector");
    let number = scraper::Selector::parse("td.num").expect("a selector");
    let figures: Vec<(String, usize)> = home
        .html()
        .select(&rows)
        .filter_map(|row| {
            let to = row.select(&link).next()?.value().attr("href")?.to_owned();
            let n = row.select(&number).next()?.text().collect::<String>().trim().parse().ok()?;
            Some((to, n))
        })
        .collect();
    assert!(figures.len() > 8, "{figures:?}");
    for (to, n) in figures {
        let mut page = visitor.get(&to).await;
        let mut found = ids(&page).len();
        while let Some(next) = href(&page, "a[rel=next]") {
            page = visitor.get(&next).await;
            found += ids(&page).len();
        }
        assert_eq!(found, n, "{to}");
    }
    // one that has no lead says so
    let iisg = visitor.get("/iisg/public").await;
    assert_eq!(iisg.status, StatusCode::OK);
    assert!(iisg.text().contains("Kosovo*"));
    assert_eq!(visitor.get("/nowhere/public").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn cards_are_of_public_actions_alone_and_hold_nothing_that_is_for_members() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let shown = visitor.get("/example/public/actions").await;
    assert_eq!(shown.status, StatusCode::OK);
    let count = portal
        .lookup(
            "select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.handling = 'public'
                and a.claim = 'confirmed' and a.merged_into_id is null",
            "example",
        )
        .await;
    assert!(shown.text().contains(&format!("of {count} actions")), "{}", shown.text());
    for query in [
        "handling=members",
        "handling=restricted",
        "claim=unconfirmed",
        "claim=declined",
        "sort=-total",
        "min=1&currency=EUR",
        "fresh=never",
        "missing=any",
    ] {
        let page = visitor.get(&format!("/example/public/actions?{query}")).await;
        assert_eq!(ids(&page), ids(&shown), "{query} is no filter of the public");
    }
    let id = portal.action("example", "Strengthening asset recovery").await;
    let card = visitor.get(&format!("/example/public/actions/{id}")).await;
    assert_eq!(card.status, StatusCode::OK);
    for said in ["Strengthening asset recovery", "Norland", "Arvania", "CRIME", "2027"] {
        assert!(card.text().contains(said), "{said}");
    }
    for kept in ["4,800,000", "4.8", "EUR", "shared manual"] {
        assert!(!card.text().contains(kept), "the card tells {kept}");
    }
    for (title, why) in [
        ("From illicit financial flows", "members"),
        ("Witness protection units", "parties"),
        ("Protection of financial investigators", "restricted"),
        ("Reintegration after release: municipal", "unconfirmed"),
        ("Hotline for parents", "declined"),
    ] {
        let id = portal.action("example", title).await;
        assert_eq!(visitor.get(&format!("/example/public/actions/{id}")).await.status, StatusCode::NOT_FOUND, "{why}");
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", title).finish();
        let page = visitor.get(&format!("/example/public/actions?{query}")).await;
        assert!(!titles(&page).iter().any(|t| t.starts_with(title)), "{why} is found");
    }
    for path in ["/example/public/actions/1", "/iisg/public/actions/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // of another process
    assert_eq!(visitor.get(&format!("/iisg/public/actions/{id}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_public_list_is_carried_away_as_it_is_shown() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let rows = async |query: &str| {
        let file = visitor.get(&format!("/example/public/actions.csv{query}")).await;
        assert_eq!(file.status, StatusCode::OK, "{query}");
        let text = file.body.strip_prefix('\u{feff}').expect("the mark of UTF-8").to_owned();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect::<Vec<Vec<String>>>()
    };
    let all = rows("").await;
    let count = "select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.handling = 'public'
        and a.claim = 'confirmed' and a.merged_into_id is null";
    assert_eq!(all.len().to_string(), portal.lookup(count, "example").await);
    let asset = all.iter().find(|r| r[0].starts_with("Strengthening asset recovery")).expect("a row").join("|");
    let id = portal.action("example", "Strengthening asset recovery").await;
    for said in ["Norland", "Arvania", "CRIME", "2027", &format!("/example/public/actions/{id}")] {
        assert!(asset.contains(said), "{said}: {asset}");
    }
    for kept in ["4800000", "4.8", "EUR", "shared manual"] {
        assert!(!asset.contains(kept), "the file tells {kept}");
    }
    // the page's links carry its filters, and the file holds what the page shows: no filter of members widens either
    let query = "?pillar=CRIME&status=ongoing&handling=restricted&claim=declined&q=asset";
    let page = visitor.get(&format!("/example/public/actions{query}")).await;
    let link = href(&page, "ul.exports a[href*='.csv']").expect("a link");
    assert!(link.starts_with("/example/public/actions.csv?") && !link.contains("handling"), "{link}");
    let narrowed = link.split_once('?').expect("filters").1;
    let found: Vec<String> = rows(&format!("?{narrowed}")).await.into_iter().map(|r| r[0].clone()).collect();
    assert!(!found.is_empty());
    assert_eq!(found, titles(&page));
    assert_eq!(rows(query).await.len(), found.len(), "no filter of members widens it");
    // names with a note bear it, and the book says of which day it is
    let iisg = visitor.get("/iisg/public/actions.csv").await.body;
    assert!(iisg.contains("Kosovo*") && iisg.contains("* "), "{iisg}");
    let book = visitor.get("/iisg/public/actions.xlsx").await;
    assert_eq!(book.status, StatusCode::OK);
    let book = crate::files::parts(&book);
    assert!(book.contains("What is published, as of 24 November 2026") && book.contains("Kosovo*"));
    // a title is never a formula
    sqlx::query("update action set title = '=HYPERLINK(1)' where id::text = $1")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("renamed");
    let hostile = rows("").await.into_iter().find(|r| r[9].ends_with(&id)).expect("a row");
    assert_eq!(hostile[0], "'=HYPERLINK(1)");
    for query in ["?q=%00", "?pillar=x", "?q=%27", "?after=1", "?status=x&beneficiary=y", "?at=-1"] {
        assert_eq!(
            visitor.get(&format!("/example/public/actions.xlsx{query}")).await.status,
            StatusCode::OK,
            "{query}"
        );
    }
    // a process that is not public has no such file
    assert_eq!(visitor.get("/nowhere/public/actions.csv").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_public_search_looks_where_the_public_may_look() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let search = async |words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        titles(&visitor.get(&format!("/example/public/actions?{query}")).await)
    };
    for words in ["asset recovery", "norland asset", "asset recovry", "SAFE"] {
        assert!(!search(words).await.is_empty(), "{words}");
    }
    // words of a description that stand in no title and no name
    for words in ["shared manual", "advisers and training"] {
        assert!(search(words).await.is_empty(), "the description is searched: {words}");
    }
    let iisg = visitor.get("/iisg/public/actions?q=trafficking").await;
    assert!(!titles(&iisg).is_empty());
    for query in ["q=%00", "pillar=x", "q=%27", "after=1", "status=x&beneficiary=y", "at=-1"] {
        assert_eq!(visitor.get(&format!("/example/public/actions?{query}")).await.status, StatusCode::OK, "{query}");
    }
    // what could not be used is named as it stands on the page, not as in the address
    let page = visitor.get("/example/public/actions?q=%00&status=x&pillar=x").await;
    let told = page.select(".flash.warn li").join("|");
    for name in ["Search: ", "Status: ", "Pillar: "] {
        assert!(told.contains(name), "{told}");
    }
    assert!(!told.contains("q:") && !told.contains("status:"), "{told}");
}

#[tokio::test]
async fn the_source_of_a_card_is_a_link_that_tells_nothing() {
    let portal = Portal::start().await;
    let id = portal.lookup(
        "select min(a.id::text) from action a join process p on p.id = a.process_id where p.slug = $1 and a.source_url like 'http%' and a.handling = 'public'",
        "iisg",
    ).await;
    let card = portal.visitor().get(&format!("/iisg/public/actions/{id}")).await;
    assert!(card.body.contains("rel=\"noopener noreferrer\""), "{}", card.text());
    sqlx::query("update action set source_url = 'javascript:alert(1)' where id::text = $1")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("an update");
    let card = portal.visitor().get(&format!("/iisg/public/actions/{id}")).await;
    assert!(!card.body.contains("javascript:"));
}

const ASKING: [(&str, &str); 5] = [
    ("person", "2026-12-08"),
    ("new_member", "2026-12-24"),
    ("eu_agency", "2026-12-08"),
    ("evaluator", "2026-12-09"),
    ("public", "2026-12-24"),
];

#[tokio::test]
async fn the_chair_is_told_of_an_eu_agency_alone() {
    let portal = Portal::start().await;
    // also where the secretariat has been told of so many that it is told of no more for a while
    for kind in ["person", "person", "person", "person", "eu_agency"] {
        let fields =
            [("kind", kind), ("name", "Ada Asks"), ("email", "ada@asks.example"), ("organisation", "An agency")];
        let sent = portal.visitor().submit("/example/public/access", None, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    }
    assert_eq!(crate::notices::told(&portal, "notices-access-eu-agency").await, ["chair@example.example"]);
    let text = portal.signed_in("chair@example.example").await.get("/example/notices").await.text();
    assert!(text.contains("An EU agency has asked for access") && !text.contains("Ada Asks"), "{text}");
}

#[tokio::test]
async fn each_kind_of_request_has_its_answer_its_day_and_its_trace() {
    let portal = Portal::start().await;
    let mut replies = std::collections::BTreeSet::new();
    for (kind, due) in ASKING {
        let visitor = portal.visitor();
        let email = format!("{kind}@asks.example");
        let sent = visitor
            .submit(
                "/example/public/access",
                None,
                &[
                    ("kind", kind),
                    ("name", "Ada Asks"),
                    ("email", &email),
                    ("organisation", "Norland"),
                    ("reason", "To see"),
                ],
            )
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        let reply = visitor.get(&sent.location.expect("a page")).await;
        assert_eq!(reply.status, StatusCode::OK);
        replies.insert(reply.select(".lead").join(" "));
        let row = portal
            .lookup("select r.kind || ' ' || r.due_on || ' ' || r.state from access_request r where email = $1", &email)
            .await;
        assert_eq!(row, format!("{kind} {due} open"));
        let trace = portal
            .lookup(
                "select count(*)::text from history h join access_request r on r.id = h.subject_id and h.subject_kind = 'access_request'
                 where r.email = $1 and h.event = 'access-asked' and h.by_membership_id is null",
                &email,
            )
            .await;
        assert_eq!(trace, "1", "{kind}");
    }
    assert_eq!(replies.len(), 5, "{replies:?}");
    // the focal point finds the request by the organisation that was named exactly
    let known = portal
        .lookup(
            "select (organisation_id is not null)::text from access_request where email = $1",
            "person@asks.example",
        )
        .await;
    assert_eq!(known, "true");
}

#[tokio::test]
async fn no_answer_tells_whether_somebody_is_known() {
    let portal = Portal::start().await;
    let mut answers = std::collections::BTreeSet::new();
    for (email, organisation) in [
        ("donor@example.example", "Norland"),
        ("nobody@nowhere.example", "Norland"),
        ("donor@example.example", "Not a member at all"),
    ] {
        let visitor = portal.visitor();
        let fields = [("kind", "person"), ("name", "Ada Asks"), ("email", email), ("organisation", organisation)];
        let sent = visitor.submit("/example/public/access", None, &fields).await;
        let reply = visitor.get(sent.location.as_deref().unwrap_or_default()).await;
        answers.insert((sent.status.as_u16(), sent.location, reply.text()));
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn requests_are_checked_and_limited() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let full = [("kind", "person"), ("name", "Ada Asks"), ("email", "ada@asks.example"), ("organisation", "Norland")];
    for (name, wrong) in
        [("kind", ""), ("kind", "minister"), ("name", ""), ("email", "ada"), ("organisation", " "), ("name", "a\0b")]
    {
        let mut fields = full.to_vec();
        fields.retain(|(n, _)| *n != name);
        fields.push((name, wrong));
        let again = visitor.submit("/example/public/access", None, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={wrong:?}");
        assert!(again.body.contains("aria-invalid=\"true\"") && again.body.contains("ada"), "{name}");
    }
    let fields: Vec<(&str, &str)> =
        full.iter().map(|(n, v)| if *n == "organisation" { (*n, "") } else { (*n, *v) }).collect();
    let mut public = fields.clone();
    public.retain(|(n, _)| *n != "kind");
    public.push(("kind", "public"));
    assert_eq!(visitor.submit("/example/public/access", None, &public).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        visitor.post_raw("/example/public/access", &full).await.status,
        StatusCode::FORBIDDEN,
        "without the form's token"
    );
    for n in 1..10 {
        let sent = visitor.submit("/example/public/access", None, &full).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "request {n}");
    }
    let refused = visitor.submit("/example/public/access", None, &full).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let typed = refused.select("#typed textarea").join("|");
    assert!(typed.contains("Ada Asks") && typed.contains("ada@asks.example"), "to be sent later: {typed}");
    let kept = portal.lookup("select count(*)::text from access_request where email = $1", "ada@asks.example").await;
    assert_eq!(kept, "10");
}

#[tokio::test]
async fn a_request_is_acknowledged_by_a_letter_that_repeats_nothing() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let fields = [
        ("kind", "evaluator"),
        ("name", "Buy at evil.example"),
        ("email", "ada@asks.example"),
        ("organisation", "Evil Ltd"),
        ("reason", "See evil.example"),
    ];
    for _ in 0..5 {
        let sent = visitor.submit("/example/public/access", None, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    }
    let letters = "select string_agg(subject || E'\\n' || body, E'\\n') from outgoing_mail where recipient = $1";
    let letter = portal.lookup(letters, "ada@asks.example").await;
    assert!(letter.contains("9 December 2026") && letter.contains("your request for access"), "{letter}");
    assert!(!letter.to_lowercase().contains("evil"), "anybody could write to anybody: {letter}");
    let count = "select count(*)::text from outgoing_mail where recipient = $1";
    assert_eq!(portal.lookup(count, "ada@asks.example").await, "3", "one address is not flooded");
    // all requests are kept, and each is answered
    let kept = "select count(*)::text from access_request where email = $1";
    assert_eq!(portal.lookup(kept, "ada@asks.example").await, "5");
    // a field of one line has one line
    let mut broken = fields;
    broken[1].1 = "Ada\nBcc: all@norland.example";
    let page = visitor.submit("/example/public/access", None, &broken).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// What is counted ahead for large processes is what the cards of a small one are.
#[tokio::test]
async fn the_figures_counted_ahead_are_those_of_the_cards() {
    let portal = Portal::start().await;
    let title = "Strengthening asset recovery";
    let id = portal.action("example", title).await;
    let mut superuser = portal.superuser().await;
    // triggers work for the transaction's process
    sqlx::query("select set_config('app.process', (select id::text from process where slug = 'example'), false)")
        .execute(&mut superuser)
        .await
        .expect("a setting");
    sqlx::query("update action set claim = 'unconfirmed' where id::text = $1")
        .bind(&id)
        .execute(&mut superuser)
        .await
        .expect("a claim");
    // a home counts
    let home = portal.signed_in("support-group@example.example").await.get("/example").await;
    assert_eq!(home.status, StatusCode::OK);
    let cards = portal
        .lookup(
            "select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.handling = 'public'
                and a.claim = 'confirmed' and a.merged_into_id is null",
            "example",
        )
        .await;
    let ahead = portal
        .lookup(
            "select t.n::text from action_tally t join process p on p.id = t.process_id where p.slug = $1 and t.within = p.id
                and t.layer = 'public' and t.dimension = 'all'",
            "example",
        )
        .await;
    assert_eq!(ahead, cards);
    assert!(portal.visitor().get("/example/public").await.text().contains(&format!("{cards} actions are public")));
    assert_eq!(portal.visitor().get(&format!("/example/public/actions/{id}")).await.status, StatusCode::NOT_FOUND);
}
