//! A list as a file: one sheet, as a workbook or as separated values.

use axum::response::Response;

use super::order::{Making, Order, deliver};
use super::sheet::{Sheet, Workbook};
use crate::kernel::auth::Inside;
use crate::kernel::db::{Footnote, MembershipFacts};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    Xlsx,
    Csv,
}

/// What stands above the table of a list's file: `first`, that a process is an example, whose file it is, the notes of names.
pub fn list_notes(p: &Page, by: &MembershipFacts, first: Vec<String>) -> Vec<String> {
    let frame = p.frame();
    let mut all = first;
    if frame.is_some_and(|f| f.example) {
        all.push(p.t("example-banner-text"));
    }
    all.push(p.t2("documents-list-by", "name", &by.name, "day", p.day(&p.today)));
    all.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    all
}

/// Gives the list as a file, named after the process, the list (`what`) and the day, and writes that down in the access log.
/// The handler has asked for the permission; its transaction is one that may write.
///
/// # Errors
/// As [`deliver`] and [`super::deliver_csv`].
pub async fn deliver_sheet(
    inside: Inside,
    by: &MembershipFacts,
    subject_kind: &'static str,
    what: &str,
    format: SheetFormat,
    sheet: Sheet,
) -> Result<Response, Problem> {
    let p = &inside.page;
    let file_name = format!("{}-{what}-{}", p.frame().map(|f| f.slug.as_str()).unwrap_or_default(), p.today);
    match format {
        SheetFormat::Csv => super::deliver_csv(inside, by, subject_kind, &file_name, &sheet).await,
        SheetFormat::Xlsx => {
            let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
            let book = Workbook { title: sheet.title.clone(), author, date: p.today, sheets: vec![sheet] };
            let order = Order { subject_kind, subject: None, file_name, making: Making::Xlsx(book) };
            deliver(inside, by, order).await
        }
    }
}
