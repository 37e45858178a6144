//! Coordination questions: a list, a page each, and the steps people take on them. What is found is kept by `scoring.rs`;
//! anyone named can report one by hand.

mod acts;
mod export;
mod list;
mod model;
mod page;
mod report;
mod stake;
mod store;
mod store_write;
mod told;

pub use model::{Case, Sight};
pub use page::find;
pub use store::Waiting;

use super::model::{Found, Stance};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::ids::ActionId;
use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};
use crate::kernel::state::App;

pub fn routes(r: &mut Routes) {
    let see = Access::Member(P::OverlapSee);
    let part = Access::Member(P::OverlapTakePart);
    let decide = Access::Member(P::OverlapDecide);
    r.get_filtered("/{process}/overlaps", see, list::page);
    r.get_noted("/{process}/overlaps/xlsx", see, export::file);
    r.get_noted("/{process}/overlaps/csv", see, export::file);
    r.get_filtered("/{process}/overlaps/report", Access::Member(P::OverlapReport), report::form);
    r.post("/{process}/overlaps/report", Access::Member(P::OverlapReport), report::save);
    r.get("/{process}/overlaps/{id}", see, page::page);
    r.post("/{process}/overlaps/{id}/remark", part, acts::remark);
    r.post("/{process}/overlaps/{id}/withdraw", part, acts::withdraw);
    r.post("/{process}/overlaps/{id}/ask", part, acts::ask);
    r.post("/{process}/overlaps/{id}/disclose", part, acts::disclose);
    r.post("/{process}/overlaps/{id}/escalate", part, acts::escalate);
    r.post("/{process}/overlaps/{id}/assign", decide, acts::assign);
    r.post("/{process}/overlaps/{id}/invite", decide, acts::invite);
    r.post("/{process}/overlaps/{id}/decide", decide, acts::decide);
    r.post("/{process}/overlaps/{id}/outcome", decide, acts::outcome);
    r.post("/{process}/overlaps/{id}/reopen", decide, acts::reopen);
}

/// What somebody says two actions are to one another.
pub struct Saying<'a> {
    pub pair: [ActionId; 2],
    pub found: &'a Found,
    pub stance: Stance,
    /// What mattered in the two when it was said.
    pub of: &'a [u8],
    /// It, as the remark has it.
    pub words: &'a str,
}

/// Keeps what was said of a pair as a remark on its question, which is a new one where the pair has none; said once more, it
/// changes nothing. Those who take part are told, as of anything that is said there. `None` where the question is not the author's
/// to see.
///
/// # Errors
/// The database's own.
pub async fn said(
    app: &App,
    tx: &mut ProcessTx,
    saying: &Saying<'_>,
    by: &MembershipFacts,
) -> sqlx::Result<Option<Case>> {
    let now = app.clock.now();
    let (id, new) = store_write::report(tx, &saying.pair, saying.found, true, "", by, now).await?;
    let once_more = !store_write::say(tx, id, saying, by, now).await?;
    if new {
        let entry =
            Entry { subject: Subject::Overlap, id: id.0, event: "overlap-reported", changes: Changes::new(), why: "" };
        history::record(tx, Some(by), entry).await?;
    }
    let Some(c) = store::load(tx, id, app.clock.today()).await? else { return Ok(None) };
    match (new, once_more) {
        (true, _) => told::reported(tx, app, &c, by).await?,
        (false, false) => told::remarked(tx, app, &c, by).await?,
        (false, true) => {}
    }
    Ok(Some(c))
}
