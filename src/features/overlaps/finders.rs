//! The finders in the server's memory: one a process, built when first asked, caught up with what has changed before every
//! answer, dropped when nobody has asked for a while.
//!
//! Every instance reads on by itself from the oldest transaction that was open when it last read, so that no notice can be
//! lost and none need be sent.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use super::engine::Finder;
use super::store;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::kernel::ids::ProcessId;
use crate::kernel::memory::Memory;

/// A process that nobody has asked about for so long is read anew when somebody does.
const IDLE_SECONDS: i64 = 30 * 60;
/// So many actions are read at once.
const CHUNK: i64 = 1_000;

#[derive(Default)]
pub struct Finders(Mutex<HashMap<ProcessId, Arc<Slot>>>);

/// One process's finder and how far it has read.
#[derive(Default)]
pub struct Slot {
    finder: RwLock<Finder>,
    /// From here on changes are read again; none: nothing has been read.
    read_to: tokio::sync::Mutex<Option<i64>>,
    used: AtomicI64,
}

impl Slot {
    pub fn finder(&self) -> RwLockReadGuard<'_, Finder> {
        self.finder.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what has changed since. Whoever comes meanwhile waits and finds it done.
    async fn catch_up(&self, db: &Db, process: ProcessId) -> anyhow::Result<()> {
        let mut read_to = self.read_to.lock().await;
        let mut tx = db.process_aside(process).await?;
        let horizon = store::horizon(&mut tx).await?;
        let mut from = store::From::Beginning;
        loop {
            let rows = match *read_to {
                None => store::all(&mut tx, &from, CHUNK).await?,
                Some(since) => store::since(&mut tx, since, horizon.newest, &from, CHUNK).await?,
            };
            let Some(last) = rows.last() else { break };
            from = store::From::After { id: last.id, changed: last.changed };
            let complete = i64::try_from(rows.len())? < CHUNK;
            let subjects: Vec<_> = rows.iter().map(|r| (r.id.as_u128(), (!r.gone).then(|| r.subject()))).collect();
            // a few at a time, so that whoever reads waits for none but those
            for part in subjects.chunks(100) {
                let mut finder = self.finder.write().unwrap_or_else(PoisonError::into_inner);
                for (id, subject) in part {
                    match subject {
                        Some(subject) => finder.put(*id, subject),
                        None => finder.remove(*id),
                    }
                }
            }
            if complete {
                break;
            }
            tokio::task::yield_now().await;
        }
        *read_to = Some(horizon.oldest_open);
        Ok(())
    }
}

/// The finder of a process, caught up. It goes on being built where the caller gives up.
///
/// # Errors
/// The database's own.
pub async fn ready(db: &Db, memory: &Memory, clock: &Clock, process: ProcessId) -> anyhow::Result<Arc<Slot>> {
    let now = clock.now().timestamp();
    let slot = {
        let all = memory.of::<Finders>();
        let mut slots = all.0.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|id, slot| *id == process || slot.used.load(Ordering::Relaxed) > now - IDLE_SECONDS);
        Arc::clone(slots.entry(process).or_default())
    };
    slot.used.store(now, Ordering::Relaxed);
    let (task, db) = (Arc::clone(&slot), db.clone());
    tokio::spawn(async move { task.catch_up(&db, process).await }).await??;
    Ok(slot)
}

/// The same, for a page: `None` where the index is still being made.
///
/// # Errors
/// The database's own.
pub async fn ready_soon(
    db: &Db,
    memory: &Memory,
    clock: &Clock,
    process: ProcessId,
) -> anyhow::Result<Option<Arc<Slot>>> {
    match tokio::time::timeout(Duration::from_millis(1_500), ready(db, memory, clock, process)).await {
        Ok(slot) => slot.map(Some),
        Err(_) => Ok(None),
    }
}
