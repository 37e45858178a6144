//! Two records of one organisation become one, and two again where that was wrong.
//!
//! Every row that is moved, dropped as a double, or filled in is written down in [`Moved`]; undoing reads it
//! back. What was changed in between stays as it was changed.

mod model;
mod pages;
mod store;
mod store_undo;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let merge = Access::Member(P::OrganisationMerge);
    r.get_filtered("/{process}/organisations/{id}/merge", merge, pages::choose);
    r.post("/{process}/organisations/{id}/merge", merge, pages::merge);
    r.get("/{process}/organisations/merges/{id}", Access::Member(P::DirectorySee), pages::page);
    r.post("/{process}/organisations/merges/{id}/undo", merge, pages::undo);
}
