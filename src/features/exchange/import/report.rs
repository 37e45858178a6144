//! The report of an import as a workbook: every row with what was found, what was chosen, what came of it. Sent back as it is, its
//! own columns are passed over.

use axum::extract::Path;
use axum::response::Response;

use super::find;
use super::model::{Import, Row};
use super::preview::{said, told};
use super::store::{self, Filter};
use crate::features::documents::{Making, Order, Sheet, SheetColumn, Value, Workbook, deliver};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// More rows than these make several files' worth of work to read; the preview shows them all.
const MOST: i64 = 10_000;

pub async fn file(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    let by = inside.exporter().await?;
    let rows = store::rows(&mut inside.tx, import.id, &Filter::default(), MOST).await?;
    let making = Making::Xlsx(book(&inside.page, &import, &rows));
    let name: String = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(n, _)| n).to_owned();
    let order = Order {
        subject_kind: "import",
        subject: Some(import.id.0),
        file_name: format!("{name} – {}", inside.page.t("import-report-name")),
        making,
    };
    deliver(inside, &by, order).await
}

fn book(p: &Page, i: &Import, rows: &[Row]) -> Workbook {
    let column = |key: &str, width: u16| SheetColumn { head: p.t(key), width };
    let own = [
        column("import-column-row", 8),
        column("import-column-verdict", 20),
        column("import-column-problem", 60),
        column("import-column-outcome", 24),
        column("import-column-address", 44),
    ];
    let heads = i.shape.heads.iter().map(|h| SheetColumn { head: h.clone(), width: 24 });
    let frame = p.frame();
    let mut notes: Vec<String> =
        frame.map(|f| f.footnotes.iter().map(|n| n.text.clone()).collect()).unwrap_or_default();
    notes.insert(0, p.t2("import-report-of", "file", &i.file_name, "time", p.time(&i.uploaded_at)));
    if let Some(s) = &i.said {
        notes.push(said(p, s));
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
    let address = row.applied.or(row.action).map(|id| p.link(&format!("/actions/{id}"))).unwrap_or_default();
    let own = [
        Value::Number(row.row.into()),
        Value::Text(p.t(row.verdict.label())),
        Value::Text(problems.join("\n")),
        Value::Text(outcome),
        Value::Text(address),
    ];
    let cells = row.cells.iter().flatten().map(|t| Value::Text(t.clone()));
    own.into_iter().chain(cells).collect()
}
