//! The whole URL table, and what every request passes through on its way.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::MakeRequestUuid;

use crate::features;
use crate::kernel::db::Statements;
use crate::kernel::error::Problem;
use crate::kernel::route::Routes;
use crate::kernel::state::App;

/// Every route of every feature. A test walks it.
pub fn table() -> Routes {
    let mut routes = Routes::default();
    features::routes(&mut routes);
    routes
}

/// The router with what every request passes through, outermost first.
pub fn site(app: App) -> Router {
    let passes = ServiceBuilder::new()
        .set_x_request_id(MakeRequestUuid)
        .layer(middleware::from_fn(log))
        .propagate_x_request_id()
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .layer(middleware::from_fn(features::api::guard))
        .layer(CatchPanicLayer::custom(|_| Problem::Internal(anyhow::anyhow!("a handler panicked")).into_response()))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), in_time));
    table().into_router().fallback(nothing_there).layer(passes).with_state(app)
}

/// What is of no route. Signed out, a member's address redirects alike whether it exists or not.
async fn nothing_there(State(app): State<App>, request: Request) -> Problem {
    let path = request.uri().path().to_owned();
    let cookies = axum_extra::extract::cookie::CookieJar::from_headers(request.headers());
    let first = path.split('/').nth(1).unwrap_or_default();
    let is_process =
        !first.is_empty() && !features::RESERVED.contains(&first) && path.split('/').nth(2) != Some("public");
    if is_process && !crate::kernel::auth::has_session(&app, &cookies) {
        // as with addresses that exist: what takes forms alone is none to come back to
        let next = if request.method() == axum::http::Method::GET { path } else { format!("/{first}") };
        return Problem::SignedOut { next };
    }
    Problem::NotFound
}

/// A page has its time. A file that comes over a bad line has longer: it is taken a part at a time, and holds nothing meanwhile.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let seconds = if kind.starts_with("multipart/form-data") { 15 * 60 } else { app.limits.page_seconds };
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// One line a request: its id, route (not the address, which may hold what people typed), status, time, statements.
async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<axum::extract::MatchedPath>().map_or("-", |m| m.as_str()).to_owned();
    let id = request.headers().get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let statements = Statements::default();
    let mut request = request;
    request.extensions_mut().insert(statements.clone());
    let started = std::time::Instant::now();
    let span = tracing::info_span!("request", id);
    let response = {
        use tracing::Instrument;
        next.run(request).instrument(span).await
    };
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    metrics::histogram!("concert_request_seconds", "route" => route.clone(), "status" => status.to_string())
        .record(seconds);
    metrics::histogram!("concert_request_statements", "route" => route.clone()).record(f64::from(statements.count()));
    tracing::info!(%method, route, status, ms = seconds * 1000.0, statements = statements.count(), id, "request");
    let mut response = response;
    if let Ok(value) = HeaderValue::from_str(&format!("statements;desc=\"{}\"", statements.count())) {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), value);
    }
    response
}

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_static = request.uri().path().starts_with("/static/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // a file that members have brought comes under one that lets nothing run at all
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // a page whose address is a secret has said so itself
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()"),
    );
    if app.secure() {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    // pages hold what only their reader may see: no cache between, none after sign-out
    if !is_static && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
