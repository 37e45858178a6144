//! `concert healthcheck`: asks the server next door, for whatever supervises it. A few lines of HTTP, no client.

use anyhow::{Context, ensure};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config;

/// # Errors
/// The server does not answer within three seconds, or says that it is not well.
pub async fn ask(config: &config::Healthcheck) -> anyhow::Result<()> {
    let address = reachable(config.listen);
    let path = if config.ready { "/readyz" } else { "/healthz" };
    let answer = tokio::time::timeout(Duration::from_secs(3), request(address, path)).await;
    let answer = answer
        .with_context(|| format!("{address} does not answer"))?
        .with_context(|| format!("{address} cannot be asked"))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    ensure!(status == "200", "{path} answered {status}");
    Ok(())
}

/// "Every address" is where a server listens, not where it is asked.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

async fn request(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
