//! Rounds: the Support Group secretariat, or a lead in its own pillar, asks those concerned to confirm their actions, to report on them,
//! or to map needs and what answers them, by a day. Each party has one page of its own items, prefilled; a beneficiary confirms what is
//! reported for it, a lead accepts; a round that is locked is frozen. Mapping rounds hang on the mapping cycles of `needs`. Who has
//! not answered has not answered, and nothing else.

mod answer;
mod answered;
mod awaited;
mod late;
mod life;
mod list;
mod mine;
mod mine_file;
mod model;
mod money;
mod new;
mod open;
mod page;
mod party;
mod past;
mod report;
mod reports;
mod sheet;
mod sheet_figures;
mod sheet_moved;
mod sheet_pages;
mod show;
mod standing;
mod steps;
mod store;
mod store_items;
mod store_open;
mod store_past;
mod store_report;
mod store_write;
mod told;

pub use awaited::awaited;
pub use life::ReportState;
pub use model::Health;
pub use store_items::{Progress, progress_by_node};

use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, run, answer) = (Access::Member(P::RoundSee), Access::Member(P::RoundRun), Access::Member(P::RoundAnswer));
    let fresh = Access::Member(P::FreshnessSee);
    r.get("/{process}/rounds", see, list::page);
    r.get_noted("/{process}/rounds.xlsx", see, list::file);
    r.get_noted("/{process}/rounds.csv", see, list::file);
    r.get("/{process}/rounds/new", run, new::form);
    r.post("/{process}/rounds/new", run, new::create);
    r.get("/{process}/rounds/standing", fresh, standing::page);
    r.get_noted("/{process}/rounds/standing.xlsx", fresh, standing::file);
    r.get_noted("/{process}/rounds/standing.csv", fresh, standing::file);
    r.get("/{process}/rounds/{round}", see, page::page);
    r.get_noted("/{process}/rounds/{round}/asked.xlsx", see, page::file);
    r.get_noted("/{process}/rounds/{round}/asked.csv", see, page::file);
    r.get_noted("/{process}/rounds/{round}/history/file", see, past::file);
    r.post("/{process}/rounds/{round}/again", run, steps::again);
    r.post("/{process}/rounds/{round}/extend", run, steps::extend);
    r.post("/{process}/rounds/{round}/lock", run, steps::lock);
    r.post("/{process}/rounds/{round}/withdraw", run, steps::withdraw);
    r.get("/{process}/rounds/{round}/mine", answer, mine::page);
    r.post("/{process}/rounds/{round}/mine", answer, answer::all);
    r.get_noted("/{process}/rounds/{round}/mine.xlsx", answer, mine_file::file);
    r.get_noted("/{process}/rounds/{round}/mine.csv", answer, mine_file::file);
    r.get_noted("/{process}/rounds/{round}/sheet", answer, sheet_pages::file);
    r.post("/{process}/rounds/{round}/sheet", answer, sheet_pages::bring);
    r.post("/{process}/rounds/{round}/sheet/take", answer, sheet_pages::take);
    r.post("/{process}/rounds/{round}/hand-in", answer, answer::hand_in);
    r.post("/{process}/rounds/{round}/items/{item}", answer, answer::one);
    r.post("/{process}/rounds/{round}/items/{item}/report", Access::Member(P::ProgressReport), report::save);
    r.get("/{process}/rounds/{round}/reports", see, reports::page);
    r.get_noted("/{process}/rounds/{round}/reports.xlsx", see, reports::file);
    r.get_noted("/{process}/rounds/{round}/reports.csv", see, reports::file);
    r.post("/{process}/rounds/{round}/reports/accept", Access::Member(P::ProgressAccept), reports::accept);
    r.post("/{process}/rounds/{round}/reports/{report}/return", Access::Member(P::ProgressAccept), reports::give_back);
    r.post("/{process}/rounds/{round}/reports/{report}/said", Access::Member(P::ProgressConfirm), reports::said);
}

pub fn jobs(jobs: &mut Jobs) {
    jobs.on(Task::OpenRound, open::run);
}
