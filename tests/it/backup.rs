//! A backup of a real database, and what comes back.
use std::os::unix::fs::PermissionsExt as _;
use std::time::Instant;

use age::secrecy::ExposeSecret as _;
use concert::dev::cluster::{Cluster, Mode};
use concert::ops::archive::{Key, Lock};
use concert::ops::backup::backup;
use concert::ops::bootstrap::{Passwords, bootstrap};
use concert::ops::restore::restore;
use sqlx::{Connection as _, PgConnection};

async fn run(url: &str, sql: &'static str) {
    let mut c = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut c).await.unwrap();
    c.close().await.unwrap();
}

async fn number(url: &str, sql: &'static str) -> i64 {
    let mut c = PgConnection::connect(url).await.unwrap();
    let n = sqlx::query_scalar(sql).fetch_one(&mut c).await.unwrap();
    c.close().await.unwrap();
    n
}

#[tokio::test]
async fn what_was_backed_up_comes_back_or_nothing_does() {
    let dir = std::env::temp_dir().join(format!("concert-ops-backup-{}", std::process::id()));
    let (cluster_dir, files) = (dir.join("pg"), dir.join("files"));
    std::fs::create_dir_all(&files).unwrap();
    let cluster = Cluster::start(&cluster_dir, Mode::Throwaway).unwrap();
    let superuser = cluster.url("postgres", "postgres");
    bootstrap(&superuser, "concert", &Passwords::default()).await.unwrap();
    let owner = cluster.url("concert_owner", "concert");
    run(
        &owner,
        "create table public.process (id uuid primary key, name text not null);
         create table public.action (process_id uuid not null references process, id bigint generated always as identity, title text,
             primary key (process_id, id));
         insert into process values ('00000000-0000-0000-0000-000000000001', 'Први'), ('00000000-0000-0000-0000-000000000002', 'two');
         insert into action (process_id, title) select p.id, 'Граница ' || n || md5(n::text) from process p, generate_series(1, 10000) n;
         create index on action using gin (title gin_trgm_ops);
         alter table action enable row level security; alter table action force row level security;
         create policy own on action using (process_id = nullif(current_setting('app.process', true), '')::uuid);
         create policy search on action for select to concert_search using (true);
         grant select, insert on action to concert_app; grant select on action to concert_search;
         create function search.actions() returns bigint language sql stable security definer set search_path = public, pg_temp
             as 'select count(*) from action';
         select kernel.hand_to_search('search.actions()');",
    )
    .await;
    run(&cluster.url("concert_jobs", "concert"), "create schema graphile_worker; create table graphile_worker.jobs (id int); insert into graphile_worker.jobs values (7); alter table graphile_worker.jobs enable row level security").await;
    let maintenance = cluster.url("concert_maintenance", "concert");

    // By passphrase.
    let file = files.join("one.concert");
    let passphrase = || Lock::passphrase("correct horse battery".into()).unwrap();
    let t = Instant::now();
    let taken = backup(&maintenance, &file, passphrase(), None).await.unwrap();
    eprintln!("backup {:?}, {} bytes: {taken:?}", t.elapsed(), file.metadata().unwrap().len());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(taken.rows["public.action"], 20_000);
    assert_eq!(taken.rows["graphile_worker.jobs"], 1);
    assert!(!std::fs::read(&file).unwrap().windows(5).any(|w| w == b"PGDMP"));
    assert!(backup(&maintenance, &file, passphrase(), None).await.unwrap_err().to_string().contains("exists already"));
    let refused = backup(&owner, &files.join("none"), passphrase(), None).await.unwrap_err().to_string();
    assert!(refused.contains("concert_maintenance"), "{refused}");

    let t = Instant::now();
    let back =
        restore(&superuser, &file, Key::read("correct horse battery".into()).unwrap(), "again", None).await.unwrap();
    eprintln!("restore {:?}", t.elapsed());
    assert_eq!(back, taken);
    let app = cluster.url("concert_app", "again");
    assert_eq!(number(&app, "select count(*) from action").await, 0);
    assert_eq!(number(&app, "select search.actions()").await, 20_000);
    assert_eq!(number(&cluster.url("concert_owner", "again"), "select count(*) from action").await, 0);
    assert_eq!(
        number(&cluster.url("concert_jobs", "again"), "select max(id)::bigint from graphile_worker.jobs").await,
        7
    );
    // It can be backed up as well, and the owner goes on migrating in it.
    run(&cluster.url("concert_owner", "again"), "create table public.later ()").await;

    // Not into a database that holds something.
    let key = || Key::read("correct horse battery".into()).unwrap();
    let refused = restore(&superuser, &file, key(), "concert", None).await.unwrap_err().to_string();
    assert!(refused.contains("holds 3 tables"), "{refused}");
    assert_eq!(number(&maintenance, "select count(*) from action").await, 20_000);
    // Into one that bootstrap left.
    bootstrap(&superuser, "empty", &Passwords::default()).await.unwrap();
    restore(&superuser, &file, key(), "empty", None).await.unwrap();

    // Wrong, damaged, cut off, none.
    let exists = "select count(*) from pg_database where datname = 'broken'";
    let wrong = restore(&superuser, &file, Key::read("correct horse".into()).unwrap(), "broken", None)
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(wrong, "the passphrase does not open this backup");
    let bytes = std::fs::read(&file).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    for (name, content, words) in [
        ("cut", &bytes[..bytes.len() / 2], "damaged or cut off"),
        ("end", &bytes[..bytes.len() - 1], "damaged or cut off"),
        ("flipped", &flipped[..], "damaged or cut off"),
        ("text", &b"hello"[..], "no backup"),
        ("none", &b""[..], "no backup"),
    ] {
        let path = files.join(name);
        std::fs::write(&path, content).unwrap();
        let error = format!("{:#}", restore(&superuser, &path, key(), "broken", None).await.unwrap_err());
        eprintln!("{name}: {error}");
        assert!(error.contains(words), "{name}: {error}");
        assert_eq!(number(&superuser, exists).await, 0, "{name}");
    }

    // For a key, and not with another.
    let (ours, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let file = files.join("two.concert");
    backup(&maintenance, &file, Lock::recipients([ours.to_public().to_string().as_str()]).unwrap(), None)
        .await
        .unwrap();
    for key in [Key::Identity(other), key()] {
        let wrong = restore(&superuser, &file, key, "broken", None).await.unwrap_err().to_string();
        assert!(wrong.contains("does not open this backup"), "{wrong}");
    }
    let key = Key::read(ours.to_string().expose_secret().into()).unwrap();
    restore(&superuser, &file, key, "by_key", None).await.unwrap();
    assert!(Lock::recipients(["age1nonsense"]).is_err() && Lock::passphrase("short".into()).is_err());
    let left: Vec<_> = std::fs::read_dir(&files)
        .unwrap()
        .flatten()
        .filter(|e| e.file_name().to_string_lossy().ends_with(".part"))
        .collect();
    assert!(left.is_empty());

    cluster.stop().unwrap();
    std::fs::remove_dir_all(dir).unwrap();
}

/// The portal's own schema with both processes and the job queue: what comes back is a portal that can be served.
#[tokio::test]
async fn a_whole_portal_comes_back_with_its_queue() {
    let portal = crate::harness::Portal::start().await;
    let letter = "insert into outgoing_mail (recipient, subject, body) values ('ada@ministry.example', 's', 'b')";
    run(&portal.url("concert_app"), letter).await;
    let file = std::env::temp_dir().join(format!("{}.concert", portal.database));
    let name = format!("{}_restored", portal.database);
    let passphrase = "correct horse battery";
    // what members bring comes along
    let object = format!("{}/{}", uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    std::fs::create_dir_all(portal.files_folder().join(&object).parent().unwrap()).unwrap();
    std::fs::write(portal.files_folder().join(&object), b"an agreement").unwrap();
    let lock = Lock::passphrase(passphrase.into()).unwrap();
    let folder = portal.files_folder();
    let taken = backup(&portal.url("concert_maintenance"), &file, lock, Some(&folder)).await.unwrap();
    assert_eq!(taken.files, Some(1));
    let into = folder.with_extension("restored");
    let key = || Key::read(passphrase.into()).unwrap();
    let lacking = restore(&portal.url("postgres"), &file, key(), &name, None).await.unwrap_err().to_string();
    assert!(lacking.contains("the backup holds 1 files"), "{lacking}");
    let full = restore(&portal.url("postgres"), &file, key(), &name, Some(&folder)).await.unwrap_err().to_string();
    assert!(full.contains("holds something"), "{full}");
    assert!(taken.rows["public.action"] > 80 && taken.rows["graphile_worker._private_jobs"] == 1, "{:?}", taken.rows);
    let restored = restore(&portal.url("postgres"), &file, key(), &name, Some(&into)).await.map(|_| ());
    std::fs::remove_file(&file).unwrap();
    restored.unwrap();
    assert_eq!(std::fs::read(into.join(&object)).unwrap(), b"an agreement");
    std::fs::remove_dir_all(&into).unwrap();

    let url = |role: &str| portal.url(role).replace(&format!("/{}?", portal.database), &format!("/{name}?"));
    concert::ops::preflight::check(&url("concert_app")).await.unwrap();
    run(&url("concert_app"), letter).await;
    let waiting = "select count(*) from graphile_worker._private_jobs";
    assert_eq!(number(&url("concert_jobs"), waiting).await, 2, "the job that waited, and one more");
    // migrating goes on where it was
    concert::ops::migrate::migrate(&url("concert_owner")).await.unwrap();
    concert::ops::migrate::queue(&url("concert_jobs")).await.unwrap();
    let mut server = PgConnection::connect(&portal.url("postgres")).await.unwrap();
    let drop = sqlx::AssertSqlSafe(format!("drop database {name} with (force)"));
    sqlx::raw_sql(drop).execute(&mut server).await.unwrap();
}
