//! Imports of tables: columns that nobody knows, sheets that are not read, notes below a table.

use crate::harness::Portal;
use crate::imports::{DONOR, brought, figures, row, work};
use axum::http::StatusCode;

/// Of a workbook with a sheet a year one is read, and nobody may think that all were.
#[tokio::test]
async fn sheets_that_are_not_read_are_named_and_a_note_below_the_table_is_no_action() {
    let portal = Portal::start().await;
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        (
            "Projects 2027",
            vec![["Title", "Donor", "Status"], ["Boats 27", "Norland", "planned"], ["* As agreed", "", ""]],
        ),
        ("Projects 2026", vec![["Our projects", "", ""], ["Title", "Donor", ""], ["Boats 26", "Norland", ""]]),
        ("Remarks", vec![["Ask Ada", "if anything", "is unclear"]]),
    ] {
        let sheet = book.add_worksheet().set_name(name).expect("a name");
        for (r, row) in (0u32..).zip(rows) {
            for (c, text) in (0u16..).zip(row).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(r, c, text).expect("a cell");
            }
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let (donor, address) = brought(&portal, DONOR, "years.xlsx", &bytes).await;
    let page = donor.get(&address).await;
    let said = page.select("#other-sheets").pop().expect("the sheets that are not read");
    assert!(said.contains("not read: Projects 2026.") && !said.contains("Remarks"), "{said}");
    let note = row(&page, 3);
    assert!(note.contains("wrong") && note.contains("a note below the table"), "{note}");
    assert_eq!(figures(&portal, &address).await, "new 1, wrong 1");
    // chosen by hand it is the other that is named, and its heads are found where they stand
    let columns = format!("{address}/columns");
    let chosen = donor.submit(&columns, Some("/columns"), &[("sheet", "Projects 2026")]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text());
    work(&portal, &address).await;
    let page = donor.get(&address).await;
    assert!(row(&page, 3).contains("Boats 26"), "{}", page.text());
    assert!(page.select("#other-sheets").concat().contains("not read: Projects 2027."), "{}", page.text());
    // of a table without sheets nothing is said
    let (donor, address) = brought(&portal, DONOR, "plain.csv", b"Title;Donor\nBoats 28;Norland\n").await;
    assert!(donor.get(&address).await.select("#other-sheets").is_empty());
}

#[tokio::test]
async fn columns_that_nobody_knows_are_asked_for_and_remembered() {
    let portal = Portal::start().await;
    let file =
        "Was wir tun;Von wem;Wo\r\nFunkgeräte für Bergwachten;Norland;XA\r\nBoote;Norland;Kestria*\r\n".as_bytes();
    let (donor, address) = brought(&portal, DONOR, "unsere.csv", file).await;
    let page = donor.get(&address).await;
    assert!(page.text().contains("Some columns have to be named"), "{}", page.text());
    let columns = format!("{address}/columns");
    let (_, fields) = donor.get(&columns).await.form(Some("/columns"));
    assert!(fields.contains(&("column-2".into(), "beneficiaries".into())), "by what stands in it: {fields:?}");
    let again = donor.submit(&columns, None, &[("column-0", "title"), ("column-1", "title")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text().contains("Another column is already used for the same"), "{}", again.text());
    let named = donor.submit(&columns, None, &[("column-0", "title"), ("column-1", "funding")]).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    work(&portal, &address).await;
    assert_eq!(figures(&portal, &address).await, "new 2");
    // the next file of the organisation needs no word
    let (_, second) = brought(&portal, DONOR, "noch.csv", file).await;
    assert_eq!(figures(&portal, &second).await, "new 2");
    let page = donor.get(&format!("{second}/columns")).await.text();
    assert!(page.contains("as chosen earlier"), "{page}");
}
