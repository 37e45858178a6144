//! Sheets that are filled in already: a partner's actions and a beneficiary's needs go out as they stand, come back, and say what
//! was changed in them and what was edited here meanwhile.

use crate::decisions::{ARVANIA, KESTRIA, ok};
use crate::harness::{Browser, Page, Portal};
use crate::imports::{DONOR, apply, brought, figures, row, send_to, work};
use crate::needs::drafted;
use axum::http::StatusCode;
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Workbook, Worksheet};
use std::io::{Cursor, Read};

/// A workbook as somebody has it open: sheets with their cells.
struct Book(Vec<(String, Vec<Vec<Data>>)>);

impl Book {
    fn open(bytes: &[u8]) -> Self {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
        let names = book.sheet_names();
        let sheet = |name: String| {
            let range = book.worksheet_range(&name).expect("a sheet");
            (name, range.rows().map(<[Data]>::to_vec).collect())
        };
        Self(names.into_iter().map(sheet).collect())
    }

    fn saved(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        for (name, rows) in &self.0 {
            let mut sheet = Worksheet::new();
            sheet.set_name(name).expect("a name");
            for (r, cells) in (0u32..).zip(rows) {
                for (c, cell) in (0u16..).zip(cells) {
                    match cell {
                        Data::Float(n) => drop(sheet.write_number(r, c, *n).expect("a number")),
                        Data::Int(n) => drop(sheet.write_number(r, c, *n as f64).expect("a number")),
                        Data::DateTime(at) => {
                            let day = at.as_datetime().expect("a day").date().to_string();
                            sheet.write_string(r, c, day).expect("a day");
                        }
                        Data::String(text) => drop(sheet.write_string(r, c, text).expect("a text")),
                        _ => {}
                    }
                }
            }
            book.push_worksheet(sheet);
        }
        book.save_to_buffer().expect("a workbook")
    }

    fn column(&self, sheet: usize, head: &str) -> usize {
        let heads = &self.0[sheet].1[0];
        heads.iter().position(|h| *h == Data::String(head.to_owned())).unwrap_or_else(|| panic!("no {head}: {heads:?}"))
    }

    fn text(&self, sheet: usize, row: usize, head: &str) -> String {
        self.0[sheet].1[row][self.column(sheet, head)].to_string()
    }

    fn write(&mut self, sheet: usize, row: usize, head: &str, text: &str) {
        let column = self.column(sheet, head);
        self.0[sheet].1[row][column] = Data::String(text.to_owned());
    }

    /// A new row at the end; answers its number.
    fn add(&mut self, sheet: usize, cells: &[(&str, &str)]) -> usize {
        let width = self.0[sheet].1[0].len();
        self.0[sheet].1.push(vec![Data::Empty; width]);
        let row = self.0[sheet].1.len() - 1;
        cells.iter().for_each(|(head, text)| self.write(sheet, row, head, text));
        row
    }

    /// A measure that is offered, and the sheet on which it is.
    fn measure(&self) -> (usize, String) {
        let lists = &self.0.iter().find(|(name, _)| name == "Lists").expect("lists").1;
        let offered = |name: &str| {
            let column = lists[0].iter().position(|h| h.to_string() == format!("Measure {name} –"))?;
            Some(lists[1][column].to_string()).filter(|measure| !measure.is_empty())
        };
        let mut found = self.0.iter().enumerate().filter_map(|(n, (name, _))| Some((n, offered(name)?)));
        found.next().expect("a measure")
    }

    /// Where a need stands: its sheet, and its row.
    fn find(&self, title: &str) -> (usize, usize) {
        let is =
            |(_, rows): &(String, Vec<Vec<Data>>)| rows.iter().position(|r| r[0] == Data::String(title.to_owned()));
        let found = self.0.iter().enumerate().find_map(|(n, sheet)| Some((n, is(sheet)?)));
        found.unwrap_or_else(|| panic!("no {title}"))
    }
}

/// A page or a file, with at most so many statements.
async fn taken(browser: &Browser, path: &str, most: u32) -> Page {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let said = page.headers["server-timing"].to_str().expect("text").to_owned();
    let n: u32 = said.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
    assert!(n <= most, "{path}: {n} statements");
    page
}

async fn own_actions(browser: &Browser) -> Page {
    // the count of exports, the line in the access log and the commit among them
    taken(browser, "/example/imports/own-actions.xlsx", 9).await
}

