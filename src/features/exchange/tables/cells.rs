//! What stands in the cells of a row, before anybody knows what it means.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::kernel::direction::turns;

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Day(NaiveDate),
    Truth(bool),
    /// A formula that came to nothing, such as `#REF!`.
    Error(String),
}

impl Cell {
    /// A text without spaces at its ends and without what turns its direction, no longer than is kept; empty where there is nothing else.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0' || turns(c));
        if text.is_empty() {
            return Cell::Empty;
        }
        let cut = text.char_indices().nth(super::LONGEST_CELL).map_or(text.len(), |(at, _)| at);
        Cell::Text(text.get(..cut).unwrap_or(text).replace(|c: char| c == '\0' || turns(c), ""))
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty)
    }

    /// As a person would type it: what is kept of a row, and read again when it is mended.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) | Cell::Error(text) => text.clone(),
            Cell::Number(number) => plain(*number),
            Cell::Day(day) => day.format("%Y-%m-%d").to_string(),
            Cell::Truth(true) => "yes".to_owned(),
            Cell::Truth(false) => "no".to_owned(),
        }
    }

    /// A number as exactly as a spreadsheet shows it: fifteen digits.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Cell::Number(number) => plain(*number).parse().ok(),
            _ => None,
        }
    }
}

/// The shortest way to write it that reads back the same; never in powers of ten, which no field takes.
fn plain(number: f64) -> String {
    // a date or an amount as a spreadsheet computes them: 0.1 + 0.2 is 0.3
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

/// The cells of one row, from the first column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cells(Vec<Cell>);

impl Cells {
    pub fn new(cells: Vec<Cell>) -> Self {
        Self(cells)
    }

    pub fn set(&mut self, column: u16, cell: Cell) {
        let column = usize::from(column);
        if column >= self.0.len() {
            self.0.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = self.0.get_mut(column) {
            *place = cell;
        }
    }

    pub fn get(&self, column: u16) -> &Cell {
        self.0.get(usize::from(column)).unwrap_or(&Cell::Empty)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes of its texts.
    pub fn weight(&self) -> usize {
        self.0.iter().map(|c| if let Cell::Text(text) | Cell::Error(text) = c { text.len() } else { 8 }).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Cell::is_empty)
    }

    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(Cell::text).collect()
    }
}
