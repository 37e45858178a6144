//! Which column is which, where the portal does not know or is mistaken. What is said here is remembered for the organisation.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Becomes, Import, State, joined};
use super::preview::said;
use super::{find, go_on, store};
use crate::features::exchange::tables::{Column, Found, How, Kind, folded_head};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    p: Page,
    f: Fields,
    i: Import,
    fields: Vec<(String, String)>,
    sheets: Vec<(String, String)>,
}

impl ColumnsPage {
    fn back(&self) -> String {
        self.p.link(&format!("/imports/{}", self.i.id))
    }

    fn said(&self) -> Option<String> {
        self.i.said.as_ref().map(|s| said(&self.p, s))
    }

    /// Each head with its number, what stands below it, and how it was recognised.
    fn heads(&self) -> Vec<(usize, String, String, Option<String>)> {
        let how = |n: usize| {
            let found = self.i.columns.get(n).copied().flatten()?;
            Some(self.p.t(match found.how {
                How::Name => "import-how-name",
                How::Remembered => "import-how-remembered",
                How::Content => "import-how-content",
                How::Chosen => "import-how-chosen",
            }))
        };
        let sample = |n: usize| self.i.shape.samples.get(n).map(|s| s.join(" · ")).unwrap_or_default();
        let head = |n: usize, head: &String| {
            if head.is_empty() { self.p.t1("import-column-number", "number", n + 1) } else { head.clone() }
        };
        self.i.shape.heads.iter().enumerate().map(|(n, h)| (n, head(n, h), sample(n), how(n))).collect()
    }

    fn field(&self, n: &usize) -> String {
        format!("column-{n}")
    }
}

fn page(p: Page, f: Fields, i: Import) -> ColumnsPage {
    let sheets = i.shape.sheets.iter().map(|s| (s.clone(), s.clone())).collect();
    ColumnsPage { fields: Column::options(&p), sheets, p, f, i }
}

fn open(import: &Import) -> Result<(), Problem> {
    let tables = import.becomes == Becomes::Actions && import.kind != Kind::Iati;
    // the sheets of needs are the portal's own, and an activity file says itself what is what
    if tables && matches!(import.state, State::Columns | State::Checked) {
        return Ok(());
    }
    Err(Problem::Conflict(Message::new("import-error-not-now")))
}

pub async fn form(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    open(&import)?;
    let mut f = Fields::default();
    for (n, found) in import.columns.iter().enumerate() {
        f.set(&format!("column-{n}"), found.map_or("", |f| f.column.as_str()));
    }
    f.set("sheet", import.sheet.clone().unwrap_or_default());
    f.set("head_row", import.head_row.map(|n| n.to_string()).unwrap_or_default());
    Ok(Html(page(inside.page, f, import).render()?).into_response())
}

pub async fn choose(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = find(&mut inside, &id).await?;
    open(&import)?;
    let mut f = std::mem::take(&mut inside.fields);
    let sheet = f.choice("sheet", |text| import.shape.sheets.iter().find(|s| *s == text).cloned());
    let head_row: Option<i32> = f.choice("head_row", |text| text.parse().ok().filter(|n| (1..=1_000).contains(n)));
    // the form says which row the heads of the sheet before stand in: of another they are looked for anew
    let head_row = head_row.filter(|_| sheet == import.sheet || head_row != import.head_row);
    // of another table the columns are other ones: they are recognised there
    let moved = sheet != import.sheet || head_row != import.head_row;
    let mut columns: Vec<Option<Found>> = Vec::new();
    for n in 0..import.shape.heads.len() {
        let chosen = f.choice(&format!("column-{n}"), Column::parse);
        let before = import.columns.get(n).copied().flatten();
        columns.push(match (chosen, before) {
            (Some(column), Some(before)) if before.column == column => Some(before),
            (Some(column), _) => Some(Found { column, how: How::Chosen }),
            // left open by hand where it had been recognised
            (None, Some(_)) => Some(Found { column: Column::Ignore, how: How::Chosen }),
            (None, None) => None,
        });
    }
    for n in 0..columns.len() {
        let Some(found) = columns.get(n).copied().flatten().filter(|f| !f.column.repeats()) else { continue };
        let first = columns.iter().position(|c| c.is_some_and(|c| c.column == found.column));
        if first != Some(n) && !moved {
            f.fail(&format!("column-{n}"), Message::new("import-error-column-twice"));
        }
    }
    let named = columns.iter().flatten().any(|f| matches!(f.column, Column::Title | Column::Address));
    if !named && !moved {
        f.fail("column-0", Message::new("import-columns-no-title"));
    }
    if !f.is_valid() {
        let page = page(inside.page, f, import);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let heads: Vec<(String, Column)> = import
        .shape
        .heads
        .iter()
        .zip(&columns)
        .filter_map(|(head, found)| found.filter(|f| f.how == How::Chosen).map(|f| (folded_head(head), f.column)))
        .collect();
    let columns = if moved { Vec::new() } else { columns };
    // what was mended is mended again, unless another table is read
    let mended = match moved {
        true => Vec::new(),
        false => joined(&import.mended, store::mended(&mut inside.tx, import.id).await?),
    };
    if !store::choose_columns(&mut inside.tx, import.id, sheet.as_deref(), head_row, &columns, &mended).await? {
        return Err(Problem::Conflict(Message::new("import-error-not-now")));
    }
    if !moved && !heads.is_empty() {
        let now = inside.app.clock.now();
        store::remember(&mut inside.tx, import.organisation, &heads, import.by, now).await?;
    }
    go_on(&mut inside, import.id).await?;
    let address = inside.page.link(&format!("/imports/{}", import.id));
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}
