//! The home of each role: its questions answered first, in a few figures that open exactly the list they count, and
//! then what waits. Whoever holds several memberships gets a set of each.

mod blocks;
mod desks;
mod figures;
mod links;
mod pages;
mod store;
mod waiting;

pub use store::{Published, published};

use chrono::{DateTime, Utc};

use crate::kernel::db::Db;
use crate::kernel::ids::ProcessId;
use crate::kernel::job::{Job, Jobs, Task};
use crate::kernel::permit::Permission;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    // a small process is counted when its home is asked for, if anything has changed: reading writes here
    r.get_noted("/{process}", Access::Member(Permission::HomeSee), pages::home);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(
        Task::Tally,
        |job: Job| async move { Ok(recount(&job.db, job.payload.process()?, job.clock.now()).await?) },
    );
}

/// Counts the figures of a process anew. A home asks for it where the process is too large to be counted on the spot:
/// once after changes, and for each new day.
///
/// # Errors
/// The database's own.
pub async fn recount(db: &Db, process: ProcessId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let mut tx = db.process_job(process).await?;
    store::recount(&mut tx, now).await?;
    tx.commit().await
}
