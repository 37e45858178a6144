//! How long a process keeps what is no record of its own.

use crate::harness::Portal;
use crate::jobs::{until, worker};
use axum::http::StatusCode;

const SECRETARIAT: &str = "support-group@example.example";

/// Things of both processes, so many days old.
async fn aged(portal: &Portal, days: i32) {
    let at = portal.clock.now() - chrono::TimeDelta::days(days.into());
    for sql in [
        "insert into outgoing_mail (process_id, recipient, subject, body, created_at, sent_at) select id, $2::text || '@old.example', 's', '', $1::timestamptz, $1::timestamptz from process",
        "insert into access_log (process_id, kind, subject_kind, detail, at) select id, 'export', 'action', 'aged ' || $2::text, $1::timestamptz from process",
        "insert into access_request (process_id, kind, name, email, organisation_name, due_on, state, at, decided_at)
            select p.id, 'public', 'Aged ' || $2::text, 'x@old.example', 'x', '2026-01-01', s.state, $1::timestamptz, case when s.state <> 'open' then $1::timestamptz end
            from process p, (values ('open'), ('declined')) s (state)",
        "insert into notice (process_id, account_id, membership_id, topic, subject_kind, subject_id, key, link, dedupe_key, at, mail)
            select distinct on (m.process_id) m.process_id, m.account_id, m.id, 'asks', 'nothing', gen_random_uuid(), 'notices-title', '/plans', 'aged ' || $2::text, $1::timestamptz, 'none'
            from membership m where m.state = 'active'",
        "insert into history (process_id, subject_kind, subject_id, event, at) select p.id, 'process', p.id, 'settings-edited', $1::timestamptz from process p where $2::text <> ''",
    ] {
        sqlx::query(sql)
            .bind(at)
            .bind(days.to_string())
            .execute(&mut portal.superuser().await)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

/// The ages of what is left of a process, a kind a line.
async fn left(portal: &Portal, slug: &str) -> [Vec<i32>; 4] {
    let mut all: [Vec<i32>; 4] = Default::default();
    for (ages, sql) in all.iter_mut().zip([
        "select split_part(recipient, '@', 1)::integer from outgoing_mail x join process p on p.id = x.process_id where p.slug = $1 and recipient like '%@old.example' order by 1",
        "select substr(dedupe_key, 6)::integer from notice x join process p on p.id = x.process_id where p.slug = $1 and dedupe_key like 'aged %' order by 1",
        "select substr(detail, 6)::integer from access_log x join process p on p.id = x.process_id where p.slug = $1 and detail like 'aged %' order by 1",
        "select substr(x.name, 6)::integer from access_request x join process p on p.id = x.process_id where p.slug = $1 and x.name like 'Aged %' and x.state = 'declined' order by 1",
    ]) {
        *ages = sqlx::query_scalar(sql).bind(slug).fetch_all(&mut portal.superuser().await).await.expect("ages");
    }
    all
}

async fn night(portal: &Portal) {
    let mut c = portal.superuser().await;
    // what is of no process and old enough tells when the night's work is done
    sqlx::query("insert into outgoing_mail (recipient, subject, body, created_at, sent_at) values ('over@old.example', 's', '', $1, $1)")
        .bind(portal.clock.now() - chrono::TimeDelta::days(3_000))
        .execute(&mut c)
        .await
        .expect("a letter");
    sqlx::query("delete from graphile_worker._private_jobs").execute(&mut c).await.expect("an empty queue");
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select kernel.enqueue('forget', '{}', true)").execute(&mut app).await.expect("a job");
    let (stop, worked) = worker(portal, None);
    until("the night's work", async || {
        portal.lookup("select count(*)::text from outgoing_mail where recipient = $1", "over@old.example").await == "0"
    })
    .await;
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}

async fn set(portal: &Portal, terms: &[(&str, &str)]) -> crate::harness::Page {
    let browser = portal.signed_in(SECRETARIAT).await;
    browser.submit("/example/settings/edit", Some("/settings/edit"), terms).await
}

#[tokio::test]
async fn a_process_sets_how_long_each_kind_is_kept() {
    let portal = Portal::start().await;
    for days in [5, 15, 60, 200, 500, 2_000] {
        aged(&portal, days).await;
    }
    let history = "select count(*)::text from history where event = $1";
    let frozen = "select count(*)::text || md5(string_agg(content, '' order by id)) from plan_snapshot where $1 = ''";
    let (acts, texts) = (portal.lookup(history, "settings-edited").await, portal.lookup(frozen, "").await);

    // as it is where nothing is set: letters go after thirty days, the rest stays
    night(&portal).await;
    let all = vec![5, 15, 60, 200, 500, 2_000];
    for slug in ["example", "iisg"] {
        assert_eq!(left(&portal, slug).await, [vec![5, 15], all.clone(), all.clone(), all.clone()], "{slug}");
    }
    assert_eq!(portal.lookup(history, "settings-edited").await, acts);

    // a longer term for letters, shorter ones for the rest
    aged(&portal, 61).await;
    let saved = set(
        &portal,
        &[("keep_letters", "100"), ("keep_notices", "90"), ("keep_access_log", "400"), ("keep_requests", "300")],
    )
    .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    night(&portal).await;
    assert_eq!(
        left(&portal, "example").await,
        [vec![5, 15, 61], vec![5, 15, 60, 61], vec![5, 15, 60, 61, 200], vec![5, 15, 60, 61, 200]]
    );
    let with = vec![5, 15, 60, 61, 200, 500, 2_000];
    assert_eq!(
        left(&portal, "iisg").await,
        [vec![5, 15], with.clone(), with.clone(), with],
        "another process's terms are its own"
    );
    // and a shorter one; what was taken in with a process and is no term keeps nobody's night from its work
    sqlx::query(
        r#"update process set settings = settings || '{"retention": {"letters": "soon", "notices": -1}}' where slug = 'iisg'"#,
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("no term");
    assert_eq!(set(&portal, &[("keep_letters", "10")]).await.status, StatusCode::SEE_OTHER);
    night(&portal).await;
    assert_eq!(left(&portal, "example").await[0], [5]);
    let [letters, notices, ..] = left(&portal, "iisg").await;
    assert_eq!((letters, notices), (vec![5, 15], vec![5, 15, 60, 61, 200, 500, 2_000]));

    // what waits for an answer, what people did, and what was frozen are nobody's to forget
    let open = "select count(*)::text from access_request where name like 'Aged %' and state = $1";
    assert_eq!(portal.lookup(open, "open").await, "14");
    let since: i64 = portal.lookup(history, "settings-edited").await.parse().expect("a number");
    assert!(since > acts.parse().expect("a number"), "the two changes of the settings were added to the history");
    assert_eq!(portal.lookup(frozen, "").await, texts);
    let page = portal.signed_in(SECRETARIAT).await.get("/example/settings").await.text();
    assert!(page.contains("10 days") && page.contains("400 days") && page.contains("always kept"), "{page}");
}

#[tokio::test]
async fn a_term_that_is_too_short_is_refused_where_it_was_typed() {
    let portal = Portal::start().await;
    let page = set(&portal, &[("keep_access_log", "30"), ("keep_letters", "never"), ("keep_notices", "100")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, typed) in [("keep_access_log", "30"), ("keep_letters", "never"), ("keep_notices", "100")] {
        assert_eq!(page.value(field).as_deref(), Some(typed), "what was typed stays");
    }
    assert_eq!(page.select(".field.bad label"), ["E-mails", "Access log"]);
    assert!(page.text().contains("between 365 and"), "{}", page.text());
    let kept =
        portal.lookup("select coalesce(settings ->> 'retention', '') from process where slug = $1", "example").await;
    assert!(!kept.contains("30"), "{kept}");
    // and nobody but the night's work forgets
    let mut app = portal.sql("concert_app").await;
    let refused = sqlx::query("select kernel.forget_by_process(now(), 0)").execute(&mut app).await;
    assert!(refused.is_err());
}
