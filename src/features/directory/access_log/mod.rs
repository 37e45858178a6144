//! What was exported, and what was read at the higher levels. A partner sees the lines of its own records.

mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get_filtered("/{process}/access-log", Access::Member(P::AccessLogSee), pages::list);
}
