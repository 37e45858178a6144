//! A bundle of a portal that could keep two corrections of one amount.

use crate::bundle::{Folder, export, read, rows, take_in, write};
use crate::harness::Portal;
use serde_json::Value;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_corrections_of_one_amount_the_later_takes_the_place_of_the_one_before() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    let (good, old) = (folder.file("good.zip"), folder.file("old.zip"));
    let (done, said) = export(&portal, "example", &[], &good);
    assert!(done, "{said}");
    let mut files = read(&good);
    let all = rows(&files, "contribution");
    let corrected: Vec<&str> = all.iter().filter_map(|row| row["supersedes_id"].as_str()).collect();
    let stands =
        |row: &&Value| !corrected.contains(&row["id"].as_str().expect("an id")) && row["withdrawn_at"].is_null();
    let first = all.iter().find(stands).expect("an amount that stands").clone();
    let mut text = files["contribution.ndjson"].clone();
    // the later of the two comes first
    for (id, amount, at) in [
        ("01990000-0000-7000-8000-0000000000c2", "222", "2026-11-02T10:00:00+00:00"),
        ("01990000-0000-7000-8000-0000000000c1", "111", "2026-11-01T10:00:00.5+00:00"),
    ] {
        let mut row = first.clone();
        for (column, value) in [("id", id), ("amount", amount), ("created_at", at)] {
            row[column] = value.into();
        }
        row["supersedes_id"] = first["id"].clone();
        // neither came with a file
        row["origin"] = Value::Null;
        row["origin_key"] = Value::Null;
        row["origin_gone"] = false.into();
        text += &format!("{row}\n");
    }
    files.insert("contribution.ndjson".into(), text);
    write(Path::new(&old), files, true);
    let (done, said) = take_in(&portal, &old, &["--slug", "older"]);
    assert!(done && said.contains("1 corrections of amounts"), "{said}");
    let counting = "select string_agg(c.amount::text, ', ') from contribution c join process p on p.id = c.process_id
        where p.slug = $1 and c.id::text like '01990000-0000-7000-8000-0000000000c%'
            and not exists (select from contribution n where n.process_id = c.process_id and n.supersedes_id = c.id)";
    assert_eq!(portal.lookup(counting, "older").await, "222");
    let before = "select b.amount::text from contribution c join process p on p.id = c.process_id
            join contribution b on b.process_id = c.process_id and b.id = c.supersedes_id
        where p.slug = $1 and c.id = '01990000-0000-7000-8000-0000000000c2'";
    assert_eq!(portal.lookup(before, "older").await, "111");
}
