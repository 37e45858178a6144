//! Needs and responses are written as their forms write them. A need is submitted by a token of who speaks for its beneficiary; one of
//! an organisation has no such mark.

use axum::extract::Path;
use axum::response::IntoResponse;
use serde_json::Value;

use super::answer::{self, Answered, Written};
use super::auth::Called;
use super::body::{self, Kind, Member, may, must, text, texts};
use super::needs::{response, shown};
use super::once;
use super::openapi::BASE;
use super::problem::{Fault, Kind as Problem, Wrong};
use super::shape::List;
use crate::features::needs::{
    self, Kept, LEVELS, Linked, NeedType, Perspective, Priority, ResponseState, State, Stepped,
};
use crate::kernel::db::Frame;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::ActionId;

fn levels() -> Vec<&'static str> {
    LEVELS.iter().map(|level| level.as_str()).collect()
}

fn languages() -> Vec<&'static str> {
    needs::LANGUAGES.iter().map(|(tag, _)| *tag).collect()
}

fn answers() -> Vec<&'static str> {
    vec![ResponseState::Confirmed.as_str(), ResponseState::Declined.as_str()]
}

/// A need, as it is written.
pub const NEED: &[Member] = &[
    must("beneficiary", Kind::Text(2), "The code of the beneficiary that has it; it does not change."),
    must("cycle", Kind::Id, "The id of the mapping cycle, which has to be open; it does not change."),
    must("title", Kind::Text(300), "Its title."),
    may("body", Kind::Text(20_000), "What is needed."),
    may("own_language", Kind::Choice(languages), "The language of what follows."),
    may("own_title", Kind::Text(300), "The title in the beneficiary's own language."),
    may("own_body", Kind::Text(20_000), "The text in the beneficiary's own language."),
    may("node", Kind::Id, "The id of the measure of a plan that it stands under."),
    may("theme", Kind::Id, "The id of its theme."),
    may("type", Kind::Choice(NeedType::values), "What kind of need it is; stated before it is submitted."),
    may("perspective", Kind::Choice(Perspective::values), "Prevention or response; stated before it is submitted."),
    may("priority", Kind::Choice(Priority::values), "How urgent it is."),
    may("by_when", Kind::Date, "By when it should be met."),
    may("exists_already", Kind::Text(20_000), "What there is already."),
    may("evidence", Kind::Text(20_000), "What the need is known from."),
    may("handling", Kind::Choice(levels), "Who sees it; `members` where nothing is said."),
    may(
        "shown_to",
        Kind::Names,
        "Names of organisations that it is shown to at the levels `parties` and `restricted`.",
    ),
    may("why", Kind::Text(1_000), "Why: stands in the history."),
];

/// Where a need can be moved.
fn steps() -> Vec<&'static str> {
    vec![State::Submitted.as_str(), State::Withdrawn.as_str()]
}

/// A step of a need.
pub const STEP: &[Member] = &[
    must("state", Kind::Choice(steps), "Where it is to stand."),
    may("why", Kind::Text(5_000), "Why it is withdrawn; needed of one that was submitted."),
];

/// A response, as it is proposed.
pub const RESPONSE: &[Member] = &[
    must("action", Kind::Id, "The id of the action that answers the need."),
    may("how", Kind::Text(5_000), "What of the need it answers."),
];

/// The beneficiary's answer to a response.
pub const ANSWER: &[Member] = &[
    must("state", Kind::Choice(answers), "Whether the action answers the need."),
    may("answer", Kind::Text(2_000), "A word to it; needed where it is declined."),
];

fn checked(body: &Value, members: &[Member], partial: bool) -> Result<(), Fault> {
    let wrong = body::check(body, members, partial);
    if wrong.is_empty() { Ok(()) } else { Err(Fault::invalid(wrong)) }
}

fn frame(called: &Called) -> Result<Frame, Fault> {
    called.inside.page.frame().cloned().ok_or_else(Fault::not_found)
}

/// Puts what a body says into the fields of the form.
fn fill(f: &mut Fields, body: &Value, frame: &Frame) -> Result<(), Fault> {
    for (name, value) in body.as_object().into_iter().flatten() {
        match name.as_str() {
            "beneficiary" => {
                let code = value.as_str().unwrap_or_default();
                let Some(found) = frame.beneficiaries.iter().find(|b| b.code == code) else {
                    return Err(Fault::invalid(vec![Wrong::body("/beneficiary", Message::new("field-not-in-list"))]));
                };
                f.set("beneficiary", found.id);
            }
            "shown_to" => f.set("shown_to", texts(body, name).join("\n")),
            "handling" if value.is_null() => f.set("handling", "members"),
            _ => f.set(name, value.as_str().unwrap_or_default()),
        }
    }
    Ok(())
}

fn wrong(f: &Fields) -> Fault {
    Fault::invalid(body::of_form(f, |name| format!("/{name}")))
}

fn why(called: &Called) -> String {
    let said = text(&called.body, "why").trim();
    if said.is_empty() { called.inside.page.t1("api-why", "name", &called.token.name) } else { said.to_owned() }
}

pub async fn create(mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    checked(&called.body, NEED, false)?;
    let frame = frame(&called)?;
    let mut f = Fields::default();
    f.set("handling", "members");
    fill(&mut f, &called.body, &frame)?;
    let choices = needs::choices(&mut called.inside).await?;
    let Some(id) = needs::make(&mut called.inside, &choices, &mut f).await? else { return Err(wrong(&f)) };
    let need = needs::find(&mut called.inside, &id.to_string()).await?;
    let written = Written::made(&shown(&frame, &need), format!("{BASE}/needs/{id}"))?;
    once::finish(called, written).await
}

