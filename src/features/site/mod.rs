//! The installation itself: its first page, help, static files, whether it lives.

mod pages;
mod start;
mod store;

use crate::kernel::route::{Access, Routes};

/// The sections of the help that are made alike: a title and two paragraphs each.
pub const HELP: [&str; 14] = [
    "actions",
    "rounds",
    "plans",
    "consultation",
    "decisions",
    "needs",
    "brief",
    "overlaps",
    "directory",
    "notices",
    "packs",
    "meetings",
    "money",
    "pictures",
];

pub fn routes(r: &mut Routes) {
    r.get("/", Access::Anyone, start::start);
    r.get("/help", Access::Anyone, start::help);
    r.get("/static/{*path}", Access::Anyone, pages::file);
    r.get("/healthz", Access::Anyone, pages::alive);
    r.get("/readyz", Access::Anyone, pages::ready);
    r.get("/metrics", Access::Anyone, pages::metrics);
}
