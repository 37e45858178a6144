//! Published plans, as everyone may read them: the adopted text with its own checksum. Positions, votes and remarks are no
//! part of it, and neither is anything that was written since.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::model::Plan;
use super::store::{self, Listed};
use super::text::{NodeText, PlanText};
use super::{export, id};
use crate::features::documents::{self, Published};
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

#[derive(Template)]
#[template(path = "plans/public_list.html")]
struct ListPage {
    p: Page,
    plans: Vec<Listed>,
}

pub async fn list(inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, .. } = inside;
    let plans = store::list(&mut tx).await?;
    Ok(Html(ListPage { p, plans }.render()?).into_response())
}

#[derive(Template)]
#[template(path = "plans/public_plan.html")]
struct PlanPage {
    p: Page,
    plan: Plan,
    published: store::Published,
    text: PlanText,
}

impl PlanPage {
    fn depth(&self, node: &&NodeText) -> usize {
        self.text.depth(node)
    }
}

#[derive(Template)]
#[template(path = "plans/public_wait.html")]
struct WaitPage {
    p: Page,
    plan: Plan,
    title: String,
}

/// The published text as a file, with the checksum of the published text on it.
pub async fn file(Path((_, key)): Path<(String, String)>, inside: InPublic) -> Result<Response, Problem> {
    let InPublic { app, mut tx, page: p, fields: f, .. } = inside;
    let format = export::format(&f)?;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let published = store::published_text(&mut tx, plan.id).await?.ok_or(Problem::NotFound)?;
    let text = PlanText::parse(&published.content).map_err(anyhow::Error::from)?;
    // of the day on which it was adopted, so that the file of today is the file of tomorrow
    let adopted = Page { today: published.adopted_at.date_naive(), ..p.clone() };
    let which = p.t1("plan-public-which", "day", p.day_of(&published.adopted_at));
    let making = export::paper(&adopted, &plan, &text, &which, &published.checksum, format);
    match documents::published(tx, published.snapshot, making, app.clock.now()).await? {
        Published::Ready(bytes) => {
            let name = p.frame().map_or_else(|| text.title.clone(), |f| f.coded(&text.title));
            Ok(documents::as_file(format, &documents::file_name(&name), bytes))
        }
        Published::ToCome => {
            let page = WaitPage { p, plan, title: text.title };
            Ok((StatusCode::ACCEPTED, Html(page.render()?)).into_response())
        }
    }
}

pub async fn plan(Path((_, key)): Path<(String, String)>, inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let published = store::published_text(&mut tx, plan.id).await?.ok_or(Problem::NotFound)?;
    let text = PlanText::parse(&published.content).map_err(anyhow::Error::from)?;
    Ok(Html(PlanPage { p, plan, published, text }.render()?).into_response())
}
