//! The server, from the socket to a clean end.

use anyhow::Context;
use std::net::SocketAddr;
use tokio::net::TcpListener;

use crate::config;
use crate::kernel::clock::Clock;

/// Serves until it is told to stop, then lets the requests at hand end. `ready` runs once the address is taken.
///
/// # Errors
/// The database is not as it must be, or the address is taken.
pub async fn serve(config: &config::Serve, clock: Clock, ready: impl Future<Output = ()>) -> anyhow::Result<()> {
    let app = crate::build(config, clock).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}: another program may have it", config.listen))?;
    ready.await;
    tracing::info!(address = %config.listen, "serving");
    let service = crate::site(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(told_to_stop()).await?;
    app.db.close().await;
    Ok(())
}

/// Ctrl-C, or SIGTERM from whatever runs us.
pub async fn told_to_stop() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
