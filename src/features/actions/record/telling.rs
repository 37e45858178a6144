//! Who is told of what happens to an action: those who keep it or are a party to it, and whoever is answered.

use super::mentions::{self, Mention};
use super::model::{Record, Suggestion};
use super::store;
use crate::features::notices::{self, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::ids::{ActionId, MembershipId, RemarkId, SuggestionId};
use crate::kernel::permit::{Handling, Role, Scope};
use crate::kernel::state::App;

/// An action, as far as it is told of.
pub struct About<'a> {
    pub id: ActionId,
    pub title: &'a str,
    pub scope: Scope,
}

impl<'a> About<'a> {
    pub fn of(record: &'a Record) -> Self {
        Self { id: record.id, title: &record.title, scope: record.scope() }
    }

    /// The members of those who keep it or are a party to it; the secretariat where they have none.
    fn own(&self) -> To {
        let organisations = self.scope.keeper.into_iter().chain(self.scope.organisations.iter().copied());
        To::organisations(organisations).or_else(&[Role::SupportGroup])
    }

    /// Shown to few: its letters do not name it.
    fn is_discreet(&self) -> bool {
        !is_open(self.scope.handling.unwrap_or(Handling::Members))
    }

    fn notice(
        &'a self,
        key: &'static str,
        topic: Topic,
        subject: Subject,
        place: &str,
        by: &'a MembershipFacts,
    ) -> Notice<'a> {
        Notice::new(key, topic, subject, format!("/actions/{}{place}", self.id))
            .arg("title", self.title)
            .group("action", self.id.0, self.title)
            .by(by)
            .discreet(self.is_discreet())
    }
}

fn is_open(level: Handling) -> bool {
    matches!(level, Handling::Public | Handling::Members)
}

/// Somebody suggests a change.
pub async fn suggested(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    about: &About<'_>,
    id: SuggestionId,
) -> Result<(), Problem> {
    let subject = Subject::new("suggestion", id.0);
    let notice =
        about.notice("notices-suggested", Topic::Actions, subject, "#suggestions", by).once(format!("suggestion:{id}"));
    notices::tell(tx, app, &notice, &about.own()).await?;
    Ok(())
}

/// Of a suggestion nobody is asked any more: it was answered, or taken back.
pub async fn suggestion_settled(tx: &mut ProcessTx, app: &App, id: SuggestionId) -> Result<(), Problem> {
    notices::settle(tx, "notices-suggested", ("suggestion", &[id.0]), None, app.clock.now()).await?;
    Ok(())
}

/// A suggestion is accepted, or not.
pub async fn decided(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    about: &About<'_>,
    suggestion: &Suggestion,
    accepted: bool,
) -> Result<(), Problem> {
    suggestion_settled(tx, app, suggestion.id).await?;
    let key = if accepted { "notices-suggestion-accepted" } else { "notices-suggestion-refused" };
    let subject = Subject::new("suggestion", suggestion.id.0);
    let notice =
        about.notice(key, Topic::Actions, subject, "", by).once(format!("suggestion-decided:{}", suggestion.id));
    notices::tell(tx, app, &notice, &To::members(suggestion.by_id)).await?;
    Ok(())
}

/// A beneficiary reports an action, which its donor is asked to confirm.
pub async fn reported(tx: &mut ProcessTx, app: &App, by: &MembershipFacts, about: &About<'_>) -> Result<(), Problem> {
    let subject = Subject::new("action", about.id.0);
    let notice =
        about.notice("notices-reported", Topic::Actions, subject, "#claim", by).once(format!("claim:{}", about.id));
    notices::tell(tx, app, &notice, &about.own()).await?;
    Ok(())
}

/// What was reported is confirmed, corrected or declined.
pub async fn claim_answered(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    about: &About<'_>,
    declined: bool,
) -> Result<(), Problem> {
    notices::settle(tx, "notices-reported", ("action", &[about.id.0]), None, app.clock.now()).await?;
    let reporter = store::reporter(tx, about.id).await?;
    let key = if declined { "notices-claim-declined" } else { "notices-claim-confirmed" };
    let subject = Subject::new("action", about.id.0);
    let notice = about.notice(key, Topic::Actions, subject, "", by).once(format!("claim-answered:{}", about.id));
    notices::tell(tx, app, &notice, &To::members(reporter)).await?;
    Ok(())
}

/// A remark, and whom it concerns.
pub struct Remarked<'a> {
    pub id: RemarkId,
    pub handling: Handling,
    pub asks_correction: bool,
    pub names: &'a [Mention],
    /// Who wrote what it answers.
    pub answers: Option<MembershipId>,
}

/// A remark: those named, the one who is answered, and those whose action it is, each once and by the first of these.
pub async fn remarked(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    about: &About<'_>,
    remark: &Remarked<'_>,
) -> Result<(), Problem> {
    let place = format!("#remark-{}", remark.id);
    let discreet = about.is_discreet() || !is_open(remark.handling);
    let told = [
        ("notices-mentioned", Topic::Remarks, mentions::to(remark.names)),
        ("notices-answered", Topic::Remarks, To::members(remark.answers)),
        match remark.asks_correction {
            true => ("notices-correction-asked", Topic::Actions, about.own()),
            // where nobody keeps it here, a remark waits on the page: the secretariat is not told of each
            false => ("notices-remarked", Topic::Actions, about.own().or_else(&[])),
        },
    ];
    for (key, topic, to) in told {
        let subject = Subject::new("remark", remark.id.0);
        let notice =
            about.notice(key, topic, subject, &place, by).discreet(discreet).once(format!("remark:{}", remark.id));
        notices::tell(tx, app, &notice, &to).await?;
    }
    Ok(())
}

/// A remark is settled.
pub async fn settled(
    tx: &mut ProcessTx,
    app: &App,
    by: &MembershipFacts,
    about: &About<'_>,
    remark: RemarkId,
    said: &store::Said,
) -> Result<(), Problem> {
    let subject = Subject::new("remark", remark.0);
    let notice = about
        .notice("notices-remark-settled", Topic::Remarks, subject, &format!("#remark-{remark}"), by)
        .discreet(about.is_discreet() || !is_open(said.handling));
    notices::tell(tx, app, &notice, &To::members([said.by])).await?;
    Ok(())
}
