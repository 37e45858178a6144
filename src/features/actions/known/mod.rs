//! Actions for their own organisation alone that the secretariat may only know to be there: in which pillars, whom to ask, since
//! when. Nothing of what is in one, and no address that would name it.

mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let access = Access::Member(P::ActionKnowOf);
    r.get("/{process}/actions/confidential", access, pages::list);
    r.get_noted("/{process}/actions/confidential.xlsx", access, pages::file);
    r.get_noted("/{process}/actions/confidential.csv", access, pages::file);
}
