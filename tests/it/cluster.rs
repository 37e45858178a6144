//! The private PostgreSQL and the bootstrap, on a real server.
use std::path::PathBuf;
use std::time::Instant;

use concert::dev::cluster::{Cluster, Mode};
use concert::ops::bootstrap::{Passwords, bootstrap};
use sqlx::{Connection as _, PgConnection};

fn folder(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("concert-ops-{name}-{}", std::process::id()))
}

async fn number(url: &str, sql: &'static str) -> i64 {
    let mut c = PgConnection::connect(url).await.unwrap();
    let n = sqlx::query_scalar(sql).fetch_one(&mut c).await.unwrap();
    c.close().await.unwrap();
    n
}

async fn refused(url: &str, sql: &'static str) -> String {
    let mut c = PgConnection::connect(url).await.unwrap();
    let error = sqlx::raw_sql(sql).execute(&mut c).await.unwrap_err().to_string();
    c.close().await.unwrap();
    error
}

#[tokio::test]
async fn a_durable_cluster_starts_is_joined_keeps_its_data_and_stops() {
    let dir = folder("durable");
    let t = Instant::now();
    let own = Cluster::start(&dir, Mode::Durable).unwrap();
    eprintln!("first start {:?}", t.elapsed());
    assert!(own.owned());
    assert_eq!(number(&own.url("postgres", "postgres"), "select 1::bigint").await, 1);
    let t = Instant::now();
    let joined = Cluster::start(&dir, Mode::Durable).unwrap();
    eprintln!("join {:?}", t.elapsed());
    assert!(!joined.owned());
    assert!(Cluster::wipe(&dir).unwrap_err().to_string().contains("is running"));
    let mut c = PgConnection::connect(&joined.url("postgres", "postgres")).await.unwrap();
    sqlx::raw_sql("create table t as select 42::bigint as n").execute(&mut c).await.unwrap();
    c.close().await.unwrap();
    joined.stop().unwrap();
    assert_eq!(number(&own.url("postgres", "postgres"), "select n from t").await, 42);
    let t = Instant::now();
    own.stop().unwrap();
    eprintln!("stop {:?}", t.elapsed());
    let t = Instant::now();
    let again = Cluster::start(&dir, Mode::Durable).unwrap();
    eprintln!("second start {:?}", t.elapsed());
    assert!(again.owned());
    assert_eq!(number(&again.url("postgres", "postgres"), "select n from t").await, 42);
    drop(again);
    Cluster::wipe(&dir).unwrap();
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn of_many_that_start_at_once_one_owns() {
    let dir = folder("many");
    let many: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| Cluster::start(&dir, Mode::Throwaway).unwrap())).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(many.iter().filter(|c| c.owned()).count(), 1);
    // The owner leaves first: it must not take the server from the others.
    let (own, others): (Vec<_>, Vec<_>) = many.into_iter().partition(Cluster::owned);
    own.into_iter().for_each(|c| c.stop().unwrap());
    let again = Cluster::start(&dir, Mode::Throwaway).unwrap();
    assert!(!again.owned());
    drop(others);
    drop(again);
    let start = Instant::now();
    while Cluster::wipe(&dir).is_err() {
        assert!(start.elapsed().as_secs() < 20, "the watch did not end it");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    eprintln!("ended by the watch after {:?}", start.elapsed());
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn data_of_another_version_and_folders_with_other_things_are_refused() {
    let dir = folder("version");
    std::fs::create_dir_all(dir.join("data")).unwrap();
    std::fs::write(dir.join("data/PG_VERSION"), "9\n").unwrap();
    let message = format!("{:#}", Cluster::start(&dir, Mode::Durable).unwrap_err());
    assert!(message.contains("PostgreSQL 9 is needed, found: "), "{message}");
    std::fs::write(dir.join("thesis.odt"), "").unwrap();
    let message = Cluster::start(&dir, Mode::Durable).unwrap_err().to_string();
    assert!(message.contains("holds other things (thesis.odt)"), "{message}");
    std::fs::remove_dir_all(dir).unwrap();
    let long = std::env::temp_dir().join("x".repeat(90));
    assert!(Cluster::start(&long, Mode::Durable).unwrap_err().to_string().contains("too long a path"));
}

#[tokio::test]
async fn bootstrap_can_run_twice_and_keeps_the_roles_apart() {
    let dir = folder("bootstrap");
    let cluster = Cluster::start(&dir, Mode::Throwaway).unwrap();
    let superuser = cluster.url("postgres", "postgres");
    let passwords = Passwords { app: Some("o'p\"en %I \\".into()), ..Passwords::default() };
    let t = Instant::now();
    bootstrap(&superuser, "concert", &passwords).await.unwrap();
    eprintln!("bootstrap {:?}", t.elapsed());
    let none = Passwords::default();
    let t = Instant::now();
    let (a, b) = tokio::join!(bootstrap(&superuser, "concert", &none), bootstrap(&superuser, "other", &none));
    a.unwrap();
    b.unwrap();
    eprintln!("again, and another {:?}", t.elapsed());
    assert!(bootstrap(&superuser, "Robert'; drop", &Passwords::default()).await.is_err());

    let [owner, app, jobs, maintenance] = ["concert_owner", "concert_app", "concert_jobs", "concert_maintenance"]
        .map(|role| cluster.url(role, "concert"));
    assert!(PgConnection::connect(&cluster.url("concert_search", "concert")).await.is_err());
    let mut c = PgConnection::connect(&owner).await.unwrap();
    sqlx::raw_sql(
        "create table public.thing (process_id uuid, name text);
         insert into thing values (gen_random_uuid(), 'a');
         alter table thing enable row level security; alter table thing force row level security;
         create policy search on thing for select to concert_search using (true);
         grant select on thing to concert_search, concert_app;
         create function search.things() returns bigint language sql stable security definer set search_path = public, pg_temp
             as 'select count(*) from thing';
         create function search.loose() returns bigint language sql security definer as 'select 1::bigint';
         create function kernel.whose() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp
             as 'begin return length(current_user); end';
         select kernel.hand_to_search('search.things()'::regprocedure);",
    )
    .execute(&mut c)
    .await
    .unwrap();
    let message =
        sqlx::raw_sql("select kernel.hand_to_search('search.loose()')").execute(&mut c).await.unwrap_err().to_string();
    assert!(message.contains("search_path"), "{message}");
    assert!(sqlx::raw_sql("select kernel.hand_to_search('kernel.whose()')").execute(&mut c).await.is_err());
    // Forced: not even the owner sees a row; the search role and maintenance do.
    assert_eq!(number(&owner, "select count(*) from thing").await, 0);
    assert_eq!(number(&app, "select search.things()").await, 1);
    assert_eq!(number(&maintenance, "select count(*) from thing").await, 1);
    assert!(refused(&jobs, "select search.things()").await.contains("permission denied"));
    assert!(refused(&app, "select kernel.hand_to_search('search.things()')").await.contains("permission denied"));
    for role in ["concert_search", "concert_owner", "concert_maintenance"] {
        let sql: &'static str = Box::leak(format!("set role {role}").into_boxed_str());
        assert!(refused(&app, sql).await.contains("permission denied"), "{role}");
    }
    assert!(refused(&app, "create table public.mine ()").await.contains("permission denied"));
    assert!(refused(&app, "create temporary table mine ()").await.contains("permission denied"));
    sqlx::raw_sql("drop function search.things()").execute(&mut c).await.unwrap();
    let mut j = PgConnection::connect(&jobs).await.unwrap();
    sqlx::raw_sql("create schema graphile_worker create table jobs ()").execute(&mut j).await.unwrap();
    // A granted role is refused at the next bootstrap.
    let mut s = PgConnection::connect(&superuser).await.unwrap();
    sqlx::raw_sql("grant concert_search to concert_owner").execute(&mut s).await.unwrap();
    let message = format!("{:#}", bootstrap(&superuser, "concert", &Passwords::default()).await.unwrap_err());
    assert!(message.contains("concert_search is granted to concert_owner"), "{message}");
    for c in [c, j, s] {
        c.close().await.unwrap();
    }
    cluster.stop().unwrap();
    std::fs::remove_dir_all(dir).unwrap();
}
