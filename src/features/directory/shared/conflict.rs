//! The page of a conflict: somebody else saved first ([`crate::kernel::conflict`]).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::Person;
use crate::kernel::conflict::Differences;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

/// The page that shows both and asks.
#[derive(Template)]
#[template(path = "directory/conflict.html")]
pub struct Conflict {
    pub p: Page,
    pub title: String,
    /// Where the form goes.
    pub action: String,
    /// The record's page.
    pub leave: String,
    pub version: i32,
    pub by: Person,
    pub at: DateTime<Utc>,
    pub differences: Differences,
    /// Everything else that was typed.
    pub carried: Vec<(String, String)>,
    /// Names of the ids among the values.
    pub names: Vec<(String, String)>,
}

impl Conflict {
    /// A value in words: an id by its name.
    fn words(&self, name: &str, value: &str) -> String {
        let named = self.names.iter().find(|(id, _)| id == value).map(|(_, name)| name.clone());
        named.unwrap_or_else(|| super::in_words(&self.p, name, value))
    }
}

/// Answers with both versions.
pub fn conflict(page: &Conflict) -> Result<Response, Problem> {
    Ok((StatusCode::CONFLICT, Html(page.render()?)).into_response())
}
