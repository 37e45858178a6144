//! Actions of assistance: projects, programmes, activities, grants.

mod model;
mod record;

pub use model::{ClaimState, PartyRole, Status};
pub use record::suggest_as;

use crate::kernel::route::Routes;

pub fn routes(r: &mut Routes) {
    record::routes(r);
}
