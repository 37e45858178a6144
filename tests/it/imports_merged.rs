//! Files that name what was merged into another since: an organisation, an entry.

use crate::harness::Portal;
use crate::imports::{DONOR, HEADS, apply, brought, figures, organisation, row};

#[tokio::test]
async fn what_was_brought_for_an_organisation_that_is_merged_meanwhile_is_kept_by_the_other() {
    let portal = Portal::start().await;
    let file = format!(
        "{HEADS}\r\nZookeeping for border guards;Z-1;;XA;Planned;2027;\r\nStables for the mounted police;Z-2;Norland;XA;Planned;2027;\r\n"
    );
    let (donor, address) = brought(&portal, DONOR, "z.csv", file.as_bytes()).await;
    let (goes, stays) =
        (organisation(&portal, DONOR).await, organisation(&portal, "second-donor@example.example").await);
    let mut superuser = portal.superuser().await;
    for sql in [
        "update membership set organisation_id = $2::uuid where organisation_id = $1::uuid",
        "update organisation set merged_into_id = $2::uuid where id = $1::uuid",
    ] {
        sqlx::query(sql).bind(&goes).bind(&stays).execute(&mut superuser).await.expect("merged");
    }
    let page = apply(&portal, &donor, &address).await;
    assert!(row(&page, 2).contains("added"), "{}", page.text());
    let keeper =
        portal.lookup("select reporting_id::text from action where title = $1", "Zookeeping for border guards").await;
    assert_eq!(keeper, stays);
    let party = "select min(x.organisation_id::text) from action_party x join action a on a.id = x.action_id where a.title = $1";
    assert_eq!(portal.lookup(party, "Stables for the mounted police").await, stays, "nor is one that is gone a party");
}

/// An entry that was merged into another is not added once more by the file that it came from: whoever brings it is asked.
#[tokio::test]
async fn a_file_of_what_was_merged_since_is_asked_about() {
    let portal = Portal::start().await;
    let file = br#"<?xml version="1.0"?><iati-activities version="2.03"><iati-activity><iati-identifier>XX-NORLAND-7</iati-identifier>
<reporting-org ref="XX-NORLAND" type="10"><narrative>Norland</narrative></reporting-org>
<title><narrative>Lanterns for the western valleys</narrative></title>
<participating-org role="1"><narrative>Norland</narrative></participating-org></iati-activity></iati-activities>"#;
    let (donor, address) = brought(&portal, DONOR, "one.xml", file).await;
    assert_eq!(figures(&portal, &address).await, "new 1");
    apply(&portal, &donor, &address).await;
    let mut connection = portal.in_process("example").await;
    for sql in [
        "insert into action (reporting_id, title, status) select o.id, 'Quite another name', 'ongoing' from organisation o
            where o.process_id = kernel.process_id() and o.name = 'Norland'",
        "update action g set merged_into_id = k.id from action k where g.process_id = kernel.process_id() and k.process_id = g.process_id
            and g.title = 'Lanterns for the western valleys' and k.title = 'Quite another name'",
    ] {
        assert_eq!(sqlx::query(sql).execute(&mut connection).await.expect(sql).rows_affected(), 1, "{sql}");
    }
    let (donor, again) = brought(&portal, DONOR, "again.xml", file).await;
    assert_eq!(figures(&portal, &again).await, "duplicate 1");
    assert!(donor.get(&again).await.text().contains("Quite another name"));
}
