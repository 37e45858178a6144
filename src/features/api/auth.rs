//! Who calls: a program with a token, which stands for one membership. No cookie is looked at here, so that no page of another
//! site can make a browser call; and a token opens nothing but these addresses.

use axum::body::to_bytes;
use axum::extract::{FromRequest, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

use super::limit::{self, Allowance};
use super::problem::{Fault, Kind, shaped};
use super::{query, tokens};
use crate::kernel::auth::{Inside, address};
use crate::kernel::db::{Intent, Statements, TokenEntry, TokenSaid};
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Refusal};
use crate::kernel::route::Access;
use crate::kernel::state::App;

/// Longer than any record of ours.
const MOST_BYTES: usize = 1 << 20;
/// Longer than any query that the filters make.
const MOST_QUERY: usize = 16 << 10;

/// What a request has left of its window, once that is known: told with whatever is answered.
#[derive(Clone, Default)]
struct Told(Arc<OnceLock<Allowance>>);

/// A program inside a process.
pub struct Called {
    /// With the query as its fields; the rights are those of the token's one membership.
    pub inside: Inside,
    pub token: TokenSaid,
    pub headers: HeaderMap,
    /// What was sent; null for a request that only reads.
    pub body: Value,
    /// By what a repeated request is told from another: a hash of method, address and body.
    pub asked: Vec<u8>,
}

impl Called {
    /// A header as text; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

fn unauthorized(detail: &'static str) -> Fault {
    Fault::new(Kind::Unauthorized, detail)
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn asked(parts: &Parts, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), body] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("application/merge-patch+json")
}

impl FromRequest<App> for Called {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        let Some(Access::Token(permission)) = parts.extensions.get::<Access>().copied() else {
            return Err(crate::kernel::error::Problem::from(anyhow::anyhow!("a program's route for others")).into());
        };
        let given = bearer(&parts.headers).ok_or_else(|| unauthorized("api-detail-unauthorized"))?;
        let now = app.clock.now();
        let from = address(&parts, app.trusted_proxies);
        let parsed = tokens::split(given);
        let hash = parsed.as_ref().map(|(_, token)| token.hash());
        if let Some(seconds) = limit::to_wait(&app.memory, from, hash.as_deref(), now.timestamp()) {
            let fault = Fault::new(Kind::TooMany, "api-detail-too-many-wrong");
            return Err(fault.with(header::RETRY_AFTER, &seconds.to_string()));
        }
        let Some((slug, token)) = parsed else {
            limit::refused(&app.memory, from, now.timestamp());
            return Err(unauthorized("api-detail-token-unknown"));
        };
        let left = limit::take(&app.memory, token.hash(), app.limits.requests_per_token, now.timestamp());
        if let Some(told) = parts.extensions.get::<Told>() {
            // set once a request
            let _ = told.0.set(left);
        }
        if !left.allowed {
            return Err(
                Fault::new(Kind::TooMany, "api-detail-too-many").with(header::RETRY_AFTER, &left.reset.to_string())
            );
        }
        let asked_for = parts.uri.query().unwrap_or_default();
        if asked_for.len() > MOST_QUERY {
            return Err(Fault::new(Kind::BadRequest, "api-detail-query-long"));
        }
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        // before a transaction is begun: a slow sender holds none
        let (asked, body) = if reads {
            (Vec::new(), Value::Null)
        } else if parts.method == Method::DELETE {
            (asked(&parts, &[]), Value::Null)
        } else {
            if !is_json(&parts.headers) {
                return Err(Fault::new(Kind::UnsupportedMediaType, "api-detail-media-type"));
            }
            let bytes =
                to_bytes(body, MOST_BYTES).await.map_err(|_| Fault::new(Kind::TooLarge, "problem-too-large-text"))?;
            let value: Value =
                serde_json::from_slice(&bytes).map_err(|_| Fault::new(Kind::BadRequest, "api-detail-json"))?;
            (asked(&parts, &bytes), value)
        };
        let statements = parts.extensions.get::<Statements>().cloned().unwrap_or_default();
        let intent = parts.extensions.get::<Intent>().copied().unwrap_or(Intent::Read);
        let (tx, facts) = match app.db.enter_token(slug, &token, intent, &statements).await? {
            TokenEntry::In(inside) => *inside,
            TokenEntry::Unknown => {
                limit::refused(&app.memory, from, now.timestamp());
                return Err(unauthorized("api-detail-token-unknown"));
            }
            TokenEntry::Expired => return Err(unauthorized("api-detail-token-expired")),
            TokenEntry::Ended => return Err(unauthorized("api-detail-token-ended")),
            TokenEntry::Suspended { name } => {
                return Err(Fault::saying(
                    Kind::Unavailable,
                    Message::new("problem-suspended-text").with("name", name),
                ));
            }
        };
        limit::opened(&app.memory, &token.hash());
        if facts.stale {
            app.db.touch_token(facts.process.id, facts.token.id);
        }
        if !reads && !facts.token.write {
            return Err(Fault::new(Kind::Forbidden, "api-detail-scope"));
        }
        let member = Member::new(vec![facts.membership]);
        for needed in [Permission::TokensOwn, permission] {
            if !member.may_somewhere(needed) {
                return Err(Refusal { permission: needed }.into());
            }
        }
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
        query::check(&parts.method, path, asked_for)?;
        let page = Page {
            process: Some(facts.process),
            member: Some(member.clone()),
            ..Page::bare(Locale::default(), app.clock.today())
        };
        let inside = Inside { app: app.clone(), tx, member, page, fields: Fields::decode(asked_for.as_bytes()) };
        Ok(Self { inside, token: facts.token, headers: parts.headers, body, asked })
    }
}

/// Around every request: what is beneath `/api` is answered in its own shape, whatever comes of it, and with what is left of
/// the token's window.
pub async fn guard(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != "/api" && !path.starts_with("/api/") {
        return next.run(request).await;
    }
    // an address that is none of ours must not be taken for one of a process called "api"
    let matched = request.extensions().get::<MatchedPath>();
    if !matched.is_some_and(|m| m.as_str().starts_with("/api/")) {
        return Fault::not_found().into_response();
    }
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let mut response = shaped(next.run(request).await);
    if let Some(left) = told.0.get() {
        let policy = format!("{};w={}", left.limit, limit::WINDOW);
        for (name, value) in [
            ("ratelimit-limit", left.limit.to_string()),
            ("ratelimit-remaining", left.remaining.to_string()),
            ("ratelimit-reset", left.reset.to_string()),
            ("ratelimit-policy", policy),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
    }
    response
}
