//! Needs: what a beneficiary says it needs under the measures of the plans, in each mapping cycle; which actions answer
//! it; how far it is covered. Drafts are their own side's until who speaks for it submits them. Never public.

mod awaited;
pub mod bulk;
mod coverage;
mod cycles;
mod cycles_file;
mod export;
mod filter;
mod form;
mod judge;
mod list;
mod model;
mod page;
mod rank;
mod respond;
mod service;
mod sheet;
mod show;
mod steps;
mod store;
mod store_awaited;
mod store_bulk;
mod store_coverage;
mod store_cycles;
mod store_list;
mod store_rank;
mod store_response;
mod store_write;
mod told;

pub use awaited::{OnHome, on_home};
pub use coverage::{Mapped, MappedCell, MappedMeasure, MappedNeed, MappedResponse, Standing, mapped};
pub use cycles::taken_into;
pub use filter::{Filter, Sort};
pub use form::{choices, closed};
pub use list::Line;
pub use model::{Coverage, Cycle, LEVELS, Need, NeedType, Perspective, Priority, Response, ResponseState, State};
pub use rank::subject;
pub use respond::{Linked, found as found_response, link, settle, take_back};
pub use service::{Kept, editor, keep, make};
pub use sheet::{LANGUAGES, fill, language};
pub use show::{find, note_reading};
pub use steps::{Stepped, mover, submit_all, submit_one, withdraw_one};
pub use store::{cycles, load, organisations_named};
pub use store_list::page as lines;
pub use store_rank::{Beside, action as beside};
pub use store_response::{Answered, of_action as answered_by};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, write, submit) =
        (Access::Member(P::NeedSee), Access::Member(P::NeedWrite), Access::Member(P::NeedSubmit));
    let (keep, propose, confirm) =
        (Access::Member(P::NeedCycles), Access::Member(P::ResponsePropose), Access::Member(P::ResponseConfirm));
    r.get_filtered("/{process}/needs", see, list::page);
    r.get_noted("/{process}/needs.xlsx", see, export::xlsx);
    r.get_noted("/{process}/needs.csv", see, export::csv);
    r.get("/{process}/needs/new", write, form::new);
    r.post("/{process}/needs/new", write, form::create);
    r.get("/{process}/needs/cycles", see, cycles::page);
    r.get_noted("/{process}/needs/cycles.xlsx", see, cycles_file::file);
    r.get_noted("/{process}/needs/cycles.csv", see, cycles_file::file);
    r.post("/{process}/needs/cycles", keep, cycles::open);
    r.post("/{process}/needs/cycles/{cycle}/close", keep, cycles::close);
    r.post("/{process}/needs/cycles/{cycle}/reopen", keep, cycles::reopen);
    r.get("/{process}/needs/cycles/{cycle}/take-over", write, cycles::take_over_form);
    r.post("/{process}/needs/cycles/{cycle}/take-over", write, cycles::take_over);
    r.get_noted("/{process}/needs/{need}", see, page::page);
    r.get_noted("/{process}/needs/{need}/edit", write, form::edit);
    r.post("/{process}/needs/{need}/edit", write, form::save);
    r.post("/{process}/needs/{need}/submit", submit, steps::submit);
    r.post("/{process}/needs/{need}/withdraw", write, steps::withdraw);
    r.post("/{process}/needs/{need}/judge", Access::Member(P::CoverageJudge), judge::save);
    r.get_filtered("/{process}/needs/{need}/respond", propose, respond::form);
    r.post("/{process}/needs/{need}/respond", propose, respond::propose);
    r.post("/{process}/responses/{response}/answer", confirm, respond::answer);
    r.post("/{process}/responses/{response}/withdraw", propose, respond::withdraw);
    r.get_filtered("/{process}/actions/{id}/needs", see, respond::of_action);
    r.post("/{process}/actions/{id}/needs", propose, respond::propose_from_action);
    coverage::routes(r);
}
