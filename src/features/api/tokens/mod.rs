//! Tokens: what a program shows in place of a session. One belongs to one membership of one process. Its text is shown once
//! and its hash is kept; it names its process, so that nothing is looked up across processes.

mod model;
mod pages;
mod store;

pub use model::split;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let own = Access::Member(P::TokensOwn);
    r.get("/{process}/tokens", own, pages::page);
    r.post("/{process}/tokens", own, pages::make);
    r.post("/{process}/tokens/{id}/revoke", own, pages::revoke);
}
