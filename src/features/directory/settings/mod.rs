//! What a process says of itself: names, tagline, about, notes of asterisks, its own words; public or not.

mod edit;
mod model;
mod pages;
mod retention;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get("/{process}/settings", Access::Member(P::SettingsSee), pages::page);
    r.get("/{process}/settings/edit", Access::Member(P::SettingsEdit), edit::edit);
    r.post("/{process}/settings/edit", Access::Member(P::SettingsEdit), edit::save);
}
