//! One encrypted file that holds a whole installation: what it looks like, what opens it.
//!
//! A file is an age file (<https://age-encryption.org/v1>). Inside stand, one after the other: [`MAGIC`], the length of
//! the manifest as four bytes (big-endian), the [`Manifest`] as JSON, where there are any the files that members brought (each its
//! name, its length as eight bytes, itself; zeros for the name end them), and what `pg_dump --format=custom` wrote. Nothing is
//! held in memory but one block, whatever the size.

use std::collections::BTreeMap;

use age::secrecy::{ExposeSecret as _, SecretString};
use anyhow::{Result, anyhow, ensure};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, query_as, query_scalar};

/// The first bytes of the decrypted stream; the number is the format's version.
pub(super) const MAGIC: &[u8] = b"concert backup 1\n";
/// Where the files that members brought stand between manifest and dump.
pub(super) const MAGIC_WITH_FILES: &[u8] = b"concert backup 2\n";
/// More than a manifest ever has; a hostile file must not make us allocate what it likes.
pub(super) const LONGEST_MANIFEST: u32 = 1 << 20;
/// scrypt's N is 2 to the power of this: 128 MiB for a moment, and about a third of a second.
pub(super) const WORK: u8 = 17;
/// Shorter passphrases can be guessed by someone who has the file.
pub(super) const SHORTEST_PASSPHRASE: usize = 12;

/// What a backup holds, so that a restore can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was taken: the database's time, RFC 3339.
    pub taken: String,
    /// The portal's version that took it.
    pub portal: String,
    /// Major version of the server it was taken from; an older one cannot take it back.
    pub postgres: u32,
    /// The last migration that had been applied, if there are any.
    pub migration: Option<i64>,
    /// Roles that own something in it, and so must exist where it is restored.
    pub owners: Vec<String>,
    /// Rows of each table, named `schema.table`.
    pub rows: BTreeMap<String, i64>,
    /// How many files of members lay in their folder; none where it holds no folder of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
}

/// What a backup is encrypted for.
pub enum Lock {
    /// A passphrase of at least twelve characters.
    Passphrase(SecretString),
    /// Holders of these keys; a machine that takes backups then cannot read them.
    Recipients(Vec<age::x25519::Recipient>),
}

/// What opens a backup.
pub enum Key {
    Passphrase(SecretString),
    Identity(age::x25519::Identity),
}

impl Lock {
    /// # Errors
    /// It is too short to protect a file that somebody else may hold for years.
    pub fn passphrase(passphrase: SecretString) -> Result<Self> {
        let length = passphrase.expose_secret().chars().count();
        ensure!(length >= SHORTEST_PASSPHRASE, "a backup's passphrase needs at least {SHORTEST_PASSPHRASE} characters");
        Ok(Self::Passphrase(passphrase))
    }

    /// Reads public keys, "age1…".
    ///
    /// # Errors
    /// One cannot be read, or there is none.
    pub fn recipients<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let parsed = keys
            .into_iter()
            .map(|key| key.trim().parse().map_err(|why| anyhow!("{key:?} is no public key of age: {why}")));
        let recipients = parsed.collect::<Result<Vec<_>>>()?;
        ensure!(!recipients.is_empty(), "a backup needs somebody it is encrypted for");
        Ok(Self::Recipients(recipients))
    }
}

impl Key {
    /// A secret key, "AGE-SECRET-KEY-1…", or else a passphrase.
    ///
    /// # Errors
    /// It begins like a secret key and is none.
    pub fn read(secret: SecretString) -> Result<Self> {
        if secret.expose_secret().starts_with("AGE-SECRET-KEY-") {
            let identity =
                secret.expose_secret().trim().parse().map_err(|why| anyhow!("the secret key cannot be read: {why}"))?;
            return Ok(Self::Identity(identity));
        }
        Ok(Self::Passphrase(secret))
    }
}

/// Counts the rows of every table of ours.
#[expect(clippy::disallowed_methods, reason = "the tables are those of whatever database this is")]
pub(super) async fn rows(database: &mut PgConnection) -> Result<BTreeMap<String, i64>> {
    let tables: Vec<(String, String)> = query_as(
        "select format('%s.%s', nspname, relname), format('select count(*) from %I.%I', nspname, relname)
         from pg_class c join pg_namespace n on n.oid = relnamespace
         where relkind = 'r' and nspname not like 'pg\\_%' and nspname <> 'information_schema'
         order by 1",
    )
    .fetch_all(&mut *database)
    .await?;
    let mut rows = BTreeMap::new();
    for (name, statement) in tables {
        // Both names were quoted by the server.
        let count: i64 = query_scalar(AssertSqlSafe(statement)).fetch_one(&mut *database).await?;
        rows.insert(name, count);
    }
    Ok(rows)
}
