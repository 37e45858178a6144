//! Import of actions: a file comes in a part at a time and is read by a job; the preview says of each row what it would do;
//! what is chosen is taken in as one transaction, and can be taken back as long as nothing builds on it.
//!
//! `verdict.rs` decides, without the database; `check.rs` holds rows against what is there; `work.rs` is the job with its steps
//! `reading.rs`, `applying.rs`, `undoing.rs`; the rest is pages. `command.rs` does the same from the command line.

mod activities;
mod activity;
mod acts;
mod applying;
mod book;
mod bring;
mod check;
mod choose;
pub mod command;
mod directory;
mod mend;
mod model;
mod money;
mod names;
mod near;
mod needs;
mod own;
mod pages;
mod preview;
mod reading;
mod report;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod undoing;
mod verdict;
mod work;

pub use bring::counted as count_upload;
pub use store::forget;

use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::ImportId;
use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let access = Access::Member(P::ImportActions);
    r.get("/{process}/imports", access, pages::list);
    r.post("/{process}/imports", access, bring::bring);
    r.get("/{process}/imports/template.xlsx", access, template::file);
    r.get_noted("/{process}/imports/own-actions.xlsx", access, own::file);
    let needs = Access::Member(P::NeedWrite);
    r.get("/{process}/imports/needs", needs, needs::page);
    r.post("/{process}/imports/needs", needs, needs::bring);
    r.get_noted("/{process}/imports/needs.xlsx", needs, needs::file);
    r.get("/{process}/imports/{id}", access, preview::page);
    r.get_noted("/{process}/imports/{id}/report.xlsx", access, report::file);
    r.get("/{process}/imports/{id}/columns", access, choose::form);
    r.post("/{process}/imports/{id}/columns", access, choose::choose);
    r.get("/{process}/imports/{id}/organisations", access, names::form);
    r.post("/{process}/imports/{id}/organisations", access, names::choose);
    r.post("/{process}/imports/{id}/rows", access, mend::rows);
    r.post("/{process}/imports/{id}/choose", access, acts::choose);
    r.post("/{process}/imports/{id}/apply", access, acts::apply);
    r.post("/{process}/imports/{id}/undo", access, acts::undo);
    r.post("/{process}/imports/{id}/drop", access, acts::forget);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::Import, work::run);
}

/// The import of an address; another's is none.
async fn find(inside: &mut Inside, id: &str) -> Result<model::Import, Problem> {
    let id: ImportId = id.parse().map_err(|_| Problem::NotFound)?;
    store::import(&mut inside.tx, id).await?.ok_or(Problem::NotFound)
}

/// What the work on an import needs, from a request.
fn means(inside: &Inside) -> check::Means {
    check::Means {
        db: inside.app.db.clone(),
        memory: inside.app.memory.clone(),
        clock: inside.app.clock.clone(),
        base_url: inside.app.base_url.clone(),
    }
}

/// Asks for the job that goes on with an import.
async fn go_on(inside: &mut Inside, id: ImportId) -> sqlx::Result<()> {
    crate::kernel::job::enqueue_about(&mut inside.tx, Task::Import, &[("import", id.0)].into()).await
}
