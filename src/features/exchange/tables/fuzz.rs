//! Workbooks and files of separated values under a fuzzer.

use chrono::NaiveDate;
use rust_xlsxwriter::{Format, Formula, Workbook};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Write};
use std::ops::ControlFlow;

use super::{Known, Source, currency_in, incoming, recognise, sniff};
use crate::features::exchange::iati::{Limits, Milestone, Read, Reader, Stated};
use crate::features::exchange::incoming::Place;
use crate::kernel::fuzz::{Sample, run, shared};

struct Nobody;

impl Known for Nobody {
    fn is_beneficiary(&self, text: &str) -> bool {
        matches!(text, "AL" | "XK" | "Albania")
    }
    fn is_pillar(&self, text: &str) -> bool {
        text.len() == 6
    }
    fn is_theme(&self, _: &str) -> bool {
        false
    }
    fn is_address(&self, text: &str) -> bool {
        text.contains("/actions/")
    }
}

const HEADS: [&str; 8] =
    ["Title", "Reference", "Donor", "Beneficiary", "Status", "Planned start", "Stated total", "Beschreibung"];

/// Rows as donors have them, from real activities where there are some.
fn rows() -> Vec<[String; 8]> {
    let own = ["Lamps", "L-1", "Norland", "AL 60 %; XK 40 %", "Planned", "March 2027", "1.5 mio EUR", "Two\nlines"];
    let mut all = vec![own.map(str::to_owned)];
    let Some(shared) = shared() else { return all };
    let file = File::open(shared.join("western-balkans/WB6.valid.xml")).unwrap();
    for read in Reader::open(BufReader::new(file), Limits::default()).unwrap().take(120) {
        let Ok(Read::Activity(activity)) = read else { continue };
        let of = Stated(&activity.tree);
        let countries = of.countries().into_iter().map(|c| match c.percentage {
            Some(share) => format!("{} {share} %", c.code),
            None => c.code,
        });
        let described = of.descriptions().into_iter().next().and_then(|(_, told)| told.into_iter().next());
        all.push([
            of.titles().into_iter().next().map(|t| t.text).unwrap_or_default(),
            of.identifier().unwrap_or_default(),
            of.reporter().and_then(|o| o.names.into_iter().next()).map(|t| t.text).unwrap_or_default(),
            countries.collect::<Vec<_>>().join("; "),
            of.status().unwrap_or_default().to_owned(),
            of.date(Milestone::PlannedStart).map(|d| d.to_string()).unwrap_or_default(),
            of.total().map(|(amount, currency)| format!("{amount} {currency}")).unwrap_or_default(),
            described.map(|t| t.text.chars().take(5_000).collect()).unwrap_or_default(),
        ]);
    }
    all
}

fn separated(rows: &[[String; 8]], by: u8) -> Vec<u8> {
    let mut table = ::csv::WriterBuilder::new().delimiter(by).from_writer(Vec::new());
    table.write_record(HEADS).unwrap();
    rows.iter().for_each(|row| table.write_record(row).unwrap());
    table.into_inner().unwrap()
}

fn workbook(rows: &[[String; 8]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let notes = book.add_worksheet();
    notes.write_string(0, 0, "Notes for whoever fills it in").unwrap();
    let sheet = book.add_worksheet();
    for (column, head) in (0u16..).zip(HEADS) {
        sheet.write_string(1, column, head).unwrap();
    }
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (n, row) in (2u32..).zip(rows) {
        for (column, text) in (0u16..).zip(row) {
            sheet.write_string(n, column, text).unwrap();
        }
        sheet.write_number_with_format(n, 8, 46_000.0 + f64::from(n), &day).unwrap();
        sheet.write_number(n, 9, f64::from(n) * 1_000.5).unwrap();
        sheet.write_boolean(n, 10, n % 2 == 0).unwrap();
        sheet.write_formula(n, 11, Formula::new("=1+1").set_result("2")).unwrap();
    }
    book.save_to_buffer().unwrap()
}

const PIECES: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b";",
    b",",
    b"\t",
    b"\r",
    b"\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"=HYPERLINK(\"x\")",
    b"99999999999999999999999999999999999",
    b"-1e999",
    b"31.2.2027",
    b"1,234.567.890",
    b"AL 60 %; XK 41 %",
    b"<c r=\"XFD1048576\"><v>1</v></c>",
    b"<c r=\"A99999999999\"><v>1</v></c>",
    b"<c r=\"A0\" t=\"s\"><v>-1</v></c>",
    b"<c t=\"s\"><v>99999999</v></c>",
    b"<c t=\"d\"><v>2026-13-45T99:99:99</v></c>",
    b"<c t=\"e\"><v>#REF!</v></c>",
    b"<v>1e308</v>",
    b"<row r=\"4294967296\">",
    b"<row>",
    b"</row>",
    b"<si><t>x</t></si>",
    b"<mergeCell ref=\"A1:XFD1048576\"/>",
    b"<dimension ref=\"A1:XFD1048576\"/>",
    b"&#x0;",
];

/// A file that nobody else sees.
fn nameless(bytes: &[u8]) -> File {
    let path = std::env::temp_dir().join(format!("concert-fuzz-table-{}", crate::kernel::random::id()));
    let mut file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Looks at a table, recognises its columns and reads its rows, as an import does.
fn read(bytes: &[u8]) {
    let _ = sniff(&mut nameless(bytes));
    let Ok(source) = Source::open(nameless(bytes)) else { return };
    let Ok(shape) = source.shape(None, None) else { return };
    let columns: Vec<_> = recognise(&shape.heads, &shape.samples, &HashMap::new(), &Nobody)
        .into_iter()
        .map(|found| found.map(|f| f.column))
        .collect();
    let currency = currency_in(&shape.heads, &columns);
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let _ = source.rows(shape.sheet.as_deref(), shape.head_row, |row, cells| {
        let _ = incoming(Place { sheet: None, row }, &cells, &shape.heads, &columns, currency, today);
        ControlFlow::Continue(())
    });
}

#[test]
#[ignore = "takes as long as it is told to"]
fn workbooks_never_break_the_reader() {
    let rows = rows();
    let some: Vec<Sample> = rows.chunks(12).take(8).map(|rows| Sample::unpacked(&workbook(rows))).collect();
    run("xlsx", &some, PIECES, read);
}

#[test]
#[ignore = "takes as long as it is told to"]
fn separated_values_never_break_the_reader() {
    let rows = rows();
    let made = |(n, rows): (usize, &[[String; 8]])| {
        let bytes = separated(rows, [b',', b';', b'\t'][n % 3]);
        Sample::Plain(if n % 4 == 3 {
            // as an older program of the region writes it
            encoding_rs::WINDOWS_1250.encode(&String::from_utf8(bytes).unwrap()).0.into_owned()
        } else {
            bytes
        })
    };
    let some: Vec<Sample> = rows.chunks(12).enumerate().map(made).collect();
    run("csv", &some, PIECES, read);
}
