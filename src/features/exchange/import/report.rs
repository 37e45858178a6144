//! The report of an import as a workbook: every row with what was found, what was chosen, what came of it. Sent back as it is, its
//! own columns are passed over.

use axum::extract::Path;
use axum::response::Response;

use super::find;
use super::model::{Becomes, Import, Row};
use super::preview::{said, told};
use super::store::{self, Filter};
use crate::features::documents::{Making, Order, Sheet, SheetColumn, Value, Workbook, deliver};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// More rows than these make several files' worth of work to read; the preview shows them all.
const MOST: i64 = 10_000;
/// Nor more bytes of what they say than are held in memory at once.
const BYTES: i64 = 24 << 20;

pub async fn file(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    let by = inside.exporter().await?;
    let last = store::last_within(&mut inside.tx, import.id, MOST, BYTES).await?;
    let filter = Filter { up_to: Some(last), ..Filter::default() };
    let rows = store::plain_rows(&mut inside.tx, &import, &filter, MOST).await?;
    let all = store::counts(&mut inside.tx, import.id).await?.0.all();
    let making = Making::Xlsx(book(&inside.page, &import, &rows, all));
    let name: String = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(n, _)| n).to_owned();
    let order = Order {
        subject_kind: "import",
        subject: Some(import.id.0),
        file_name: format!("{name} – {}", inside.page.t("import-report-name")),
        making,
    };
    deliver(inside, &by, order).await
}

fn book(p: &Page, i: &Import, rows: &[Row], all: i64) -> Workbook {
    let column = |key: &str, width: u16| SheetColumn { head: p.t(key), width };
    let own = [
        column("import-column-row", 8),
        column("import-column-verdict", 20),
        column("import-column-problem", 60),
        column("import-column-outcome", 24),
        column("import-column-address", 44),
    ];
    // sheets of needs have the same columns
    let heads = rows.first().map_or(&[][..], |row| i.heads(row.row));
    let heads = heads.iter().map(|h| SheetColumn { head: h.clone(), width: 24 });
    let frame = p.frame();
    let mut notes: Vec<String> =
        frame.map(|f| f.footnotes.iter().map(|n| n.text.clone()).collect()).unwrap_or_default();
    notes.insert(0, p.t2("import-report-of", "file", &i.file_name, "time", p.time(&i.uploaded_at)));
    if let Some(s) = &i.said {
        notes.push(said(p, s));
    }
    if (rows.len() as i64) < all {
        notes.push(p.t2("import-report-cut", "n", p.number(rows.len() as i64), "all", p.number(all)));
    }
    Workbook {
        title: i.file_name.clone(),
        author: frame.map(|f| f.name.clone()).unwrap_or_default(),
        date: p.today,
        sheets: vec![Sheet {
            name: p.t("import-report-name"),
            title: i.file_name.clone(),
            notes,
            columns: own.into_iter().chain(heads).collect(),
            rows: rows.iter().map(|r| line(p, i, r)).collect(),
        }],
    }
}

fn line(p: &Page, i: &Import, row: &Row) -> Vec<Value> {
    let problems: Vec<String> = row
        .problems
        .iter()
        .map(|problem| told(p, i, row, problem))
        .map(|t| if t.place.is_empty() { t.text } else { format!("{}: {}", t.place, t.text) })
        .collect();
    let outcome = row.undone.as_deref().or(row.result.as_deref());
    let mut outcome = outcome.map(|key| p.t(&format!("import-result-{key}"))).unwrap_or_default();
    if let Some(why) = &row.kept_why {
        outcome = format!("{outcome}: {}", p.t(&format!("import-kept-{why}")));
    }
    let kind = if i.becomes == Becomes::Actions { "actions" } else { "needs" };
    let address = row.applied.or(row.action).map(|id| p.link(&format!("/{kind}/{id}"))).unwrap_or_default();
    let own = [
        match i.becomes {
            Becomes::Actions => Value::Number(row.row.into()),
            Becomes::Needs(_) => Value::Text(i.place(row.row)),
        },
        Value::Text(p.t(row.verdict.label())),
        Value::Text(problems.join("\n")),
        Value::Text(outcome),
        Value::Text(address),
    ];
    let cells = row.cells.iter().flatten().map(|t| Value::Text(t.clone()));
    own.into_iter().chain(cells).collect()
}
