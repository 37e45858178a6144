//! What can come of a request besides a page. Each has its own page that says what to do.

use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::sync::{Arc, OnceLock};

use super::clock::Clock;
use super::i18n::{Locale, Message};
use super::page::Page;
use super::permit::{Permission, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// There is no such thing, or it may not be seen: alike.
    #[error("not found")]
    NotFound,
    /// The address takes something, but not in this way: what takes forms alone has no page to be gone to.
    #[error("not in this way")]
    NotThisWay,
    /// It may be seen, but not done; the reason is told.
    #[error("refused")]
    Refused(Message),
    #[error("signed out")]
    SignedOut { next: String },
    /// The form's token is missing or another session's.
    #[error("form token")]
    FormToken,
    /// A form of ours from a browser that brings no session any more: what was typed is shown, and where to sign in.
    #[error("session gone")]
    SessionGone { next: String, typed: Vec<String> },
    #[error("request not understood: {0}")]
    Bad(&'static str),
    #[error("too large")]
    TooLarge,
    /// It took longer than a page may.
    #[error("not in time")]
    Late,
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
    /// The place for files does not take or give what is asked of it: logged like what is ours to mend, and passes by itself more often.
    #[error(transparent)]
    FilesAway(anyhow::Error),
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
    /// What was written into the form that met the problem: nobody types it twice.
    typed: Vec<String>,
    /// Where whoever is signed out signs in; empty for others.
    sign_in: String,
    /// The page of the record on which the text says that something can be done.
    record: Option<String>,
}

/// What a problem says, kept with its answer for whoever knows the frame that it is to be told in.
#[derive(Debug, Clone)]
struct Told {
    key: &'static str,
    message: Message,
}

impl Told {
    fn page(&self, p: Page, status: StatusCode, typed: Vec<String>, sign_in: String) -> Result<String, askama::Error> {
        let title = p.t(&format!("problem-{}-title", self.key));
        let text = p.say(&self.message);
        let record = record(&p, &self.message);
        ProblemPage { p, status: status.as_u16(), title, text, typed, sign_in, record }.render()
    }
}

/// The page of the record below which a refused address lies, where the refusal speaks of that page. Made from the address alone, it
/// is the same whether there is such a record or not.
fn record(p: &Page, message: &Message) -> Option<String> {
    let (kind, see) = match message.key {
        "refused-action-edit" => ("/actions/", Permission::ActionSee),
        "refused-plan-write" => ("/plans/", Permission::PlanRemark),
        _ => return None,
    };
    let path = p.address.split('?').next()?;
    let (id, _) = path.strip_prefix(p.link(kind).as_str())?.split_once('/')?;
    let id: uuid::Uuid = id.parse().ok()?;
    p.may(see).then(|| p.link(&format!("{kind}{id}")))
}

/// The page of whoever a request has let in, and what they have written into the form that they sent.
#[derive(Debug, Clone, Default)]
pub struct LetIn(Arc<OnceLock<(Page, Vec<String>)>>);

impl LetIn {
    /// Notes who was let in, and where: what goes wrong from here on is told in this page's frame.
    pub fn note(parts: &Parts, page: &Page) {
        Self::note_typed(parts, page, Vec::new());
    }

    /// The same of whoever sends a form: what they wrote stands below the problem, to be copied.
    pub fn note_typed(parts: &Parts, page: &Page, typed: Vec<String>) {
        if let Some(let_in) = parts.extensions.get::<Self>() {
            // set once a request
            let _ = let_in.0.set((Page { done: None, ..page.clone() }, typed));
        }
    }
}

/// Around every request: a problem of somebody who was let in is told in the frame of where they are, so that they can go on from
/// there. Anybody else's has none.
pub async fn framed(mut request: Request, next: Next) -> Response {
    let let_in = LetIn::default();
    request.extensions_mut().insert(let_in.clone());
    let mut response = next.run(request).await;
    let told = response.extensions_mut().remove::<Told>();
    let (Some(told), Some((page, typed))) = (told, let_in.0.get()) else { return response };
    match told.page(page.clone(), response.status(), typed.clone(), String::new()) {
        Ok(html) => {
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = Body::from(html);
        }
        Err(error) => tracing::error!(%error, "the page of a problem failed in its frame"),
    }
    response
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let wait = match &self {
            Problem::TooMany { minutes } => Some(minutes * 60),
            _ => None,
        };
        let (mut typed, mut sign_in) = (Vec::new(), String::new());
        let (status, key, message) = match self {
            Problem::SignedOut { next } => return Redirect::to(&sign_in_for(&next)).into_response(),
            Problem::SessionGone { next, typed: written } => {
                (typed, sign_in) = (written, sign_in_for(&next));
                (StatusCode::FORBIDDEN, "session-gone", None)
            }
            Problem::Elsewhere(address) => return Redirect::to(&address).into_response(),
            Problem::NotFound => (StatusCode::NOT_FOUND, "not-found", None),
            Problem::NotThisWay => (StatusCode::METHOD_NOT_ALLOWED, "not-this-way", None),
            Problem::Refused(message) => (StatusCode::FORBIDDEN, "refused", Some(message)),
            Problem::FormToken => (StatusCode::FORBIDDEN, "form-token", None),
            Problem::Bad(_) => (StatusCode::BAD_REQUEST, "bad", None),
            Problem::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", None),
            Problem::Late => (StatusCode::SERVICE_UNAVAILABLE, "late", None),
            Problem::TooMany { minutes } => (StatusCode::TOO_MANY_REQUESTS, "too-many", Some(too_many(minutes))),
            Problem::Suspended { name } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "suspended",
                Some(Message::new("problem-suspended-text").with("name", name)),
            ),
            Problem::Conflict(message) => (StatusCode::CONFLICT, "conflict", Some(message)),
            Problem::FilesAway(error) => {
                tracing::error!(error = format!("{error:#}"), "the place for files fails");
                (StatusCode::SERVICE_UNAVAILABLE, "files-away", None)
            }
            Problem::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "request failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", None)
            }
        };
        let told = Told { key, message: message.unwrap_or_else(|| text_of(key)) };
        let bare = Page::bare(Locale::default(), Clock::default().today());
        let mut response = match told.page(bare, status, typed, sign_in) {
            Ok(html) => (status, Html(html)).into_response(),
            Err(error) => {
                tracing::error!(%error, "the page of a problem failed");
                (status, "Something went wrong.").into_response()
            }
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(told);
        response
    }
}

/// The page of signing in, from which one goes on.
fn sign_in_for(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// For how long somebody who tried too much has to wait, in words.
pub fn too_many(minutes: i64) -> Message {
    match minutes {
        1 => Message::new("problem-too-many-minute"),
        long if long > 60 && long % 60 == 0 => Message::new("problem-too-many-hours").with("hours", long / 60),
        _ => Message::new("problem-too-many-text").with("minutes", minutes),
    }
}

fn text_of(key: &str) -> Message {
    Message::new(match key {
        "not-found" => "problem-not-found-text",
        "not-this-way" => "problem-not-this-way-text",
        "form-token" => "problem-form-token-text",
        "session-gone" => "problem-session-gone-text",
        "bad" => "problem-bad-text",
        "too-large" => "problem-too-large-text",
        "late" => "problem-late-text",
        "files-away" => "problem-files-away-text",
        _ => "problem-internal-text",
    })
}
