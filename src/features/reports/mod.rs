//! Reports on mapping cycles: one a cycle and pillar. A narrative written here, tables filled from the records and frozen with
//! the text, and a life from the draft over the pillar's meeting to the Board's decision and the public side.

mod awaited;
mod doing;
mod head;
mod life;
mod list;
mod model;
mod paper;
mod public;
mod publish;
mod section;
mod show;
mod steps;
mod store;
mod store_write;
mod text;
mod told;

pub use awaited::awaited;
pub use doing::freeze;
pub use life::{Effect, Guard, State, Step, TABLE};
pub use model::SectionKind;

use crate::kernel::error::Problem;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, write) = (Access::Member(P::ReportSee), Access::Member(P::ReportWrite));
    let export = Access::Member(P::ExportLists);
    r.get("/{process}/reports", see, list::page);
    r.get_noted("/{process}/reports.xlsx", see, list::file);
    r.get_noted("/{process}/reports.csv", see, list::file);
    r.get("/{process}/reports/new", write, head::new);
    r.post("/{process}/reports/new", write, head::create);
    r.get("/{process}/reports/{report}", see, show::page);
    r.get("/{process}/reports/{report}/header", write, head::edit);
    r.post("/{process}/reports/{report}/header", write, head::save);
    r.post("/{process}/reports/{report}/fill", write, head::fill);
    r.get("/{process}/reports/{report}/sections/{section}", write, section::form);
    r.post("/{process}/reports/{report}/sections/{section}", write, section::save);
    r.get("/{process}/reports/{report}/steps/{step}", see, steps::form);
    r.post("/{process}/reports/{report}/steps/{step}", see, steps::take);
    r.post("/{process}/reports/{report}/publish", Access::Member(P::ReportPublish), publish::publish);
    r.get("/{process}/reports/{report}/versions/{number}", see, show::version);
    // carrying it away is written down
    r.get_noted("/{process}/reports/{report}/file", export, paper::file);
    r.get("/{process}/public/reports", Access::PublicProcess, public::list);
    r.get("/{process}/public/reports/{report}", Access::PublicProcess, public::page);
}

/// The id in an address. What is none is of nothing.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}
