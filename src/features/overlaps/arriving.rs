//! What is about to be added in numbers, held against all that is there.

use uuid::Uuid;

use super::engine::Subject;
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
    let near = tokio::task::spawn_blocking(move || {
        let finder = slot.finder();
        let of = |subject: &Subject| -> Vec<Alike> {
            let near = finder.near(subject, RETRIEVED, None).into_iter();
            near.filter(|n| n.assessment.same >= ASKED)
                .map(|n| Alike { id: Uuid::from_u128(n.id), likelihood: n.assessment.same })
                .collect()
        };
        subjects.iter().map(of).collect::<Vec<_>>()
    })
    .await?;
    let ids: Vec<Uuid> = near.iter().flatten().map(|n| n.id).collect();
    let seen: std::collections::HashSet<Uuid> = if ids.is_empty() {
        Default::default()
    } else {
        store_near::lines(tx, &ids).await?.iter().map(|l| l.id).collect()
    };
    let told = |of: Vec<Alike>| of.into_iter().filter(|n| seen.contains(&n.id)).take(TOLD).collect();
    Ok(near.into_iter().map(told).collect())
}
