//! One-time links: a forgotten password, an invitation. Reading a link's page changes nothing, since mail programs
//! open links by themselves; only its form uses it up.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use super::{letters, limits, pages, password, store};
use crate::kernel::auth::Outside;
use crate::kernel::db::{Intent, Statements};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Locale, Message};
use crate::kernel::ids::AccountId;
use crate::kernel::mail::{self, Letter, Purpose};
use crate::kernel::page::Page;
use crate::kernel::random::Token;
use crate::kernel::state::App;

/// How long a new password can be set after it was asked for.
const RESET_HOURS: i64 = 1;

#[derive(Template)]
#[template(path = "sign_in/forgotten.html")]
struct ForgottenPage {
    p: Page,
    f: Fields,
    notice: Option<String>,
    sent: bool,
}

pub async fn forgotten(outside: Outside) -> Result<Response, Problem> {
    let Outside { app, page, visitor, .. } = outside;
    let html = ForgottenPage { p: page, f: Fields::default(), notice: None, sent: false }.render()?;
    Ok(pages::with_visit(&app, &visitor, StatusCode::OK, html))
}

pub async fn send(outside: Outside) -> Result<Response, Problem> {
    let Outside { app, page, mut fields, visitor, statements } = outside;
    let email = fields.email("email");
    if !fields.is_valid() {
        let html = ForgottenPage { p: page, f: fields, notice: None, sent: false }.render()?;
        return Ok(pages::with_visit(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, html));
    }
    let mut tx = app.db.outside(Intent::Write, &statements).await?;
    let known = store::credentials(&mut tx, &email).await?;
    let whose = known.as_ref().map_or(limits::Whose::Typed(&email), |k| limits::Whose::Known(k.account));
    let tried = limits::begin(&mut tx, &app, limits::Kind::Reset, whose, Some(&visitor), app.clock.now()).await?;
    tx.commit().await?;
    if tried.is_none() {
        let notice = Some(page.t1("sign-in-too-many", "minutes", limits::MINUTES));
        let html = ForgottenPage { p: page, f: fields, notice, sent: false }.render()?;
        return Ok(pages::with_visit(&app, &visitor, StatusCode::TOO_MANY_REQUESTS, html));
    }
    if let Some(known) = known {
        // beside the answer, which so takes the same time whether there is somebody to write to
        let (app, locale) = (app.clone(), page.locale);
        tokio::spawn(async move {
            if let Err(error) = write(&app, locale, known.account, &email).await {
                tracing::error!(
                    error = crate::kernel::job::told(&error.into()),
                    "a letter with a new password's link was not written"
                );
            }
        });
    }
    let html = ForgottenPage { p: page, f: Fields::default(), notice: None, sent: true }.render()?;
    Ok(pages::with_visit(&app, &visitor, StatusCode::OK, html))
}

async fn write(app: &App, locale: Locale, account: AccountId, email: &str) -> sqlx::Result<()> {
    let token = Token::new();
    let mut tx = app.db.outside(Intent::Write, &Statements::default()).await?;
    let until = app.clock.now() + TimeDelta::hours(RESET_HOURS);
    mail::make_link(tx.conn(), account, Purpose::Reset, &token, until).await?;
    let link = format!("{}/password/reset/{}", app.base_url, token.expose());
    let letter = Letter::new(
        locale,
        email,
        &Message::new("letter-reset-subject"),
        &Message::new("letter-reset-text").with("link", link),
    );
    mail::queue(tx.conn(), None, &letter).await?;
    tx.commit().await
}

#[derive(Template)]
#[template(path = "sign_in/choose.html")]
struct ChoosePage {
    p: Page,
    f: Fields,
    email: String,
    invitation: bool,
}

#[derive(Template)]
#[template(path = "sign_in/gone.html")]
struct GonePage {
    p: Page,
    invitation: bool,
}

#[derive(Template)]
#[template(path = "sign_in/known.html")]
struct KnownPage {
    p: Page,
    email: String,
}

