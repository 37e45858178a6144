//! Concert: a multi-tenant portal for donor coordination.
//!
//! Imports go one way: `main → lib → routes → features → kernel`. A feature is a folder; it uses another
//! only through what that one's `mod.rs` exposes.

pub mod config;
pub mod dev;
pub mod features;
pub mod kernel;
pub mod ops;
pub mod routes;

use axum::Router;
use kernel::clock::Clock;
use kernel::db::Db;
use kernel::metrics::MetricsToken;
use kernel::outbound::Outbound;
use kernel::secret::Secret;
use kernel::state::{App, Shared};

/// Builds the server's state from its settings: used by the program and by the tests.
///
/// # Errors
/// The database cannot be reached, or is not as it must be ([`ops::preflight`]).
pub async fn build(config: &config::Serve, clock: Clock) -> anyhow::Result<App> {
    let db = Db::connect(&config.database_url, config.connections, clock.clone()).await?;
    ops::preflight::check(&config.database_url).await?;
    let files = config.files.open()?;
    files.check().await?;
    Ok(App::new(Shared {
        db,
        schema: ops::migrate::newest(),
        memory: kernel::memory::Memory::default(),
        secret: Secret::new(config.secret.clone())?,
        outbound: Outbound::new(config.webhooks_local),
        files,
        clock,
        base_url: config.base_url.trim_end_matches('/').to_owned(),
        second_factor_required: config.second_factor == config::SecondFactor::Required,
        demo: config.demo,
        trusted_proxies: config.trusted_proxies,
        limits: config.limits(),
        metrics_token: MetricsToken::new(config.metrics_token.as_ref())?,
    }))
}

/// The whole site.
pub fn site(app: App) -> Router {
    routes::site(app)
}
