//! The operator's pages.

use askama::Template as _;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::model::{Founding, State, Template};
use super::store::{self, Act, Listed, Setting};
use crate::kernel::auth::InPlatform;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::{Message, text};
use crate::kernel::page::Page;

/// Acts shown beneath the list.
const ACTS: i32 = 50;

#[derive(askama::Template)]
#[template(path = "processes/list.html")]
struct ListPage {
    p: Page,
    processes: Vec<Listed>,
    acts: Vec<Act>,
}

pub async fn list(mut inside: InPlatform) -> Result<Response, Problem> {
    let processes = store::listed(&mut inside.tx).await?;
    let acts = store::acts(&mut inside.tx, ACTS).await?;
    Ok(Html(ListPage { p: inside.page, processes, acts }.render()?).into_response())
}

#[derive(askama::Template)]
#[template(path = "processes/new.html")]
struct NewPage {
    p: Page,
    f: Fields,
    templates: Vec<(&'static str, String)>,
}

fn form(p: Page, f: Fields) -> Result<Response, Problem> {
    let status = if f.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let templates = Template::ALL.iter().map(|t| (t.as_str(), p.t(t.label()))).collect();
    Ok((status, Html(NewPage { p, f, templates }.render()?)).into_response())
}

pub async fn new(inside: InPlatform) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    fields.set("process-template", Template::ThreePillars.as_str());
    form(inside.page, fields)
}

pub async fn found(inside: InPlatform) -> Result<Response, Problem> {
    let InPlatform { app, tx, facts, page, mut fields } = inside;
    let Some(founding) = Founding::read(&mut fields) else { return form(page, fields) };
    let setting = Setting { locale: page.locale, base_url: &app.base_url, clock: &app.clock };
    if !super::found(tx, Some(facts.account), &founding, setting).await? {
        fields.fail("process-slug", Message::new("processes-slug-taken"));
        return form(page, fields);
    }
    Ok(Redirect::to("/operator?done=process-founded").into_response())
}

#[derive(askama::Template)]
#[template(path = "processes/confirm.html")]
struct ConfirmPage {
    p: Page,
    f: Fields,
    process: Listed,
    suspend: bool,
}

async fn ask(mut inside: InPlatform, slug: &str, suspend: bool) -> Result<Response, Problem> {
    let process = store::one(&mut inside.tx, slug).await?;
    Ok(Html(ConfirmPage { p: inside.page, f: Fields::default(), process, suspend }.render()?).into_response())
}

pub async fn ask_suspend(Path(slug): Path<String>, inside: InPlatform) -> Result<Response, Problem> {
    ask(inside, &slug, true).await
}

pub async fn ask_resume(Path(slug): Path<String>, inside: InPlatform) -> Result<Response, Problem> {
    ask(inside, &slug, false).await
}

async fn set_state(mut inside: InPlatform, slug: &str, state: State) -> Result<Response, Problem> {
    let suspend = state == State::Suspended;
    let why = inside.fields.required("act-why", 1000);
    if !inside.fields.is_valid() {
        let process = store::one(&mut inside.tx, slug).await?;
        let page = ConfirmPage { p: inside.page, f: inside.fields, process, suspend };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    if !super::set_state(inside.tx, Some(inside.facts.account), slug, state, &why).await? {
        return Err(Problem::NotFound);
    }
    let done = if suspend { "process-suspended" } else { "process-resumed" };
    Ok(Redirect::to(&format!("/operator?done={done}")).into_response())
}

pub async fn suspend(Path(slug): Path<String>, inside: InPlatform) -> Result<Response, Problem> {
    set_state(inside, &slug, State::Suspended).await
}

pub async fn resume(Path(slug): Path<String>, inside: InPlatform) -> Result<Response, Problem> {
    set_state(inside, &slug, State::Active).await
}

impl Act {
    /// What was done, in words.
    fn told(&self, p: &Page) -> String {
        text(&p.locale, &format!("operator-act-{}", self.event.replace('_', "-")))
    }
}
