//! Webhooks: an organisation's, a beneficiary's or the secretariat's own address is told that something has changed, and where.
//!
//! What is written into the history waits for each hook that asked for its kind (the trigger of 0285, in the same transaction);
//! the job `deliver.rs` sends it in the place of the hook's member: of what that membership may not see at that moment, nothing
//! is sent but, where it saw it before (0480), that it is gone. A delivery is thin: a type, an id, an address, a time, a
//! number. `sign.rs` signs it; where it may go, `kernel/outbound` says. `pages.rs` and `acts.rs` are how people keep their hooks.

mod acts;
mod deliver;
mod model;
mod pages;
mod places;
mod sign;
mod store;
mod store_work;

pub use deliver::Courier;

use crate::kernel::job::{Jobs, Task};
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let keep = Access::Member(P::WebhooksKeep);
    r.get("/{process}/webhooks", keep, pages::list);
    r.post("/{process}/webhooks", keep, acts::add);
    r.get("/{process}/webhooks/{id}", keep, pages::one);
    r.post("/{process}/webhooks/{id}/test", keep, acts::test);
    r.post("/{process}/webhooks/{id}/pause", keep, acts::pause);
    r.post("/{process}/webhooks/{id}/resume", keep, acts::resume);
    r.post("/{process}/webhooks/{id}/secret", keep, acts::renew);
    r.post("/{process}/webhooks/{id}/remove", keep, acts::remove);
}

/// `courier`: what delivering needs besides what every job is given.
pub fn jobs(jobs: &mut Jobs, courier: Courier) {
    jobs.on(Task::Webhooks, move |job| deliver::run(job, courier.clone()));
}
