//! What can come of a request besides a page. Each has its own page that says what to do.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::clock::Clock;
use super::i18n::{Locale, Message};
use super::page::Page;
use super::permit::Refusal;

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such thing, or it may not be seen: alike.
    #[error("not found")]
    NotFound,
    /// It may be seen, but not done; the reason is told.
    #[error("refused")]
    Refused(Message),
    #[error("signed out")]
    SignedOut { next: String },
    /// The form's token is missing or another session's.
    #[error("form token")]
    FormToken,
    #[error("request not understood: {0}")]
    Bad(&'static str),
    #[error("too large")]
    TooLarge,
    #[error("too many requests")]
    TooMany { minutes: i64 },
    #[error("process suspended")]
    Suspended { name: String },
    /// Somebody else was first, and nothing was saved.
    #[error("conflict")]
    Conflict(Message),
    /// Sent elsewhere before the page can be had, such as to the second factor.
    #[error("redirect")]
    Elsewhere(String),
    /// Ours to mend: logged with the request's id, told without particulars.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Problem::NotFound,
            other => Problem::Internal(other.into()),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Refused(refusal.message())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Problem::Internal(error.into())
    }
}

#[derive(Template)]
#[template(path = "parts/problem.html")]
struct ProblemPage {
    p: Page,
    status: u16,
    title: String,
    text: String,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let locale = Locale::default();
        let (status, key, message) = match self {
            Problem::SignedOut { next } => {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                return Redirect::to(&format!("/sign-in?next={next}")).into_response();
            }
            Problem::Elsewhere(address) => return Redirect::to(&address).into_response(),
            Problem::NotFound => (StatusCode::NOT_FOUND, "not-found", None),
            Problem::Refused(message) => (StatusCode::FORBIDDEN, "refused", Some(message)),
            Problem::FormToken => (StatusCode::FORBIDDEN, "form-token", None),
            Problem::Bad(_) => (StatusCode::BAD_REQUEST, "bad", None),
            Problem::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", None),
            Problem::TooMany { minutes } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many",
                Some(Message::new("problem-too-many-text").with("minutes", minutes)),
            ),
            Problem::Suspended { name } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "suspended",
                Some(Message::new("problem-suspended-text").with("name", name)),
            ),
            Problem::Conflict(message) => (StatusCode::CONFLICT, "conflict", Some(message)),
            Problem::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", None)
            }
        };
        let message = message.unwrap_or_else(|| text_of(key));
        let page = ProblemPage {
            title: super::i18n::text(&locale, &format!("problem-{key}-title")),
            text: super::i18n::say(&locale, &message),
            p: Page::bare(locale, Clock::default().today()),
            status: status.as_u16(),
        };
        let mut response = match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "the page of a problem failed");
                (status, "Something went wrong.").into_response()
            }
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn text_of(key: &str) -> Message {
    Message::new(match key {
        "not-found" => "problem-not-found-text",
        "form-token" => "problem-form-token-text",
        "bad" => "problem-bad-text",
        "too-large" => "problem-too-large-text",
        _ => "problem-internal-text",
    })
}
