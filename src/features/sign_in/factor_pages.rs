//! Giving the second factor at sign-in; setting it up, removing it, new recovery codes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::pages::{home_of, local, with_session};
use super::{account_store as store, factor, password};
use crate::kernel::auth::InAccount;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "sign_in/factor.html")]
struct GivePage {
    p: Page,
    f: Fields,
}

#[derive(Template)]
#[template(path = "sign_in/factor_set_up.html")]
struct SetUpPage {
    p: Page,
    f: Fields,
    required: bool,
    /// The secret that is being set up, as people type it; it comes back with the form and is stored when a code fits.
    secret: String,
    qr_size: i32,
    qr_path: String,
}

#[derive(Template)]
#[template(path = "sign_in/factor_codes.html")]
struct CodesPage {
    p: Page,
    codes: Vec<String>,
    next: String,
}

fn html(status: StatusCode, page: &impl Template) -> Result<Response, Problem> {
    Ok((status, Html(page.render()?)).into_response())
}

/// Too many wrong codes close the door for a while; the limit is the account's, whatever the address.
async fn check_limit(inside: &mut InAccount) -> Result<Vec<u8>, Problem> {
    let subject = inside.app.secret.blind("second_factor", &inside.facts.account.to_string());
    let now = inside.app.clock.now();
    let failures = super::store::failures(&mut inside.tx, "second_factor", &subject, now).await?;
    if failures >= inside.app.limits.sign_in_per_account {
        return Err(Problem::TooMany { minutes: super::store::WINDOW.num_minutes() });
    }
    Ok(subject)
}

pub async fn ask(inside: InAccount) -> Result<Response, Problem> {
    if !inside.facts.enrolled || inside.facts.second_factor {
        return Ok(Redirect::to(&next(&inside)).into_response());
    }
    html(StatusCode::OK, &GivePage { p: inside.page, f: inside.fields })
}

fn next(inside: &InAccount) -> String {
    local(inside.fields.value("next")).map_or_else(|| home_of(&inside.facts), str::to_owned)
}

pub async fn give(mut inside: InAccount) -> Result<Response, Problem> {
    let subject = check_limit(&mut inside).await?;
    let means = store::means(&mut inside.tx).await?;
    let Some(sealed) = &means.totp_secret else { return Ok(Redirect::to(&next(&inside)).into_response()) };
    let now = inside.app.clock.now();
    let typed = inside.fields.value("code").to_owned();
    let secret = factor::open(&inside.app.secret, inside.facts.account, sealed)?;
    let totp = factor::totp(&secret, &inside.facts.email)?;
    let step = factor::step_of(&totp, &typed, now, means.totp_last_step);
    let given = step.is_some() || store::use_code(&mut inside.tx, &factor::recovery_hash(&typed), now).await?;
    if !given {
        super::store::note_failure(&mut inside.tx, "second_factor", &subject, now).await?;
        inside.tx.commit().await?;
        inside.fields.fail("code", Message::new("factor-wrong"));
        inside.fields.remove("code");
        return html(StatusCode::UNPROCESSABLE_ENTITY, &GivePage { p: inside.page, f: inside.fields });
    }
    super::store::forget_failures(&mut inside.tx, "second_factor", &subject).await?;
    let token = store::factor_given(&mut inside.tx, inside.facts.session, step).await?;
    let next = next(&inside);
    inside.tx.commit().await?;
    Ok(with_session(&inside.app, &token, &next))
}

fn set_up_page(p: Page, f: Fields, email: &str, secret: &[u8], required: bool) -> Result<SetUpPage, Problem> {
    let totp = factor::totp(secret, email)?;
    let address = totp.to_url().map_err(|e| anyhow::anyhow!("the second factor's address: {e:?}"))?;
    let (qr_size, qr_path) = factor::qr(&address)?;
    let secret = totp_rs::Secret::new(secret.to_vec().into_boxed_slice()).to_base32();
    Ok(SetUpPage { p, f, required, secret, qr_size, qr_path })
}

