//! Themes: the process's own taxonomy, each mapped to purpose codes of the OECD-DAC, one of them the main one.

mod edit;
mod files;
mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::DirectorySee), Access::Member(P::ThemesEdit));
    r.get("/{process}/themes", see, pages::list);
    r.get_noted("/{process}/themes.xlsx", Access::Member(P::ExportLists), files::file);
    r.get_noted("/{process}/themes.csv", Access::Member(P::ExportLists), files::file);
    r.get("/{process}/themes/new", edit, edit::new);
    r.post("/{process}/themes/new", edit, edit::create);
    r.get("/{process}/themes/{id}", edit, edit::edit);
    r.post("/{process}/themes/{id}", edit, edit::save);
    r.post("/{process}/themes/{id}/retire", edit, edit::retire);
    r.post("/{process}/themes/{id}/restore", edit, edit::restore);
}
