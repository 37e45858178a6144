//! `concert serve`, as it is installed, on the generated data.

use anyhow::{Context as _, Result, bail};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::{Client, Request};
use crate::place::{DATABASE, Place};

/// Where the server logs, in the folder of the run.
pub const LOG: &str = "serve.log";

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts it and waits until it is ready. Its log goes to a file, as an installation's does.
    pub async fn start(place: &Place, connections: u32, scratch: &Path) -> Result<Self> {
        // a port that is free now; should another take it meanwhile, the server says so and ends
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(scratch.join(LOG))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_concert"));
        command.arg("serve").env_clear();
        command.env("DATABASE_URL", place.cluster.url("concert_app", DATABASE));
        command.env("CONCERT_JOBS_URL", place.cluster.url("concert_jobs", DATABASE));
        command.env("CONCERT_LISTEN", address.to_string()).env("CONCERT_BASE_URL", format!("http://{address}"));
        command.env("CONCERT_SECRET", "a secret of the bench, which serves nobody");
        command.env("CONCERT_CONNECTIONS", connections.to_string());
        command.env("CONCERT_SIGN_IN_LIMIT", "1000000").env("CONCERT_SIGN_IN_ADDRESS_LIMIT", "1000000");
        command.env("CONCERT_EXPORT_LIMIT", "1000000").env("CONCERT_MAIL_FOLDER", scratch.join("mail"));
        // jobs of its own, a first pass of the overlap finder above all, would be measured with the pages
        command.env("CONCERT_NO_WORKER", "true");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().context("cannot start `concert serve`")?;
        let mut server = Self { child, address };
        let begun = Instant::now();
        loop {
            if let Ok(mut client) = Client::connect(address).await
                && let Ok(answer) = client.send(&Request::get("/readyz", "")).await
                && answer.status == 200
            {
                return Ok(server);
            }
            if server.child.try_wait()?.is_some() || begun.elapsed() > Duration::from_secs(30) {
                bail!("`concert serve` does not start: {}", fs::read_to_string(scratch.join(LOG))?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Memory in MB: now, and at most so far.
    pub fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kb: Option<f64> = line.and_then(|l| l.split_whitespace().next()).and_then(|n| n.parse().ok());
            kb.map(|kb| kb / 1024.0).with_context(|| format!("no {name} of the server"))
        };
        Ok((field("VmRSS:")?, field("VmHWM:")?))
    }

    /// Time on a processor in seconds, so far.
    pub fn processor_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok());
        // user and system time, in hundredths of a second on Linux
        ticks(11).zip(ticks(12)).map(|(user, system)| (user + system) / 100.0).context("no times of the server")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The pool's connections end with it; nothing of it is kept.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
