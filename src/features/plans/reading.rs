//! Reading plans: the list and the document, and what every reading of a plan shows.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

use super::life::{self, Facts, Offer, State};
use super::model::{Line, Plan};
use super::steps;
use super::store::{self, Listed, SnapshotLine};
use super::tree::Tree;
use super::{awaited, consultation, id};
use crate::features::actions::Status;
use crate::features::decisions::{State as Decided, Summary};
use crate::features::files;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::PlanNodeId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "plans/list.html")]
struct ListPage {
    p: Page,
    /// Being worked on, in force, earlier: each with the key of its heading.
    groups: Vec<(&'static str, Vec<Listed>)>,
    none: bool,
    writes: bool,
}

pub async fn list(inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let mut all = store::list(&mut tx).await?;
    let mut take = |wanted: &[State]| {
        let (these, rest) = std::mem::take(&mut all).into_iter().partition(|l| wanted.contains(&l.state));
        all = rest;
        these
    };
    let groups = vec![
        ("plan-group-working", take(&[State::Draft, State::Consultation, State::Agreed])),
        ("plan-group-in-force", take(&[State::Adopted, State::InForce])),
        ("plan-group-earlier", take(&[State::Closed, State::Superseded])),
    ];
    let writes = member.may_somewhere(Permission::PlanWrite);
    let none = groups.iter().all(|(_, group)| group.is_empty());
    Ok(Html(ListPage { p, groups, none, writes }.render()?).into_response())
}

/// What a filter by beneficiary says of the actions that name none. No code of a beneficiary is so long.
pub(super) const NONE: &str = "none";

/// The filters that a reading takes, and what they can be set to.
pub(super) struct Filters {
    pub donors: Vec<(String, String)>,
    pub beneficiaries: Vec<(String, String)>,
    pub statuses: Vec<(String, String)>,
}

impl Filters {
    pub fn of(p: &Page, lines: &[Line]) -> Self {
        let mut donors: BTreeMap<String, String> = BTreeMap::new();
        for o in lines.iter().flat_map(|l| &l.funders) {
            donors.insert(o.name.to_lowercase() + &o.id.to_string(), format!("{}\n{}", o.id, o.name));
        }
        let donors = donors
            .into_values()
            .filter_map(|v| v.split_once('\n').map(|(id, name)| (id.to_owned(), name.to_owned())))
            .collect();
        let mut beneficiaries: Vec<(String, String)> = p
            .frame()
            .map(|f| f.beneficiaries.iter().map(|b| (b.code.clone(), b.name.clone())).collect())
            .unwrap_or_default();
        beneficiaries.push((NONE.to_owned(), p.t("not-stated")));
        Self {
            donors,
            beneficiaries,
            statuses: Status::ALL.iter().map(|s| (s.as_str().to_owned(), p.t(s.label()))).collect(),
        }
    }

    pub fn active(&self, f: &Fields) -> bool {
        ["beneficiary", "donor", "status"].iter().any(|n| f.is_set(n))
    }
}

/// The lines that the filters of the address leave.
pub(super) fn filtered(p: &Page, f: &Fields, lines: Vec<Line>) -> Vec<Line> {
    let code = f.value("beneficiary");
    let beneficiary = p.frame().and_then(|x| x.beneficiaries.iter().find(|b| b.code == code)).map(|b| b.id);
    let (donor, status) = (f.value("donor"), f.value("status"));
    lines
        .into_iter()
        .filter(|l| match code {
            "" => true,
            NONE => l.beneficiaries.is_empty(),
            _ => beneficiary.is_some_and(|b| l.beneficiaries.contains(&b)),
        })
        .filter(|l| donor.is_empty() || l.funders.iter().any(|o| o.id.to_string() == donor))
        .filter(|l| status.is_empty() || l.status.map(Status::as_str) == Some(status))
        .collect()
}

/// Where a plan stands: what every page of it shows above its text.
pub struct Standing {
    pub facts: Facts,
    pub offers: Vec<Offer>,
    /// Of the consultation that is open.
    pub deadline: Option<NaiveDate>,
    /// The Board's decision that is sought, or the last that came of one.
    pub decision: Option<Summary>,
    /// What the reader's own party is waited for: a position, a statement; what it is and where that is done.
    pub own: Vec<(String, String)>,
    /// Whose statement on its reservation is awaited before the adoption can be recorded.
    pub unstated: Vec<String>,
}

impl Standing {
    /// The states on the way from the draft on, with where this plan is.
    pub fn steps(&self, plan: &Plan) -> Vec<(State, &'static str, bool)> {
        let mut way = vec![State::Draft, State::Consultation, State::Agreed, State::Adopted, State::InForce];
        if matches!(plan.state, State::Closed | State::Superseded) {
            way.push(plan.state);
        }
        let here = way.iter().position(|s| *s == plan.state).unwrap_or(0);
        way.into_iter()
            .enumerate()
            .map(|(i, s)| {
                (
                    s,
                    if i < here {
                        "done"
                    } else if i == here {
                        "now"
                    } else {
                        ""
                    },
                    i == here,
                )
            })
            .collect()
    }

