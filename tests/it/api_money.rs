//! Amounts that came with a file, put right and taken back by a program.

use crate::api::program;
use crate::contributions::{COUNTS, ROWS, file};
use crate::harness::Portal;
use crate::imports::{DONOR, apply, brought};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

const REFERENCE: &str = "XX-NORLAND-9";
const SECOND: &str = r#"
<transaction><transaction-type code="3"/><transaction-date iso-date="2026-06-01"/><value value-date="2026-06-01">55</value></transaction>"#;

#[tokio::test]
async fn a_program_puts_right_what_came_with_a_file_as_the_page_does() {
    let portal = Portal::start().await;
    let (donor, first) = brought(&portal, DONOR, "one.xml", &file("700", SECOND)).await;
    apply(&portal, &donor, &first).await;
    let counts = async || portal.lookup(COUNTS, REFERENCE).await;
    assert_eq!(counts().await, "disbursed 55 EUR, disbursed 700 EUR, planned 5000 EUR");
    let action = portal.lookup("select id::text from action where reference = $1", REFERENCE).await;
    let program = program(&portal, DONOR, "example", "write").await;
    let path = format!("/api/v1/actions/{action}/contributions");
    let of = async |amount: &str| {
        let all = program.get(&path).await;
        let items = all.json["items"].as_array().expect("items").clone();
        let found = items.iter().find(|c| c["amount"].as_str() == Some(amount)).expect("an amount");
        format!("{path}/{}", found["id"].as_str().expect("an id"))
    };
    let (paid, planned, second) = (of("700").await, of("5000").await, of("55").await);

    let nobody = "01990000-0000-7000-8000-000000000000";
    let wrong = program.write(Method::PATCH, &paid, &json!({ "provider": nobody })).await;
    assert_eq!((wrong.status, wrong.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/provider".to_owned()]));
    let same = program.write(Method::PATCH, &paid, &json!({ "amount": "700" })).await;
    assert_eq!(same.status, StatusCode::OK, "{}", same.text);
    assert_eq!(portal.lookup(ROWS, REFERENCE).await, "3", "what says the same is no correction");

    let body = json!({ "amount": "750.125", "date": "2026-05", "why": "The statement of the bank" });
    let right = program.write(Method::PATCH, &paid, &body).await;
    assert_eq!((right.status, right.json["amount"].as_str()), (StatusCode::OK, Some("750.125")), "{}", right.text);
    assert_eq!(right.json["date"].as_str(), Some("2026-05"));
    let reason = "select c.reason from contribution c join action a on a.id = c.action_id
        where a.reference = $1 and c.kind = 'disbursed' and c.supersedes_id is not null";
    assert_eq!(portal.lookup(reason, REFERENCE).await, "The statement of the bank");
    assert_eq!(program.write(Method::PATCH, &paid, &json!({ "amount": "3" })).await.status, StatusCode::NOT_FOUND);

    // a period is kept by whoever speaks of the amount alone
    let more = program.write(Method::PATCH, &planned, &json!({ "amount": "5500" })).await;
    assert_eq!(more.status, StatusCode::OK, "{}", more.text);
    let period = "select c.period_end::text from contribution c join action a on a.id = c.action_id
        where a.reference = $1 and c.kind = 'planned' and c.supersedes_id is not null";
    assert_eq!(portal.lookup(period, REFERENCE).await, "2026-12-31");

    let gone = program.send(Method::DELETE, &second, &[], Body::empty()).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    assert_eq!(counts().await, "disbursed 750.1250 EUR, planned 5500 EUR");
    // the file says otherwise, and what was put right stands
    let (_, later) = brought(&portal, DONOR, "later.xml", &file("800", "")).await;
    apply(&portal, &donor, &later).await;
    assert_eq!(counts().await, "disbursed 750.1250 EUR, planned 5500 EUR");
}
