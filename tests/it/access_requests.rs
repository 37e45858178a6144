//! Requests for access: who learns of them, who decides, what comes of them.

use crate::directory::{organisation, send};
use crate::directory_members::{SECRETARIAT, member};
use crate::harness::Portal;
use axum::http::StatusCode;

async fn ask(portal: &Portal, kind: &str, organisation: &str) -> crate::harness::Page {
    let fields = [
        ("kind", kind),
        ("name", "Ada Asks"),
        ("email", "ada@asks.example"),
        ("organisation", organisation),
        ("reason", "To see Norland's files"),
    ];
    portal.visitor().submit("/example/public/access", None, &fields).await
}

/// To whom letters went that say a request waits.
async fn told(portal: &Portal) -> String {
    let sql = "select coalesce(string_agg(recipient, ' ' order by recipient), '') from outgoing_mail where subject like '%' || $1 || '%'";
    portal.lookup(sql, "request for access waits").await
}

#[tokio::test]
async fn a_request_waits_on_the_home_of_its_focal_point_who_is_told() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    assert!(!donor.get("/example").await.body.contains("/access-requests/"), "none waits");
    assert_eq!(ask(&portal, "person", "norland").await.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&portal).await, "donor@example.example");
    let id = portal.lookup("select id::text from access_request where email = $1", "ada@asks.example").await;
    let letter =
        portal.lookup("select subject || body from outgoing_mail where recipient = $1", "donor@example.example").await;
    let notice = portal.lookup("select id::text from notice where link = $1", &format!("/access-requests/{id}")).await;
    assert!(letter.contains(&format!("http://concert.test/example/notices/{notice}")), "{letter}");
    assert!(letter.contains("8 December 2026"), "{letter}");
    for personal in ["Ada", "asks.example", "Norland", "files"] {
        assert!(!letter.contains(personal), "{personal} in {letter}");
    }
    let home = donor.get("/example").await;
    let waits = home.select("#requests li").join(" ");
    assert!(waits.contains("Ada Asks") && waits.contains("8 December 2026"), "{waits}");
    assert_eq!(home.select(&format!("#requests a[href='/example/access-requests/{id}']")).len(), 1);
    let page = donor.get(&format!("/example/access-requests/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    // who asked: whoever sent the form, not the portal
    assert!(page.select("#history li").join(" ").contains("The applicant asked for access"), "{}", page.text());
    for email in ["second-donor@example.example", "beneficiary-one@example.example", "lead-one@example.example"] {
        let other = portal.signed_in(email).await.get("/example").await;
        assert!(!other.body.contains("Ada Asks") && !other.body.contains(&id), "{email}");
    }
    // an overdue one says so
    portal.clock.set("2026-12-09T09:00:00Z".parse().expect("a moment"));
    let donor = portal.signed_in("donor@example.example").await;
    assert!(donor.get("/example").await.select("#requests .mark.warn").join("").contains("past its date"));
}

#[tokio::test]
async fn where_no_focal_point_answers_the_secretariat_is_told() {
    let portal = Portal::start().await;
    let mut answers = std::collections::BTreeSet::new();
    for organisation in ["Nowhere at all", "Norland Agency for Cooperation"] {
        let sent = ask(&portal, "person", organisation).await;
        answers.insert((sent.status.as_u16(), sent.location, sent.body));
    }
    ask(&portal, "person", "Norland").await;
    assert_eq!(
        told(&portal).await,
        "donor@example.example support-group@example.example support-group@example.example"
    );
    let sent = ask(&portal, "person", "Norland").await;
    answers.insert((sent.status.as_u16(), sent.location, sent.body));
    assert_eq!(answers.len(), 1, "{answers:?}");
    // a focal point decides on persons alone; of what is asked again while it waits it has been told
    ask(&portal, "new_member", "Norland").await;
    let norland = "select count(*)::text from outgoing_mail where recipient = $1";
    assert_eq!(portal.lookup(norland, "donor@example.example").await, "1");
    assert_eq!(portal.lookup(norland, "support-group@example.example").await, "3");
    // nobody is flooded
    for email in ["ben@asks.example", "cem@asks.example"] {
        let fields = [("kind", "person"), ("name", "Another"), ("email", email), ("organisation", "Norland")];
        assert_eq!(portal.visitor().submit("/example/public/access", None, &fields).await.status, 303);
    }
    assert_eq!(portal.lookup(norland, "donor@example.example").await, "2");
}

/// Whoever coordinates for a beneficiary is told of those whose organisation does so too; a proposal hands over nothing.
#[tokio::test]
async fn a_beneficiarys_focal_point_answers_for_the_organisations_of_its_members() {
    let portal = Portal::start().await;
    let proposed = |state: &'static str| {
        format!(
            "update membership m set organisation_id = o.id, state = '{state}' from organisation o, account a
             where o.process_id = m.process_id and o.name = 'Westmark' and a.id = m.account_id and a.email = 'beneficiary-two@example.example'"
        )
    };
    let beneficiary = "beneficiary-one@example.example";
    sqlx::raw_sql(
        "update membership m set beneficiary_id = (select x.beneficiary_id from membership x join account a on a.id = x.account_id
            where a.email = 'beneficiary-one@example.example') from account a where a.id = m.account_id and a.email = 'beneficiary-two@example.example';
         update membership m set focal_point = false from account a where a.id = m.account_id and a.email in ('second-donor@example.example', 'beneficiary-two@example.example')",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("memberships");
    for (state, expected) in [("proposed", "support-group@example.example"), ("active", beneficiary)] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(proposed(state))).execute(&mut portal.superuser().await).await.expect(state);
        sqlx::raw_sql("delete from outgoing_mail").execute(&mut portal.superuser().await).await.expect("no letters");
        ask(&portal, "person", "Westmark").await;
        assert_eq!(told(&portal).await, expected, "{state}");
    }
    let home = portal.signed_in(beneficiary).await.get("/example").await;
    assert!(home.select("#requests li").join(" ").contains("Ada Asks"), "{}", home.text());
}

