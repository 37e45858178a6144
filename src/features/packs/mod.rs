//! Packs: what a meeting, a beneficiary or a donor wants in front of them, made in one click and frozen as it was made.
//!
//! A pack is made with a sight that is narrowed first (`model::Sight`, `kernel.narrow_sight`): to what every member who takes
//! part sees, or to what those see whose own it is. What everything below reads through the views is so, without a rule of
//! its own, what all its readers may see; the view `visible_pack` lets them read it afterwards by the same level and audience.
//!
//! `make.rs` gathers and writes, `sections/` is one file a part of a pack, `store_facts.rs` and `store_work.rs` are what they
//! are made of. A pack keeps its document and its tables as text, with their checksum; PDF, DOCX and XLSX are made of these
//! whenever asked for.

mod draft;
mod listed;
mod make;
mod model;
mod pages;
mod screen;
mod sections;
mod store;
mod store_facts;
mod store_work;

pub use make::make_for;
pub use model::{Kind, Level, Line};
pub use store::of_meeting;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, make) = (Access::Member(P::PackSee), Access::Member(P::PackMake));
    r.get_filtered("/{process}/packs", see, pages::list);
    r.post("/{process}/packs", make, pages::make);
    r.get_noted("/{process}/packs.xlsx", see, listed::file);
    r.get_noted("/{process}/packs.csv", see, listed::file);
    r.get_noted("/{process}/packs/{id}", see, pages::show);
    r.get_noted("/{process}/packs/{id}/file", see, pages::file);
    r.post("/{process}/packs/{id}/withdraw", make, pages::withdraw);
}
