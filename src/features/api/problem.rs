//! What went wrong, as RFC 9457 has it: one shape for every answer that is none, with a pointer to each field that is wrong.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::kernel::error::{Problem, too_many};
use crate::kernel::form::Fields;
use crate::kernel::i18n::{self, Locale, Message};
use crate::kernel::permit::Refusal;

pub const MEDIA_TYPE: &str = "application/problem+json";

/// Every kind of problem: its status, and the last part of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Gone,
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    PreconditionRequired,
    TooMany,
    Internal,
    Unavailable,
}

impl Kind {
    pub const ALL: [Kind; 15] = [
        Kind::BadRequest,
        Kind::Unauthorized,
        Kind::Forbidden,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::Conflict,
        Kind::Gone,
        Kind::PreconditionFailed,
        Kind::TooLarge,
        Kind::UnsupportedMediaType,
        Kind::Invalid,
        Kind::PreconditionRequired,
        Kind::TooMany,
        Kind::Internal,
        Kind::Unavailable,
    ];

    pub fn status(self) -> StatusCode {
        match self {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Gone => StatusCode::GONE,
            Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The last part of its address, and of the keys of its texts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::BadRequest => "bad-request",
            Kind::Unauthorized => "unauthorized",
            Kind::Forbidden => "forbidden",
            Kind::NotFound => "not-found",
            Kind::MethodNotAllowed => "method-not-allowed",
            Kind::Conflict => "conflict",
            Kind::Gone => "gone",
            Kind::PreconditionFailed => "precondition-failed",
            Kind::TooLarge => "too-large",
            Kind::UnsupportedMediaType => "unsupported-media-type",
            Kind::Invalid => "invalid",
            Kind::PreconditionRequired => "precondition-required",
            Kind::TooMany => "too-many-requests",
            Kind::Internal => "internal",
            Kind::Unavailable => "unavailable",
        }
    }

    pub fn title_key(self) -> String {
        format!("api-problem-{}", self.name())
    }

    fn of(status: StatusCode) -> Kind {
        let other = if status.is_server_error() { Kind::Internal } else { Kind::BadRequest };
        Kind::ALL.into_iter().find(|kind| kind.status() == status).unwrap_or(other)
    }
}

/// Where in a request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// A JSON pointer into the body.
    Body(String),
    Query(String),
    Header(&'static str),
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub at: At,
    pub message: Message,
}

impl Wrong {
    pub fn body(pointer: impl Into<String>, message: Message) -> Self {
        Self { at: At::Body(pointer.into()), message }
    }
    pub fn query(name: impl Into<String>, message: Message) -> Self {
        Self { at: At::Query(name.into()), message }
    }
    pub fn header(name: &'static str, message: Message) -> Self {
        Self { at: At::Header(name), message }
    }
}

/// An answer that is none.
#[derive(Debug)]
pub struct Fault {
    pub kind: Kind,
    pub detail: Message,
    pub wrong: Vec<Wrong>,
    /// The record as it stands, where a change was made from an older state of it.
    pub current: Option<Box<Value>>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Fault {
    pub fn new(kind: Kind, detail: &'static str) -> Self {
        Self::saying(kind, Message::new(detail))
    }

    pub fn saying(kind: Kind, detail: Message) -> Self {
        Self { kind, detail, wrong: Vec::new(), current: None, headers: Vec::new() }
    }

    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "problem-not-found-text")
    }

    pub fn invalid(wrong: Vec<Wrong>) -> Self {
        Self { wrong, ..Self::new(Kind::Invalid, "api-detail-invalid") }
    }

    /// What a query was read to be wrong in. `None` where nothing is.
    pub fn of_query(fields: &Fields) -> Option<Self> {
        let wrong: Vec<Wrong> =
            fields.errors().into_iter().map(|(name, message)| Wrong::query(name, message.clone())).collect();
        (!wrong.is_empty()).then(|| Self::invalid(wrong))
    }

    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NotFound => Self::not_found(),
            Problem::NotThisWay => Self::new(Kind::MethodNotAllowed, "api-detail-method"),
            Problem::Late => Self::new(Kind::Unavailable, "api-detail-unavailable"),
            Problem::Refused(message) => Self::saying(Kind::Forbidden, message),
            Problem::SignedOut { .. } | Problem::SessionGone { .. } | Problem::FormToken | Problem::Elsewhere(_) => {
                Self::new(Kind::Unauthorized, "api-detail-unauthorized")
            }
            Problem::Bad(_) => Self::new(Kind::BadRequest, "problem-bad-text"),
            Problem::TooLarge => Self::new(Kind::TooLarge, "problem-too-large-text"),
            Problem::TooMany { minutes } => {
                Self::saying(Kind::TooMany, too_many(minutes)).with(header::RETRY_AFTER, &(minutes * 60).to_string())
            }
            Problem::Suspended { name } => {
                Self::saying(Kind::Unavailable, Message::new("problem-suspended-text").with("name", name))
            }
            Problem::Conflict(message) => Self::saying(Kind::Conflict, message),
            Problem::FilesAway(error) => {
                tracing::error!(error = format!("{error:#}"), "the place for files fails");
                Self::new(Kind::Unavailable, "problem-files-away-text")
            }
            Problem::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "request failed");
                Self::new(Kind::Internal, "problem-internal-text")
            }
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Problem::from(error).into()
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Problem::from(refusal).into()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let locale = Locale::default();
        let errors: Vec<Value> = self
            .wrong
            .iter()
            .map(|wrong| {
                let detail = i18n::say(&locale, &wrong.message);
                match &wrong.at {
                    At::Body(pointer) => json!({ "pointer": format!("#{pointer}"), "detail": detail }),
                    At::Query(name) => json!({ "parameter": name, "detail": detail }),
                    At::Header(name) => json!({ "header": name, "detail": detail }),
                }
            })
            .collect();
        let mut body = json!({
            "type": format!("/api/v1#{}", self.kind.name()),
            "title": i18n::text(&locale, &self.kind.title_key()),
            "status": self.kind.status().as_u16(),
            "detail": i18n::say(&locale, &self.detail),
        });
        if let Some(body) = body.as_object_mut() {
            if !errors.is_empty() {
                body.insert("errors".to_owned(), Value::Array(errors));
            }
            if let Some(current) = self.current {
                body.insert("current".to_owned(), *current);
            }
        }
        let mut response = (self.kind.status(), [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.extend(self.headers);
        if self.kind == Kind::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Puts into this shape what did not come from the interface itself: a method that an address has not, a handler that took too
/// long.
pub fn shaped(response: Response) -> Response {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !(status.is_client_error() || status.is_server_error()) || kind.starts_with(MEDIA_TYPE) {
        return response;
    }
    let kind = Kind::of(status);
    let detail = match kind {
        Kind::NotFound => "problem-not-found-text",
        Kind::MethodNotAllowed => "api-detail-method",
        Kind::Unavailable => "api-detail-unavailable",
        Kind::Internal => "problem-internal-text",
        _ => "problem-bad-text",
    };
    let mut shaped = Fault::new(kind, detail).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        shaped.headers_mut().insert(header::ALLOW, allow.clone());
    }
    shaped
}
