//! A whole process as one archive: out, in elsewhere, and out again; who may; what is not in it; what is refused.

use crate::harness::Portal;
use crate::iati_export::concert;
use crate::jobs::process;
use axum::http::StatusCode;
use concert::features::exchange::bundle::{LEFT_OUT, TABLES};
use concert::kernel::job::{Job, Jobs, Task};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

const SECRETARIAT: &str = "support-group@example.example";

/// A folder that goes away.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path =
            std::env::temp_dir().join(format!("concert-bundle-it-{}-{}", std::process::id(), uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub type Files = BTreeMap<String, String>;

fn files(bytes: Vec<u8>) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).expect("a file");
            let name = String::from_utf8(file.name_raw().to_vec()).expect("a name");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("a text");
            (name, text)
        })
        .collect()
}

pub fn read(path: &str) -> Files {
    files(std::fs::read(path).expect("a bundle"))
}

/// Writes an archive; `honest`: its manifest says what is in it.
pub fn write(path: &Path, mut files: Files, honest: bool) {
    if honest {
        let mut manifest: Value = serde_json::from_str(&files["manifest.json"]).expect("a manifest");
        for part in manifest["files"].as_array_mut().expect("files") {
            let text = &files[part["name"].as_str().expect("a name")];
            part["bytes"] = text.len().into();
            part["rows"] = text.lines().count().into();
            part["sha256"] = hex::encode(Sha256::digest(text.as_bytes())).into();
        }
        files.insert("manifest.json".into(), manifest.to_string());
    }
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    for (name, text) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("an archive");
}

