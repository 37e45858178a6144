//! A table as CSV: UTF-8 with its mark, since spreadsheets guess otherwise; no text is ever a formula.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::order::file_name;
use super::sheet::{Sheet, Value};
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::db::{Footnote, Frame, MembershipFacts};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::spreadsheet::harmless;

const BYTE_ORDER_MARK: &str = "\u{feff}";

fn written(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => harmless(text),
        Value::Number(number) => number.normalize().to_string(),
        Value::Date(day) => day.format("%Y-%m-%d").to_string(),
    }
}

/// What stands in a last column of its own, in the first row: CSV has no place above the table.
struct Aside {
    head: String,
    text: String,
}

impl Aside {
    /// `said`, and the notes of the names that are in the table.
    fn of(p: &Page, sheet: &Sheet, said: Option<String>) -> Option<Self> {
        let cells = sheet.rows.iter().flatten().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let texts = cells.chain(sheet.columns.iter().map(|column| column.head.as_str()));
        let notes = p.frame().map(Frame::notes).unwrap_or_default();
        let called = notes.called_for(texts).into_iter().map(Footnote::line);
        let all: Vec<String> = said.into_iter().chain(called).collect();
        (!all.is_empty()).then(|| Self { head: p.t("documents-notes"), text: all.join(" ") })
    }
}

/// The head and the rows.
fn csv(sheet: &Sheet, aside: Option<&Aside>) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    let heads = sheet.columns.iter().map(|c| c.head.as_str()).chain(aside.map(|a| a.head.as_str()));
    writer.write_record(heads.map(harmless))?;
    for (place, row) in sheet.rows.iter().enumerate() {
        let filled = row.iter().map(written).chain(std::iter::repeat(String::new())).take(sheet.columns.len());
        let noted = aside.map(|a| if place == 0 { harmless(&a.text) } else { String::new() });
        writer.write_record(filled.chain(noted))?;
    }
    Ok(writer.into_inner()?)
}

/// Gives the file, and writes that down in the access log. The handler has asked for the permission; its transaction is one
/// that may write. `subject`: what its rows are.
///
/// # Errors
/// The database's own.
pub async fn deliver_csv(
    inside: Inside,
    by: &MembershipFacts,
    subject: &'static str,
    name: &str,
    sheet: &Sheet,
) -> Result<Response, Problem> {
    let detail = format!("{} (CSV)", sheet.title);
    deliver_noted(inside, by, name, sheet, None, Line::export(subject, None, &detail, None)).await
}

/// The same, with what is said in the file beside its notes, and what is written down of it.
///
/// # Errors
/// The database's own.
pub(super) async fn deliver_noted(
    inside: Inside,
    by: &MembershipFacts,
    name: &str,
    sheet: &Sheet,
    said: Option<String>,
    line: Line<'_>,
) -> Result<Response, Problem> {
    let Inside { mut tx, page, .. } = inside;
    let response = file(&page, sheet, said, name)?;
    access_log::note(&mut tx, by, line).await?;
    tx.commit().await?;
    Ok(response)
}

/// A table as a file, with what is said in it beside the notes of its names.
pub(super) fn file(p: &Page, sheet: &Sheet, said: Option<String>, name: &str) -> Result<Response, Problem> {
    let bytes = csv(sheet, Aside::of(p, sheet, said).as_ref())?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = p.frame().map_or_else(|| name.to_owned(), |f| f.coded(name));
    let plain: String = file_name(&name).chars().filter(|c| c.is_ascii() && *c != '"').collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::super::sheet::SheetColumn;
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_row_is_whole() {
        let column = |head: &str| SheetColumn { head: head.into(), width: 10 };
        let sheet = Sheet {
            name: "x".into(),
            title: "x".into(),
            notes: vec![],
            columns: vec![column("=A"), column("B"), column("C")],
            rows: vec![vec![Value::Text("=1+1".into()), Value::Number("-5.50".parse().unwrap())], vec![]],
        };
        let text = String::from_utf8(csv(&sheet, None).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}'=A,B,C\r\n'=1+1,-5.5,\r\n,,\r\n");
        let aside = Aside { head: "Notes".into(), text: "* a note".into() };
        let text = String::from_utf8(csv(&sheet, Some(&aside)).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}'=A,B,C,Notes\r\n'=1+1,-5.5,,* a note\r\n,,,\r\n");
    }
}
