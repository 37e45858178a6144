//! A private PostgreSQL in a folder: made, started as our child, joined by others, stopped.
//!
//! The server listens on a Unix socket in a folder that only its account may enter, and on nothing else; that is why it
//! trusts whoever reaches the socket. As root its programs run as `postgres` or `nobody`, for they refuse root.
//!
//! A folder holds `data/`, `sock/`, `server.log`, and two locks: `lock` is held while somebody makes, starts or stops
//! the server; `users` is held shared by everyone who uses a throwaway server, so that the last one out ends it.

use std::fs::{self, File, TryLockError};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::account;
use super::binaries::Binaries;
use super::place::{Keeper, PORT, Place};

/// The superuser of every private cluster.
pub const SUPERUSER: &str = "postgres";

/// What a cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Data that people keep: every commit reaches the disk; the server ends with the process that started it.
    Durable,
    /// Tests: nothing is synced to disk, and the server outlives the process that started it as long as another one
    /// uses it, because runners like nextest give every test a process of its own. A broken one is made anew.
    Throwaway,
}

/// A running private PostgreSQL. Dropping it stops a durable server that this value started.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    binaries: Binaries,
    mode: Mode,
    keeper: Option<Keeper>,
    /// Held as long as a throwaway server is used; the lock goes with the process.
    users: Option<File>,
}

impl Cluster {
    /// Starts the cluster in `dir`, making it first if it is not there, or joins the one that runs there. It blocks: half
    /// a second the first time, 50 ms later; any thread may call it.
    ///
    /// # Errors
    /// No PostgreSQL on the machine, or none of the data's major version; a folder that is somebody else's, cannot be
    /// reached by the server's account, holds other things, or is too long a path for a socket; a server that does not
    /// start (the message ends with its log).
    pub fn start(dir: &Path, mode: Mode) -> Result<Self> {
        let dir = std::path::absolute(dir)?;
        let place = Place::prepare(&dir)?;
        let starting = place.lock()?;
        let users = (mode == Mode::Throwaway).then(|| place.use_it()).transpose()?;
        let binaries = Binaries::find("initdb", place.data_version()?)
            .with_context(|| format!("cannot start the database in {}", dir.display()))?;
        account::can_reach(&binaries.dir, place.account)?;

        let keeper = if place.answers_or_ends()? {
            None
        } else {
            match place.make_and_run(&binaries, mode) {
                // Without fsync a crash of the machine can break the data. They are worth nothing.
                Err(error) if mode == Mode::Throwaway && place.data_version()?.is_some() => {
                    tracing::warn!(%error, "the throwaway database does not start and is made anew");
                    fs::remove_dir_all(place.data())?;
                    Some(place.make_and_run(&binaries, mode)?)
                }
                other => Some(other?),
            }
        };
        drop(starting);
        Ok(Self { dir, binaries, mode, keeper, users })
    }

    /// Whether this value started the server, rather than joining one.
    #[must_use]
    pub const fn owned(&self) -> bool {
        self.keeper.is_some()
    }

    /// The programs of the server's version, for `pg_dump` and `pg_restore`.
    #[must_use]
    pub const fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The address of a database for a role, as both sqlx and PostgreSQL's own programs read it.
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        let socket = self.dir.join("sock");
        let [user, database] = [user, database].map(|word| escaped(word.as_bytes()));
        let socket = escaped(socket.as_os_str().as_bytes());
        format!("postgres://{user}@localhost:{PORT}/{database}?host={socket}")
    }

    /// Stops the server if this value started it and nobody else needs it; leaves a joined one alone. A throwaway one
    /// with other users ends by itself after the last.
    ///
    /// # Errors
    /// The server did not end in time, or not with success.
    pub fn stop(mut self) -> Result<()> {
        self.end()
    }

    /// Removes the cluster in `dir` with all its data; does nothing if there is none.
    ///
    /// # Errors
    /// A server is running on it, or the folder is not a cluster's.
    pub fn wipe(dir: &Path) -> Result<()> {
        if !dir.exists() {
            return Ok(());
        }
        let place = Place::prepare(&std::path::absolute(dir)?)?;
        let _starting = place.lock()?;
        ensure!(!place.answers_or_ends()?, "a server is running on {}: stop it first", dir.display());
        for folder in ["data", "data.making", "sock"] {
            let path = place.dir.join(folder);
            if path.exists() {
                fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let users = self.users.take();
        let Some(keeper) = self.keeper.take() else { return Ok(()) };
        if let Some(users) = users {
            // Ours is shared: let go of it, then see whether we were the last.
            users.unlock()?;
            match users.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(()),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            return keeper.stop();
        }
        keeper.stop()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.mode == Mode::Durable
            && let Err(error) = self.end()
        {
            tracing::error!(%error, "the private database did not stop cleanly");
        }
    }
}

/// Percent-encodes all but what is plain everywhere; PostgreSQL's programs do not read "+" as a space.
fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn escapes_what_an_address_would_read_otherwise() {
        assert_eq!(escaped("/my data/ä&x=+".as_bytes()), "/my%20data/%C3%A4%26x%3D%2B");
    }
}
