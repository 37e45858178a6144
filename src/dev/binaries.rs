//! Where PostgreSQL's programs are on this machine.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

/// What to do when there is no PostgreSQL; the end of every message that says so.
const HINT: &str = "install PostgreSQL 15 or newer (Debian: `apt-get install postgresql-15`), or let `scripts/setup` \
                    unpack one, or name the folder of `initdb` and `postgres` in PG_BIN";

/// The oldest server the portal is written for: ICU as a database's collation came with 15.
const OLDEST: u32 = 15;

/// One installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder with `initdb`, `postgres`, `pg_dump`, `pg_restore`.
    pub dir: PathBuf,
    /// Major version, for example 15.
    pub major: u32,
}

impl Binaries {
    /// Finds a PostgreSQL that has `program` ("initdb" where there must be a server): `$PG_BIN` alone if it is set, else
    /// `pg_config`, Debian's folders, Red Hat's, Homebrew's, what `scripts/setup` unpacked, and the system's. With
    /// `wanted`, the first of that major version.
    ///
    /// # Errors
    /// None was found, all are too old, or none is of the major version wanted; the message says what was found and
    /// what to do.
    pub fn find(program: &str, wanted: Option<u32>) -> Result<Self> {
        let folders = match variable("PG_BIN") {
            Some(named) => vec![PathBuf::from(named)],
            None => usual_folders(),
        };
        let found: Vec<Self> = folders.iter().filter_map(|dir| Self::at(dir, program)).collect();
        let fits = |b: &&Self| wanted.map_or(b.major >= OLDEST, |major| b.major == major);
        if let Some(chosen) = found.iter().find(fits) {
            return Ok(chosen.clone());
        }
        let seen: Vec<String> = found.iter().map(|b| format!("{} in {}", b.major, b.dir.display())).collect();
        match (wanted, seen.is_empty()) {
            (_, true) if variable("PG_BIN").is_some() => bail!("PG_BIN names no folder with `{program}`; {HINT}"),
            (_, true) => bail!("found no PostgreSQL that has `{program}`; {HINT}"),
            (Some(major), false) => bail!("PostgreSQL {major} is needed, found: {}", seen.join(", ")),
            (None, false) => bail!("PostgreSQL {OLDEST} or newer is needed, found: {}; {HINT}", seen.join(", ")),
        }
    }

    /// The path of one program.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// A folder that holds the program, if that tells its version.
    fn at(dir: &Path, program: &str) -> Option<Self> {
        let dir = dir.canonicalize().ok()?;
        let output = Command::new(dir.join(program)).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { dir, major })
    }
}

/// The major version in "postgres (PostgreSQL) 15.18 (Debian …)" or "16beta1".
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn usual_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    folders.extend(newest_first(Path::new("/usr/lib/postgresql"), "", "bin"));
    folders.extend(newest_first(Path::new("/usr"), "pgsql-", "bin"));
    folders.extend(newest_first(Path::new("/opt/homebrew/opt"), "postgresql@", "bin"));
    folders.extend(newest_first(Path::new("/usr/local/opt"), "postgresql@", "bin"));
    folders.extend(unpacked_folders());
    folders.extend(["/usr/local/bin", "/usr/bin"].map(PathBuf::from));
    folders
}

/// Where `scripts/setup` unpacks a PostgreSQL: root's must lie where the server's own account can reach it, so it is
/// never under a home folder.
fn unpacked_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if nix::unistd::geteuid().is_root() {
        folders.push(PathBuf::from("/var/cache/concert/postgres/bin"));
        return folders;
    }
    if let Some(cache) = variable("XDG_CACHE_HOME") {
        folders.push(Path::new(&cache).join("concert/postgres/bin"));
    }
    if let Some(home) = variable("HOME") {
        folders.push(Path::new(&home).join(".cache/concert/postgres/bin"));
    }
    folders.push(PathBuf::from("/var/cache/concert/postgres/bin"));
    folders
}

/// `parent/{prefix}{version}/{last}` for every version there is, the newest first.
fn newest_first(parent: &Path, prefix: &str, last: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(last)))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, path)| path).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "finding programs works without a Config: the tests and the scripts need it too"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta2"), Some(19));
        assert_eq!(major_of("nonsense"), None);
    }
}
