//! Actions of assistance: projects, programmes, activities, grants.

mod model;

pub use model::{ClaimState, PartyRole, Status};

use crate::kernel::route::Routes;

pub fn routes(_r: &mut Routes) {}
