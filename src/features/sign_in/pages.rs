//! Signing in and out.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{account_store, limits, next, password, store};
use crate::kernel::auth::{InAccount, Outside, Visitor, clear_session, set_session};
use crate::kernel::db::{AccountTx, Intent};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::AccountId;
use crate::kernel::page::Page;
use crate::kernel::random::Token;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage {
    p: Page,
    f: Fields,
    /// What went wrong with the whole of it.
    notice: Option<String>,
    next: Option<String>,
}

/// A page with a form for a browser without a session: it gets the cookie that ties the form to it.
pub fn with_visit(app: &App, visitor: &Visitor, status: StatusCode, html: String) -> Response {
    let mut response = shown(status, html);
    if let Some(cookie) = visitor.set_cookie(app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A page; where too much was tried, with how long it is to be waited.
pub fn shown(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(limits::MINUTES * 60));
    }
    response
}

/// Goes on under a new session.
pub fn with_session(app: &App, token: &Token, response: impl IntoResponse) -> Response {
    let mut headers = HeaderMap::new();
    if let Some(cookie) = set_session(app, token) {
        headers.append(header::SET_COOKIE, cookie);
    }
    (headers, response).into_response()
}

pub async fn form(outside: Outside) -> Result<Response, Problem> {
    let Outside { app, page, fields, visitor, .. } = outside;
    let next = next::local(fields.value("next")).map(str::to_owned);
    // nothing of the query but `next` goes into the form
    let html = SignInPage { p: page, f: Fields::default(), notice: None, next }.render()?;
    Ok(with_visit(&app, &visitor, StatusCode::OK, html))
}

pub async fn sign_in(outside: Outside) -> Result<Response, Problem> {
    let Outside { app, page, mut fields, visitor, statements } = outside;
    let next = next::local(fields.value("next")).map(str::to_owned);
    let email = fields.required("email", 254);
    let typed = fields.value("password").to_owned();
    fields.required("password", 10_000);
    let again = |page: Page, fields: Fields, status: StatusCode, key: Option<&str>| -> Result<Response, Problem> {
        let notice = key.map(|key| page.t1(key, "minutes", limits::MINUTES));
        let html = SignInPage { p: page, f: fields, notice, next: next.clone() }.render()?;
        Ok(with_visit(&app, &visitor, status, html))
    };
    if !fields.is_valid() {
        return again(page, fields, StatusCode::UNPROCESSABLE_ENTITY, None);
    }

    let mut tx = app.db.outside(Intent::Write, &statements).await?;
    let known = store::credentials(&mut tx, &email).await?;
    let whose = known.as_ref().map_or(limits::Whose::Typed(&email), |k| limits::Whose::Known(k.account));
    let tried = limits::begin(&mut tx, &app, limits::Kind::SignIn, whose, Some(&visitor), app.clock.now()).await?;
    tx.commit().await?;
    let Some(tried) = tried else {
        return again(page, fields, StatusCode::TOO_MANY_REQUESTS, Some("sign-in-too-many"));
    };

    // no connection is held while this is worked on
    let right = password::verify(&typed, known.as_ref().and_then(|k| k.hash.as_deref())).await?;
    let Some(known) = known.filter(|_| right) else {
        return again(page, fields, StatusCode::UNPROCESSABLE_ENTITY, Some("sign-in-wrong"));
    };

    let mut tx = app.db.outside(Intent::Write, &statements).await?;
    limits::succeeded(&mut tx, &tried).await?;
    let entered = enter(&mut tx, &app, known.account, &visitor, next.as_deref()).await?;
    tx.commit().await?;
    Ok(with_session(&app, &entered.token, Redirect::to(&entered.to)))
}

/// A session that has just begun, and where it goes on.
pub struct Entered {
    pub token: Token,
    pub to: String,
}

/// Begins a session for an account whose password or link has been verified; the caller commits.
pub async fn enter(
    tx: &mut AccountTx,
    app: &App,
    account: AccountId,
    visitor: &Visitor,
    next: Option<&str>,
) -> Result<Entered, Problem> {
    let now = app.clock.now();
    if let Some(brought) = &visitor.session {
        store::end_brought(tx, brought, now).await?;
    }
    tx.become_account(account).await?;
    store::take_up_invitations(tx, now).await?;
    let token = store::open_session(tx, account, visitor, now).await?;
    let means = account_store::means(tx, account).await?;
    let to = match next {
        Some(next) => next.to_owned(),
        None => home(&store::own_memberships(tx, app.clock.today()).await?, means.operator),
    };
    let to = if means.factor.is_some() { next::with("/sign-in/second-factor", Some(&to)) } else { to };
    Ok(Entered { token, to })
}

/// The home of the only process one takes part in, the registry for an operator of none, else the page that lists them.
pub fn home(own: &[store::Own], operator: bool) -> String {
    let mut slugs: Vec<&str> = own.iter().filter(|m| m.state == "active").map(|m| m.slug.as_str()).collect();
    slugs.dedup();
    match slugs.as_slice() {
        [only] => format!("/{only}"),
        [] if operator => "/operator".to_owned(),
        _ => "/".to_owned(),
    }
}

pub async fn sign_out(mut inside: InAccount) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    account_store::end_session(&mut inside.tx, inside.facts.account, inside.facts.session, now).await?;
    inside.tx.commit().await?;
    let mut response = Redirect::to("/?done=signed-out").into_response();
    if let Some(cookie) = clear_session(&inside.app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(slug: &str, state: &str) -> store::Own {
        store::Own { slug: slug.into(), name: slug.into(), role: "partner".into(), state: state.into(), ends_on: None }
    }

    #[test]
    fn a_member_of_one_process_goes_home_to_it() {
        let home = |own: &[store::Own]| super::home(own, false);
        assert_eq!(home(&[]), "/");
        assert_eq!(home(&[own("iisg", "active")]), "/iisg");
        assert_eq!(home(&[own("iisg", "active"), own("iisg", "active")]), "/iisg");
        assert_eq!(home(&[own("iisg", "active"), own("other", "invited")]), "/iisg");
        assert_eq!(home(&[own("iisg", "active"), own("other", "active")]), "/");
        assert_eq!(super::home(&[], true), "/operator");
        assert_eq!(super::home(&[own("iisg", "invited")], true), "/operator");
        assert_eq!(super::home(&[own("iisg", "active")], true), "/iisg");
    }
}
