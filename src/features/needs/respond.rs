//! Responses: a partner proposes an action from the need's page or from the action's; the beneficiary answers.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::model::{Named, Need, ResponseState, State};
use super::page::show_page;
use super::rank::{self, Suggested};
use super::show::{again, done, find, html, id};
use super::store_rank::Beside;
use super::store_response::{Answered, OwnAction};
use super::{store, store_rank, store_response, told};
use crate::kernel::auth::Inside;
use crate::kernel::db::MembershipFacts;
use crate::kernel::error::Problem;
use crate::kernel::fold::{fold, fold_tokens};
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, NeedId, ResponseId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission, Refusal};

/// Actions or needs that are offered at once.
const OFFERED: i64 = 40;

#[derive(Template)]
#[template(path = "needs/respond.html")]
struct RespondPage {
    p: Page,
    f: Fields,
    n: Need,
    actions: Vec<OwnAction>,
}

impl RespondPage {
    fn status(&self, action: &OwnAction) -> Option<String> {
        action.status.as_ref().map(|s| self.p.t(&format!("status-{s}")))
    }
}

async fn respond_page(mut inside: Inside, need: Need, f: Fields) -> Result<RespondPage, Problem> {
    let own = inside.member.organisations();
    let words = fold(f.value("q"));
    let actions = store_response::own_actions(&mut inside.tx, need.id, &own, &words, OFFERED).await?;
    Ok(RespondPage { p: inside.page, f, n: need, actions })
}

pub async fn form(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    if need.state != State::Submitted {
        return Ok(done(&inside.page, &format!("/needs/{}", need.id), "need-not-submitted"));
    }
    let f = std::mem::take(&mut inside.fields);
    html(&respond_page(inside, need, f).await?)
}

pub async fn propose(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let need = find(&mut inside, &key).await?;
    let mut f = std::mem::take(&mut inside.fields);
    let action: Option<ActionId> = f.required_choice("action", |t| t.parse().ok());
    let how = f.text("how", 5_000);
    let about = match action {
        Some(action) if f.is_valid() => store_rank::action(&mut inside.tx, action).await?.ok_or(Problem::NotFound)?,
        _ => return again(&respond_page(inside, need, f).await?),
    };
    let rest = format!("/needs/{}#responses", need.id);
    let linked = link(&mut inside, &need, &about, &how).await?;
    if matches!(linked, Linked::Hidden) {
        f.fail("action", Message::new("response-error-hidden"));
        return again(&respond_page(inside, need, f).await?);
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &rest, linked.done()))
}

/// What came of proposing an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    Proposed,
    Already,
    /// Its level hides it from the beneficiary, who could not answer.
    Hidden,
}

impl Linked {
    /// The end of the Fluent key that says so.
    fn done(&self) -> &'static str {
        match self {
            Linked::Proposed => "response-proposed",
            Linked::Already | Linked::Hidden => "response-already",
        }
    }
}

/// Proposes an action for a need, and tells of it.
///
/// # Errors
/// The action is not the sender's to propose, or the need is not submitted; the database's own.
pub async fn link(inside: &mut Inside, need: &Need, about: &Beside, how: &str) -> Result<Linked, Problem> {
    let by = inside.member.require(Permission::ResponsePropose, &about.scope())?.clone();
    if need.state != State::Submitted {
        return Err(Problem::Conflict(Message::new("need-not-submitted")));
    }
    let hidden = match about.handling {
        Handling::Restricted => true,
        Handling::Parties => !about.beneficiaries.contains(&need.beneficiary),
        Handling::Public | Handling::Members => false,
    };
    if hidden {
        return Ok(Linked::Hidden);
    }
    let now = inside.app.clock.now();
    let Some(id) = store_response::propose(&mut inside.tx, need.id, about.id, how, by.id, now).await? else {
        return Ok(Linked::Already);
    };
    told::proposed(&mut inside.tx, &inside.app, &by, need, id, &about.title).await?;
    note(inside, &by, id, "response-proposed", None, how).await?;
    Ok(Linked::Proposed)
}

