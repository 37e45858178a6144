//! The list as a file: the rows of all its pages, in its order, with names beside codes.
//!
//! What was exported is written down and committed before the first row leaves. The rows then come through a transaction
//! of their own, a chunk at a time, so that neither memory nor the page's time limit grows with the list.

mod columns;
mod csv;
mod notes;
mod run;
mod xlsx;

pub use csv::csv;
pub use run::{PATIENCE, Run};
pub use xlsx::{workbook, xlsx};

use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio::sync::mpsc::Sender;

use self::columns::{Cell, Columns};
use self::notes::Notes;
use super::filter::Filter;
use super::pages::read;
use super::store;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::random::Token;
use crate::kernel::state::App;

/// Rows fetched at once.
const CHUNK: i64 = 1_000;

/// An export of the list that was allowed and written down.
pub struct Allowed {
    pub app: App,
    pub page: Page,
    session: Token,
    filter: Filter,
    notes: Notes,
    /// The file's name without its ending. Names of beneficiaries do not stand in it.
    pub name: String,
}

/// Reads the filter, asks the limits, and writes down who exports what.
///
/// # Errors
/// Who may not export, or has exported too much of late, is refused; the database's own.
pub async fn allow(mut inside: Inside) -> Result<Allowed, Problem> {
    let (filter, lookups) = read(&mut inside).await?;
    let now = inside.app.clock.now();
    let by = inside.exporter().await?;
    let store::Leaving { rows, higher } = store::leaving(&mut inside.tx, &filter.matches).await?;
    let detail: String = filter.query(&[]).chars().take(1_000).collect();
    let line = Line::export("action", None, &detail, usize::try_from(rows).ok());
    access_log::note(&mut inside.tx, &by, line).await?;
    access_log::tell_keepers(&mut inside.tx, &by, "action", &higher).await?;
    let notes = Notes::new(&inside.page, &filter, &lookups, &by, now, rows);
    let session = inside.tx.session().cloned().ok_or(Problem::NotFound)?;
    inside.tx.commit().await?;
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    Ok(Allowed {
        name: format!("{slug}-actions-{}", now.format("%Y-%m-%d")),
        app: inside.app,
        page: inside.page,
        session,
        filter,
        notes,
    })
}

impl Allowed {
    fn columns(&self) -> Columns {
        Columns::new(&self.page, self.app.base_url.clone())
    }
}

/// Fetches all rows and hands them on, a chunk at a time. Ends early where nobody takes them.
async fn fetch(columns: &Columns, mut run: Run, to: &Sender<Vec<Vec<Cell>>>) -> anyhow::Result<()> {
    while let Some(ids) = run.next().await? {
        let rows = store::rows(run.tx(), &ids).await?;
        let cells = rows.iter().map(|row| columns.cells(row)).collect();
        if !matches!(tokio::time::timeout(PATIENCE, to.send(cells)).await, Ok(Ok(()))) {
            tracing::info!("an export was not taken to its end");
            return Ok(());
        }
    }
    Ok(())
}

/// Marks a response as a file to be kept.
pub fn as_file(response: &mut Response, kind: &'static str, name: &str, ending: &str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // slugs and dates: nothing that would have to be quoted
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}
