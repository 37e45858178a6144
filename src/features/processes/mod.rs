//! The registry of processes, as the operator and the command line keep it: founding, suspending, resuming.
//!
//! An operator sees names, states and how many people take part; no row of any tenant.

pub mod model;
mod pages;
mod store;

use crate::kernel::db::{PlatformTx, ProcessTx};
use crate::kernel::ids::{AccountId, ProcessId};
use crate::kernel::route::{Access, Routes};
pub use model::{First, check_slug};
use model::{Founding, State};
pub use store::{Listed, Setting, listed};

pub fn routes(r: &mut Routes) {
    r.get("/operator", Access::Operator, pages::list);
    r.get("/operator/processes/new", Access::Operator, pages::new);
    r.post("/operator/processes/new", Access::Operator, pages::found);
    r.get("/operator/processes/{slug}/suspend", Access::Operator, pages::ask_suspend);
    r.post("/operator/processes/{slug}/suspend", Access::Operator, pages::suspend);
    r.get("/operator/processes/{slug}/resume", Access::Operator, pages::ask_resume);
    r.post("/operator/processes/{slug}/resume", Access::Operator, pages::resume);
}

/// Founds a process with what its template holds, and invites the first member of its secretariat: all or nothing,
/// committed. `by`: nobody for the command line. Answers whether it did: not if the address is taken.
///
/// # Errors
/// The database's own.
pub async fn found(
    tx: PlatformTx,
    by: Option<AccountId>,
    founding: &Founding,
    setting: Setting<'_>,
) -> anyhow::Result<bool> {
    store::found(tx, by, founding, setting).await
}

/// Writes down that a process was founded otherwise than by [`found`], from the command line.
///
/// # Errors
/// The database's own.
pub async fn note_founded(tx: &mut PlatformTx, process: ProcessId, why: &str) -> sqlx::Result<()> {
    store::note(tx, None, "founded", process, why).await
}

/// Invites the first member of the secretariat of a process with this name.
///
/// # Errors
/// The database's own.
pub async fn invite_first(tx: &mut ProcessTx, name: &str, first: &First, setting: Setting<'_>) -> sqlx::Result<()> {
    store::first_member(tx, name, first, setting).await
}

/// Suspends or resumes a process, committed. Answers whether there is one of that address.
///
/// # Errors
/// The database's own.
pub async fn set_state(
    mut tx: PlatformTx,
    by: Option<AccountId>,
    slug: &str,
    state: State,
    why: &str,
) -> sqlx::Result<bool> {
    let found = store::set_state(&mut tx, by, slug, state, why).await?;
    tx.commit().await?;
    Ok(found)
}
