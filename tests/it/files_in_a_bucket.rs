//! Files in a bucket of a service that speaks S3, which checks signatures and rights (scripts/s3_server.py): what the portal does with
//! them, the archive of a process, settings that are wrong, and a service that is gone.

use crate::harness::{Page, Portal};
use crate::iati_export::concert;
use crate::imports::{DONOR, SECRETARIAT, send_to};
use crate::stored_files::{PDF, bring, brought, own};
use axum::http::StatusCode;
use concert::config::Files;
use concert::features::files::sweep;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The service; it ends with its test.
struct Service {
    running: Child,
    said: BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
struct Listed {
    objects: BTreeMap<String, u64>,
    /// Uploads in parts that were never ended.
    parts: u64,
}

/// Where `scripts/setup --s3` puts it (`s3_folder` of scripts/lib.sh).
fn python() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache"))).expect("a home");
    cache.join("concert/s3-server/bin/python")
}

impl Service {
    fn start() -> Self {
        let python = python();
        assert!(python.exists(), "there is no {}: `scripts/setup --s3` installs it", python.display());
        let mut running = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/s3_server.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let mut line = String::new();
        BufReader::new(running.stdout.take().expect("its output")).read_line(&mut line).expect("a line of it");
        let said = serde_json::from_str(&line).unwrap_or_else(|e| panic!("the service says {line:?}: {e}"));
        Self { running, said }
    }

    fn files(&self) -> Files {
        let said = |name: &str| self.said[name].clone();
        Files {
            place: Some(said("place")),
            endpoint: Some(said("endpoint")),
            region: said("region"),
            key: Some(said("key")),
            secret: Some(said("secret").into()),
            most: 12,
        }
    }

    /// The same for the command line.
    fn options(&self) -> Vec<&str> {
        let of = |option, name: &str| [option, self.said[name].as_str()];
        [
            of("--files", "place"),
            of("--files-s3-endpoint", "endpoint"),
            of("--files-s3-region", "region"),
            of("--files-s3-key", "key"),
            of("--files-s3-secret", "secret"),
        ]
        .concat()
    }

    async fn portal(&self) -> Portal {
        Portal::with(|config| config.files = self.files()).await
    }

    fn listed(&self) -> Listed {
        let address = self.said["endpoint"].strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).expect("the service answers");
        stream.write_all(b"GET /listed HTTP/1.0\r\n\r\n").expect("asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{body}: {e}"))
    }

    /// How many objects lie there, all of them beneath the prefix; nothing in parts.
    fn lying(&self) -> usize {
        let listed = self.listed();
        assert_eq!(listed.parts, 0, "an upload in parts was never ended");
        assert!(listed.objects.keys().all(|name| name.starts_with("of/concert/")), "{:?}", listed.objects);
        listed.objects.len()
    }

    fn end(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// A PDF of so many bytes.
fn pdf(size: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..size).map(|n| b'a' + (n % 23) as u8).collect();
    bytes[..9].copy_from_slice(b"%PDF-1.7\n");
    bytes[size - 6..].copy_from_slice(b"%%EOF\n");
    bytes
}

