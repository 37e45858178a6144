//! Those whom the process serves: name with its note, dated former names, who coordinates, what concerns them.

mod edit;
mod files;
mod pages;
mod store;

pub use store::fold_missing;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::DirectorySee), Access::Member(P::SettingsEdit));
    r.get("/{process}/beneficiaries", see, pages::list);
    r.get_noted("/{process}/beneficiaries.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/beneficiaries.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/beneficiaries/new", edit, edit::new);
    r.post("/{process}/beneficiaries/new", edit, edit::create);
    r.get("/{process}/beneficiaries/{code}", see, pages::page);
    r.get("/{process}/beneficiaries/{code}/edit", edit, edit::edit);
    r.post("/{process}/beneficiaries/{code}/edit", edit, edit::save);
}
