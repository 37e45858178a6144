//! Many parties in a round: whose pages can be opened, what is left where not all is confirmed at once, how long opening takes.

use crate::decisions::{SECRETARIAT, ok};
use crate::harness::Portal;
use crate::needs::DONOR;
use crate::overlaps::statements;
use crate::rounds::{fill, last, opened};
use axum::http::StatusCode;

#[tokio::test]
async fn a_partys_page_names_all_others_that_may_be_answered_for() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place = opened(&portal, &secretariat, "confirm", "Still true?", &[]).await;
    let mut asked = secretariat.get(&place).await.select("#asked tbody th");
    let page = secretariat.get(&format!("{place}/mine")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(statements(&page) <= 8, "{} statements", statements(&page));
    let mut named = page.select("#asked option");
    asked.sort();
    named.sort();
    assert!(named.len() > 2, "{named:?}");
    assert_eq!(named, asked, "whoever is asked, and nobody else");
    // whoever answers for itself alone has no one to choose from
    let own = portal.signed_in(DONOR).await.get(&format!("{place}/mine")).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.select("#asked option").is_empty(), "{}", own.text());
    assert!(own.select("h1").join(" ").contains("Norland"), "{}", own.text());
    // one that is nobody's of this round is none of theirs
    let other = portal.lookup("select gen_random_uuid()::text where $1 = ''", "").await;
    let none = secretariat.get(&format!("{place}/mine?asked={other}")).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_left_of_more_than_are_taken_at_once_is_said() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place = opened(&portal, &secretariat, "confirm", "Still true?", &[]).await;
    let donor = portal.signed_in(DONOR).await;
    let plain = donor.get(&format!("{place}/mine")).await.text();
    assert!(!plain.contains("Not all are taken at once"), "{plain}");
    let told = donor.get(&format!("{place}/mine?confirmed=10000")).await.text();
    assert!(
        told.contains("10,000 are confirmed. Not all are taken at once") && told.contains("are still open"),
        "{told}"
    );
    for absurd in ["0", "-1", "x", "10001", "99999999999999999999"] {
        let told = donor.get(&format!("{place}/mine?confirmed={absurd}")).await;
        assert!(told.status == StatusCode::OK && !told.text().contains("Not all are taken at once"), "{absurd}");
    }
}

#[tokio::test]
async fn a_round_over_five_thousand_actions_opens_in_time() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    sqlx::raw_sql(
        "do $$ declare p uuid; begin
            select id into p from process where slug = 'example';
            perform set_config('app.process', p::text, true);
            insert into organisation (process_id, name, kind) select p, 'Keeper ' || i, 'ngo' from generate_series(1, 300) i;
            insert into action (process_id, reporting_id, title, status)
                select p, o.id, 'Of many ' || o.name || ' ' || i, 'ongoing' from organisation o, generate_series(1, 17) i
                where o.process_id = p and o.name like 'Keeper %';
        end $$",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("five thousand actions");
    let fields = [("kind", "confirm"), ("title", "Of many"), ("deadline", "15 December 2026")];
    let place = ok(&secretariat.submit("/example/rounds/new", Some("/rounds/new"), &fields).await);
    let started = std::time::Instant::now();
    fill(&portal, last(&place)).await.expect("filled");
    let taken = started.elapsed();
    let n: i64 = portal
        .lookup("select count(*)::text from round_item where round_id::text = $1", last(&place))
        .await
        .parse()
        .expect("a number");
    assert!(n > 5_000, "{n}");
    assert!(taken < std::time::Duration::from_secs(10), "{taken:?}");
    let said =
        portal.lookup("select state || ' ' || done || ' ' || total from round where id::text = $1", last(&place)).await;
    let (done, total) = said.strip_prefix("open ").and_then(|t| t.split_once(' ')).expect("open");
    assert!(done == total && done.parse::<i64>().expect("a number") > 300, "{said}");
    assert_eq!(secretariat.get(&place).await.status, StatusCode::OK);
}
