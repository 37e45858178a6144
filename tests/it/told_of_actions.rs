//! What histories, the access log and coordination questions tell of an action that their reader does not see: that there is one,
//! and neither its title nor whose it is.

use crate::action_record::{TITLE, save, send, with};
use crate::documents::{ask, document, state};
use crate::files::parts;
use crate::harness::{Browser, Page, Portal};
use crate::jobs::{until, worker};
use crate::plan_consultation::{node, plan};
use axum::http::StatusCode;
use concert::features::documents::{Making, Order};

const SECRETARIAT: &str = "support-group@example.example";
/// Of the pillar of prevention.
const LEAD: &str = "lead-one@example.example";
const CRIME_LEAD: &str = "lead-two@example.example";
/// Keeps the next two.
const NORLAND: &str = "donor@example.example";
const WESTMARK: &str = "second-donor@example.example";
/// For its keeper and parties alone.
const HIDDEN: &str = "Protection of financial investigators who work under cover";
/// Of serious crime, for its parties, that pillar's lead, the secretariat and the Chairmanship.
const PARTIES: &str = "Witness protection units: equipment and safe houses";
/// The same of border crossings, kept by Westmark.
const ROTAS: &str = "Liaison officers at the coast: names and rotas";
const NOT_OPEN: &str = "an action that is not open to you";
const WORDS: &str = "A programme that is not here";

fn done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

/// What an earlier release has left, and the migration that heals it.
async fn run(portal: &Portal, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&mut portal.superuser().await).await.expect("run");
}

const BY_IDS: &str = include_str!("../../migrations/0501_told_by_their_ids.sql");
const WITHOUT_TITLES: &str = include_str!("../../migrations/0502_logged_without_titles.sql");

/// All of these stand there, and none of those.
fn told(text: &str, at: &str, there: &[&str], away: &[&str]) {
    for words in there {
        assert!(text.contains(words), "{at} lacks “{words}”: {text}");
    }
    for words in away {
        assert!(!text.contains(words), "{at} tells “{words}”: {text}");
    }
}

#[tokio::test]
async fn the_history_of_a_plan_names_an_action_to_those_alone_who_see_it() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let measure = node(&portal, "Teachers and parents recognise recruitment early").await;
    let place = format!("{plan}/nodes/{measure}");
    let (lead, norland) = (portal.signed_in(LEAD).await, portal.signed_in(NORLAND).await);
    let edited = [("body", "Two teachers in each school."), ("why", "The schools asked for it")];
    done(&lead.submit(&format!("{place}/edit"), Some(&format!("/nodes/{measure}")), &edited).await);
    let (cover, guard) = ("They train the teachers", "They guard the schools");
    for (title, why) in [(HIDDEN, cover), (PARTIES, guard)] {
        let action = portal.action("example", title).await;
        done(&norland.post(&format!("{place}/actions"), &[("action", action.as_str()), ("why_link", why)]).await);
    }
    let secretariat = portal.signed_in(SECRETARIAT).await;
    for at in [place.clone(), format!("{plan}/history")] {
        let seen = secretariat.get(&at).await.text();
        told(&seen, &at, &["linked an action", PARTIES, guard, NOT_OPEN], &[HIDDEN, cover]);
        let seen = lead.get(&at).await.text();
        let of_both = ["linked an action", NOT_OPEN, "The schools asked for it"];
        told(&seen, &at, &of_both, &[HIDDEN, cover, PARTIES, guard]);
    }
    let file = parts(&secretariat.get(&format!("{plan}/history/file")).await);
    told(&file, "the file", &[PARTIES, guard, NOT_OPEN], &[HIDDEN, cover]);
    let lately = secretariat.get("/example/changes?about=plan").await.text();
    told(&lately, "what has changed lately", &[guard], &[HIDDEN, cover]);
    // the reasons beside a comparison are for all who see drafts
    let compare = format!("{plan}/compare?from=1&to=now");
    told(&norland.get(&compare).await.text(), "the keeper's comparison", &[cover, guard], &[]);
    let seen = portal.signed_in(WESTMARK).await.get(&compare).await.text();
    told(&seen, "another's comparison", &["The schools asked for it"], &[HIDDEN, cover, PARTIES, guard]);
}

#[tokio::test]
async fn titles_that_histories_of_plans_have_kept_become_ids() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    run(
        &portal,
        "insert into history (process_id, subject_kind, subject_id, event, changes, why)
            select n.process_id, 'plan_node', n.id, 'action-linked', jsonb_build_object('action', jsonb_build_object('from', '[]'::jsonb,
                'to', jsonb_build_array(o.title))), o.why
            from plan_node n cross join (values ('Protection of financial investigators who work under cover', 'Cover of old'),
                ('Witness protection units: equipment and safe houses', 'Guards of old'),
                ('An action that nobody knows', 'Nobody knows')) o (title, why)
            where n.title = 'Teachers and parents recognise recruitment early'
                and n.plan_id = (select p.id from plan p where p.title = 'Plan of Action on prevention 2027–2029')",
    )
    .await;
    let history = format!("{plan}/history");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let away = [HIDDEN, "Cover of old", "An action that nobody knows"];
    told(&secretariat.get(&history).await.text(), "before it is healed", &[NOT_OPEN], &away);
    // a second time it changes nothing
    for _ in 0..2 {
        run(&portal, BY_IDS).await;
        let seen = secretariat.get(&history).await.text();
        told(&seen, "the healed history", &[PARTIES, "Guards of old", NOT_OPEN], &away);
        for (why, title) in [("Cover of old", HIDDEN), ("Guards of old", PARTIES)] {
            let kept = portal.lookup("select (changes -> 'action')::text from history where why = $1", why).await;
            assert_eq!(kept, format!("{{\"to\": [\"{}\"], \"from\": []}}", portal.action("example", title).await));
        }
    }
}

