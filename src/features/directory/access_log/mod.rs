//! What was exported, and what was read at the higher levels. A partner sees the lines of its own records.

mod files;
mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::AccessLogSee);
    r.get_filtered("/{process}/access-log", see, pages::list);
    r.get_noted("/{process}/access-log.xlsx", see, files::file);
    r.get_noted("/{process}/access-log.csv", see, files::file);
}
