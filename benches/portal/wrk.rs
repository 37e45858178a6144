//! wrk, which loads the server as fast as it answers.

use anyhow::{Context as _, Result, ensure};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use crate::http::{Load, Request};

/// Runs wrk with so many connections. Any answer that is an error, or of another size than the one that was looked at,
/// fails: a redirect to sign-in is quick, too.
pub fn run(
    address: SocketAddr,
    request: &Request,
    size: usize,
    connections: u32,
    seconds: u32,
    scratch: &Path,
) -> Result<Load> {
    let script = scratch.join("request.lua");
    std::fs::write(&script, lua(request)?)?;
    let output = Command::new("wrk")
        .args(["-t1", "--timeout", "30s", &format!("-c{connections}"), &format!("-d{seconds}s")])
        .arg("-s")
        .arg(&script)
        .arg(format!("http://{address}{}", request.path))
        .output()
        .context("cannot run wrk: install it (Debian: `apt-get install wrk`)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let told = told.with_context(|| format!("wrk told nothing: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    let numbers: Vec<f64> = told.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    let [requests, microseconds, bytes, refused, lost, status, late, p50, p99] = numbers.as_slice() else {
        anyhow::bail!("wrk told something else than asked: {told}");
    };
    ensure!(
        refused + lost + status + late == 0.0,
        "of {requests} answers {status} had a status that is an error; {refused} connections were refused, {lost} lost, {late} too late. The \
         server's last words:\n{}",
        last_words(scratch)
    );
    if *requests == 0.0 && seconds < 30 {
        // fifteen others are asking: what takes long is given longer
        return run(address, request, size, connections, seconds * 5, scratch);
    }
    ensure!(*requests > 0.0, "no answer within {seconds} s");
    #[expect(clippy::cast_precision_loss, reason = "a size")]
    let expected = size as f64;
    let mean = bytes / requests;
    // wrk's clock stops in the middle of an answer
    ensure!(
        (mean - expected).abs() <= expected * 0.05 + expected * f64::from(connections) / requests,
        "answers of {mean:.0} bytes where the one that was looked at has {expected}"
    );
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let count = *requests as u64;
    Ok(Load {
        per_second: requests / (microseconds / 1e6),
        p50_ms: p50 / 1000.0,
        p99_ms: p99 / 1000.0,
        requests: count,
    })
}

/// What the server has logged last: why it answered as it did.
fn last_words(scratch: &Path) -> String {
    let log = std::fs::read_to_string(scratch.join(crate::server::LOG)).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

fn lua(request: &Request) -> Result<String> {
    let mut lua = String::new();
    if let Some(form) = &request.form {
        writeln!(lua, "wrk.method = \"POST\"\nwrk.body = [==[{form}]==]")?;
    }
    for (name, value) in request.headers() {
        writeln!(lua, "wrk.headers[\"{name}\"] = [==[{value}]==]")?;
    }
    lua.push_str(
        "function done(summary, latency, requests)
            local e = summary.errors
            io.write(string.format('RESULT %d %d %d %d %d %d %d %d %d\\n', summary.requests, summary.duration, summary.bytes,
                e.connect, e.read + e.write, e.status, e.timeout, latency:percentile(50), latency:percentile(99)))
        end\n",
    );
    Ok(lua)
}
