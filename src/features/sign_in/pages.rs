//! The start of the installation, sign-in and sign-out, help.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{password, store};
use crate::kernel::auth::{self, Outside};
use crate::kernel::db::{AccountFacts, Entry, Intent};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "sign_in/start.html")]
struct StartPage {
    p: Page,
    processes: Vec<store::PublicProcess>,
}

#[derive(Template)]
#[template(path = "sign_in/form.html")]
struct SignInPage {
    p: Page,
    f: Fields,
}

#[derive(Template)]
#[template(path = "sign_in/help.html")]
struct HelpPage {
    p: Page,
}

/// A page for somebody without a session: ties their browser to the form.
pub(super) fn shown(outside: &Outside, status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    let mut response = (status, Html(page.render()?)).into_response();
    if let Some(cookie) = outside.visitor.set_cookie(&outside.app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Who the browser's session belongs to, if it is live.
async fn who(outside: &Outside) -> Result<Option<AccountFacts>, Problem> {
    let Some(token) = &outside.visitor.session else { return Ok(None) };
    let entry = outside.app.db.enter_account(token, Intent::Read, &outside.statements).await?;
    Ok(match entry {
        Entry::In(inside) => Some(inside.1),
        _ => None,
    })
}

fn name(page: &mut Page, facts: Option<AccountFacts>) {
    if let Some(facts) = facts {
        page.email = Some(facts.email);
        page.operator = facts.operator;
        page.others = facts.others;
    }
}

pub async fn start(outside: Outside) -> Result<Response, Problem> {
    let mut page = outside.page.clone();
    name(&mut page, who(&outside).await?);
    let mut tx = outside.app.db.outside(Intent::Read, &outside.statements).await?;
    let processes = store::public_processes(&mut tx).await?;
    shown(&outside, StatusCode::OK, &StartPage { p: page, processes })
}

pub async fn help(outside: Outside) -> Result<Response, Problem> {
    let mut page = outside.page.clone();
    name(&mut page, who(&outside).await?);
    shown(&outside, StatusCode::OK, &HelpPage { p: page })
}

pub async fn form(outside: Outside) -> Result<Response, Problem> {
    let f = outside.fields.clone();
    shown(&outside, StatusCode::OK, &SignInPage { p: outside.page.clone(), f })
}

/// Where to go after signing in: an address of this site and nothing else.
pub fn local(next: &str) -> Option<&str> {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
        && next.len() < 2000;
    // what a browser would make of it, so that no spelling of ours and of its own differ
    let base = url::Url::parse("http://concert.invalid").ok()?;
    let same = base.join(next).is_ok_and(|u| u.host_str() == Some("concert.invalid") && u.scheme() == "http");
    (plain && same).then_some(next)
}

pub async fn sign_in(mut outside: Outside) -> Result<Response, Problem> {
    let app = outside.app.clone();
    let now = app.clock.now();
    let email = outside.fields.required("email", 254);
    let typed = outside.fields.value("password").to_owned();
    if typed.is_empty() {
        outside.fields.fail("password", Message::new("field-required"));
    }
    if !outside.fields.is_valid() {
        return again(&outside, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let account_subject = app.secret.blind("sign_in", &email);
    let address_subject =
        app.secret.blind("sign_in_address", &outside.visitor.address.map(|a| a.to_string()).unwrap_or_default());

    let mut tx = app.db.outside(Intent::Write, &outside.statements).await?;
    let by_account = store::failures(&mut tx, "sign_in", &account_subject, now).await?;
    let by_address = store::failures(&mut tx, "sign_in", &address_subject, now).await?;
    if by_account >= app.limits.sign_in_per_account || by_address >= app.limits.sign_in_per_address {
        let minutes = store::WINDOW.num_minutes();
        outside.fields.fail("email", Message::new("sign-in-wait").with("minutes", minutes));
        return again(&outside, StatusCode::TOO_MANY_REQUESTS);
    }
    let found = store::credentials(&mut tx, &email).await?;
    // no connection is held while the hash is computed
    tx.commit().await?;
    let hash = found.as_ref().and_then(|c| c.password_hash.clone());
    let right = password::verify(typed, hash).await?;

    let mut tx = app.db.outside(Intent::Write, &outside.statements).await?;
    let Some(credentials) = found.filter(|_| right) else {
        store::note_failure(&mut tx, "sign_in", &account_subject, now).await?;
        store::note_failure(&mut tx, "sign_in", &address_subject, now).await?;
        tx.commit().await?;
        outside.fields.fail("email", Message::new("sign-in-wrong"));
        return again(&outside, StatusCode::UNPROCESSABLE_ENTITY);
    };
    store::forget_failures(&mut tx, "sign_in", &account_subject).await?;
    tx.become_account(credentials.account).await?;
    let token = store::start_session(&mut tx, credentials.account, &outside.visitor, false, now).await?;
    tx.commit().await?;

    let home = match app.db.enter_account(&token, Intent::Read, &outside.statements).await? {
        Entry::In(inside) => home_of(&inside.1),
        _ => "/".to_owned(),
    };
    let next = local(outside.fields.value("next")).map_or(home, str::to_owned);
    Ok(with_session(&app, &token, &next))
}

/// The only process of an account is its home; who has several, or none, chooses.
pub(super) fn home_of(facts: &AccountFacts) -> String {
    match facts.others.as_slice() {
        [one] => format!("/{}", one.slug),
        [] if facts.operator => "/operator".to_owned(),
        _ => "/".to_owned(),
    }
}

pub(super) fn with_session(app: &App, token: &crate::kernel::random::Token, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    if let Some(cookie) = auth::set_session(app, token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn again(outside: &Outside, status: StatusCode) -> Result<Response, Problem> {
    let mut f = outside.fields.clone();
    f.remove("password");
    shown(outside, status, &SignInPage { p: outside.page.clone(), f })
}

pub async fn sign_out(outside: Outside) -> Result<Response, Problem> {
    if let Some(token) = &outside.visitor.session {
        let mut tx = outside.app.db.outside(Intent::Write, &outside.statements).await?;
        store::end_by_token(&mut tx, token, outside.app.clock.now()).await?;
        tx.commit().await?;
    }
    let mut response = Redirect::to("/?done=signed-out").into_response();
    if let Some(cookie) = auth::clear_session(&outside.app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn after_sign_in_nobody_is_sent_to_another_site() {
        for good in ["/iisg", "/iisg/actions?q=a&pillar=b", "/a/b/c"] {
            assert_eq!(local(good), Some(good));
        }
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "evil",
            "/%0d\n",
        ] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
    }
}
