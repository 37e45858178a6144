//! Who is told of rounds: every call that tells of one stands here. Reminders are days of `notices`: those who have handed in are taken
//! off them.

use super::life::ReportState;
use super::model::{Asked, Item, Round};
use super::store_open;
use super::store_report::Decided;
use crate::features::notices::{self, Arg, Deadline, Means, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::RoundId;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// Which of a round's days those who are asked are warned of.
const DAY: &str = "round";

fn mine(id: RoundId) -> String {
    format!("/rounds/{id}/mine")
}

fn subject(id: RoundId) -> Subject {
    Subject::new("round", id.0)
}

/// Those who wait for what comes in: the pillar's leads, or the secretariat.
fn runs(round: &Round) -> To {
    match round.pillar {
        Some(pillar) => To::leads([pillar]).or_else(&[Role::SupportGroup]),
        None => To::roles(&[Role::SupportGroup]),
    }
}

/// Those who are asked and have not handed in, as they are told and reminded.
async fn remember(tx: &mut ProcessTx, id: RoundId) -> sqlx::Result<(store_open::Told, To)> {
    let told = store_open::told(tx, id).await?;
    let to =
        To { organisations: told.organisations.clone(), beneficiaries: told.beneficiaries.clone(), ..To::default() };
    let deadline = Deadline {
        subject: subject(id),
        what: DAY,
        due_on: told.deadline,
        key: "round-told-deadline",
        args: [("title", Arg::from(&told.title))].into(),
        group: None,
        link: mine(id),
        discreet: false,
    };
    notices::set_deadline(tx, &deadline, &to).await?;
    Ok((told, to))
}

/// The pages are filled: those who are asked are told.
pub async fn opened<'a>(tx: &mut ProcessTx, means: impl Into<Means<'a>>, id: RoundId) -> sqlx::Result<()> {
    let (told, to) = remember(tx, id).await?;
    let notice = Notice::new("round-told-opened", Topic::Asks, subject(id), mine(id))
        .arg("title", &told.title)
        .arg("kind", Arg::Said { said: told.kind.hint().to_owned() })
        .deadline(told.deadline)
        .once(format!("round-opened:{id}"));
    notices::tell(tx, means, &notice, &to).await?;
    Ok(())
}

/// There is more time.
pub async fn extended(tx: &mut ProcessTx, app: &App, round: &Round, by: &MembershipFacts) -> sqlx::Result<()> {
    let (told, to) = remember(tx, round.id).await?;
    let notice = Notice::new("round-told-extended", Topic::Asks, subject(round.id), mine(round.id))
        .arg("title", &told.title)
        .deadline(told.deadline)
        .by(by);
    notices::tell(tx, app, &notice, &to).await?;
    Ok(())
}

/// Nobody is asked any more: it was locked, or withdrawn, of which those are told who had not answered.
pub async fn ended(
    tx: &mut ProcessTx,
    app: &App,
    round: &Round,
    withdrawn: bool,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    if withdrawn && round.is_open() {
        let (_, to) = remember(tx, round.id).await?;
        let notice =
            Notice::new("round-told-withdrawn", Topic::Steps, subject(round.id), format!("/rounds/{}", round.id))
                .arg("title", &round.title)
                .by(by);
        notices::tell(tx, app, &notice, &to).await?;
    }
    notices::drop_deadline(tx, subject(round.id), DAY).await
}

/// A party has handed in: nobody reminds it any more, and those who wait are told.
pub async fn handed_in(
    tx: &mut ProcessTx,
    app: &App,
    round: &Round,
    asked: &Asked,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    remember(tx, round.id).await?;
    let notice =
        Notice::new("round-told-handed-in", Topic::Positions, subject(round.id), format!("/rounds/{}", round.id))
            .arg("title", &round.title)
            .arg("party", &asked.name)
            .by(by);
    notices::tell(tx, app, &notice, &runs(round)).await?;
    Ok(())
}

/// A party says that actions are not its own: one word to the secretariat, however many. Of what only its keeper sees no title is told.
pub async fn not_ours(
    tx: &mut ProcessTx,
    app: &App,
    round: &Round,
    asked: &Asked,
    items: &[&Item],
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    let one = match items {
        [] => return Ok(()),
        [one] => one.action.as_ref().filter(|a| !a.is_discreet()),
        _ => None,
    };
    let (key, about) = match one {
        Some(action) => ("round-told-not-ours", Subject::new("action", action.id.0)),
        None if items.len() > 1 => ("round-told-not-ours-some", subject(round.id)),
        None => ("round-told-not-ours-one", subject(round.id)),
    };
    let notice = Notice::new(key, Topic::Actions, about, format!("/rounds/{}#words", round.id))
        .arg("title", one.map_or("", |a| a.title.as_str()))
        .arg("n", i64::try_from(items.len()).unwrap_or(i64::MAX))
        .arg("round", &round.title)
        .arg("party", &asked.name)
        .by(by);
    notices::tell(tx, app, &notice, &To::roles(&[Role::SupportGroup])).await?;
    Ok(())
}

/// A report came back to its reporter, or was accepted.
pub async fn decided(
    tx: &mut ProcessTx,
    app: &App,
    round: &Round,
    report: &Decided,
    to: ReportState,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    let (key, topic) = match to {
        ReportState::Correction => ("round-told-correction", Topic::Asks),
        ReportState::Returned => ("round-told-returned", Topic::Asks),
        ReportState::Accepted | ReportState::Reported => return Ok(()),
    };
    let notice = Notice::new(
        key,
        topic,
        Subject::new("action", report.action.0),
        format!("/rounds/{}/mine#item-{}", round.id, report.item),
    )
    .arg("title", &report.title)
    .arg("round", &round.title)
    .by(by)
    .discreet(report.is_discreet());
    notices::tell(tx, app, &notice, &To::organisations([report.keeper]).or_else(&[Role::SupportGroup])).await?;
    Ok(())
}
