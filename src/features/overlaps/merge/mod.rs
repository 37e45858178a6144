//! Two entries of one action become one, and two again where that was wrong.
//!
//! The one that stays takes over what it does not state, and of what both state what was chosen; parties, beneficiaries,
//! pillars, themes, places in plans and remarks are united. Money is taken over where the one that stays has none: added up
//! it would count twice. Everything that was taken is written down in [`model::Taken`]; undoing reads it back, and leaves as it
//! is what was changed in between. The other entry stays in the database whole.

mod model;
mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let part = Access::Member(P::OverlapTakePart);
    // holds the two as it reads them
    r.get_noted("/{process}/overlaps/{id}/merge", part, pages::form);
    r.post("/{process}/overlaps/{id}/merge", part, pages::merge);
    r.post("/{process}/overlaps/{id}/unmerge", part, pages::undo);
}
