//! Actions of assistance: projects, programmes, activities, grants.

mod list;
mod model;
mod record;

pub use list::{Counts, Cut, Filter, Lookups, Match, Row as ActionRow, count_to, counts, cut, rows};
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