#[tokio::test]
async fn the_history_of_an_action_names_what_it_is_part_of_to_those_alone_who_see_that() {
    let portal = Portal::start().await;
    let (norland, secretariat) = (portal.signed_in(NORLAND).await, portal.signed_in(SECRETARIAT).await);
    let (id, hidden) = (portal.action("example", TITLE).await, portal.action("example", HIDDEN).await);
    let (at, edit) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/edit"));
    done(&save(&norland, &edit, &[("parent", HIDDEN)]).await);
    let asked = save(&norland, &edit, &[("parent", WORDS)]).await;
    done(&send(&norland, &edit, &with(asked, &[("parent_choice", "words")])).await);

    let places = [at.clone(), format!("{at}/history/file"), "/example/changes.csv".to_owned()];
    let read = async |browser: &Browser, place: &str| {
        let page = browser.get(place).await;
        assert_eq!(page.status, StatusCode::OK, "{place}: {}", page.text());
        match place.ends_with("/file") {
            true => parts(&page),
            false if place.ends_with(".csv") => page.body,
            false => page.text(),
        }
    };
    for place in &places {
        told(
            &read(&secretariat, place.as_str()).await,
            place,
            &[NOT_OPEN, WORDS],
            &[HIDDEN, "words:A programme", hidden.as_str()],
        );
        told(
            &read(&norland, place.as_str()).await,
            place,
            &[HIDDEN, WORDS],
            // its own address stands beside what has happened to it
            &[NOT_OPEN, "words:A programme", format!("→ {hidden}").as_str()],
        );
    }
    // by the title that it has now
    const RENAMED: &str = "Guarding those who follow the money";
    done(&save(&norland, &format!("/example/actions/{hidden}/edit"), &[("title", RENAMED)]).await);
    told(&read(&norland, places[1].as_str()).await, "the keeper's file", &[RENAMED], &[HIDDEN]);
    told(&read(&secretariat, places[1].as_str()).await, "the secretariat's file", &[NOT_OPEN], &[RENAMED, HIDDEN]);

    // what was kept by its former title is found by it, and words stay words
    run(
        &portal,
        "insert into history (process_id, subject_kind, subject_id, event, changes, why)
            select a.process_id, 'action', a.id, 'edited', '{\"parent\": {\"from\": [\"Protection of financial investigators who work under cover\"],
                \"to\": [\"A programme that is not here\"]}}', 'As of old'
            from action a join process p on p.id = a.process_id where p.slug = 'example'
                and a.title = 'Strengthening asset recovery and the management of seized property'",
    )
    .await;
    run(&portal, BY_IDS).await;
    let kept = portal.lookup("select (changes -> 'parent')::text from history where why = $1", "As of old").await;
    assert_eq!(kept, format!("{{\"to\": [\"{WORDS}\"], \"from\": [\"{hidden}\"]}}"));
    for place in &places {
        told(&read(&secretariat, place.as_str()).await, place, &["As of old", NOT_OPEN, WORDS], &[HIDDEN, RENAMED]);
        told(&read(&norland, place.as_str()).await, place, &["As of old", RENAMED, WORDS], &[HIDDEN, NOT_OPEN]);
    }
}

