//! Reading through the interface: the same rows as on the pages, whole walks, and what has changed.

use crate::api::{BENEFICIARY, DONOR, Program, SECRETARIAT, facts, nowhere, program, with};
use crate::gone::told;
use crate::harness::Portal;
use crate::webhooks::WESTMARK;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::BTreeSet;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The ids of a whole list, walked in stretches.
async fn walked(program: &Program, path: &str, limit: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    for _ in 0..500 {
        let joint = if path.contains('?') { '&' } else { '?' };
        let after = cursor.as_deref().map(|c| format!("&cursor={}", encoded(c))).unwrap_or_default();
        let answer = program.get(&format!("{path}{joint}limit={limit}{after}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        let items = answer.json["items"].as_array().expect("items");
        assert!(items.len() <= limit);
        all.extend(items.iter().map(|i| i["id"].as_str().expect("an id").to_owned()));
        match answer.json["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return all,
        }
    }
    panic!("{path} has no end");
}

async fn titles(portal: &Portal, email: &str, query: &str) -> usize {
    let page = portal.signed_in(email).await.get(&format!("/example/actions.csv?{query}")).await;
    assert_eq!(page.status, StatusCode::OK);
    csv::Reader::from_reader(&page.bytes[..]).records().count()
}

#[tokio::test]
async fn a_walk_meets_every_row_once_whatever_its_order() {
    let portal = Portal::start().await;
    for email in [SECRETARIAT, DONOR, BENEFICIARY] {
        let program = program(&portal, email, "example", "read").await;
        let all = walked(&program, "/api/v1/actions", 200).await;
        assert!(all.len() > 20);
        let set: BTreeSet<&String> = all.iter().collect();
        for path in [
            "/api/v1/actions",
            "/api/v1/actions?sort=-updated",
            "/api/v1/actions?sort=end",
            "/api/v1/actions?sort=-start",
            "/api/v1/actions?sort=total",
            "/api/v1/actions?sort=confirmed",
        ] {
            let some = walked(&program, path, 7).await;
            assert_eq!(some.len(), all.len(), "{email} {path}");
            assert_eq!(some.iter().collect::<BTreeSet<_>>(), set, "{email} {path}");
        }
        for path in ["/api/v1/organisations", "/api/v1/needs"] {
            let (some, all) = (walked(&program, path, 3).await, walked(&program, path, 200).await);
            assert_eq!(some, all, "{email} {path}");
            assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), some.len());
        }
    }
}

/// A token sees what a session of its one membership sees: the two ways in are held together.
#[tokio::test]
async fn a_token_sees_what_its_member_sees() {
    let portal = Portal::start().await;
    let levels =
        "with n as (select process_id, id, row_number() over (partition by process_id order by title) as n from action)
        update action a set handling = (array['public', 'members', 'parties', 'restricted'])[1 + n.n % 4],
            open_to_support_group = n.n % 8 = 3
        from n where n.process_id = a.process_id and n.id = a.id";
    sqlx::query(levels).execute(&mut portal.superuser().await).await.expect("levels");
    let mut seen = BTreeSet::new();
    for email in [SECRETARIAT, DONOR, BENEFICIARY, "lead-one@example.example", "second-donor@example.example"] {
        let program = program(&portal, email, "example", "read").await;
        let here = walked(&program, "/api/v1/actions", 200).await.len();
        assert_eq!(here, titles(&portal, email, "").await, "{email}");
        seen.insert(here);
    }
    assert!(seen.len() > 1, "too alike to mean anything: {seen:?}");
}

