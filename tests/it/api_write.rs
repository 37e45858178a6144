//! Writing through the interface: as a form does it, from the state that was seen, and once.

use crate::api::{BENEFICIARY, DONOR, Program, SECRETARIAT, program};
use crate::harness::Portal;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

async fn own(portal: &Portal) -> String {
    portal
        .lookup(
            "select min(m.organisation_id::text) from membership m join account a on a.id = m.account_id where a.email = $1",
            DONOR,
        )
        .await
}

async fn created(program: &Program, body: &Value) -> Value {
    let answer = program.write(Method::POST, "/api/v1/actions", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let address = answer.header("location");
    let read = program.get(&address).await;
    assert_eq!((read.json.clone(), read.header("etag")), (answer.json.clone(), answer.header("etag")), "{address}");
    answer.json
}

fn patch(body: &Value) -> Body {
    Body::from(body.to_string())
}

#[tokio::test]
async fn an_action_is_added_as_its_form_would() {
    let portal = Portal::start().await;
    let (program, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let least = created(&program, &json!({ "title": "Least", "keeper": own })).await;
    assert_eq!(least["handling"].as_str(), Some("members"));
    assert!(least["claim"].is_null(), "nobody reported it, and so no donor has confirmed it");
    assert!(least["status"].is_null() && least["planned_start"].is_null());
    let pillars = program.get("/api/v1/pillars").await;
    let places = program.get("/api/v1/beneficiaries").await;
    let themes = program.get("/api/v1/themes").await;
    let (one, two) = (&places.json["items"][0]["code"], &places.json["items"][1]["code"]);
    let body = json!({
        "title": "All of it", "keeper": own, "description": "Two\nlines", "status": "planned", "handling": "parties",
        "pillars": [pillars.json["items"][0]["key"]], "themes": [themes.json["items"][0]["id"]],
        "beneficiaries": [{ "code": one, "share": "62.5" }, { "code": two, "share": "37.5" }],
        "parties": [{ "organisation": own, "role": "funding" }],
        "planned_start": "2027", "planned_end": "2028-03", "actual_start": "2027-01-31",
        "stated_total": { "amount": "1.234", "currency": "EUR" }, "reference": "X-1", "why": "Because",
        "source_url": "https://example.example/x", "parent_text": "A larger one",
    });
    let all = created(&program, &body).await;
    for name in [
        "title",
        "description",
        "status",
        "handling",
        "planned_start",
        "planned_end",
        "actual_start",
        "reference",
        "parent_text",
        "stated_total",
    ] {
        assert_eq!(all[name], body[name], "{name}");
    }
    assert_eq!(all["beneficiaries"][0]["share"], "62.5");
    let id = all["id"].as_str().expect("an id");
    let why = portal.lookup("select why from history where subject_id = $1::uuid and event = 'created'", id).await;
    assert_eq!(why, "Because");
    let why = portal
        .lookup(
            "select why from history where subject_id = $1::uuid and event = 'created'",
            least["id"].as_str().expect("an id"),
        )
        .await;
    assert!(why.contains("A program of the tests"), "{why}");
    let page = portal.signed_in(DONOR).await.get(&format!("/example/actions/{id}")).await;
    assert!(page.text().contains("All of it") && page.text().contains("A larger one"), "{}", page.text());
}

#[tokio::test]
async fn each_mistake_is_pointed_at() {
    let portal = Portal::start().await;
    let (program, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let stranger = "01990000-0000-7000-8000-000000000000";
    for (more, at) in [
        (json!({ "title": "" }), "#/title"),
        (json!({ "title": "x".repeat(501) }), "#/title"),
        (json!({ "keeper": stranger }), "#/keeper"),
        (json!({ "keeper": 7 }), "#/keeper"),
        (json!({ "status": "done" }), "#/status"),
        (json!({ "planned_start": "2026-02-30" }), "#/planned_start"),
        (json!({ "planned_start": "2027", "planned_end": "2026" }), "#/planned_end"),
        (json!({ "pillars": ["NONE-SUCH"] }), "#/pillars/0"),
        (json!({ "beneficiaries": [{ "code": "ZZ" }] }), "#/beneficiaries/0/code"),
        (json!({ "themes": [stranger] }), "#/themes"),
        (
            json!({ "parties": [{ "organisation": own, "role": "funding" }, { "organisation": stranger, "role": "funding" }] }),
            "#/parties/1",
        ),
        (json!({ "stated_total": { "amount": "-5", "currency": "EUR" } }), "#/stated_total"),
        (json!({ "stated_total": { "amount": "5", "currency": "ZZZ" } }), "#/stated_total"),
        (json!({ "source_url": "javascript:alert(1)" }), "#/source_url"),
        (json!({ "parent": stranger }), "#/parent"),
        (json!({ "colour": "blue" }), "#/colour"),
        (json!({ "description": "a\u{0}b" }), "#/description"),
    ] {
        let mut body = json!({ "title": "A title", "keeper": own });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let answer = program.write(Method::POST, "/api/v1/actions", &body).await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            "{more}: {}",
            answer.text
        );
        assert!(answer.wrong().contains(&at.to_owned()), "{more}: {:?}", answer.wrong());
    }
    // another organisation's is not one's own to add
    let other = portal.lookup("select min(o.id::text) from organisation o join process p on p.id = o.process_id where p.slug = 'example' and o.id::text <> $1 and o.merged_into_id is null", &own).await;
    let answer = program.write(Method::POST, "/api/v1/actions", &json!({ "title": "Not mine", "keeper": other })).await;
    assert_eq!((answer.status, answer.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/keeper".to_owned()]));
    let none = portal.lookup("select count(*)::text from action where title = $1", "Not mine").await;
    assert_eq!(none, "0");
}

#[tokio::test]
async fn a_change_is_made_from_the_state_that_was_seen() {
    let portal = Portal::start().await;
    let (program, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let body = json!({ "title": "Before", "keeper": own, "planned_start": "2027-03", "parties": [{ "organisation": own, "role": "funding" }] });
    let action = created(&program, &body).await;
    let path = format!("/api/v1/actions/{}", action["id"].as_str().expect("an id"));
    let tag = program.get(&path).await.header("etag");
    let without = program.write(Method::PATCH, &path, &json!({ "title": "After" })).await;
    assert_eq!(
        (without.status, without.problem().as_str()),
        (StatusCode::PRECONDITION_REQUIRED, "precondition-required")
    );
    let changed = program.write_with(Method::PATCH, &path, ("if-match", &tag), &json!({ "title": "After" })).await;
    assert_eq!((changed.status, changed.json["title"].as_str()), (StatusCode::OK, Some("After")), "{}", changed.text);
    assert_eq!(changed.json["planned_start"], "2027-03", "what is not named stays");
    assert_eq!(changed.json["parties"], action["parties"]);
    let late = program.write_with(Method::PATCH, &path, ("if-match", &tag), &json!({ "title": "Late" })).await;
    assert_eq!((late.status, late.problem().as_str()), (StatusCode::PRECONDITION_FAILED, "precondition-failed"));
    assert_eq!(late.json["current"]["title"], "After");
    assert_eq!(late.header("etag"), changed.header("etag"));
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", "*")];
    let cleared =
        program.send(Method::PATCH, &path, &headers, patch(&json!({ "planned_start": null, "parties": [] }))).await;
    assert_eq!(cleared.status, StatusCode::OK, "{}", cleared.text);
    assert!(cleared.json["planned_start"].is_null() && cleared.json["parties"] == json!([]));
    let same = program.write_with(Method::PATCH, &path, ("if-match", "*"), &json!({ "title": "After" })).await;
    assert_eq!((same.status, same.header("etag")), (StatusCode::OK, cleared.header("etag")), "nothing differs");
    let null = program.write_with(Method::PATCH, &path, ("if-match", "*"), &json!({ "title": null })).await;
    assert_eq!((null.status, null.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/title".to_owned()]));
    // who may not change it is told so
    let lead = crate::api::program(&portal, "lead-one@example.example", "example", "write").await;
    let refused = lead.write_with(Method::PATCH, &path, ("if-match", "*"), &json!({ "title": "Theirs" })).await;
    assert_eq!((refused.status, refused.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
}

#[tokio::test]
async fn money_is_added_corrected_and_withdrawn() {
    let portal = Portal::start().await;
    let (program, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let action = created(&program, &json!({ "title": "Paid for", "keeper": own })).await;
    let path = format!("/api/v1/actions/{}/contributions", action["id"].as_str().expect("an id"));
    let body = json!({ "kind": "committed", "amount": "1234.500", "currency": "EUR", "date": "2027-03", "provider": own, "note": "First" });
    let made = program.write(Method::POST, &path, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!((made.json["amount"].as_str(), made.json["date"].as_str()), (Some("1234.5"), Some("2027-03")));
    assert_eq!(made.json["provider"]["id"], own.as_str());
    let other =
        program.write(Method::POST, &path, &json!({ "kind": "spent", "amount": "-0.125", "currency": "USD" })).await;
    assert_eq!((other.status, other.json["amount"].as_str()), (StatusCode::CREATED, Some("-0.125")), "{}", other.text);
    let first = made.header("location");
    assert_eq!(program.get(&first).await.text, made.text);
    let corrected = program.write(Method::PATCH, &first, &json!({ "amount": "2000" })).await;
    assert_eq!(
        (corrected.status, corrected.json["amount"].as_str()),
        (StatusCode::OK, Some("2000")),
        "{}",
        corrected.text
    );
    assert_eq!((corrected.json["note"].as_str(), corrected.json["date"].as_str()), (Some("First"), Some("2027-03")));
    assert_ne!(corrected.json["id"], made.json["id"]);
    assert_eq!(program.write(Method::PATCH, &first, &json!({ "amount": "3" })).await.status, StatusCode::NOT_FOUND);
    let gone = program.send(Method::DELETE, &other.header("location"), &[], Body::empty()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let left = program.get(&path).await;
    let left: Vec<&str> =
        left.json["items"].as_array().expect("items").iter().filter_map(|c| c["amount"].as_str()).collect();
    assert_eq!(left, ["2000"]);
    for (body, at) in [
        (json!({ "kind": "given", "amount": "1", "currency": "EUR" }), "#/kind"),
        (json!({ "kind": "spent", "amount": "1e9", "currency": "EUR" }), "#/amount"),
        (json!({ "kind": "spent", "amount": "99999999999999999999", "currency": "EUR" }), "#/amount"),
        (
            json!({ "kind": "spent", "amount": "1", "currency": "EUR", "provider": "01990000-0000-7000-8000-000000000000" }),
            "#/provider",
        ),
    ] {
        let answer = program.write(Method::POST, &path, &body).await;
        assert_eq!((answer.status, answer.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec![at.to_owned()]), "{body}");
    }
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_done_once() {
    let portal = Portal::start().await;
    let (program, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let body = json!({ "title": "Once", "keeper": own });
    let key = ("idempotency-key", "a-key-of-the-tests");
    let first = program.write_with(Method::POST, "/api/v1/actions", key, &body).await;
    let again = program.write_with(Method::POST, "/api/v1/actions", key, &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED), "{}", first.text);
    assert_eq!(first.text, again.text);
    for name in ["location", "etag"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
    let other =
        program.write_with(Method::POST, "/api/v1/actions", key, &json!({ "title": "Twice", "keeper": own })).await;
    assert_eq!((other.status, other.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["Idempotency-Key".to_owned()]));
    let mine = crate::api::program(&portal, SECRETARIAT, "example", "write").await;
    let theirs = mine.write_with(Method::POST, "/api/v1/actions", key, &body).await;
    assert_ne!(theirs.json["id"], first.json["id"], "a key is its token's alone");
    // what failed can be mended and sent under the same key
    let failed = ("idempotency-key", "another");
    assert_eq!(
        program.write_with(Method::POST, "/api/v1/actions", failed, &json!({})).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(program.write_with(Method::POST, "/api/v1/actions", failed, &body).await.status, StatusCode::CREATED);
    let long = "k".repeat(201);
    for bad in ["", "a b", long.as_str()] {
        let answer = program.write_with(Method::POST, "/api/v1/actions", ("idempotency-key", bad), &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let (one, two) = tokio::join!(
        program.write_with(Method::POST, "/api/v1/actions", ("idempotency-key", "at-once"), &body),
        program.write_with(Method::POST, "/api/v1/actions", ("idempotency-key", "at-once"), &body)
    );
    assert_eq!(one.text, two.text, "of two that come at once one is done");
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::hours(25));
    let later = program.write_with(Method::POST, "/api/v1/actions", key, &body).await;
    assert_ne!(later.json["id"], first.json["id"], "a key is forgotten after a day");
}

#[tokio::test]
async fn a_beneficiary_reports_and_drafts() {
    let portal = Portal::start().await;
    let program = program(&portal, BENEFICIARY, "example", "write").await;
    let code = "select min(b.code) from membership m join account a on a.id = m.account_id join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id where a.email = $1";
    let code = portal.lookup(code, BENEFICIARY).await;
    let own = own(&portal).await;
    let report =
        created(&program, &json!({ "title": "Heard of", "keeper": own, "beneficiaries": [{ "code": code }] })).await;
    assert_eq!(report["claim"], "unconfirmed");

    let cycles = program.get("/api/v1/cycles").await;
    let cycle =
        cycles.json["items"].as_array().expect("cycles").iter().find(|c| c["open"] == true).expect("an open one");
    let body = json!({ "beneficiary": code, "cycle": cycle["id"], "title": "Needed", "type": "operational", "by_when": "2028" });
    let made = program.write(Method::POST, "/api/v1/needs", &body).await;
    assert_eq!((made.status, made.json["state"].as_str()), (StatusCode::CREATED, Some("draft")), "{}", made.text);
    let path = made.header("location");
    let tag = made.header("etag");
    let changed = program.write_with(Method::PATCH, &path, ("if-match", &tag), &json!({ "priority": "high" })).await;
    assert_eq!((changed.status, changed.json["priority"].as_str()), (StatusCode::OK, Some("high")), "{}", changed.text);
    assert_eq!(changed.json["by_when"], "2028");
    let late = program.write_with(Method::PATCH, &path, ("if-match", &tag), &json!({ "priority": "low" })).await;
    assert_eq!(
        (late.status, late.json["current"]["priority"].as_str()),
        (StatusCode::PRECONDITION_FAILED, Some("high"))
    );
    let fixed = json!({ "cycle": "01990000-0000-7000-8000-000000000000" });
    let fixed = program.write_with(Method::PATCH, &path, ("if-match", "*"), &fixed).await;
    assert_eq!((fixed.status, fixed.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/cycle".to_owned()]));
    let unseen = crate::api::program(&portal, DONOR, "example", "write").await.get(&path).await;
    assert_eq!(unseen.status, StatusCode::NOT_FOUND, "a draft is its own side's");
}

#[tokio::test]
async fn a_response_is_proposed_answered_and_taken_back() {
    let portal = Portal::start().await;
    let (donor, own) = (program(&portal, DONOR, "example", "write").await, own(&portal).await);
    let beneficiary = program(&portal, BENEFICIARY, "example", "write").await;
    let code = "select min(b.code) from membership m join account a on a.id = m.account_id join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id where a.email = $1";
    let code = portal.lookup(code, BENEFICIARY).await;
    let needs = donor.get(&format!("/api/v1/needs?beneficiary={code}&limit=1")).await;
    let need = needs.json["items"][0]["id"].as_str().expect("a submitted need").to_owned();
    let action =
        created(&donor, &json!({ "title": "An answer", "keeper": own, "beneficiaries": [{ "code": code }] })).await;
    let path = format!("/api/v1/needs/{need}/responses");
    let body = json!({ "action": action["id"], "how": "All of it" });
    let made = donor.write(Method::POST, &path, &body).await;
    assert_eq!((made.status, made.json["state"].as_str()), (StatusCode::CREATED, Some("proposed")), "{}", made.text);
    let twice = donor.write(Method::POST, &path, &body).await;
    assert_eq!((twice.status, twice.problem().as_str()), (StatusCode::CONFLICT, "conflict"));
    let at = made.header("location");
    assert_eq!(donor.write(Method::PATCH, &at, &json!({ "state": "confirmed" })).await.status, StatusCode::FORBIDDEN);
    let silent = beneficiary.write(Method::PATCH, &at, &json!({ "state": "declined" })).await;
    assert_eq!((silent.status, silent.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/answer".to_owned()]));
    let yes = beneficiary.write(Method::PATCH, &at, &json!({ "state": "confirmed" })).await;
    assert_eq!((yes.status, yes.json["state"].as_str()), (StatusCode::OK, Some("confirmed")), "{}", yes.text);
    let gone = donor.send(Method::DELETE, &at, &[], Body::empty()).await;
    assert_eq!((gone.status, gone.json["state"].as_str()), (StatusCode::OK, Some("withdrawn")), "{}", gone.text);
    let again = donor.send(Method::DELETE, &at, &[], Body::empty()).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}
