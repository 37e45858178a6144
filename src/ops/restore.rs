//! Taking a backup back.

#![expect(clippy::disallowed_methods, reason = "it asks the catalogue, not the schema")]

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use age::{DecryptError, Decryptor, scrypt};
use anyhow::{Context as _, Error, Result, anyhow, bail, ensure};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, query_scalar, raw_sql};

use super::archive::{Key, LONGEST_MANIFEST, MAGIC, MAGIC_WITH_FILES, Manifest, WORK, rows};
use super::programs::{self, Running};
use super::stored;
use crate::ops::bootstrap::{self, Passwords, connect};

/// Makes `database` anew from a backup, with the roles it needs, and counts every table against what was counted when
/// it was taken. Only a database that does not exist or has no table is made; one that is in use is never touched. `files`: the folder
/// to put the files of members into, where the backup holds any; it must not exist, or be empty.
///
/// # Errors
/// The key does not open the file, the file is damaged or cut off, the database holds something, the server is older
/// than the backup's, or a count differs. The database is gone then, or the message says that it could not be removed.
pub async fn restore(superuser: &str, from: &Path, key: Key, database: &str, files: Option<&Path>) -> Result<Manifest> {
    let (manifest, dump) = {
        let from = from.to_owned();
        tokio::task::spawn_blocking(move || open(&from, key)).await??
    };
    let files = place(&manifest, files)?;
    let mut server = connect(superuser, None).await?;
    bootstrap::lock(&mut server).await?;
    let version: i32 =
        query_scalar("select current_setting('server_version_num')::integer / 10000").fetch_one(&mut server).await?;
    let version = u32::try_from(version)?;
    ensure!(
        version >= manifest.postgres,
        "the backup is of PostgreSQL {}, the server is {version}: restore it on one that is as new",
        manifest.postgres
    );
    bootstrap::roles(&mut server, &Passwords::default()).await?;
    let missing: Vec<String> =
        query_scalar("select owner from unnest($1::text[]) as owner where to_regrole(quote_ident(owner)) is null")
            .bind(&manifest.owners)
            .fetch_all(&mut server)
            .await?;
    ensure!(
        missing.is_empty(),
        "roles own things in the backup that this server does not have: create them first ({})",
        missing.join(", ")
    );
    make_room(&mut server, superuser, database).await?;
    bootstrap::create_database(&mut server, database).await?;

    let filled = match files.clone() {
        Some(folder) => match unpacked(dump, folder).await {
            Ok(dump) => fill(superuser, database, version, dump, &manifest).await,
            Err(error) => Err(error),
        },
        None => fill(superuser, database, version, dump, &manifest).await,
    };
    if let (Err(_), Some(folder)) = (&filled, &files) {
        stored::clear(folder);
    }
    match filled {
        Ok(()) => {
            server.close().await?;
            Ok(manifest)
        }
        Err(error) => match drop_database(&mut server, database).await {
            Ok(()) => Err(error.context(format!("nothing was restored, and the database {database} is gone"))),
            Err(left) => Err(error
                .context(format!("the database {database} is incomplete and could not be removed ({left}): drop it"))),
        },
    }
}

/// Where the files go that a backup holds, if it holds any.
fn place(manifest: &Manifest, folder: Option<&Path>) -> Result<Option<PathBuf>> {
    let Some(count) = manifest.files else { return Ok(None) };
    let folder = folder.with_context(|| {
        format!("the backup holds {count} files of members: name the folder to put them into (--files-into)")
    })?;
    ensure!(stored::is_free(folder), "{} holds something: name a folder that is empty or not there", folder.display());
    Ok(Some(folder.to_owned()))
}

/// The stream behind the files, once they are in their folder.
async fn unpacked<R: Read + Send + 'static>(mut from: R, folder: PathBuf) -> Result<R> {
    tokio::task::spawn_blocking(move || {
        stored::unpack(&mut from, &folder)?;
        Ok(from)
    })
    .await?
}

/// Removes a database without tables, as bootstrap leaves one; refuses any other.
async fn make_room(server: &mut PgConnection, superuser: &str, name: &str) -> Result<()> {
    let there: bool = query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(&mut *server)
        .await?;
    if !there {
        return Ok(());
    }
    let mut database = connect(superuser, Some(name)).await?;
    let tables = rows(&mut database).await?;
    database.close().await?;
    ensure!(
        tables.is_empty(),
        "the database {name} holds {} tables: restore into one that does not exist",
        tables.len()
    );
    drop_database(server, name).await
}

async fn drop_database(server: &mut PgConnection, name: &str) -> Result<()> {
    let statement: String =
        query_scalar("select format('drop database if exists %I', $1)").bind(name).fetch_one(&mut *server).await?;
    // Quoted by the server. Without FORCE: somebody who is connected keeps what he looks at.
    raw_sql(AssertSqlSafe(statement))
        .execute(&mut *server)
        .await
        .with_context(|| format!("cannot drop the database {name}"))?;
    Ok(())
}

