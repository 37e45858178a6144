//! `pg_dump` and `pg_restore` as children whose words are kept and whose failure is told.

use std::io::Read;
use std::process::{Child, Command};
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, bail, ensure};
use url::Url;

use crate::dev::binaries::Binaries;

/// A program of PostgreSQL that can work with a server of this major version: its own, else a newer one.
pub fn program(name: &str, server: u32) -> Result<Command> {
    let binaries = Binaries::find(name, Some(server)).or_else(|_| Binaries::find(name, None))?;
    ensure!(
        binaries.major >= server,
        "the server is PostgreSQL {server}, and `{name}` {} in {} is older: install postgresql-client-{server}",
        binaries.major,
        binaries.dir.display()
    );
    let mut command = Command::new(binaries.program(name));
    command.env("LC_ALL", "C.UTF-8");
    Ok(command)
}

/// Gives the program the address of a database. The password goes through the environment: everyone may read the
/// arguments of a running program. What only sqlx understands is left out.
pub fn connect(command: &mut Command, address: &str, database: Option<&str>) -> Result<()> {
    let mut address = Url::parse(address).context("the address of the database cannot be read")?;
    if let Some(database) = database {
        address.set_path(database);
    }
    if let Some(password) = address.password() {
        command.env("PGPASSWORD", percent_decoded(password));
    }
    if address.set_password(None).is_err() {
        bail!("the address of the database has no host");
    }
    let kept = address.query().unwrap_or_default().split('&');
    let kept: Vec<&str> =
        kept.filter(|pair| !pair.is_empty() && !pair.starts_with("statement-cache-capacity=")).collect();
    let kept = kept.join("&");
    address.set_query((!kept.is_empty()).then_some(kept.as_str()));
    command.arg(format!("--dbname={address}"));
    Ok(())
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.get(..2)).flatten();
        let number =
            escaped.and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(number.unwrap_or(first));
        rest = if number.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A running program. Dropped before its end, it is killed: an error on our side must not leave it waiting for us.
pub struct Running {
    pub child: Child,
    name: &'static str,
    words: Option<JoinHandle<String>>,
}

impl Running {
    pub fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        let mut child =
            command.stderr(std::process::Stdio::piped()).spawn().with_context(|| format!("cannot run {name}"))?;
        let words = child.stderr.take().map(|stderr| std::thread::spawn(move || beginning(stderr)));
        Ok(Self { child, name, words })
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// It failed; the message is its own.
    pub fn finish(mut self) -> Result<()> {
        let status = self.child.wait()?;
        let words = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        ensure!(status.success(), "{} failed ({status}): {}", self.name, words.trim());
        if !words.trim().is_empty() {
            tracing::warn!(program = self.name, words = words.trim(), "a program of PostgreSQL had something to say");
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if it has ended, as it has after `finish`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first 16 KiB; the rest is read and dropped, or the program would wait for a reader.
fn beginning(mut stream: impl Read) -> String {
    let mut kept = Vec::new();
    // What could not be read is missing from a message, no more.
    let _ = stream.by_ref().take(16 << 10).read_to_end(&mut kept);
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let mut command = Command::new("pg_dump");
        connect(&mut command, "postgres://me:a%20b%25@db:5432/x?host=/my%20data&statement-cache-capacity=5", Some("y"))
            .unwrap();
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["--dbname=postgres://me@db:5432/y?host=/my%20data"]);
        let password = command.get_envs().find(|(name, _)| *name == "PGPASSWORD").and_then(|(_, value)| value);
        assert_eq!(password, Some("a b%".as_ref()));
    }
}
