//! One action: its page, its form, edit conflicts, drafts, money.

use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

pub const TITLE: &str = "Strengthening asset recovery and the management of seized";

/// The fields of an action's form as a browser would send them, with some of them changed.
pub async fn filled(browser: &Browser, page: &str, change: &[(&str, &str)]) -> Vec<(String, String)> {
    let opened = browser.get(page).await;
    assert_eq!(opened.status, StatusCode::OK, "{page}: {}", opened.text());
    with(opened, change)
}

/// The fields of the long form on a page, some changed. An empty value takes every field of that name away.
pub fn with(page: Page, change: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = page.html();
    let long = scraper::Selector::parse("form.long").expect("a selector");
    let action = html.select(&long).next().and_then(|f| f.value().attr("action")).expect("the long form").to_owned();
    let (_, mut fields) = page.form(Some(&action));
    for (name, _) in change {
        fields.retain(|(n, _)| n != name);
    }
    fields.extend(change.iter().filter(|(_, v)| !v.is_empty()).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    fields
}

pub async fn send(browser: &Browser, path: &str, fields: &[(String, String)]) -> Page {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    browser.post_raw(path, &pairs).await
}

/// Opens a form, changes it, sends it to where it is.
pub async fn save(browser: &Browser, page: &str, change: &[(&str, &str)]) -> Page {
    let fields = filled(browser, page, change).await;
    send(browser, page, &fields).await
}

pub async fn column(portal: &Portal, column: &'static str, id: &str) -> String {
    match column {
        "title" => portal.lookup("select title from action where id::text = $1", id).await,
        "version" => portal.lookup("select version::text from action where id::text = $1", id).await,
        "ends" => {
            portal
                .lookup(
                    "select kernel.partial_date(planned_end, planned_end_precision) from action where id::text = $1",
                    id,
                )
                .await
        }
        "total" => {
            portal.lookup("select stated_total || ' ' || stated_currency from action where id::text = $1", id).await
        }
        "claim" => portal.lookup("select claim from action where id::text = $1", id).await,
        _ => panic!("{column}"),
    }
}

#[tokio::test]
async fn the_page_shows_everything_within_eight_statements() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    for account in ["support-group", "chair", "lead-two", "beneficiary-one", "donor", "second-donor", "observer"] {
        let browser = portal.signed_in(&format!("{account}@example.example")).await;
        let page = browser.get(&format!("/example/actions/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let statements = page.headers["server-timing"].to_str().expect("text").to_owned();
        let n: u32 = statements.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
        assert!(n <= 8, "{account}: {n} statements");
        assert!(page.text().contains("Norland"), "{account}");
        let money = page.text().contains("EUR");
        assert_eq!(money, account != "observer", "{account} and money");
        assert_eq!(page.text().contains("Amounts are not shown to observers"), account == "observer");
        assert_eq!(
            page.select("a[href$='/edit']").len(),
            usize::from(matches!(account, "support-group" | "lead-two" | "donor")),
            "{account} and edit"
        );
    }
    let edit = portal.signed_in("donor@example.example").await.get(&format!("/example/actions/{id}/edit")).await;
    let n: u32 = edit.headers["server-timing"]
        .to_str()
        .expect("text")
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .expect("n");
    assert!(n <= 8, "{n}");
}

#[tokio::test]
async fn an_untouched_form_changes_nothing_and_an_edit_is_kept_with_its_history() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    for title in [
        "Strengthening asset",
        "New crossing at Kalmar Bridge: customs",
        "SAFE: safe anchorages",
        "Witness protection units",
    ] {
        let id = portal.action("example", title).await;
        let path = format!("/example/actions/{id}/edit");
        let page = save(&donor, &path, &[]).await;
        assert_eq!(
            page.location.as_deref(),
            Some(format!("/example/actions/{id}?done=action-unchanged").as_str()),
            "{title}: {}",
            page.text()
        );
    }
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let before = column(&portal, "version", &id).await;
    let page = save(
        &donor,
        &path,
        &[("planned_end", "March 2031"), ("stated_total", "EUR 1.5m"), ("why", "The contract was extended")],
    )
    .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert_eq!(column(&portal, "ends", &id).await, "2031-03");
    assert_eq!(column(&portal, "total", &id).await, "1500000 EUR");
    assert_ne!(column(&portal, "version", &id).await, before);
    let shown = donor.get(&format!("/example/actions/{id}?done=action-saved")).await;
    for words in ["Saved.", "March 2031", "The contract was extended", "1,500,000"] {
        assert!(shown.text().contains(words), "{words}");
    }
}

/// A lead is a party like another in what its own organisation keeps, but states no money; of others' it sets links alone.
#[tokio::test]
async fn a_lead_edits_what_its_own_organisation_keeps_and_none_of_its_money() {
    let portal = Portal::start().await;
    let lead = portal.signed_in("lead-one@example.example").await;
    let new = "/example/actions/new";
    let fields = [
        ("title", "A netwrok of schools"),
        ("reporting", "Assembly of Interior Ministries of the Five Rivers"),
        ("pillars", "ns"),
        ("beneficiaries", "ns"),
    ];
    let made = save(&lead, new, &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let own = portal.action("example", "A netwrok of schools").await;
    let seeded = portal.action("example", "Coordinators for prevention: a network of six").await;
    for (id, title) in [(own, "A network of schools"), (seeded, "Coordinators for prevention: the network")] {
        let path = format!("/example/actions/{id}/edit");
        assert!(lead.get(&format!("/example/actions/{id}")).await.body.contains(&path), "{title}: offered");
        let before = column(&portal, "total", &id).await;
        let form = lead.get(&path).await;
        assert!(form.body.contains("name=\"title\"") && !form.body.contains("name=\"stated_total\""), "{title}");
        let saved = save(&lead, &path, &[("title", title), ("stated_total", "EUR 9")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        assert_eq!(column(&portal, "title", &id).await, title);
        assert_eq!(column(&portal, "total", &id).await, before, "{title}: money is not a lead's");
        // its own pillar's level is as far as a lead sees
        let closed = save(&lead, &path, &[("handling", "restricted")]).await;
        assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "{title}");
        let money = lead.get(&format!("/example/actions/{id}/money-checks")).await;
        assert_eq!(money.status, StatusCode::FORBIDDEN, "{title}");
    }
    let others = portal.action("example", TITLE).await;
    assert_eq!(lead.get(&format!("/example/actions/{others}/edit")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_action_is_added_with_a_title_and_an_organisation() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let new = "/example/actions/new";
    let page = save(&donor, new, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("say that it is not stated"), "{}", page.text());
    let page = save(&donor, new, &[("title", "Boats"), ("pillars", "ns"), ("beneficiaries", "ns")]).await;
    let address = page.location.expect(&page.body);
    let shown = donor.get(&address).await;
    assert!(
        shown.text().contains("The action is added.") && shown.text().contains("Still not stated"),
        "{}",
        shown.text()
    );
    // neither kept by one's own organisation nor naming it
    let page =
        save(&donor, new, &[("title", "Boats"), ("pillars", "ns"), ("beneficiaries", "ns"), ("reporting", "Westmark")])
            .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get(new).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn wrong_dates_and_shares_are_told_at_their_fields_and_nothing_typed_is_lost() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", "SAFE: safe anchorages").await;
    let path = format!("/example/actions/{id}/edit");
    let share = |n: usize| {
        let id = portal.lookup(
            "select id::text from beneficiary where code = $1 order by process_id limit 1",
            if n == 0 { "XA" } else { "XT" },
        );
        async move { format!("share-{}", id.await) }
    };
    let (first, second) = (share(0).await, share(1).await);
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("planned_end", "31 September 2027")], "September 2027 has 30 days"),
        (&[("planned_start", "2028"), ("planned_end", "March 2027")], "The end is before the start"),
        (&[("actual_start", "03/04/2026")], "can be read as"),
        (&[(&first, "70"), (&second, "40")], "The shares add up to 110%"),
        (&[(&first, "70"), (&second, "20")], "10% is missing"),
        (&[(&first, "-1")], "from 0 to 100"),
        (&[("party", "No Such Body")], "There is no organisation “No Such Body” here"),
        (&[("source_url", "javascript:alert(1)")], "web address"),
        (&[("stated_total", "lots")], "as an amount"),
        (&[("status", "finished")], "one from the list"),
        (&[("title", "")], "fill this in"),
    ];
    for (change, message) in cases {
        let page = save(&donor, &path, change).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{change:?}");
        assert!(page.text().contains(message), "{message}: {}", page.text());
        let again = with(page, &[]);
        for (name, value) in change.iter().filter(|(n, v)| !v.is_empty() && *n != "status") {
            assert!(again.iter().any(|(n, v)| n == name && v == value), "{name} was lost");
        }
    }
    let page = save(&donor, &path, &[(&first, "62.5"), (&second, "37,5")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

#[tokio::test]
async fn two_edits_of_one_record_lose_nothing() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let (donor, secretariat) =
        (portal.signed_in("donor@example.example").await, portal.signed_in("support-group@example.example").await);
    let mine = filled(&donor, &path, &[("title", "My title"), ("reference", "NOR-77")]).await;
    let theirs =
        save(&secretariat, &path, &[("title", "Their title"), ("date_note", "An extension is being discussed")]).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER, "{}", theirs.text());
    let page = send(&donor, &path, &mine).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for words in ["Somebody else saved in between", "My title", "Their title", "Note on the dates"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert_eq!(column(&portal, "title", &id).await, "Their title", "nothing is saved yet");
    assert_eq!(page.select("fieldset.conflict").len(), 1);
    let chosen = with(page, &[("keep-title", "theirs")]);
    let saved = send(&donor, &path, &chosen).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let shown = donor.get(&format!("/example/actions/{id}")).await;
    for words in ["Their title", "NOR-77", "An extension is being discussed"] {
        assert!(shown.text().contains(words), "{words}");
    }
    // the same, kept as mine; and a form without what it was made from asks about everything that differs
    let mine =
        filled(&donor, &path, &[("title", "Mine again"), ("base", "title.000000000000,nonsense"), ("version", "1")])
            .await;
    let page = send(&donor, &path, &mine).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let saved = send(&donor, &path, &with(page, &[("keep-title", "mine")])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(column(&portal, "title", &id).await, "Mine again");
}

#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let fields = filled(&donor, &path, &[("title", "Typed before lunch")]).await;
    sqlx::query("update sign_in_session set last_seen_at = last_seen_at - interval '3 hours'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("time passes");
    let page = send(&donor, &path, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let location = page.location.expect("sign-in");
    assert!(location.starts_with("/sign-in?next="), "{location}");
    let asked = portal.visitor().get(&location).await;
    assert!(asked.text().contains("What you typed is kept"), "{}", asked.text());
    assert_eq!(asked.value("next").as_deref(), Some(path.as_str()), "the way back");
    let back = portal.signed_in("donor@example.example").await;
    let form = back.get(&path).await;
    assert!(
        form.body.contains("Typed before lunch")
            && form.text().contains("Your draft of 24 November 2026, 09:00 has been restored"),
        "{}",
        form.text()
    );
    // nobody else has it
    let other = portal.signed_in("support-group@example.example").await.get(&path).await;
    assert!(!other.body.contains("Typed before lunch"));
    let token = form.value("form_token").expect("a token");
    let saved = send(&back, &path, &with(form, &[])).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(column(&portal, "title", &id).await, "Typed before lunch");
    assert!(!back.get(&path).await.text().contains("has been restored"));
    // kept while typing, found again, thrown away
    let key = format!("action:{id}");
    let kept =
        back.post_raw(&format!("/example/drafts/{key}"), &[("form_token", &token), ("title", "Half a ti")]).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    assert!(back.get(&path).await.body.contains("Half a ti"));
    let gone = back.post_raw(&format!("/example/drafts/{key}/discard"), &[("form_token", &token)]).await;
    assert_eq!(gone.location.as_deref(), Some(path.as_str()));
    assert!(!back.get(&path).await.body.contains("Half a ti"));
    for n in 0..60 {
        back.post_raw(&format!("/example/drafts/action:x{n}"), &[("form_token", &token), ("title", "x")]).await;
    }
    let n = portal.lookup("select count(*)::text from form_draft where key like $1", "action:x%").await;
    assert!(n.parse::<i32>().expect("a number") <= 40, "{n} drafts");
}

#[tokio::test]
async fn what_was_refused_last_is_what_comes_back() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", TITLE).await;
    let token = donor.form_token().await;
    for (key, path) in [
        ("action:new".to_owned(), "/example/actions/new".to_owned()),
        (format!("action:{id}"), format!("/example/actions/{id}/edit")),
    ] {
        let opened = filled(&donor, &path, &[]).await;
        // refused where nothing is kept: a form that is opened anew is as it was
        let wrong = [("title", "Given up"), ("planned_end", "no day at all")];
        let refused = send(&donor, &path, &with(donor.get(&path).await, &wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(!donor.get(&path).await.body.contains("Given up"), "{path}");

        let older = [("form_token", token.as_str()), ("title", "Kept in the morning")];
        assert_eq!(donor.post_raw(&format!("/example/drafts/{key}"), &older).await.status, StatusCode::NO_CONTENT);
        let mut newest: Vec<(String, String)> = opened.into_iter().filter(|(n, _)| n != "title").collect();
        newest.push(("title".into(), "Typed at noon".into()));
        newest.retain(|(n, _)| n != "planned_end");
        newest.push(("planned_end".into(), "no day at all".into()));
        let refused = send(&donor, &path, &newest).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let again = donor.get(&path).await;
        assert!(again.body.contains("Typed at noon") && !again.body.contains("Kept in the morning"), "{path}");
        // a row more is no less typed
        newest.retain(|(n, _)| n != "title");
        newest.extend([("title".into(), "Typed in the evening".into()), ("add".into(), "party".into())]);
        assert_eq!(send(&donor, &path, &newest).await.status, StatusCode::OK, "{path}");
        assert!(donor.get(&path).await.body.contains("Typed in the evening"), "{path}");
    }
}

#[tokio::test]
async fn rows_come_and_go_without_scripts() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let path = format!("/example/actions/{}/edit", portal.action("example", TITLE).await);
    let page = save(&donor, &path, &[("add", "party"), ("title", "Typed")]).await;
    assert_eq!(page.status, StatusCode::OK);
    let parties = |page: &Page| page.form(Some("/edit")).1.iter().filter(|(n, _)| n == "party").count();
    assert_eq!(parties(&page), 3);
    assert!(page.body.contains("Typed"));
    assert!(page.select(".errors").is_empty());
    let page = send(&donor, &path, &with(page, &[("drop", "party:0")])).await;
    assert_eq!(parties(&page), 2);
    let page = send(&donor, &path, &with(page, &[("drop", "party:99999999999999999999")])).await;
    assert_eq!(parties(&page), 2);
}

#[tokio::test]
async fn money_is_corrected_and_withdrawn_never_deleted() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let id = portal.action("example", TITLE).await;
    let path = format!("/example/actions/{id}/edit");
    let count = || portal.lookup("select count(*)::text from contribution where action_id::text = $1", &id);
    assert_eq!(count().await, "5");
    let mut fields = filled(&donor, &path, &[]).await;
    let amount = fields.iter().position(|(n, _)| n == "c_amount").expect("a row");
    fields[amount].1 = "€ 4.75 M".to_owned();
    assert_eq!(send(&donor, &path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(count().await, "6");
    let shown = donor.get(&format!("/example/actions/{id}")).await;
    assert_eq!(shown.select("#money tbody tr").len(), 5);
    assert!(shown.text().contains("4,750,000"));
    let page = save(&donor, &path, &[("drop", "money:0")]).await;
    assert_eq!(send(&donor, &path, &with(page, &[])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(count().await, "6");
    assert_eq!(donor.get(&format!("/example/actions/{id}")).await.select("#money tbody tr").len(), 4);
    assert_eq!(
        portal
            .lookup(
                "select count(*)::text from contribution where action_id::text = $1 and withdrawn_at is not null",
                &id
            )
            .await,
        "1"
    );
}
