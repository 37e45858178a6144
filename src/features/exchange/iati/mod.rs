//! IATI, the standard of published aid: its activity files (version 2.03, and what was written for 2.01 and 2.02) read and
//! written. What the portal says with which element stands in docs/iati.md.
//!
//! [`Reader`] gives one [`Activity`] at a time, made to fit 2.03, with what was lost on the way; [`Stated`] asks it for
//! what it states. An action is composed into an activity for the list's file, for each organisation's public file, and
//! for the command line.

mod check;
mod codes;
mod compose;
mod fit;
#[cfg(test)]
mod fuzz;
mod list;
mod loss;
mod making;
mod own;
mod public;
mod read;
mod record;
mod schema;
mod source;
mod stated;
mod store;
mod sums;
mod taken;
mod values;
mod words;
mod write;
mod xml;

pub use check::{Report, check};
pub use loss::{Loss, Severity, What};
pub use making::{CHUNK, Making};
pub(super) use read::one as read_one;
pub use read::{Activity, Broken, Read, Reader, Trouble};
pub use source::Limits;
pub use stated::{Milestone, Stated};
pub(super) use sums::{Settled, settle, sums};
pub(super) use taken::{incoming, kept, left_out, reporter};
pub use write::{TAIL, activity as write, head, opening};
pub use xml::{Element, Node};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get_filtered("/{process}/actions/iati", Access::Member(P::ExportLists), list::ask);
    r.get_noted("/{process}/actions.xml", Access::Member(P::ExportLists), list::file);
    r.get("/{process}/public/iati", Access::PublicProcess, public::index);
    r.get_filtered("/{process}/public/iati/{file}", Access::PublicProcess, public::file);
}