    /// How the consultation stands that is open.
    pub fn asked(&self, p: &Page) -> String {
        let Some(day) = &self.deadline else { return String::new() };
        let said = p.tn1("plan-consultation-answered", self.facts.answered, "asked", p.number(self.facts.asked));
        p.t2("plan-consultation-until", "day", p.day(day), "said", said)
    }

    /// Whose turn it is: while a consultation runs that depends on what has come in.
    pub fn turn(&self, p: &Page, plan: &Plan) -> String {
        let over = life::Guard::DeadlineOverOrAllAnswered.holds(&self.facts, p.today);
        match plan.state {
            State::Consultation if over && self.facts.unanswered_remarks > 0 => {
                p.tn("plan-next-answers", self.facts.unanswered_remarks)
            }
            State::Consultation if over => p.t("plan-next-agreement"),
            _ => self.next(p, plan),
        }
    }

    /// Who is next, in words.
    pub fn next(&self, p: &Page, plan: &Plan) -> String {
        match (plan.state, self.decision.as_ref().map(|d| d.state)) {
            (State::Agreed, Some(Decided::Taken)) => p.t("plan-next-agreed-taken"),
            (State::Agreed, Some(ended)) if ended.is_final() => p.t("plan-next-agreed-not-taken"),
            (state, _) => p.t(&format!("plan-next-{}", state.as_str().replace('_', "-"))),
        }
    }
}

/// # Errors
/// The database's own.
pub async fn standing(
    tx: &mut crate::kernel::db::ProcessTx,
    member: &crate::kernel::permit::Member,
    p: &Page,
    plan: &Plan,
) -> Result<Standing, Problem> {
    let steps::Judged { facts, decision, silent, unstated } = steps::facts(tx, plan).await?;
    let offers = life::offers(plan.state, member, &plan.scope(), &facts, p.today);
    let mut own: Vec<(String, String)> = awaited::own(&silent, Permission::PlanPosition, member)
        .map(|a| (p.t1("plan-position-state", "party", &a.name), awaited::position(p, plan.id, a)))
        .collect();
    if let Some(decision) = decision.as_ref().filter(|d| d.takes_statements) {
        let stated = awaited::own(&unstated, Permission::DecisionStatement, member);
        own.extend(
            stated.map(|a| (p.t1("plan-statement-state", "party", &a.name), awaited::statement(p, decision.id))),
        );
    }
    let unstated = unstated.into_iter().map(|a| a.name).collect();
    Ok(Standing { deadline: facts.deadline, facts, offers, decision, own, unstated })
}

#[derive(Template)]
#[template(path = "plans/document.html")]
struct DocumentPage {
    p: Page,
    f: Fields,
    plan: Plan,
    tree: Tree,
    by_node: HashMap<PlanNodeId, Vec<Line>>,
    count: usize,
    filters: Filters,
    standing: Standing,
    snapshots: Vec<SnapshotLine>,
    /// What is said of it, for those who see drafts.
    margin: Option<consultation::Margin>,
    files: files::Part,
    writes: bool,
    revises: bool,
    publishes: bool,
    tab: &'static str,
}

impl DocumentPage {
    fn lines(&self, node: &PlanNodeId) -> &[Line] {
        self.by_node.get(node).map(Vec::as_slice).unwrap_or_default()
    }
    /// How many remarks on a node are open.
    fn open_remarks(&self, node: &PlanNodeId) -> i64 {
        self.margin.as_ref().map_or(0, |m| m.open(Some(*node)))
    }
}

pub(super) fn group(lines: Vec<Line>) -> HashMap<PlanNodeId, Vec<Line>> {
    let mut by_node: HashMap<PlanNodeId, Vec<Line>> = HashMap::new();
    for line in lines {
        by_node.entry(line.node).or_default().push(line);
    }
    by_node
}

fn distinct(lines: &[Line]) -> usize {
    let mut ids: Vec<_> = lines.iter().map(|l| l.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

pub async fn document(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: f } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    let lines = store::lines(&mut tx, plan.id, None).await?;
    let snapshots = store::snapshots(&mut tx, plan.id, p.today).await?;
    let standing = standing(&mut tx, &member, &p, &plan).await?;
    let margin = consultation::margin(&mut tx, &member, plan.id).await?;
    let filters = Filters::of(&p, &lines);
    let lines = filtered(&p, &f, lines);
    let scope = plan.scope();
    let files = files::part(&mut tx, &app, &member, files::Subject::Plan(plan.id), &scope).await?;
    let page = DocumentPage {
        files,
        writes: plan.state.is_open() && member.may(Permission::PlanWrite, &scope),
        revises: plan.state == State::InForce
            && plan.revised_by.is_none()
            && member.may(Permission::PlanRevise, &scope),
        publishes: plan.state.is_adopted() && member.may(Permission::PlanPublish, &scope),
        count: distinct(&lines),
        by_node: group(lines),
        p,
        f,
        plan,
        tree,
        filters,
        standing,
        snapshots,
        margin,
        tab: "text",
    };
    Ok(Html(page.render()?).into_response())
}
