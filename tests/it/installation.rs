//! What an installation does as a whole: behind TLS, when something takes too long or is away, what its log holds, and
//! several instances side by side.

use crate::action_record::save;
use crate::harness::{Browser, Page, Portal};
use crate::sign_in::{NEW, PASSWORD, letter, link, sign_in};
use axum::http::StatusCode;
use concert::dev::cluster::SUPERUSER;
use sqlx::{Connection, PgConnection};
use std::io::Write;
use std::sync::{Arc, Mutex};

const DONOR: &str = "donor@example.example";

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let tls = Portal::with(|config| config.base_url = "https://concert.test".into()).await;
    for path in ["/", "/sign-in", "/example/public", "/example/actions", "/no/such/page", "/healthz"] {
        let page = tls.visitor().get(path).await;
        let said = header(&page, "strict-transport-security").to_owned();
        let seconds = said.split(';').next().and_then(|s| s.strip_prefix("max-age=")).and_then(|s| s.parse().ok());
        assert!(seconds.is_some_and(|s: u64| s >= 31_536_000), "{path}: {said:?}");
    }
    // in plain text it would promise what nobody keeps
    let plain = Portal::start().await;
    assert_eq!(header(&plain.visitor().get("/sign-in").await, "strict-transport-security"), "");
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_given_up() {
    let portal = Portal::with(|config| config.time_limit = 1).await;
    let browser = portal.signed_in(DONOR).await;
    assert_eq!(browser.get("/example/organisations").await.status, StatusCode::OK);
    let mut other = portal.superuser().await;
    let mut tx = other.begin().await.expect("a transaction");
    sqlx::query("lock table organisation in access exclusive mode").execute(&mut *tx).await.expect("the lock");
    let started = std::time::Instant::now();
    let page = browser.get("/example/organisations").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text());
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
    assert!(header(&page, "content-security-policy").contains("default-src 'none'"), "{:?}", page.headers);
    tx.rollback().await.expect("the end of the lock");
    assert_eq!(browser.get("/example/organisations").await.status, StatusCode::OK, "it goes on afterwards");
}

#[tokio::test]
async fn without_its_database_it_lives_and_is_not_ready() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    for path in ["/healthz", "/readyz"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
    let server = portal.url(SUPERUSER).replace(&portal.database, "postgres");
    let mut server = PgConnection::connect(&server).await.expect("the server");
    let name = &portal.database;
    let say = |sql: String| sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
    say(format!("alter database {name} allow_connections false")).execute(&mut server).await.expect("closed");
    say(format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"))
        .execute(&mut server)
        .await
        .expect("everybody out");
    let started = std::time::Instant::now();
    let ready = visitor.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE, "{}", ready.body);
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "who asks does not wait: {:?}", started.elapsed());
    assert!(!ready.body.contains(name.as_str()), "{}", ready.body);
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK, "the process itself lives");
    say(format!("alter database {name} allow_connections true")).execute(&mut server).await.expect("open");
    assert_eq!(visitor.get("/readyz").await.status, StatusCode::OK, "and it comes back by itself");
}

#[tokio::test]
async fn on_a_database_of_an_earlier_day_it_is_not_ready() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let newest = "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
    sqlx::query(newest).execute(&mut portal.superuser().await).await.expect("an earlier schema");
    let ready = visitor.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ready.body.contains("concert migrate"), "{}", ready.body);
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
}

