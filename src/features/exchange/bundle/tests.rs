//! Archives as they are, and as somebody hostile makes them; without a database.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;

use super::manifest::{FILE, FORMAT, Manifest, VERSION};
use super::open::Opened;
use super::pack::{Piece, pack};
use super::shape::{ColumnRow, KeyRow, Shape};
use super::tables::find;
use crate::kernel::fuzz::{Sample, run};
use crate::kernel::random;

/// A path that goes away.
struct At(PathBuf);

impl At {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("concert-bundle-test-{}", random::id())))
    }
}

impl Drop for At {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn empty() -> Manifest {
    Manifest {
        format: FORMAT.into(),
        version: VERSION,
        portal: "0".into(),
        process: "there".into(),
        made_at: "2026-11-24T09:00:00Z".parse().unwrap(),
        made_by: None,
        level: "public".into(),
        whole: false,
        files: Vec::new(),
        objects: Vec::new(),
    }
}

const LINES: [&str; 2] = [r#"{"id":"a","name":"One"}"#, r#"{"id":"b","name":"Two"}"#];

/// A bundle of two pillars.
fn made(at: &At) -> Manifest {
    let (to, from) = mpsc::channel(8);
    let columns = vec!["id".to_owned(), "name".to_owned()];
    to.try_send(Piece::Begin { table: find("pillar").unwrap(), columns }).ok().unwrap();
    for line in LINES {
        to.try_send(Piece::Line(line.into())).ok().unwrap();
    }
    to.try_send(Piece::End).ok().unwrap();
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&at.0).unwrap();
    pack(from, empty(), file).unwrap().0
}

/// An archive of these files.
fn archive(at: &At, files: &[(&str, Vec<u8>)]) {
    let mut zip = zip::ZipWriter::new(File::create(&at.0).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

fn refused(at: &At) -> String {
    format!("{:#}", Opened::open(&at.0).err().expect("it is refused"))
}

fn json(manifest: &Manifest) -> Vec<u8> {
    serde_json::to_vec(manifest).unwrap()
}

#[test]
fn what_was_written_is_read() {
    let at = At::new();
    let manifest = made(&at);
    assert_eq!(manifest.rows(), 2);
    let mut opened = Opened::open(&at.0).unwrap();
    assert_eq!(opened.manifest, manifest);
    let part = opened.part(find("pillar").unwrap()).unwrap();
    let mut rows = opened.rows(&part).unwrap();
    for (n, line) in (1..).zip(LINES) {
        let (at, row) = rows.row().unwrap().unwrap();
        assert_eq!((at, super::rows::line(&row, &part.columns)), (n, line.to_owned()));
    }
    assert!(rows.row().unwrap().is_none());
    drop(rows);
    assert!(opened.part(find("theme").unwrap()).is_none());
}

#[test]
fn what_breaks_off_is_no_bundle() {
    let at = At::new();
    let (to, from) = mpsc::channel(8);
    to.try_send(Piece::Begin { table: find("pillar").unwrap(), columns: Vec::new() }).ok().unwrap();
    drop(to);
    let file = File::options().read(true).write(true).create_new(true).open(&at.0).unwrap();
    assert!(pack(from, empty(), file).is_err());

    made(&at);
    let whole = std::fs::read(&at.0).unwrap();
    for end in [0, 1, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&at.0, &whole[..end]).unwrap();
        assert!(refused(&at).contains("not all of one"), "{end}: {}", refused(&at));
    }
}

#[test]
fn an_archive_is_what_its_manifest_says() {
    let at = At::new();
    let manifest = made(&at);
    let content = format!("{}\n", LINES.join("\n")).into_bytes();
    let changed = String::from_utf8(content.clone()).unwrap().replace("Two", "Owt").into_bytes();
    let longer = [content.clone(), content.clone()].concat();
    for (files, why) in [
        (vec![("pillar.ndjson", changed)], "its checksum differs"),
        (vec![("pillar.ndjson", longer)], "longer than"),
        (vec![("pillar.ndjson", content[..9].to_vec())], "shorter than"),
        (vec![], "does not hold pillar.ndjson"),
        (vec![("pillar.ndjson", content.clone()), ("theme.ndjson", content.clone())], "does not name"),
        (vec![("pillar.ndjson", content.clone()), ("../../etc/passwd", content.clone())], "of such a name"),
        (vec![("pillar.ndjson", content.clone()), ("/pillar.ndjson", content.clone())], "of such a name"),
        (vec![("pillar.ndjson", content.clone()), ("..", content.clone())], "of such a name"),
        (vec![("pillar.ndjson", content.clone()), ("c:\\x", content.clone())], "of such a name"),
    ] {
        let mut all = vec![(FILE, json(&manifest))];
        all.extend(files);
        archive(&at, &all);
        assert!(refused(&at).contains(why), "{why}: {}", refused(&at));
    }
    archive(&at, &[("pillar.ndjson", content)]);
    assert!(refused(&at).contains("it is no bundle"));
}

#[test]
fn other_versions_and_other_files_are_refused_by_name() {
    let at = At::new();
    let manifest = made(&at);
    let mut other = manifest.clone();
    other.version = VERSION + 1;
    archive(&at, &[(FILE, json(&other))]);
    assert!(refused(&at).contains("version 2 of the format"), "{}", refused(&at));
    other = manifest.clone();
    other.format = "something".into();
    archive(&at, &[(FILE, json(&other))]);
    assert!(refused(&at).contains("not that of a bundle"));
    for name in ["sign_in_session.ndjson", "pillar.csv", "../pillar.ndjson"] {
        other = manifest.clone();
        other.files[0].name = name.into();
        archive(&at, &[(FILE, json(&other))]);
        assert!(refused(&at).contains("no bundle of this version"), "{name}: {}", refused(&at));
    }
    other = manifest.clone();
    other.files.push(other.files[0].clone());
    archive(&at, &[(FILE, json(&other))]);
    assert!(refused(&at).contains("twice"));
    archive(&at, &[(FILE, b"{".to_vec())]);
    assert!(refused(&at).contains("cannot be read"));
    archive(&at, &[(FILE, vec![b' '; 2 << 20])]);
    assert!(refused(&at).contains("longer than any"));
}

#[test]
fn what_bursts_is_refused_before_it_does() {
    let at = At::new();
    let mut manifest = made(&at);
    let size = 64 << 20;
    manifest.files[0].bytes = size as u64;
    archive(&at, &[(FILE, json(&manifest)), ("pillar.ndjson", vec![b' '; size])]);
    assert!(refused(&at).contains("far more"), "{}", refused(&at));
    manifest.files[0].bytes = u64::MAX;
    archive(&at, &[(FILE, json(&manifest)), ("pillar.ndjson", Vec::new())]);
    assert!(refused(&at).contains("larger than any"));
}

#[test]
fn what_is_pointed_at_comes_first() {
    let column = |table: &str, name: &str, required| ColumnRow {
        table: table.into(),
        name: name.into(),
        kind: "uuid".into(),
        required,
        has_default: false,
    };
    let points = |table: &str, column: &str, target: &str| KeyRow {
        table: table.into(),
        columns: vec!["process_id".into(), column.into()],
        target: Some(target.into()),
        target_columns: vec!["process_id".into(), "id".into()],
    };
    let columns = ["action", "organisation", "history"].map(|t| column(t, "id", true)).into_iter().chain([
        column("action", "process_id", true),
        column("action", "reporting_id", true),
        column("action", "parent_id", false),
        column("action", "changed", true),
    ]);
    let keys = vec![points("action", "reporting_id", "organisation"), points("action", "parent_id", "action")];
    let shape = Shape::of(columns.collect(), keys);
    let wanted = |t: &super::tables::Table| ["action", "organisation", "history"].contains(&t.name);
    let order: Vec<_> = shape.order(wanted).unwrap().iter().map(|t| t.name).collect();
    assert_eq!(order, ["organisation", "action", "history"]);
    let action = shape.table("action").unwrap();
    // the process is the transaction's, and what the database derives is its own
    assert_eq!(action.names(), ["id", "reporting_id", "parent_id"]);
    assert_eq!(action.references.iter().map(|r| action.can_lack(r)).collect::<Vec<_>>(), [false, true]);

    let ring = vec![points("action", "reporting_id", "organisation"), points("organisation", "id", "action")];
    let columns = vec![column("action", "reporting_id", true), column("organisation", "id", true)];
    assert!(Shape::of(columns, ring).order(|t| ["action", "organisation"].contains(&t.name)).is_err());
}

const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"null",
    b"\n",
    b"\r\n",
    b"\\u0000",
    b"\\ud800",
    b"\0",
    b"\xff",
    b"1e999999",
    b"-0",
    b"\"id\":\"a\",",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    b"../",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xff\xff\xff\xff",
];

/// Opens an archive, and reads what is in it to its end.
fn gone_through(at: &At) {
    let _ = super::as_table(&mut File::open(&at.0).unwrap());
    let Ok(mut opened) = Opened::open(&at.0) else { return };
    for part in opened.manifest.files.clone() {
        let Ok(mut rows) = opened.rows(&part) else { continue };
        while let Ok(Some((_, row))) = rows.row() {
            let _ = super::rows::key(&row, &part.columns);
            let _ = super::rows::line(&row, &part.columns);
        }
    }
}

#[test]
#[ignore = "takes as long as it is told to"]
fn archives_never_break_the_reader() {
    let at = At::new();
    made(&at);
    let whole = std::fs::read(&at.0).unwrap();
    run("bundle", &[Sample::unpacked(&whole)], PIECES, |bytes| {
        std::fs::write(&at.0, bytes).unwrap();
        gone_through(&at);
    });
}

/// Rows whose file is what the manifest says, so that they are looked at themselves.
#[test]
#[ignore = "takes as long as it is told to"]
fn rows_of_archives_never_break_the_reader() {
    let at = At::new();
    let manifest = made(&at);
    let deep = r#"{"id":"a","name":{"en":["x",{"y":[1,2.50,-3e7,true,null]}]},"more":"\u00e9\ud83d\ude00"}"#;
    let lines = format!("{}\n{deep}\n", LINES.join("\n"));
    run("bundle-rows", &[Sample::Plain(lines.into_bytes())], PIECES, |bytes| {
        let mut manifest = manifest.clone();
        manifest.files[0].bytes = bytes.len() as u64;
        manifest.files[0].sha256 = hex::encode(Sha256::digest(bytes));
        archive(&at, &[(FILE, json(&manifest)), ("pillar.ndjson", bytes.to_vec())]);
        gone_through(&at);
    });
}
