//! Who is told of what is proposed for the directory: the secretariat that something waits, and whoever proposed it of the answer.

use uuid::Uuid;

use crate::features::notices::{self, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::ids::MembershipId;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// What is proposed.
#[derive(Debug, Clone, Copy)]
pub enum Proposed {
    Member,
    Organisation,
}

impl Proposed {
    fn notice<'a>(self, keys: [&'static str; 2], id: Uuid, by: &'a MembershipFacts) -> Notice<'a> {
        let [member, organisation] = keys;
        let (key, kind, place) = match self {
            Proposed::Member => (member, "membership", "/members"),
            Proposed::Organisation => (organisation, "organisation_proposal", "/organisations/proposals"),
        };
        Notice::new(key, Topic::Requests, Subject::new(kind, id), format!("{place}/{id}")).by(by)
    }
}

/// # Errors
/// The database's own.
pub async fn proposed(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    what: Proposed,
    id: Uuid,
) -> Result<(), Problem> {
    let notice = what.notice(["notices-member-proposed", "notices-organisation-proposed"], id, by);
    notices::tell(tx, app, &notice.once(format!("proposed:{id}")), &To::roles(&[Role::SupportGroup])).await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn decided(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    (what, accepted): (Proposed, bool),
    id: Uuid,
    proposer: MembershipId,
) -> Result<(), Problem> {
    let keys = match accepted {
        true => ["notices-member-accepted", "notices-organisation-accepted"],
        false => ["notices-member-declined", "notices-organisation-declined"],
    };
    notices::tell(tx, app, &what.notice(keys, id, by).once(format!("proposal-decided:{id}")), &To::members([proposer]))
        .await?;
    Ok(())
}