pub async fn change(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let need = needs::find(&mut called.inside, &id).await?;
    needs::editor(&called.inside.member, &need)?;
    let frame = frame(&called)?;
    checked(&called.body, NEED, true)?;
    answer::matches(&called.headers, &shown(&frame, &need))?;
    if needs::closed(&need).is_some() {
        return Err(Fault::new(Problem::Conflict, "api-detail-need-closed"));
    }
    let mut f = Fields::default();
    needs::fill(&mut f, &need);
    let (beneficiary, cycle) = (f.value("beneficiary").to_owned(), f.value("cycle").to_owned());
    fill(&mut f, &called.body, &frame)?;
    for (name, was) in [("beneficiary", beneficiary), ("cycle", cycle)] {
        if f.value(name) != was {
            f.fail(name, Message::new("api-error-fixed"));
        }
    }
    let why = why(&called);
    let choices = needs::choices(&mut called.inside).await?;
    let kept = needs::keep(&mut called.inside, &need, &choices, &mut f, need.version, &why).await?;
    let now = needs::find(&mut called.inside, &id).await?;
    match kept {
        Kept::Wrong => Err(wrong(&f)),
        Kept::Moved => Err(answer::moved(&shown(&frame, &now))?),
        // nothing differs: what was written on the way is not kept
        Kept::Same => Ok(Written::changed(&shown(&frame, &need))?.into_response()),
        Kept::Saved => {
            let written = Written::changed(&shown(&frame, &now))?;
            once::finish(called, written).await
        }
    }
}

/// Submits a need, or withdraws it.
pub async fn step(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let need = needs::find(&mut called.inside, &id).await?;
    let frame = frame(&called)?;
    checked(&called.body, STEP, false)?;
    let submits = text(&called.body, "state") == State::Submitted.as_str();
    let why = text(&called.body, "why").trim().to_owned();
    let by = needs::mover(&called.inside.member, &need, submits)?.clone();
    answer::matches(&called.headers, &shown(&frame, &need))?;
    let stepped = match submits {
        true => needs::submit_one(&mut called.inside, &by, &need).await?,
        false => needs::withdraw_one(&mut called.inside, &by, &need, &why).await?,
    };
    match stepped {
        Stepped::Done => {}
        Stepped::Not => return Err(Fault::new(Problem::Conflict, "api-detail-need-step")),
        Stepped::Lacks(fields) => {
            let lacks = |field: &str| {
                let name = field.strip_prefix("need-field-").unwrap_or(field);
                Wrong::body(format!("/{name}"), Message::new("field-required"))
            };
            return Err(Fault::invalid(fields.into_iter().map(lacks).collect()));
        }
    }
    let now = needs::find(&mut called.inside, &id).await?;
    let written = Written::changed(&shown(&frame, &now))?;
    once::finish(called, written).await
}

pub async fn propose(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let need = needs::find(&mut called.inside, &id).await?;
    checked(&called.body, RESPONSE, false)?;
    let none = || Fault::invalid(vec![Wrong::body("/action", Message::new("api-error-unknown-action"))]);
    let action: ActionId = text(&called.body, "action").parse().map_err(|_| none())?;
    let about = needs::beside(&mut called.inside.tx, action).await?.ok_or_else(none)?;
    let how = text(&called.body, "how").trim().to_owned();
    match needs::link(&mut called.inside, &need, &about, &how).await? {
        Linked::Hidden => {
            return Err(Fault::invalid(vec![Wrong::body("/action", Message::new("response-error-hidden"))]));
        }
        Linked::Already => return Err(Fault::new(Problem::Conflict, "api-detail-response-already")),
        Linked::Proposed => {}
    }
    let need = needs::find(&mut called.inside, &id).await?;
    let made = need.responses.iter().find(|r| r.action == action && r.is_live()).ok_or_else(Fault::not_found)?;
    let written = Written::made(&response(&need, made), format!("{BASE}/responses/{}", made.id))?;
    once::finish(called, written).await
}

/// A response as it stands now.
async fn standing(called: &mut Called, id: &str) -> Result<super::needs::Response, Fault> {
    let (need, one) = needs::found_response(&mut called.inside, id).await?;
    Ok(response(&need, &one))
}

pub async fn one_response(Path(id): Path<String>, mut called: Called) -> Answered {
    let found = standing(&mut called, &id).await?;
    answer::record(&called.headers, &found)
}

pub async fn settle(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let (need, one) = needs::found_response(&mut called.inside, &id).await?;
    checked(&called.body, ANSWER, false)?;
    let to = match text(&called.body, "state") {
        "confirmed" => ResponseState::Confirmed,
        _ => ResponseState::Declined,
    };
    let word = text(&called.body, "answer").trim().to_owned();
    if to == ResponseState::Declined && word.is_empty() {
        return Err(Fault::invalid(vec![Wrong::body("/answer", Message::new("response-error-word"))]));
    }
    if !needs::settle(&mut called.inside, &need, &one, to, &word).await? {
        return Err(Fault::new(Problem::Conflict, "api-detail-response-answered"));
    }
    let written = Written::changed(&standing(&mut called, &id).await?)?;
    once::finish(called, written).await
}

pub async fn withdraw(Path(id): Path<String>, mut called: Called) -> Answered {
    if let Some(written) = once::begin(&mut called).await? {
        return Ok(written.into_response());
    }
    let (need, one) = needs::found_response(&mut called.inside, &id).await?;
    if !needs::take_back(&mut called.inside, &one).await? {
        return Err(Fault::new(Problem::Conflict, "api-detail-response-answered"));
    }
    // whoever sees the need by this response alone sees it no more: it is answered as it was, withdrawn
    let mut gone = one;
    gone.state = ResponseState::Withdrawn;
    let written = Written::changed(&response(&need, &gone))?;
    once::finish(called, written).await
}