/// What is written to the log.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_holds_no_secret_and_nothing_of_a_person() {
    let portal = Portal::start().await;
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("info,concert=trace,sqlx=warn"))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let browser = portal.visitor();
    assert_eq!(sign_in(&browser, DONOR, "a wrong word that was typed", "").await.status.as_u16(), 422);
    assert_eq!(sign_in(&browser, "nobody@elsewhere.example", PASSWORD, "").await.status.as_u16(), 422);
    assert_eq!(sign_in(&browser, DONOR, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
    let session = browser.cookie("concert").expect("a session");
    let form = browser.form_token().await;
    let found = browser.get("/example/actions?q=Zzyzxwords").await;
    assert_eq!(found.status, StatusCode::OK);
    browser.get("/example/members/Zzyzxplace").await;
    browser.get("/example/members.csv").await;

    let visitor = portal.visitor();
    visitor.submit("/password/forgotten", None, &[("email", DONOR)]).await;
    let reset = link(&letter(&portal, DONOR, "/password/reset/").await);
    let token = reset.rsplit('/').next().expect("a token").to_owned();
    assert_eq!(visitor.get(&reset).await.status, StatusCode::OK);
    let set = visitor.submit(&reset, None, &[("new_password", NEW), ("new_password_again", NEW)]).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
    visitor.get(&reset).await;

    let asking = [
        ("kind", "public"),
        ("name", "Zzyzxname Asks"),
        ("email", "zzyzx@asks.example"),
        ("organisation", "Zzyzxagency"),
        ("reason", "Zzyzxreason"),
    ];
    let sent = portal.visitor().submit("/example/public/access", None, &asking).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    drop(guard);

    let log = String::from_utf8(kept.0.lock().expect("the log").clone()).expect("text");
    for there in ["/sign-in", "/password/reset/{token}", "/{process}/public/access", header(&found, "x-request-id")] {
        assert!(!there.is_empty() && log.contains(there), "the log is not what is looked at: {there:?} in {log}");
    }
    let low = log.to_lowercase();
    for secret in [
        DONOR,
        "donor@",
        "nobody@",
        PASSWORD,
        "a wrong word",
        NEW,
        "long+way",
        &session,
        &form,
        &token,
        "zzyzx",
        "asks.example",
    ] {
        assert!(!low.contains(&secret.to_lowercase()), "{secret} in the log: {log}");
    }
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/account").await.status == StatusCode::OK
}

#[tokio::test]
async fn two_instances_on_one_database_are_one_portal() {
    let portal = Portal::with(|config| config.export_limit = 2).await;
    let second = portal.beside().await;

    // whoever signed in at the one is in at the other, forms of the one are taken by the other, and out is out
    let here = portal.visitor();
    sign_in(&here, DONOR, PASSWORD, "").await;
    let token = here.form_token().await;
    let there = portal.at(&second, &here);
    assert!(is_in(&here).await && is_in(&there).await);
    assert_eq!(there.get("/example/actions").await.status, StatusCode::OK);
    let read = there.post_raw("/example/notices/read", &[("form_token", &token), ("all", "yes")]).await;
    assert_eq!(read.status, StatusCode::SEE_OTHER, "{}", read.text());

    // limits are counted together
    assert_eq!(here.get("/example/organisations.csv").await.status, StatusCode::OK);
    assert_eq!(there.get("/example/organisations.csv").await.status, StatusCode::OK);
    for browser in [&here, &there] {
        assert_eq!(browser.get("/example/organisations.csv").await.status, StatusCode::TOO_MANY_REQUESTS);
    }

    // what is saved at the one is found by the other, whose finder has its index already
    let title = "Refurbishment of lighthouse signal towers for night patrols";
    let typed = [("title", title)];
    let before = there.post("/example/actions/similar", &typed).await;
    assert_eq!(before.status, StatusCode::OK, "{}", before.text());
    assert!(!before.text().contains(title), "{}", before.text());
    let change = [("title", title), ("pillars", "ns"), ("beneficiaries", "ns")];
    let saved = save(&here, "/example/actions/new", &change).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let after = there.post("/example/actions/similar", &typed).await;
    assert!(after.text().contains(title), "{}", after.text());
    let place = saved.location.expect("an address");
    assert!(there.get(&place).await.text().contains(title));

    // the second to save from the same version is told, wherever they are
    let edit = format!("{}/edit", place.split('?').next().expect("a path"));
    let stale = crate::action_record::filled(&there, &edit, &[("title", "Said at the second")]).await;
    let first = save(&here, &edit, &[("title", "Said at the first")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let late = crate::action_record::send(&there, &edit, &stale).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());

    let out = there.post("/sign-out", &[]).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.text());
    assert!(!is_in(&here).await, "signed out at the one is signed out at the other");
}
