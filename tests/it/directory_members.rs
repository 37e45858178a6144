//! Members, the access log.

use crate::directory::{count, organisation, send};
use crate::harness::Portal;

pub const SECRETARIAT: &str = "support-group@example.example";

pub async fn member(portal: &Portal, email: &str) -> String {
    portal
        .lookup(
            "select min(m.id::text) from membership m join account a on a.id = m.account_id where a.email = $1",
            email,
        )
        .await
}

#[tokio::test]
async fn an_invitation_tells_nothing_of_accounts() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let norland = organisation(&portal, "example", "Norland").await;
    let mut answers = Vec::new();
    // one who has an account in the other process, one who has none at all
    for email in ["austria@iisg.example", "nobody@new.example"] {
        let fields = [
            ("name", "Ada Norr"),
            ("email", email),
            ("role", "partner"),
            ("organisation", norland.as_str()),
            ("starts_on", "24.11.2026"),
        ];
        let place = send(&browser, "/example/members/invite", None, &fields).await;
        let page = browser.get(&place).await;
        assert!(page.text().contains("Invited"), "{}", page.text());
        assert!(!page.select("a[href$='/end']").is_empty(), "it cannot be taken back");
        answers.push(page.text().replace(email, "…").replace(place.rsplit('/').next().unwrap_or_default(), "…"));
        let letters = count(
            &portal,
            // who has a password is asked to sign in; the page must not tell which letter it was
            "select count(*)::text from outgoing_mail where recipient = $1 and (body like '%/invitation/%' or body like '%/sign-in%')",
            email,
        )
        .await;
        assert_eq!(letters, 1, "{email}");
    }
    assert_eq!(answers[0], answers[1]);
    let again = browser
        .submit(
            "/example/members/invite",
            None,
            &[("name", "Ada Norr"), ("email", "nobody@new.example"), ("role", "partner"), ("organisation", &norland)],
        )
        .await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("is a member in this role already"));
    // who is invited is not in the directory that others read
    let donor = portal.signed_in("donor@example.example").await;
    assert!(!donor.get("/example/members").await.text().contains("Ada Norr"));
    assert!(!donor.get("/example/members?state=invited").await.text().contains("Ada Norr"));
    let invited = member(&portal, "nobody@new.example").await;
    assert_eq!(donor.get(&format!("/example/members/{invited}")).await.status, 404);
}

#[tokio::test]
async fn who_must_be_out_now_is_out_now_also_on_the_first_day() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let leaver = member(&portal, "second-donor@example.example").await;
    sqlx::query("update membership set starts_on = '2026-11-24' where id::text = $1")
        .bind(&leaver)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a first day");
    let theirs = portal.signed_in("second-donor@example.example").await;
    // days stand in the forms as people write them, and an untouched form changes nothing
    let edit = format!("/example/members/{leaver}/edit");
    for form in [edit.as_str(), "/example/members/invite"] {
        assert_eq!(browser.get(form).await.value("starts_on").as_deref(), Some("24 November 2026"), "{form}");
    }
    let lines = "select count(*)::text from history where subject_kind = 'membership' and subject_id::text = $1";
    let before = portal.lookup(lines, &leaver).await;
    assert!(browser.submit(&edit, None, &[]).await.status.is_redirection());
    assert_eq!(portal.lookup(lines, &leaver).await, before);
    let end = format!("/example/members/{leaver}/end");
    // of the day alone: it holds until tomorrow, and yesterday lies before the term
    let fields = [("ends_on", "23.11.2026"), ("why", "")];
    assert_eq!(browser.submit(&end, None, &fields).await.status, 422);
    let fields = [("ends_on", "24.11.2026"), ("why", "")];
    assert!(browser.submit(&end, None, &fields).await.status.is_redirection());
    assert_eq!(theirs.get("/example/directory").await.status, 200);

    let fields = [("ends_on", ""), ("at_once", "yes"), ("why", "The wrong person")];
    let done = browser.submit(&end, None, &fields).await;
    assert!(done.status.is_redirection(), "{}", done.text());
    assert_eq!(theirs.get("/example/directory").await.status, 404);
    let stands = "select state || ' ' || starts_on || ' ' || ends_on from membership where id::text = $1";
    assert_eq!(portal.lookup(stands, &leaver).await, "ended 2026-11-24 2026-11-24");
    let page = browser.get(&format!("/example/members/{leaver}")).await;
    let history = page.select("#history li").join(" ");
    assert!(history.contains("The wrong person") && history.contains("Former member"), "{history}");
    assert!(page.body.contains("/members/invite?after="), "a successor can be invited");
    // nor so can the process be left without a secretariat
    let own = member(&portal, SECRETARIAT).await;
    let last = browser.submit(&format!("/example/members/{own}/end"), None, &[("at_once", "yes")]).await;
    assert_eq!(last.status, 422, "{}", last.text());
}

