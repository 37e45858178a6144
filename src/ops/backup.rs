//! Taking a backup.

#![expect(clippy::disallowed_methods, reason = "it asks the catalogue, not the schema")]

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use age::{Encryptor, scrypt};
use anyhow::{Context as _, Result, ensure};
use sqlx::{Connection as _, query_scalar};

use super::archive::{Lock, MAGIC, MAGIC_WITH_FILES, Manifest, WORK, rows};
use super::programs::{self, Running};
use super::stored;
use crate::ops::bootstrap::connect;

/// Writes the whole database, encrypted, to a new file that only its owner may read. The file has its name only when it
/// is whole and on the disk. Members go on working meanwhile: rows and counts are of one moment. `files`: the folder of what members
/// bring, which is taken along; it is read after that moment, and what lies there is never changed, so all that the rows name is in it.
///
/// # Errors
/// The role does not see every row (it has to be `concert_maintenance` or a superuser), the file exists or cannot be
/// written, there is no `pg_dump` as new as the server, or that fails. Nothing is left then.
pub async fn backup(maintenance: &str, out: &Path, lock: Lock, files: Option<&Path>) -> Result<Manifest> {
    ensure!(!out.exists(), "{} exists already: a backup never replaces one", out.display());
    let mut database = connect(maintenance, None).await?;
    let sees_all: bool = query_scalar("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        .fetch_one(&mut database)
        .await?;
    ensure!(sees_all, "a backup needs a role that sees every process's rows: concert_maintenance");

    // One snapshot for the counts and for pg_dump; it lasts as long as this transaction.
    let mut snapshot = database.begin_with("begin isolation level repeatable read read only").await?;
    let id: String = query_scalar("select pg_export_snapshot()").fetch_one(&mut *snapshot).await?;
    let server: i32 =
        query_scalar("select current_setting('server_version_num')::integer / 10000").fetch_one(&mut *snapshot).await?;
    let taken = query_scalar("select to_char(now() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
        .fetch_one(&mut *snapshot)
        .await?;
    let migrated: bool =
        query_scalar("select to_regclass('public._sqlx_migrations') is not null").fetch_one(&mut *snapshot).await?;
    let migration = if migrated {
        query_scalar("select max(version) from public._sqlx_migrations where success").fetch_one(&mut *snapshot).await?
    } else {
        None
    };
    let owners = query_scalar(
        "select distinct pg_get_userbyid(owner)::text from (
             select nspname, nspowner as owner from pg_namespace
             union all select nspname, relowner from pg_class join pg_namespace n on n.oid = relnamespace
             union all select nspname, proowner from pg_proc join pg_namespace n on n.oid = pronamespace
         ) as ours where nspname not like 'pg\\_%' and nspname <> 'information_schema' order by 1",
    )
    .fetch_all(&mut *snapshot)
    .await?
    .into_iter()
    .filter(|role: &String| !role.starts_with("pg_"))
    .collect();
    let rows = rows(&mut snapshot).await?;
    let postgres = u32::try_from(server)?;
    let files = files.map(|folder| anyhow::Ok((folder.to_owned(), stored::list(folder)?))).transpose()?;
    let count = files.as_ref().map(|(_, names)| names.len() as u64);
    let portal = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { taken, portal, postgres, migration, owners, rows, files: count };

    let mut dump = programs::program("pg_dump", postgres)?;
    dump.args(["--format=custom", "--lock-wait-timeout=60s", "--snapshot", &id]);
    programs::connect(&mut dump, maintenance, None)?;
    let (out, kept) = (out.to_owned(), manifest.clone());
    tokio::task::spawn_blocking(move || write(dump, &out, lock, &kept, files)).await??;
    snapshot.rollback().await?;
    Ok(manifest)
}

fn write(
    mut dump: Command,
    out: &Path,
    lock: Lock,
    manifest: &Manifest,
    files: Option<(PathBuf, Vec<String>)>,
) -> Result<()> {
    let mut part = Part::create(out)?;
    let mut encrypted = encryptor(lock)?.wrap_output(&mut part.file)?;
    let preamble = serde_json::to_vec(manifest)?;
    encrypted.write_all(if files.is_some() { MAGIC_WITH_FILES } else { MAGIC })?;
    encrypted.write_all(&u32::try_from(preamble.len())?.to_be_bytes())?;
    encrypted.write_all(&preamble)?;
    if let Some((folder, names)) = &files {
        stored::pack(folder, names, &mut encrypted)?;
    }

    let mut running = Running::start("pg_dump", dump.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let mut stdout = running.child.stdout.take().context("pg_dump has no output")?;
    std::io::copy(&mut stdout, &mut encrypted).with_context(|| format!("cannot write {}", out.display()))?;
    running.finish()?;
    // Without this the file has no end, and no restore would take it.
    encrypted.finish()?;
    part.complete(out)
}

fn encryptor(lock: Lock) -> Result<Encryptor> {
    match lock {
        Lock::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase);
            recipient.set_work_factor(WORK);
            Ok(Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))?)
        }
        Lock::Recipients(recipients) => {
            Ok(Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn age::Recipient))?)
        }
    }
}

/// The file while it is not whole; gone if it never is.
struct Part {
    path: PathBuf,
    file: File,
    whole: bool,
}

impl Part {
    fn create(out: &Path) -> Result<Self> {
        let name = out.file_name().context("the name of the backup's file is missing")?.to_string_lossy();
        let path = out.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self { path, file, whole: false })
    }

    fn complete(mut self, out: &Path) -> Result<()> {
        self.file.sync_all().context("the disk did not take the backup")?;
        // A link, unlike a rename, never replaces a file that came meanwhile.
        fs::hard_link(&self.path, out).or_else(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Err(error),
            _ => fs::rename(&self.path, out),
        })?;
        self.whole = self.path.try_exists().is_ok_and(|there| !there);
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        File::open(folder)?.sync_all().context("the disk did not take the backup's name")
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.whole
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "an unfinished backup cannot be removed");
        }
    }
}
