//! Who is told of a decision: every call that tells of one stands here.

use super::model::{Procedure, Stage, State};
use super::store::{Decision, Seat};
use crate::features::notices::{self, Deadline, Group, Mark, Notice, Subject, To, Topic};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::DecisionId;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

/// Which of a decision's days the seats are warned of.
const DAY: &str = "vote";

fn subject(id: DecisionId) -> Subject {
    Subject::new("decision", id.0)
}

fn about<'a>(key: &'static str, topic: Topic, d: &'a Decision, by: &'a MembershipFacts) -> Notice<'a> {
    let link = format!("/decisions/{}", d.id);
    Notice::new(key, topic, subject(d.id), link).arg("title", &d.title).group("decision", d.id.0, &d.title).by(by)
}

fn parties<'s>(seats: impl Iterator<Item = &'s Seat> + Clone) -> To {
    To {
        beneficiaries: seats.clone().filter_map(|s| s.beneficiary).collect(),
        organisations: seats.filter_map(|s| s.organisation).collect(),
        ..To::default()
    }
}

/// It has just been opened: those who vote are asked, with the day; of a meeting the seats are told.
pub async fn opened(tx: &mut ProcessTx, app: &App, d: &Decision, by: &MembershipFacts) -> sqlx::Result<()> {
    let (key, near) = match d.procedure {
        Some(Procedure::Written) => ("decision-told-vote", "decision-told-vote-near"),
        Some(Procedure::Silence) => ("decision-told-silence", "decision-told-silence-near"),
        _ => {
            let told = about("decision-told-meeting", Topic::Decisions, d, by);
            notices::tell(tx, app, &told, &parties(d.seats.iter())).await?;
            return Ok(());
        }
    };
    let to = To { mark: Some(Mark::Votes), ..parties(d.seats.iter()) };
    let mut told = about(key, Topic::Asks, d, by);
    if let Some(last) = d.deadline {
        told = told.deadline(last);
        let deadline = Deadline {
            subject: subject(d.id),
            what: DAY,
            due_on: last,
            key: near,
            args: [("title", notices::Arg::from(&d.title))].into(),
            group: Some(Group { kind: "decision", id: d.id.0, title: &d.title }),
            link: format!("/decisions/{}", d.id),
            discreet: false,
        };
        notices::set_deadline(tx, &deadline, &to).await?;
    }
    notices::tell(tx, app, &told, &to).await?;
    Ok(())
}

/// A seat has voted, and is not waited for any more. Once there is a result, the Chair is told so.
pub async fn voted(tx: &mut ProcessTx, app: &App, d: &Decision, seat: &Seat, by: &MembershipFacts) -> sqlx::Result<()> {
    notices::deadline_met(tx, subject(d.id), DAY, &parties(std::iter::once(seat))).await?;
    let stage = d.tally(app.clock.now().date_naive()).map(|o| o.stage);
    if matches!(stage, Some(Stage::Complete | Stage::Broken)) {
        let told = about("decision-told-complete", Topic::Asks, d, by).once(format!("decision-complete:{}", d.id));
        notices::tell(tx, app, &told, &To::roles(&[Role::Chair])).await?;
    }
    Ok(())
}

/// It has ended: there is no day any more on which a vote is waited for.
pub async fn waits_no_more(tx: &mut ProcessTx, id: DecisionId) -> sqlx::Result<()> {
    notices::drop_deadline(tx, subject(id), DAY).await
}

/// It has ended: by its result, or withdrawn. Seats, secretariat and Chair are told; of what nobody had opened, none of the seats.
pub async fn ended(tx: &mut ProcessTx, app: &App, d: &Decision, by: &MembershipFacts) -> sqlx::Result<()> {
    let key = match d.state {
        State::Taken => "decision-told-taken",
        State::NotTaken => "decision-told-not-taken",
        State::ReferredBack => "decision-told-referred-back",
        State::Withdrawn => "decision-told-withdrawn",
        State::Prepared | State::Open => return Ok(()),
    };
    let to = To { roles: vec![Role::SupportGroup, Role::Chair], ..parties(d.seats.iter()) };
    notices::tell(tx, app, &about(key, Topic::Decisions, d, by), &to).await?;
    Ok(())
}