#[tokio::test]
async fn who_has_left_is_a_former_member_in_what_others_see() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let leaver = member(&portal, "second-donor@example.example").await;
    let name = portal.lookup("select name from membership where id::text = $1", &leaver).await;
    let of = portal
        .lookup(
            "select o.name from membership m join organisation o on o.id = m.organisation_id where m.id::text = $1",
            &leaver,
        )
        .await;
    // something that they did
    let theirs = portal.signed_in("second-donor@example.example").await;
    let own = portal.lookup("select organisation_id::text from membership where id::text = $1", &leaver).await;
    send(&theirs, &format!("/example/organisations/{own}/contacts/new"), None, &[("name", "Desk"), ("phone", "1")])
        .await;
    send(
        &browser,
        &format!("/example/members/{leaver}/end"),
        None,
        &[("ends_on", "23.11.2026"), ("why", "Another post")],
    )
    .await;
    assert_eq!(theirs.get("/example/directory").await.status, 404, "no longer a member");

    let chair = portal.signed_in("chair@example.example").await;
    let page = chair.get(&format!("/example/organisations/{own}")).await;
    assert!(
        page.text().contains(&format!("a former member of {of}")) && !page.text().contains(&name),
        "{}",
        page.text()
    );
    let page = chair.get(&format!("/example/members/{leaver}")).await;
    assert!(
        page.text().to_lowercase().contains("a former member")
            && !page.body.contains(&name)
            && !page.body.contains("second-donor@"),
        "{}",
        page.text()
    );
    assert!(
        browser.get(&format!("/example/organisations/{own}")).await.text().contains(&name),
        "the secretariat keeps the list"
    );

    // a successor takes over, and finds what was left
    let form = format!("/example/members/invite?after={leaver}");
    let place = send(&browser, &form, None, &[("name", "Nora Next"), ("email", "next@example.example")]).await;
    let successor = place.rsplit('/').next().expect("an id").to_owned();
    sqlx::query("update membership set state = 'active' where id::text = $1")
        .bind(&successor)
        .execute(&mut portal.superuser().await)
        .await
        .expect("accepted");
    let next = portal.signed_in("next@example.example").await;
    let home = next.get("/example").await;
    assert_eq!(home.status, 200, "{}", home.text());
    assert_eq!(
        home.select(&format!("main a[href='{place}/handover']")),
        [format!("What you take over from a former member of {of}")],
        "{}",
        home.text()
    );
    let statements = home.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let statements: u32 =
        statements.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    assert!(statements <= 8, "{statements} statements");
    assert!(!theirs.get("/example").await.body.contains("/handover"));
    let page = next.get(&format!("{place}/handover")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("What we hold")
            && page.text().contains("Whom to ask")
            && page.text().contains("Positions and votes in its name")
            && !page.text().contains(&name),
        "{}",
        page.text()
    );
    assert_eq!(chair.get(&format!("{place}/handover")).await.status, 404, "it is the successor's");
    // what began more than half a year ago is no news
    sqlx::query("update membership set starts_on = '2026-05-24' where id::text = $1")
        .bind(&successor)
        .execute(&mut portal.superuser().await)
        .await
        .expect("earlier");
    assert!(!next.get("/example").await.body.contains("/handover"));
}

#[tokio::test]
async fn a_successor_finds_the_positions_and_votes_in_the_places_name() {
    let portal = Portal::start().await;
    let place = member(&portal, "beneficiary-one@example.example").await;
    sqlx::query("update membership set predecessor_id = $2::uuid where id::text = $1")
        .bind(&place)
        .bind(member(&portal, "chair@example.example").await)
        .execute(&mut portal.superuser().await)
        .await
        .expect("changed");
    let page = portal.signed_in("beneficiary-one@example.example").await;
    let page = page.get(&format!("/example/members/{place}/handover")).await;
    assert!(page.text().contains("agrees, with remarks:") && page.text().contains("In favour:"), "{}", page.text());
}

