//! One-time links: a forgotten password, and the acceptance of an invitation.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use super::pages::{shown, with_session};
use super::{Invitation, password, store};
use crate::kernel::auth::Outside;
use crate::kernel::db::{Intent, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Message, text};
use crate::kernel::ids::AccountId;
use crate::kernel::mail::{self, Letter};
use crate::kernel::page::Page;
use crate::kernel::random::Token;

const RESET_LASTS: TimeDelta = TimeDelta::hours(1);
const INVITATION_LASTS: TimeDelta = TimeDelta::days(14);

#[derive(Template)]
#[template(path = "sign_in/forgotten.html")]
struct ForgottenPage {
    p: Page,
    f: Fields,
    sent: bool,
}

#[derive(Template)]
#[template(path = "sign_in/new_password.html")]
struct NewPasswordPage {
    p: Page,
    f: Fields,
    email: String,
    invitation: bool,
}

#[derive(Template)]
#[template(path = "sign_in/dead_link.html")]
struct DeadLinkPage {
    p: Page,
    invitation: bool,
}

pub async fn forgotten(outside: Outside) -> Result<Response, Problem> {
    let (p, f) = (outside.page.clone(), outside.fields.clone());
    shown(&outside, StatusCode::OK, &ForgottenPage { p, f, sent: false })
}

/// The same answer whether there is such an account or not.
pub async fn send(mut outside: Outside) -> Result<Response, Problem> {
    let app = outside.app.clone();
    let now = app.clock.now();
    let email = outside.fields.email("email");
    if !outside.fields.is_valid() {
        let (p, f) = (outside.page.clone(), outside.fields.clone());
        return shown(&outside, StatusCode::UNPROCESSABLE_ENTITY, &ForgottenPage { p, f, sent: false });
    }
    let subject = app.secret.blind("reset", &email);
    let address =
        app.secret.blind("reset_address", &outside.visitor.address.map(|a| a.to_string()).unwrap_or_default());
    let mut tx = app.db.outside(Intent::Write, &outside.statements).await?;
    let by_address = store::failures(&mut tx, "reset", &address, now).await?;
    if by_address >= app.limits.requests_per_address {
        return Err(Problem::TooMany { minutes: store::WINDOW.num_minutes() });
    }
    let asked = store::failures(&mut tx, "reset", &subject, now).await?;
    store::note_failure(&mut tx, "reset", &subject, now).await?;
    store::note_failure(&mut tx, "reset", &address, now).await?;
    // who asks too often gets no more letters, and the same answer: it must not tell whether there is an account
    if asked < app.limits.reset_per_account
        && let Some(found) = store::credentials(&mut tx, &email).await?
    {
        let token = store::make_link(tx.conn(), found.account, "reset", now + RESET_LASTS).await?;
        let link = format!("{}/password/reset/{}", app.base_url, token.expose());
        let letter = Letter::new(
            outside.page.locale,
            &email,
            &Message::new("letter-reset-subject"),
            &Message::new("letter-reset-body").with("link", link),
        );
        mail::queue(&mut tx, &letter).await?;
    }
    tx.commit().await?;
    let (p, f) = (outside.page.clone(), outside.fields.clone());
    shown(&outside, StatusCode::OK, &ForgottenPage { p, f, sent: true })
}

async fn living(outside: &Outside, token: &str, purpose: &str) -> Result<Option<store::Link>, Problem> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let mut tx = outside.app.db.outside(Intent::Read, &outside.statements).await?;
    let link = store::link(&mut tx, &token, outside.app.clock.now()).await?;
    Ok(link.filter(|l| l.purpose == purpose))
}

async fn show_form(outside: &Outside, token: &str, invitation: bool) -> Result<Response, Problem> {
    let purpose = if invitation { "invitation" } else { "reset" };
    let p = outside.page.clone();
    match living(outside, token, purpose).await? {
        Some(link) => {
            let f = outside.fields.clone();
            shown(outside, StatusCode::OK, &NewPasswordPage { p, f, email: link.email, invitation })
        }
        None => shown(outside, StatusCode::NOT_FOUND, &DeadLinkPage { p, invitation }),
    }
}

pub async fn reset_form(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    show_form(&outside, &token, false).await
}

pub async fn invitation_form(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    show_form(&outside, &token, true).await
}

pub async fn reset(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    set(outside, &token, false).await
}

pub async fn accept(Path(token): Path<String>, outside: Outside) -> Result<Response, Problem> {
    set(outside, &token, true).await
}

async fn set(mut outside: Outside, token: &str, invitation: bool) -> Result<Response, Problem> {
    let app = outside.app.clone();
    let now = app.clock.now();
    let purpose = if invitation { "invitation" } else { "reset" };
    let p = outside.page.clone();
    let Some(link) = living(&outside, token, purpose).await? else {
        return shown(&outside, StatusCode::NOT_FOUND, &DeadLinkPage { p, invitation });
    };
    let typed = outside.fields.value("password").to_owned();
    if let Some(weakness) = password::weakness(&typed, &link.email) {
        outside.fields.fail("password", weakness);
    } else if typed != outside.fields.value("again") {
        outside.fields.fail("again", Message::new("password-differs"));
    }
    if !outside.fields.is_valid() {
        let f = outside.fields.clone();
        let page = NewPasswordPage { p, f, email: link.email, invitation };
        return shown(&outside, StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let hash = password::hash(typed).await?;
    let mut tx = app.db.outside(Intent::Write, &outside.statements).await?;
    tx.become_account(link.account).await?;
    if !store::use_link(&mut tx, &link, now).await? {
        return shown(&outside, StatusCode::NOT_FOUND, &DeadLinkPage { p, invitation });
    }
    store::set_password(&mut tx, link.account, &hash, now).await?;
    if !invitation {
        // the second factor, where there is one, is still asked for
        tx.commit().await?;
        return Ok(Redirect::to("/sign-in?done=password-set").into_response());
    }
    store::accept_invitations(&mut tx).await?;
    let session = store::start_session(&mut tx, link.account, &outside.visitor, false, now).await?;
    tx.commit().await?;
    Ok(with_session(&app, &session, "/?done=welcome"))
}

pub(super) async fn invite(tx: &mut ProcessTx, invitation: &Invitation<'_>) -> sqlx::Result<AccountId> {
    let account = store::account_of(tx.conn(), invitation.email).await?;
    let token = store::make_link(tx.conn(), account, "invitation", invitation.now + INVITATION_LASTS).await?;
    let link = format!("{}/invitation/{}", invitation.base_url, token.expose());
    let role = text(&invitation.locale, invitation.role);
    let letter = Letter::new(
        invitation.locale,
        invitation.email,
        &Message::new("letter-invitation-subject").with("process", invitation.process),
        &Message::new("letter-invitation-body")
            .with("process", invitation.process)
            .with("role", role)
            .with("by", invitation.by)
            .with("link", link),
    );
    mail::queue(tx, &letter).await?;
    Ok(account)
}
