//! The directory of a process: organisations, beneficiaries, pillars, members, themes; its settings, requests
//! for access and the access log.

mod access_log;
mod beneficiaries;
mod entrance;
mod members;
mod merge;
mod organisations;
mod pillars;
mod requests;
mod settings;
mod shared;
mod store;
mod strategies;
mod telling;
mod themes;

pub use beneficiaries::fold_missing;
pub use members::{MemberState, list_due};
pub use organisations::{Level, OrganisationKind, Standing};
pub use requests::{RequestKind, RequestState, Sight as RequestSight, sight as request_sight};
pub use strategies::{
    Brief as StrategyBrief, Objective as StrategyObjective, Strategy, StrategyStatus, list as strategies,
    load as strategy, objectives,
};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get("/{process}/directory", Access::Member(P::DirectorySee), entrance::page);
    organisations::routes(r);
    merge::routes(r);
    beneficiaries::routes(r);
    pillars::routes(r);
    members::routes(r);
    themes::routes(r);
    strategies::routes(r);
    settings::routes(r);
    requests::routes(r);
    access_log::routes(r);
}
