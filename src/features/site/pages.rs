//! Static files from inside the program, and the two questions a supervisor asks.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::time::Duration;

use crate::kernel::error::Problem;
use crate::kernel::metrics::render;
use crate::kernel::state::App;

/// A supervisor asks again soon: it is told within this time.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

pub async fn file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let file = Files::get(&path).ok_or(Problem::NotFound)?;
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == tag.as_bytes());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_owned().into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    if let Ok(tag) = tag.parse() {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The process runs.
pub async fn alive() -> &'static str {
    "ok"
}

/// The database answers and has the schema that this program knows, and the place for files can be written to.
pub async fn ready(State(app): State<App>) -> Response {
    let not = |why: &'static str| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    let asked = tokio::time::timeout(PATIENCE, app.db.has_migration(app.schema)).await;
    match asked.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
        Ok(true) => match tokio::time::timeout(PATIENCE, app.files.are_ready()).await {
            Ok(true) => "ok".into_response(),
            _ => not("the place for files cannot be written to"),
        },
        Ok(false) => not("the database lacks a migration: run `concert migrate`"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            not("the database does not answer")
        }
    }
}

/// What the server measures of itself, for whoever brings the word; to everyone else there is no such page.
pub async fn metrics(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if !app.metrics_token.as_ref().is_some_and(|token| token.opens(given)) {
        return Err(Problem::NotFound);
    }
    let text = render(&app.db).await.ok_or(Problem::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}
