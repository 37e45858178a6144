//! The list as a file: the rows of all its pages, in its order, with names beside codes.
//!
//! What was exported is written down and committed before the first row leaves. The rows then come through a transaction
//! of their own, a chunk at a time, so that neither memory nor the page's time limit grows with the list.

mod columns;
mod csv;
mod notes;
mod xlsx;

pub use csv::csv;
pub use xlsx::xlsx;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use tokio::sync::mpsc::Sender;

use self::columns::{Cell, Columns};
use self::notes::Notes;
use super::filter::Filter;
use super::pages::read;
use super::sort::{From, Place};
use super::store;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::db::{Entry, Intent, Statements};
use crate::kernel::error::Problem;
use crate::kernel::random::Token;
use crate::kernel::state::App;

/// Rows fetched at once.
const CHUNK: i64 = 1_000;
/// Whoever takes nothing for so long gets nothing more: the rows hold a connection.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// An export that was allowed and written down.
struct Allowed {
    app: App,
    slug: String,
    session: Token,
    filter: Filter,
    columns: Columns,
    notes: Notes,
    /// The file's name without its ending. Names of beneficiaries do not stand in it.
    name: String,
}

/// Reads the filter, asks the limits, and writes down who exports what.
async fn allow(mut inside: Inside) -> Result<Allowed, Problem> {
    let (filter, lookups) = read(&mut inside).await?;
    let now = inside.app.clock.now();
    let by = inside.exporter().await?;
    let rows = store::counts(&mut inside.tx, &filter.matches).await?.all;
    let detail: String = filter.query(&[]).chars().take(1_000).collect();
    let line = Line {
        export: true,
        subject_kind: "action",
        subject: None,
        keeper: None,
        handling: None,
        detail: &detail,
        rows: i32::try_from(rows).ok(),
    };
    access_log::note(&mut inside.tx, &by, line).await?;
    let notes = Notes::new(&inside.page, &filter, &lookups, &by, now, rows);
    let session = inside.tx.session().cloned().ok_or(Problem::NotFound)?;
    inside.tx.commit().await?;
    let slug = inside.page.frame().map(|f| f.slug.clone()).unwrap_or_default();
    Ok(Allowed {
        name: format!("{slug}-actions-{}", now.format("%Y-%m-%d")),
        columns: Columns::new(&inside.page, inside.app.base_url.clone()),
        app: inside.app,
        slug,
        session,
        filter,
        notes,
    })
}

/// Fetches all rows and hands them on, a chunk at a time. Ends early where nobody takes them.
async fn fetch(allowed: &Allowed, to: &Sender<Vec<Vec<Cell>>>) -> anyhow::Result<()> {
    let statements = Statements::default();
    let entered = allowed.app.db.enter(&allowed.slug, &allowed.session, Intent::ReadFiltered, &statements).await?;
    let Entry::In(inside) = entered else { anyhow::bail!("the session ended before its file was begun") };
    let (mut tx, _) = *inside;
    let mut from = From::Start;
    loop {
        let found = store::page(&mut tx, &allowed.filter.matches, allowed.filter.order(), &from, CHUNK).await?;
        let Some(last) = found.last() else { return Ok(()) };
        let complete = i64::try_from(found.len())? < CHUNK;
        from = From::After(Place { key: last.key.clone(), id: last.id });
        let ids: Vec<_> = found.iter().map(|f| f.id).collect();
        let rows = store::rows(&mut tx, &ids).await?;
        let cells = rows.iter().map(|row| allowed.columns.cells(row)).collect();
        if !matches!(tokio::time::timeout(PATIENCE, to.send(cells)).await, Ok(Ok(()))) {
            tracing::info!("an export was not taken to its end");
            return Ok(());
        }
        if complete {
            return Ok(());
        }
    }
}

/// Marks a response as a file to be kept.
fn as_file(response: &mut Response, kind: &'static str, name: &str, ending: &str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // slugs and dates: nothing that would have to be quoted
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
}