pub fn rows(files: &Files, table: &str) -> Vec<Value> {
    let text = files.get(&format!("{table}.ndjson")).map(String::as_str).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

pub fn export(portal: &Portal, slug: &str, more: &[&str], to: &str) -> (bool, String) {
    let start = ["export", "--process", slug, "--format", "bundle", "-o", to];
    let (done, _, said) = concert(portal, &[&start[..], more].concat());
    (done, said)
}

pub fn take_in(portal: &Portal, file: &str, more: &[&str]) -> (bool, String) {
    let (done, out, said) = concert(portal, &[&["process", "take-in", file][..], more].concat());
    (done, out + &said)
}

async fn count(portal: &Portal, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    let mut connection = portal.superuser().await;
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut connection).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_goes_out_comes_in_elsewhere_and_goes_out_the_same() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    for slug in ["iisg", "example"] {
        let (first, second) = (folder.file(&format!("{slug}.zip")), folder.file(&format!("{slug}-again.zip")));
        let (done, said) = export(&portal, slug, &[], &first);
        assert!(done, "{said}");
        let before = count(&portal, "account").await;

        let other = format!("{slug}-two");
        let (done, said) = take_in(&portal, &first, &["--slug", &other, "--dry-run"]);
        assert!(done && said.contains("nothing was kept"), "{said}");
        let there = portal.lookup("select count(*)::text from process where slug = $1", &other).await;
        assert_eq!(there, "0");
        let (done, said) = take_in(&portal, &first, &["--slug", &other]);
        assert!(done, "{said}");
        assert_eq!(count(&portal, "account").await, before, "accounts are known again by their address");
        let (done, said) = export(&portal, &other, &[], &second);
        assert!(done, "{said}");

        let (first, second) = (read(&first), read(&second));
        assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
        for (name, text) in &first {
            let table = name.trim_end_matches(".ndjson");
            match table {
                // the process is another one, and says so where it is named
                "manifest.json" => {}
                "process" => {
                    let [was, is] = [&first, &second].map(|f| {
                        let mut row = rows(f, "process").remove(0);
                        for column in ["id", "slug"] {
                            row.as_object_mut().expect("a row").remove(column);
                        }
                        row
                    });
                    assert_eq!(was, is);
                }
                // what was done here stands in it, too
                "history" | "access_log" => {
                    let id = |f: &Files| rows(f, "process")[0]["id"].as_str().expect("an id").to_owned();
                    let moved = text.replace(&id(&first), &id(&second));
                    let lines: BTreeSet<&str> = second[name].lines().collect();
                    let lost: Vec<&str> = moved.lines().filter(|line| !lines.contains(line)).collect();
                    assert!(lost.is_empty(), "{name} has lost {lost:?}");
                    assert_eq!(lines.len(), moved.lines().count() + 1, "{name}");
                }
                _ => assert_eq!(text, &second[name], "{slug}: {name}"),
            }
        }
        assert!(rows(&first, "action").len() > 40 && rows(&first, "history").len() > 2);
    }
    // who takes part there, takes part here, and sees what they see there
    let browser = portal.signed_in(SECRETARIAT).await;
    let (there, here) = (browser.get("/example/actions.csv").await, browser.get("/example-two/actions.csv").await);
    assert_eq!((there.status, here.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(there.body.lines().count(), here.body.lines().count());
    // and the figures and the finder begin anew
    let asked = portal
        .lookup(
            "select count(*)::text from graphile_worker._private_jobs j join process p on p.slug = $1
                where j.payload ->> 'process' = p.id::text and j.key like any (array['tally:%', 'overlaps:%'])",
            "example-two",
        )
        .await;
    assert_eq!(asked, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_holds_what_is_of_that_level() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    let [public, members, all, whole] = ["public", "members", "all", "whole"].map(|name| folder.file(name));
    for (more, to) in [
        (&["--level", "public"][..], &public),
        (&["--level", "members", "--as", SECRETARIAT], &members),
        (&["--as", SECRETARIAT], &all),
        (&[], &whole),
    ] {
        let (done, said) = export(&portal, "example", more, to);
        assert!(done, "{more:?}: {said}");
    }
    let [public, members, all, whole] = [public, members, all, whole].map(|path| read(&path));
    let sizes = [&public, &members, &all, &whole].map(|f| rows(f, "action").len());
    assert!(sizes.is_sorted_by(|a, b| a < b) && sizes[0] > 5, "{sizes:?}");
    for row in rows(&public, "action") {
        assert_eq!(row["handling"], "public", "{row}");
        assert!(row.get("stated_total").is_none() && row.get("claim").is_none() && row["created_by_id"].is_null());
    }
    for row in rows(&members, "action") {
        assert!(["public", "members"].contains(&row["handling"].as_str().expect("a level")), "{row}");
    }
    // the secretariat's own bundle holds no other organisation's restricted record that was not opened to it
    let mut restricted = rows(&all, "action").into_iter().filter(|r| r["handling"] == "restricted");
    assert!(restricted.all(|r| r["open_to_support_group"] == true));
    assert!(
        rows(&whole, "action").iter().any(|r| r["handling"] == "restricted" && r["open_to_support_group"] == false)
    );

    let mut connection = portal.superuser().await;
    let people: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "select distinct a.email, m.name, a.password_hash from membership m join account a on a.id = m.account_id
            join process p on p.id = m.process_id where p.slug = 'example'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("people");
    assert!(people.len() > 5);
    for (email, name, hash) in people {
        for (bundle, text) in
            [("public", &public), ("members", &members)].iter().flat_map(|(b, f)| f.iter().map(move |t| (*b, t)))
        {
            assert!(!text.1.contains(&email) && !text.1.contains(&name), "{name} is in {} of {bundle}", text.0);
        }
        assert!(whole["account.ndjson"].contains(&email));
        if let Some(hash) = hash {
            assert!(whole.values().all(|text| !text.contains(&hash)), "a password's hash is in a bundle");
        }
    }
    for bundle in [&public, &members, &all, &whole] {
        for row in rows(bundle, "account") {
            let columns: BTreeSet<&str> = row.as_object().expect("a row").keys().map(String::as_str).collect();
            assert_eq!(columns, BTreeSet::from(["email", "id"]));
        }
        // whatever a row points at is there
        let ids: BTreeSet<String> = TABLES
            .iter()
            .flat_map(|t| rows(bundle, t.name))
            .filter_map(|r| r["id"].as_str().map(str::to_owned))
            .collect();
        for (table, column) in [
            ("action", "parent_id"),
            ("action", "reporting_id"),
            ("plan_node", "parent_id"),
            ("action_party", "organisation_id"),
        ] {
            for row in rows(bundle, table) {
                assert!(row[column].as_str().is_none_or(|id| ids.contains(id)), "{table}.{column}: {row}");
            }
        }
    }
    // what is public makes a process, too, where somebody runs it
    let path = folder.file("public");
    let (done, said) = take_in(&portal, &path, &["--slug", "open"]);
    assert!(!done && said.contains("--secretariat-email"), "{said}");
    let first = ["--slug", "open", "--secretariat-email", "new@open.example", "--secretariat-name", "Nora New"];
    let (done, said) = take_in(&portal, &path, &first);
    assert!(done, "{said}");
    let there = portal
        .lookup("select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1", "open")
        .await;
    assert_eq!(there, sizes[0].to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_secretariat_takes_the_process_along() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    let to = folder.file("bundle.zip");
    for (more, why) in [
        (&["--as", "donor@example.example"][..], "may not"),
        (&["--as", "chair@example.example"], "may not"),
        (&["--as", "observer@example.example", "--level", "members"], "may not"),
        (&["--as", "support-group@iisg.example"], "no member"),
        (&["--as", "nobody@example.example"], "no member"),
    ] {
        let (done, said) = export(&portal, "example", more, &to);
        assert!(!done && said.contains(why), "{more:?}: {said}");
        assert_eq!(std::fs::read_dir(&folder.0).expect("a folder").count(), 0, "{more:?} left a file");
    }
    let (done, said) = export(&portal, "nowhere", &[], &to);
    assert!(!done && said.contains("no process"), "{said}");
    std::fs::write(&to, "mine").expect("a file");
    let (done, said) = export(&portal, "example", &[], &to);
    assert!(!done && said.contains("exists already"), "{said}");
    assert_eq!(std::fs::read_to_string(&to).expect("a file"), "mine");

    let browser = portal.signed_in("donor@example.example").await;
    assert_eq!(browser.get("/example/bundles").await.status, StatusCode::FORBIDDEN);
}

/// Does what the worker would.
pub async fn work(portal: &Portal, id: &str) {
    let mut jobs = Jobs::default();
    concert::features::exchange::bundle::jobs(&mut jobs, portal.app.files.clone());
    let payload = serde_json::json!({ "process": process(portal, "example").await.to_string(), "bundle": id });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload).expect("a payload"),
    };
    jobs.run(Task::MakeBundle, job).await.expect("the job");
}

#[tokio::test]
async fn the_secretariat_asks_waits_and_downloads() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = browser.get("/example/bundles").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("You have not asked for an archive yet") && page.text().contains("passwords"));
    let page = browser.post("/example/bundles", &[("level", "everything")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.post("/example/bundles", &[("level", "all")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let address = page.location.expect("an address");
    assert!(browser.get(&address).await.text().contains("waits for its turn"));
    assert_eq!(browser.get(&format!("{address}/file")).await.status, StatusCode::NOT_FOUND);
    // one at a time
    assert_eq!(browser.post("/example/bundles", &[("level", "all")]).await.status, StatusCode::TOO_MANY_REQUESTS);

    work(&portal, address.rsplit('/').next().expect("an id")).await;
    let page = browser.get(&address).await;
    assert!(
        page.text().contains("Your archive is ready") && page.text().contains("records are in it"),
        "{}",
        page.text()
    );
    let file = browser.get(&format!("{address}/file")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(page.text().contains(&hex::encode(Sha256::digest(&file.bytes))));
    let bundle = files(file.bytes.to_vec());
    assert!(
        rows(&bundle, "action").len() > 30
            && rows(&bundle, "membership").len() > 5
            && rows(&bundle, "history").len() > 2
    );
    let manifest: Value = serde_json::from_str(&bundle["manifest.json"]).expect("a manifest");
    assert_eq!((&manifest["whole"], &manifest["level"]), (&false.into(), &"all".into()));
    let log = browser.get("/example/access-log").await;
    assert!(log.text().contains("The whole process"), "{}", log.text());
    // who keeps actions of the higher levels that are in it is told how many
    let kept = portal.signed_in("donor@example.example").await.get("/example/access-log").await;
    let told = kept.select("tbody tr");
    assert!(told.iter().any(|l| l.contains("The whole process") && l.contains("Parties named")), "{told:?}");

    // it is theirs alone, and goes away
    let other = portal.signed_in("support-group@iisg.example").await;
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
    let later = portal.clock.now() + chrono::TimeDelta::days(4);
    let mut night = portal.app.db.platform_job().await.expect("the night");
    assert_eq!(concert::features::exchange::bundle::forget(&mut night, later).await.expect("it is forgotten"), 1);
    night.commit().await.expect("it is forgotten");
    assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(count(&portal, "bundle_part").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_file_and_line_and_nothing_is_kept() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    let good = folder.file("good.zip");
    let (done, said) = export(&portal, "example", &[], &good);
    assert!(done, "{said}");
    let good = read(&good);
    let [processes, accounts] = [count(&portal, "process").await, count(&portal, "account").await];
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = good.clone();
        change(&mut files);
        files
    };
    let edit = |table: &str, line: usize, column: &str, value: Value| {
        let (name, column) = (format!("{table}.ndjson"), column.to_owned());
        with(&move |files: &mut Files| {
            let mut lines: Vec<String> = files[&name].lines().map(str::to_owned).collect();
            let mut row: Value = serde_json::from_str(&lines[line - 1]).expect("a row");
            row[&column] = value.clone();
            lines[line - 1] = row.to_string();
            files.insert(name.clone(), lines.join("\n") + "\n");
        })
    };
    let nobody = Value::from("01990000-0000-7000-8000-000000000000");
    let append = |table: &str, text: &str| {
        let (name, text) = (format!("{table}.ndjson"), text.to_owned());
        with(&move |files: &mut Files| files.get_mut(&name).expect("a file").push_str(&text))
    };
    let first = good["pillar.ndjson"].lines().next().expect("a line").to_owned() + "\n";
    let pillars = rows(&good, "pillar").len();
    for (files, honest, why) in [
        (edit("pillar", 1, "name", "Another".into()), false, "pillar.ndjson".to_owned()),
        (edit("action", 3, "reporting_id", nobody.clone()), true, "action.ndjson, line 3: its reporting_id".into()),
        (edit("action", 2, "parent_id", nobody.clone()), true, "action.ndjson, line 2: its parent_id".into()),
        (edit("membership", 1, "account_id", nobody), true, "membership.ndjson, line 1: its account_id".into()),
        (edit("account", 1, "email", "no address".into()), true, "account.ndjson, line 1".into()),
        (edit("account", 1, "password_hash", "x".into()), true, "account.ndjson, line 1: its columns".into()),
        (edit("action", 1, "id", "x".into()), true, "action.ndjson, line 1".into()),
        (edit("action", 1, "handling", "secret".into()), true, "action.ndjson, lines 1 to".into()),
        (append("pillar", &first), true, format!("pillar.ndjson, line {}: there is an earlier row", pillars + 1)),
        (append("pillar", "nonsense\n"), true, format!("pillar.ndjson, line {}: no row in JSON", pillars + 1)),
        (append("pillar", "{}"), true, format!("pillar.ndjson, line {}: the line has no end", pillars + 1)),
        (append("process", &good["process.ndjson"]), true, "process.ndjson, line 2".into()),
        (with(&|f: &mut Files| drop(f.remove("pillar.ndjson"))), false, "does not hold pillar.ndjson".into()),
        (with(&|f: &mut Files| drop(f.insert("../x.ndjson".into(), String::new()))), false, "of such a name".into()),
    ] {
        let path = folder.0.join("bad.zip");
        write(&path, files, honest);
        let (done, said) = take_in(&portal, &path.display().to_string(), &["--slug", "broken"]);
        assert!(!done && said.contains(&why), "{why}: {said}");
    }
    let path = folder.0.join("half.zip");
    let whole = std::fs::read(folder.0.join("good.zip")).expect("a bundle");
    std::fs::write(&path, &whole[..whole.len() / 2]).expect("a file");
    let (done, said) = take_in(&portal, &path.display().to_string(), &["--slug", "broken"]);
    assert!(!done && said.contains("not all of one"), "{said}");
    let good = folder.file("good.zip");
    for (slug, why) in [("example", "already"), ("Not-A-Slug", "Not-A-Slug"), ("operator", "operator")] {
        let (done, said) = take_in(&portal, &good, &["--slug", slug]);
        assert!(!done && said.contains(why), "{slug}: {said}");
    }
    assert_eq!([count(&portal, "process").await, count(&portal, "account").await], [processes, accounts]);
    // what the Board has decided is frozen again as soon as it is in
    let (done, said) = take_in(&portal, &good, &["--slug", "mended"]);
    assert!(done, "{said}");
}

#[tokio::test]
async fn every_table_is_in_a_bundle_or_left_out_with_a_reason() {
    let portal = Portal::start().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname <> '_sqlx_migrations' order by 1",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("the catalogue");
    let known: BTreeSet<&str> = TABLES.iter().map(|t| t.name).chain(LEFT_OUT.iter().map(|(name, _)| *name)).collect();
    let unknown: Vec<&String> = tables.iter().filter(|t| !known.contains(t.as_str())).collect();
    assert!(unknown.is_empty(), "put them into bundle/tables.rs, on one of its two lists: {unknown:?}");
    let gone: Vec<&&str> = known.iter().filter(|k| !tables.iter().any(|t| t == **k)).collect();
    assert!(gone.is_empty(), "bundle/tables.rs names tables that there are not: {gone:?}");
    assert!(LEFT_OUT.iter().all(|(_, why)| why.len() > 10));

    // what is in it is no secret
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns where table_schema = 'public'
            and column_name ~ '(password|secret|token|totp|code_hash)'",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("the catalogue");
    for (table, column) in columns {
        assert!(table == "account" || !TABLES.iter().any(|t| t.name == table), "{table}.{column} is in a bundle");
    }
}
