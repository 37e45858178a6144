//! The table beside a picture as a file of its own: the figures as numbers, with the picture's rules and notes.

use axum::response::Response;

use super::model::{Figure, Figures, Picture};
use super::pages::drawn;
use crate::features::documents::{Figured, SheetColumn, SheetFormat, Value, cell};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::window::FILE;

/// Widths in letters: of what names a row, of figures, and of other texts.
const NAME: u16 = 48;
const NUMBER: u16 = 18;
const TEXT: u16 = 40;

fn columns(p: &Page, figures: &Figures, estimates: bool) -> Vec<SheetColumn> {
    let mut all = Vec::new();
    for (i, (head, number)) in figures.numbers().into_iter().enumerate() {
        let width = match i {
            0 => NAME,
            _ if number => NUMBER,
            _ => TEXT,
        };
        // a number alone does not say in which currency it is
        let currency = figures.rows.iter().find_map(|row| row.get(i).and_then(|f| f.currency.as_deref()));
        let head = currency.map_or_else(|| head.clone(), |code| format!("{head} ({code})"));
        all.push(SheetColumn { head, width });
    }
    if estimates {
        all.push(SheetColumn { head: p.t("pictures-file-estimated"), width: TEXT });
    }
    all
}

fn value(figure: &Figure) -> Value {
    match figure.exact {
        Some(exact) => Value::Number(exact),
        None if figure.number && figure.text == "–" => Value::Empty,
        None => cell(&figure.text),
    }
}

/// A row; where there are estimates, last the columns in which its figure rests on one.
fn row(heads: &[String], figures: &[Figure], estimates: bool) -> Vec<Value> {
    let mut all: Vec<Value> = figures.iter().map(value).collect();
    if estimates {
        let resting = heads.iter().zip(figures).filter(|(_, figure)| figure.estimated);
        let resting: Vec<&str> = resting.map(|(head, _)| head.as_str()).collect();
        all.push(cell(&resting.join(", ")));
    }
    all
}

/// The table, which leaves a line in the access log with what was asked for.
pub async fn file(format: SheetFormat, mut inside: Inside, picture: Picture) -> Result<Response, Problem> {
    let by = inside.exporter().await?;
    let drawn = drawn(&mut inside, picture).await?;
    if drawn.shape.is_none() {
        return Err(Problem::NotFound);
    }
    let p = &inside.page;
    let figures = &drawn.figures;
    let estimates = figures.rows.iter().flatten().any(|figure| figure.estimated);
    let figured = Figured {
        subject_kind: "picture",
        what: picture.as_str(),
        title: p.t(picture.label()),
        columns: columns(p, figures, estimates),
        rows: figures.rows.iter().take(FILE).map(|figure| row(&figures.heads, figure, estimates)).collect(),
        notes: std::iter::once(drawn.said.clone()).chain(drawn.notes.iter().cloned()).collect(),
        beside: true,
        more: figures.rows.len() > FILE,
    };
    figured.deliver(inside, &by, format).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::i18n::Locale;
    use crate::kernel::money::Currency;
    use rust_decimal::Decimal;

    #[test]
    fn figures_are_numbers_and_say_their_currency_and_what_is_estimated() {
        let p = Page::bare(Locale::default(), chrono::NaiveDate::default());
        let amount = |n: i64, estimated: i64| {
            let short = format!("{n} EUR, in short");
            Figure::number(short).worth(n.into(), estimated.into(), &Currency::EUR)
        };
        let figures = Figures {
            heads: ["Donor", "Borders", "Crime"].map(String::from).to_vec(),
            rows: vec![
                vec![Figure::text("Norland"), amount(1_234_567, 0), amount(20, 20)],
                vec![Figure::text("Westmark"), Figure::number("–"), Figure::number("3 ▽")],
            ],
        };
        let heads: Vec<String> = columns(&p, &figures, true).into_iter().map(|c| c.head).collect();
        assert_eq!(heads[..3], ["Donor", "Borders (EUR)", "Crime (EUR)"]);
        assert_eq!(heads.len(), 4);
        let text = |t: &str| Value::Text(t.to_owned());
        let number = |n: i64| Value::Number(Decimal::from(n));
        assert_eq!(
            row(&figures.heads, &figures.rows[0], true),
            [text("Norland"), number(1_234_567), number(20), text("Crime")]
        );
        assert_eq!(
            row(&figures.heads, &figures.rows[1], true),
            [text("Westmark"), Value::Empty, text("3 ▽"), Value::Empty]
        );
    }
}
