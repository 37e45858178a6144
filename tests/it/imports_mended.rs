//! Cells that were typed anew stay so when the file is read once more; an import waits for its importer.

use crate::harness::Portal;
use crate::imports::{DONOR, HEADS, brought, figures, row, work};
use axum::http::StatusCode;

#[tokio::test]
async fn what_was_mended_stays_mended_when_columns_are_named_anew() {
    let portal = Portal::start().await;
    let file = format!(
        "{HEADS};Anmerkung\r\nRadio links;NL-77;Norland;XA;Perhaps;2027;;Funk\r\nBoats;NL-78;Norland;Nowhere;Planned;2027;;Boote\r\n"
    );
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "wrong 2");
    let mended = [("cell-2-4", "Ongoing"), ("cell-3-3", "Kestria")];
    assert_eq!(donor.submit(&address, Some("/rows"), &mended).await.status, StatusCode::SEE_OTHER);
    // once more: what the file says in it is still what it said first
    let again = donor.post(&format!("{address}/rows"), &[("cell-2-4", "Planned")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text());
    for round in 1..=2 {
        let columns = format!("{address}/columns");
        let named = donor.submit(&columns, None, &[("column-7", "description")]).await;
        assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
        work(&portal, &address).await;
        assert_eq!(figures(&portal, &address).await, "new 2", "reading {round}");
        let page = donor.get(&address).await;
        assert!(row(&page, 2).contains("Planned"), "{}", row(&page, 2));
        assert!(row(&page, 3).contains("Kestria*"), "{}", row(&page, 3));
    }
    // of another row of heads everything is as it stands in the file
    let elsewhere = donor.submit(&format!("{address}/columns"), None, &[("head_row", "2")]).await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER, "{}", elsewhere.text());
    let id = address.rsplit('/').next().expect("an id");
    assert_eq!(portal.lookup("select mended::text from import where id::text = $1", id).await, "[]");
}

#[tokio::test]
async fn where_every_row_is_wrong_taking_in_is_not_offered() {
    let portal = Portal::start().await;
    let file =
        format!("{HEADS}\r\nRadio links;NL-77;Norland;XA;Perhaps;2027;\r\nBoats;NL-78;Norland;XA;Maybe;2027;\r\n");
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert_eq!(figures(&portal, &address).await, "wrong 2");
    let page = donor.get(&address).await;
    assert!(page.select("#apply").is_empty() && !page.text().contains("Import the chosen rows"), "{}", page.text());
    assert!(page.text().contains("nothing can be imported"), "{}", page.text());
    assert_eq!(page.select("#all-wrong").len(), 1);
    assert!(page.select("#all-wrong").join(" ").contains("Correct the rows below by hand"), "{}", page.text());
    // the one thing to be done here is the main one
    assert_eq!(page.select("main .btn.main"), ["Keep choices and check again"]);
    // where no row is shown that can be mended, the file alone can be
    let none = donor.get(&format!("{address}?show=new")).await;
    assert_eq!(none.select("#all-wrong"), ["Correct the file and upload it again."]);
    // one that is mended can be taken in
    assert_eq!(donor.submit(&address, Some("/rows"), &[("cell-2-4", "Ongoing")]).await.status, StatusCode::SEE_OTHER);
    let page = donor.get(&address).await;
    assert!(page.select("#all-wrong").is_empty(), "{}", page.text());
    assert_eq!(page.select("#apply .btn.main"), ["Import the chosen rows"]);
}

#[tokio::test]
async fn an_import_of_who_is_no_member_for_a_while_waits_as_it_was() {
    let portal = Portal::start().await;
    let file = format!("{HEADS}\r\nBells for the harbour watch;NL-90;Norland;XA;Planned;2027;\r\n");
    let (donor, address) = brought(&portal, DONOR, "ours.csv", file.as_bytes()).await;
    assert_eq!(donor.post(&format!("{address}/apply"), &[]).await.status, StatusCode::SEE_OTHER);
    let set = async |state: &str| {
        let sql = "update membership m set state = $2 from account a where a.id = m.account_id and a.email = $1";
        sqlx::query(sql).bind(DONOR).bind(state).execute(&mut portal.superuser().await).await.expect("a state");
    };
    let state = async || {
        let id = address.rsplit('/').next().expect("an id");
        portal.lookup("select state from import where id::text = $1", id).await
    };
    set("ended").await;
    work(&portal, &address).await;
    assert_eq!(state().await, "checked", "nothing is taken in for who is no member");
    set("active").await;
    let donor = portal.signed_in(DONOR).await;
    let page = crate::imports::apply(&portal, &donor, &address).await;
    assert!(row(&page, 2).contains("added"), "{}", page.text());
}
