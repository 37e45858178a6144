//! Themes: the process's own taxonomy, each mapped to purpose codes of the OECD-DAC.

//L mod edit;
mod pages;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, edit) = (Access::Member(P::DirectorySee), Access::Member(P::ThemesEdit));
    r.get("/{process}/themes", see, pages::list);
//L     r.get("/{process}/themes/new", edit, edit::new);
//L     r.post("/{process}/themes/new", edit, edit::create);
//L     r.get("/{process}/themes/{id}", edit, edit::edit);
//L     r.post("/{process}/themes/{id}", edit, edit::save);
//L     r.post("/{process}/themes/{id}/retire", edit, edit::retire);
//L     r.post("/{process}/themes/{id}/restore", edit, edit::restore);
}
