//! Results: what came of the plans. Figures of indicators by beneficiary and period, stated by the pillar's lead or the
//! secretariat or taken from accepted progress reports, brought together by the method that the indicator states, and rolled
//! up through the plan's tree as far as they can be.

mod carry;
mod enter;
mod model;
mod page;
mod rollup;
mod rules;
mod store;
mod store_progress;

use crate::kernel::error::Problem;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, state) = (Access::Member(P::PlanSee), Access::Member(P::ResultState));
    r.get_filtered("/{process}/plans/{plan}/results", see, page::page);
    // carrying it away is written down
    let export = Access::Member(P::ExportLists);
    r.get_noted("/{process}/plans/{plan}/results.xlsx", export, carry::file);
    r.get_noted("/{process}/plans/{plan}/results.csv", export, carry::file);
    r.get_filtered("/{process}/plans/{plan}/results/{indicator}", see, enter::page);
    r.post("/{process}/plans/{plan}/results/{indicator}", state, enter::save);
}

/// The id in an address. What is none is of nothing.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}
