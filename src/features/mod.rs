//! One folder a capability. A feature uses another only through what that one's `mod.rs` exposes.

use crate::kernel::job::Jobs;
use crate::kernel::route::Routes;

pub mod actions;
pub mod api;
pub mod brief;
pub mod codes;
pub mod decisions;
pub mod directory;
pub mod documents;
pub mod exchange;
pub mod files;
pub mod home;
pub mod meetings;
pub mod money;
pub mod needs;
pub mod notices;
pub mod overlaps;
pub mod pictures;
pub mod plans;
pub mod processes;
pub mod public_site;
pub mod reports;
pub mod results;
pub mod rounds;
pub mod sign_in;
pub mod site;
pub mod webhooks;

pub mod packs;

/// First parts of addresses that no process can have; the registry's own check in the schema is the same.
pub const RESERVED: [&str; 13] = [
    "sign-in",
    "sign-out",
    "account",
    "operator",
    "static",
    "healthz",
    "readyz",
    "metrics",
    "help",
    "invitation",
    "password",
    "processes",
    "api",
];

/// Every feature's routes.
pub fn routes(routes: &mut Routes) {
    site::routes(routes);
    sign_in::routes(routes);
    actions::routes(routes);
    api::routes(routes);
    brief::routes(routes);
    codes::routes(routes);
    decisions::routes(routes);
    overlaps::routes(routes);
    directory::routes(routes);
    plans::routes(routes);
    documents::routes(routes);
    exchange::routes(routes);
    files::routes(routes);
    home::routes(routes);
    money::routes(routes);
    needs::routes(routes);
    notices::routes(routes);
    processes::routes(routes);
    public_site::routes(routes);
    reports::routes(routes);
    results::routes(routes);
    webhooks::routes(routes);
    packs::routes(routes);
    rounds::routes(routes);
    meetings::routes(routes);
    pictures::routes(routes);
}

/// What the features do later: each says it for the tasks that are its own. Webhooks, which need more than a job is given,
/// are put in by the worker.
pub fn jobs(jobs: &mut Jobs) {
    documents::jobs(jobs);
    exchange::jobs(jobs);
    home::jobs(jobs);
    plans::jobs(jobs);
    notices::jobs(jobs);
    overlaps::jobs(jobs);
    rounds::jobs(jobs);
}
