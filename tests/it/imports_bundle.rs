//! The archive of a process brought into one that is there already: its actions go through the preview as those of any other file.

use crate::harness::Portal;
use crate::iati_export::concert;
use crate::imports::{SECRETARIAT, apply, brought, figures};
use axum::http::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn actions_of_an_archive_are_known_again_and_changed_where_they_differ() {
    let portal = Portal::start().await;
    let path = std::env::temp_dir().join(format!("concert-archive-{}.zip", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let out = path.display().to_string();
    let asked = ["export", "--process", "example", "--format", "bundle", "--as", SECRETARIAT, "-o", &out];
    let (done, _, said) = concert(&portal, &asked);
    assert!(done, "{said}");
    let bytes = std::fs::read(&path).expect("an archive");
    std::fs::remove_file(&path).expect("gone");

    let (browser, address) = brought(&portal, SECRETARIAT, "example.zip", &bytes).await;
    let found = figures(&portal, &address).await;
    let wrong = browser.get(&format!("{address}?show=wrong")).await.text();
    let changed = browser.get(&format!("{address}?show=changed")).await.text();
    assert!(found.starts_with("unchanged ") && !found.contains(','), "{found}\n{wrong}\n{changed}");
    let n = portal
        .lookup("select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.claim = 'confirmed'
            and a.merged_into_id is null and a.withdrawn_at is null and (a.handling <> 'restricted' or a.open_to_support_group)", "example")
        .await;
    assert_eq!(found, format!("unchanged {n}"));

    let action = portal.action("example", "Strengthening asset recovery").await;
    let title = portal.lookup("select title from action where id::text = $1", &action).await;
    let rename = "update action set title = 'Renamed since', version = version + 1 where id::text = $1";
    sqlx::query(rename).bind(&action).execute(&mut portal.superuser().await).await.expect("renamed");
    let (_, address) = brought(&portal, SECRETARIAT, "example.zip", &bytes).await;
    assert!(figures(&portal, &address).await.starts_with("changed 1, unchanged "), "known by its id");
    apply(&portal, &browser, &address).await;
    assert_eq!(portal.lookup("select title from action where id::text = $1", &action).await, title);

    // one that is damaged is refused with what is wrong
    let mut broken = bytes.clone();
    let at = broken.len() / 3;
    broken[at] ^= 0x55;
    let (_, address) = brought(&portal, SECRETARIAT, "broken.zip", &broken).await;
    let page = browser.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("cannot be read"), "{}", page.text());
}
