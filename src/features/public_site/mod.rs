//! What everyone may see of a process: what it is, cards of its public actions, and how to ask for access.

mod access;
mod actions;
mod file;
mod home;
mod store;

pub use self::actions::published;

use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get("/{process}/public", Access::PublicProcess, home::page);
    r.get_filtered("/{process}/public/actions", Access::PublicProcess, actions::list);
    r.get_filtered("/{process}/public/actions.xlsx", Access::PublicProcess, file::file);
    r.get_filtered("/{process}/public/actions.csv", Access::PublicProcess, file::file);
    r.get("/{process}/public/actions/{id}", Access::PublicProcess, actions::card);
    r.get("/{process}/public/access", Access::PublicProcess, access::form);
    r.post("/{process}/public/access", Access::PublicProcess, access::ask);
}