/// The number under which the portal keeps a row of a sheet.
fn number(at: (usize, usize)) -> u32 {
    u32::try_from((at.0 << 21) + at.1 + 1).expect("a number")
}

async fn bring_needs(portal: &Portal, browser: &Browser, bytes: &[u8]) -> String {
    let page = send_to(browser, "/example/imports/needs", &[], Some(("needs.xlsx", bytes))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let address = page.location.expect("an address");
    work(portal, &address).await;
    address
}

async fn needs_book(browser: &Browser) -> Page {
    taken(browser, "/example/imports/needs.xlsx", 9).await
}

/// The parts of a workbook that are sheets.
fn sheets(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let mut texts = Vec::new();
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        if name.starts_with("xl/worksheets/sheet") {
            part.read_to_string(&mut text).expect("a text");
            texts.push(text);
        }
    }
    texts
}

#[tokio::test]
async fn own_actions_come_back_unchanged_and_with_what_was_changed_alone() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let file = own_actions(&donor).await;
    let mut book = Book::open(&file.bytes);
    let all = book.0[0].1.len() - 1;
    assert!(all >= 3, "{all}");
    let (_, address) = brought(&portal, DONOR, "own.xlsx", &file.bytes).await;
    assert_eq!(figures(&portal, &address).await, format!("unchanged {all}"));

    book.write(0, 1, "Description", "Said anew in the sheet.");
    book.write(0, 2, "Status", "Suspended");
    let new = book.add(0, &[("Title", "Zookeeping"), ("Donor", "Norland"), ("Beneficiary", "XA")]);
    let first = book.text(0, 1, "Address of the record");
    let was = portal
        .lookup("select description from action where id::text = $1", first.rsplit('/').next().expect("an id"))
        .await;
    let (_, address) = brought(&portal, DONOR, "own.xlsx", &book.saved()).await;
    assert_eq!(figures(&portal, &address).await, format!("changed 2, new 1, unchanged {}", all - 2));
    let page = donor.get(&address).await;
    let changed = row(&page, 2);
    assert!(changed.contains("Description") && changed.contains("Said anew in the sheet."), "{changed}");
    assert!(!changed.contains("Status"), "{changed}");
    assert!(row(&page, 3).contains("Suspended"), "{}", row(&page, 3));
    assert!(row(&page, u32::try_from(new + 1).expect("a row")).contains("new"));
    apply(&portal, &donor, &address).await;
    let id = first.rsplit('/').next().expect("an id").to_owned();
    let description = "select description from action where id::text = $1";
    assert_eq!(portal.lookup(description, &id).await, "Said anew in the sheet.");
    // the same sheet once more changes nothing: the new row is known by its title
    let (_, again) = brought(&portal, DONOR, "own.xlsx", &book.saved()).await;
    assert_eq!(figures(&portal, &again).await, format!("unchanged {}", all + 1));
    assert_eq!(donor.post(&format!("{address}/undo"), &[]).await.status, StatusCode::SEE_OTHER);
    work(&portal, &address).await;
    assert_eq!(portal.lookup(description, &id).await, was);
}

#[tokio::test]
async fn what_both_have_changed_is_asked_and_what_the_sheet_left_alone_stays() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let mut book = Book::open(&own_actions(&donor).await.bytes);
    let id = |row: usize| book.text(0, row, "Address of the record").rsplit('/').next().expect("an id").to_owned();
    let (one, other) = (id(1), id(2));
    for (id, change) in [(&one, ("status", "suspended")), (&other, ("description", "Edited on its page."))] {
        let saved = crate::action_record::save(&donor, &format!("/example/actions/{id}/edit"), &[change]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    }
    book.write(0, 1, "Status", "Cancelled");
    book.write(0, 1, "Description", "Said anew in the sheet.");
    let (_, address) = brought(&portal, DONOR, "own.xlsx", &book.saved()).await;
    let page = donor.get(&address).await;
    let asked = row(&page, 2);
    let words = "Edited here since the sheet was made: Status.";
    assert!(asked.contains("in conflict") && asked.contains(words) && asked.contains("Cancelled"), "{asked}");
    assert!(row(&page, 3).contains("unchanged"), "the sheet only carries the old text along: {}", row(&page, 3));
    // what was edited here stays, the rest is taken
    assert_eq!(donor.submit(&address, Some("/rows"), &[("row-2", "ours")]).await.status, StatusCode::SEE_OTHER);
    apply(&portal, &donor, &address).await;
    let both = "select coalesce(status, '') || '|' || description from action where id::text = $1";
    assert_eq!(portal.lookup(both, &one).await, "suspended|Said anew in the sheet.");
    assert!(portal.lookup(both, &other).await.ends_with("|Edited on its page."));
}

