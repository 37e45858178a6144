//! An archive for members holds the files that any member may have, and nobody's name.

use crate::harness::Portal;
use crate::iati_export::concert;
use crate::imports::{DONOR, SECRETARIAT, send_to};
use crate::stored_files::{PDF, brought, lying, own};
use axum::http::StatusCode;
use std::io::{Cursor, Read, read_to_string};

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_for_members_holds_the_files_that_every_member_may_have() {
    let portal = Portal::start().await;
    let (donor, action) = (portal.signed_in(DONOR).await, own(&portal).await);
    let second = [PDF, b"second"].concat();
    let file = brought(&portal, &donor, &action, "members", "one.pdf", PDF).await;
    send_to(&donor, &format!("{file}/versions"), &[("latest", "1")], Some(("two.pdf", second.as_slice()))).await;
    for level in ["parties", "restricted"] {
        brought(&portal, &donor, &action, level, &format!("{level}.pdf"), &[PDF, level.as_bytes()].concat()).await;
    }
    let taken = brought(&portal, &donor, &action, "members", "taken.pdf", &[PDF, b"taken"].concat()).await;
    donor.post(&format!("{taken}/take-away"), &[("why", "It names a person")]).await;

    let secretariat = portal.signed_in(SECRETARIAT).await;
    let address = secretariat.post("/example/bundles", &[("level", "members")]).await.location.expect("an address");
    crate::bundle::work(&portal, address.rsplit('/').next().expect("an id")).await;
    let made = secretariat.get(&format!("{address}/file")).await;
    assert_eq!(made.status, StatusCode::OK);
    let mut zip = zip::ZipArchive::new(Cursor::new(made.bytes.to_vec())).expect("an archive");
    let names: Vec<String> = zip.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    let mut had: Vec<Vec<u8>> = Vec::new();
    for name in names.iter().filter(|name| name.starts_with("files/")) {
        let mut content = Vec::new();
        zip.by_name(name).expect("a file").read_to_end(&mut content).expect("its content");
        had.push(content);
    }
    had.sort_by_key(Vec::len);
    assert_eq!(had, [PDF.to_vec(), second.clone()]);
    let mut rows = String::new();
    for table in ["stored_object", "stored_file", "stored_file_version"] {
        rows += &read_to_string(zip.by_name(&format!("{table}.ndjson")).expect("a table")).expect("its rows");
    }
    assert_eq!(rows.lines().count(), 5, "{rows}");
    assert_eq!(rows.matches("\"by_membership_id\":null").count(), 3, "{rows}");

    // another process is made of it, whose first member has them
    let (path, place) = (portal.files_folder().with_extension("members.zip"), portal.files_folder());
    std::fs::write(&path, &made.bytes).expect("the archive");
    let (bundle, place) = (path.to_str().expect("a path"), place.to_str().expect("a path"));
    let take_in = ["process", "take-in", bundle, "--slug", "example-two", "--files", place];
    let first = ["--secretariat-email", SECRETARIAT, "--secretariat-name", "Nora New"];
    let before = lying(&portal);
    let (done, out, said) = concert(&portal, &[&take_in[..], &first].concat());
    std::fs::remove_file(&path).expect("removed");
    assert!(done, "{out}{said}");
    assert_eq!(lying(&portal), before + 2);
    let there =
        "select count(*)::text from stored_file_version v join process p on p.id = v.process_id where p.slug = $1";
    assert_eq!(portal.lookup(there, "example-two").await, "2");
}