#[tokio::test]
async fn terms_and_marks_are_dated() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let donor = member(&portal, "donor@example.example").await;
    send(
        &browser,
        &format!("/example/members/{donor}/edit"),
        None,
        &[("ends_on", "31.12.2026"), ("votes_from", "1.12.2026")],
    )
    .await;
    let soon = browser.get("/example/members?ending=90").await;
    assert!(soon.text().contains("Ends soon") && soon.text().contains("31 December 2026"), "{}", soon.text());
    send(&browser, &format!("/example/members/{donor}/renew"), None, &[("ends_on", "31.12.2028")]).await;
    assert!(browser.get(&format!("/example/members/{donor}")).await.text().contains("renewed the membership"));
    for (name, value) in [("ends_on", "1.1.2020"), ("ends_on", ""), ("ends_on", "soon")] {
        assert_eq!(
            browser.submit(&format!("/example/members/{donor}/renew"), None, &[(name, value)]).await.status,
            422,
            "{value}"
        );
    }
    let observer = member(&portal, "observer@example.example").await;
    let marked =
        browser.submit(&format!("/example/members/{observer}/edit"), None, &[("votes_from", "1.12.2026")]).await;
    assert_eq!(marked.status, 422, "an observer has no vote");
    // somebody has to keep the process
    let own = member(&portal, SECRETARIAT).await;
    let last = browser.submit(&format!("/example/members/{own}/end"), None, &[("ends_on", "24.11.2026")]).await;
    assert_eq!(last.status, 422, "{}", last.text());
    assert_eq!(
        browser.submit(&format!("/example/members/{own}/edit"), None, &[("role", "observer")]).await.status,
        422
    );
}

#[tokio::test]
async fn a_focal_point_proposes_its_own_staff_and_confirms_its_list() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let list = donor.get("/example/members").await;
    assert!(list.text().contains("You keep the list of"), "{}", list.text());
    // whatever the form says, a proposal is for the own list, without marks
    let westmark = organisation(&portal, "example", "Westmark").await;
    let fields = [
        ("name", "Nils Nord"),
        ("email", "nils@norland.example"),
        ("role", "support_group"),
        ("organisation", westmark.as_str()),
        ("votes_from", "1.1.2026"),
        ("starts_on", "1.12.2026"),
    ];
    let place = send(&donor, "/example/members/propose", None, &fields).await;
    let stored = portal.lookup("select m.role || ' ' || o.name || ' ' || m.state || coalesce(m.votes_from::text, '') from membership m join organisation o on o.id = m.organisation_id where m.name = $1", "Nils Nord").await;
    assert_eq!(stored, "partner Norland proposed");
    let letters =
        count(&portal, "select count(*)::text from outgoing_mail where recipient = $1", "nils@norland.example").await;
    assert_eq!(letters, 0, "no letter before the secretariat has said so");
    assert_eq!(crate::notices::told(&portal, "notices-member-proposed").await, [SECRETARIAT]);
    let home = secretariat.get("/example").await.text();
    assert!(home.contains("proposed member waits") || home.contains("proposed members wait"), "{home}");
    assert_eq!(portal.signed_in("second-donor@example.example").await.get(&place).await.status, 404);
    assert_eq!(donor.post(&format!("{place}/accept"), &[]).await.status, 403);
    send(&secretariat, &place, Some("/accept"), &[]).await;
    let letters =
        count(&portal, "select count(*)::text from outgoing_mail where recipient = $1", "nils@norland.example").await;
    assert_eq!(letters, 1);
    assert_eq!(crate::notices::told(&portal, "notices-member-accepted").await, ["donor@example.example"]);
    assert_eq!(secretariat.post(&format!("{place}/decline"), &[]).await.status, 409);

    send(&donor, "/example/members", Some("/confirm"), &[]).await;
    assert!(donor.get("/example/members").await.text().contains("You confirmed it on 24 November 2026"), "one click");
    let foreign = member(&portal, "second-donor@example.example").await;
    assert_eq!(donor.post("/example/members/confirm", &[("membership", &foreign)]).await.status, 404);
    for email in ["lead-one@example.example", "observer@example.example", "chair@example.example"] {
        let other = portal.signed_in(email).await;
        assert_eq!(other.get("/example/members/propose").await.status, 403, "{email}");
        assert_eq!(other.post("/example/members/confirm", &[("membership", &foreign)]).await.status, 403, "{email}");
    }
    // a member of the same organisation who is not its focal point
    sqlx::query("update membership set focal_point = false where id::text = $1")
        .bind(member(&portal, "donor@example.example").await)
        .execute(&mut portal.superuser().await)
        .await
        .expect("changed");
    assert_eq!(donor.get("/example/members/propose").await.status, 403);
    assert!(!donor.get("/example/members").await.text().contains("Propose a member"));
}

