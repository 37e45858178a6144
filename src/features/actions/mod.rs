//! Actions of assistance: projects, programmes, activities, grants.

mod list;
mod model;
mod record;

pub use list::{
    Allowed, Counts, Cut, Filter, KEEPER, Lacking, Lookups, Match, PATIENCE, Row as ActionRow, Run, allow, as_file,
    count_to, counts, cut, lacking, read_filter, rows,
};
pub use model::{ClaimState, PartyRole, Status};
pub use record::{
    Added, Altered, Changed, Choices, Delta, DiffRow, Difference, Field, Names, Sheet, Standing, add_many, builds_on,
    change_many, check, directory, editable, for_new, in_words, names, rows_of, settled, standing, suggest_as,
    withdraw_many, would_see,
};

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    list::routes(r);
    record::routes(r);
}
