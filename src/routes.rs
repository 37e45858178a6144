//! The whole URL table, and what every request passes through on its way.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::ServiceBuilderExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::MakeRequestUuid;

use crate::features;
use crate::kernel::auth;
use crate::kernel::db::Statements;
use crate::kernel::error::{Problem, framed};
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
        .layer(middleware::from_fn(own_id))
        .set_x_request_id(MakeRequestUuid)
        .layer(middleware::from_fn(log))
        .propagate_x_request_id()
        .layer(middleware::from_fn_with_state(app.clone(), headers))
        .layer(middleware::from_fn(features::api::guard))
        .layer(CatchPanicLayer::custom(|_| Problem::Internal(anyhow::anyhow!("a handler panicked")).into_response()))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(framed))
        .layer(middleware::from_fn_with_state(app.clone(), in_time));
    let router = table().into_router().fallback(nothing_there).method_not_allowed_fallback(not_this_way);
    router.layer(passes).with_state(app)
}

/// What is of no route.
async fn nothing_there(State(app): State<App>, request: Request) -> Problem {
    lost(&app, request, Problem::NotFound).await
}

/// What is of a route, but not in this way.
async fn not_this_way(State(app): State<App>, request: Request) -> Problem {
    // a form of one's own account stands on the page of the account
    if request.method() == Method::GET && request.uri().path().starts_with("/account/") {
        return Problem::Elsewhere("/account".to_owned());
    }
    lost(&app, request, Problem::NotThisWay).await
}

async fn lost(app: &App, request: Request, problem: Problem) -> Problem {
    let path = request.uri().path().to_owned();
    let mut steps = path.split('/').skip(1);
    let slug = steps.next().unwrap_or_default();
    if !auth::may_be_process(slug) || features::RESERVED.contains(&slug) {
        return problem;
    }
    match steps.next() {
        Some("public") => auth::lost_in_public(request, app, slug, problem).await,
        _ => auth::lost(request, app, slug, problem).await,
    }
}

/// A page has its time. A file that comes over a bad line has longer: it is taken a part at a time, and holds nothing meanwhile.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let seconds = if kind.starts_with("multipart/form-data") { 15 * 60 } else { app.limits.page_seconds };
    match tokio::time::timeout(Duration::from_secs(seconds), next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::Late.into_response(),
    }
}

/// A request keeps the id that a proxy gave it, if it is one: what anybody may write must not stand in the log.
async fn own_id(mut request: Request, next: Next) -> Response {
    let is_id = |v: &HeaderValue| {
        let v = v.as_bytes();
        (1..=64).contains(&v.len()) && v.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(b))
    };
    if !request.headers().get("x-request-id").is_some_and(is_id) {
        request.headers_mut().remove("x-request-id");
    }
    next.run(request).await
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
