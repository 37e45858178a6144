//! A small client: one connection, kept alive, that measures. wrk measures as fast as it can; this one also sends at a
//! given pace, and looks at what comes back.

use anyhow::{Context as _, Result, bail, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub cookie: String,
    /// The form of a POST.
    pub form: Option<String>,
    pub gzip: bool,
}

impl Request {
    pub fn get(path: impl Into<String>, cookie: impl Into<String>) -> Self {
        Self { path: path.into(), cookie: cookie.into(), form: None, gzip: false }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = match &self.form {
            Some(_) => format!("POST {} HTTP/1.1\r\n", self.path),
            None => format!("GET {} HTTP/1.1\r\n", self.path),
        };
        text.push_str("Host: 127.0.0.1\r\n");
        for (name, value) in self.headers() {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(form) = &self.form {
            text.push_str(&format!("Content-Length: {}\r\n\r\n{form}", form.len()));
        } else {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// Headers beside Host and Content-Length, which wrk makes itself.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if !self.cookie.is_empty() {
            headers.push(("Cookie", self.cookie.clone()));
        }
        if self.gzip {
            headers.push(("Accept-Encoding", "gzip".to_owned()));
        }
        if self.form.is_some() {
            headers.push(("Content-Type", "application/x-www-form-urlencoded".to_owned()));
        }
        headers
    }
}

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// Bytes on the wire, head included.
    pub size: usize,
}

impl Response {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim()).next()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// How many statements the server says that it sent.
    pub fn statements(&self) -> Option<u32> {
        let told = self.header("server-timing")?.split("statements;desc=\"").nth(1)?;
        told.split('"').next()?.parse().ok()
    }
}

pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("cannot reach {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 16) })
    }

    pub async fn send(&mut self, request: &Request) -> Result<Response> {
        self.exchange(&request.bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Response> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(self.buffer.get(..head_end).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status in the answer")?;
        let mut response = Response { status, head, body: Vec::new(), size: 0 };
        if let Some(length) = response.header("content-length") {
            let end = head_end + length.parse::<usize>()?;
            while self.buffer.len() < end {
                self.more().await?;
            }
            response.body = self.buffer.get(head_end..end).unwrap_or_default().to_vec();
            response.size = end;
        } else if response.header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked")) {
            response.size = self.chunks(head_end, &mut response.body).await?;
        } else {
            response.size = head_end;
        }
        Ok(response)
    }

    /// The pieces of a body whose length was not known; answers where it ends.
    async fn chunks(&mut self, mut at: usize, body: &mut Vec<u8>) -> Result<usize> {
        loop {
            let line = loop {
                if let Some(end) = find(self.buffer.get(at..).unwrap_or_default(), b"\r\n") {
                    break end;
                }
                self.more().await?;
            };
            let length = String::from_utf8_lossy(self.buffer.get(at..at + line).unwrap_or_default()).into_owned();
            let length = usize::from_str_radix(length.trim(), 16).context("a chunk without its length")?;
            let (from, to) = (at + line + 2, at + line + 2 + length);
            while self.buffer.len() < to + 2 {
                self.more().await?;
            }
            body.extend_from_slice(self.buffer.get(from..to).unwrap_or_default());
            at = to + 2;
            if length == 0 {
                return Ok(at);
            }
        }
    }

    async fn more(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server closed the connection");
        Ok(())
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// What was seen under a load.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Load {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub requests: u64,
}

/// Sends at a pace over some connections. A request that has to wait for a connection is late from the moment it was due,
/// so that a server that stalls is not measured by the requests it kept from being sent.
pub async fn paced(address: SocketAddr, request: &Request, status: u16, rate: f64, seconds: f64) -> Result<Load> {
    const CONNECTIONS: usize = 16;
    let bytes = Arc::new(request.bytes());
    let next = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let mut workers = Vec::new();
    for _ in 0..CONNECTIONS {
        let (bytes, next) = (Arc::clone(&bytes), Arc::clone(&next));
        let mut client = Client::connect(address).await?;
        workers.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                #[expect(clippy::cast_precision_loss, reason = "the number of a request")]
                let due = next.fetch_add(1, Ordering::Relaxed) as f64 / rate;
                if due > seconds {
                    return Ok::<_, anyhow::Error>(times);
                }
                let mut from = started + Duration::from_secs_f64(due);
                if from > Instant::now() {
                    tokio::time::sleep_until(from.into()).await;
                    // timers of the runtime count in milliseconds; their lateness is not the server's
                    from = Instant::now();
                }
                let response = client.exchange(&bytes).await?;
                if response.status != status {
                    bail!("status {} instead of {status}", response.status);
                }
                times.push(from.elapsed());
            }
        }));
    }
    let mut times = Vec::new();
    for worker in workers {
        times.extend(worker.await??);
    }
    Ok(summary(times, started.elapsed()))
}

/// One after another, on one connection.
pub async fn single(address: SocketAddr, request: &Request, status: u16, seconds: f64) -> Result<Load> {
    let bytes = request.bytes();
    let mut client = Client::connect(address).await?;
    let (started, mut times) = (Instant::now(), Vec::new());
    while started.elapsed().as_secs_f64() < seconds || times.len() < 3 {
        let from = Instant::now();
        let response = client.exchange(&bytes).await?;
        ensure!(response.status == status, "status {} instead of {status}", response.status);
        times.push(from.elapsed());
    }
    Ok(summary(times, started.elapsed()))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among few"
)]
pub fn summary(mut times: Vec<Duration>, took: Duration) -> Load {
    times.sort();
    let at = |share: f64| {
        let rank = (times.len() as f64 * share).ceil() as usize;
        times.get(rank.saturating_sub(1)).map_or(0.0, |t| t.as_secs_f64() * 1000.0)
    };
    Load {
        per_second: times.len() as f64 / took.as_secs_f64(),
        p50_ms: at(0.5),
        p99_ms: at(0.99),
        requests: times.len() as u64,
    }
}
