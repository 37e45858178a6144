//! A whole process as one archive that another installation takes in: the way out is always open. docs/bundle.md has the format.
//!
//! `tables.rs` is the one list of what is in it; `shape.rs` what the database's catalogue says of those tables; `rows.rs` a row
//! and what it points at; `gather.rs` reads a process as of one moment, `pack.rs` writes the archive, `make.rs` is both
//! together. `open.rs` looks an archive over before anything is believed, `check.rs` holds its rows against one another,
//! `take_in.rs` makes a process of it, `corrected.rs` settles what an earlier version could keep twice; `actions.rs` a table of its actions, for an import. `work.rs` is the job of the pages, `pages.rs` the pages.

mod actions;
mod check;
mod corrected;
mod gather;
mod make;
mod manifest;
mod open;
mod pack;
mod pages;
mod rows;
mod shape;
mod store;
mod store_asked;
mod tables;
mod take_in;
#[cfg(test)]
mod tests;
mod work;

pub(super) use actions::as_table;
pub use make::{Made, Making, made};
pub use manifest::Manifest;
pub use store::{enter_member, enter_public, forget, note, whole};
pub use tables::{LEFT_OUT, TABLES};
pub use take_in::{Taken, Taking, take_in};

use crate::kernel::files::Files;
use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission;
use crate::kernel::route::{Access, Routes};

/// How much of a process a bundle holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What everybody may see.
    Public,
    /// What every member who takes part may see; no person's name or address.
    Members,
    /// Everything, or everything that its reader may see.
    All,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::All, Level::Members, Level::Public];

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Public => "public",
            Level::Members => "members",
            Level::All => "all",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }

    /// The Fluent key of its name.
    fn label(self) -> &'static str {
        match self {
            Level::Public => "bundle-level-public",
            Level::Members => "bundle-level-members",
            Level::All => "bundle-level-all",
        }
    }
}

pub fn routes(r: &mut Routes) {
    let access = Access::Member(Permission::BundleTake);
    r.get("/{process}/bundles", access, pages::list);
    r.post("/{process}/bundles", access, pages::ask);
    r.get("/{process}/bundles/{id}", access, pages::show);
    r.get_noted("/{process}/bundles/{id}/file", access, pages::file);
}

/// `files`: where what members have brought lies.
pub fn jobs(jobs: &mut Jobs, files: Files) {
    jobs.on(Task::MakeBundle, move |job| work::run(job, files.clone()));
}
