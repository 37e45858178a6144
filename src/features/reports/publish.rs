//! Publishing an adopted report, and taking it from the public side again. What everybody reads is what was frozen at the
//! adoption, and of it the parts that were marked.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::life::State;
use super::model::Report;
use super::{id, store, store_write};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// The form by itself: where it was sent without a reason.
#[derive(Template)]
#[template(path = "reports/withdraw.html")]
struct WithdrawPage {
    p: Page,
    f: Fields,
    report: Report,
}

pub async fn publish(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    let by = member.require(Permission::ReportPublish, &report.scope())?.clone();
    let take_back = f.value("do") == "withdraw";
    if store_write::hold(&mut tx, report.id).await? != State::Adopted {
        return Err(Problem::Conflict(Message::new("report-publish-not-now")));
    }
    let why = if take_back { f.required("why", 1_000) } else { String::new() };
    if !f.is_valid() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(WithdrawPage { p, f, report }.render()?)).into_response());
    }
    let done = if take_back { "report-withdrawn" } else { "report-public" };
    let there = Redirect::to(&report.link(&p, &format!("?done={done}"))).into_response();
    // pressed twice, it is done once, and its day stays
    if report.published_at.is_some() != take_back {
        return Ok(there);
    }
    let now = app.clock.now();
    store_write::publish(&mut tx, report.id, (!take_back).then_some(now)).await?;
    let event = if take_back { "report-unpublished" } else { "report-published" };
    let entry = Entry { subject: Subject::MappingReport, id: report.id.0, event, changes: Changes::new(), why: &why };
    history::record_at(&mut tx, Some(&by), entry, now).await?;
    tx.commit().await?;
    Ok(there)
}
