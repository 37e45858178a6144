//! The list of requests, one request, and its decision.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::model::{RequestKind, RequestState, standing};
use super::store::{self, Request, Sight};
use crate::features::directory::shared::{Cursor, HistoryLine, Window, again, done, history, html, id, kept_query};
use crate::features::notices;
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{AccessRequestId, MembershipId, OrganisationId};
use crate::kernel::mail::{self, Letter};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Role, Scope};

/// Whose requests this reader decides.
pub fn sight(member: &Member) -> Sight {
    if member.may(Permission::AccessRequestsDecide, &Scope::default()) {
        return Sight::All;
    }
    let own = |scope: &Scope| member.may(Permission::AccessRequestsDecide, scope);
    let mine = member.memberships();
    Sight::Own {
        organisations: mine
            .iter()
            .filter_map(|m| m.organisation)
            .filter(|o| own(&Scope::organisation(*o)))
            .map(|o| o.0)
            .collect(),
        beneficiaries: mine
            .iter()
            .filter_map(|m| m.beneficiary)
            .filter(|b| own(&Scope::beneficiary(*b)))
            .map(|b| b.0)
            .collect(),
    }
}

#[derive(Template)]
#[template(path = "directory/requests.html")]
struct ListPage {
    p: Page,
    f: Fields,
    query: String,
    list: Window<Request, AccessRequestId>,
    states: Vec<(String, String)>,
}

impl ListPage {
    fn standing(&self, r: &Request) -> (&'static str, &'static str) {
        standing(r.state, r.due_on, self.p.today)
    }
}

/// Those in which state are asked for: the open ones, unless another is named, or none.
pub fn asked(f: &mut Fields) -> Option<RequestState> {
    if f.value("state").is_empty() {
        f.set("state", RequestState::Open.as_str());
    }
    RequestState::parse(f.value("state"))
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, mut fields, .. } = inside;
    let state = asked(&mut fields);
    let list = store::list(&mut tx, &sight(&member), state, Cursor::read(&fields), p.today).await?;
    html(&ListPage { query: kept_query(&fields), states: RequestState::options(&p), f: fields, list, p })
}

#[derive(Template)]
#[template(path = "directory/request.html")]
struct OnePage {
    p: Page,
    f: Fields,
    r: Request,
    word: &'static str,
    badge: &'static str,
    history: Vec<HistoryLine>,
    /// Where a granted request goes on.
    next: String,
    /// The member that came of a granted one.
    member: Option<(MembershipId, String)>,
    /// It needs a decision of the Board, which the reader may prepare.
    decision: bool,
    /// Its organisation is not in the directory, where the reader may put it.
    adds: bool,
}

fn adds(p: &Page, r: &Request) -> bool {
    let of_use = matches!(r.state, RequestState::Open | RequestState::Granted);
    of_use && r.organisation.is_none() && !r.organisation_name.is_empty() && p.may(Permission::OrganisationEdit)
}

/// With the organisation that is known by the name that was typed, where it was put into the directory since, or is written otherwise
/// there. Who decides stays as it was.
async fn with_known(tx: &mut ProcessTx, r: Request) -> sqlx::Result<Request> {
    let organisation = match r.organisation {
        None => store::known_as(tx, &r.organisation_name).await?,
        there => there,
    };
    Ok(Request { organisation, ..r })
}

fn needs_decision(p: &Page, r: &Request) -> bool {
    r.kind == RequestKind::NewMember && p.may(Permission::DecisionPrepare)
}

fn next(p: &Page, id: AccessRequestId) -> String {
    let form = if p.may(Permission::MembersEdit) { "invite" } else { "propose" };
    p.link(&format!("/members/{form}?request={id}"))
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let sight = sight(&member);
    let r = store::load(&mut tx, &sight, id(&key)?, p.today).await?;
    let history = history(&mut tx, Subject::AccessRequest, r.id.0, p.today).await?;
    let (word, badge) = standing(r.state, r.due_on, p.today);
    let member = match r.state {
        RequestState::Granted => store::member_of(&mut tx, &sight, &r, p.today).await?,
        _ => None,
    };
    let r = with_known(&mut tx, r).await?;
    html(&OnePage {
        next: next(&p, r.id),
        member,
        decision: needs_decision(&p, &r),
        adds: adds(&p, &r),
        f,
        r,
        word,
        badge,
        history,
        p,
    })
}

pub async fn grant(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, .. } = inside;
    let r = store::load(&mut tx, &sight(&member), id(&key)?, p.today).await?;
    let by = member.require(Permission::AccessRequestsDecide, &r.scope())?;
    close(&mut tx, by, &r, RequestState::Granted, "", app.clock.now()).await?;
    let body = Message::new("directory-letter-granted");
    letter(&mut tx, &p, &r, body).await?;
    tx.commit().await?;
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&next(&p, r.id))))
}

