//! Packs that are kept: frozen, told since when, of a meeting, taken back, listed; and what hostile input makes of them.

use crate::files::parts;
use crate::harness::Portal;
use crate::packs::{DONOR, LEAD, OTHER_LEAD, PARTIES, SECRETARIAT, ask, beneficiary, donor, made, pillar, read};
use axum::http::StatusCode;
use chrono::TimeDelta;

#[tokio::test]
async fn a_pack_stays_as_it_was_made() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let crime = pillar(&portal, "CRIME").await;
    let address = made(&browser, &crime, "members").await;
    let (page, book) = read(&browser, &address).await;
    let id = address.rsplit('/').next().expect("an id");
    let sum = portal.lookup("select sha256 from pack where id::text = $1", id).await;
    assert!(page.text().contains(&sum) && book.contains(&sum), "{sum}");
    let whole =
        "select encode(sha256(convert_to(content || E'\\n' || book, 'UTF8')), 'hex') from pack where id::text = $1";
    assert_eq!(portal.lookup(whole, id).await, sum, "anybody can check it");

    let before = portal.action("example", "Strengthening asset recovery").await;
    sqlx::query("update action set title = 'Renamed since', status = 'cancelled' where id::text = $1")
        .bind(&before)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a change");
    let (after, later) = read(&browser, &address).await;
    assert_eq!(after.text(), page.text());
    assert!(later == book && !later.contains("Renamed since"), "the tables are as they were");
    let (_, new) = read(&browser, &made(&browser, &crime, "members").await).await;
    assert!(new.contains("Renamed since"), "a new pack holds what is so now");

    // the portal itself can change nothing of it
    let mut app = portal.sql("concert_app").await;
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    sqlx::query("select set_config('app.process', $1, false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");
    for statement in ["update pack set content = ''", "update pack set handling = 'members'", "delete from pack"] {
        let refused = sqlx::query(statement).execute(&mut app).await.expect_err(statement).to_string();
        assert!(refused.contains("permission denied"), "{statement}: {refused}");
    }
    // and what somebody else has changed is shown to nobody
    sqlx::query("update pack set content = replace(content, 'State of play', 'State of war') where id::text = $1")
        .bind(id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a forgery");
    for rest in ["", "/file?format=pdf", "/file?format=xlsx"] {
        let page = browser.get(&format!("{address}{rest}")).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{rest}");
        assert!(!page.body.contains("State of war"), "{rest}");
    }
}

async fn note(portal: &Portal, title: &str, event: &str, changes: &str, at: &str) {
    sqlx::query(
        "insert into history (process_id, subject_kind, subject_id, event, changes, at)
            select a.process_id, 'action', a.id, $2, $3::jsonb, $4::timestamptz from action a join process p on p.id = a.process_id
            where p.slug = 'example' and a.title like $1 || '%'",
    )
    .bind(title)
    .bind(event)
    .bind(changes)
    .bind(at)
    .execute(&mut portal.superuser().await)
    .await
    .expect("an entry");
}

