//! Who sent a request, as far as that is known before they have entered: their address, and the cookies that tie forms and
//! sessions to a browser.

use axum::extract::ConnectInfo;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use std::net::{IpAddr, SocketAddr};

use crate::kernel::random::Token;
use crate::kernel::state::App;

/// What is known of whoever sent the request.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub address: Option<IpAddr>,
    pub agent: String,
    /// Set where the browser had none: the cookie that ties forms to it.
    pub new_cookie: Option<Token>,
    pub session: Option<Token>,
}

pub(super) fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-concert" } else { "concert" }
}
pub(super) fn visit_cookie(secure: bool) -> &'static str {
    if secure { "__Host-concert-visit" } else { "concert-visit" }
}

fn cookie(name: &'static str, value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).secure(secure).same_site(SameSite::Lax).build()
}

/// The header that gives the browser its session.
pub fn set_session(app: &App, token: &Token) -> Option<HeaderValue> {
    let cookie = cookie(session_cookie(app.secure()), token.expose().to_owned(), app.secure());
    cookie.to_string().parse().ok()
}

/// The header that takes it away.
pub fn clear_session(app: &App) -> Option<HeaderValue> {
    let mut cookie = cookie(session_cookie(app.secure()), String::new(), app.secure());
    cookie.make_removal();
    cookie.to_string().parse().ok()
}

impl Visitor {
    /// The header that ties forms to a browser without a session.
    pub fn set_cookie(&self, app: &App) -> Option<HeaderValue> {
        let token = self.new_cookie.as_ref()?;
        cookie(visit_cookie(app.secure()), token.expose().to_owned(), app.secure()).to_string().parse().ok()
    }
}

/// The visitor's address. Only what our own proxies added counts: the rest of the header is the visitor's to write.
pub fn address(parts: &Parts, proxies: usize) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    if proxies == 0 {
        return peer;
    }
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let hops: Vec<&str> = forwarded.split(',').map(str::trim).collect();
    hops.len().checked_sub(proxies).and_then(|i| hops.get(i)).and_then(|h| h.parse().ok()).or(peer)
}

/// Whether the browser brings a session, live or not.
pub fn has_session(app: &App, jar: &CookieJar) -> bool {
    jar.get(session_cookie(app.secure())).is_some_and(|c| Token::parse(c.value()).is_some())
}
