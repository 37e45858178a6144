//! A table for a spreadsheet: dates as dates, numbers as numbers, texts as texts and never as formulas.

use anyhow::ensure;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::clean::{clean, line, short};
use crate::kernel::spreadsheet::{DECIMALS, WHOLE, fitting};

/// A workbook of one or more sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workbook {
    /// Title, author (the process's name) and day stand in the file's properties.
    pub title: String,
    pub author: String,
    pub date: NaiveDate,
    pub sheets: Vec<Sheet>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The sheet's name, made fit for one: no `*`, at most 31 letters.
    pub name: String,
    pub title: String,
    /// Lines above the table: what it is, the process's notes, the checksum.
    pub notes: Vec<String>,
    pub columns: Vec<SheetColumn>,
    pub rows: Vec<Vec<Value>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetColumn {
    pub head: String,
    /// In letters.
    pub width: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Empty,
    Text(String),
    Number(Decimal),
    Date(NaiveDate),
}

/// So many notes stand above the table and stay in sight with its head; the rest follows below.
const ABOVE: usize = 5;
/// What a sheet of the most common program can hold.
const ROWS: usize = 1_048_576;
const COLUMNS: usize = 16_384;

/// Writes a workbook. The same content gives the same bytes.
///
/// # Errors
/// There are more rows or columns than a sheet can have.
pub fn xlsx(book: &Workbook) -> anyhow::Result<Vec<u8>> {
    let mut made = rust_xlsxwriter::Workbook::new();
    let properties = DocProperties::new()
        .set_title(short(&book.title, 200))
        .set_author(short(&book.author, 200))
        .set_creation_datetime(&ExcelDateTime::from_ymd(
            u16::try_from(book.date.year())?,
            u8::try_from(book.date.month())?,
            u8::try_from(book.date.day())?,
        )?);
    made.set_properties(&properties);
    let looks = Looks::new();
    let mut names = BTreeSet::new();
    for sheet in &book.sheets {
        let name = name(&sheet.name, &mut names);
        write(made.add_worksheet(), &name, sheet, &looks)?;
    }
    if book.sheets.is_empty() {
        made.add_worksheet();
    }
    Ok(made.save_to_buffer()?)
}

/// A name that a sheet may have and no other has.
fn name(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let fit: String = line(wanted).chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let fit = fit.trim();
    let fit = if fit.is_empty() || fit.eq_ignore_ascii_case("history") { "Sheet" } else { fit };
    let cut = |most: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= most
        };
        fit.chars().take_while(fits).collect::<String>().trim_end().to_owned()
    };
    let mut name = cut(31);
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{} {number}", cut(26));
        number += 1;
    }
    name
}

struct Looks {
    title: Format,
    note: Format,
    head: Format,
    text: Format,
    day: Format,
    number: Format,
    whole: Format,
}

impl Looks {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            note: Format::new().set_font_color(Color::RGB(0x004C_5665)),
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_background_color(Color::RGB(0x00F3_F1EA))
                .set_border_bottom(FormatBorder::Thin),
            text: top.clone().set_text_wrap(),
            day: top.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            number: top.clone().set_num_format(DECIMALS),
            whole: top.set_num_format(WHOLE),
        }
    }
}

fn write(to: &mut Worksheet, name: &str, sheet: &Sheet, looks: &Looks) -> anyhow::Result<()> {
    ensure!(sheet.rows.len() + sheet.notes.len() + 10 < ROWS, "more rows than a sheet can have");
    ensure!(sheet.columns.len() < COLUMNS, "more columns than a sheet can have");
    to.set_name(name)?;
    to.write_string_with_format(0, 0, fitting(&line(&sheet.title)), &looks.title)?;
    let mut at = 1u32;
    for note in sheet.notes.iter().take(ABOVE) {
        to.write_string_with_format(at, 0, fitting(&line(note)), &looks.note)?;
        at += 1;
    }
    let head = at + u32::from(at > 1);
    at = head;
    for (column, about) in (0u16..).zip(&sheet.columns) {
        to.set_column_width(column, f64::from(about.width.clamp(4, 120)))?;
        to.write_string_with_format(head, column, fitting(&line(&about.head)), &looks.head)?;
    }
    for row in &sheet.rows {
        at += 1;
        for (column, value) in (0u16..).zip(row.iter().take(sheet.columns.len())) {
            cell(to, at, column, value, looks)?;
        }
    }
    if let Some(last) = u16::try_from(sheet.columns.len()).unwrap_or(0).checked_sub(1) {
        to.autofilter(head, 0, at, last)?;
        to.set_repeat_rows(head, head)?;
    }
    to.set_freeze_panes(head + 1, 0)?;
    for note in sheet.notes.iter().skip(ABOVE) {
        // one row stays empty, so that a filter of the table does not take these in
        to.write_string_with_format(at + 2, 0, fitting(&line(note)), &looks.note)?;
        at += 1;
    }
    to.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_footer("&R&P / &N");
    Ok(())
}

