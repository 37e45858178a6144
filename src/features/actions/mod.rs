//! Actions of assistance: projects, programmes, activities, grants.

mod known;
mod list;
mod model;
mod record;

pub use list::{
    Allowed, Counts, Cut, Filter, KEEPER, Lacking, Lookups, Match, PATIENCE, Row as ActionRow, Run, Stretch, allow,
    as_file, count_to, counts, cut, found, lacking, leaving, read_filter, rows, stale_before, stretch, workbook,
};
pub use model::{ClaimState, Health, PartyRole, Status};
pub use record::{
    Added, Altered, Base, Changed, Choices, Contribution, Delta, DiffRow, Difference, Field,
    KINDS as CONTRIBUTION_KINDS, Kept, MONEY_PARTS, Money, NOT_STATED, Names, Record, Sheet, Standing, add_many,
    builds_on, change_many, change_record, check, confirm_many, create_record, directory, editable, for_new, in_words,
    merge, names, note_reading, read_record, reporters, rows_of, settled, settles, standing, suggest_as, withdraw_many,
    would_see,
};

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    list::routes(r);
    known::routes(r);
    record::routes(r);
}
