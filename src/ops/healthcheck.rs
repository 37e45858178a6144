//! `concert healthcheck`: asks a running server whether it is well, for containers without a program that could.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(3);
/// The first line of an answer is all that is read.
const LONGEST: u64 = 1024;

/// Asks `/healthz` of the server that listens on this address of this machine.
///
/// # Errors
/// Nobody answers in three seconds, or not with 200.
pub async fn healthcheck(listen: SocketAddr) -> Result<()> {
    let Ok(answer) = timeout(PATIENCE, ask(reachable(listen))).await else {
        bail!("no answer within {} seconds", PATIENCE.as_secs());
    };
    let answer = answer?;
    let first = answer.lines().next().unwrap_or_default();
    ensure!(first.split(' ').nth(1) == Some("200"), "the server answers {first:?}");
    Ok(())
}

async fn ask(address: SocketAddr) -> Result<String> {
    let mut stream = TcpStream::connect(address).await.with_context(|| format!("nobody listens on {address}"))?;
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// One listens on 0.0.0.0, but asks 127.0.0.1.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        other => other,
    };
    SocketAddr::new(address, listen.port())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn server_that_says(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut question = [0; 512];
            let read = stream.read(&mut question).await.unwrap();
            assert!(question[..read].starts_with(b"GET /healthz "));
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        address
    }

    #[tokio::test]
    async fn is_well_only_with_200() {
        healthcheck(server_that_says("HTTP/1.1 200 OK\r\n\r\nok").await).await.unwrap();
        assert!(healthcheck(server_that_says("HTTP/1.1 503 Service Unavailable\r\n\r\n").await).await.is_err());
        assert!(healthcheck("127.0.0.1:1".parse().unwrap()).await.is_err());
    }

    #[test]
    fn asks_where_it_can_be_reached() {
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()), "127.0.0.1:80".parse().unwrap());
        assert_eq!(reachable("[::]:80".parse().unwrap()), "[::1]:80".parse().unwrap());
    }
}