fn refused(page: &Page, words: &str) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert!(page.text().contains(words), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_holds_what_members_bring_and_nothing_that_was_refused() {
    let service = Service::start();
    let portal = service.portal().await;
    assert_eq!(portal.visitor().get("/readyz").await.status, StatusCode::OK);
    assert_eq!(service.lying(), 0, "what it was tried with is gone");
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);

    // small ones in one piece; one of the limit's size in parts; a version of another
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    let largest = pdf(12 << 20);
    let replaced =
        send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", largest.as_slice()))).await;
    assert_eq!(replaced.status, StatusCode::SEE_OTHER, "{}", replaced.text());
    let closed = brought(&portal, &donor, &action, "restricted", "closed.pdf", &[PDF, b"closed"].concat()).await;
    assert_eq!(service.lying(), 3);
    assert_eq!(donor.get(&format!("{file}/versions/1")).await.bytes.as_ref(), PDF);
    let page = donor.get(&format!("{file}/versions/2")).await;
    assert!(page.bytes == largest, "other bytes than were brought: {} of them", page.bytes.len());
    assert_eq!(page.headers["content-length"], largest.len().to_string().as_str());

    // who may not have it does not; what is not taken does not lie there, in parts or as a whole
    let other = portal.signed_in("second-donor@example.example").await;
    assert_eq!(other.get(&format!("{closed}/versions/1")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(donor.get(&format!("{closed}/versions/1")).await.status, StatusCode::OK);
    refused(&bring(&donor, &action, "members", "over.pdf", &pdf((12 << 20) + 1)).await, "12 MB");
    refused(&bring(&donor, &action, "members", "no.pdf", &vec![b'x'; 6 << 20]).await, "its content is something else");
    assert_eq!(service.lying(), 3);

    // taken away and put back; taken away for good, the night removes it
    donor.post(&format!("{closed}/take-away"), &[("why", "Not ours")]).await;
    assert_eq!(donor.get(&format!("{closed}/versions/1")).await.status, StatusCode::SEE_OTHER);
    donor.post(&format!("{closed}/restore"), &[]).await;
    assert_eq!(donor.get(&format!("{closed}/versions/1")).await.status, StatusCode::OK);
    donor.post(&format!("{closed}/take-away"), &[("why", "Not ours")]).await;
    sqlx::query("update process set settings = settings || '{\"retention\": {\"files\": 90}}' where slug = 'example'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("a term");
    let later = portal.clock.now() + chrono::TimeDelta::days(91);
    sweep(&portal.app.db, &portal.app.files, later).await.expect("the night");
    assert_eq!(service.lying(), 1, "the version that stands stays");
    assert!(donor.get(&format!("{file}/versions/2")).await.bytes == largest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_leaves_a_bucket_and_comes_into_one_with_its_files() {
    let service = Service::start();
    let portal = service.portal().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let large = pdf(7 << 20);
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", large.as_slice()))).await;
    let folder = portal.files_folder();
    std::fs::create_dir_all(&folder).expect("a folder");
    let at = |name: &str| folder.join(name).display().to_string();
    let options = service.options();

    let bundle = at("process.zip");
    let export = ["export", "--process", "example", "--format", "bundle", "-o", bundle.as_str()];
    let (done, _, said) = concert(&portal, &[&export[..], &options[..]].concat());
    assert!(done, "{said}");
    // with a secret that is none, nothing is made and nothing is left
    let mut wrong = options.clone();
    *wrong.last_mut().expect("the secret") = "another secret";
    let take_in = ["process", "take-in", bundle.as_str(), "--slug", "example-two"];
    let (done, out, said) = concert(&portal, &[&take_in[..], &wrong[..]].concat());
    assert!(!done && said.contains("SignatureDoesNotMatch"), "{said}");
    assert!(!format!("{out}{said}").contains("another secret"), "{out}{said}");
    assert_eq!(service.lying(), 2);
    let (done, out, said) = concert(&portal, &[&take_in[..], &options[..]].concat());
    assert!(done, "{out}{said}");
    assert_eq!(service.lying(), 4);
    let there = file.replace("/example/", "/example-two/");
    assert_eq!(donor.get(&format!("{there}/versions/1")).await.bytes.as_ref(), PDF);
    assert!(donor.get(&format!("{there}/versions/2")).await.bytes == large);

    // a backup says that it holds nothing of a bucket
    let done = Command::new(env!("CARGO_BIN_EXE_concert"))
        .args(["backup", "--passphrase", "a passphrase of some length", "--files", options[1]])
        .args(["--maintenance-url", portal.url("concert_maintenance").as_str(), at("backup.age").as_str()])
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("Of the bucket nothing is in it"), "{said}");
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_settings_of_a_bucket_is_said_in_a_line_without_secrets() {
    let service = Service::start();
    let told = async |change: fn(&mut Files)| {
        let mut files = service.files();
        change(&mut files);
        let error = match files.open() {
            Ok(store) => store.check().await.expect_err("it cannot be written to"),
            Err(error) => error,
        };
        let told = format!("{error:#}");
        assert!(!told.contains(['\n', '<']) && !told.contains(&service.said["secret"]), "{told}");
        assert!(!told.contains("another secret"), "{told}");
        told
    };
    let secret = told(|f| f.secret = Some("another secret".to_owned().into())).await;
    assert!(secret.contains("CONCERT_FILES_S3_SECRET") && secret.contains("SignatureDoesNotMatch"), "{secret}");
    let key = told(|f| f.key = Some("AKIAANOTHER".to_owned())).await;
    assert!(key.contains("CONCERT_FILES_S3_KEY"), "{key}");
    let elsewhere = told(|f| f.place = Some("s3://members-files/of/others".to_owned())).await;
    assert!(elsewhere.contains("what the key may do"), "{elsewhere}");
    let bucket = told(|f| f.place = Some("s3://no-such-bucket/of/concert".to_owned())).await;
    assert!(bucket.contains("there is no such bucket"), "{bucket}");
    let nobody = told(|f| f.endpoint = Some("http://127.0.0.1:1".to_owned())).await;
    assert!(nobody.contains("CONCERT_FILES_S3_ENDPOINT"), "{nobody}");
    let unset = told(|f| f.secret = Some(String::new().into())).await;
    assert!(unset.contains("CONCERT_FILES_S3_SECRET"), "{unset}");
    service.files().open().expect("a store").check().await.expect("as it was set, it can be written to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_gone_is_told_and_nothing_is_saved_by_half() {
    let mut service = Service::start();
    let portal = service.portal().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    service.end();
    // in one piece it fails when it is finished, in parts while it comes
    for bytes in [PDF.to_vec(), pdf(11 << 20)] {
        let page = bring(&donor, &action, "members", "two.pdf", &bytes).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text());
        assert!(page.text().contains("Files cannot be reached at the moment"), "{}", page.text());
        assert!(page.text().contains("The agreement"), "what was typed is lost: {}", page.text());
    }
    let got = donor.get(&format!("{file}/versions/1")).await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{}", got.text());
    assert_eq!(donor.get(&file).await.status, StatusCode::OK, "its page needs no bytes");
    let known = "select count(*)::text from stored_file where $1 <> ''";
    assert_eq!(portal.lookup(known, "x").await, "1");
    // what may lie there all the same is the night's to remove; as long as it cannot, it stays known
    let begun = "select count(*)::text from stored_object where $1 <> ''";
    let before = portal.lookup(begun, "x").await;
    assert_eq!(before, "3");
    let later = portal.clock.now() + chrono::TimeDelta::days(2);
    assert!(sweep(&portal.app.db, &portal.app.files, later).await.is_err());
    assert_eq!(portal.lookup(begun, "x").await, before);
    assert_eq!(portal.signed_in(SECRETARIAT).await.get("/example").await.status, StatusCode::OK);
}
