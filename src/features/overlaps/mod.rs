//! Overlap, synergy, sequence: caught before they are paid for.
//!
//! `engine/` is the finder: an index in the server's memory and a plain function from evidence to likelihood. `finders.rs`
//! keeps one a process and catches up with what has changed. `scoring.rs` is the job that holds what has changed against all
//! the rest and keeps the coordination questions; `cases/` is how people work them; `near.rs` is what stands beside a form and
//! on an action's page, `said.rs` what is said of it there. Who may see what is applied after retrieval, by the views of 0220.

mod arriving;
mod awaited;
mod cases;
pub mod engine;
mod finders;
pub mod measure;
mod merge;
mod model;
mod near;
mod said;
mod scoring;
mod store;
mod store_near;
mod subjects;
mod words;

pub use arriving::{Alike, arriving};
pub use awaited::awaited;
pub use model::{Found, Kind};
pub use near::{Around, Beside, Row, around, beside, held_against, nearest, why};
pub use said::said;
pub use subjects::{identifiers, role, status, when};

use crate::kernel::db::ProcessTx;
use crate::kernel::job::{self, Jobs, Task};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    cases::routes(r);
    merge::routes(r);
    r.get("/{process}/actions/{id}/near", Access::Member(P::ActionSee), near::page);
    r.post("/{process}/actions/{id}/near", Access::Member(P::OverlapTakePart), said::say);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::Overlaps, scoring::run);
}

/// Saved actions as the finder is told of them, those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn subjects_of(tx: &mut ProcessTx, ids: &[uuid::Uuid]) -> sqlx::Result<Vec<(uuid::Uuid, engine::Subject)>> {
    Ok(store::of(tx, ids).await?.iter().map(|row| (row.id, row.subject())).collect())
}

/// Says that actions have changed: they are held against all others once the transaction is committed. Ask last.
///
/// # Errors
/// The database's own.
pub async fn changed(tx: &mut ProcessTx) -> sqlx::Result<()> {
    job::enqueue(tx, Task::Overlaps).await
}
