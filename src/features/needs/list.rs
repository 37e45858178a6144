//! The list of needs: filters in the address, pages of fifty.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::filter::{self, Filter, Sort};
use super::model::{Coverage, Cycle, NeedType, Perspective, Priority, State};
use super::show::html;
use super::{store, store_list};
use crate::features::plans::{self, Outline};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{BeneficiaryId, NeedId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission};

const SIZE: usize = 50;

/// A need in the list, and in its files.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    pub id: NeedId,
    pub title: String,
    pub beneficiary: BeneficiaryId,
    pub beneficiary_name: String,
    pub cycle: String,
    pub measure: Option<String>,
    pub plan_title: Option<String>,
    pub pillar_key: Option<String>,
    pub theme: Option<String>,
    #[serde(rename = "type")]
    pub need_type: Option<NeedType>,
    pub perspective: Option<Perspective>,
    pub priority: Option<Priority>,
    pub by_when: Option<PartialDate>,
    pub handling: Handling,
    pub state: State,
    /// Taken over from an earlier cycle.
    pub copied: bool,
    pub coverage: Option<Coverage>,
    pub judged_at: Option<DateTime<Utc>>,
    /// Responses, as far as the reader sees their actions.
    pub confirmed: i64,
    pub proposed: i64,
    // in full for files alone
    pub body: String,
    pub own_language: Option<String>,
    pub own_title: String,
    pub own_body: String,
    pub exists_already: String,
    pub evidence: String,
    pub actions: Vec<String>,
}

#[derive(Template)]
#[template(path = "needs/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    filter: Filter,
    lines: Vec<Line>,
    cycles: Vec<Cycle>,
    plans: Vec<Outline>,
    themes: Vec<(String, String)>,
    objectives: Vec<(String, String)>,
    /// The query of the page that goes on, where there is one.
    next: Option<String>,
    begun: bool,
    query: String,
    writes: bool,
    exports: bool,
    drafts: bool,
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: mut f, .. } = inside;
    f.sought("q");
    let filter = Filter::read(&p, &f);
    let after: Option<NeedId> = f.value("after").parse().ok();
    let mut lines = store_list::page(&mut tx, &filter, after, SIZE as i64 + 1).await?;
    let more = lines.len() > SIZE;
    lines.truncate(SIZE);
    let query = filter::query(&f);
    let next = lines.last().filter(|_| more).map(|last| match query.is_empty() {
        true => format!("after={}", last.id),
        false => format!("{query}&after={}", last.id),
    });
    html(&ListPage {
        cycles: store::cycles(&mut tx).await?,
        plans: plans::outlines(&mut tx).await?,
        themes: store::themes(&mut tx).await?,
        objectives: store::objectives(&mut tx, filter.objective).await?,
        begun: after.is_some(),
        writes: member.may_somewhere(Permission::NeedWrite),
        drafts: member.may_somewhere(Permission::NeedSeeDraft),
        exports: member.may_somewhere(Permission::ExportLists),
        filter,
        lines,
        next,
        query,
        f,
        p,
    })
}

impl ListPage {
    /// Whether the reader opens mapping cycles.
    fn keeps(&self) -> bool {
        self.p.may(Permission::NeedCycles)
    }
    fn beneficiaries(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        all.iter().map(|b| (b.code.clone(), b.name.clone())).collect()
    }
    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        let mut all: Vec<_> = all.iter().map(|l| (l.key.clone(), l.key.clone())).collect();
        all.push((filter::NONE.to_owned(), self.p.t("not-stated")));
        all
    }
    /// It was stated in an earlier cycle than others that stand beside it, and has not been confirmed since.
    fn is_earlier(&self, line: &Line) -> bool {
        let latest = self.cycles.iter().find(|c| c.needs > 0);
        let beside = self.filter.cycle.is_none() && line.state == State::Submitted;
        beside && latest.is_some_and(|c| c.name != line.cycle)
    }
    fn cycle_options(&self) -> Vec<(String, String)> {
        self.cycles.iter().map(|c| (c.id.to_string(), c.label())).collect()
    }
    fn types(&self) -> Vec<(String, String)> {
        NeedType::options(&self.p)
    }
    fn perspectives(&self) -> Vec<(String, String)> {
        Perspective::options(&self.p)
    }
    fn priorities(&self) -> Vec<(String, String)> {
        let mut all = Priority::options(&self.p);
        all.push((filter::NONE.to_owned(), self.p.t("not-stated")));
        all
    }
    fn coverages(&self) -> Vec<(String, String)> {
        let mut all = vec![(filter::NONE.to_owned(), self.p.t("coverage-unjudged"))];
        all.extend(Coverage::options(&self.p));
        all
    }
    fn states(&self) -> Vec<(String, String)> {
        State::options(&self.p).into_iter().filter(|(v, _)| v != State::Submitted.as_str()).collect()
    }
    fn sorts(&self) -> Vec<(String, String)> {
        Sort::options(&self.p)
    }
    fn answers(&self) -> Vec<(String, String)> {
        vec![("yes".to_owned(), self.p.t("need-answered-yes")), ("no".to_owned(), self.p.t("need-answered-no"))]
    }
    fn currents(&self) -> Vec<(String, String)> {
        vec![("all".to_owned(), self.p.t("need-current-all"))]
    }
    fn theme_options(&self) -> Vec<(String, String)> {
        self.themes.clone()
    }

    /// Filters in the folded part that are in use.
    fn more_used(&self) -> usize {
        ["type", "perspective", "priority", "node", "theme", "objective", "answered", "state", "current"]
            .iter()
            .filter(|n| self.f.is_set(n))
            .count()
    }

    /// The address of the list as a file.
    fn file(&self, ending: &str) -> String {
        let address = self.p.link(&format!("/needs.{ending}"));
        if self.query.is_empty() { address } else { format!("{address}?{}", self.query) }
    }
}
