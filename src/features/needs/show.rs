//! What the pages of needs share: answers, and the need of an address.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::Need;
use super::sheet::FIELDS;
use super::store;
use crate::kernel::access_log::{self, Line};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::NeedId;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

pub fn html(page: &impl Template) -> Result<Response, Problem> {
    answer(StatusCode::OK, page)
}

/// A form with errors, as it was sent.
pub fn again(page: &impl Template) -> Result<Response, Problem> {
    answer(StatusCode::UNPROCESSABLE_ENTITY, page)
}

pub fn answer(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    Ok((status, Html(page.render()?)).into_response())
}

/// On to a page of the process, which says what was done: `what` is the end of a Fluent key `done-…`.
pub fn done(p: &Page, rest: &str, what: &str) -> Response {
    let (rest, anchor) = rest.split_once('#').map_or((rest, String::new()), |(r, a)| (r, format!("#{a}")));
    Redirect::to(&format!("{}?done={what}{anchor}", p.link(rest))).into_response()
}

/// The id in an address. What is none is of nothing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}

/// The need of an address; what is none, or may not be seen, is not found.
pub async fn find(inside: &mut Inside, key: &str) -> Result<Need, Problem> {
    let id: NeedId = id(key)?;
    store::load(&mut inside.tx, id, inside.page.today).await?.ok_or(Problem::NotFound)
}

/// Leaves a line in the access log where the need's level asks for it; `true` if there is something to commit. Who drafts
/// for their own side reads nothing of anybody else's.
pub async fn note_reading(inside: &mut Inside, need: &Need) -> Result<bool, Problem> {
    let open = need.handling == Handling::Members || !need.was_submitted();
    let by = inside.member.granting(Permission::NeedSee, &need.scope()).or(inside.member.first()).cloned();
    let Some(by) = by.filter(|_| !open) else { return Ok(false) };
    let line = Line {
        export: false,
        subject_kind: "need",
        subject: Some(need.id.0),
        keeper: None,
        handling: Some(need.handling),
        detail: "",
        rows: None,
    };
    access_log::note(&mut inside.tx, &by, line).await?;
    Ok(true)
}

/// The name of a field that is wrong, or of what a need's page asks for.
pub fn label(p: &Page, name: &str) -> String {
    let known = FIELDS.contains(&name) || EXTRA.contains(&name);
    if known { p.t(&format!("need-field-{name}")) } else { name.to_owned() }
}

/// Fields of the smaller forms.
const EXTRA: [&str; 10] =
    ["why", "how", "action", "answer", "coverage", "reason", "name", "first_year", "last_year", "need"];
