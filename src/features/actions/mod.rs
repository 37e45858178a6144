//! Actions of assistance: projects, programmes, activities, grants.

mod list;
mod model;
mod record;

pub use list::{
    Allowed, Counts, Cut, Filter, KEEPER, Lacking, Lookups, Match, PATIENCE, Row as ActionRow, Run, allow, as_file,
    count_to, counts, cut, lacking, read_filter, rows,
};
pub use model::{ClaimState, PartyRole, Status};
pub use record::suggest_as;

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    list::routes(r);
    record::routes(r);
}
