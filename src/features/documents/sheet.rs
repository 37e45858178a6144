//! A table for a spreadsheet: dates as dates, numbers as numbers, texts as texts and never as formulas.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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
