//! Somebody at an address of a process that no route has, or that takes nothing in this way. Signed out they are asked to sign in, as at
//! any other of its addresses; who may be in the process is told in its frame, to go on from there. So is who sends a form that is
//! refused before anybody is let in by it.

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;

use super::account::{at_account, in_platform};
use super::{has_session, let_in, open, slug};
use crate::kernel::db::{Entry, Intent};
use crate::kernel::error::{LetIn, Problem};
use crate::kernel::state::App;

/// Whether a process can have this short address: letters, digits, hyphens, as its table demands. What cannot is looked for nowhere.
pub fn may_be_process(slug: &str) -> bool {
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    letters && (2..=31).contains(&slug.len())
}

/// What is answered at a member's address: the problem, or what comes before it.
pub async fn lost(request: Request, app: &App, slug: &str, problem: Problem) -> Problem {
    within(request, app, slug, &problem).await.err().unwrap_or(problem)
}

async fn within(request: Request, app: &App, slug: &str, problem: &Problem) -> Result<(), Problem> {
    let whole = request.uri().path_and_query().map(ToString::to_string);
    // as with addresses that exist: what takes forms alone is none to come back to
    let next = match (problem, whole) {
        (Problem::NotFound, Some(whole)) if *request.method() == Method::GET => whole,
        _ => format!("/{slug}"),
    };
    if !has_session(app, &CookieJar::from_headers(request.headers())) {
        return Err(Problem::SignedOut { next });
    }
    // nothing is read of what nothing takes
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let opened = open(request, app).await?;
    let Some(token) = opened.session.clone() else { return Err(Problem::SignedOut { next }) };
    let (tx, facts) = match app.db.enter(slug, &token, Intent::Read, &opened.statements).await? {
        Entry::In(inside) => *inside,
        Entry::SignedOut => return Err(Problem::SignedOut { next }),
        Entry::Unknown => return Err(Problem::NotFound),
        Entry::Suspended { name } => return Err(Problem::Suspended { name }),
    };
    drop(tx);
    let_in(&opened, app, facts, &next)?;
    Ok(())
}

/// A request, and what of it is needed to tell in a frame that its form was not taken.
pub(super) fn kept(request: Request) -> (Request, Option<Parts>) {
    let (parts, body) = request.into_parts();
    let kept = (!matches!(parts.method, Method::GET | Method::HEAD)).then(|| parts.clone());
    (Request::from_parts(parts, body), kept)
}

/// What is told of a form that was refused before anybody was let in. Its sender is looked up to know their frame, and for nothing
/// else: who has none is told the same without one.
pub(super) async fn not_taken(kept: Option<Parts>, app: &App, problem: Problem) -> Problem {
    if let Some((slug, request)) = of_form(kept, app, &problem).await {
        let _ = within(request, app, &slug, &problem).await;
    }
    problem
}

/// The same on the public side of a process.
pub(super) async fn not_taken_in_public(kept: Option<Parts>, app: &App, problem: Problem) -> Problem {
    if let Some((slug, request)) = of_form(kept, app, &problem).await {
        let _ = within_public(request, app, &slug).await;
    }
    problem
}

/// The same at one's own account.
pub(super) async fn not_taken_at_account(kept: Option<Parts>, app: &App, problem: Problem) -> Problem {
    if let Some(parts) = refused(kept, &problem)
        && let Ok(opened) = open(without_form(parts), app).await
    {
        let _ = at_account(opened, app).await;
    }
    problem
}

/// The same at the operator's pages; who is no operator learns nothing of them.
pub(super) async fn not_taken_in_platform(kept: Option<Parts>, app: &App, problem: Problem) -> Problem {
    if let Some(parts) = refused(kept, &problem)
        && let Ok(opened) = open(without_form(parts), app).await
    {
        let _ = in_platform(opened, app).await;
    }
    problem
}

/// The process of a form, and its request without the form.
async fn of_form(kept: Option<Parts>, app: &App, problem: &Problem) -> Option<(String, Request)> {
    let mut parts = refused(kept, problem)?;
    let slug = slug(&mut parts, app).await.ok()?;
    Some((slug, without_form(parts)))
}

/// What was kept of a form, where the problem is the form's own.
fn refused(kept: Option<Parts>, problem: &Problem) -> Option<Parts> {
    use Problem::{Bad, FormToken, Refused, TooLarge};
    kept.filter(|_| matches!(problem, FormToken | Bad(_) | TooLarge | Refused(_)))
}

/// As if the address were looked at: nothing is written for whoever is only to be known.
fn without_form(mut parts: Parts) -> Request {
    parts.method = Method::GET;
    parts.extensions.insert(Intent::Read);
    Request::from_parts(parts, Body::empty())
}

/// The same as [`lost`] on the public side of a process.
pub async fn lost_in_public(request: Request, app: &App, slug: &str, problem: Problem) -> Problem {
    within_public(request, app, slug).await.err().unwrap_or(problem)
}

async fn within_public(request: Request, app: &App, slug: &str) -> Result<(), Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    let opened = open(request, app).await?;
    let (tx, facts) = match app.db.enter_public(slug, Intent::Read, &opened.statements).await? {
        Entry::In(inside) => *inside,
        _ => return Err(Problem::NotFound),
    };
    drop(tx);
    let mut page = opened.page(app);
    page.process = Some(facts.process);
    LetIn::note(&opened.parts, &page);
    Ok(())
}
