//! Somebody at what is no process's: their own account, or the registry of processes that the operator keeps.

use axum::extract::{FromRequest, Request};

use super::{Opened, lost, open, second_factor};
use crate::kernel::db::{AccountFacts, AccountTx, Entry, PlatformTx};
use crate::kernel::error::{LetIn, Problem};
use crate::kernel::form::Fields;
use crate::kernel::page::Page;
use crate::kernel::route::Access;
use crate::kernel::state::App;

/// Somebody at their own account.
pub struct InAccount {
    pub app: App,
    pub tx: AccountTx,
    pub facts: AccountFacts,
    pub page: Page,
    pub fields: Fields,
}

/// An operator at the registry of processes.
pub struct InPlatform {
    pub app: App,
    pub tx: PlatformTx,
    pub facts: AccountFacts,
    pub page: Page,
    pub fields: Fields,
}

impl FromRequest<App> for InAccount {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (request, kept) = lost::kept(request);
        let inside = match open(request, app).await {
            Ok(opened) => at_account(opened, app).await?,
            Err(problem) => return Err(lost::not_taken_at_account(kept, app, problem).await),
        };
        if inside.facts.stale {
            app.db.touch_session(inside.facts.session);
        }
        Ok(inside)
    }
}

pub(super) async fn at_account(opened: Opened, app: &App) -> Result<InAccount, Problem> {
    if opened.access()? != Access::Account {
        return Err(anyhow::anyhow!("an account's page on a route for others").into());
    }
    // whoever signs out and is out already has no business at their account
    let home = if opened.parts.uri.path() == "/sign-out" { "/" } else { "/account" };
    let Some(token) = opened.session.clone() else { return Err(opened.signed_out(app, None, home).await) };
    let (tx, facts) = match app.db.enter_account(&token, opened.intent(), &opened.statements).await? {
        Entry::In(inside) => *inside,
        _ => return Err(opened.signed_out(app, None, home).await),
    };
    // the pages where a factor is given or set up must be reachable before it is
    let setting_up =
        matches!(opened.parts.uri.path(), "/sign-in/second-factor" | "/account/second-factor" | "/sign-out");
    if !setting_up {
        second_factor(false, facts.enrolled, facts.second_factor, &opened.way_back(home))?;
    }
    let mut page = opened.page(app);
    page.email = Some(facts.email.clone());
    page.operator = facts.operator;
    page.others = facts.others.clone();
    LetIn::note(&opened.parts, &page);
    Ok(InAccount { app: app.clone(), tx, facts, page, fields: opened.fields })
}

impl FromRequest<App> for InPlatform {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (request, kept) = lost::kept(request);
        match open(request, app).await {
            Ok(opened) => in_platform(opened, app).await,
            Err(problem) => Err(lost::not_taken_in_platform(kept, app, problem).await),
        }
    }
}

pub(super) async fn in_platform(opened: Opened, app: &App) -> Result<InPlatform, Problem> {
    if opened.access()? != Access::Operator {
        return Err(anyhow::anyhow!("an operator's page on a route for others").into());
    }
    let Some(token) = opened.session.clone() else { return Err(opened.signed_out(app, None, "/operator").await) };
    let (tx, facts) = match app.db.enter_platform(&token, opened.intent(), &opened.statements).await? {
        Entry::In(inside) => *inside,
        _ => return Err(opened.signed_out(app, None, "/operator").await),
    };
    // that there are operators' pages is not told to others
    if !facts.operator {
        return Err(Problem::NotFound);
    }
    second_factor(app.second_factor_required, facts.enrolled, facts.second_factor, &opened.way_back("/operator"))?;
    let mut page = opened.page(app);
    page.email = Some(facts.email.clone());
    page.operator = true;
    page.others = facts.others.clone();
    LetIn::note(&opened.parts, &page);
    Ok(InPlatform { app: app.clone(), tx, facts, page, fields: opened.fields })
}
