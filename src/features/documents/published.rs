//! Files of what everybody may read: made once and kept, so that a crowd of visitors costs no more than one of them.

use anyhow::Context;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::order::{ATTEMPTS, Format, MAKING, Making, PATIENCE, fit};
use super::store_published::{self as store, State};
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::job::{self, Job, Task};

/// A file that everybody may have, or that it will be there soon.
pub enum Published {
    Ready(Vec<u8>),
    ToCome,
}

/// The file of a published thing. A small one is made at its first request, a long one by a job.
///
/// # Errors
/// It cannot be made; the database's own.
pub async fn published(
    mut tx: ProcessTx,
    subject: Uuid,
    making: Making,
    now: DateTime<Utc>,
) -> Result<Published, Problem> {
    let content = serde_json::to_vec(&making).context("a document as data")?;
    let hash = Sha256::digest(&content);
    let format = making.format();
    match store::find(&mut tx, subject, format, &hash).await? {
        Some((State::Ready, Some(bytes))) => return Ok(Published::Ready(bytes)),
        Some((State::Failed, _)) => return Err(anyhow::anyhow!("a published file could not be made").into()),
        Some(_) => return Ok(Published::ToCome),
        None => {}
    }
    let turn = if making.small() { tokio::time::timeout(PATIENCE, MAKING.acquire()).await.ok() } else { None };
    let Some(turn) = turn else {
        store::ask(&mut tx, subject, format, &hash, &fit(&making, &content)?, now).await?;
        // jobs are about ids by name, and so the form is a name, too
        job::enqueue_about(&mut tx, Task::MakeDocument, &[("published", subject), (format.as_str(), subject)].into())
            .await?;
        tx.commit().await?;
        return Ok(Published::ToCome);
    };
    let turn = turn.context("files are being made")?;
    let bytes = spawn_blocking(move || making.make(&|_| ())).await.context("the making of a file")??;
    drop(turn);
    store::keep(&mut tx, subject, format, &hash, &bytes, now).await?;
    tx.commit().await?;
    Ok(Published::Ready(bytes))
}

/// The job of a long one.
pub(super) async fn work(job: &Job, subject: Uuid) -> anyhow::Result<()> {
    let process = job.payload.process()?;
    let formats = [Format::Pdf, Format::Docx, Format::Xlsx];
    let format = formats.into_iter().find(|f| job.payload.id(f.as_str()).is_ok()).context("the job names no format")?;
    let mut tx = job.db.process_job(process).await?;
    let taken = store::take(&mut tx, subject, format).await?;
    tx.commit().await?;
    let Some((making, hash, attempts)) = taken else { return Ok(()) };
    let made = if attempts > ATTEMPTS {
        Err(anyhow::anyhow!("given up after {ATTEMPTS} attempts"))
    } else {
        super::order::made(making).await
    };
    let mut tx = job.db.process_job(process).await?;
    match made {
        Ok(bytes) => store::done(&mut tx, subject, format, &hash, &bytes).await?,
        Err(error) => {
            tracing::error!(%subject, error = format!("{error:#}"), "a published file cannot be made");
            store::failed(&mut tx, subject, format, &hash).await?;
        }
    }
    Ok(tx.commit().await?)
}
