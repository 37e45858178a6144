//! The workbook to fill in: columns under the names by which they are recognised, lists to choose from, and how to write dates,
//! amounts and several names in one cell. Sent back with rows it needs no explanation.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, FormatBorder, Workbook, Worksheet, XlsxError,
};
use tokio::task::spawn_blocking;

use crate::features::actions::{Status, directory};
use crate::features::exchange::tables::Column;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;
use crate::kernel::spreadsheet::fitting;

/// The columns, in their order, and how wide each is.
const COLUMNS: [(Column, f64); 19] = [
    (Column::Title, 50.0),
    (Column::Reference, 20.0),
    (Column::Funding, 30.0),
    (Column::Implementing, 30.0),
    (Column::Beneficiaries, 30.0),
    (Column::Pillars, 14.0),
    (Column::Themes, 30.0),
    (Column::Status, 14.0),
    (Column::PlannedStart, 16.0),
    (Column::PlannedEnd, 16.0),
    (Column::ActualStart, 16.0),
    (Column::ActualEnd, 16.0),
    (Column::Total, 18.0),
    (Column::Currency, 12.0),
    (Column::Description, 60.0),
    (Column::Handling, 20.0),
    (Column::Parent, 30.0),
    (Column::Link, 30.0),
    (Column::Keeper, 26.0),
];
/// The lists reach so far down.
const ROWS: u32 = 1_000;

/// The English name by which the column is recognised whatever the reader's language.
fn head(column: Column) -> &'static str {
    match column {
        Column::Title => "Title",
        Column::Reference => "Reference",
        Column::Funding => "Donor",
        Column::Implementing => "Implementer",
        Column::Beneficiaries => "Beneficiary",
        Column::Pillars => "Pillars",
        Column::Themes => "Theme",
        Column::Status => "State",
        Column::PlannedStart => "Planned start",
        Column::PlannedEnd => "Planned end",
        Column::ActualStart => "Actual start",
        Column::ActualEnd => "Actual end",
        Column::Total => "Stated total",
        Column::Currency => "Currency",
        Column::Description => "Description",
        Column::Handling => "Handling",
        Column::Parent => "Part of",
        Column::Link => "Web address",
        _ => "Keeps the record",
    }
}

/// What a column can be filled with from a list.
struct Lists(Vec<(Column, Vec<String>)>);

struct Words {
    sheets: [String; 3],
    notes: Vec<(String, String)>,
    footnotes: Vec<String>,
}

