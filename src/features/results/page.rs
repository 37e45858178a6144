//! What came of a plan: its indicators part by part, with what was aimed at and what is known.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::{Line, Measured, Results, shown, takes_figures};
use super::rules::{Figure, Total, Why};
use super::{id, store, store_progress};
use crate::features::plans::{self, Method, Plan};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::ids::PlanId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "results/page.html")]
struct ResultsPage {
    p: Page,
    plan: Plan,
    results: Results,
    /// A line for each beneficiary under its indicator.
    opened: bool,
    states: bool,
    writes: bool,
}

impl ResultsPage {
    /// How many columns the table has.
    fn columns(&self) -> usize {
        self.results.years.len() + 3
    }
    fn shown(&self, total: &Total) -> String {
        shown(&self.p, total)
    }
    fn targeted(&self, line: &Line, place: &usize) -> Option<Decimal> {
        line.targets.get(*place).copied().flatten()
    }
    /// The year of a column, which names it where a table is a stack.
    fn year(&self, place: &usize) -> String {
        self.results.years.get(*place).map(ToString::to_string).unwrap_or_default()
    }
    /// Why figures of an indicator are not counted, each reason with how many.
    fn not_counted(&self, m: &Measured) -> Vec<(Why, usize)> {
        let count = |why: Why| (why, m.left_out.iter().filter(|(_, w)| *w == why).count());
        [Why::StatedStands, Why::WholeStands, Why::SamePeriod].map(count).into_iter().filter(|(_, n)| *n > 0).collect()
    }
}

/// The figures of a plan by the lineage of their indicator: those that were stated, and those of accepted reports.
///
/// # Errors
/// The database's own.
pub async fn figures(tx: &mut ProcessTx, plan: PlanId) -> Result<HashMap<Uuid, Vec<Figure>>, Problem> {
    let mut all = store::standing(tx, plan).await?;
    for r in store_progress::reported(tx, plan).await? {
        all.entry(r.lineage).or_default().push(r.figure);
    }
    Ok(all)
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = plans::load(&mut tx, id(&key)?, p.today).await?;
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let figures = figures(&mut tx, plan.id).await?;
    let results = Results::new(&p, &plan, &tree, &figures);
    let states = takes_figures(&plan) && member.may(Permission::ResultState, &plan.scope());
    let writes = plan.state.is_open() && member.may(Permission::PlanWrite, &plan.scope());
    let opened = f.value("by") == "beneficiary";
    Ok(Html(ResultsPage { p, plan, results, opened, states, writes }.render()?).into_response())
}