pub async fn decline(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f, .. } = inside;
    let r = store::load(&mut tx, &sight(&member), id(&key)?, p.today).await?;
    let by = member.require(Permission::AccessRequestsDecide, &r.scope())?;
    let answer = f.text("answer", 1000);
    if !f.is_valid() {
        let history = history(&mut tx, Subject::AccessRequest, r.id.0, p.today).await?;
        let (word, badge) = standing(r.state, r.due_on, p.today);
        let r = with_known(&mut tx, r).await?;
        return again(&OnePage {
            next: next(&p, r.id),
            member: None,
            decision: needs_decision(&p, &r),
            adds: adds(&p, &r),
            f,
            r,
            word,
            badge,
            history,
            p,
        });
    }
    close(&mut tx, by, &r, RequestState::Declined, &answer, app.clock.now()).await?;
    let answer = if answer.is_empty() { String::new() } else { format!("{answer}\n\n") };
    letter(&mut tx, &p, &r, Message::new("directory-letter-declined").with("answer", answer)).await?;
    tx.commit().await?;
    done(&p, &format!("/access-requests/{}", r.id), "directory-request-declined")
}

async fn close(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    r: &Request,
    state: RequestState,
    answer: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Problem> {
    if !store::decide(tx, r.id, by.id, state, answer, now).await? {
        return Err(Problem::Conflict(Message::new("directory-request-decided-already")));
    }
    let (event, why) = match state {
        RequestState::Granted => ("request-granted", ""),
        _ => ("request-declined", answer),
    };
    let change = Change { from: vec![RequestState::Open.as_str().to_owned()], to: vec![state.as_str().to_owned()] };
    let changes = [("request_state".to_owned(), change)].into();
    history::record(tx, Some(by), Entry { subject: Subject::AccessRequest, id: r.id.0, event, changes, why }).await?;
    notices::settle(tx, "notices-access-asked", ("access_request", &[r.id.0]), None, now).await?;
    Ok(())
}

/// The same neutral words for whoever asked.
async fn letter(tx: &mut ProcessTx, p: &Page, r: &Request, body: Message) -> Result<(), Problem> {
    let process = p.frame().map(|f| f.name.clone()).unwrap_or_default();
    let subject = Message::new("directory-letter-request-subject").with("process", &process);
    let body = body.with("name", &r.name).with("process", &process).with("date", p.day_of(&r.at));
    let process = tx.process();
    mail::queue(tx.conn(), Some(process), &Letter::new(p.locale, &r.email, &subject, &body)).await?;
    Ok(())
}

/// Fills the form of a new organisation from the request that names it.
pub async fn prefill_organisation(
    tx: &mut ProcessTx,
    member: &Member,
    f: &mut Fields,
    today: chrono::NaiveDate,
) -> Result<(), Problem> {
    let Ok(key) = f.value("request").parse() else { return Ok(()) };
    let r = store::load(tx, &sight(member), key, today).await?;
    f.set("name", &r.organisation_name);
    // the first, where it is one that was asked again
    f.set("request", r.id);
    Ok(())
}

/// Notes which organisation a request meant that had named none of the directory's; false where it has one, or is not the reader's.
pub async fn is_of(
    tx: &mut ProcessTx,
    member: &Member,
    by: &MembershipFacts,
    request: AccessRequestId,
    organisation: (OrganisationId, &str),
) -> Result<bool, Problem> {
    let Sight::All = sight(member) else { return Ok(false) };
    let (organisation, name) = organisation;
    if !store::is_of(tx, request, organisation).await? {
        return Ok(false);
    }
    // by its name, as it was then: whoever decides is another from now on
    let change = Change { from: Vec::new(), to: vec![name.to_owned()] };
    let (event, changes) = ("request-organisation", [("organisation".to_owned(), change)].into());
    history::record(tx, Some(by), Entry { subject: Subject::AccessRequest, id: request.0, event, changes, why: "" })
        .await?;
    Ok(true)
}

/// Fills the form of an invitation or a proposal from the request it comes of; nothing where it is not the reader's.
pub async fn prefill(
    tx: &mut ProcessTx,
    member: &Member,
    f: &mut Fields,
    today: chrono::NaiveDate,
) -> Result<(), Problem> {
    let Ok(key) = f.value("request").parse() else { return Ok(()) };
    let r = store::load(tx, &sight(member), key, today).await?;
    let r = with_known(tx, r).await?;
    f.set("name", &r.name);
    f.set("email", &r.email);
    f.set("post", &r.post);
    let role = match r.kind {
        RequestKind::Person | RequestKind::NewMember | RequestKind::EuAgency => Role::Partner,
        RequestKind::Evaluator | RequestKind::Public => Role::Observer,
    };
    f.set("role", role.as_str());
    if let Some((organisation, _)) = r.organisation {
        f.set("organisation", organisation);
    }
    Ok(())
}
