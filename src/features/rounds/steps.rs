//! What is done with a round by whoever runs it: tried again, given more time, locked, withdrawn.

use axum::extract::Path;
use axum::response::Response;

use super::life::{self, Step};
use super::model::{Round, Sight};
use super::new::too_far;
use super::page::show_page;
use super::show::{again as shown_again, done, find};
use super::{store, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::job::{self, Task};
use crate::kernel::permit::Permission;

/// The round of an address, for whoever runs it.
async fn run(inside: &mut Inside, key: &str) -> Result<(Round, MembershipFacts), Problem> {
    let round = find(inside, key).await?;
    let by = inside.member.require(Permission::RoundRun, &round.scope())?.clone();
    Ok((round, by))
}

fn moved_on() -> Problem {
    Problem::Conflict(Message::new("round-moved-on"))
}

/// Takes a step, with its line in the history.
async fn take(
    inside: &mut Inside,
    round: &Round,
    step: Step,
    event: &'static str,
    why: &str,
    by: &MembershipFacts,
) -> Result<(), Problem> {
    let to = life::after(round.state, step).ok_or_else(moved_on)?;
    let now = inside.app.clock.now();
    if !store_write::step(&mut inside.tx, round.id, round.state, to, why, by, now).await? {
        return Err(moved_on());
    }
    let entry = Entry { subject: Subject::Round, id: round.id.0, event, changes: Changes::new(), why };
    history::record(&mut inside.tx, Some(by), entry).await?;
    Ok(())
}

pub async fn again(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (round, by) = run(&mut inside, &key).await?;
    take(&mut inside, &round, Step::Again, "round-again", "", &by).await?;
    job::enqueue_about(&mut inside.tx, Task::OpenRound, &[("round", round.id.0)].into()).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/rounds/{}", round.id), "round-again"))
}

async fn wrong(mut inside: Inside, round: Round, f: Fields) -> Result<Response, Problem> {
    let sight = Sight::within(&inside.member, &round);
    shown_again(&show_page(&mut inside, round, &sight, f).await?)
}

pub async fn extend(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (round, by) = run(&mut inside, &key).await?;
    if life::after(round.state, Step::Extend).is_none() {
        return Err(moved_on());
    }
    let mut f = std::mem::take(&mut inside.fields);
    let today = inside.page.today;
    let day = f.day("deadline", today);
    match day {
        None => f.fail("deadline", Message::new("field-required")),
        Some(day) if day <= round.deadline || day <= today => {
            let than = inside.page.day(&round.deadline.max(today));
            f.fail("deadline", Message::new("round-error-later").with("day", than));
        }
        Some(day) if too_far(day, today) => f.fail("deadline", Message::new("round-error-deadline-far")),
        Some(_) => {}
    }
    let Some(day) = day.filter(|_| f.is_valid()) else { return wrong(inside, round, f).await };
    if !store_write::extend(&mut inside.tx, round.id, day).await? {
        return Err(moved_on());
    }
    let change = Change { from: vec![round.deadline.to_string()], to: vec![day.to_string()] };
    let changes = [("deadline".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Round, id: round.id.0, event: "round-extended", changes, why: "" };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    told::extended(&mut inside.tx, &inside.app, &round, &by).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/rounds/{}", round.id), "round-extended"))
}

pub async fn lock(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (round, by) = run(&mut inside, &key).await?;
    if life::after(round.state, Step::Lock).is_none() {
        return Err(moved_on());
    }
    let mut f = std::mem::take(&mut inside.fields);
    let why = f.text("lock_why", 5_000);
    let (asked, answered) = store::counts(&mut inside.tx, round.id).await?;
    if why.is_empty() && !life::locks_by_itself(inside.page.today > round.deadline, asked, answered) {
        f.fail("lock_why", Message::new("round-error-lock-why"));
    }
    if !f.is_valid() {
        return wrong(inside, round, f).await;
    }
    store_write::freeze(&mut inside.tx, round.id).await?;
    take(&mut inside, &round, Step::Lock, "round-locked", &why, &by).await?;
    told::ended(&mut inside.tx, &inside.app, &round, false, &by).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/rounds/{}", round.id), "round-locked"))
}

pub async fn withdraw(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (round, by) = run(&mut inside, &key).await?;
    if life::after(round.state, Step::Withdraw).is_none() {
        return Err(moved_on());
    }
    let mut f = std::mem::take(&mut inside.fields);
    let why = f.required("withdraw_why", 5_000);
    if !f.is_valid() {
        return wrong(inside, round, f).await;
    }
    // those who had not answered are known until it ends
    told::ended(&mut inside.tx, &inside.app, &round, true, &by).await?;
    take(&mut inside, &round, Step::Withdraw, "round-withdrawn", &why, &by).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("/rounds/{}", round.id), "round-withdrawn"))
}
