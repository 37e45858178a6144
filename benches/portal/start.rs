//! How long the demo takes from its start to its first page, built and seeded.

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::{Client, Request};

/// What the brief gives it, in seconds.
pub const MOST: f64 = 3.0;
/// So often it is started on data that are there; the median is told.
const ROUNDS: usize = 3;

/// Seconds to the first page, on data that an earlier start has made.
///
/// # Errors
/// The demo does not start, or does not end when it is told to.
pub async fn seconds(scratch: &Path) -> Result<f64> {
    once(scratch).await?;
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        taken.push(once(scratch).await?);
    }
    taken.sort_by(f64::total_cmp);
    taken.get(ROUNDS / 2).copied().context("no start was measured")
}

async fn once(scratch: &Path) -> Result<f64> {
    // a port that is free now; should another take it meanwhile, the demo says so and ends
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let log = File::create(scratch.join("demo.log"))?;
    let begun = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_concert"));
    command.args(["demo", "--port", &address.port().to_string(), "--data"]).arg(scratch.join("demo"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut demo = command.spawn().context("cannot start `concert demo`")?;
    let taken = first_page(&mut demo, address, begun).await;
    kill(Pid::from_raw(i32::try_from(demo.id())?), Signal::SIGTERM)?;
    let ended = demo.wait()?;
    if !ended.success() {
        bail!("`concert demo` ended with {ended}");
    }
    taken
}

async fn first_page(demo: &mut Child, address: SocketAddr, begun: Instant) -> Result<f64> {
    loop {
        if let Ok(mut client) = Client::connect(address).await
            && let Ok(answer) = client.send(&Request::get("/iisg/public", "")).await
            && answer.status == 200
        {
            return Ok(begun.elapsed().as_secs_f64());
        }
        if demo.try_wait()?.is_some() || begun.elapsed() > Duration::from_secs(180) {
            bail!("`concert demo` does not start");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
