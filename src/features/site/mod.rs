//! The installation itself: static files, whether it lives, help.

mod pages;

use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    r.get("/static/{*path}", Access::Anyone, pages::file);
    r.get("/healthz", Access::Anyone, pages::alive);
    r.get("/readyz", Access::Anyone, pages::ready);
    r.get("/metrics", Access::Anyone, pages::metrics);
}
