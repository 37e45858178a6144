//! The brief before funding: for an idea that nobody has saved, what there is already, which needs it would answer, which
//! remain, and whom to talk to.
//!
//! Asking tells nobody and leaves nothing that another organisation can read: only how many briefs were asked for on a day is
//! counted, for all together. A member who wishes keeps one, for the own organisation, for parties or for the members; whoever
//! opens it reads it with their own eyes. Restricted actions take part: the brief says that one may overlap, and the contact point can be
//! asked, which is the one thing that tells somebody. How often is asked is limited, since small changes of an idea would
//! otherwise feel out what is hidden.

mod idea;
mod made;
mod pages;
mod pdf;
mod store;

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

pub fn routes(r: &mut Routes) {
    let ask = Access::Member(P::BriefAsk);
    r.get("/{process}/brief", ask, pages::form);
    r.post("/{process}/brief", ask, pages::make);
    r.post("/{process}/brief/pdf", ask, pages::file);
    r.post("/{process}/brief/keep", ask, pages::keep);
    r.post("/{process}/brief/ask", ask, pages::ask);
    r.get_noted("/{process}/briefs/{id}", ask, pages::kept);
    r.post("/{process}/briefs/{id}/withdraw", ask, pages::withdraw);
}
