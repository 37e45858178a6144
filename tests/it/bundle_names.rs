//! A bundle of a portal that did not keep the names of beneficiaries each by itself.

use crate::action_list::titles;
use crate::bundle::{Folder, export, read, rows, take_in, write};
use crate::harness::Portal;
use serde_json::Value;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_without_folded_names_is_found_by_former_names_all_the_same() {
    let portal = Portal::start().await;
    let folder = Folder::new();
    let (good, old) = (folder.file("good.zip"), folder.file("old.zip"));
    let (done, said) = export(&portal, "example", &[], &good);
    assert!(done, "{said}");
    let mut files = read(&good);
    let lines = rows(&files, "beneficiary").into_iter().map(|mut row| {
        let kept = row.as_object_mut().and_then(|row| row.remove("search_names"));
        assert!(kept.is_some(), "{row}");
        format!("{row}\n")
    });
    let lines: String = lines.collect();
    files.insert("beneficiary.ndjson".into(), lines);
    let mut manifest: Value = serde_json::from_str(&files["manifest.json"]).expect("a manifest");
    let parts = manifest["files"].as_array_mut().expect("files");
    let part = parts.iter_mut().find(|part| part["name"] == "beneficiary.ndjson").expect("beneficiaries");
    part["columns"].as_array_mut().expect("columns").retain(|column| column != "search_names");
    files.insert("manifest.json".into(), manifest.to_string());
    write(Path::new(&old), files, true);
    let (done, said) = take_in(&portal, &old, &["--slug", "older"]);
    assert!(done, "{said}");
    // of those that have borne another name, as the process has it that it was taken from
    let folded = "select coalesce(string_agg(b.code || ' ' || b.search_names::text, ', ' order by b.code), '')
        from beneficiary b join process p on p.id = b.process_id where p.slug = $1
            and exists (select from former_name n where n.process_id = b.process_id and n.beneficiary_id = b.id)";
    let here = portal.lookup(folded, "older").await;
    assert!(here.contains("sevonian highlands"), "{here}");
    assert_eq!(here, portal.lookup(folded, "example").await);
    let browser = portal.signed_in("support-group@example.example").await;
    let found = async |words: &str| {
        let page = browser.get(&format!("/older/actions?q={words}")).await;
        let mut all = titles(&page);
        all.sort();
        all
    };
    let present = found("upper+sevonia").await;
    assert!(present.len() > 1, "{present:?}");
    assert_eq!(found("sevonian+highlands").await, present);
}
