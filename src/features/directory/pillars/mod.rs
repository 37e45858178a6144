//! Pillars: the policy fields of a process, each with its leads over time.

mod edit;
mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::DirectorySee), Access::Member(P::SettingsEdit));
    r.get("/{process}/pillars", see, pages::list);
    r.get("/{process}/pillars/new", edit, edit::new);
    r.post("/{process}/pillars/new", edit, edit::create);
    r.get("/{process}/pillars/{key}", see, pages::page);
    r.get("/{process}/pillars/{key}/edit", edit, edit::edit);
    r.post("/{process}/pillars/{key}/edit", edit, edit::save);
    r.get("/{process}/pillars/{key}/leads/new", edit, edit::new_lead);
    r.post("/{process}/pillars/{key}/leads/new", edit, edit::add_lead);
    r.get("/{process}/pillars/{key}/leads/{lead}", edit, edit::edit_lead);
    r.post("/{process}/pillars/{key}/leads/{lead}", edit, edit::save_lead);
}
