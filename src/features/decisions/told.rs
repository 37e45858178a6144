//! Who is told of what: every call that tells of a decision of the Board stands here.

use chrono::NaiveDate;

use super::model::{Procedure, State};
use super::store::{Decision, Seat};
use crate::features::notices::{self, Arg, Deadline, Mark, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// The day by which seats vote, and that on which the Chair can record what has come of it.
const VOTE: &str = "vote";
const RECORD: &str = "record";

fn subject(d: &Decision) -> Subject {
    Subject::new("decision", d.id.0)
}

fn page(d: &Decision) -> String {
    format!("/decisions/{}", d.id)
}

fn notice<'a>(key: &'static str, topic: Topic, d: &'a Decision, by: &'a MembershipFacts) -> Notice<'a> {
    Notice::new(key, topic, subject(d), page(d)).arg("title", &d.title).group("decision", d.id.0, &d.title).by(by)
}

/// Those who cast the votes of these seats.
fn voters<'d>(seats: impl Iterator<Item = &'d Seat> + Clone) -> To {
    To {
        beneficiaries: seats.clone().filter_map(|s| s.beneficiary).collect(),
        organisations: seats.filter_map(|s| s.organisation).collect(),
        mark: Some(Mark::Votes),
        ..To::default()
    }
}

async fn remember(
    tx: &mut ProcessTx,
    d: &Decision,
    (what, key): (&'static str, &'static str),
    due_on: NaiveDate,
    to: &To,
) -> sqlx::Result<()> {
    let deadline = Deadline {
        subject: subject(d),
        what,
        due_on,
        key,
        args: [("title", Arg::from(&d.title))].into(),
        group: Some(notices::Group { kind: "decision", id: d.id.0, title: &d.title }),
        link: page(d),
        discreet: false,
    };
    notices::set_deadline(tx, &deadline, to).await
}

/// It is open: seats are asked for their votes, or told of the meeting.
///
/// # Errors
/// The database's own.
pub async fn opened(tx: &mut ProcessTx, app: &App, d: &Decision, by: &MembershipFacts) -> sqlx::Result<()> {
    let to = voters(d.seats.iter());
    let (key, day) = match d.procedure {
        Some(Procedure::Meeting) => ("decision-told-meeting", d.meeting_on),
        Some(Procedure::Silence) => ("decision-told-silence", d.deadline),
        _ => ("decision-told-vote", d.deadline),
    };
    let mut told = notice(key, Topic::Asks, d, by);
    if let Some(day) = day {
        told = told.deadline(day);
        if d.procedure != Some(Procedure::Meeting) {
            remember(tx, d, (VOTE, "decision-told-vote-due"), day, &to).await?;
        }
        remember(tx, d, (RECORD, "decision-told-record-due"), day, &To::roles(&[Role::Chair])).await?;
    }
    notices::tell(tx, app, &told, &to).await?;
    Ok(())
}

/// A seat has voted. With the last one the Chair can record what has come of it.
///
/// # Errors
/// The database's own.
pub async fn voted(tx: &mut ProcessTx, app: &App, d: &Decision, seat: &Seat, by: &MembershipFacts) -> sqlx::Result<()> {
    notices::deadline_met(tx, subject(d), VOTE, &voters(std::iter::once(seat))).await?;
    if d.seats.iter().all(|s| s.vote().is_some()) {
        let told = notice("decision-told-all-voted", Topic::Asks, d, by).once(format!("all-voted {}", d.id));
        notices::tell(tx, app, &told, &To::roles(&[Role::Chair])).await?;
    }
    Ok(())
}

/// What has come of it, to everybody who may know.
///
/// # Errors
/// The database's own.
pub async fn ended(
    tx: &mut ProcessTx,
    app: &App,
    d: &Decision,
    state: State,
    by: &MembershipFacts,
) -> sqlx::Result<()> {
    for what in [VOTE, RECORD] {
        notices::drop_deadline(tx, subject(d), what).await?;
    }
    let key = match state {
        State::Taken => "decision-told-taken",
        State::NotTaken => "decision-told-not-taken",
        State::ReferredBack => "decision-told-referred-back",
        // what was only prepared nobody waits for
        State::Withdrawn if d.opened_at.is_some() => "decision-told-withdrawn",
        _ => return Ok(()),
    };
    notices::tell(tx, app, &notice(key, Topic::Decisions, d, by), &To::everybody()).await?;
    Ok(())
}
