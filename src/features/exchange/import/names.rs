//! Organisations that an activity file names and the directory does not know: somebody says which are meant. What is said is
//! remembered for the organisation, and the file is read anew.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::directory::Directory;
use super::model::{Import, State};
use super::store::{self, Unlisted};
use super::{find, go_on};
use crate::features::actions::{Choices, directory};
use crate::features::exchange::tables::Kind;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

/// More are asked about once these are answered.
const MOST: i64 = 100;

#[derive(Template)]
#[template(path = "imports/names.html")]
struct NamesPage {
    p: Page,
    f: Fields,
    i: Import,
    lines: Vec<Unlisted>,
    organisations: Vec<String>,
}

impl NamesPage {
    fn back(&self) -> String {
        self.p.link(&format!("/imports/{}", self.i.id))
    }

    fn field(&self, n: &usize) -> String {
        field(*n)
    }
}

/// The field of the n-th name.
fn field(n: usize) -> String {
    format!("organisation-{n}")
}

fn page(p: Page, f: Fields, i: Import, lines: Vec<Unlisted>, choices: &Choices) -> NamesPage {
    let organisations = choices.organisations.iter().map(|o| choices.label(o)).collect();
    NamesPage { p, f, i, lines, organisations }
}

async fn open(inside: &mut Inside, id: &str) -> Result<Import, Problem> {
    let import = find(inside, id).await?;
    if import.kind == Kind::Iati && import.state == State::Checked {
        return Ok(import);
    }
    Err(Problem::Conflict(Message::new("import-error-not-now")))
}

pub async fn form(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = open(&mut inside, &id).await?;
    let lines = store::unlisted(&mut inside.tx, import.id, MOST).await?;
    let choices = directory(&mut inside.tx).await?;
    Ok(Html(page(inside.page, Fields::default(), import, lines, &choices).render()?).into_response())
}

pub async fn choose(Path((_, id)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let import = open(&mut inside, &id).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let lines = store::unlisted(&mut inside.tx, import.id, MOST).await?;
    let choices = directory(&mut inside.tx).await?;
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    let known = Directory::new(&choices, frame, &inside.app.base_url);
    let mut meant = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let typed = f.value(&field(n)).trim().to_owned();
        // the same line as the page had
        if typed.is_empty() || f.value(&format!("stated-{n}")) != line.stated {
            continue;
        }
        match known.meant(&typed) {
            Some(id) => meant.push((line.stated.clone(), id)),
            None => f.fail(&field(n), Message::new("action-error-organisation-unknown").with("name", typed)),
        }
    }
    if !f.is_valid() {
        let page = page(inside.page, f, import, lines, &choices);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let address = inside.page.link(&format!("/imports/{}", import.id));
    if !meant.is_empty() {
        let now = inside.app.clock.now();
        store::remember_names(&mut inside.tx, import.organisation, &meant, import.by, now).await?;
        // no columns are chosen here: the file is read anew
        if !store::choose_columns(&mut inside.tx, import.id, None, None, &[], &[]).await? {
            return Err(Problem::Conflict(Message::new("import-error-not-now")));
        }
        go_on(&mut inside, import.id).await?;
    }
    inside.tx.commit().await?;
    Ok(Redirect::to(&address).into_response())
}
