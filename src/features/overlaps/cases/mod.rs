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
pub use store_write::remark;

use super::model::Found;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{ActionId, OverlapId};

use crate::kernel::permit::Permission as P;
use crate::kernel::route::{Access, Routes};

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

/// A question about a pair that its author names as related; `false` where there is one already.
///
/// # Errors
/// The database's own.
pub async fn report(
    tx: &mut ProcessTx,
    actions: &[ActionId],
    found: &Found,
    why: &str,
    by: &MembershipFacts,
    now: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<(OverlapId, bool)> {
    store_write::report(tx, actions, found, true, why, by, now).await
}
