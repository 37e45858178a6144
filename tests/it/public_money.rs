//! Money is for members: no page and no file that everybody may have says an amount, or lets a donor's be made out.

use crate::harness::Portal;
use axum::http::StatusCode;
use std::collections::{BTreeSet, VecDeque};

const TITLE: &str = "Strengthening asset recovery";
/// As it is kept, as pages write it, as they write it shortly.
const SAYS: [&str; 4] = ["7654321", "7,654,321", "7.7 M", "7.7\u{a0}M"];
const STARTS: [&str; 5] = ["", "/actions", "/plans", "/reports", "/iati"];

/// Of all money of the process this is all: any total that somebody makes is this amount.
async fn one_amount(portal: &Portal, action: &str) {
    let mut superuser = portal.superuser().await;
    for sql in [
        // triggers work for the transaction's process
        "select set_config('app.process', (select id::text from process where slug = 'example'), false)",
        "update contribution set amount = 0 where process_id = (select id from process where slug = 'example')",
        "update action set stated_total = null, stated_currency = null
            where process_id = (select id from process where slug = 'example')",
    ] {
        sqlx::query(sql).execute(&mut superuser).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    sqlx::query(
        "insert into contribution (process_id, action_id, kind, amount, currency, value_date, value_date_precision, provider_id)
            select a.process_id, a.id, 'committed', 7654321.07, 'EUR', '2026-01-15', 'day', a.reporting_id
            from action a where a.id::text = $1",
    )
    .bind(action)
    .execute(&mut superuser)
    .await
    .expect("an amount");
}

#[tokio::test]
async fn nothing_public_says_an_amount() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    one_amount(&portal, &id).await;
    // it is there for those who may see it
    let member = portal.signed_in("donor@example.example").await;
    let inside = member.get(&format!("/example/actions/{id}/money")).await;
    assert!(inside.text().contains("7,654,321.07"), "{}", inside.text());

    let visitor = portal.visitor();
    let links = scraper::Selector::parse("[href]").expect("a selector");
    let mut ahead: VecDeque<String> = STARTS.iter().map(|rest| format!("/example/public{rest}")).collect();
    let mut seen = BTreeSet::new();
    while let Some(at) = ahead.pop_front() {
        if seen.len() >= 200 || !seen.insert(at.clone()) {
            continue;
        }
        let page = visitor.get(&at).await;
        assert!(page.status.as_u16() < 500, "{at}: {}", page.status);
        for said in SAYS {
            assert!(!page.body.contains(said), "{at} says {said}");
        }
        let html = page.html();
        for link in html.select(&links).filter_map(|e| e.value().attr("href")) {
            // pages that are narrowed show no more than the whole
            let path = link.split(['?', '#']).next().unwrap_or_default();
            if let Some((_, rest)) = path.split_once("/example/public") {
                ahead.push_back(format!("/example/public{rest}"));
            }
        }
    }
    // the card and a file of what is published were among them
    assert!(seen.contains(&format!("/example/public/actions/{id}")), "{seen:?}");
    assert!(seen.iter().any(|at| at.ends_with(".xml")), "{seen:?}");
    assert_eq!(visitor.get(&format!("/example/public/actions/{id}")).await.status, StatusCode::OK);
    // what adds money up has no public address
    for rest in ["money", "envelopes", "pictures/money", "pictures/flows", "pictures/money.csv", "packs"] {
        assert_eq!(visitor.get(&format!("/example/public/{rest}")).await.status, StatusCode::NOT_FOUND, "{rest}");
        assert_eq!(visitor.get(&format!("/example/{rest}")).await.status, StatusCode::SEE_OTHER, "{rest}");
    }
}
