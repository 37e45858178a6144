//! The list of actions: filters in the address, keyset pages, counts of filter values, and the same list as a file.

mod chips;
mod counts;
mod export;
mod filter;
mod options;
mod pages;
mod sort;
mod store;
mod walk;

pub use export::{Allowed, PATIENCE, Run, allow, as_file, workbook};
pub use filter::{Filter, KEEPER, Match, stale_before};
pub use pages::{Cut, cut, read as read_filter};
pub use store::{Counts, Lacking, Lookups, Row, count_to, counts, found, lacking, leaving, rows};
pub use walk::{Stretch, stretch};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get_filtered("/{process}/actions", Access::Member(P::ActionSee), pages::list);
    r.get_filtered("/{process}/actions/counts", Access::Member(P::ActionSee), counts::fragment);
    r.get_noted("/{process}/actions.xlsx", Access::Member(P::ExportLists), export::xlsx);
    r.get_noted("/{process}/actions.csv", Access::Member(P::ExportLists), export::csv);
}
