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
    /// The Fluent key of what the secretariat is told, the kind of its subject, and where it leads.
    fn asked(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Proposed::Member => ("notices-member-proposed", "membership", "/members"),
            Proposed::Organisation => {
                ("notices-organisation-proposed", "organisation_proposal", "/organisations/proposals")
            }
        }
    }

    fn notice<'a>(self, key: &'static str, id: Uuid, by: &'a MembershipFacts) -> Notice<'a> {
        let (_, kind, place) = self.asked();
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
    let notice = what.notice(what.asked().0, id, by);
    notices::tell(tx, app, &notice.once(format!("proposed:{id}")), &To::roles(&[Role::SupportGroup])).await?;
    Ok(())
}

/// What was proposed waits for nobody any more.
///
/// # Errors
/// The database's own.
pub async fn settled(tx: &mut ProcessTx, app: &App, what: Proposed, id: Uuid) -> Result<(), Problem> {
    let (key, kind, _) = what.asked();
    notices::settle(tx, key, (kind, &[id]), None, app.clock.now()).await?;
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
    settled(tx, app, what, id).await?;
    let key = match (what, accepted) {
        (Proposed::Member, true) => "notices-member-accepted",
        (Proposed::Member, false) => "notices-member-declined",
        (Proposed::Organisation, true) => "notices-organisation-accepted",
        (Proposed::Organisation, false) => "notices-organisation-declined",
    };
    notices::tell(tx, app, &what.notice(key, id, by).once(format!("proposal-decided:{id}")), &To::members([proposer]))
        .await?;
    Ok(())
}
