//! Published plans, as everyone may read them: the adopted text with its own checksum. Positions, votes and remarks are no
//! part of it, and neither is anything that was written since.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::id;
use super::model::Plan;
use super::store::{self, Listed, Published};
use super::text::{NodeText, PlanText};
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
    published: Published,
    text: PlanText,
}

impl PlanPage {
    fn depth(&self, node: &&NodeText) -> usize {
        self.text.depth(node)
    }
}

pub async fn plan(Path((_, key)): Path<(String, String)>, inside: InPublic) -> Result<Response, Problem> {
    let InPublic { mut tx, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let published = store::published_text(&mut tx, plan.id).await?.ok_or(Problem::NotFound)?;
    let text = PlanText::parse(&published.content).map_err(anyhow::Error::from)?;
    Ok(Html(PlanPage { p, plan, published, text }.render()?).into_response())
}
