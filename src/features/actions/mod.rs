//! Actions of assistance: projects, programmes, activities, grants.

mod list;
mod model;
mod record;

pub use list::{By, Choice, Counts, Cut, Filter, From, Lookups, Match, Place, Row, Sort, counts, cut, lookups, rows};
pub use model::{ClaimState, PartyRole, Status};
pub use record::suggest_as;

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    list::routes(r);
    record::routes(r);
}
