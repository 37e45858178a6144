//! Plans: what beneficiaries, donors and leads agree on for some years, as a tree of objectives, priorities and measures;
//! its editor, its readings, its life from the first draft to the text that replaces it.

mod annex;
mod awaited;
mod consultation;
mod days;
mod difference;
mod doing;
mod edit;
mod export;
mod grids;
mod header;
mod indicator;
mod keep;
mod life;
mod listed;
mod model;
mod node;
mod outline;
mod past;
mod public;
mod publish;
mod reading;
mod reasons;
mod spoken;
mod steps;
mod store;
mod store_awaited;
mod store_header;
mod store_life;
mod store_node;
mod store_outline;
mod store_reasons;
mod store_record;
mod store_tree;
mod text;
mod tree;
mod undo;
mod unit;
mod workbook;

pub use awaited::awaited;
pub use doing::{freeze, paper};
pub use life::{Effect, Guard, State, Step, TABLE};
pub use model::{Indicator, Method, NodeKind, Plan, PlanKind, PlanPillar, Target, Who, span};
pub use outline::{Outline, OutlineNode, outlines};
pub use store::{Listed, lines, list, load, tree};
pub use store_life::frame;
pub use text::checksum;
pub use tree::{Placed, Tree};
pub use unit::{is_percentage, same_unit};

use crate::kernel::error::Problem;
use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, write, link) =
        (Access::Member(P::PlanSee), Access::Member(P::PlanWrite), Access::Member(P::PlanLinkActions));
    r.get("/{process}/plans", see, reading::list);
    r.get("/{process}/plans/new", write, header::new);
    r.post("/{process}/plans/new", write, header::create);
    r.get_filtered("/{process}/plans/{plan}", see, reading::document);
    r.get_filtered("/{process}/plans/{plan}/matrix", see, grids::matrix);
    r.get_filtered("/{process}/plans/{plan}/timeline", see, grids::timeline);
    r.get("/{process}/plans/{plan}/history", see, past::history);
    r.get("/{process}/plans/{plan}/header", write, header::edit);
    r.post("/{process}/plans/{plan}/header", write, header::save);
    r.get("/{process}/plans/{plan}/edit", write, edit::page);
    r.get("/{process}/plans/{plan}/edition", write, edit::edition);
    r.post("/{process}/plans/{plan}/nodes", write, edit::add);
    r.post("/{process}/plans/{plan}/undo", write, undo::undo);
    r.get("/{process}/plans/{plan}/nodes/{node}", see, node::page);
    r.post("/{process}/plans/{plan}/nodes/{node}", write, edit::act);
    r.get("/{process}/plans/{plan}/nodes/{node}/edit", write, node::edit);
    r.post("/{process}/plans/{plan}/nodes/{node}/actions", link, node::hang);
    r.post("/{process}/plans/{plan}/nodes/{node}/actions/remove", link, node::unhang);
    r.get("/{process}/plans/{plan}/nodes/{node}/indicators/{indicator}", write, indicator::form);
    r.post("/{process}/plans/{plan}/nodes/{node}/indicators/{indicator}", write, indicator::save);
    r.get("/{process}/plans/{plan}/steps/{step}", see, steps::form);
    r.post("/{process}/plans/{plan}/steps/{step}", see, steps::take);
    r.post("/{process}/plans/{plan}/publish", Access::Member(P::PlanPublish), publish::publish);
    r.get("/{process}/plans/{plan}/revise", Access::Member(P::PlanRevise), header::revise_form);
    r.post("/{process}/plans/{plan}/revise", Access::Member(P::PlanRevise), header::revise);
    r.get("/{process}/plans/{plan}/snapshots/{number}", see, past::snapshot);
    r.get("/{process}/plans/{plan}/compare", see, past::compare);
    r.get("/{process}/public/plans", Access::PublicProcess, public::list);
    r.get("/{process}/public/plans/{plan}", Access::PublicProcess, public::plan);
    r.get_noted("/{process}/public/plans/{plan}/file", Access::PublicProcess, public::file);
    // carrying a text away is written down
    let export = Access::Member(P::ExportLists);
    r.get_noted("/{process}/plans.xlsx", export, listed::file);
    r.get_noted("/{process}/plans.csv", export, listed::file);
    r.get_noted("/{process}/plans/{plan}/matrix.xlsx", export, grids::matrix_file);
    r.get_noted("/{process}/plans/{plan}/matrix.csv", export, grids::matrix_file);
    r.get_noted("/{process}/plans/{plan}/timeline.xlsx", export, grids::timeline_file);
    r.get_noted("/{process}/plans/{plan}/timeline.csv", export, grids::timeline_file);
    r.get_noted("/{process}/plans/{plan}/file", export, export::now);
    r.get_noted("/{process}/plans/{plan}/snapshots/{number}/file", export, export::snapshot);
    r.get_noted("/{process}/plans/{plan}/compare/file", export, export::compare);
    r.get_noted("/{process}/plans/{plan}/history/file", Access::Member(P::HistorySee), export::history);
    consultation::routes(r);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::PlanDays, days::run);
}

/// The id in an address. What is none is of nothing.
fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::NotFound)
}