fn cell(to: &mut Worksheet, at: u32, column: u16, value: &Value, looks: &Looks) -> Result<(), XlsxError> {
    let written = |to: &mut Worksheet, text: &str| {
        to.write_string_with_format(at, column, fitting(&clean(text)), &looks.text).map(drop)
    };
    match value {
        Value::Empty => Ok(()),
        Value::Text(text) if text.is_empty() => Ok(()),
        Value::Text(text) => written(to, text),
        // spreadsheets know no day before 1900
        Value::Date(day) if day.year() < 1900 || day.year() > 9999 => written(to, &day.format("%Y-%m-%d").to_string()),
        Value::Date(day) => to.write_datetime_with_format(at, column, day, &looks.day).map(drop),
        Value::Number(number) => match number.to_f64() {
            Some(value) => {
                let look = if number.fract().is_zero() { &looks.whole } else { &looks.number };
                to.write_number_with_format(at, column, value, look).map(drop)
            }
            None => written(to, &number.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn parts(file: Vec<u8>) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
        let mut all = String::new();
        for i in 0..archive.len() {
            archive.by_index(i).unwrap().read_to_string(&mut all).unwrap();
        }
        all
    }

    fn book(text: &str) -> Workbook {
        let sheet = Sheet {
            name: text.to_owned(),
            title: text.to_owned(),
            notes: vec![text.to_owned(); 8],
            columns: vec![
                SheetColumn { head: text.to_owned(), width: 40 },
                SheetColumn { head: "Amount".to_owned(), width: 14 },
                SheetColumn { head: "From".to_owned(), width: 12 },
            ],
            rows: vec![
                vec![
                    Value::Text(text.to_owned()),
                    Value::Number("-1250000.505".parse().unwrap()),
                    Value::Date("2026-03-17".parse().unwrap()),
                ],
                vec![Value::Empty, Value::Number(Decimal::MAX), Value::Date("1848-03-15".parse().unwrap())],
                vec![Value::Text(text.to_owned()); 9],
            ],
        };
        Workbook {
            title: text.to_owned(),
            author: text.to_owned(),
            date: "2026-03-17".parse().unwrap(),
            sheets: vec![sheet.clone(), sheet],
        }
    }

    #[test]
    fn types_head_and_filter_are_there_and_bytes_repeat() {
        let file = xlsx(&book("Plan of Kosovo*")).unwrap();
        crate::features::documents::sample::kept("plan.xlsx", &file);
        assert_eq!(file, xlsx(&book("Plan of Kosovo*")).unwrap());
        let all = parts(file);
        for part in [
            "<autoFilter ref=\"A8:C11\"/>",
            "state=\"frozen\"",
            "name=\"Plan of Kosovo\"",
            "name=\"Plan of Kosovo 2\"",
            "-1250000.505",
            "1848-03-15",
            // the amount has its decimals, the whole number no point behind it
            "formatCode=\"#,##0.00##\"",
            "formatCode=\"#,##0\"",
        ] {
            assert!(all.contains(part), "{part}");
        }
    }

    #[test]
    fn hostile_text_is_text() {
        for text in [
            "=HYPERLINK(\"https://evil.example\")",
            "+1",
            "@SUM(A1)",
            "]]></t><f>1</f>",
            "'",
            "",
            "[]:*?/\\",
            "\u{0}\u{1}\u{fffe}",
            "History",
            &"😀".repeat(50_000),
        ] {
            let all = parts(xlsx(&book(text)).unwrap());
            assert!(!all.contains("<f>"), "{text}");
        }
    }
}
