//! Reading a report: as it is now, and as it was frozen.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::life::{Offer, State};
use super::model::{Past, Report, Section, Version};
use super::store::{self, Frozen};
use super::text::ReportText;
use super::{id, life, steps};
use crate::features::decisions;
use crate::features::needs::{Mapped, MappedNeed};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// So many lines of a history a page shows.
const HISTORY: i64 = 100;

#[derive(Template)]
#[template(path = "reports/page.html")]
struct ReportPage {
    p: Page,
    report: Report,
    sections: Vec<Section>,
    versions: Vec<Version>,
    /// For those who read it.
    history: Option<Vec<Past>>,
    offers: Vec<Offer>,
    decision: Option<decisions::Summary>,
    writes: bool,
    publishes: bool,
    f: crate::kernel::form::Fields,
}

impl ReportPage {
    /// The states on the way, with where this report is.
    fn way(&self) -> Vec<(State, &'static str, bool)> {
        let here = State::ALL.iter().position(|s| *s == self.report.state).unwrap_or(0);
        let class = |i: usize| match i.cmp(&here) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "",
        };
        State::ALL.iter().enumerate().map(|(i, s)| (*s, class(i), i == here)).collect()
    }
    fn next(&self) -> String {
        self.p.t(&format!("report-next-{}", self.report.state.as_str()))
    }
}

/// The needs of tables that nothing is known to cover, for templates.
pub fn uncovered(tables: &Mapped) -> Vec<&MappedNeed> {
    tables.needs.iter().filter(|n| n.is_uncovered()).collect()
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    let sections = store::sections(&mut tx, report.id, p.today).await?;
    let versions = store::versions(&mut tx, report.id, p.today).await?;
    let (facts, decision) = steps::facts(&mut tx, &report, &sections).await?;
    let scope = report.scope();
    let history = match member.may(Permission::HistorySee, &scope) {
        true => Some(store::history(&mut tx, report.id, HISTORY, p.today).await?),
        false => None,
    };
    let page = ReportPage {
        offers: life::offers(report.state, &member, &scope, &facts, p.today),
        writes: report.state.is_open() && member.may(Permission::ReportWrite, &scope),
        publishes: report.state == State::Adopted && member.may(Permission::ReportPublish, &scope),
        f: crate::kernel::form::Fields::default(),
        p,
        report,
        sections,
        versions,
        history,
        decision,
    };
    Ok(Html(page.render()?).into_response())
}

#[derive(Template)]
#[template(path = "reports/version.html")]
struct VersionPage {
    p: Page,
    report: Report,
    frozen: Frozen,
    text: ReportText,
}

impl VersionPage {
    fn label(&self) -> String {
        label(&self.p, &self.frozen)
    }
}

/// What a frozen text is called: its number, its step, its day.
pub fn label(p: &Page, frozen: &Frozen) -> String {
    let step = p.t(&format!("report-state-{}", frozen.step));
    p.t3("plan-snapshot-label", ("n", frozen.number), ("step", step), ("day", p.day_of(&frozen.at)))
}

/// A frozen text as it was written down.
///
/// # Errors
/// It is none.
pub fn read(frozen: &Frozen) -> Result<ReportText, Problem> {
    ReportText::parse(&frozen.content)
        .map_err(|e| Problem::Internal(anyhow::Error::from(e).context("the frozen text of a report")))
}

pub async fn version(
    Path((_, key, number)): Path<(String, String, String)>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let report = store::load(&mut tx, id(&key)?, p.today).await?;
    let frozen = store::frozen(&mut tx, report.id, id(&number)?).await?.ok_or(Problem::NotFound)?;
    let text = read(&frozen)?;
    Ok(Html(VersionPage { p, report, frozen, text }.render()?).into_response())
}