async fn fill(
    superuser: &str,
    database: &str,
    version: u32,
    mut dump: impl Read + Send + 'static,
    manifest: &Manifest,
) -> Result<()> {
    let mut command = programs::program("pg_restore", version)?;
    // One transaction: half a database is not seen even for a moment.
    command.args(["--exit-on-error", "--single-transaction"]);
    programs::connect(&mut command, superuser, Some(database))?;
    tokio::task::spawn_blocking(move || {
        let mut running = Running::start("pg_restore", command.stdin(Stdio::piped()).stdout(Stdio::null()))?;
        let mut stdin = running.child.stdin.take().context("pg_restore has no input")?;
        match std::io::copy(&mut dump, &mut stdin) {
            Ok(_) => {}
            // It has ended before its input did, and says why.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            Err(error) => return Err(Error::new(error).context("the backup is damaged or cut off")),
        }
        drop(stdin);
        running.finish()
    })
    .await??;

    let mut filled = connect(superuser, Some(database)).await?;
    bootstrap::inside(&mut filled).await?;
    let found = rows(&mut filled).await?;
    raw_sql(SETTLE).execute(&mut filled).await.context("cannot put the history in this server's order")?;
    filled.close().await?;
    if found != manifest.rows {
        let names = manifest.rows.keys().chain(found.keys().filter(|name| !manifest.rows.contains_key(*name)));
        let differing = names.filter(|name| manifest.rows.get(*name) != found.get(*name));
        let told: Vec<String> = differing
            .map(|name| format!("{name}: {:?} counted, {:?} restored", manifest.rows.get(name), found.get(name)))
            .collect();
        bail!("tables differ from what was counted when the backup was taken: {}", told.join("; "));
    }
    Ok(())
}

/// The history is read on in the order of the transactions that wrote it, as another server has counted them: what comes from a
/// backup comes before all that is written here. Whoever reads on begins anew, and is told of nothing that was gone before. A backup of
/// an earlier version has no such order.
const SETTLE: &str = "do $$ begin
    if exists (select from information_schema.columns where table_schema = 'public' and table_name = 'history' and column_name = 'changed') then
        update history set changed = 0 where changed <> 0;
    end if;
    if to_regclass('public.departure') is not null then delete from departure; end if;
end $$";

/// Decrypts the beginning, and gives the rest as a stream.
fn open(from: &Path, key: Key) -> Result<(Manifest, impl Read + Send + use<>)> {
    let file = File::open(from).with_context(|| format!("cannot open {}", from.display()))?;
    let decryptor = Decryptor::new_buffered(BufReader::new(file)).map_err(|why| told(why, None))?;
    let needs_passphrase = decryptor.is_scrypt();
    let stream = match key {
        Key::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(passphrase);
            identity.set_max_work_factor(WORK);
            decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
        }
        Key::Identity(identity) => decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)),
    };
    let mut stream = stream.map_err(|why| told(why, Some(needs_passphrase)))?;

    let mut magic = vec![0; MAGIC.len()];
    stream.read_exact(&mut magic).context("the backup is damaged or cut off")?;
    let known = magic == MAGIC || magic == MAGIC_WITH_FILES;
    ensure!(known, "the file can be decrypted, but is no backup of this version of the portal");
    let mut length = [0; 4];
    stream.read_exact(&mut length).context("the backup is damaged or cut off")?;
    let length = u32::from_be_bytes(length);
    ensure!(length <= LONGEST_MANIFEST, "the backup's manifest is longer than any can be");
    let mut manifest = vec![0; usize::try_from(length)?];
    stream.read_exact(&mut manifest).context("the backup is damaged or cut off")?;
    let with_files = magic == MAGIC_WITH_FILES;
    let manifest: Manifest = serde_json::from_slice(&manifest).context("the backup's manifest cannot be read")?;
    ensure!(manifest.files.is_some() == with_files, "the backup's manifest says something else than the backup");
    Ok((manifest, stream))
}

/// age's reasons in words of ours; `needs_passphrase` is what the file asks for, once that is known.
fn told(why: DecryptError, needs_passphrase: Option<bool>) -> Error {
    match (why, needs_passphrase) {
        (DecryptError::Io(error), _) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::new(error).context("the backup cannot be read")
        }
        (DecryptError::ExcessiveWork { .. }, _) => {
            anyhow!("the file asks for more work than a backup of ours ever does")
        }
        (_, None) => anyhow!("the file is no backup, or its beginning is damaged"),
        (_, Some(true)) => anyhow!("the passphrase does not open this backup"),
        (_, Some(false)) => anyhow!("the key does not open this backup: it was made for another one"),
    }
}
