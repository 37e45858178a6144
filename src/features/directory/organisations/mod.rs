//! Organisations: any party of the process. Donor or implementer in an action, not by nature.

mod contacts;
mod edit;
mod files;
mod model;
mod pages;
mod proposals;
mod store;
mod store_proposals;
mod store_write;

pub use model::{Level, OrganisationKind, Standing, search_text};
pub use store::{Found, find};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit, propose) =
        (Access::Member(P::DirectorySee), Access::Member(P::OrganisationEdit), Access::Member(P::OrganisationPropose));
    let contacts = Access::Member(P::OrganisationContacts);
    r.get_filtered("/{process}/organisations", see, pages::list);
    r.get_noted("/{process}/organisations.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/organisations.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/organisations/{id}", see, pages::page);
    r.get("/{process}/organisations/new", edit, edit::new);
    r.post("/{process}/organisations/new", edit, edit::create);
    r.get("/{process}/organisations/{id}/edit", edit, edit::edit);
    r.post("/{process}/organisations/{id}/edit", edit, edit::save);
    r.get("/{process}/organisations/{id}/contacts/new", contacts, contacts::new);
    r.post("/{process}/organisations/{id}/contacts/new", contacts, contacts::add);
    r.get("/{process}/organisations/{id}/contacts/{contact}", contacts, contacts::edit);
    r.post("/{process}/organisations/{id}/contacts/{contact}", contacts, contacts::save);
    r.post("/{process}/organisations/{id}/contacts/{contact}/remove", contacts, contacts::remove);
    r.get("/{process}/organisations/propose", propose, proposals::new);
    r.post("/{process}/organisations/propose", propose, proposals::send);
    r.get_filtered("/{process}/organisations/proposals", propose, proposals::list);
    r.get("/{process}/organisations/proposals/{id}", propose, proposals::page);
    r.post("/{process}/organisations/proposals/{id}/accept", edit, proposals::accept);
    r.post("/{process}/organisations/proposals/{id}/decline", edit, proposals::decline);
    r.post("/{process}/organisations/proposals/{id}/withdraw", propose, proposals::withdraw);
}
