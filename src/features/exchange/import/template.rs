//! The workbook to fill in: columns under the names by which they are recognised, lists to choose from, and how to write dates,
//! amounts and several names in one cell. Sent back with rows it needs no explanation.

use axum::response::Response;

use super::book::{Book, FormColumn, FormSheet, Shows};
use crate::features::actions::{Choices, Status, directory};
use crate::features::exchange::tables::Column;
use crate::kernel::auth::Inside;
use crate::kernel::db::Frame;
use crate::kernel::error::Problem;
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::Handling;

/// The columns, in their order, and how wide each is.
pub const COLUMNS: [(Column, f64); 19] = [
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

/// The English name by which the column is recognised whatever the reader's language.
pub fn head(column: Column) -> &'static str {
    match column {
        Column::Title => "Title",
        Column::Reference => "Reference",
        Column::Funding => "Donor",
        Column::Implementing => "Implementer",
        Column::Beneficiaries => "Beneficiary",
        Column::Pillars => "Pillars",
        Column::Themes => "Theme",
        Column::Status => "Status",
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
        Column::Address => "Address of the record",
        Column::AsOf => "As of the portal",
        _ => "Keeps the record",
    }
}

fn shows(column: Column) -> Shows {
    match column {
        Column::PlannedStart | Column::PlannedEnd | Column::ActualStart | Column::ActualEnd => Shows::Day,
        Column::Total => Shows::Amount,
        Column::Reference => Shows::Text,
        _ => Shows::Plain,
    }
}

/// What columns can be filled with from lists.
fn lists(p: &Page, frame: &Frame, choices: &Choices) -> Vec<(Column, Vec<String>)> {
    let organisations: Vec<String> = choices.organisations.iter().map(|o| choices.label(o)).collect();
    let themes = choices.themes.iter().filter(|t| !t.retired).map(|t| t.name.clone()).collect();
    vec![
        (Column::Funding, organisations.clone()),
        (Column::Implementing, organisations.clone()),
        (Column::Keeper, organisations),
        (Column::Beneficiaries, frame.beneficiaries.iter().map(|b| b.name.clone()).collect()),
        (Column::Pillars, frame.pillars.iter().map(|l| l.key.clone()).collect()),
        (Column::Themes, themes),
        (Column::Status, Status::ALL.iter().map(|s| p.t(s.label())).collect()),
        (Column::Handling, Handling::ALL.iter().map(|h| p.t(h.label())).collect()),
        (Column::Currency, Currency::all().map(|c| c.code().to_owned()).collect()),
    ]
}

/// The workbook without rows.
pub fn book(p: &Page, frame: &Frame, choices: &Choices) -> Book {
    let lists = lists(p, frame, choices);
    let list = |column: Column| lists.iter().position(|(c, _)| *c == column);
    let column = |(column, width): (Column, f64)| FormColumn {
        head: head(column).to_owned(),
        width,
        shows: shows(column),
        list: list(column),
        note: None,
        locked: false,
    };
    let columns = COLUMNS.into_iter().map(column).collect();
    Book {
        sheets: vec![FormSheet { name: p.t("list-notes-sheet-actions"), columns, rows: Vec::new() }],
        names: [p.t("import-template-notes"), p.t("import-template-lists")],
        notes: notes(p),
        lists: lists.into_iter().map(|(column, list)| (head(column).to_owned(), list)).collect(),
    }
}

fn notes(p: &Page) -> Vec<(String, String)> {
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
    let notes = notes.iter().map(|key| (p.t(&format!("{key}-head")), p.t(key)));
    let footnotes = p.frame().map(|f| f.footnotes.as_slice()).unwrap_or_default();
    notes.chain(footnotes.iter().map(|n| (String::new(), n.text.clone()))).collect()
}

pub async fn file(mut inside: Inside) -> Result<Response, Problem> {
    let choices = directory(&mut inside.tx).await?;
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    book(&inside.page, frame, &choices).answer(&format!("{}-template", frame.slug)).await
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
