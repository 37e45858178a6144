//! Submitting a need, and withdrawing it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{Carried, Need, State};
use super::page::show_page;
use super::show::{done, find};
use super::{respond, store, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::NeedId;
use crate::kernel::permit::{Member, Permission, Refusal};

/// The line of the history for a change of state.
pub fn moved(from: State, to: State) -> Changes {
    let change = Change { from: vec![from.as_str().to_owned()], to: vec![to.as_str().to_owned()] };
    [("need_state".to_owned(), change)].into()
}

/// What came of a step that was asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Stepped {
    Done,
    /// It stands otherwise than the step needs, or has moved on.
    Not,
    /// Fields have to be stated first, or a reason given: their names.
    Lacks(Vec<&'static str>),
}

/// In whose name a need is submitted or withdrawn.
///
/// # Errors
/// It is not this member's to move.
pub fn mover<'a>(member: &'a Member, need: &Need, submits: bool) -> Result<&'a MembershipFacts, Refusal> {
    let permission = if submits || need.was_submitted() { Permission::NeedSubmit } else { Permission::NeedWrite };
    member.require(permission, &need.scope())
}

/// Submits a need as it was read.
///
/// # Errors
/// The database's own.
pub async fn submit_one(inside: &mut Inside, by: &MembershipFacts, need: &Need) -> Result<Stepped, Problem> {
    if need.state != State::Draft || !need.cycle.is_open() {
        return Ok(Stepped::Not);
    }
    let unstated = need.unstated();
    if !unstated.is_empty() {
        return Ok(Stepped::Lacks(unstated));
    }
    let one = submit_all(inside, by, &[need.id]).await?;
    Ok(if one.is_empty() { Stepped::Not } else { Stepped::Done })
}

/// Withdraws a need.
///
/// # Errors
/// The database's own.
pub async fn withdraw_one(
    inside: &mut Inside,
    by: &MembershipFacts,
    need: &Need,
    why: &str,
) -> Result<Stepped, Problem> {
    // of a draft nobody has read, nobody asks why
    if need.was_submitted() && why.is_empty() {
        return Ok(Stepped::Lacks(vec!["why"]));
    }
    let now = inside.app.clock.now();
    if !store_write::withdraw(&mut inside.tx, need.id, why, by.id, now).await? {
        return Ok(Stepped::Not);
    }
    let changes = moved(need.state, State::Withdrawn);
    let entry = Entry { subject: Subject::Need, id: need.id.0, event: "need-withdrawn", changes, why };
    history::record(&mut inside.tx, Some(by), entry).await?;
    told::drafts_settled(&mut inside.tx, &inside.app, &[need.id]).await?;
    if need.was_submitted() {
        told::withdrawn(&mut inside.tx, &inside.app, by, need).await?;
    }
    Ok(Stepped::Done)
}

pub async fn submit(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    let by = mover(&inside.member, &need, true)?.clone();
    let rest = format!("/needs/{}", need.id);
    if need.state != State::Draft {
        return Ok(done(&inside.page, &rest, "need-not-draft"));
    }
    if !need.cycle.is_open() {
        return Ok(done(&inside.page, &rest, "need-cycle-closed"));
    }
    // what is submitted is what was read
    if inside.fields.value("version") != need.version.to_string() {
        return Err(Problem::Conflict(Message::new("need-moved-on")));
    }
    match submit_one(&mut inside, &by, &need).await? {
        Stepped::Done => {}
        Stepped::Not => return Err(Problem::Conflict(Message::new("need-moved-on"))),
        Stepped::Lacks(fields) => {
            let mut f = Fields::default();
            for field in fields {
                let name = field.strip_prefix("need-field-").unwrap_or(field);
                f.fail(name, Message::new("need-error-unstated").with("field", inside.page.t(field)));
            }
            return show_page(inside, &key, f, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &rest, "need-submitted"))
}

/// Submits several, with what answers those that were taken over; tells of each, and writes each into the history.
pub async fn submit_all(inside: &mut Inside, by: &MembershipFacts, ids: &[NeedId]) -> Result<Vec<NeedId>, Problem> {
    let now = inside.app.clock.now();
    let all = store_write::submit(&mut inside.tx, ids, by.id, now).await?;
    for carried in [None, Some(Carried::Confirmed), Some(Carried::Changed)] {
        let these: Vec<_> = all.iter().filter(|(_, c)| *c == carried).map(|(id, _)| id.0).collect();
        let event = match carried {
            None => "need-submitted",
            Some(Carried::Confirmed) => "need-carried-on",
            Some(Carried::Changed) => "need-carried-changed",
        };
        let said = moved(State::Draft, State::Submitted);
        history::record_each(&mut inside.tx, by, Subject::Need, &these, event, &said, "").await?;
    }
    let taken_over: Vec<NeedId> = all.iter().filter(|(_, c)| c.is_some()).map(|(id, _)| *id).collect();
    respond::carry_on(inside, by, &taken_over).await?;
    let ids: Vec<NeedId> = all.iter().map(|(id, _)| *id).collect();
    told::drafts_settled(&mut inside.tx, &inside.app, &ids).await?;
    let needs = store::several(&mut inside.tx, &ids, inside.page.today).await?;
    match needs.as_slice() {
        [] => {}
        [one] => told::submitted(&mut inside.tx, &inside.app, by, one).await?,
        several => told::submitted_together(&mut inside.tx, &inside.app, by, several, &inside.page).await?,
    }
    Ok(ids)
}

/// Who may withdraw it: a draft whoever writes it, what was submitted who speaks for its beneficiary.
pub fn withdraws(member: &Member, need: &Need) -> bool {
    let permission = if need.was_submitted() { Permission::NeedSubmit } else { Permission::NeedWrite };
    need.state != State::Withdrawn && need.may(member, permission)
}

pub async fn withdraw(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    let by = mover(&inside.member, &need, false)?.clone();
    let mut f = std::mem::take(&mut inside.fields);
    let why = f.text("why", 5_000);
    if !f.is_valid() {
        return show_page(inside, &key, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    match withdraw_one(&mut inside, &by, &need, &why).await? {
        Stepped::Done => inside.tx.commit().await?,
        Stepped::Not => {}
        Stepped::Lacks(_) => {
            f.fail("why", Message::new("need-error-why"));
            return show_page(inside, &key, f, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    }
    Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-withdrawn"))
}
