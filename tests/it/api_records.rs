//! Reading through the interface what is no action, need or plan; and needs that are submitted and withdrawn.

use crate::api::{BENEFICIARY, DONOR, Program, SECRETARIAT, program};
use crate::harness::Portal;
use crate::notices::run;
use crate::stored_files::{PDF, bring, own};
use axum::http::{Method, StatusCode};
use concert::kernel::job::Task;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LEAD: &str = "lead-one@example.example";

/// What a list holds, walked in stretches of two.
async fn walked(program: &Program, path: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    for _ in 0..500 {
        let joint = if path.contains('?') { '&' } else { '?' };
        let answer = program.get(&format!("{path}{joint}limit=2{after}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        all.extend(answer.json["items"].as_array().expect("items").iter().cloned());
        match answer.json["next"].as_str() {
            Some(next) => after = format!("&cursor={next}"),
            None => return all,
        }
    }
    panic!("{path} has no end");
}

fn ids(all: &[Value]) -> BTreeSet<String> {
    all.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

async fn there(portal: &Portal, sql: &'static str) -> BTreeSet<String> {
    let all = portal.lookup(sql, "example").await;
    all.split(' ').filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

#[tokio::test]
async fn whatever_is_kept_is_read_by_those_who_see_it() {
    let portal = Portal::start().await;
    run(&portal, Task::Overlaps).await.expect("the finder's job");
    let secretariat = program(&portal, SECRETARIAT, "example", "read").await;
    for (path, sql) in [
        (
            "/api/v1/decisions",
            "select coalesce(string_agg(x.id::text, ' '), '') from board_decision x join process p on p.id = x.process_id where p.slug = $1",
        ),
        (
            "/api/v1/meetings",
            "select coalesce(string_agg(x.id::text, ' '), '') from meeting x join process p on p.id = x.process_id where p.slug = $1",
        ),
        (
            "/api/v1/rounds",
            "select coalesce(string_agg(x.id::text, ' '), '') from round x join process p on p.id = x.process_id
                where p.slug = $1 and x.state not in ('opening', 'failed')",
        ),
        (
            "/api/v1/reports",
            "select coalesce(string_agg(x.id::text, ' '), '') from mapping_report x join process p on p.id = x.process_id where p.slug = $1",
        ),
        (
            "/api/v1/envelopes",
            "select coalesce(string_agg(x.id::text, ' '), '') from envelope x join process p on p.id = x.process_id
                where p.slug = $1 and x.handling <> 'restricted'",
        ),
        (
            "/api/v1/overlaps",
            "select coalesce(string_agg(x.id::text, ' '), '') from overlap_case x join process p on p.id = x.process_id where p.slug = $1",
        ),
    ] {
        let all = walked(&secretariat, path).await;
        assert!(!all.is_empty(), "{path}: the example has some");
        assert_eq!(ids(&all).len(), all.len(), "{path}: one comes twice");
        assert_eq!(ids(&all), there(&portal, sql).await, "{path}");
    }
    let meetings = walked(&secretariat, "/api/v1/meetings").await;
    assert!(!meetings.is_empty());
    for meeting in &meetings {
        let id = meeting["id"].as_str().expect("an id");
        let one = secretariat.get(&format!("/api/v1/meetings/{id}")).await;
        assert_eq!((one.status, &one.json["title"]), (StatusCode::OK, &meeting["title"]), "{}", one.text);
        assert!(one.json["agenda"].is_array() && !one.header("etag").is_empty());
        let noted = portal
            .lookup("select count(*)::text from access_log where kind = 'read' and subject_id = $1::uuid", id)
            .await;
        assert_eq!(noted == "0", meeting["handling"] == "members", "{meeting}");
    }
    for report in walked(&secretariat, "/api/v1/reports").await {
        let one = secretariat.get(&format!("/api/v1/reports/{}", report["id"].as_str().expect("an id"))).await;
        assert_eq!(one.status, StatusCode::OK, "{}", one.text);
        assert!(one.json["sections"].as_array().is_some_and(|all| !all.is_empty()), "{}", one.text);
    }
    // of another process: nothing
    let foreign = portal
        .lookup("select min(x.id::text) from meeting x join process p on p.id = x.process_id where p.slug = $1", "iisg")
        .await;
    assert_eq!(secretariat.get(&format!("/api/v1/meetings/{foreign}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_few_see_is_read_by_few() {
    let portal = Portal::start().await;
    run(&portal, Task::Overlaps).await.expect("the finder's job");
    let meeting =
        there(&portal, "select min(x.id::text) from meeting x join process p on p.id = x.process_id where p.slug = $1")
            .await;
    let meeting = meeting.first().expect("a meeting").clone();
    let envelope = there(
        &portal,
        "select min(x.id::text) from envelope x join process p on p.id = x.process_id where p.slug = $1",
    )
    .await;
    let envelope = envelope.first().expect("an envelope").clone();
    let mut superuser = portal.superuser().await;
    // whom it concerns is not derived again
    sqlx::raw_sql("set session_replication_role = replica").execute(&mut superuser).await.expect("no triggers");
    for (sql, id) in [
        ("update meeting set handling = 'parties', audience = '{}' where id = $1::uuid", &meeting),
        ("update envelope set handling = 'restricted' where id = $1::uuid", &envelope),
    ] {
        sqlx::query(sql).bind(id).execute(&mut superuser).await.expect("closed");
    }
    let keeper = portal
        .lookup("select m.organisation_id::text || ' ' || (m.organisation_id = e.donor_id) from envelope e, membership m
            join account a on a.id = m.account_id where e.id = $1::uuid and a.email = 'donor@example.example' and m.process_id = e.process_id", &envelope)
        .await;
    let own = keeper.ends_with("true");
    for email in [DONOR, BENEFICIARY, LEAD] {
        let program = program(&portal, email, "example", "read").await;
        assert_eq!(program.get(&format!("/api/v1/meetings/{meeting}")).await.status, StatusCode::NOT_FOUND, "{email}");
        assert!(!ids(&walked(&program, "/api/v1/meetings").await).contains(&meeting), "{email}");
        let sees = ids(&walked(&program, "/api/v1/envelopes").await).contains(&envelope);
        assert_eq!(sees, email == DONOR && own, "{email}");
        // a question hides what its reader does not see
        for question in walked(&program, "/api/v1/overlaps").await {
            for action in question["actions"].as_array().expect("actions") {
                if let Some(id) = action["action_id"].as_str() {
                    assert_eq!(program.get(&format!("/api/v1/actions/{id}")).await.status, StatusCode::OK, "{email}");
                }
                assert!(action["sight"] != "hidden" || action["title"].is_null(), "{email}: {action}");
            }
        }
    }
}

#[tokio::test]
async fn files_progress_and_figures_stand_with_their_records() {
    let portal = Portal::start().await;
    let secretariat = program(&portal, SECRETARIAT, "example", "read").await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    for (level, name) in [("members", "a.pdf"), ("restricted", "b.pdf")] {
        let brought = bring(&donor, &action, level, name, PDF).await;
        assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.text());
    }
    let names = async |email: &str, path: &str| {
        let program = program(&portal, email, "example", "read").await;
        let all = walked(&program, path).await;
        assert!(all.iter().all(|f| f["sha256"].as_str().is_some_and(|h| h.len() == 64)), "{all:?}");
        all.iter().map(|f| f["name"].as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>()
    };
    let of = format!("/api/v1/files?of={action}");
    assert_eq!(names(DONOR, &of).await, ["a.pdf".to_owned(), "b.pdf".to_owned()].into());
    assert_eq!(names(BENEFICIARY, &of).await, ["a.pdf".to_owned()].into(), "what is restricted is its own side's");
    assert!(names(DONOR, "/api/v1/files").await.contains("a.pdf"));
    let other = "/api/v1/files?of=01990000-0000-7000-8000-000000000000";
    assert!(names(DONOR, other).await.is_empty());
    let wrong = secretariat.get("/api/v1/files?of=x").await;
    assert_eq!((wrong.status, wrong.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["of".to_owned()]));

    let reported = portal
        .lookup("select coalesce(min(r.action_id::text), '') from progress_report r join process p on p.id = r.process_id where p.slug = $1", "example")
        .await;
    assert!(!reported.is_empty(), "the example has reports of progress");
    let progress = secretariat.get(&format!("/api/v1/actions/{reported}/progress")).await;
    assert_eq!(progress.status, StatusCode::OK, "{}", progress.text);
    assert!(progress.json["items"][0]["health"].is_string(), "{}", progress.text);

    let plan = portal
        .lookup("select coalesce(min(n.plan_id::text), '') from indicator_actual a join indicator i on i.process_id = a.process_id and i.id = a.indicator_id
            join plan_node n on n.process_id = i.process_id and n.id = i.plan_node_id join process p on p.id = a.process_id where p.slug = $1", "example")
        .await;
    assert!(!plan.is_empty(), "the example has figures");
    let figures = secretariat.get(&format!("/api/v1/plans/{plan}/figures")).await;
    assert_eq!(figures.status, StatusCode::OK, "{}", figures.text);
    assert!(figures.json["items"][0]["value"].is_string(), "{}", figures.text);
}

#[tokio::test]
async fn strategies_and_code_tables_are_read() {
    let portal = Portal::start().await;
    // who sees the page reads it here
    for email in [SECRETARIAT, DONOR, BENEFICIARY, LEAD] {
        let program = program(&portal, email, "example", "read").await;
        let all = walked(&program, "/api/v1/strategies").await;
        let sql = "select coalesce(string_agg(x.id::text, ' '), '') from strategy x join process p on p.id = x.process_id where p.slug = $1";
        assert!(!all.is_empty(), "the example has some");
        assert_eq!((ids(&all), ids(&all).len()), (there(&portal, sql).await, all.len()), "{email}");
    }
    let program = program(&portal, DONOR, "example", "read").await;
    let own = walked(&program, "/api/v1/strategies?beneficiary=XA").await;
    assert!(!own.is_empty() && own.iter().all(|s| s["beneficiary"]["code"] == "XA"), "{own:?}");
    let wrong = program.get("/api/v1/strategies?beneficiary=nowhere").await;
    assert_eq!((wrong.status, wrong.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["beneficiary".to_owned()]));

    let id = portal
        .lookup(
            "select id::text from strategy where title = $1",
            "Example: strategy of Arvania against organised crime",
        )
        .await;
    let one = program.get(&format!("/api/v1/strategies/{id}")).await;
    assert_eq!((one.status, &one.json["status"]), (StatusCode::OK, &own[0]["status"]), "{}", one.text);
    let parts = one.json["objectives"].as_array().expect("parts");
    let stated = portal
        .lookup(
            "select string_agg(o.title, '|' order by o.title) from strategy_objective o where o.strategy_id = $1::uuid",
            &id,
        )
        .await;
    let mut titles: Vec<&str> = parts.iter().map(|o| o["title"].as_str().expect("a title")).collect();
    titles.sort_unstable();
    assert_eq!(titles.len(), stated.split('|').count(), "{}", one.text);
    assert!(titles.iter().all(|title| stated.contains(title)), "{stated}: {titles:?}");
    // the themes that it leads to are themes of the process, and its needs are those of the page
    let themes = program.get("/api/v1/themes").await;
    let keys: BTreeSet<&str> =
        themes.json["items"].as_array().expect("themes").iter().map(|t| t["key"].as_str().expect("a key")).collect();
    let reached: Vec<&str> =
        parts.iter().flat_map(|o| o["reached"].as_array().expect("keys")).map(|k| k.as_str().expect("a key")).collect();
    assert!(!reached.is_empty() && reached.iter().all(|key| keys.contains(key)), "{reached:?}");
    let part = parts[0]["id"].as_str().expect("an id");
    let needs = program.get(&format!("/api/v1/needs?objective={part}")).await;
    assert_eq!(needs.status, StatusCode::OK, "{}", needs.text);
    let wrong = program.get("/api/v1/needs?objective=1").await;
    assert_eq!((wrong.status, wrong.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["objective".to_owned()]));
    let (path, known) = (format!("/api/v1/strategies/{id}"), one.header("etag"));
    let again = program.send(Method::GET, &path, &[("if-none-match", &known)], "").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    // of another process: nothing
    let foreign = portal
        .lookup(
            "select min(x.id::text) from strategy x join process p on p.id = x.process_id where p.slug = $1",
            "iisg",
        )
        .await;
    for id in [foreign.as_str(), "01990000-0000-7000-8000-000000000000", "x"] {
        assert_eq!(program.get(&format!("/api/v1/strategies/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
    }

    let tables = program.get("/api/v1/code-tables").await;
    let tables = tables.json["items"].as_array().expect("tables");
    let sector = tables.iter().find(|t| t["name"] == "Sector").expect("the purposes");
    assert!(tables.len() > 20 && sector["codes"].as_i64().is_some_and(|n| n > 250), "{sector}");
    let status = walked(&program, "/api/v1/codes?table=ActivityStatus").await;
    assert_eq!(status.len(), 6, "{status:?}");
    assert_eq!(status[1], json!({ "table": "ActivityStatus", "code": "2", "name": "Implementation" }));
    let (mut all, mut after) = (0, String::new());
    loop {
        let answer = program.get(&format!("/api/v1/codes?limit=200{after}")).await;
        all += answer.json["items"].as_array().expect("codes").len();
        match answer.json["next"].as_str() {
            Some(next) => after = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(i64::try_from(all).ok(), Some(tables.iter().map(|t| t["codes"].as_i64().expect("a number")).sum()));
    let found = walked(&program, "/api/v1/codes?q=15210").await;
    assert!(found.iter().any(|c| c["name"] == "Security system management and reform"), "{found:?}");
    for (query, name) in [("table=nowhere", "table"), ("table=", "table"), ("cursor=Sector:nothing", "cursor")] {
        let wrong = program.get(&format!("/api/v1/codes?{query}")).await;
        assert_eq!((wrong.status, wrong.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec![name.to_owned()]), "{query}");
    }
}

#[tokio::test]
async fn a_need_is_submitted_by_who_speaks_for_its_beneficiary_and_as_it_was_read() {
    let portal = Portal::start().await;
    let speaks = async |speaks: bool| {
        let sql = "update membership m set speaks_for_from = case when $2 then date '2020-01-01' end from account a
            where a.id = m.account_id and a.email = $1";
        sqlx::query(sql).bind(BENEFICIARY).bind(speaks).execute(&mut portal.superuser().await).await.expect("a mark");
    };
    speaks(true).await;
    let program = program(&portal, BENEFICIARY, "example", "write").await;
    let code = "select min(b.code) from membership m join account a on a.id = m.account_id join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id where a.email = $1";
    let code = portal.lookup(code, BENEFICIARY).await;
    let cycles = program.get("/api/v1/cycles").await;
    let cycle =
        cycles.json["items"].as_array().expect("cycles").iter().find(|c| c["open"] == true).expect("an open one");
    let body = json!({ "beneficiary": code, "cycle": cycle["id"], "title": "Needed by all", "type": "operational" });
    let made = program.write(Method::POST, "/api/v1/needs", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let (path, tag) = (made.header("location"), made.header("etag"));
    let state = format!("{path}/state");
    let submit = json!({ "state": "submitted" });
    let without = program.write(Method::POST, &state, &submit).await;
    assert_eq!(without.status, StatusCode::PRECONDITION_REQUIRED, "{}", without.text);
    let early = program.write_with(Method::POST, &state, ("if-match", &tag), &submit).await;
    assert_eq!((early.status, early.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/perspective".to_owned()]));
    let stated = json!({ "perspective": "prevention" });
    let stated = program.write_with(Method::PATCH, &path, ("if-match", &tag), &stated).await;
    assert_eq!(stated.status, StatusCode::OK, "{}", stated.text);
    let late = program.write_with(Method::POST, &state, ("if-match", &tag), &submit).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "what is submitted is what was read");
    let tag = stated.header("etag");

    // who does not speak for it only drafts
    speaks(false).await;
    let mute = program.write_with(Method::POST, &state, ("if-match", &tag), &submit).await;
    assert_eq!(mute.status, StatusCode::FORBIDDEN, "{}", mute.text);
    speaks(true).await;
    let done = program.write_with(Method::POST, &state, ("if-match", &tag), &submit).await;
    assert_eq!((done.status, done.json["state"].as_str()), (StatusCode::OK, Some("submitted")), "{}", done.text);
    let id = done.json["id"].as_str().expect("an id");
    let line = "select count(*)::text from history where subject_id = $1::uuid and event = 'need-submitted'";
    assert_eq!(portal.lookup(line, id).await, "1");
    let seen = crate::api::program(&portal, DONOR, "example", "read").await.get(&path).await;
    assert_eq!(seen.status, StatusCode::OK, "others read it now");
    let twice = program.write_with(Method::POST, &state, ("if-match", "*"), &submit).await;
    assert_eq!((twice.status, twice.problem().as_str()), (StatusCode::CONFLICT, "conflict"));

    let silent = program.write_with(Method::POST, &state, ("if-match", "*"), &json!({ "state": "withdrawn" })).await;
    assert_eq!((silent.status, silent.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/why".to_owned()]));
    let why = json!({ "state": "withdrawn", "why": "It was met" });
    let gone = program.write_with(Method::POST, &state, ("if-match", "*"), &why).await;
    assert_eq!((gone.status, gone.json["state"].as_str()), (StatusCode::OK, Some("withdrawn")), "{}", gone.text);
}