#[tokio::test]
async fn changes_are_told_since_the_last_pack_of_its_kind() {
    let portal = Portal::start().await;
    sqlx::query("delete from history").execute(&mut portal.superuser().await).await.expect("no history");
    let crime = pillar(&portal, "CRIME").await;
    note(&portal, "SAFE", "claim-confirmed", "{}", "2026-11-10 08:00+00").await;
    let browser = portal.signed_in(LEAD).await;
    let first = browser.get(&made(&browser, &crime, "members").await).await.text();
    assert!(first.contains("Since the last meeting, of 5 November 2026"), "{first}");
    assert!(first.contains("confirmed what was reported"), "{first}");

    portal.clock.set(portal.clock.now() + TimeDelta::days(14));
    let moved = r#"{"status": {"from": ["planned"], "to": ["ongoing"]}}"#;
    note(&portal, "SAFE", "edited", moved, "2026-12-02 08:00+00").await;
    note(&portal, "SAFE", "edited", "{}", "2026-12-03 08:00+00").await;
    note(&portal, "Regional register of forfeited", "suggested", "{}", "2026-12-03 08:00+00").await;
    note(&portal, PARTIES, "edited", "{}", "2026-12-03 08:00+00").await;
    let browser = portal.signed_in(LEAD).await;
    let second = browser.get(&made(&browser, &crime, "members").await).await.text();
    for words in [
        "Since the last pack of this kind, of 24 November 2026",
        "from “Planned” to “Ongoing”; edited the record (2 times)",
        "3 December 2026",
    ] {
        assert!(second.contains(words), "{words}: {second}");
    }
    for words in ["confirmed what was reported", "suggested a change", PARTIES] {
        assert!(!second.contains(words), "{words}: {second}");
    }
    // one of another level is not the last of this
    let own = browser.get(&made(&browser, &crime, "own").await).await.text();
    assert!(own.contains("Since the last meeting, of 5 November 2026") && own.contains(PARTIES), "{own}");
}

