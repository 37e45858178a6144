//! Giving the second factor, setting it up, removing it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::account::back;
use super::account_store::{self, Means};
use super::factor::{Code, Picture, Shared, recovery_codes, recovery_hash};
use super::{letters, limits, next, pages, password, store};
use crate::kernel::auth::InAccount;
use crate::kernel::db::{AccountFacts, AccountTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::Role;
use crate::kernel::state::App;

#[derive(Template)]
#[template(path = "sign_in/second_factor.html")]
struct AskPage {
    p: Page,
    f: Fields,
    next: Option<String>,
    notice: Option<String>,
}

fn next_of(fields: &Fields) -> Option<String> {
    next::local(fields.value("next")).map(str::to_owned)
}

fn ask_page(page: Page, fields: Fields, status: StatusCode, notice: Option<String>) -> Result<Response, Problem> {
    let next = next_of(&fields);
    let html = AskPage { p: page, f: fields, next, notice }.render()?;
    Ok(pages::shown(status, html))
}

/// Where somebody goes who has nothing to give here.
fn onward(fields: &Fields) -> Response {
    Redirect::to(next_of(fields).as_deref().unwrap_or("/")).into_response()
}

pub async fn ask(inside: InAccount) -> Result<Response, Problem> {
    if inside.facts.second_factor || !inside.facts.enrolled {
        return Ok(onward(&inside.fields));
    }
    let mut fields = inside.fields;
    fields.remove("code");
    ask_page(inside.page, fields, StatusCode::OK, None)
}

pub async fn give(inside: InAccount) -> Result<Response, Problem> {
    let InAccount { app, mut tx, facts, page, mut fields } = inside;
    if facts.second_factor || !facts.enrolled {
        return Ok(onward(&fields));
    }
    let Some(tried) = begin(&mut tx, &app, &facts).await? else {
        let notice = Some(page.t1("sign-in-too-many", "minutes", limits::MINUTES));
        return ask_page(page, fields, StatusCode::TOO_MANY_REQUESTS, notice);
    };
    let means = account_store::means(&mut tx, facts.account).await?;
    if !is_right(&mut tx, &app, &facts, &means, fields.value("code")).await? {
        // the try is kept, that is what it is for
        tx.commit().await?;
        fields.fail("code", Message::new("second-factor-wrong"));
        return ask_page(page, fields, StatusCode::UNPROCESSABLE_ENTITY, None);
    }
    limits::succeeded(&mut tx, &tried).await?;
    let token = store::renew_session(&mut tx, facts.session, true).await?;
    if let Some(Code::Recovery(_)) = Code::parse(fields.value("code")) {
        letters::tell(&mut tx, &app, page.locale, &facts.email, letters::Event::CodeUsed).await?;
    }
    tx.commit().await?;
    Ok(pages::with_session(&app, &token, onward(&fields)))
}

async fn begin(tx: &mut AccountTx, app: &App, facts: &AccountFacts) -> sqlx::Result<Option<limits::Try>> {
    limits::begin(tx, app, limits::Kind::SecondFactor, limits::Whose::Known(facts.account), None, app.clock.now()).await
}

/// Whether it is a code that counts; one that does is used up with the transaction.
async fn is_right(
    tx: &mut AccountTx,
    app: &App,
    facts: &AccountFacts,
    means: &Means,
    typed: &str,
) -> Result<bool, Problem> {
    let Some(sealed) = &means.factor else { return Ok(false) };
    let now = app.clock.now();
    Ok(match Code::parse(typed) {
        None => false,
        Some(Code::Recovery(figures)) => {
            let hash = recovery_hash(&app.secret, facts.account, &figures);
            account_store::use_code(tx, facts.account, &hash, now).await?
        }
        Some(Code::Device(figures)) => match Shared::opened(&app.secret, facts.account, sealed)?.step(&figures, now)? {
            Some(step) => account_store::use_step(tx, facts.account, step).await?,
            None => false,
        },
    })
}

#[derive(Template)]
#[template(path = "sign_in/set_up.html")]
struct SetUpPage {
    p: Page,
    f: Fields,
    picture: Picture,
    spelled: String,
    pending: String,
    next: Option<String>,
    required: bool,
}

#[derive(Template)]
#[template(path = "sign_in/factor.html")]
struct FactorPage {
    p: Page,
    f: Fields,
    codes: i64,
    required: bool,
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in/codes.html")]
struct CodesPage {
    p: Page,
    codes: Vec<String>,
    next: Option<String>,
}

/// Whether the installation asks for a second factor in one of the account's roles.
async fn required(tx: &mut AccountTx, app: &App, facts: &AccountFacts) -> sqlx::Result<bool> {
    if !app.second_factor_required {
        return Ok(false);
    }
    let own = store::own_memberships(tx, app.clock.today()).await?;
    Ok(facts.operator || own.iter().filter_map(|m| Role::parse(&m.role)).any(Role::needs_second_factor))
}

fn set_up_page(
    app: &App,
    facts: &AccountFacts,
    p: Page,
    f: Fields,
    shared: &Shared,
    required: bool,
) -> Result<Response, Problem> {
    let host = url::Url::parse(&app.base_url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default();
    let status = if f.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SetUpPage {
        picture: shared.picture(&facts.email, &host)?,
        spelled: shared.spelled()?,
        pending: shared.pending(&app.secret, facts.session)?,
        next: next_of(&f),
        p,
        f,
        required,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// This page can be had with the password alone, so that a factor can be set up: not to get around one that is.
fn given_first(facts: &AccountFacts) -> Result<(), Problem> {
    if facts.enrolled && !facts.second_factor {
        return Err(Problem::Elsewhere(next::with("/sign-in/second-factor", Some("/account/second-factor"))));
    }
    Ok(())
}

pub async fn show(inside: InAccount) -> Result<Response, Problem> {
    let InAccount { app, mut tx, facts, page, mut fields } = inside;
    given_first(&facts)?;
    let required = required(&mut tx, &app, &facts).await?;
    fields.remove("code");
    if !facts.enrolled {
        return set_up_page(&app, &facts, page, fields, &Shared::new(), required);
    }
    let codes = account_store::means(&mut tx, facts.account).await?.codes;
    let html = FactorPage { p: page, f: Fields::default(), codes, required, notice: None }.render()?;
    Ok(Html(html).into_response())
}

pub async fn set_up(inside: InAccount) -> Result<Response, Problem> {
    let InAccount { app, mut tx, facts, page, mut fields } = inside;
    given_first(&facts)?;
    if facts.enrolled {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    // a page of an earlier session, or none of ours: begun anew
    let Some(shared) = Shared::from_pending(&app.secret, facts.session, fields.value("pending")) else {
        return Ok(Redirect::to(&next::with("/account/second-factor", next_of(&fields).as_deref())).into_response());
    };
    let step = match Code::parse(fields.value("code")) {
        Some(Code::Device(figures)) => shared.step(&figures, app.clock.now())?,
        _ => None,
    };
    let Some(step) = step else {
        fields.fail("code", Message::new("second-factor-set-up-wrong"));
        let required = required(&mut tx, &app, &facts).await?;
        return set_up_page(&app, &facts, page, fields, &shared, required);
    };
    let sealed = shared.sealed(&app.secret, facts.account)?;
    if !account_store::set_factor(&mut tx, facts.account, &sealed, step).await? {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    letters::tell(&mut tx, &app, page.locale, &facts.email, letters::Event::FactorSet).await?;
    shown_once(app, tx, facts, page, next_of(&fields)).await
}

/// Makes recovery codes and shows them, for the only time; commits.
async fn shown_once(
    app: App,
    mut tx: AccountTx,
    facts: AccountFacts,
    mut page: Page,
    next: Option<String>,
) -> Result<Response, Problem> {
    let codes = recovery_codes();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(&app.secret, facts.account, code)).collect();
    account_store::set_codes(&mut tx, facts.account, &hashes).await?;
    let token = store::renew_session(&mut tx, facts.session, true).await?;
    tx.commit().await?;
    // the forms of this very page belong to the new session already
    page.form_token = app.secret.form_token(token.expose());
    let html = CodesPage { p: page, codes, next }.render()?;
    Ok(pages::with_session(&app, &token, Html(html)))
}

/// Password and code together, for what weakens or replaces the factor; answers the transaction to do it in.
async fn confirmed(inside: InAccount) -> Result<Result<(App, AccountTx, AccountFacts, Page), Response>, Problem> {
    let InAccount { app, mut tx, facts, page, mut fields } = inside;
    let (typed, code) = (fields.value("password").to_owned(), fields.value("code").to_owned());
    fields.required("password", 10_000);
    fields.required("code", 100);
    let required = required(&mut tx, &app, &facts).await?;
    let means = account_store::means(&mut tx, facts.account).await?;
    let again = |page: Page, fields: Fields, status: StatusCode, notice: Option<String>| -> Result<Response, Problem> {
        let html = FactorPage { p: page, f: fields, codes: means.codes, required, notice }.render()?;
        Ok(pages::shown(status, html))
    };
    if !fields.is_valid() {
        return Ok(Err(again(page, fields, StatusCode::UNPROCESSABLE_ENTITY, None)?));
    }
    let tried = begin(&mut tx, &app, &facts).await?;
    tx.commit().await?;
    let Some(tried) = tried else {
        let notice = Some(page.t1("sign-in-too-many", "minutes", limits::MINUTES));
        return Ok(Err(again(page, fields, StatusCode::TOO_MANY_REQUESTS, notice)?));
    };
    if !password::verify(&typed, means.hash.as_deref()).await? {
        fields.fail("password", Message::new("password-old-wrong"));
        return Ok(Err(again(page, fields, StatusCode::UNPROCESSABLE_ENTITY, None)?));
    }
    let mut tx = back(&app, &facts).await?;
    if !is_right(&mut tx, &app, &facts, &means, &code).await? {
        fields.fail("code", Message::new("second-factor-wrong"));
        return Ok(Err(again(page, fields, StatusCode::UNPROCESSABLE_ENTITY, None)?));
    }
    limits::succeeded(&mut tx, &tried).await?;
    Ok(Ok((app, tx, facts, page)))
}

pub async fn remove(mut inside: InAccount) -> Result<Response, Problem> {
    if !inside.facts.enrolled {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    if required(&mut inside.tx, &inside.app, &inside.facts).await? {
        return Err(Problem::Refused(Message::new("second-factor-required")));
    }
    let (app, mut tx, facts, page) = match confirmed(inside).await? {
        Ok(confirmed) => confirmed,
        Err(response) => return Ok(response),
    };
    account_store::remove_factor(&mut tx, facts.account).await?;
    let token = store::renew_session(&mut tx, facts.session, false).await?;
    letters::tell(&mut tx, &app, page.locale, &facts.email, letters::Event::FactorRemoved).await?;
    tx.commit().await?;
    Ok(pages::with_session(&app, &token, Redirect::to("/account?done=second-factor-removed")))
}

pub async fn new_codes(inside: InAccount) -> Result<Response, Problem> {
    if !inside.facts.enrolled {
        return Ok(Redirect::to("/account/second-factor").into_response());
    }
    let (app, mut tx, facts, page) = match confirmed(inside).await? {
        Ok(confirmed) => confirmed,
        Err(response) => return Ok(response),
    };
    letters::tell(&mut tx, &app, page.locale, &facts.email, letters::Event::CodesRenewed).await?;
    shown_once(app, tx, facts, page, None).await
}
