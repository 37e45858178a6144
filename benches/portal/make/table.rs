//! Rows on their way into a table, in the text form of COPY.

use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use std::fmt::Write as _;
use uuid::Uuid;

pub enum Cell<'a> {
    Null,
    Text(&'a str),
    /// Anything whose text form needs no escaping but might: it is escaped all the same.
    Made(String),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(text)
    }
}
impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(text)
    }
}
impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}
macro_rules! made {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Cell<'_> {
            fn from(value: $kind) -> Self {
                Cell::Made(value.to_string())
            }
        }
    )*};
}
made!(String, Uuid, i64, usize, bool, NaiveDate);
impl From<DateTime<Utc>> for Cell<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        Cell::Made(at.to_rfc3339())
    }
}
/// An array of keys: of what needs no quotes.
impl From<&[&str]> for Cell<'_> {
    fn from(keys: &[&str]) -> Self {
        Cell::Made(format!("{{{}}}", keys.join(",")))
    }
}

pub struct Table {
    name: &'static str,
    columns: &'static str,
    rows: String,
}

impl Table {
    pub const fn new(name: &'static str, columns: &'static str) -> Self {
        Self { name, columns, rows: String::new() }
    }

    pub fn row(&mut self, cells: &[Cell<'_>]) {
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.rows.push('\t');
            }
            match cell {
                Cell::Null => self.rows.push_str("\\N"),
                Cell::Text(text) => escape(text, &mut self.rows),
                Cell::Made(text) => escape(text, &mut self.rows),
            }
        }
        self.rows.push('\n');
    }

    /// Sends what has come together.
    pub async fn send(&mut self, connection: &mut PgConnection) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut statement = String::new();
        write!(statement, "copy {} ({}) from stdin", self.name, self.columns)?;
        let mut copy = connection.copy_in_raw(&statement).await?;
        copy.send(std::mem::take(&mut self.rows).into_bytes()).await?;
        copy.finish().await.with_context(|| format!("the generator's rows do not fit the table {}", self.name))?;
        Ok(())
    }
}

/// A row of cells of whatever kinds.
macro_rules! row {
    ($table:expr; $($cell:expr),* $(,)?) => {
        $table.row(&[$($crate::make::table::Cell::from($cell)),*])
    };
}
pub(crate) use row;

fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => into.push_str("\\\\"),
            '\t' => into.push_str("\\t"),
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            // PostgreSQL keeps no NUL in a text
            '\0' => {}
            c => into.push(c),
        }
    }
}
