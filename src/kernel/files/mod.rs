//! Where files lie: a folder of this machine, or a bucket that speaks S3. What lies there is called by a key of ours and by nothing
//! else; who may have it, and what it is called, the database knows.

mod http;
mod place;
mod said;

use axum::body::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use super::ids::ProcessId;
use super::random;
pub use place::{Bucket, Place};
use said::{advice, no_bucket, plainly};

/// So much of a file is held in memory while it is on its way: what S3 takes as a part.
const PART: usize = 5 << 20;
/// Parts on their way at the same time.
const AT_ONCE: usize = 1;
/// How long an answer to "can it be written to" stands.
const STANDS: Duration = Duration::from_secs(60);

/// The store of the installation's files. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<Means>);

struct Means {
    /// None: the installation keeps no files.
    store: Option<(Arc<dyn ObjectStore>, Path)>,
    /// The largest file that is taken, in bytes.
    most: u64,
    /// When it was last tried, and whether it could be written to.
    tried: Mutex<Option<(Instant, bool)>>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("kept", &self.are_kept()).finish_non_exhaustive()
    }
}

/// What a thing is called in the store: its process, and an id that is drawn for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub process: ProcessId,
    pub id: Uuid,
}

/// Something that can be fetched.
pub struct Kept {
    pub size: u64,
    pub bytes: BoxStream<'static, object_store::Result<Bytes>>,
}

impl Files {
    /// `most`: the largest file that is taken, in bytes.
    ///
    /// # Errors
    /// The folder cannot be made; the bucket's address cannot be read.
    pub fn open(place: Option<&Place>, most: u64) -> anyhow::Result<Self> {
        let store = place.map(Place::open).transpose()?;
        Ok(Self(Arc::new(Means { store, most, tried: Mutex::new(None) })))
    }

    /// Whether the installation keeps files at all.
    pub fn are_kept(&self) -> bool {
        self.0.store.is_some()
    }

    /// The largest file that is taken, in bytes.
    pub fn most(&self) -> u64 {
        self.0.most
    }

    fn at(&self, key: Key) -> anyhow::Result<(Arc<dyn ObjectStore>, Path)> {
        let (store, prefix) = self.0.store.as_ref().ok_or_else(|| anyhow::anyhow!("no place for files is set"))?;
        let path = prefix.clone().join(key.process.to_string()).join(key.id.to_string());
        Ok((Arc::clone(store), path))
    }

    /// Writes something small, reads it and takes it away again.
    ///
    /// # Errors
    /// One of these cannot be done. Of an installation that keeps no files there is nothing to be tried.
    pub async fn check(&self) -> anyhow::Result<()> {
        let Some((store, prefix)) = self.0.store.as_ref() else { return Ok(()) };
        let path = prefix.clone().join("check").join(random::id().to_string());
        let tried = async {
            store.put(&path, Bytes::from_static(b"concert").into()).await?;
            let read = store.get(&path).await?.bytes().await?;
            store.delete(&path).await?;
            Ok::<_, object_store::Error>(read == b"concert".as_slice())
        };
        let tried = tried.await;
        self.note(matches!(tried, Ok(true)));
        match tried {
            Ok(true) => Ok(()),
            Ok(false) => anyhow::bail!("the place for files gives back something else than was put there"),
            Err(error) => {
                let error = plainly(error);
                let error = match advice(&error) {
                    Some(advice) => error.context(advice),
                    None => error,
                };
                Err(error.context("the place for files cannot be written to"))
            }
        }
    }

    fn note(&self, can: bool) {
        *self.0.tried.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), can));
    }

    /// Whether it could be written to, tried anew once a minute.
    pub async fn are_ready(&self) -> bool {
        let last = *self.0.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, can)) = last
            && at.elapsed() < STANDS
        {
            return can;
        }
        match self.check().await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "not ready");
                false
            }
        }
    }

    /// Begins to put something there; it is there when it is finished.
    ///
    /// # Errors
    /// The installation keeps no files.
    pub fn begin(&self, key: Key) -> anyhow::Result<Coming> {
        let (store, path) = self.at(key)?;
        let to = BufWriter::with_capacity(store, path, PART).with_max_concurrency(AT_ONCE);
        Ok(Coming { to })
    }

    /// What lies at a key; none where nothing does.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn fetch(&self, key: Key) -> anyhow::Result<Option<Kept>> {
        let (store, path) = self.at(key)?;
        match store.get(&path).await {
            Ok(found) => Ok(Some(Kept { size: found.meta.size, bytes: found.into_stream().boxed() })),
            Err(error @ object_store::Error::NotFound { .. }) if !no_bucket(&error) => Ok(None),
            Err(error) => Err(plainly(error)),
        }
    }

    /// Takes something away. What is not there is gone already.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn remove(&self, key: Key) -> anyhow::Result<()> {
        let (store, path) = self.at(key)?;
        match store.delete(&path).await {
            Ok(()) => Ok(()),
            // without its bucket nothing is gone yet: that may come back with all that lies in it
            Err(error @ object_store::Error::NotFound { .. }) if !no_bucket(&error) => Ok(()),
            Err(error) => Err(plainly(error)),
        }
    }
}

/// Something on its way into the store.
pub struct Coming {
    to: BufWriter,
}

impl Coming {
    /// # Errors
    /// The store does not take it.
    pub async fn write(&mut self, bytes: Bytes) -> anyhow::Result<()> {
        self.to.put(bytes).await.map_err(plainly)
    }

    /// # Errors
    /// The store does not take it; it is not there then.
    pub async fn finish(mut self) -> anyhow::Result<()> {
        self.to.shutdown().await.map_err(plainly)
    }

    /// Leaves nothing behind, as far as the store can be asked for that.
    pub async fn drop_it(mut self) {
        if let Err(error) = self.to.abort().await {
            tracing::warn!(error = %plainly(error), "what came in part stays in the place for files");
        }
    }
}

#[cfg(test)]
mod tests;