/// A line in the history of the response itself: that of its need is read by some who do not see the action.
async fn note(
    inside: &mut Inside,
    by: &MembershipFacts,
    id: ResponseId,
    event: &'static str,
    from: Option<ResponseState>,
    why: &str,
) -> Result<(), Problem> {
    let to = event.strip_prefix("response-").unwrap_or_default().to_owned();
    let change = Change { from: from.iter().map(|s| s.as_str().to_owned()).collect(), to: vec![to] };
    let changes: Changes = [("response_state".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Response, id: id.0, event, changes, why };
    history::record(&mut inside.tx, Some(by), entry).await?;
    Ok(())
}

/// What answers the needs that these were taken over from answers these, too, as far as it is not over.
///
/// # Errors
/// The database's own.
pub async fn carry_on(inside: &mut Inside, by: &MembershipFacts, needs: &[NeedId]) -> Result<(), Problem> {
    if needs.is_empty() {
        return Ok(());
    }
    let (now, today) = (inside.app.clock.now(), inside.page.today);
    let all = store_response::carry_on(&mut inside.tx, needs, by.id, now, today).await?;
    for (state, event) in
        [(ResponseState::Proposed, "response-proposed"), (ResponseState::Confirmed, "response-confirmed")]
    {
        let these: Vec<_> = all.iter().filter(|(_, s)| *s == state).map(|(id, _)| id.0).collect();
        let change = Change { from: Vec::new(), to: vec![state.as_str().to_owned()] };
        let said: Changes = [("response_state".to_owned(), change)].into();
        history::record_each(&mut inside.tx, by, Subject::Response, &these, event, &said, "").await?;
    }
    Ok(())
}

/// The need and the response of an address, as far as the reader sees both.
pub async fn found(inside: &mut Inside, key: &str) -> Result<(Need, super::model::Response), Problem> {
    let response: ResponseId = id(key)?;
    let need = store::need_of(&mut inside.tx, response).await?.ok_or(Problem::NotFound)?;
    let need = store::load(&mut inside.tx, need, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let one = need.responses.iter().find(|r| r.id == response).cloned().ok_or(Problem::NotFound)?;
    Ok((need, one))
}

pub async fn answer(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (need, response) = found(&mut inside, &key).await?;
    inside.member.require(Permission::ResponseConfirm, &need.scope())?;
    let mut f = std::mem::take(&mut inside.fields);
    let to = match f.value("do") {
        "confirm" => ResponseState::Confirmed,
        "decline" => ResponseState::Declined,
        _ => return Err(Problem::Bad("do")),
    };
    f.set("response", response.id);
    let word = f.text("answer", 2_000);
    if to == ResponseState::Declined && word.is_empty() {
        f.fail("answer", Message::new("response-error-word"));
    }
    if !f.is_valid() {
        let key = need.id.to_string();
        return show_page(inside, &key, f, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let rest = format!("/needs/{}#responses", need.id);
    if !settle(&mut inside, &need, &response, to, &word).await? {
        return Ok(done(&inside.page, &rest, "response-answered-already"));
    }
    inside.tx.commit().await?;
    let event = if to == ResponseState::Confirmed { "response-confirmed" } else { "response-declined" };
    Ok(done(&inside.page, &rest, event))
}

/// The beneficiary's answer to a response, told to whoever proposed it. `false`: it was answered or withdrawn meanwhile.
///
/// # Errors
/// It is not the sender's to answer; the database's own.
pub async fn settle(
    inside: &mut Inside,
    need: &Need,
    response: &super::model::Response,
    to: ResponseState,
    word: &str,
) -> Result<bool, Problem> {
    let by = inside.member.require(Permission::ResponseConfirm, &need.scope())?.clone();
    let now = inside.app.clock.now();
    if !store_response::answer(&mut inside.tx, response.id, to, word, by.id, now).await? {
        return Ok(false);
    }
    let confirmed = to == ResponseState::Confirmed;
    let proposer = store_response::proposer(&mut inside.tx, response.id).await?;
    told::answered(&mut inside.tx, &inside.app, &by, need, response, confirmed, proposer).await?;
    let event = if confirmed { "response-confirmed" } else { "response-declined" };
    note(inside, &by, response.id, event, Some(response.state), word).await?;
    Ok(true)
}

pub async fn withdraw(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let (need, response) = found(&mut inside, &key).await?;
    let rest = format!("/needs/{}#responses", need.id);
    if take_back(&mut inside, &response).await? {
        inside.tx.commit().await?;
    }
    Ok(done(&inside.page, &rest, "response-withdrawn"))
}

/// Takes a response back. `false`: it was declined or withdrawn already.
///
/// # Errors
/// Its action is not the sender's to propose; the database's own.
pub async fn take_back(inside: &mut Inside, response: &super::model::Response) -> Result<bool, Problem> {
    let by = inside.member.require(Permission::ResponsePropose, &response.action_scope())?.clone();
    let now = inside.app.clock.now();
    if !store_response::withdraw(&mut inside.tx, response.id, by.id, now).await? {
        return Ok(false);
    }
    told::response_settled(&mut inside.tx, &inside.app, response.id).await?;
    note(inside, &by, response.id, "response-withdrawn", Some(response.state), "").await?;
    Ok(true)
}

#[derive(Template)]
#[template(path = "needs/of_action.html")]
struct OfActionPage {
    p: Page,
    f: Fields,
    about: Beside,
    answered: Vec<Answered>,
    suggested: Vec<Suggested>,
    /// What a search for needs found.
    found: Option<Vec<(Named<NeedId>, String)>>,
    proposes: bool,
}

async fn of_action_page(inside: &mut Inside, about: Beside, f: Fields) -> Result<OfActionPage, Problem> {
    let answered = store_response::of_action(&mut inside.tx, about.id).await?;
    let suggested = rank::needs_for(&inside.app, &mut inside.tx, &about).await?;
    let words: Vec<String> = fold_tokens(f.value("q")).into_iter().take(10).collect();
    let found = match words.is_empty() {
        true => None,
        false => Some(store_response::find_needs(&mut inside.tx, &words, OFFERED).await?),
    };
    let proposes = inside.member.may(Permission::ResponsePropose, &about.scope());
    Ok(OfActionPage { p: inside.page.clone(), f, about, answered, suggested, found, proposes })
}

pub async fn of_action(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let about = store_rank::action(&mut inside.tx, id(&key)?).await?.ok_or(Problem::NotFound)?;
    let f = std::mem::take(&mut inside.fields);
    html(&of_action_page(&mut inside, about, f).await?)
}

pub async fn propose_from_action(
    Path((_, key)): Path<(String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let about = store_rank::action(&mut inside.tx, id(&key)?).await?.ok_or(Problem::NotFound)?;
    if !inside.member.may(Permission::ResponsePropose, &about.scope()) {
        return Err(Refusal { permission: Permission::ResponsePropose }.into());
    }
    let mut f = std::mem::take(&mut inside.fields);
    let need: Option<NeedId> = f.required_choice("need", |t| t.parse().ok());
    let how = f.text("how", 5_000);
    let (Some(need), true) = (need, f.is_valid()) else {
        return again(&of_action_page(&mut inside, about, f).await?);
    };
    let need = store::load(&mut inside.tx, need, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let rest = format!("/actions/{}/needs", about.id);
    let linked = link(&mut inside, &need, &about, &how).await?;
    if matches!(linked, Linked::Hidden) {
        f.fail("need", Message::new("response-error-hidden"));
        return again(&of_action_page(&mut inside, about, f).await?);
    }
    inside.tx.commit().await?;
    Ok(done(&inside.page, &rest, linked.done()))
}
