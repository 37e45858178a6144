//! Published reports, as everyone may read them: that the Board has adopted them, under which number, and the parts that were
//! marked. Needs, responses and their analysis are no part of it.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::model::Report;
use super::store::{self, Frozen, Listed};
use super::text::ReportText;
use super::{id, show};
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "reports/public_list.html")]
struct ListPage {
    p: Page,
    reports: Vec<Listed>,
}

pub async fn list(inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, .. } = inside;
    let reports = store::list(&mut tx, true).await?;
    Ok(Html(ListPage { p, reports }.render()?).into_response())
}

#[derive(Template)]
#[template(path = "reports/public_page.html")]
struct ReportPage {
    p: Page,
    report: Report,
    published: Frozen,
    text: ReportText,
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, .. } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    // a member who reads the public side reads no more of it than anybody
    let published = match report.published_at {
        Some(_) => store::published(&mut tx, report.id).await?.ok_or(Problem::NotFound)?,
        None => return Err(Problem::NotFound),
    };
    let text = show::read(&published)?;
    Ok(Html(ReportPage { p, report, published, text }.render()?).into_response())
}