#[tokio::test]
async fn requests_are_decided_by_whom_they_concern() {
    let portal = Portal::start().await;
    let request = |who: &'static str| portal.lookup("select id::text from access_request where name = $1", who);
    let (norland, other) = (request("Demo applicant A").await, request("Demo applicant B").await);
    let agency = portal.lookup("select o.id::text from access_request r join organisation o on o.id = r.organisation_id where r.id::text = $1", &norland).await;
    // the focal point of the organisation that the request names
    let focal = member(&portal, "donor@example.example").await;
    sqlx::query("update membership set organisation_id = $2::uuid where id::text = $1")
        .bind(&focal)
        .bind(&agency)
        .execute(&mut portal.superuser().await)
        .await
        .expect("changed");
    let donor = portal.signed_in("donor@example.example").await;
    let list = donor.get("/example/access-requests?state=all").await;
    assert!(list.text().contains("Demo applicant A") && !list.text().contains("Demo applicant B"), "{}", list.text());
    assert_eq!(
        donor.get(&format!("/example/access-requests/{other}")).await.status,
        404,
        "a new member is the secretariat's"
    );
    assert_eq!(donor.post(&format!("/example/access-requests/{other}/grant"), &[]).await.status, 404);
    let granted = donor.submit(&format!("/example/access-requests/{norland}"), Some("/grant"), &[]).await;
    assert_eq!(granted.status, 303);
    let letter = portal
        .lookup("select subject || ' ' || body from outgoing_mail where recipient = $1", "applicant-a@norland.example")
        .await;
    assert!(letter.contains("is granted") && letter.contains("invitation"), "{letter}");
    let next = granted.location.expect("a way on");
    assert!(next.starts_with("/example/members/propose"), "{next}");
    let form = donor.get(&next).await;
    assert_eq!(
        form.value("email").as_deref(),
        Some("applicant-a@norland.example"),
        "the form is filled from the request"
    );
    // what came of it stands with it: nobody is invited twice
    let one = format!("/example/access-requests/{norland}");
    assert!(donor.get(&one).await.text().contains("What remains is the invitation"));
    let proposed = donor.submit(&next, None, &[]).await.location.expect("the proposal");
    let place = proposed.split('?').next().expect("a path");
    let page = donor.get(&one).await;
    assert!(!page.text().contains("What remains is the invitation"), "{}", page.text());
    assert_eq!(page.select(&format!(".side a[href='{place}']")).len(), 1, "{}", page.body);

    let secretariat = portal.signed_in(SECRETARIAT).await;
    let page = secretariat.get(&format!("/example/access-requests/{other}")).await;
    assert!(page.text().contains("Prepare the Board’s decision"), "{}", page.text());
    let name = portal.lookup("select organisation_name from access_request where id::text = $1", &other).await;
    let prepared = secretariat.get(&format!("/example/decisions/new?kind=membership&label={name}")).await;
    assert_eq!(prepared.value("subject_label").as_deref(), Some(name.as_str()));
    send(
        &secretariat,
        &format!("/example/access-requests/{other}"),
        Some("/decline"),
        &[("answer", "The Board has not decided.")],
    )
    .await;
    let letter = portal
        .lookup("select subject || ' ' || body from outgoing_mail where recipient = $1", "applicant-b@eastholm.example")
        .await;
    assert!(letter.contains("cannot be granted") && letter.contains("The Board has not decided."), "{letter}");
    assert_eq!(secretariat.post(&format!("/example/access-requests/{other}/grant"), &[]).await.status, 409);
    for email in ["lead-one@example.example", "observer@example.example", "chair@example.example"] {
        assert_eq!(portal.signed_in(email).await.get("/example/access-requests").await.status, 403, "{email}");
    }
}