pub async fn file(mut inside: Inside) -> Result<Response, Problem> {
    let choices = directory(&mut inside.tx).await?;
    let p = &inside.page;
    let frame = p.frame().ok_or(Problem::NotFound)?;
    let organisations: Vec<String> = choices.organisations.iter().map(|o| choices.label(o)).collect();
    let themes = choices.themes.iter().filter(|t| !t.retired).map(|t| t.name.clone()).collect();
    let lists = Lists(vec![
        (Column::Funding, organisations.clone()),
        (Column::Implementing, organisations.clone()),
        (Column::Keeper, organisations),
        (Column::Beneficiaries, frame.beneficiaries.iter().map(|b| b.name.clone()).collect()),
        (Column::Pillars, frame.pillars.iter().map(|l| l.key.clone()).collect()),
        (Column::Themes, themes),
        (Column::Status, Status::ALL.iter().map(|s| p.t(s.label())).collect()),
        (Column::Handling, Handling::ALL.iter().map(|h| p.t(h.label())).collect()),
        (Column::Currency, Currency::all().map(|c| c.code().to_owned()).collect()),
    ]);
    let words = words(p);
    let name = format!("{}-template", frame.slug);
    let book = spawn_blocking(move || write(&lists, &words)).await.map_err(anyhow::Error::from)?;
    let mut response = Response::new(Body::from(book.map_err(anyhow::Error::from)?));
    let headers = response.headers_mut();
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.xlsx\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

fn words(p: &Page) -> Words {
    let notes = [
        "import-template-about-rows",
        "import-template-about-title",
        "import-template-about-reference",
        "import-template-about-several",
        "import-template-about-names",
        "import-template-about-shares",
        "import-template-about-dates",
        "import-template-about-amounts",
        "import-template-about-empty",
        "import-template-about-handling",
        "import-template-about-order",
    ];
    Words {
        sheets: [p.t("list-notes-sheet-actions"), p.t("import-template-notes"), p.t("import-template-lists")],
        notes: notes.iter().map(|key| (p.t(&format!("{key}-head")), p.t(key))).collect(),
        footnotes: p.frame().map(|f| f.footnotes.iter().map(|n| n.text.clone()).collect()).unwrap_or_default(),
    }
}

/// The letter of a column.
fn letter(column: u16) -> char {
    char::from(b'A' + u8::try_from(column.min(25)).unwrap_or(25))
}

fn write(lists: &Lists, words: &Words) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let head_format = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(Color::RGB(0x00F3_F1EA))
        .set_border_bottom(FormatBorder::Thin);
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let number = Format::new().set_num_format("#,##0.##");
    let text = Format::new().set_num_format("@");
    let mut actions = Worksheet::new();
    actions.set_name(&words.sheets[0])?;
    actions.set_freeze_panes(1, 1)?;
    for (column, (holds, width)) in (0u16..).zip(COLUMNS) {
        let format = match holds {
            Column::PlannedStart | Column::PlannedEnd | Column::ActualStart | Column::ActualEnd => &day,
            Column::Total => &number,
            Column::Reference => &text,
            _ => &Format::new(),
        };
        actions.set_column_width(column, width)?;
        actions.set_column_format(column, format)?;
        actions.write_string_with_format(0, column, head(holds), &head_format)?;
        let at = lists.0.iter().position(|(c, _)| *c == holds).and_then(|n| u16::try_from(n).ok());
        let list = lists.0.iter().find(|(c, _)| *c == holds).map(|(_, l)| l).filter(|l| !l.is_empty());
        if let (Some(at), Some(list)) = (at, list) {
            let letter = letter(at);
            let range = format!("='{}'!${letter}$2:${letter}${}", words.sheets[2].replace('\'', "''"), list.len() + 1);
            // several names in a cell are right too: the list offers, it does not refuse
            let offer = DataValidation::new()
                .allow_list_formula(range.as_str().into())
                .set_error_style(DataValidationErrorStyle::Information);
            actions.add_data_validation(1, column, ROWS, column, &offer.show_error_message(false))?;
        }
    }
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    let mut notes = Worksheet::new();
    notes.set_name(&words.sheets[1])?;
    notes.set_column_width(0, 28)?;
    notes.set_column_width(1, 100)?;
    let footnotes = words.footnotes.iter().map(|n| (String::new(), n.clone()));
    for (row, (about, note)) in (0u32..).zip(words.notes.iter().cloned().chain(footnotes)) {
        notes.write_string_with_format(row, 0, fitting(&about), &bold)?;
        notes.write_string_with_format(row, 1, fitting(&note), &wrapped)?;
    }
    let mut offered = Worksheet::new();
    offered.set_name(&words.sheets[2])?;
    for (column, (holds, list)) in (0u16..).zip(&lists.0) {
        offered.set_column_width(column, 30)?;
        offered.write_string_with_format(0, column, format!("{} –", head(*holds)), &head_format)?;
        for (row, value) in (1u32..).zip(list) {
            offered.write_string(row, column, fitting(value))?;
        }
    }
    book.push_worksheet(actions);
    book.push_worksheet(notes);
    book.push_worksheet(offered);
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::exchange::tables::{Known, recognise};

    struct Nothing;
    impl Known for Nothing {
        fn is_beneficiary(&self, _: &str) -> bool {
            false
        }
        fn is_pillar(&self, _: &str) -> bool {
            false
        }
        fn is_theme(&self, _: &str) -> bool {
            false
        }
        fn is_address(&self, _: &str) -> bool {
            false
        }
    }

    #[test]
    fn every_column_of_the_template_is_recognised_as_what_it_is() {
        let heads: Vec<String> = COLUMNS.iter().map(|(c, _)| head(*c).to_owned()).collect();
        let found = recognise(&heads, &[], &Default::default(), &Nothing);
        let found: Vec<Option<Column>> = found.into_iter().map(|f| f.map(|f| f.column)).collect();
        assert_eq!(found, COLUMNS.map(|(c, _)| Some(c)));
    }
}