#[tokio::test]
async fn the_access_log_names_no_action_that_its_reader_does_not_see() {
    let portal = Portal::start().await;
    let (norland, secretariat) = (portal.signed_in(NORLAND).await, portal.signed_in(SECRETARIAT).await);
    let id = portal.action("example", HIDDEN).await;
    for part in ["history/file", "money.xlsx", "money.csv"] {
        let page = norland.get(&format!("/example/actions/{id}/{part}")).await;
        assert_eq!(page.status, StatusCode::OK, "{part}: {}", page.text());
    }
    // a long one is fetched later
    let order = Order {
        subject_kind: "action",
        subject: Some(id.parse().expect("an id")),
        file_name: HIDDEN.into(),
        making: Making::Docx(document(&portal, HIDDEN)),
    };
    let later = ask(&portal, &norland, &order).await.expect("asked");
    let (stop, running) = worker(&portal, None);
    until("the document is ready", async || state(&portal, later).await == "ready").await;
    stop.cancel();
    running.await.expect("the worker").expect("worked");
    assert_eq!(norland.get(&format!("/example/documents/{later}/file")).await.status, StatusCode::OK);

    let closed = ["History (Excel)", "Money of the action (Excel)", "Money of the action (CSV)"];
    let there = [&closed[..], &["a record that is not open to you"]].concat();
    told(&secretariat.get("/example/access-log").await.select("main").join(" "), "the log", &there, &[HIDDEN]);
    told(&secretariat.get("/example/access-log.csv").await.body, "the log as a file", &there, &[HIDDEN]);
    // its keeper sees that it was carried away, and of which record
    let rows = norland.get("/example/access-log").await.select("tbody tr");
    for said in closed {
        assert!(rows.iter().any(|row| row.contains(HIDDEN) && row.contains(said)), "{said}: {rows:?}");
    }
    const WHOSE: &str = "select count(*)::text from access_log l join organisation o on o.process_id = l.process_id and o.id = l.organisation_id
        where l.kind = 'export' and l.handling = 'restricted' and o.name = 'Norland' and l.subject_id::text = $1";
    assert_eq!(portal.lookup(WHOSE, &id).await, "4");

    // lines of old
    run(
        &portal,
        "insert into access_log (process_id, kind, subject_kind, subject_id, detail, rows)
            select a.process_id, 'export', 'action', s.id, s.detail, s.rows from action a
                cross join lateral (values (a.id, a.title || ' – History (Excel)', null),
                    (null, 'Money: ' || a.title || ' (CSV)', 4711)) s (id, detail, rows)
            where a.title = 'Protection of financial investigators who work under cover'",
    )
    .await;
    run(&portal, WITHOUT_TITLES).await;
    told(&secretariat.get("/example/access-log").await.select("main").join(" "), "the log of old", &there, &[HIDDEN]);
    assert_eq!(portal.lookup(WHOSE, &id).await, "5");
    let money = portal.lookup("select detail from access_log where rows = 4711 and subject_kind = $1", "action").await;
    assert_eq!(money, "Money of the action (CSV)");
}

#[tokio::test]
async fn a_question_names_nobody_and_no_pillar_of_an_action_that_its_reader_does_not_see() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(CRIME_LEAD).await, portal.signed_in(SECRETARIAT).await);
    let (open, rotas) = (portal.action("example", TITLE).await, portal.action("example", ROTAS).await);
    let fields = [("action", open.as_str()), ("action", rotas.as_str()), ("kind", "overlap"), ("why", "One purpose")];
    let sent = portal.signed_in(WESTMARK).await.post("/example/overlaps/report", &fields).await;
    done(&sent);
    let case = sent.headers["location"].to_str().expect("an address").split('?').next().expect("a path").to_owned();

    let offered = async |browser: &Browser| {
        let page = browser.get(&case).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        page.select("#owner-id option").join(" | ")
    };
    told(&lead.get(&case).await.text(), "the question", &["an action that another organisation keeps"], &[ROTAS]);
    told(&offered(&lead).await, "the lead's list", &["Norland", "Support Group secretariat"], &["Westmark"]);
    told(&offered(&secretariat).await, "the secretariat's list", &["Norland", "Westmark"], &[]);

    // nor is it shown or found by the hidden one's pillar
    let listed = async |browser: &Browser, query: &str| {
        let rows = browser.get(&format!("/example/overlaps?{query}")).await.select("tbody tr");
        let other = |row: &&String| row.contains(ROTAS) || row.contains("an action that another organisation keeps");
        rows.iter().filter(|row| row.contains(TITLE)).filter(other).cloned().collect::<Vec<String>>().join(" | ")
    };
    told(&listed(&lead, "pillar=CRIME").await, "the lead's row", &["CRIME"], &["BORDER", ROTAS]);
    assert_eq!(listed(&lead, "pillar=BORDER").await, "");
    for query in ["pillar=CRIME", "pillar=BORDER"] {
        told(&listed(&secretariat, query).await, query, &["CRIME", "BORDER", ROTAS], &[]);
    }
    let file = lead.get("/example/overlaps/csv").await.body;
    let line = file.lines().find(|l| l.contains(TITLE) && l.contains("keeps to itself")).expect("its line");
    told(line, "the file", &["CRIME"], &["BORDER", ROTAS]);

    // whom the list does not name cannot be given it; whoever is in charge stands on the page, and stays so
    const MEMBER: &str = "select m.id::text from membership m join account a on a.id = m.account_id
        join process p on p.id = m.process_id where p.slug = 'example' and a.email = $1";
    let westmark = portal.lookup(MEMBER, WESTMARK).await;
    let case_id = case.rsplit('/').next().expect("an id");
    let fields = [("owner", westmark.as_str()), ("due", "")];
    let refused = crate::overlaps::step(&lead, case_id, "assign", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    done(&crate::overlaps::step(&secretariat, case_id, "assign", &fields).await);
    told(&offered(&lead).await, "the lead's list", &["Westmark"], &[]);
    done(&crate::overlaps::step(&lead, case_id, "assign", &[("owner", &westmark), ("due", "2026-12-15")]).await);
}
