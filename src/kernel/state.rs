//! What the whole server shares.

use std::sync::Arc;

use super::clock::Clock;
use super::db::Db;
use super::files::Files;
use super::memory::Memory;
use super::outbound::Outbound;
use super::secret::Secret;

#[derive(Clone)]
pub struct App(Arc<Shared>);

/// Made once when the server starts.
pub struct Shared {
    pub db: Db,
    /// The newest migration that the program knows.
    pub schema: i64,
    /// What features keep beside the database.
    pub memory: Memory,
    pub secret: Secret,
    /// Which addresses may be sent to.
    pub outbound: Outbound,
    /// Where files lie that members bring.
    pub files: Files,
    pub clock: Clock,
    /// The address people reach us at, without a slash at its end: `https://concert.example`.
    pub base_url: String,
    /// Roles that need a second factor must have one. Off in the demo, which says so.
    pub second_factor_required: bool,
    /// The demo: sign-in pages say which accounts there are.
    pub demo: bool,
    /// How many reverse proxies of ours stand before the server and add to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    pub limits: crate::kernel::auth::Limits,
    /// Opens /metrics; closed to everyone where there is none.
    pub metrics_token: Option<super::metrics::MetricsToken>,
}

impl App {
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Whether browsers reach us through TLS: decides the cookie's name and marks.
    pub fn secure(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}

impl std::ops::Deref for App {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