#[tokio::test]
async fn what_one_person_asks_again_stands_and_is_decided_as_one_request() {
    let portal = Portal::start().await;
    let ask = async |kind: &str, email: &str, organisation: &str, reason: &str| {
        let fields = [
            ("kind", kind),
            ("name", "Ada Asks"),
            ("email", email),
            ("organisation", organisation),
            ("reason", reason),
        ];
        assert_eq!(portal.visitor().submit("/example/public/access", None, &fields).await.status, 303);
    };
    ask("person", "ada@asks.example", "Pier Society", "To read along").await;
    portal.clock.set("2026-11-26T09:00:00Z".parse().expect("a moment"));
    ask("person", "Ada@Asks.example", "Pier society of old", "Nobody has answered").await;
    // something else is asked, or by somebody else, or of a focal point
    ask("evaluator", "ada@asks.example", "Pier Society", "").await;
    ask("person", "ben@asks.example", "Pier Society", "").await;
    ask("person", "ada@asks.example", "Norland", "").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let list = secretariat.get("/example/access-requests").await;
    assert_eq!(list.select("tbody th a.t").iter().filter(|n| *n == "Ada Asks").count(), 4, "{}", list.text());
    let again = list.select("tbody td .sub");
    assert_eq!(again, ["asked again on 26 November 2026"]);
    let first =
        portal.lookup("select min(at)::text from access_request where lower(email) = $1", "ada@asks.example").await;
    let id = portal.lookup("select id::text from access_request where at::text = $1", &first).await;
    let repeat = portal.lookup("select id::text from access_request where first_id::text = $1", &id).await;
    // either address leads to it, with the term of the first
    for one in [&id, &repeat] {
        let text = secretariat.get(&format!("/example/access-requests/{one}")).await.text();
        for said in
            ["24 November 2026", "Asked again on", "26 November 2026", "Nobody has answered", "Pier society of old"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
    send(&secretariat, &format!("/example/access-requests/{repeat}"), Some("/decline"), &[("answer", "Not now.")])
        .await;
    let states = "select string_agg(distinct state || coalesce(decided_at::text, ''), ' ') from access_request
        where $1 in (id::text, first_id::text)";
    let states = portal.lookup(states, &id).await;
    assert!(states.starts_with("declined") && !states.contains("open"), "{states}");
    let letters = "select count(*)::text from outgoing_mail where recipient ilike $1 and body like '%Not now.%'";
    assert_eq!(portal.lookup(letters, "ada@asks.example").await, "1");
    assert_eq!(secretariat.get("/example/access-requests").await.select("tbody td .sub").len(), 0);
    let declined = secretariat.get("/example/access-requests?state=declined").await;
    assert_eq!(declined.select("tbody th a.t").iter().filter(|n| *n == "Ada Asks").count(), 1);
    // what is asked after the answer is asked anew
    ask("person", "ada@asks.example", "Pier Society", "Once more").await;
    let open = secretariat.get("/example/access-requests").await;
    assert_eq!(open.select("tbody th a.t").iter().filter(|n| *n == "Ada Asks").count(), 4, "{}", open.text());
}

#[tokio::test]
async fn an_organisation_that_a_request_names_is_added_from_there() {
    let portal = Portal::start().await;
    let fields = [
        ("kind", "person"),
        ("name", "Ada Asks"),
        ("email", "ada@asks.example"),
        ("organisation", "Institute of Tides & Shores"),
        ("reason", "To read along"),
    ];
    assert_eq!(portal.visitor().submit("/example/public/access", None, &fields).await.status, 303);
    let id = portal.lookup("select id::text from access_request where email = $1", "ada@asks.example").await;
    let one = format!("/example/access-requests/{id}");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    send(&secretariat, &one, Some("/grant"), &[]).await;
    let add = format!("/example/organisations/new?request={id}");
    // it comes before the invitation, which is to it
    let page = secretariat.get(&one).await;
    assert_eq!(page.select(&format!("a[href='{add}']")), ["Add it to the directory"]);
    assert_eq!(page.select(".side a.btn.main"), ["Add it to the directory"], "{}", page.text());
    let form = secretariat.get(&add).await;
    assert_eq!(form.value("name").as_deref(), Some("Institute of Tides & Shores"));
    assert!(form.text().contains("A request for access names it"), "{}", form.text());
    let added = secretariat.submit(&add, None, &[("kind", "ngo")]).await;
    assert!(added.location.as_deref().is_some_and(|l| l.starts_with(&one)), "{:?} {}", added.location, added.text());
    let page = secretariat.get(&one).await;
    assert!(page.select(&format!("a[href='{add}']")).is_empty(), "{}", page.text());
    assert_eq!(page.select(".side a.btn.main"), ["Invite a member"], "{}", page.text());
    let history = page.select("#history li").join(" ");
    assert!(
        history.contains("added its organisation to the directory"),
        "who decides is another from then on: {history}"
    );
    assert!(history.contains("Institute of Tides & Shores"), "{history}");
    // the invitation is to it
    let organisation = organisation(&portal, "example", "Institute of Tides & Shores").await;
    let form = secretariat.get(&format!("/example/members/invite?request={id}")).await;
    let (_, fields) = form.form(None);
    assert!(fields.contains(&("organisation".to_owned(), organisation)), "{fields:?}");
    // an organisation is added as before where nothing asked for it
    let plain =
        secretariat.submit("/example/organisations/new", None, &[("name", "Pier Society"), ("kind", "ngo")]).await;
    assert!(plain.location.is_some_and(|l| l.starts_with("/example/organisations/")));
}

/// What a form has in a field, as it comes.
async fn filled(browser: &crate::harness::Browser, form: &str, field: &str) -> Option<String> {
    let (_, fields) = browser.get(form).await.form(None);
    fields.into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
}

#[tokio::test]
async fn an_invitation_is_to_the_organisation_that_the_request_names() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let named = "select max(id::text) from access_request where email = 'ada@asks.example' and organisation_name = $1";
    // it has come into the directory since, by another way
    let tides = "Institute of Tides & Shores";
    ask(&portal, "person", tides).await;
    let id = portal.lookup(named, tides).await;
    let invite = format!("/example/members/invite?request={id}");
    assert_eq!(filled(&secretariat, &invite, "organisation").await.as_deref(), Some(""));
    let added = [("name", tides), ("kind", "ngo")];
    assert!(secretariat.submit("/example/organisations/new", None, &added).await.location.is_some());
    let there = organisation(&portal, "example", tides).await;
    assert_eq!(filled(&secretariat, &invite, "organisation").await, Some(there));
    let one = format!("/example/access-requests/{id}");
    send(&secretariat, &one, Some("/grant"), &[]).await;
    let page = secretariat.get(&one).await;
    assert_eq!(page.select(".side a.btn.main"), ["Invite a member"], "nothing is to be added: {}", page.text());
    // it is written otherwise in the directory
    let typed = "Norl\u{e1}nd Agency for Cooperation";
    ask(&portal, "evaluator", typed).await;
    let invite = format!("/example/members/invite?request={}", portal.lookup(named, typed).await);
    let agency = organisation(&portal, "example", "Norland Agency for Cooperation").await;
    assert_eq!(filled(&secretariat, &invite, "organisation").await, Some(agency));
}

#[tokio::test]
async fn who_keeps_several_lists_proposes_for_the_one_that_the_request_names() {
    let portal = Portal::start().await;
    let place = member(&portal, "second-donor@example.example").await;
    let own = member(&portal, "donor@example.example").await;
    sqlx::raw_sql(
        "update membership m set account_id = d.id, focal_point = true from account a, account d
            where a.id = m.account_id and a.email = 'second-donor@example.example' and d.email = 'donor@example.example'",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("two lists");
    let donor = portal.signed_in("donor@example.example").await;
    for (organisation, list) in [("Westmark", place), ("Norland", own)] {
        ask(&portal, "person", organisation).await;
        let named = "select id::text from access_request where email = 'ada@asks.example' and organisation_name = $1";
        let form = format!("/example/members/propose?request={}", portal.lookup(named, organisation).await);
        assert_eq!(filled(&donor, &form, "for").await, Some(list), "{organisation}");
    }
}
