//! The beneficiaries' own strategies: title, period, state, and their objectives under the numbers they have there, each
//! mapped to themes of the process and to purpose codes of the OECD-DAC. Everybody reads them; the secretariat keeps them.

mod edit;
mod files;
mod model;
mod objective;
mod pages;
mod store;
mod store_write;

pub use model::{Brief, Objective, Strategy, StrategyStatus};
pub use store::{list, load, objectives, of_beneficiary};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::DirectorySee), Access::Member(P::ThemesEdit));
    r.get("/{process}/strategies", see, pages::list);
    r.get_noted("/{process}/strategies.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/strategies.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/strategies/new", edit, edit::new);
    r.post("/{process}/strategies/new", edit, edit::create);
    r.get("/{process}/strategies/{id}", see, pages::page);
    r.get_noted("/{process}/strategies/{id}/list.xlsx", Access::Member(P::ExportLists), files::one);
    r.get_noted("/{process}/strategies/{id}/list.csv", Access::Member(P::ExportLists), files::one);
    r.get("/{process}/strategies/{id}/edit", edit, edit::edit);
    r.post("/{process}/strategies/{id}/edit", edit, edit::save);
    r.post("/{process}/strategies/{id}/retire", edit, edit::retire);
    r.post("/{process}/strategies/{id}/restore", edit, edit::restore);
    r.get("/{process}/strategies/{id}/objectives/new", edit, objective::new);
    r.post("/{process}/strategies/{id}/objectives/new", edit, objective::create);
    r.get("/{process}/strategies/{id}/objectives/{objective}", edit, objective::edit);
    r.post("/{process}/strategies/{id}/objectives/{objective}", edit, objective::save);
    r.post("/{process}/strategies/{id}/objectives/{objective}/retire", edit, objective::retire);
    r.post("/{process}/strategies/{id}/objectives/{objective}/restore", edit, objective::restore);
}
