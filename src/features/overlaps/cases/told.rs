//! Who is told of a question: every call that tells of one stands here. A letter about one with an action that is not for
//! all to see says only that there is something.

use chrono::NaiveDate;

use super::model::Case;
use crate::features::notices::{self, Deadline, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{MembershipId, OrganisationId};
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// What a contact point is asked.
const ASKED: &str = "notice-overlap-asked";

fn subject(c: &Case) -> Subject {
    Subject::new("overlap_case", c.id.0)
}

fn about<'a>(key: &'static str, topic: Topic, c: &Case, by: &'a MembershipFacts) -> Notice<'a> {
    Notice::new(key, topic, subject(c), format!("/overlaps/{}", c.id)).by(by).discreet(!c.whole || c.restricted)
}

/// The day by which whoever is in charge is asked for an answer.
fn deadline(c: &Case, due_on: NaiveDate) -> Deadline<'static> {
    Deadline {
        subject: subject(c),
        what: "overlap",
        due_on,
        key: "notice-overlap-due",
        args: [].into(),
        group: None,
        link: format!("/overlaps/{}", c.id),
        discreet: c.restricted,
    }
}

/// Those who take part: the keepers and parties, its owner, and who leads the pillars. Who sees it decides who of them is told.
fn takers(c: &Case) -> To {
    To {
        organisations: c.organisations.clone(),
        leads: c.pillars.clone(),
        members: c.owner_id.into_iter().collect(),
        ..To::default()
    }
}

/// Those who take part, and the beneficiaries that the actions are for: of what was decided and came of it.
fn concerned(c: &Case) -> To {
    To { beneficiaries: c.beneficiaries.clone(), ..takers(c) }
}

/// Where nobody is in charge the secretariat is told: else what is said might reach nobody who decides.
pub async fn remarked(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-remark", Topic::Overlaps, c, by);
    let roles = if c.owner_id.is_none() { vec![Role::SupportGroup] } else { Vec::new() };
    notices::tell(tx, app, &notice, &To { roles, ..takers(c) }).await?;
    Ok(())
}

pub async fn assigned(
    tx: &mut ProcessTx,
    app: &App,
    c: &Case,
    to: Option<MembershipId>,
    due: Option<NaiveDate>,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    let Some(owner) = to else { return notices::drop_deadline(tx, subject(c), "overlap").await };
    let notice = about("notice-overlap-assigned", Topic::Asks, c, by);
    notices::tell(tx, app, &notice, &To::members([owner])).await?;
    match due {
        Some(due_on) => notices::set_deadline(tx, &deadline(c, due_on), &To::members([owner])).await,
        None => notices::drop_deadline(tx, subject(c), "overlap").await,
    }
}

pub async fn invited(
    tx: &mut ProcessTx,
    app: &App,
    c: &Case,
    organisation: OrganisationId,
    by: &MembershipFacts,
) -> sqlx::Result<i64> {
    let notice = about("notice-overlap-invited", Topic::Asks, c, by);
    notices::tell(tx, app, &notice, &To::organisations([organisation])).await
}

pub async fn decided(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    answered(tx, app, c, None).await?;
    notices::drop_deadline(tx, subject(c), "overlap").await?;
    let notice = about("notice-overlap-decided", Topic::Overlaps, c, by);
    notices::tell(tx, app, &notice, &concerned(c)).await?;
    Ok(())
}

pub async fn concluded(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-outcome", Topic::Overlaps, c, by);
    notices::tell(tx, app, &notice, &concerned(c)).await?;
    Ok(())
}

pub async fn reopened(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-reopened", Topic::Overlaps, c, by);
    notices::tell(tx, app, &notice, &concerned(c)).await?;
    // the decision ended the reminder; a day that is still to come counts again
    match (c.owner_id, c.due_on.filter(|day| *day >= app.clock.today())) {
        (Some(owner), Some(due_on)) => notices::set_deadline(tx, &deadline(c, due_on), &To::members([owner])).await,
        _ => Ok(()),
    }
}

pub async fn escalated(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-escalated", Topic::Asks, c, by);
    notices::tell(tx, app, &notice, &To::roles(&[Role::Chair, Role::SupportGroup])).await?;
    Ok(())
}

/// Those who keep an action that the asking side does not see are told who asks.
pub async fn asked(
    tx: &mut ProcessTx,
    app: &App,
    c: &Case,
    keepers: Vec<OrganisationId>,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    // who presses again before there is an answer has said nothing new
    let once = format!("asked:{}:{}", c.id, by.id);
    let notice = about(ASKED, Topic::Asks, c, by).discreet(true).once(once);
    notices::tell(tx, app, &notice, &To::organisations(keepers)).await?;
    Ok(())
}

/// The contact point has answered: its organisation shows its action or keeps it back, or says something here. None: nobody is asked
/// any more.
pub async fn answered(tx: &mut ProcessTx, app: &App, c: &Case, keeper: Option<OrganisationId>) -> sqlx::Result<()> {
    let subject = subject(c);
    notices::settle(tx, ASKED, (subject.kind, &[subject.id]), keeper, app.clock.now()).await
}

pub async fn reported(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-reported", Topic::Overlaps, c, by);
    let to = To { roles: vec![Role::SupportGroup], ..takers(c) };
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

pub async fn disclosed(tx: &mut ProcessTx, app: &App, c: &Case, by: &MembershipFacts) -> sqlx::Result<()> {
    let notice = about("notice-overlap-disclosed", Topic::Overlaps, c, by).discreet(true);
    notices::tell(tx, app, &notice, &takers(c)).await?;
    Ok(())
}