#[tokio::test]
async fn the_filters_are_those_of_the_page() {
    let portal = Portal::start().await;
    let program = program(&portal, DONOR, "example", "read").await;
    for query in [
        "",
        "status=ongoing",
        "status=ongoing&status=planned",
        "q=recovery",
        "missing=any",
        "from=2026&to=2027-06",
        "fresh=never",
    ] {
        let here = walked(&program, &format!("/api/v1/actions?{query}"), 50).await.len();
        assert_eq!(here, titles(&portal, DONOR, query).await, "{query}");
    }
    for (query, wrong) in [
        ("status=x", "status"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("sort=rank", "sort"),
        ("status=", "status"),
        ("from=17.3.2026", "from"),
        ("from=2026-13", "from"),
        ("parent=x", "parent"),
        ("q=%00", "q"),
    ] {
        let answer = program.get(&format!("/api/v1/actions?{query}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            "{query}"
        );
        assert_eq!(answer.wrong(), [wrong], "{query}");
    }
    for query in ["type=x", "state=all", "cycle=1", "sort=rank", "answered=maybe", "q=%00", "cursor=1"] {
        let answer = program.get(&format!("/api/v1/needs?{query}")).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            "{query}"
        );
    }
    // far longer than any cursor or address of ours
    let long = "x".repeat(10_000);
    assert_eq!(program.get(&format!("/api/v1/actions?cursor={long}")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(program.get(&format!("/api/v1/changes?since={long}")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(program.get(&format!("/api/v1/actions?q={long}{long}")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_parameter_that_is_not_known_is_refused_with_those_that_are() {
    let portal = Portal::start().await;
    let mut programs = Vec::new();
    for email in [SECRETARIAT, DONOR, BENEFICIARY] {
        programs.push(program(&portal, email, "example", "write").await);
    }
    let document = concert::features::api::document();
    for (fact, _) in facts() {
        let path = format!("{}?statuss=ongoing&filter[x]=%00", nowhere(fact.path));
        // by the first of them who may do it
        let mut answers = Vec::new();
        for by in &programs {
            answers.push(match fact.method {
                Method::GET => by.get(&path).await,
                _ => by.write(fact.method.clone(), &path, &serde_json::json!({})).await,
            });
        }
        let answer = answers.iter().find(|a| a.status != StatusCode::FORBIDDEN).unwrap_or(&answers[0]);
        let at = format!("{} {}: {}", fact.method, fact.path, answer.text);
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::BAD_REQUEST, "bad-request"), "{at}");
        assert_eq!(answer.wrong(), ["statuss", "filter[x]"], "{at}");
        let detail = answer.json["detail"].as_str().expect("a detail");
        let operation = &document["paths"][fact.path][fact.method.as_str().to_lowercase()];
        assert!(operation["responses"]["400"].is_object(), "{at}");
        for parameter in operation["parameters"].as_array().expect("parameters") {
            let name = parameter["name"].as_str().expect("a name");
            assert!(parameter["in"] != "query" || detail.contains(name), "{name}: {at}");
        }
    }
    // who may not ask at all is told that
    let nobody = with(&portal, "concert_example_x").get("/api/v1/actions?statuss=x").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let known = programs[0].get("/api/v1/actions?&limit=1&status=ongoing&status=planned").await;
    assert_eq!(known.status, StatusCode::OK, "{}", known.text);
}

#[tokio::test]
async fn a_record_is_not_sent_again_to_who_has_it() {
    let portal = Portal::start().await;
    let program = program(&portal, DONOR, "example", "read").await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let plan = portal.lookup("select min(l.id::text) from plan l join process p on p.id = l.process_id where p.slug = $1 and l.state <> 'draft'", "example").await;
    for path in ["/api/v1/process".to_owned(), format!("/api/v1/actions/{id}"), format!("/api/v1/plans/{plan}")] {
        let first = program.get(&path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}: {}", first.text);
        let tag = first.header("etag");
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for (given, status) in [(tag.as_str(), 304), ("*", 304), ("\"other\"", 200)] {
            let again = program.send(Method::GET, &path, &[("if-none-match", given)], Body::empty()).await;
            assert_eq!(again.status.as_u16(), status, "{path} {given}");
            assert_eq!(again.text.is_empty(), status == 304);
            assert_eq!(again.header("etag"), tag);
        }
    }
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_here_either() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let hide = "update action set handling = 'restricted', open_to_support_group = false where id = $1::uuid";
    sqlx::query(hide).bind(&id).execute(&mut portal.superuser().await).await.expect("hidden");
    let stranger = program(&portal, BENEFICIARY, "example", "read").await;
    assert_eq!(stranger.get(&format!("/api/v1/actions/{id}")).await.status, StatusCode::NOT_FOUND);
    assert!(!walked(&stranger, "/api/v1/actions", 200).await.contains(&id));
    // it was theirs to see, and that it is gone is all that they are told, once; with it what it answers needs with, and nothing else
    let changes = told(&portal, &stranger, &mut String::new()).await;
    assert_eq!(of(&changes, &id), [format!("action gone /api/v1/actions/{id}")], "{changes:?}");
    let responses = "select coalesce(string_agg(id::text, ' '), '') from response where action_id = $1::uuid";
    let responses = portal.lookup(responses, &id).await;
    for change in changes.iter().filter(|c| c["event"] == "gone" && c["record"] != id.as_str()) {
        let record = change["record"].as_str().expect("a record");
        assert!(change["kind"] == "response" && responses.contains(record), "{change}");
    }
}

/// Of what was never theirs to see people are told nothing when others lose sight of it.
#[tokio::test]
async fn who_never_saw_a_record_is_not_told_that_it_is_gone() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Protection of financial investigators who work under cover").await;
    // opened to the secretariat alone, and closed to it again
    for opened in [true, false] {
        let open = "update action set handling = 'restricted', open_to_support_group = $2 where id = $1::uuid";
        sqlx::query(open).bind(&id).bind(opened).execute(&mut portal.superuser().await).await.expect("a level");
    }
    let secretariat = program(&portal, SECRETARIAT, "example", "read").await;
    let changes = told(&portal, &secretariat, &mut String::new()).await;
    assert_eq!(of(&changes, &id), [format!("action gone /api/v1/actions/{id}")], "{changes:?}");
    for email in [BENEFICIARY, WESTMARK] {
        let stranger = program(&portal, email, "example", "read").await;
        let changes = told(&portal, &stranger, &mut String::new()).await;
        assert_eq!(of(&changes, &id), [""; 0], "{email}: {changes:?}");
        let gone: Vec<_> = changes.iter().filter(|c| c["event"] == "gone").collect();
        assert!(gone.is_empty(), "{email}: {gone:?}");
    }
}

/// What is told of a record: kind, event and address of each change.
fn of(changes: &[Value], record: &str) -> Vec<String> {
    let part = |change: &Value, name: &str| change[name].as_str().expect(name).to_owned();
    let mine = changes.iter().filter(|change| change["record"] == record);
    mine.map(|c| ["kind", "event", "address"].map(|name| part(c, name)).join(" ")).collect()
}

#[tokio::test]
async fn reading_what_is_closely_held_is_noted() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let close = "update action set handling = 'parties' where id = $1::uuid";
    sqlx::query(close).bind(&id).execute(&mut portal.superuser().await).await.expect("closed");
    let program = program(&portal, SECRETARIAT, "example", "read").await;
    assert_eq!(program.get(&format!("/api/v1/actions/{id}")).await.status, StatusCode::OK);
    let noted =
        portal.lookup("select count(*)::text from access_log where kind = 'read' and subject_id = $1::uuid", &id).await;
    assert_eq!(noted, "1");
}

#[tokio::test]
async fn a_record_says_what_its_page_says() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "read").await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let answer = program.get(&format!("/api/v1/actions/{id}")).await;
    let title = portal.lookup("select title from action where id = $1::uuid", &id).await;
    assert_eq!(answer.json["title"], title.as_str());
    for b in answer.json["beneficiaries"].as_array().expect("beneficiaries") {
        assert_eq!(b["name"].as_str().is_some_and(|n| n.ends_with('*')), b["note"].is_string(), "{b}");
    }
    let plans = program.get("/api/v1/plans").await;
    assert!(plans.json["items"].as_array().is_some_and(|all| !all.is_empty()));
    let need = program.get("/api/v1/needs?limit=1").await.json["items"][0]["id"].as_str().expect("a need").to_owned();
    let one = program.get(&format!("/api/v1/needs/{need}")).await;
    assert_eq!((one.status, one.json["id"].as_str()), (StatusCode::OK, Some(need.as_str())));
}

/// What has changed since, to its end; asked again until there are so many: what other tests write on the same server holds
/// their order back.
pub async fn read_on(program: &Program, mut since: String, least: usize) -> (Vec<Value>, String) {
    let mut told: Vec<Value> = Vec::new();
    for _ in 0..600 {
        let answer = program.get(&format!("/api/v1/changes?limit=100&since={}", encoded(&since))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        since = answer.json["next"].as_str().expect("a place to go on from").to_owned();
        told.extend(answer.json["items"].as_array().expect("items").iter().cloned());
        if answer.json["more"] == false {
            if told.len() >= least {
                return (told, since);
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    panic!("too few changes: {told:?}");
}

#[tokio::test]
async fn what_has_changed_is_told_once_and_in_order() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "read").await;
    let (_, since) = read_on(&program, String::new(), 0).await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for title in ["First", "Second"] {
        let saved = browser.submit(&format!("/example/actions/{id}/edit"), Some("/edit"), &[("title", title)]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    }
    let (told, _) = read_on(&program, since, 2).await;
    assert_eq!(told.len(), 2, "{told:?}");
    for change in &told {
        assert_eq!((change["kind"].as_str(), change["event"].as_str()), (Some("action"), Some("edited")));
        assert_eq!(change["address"], format!("/api/v1/actions/{id}"));
    }
    let gone = program.get("/api/v1/changes?since=999999999999~00000000-0000-0000-0000-000000000000").await;
    assert_eq!((gone.status, gone.problem().as_str()), (StatusCode::GONE, "gone"));
}

#[tokio::test]
async fn a_change_that_is_being_written_comes_when_it_is_there() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "read").await;
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let write =
        "insert into history (process_id, subject_kind, subject_id, event) values ($1::uuid, 'action', $2::uuid, $3)";
    let (mut slow, mut quick) = (portal.superuser().await, portal.superuser().await);
    let mut open = sqlx::Connection::begin(&mut slow).await.expect("begin");
    sqlx::query(write).bind(&process).bind(&id).bind("slow").execute(&mut *open).await.expect("written");
    // what somebody suggested is no change, and not everybody's to know who sees the record
    for event in ["quick", "suggested", "suggestion-refused"] {
        sqlx::query(write).bind(&process).bind(&id).bind(event).execute(&mut quick).await.expect("written");
    }
    let event = |change: &Value| change["event"].as_str().unwrap_or_default().to_owned();
    let (before, since) = read_on(&program, String::new(), 0).await;
    assert!(!before.iter().map(event).any(|e| e == "quick"), "it would be gone past by who reads on");
    open.commit().await.expect("commit");
    let (after, _) = read_on(&program, since, 2).await;
    let now: BTreeSet<String> = after.iter().map(event).collect();
    assert_eq!(now, ["quick".to_owned(), "slow".to_owned()].into(), "{after:?}");
}

#[tokio::test]
async fn whoever_guesses_tokens_waits_and_programs_at_work_do_not() {
    let portal = Portal::start().await;
    let known = program(&portal, DONOR, "example", "read").await;
    assert_eq!(known.get("/api/v1/process").await.status, StatusCode::OK);
    let mut statuses = Vec::new();
    for n in 0..61 {
        let made_up = if n % 2 == 0 { format!("concert_example_{n:043}") } else { "none".to_owned() };
        statuses.push(with(&portal, &made_up).get("/api/v1/process").await.status);
    }
    assert_eq!(statuses[59..], [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS]);
    let fresh = program(&portal, SECRETARIAT, "example", "read").await;
    let waits = fresh.get("/api/v1/process").await;
    assert_eq!((waits.status, waits.problem().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too-many-requests"));
    assert!((1..=60).contains(&waits.header("retry-after").parse::<i64>().expect("seconds")));
    assert_eq!(known.get("/api/v1/process").await.status, StatusCode::OK, "who is known is not kept out");
    portal.clock.set(portal.clock.now() + TimeDelta::seconds(61));
    assert_eq!(fresh.get("/api/v1/process").await.status, StatusCode::OK);
}
