//! Publishing a plan's adopted text, and taking it from the public side again: both have effect on everybody, so what was
//! done is said in so many words, and whoever takes a text back says why.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::life::State;
use super::model::Plan;
use super::{id, store, store_life, store_tree};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// The form by itself: where it was sent without a reason.
#[derive(Template)]
#[template(path = "plans/withdraw.html")]
struct WithdrawPage {
    p: Page,
    f: Fields,
    plan: Plan,
}

pub async fn publish(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let by = member.require(Permission::PlanPublish, &plan.scope())?;
    let take_back = f.value("do") == "withdraw";
    if !take_back && store::published_text(&mut tx, plan.id).await?.is_none() {
        return Err(Problem::Conflict(Message::new("plan-publish-no-text")));
    }
    let (state, _) = store_tree::hold(&mut tx, plan.id).await?;
    if !matches!(state, State::InForce | State::Closed | State::Superseded) {
        return Err(Problem::Conflict(Message::new("plan-publish-not-now")));
    }
    let why = if take_back { f.required("why", 1_000) } else { String::new() };
    if !f.is_valid() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(WithdrawPage { p, f, plan }.render()?)).into_response());
    }
    let done = if take_back { "plan-text-withdrawn" } else { "plan-text-public" };
    let there = Redirect::to(&plan.link(&p, &format!("?done={done}"))).into_response();
    // pressed twice, it is done once, and its day stays
    if plan.published_at.is_some() != take_back {
        return Ok(there);
    }
    store_life::publish(&mut tx, plan.id, (!take_back).then(|| app.clock.now())).await?;
    let event = if take_back { "plan-unpublished" } else { "plan-published" };
    let entry = Entry { subject: Subject::Plan, id: plan.id.0, event, changes: Changes::new(), why: &why };
    history::record(&mut tx, Some(by), entry).await?;
    tx.commit().await?;
    Ok(there)
}
