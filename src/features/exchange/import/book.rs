//! A workbook to be filled in and brought back: sheets under headings that stay, lists to choose from, notes. What tells the rows
//! apart stands in columns that are locked. No text in it is ever a formula.

use axum::body::Body;
use axum::response::Response;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet, XlsxError,
};
use tokio::task::spawn_blocking;

use crate::features::actions::as_file;
use crate::features::exchange::tables::Cell;
use crate::kernel::error::Problem;
use crate::kernel::spreadsheet::{DECIMALS, fitting};

/// The lists reach so far down, and so do the rows that can be filled in.
const ROWS: u32 = 1_000;

/// How the cells of a column are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    Plain,
    /// Whatever is typed stays a text: numbers of contracts.
    Text,
    Day,
    Amount,
    /// Long texts, in several lines.
    Wrapped,
}

pub struct FormColumn {
    pub head: String,
    pub width: f64,
    pub shows: Shows,
    /// The list that it can be filled from, by its number.
    pub list: Option<usize>,
    /// What is to be known of it, shown at its heading.
    pub note: Option<String>,
    /// The portal's own: not for anybody to type into.
    pub locked: bool,
}

pub struct FormSheet {
    pub name: String,
    pub columns: Vec<FormColumn>,
    pub rows: Vec<Vec<Cell>>,
}

pub struct Book {
    pub sheets: Vec<FormSheet>,
    /// The names of the sheets of notes and of lists.
    pub names: [String; 2],
    /// What it is about, and what is to be known.
    pub notes: Vec<(String, String)>,
    /// Each with its heading.
    pub lists: Vec<(String, Vec<String>)>,
}

/// The letter of a column.
fn letter(column: u16) -> char {
    char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(25))
}

fn shown(column: &FormColumn) -> Format {
    let format = match column.shows {
        Shows::Plain => Format::new(),
        Shows::Text => Format::new().set_num_format("@"),
        Shows::Day => Format::new().set_num_format("yyyy-mm-dd"),
        Shows::Amount => Format::new().set_num_format(DECIMALS),
        Shows::Wrapped => Format::new().set_text_wrap(),
    };
    if column.locked { format.set_font_color(Color::RGB(0x0077_7770)) } else { format.set_unlocked() }
}

impl Book {
    fn head(&self) -> Format {
        Format::new()
            .set_bold()
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00F3_F1EA))
            .set_border_bottom(FormatBorder::Thin)
    }

    fn sheet(&self, form: &FormSheet) -> Result<Worksheet, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(&form.name)?;
        sheet.set_freeze_panes(1, 1)?;
        let head = self.head();
        let last = ROWS + u32::try_from(form.rows.len()).unwrap_or(ROWS);
        for (at, column) in (0u16..).zip(&form.columns) {
            let format = shown(column);
            sheet.set_column_width(at, column.width)?;
            sheet.set_column_format(at, &format)?;
            sheet.write_string_with_format(0, at, fitting(&column.head), &head)?;
            if let Some(note) = &column.note {
                sheet.insert_note(0, at, &Note::new(note.as_str()).add_author_prefix(false))?;
            }
            for (row, cells) in (1u32..).zip(&form.rows) {
                match cells.get(usize::from(at)).unwrap_or(&Cell::Empty) {
                    Cell::Empty => {}
                    Cell::Number(number) => drop(sheet.write_number_with_format(row, at, *number, &format)?),
                    Cell::Day(day) => drop(sheet.write_datetime_with_format(row, at, day, &format)?),
                    other => drop(sheet.write_string_with_format(row, at, fitting(&other.text()), &format)?),
                }
            }
            let list = column.list.and_then(|n| Some((u16::try_from(n).ok()?, self.lists.get(n)?)));
            if let Some((n, (_, values))) = list.filter(|(_, (_, values))| !values.is_empty()) {
                let (letter, name) = (letter(n), self.names[1].replace('\'', "''"));
                let range = format!("='{name}'!${letter}$2:${letter}${}", values.len() + 1);
                // several names in a cell are right too: the list offers, it does not refuse
                let offer = DataValidation::new()
                    .allow_list_formula(range.as_str().into())
                    .set_error_style(DataValidationErrorStyle::Information);
                sheet.add_data_validation(1, at, last, at, &offer.show_error_message(false))?;
            }
        }
        if form.columns.iter().any(|c| c.locked) {
            let all = ProtectionOptions {
                format_cells: true,
                format_columns: true,
                format_rows: true,
                insert_rows: true,
                insert_links: true,
                use_autofilter: true,
                ..ProtectionOptions::default()
            };
            sheet.protect_with_options(&all);
        }
        Ok(sheet)
    }

    fn written(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        for form in &self.sheets {
            book.push_worksheet(self.sheet(form)?);
        }
        let bold = Format::new().set_bold();
        let wrapped = Format::new().set_text_wrap();
        let mut notes = Worksheet::new();
        notes.set_name(&self.names[0])?;
        notes.set_column_width(0, 28)?;
        notes.set_column_width(1, 100)?;
        for (row, (about, note)) in (0u32..).zip(&self.notes) {
            notes.write_string_with_format(row, 0, fitting(about), &bold)?;
            notes.write_string_with_format(row, 1, fitting(note), &wrapped)?;
        }
        let mut offered = Worksheet::new();
        offered.set_name(&self.names[1])?;
        let head = self.head();
        for (column, (name, list)) in (0u16..).zip(&self.lists) {
            offered.set_column_width(column, 30)?;
            // with a dash: it is no heading of a table to be read
            offered.write_string_with_format(0, column, fitting(&format!("{name} –")), &head)?;
            for (row, value) in (1u32..).zip(list) {
                offered.write_string(row, column, fitting(value))?;
            }
        }
        book.push_worksheet(notes);
        book.push_worksheet(offered);
        book.save_to_buffer()
    }

    /// The workbook as a file to be kept. `name`: of slugs and dates alone.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn answer(self, name: &str) -> Result<Response, Problem> {
        let book = spawn_blocking(move || self.written()).await.map_err(anyhow::Error::from)?;
        let mut response = Response::new(Body::from(book.map_err(anyhow::Error::from)?));
        as_file(&mut response, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, "xlsx");
        Ok(response)
    }
}
