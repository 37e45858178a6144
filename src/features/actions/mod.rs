//! Actions of assistance: projects, programmes, activities, grants.

mod list;
mod model;
mod record;

pub use list::{Counts, Cut, Filter, Lookups, Match, Row as ActionRow, count_to, counts, cut, rows};
pub use model::{ClaimState, PartyRole, Status};
pub use record::suggest_as;

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    list::routes(r);
    record::routes(r);
}
