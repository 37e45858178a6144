//! Requests for access: read, granted (which leads to an invitation) or declined with a neutral reply.

mod files;
mod model;
mod pages;
mod store;

pub use model::{RequestKind, RequestState};
pub use pages::{is_of, prefill, prefill_organisation, sight};
pub use store::Sight;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let decide = Access::Member(P::AccessRequestsDecide);
    r.get_filtered("/{process}/access-requests", decide, pages::list);
    r.get_noted("/{process}/access-requests.xlsx", decide, files::file);
    r.get_noted("/{process}/access-requests.csv", decide, files::file);
    r.get("/{process}/access-requests/{id}", decide, pages::page);
    r.post("/{process}/access-requests/{id}/grant", decide, pages::grant);
    r.post("/{process}/access-requests/{id}/decline", decide, pages::decline);
}
