//! One's own account: what one takes part in, the password, the sessions.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::account_store::{self, Means, Session, Tokens};
use super::store::{self, Own};
use super::{agent, letters, limits, links, pages, password};
use crate::kernel::auth::InAccount;
use crate::kernel::db::{AccountFacts, AccountTx, Intent, Statements};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::SessionId;
use crate::kernel::page::Page;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage {
    p: Page,
    f: Fields,
    facts: AccountFacts,
    means: Means,
    own: Vec<Own>,
    sessions: Vec<Session>,
    /// What goes on where a session is ended.
    tokens: Vec<Tokens>,
    notice: Option<String>,
}

impl AccountPage {
    fn others(&self) -> bool {
        self.sessions.iter().any(|s| s.id != self.facts.session)
    }
    fn invited(&self) -> bool {
        self.own.iter().any(Own::invited)
    }
}

impl Own {
    fn invited(&self) -> bool {
        self.state == "invited"
    }
    fn suspended(&self) -> bool {
        self.state == "suspended"
    }
    fn role(&self, p: &Page) -> String {
        Role::parse(&self.role).map(|r| p.t(r.label())).unwrap_or_default()
    }
}

impl Session {
    fn agent(&self, p: &Page) -> String {
        match agent::parts(&self.agent) {
            (Some(program), Some(system)) => p.t2("account-agent", "program", program, "system", system),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => p.t("account-agent-unknown"),
        }
    }
}

pub async fn show(inside: InAccount) -> Result<Response, Problem> {
    let InAccount { app, mut tx, facts, page, .. } = inside;
    account_page(&app, &mut tx, facts, page, Fields::default(), StatusCode::OK, None).await
}

async fn account_page(
    app: &App,
    tx: &mut AccountTx,
    facts: AccountFacts,
    p: Page,
    f: Fields,
    status: StatusCode,
    notice: Option<String>,
) -> Result<Response, Problem> {
    let means = account_store::means(tx, facts.account).await?;
    let own = store::own_memberships(tx, app.clock.today()).await?;
    let sessions = account_store::sessions(tx, facts.account, app.clock.now()).await?;
    let tokens = account_store::tokens(tx, app.clock.now()).await?;
    let html = AccountPage { p, f, facts, means, own, sessions, tokens, notice }.render()?;
    Ok(pages::shown(status, html))
}

/// A transaction of the same account after what took time outside of any; nothing if its session has ended meanwhile.
pub async fn back(app: &App, facts: &AccountFacts) -> Result<AccountTx, Problem> {
    let mut tx = app.db.outside(Intent::Write, &Statements::default()).await?;
    tx.become_account(facts.account).await?;
    let lives =
        account_store::sessions(&mut tx, facts.account, app.clock.now()).await?.iter().any(|s| s.id == facts.session);
    if lives { Ok(tx) } else { Err(Problem::SignedOut { next: "/account".to_owned() }) }
}

pub async fn change_password(inside: InAccount) -> Result<Response, Problem> {
    let InAccount { app, mut tx, facts, page, mut fields } = inside;
    let old = fields.value("old_password").to_owned();
    fields.required("old_password", 10_000);
    let new = links::read_password(&mut fields, &facts.email);
    if !fields.is_valid() {
        return account_page(&app, &mut tx, facts, page, fields, StatusCode::UNPROCESSABLE_ENTITY, None).await;
    }
    // guesses at the old password count as guesses at sign-in
    let whose = limits::Whose::Known(facts.account);
    let tried = limits::begin(&mut tx, &app, limits::Kind::SignIn, whose, None, app.clock.now()).await?;
    let Some(tried) = tried else {
        let notice = Some(page.t1("sign-in-too-many", "minutes", limits::MINUTES));
        return account_page(&app, &mut tx, facts, page, fields, StatusCode::TOO_MANY_REQUESTS, notice).await;
    };
    let stored = account_store::means(&mut tx, facts.account).await?.hash;
    tx.commit().await?;

    let right = password::verify(&old, stored.as_deref()).await?;
    if !right {
        fields.fail("old_password", Message::new("password-old-wrong"));
        let mut tx = back(&app, &facts).await?;
        return account_page(&app, &mut tx, facts, page, fields, StatusCode::UNPROCESSABLE_ENTITY, None).await;
    }
    let hash = password::hash(&new).await?;
    let now: DateTime<Utc> = app.clock.now();
    let mut tx = back(&app, &facts).await?;
    limits::succeeded(&mut tx, &tried).await?;
    store::set_password(&mut tx, facts.account, &hash, now).await?;
    store::end_sessions(&mut tx, facts.account, Some(facts.session), now).await?;
    let tokens = store::end_tokens(&mut tx, now).await? > 0;
    let token = store::renew_session(&mut tx, facts.session, false).await?;
    letters::tell(&mut tx, &app, page.locale, &facts.email, letters::Event::PasswordChanged { tokens }).await?;
    tx.commit().await?;
    let to = if tokens { "/account?done=password-changed-tokens" } else { "/account?done=password-changed" };
    Ok(pages::with_session(&app, &token, Redirect::to(to)))
}

pub async fn take_part(mut inside: InAccount) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    store::take_up_invitations(&mut inside.tx, now).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=takes-part").into_response())
}

pub async fn end_session(Path(id): Path<SessionId>, mut inside: InAccount) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    if !account_store::end_session(&mut inside.tx, inside.facts.account, id, now).await? {
        return Err(Problem::NotFound);
    }
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=session-ended").into_response())
}

pub async fn end_others(mut inside: InAccount) -> Result<Response, Problem> {
    let (facts, now) = (&inside.facts, inside.app.clock.now());
    store::end_sessions(&mut inside.tx, facts.account, Some(facts.session), now).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=sessions-ended").into_response())
}