#[tokio::test]
async fn a_pack_of_the_example_reads_so() {
    let portal = Portal::start().await;
    sqlx::query("delete from history").execute(&mut portal.superuser().await).await.expect("no history");
    let browser = portal.signed_in(LEAD).await;
    let crime = pillar(&portal, "CRIME").await;
    let address = made(&browser, &crime, "members").await;
    let page = browser.get(&address).await;
    let text = page.text();
    for words in [
        "Pack for a pillar meeting: CRIME – Serious crime and illicit finance",
        "As of 24 November 2026",
        "Who may see it For all members who take part",
        "Since the last meeting, of 5 November 2026",
        "16 actions are recorded. None has begun since 5 November 2026. None has ended since 5 November 2026. 10 are awaiting an update.",
        "Pipeline 1 Planned 1 Ongoing 12 Completed 1 Cancelled 1 All 16",
        "No action has begun in this time.",
        "7 actions end by 24 May 2027. 8 end by 24 November 2027.",
        "Plan of Action on serious crime 2025–2027",
        "Example: a legal basis for managing seized property Kestria* Not covered",
        "Committed:",
        "each amount counted once",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // what is to be seen at once is drawn, with the same in words
    let drawn = page.select("figure figcaption");
    assert!(
        drawn.iter().any(|c| c.starts_with("By year")) && drawn.contains(&"When they run and end".into()),
        "{drawn:?}"
    );
    assert_eq!(page.select("figure svg.pic-paper > desc").len(), drawn.len());
    // nothing of a plan of another pillar, nothing of the superseded one
    assert!(!text.contains("2022–2024") && !text.contains("border crossings 2026"), "{text}");
    // a long one is made by a job, and the page that waits for it is gone to
    let pdf = browser.get(&format!("{address}/file?format=pdf")).await;
    assert!(matches!(pdf.status, StatusCode::OK | StatusCode::SEE_OTHER), "{}", pdf.text());
    let word = browser.get(&format!("{address}/file?format=docx")).await;
    assert_eq!(word.status, StatusCode::OK, "{}", word.text());
    let name = word.headers["content-disposition"].to_str().expect("text").to_owned();
    assert!(name.contains("example-pack-pillar-2026-11-24.docx"), "{name}");
    for words in [
        "For members",
        "Example: everything in it is invented",
        "Kestria is an invented name",
        "SHA-256",
        "descr=\"When they run and end. ",
    ] {
        assert!(parts(&word).contains(words), "{words}");
    }
}

#[tokio::test]
async fn what_a_title_holds_stays_a_text() {
    let portal = Portal::start().await;
    let hostile = "=HYPERLINK(\"https://evil.example\") <script>alert(1)</script> [x](javascript:alert(1))";
    sqlx::query("update action set title = $1 where title like 'SAFE%'")
        .bind(hostile)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a title");
    let browser = portal.signed_in(LEAD).await;
    let address = made(&browser, &pillar(&portal, "CRIME").await, "members").await;
    let (page, book) = read(&browser, &address).await;
    assert!(page.text().contains(hostile), "{}", page.text());
    assert!(!page.body.contains("<script>alert"), "markup in a page");
    assert!(book.contains("=HYPERLINK(") && !book.contains("<f>"), "a formula");
    for link in ["a[href^='javascript']", "a[href*='evil']"] {
        assert!(page.select(link).is_empty(), "{link}");
    }
    for format in ["pdf", "docx"] {
        let file = browser.get(&format!("{address}/file?format={format}")).await;
        assert!(matches!(file.status, StatusCode::OK | StatusCode::SEE_OTHER), "{format}: {}", file.text());
    }
    assert_eq!(browser.get(&format!("{address}/file?format=odt")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_input_is_told_and_changes_nothing() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let long = "x".repeat(100_000);
    for fields in [
        vec![],
        vec![("about", "board")],
        vec![("about", "board"), ("level", "public")],
        vec![("level", "own")],
        vec![("about", "pillar:' or 1=1 --"), ("level", "own")],
        vec![("about", long.as_str()), ("level", "members")],
        vec![("meeting", "x"), ("level", "members")],
    ] {
        let page = browser.post("/example/packs", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
        assert_eq!(page.select(".errors").len(), 1);
    }
    for about in ["pillar", "beneficiary", "donor"] {
        let nobody = format!("{about}:01990000-0000-7000-8000-000000000000");
        assert_eq!(ask(&browser, &nobody, "members").await.status, StatusCode::NOT_FOUND, "{about}");
    }
    assert_eq!(portal.lookup("select count(*)::text from pack where $1 <> ''", "x").await, "0");
}

#[tokio::test]
async fn a_pack_is_taken_back_by_its_maker_alone() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let address = made(&lead, &pillar(&portal, "CRIME").await, "members").await;
    for email in [SECRETARIAT, OTHER_LEAD] {
        let other = portal.signed_in(email).await;
        assert!(other.get(&address).await.select("form[action$='/withdraw']").is_empty(), "{email}");
        let refused = other.post(&format!("{address}/withdraw"), &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{email}: {}", refused.text());
    }
    let done = lead.submit(&address, Some("/withdraw"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(lead.get(&address).await.status, StatusCode::NOT_FOUND);
    assert!(!lead.get("/example/packs").await.body.contains(&address), "it is listed no more");
    assert_eq!(portal.lookup("select count(*)::text from pack where $1 <> ''", "x").await, "1", "it is kept");
}

/// A meeting of the pillar of serious crime; its id.
async fn meeting(portal: &Portal, title: &'static str, handling: &str, state: &str, day: &str) -> String {
    sqlx::query(
        "insert into meeting (process_id, body, pillar_id, title, starts_at, timed, over_at, zone, handling, state, created_at, changed_at)
            select l.process_id, 'pillar', l.id, $1, $4::timestamptz, true, $4::timestamptz + interval '2 hours', 'UTC', $2, $3,
                $4::timestamptz, $4::timestamptz
            from pillar l join process p on p.id = l.process_id where p.slug = 'example' and l.key = 'CRIME'",
    )
    .bind(title)
    .bind(handling)
    .bind(state)
    .bind(day)
    .execute(&mut portal.superuser().await)
    .await
    .expect("a meeting");
    portal.lookup("select id::text from meeting where title = $1", title).await
}

#[tokio::test]
async fn a_meetings_pack_is_that_of_its_pillar_since_the_last_meeting() {
    let portal = Portal::start().await;
    meeting(&portal, "Spring meeting", "members", "held", "2026-11-17 08:00+00").await;
    // the lead knows of this one, and not everybody who reads a pack for all members
    meeting(&portal, "Autumn meeting of a few", "parties", "held", "2026-11-19 08:00+00").await;
    let next = meeting(&portal, "Winter meeting", "members", "planned", "2026-12-01 08:00+00").await;
    let closed = meeting(&portal, "Closed meeting", "parties", "planned", "2026-12-02 08:00+00").await;
    let lead = portal.signed_in(LEAD).await;
    let ask = |meeting: String, level: &'static str| {
        let lead = &lead;
        async move { lead.post("/example/packs", &[("meeting", &meeting), ("level", level)]).await }
    };
    let answer = ask(next.clone(), "members").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let address = answer.location.expect("an address").split('?').next().expect("a path").to_owned();
    let text = lead.get(&address).await.text();
    for words in [
        "Pack for a pillar meeting: CRIME",
        "For the meeting Winter meeting, 1 December 2026",
        "Since the last meeting, of 17 November 2026",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let list = lead.get(&format!("/example/packs?meeting={next}")).await;
    assert!(list.body.contains(&address));
    let none = lead.get(&format!("/example/packs?meeting={closed}")).await;
    assert!(none.text().contains("No matching packs"), "{}", none.text());
    // of a meeting for its parties alone a pack for all members would tell
    assert_eq!(ask(closed.clone(), "members").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask(closed.clone(), "own").await.status, StatusCode::SEE_OTHER);
    // whose the pillar is not, makes no pack of its meeting; who does not see it finds none
    let other = portal.signed_in(OTHER_LEAD).await;
    let refused = other.post("/example/packs", &[("meeting", &next), ("level", "members")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let unseen = other.post("/example/packs", &[("meeting", &closed), ("level", "own")]).await;
    assert_eq!(unseen.status, StatusCode::NOT_FOUND, "{}", unseen.text());
}

#[tokio::test]
async fn the_list_is_a_file_too() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    made(&lead, &pillar(&portal, "CRIME").await, "members").await;
    made(&lead, &pillar(&portal, "CRIME").await, "own").await;
    let csv = lead.get("/example/packs.csv").await;
    assert_eq!(csv.status, StatusCode::OK);
    assert_eq!(csv.body.matches("meeting: CRIME").count(), 2, "{}", csv.body);
    let narrowed = lead.get("/example/packs.csv?readers=members").await;
    assert_eq!(narrowed.body.matches("meeting: CRIME").count(), 1, "{}", narrowed.body);
    let donor = portal.signed_in(DONOR).await;
    let theirs = donor.get("/example/packs.xlsx").await;
    assert_eq!(parts(&theirs).matches("meeting: CRIME").count(), 1, "one of the two is for them");
}

#[tokio::test]
async fn the_map_shows_where_needs_are_open_and_where_a_donors_money_goes() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let needs = "Where needs are not covered, partly covered, or not judged yet";
    let money = "By beneficiary, in ";
    for (about, map, none) in [
        ("board".to_owned(), Some(needs), money),
        (pillar(&portal, "CRIME").await, Some(needs), money),
        (donor(&portal, "Norland").await, Some(money), needs),
        (beneficiary(&portal, "XA").await, None, needs),
    ] {
        let address = made(&browser, &about, "members").await;
        let page = browser.get(&address).await;
        let drawn = page.select("figure figcaption");
        assert!(!drawn.iter().any(|c| c.starts_with(none)), "{about}: {drawn:?}");
        let Some(map) = map else { continue };
        assert!(drawn.iter().any(|c| c.starts_with(map)), "{about}: {drawn:?}");
        // its figures stand below it, and the name with the note that its asterisk carries
        let table = if map == needs { "Needs by beneficiary" } else { map };
        assert!(page.select("table caption").iter().any(|c| c.starts_with(table)), "{about}: {}", page.text());
        let said = page.select("figure svg.pic-paper > desc");
        assert!(said.iter().any(|d| d.starts_with(map) && d.contains("Kestria*: ")), "{about}: {said:?}");
        assert!(page.text().contains("does not show every beneficiary"), "{about}: {}", page.text());
        let word = parts(&browser.get(&format!("{address}/file?format=docx")).await);
        assert!(word.contains(&format!("descr=\"{map}")) && word.contains("Kestria is an invented name"), "{about}");
    }
}

#[tokio::test]
async fn a_picture_from_elsewhere_that_is_more_than_a_drawing_is_shown_nowhere() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(LEAD).await;
    let address = made(&browser, &pillar(&portal, "CRIME").await, "members").await;
    let id = address.rsplit('/').next().expect("an id");
    let drawn = browser.get(&address).await.select("figure figcaption").len();
    assert!(drawn > 0);
    for more in [
        "<script>alert(1)</script></svg>",
        "<foreignObject><form action='//evil.example'></form></foreignObject></svg>",
        "<image href='https://evil.example/x.png'/></svg>",
    ] {
        // as an archive brings it: with the checksum of what it holds
        sqlx::query(
            "with x as (select id, process_id, replace(content, '</svg>', $2) as content from pack where id::text = $1)
             update pack set content = x.content, sha256 = encode(sha256(convert_to(x.content || E'\\n' || pack.book, 'UTF8')), 'hex')
             from x where x.process_id = pack.process_id and x.id = pack.id",
        )
        .bind(id)
        .bind(more)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a picture");
        let page = browser.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.select("figure").is_empty() && !page.body.contains("evil") && !page.body.contains("alert(1)"));
        let word = browser.get(&format!("{address}/file?format=docx")).await;
        assert_eq!(word.status, StatusCode::OK, "{}", word.text());
        assert!(!parts(&word).contains("picture0.png") && !parts(&word).contains("When they run and end. "), "{more}");
        let pdf = browser.get(&format!("{address}/file?format=pdf")).await;
        assert!(matches!(pdf.status, StatusCode::OK | StatusCode::SEE_OTHER), "{}", pdf.text());
        sqlx::query("update pack set content = replace(content, $2, '</svg>') where id::text = $1")
            .bind(id)
            .bind(more)
            .execute(&mut portal.superuser().await)
            .await
            .expect("as it was");
    }
}

#[tokio::test]
async fn who_gives_money_stands_in_the_order_of_the_names_that_are_shown() {
    let portal = Portal::start().await;
    let mut by = portal.superuser().await;
    // what is searched would have them in another order
    for statement in [
        "insert into action_party (process_id, action_id, organisation_id, role)
            select a.process_id, a.id, o.id, 'funding' from action a join process p on p.id = a.process_id and p.slug = 'example'
            join organisation o on o.process_id = a.process_id and o.name in ('Norland', 'Westmark', 'Coastal Union')
            where a.title like 'Strengthening asset recovery%' on conflict do nothing",
        "update organisation set search_text = 'a' where name = 'Westmark'",
        "update organisation set short_name = 'Zone' where name = 'Coastal Union'",
    ] {
        sqlx::query(statement).execute(&mut by).await.expect(statement);
    }
    let browser = portal.signed_in(LEAD).await;
    let (_, book) = read(&browser, &made(&browser, &pillar(&portal, "CRIME").await, "members").await).await;
    assert!(book.contains("Norland; Westmark; Zone"), "{book}");
}

#[tokio::test]
async fn what_awaits_an_update_is_counted_as_on_the_portals_own_pages() {
    let portal = Portal::start().await;
    let prevent = pillar(&portal, "PREVENT").await;
    let lead = portal.signed_in(OTHER_LEAD).await;
    let list = lead.get("/example/actions?pillar=PREVENT&fresh=stale").await;
    let unconfirmed = lead.get("/example/actions?pillar=PREVENT&fresh=stale&claim=unconfirmed").await.text();
    assert!(unconfirmed.contains("1–1 of one action"), "one that its donor has not confirmed: {unconfirmed}");
    let pack = lead.get(&made(&lead, &prevent, "members").await).await.text();
    let (before, _) = pack.split_once(" are awaiting an update").unwrap_or_else(|| panic!("no such figure: {pack}"));
    let n = before.rsplit(' ').next().expect("a figure");
    assert!(list.text().contains(&format!("1–{n} of {n} actions")), "{n} in the pack: {}", list.text());
}
