//! One's own account: password, sessions, processes.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::{account_store as store, password};
use crate::kernel::auth::InAccount;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::SessionId;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage {
    p: Page,
    f: Fields,
    email: String,
    own: SessionId,
    means: store::Means,
    sessions: Vec<store::Session>,
}

impl AccountPage {
    /// Which browser it is, in words; the header is the browser's own claim and is shown as text only.
    fn agent(&self, session: &store::Session) -> String {
        let agent = session.user_agent.as_str();
        let browser = [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
        let system = [
            ("Windows", "Windows"),
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ];
        let find =
            |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
        match (find(&browser), find(&system)) {
            (Some(browser), Some(system)) => self.p.t2("account-browser-on", "browser", browser, "system", system),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => self.p.t("account-browser-unknown"),
        }
    }
}

async fn page(mut inside: InAccount, status: StatusCode) -> Result<Response, Problem> {
    let means = store::means(&mut inside.tx).await?;
    let sessions = store::sessions(&mut inside.tx, inside.app.clock.now()).await?;
    let mut f = inside.fields;
    for secret in ["old", "password", "again"] {
        f.remove(secret);
    }
    let page = AccountPage { p: inside.page, f, email: inside.facts.email, own: inside.facts.session, means, sessions };
    Ok((status, Html(page.render()?)).into_response())
}

pub async fn show(inside: InAccount) -> Result<Response, Problem> {
    page(inside, StatusCode::OK).await
}

pub async fn change_password(mut inside: InAccount) -> Result<Response, Problem> {
    let means = store::means(&mut inside.tx).await?;
    let (old, new) = (inside.fields.value("old").to_owned(), inside.fields.value("password").to_owned());
    let subject = inside.app.secret.blind("sign_in", &inside.facts.email);
    let now = inside.app.clock.now();
    let failures = super::store::failures(&mut inside.tx, "sign_in", &subject, now).await?;
    if failures >= inside.app.limits.sign_in_per_account {
        return Err(Problem::TooMany { minutes: super::store::WINDOW.num_minutes() });
    }
    if !password::verify(old, means.password_hash).await? {
        super::store::note_failure(&mut inside.tx, "sign_in", &subject, now).await?;
        inside.fields.fail("old", Message::new("password-old-wrong"));
    } else if let Some(weakness) = password::weakness(&new, &inside.facts.email) {
        inside.fields.fail("password", weakness);
    } else if new != inside.fields.value("again") {
        inside.fields.fail("again", Message::new("password-differs"));
    }
    if !inside.fields.is_valid() {
        // the failure stays counted; the page is made in a transaction of its own
        let InAccount { app, tx, facts, page: frame, fields } = inside;
        tx.commit().await?;
        let tx = app.db.outside(crate::kernel::db::Intent::Read, &crate::kernel::db::Statements::default()).await?;
        let mut inside = InAccount { app, tx, facts, page: frame, fields };
        let account = inside.facts.account;
        inside.tx.become_account(account).await?;
        return page(inside, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let hash = password::hash(new).await?;
    store::set_password(&mut inside.tx, &hash, inside.facts.session, now).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=password-changed").into_response())
}

pub async fn end_session(Path(id): Path<uuid::Uuid>, mut inside: InAccount) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    if !store::end_session(&mut inside.tx, SessionId(id), now).await? {
        return Err(Problem::NotFound);
    }
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=session-ended").into_response())
}

pub async fn end_others(mut inside: InAccount) -> Result<Response, Problem> {
    let now = inside.app.clock.now();
    store::end_others(&mut inside.tx, inside.facts.session, now).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=sessions-ended").into_response())
}
