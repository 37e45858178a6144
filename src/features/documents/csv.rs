//! A table as CSV: UTF-8 with its mark, since spreadsheets guess otherwise; no text is ever a formula.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::order::{file_name, note};
use super::sheet::{Sheet, Value};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
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

/// The head and the rows; what stands above a sheet's table has no place in CSV.
///
/// # Errors
/// None that a table can cause.
pub fn csv(sheet: &Sheet) -> anyhow::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(sheet.columns.iter().map(|c| harmless(&c.head)))?;
    for row in &sheet.rows {
        let filled = row.iter().map(written).chain(std::iter::repeat(String::new())).take(sheet.columns.len());
        writer.write_record(filled)?;
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
    let Inside { mut tx, .. } = inside;
    let bytes = csv(sheet)?;
    note(&mut tx, by, subject, None, &format!("{} (CSV)", sheet.title)).await?;
    tx.commit().await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let plain: String = file_name(name).chars().filter(|c| c.is_ascii() && *c != '"').collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{plain}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::documents::SheetColumn;

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
        let text = String::from_utf8(csv(&sheet).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}'=A,B,C\r\n'=1+1,-5.5,\r\n,,\r\n");
    }
}
