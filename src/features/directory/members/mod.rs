//! Members: a person in this process, with a dated role. Invited by the secretariat, or proposed by a focal point.

//L mod ending;
//L mod focal;
//L mod form;
//L mod handover;
//L mod invite;
mod model;
mod pages;
mod store;
//L mod writing;

pub use model::{MemberState, SOON};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit, propose) = (Access::Member(P::DirectorySee), Access::Member(P::MembersEdit), Access::Member(P::MembersPropose));
    r.get_filtered("/{process}/members", see, pages::list);
    r.get("/{process}/members/{id}", see, pages::page);
//L     r.get("/{process}/members/{id}/handover", see, handover::page);
//L     r.get("/{process}/members/invite", edit, invite::new);
//L     r.post("/{process}/members/invite", edit, invite::send);
//L     r.post("/{process}/members/{id}/invite-again", edit, invite::again);
//L     r.get("/{process}/members/{id}/edit", edit, invite::edit);
//L     r.post("/{process}/members/{id}/edit", edit, invite::save);
//L     r.get("/{process}/members/{id}/end", edit, ending::end);
//L     r.post("/{process}/members/{id}/end", edit, ending::save_end);
//L     r.get("/{process}/members/{id}/renew", edit, ending::renew);
//L     r.post("/{process}/members/{id}/renew", edit, ending::save_renewal);
//L     r.get("/{process}/members/propose", propose, focal::new);
//L     r.post("/{process}/members/propose", propose, focal::send);
//L     r.post("/{process}/members/confirm", propose, focal::confirm);
//L     r.post("/{process}/members/{id}/accept", edit, focal::accept);
//L     r.post("/{process}/members/{id}/decline", edit, focal::decline);
//L     r.post("/{process}/members/{id}/withdraw", propose, focal::withdraw);
}