#[tokio::test]
async fn sheets_hold_no_formulas_and_lock_what_tells_rows_apart() {
    let portal = Portal::start().await;
    let (donor, arvania) = (portal.signed_in(DONOR).await, portal.signed_in(ARVANIA).await);
    let evil = "=HYPERLINK(\"https://evil.example\";\"x\")";
    let table = format!("Title;Donor;Beneficiary\r\n\"{}\";Norland;XA\r\n", evil.replace('"', "\"\""));
    let (_, address) = brought(&portal, DONOR, "evil.csv", table.as_bytes()).await;
    apply(&portal, &donor, &address).await;
    drafted(&arvania, evil, &[("body", "@SUM(A1)")]).await;
    for (file, sheet) in [(own_actions(&donor).await, 0), (needs_book(&arvania).await, usize::MAX)] {
        let parts = sheets(&file.bytes);
        assert!(parts.iter().all(|text| !text.contains("<f>")), "a formula");
        for wanted in ["<sheetProtection", "<dataValidation", "state=\"frozen\""] {
            assert!(parts[0].contains(wanted), "{wanted}");
        }
        let book = Book::open(&file.bytes);
        let (found, _) = book.find(evil);
        assert!(sheet == usize::MAX || found == sheet);
    }
}

#[tokio::test]
async fn needs_go_round_and_come_back_as_drafts() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    assert!(arvania.get("/example/needs").await.body.contains("/example/imports/needs"));
    let stated = [("type", "operational"), ("perspective", "response"), ("priority", "low"), ("by_when", "June 2027")];
    drafted(&arvania, "A car park for seized lorries", &stated).await;
    let file = needs_book(&arvania).await;
    let mut book = Book::open(&file.bytes);
    let address = bring_needs(&portal, &arvania, &file.bytes).await;
    let found = figures(&portal, &address).await;
    assert!(found.starts_with("unchanged ") && !found.contains(','), "{found}");
    let all: usize = found["unchanged ".len()..].parse().expect("a number");

    let at = book.find("A car park for seized lorries");
    assert_eq!(book.text(at.0, at.1, "By when"), "2027-06");
    assert_eq!(book.text(at.0, at.1, "State of the need"), "Draft");
    book.write(at.0, at.1, "Priority", "High");
    let (sheet, measure) = book.measure();
    let cells = [("Title", "Cameras at the crossings"), ("Type", "operational"), ("Perspective", "Prevention")];
    let new = (sheet, book.add(sheet, &cells));
    book.write(new.0, new.1, "Measure", &measure);
    // nothing is said by these, as in tables of actions; in words they are words
    for (head, text) in [("By when", "TBC"), ("Priority", "n/a"), ("Theme", "–"), ("What exists already", "None")] {
        book.write(new.0, new.1, head, text);
    }
    let wrong = (at.0, book.add(at.0, &[("Title", "A wrong one"), ("Type", "Magical"), ("By when", "31.2.2027")]));
    let twice = (at.0, book.add(at.0, &[("Title", "Cameras at the crossings")]));
    let address = bring_needs(&portal, &arvania, &book.saved()).await;
    assert_eq!(figures(&portal, &address).await, format!("changed 1, new 1, unchanged {}, wrong 2", all - 1));
    let page = taken(&arvania, &address, 8).await;
    let changed = row(&page, number(at));
    assert!(changed.contains("Priority Low → High") && !changed.contains("Type"), "{changed}");
    let told = row(&page, number(wrong));
    for words in ["“Magical” is not one of the choices here", "Legislative, Institutional, Operational", "A wrong one"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(row(&page, number(twice)).contains("is already in row"), "{}", row(&page, number(twice)));
    let place = format!("{} {}", book.0[sheet].0, new.1 + 1);
    assert!(row(&page, number(new)).contains(&place), "{}", row(&page, number(new)));
    // mended where it stands
    let (_, fields) = page.form(Some("/rows"));
    let cell = |head: &str| format!("cell-{}-{}", number(wrong), book.column(wrong.0, head));
    assert!(fields.iter().any(|(name, value)| *name == cell("Type") && value == "Magical"), "{fields:?}");
    let fill = [(cell("Type"), "Legislative"), (cell("By when"), "28.2.2027")];
    let fill: Vec<(&str, &str)> = fill.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(arvania.submit(&address, Some("/rows"), &fill).await.status, StatusCode::SEE_OTHER);
    assert_eq!(figures(&portal, &address).await, format!("changed 1, new 2, unchanged {}, wrong 1", all - 1));

    ok(&arvania.submit(&address, Some("/apply"), &[]).await);
    let page = arvania.get(&address).await;
    assert!(page.text().contains("The chosen rows have been imported"), "{}", page.text());
    let exists = "select exists_already from need where title = $1";
    assert_eq!(portal.lookup(exists, "Cameras at the crossings").await, "None");
    let facts =
        "select state || '|' || coalesce(type, '') || '|' || on_behalf || '|' || (plan_node_id is not null) || '|'
        || coalesce(priority, '') from need where title = $1";
    assert_eq!(portal.lookup(facts, "Cameras at the crossings").await, "draft|operational|false|true|");
    assert_eq!(portal.lookup(facts, "A car park for seized lorries").await, "draft|operational|false|false|high");
    assert!(arvania.get(&format!("{address}/report.xlsx")).await.status.is_success());
    let id = portal.lookup("select id::text from need where title = $1", "Cameras at the crossings").await;
    let own = arvania.get(&format!("/example/needs/{id}")).await.text();
    assert!(own.contains("drafted it") && own.contains("Import of needs.xlsx"), "{own}");
    // nobody else sees what nobody has submitted, and the file is its importer's alone
    let other = portal.signed_in(KESTRIA).await;
    assert_eq!(other.get(&format!("/example/needs/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);

    // one of the new ones is submitted: that one stays
    ok(&arvania.submit(&format!("/example/needs/{id}"), Some("/submit"), &[]).await);
    ok(&arvania.submit(&address, Some("/undo"), &[]).await);
    let page = arvania.get(&address).await;
    assert!(row(&page, number(new)).contains("It has been submitted"), "{}", row(&page, number(new)));
    assert_eq!(portal.lookup(facts, "A car park for seized lorries").await, "draft|operational|false|false|low");
    assert!(portal.lookup(facts, "A wrong one").await.starts_with("withdrawn|"));
    assert!(portal.lookup(facts, "Cameras at the crossings").await.starts_with("submitted|"));
}

#[tokio::test]
async fn a_need_that_was_edited_here_since_is_asked_about() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    let place = drafted(&arvania, "A car park for seized lorries", &[("priority", "low"), ("body", "Full.")]).await;
    let mut book = Book::open(&needs_book(&arvania).await.bytes);
    let edited = [("priority", "medium"), ("body", "It is full.")];
    ok(&arvania.submit(&format!("{place}/edit"), Some("/edit"), &edited).await);
    let at = book.find("A car park for seized lorries");
    book.write(at.0, at.1, "Priority", "High");
    let address = bring_needs(&portal, &arvania, &book.saved()).await;
    let page = arvania.get(&address).await;
    let asked = row(&page, number(at));
    assert!(asked.contains("in conflict") && asked.contains("Priority Medium → High"), "{asked}");
    assert!(!asked.contains("It is full."), "the sheet only carries the old text along: {asked}");
    let choice = format!("row-{}", number(at));
    assert_eq!(arvania.submit(&address, Some("/rows"), &[(&choice, "take")]).await.status, StatusCode::SEE_OTHER);
    // once more, between the look and the taking in: nothing is taken in, and it is looked at again
    ok(&arvania.submit(&format!("{place}/edit"), Some("/edit"), &[("evidence", "Counted.")]).await);
    ok(&arvania.submit(&address, Some("/apply"), &[]).await);
    let page = arvania.get(&address).await;
    assert!(page.text().contains("one of the rows has been edited here since you checked"), "{}", page.text());
    assert_eq!(arvania.submit(&address, Some("/rows"), &[(&choice, "take")]).await.status, StatusCode::SEE_OTHER);
    ok(&arvania.submit(&address, Some("/apply"), &[]).await);
    let facts = "select priority || '|' || body || '|' || evidence from need where title = $1";
    assert_eq!(portal.lookup(facts, "A car park for seized lorries").await, "high|It is full.|Counted.");
}

#[tokio::test]
async fn sheets_brought_twice_before_either_is_taken_in_come_in_once() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    let mut book = Book::open(&needs_book(&arvania).await.bytes);
    let (sheet, _) = book.measure();
    book.add(sheet, &[("Title", "Cameras at the crossings"), ("What is needed", "Twelve of them.")]);
    let again = (sheet, book.add(sheet, &[("Title", "Cameras at the crossings")]));
    let bytes = book.saved();
    let first = bring_needs(&portal, &arvania, &bytes).await;
    let second = bring_needs(&portal, &arvania, &bytes).await;
    // a row that stands twice is one still when another cell of it is mended
    let body = format!("cell-{}-{}", number(again), book.column(again.0, "What is needed"));
    let mended = arvania.post(&format!("{first}/rows"), &[(&body, "Twelve.")]).await;
    assert_eq!(mended.status, StatusCode::SEE_OTHER, "{}", mended.text());
    ok(&arvania.submit(&first, Some("/apply"), &[]).await);
    let here = "select count(*)::text from need where title = $1";
    let page = arvania.get(&first).await;
    assert!(page.text().contains("is the same as row"), "{}", page.text());
    assert_eq!(portal.lookup(here, "Cameras at the crossings").await, "0");
    let leave = format!("row-{}", number(again));
    ok(&arvania.submit(&first, Some("/rows"), &[(&leave, "leave")]).await);
    for address in [&first, &second] {
        ok(&arvania.submit(address, Some("/apply"), &[]).await);
        assert_eq!(portal.lookup(here, "Cameras at the crossings").await, "1", "{address}");
    }
    let page = arvania.get(&second).await;
    assert!(page.text().contains("or has been added by another file"), "{}", page.text());
}

#[tokio::test]
async fn the_sheet_of_another_side_is_refused_row_by_row() {
    let portal = Portal::start().await;
    let (arvania, kestria) = (portal.signed_in(ARVANIA).await, portal.signed_in(KESTRIA).await);
    drafted(&kestria, "A draft of another side", &[]).await;
    let theirs = needs_book(&kestria).await;
    let address = bring_needs(&portal, &arvania, &theirs.bytes).await;
    let found = figures(&portal, &address).await;
    assert!(found.starts_with("wrong ") && !found.contains(','), "{found}");
    let at = Book::open(&theirs.bytes).find("A draft of another side");
    assert!(row(&arvania.get(&address).await, number(at)).contains("no longer exists, or you can no longer see it"));
    // nor are they actions
    let (donor, elsewhere) = brought(&portal, DONOR, "needs.xlsx", &theirs.bytes).await;
    assert!(donor.get(&elsewhere).await.text().contains("These are sheets of needs, not actions"));
    // what is no sheet of needs is said to be none
    let none = [("a.csv", b"Title;Donor\nA;B\n".as_slice()), ("a.xml", b"<iati-activities version=\"2.03\"/>")];
    for (name, bytes) in none {
        let page = send_to(&arvania, "/example/imports/needs", &[], Some((name, bytes))).await;
        let address = page.location.expect("an address");
        work(&portal, &address).await;
        assert!(arvania.get(&address).await.text().contains("There is no sheet of needs in this file"), "{name}");
    }
    let page = send_to(&arvania, "/example/imports/needs", &[], None).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // a member of a donor neither takes nor brings needs
    for path in ["/example/imports/needs", "/example/imports/needs.xlsx"] {
        assert_eq!(donor.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn links_stand_where_people_look() {
    let portal = Portal::start().await;
    let (donor, arvania) = (portal.signed_in(DONOR).await, portal.signed_in(ARVANIA).await);
    for path in ["/example", "/example/actions", "/example/imports"] {
        assert!(donor.get(path).await.body.contains("/example/imports/own-actions.xlsx"), "{path}");
        assert!(!donor.get(path).await.body.contains("/example/imports/needs"), "{path}");
    }
    taken(&arvania, "/example/imports/needs", 8).await;
    for path in ["/example", "/example/needs", "/example/imports"] {
        assert!(arvania.get(path).await.body.contains("/example/imports/needs"), "{path}");
    }
}