/// The address of a page like these is a secret: it goes into no other request's header.
fn unsaid(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn gone(page: Page, purpose: Purpose) -> Result<Response, Problem> {
    let html = GonePage { p: page, invitation: purpose == Purpose::Invitation }.render()?;
    Ok(unsaid((StatusCode::GONE, Html(html)).into_response()))
}

async fn look(outside: &Outside, token: &Token, purpose: Purpose) -> Result<Option<store::Link>, Problem> {
    let mut tx = outside.app.db.outside(Intent::Read, &outside.statements).await?;
    Ok(store::link(&mut tx, token, purpose, outside.app.clock.now()).await?)
}

/// What a link's page is, before anything is done with it: the form, or why there is none.
async fn opened(
    mut outside: Outside,
    given: &str,
    purpose: Purpose,
) -> Result<Result<(Outside, Token, String), Response>, Problem> {
    outside.page.address = String::new();
    let Some(token) = Token::parse(given) else { return Ok(Err(gone(outside.page, purpose)?)) };
    match look(&outside, &token, purpose).await? {
        None => Ok(Err(gone(outside.page, purpose)?)),
        // an invitation is no way to another password
        Some(link) if link.has_password && purpose == Purpose::Invitation => {
            let html = KnownPage { p: outside.page, email: link.email }.render()?;
            Ok(Err(unsaid(Html(html).into_response())))
        }
        Some(link) => Ok(Ok((outside, token, link.email))),
    }
}

fn choose(outside: Outside, email: String, purpose: Purpose) -> Result<Response, Problem> {
    let Outside { app, page, fields, visitor, .. } = outside;
    let status = if fields.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = ChoosePage { p: page, f: fields, email, invitation: purpose == Purpose::Invitation }.render()?;
    Ok(unsaid(pages::with_visit(&app, &visitor, status, html)))
}

/// Reads a new password, typed twice.
pub fn read_password(fields: &mut Fields, email: &str) -> String {
    let typed = fields.value("new_password").to_owned();
    if let Err(message) = password::check(&typed, email) {
        fields.fail("new_password", message);
    } else if fields.value("new_password_again") != typed {
        fields.fail("new_password_again", Message::new("password-differs"));
    }
    typed
}

async fn form(outside: Outside, given: &str, purpose: Purpose) -> Result<Response, Problem> {
    match opened(outside, given, purpose).await? {
        Ok((outside, _, email)) => choose(outside, email, purpose),
        Err(response) => Ok(response),
    }
}

pub async fn reset_form(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    form(outside, &token, Purpose::Reset).await
}

pub async fn invitation_form(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    form(outside, &token, Purpose::Invitation).await
}

pub async fn reset(Path(given): Path<String>, outside: Outside) -> Result<Response, Problem> {
    let (mut outside, token, email) = match opened(outside, &given, Purpose::Reset).await? {
        Ok(opened) => opened,
        Err(response) => return Ok(response),
    };
    let typed = read_password(&mut outside.fields, &email);
    if !outside.fields.is_valid() {
        return choose(outside, email, Purpose::Reset);
    }
    let hash = password::hash(&typed).await?;
    let now = outside.app.clock.now();
    let mut tx = outside.app.db.outside(Intent::Write, &outside.statements).await?;
    let Some(account) = store::use_reset(&mut tx, &token, now).await? else {
        return gone(outside.page, Purpose::Reset);
    };
    tx.become_account(account).await?;
    let tokens = super::set_password(&mut tx, account, &hash, now).await? > 0;
    limits::owner_proved(&mut tx, &outside.app, account).await?;
    let event = letters::Event::PasswordChanged { tokens };
    letters::tell(&mut tx, &outside.app, outside.page.locale, &email, event).await?;
    tx.commit().await?;
    let to = if tokens { "/sign-in?done=password-set-tokens" } else { "/sign-in?done=password-set" };
    Ok(unsaid(Redirect::to(to).into_response()))
}

pub async fn accept(Path(given): Path<String>, outside: Outside) -> Result<Response, Problem> {
    let (mut outside, token, email) = match opened(outside, &given, Purpose::Invitation).await? {
        Ok(opened) => opened,
        Err(response) => return Ok(response),
    };
    let typed = read_password(&mut outside.fields, &email);
    if !outside.fields.is_valid() {
        return choose(outside, email, Purpose::Invitation);
    }
    let hash = password::hash(&typed).await?;
    let now = outside.app.clock.now();
    let mut tx = outside.app.db.outside(Intent::Write, &outside.statements).await?;
    let Some(account) = store::accept_invitations(&mut tx, &token, now).await? else {
        return gone(outside.page, Purpose::Invitation);
    };
    tx.become_account(account).await?;
    super::set_password(&mut tx, account, &hash, now).await?;
    let entered = pages::enter(&mut tx, &outside.app, account, &outside.visitor, None).await?;
    tx.commit().await?;
    Ok(unsaid(pages::with_session(&outside.app, &entered.token, Redirect::to(&entered.to))))
}
