//! The numbers beside the filter's values, in a request of their own: a page's rows do not wait for them.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::options::{count_id, counted};
use super::pages::{of, read};
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;

#[derive(Template)]
#[template(path = "actions/list/counts.html")]
struct Fragment {
    /// Where each number goes, what it counts, and the number.
    numbers: Vec<(String, String, String)>,
    of: String,
}

pub async fn fragment(mut inside: Inside) -> Result<Response, Problem> {
    let (filter, lookups) = read(&mut inside).await?;
    let counts = store::counts(&mut inside.tx, &filter.matches).await?;
    let p = inside.page;
    let mut numbers = Vec::new();
    for kind in counted(&p, &lookups) {
        for (value, text, key) in kind.values {
            numbers.push((count_id(kind.name, &value), text, p.number(counts.of(kind.kind, &key))));
        }
    }
    // beside an empty list there is no place for "of none"
    let all = if counts.all > 0 { of(&p, counts.all) } else { String::new() };
    Ok(Html(Fragment { of: all, numbers }.render()?).into_response())
}
