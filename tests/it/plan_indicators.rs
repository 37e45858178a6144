//! Indicators: what is kept of them, what is refused, and two who change one.

use crate::harness::Portal;
use crate::plans::{add, blank, node};
use axum::http::StatusCode;

const LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";

#[tokio::test]
async fn indicators_are_kept_by_year_and_beneficiary_and_bad_numbers_refused() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Measured").await;
    let measured = node(&portal, "Measured").await;
    let address = format!("{plan}/nodes/{measured}/indicators/new");
    let wrong = lead
        .submit(&address, Some(&address), &[("name", "Cases"), ("baseline", "a few"), ("t-2031-XA", "12,5,3")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.value("name").as_deref(), Some("Cases"));
    assert_eq!(wrong.select(".field.bad .error").len(), 2, "{}", wrong.text());
    let right = lead
        .submit(
            &address,
            Some(&address),
            &[("name", "Cases"), ("unit", "cases"), ("baseline", "3"), ("t-2030-all", "10"), ("t-2031-XA", "2.5")],
        )
        .await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text());
    let page = lead.get(&format!("{plan}/nodes/{measured}")).await.text();
    assert!(page.contains("2030: 10") && page.contains("2031 Arvania: 2.5"), "{page}");
}

#[tokio::test]
async fn two_who_change_one_indicator_lose_nothing() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let plan = blank(&portal, &lead).await;
    add(&lead, &plan, "Measured").await;
    let measured = node(&portal, "Measured").await;
    let new = format!("{plan}/nodes/{measured}/indicators/new");
    let made = lead.submit(&new, Some(&new), &[("name", "Cases"), ("t-2030-all", "10")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let id = portal.lookup("select id::text from indicator where name = $1", "Cases").await;
    let address = format!("{plan}/nodes/{measured}/indicators/{id}");
    // both have opened the form before either saves
    let (_, theirs) = secretariat.get(&address).await.form(Some(&address));
    let first = lead.submit(&address, Some(&address), &[("name", "Cases opened"), ("t-2030-all", "12")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let mut late: Vec<(&str, &str)> = theirs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    late.retain(|(k, _)| *k != "t-2031-all");
    late.push(("t-2031-all", "15"));
    let second = secretariat.post(&address, &late).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert_eq!(second.value("t-2031-all").as_deref(), Some("15"), "what was typed is kept");
    let text = second.text();
    for words in ["Cases opened", "2030: 12", "lead of Prevention"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // one that is gone meanwhile is added again by whoever still wants it
    let (_, theirs) = secretariat.get(&address).await.form(Some(&address));
    let removed = lead.submit(&address, Some(&address), &[("do", "remove")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text());
    let late: Vec<(&str, &str)> = theirs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let gone = secretariat.post(&address, &late).await;
    assert_eq!(gone.status, StatusCode::CONFLICT, "{}", gone.text());
    assert!(gone.text().contains("has been removed in the meantime"), "{}", gone.text());
    assert_eq!(gone.value("name").as_deref(), Some("Cases opened"));
    let (action, fields) = gone.form(Some(&new));
    assert_eq!(action.as_deref(), Some(new.as_str()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(secretariat.post(&new, &fields).await.status, StatusCode::SEE_OTHER);
}
