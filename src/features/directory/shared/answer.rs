//! The answers of a handler besides a problem.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// A page.
pub fn html(page: &impl Template) -> Result<Response, Problem> {
    Ok(Html(page.render()?).into_response())
}

/// A form with errors, as it was sent.
pub fn again(page: &impl Template) -> Result<Response, Problem> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}

/// On to a page of the process, which says what was done: `what` is the end of a Fluent key `done-…`.
pub fn done(p: &Page, rest: &str, what: &str) -> Result<Response, Problem> {
    let joint = if rest.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{}{joint}done={what}", p.link(rest))).into_response())
}

/// The id in an address. What is none is of nothing.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}
