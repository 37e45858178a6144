//! The server, from the socket to a clean end; with it the worker and the address of the measurements.

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::worker;
use crate::config;
use crate::features::webhooks::Courier;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::memory::Memory;
use crate::kernel::metrics;
use crate::kernel::outbound::Outbound;
use crate::kernel::secret::Secret;

/// How long requests and jobs at hand may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(8);

/// Serves until it is told to stop, then lets the requests and jobs at hand end. `ready` runs once the address is taken.
///
/// # Errors
/// The database is not as it must be, or an address is taken.
pub async fn serve(config: &config::Serve, clock: Clock, ready: impl Future<Output = ()>) -> anyhow::Result<()> {
    let stop = stop_when_told();
    if config.metrics_listen.is_some() || config.metrics_token.is_some() {
        metrics::install()?;
    }
    let app = crate::build(config, clock.clone()).await?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}: another program may have it", config.listen))?;
    let measured = measured(config.metrics_listen, app.db.clone(), &stop).await?;
    let worker = match config.jobs_url.as_ref().filter(|url| !url.is_empty() && !config.no_worker) {
        Some(jobs_url) => Some(spawn_worker(
            worker::Settings {
                db: app.db.clone(),
                clock,
                memory: app.memory.clone(),
                base_url: app.base_url.clone(),
                jobs_url: jobs_url.clone(),
                mail: config.mail.clone(),
                courier: Courier { secret: app.secret.clone(), outbound: app.outbound.clone() },
                files: app.files.clone(),
            },
            stop.clone(),
        )),
        None => {
            tracing::info!("no jobs are done here: letters wait for a `concert worker`");
            None
        }
    };
    ready.await;
    tracing::info!(address = %config.listen, "serving");
    let service = crate::site(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = tokio::spawn(
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future(),
    );
    tokio::select! {
        ended = &mut server => ended??,
        () = stop.cancelled() => {
            // a connection that never ends must not keep the server
            if let Ok(ended) = tokio::time::timeout(GRACE, &mut server).await {
                ended??;
            } else {
                tracing::warn!("requests that did not end in time are dropped");
                server.abort();
            }
        }
    }
    stop.cancel();
    finish(worker, measured).await;
    app.db.close().await;
    Ok(())
}

/// Works on jobs alone, until it is told to stop.
///
/// # Errors
/// The database is not as it must be, or the address of the measurements is taken.
pub async fn work(config: &config::Worker, clock: Clock) -> anyhow::Result<()> {
    let stop = stop_when_told();
    if config.metrics_listen.is_some() {
        metrics::install()?;
    }
    let secret = Secret::new(config.secret.clone())?;
    let db = Db::connect(&config.database_url, config.connections, clock.clone()).await?;
    super::preflight::check(&config.database_url).await?;
    let files = config.files.open()?;
    files.check().await?;
    let measured = measured(config.metrics_listen, db.clone(), &stop).await?;
    let settings = worker::Settings {
        db: db.clone(),
        clock,
        memory: Memory::default(),
        base_url: config.base_url.trim_end_matches('/').to_owned(),
        jobs_url: config.jobs_url.clone(),
        mail: config.mail.clone(),
        courier: Courier { secret, outbound: Outbound::new(config.webhooks_local) },
        files,
    };
    let ended = worker::work(settings, stop.clone()).await;
    stop.cancel();
    finish(None, measured).await;
    db.close().await;
    ended
}

/// A worker whose settings are wrong ends the server too: letters that never leave would be noticed by nobody.
fn spawn_worker(settings: worker::Settings, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        if let Err(error) = worker::work(settings, stop.clone()).await {
            tracing::error!(error = format!("{error:#}"), "the worker cannot work; the server stops");
            stop.cancel();
        }
    })
}

async fn finish(worker: Option<JoinHandle<()>>, measured: Option<JoinHandle<()>>) {
    for task in [worker, measured].into_iter().flatten() {
        let abort = task.abort_handle();
        if tokio::time::timeout(GRACE, task).await.is_err() {
            abort.abort();
        }
    }
}

/// /metrics on an address of its own, which the operator keeps from others.
async fn measured(
    address: Option<SocketAddr>,
    db: Db,
    stop: &CancellationToken,
) -> anyhow::Result<Option<JoinHandle<()>>> {
    let Some(address) = address else { return Ok(None) };
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} for /metrics"))?;
    let router = Router::new().route("/metrics", axum::routing::get(rendered)).with_state(db);
    let stop = stop.clone();
    Ok(Some(tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
            tracing::error!(%error, "/metrics is no longer served");
        }
    })))
}

async fn rendered(State(db): State<Db>) -> Response {
    match metrics::render(&db).await {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A token that is cancelled by Ctrl-C, or by SIGTERM from whatever runs us.
fn stop_when_told() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        told.cancel();
    });
    stop
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