pub async fn set_up_form(mut inside: InAccount) -> Result<Response, Problem> {
    // an account that has one comes here only after giving it
    if inside.facts.enrolled {
        return Ok(Redirect::to("/account").into_response());
    }
    let means = store::means(&mut inside.tx).await?;
    let required = means.factor_required && inside.app.second_factor_required;
    let secret = crate::kernel::random::bytes::<{ factor::SECRET_BYTES }>();
    html(StatusCode::OK, &set_up_page(inside.page, inside.fields, &inside.facts.email, &secret, required)?)
}

pub async fn set_up(mut inside: InAccount) -> Result<Response, Problem> {
    check_limit(&mut inside).await?;
    let means = store::means(&mut inside.tx).await?;
    if means.totp_secret.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    let now = inside.app.clock.now();
    let given = totp_rs::Secret::try_from_base32(inside.fields.value("secret")).map_err(|_| Problem::Bad("secret"))?;
    let secret = given.as_bytes().to_vec();
    if secret.len() != factor::SECRET_BYTES {
        return Err(Problem::Bad("secret"));
    }
    let totp = factor::totp(&secret, &inside.facts.email)?;
    let Some(step) = factor::step_of(&totp, inside.fields.value("code"), now, None) else {
        inside.fields.fail("code", Message::new("factor-wrong"));
        let required = means.factor_required && inside.app.second_factor_required;
        let page = set_up_page(inside.page, inside.fields, &inside.facts.email, &secret, required)?;
        return html(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let sealed = factor::seal(&inside.app.secret, inside.facts.account, &secret)?;
    store::set_factor(&mut inside.tx, Some(&sealed), Some(step)).await?;
    let token = store::factor_given(&mut inside.tx, inside.facts.session, Some(step)).await?;
    let next = next(&inside);
    let page = codes(&mut inside, next).await?;
    inside.tx.commit().await?;
    let mut response = page;
    if let Some(cookie) = crate::kernel::auth::set_session(&inside.app, &token) {
        response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Makes new recovery codes and shows them: this once.
async fn codes(inside: &mut InAccount, next: String) -> Result<Response, Problem> {
    let codes = factor::recovery_codes();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|c| factor::recovery_hash(c)).collect();
    store::set_codes(&mut inside.tx, inside.facts.account, &hashes).await?;
    html(StatusCode::OK, &CodesPage { p: inside.page.clone(), codes, next })
}

/// Password and code together, for what weakens or replaces the factor.
async fn proven(inside: &mut InAccount) -> Result<bool, Problem> {
    let subject = check_limit(inside).await?;
    let means = store::means(&mut inside.tx).await?;
    let Some(sealed) = &means.totp_secret else { return Ok(false) };
    let now = inside.app.clock.now();
    let secret = factor::open(&inside.app.secret, inside.facts.account, sealed)?;
    let totp = factor::totp(&secret, &inside.facts.email)?;
    let step = factor::step_of(&totp, inside.fields.value("code"), now, means.totp_last_step);
    let right = password::verify(inside.fields.value("current_password").to_owned(), means.password_hash).await?;
    if step.is_none() || !right {
        super::store::note_failure(&mut inside.tx, "second_factor", &subject, now).await?;
        return Ok(false);
    }
    store::set_factor(&mut inside.tx, Some(sealed), step).await?;
    Ok(true)
}

pub async fn remove(mut inside: InAccount) -> Result<Response, Problem> {
    let means = store::means(&mut inside.tx).await?;
    if means.factor_required && inside.app.second_factor_required {
        return Err(Problem::Refused(Message::new("factor-required-here")));
    }
    if !proven(&mut inside).await? {
        inside.tx.commit().await?;
        return Ok(Redirect::to("/account?done=factor-not-proven").into_response());
    }
    store::set_factor(&mut inside.tx, None, None).await?;
    store::set_codes(&mut inside.tx, inside.facts.account, &[]).await?;
    inside.tx.commit().await?;
    Ok(Redirect::to("/account?done=factor-removed").into_response())
}

pub async fn new_codes(mut inside: InAccount) -> Result<Response, Problem> {
    if !proven(&mut inside).await? {
        inside.tx.commit().await?;
        return Ok(Redirect::to("/account?done=factor-not-proven").into_response());
    }
    let page = codes(&mut inside, "/account".to_owned()).await?;
    inside.tx.commit().await?;
    Ok(page)
}
