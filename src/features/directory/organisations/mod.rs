//! Organisations: any party of the process. Donor or implementer in an action, not by nature.

//L mod contacts;
//L mod edit;
mod model;
mod pages;
//L mod proposals;
mod store;

pub use model::{Level, OrganisationKind, Standing, search_text};
pub use store::load;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit, propose) = (Access::Member(P::DirectorySee), Access::Member(P::OrganisationEdit), Access::Member(P::OrganisationPropose));
    let contacts = Access::Member(P::OrganisationContacts);
    r.get_filtered("/{process}/organisations", see, pages::list);
    r.get("/{process}/organisations/{id}", see, pages::page);
//L     r.get("/{process}/organisations/new", edit, edit::new);
//L     r.post("/{process}/organisations/new", edit, edit::create);
//L     r.get("/{process}/organisations/{id}/edit", edit, edit::edit);
//L     r.post("/{process}/organisations/{id}/edit", edit, edit::save);
//L     r.get("/{process}/organisations/{id}/contacts/new", contacts, contacts::new);
//L     r.post("/{process}/organisations/{id}/contacts/new", contacts, contacts::add);
//L     r.get("/{process}/organisations/{id}/contacts/{contact}", contacts, contacts::edit);
//L     r.post("/{process}/organisations/{id}/contacts/{contact}", contacts, contacts::save);
//L     r.post("/{process}/organisations/{id}/contacts/{contact}/remove", contacts, contacts::remove);
//L     r.get("/{process}/organisations/propose", propose, proposals::new);
//L     r.post("/{process}/organisations/propose", propose, proposals::send);
//L     r.get_filtered("/{process}/organisations/proposals", propose, proposals::list);
//L     r.get("/{process}/organisations/proposals/{id}", propose, proposals::page);
//L     r.post("/{process}/organisations/proposals/{id}/accept", edit, proposals::accept);
//L     r.post("/{process}/organisations/proposals/{id}/decline", edit, proposals::decline);
//L     r.post("/{process}/organisations/proposals/{id}/withdraw", propose, proposals::withdraw);
}
