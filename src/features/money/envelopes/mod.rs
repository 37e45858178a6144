//! Envelopes: money of a donor that is not tied to an action yet. It is a figure of its own and never added to actions' money; as
//! actions are paid from it, their amounts name it, and the page says how much of it is tied.

mod edit;
mod files;
mod home;
mod model;
mod pages;
mod store;

pub use home::OpenEnvelopes;
pub use store::{EnvelopeSum, envelopes_of};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let (see, write) = (Access::Member(P::EnvelopeSee), Access::Member(P::EnvelopeWrite));
    r.get_filtered("/{process}/envelopes", see, pages::list);
    r.get_noted("/{process}/envelopes.xlsx", see, files::file);
    r.get_noted("/{process}/envelopes.csv", see, files::file);
    r.get("/{process}/envelopes/new", write, edit::new);
    r.post("/{process}/envelopes/new", write, edit::create);
    r.get_noted("/{process}/envelopes/{id}", see, pages::page);
    r.get("/{process}/envelopes/{id}/edit", write, edit::edit);
    r.post("/{process}/envelopes/{id}/edit", write, edit::save);
    r.post("/{process}/envelopes/{id}/confirm", write, edit::confirm);
    r.post("/{process}/envelopes/{id}/close", write, edit::close);
    r.post("/{process}/envelopes/{id}/open", write, edit::open);
}
