//! Members: a person in this process, with a dated role. Invited by the secretariat, or proposed by a focal point.

mod ending;
mod files;
mod focal;
mod form;
mod handover;
mod invite;
mod model;
mod pages;
mod store;
mod store_handover;
mod store_write;

pub use model::{MemberState, SOON, list_due};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit, propose) =
        (Access::Member(P::DirectorySee), Access::Member(P::MembersEdit), Access::Member(P::MembersPropose));
    r.get_filtered("/{process}/members", see, pages::list);
    r.get_noted("/{process}/members.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/members.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/members/{id}", see, pages::page);
    r.get("/{process}/members/{id}/handover", see, handover::page);
    r.get("/{process}/members/invite", edit, invite::new);
    r.post("/{process}/members/invite", edit, invite::send);
    r.post("/{process}/members/{id}/invite-again", edit, invite::again);
    r.get("/{process}/members/{id}/edit", edit, invite::edit);
    r.post("/{process}/members/{id}/edit", edit, invite::save);
    r.get("/{process}/members/{id}/end", edit, ending::end);
    r.post("/{process}/members/{id}/end", edit, ending::save_end);
    r.get("/{process}/members/{id}/renew", edit, ending::renew);
    r.post("/{process}/members/{id}/renew", edit, ending::save_renewal);
    r.get("/{process}/members/propose", propose, focal::new);
    r.post("/{process}/members/propose", propose, focal::send);
    r.post("/{process}/members/confirm", propose, focal::confirm);
    r.post("/{process}/members/{id}/accept", edit, focal::accept);
    r.post("/{process}/members/{id}/decline", edit, focal::decline);
    r.post("/{process}/members/{id}/withdraw", propose, focal::withdraw);
}
