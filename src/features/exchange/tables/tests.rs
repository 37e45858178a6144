use super::*;
use crate::features::exchange::incoming::{Place, Severity};
use proptest::prelude::*;
use std::collections::HashMap;
use std::io::Write;
use std::time::{Duration, Instant};

struct Nobody;
impl Known for Nobody {
    fn is_beneficiary(&self, text: &str) -> bool {
        matches!(text, "AL" | "XK" | "Albania")
    }
    fn is_pillar(&self, _: &str) -> bool {
        false
    }
    fn is_theme(&self, _: &str) -> bool {
        false
    }
    fn is_address(&self, text: &str) -> bool {
        text.contains("/actions/")
    }
}

/// A file that nobody else sees.
fn file(bytes: &[u8]) -> File {
    let path = std::env::temp_dir().join(format!("concert-table-{}", crate::kernel::random::id()));
    let mut file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn opened(bytes: &[u8]) -> Result<Source, Refused> {
    Source::open(file(bytes))
}

fn all(source: &Source, shape: &Shape) -> Vec<(u32, Vec<String>)> {
    let mut rows = Vec::new();
    let read = source.rows(shape.sheet.as_deref(), shape.head_row, |row, cells| {
        rows.push((row, cells.texts()));
        ControlFlow::Continue(())
    });
    read.unwrap();
    rows
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn book(properties: &str, sheet: &str) -> Vec<u8> {
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}<sheets><sheet name="Projects" sheetId="1" r:id="r1"/></sheets></workbook>"#
    );
    let sheet =
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#);
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELS.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn text(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn csv_of_any_encoding_and_separator_is_read() {
    let plain = "Naziv projekta;Donator;Početak\r\n\"Obuka, prva\";Norland;1.3.2026\r\n;;\r\nДруга;Đurđevac;2027\r\n";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bare16: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (latin, _, _) = encoding_rs::WINDOWS_1250.encode("Naziv projekta;Donator;Početak\r\n\"Obuka, prva\";Norland;1.3.2026\r\nŽivot i čvrstina škole u Đakovu;Đurđevac;2027\r\n");
    let tabs = plain.replace("\"Obuka, prva\"", "Obuka, prva").replace(';', "\t");
    let sep = format!("sep=;\r\n{plain}");
    for bytes in [
        plain.as_bytes(),
        format!("\u{feff}{plain}").as_bytes(),
        &utf16,
        &bare16,
        &latin,
        tabs.as_bytes(),
        sep.as_bytes(),
    ] {
        let source = opened(bytes).unwrap();
        let shape = source.shape(None, None).unwrap();
        assert_eq!(shape.heads, ["Naziv projekta", "Donator", "Početak"]);
        let rows = all(&source, &shape);
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(rows[0].1, ["Obuka, prva", "Norland", "1.3.2026"]);
        assert_eq!(rows[1].1[1], "Đurđevac");
    }
}

#[test]
fn heads_are_found_below_a_title_and_in_six_languages() {
    let lists = [
        ["Title", "Donor", "Start date", "Beneficiaries"],
        ["Naziv projekta", "Donator", "Datum početka", "Korisnici"],
        ["Titulli i projektit", "Donatori", "Data e fillimit", "Përfituesit"],
        ["Назив на проект", "Донатор", "Датум на почеток", "Корисници"],
        ["Projekttitel", "Geber", "Beginn", "Begünstigte"],
        ["Titre du projet", "Bailleur de fonds", "Date de début", "Bénéficiaires"],
    ];
    for heads in lists {
        let table = format!("Our projects 2026,,,\n,,,\n{}\nA,B,2026,AL\n", heads.join(","));
        let shape = opened(table.as_bytes()).unwrap().shape(None, None).unwrap();
        assert_eq!((shape.head_row, shape.heads.as_slice()), (3, heads.map(str::to_owned).as_slice()));
        let found = recognise(&shape.heads, &shape.samples, &HashMap::new(), &Nobody);
        let found: Vec<_> = found.into_iter().map(|f| f.map(|f| f.column)).collect();
        assert_eq!(
            found,
            [Column::Title, Column::Funding, Column::Start, Column::Beneficiaries].map(Some),
            "{heads:?}"
        );
    }
}

#[test]
fn heads_in_two_rows_are_read_as_one_and_the_line_of_totals_is_told() {
    let two = "Projects of Norland 2026,,,,,\nProject,Donor,Planned,,Budget (EUR),\n,,Start,End,,Status\nOne,Norland,1.3.2026,2027,\"1.234,56 €\",ongoing\nUkupno:,,,,\"1.234,56\",\n";
    let source = opened(two.as_bytes()).unwrap();
    let shape = source.shape(None, None).unwrap();
    assert_eq!(shape.head_row, 3);
    assert_eq!(shape.heads, ["Project", "Donor", "Planned Start", "Planned End", "Budget (EUR)", "Status"]);
    // chosen by hand it is the same
    assert_eq!(source.shape(None, Some(3)).unwrap(), shape);
    assert_eq!(source.shape(None, Some(2)).unwrap().heads[2], "Planned");
    let found = recognise(&shape.heads, &shape.samples, &HashMap::new(), &Nobody);
    let columns: Vec<Option<Column>> = found.into_iter().map(|f| f.map(|f| f.column)).collect();
    let of = [Column::Title, Column::Funding, Column::PlannedStart, Column::PlannedEnd, Column::Total, Column::Status];
    assert_eq!(columns, of.map(Some));
    let rows = all(&source, &shape);
    assert_eq!(rows.len(), 2, "{rows:?}");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
    let currency = currency_in(&shape.heads, &columns);
    let mut said = Vec::new();
    for (row, cells) in rows {
        let cells = Cells::new(cells.iter().map(|text| Cell::of_text(text)).collect());
        let place = Place { row, ..Place::default() };
        said.push(incoming(place, &cells, &shape.heads, &columns, currency, today));
    }
    assert!(said[0].problems.is_empty(), "{:?}", said[0].problems);
    assert_eq!(said[0].total.map(|(n, _)| n.to_string()).as_deref(), Some("1234.56"));
    let wrong: Vec<&str> = said[1].problems.iter().map(|p| p.what.key.as_str()).collect();
    assert_eq!(wrong, ["import-row-totals"]);
}

#[test]
fn a_head_of_their_own_with_nothing_below_it_is_kept() {
    let two =
        "Projects of Norland 2026,,,,\nProject,Donor,Planned,,Focal desk\n,,Start,End,\nOne,Norland,2026,2027,Desk 4\n";
    let shape = opened(two.as_bytes()).unwrap().shape(None, None).unwrap();
    assert_eq!(shape.head_row, 3);
    assert_eq!(shape.heads, ["Project", "Donor", "Planned Start", "Planned End", "Focal desk"]);
    // the title of a table is no head of what stands below it
    let titled = "Projects of Norland 2026,,\n,Project,Donor\n1,One,Norland\n2,Two,Norland\n";
    let shape = opened(titled.as_bytes()).unwrap().shape(None, None).unwrap();
    assert_eq!((shape.head_row, shape.heads.join("|")), (2, "|Project|Donor".to_owned()));
}

#[test]
fn what_was_chosen_comes_before_the_name_and_content_last() {
    let heads: Vec<String> = ["Titel", "Wo", "Betrag in TEUR", "x"].map(str::to_owned).into();
    let row = |place: &str| Cells::new(vec![Cell::Text("a".into()), Cell::Text(place.into()), Cell::Number(2.0)]);
    let samples = [row("AL"), row("XK; AL"), row("Albania")];
    let remembered = HashMap::from([(folded_head("Titel"), Column::Description)]);
    let found = recognise(&heads, &samples, &remembered, &Nobody);
    let found: Vec<_> = found.into_iter().map(|f| f.map(|f| (f.column, f.how))).collect();
    assert_eq!(
        found,
        [Some((Column::Description, How::Remembered)), Some((Column::Beneficiaries, How::Content)), None, None]
    );
}

#[test]
fn a_workbook_gives_values_of_formulas_dates_of_both_calendars_and_merged_cells() {
    let rows = format!(
        r#"<sheetData><row r="2">{}{}{}{}</row><row r="3">{}<c r="B3"><f>1+1</f><v>2</v></c><c r="C3" s="1"><v>{{day}}</v></c>{}</row><row r="4">{}</row></sheetData><mergeCells count="1"><mergeCell ref="D3:D4"/></mergeCells>"#,
        text("A2", "Title"),
        text("B2", "Total"),
        text("C2", "Start"),
        text("D2", "Donor"),
        text("A3", "One"),
        text("D3", "Norland"),
        text("A4", "=1+1"),
    );
    for (properties, day) in [("", "46082"), (r#"<workbookPr date1904="1"/>"#, "44620")] {
        let bytes = book(properties, &rows.replace("{day}", day));
        let source = opened(&bytes).unwrap();
        let shape = source.shape(None, None).unwrap();
        assert_eq!((shape.sheets.as_slice(), shape.head_row), (["Projects".to_owned()].as_slice(), 2));
        let rows = all(&source, &shape);
        assert_eq!(rows[0], (3, vec!["One".into(), "2".into(), "2026-03-01".into(), "Norland".into()]), "{properties}");
        assert_eq!(rows[1].1, ["=1+1", "", "", "Norland"]);
    }
}

#[test]
fn a_cell_turns_nothing_that_stands_after_it() {
    assert_eq!(Cell::of_text("\u{2068}Police \u{202e}reform\u{2069} "), Cell::Text("Police reform".to_owned()));
    assert_eq!(Cell::of_text("\u{202c}"), Cell::Empty);
    assert_eq!(Cell::of_text("שלום\u{200f}!"), Cell::Text("שלום\u{200f}!".to_owned()));
}

#[test]
fn a_note_below_a_table_is_told_and_no_action() {
    let table = "Title,Donor,Status,Budget (EUR)\nOne,Norland,ongoing,10\n* Amounts are estimates,,,\nНапомена: износи су процењени,,,\nNapomena: praćenje,Norland,,\nNotebooks for the police: 200 pieces,,,\nSource: a fund,,,20\n";
    let source = opened(table.as_bytes()).unwrap();
    let shape = source.shape(None, None).unwrap();
    let columns = [Column::Title, Column::Funding, Column::Status, Column::Total].map(Some);
    let currency = currency_in(&shape.heads, &columns);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 29).unwrap();
    let told: Vec<Vec<String>> = all(&source, &shape)
        .into_iter()
        .map(|(row, cells)| {
            let cells = Cells::new(cells.iter().map(|text| Cell::of_text(text)).collect());
            let place = Place { row, ..Place::default() };
            let said = incoming(place, &cells, &shape.heads, &columns, currency, today);
            said.problems.iter().map(|p| p.what.key.clone()).collect()
        })
        .collect();
    let note = || vec!["import-row-note".to_owned()];
    // what says more than a title is an action, however it is called
    assert_eq!(told, [vec![], note(), note(), vec![], vec![], vec![]]);
}

#[test]
fn other_sheets_that_look_like_tables_of_actions_are_known() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        ("How to", vec![vec!["Please fill in", "by December"]]),
        ("2026", vec![vec!["Title", "Donor"], vec!["One", "Norland"]]),
        ("2027", vec![vec!["Plans"], vec!["Title", "Donor", "Status"], vec!["Two", "Norland", "planned"]]),
        ("Empty", vec![vec!["Title", "Donor"]]),
        ("Contacts", vec![vec!["Donor", "Status"], vec!["Norland", "planned"]]),
    ] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (r, row) in (0u32..).zip(rows) {
            for (c, text) in (0u16..).zip(row) {
                sheet.write_string(r, c, text).unwrap();
            }
        }
    }
    let source = opened(&book.save_to_buffer().unwrap()).unwrap();
    let shape = source.shape(None, None).unwrap();
    assert_eq!(shape.sheet.as_deref(), Some("2027"));
    assert_eq!(source.others(Some("2027")), ["2026"]);
    assert_eq!(source.others(Some("2026")), ["2027"]);
    assert!(source.others(None).is_empty());
    assert!(opened(b"Title,Donor\nOne,Norland\n").unwrap().others(Some("2026")).is_empty());
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    let started = Instant::now();
    let bomb = zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", &vec![b' '; 60 << 20]),
    ]);
    let long = book("", &format!("<sheetData><row>{}</row></sheetData>", text("A1", &"x".repeat(3 << 20))));
    let good = book("", &format!("<sheetData><row>{}{}</row></sheetData>", text("A1", "Title"), text("B1", "Donor")));
    let half = &good[..good.len() / 2];
    let mut old = vec![0xd0, 0xcf, 0x11, 0xe0];
    old.resize(600, 0);
    let entity = b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>";
    for (bytes, key) in [
        (bomb.as_slice(), "import-file-bursts"),
        (&long, "import-file-bursts"),
        (half, "import-file-broken"),
        (&old, "import-file-old-excel"),
        (b"%PDF-1.7 ...", "import-file-pdf"),
        (b"<html><body><table><tr><td>Title</td></tr></table></body></html>", "import-file-html"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.0//EN\">", "import-file-html"),
        (entity, "import-file-xml"),
        (b"{\"a\":1}", "import-file-json"),
        (b"   \r\n ", "import-file-empty"),
        (b"\x7fELF\x01\0\0\x02", "import-file-unknown"),
        (b"", "import-file-empty"),
    ] {
        let refused = opened(bytes).and_then(|s| s.shape(None, None).map(drop)).err().map(|m| m.key);
        assert_eq!(refused, Some(key));
    }
    // a quote that is never closed
    let mut quote = b"Title,Donor\n\"".to_vec();
    quote.resize(6 << 20, b'a');
    let source = opened(&quote).unwrap();
    assert_eq!(source.shape(None, None).err().map(|m| m.key), Some("import-file-quote"));
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[test]
fn a_quote_that_is_never_closed_is_told_however_short_the_file_is() {
    let told = |text: &str| opened(text.as_bytes()).and_then(|s| s.shape(None, None)).map(|s| s.samples.len());
    let unclosed = told("Title;Donor\nOne;Norland\n\"Two;Norland\nThree;Norland\n");
    assert_eq!(unclosed.err().map(|m| m.key), Some("import-file-quote"));
    for sound in [
        "Title;Notes\nOne;x\nTwo;\"a\nb \"\"c\"\"\"\n",
        "Title;Notes\nA pipe of 5\" by itself;x\nTwo;y\n",
        "Title;Notes\nA pipe of 5\" by itself;x\nTwo;\"a\nb\"\n",
    ] {
        assert_eq!(told(sound), Ok(2), "{sound}");
    }
}

#[test]
fn empty_rows_and_endless_columns_are_passed_over() {
    let empty: String = (1..=200_000).map(|n| format!("<row r=\"{n}\"/>")).collect();
    let wide: String = (0..10_000).map(|_| "<c t=\"inlineStr\"><is><t>x</t></is></c>").collect();
    let sheet = format!(
        "<sheetData><row r=\"1\">{}{}{wide}</row>{empty}</sheetData>",
        text("A1", "Title"),
        text("B1", "Donor")
    );
    let source = opened(&book("", &sheet)).unwrap();
    let shape = source.shape(None, None).unwrap();
    assert!(shape.too_wide && shape.heads.len() == usize::from(MOST_COLUMNS));
    assert!(all(&source, &shape).is_empty());
}

#[test]
fn a_row_says_what_it_says_and_what_is_wrong() {
    let heads: Vec<String> =
        ["Title", "Status", "Start", "Budget (EUR)", "Where", "Donor", "Link"].map(str::to_owned).into();
    let columns = [
        Column::Title,
        Column::Status,
        Column::Start,
        Column::Total,
        Column::Beneficiaries,
        Column::Funding,
        Column::Link,
    ];
    let columns: Vec<_> = columns.map(Some).into();
    let currency = currency_in(&heads, &columns);
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let read = |cells: &[&str]| {
        let cells = Cells::new(cells.iter().map(|t| Cell::of_text(t)).collect());
        incoming(Place { sheet: None, row: 4 }, &cells, &heads, &columns, currency, today)
    };
    let good =
        read(&["One", "u toku", "1.3.2026", "1.5 mio", "AL (60%); XK 40 %", "Norland; UNDP", "https://a.example/x"]);
    assert!(good.problems.is_empty(), "{:?}", good.problems);
    assert_eq!((good.status, good.total.map(|t| t.0.to_string())), (Some("ongoing"), Some("1500000".into())));
    assert_eq!(good.beneficiaries[0].share, Some(Decimal::from(60)));
    assert_eq!((good.beneficiaries[1].stated.as_str(), good.parties.len()), ("XK", 2));
    // what the heading says already may stand in the cell too; two dates in it are asked
    let from = read(&["One", "", "od marta 2026.", "", "", "", ""]);
    assert_eq!(
        from.planned_start.or(from.start).map(|d| d.to_string()).as_deref(),
        Some("2026-03"),
        "{:?}",
        from.problems
    );
    let two = read(&["One", "", "I–VI 2026", "", "", "", ""]);
    assert_eq!(two.problems.iter().map(|p| p.what.key.as_str()).collect::<Vec<_>>(), ["import-cell-date-two"]);
    let bad = read(&["Two", "perhaps", "31.2.2026", "a lot", "n/a", "not stated", "javascript:alert(1)"]);
    let keys: Vec<_> = bad.problems.iter().map(|p| p.what.key.as_str()).collect();
    assert_eq!(keys, ["import-cell-status", "date-no-such-day", "money-not-understood", "field-web-address"]);
    assert!(bad.problems.iter().all(|p| p.severity == Severity::Wrong) && bad.parties.is_empty());
}

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Harms some bytes: another one, a piece cut out, a piece twice, the rest cut off.
fn harm(bytes: &mut Vec<u8>, harms: &[(prop::sample::Index, u8, u8)]) {
    for (place, byte, kind) in harms {
        if bytes.is_empty() {
            return;
        }
        let at = place.index(bytes.len());
        let end = (at + usize::from(*byte)).min(bytes.len());
        match kind {
            0 => bytes[at] = *byte,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.truncate(at),
        }
    }
}

#[test]
fn a_reference_beyond_every_row_is_a_broken_file() {
    let row = r#"<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row></sheetData>"#;
    for sheet in [
        format!(r#"{row}<mergeCells count="1"><mergeCell ref="A2:A99999999999"/></mergeCells>"#),
        row.replace("A1", "A99999999999"),
    ] {
        let source = opened(&book("", &sheet)).expect("a workbook");
        assert!(source.shape(None, None).is_err(), "{sheet}");
    }
}

proptest! {
    /// Whatever becomes of a file, it is read or refused, and no row of it breaks what reads rows.
    #[test]
    fn broken_files_never_break_the_readers(
        which in 0..4u8,
        harms in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..8),
    ) {
        let table = "Naziv projekta;Donator;Početak;Iznos\r\n\"Obuka, prva\";Norland;1.3.2026;1.500,00 EUR\r\nДруга;Đurđevac;2027;2 mio\r\n";
        let mut sheet = format!(
            r#"<sheetData><row r="1">{}{}{}</row><row r="2">{}<c r="B2"><f>1+1</f><v>2</v></c><c r="C2" s="1"><v>46082</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>"#,
            text("A1", "Title"), text("B1", "Total"), text("C1", "Start"), text("A2", "One")
        ).into_bytes();
        let bytes = match which {
            0 => { let mut b = table.as_bytes().to_vec(); harm(&mut b, &harms); b }
            1 => { let mut b: Vec<u8> = [0xff, 0xfe].into_iter().chain(table.encode_utf16().flat_map(u16::to_le_bytes)).collect(); harm(&mut b, &harms); b }
            2 => { let mut b = book("", &String::from_utf8_lossy(&sheet)); harm(&mut b, &harms); b }
            _ => { harm(&mut sheet, &harms); book("", &String::from_utf8_lossy(&sheet)) }
        };
        let Ok(source) = opened(&bytes) else { return Ok(()) };
        let Ok(shape) = source.shape(None, None) else { return Ok(()) };
        let columns: Vec<_> = recognise(&shape.heads, &shape.samples, &HashMap::new(), &Nobody).into_iter().map(|f| f.map(|f| f.column)).collect();
        let currency = currency_in(&shape.heads, &columns);
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let mut rows = 0;
        // a fault in the middle refuses the file; what came before is thrown away by whoever reads it
        let _ = source.rows(shape.sheet.as_deref(), shape.head_row, |row, cells| {
            let read = incoming(Place { sheet: None, row }, &cells, &shape.heads, &columns, currency, today);
            assert!(read.title.as_ref().is_none_or(|t| !t.contains('\0')));
            rows += 1;
            ControlFlow::Continue(())
        });
        prop_assert!(rows < 10_000, "{rows}");
    }
}
