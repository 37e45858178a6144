//! What people say about an action: suggestions, remarks, confirmations, claims, opening.

use crate::action_record::{TITLE, filled, save, send, with};
use crate::harness::{Browser, Portal};
use axum::http::StatusCode;

async fn post(browser: &Browser, page: &str, path: &str, fields: &[(&str, &str)]) -> crate::harness::Page {
    let token = browser.get(page).await.value("form_token").expect("a token");
    let mut all = vec![("form_token", token.as_str())];
    all.extend_from_slice(fields);
    browser.post_raw(path, &all).await
}

async fn suggestion(portal: &Portal, id: &str) -> String {
    portal
        .lookup("select id::text from suggestion where action_id::text = $1 order by at desc, id desc limit 1", id)
        .await
}

#[tokio::test]
async fn a_suggestion_is_made_seen_and_accepted() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/suggest"));
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    assert_eq!(beneficiary.get(&format!("{page}/edit")).await.status, StatusCode::FORBIDDEN);
    let nothing = save(&beneficiary, &path, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = save(
        &beneficiary,
        &path,
        &[("planned_end", "June 2032"), ("reference", "ARV-9"), ("why", "As agreed in Port Arvan")],
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let made = suggestion(&portal, &id).await;
    let seen = donor.get(&page).await;
    for words in ["June 2032", "ARV-9", "As agreed in Port Arvan", "Suggested changes"] {
        assert!(seen.text().contains(words), "{words}");
    }
    assert!(
        !portal.signed_in("observer@example.example").await.get(&page).await.text().contains("As agreed in Port Arvan")
    );
    // the proposer cannot decide, others cannot withdraw, a word is needed to refuse
    let at = |act: &str| format!("/example/suggestions/{made}/{act}");
    assert_eq!(post(&beneficiary, &path, &at("accept"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&donor, &page, &at("withdraw"), &[]).await.status, StatusCode::FORBIDDEN);
    let second = portal.signed_in("second-donor@example.example").await;
    assert_eq!(post(&second, &page, &at("accept"), &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&donor, &page, &at("refuse"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // one of its fields changes meanwhile: it has to be chosen
    let edited = save(&donor, &format!("{page}/edit"), &[("reference", "NOR-1")]).await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER);
    let asked = post(&donor, &page, &at("accept"), &[("answer", "Thank you")]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    assert!(asked.text().contains("NOR-1") && asked.text().contains("ARV-9") && asked.body.contains("Thank you"));
    let stale = post(&donor, &page, &at("accept"), &[("keep-reference", "suggested"), ("version", "1")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let accepted = send(&donor, &at("accept"), &with(asked, &[("keep-reference", "now")])).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text());
    let shown = donor.get(&page).await;
    for words in ["June 2032", "NOR-1", "accepted a suggestion", "suggested by"] {
        assert!(shown.text().contains(words), "{words}: {}", shown.text());
    }
    assert_eq!(post(&donor, &page, &at("accept"), &[]).await.status, StatusCode::CONFLICT, "decided once");
}

#[tokio::test]
async fn a_suggestion_is_refused_or_withdrawn() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/suggest"));
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    save(&beneficiary, &path, &[("title", "Another name")]).await;
    let made = suggestion(&portal, &id).await;
    let refused = post(
        &donor,
        &page,
        &format!("/example/suggestions/{made}/refuse"),
        &[("answer", "The contract says otherwise")],
    )
    .await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert!(donor.get(&page).await.text().contains("The contract says otherwise"));
    save(&beneficiary, &path, &[("title", "A third name")]).await;
    let made = suggestion(&portal, &id).await;
    let gone = post(&beneficiary, &page, &format!("/example/suggestions/{made}/withdraw"), &[]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
    assert!(donor.get(&page).await.select("#suggestions").iter().all(|s| !s.contains("A third name")));
    // a lead changes links itself, and suggests the rest
    let lead = portal.signed_in("lead-two@example.example").await;
    let form = lead.get(&format!("{page}/edit")).await;
    assert!(form.select("#pillars").len() == 1 && form.select("#title").is_empty());
    let mut fields = with(form, &[]);
    fields.push(("title".to_owned(), "Taken over".to_owned()));
    let saved = send(&lead, &format!("{page}/edit"), &fields).await;
    assert_eq!(saved.location.as_deref(), Some(format!("{page}?done=action-unchanged").as_str()));
}

#[tokio::test]
async fn a_remark_turns_nothing_that_stands_after_it() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let page = format!("/example/actions/{id}");
    let donor = portal.signed_in("donor@example.example").await;
    let path = format!("{page}/remarks");
    let remark = "Agreed \u{202e}with \u{2067}שלום\u{200f}\u{2069} (می\u{200c}خواهم)";
    let sent = post(&donor, &page, &path, &[("remark", remark)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert_eq!(
        portal.lookup("select text from remark where action_id::text = $1 and text like 'Agreed%'", &id).await,
        "Agreed with שלום\u{200f} (می\u{200c}خواهم)"
    );
    assert!(!donor.get(&page).await.body.contains(['\u{202e}', '\u{2067}', '\u{2069}']));
    let nothing = post(&donor, &page, &path, &[("remark", "\u{202e}")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn remarks_keep_their_level() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let page = format!("/example/actions/{id}");
    let donor = portal.signed_in("donor@example.example").await;
    let path = format!("{page}/remarks");
    assert_eq!(post(&donor, &page, &path, &[("remark", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        post(&donor, &page, &path, &[("remark", "x"), ("remark_handling", "public")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    for (text, level) in
        [("For everybody <b>", "members"), ("For the parties", "parties"), ("For ourselves", "restricted")]
    {
        let page = post(&donor, &page, &path, &[("remark", text), ("remark_handling", level)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
    }
    let sees = |email: &'static str| {
        let (portal, page) = (&portal, page.clone());
        async move {
            let text = portal.signed_in(email).await.get(&page).await.text();
            ["For everybody <b>", "For the parties", "For ourselves"].map(|t| text.contains(t))
        }
    };
    assert_eq!(sees("donor@example.example").await, [true, true, true]);
    assert_eq!(sees("support-group@example.example").await, [true, true, false]);
    assert_eq!(sees("beneficiary-one@example.example").await, [true, true, false]);
    assert_eq!(sees("second-donor@example.example").await, [true, false, false]);
    let remark = portal.lookup("select id::text from remark where text = $1", "For everybody <b>").await;
    let away = format!("/example/remarks/{remark}/withdraw");
    let second = portal.signed_in("second-donor@example.example").await;
    assert_eq!(post(&second, &page, &away, &[]).await.status, StatusCode::FORBIDDEN);
    let hidden = portal.lookup("select id::text from remark where text = $1", "For ourselves").await;
    assert_eq!(
        post(&second, &page, &format!("/example/remarks/{hidden}/withdraw"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(post(&donor, &page, &away, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sees("donor@example.example").await, [false, true, true]);
}

#[tokio::test]
async fn still_true_counts_for_those_named() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let page = format!("/example/actions/{id}");
    let version = portal.lookup("select version::text from action where id::text = $1", &id).await;
    let second = portal.signed_in("second-donor@example.example").await;
    assert_eq!(post(&second, &page, &format!("{page}/confirm"), &[]).await.status, StatusCode::FORBIDDEN);
    for email in ["donor", "beneficiary-one", "lead-two", "support-group"] {
        let browser = portal.signed_in(&format!("{email}@example.example")).await;
        let done = post(&browser, &page, &format!("{page}/confirm"), &[("back", "/example/actions?q=x")]).await;
        assert_eq!(done.location.as_deref(), Some("/example/actions?q=x&done=action-confirmed"), "{email}");
    }
    let away = portal.signed_in("donor@example.example").await;
    let done = post(&away, &page, &format!("{page}/confirm"), &[("back", "//evil.example/")]).await;
    assert_eq!(done.location, Some(format!("{page}?done=action-confirmed")));
    assert!(away.get(&page).await.text().contains("confirmed 24 November 2026"));
    assert_eq!(portal.lookup("select version::text from action where id::text = $1", &id).await, version);
    // whoever has left is a former member
    sqlx::query("update membership set state = 'ended' where id = (select last_confirmed_by_id from action where id::text = $1)")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("leaves");
    let text = second.get(&page).await.text();
    assert!(text.contains("a former member of Norland"), "{text}");
}

#[tokio::test]
async fn a_reported_action_waits_for_its_donor() {
    let portal = Portal::start().await;
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    let second = portal.signed_in("second-donor@example.example").await;
    let path = "/example/actions/report";
    assert_eq!(donor.get(path).await.status, StatusCode::FORBIDDEN);
    let change = [("title", "Radios for the coast guard"), ("reporting", "Norland"), ("pillars", "ns")];
    // of another beneficiary: not theirs to report
    let other = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XT").await;
    let mut fields = filled(&beneficiary, path, &change).await;
    fields.retain(|(n, _)| n != "beneficiaries");
    fields.push(("beneficiaries".to_owned(), other));
    assert_eq!(send(&beneficiary, path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // an error names the field as the form does
    let page = save(&beneficiary, path, &[("title", "Radios"), ("reporting", ""), ("pillars", "ns")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = page.select(".errors li").join("|");
    assert!(told.contains("Organisation that gives or carries out the support: "), "{told}");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let page = save(&beneficiary, path, &change).await;
        let location = page.location.clone().unwrap_or_else(|| panic!("{}", page.text()));
        // where something is near, its page is shown first
        let path = location.split('?').next().map(|p| p.trim_end_matches("/near"));
        ids.push(path.and_then(|p| p.rsplit('/').next()).expect("an id").to_owned());
    }
    let [confirmed, corrected, declined] = [0, 1, 2].map(|i| format!("/example/actions/{}", ids[i]));
    for browser in [&beneficiary, &donor, &second] {
        assert!(browser.get(&declined).await.text().contains("Not yet confirmed by its donor"));
    }
    assert_eq!(
        post(&second, &declined, &format!("{declined}/claim"), &[("answer", "confirm")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(post(&beneficiary, &declined, &format!("{declined}/confirm"), &[]).await.status, StatusCode::CONFLICT);
    let done = post(&donor, &confirmed, &format!("{confirmed}/claim"), &[("answer", "confirm")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(
        post(&donor, &confirmed, &format!("{confirmed}/claim"), &[("answer", "decline"), ("claim_reason", "x")])
            .await
            .status,
        StatusCode::CONFLICT
    );
    assert_eq!(
        save(&donor, &format!("{corrected}/edit"), &[("title", "Radios for the coast guard of Arvania")]).await.status,
        StatusCode::SEE_OTHER
    );
    for page in [&confirmed, &corrected] {
        let text = second.get(page).await.text();
        assert!(
            !text.contains("Not yet confirmed by its donor") && text.contains("confirmed 24 November 2026"),
            "{text}"
        );
    }
    assert_eq!(
        post(&donor, &declined, &format!("{declined}/claim"), &[("answer", "decline")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let done = post(
        &donor,
        &declined,
        &format!("{declined}/claim"),
        &[("answer", "decline"), ("claim_reason", "It was another donor’s")],
    )
    .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    for browser in [&beneficiary, &secretariat] {
        assert!(browser.get(&declined).await.text().contains("It was another donor’s"));
    }
    for browser in [&donor, &second] {
        assert_eq!(browser.get(&declined).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_restricted_record_is_opened_and_closed_by_its_keeper() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Protection of financial investigators").await;
    let page = format!("/example/actions/{id}");
    let (donor, second) =
        (portal.signed_in("donor@example.example").await, portal.signed_in("second-donor@example.example").await);
    let secretariat = portal.signed_in("support-group@example.example").await;
    sqlx::query("delete from action_disclosure").execute(&mut portal.superuser().await).await.expect("closed");
    sqlx::query("update action set open_to_support_group = false")
        .execute(&mut portal.superuser().await)
        .await
        .expect("closed");
    assert_eq!(donor.get(&page).await.status, StatusCode::OK);
    for browser in [&second, &secretariat] {
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
    }
    let open = format!("{page}/open");
    assert_eq!(
        post(&donor, &page, &open, &[("what", "open"), ("to", "Nobody")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(post(&donor, &page, &open, &[("what", "open"), ("to", "Westmark")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&donor, &page, &open, &[("what", "open-secretariat")]).await.status, StatusCode::SEE_OTHER);
    for browser in [&second, &secretariat] {
        assert_eq!(browser.get(&page).await.status, StatusCode::OK);
    }
    assert_eq!(post(&second, &page, &open, &[("what", "close-secretariat")]).await.status, StatusCode::FORBIDDEN);
    let read =
        portal.lookup("select count(*)::text from access_log where kind = 'read' and subject_id::text = $1", &id).await;
    assert!(read.parse::<i32>().expect("a number") >= 4, "{read} lines");
    // the form keeps what is opened, and an untouched one changes nothing
    assert_eq!(
        save(&donor, &format!("{page}/edit"), &[]).await.location,
        Some(format!("{page}?done=action-unchanged"))
    );
    let westmark =
        portal.lookup("select organisation_id::text from action_disclosure where action_id::text = $1", &id).await;
    assert_eq!(post(&donor, &page, &open, &[("what", "close"), ("to", &westmark)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&donor, &page, &open, &[("what", "close-secretariat")]).await.status, StatusCode::SEE_OTHER);
    for browser in [&second, &secretariat] {
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
    }
    // nobody shuts themselves out
    let shared = portal.action("example", TITLE).await;
    let page = save(&secretariat, &format!("/example/actions/{shared}/edit"), &[("handling", "restricted")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("no longer see this record yourself"));
    // a record that was merged leads to where it went
    let gone = portal.action("example", "SAFE: safe anchorages").await;
    sqlx::query("update action set merged_into_id = $1::uuid where id::text = $2")
        .bind(&shared)
        .bind(&gone)
        .execute(&mut portal.superuser().await)
        .await
        .expect("merged");
    assert_eq!(
        donor.get(&format!("/example/actions/{gone}")).await.location,
        Some(format!("/example/actions/{shared}"))
    );
}

#[tokio::test]
async fn the_list_of_suggestions_holds_what_is_open_and_who_decides() {
    let portal = Portal::start().await;
    let office = portal.signed_in("support-group@example.example").await;
    let home = office.get("/example").await;
    assert_eq!(home.select("#waiting header a"), ["All 5 suggested changes"]);
    let list = office.get("/example/suggestions").await;
    assert_eq!(list.select("tbody tr").len(), 5, "{}", list.text());
    assert!(list.text().contains("Legal aid") && list.text().contains("Planned end"), "{}", list.text());
    let ids: Vec<(String, String)> =
        sqlx::query_as("select id::text, action_id::text from suggestion where state = 'open'")
            .fetch_all(&mut portal.superuser().await)
            .await
            .expect("suggestions");
    // "for me to decide" is what accepting would let one do; one's own are one's own
    let mut decided = 0;
    for email in [
        "support-group@example.example",
        "chair@example.example",
        "lead-one@example.example",
        "lead-two@example.example",
        "beneficiary-one@example.example",
        "donor@example.example",
        "second-donor@example.example",
    ] {
        let browser = portal.signed_in(email).await;
        let mine = browser.get("/example/suggestions?whose=mine").await;
        let theirs = browser.get("/example/suggestions?whose=decide").await;
        assert_eq!((mine.status, theirs.status), (StatusCode::OK, StatusCode::OK), "{email}");
        let token = browser.form_token().await;
        for (id, action) in &ids {
            let link = format!("/actions/{action}#suggestion-{id}");
            let page = browser.get(&format!("/example/actions/{action}")).await;
            let own = page.body.contains(&format!("/suggestions/{id}/withdraw"));
            assert_eq!(mine.body.contains(&link), own, "{email}: {link}");
            // refusing without a word is refused as a form, to whoever may decide
            let refused =
                browser.post_raw(&format!("/example/suggestions/{id}/refuse"), &[("form_token", &token)]).await;
            let decides = refused.status == StatusCode::UNPROCESSABLE_ENTITY;
            assert_eq!(theirs.body.contains(&link), decides, "{email}: {link}: {}", refused.status);
            decided += i32::from(decides);
        }
        // the home's figure is the list's
        for home in browser.get("/example").await.select("#suggestions header a, #waiting header a") {
            let n = if home.starts_with("One") { "One suggested change".to_owned() } else { home.replace("All ", "") };
            let of = browser.get("/example").await;
            let html = of.html();
            let links = scraper::Selector::parse("#suggestions header a, #waiting header a").expect("a selector");
            let to = html.select(&links).next().and_then(|a| a.value().attr("href")).expect("a link").to_owned();
            assert_eq!(browser.get(&to).await.select(".count"), [n], "{email}: {to}");
        }
    }
    assert!(decided > 5, "too few to mean anything: {decided}");
    assert_eq!(portal.signed_in("observer@example.example").await.get("/example/suggestions").await.status, 403);

    // what is answered leaves it, and stands among the answered
    let (id, action) = &ids[0];
    let page = format!("/example/actions/{action}");
    let refused = post(&office, &page, &format!("/example/suggestions/{id}/refuse"), &[("answer", "Not so")]).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER, "{}", refused.text());
    assert_eq!(office.get("/example/suggestions").await.select("tbody tr").len(), 4);
    let answered = office.get("/example/suggestions?state=refused").await;
    assert!(
        answered.text().contains("“Not so”") && answered.text().contains("24 November 2026"),
        "{}",
        answered.text()
    );
    assert_eq!(office.get("/example/suggestions?state=all").await.select("tbody tr").len(), 5);
    for hostile in ["state=%00", "whose=x", "of=x", "after=x", "before=01990000-0000-7000-8000-000000000000"] {
        assert_eq!(office.get(&format!("/example/suggestions?{hostile}")).await.status, StatusCode::OK, "{hostile}");
    }
}

#[tokio::test]
async fn suggestions_are_paged_and_none_is_told_to_whom_its_action_is_not_open() {
    let portal = Portal::start().await;
    sqlx::raw_sql(
        "select set_config('app.process', id::text, false) from process where slug = 'example';
         insert into suggestion (process_id, action_id, by_membership_id, base_version, changes, note, at)
         select s.process_id, s.action_id, s.by_membership_id, 1, s.changes, 'No ' || n, '2026-01-01'::timestamptz + n * interval '1 hour'
         from (select * from suggestion order by id limit 1) s, generate_series(1, 120) n",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("many");
    let office = portal.signed_in("support-group@example.example").await;
    let (mut seen, mut address, mut pages) = (Vec::new(), "/example/suggestions?state=open".to_owned(), 0);
    loop {
        let page = office.get(&address).await;
        pages += 1;
        seen.extend(page.select("tbody th .sub"));
        let html = page.html();
        let next = scraper::Selector::parse("a[rel=next]").expect("a selector");
        let Some(next) = html.select(&next).next() else { break };
        address = next.value().attr("href").expect("a link").to_owned();
    }
    assert_eq!(pages, 3);
    let numbered: Vec<&String> = seen.iter().filter(|n| n.starts_with("No ")).collect();
    assert_eq!(numbered.len(), 120, "each once");
    assert_eq!((numbered[0].as_str(), numbered[119].as_str()), ("No 1", "No 120"), "those that wait longest first");

    sqlx::raw_sql("update action a set handling = 'restricted' where a.process_id = (select id from process where slug = 'example')")
        .execute(&mut portal.superuser().await)
        .await
        .expect("levels");
    for email in ["support-group@example.example", "chair@example.example", "beneficiary-one@example.example"] {
        let list = portal.signed_in(email).await.get("/example/suggestions?state=all").await;
        assert!(list.select("tbody tr").is_empty() && !list.text().contains("Legal aid"), "{email}: {}", list.text());
    }
}
