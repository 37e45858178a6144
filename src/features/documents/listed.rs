//! A list as a file: what is on screen, on all its pages, as a workbook or as separated values.

use anyhow::Context;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::clean::short;
use super::order::{Format, Making, Order, deliver_noted, file_name};
use super::pages::as_file;
use super::sheet::{Sheet, SheetColumn, Value, Workbook};
use crate::kernel::access_log::Line;
use crate::kernel::auth::Inside;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::{Footnote, MembershipFacts};
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::kept_query;

/// Which file is asked for: the address ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    Xlsx,
    Csv,
}

impl<S: Send + Sync> FromRequestParts<S> for SheetFormat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(if parts.uri.path().ends_with("csv") { Self::Csv } else { Self::Xlsx })
    }
}

/// A list to be carried away. Its rows hold no more than the reader sees.
pub struct List {
    /// What its rows are, for the access log.
    pub subject_kind: &'static str,
    /// Stands in the file's name, after the process and before the day.
    pub what: &'static str,
    pub title: String,
    /// What stands first above the table of a workbook.
    pub notes: Vec<String>,
    /// The Fluent keys of the headings, and widths in letters.
    pub columns: &'static [(&'static str, u16)],
    pub rows: Vec<Vec<Value>>,
    /// There are more rows than a file holds ([`crate::kernel::window::FILE`]).
    pub more: bool,
}

/// The same with columns that are only known with the rows, such as a picture's figures have.
pub struct Figured {
    pub subject_kind: &'static str,
    pub what: &'static str,
    pub title: String,
    pub notes: Vec<String>,
    /// The notes stand in separated values, too: beside the first row.
    pub beside: bool,
    pub columns: Vec<SheetColumn>,
    pub rows: Vec<Vec<Value>>,
    pub more: bool,
}

/// A text in a cell; nothing where there is none.
pub fn cell(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

/// A date as precise as it is: what is no day stands as text.
pub fn date(date: Option<PartialDate>) -> Value {
    match date {
        Some(d) if d.precision() == Precision::Day => Value::Date(d.first_day()),
        Some(d) => Value::Text(d.to_string()),
        None => Value::Empty,
    }
}

impl List {
    /// Gives the file, and writes down in the access log what was asked for and how many rows left. The handler has asked
    /// for `by` ([`Inside::exporter`]); its transaction is one that may write.
    ///
    /// # Errors
    /// As [`super::deliver`] and [`super::deliver_csv`].
    pub async fn deliver(self, inside: Inside, by: &MembershipFacts, format: SheetFormat) -> Result<Response, Problem> {
        self.figured(&inside.page).deliver(inside, by, format).await
    }

    /// The same of what belongs to one action. The access log names the action to those who see it, and says else no more than `what`.
    ///
    /// # Errors
    /// As [`List::deliver`].
    pub async fn deliver_of_action(
        self,
        inside: Inside,
        by: &MembershipFacts,
        format: SheetFormat,
        action: Uuid,
        what: &str,
    ) -> Result<Response, Problem> {
        self.figured(&inside.page).hand(inside, by, format, Some((action, what))).await
    }

    /// The same for everybody: it is nobody's file, and what is public leaves no line in the access log.
    ///
    /// # Errors
    /// The file cannot be made.
    pub async fn publish(self, p: &Page, format: SheetFormat) -> Result<Response, Problem> {
        let cut = self.more.then(|| p.tn("documents-list-more", self.rows.len()));
        let file_name =
            file_name(&format!("{}-{}-{}", p.frame().map(|f| f.slug.as_str()).unwrap_or_default(), self.what, p.today));
        let Figured { title, notes, columns, rows, .. } = self.figured(p);
        let notes = above(p, None, cut.iter().cloned().chain(notes).collect());
        let sheet = Sheet { name: title.clone(), title, notes, columns, rows };
        match format {
            SheetFormat::Csv => super::csv::file(p, &sheet, cut, &file_name),
            SheetFormat::Xlsx => {
                let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
                let book = Workbook { title: sheet.title.clone(), author, date: p.today, sheets: vec![sheet] };
                let bytes = spawn_blocking(move || Making::Xlsx(book).make(&|_| ()))
                    .await
                    .context("the making of a file")??;
                Ok(as_file(Format::Xlsx, &file_name, bytes))
            }
        }
    }

    fn figured(self, p: &Page) -> Figured {
        let columns = self.columns.iter().map(|(key, width)| SheetColumn { head: p.t(key), width: *width }).collect();
        let List { subject_kind, what, title, notes, rows, more, .. } = self;
        Figured { subject_kind, what, title, notes, beside: false, columns, rows, more }
    }
}

impl Figured {
    /// As [`List::deliver`].
    ///
    /// # Errors
    /// As [`List::deliver`].
    pub async fn deliver(self, inside: Inside, by: &MembershipFacts, format: SheetFormat) -> Result<Response, Problem> {
        self.hand(inside, by, format, None).await
    }

    async fn hand(
        self,
        inside: Inside,
        by: &MembershipFacts,
        format: SheetFormat,
        of: Option<(Uuid, &str)>,
    ) -> Result<Response, Problem> {
        let p = &inside.page;
        let number = self.rows.len();
        let cut = self.more.then(|| p.tn("documents-list-more", number));
        let beside: Vec<String> = cut.iter().chain(self.notes.iter().filter(|_| self.beside)).cloned().collect();
        let beside = (!beside.is_empty()).then(|| beside.join(" "));
        let sheet = Sheet {
            notes: above(p, Some(by), cut.into_iter().chain(self.notes).collect()),
            columns: self.columns,
            name: self.title.clone(),
            title: self.title,
            rows: self.rows,
        };
        let file_name = format!("{}-{}-{}", p.frame().map(|f| f.slug.as_str()).unwrap_or_default(), self.what, p.today);
        let kind = match format {
            SheetFormat::Csv => "CSV".to_owned(),
            SheetFormat::Xlsx => p.t(Format::Xlsx.label()),
        };
        let said = of.map_or(sheet.title.as_str(), |(_, what)| what);
        let detail = match kept_query(&inside.fields) {
            query if query.is_empty() => format!("{said} ({kind})"),
            query => format!("{said} ({kind}): {}", short(&query, 900)),
        };
        let subject = of.map(|(action, _)| action);
        let line = Line::export(self.subject_kind, subject, &detail, Some(number));
        match format {
            SheetFormat::Csv => super::csv::deliver_noted(inside, by, &file_name, &sheet, beside, line).await,
            SheetFormat::Xlsx => {
                let author = p.frame().map(|f| f.name.clone()).unwrap_or_default();
                let book = Workbook { title: sheet.title.clone(), author, date: p.today, sheets: vec![sheet] };
                let making = Making::Xlsx(book);
                let order = Order { subject_kind: self.subject_kind, subject, file_name, making };
                deliver_noted(inside, by, order, line).await
            }
        }
    }
}

/// What stands above the table: `first`, that a process is an example, whose file it is and of which day, the notes of names.
fn above(p: &Page, by: Option<&MembershipFacts>, first: Vec<String>) -> Vec<String> {
    let frame = p.frame();
    let mut all = first;
    if frame.is_some_and(|f| f.example) {
        all.push(p.t("example-banner-text"));
    }
    all.push(match by {
        Some(by) => p.t2("documents-list-by", "name", &by.name, "day", p.day(&p.today)),
        None => p.t1("documents-list-public", "day", p.day(&p.today)),
    });
    all.extend(frame.map(|f| f.footnotes.as_slice()).unwrap_or_default().iter().map(Footnote::line));
    all
}