#[tokio::test]
async fn the_access_log_shows_partners_their_own_lines() {
    let portal = Portal::start().await;
    let (norland, westmark) =
        (organisation(&portal, "example", "Norland").await, organisation(&portal, "example", "Westmark").await);
    let by = member(&portal, "lead-one@example.example").await;
    for (organisation, detail) in [(&norland, "line-of-norland"), (&westmark, "line-of-westmark")] {
        sqlx::query(
            "insert into access_log (process_id, by_membership_id, kind, subject_kind, organisation_id, handling, detail)
             select process_id, id, 'read', 'action', $2::uuid, 'parties', $3 from membership where id::text = $1",
        )
        .bind(&by)
        .bind(organisation)
        .bind(detail)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a line");
    }
    let donor = portal.signed_in("donor@example.example").await;
    let page = donor.get("/example/access-log").await;
    assert!(page.text().contains("line-of-norland") && !page.text().contains("line-of-westmark"), "{}", page.text());
    let forced = donor.get(&format!("/example/access-log?organisation={westmark}")).await;
    assert!(!forced.text().contains("line-of-westmark"));
    let all = portal.signed_in(SECRETARIAT).await.get("/example/access-log").await;
    assert!(all.text().contains("line-of-norland") && all.text().contains("line-of-westmark"));
    for email in [
        "lead-one@example.example",
        "observer@example.example",
        "beneficiary-one@example.example",
        "chair@example.example",
    ] {
        assert_eq!(portal.signed_in(email).await.get("/example/access-log").await.status, 403, "{email}");
    }
}

#[tokio::test]
async fn the_chairmanship_sees_the_whole_list_and_settings_and_changes_nothing() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let norland = organisation(&portal, "example", "Norland").await;
    let fields = [
        ("name", "Ada Norr"),
        ("email", "ada@norland.example"),
        ("role", "partner"),
        ("organisation", norland.as_str()),
        ("starts_on", "24.11.2026"),
    ];
    let invited = send(&secretariat, "/example/members/invite", None, &fields).await;
    let leaver = member(&portal, "second-donor@example.example").await;
    let name = portal.lookup("select name from membership where id::text = $1", &leaver).await;
    let end = [("ends_on", "23.11.2026"), ("why", "Another post")];
    send(&secretariat, &format!("/example/members/{leaver}/end"), None, &end).await;

    let chair = portal.signed_in("chair@example.example").await;
    let list = chair.get("/example/members?state=invited").await;
    assert!(list.text().contains("Ada Norr") && !list.body.contains("/members/invite"), "{}", list.text());
    let ended = chair.get("/example/members?state=ended").await;
    assert!(ended.text().contains("a former member of Westmark") && !ended.body.contains(&name), "{}", ended.text());
    assert!(secretariat.get("/example/members?state=ended").await.text().contains(&name));
    let page = chair.get(&invited).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("Ada Norr") && page.select("main form, main .acts-line a").is_empty(),
        "{}",
        page.body
    );
    for path in ["/example/settings", "/example/themes"] {
        let page = chair.get(path).await;
        assert_eq!((page.status.as_u16(), page.select("main form").len()), (200, 0), "{path}");
    }
    for path in [format!("{invited}/edit"), "/example/members/invite".into(), "/example/settings/edit".into()] {
        assert_eq!(chair.get(&path).await.status, 403, "{path}");
        assert_eq!(chair.post(&path, &[]).await.status, 403, "{path}");
    }
    for email in ["lead-one@example.example", "donor@example.example", "observer@example.example"] {
        let other = portal.signed_in(email).await;
        assert!(!other.get("/example/members?state=invited").await.text().contains("Ada Norr"), "{email}");
        assert_eq!(other.get(&invited).await.status, 404, "{email}");
    }
}
