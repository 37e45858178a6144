//! Whether the editor of a plan of 400 nodes and 3,000 actions stays fluent: a browser measures it, by tests/browser/fluent.mjs.

use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// Prints what the browser measures of the plan at this address. False if it is not fluent and `check` asks for that.
///
/// # Errors
/// There is no Node.
pub fn run(address: SocketAddr, plan: &str, cookie: &str, check: bool) -> Result<bool> {
    let mut command = Command::new("node");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/fluent.mjs"));
    command.arg("--address").arg(format!("http://{address}")).arg("--edit").arg(format!("{plan}/edit"));
    command.arg("--cookie").arg(cookie);
    if check {
        command.arg("--check");
    }
    let status = command.status().context("cannot start node: `scripts/setup --browser` installs it")?;
    Ok(status.success())
}
