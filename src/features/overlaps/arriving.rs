//! What is about to be added in numbers, held against all that is there.

use uuid::Uuid;

use super::engine::{Finder, Subject};
use super::{finders, store_near};
use crate::kernel::clock::Clock;
use crate::kernel::db::{Db, ProcessTx};
use crate::kernel::memory::Memory;

/// From this probability on that two entries are one, whoever brings the second is asked. What only overlaps comes in, and becomes
/// a coordination question afterwards like any other.
const ASKED: f32 = 0.5;
/// So many of the nearest are looked at; of each subject so many are told.
const RETRIEVED: usize = 12;
const TOLD: usize = 3;
/// On no more threads one file is looked at; others wait for answers too.
const MOST_THREADS: usize = 4;

/// An action that one that arrives may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Alike {
    pub id: Uuid,
    /// That they are the same.
    pub likelihood: f32,
}

/// What each of these is likely the same as, the likeliest first, as far as the reader of `tx` sees it, in
/// their order.
///
/// # Errors
/// The database's own.
pub async fn arriving(
    db: &Db,
    memory: &Memory,
    clock: &Clock,
    tx: &mut ProcessTx,
    subjects: Vec<Subject>,
) -> anyhow::Result<Vec<Vec<Alike>>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let slot = finders::ready(db, memory, clock, tx.process()).await?;
    let near = tokio::task::spawn_blocking(move || at_once(&slot.finder(), &subjects)).await?;
    let ids: Vec<Uuid> = near.iter().flatten().map(|n| n.id).collect();
    let seen: std::collections::HashSet<Uuid> = if ids.is_empty() {
        Default::default()
    } else {
        store_near::lines(tx, &ids).await?.iter().map(|l| l.id).collect()
    };
    let told = |of: Vec<Alike>| of.into_iter().filter(|n| seen.contains(&n.id)).take(TOLD).collect();
    Ok(near.into_iter().map(told).collect())
}

/// What each is likely the same as, on as many threads as there are cores: a file brings thousands.
fn at_once(finder: &Finder, subjects: &[Subject]) -> Vec<Vec<Alike>> {
    let of = |subject: &Subject| -> Vec<Alike> {
        let near = finder.near(subject, RETRIEVED, None).into_iter();
        near.filter(|n| n.assessment.same >= ASKED)
            .map(|n| Alike { id: Uuid::from_u128(n.id), likelihood: n.assessment.same })
            .collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let share = subjects.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            subjects.chunks(share).map(|part| scope.spawn(move || part.iter().map(of).collect::<Vec<_>>())).collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)))
            .collect()
    })
}
