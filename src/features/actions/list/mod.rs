//! The list of actions: filters in the address, keyset pages, counts of filter values, and the same list as a file.

mod chips;
mod counts;
mod export;
mod filter;
mod options;
mod pages;
mod sort;
mod store;

pub use filter::{Filter, Match};
pub use pages::{Cut, cut};
pub use store::{Counts, Lookups, Row, count_to, counts, rows};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get_filtered("/{process}/actions", Access::Member(P::ActionSee), pages::list);
    r.get_filtered("/{process}/actions/counts", Access::Member(P::ActionSee), counts::fragment);
    r.get_noted("/{process}/actions.xlsx", Access::Member(P::ExportLists), export::xlsx);
    r.get_noted("/{process}/actions.csv", Access::Member(P::ExportLists), export::csv);
}
