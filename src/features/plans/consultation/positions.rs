//! What a party states of the whole, by somebody who speaks for it. It can be changed until the consultation closes; what
//! it said before is kept.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::super::life::State;
use super::super::model::Plan;
use super::super::tree::Tree;
use super::super::{id, store as plans};
use super::model::{Stance, party_scope};
use super::remarks::clean;
use super::store::{self, Asking};
use super::{held, load, store_write, told};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{AskedId, PlanNodeId};
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

#[derive(Template)]
#[template(path = "plans/consultation/position.html")]
struct PositionPage {
    p: Page,
    f: Fields,
    plan: Plan,
    tree: Tree,
    asked: AskedId,
    asking: Asking,
    /// The consultation closed while it was written.
    closed: bool,
}

impl PositionPage {
    fn stances(&self) -> Vec<(String, String)> {
        Stance::options(&self.p)
    }
    fn nodes(&self) -> Vec<(String, String)> {
        let title = |n: &super::super::tree::Placed| format!("{} {}", n.code, n.title(&self.p));
        self.tree.nodes().iter().map(|n| (n.node.id.to_string(), title(n))).collect()
    }
    fn names_nodes(&self) -> bool {
        self.f.is_set("node") || self.f.error("node").is_some()
    }
}

fn is_open(plan: &Plan, asking: &Asking) -> bool {
    plan.state == State::Consultation && asking.open
}

pub async fn form(Path((_, key, asked)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = load(&mut tx, &member, &key, p.today).await?;
    let asked: AskedId = id(&asked)?;
    let asking = store::asking(&mut tx, plan.id, asked, p.today).await?;
    member.require(Permission::PlanPosition, &party_scope(asking.beneficiary, asking.organisation))?;
    if !is_open(&plan, &asking) {
        return Err(Problem::Conflict(Message::new("plan-position-closed")));
    }
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let mut f = Fields::default();
    if let Some(position) = &asking.position {
        f.set("stance", position.stance.as_str());
        f.set("reason", &position.reason);
        for node in &position.nodes {
            f.add("node", node);
        }
    }
    Ok(Html(PositionPage { p, f, plan, tree, asked, asking, closed: false }.render()?).into_response())
}

pub async fn state(Path((_, key, asked)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: mut f } = inside;
    // whoever closes the consultation holds the plan, too: it is open until our turn ends, or it has closed before
    let plan = held(&mut tx, &member, &key, p.today).await?;
    let asked: AskedId = id(&asked)?;
    let asking = store::asking(&mut tx, plan.id, asked, p.today).await?;
    let by = member.require(Permission::PlanPosition, &party_scope(asking.beneficiary, asking.organisation))?.clone();
    let tree = plans::tree(&mut tx, plan.id, p.today).await?;
    let stance = f.required_choice("stance", Stance::parse);
    let reason = clean(&f.text("reason", 20_000));
    let mut nodes: Vec<PlanNodeId> = f.ids("node");
    nodes.sort_unstable();
    nodes.dedup();
    // what a position named before may have been taken out of the plan since
    let named = |n: &PlanNodeId| asking.position.as_ref().is_some_and(|q| q.nodes.contains(n));
    if !nodes.iter().all(|n| tree.get(*n).is_some() || named(n)) {
        f.fail("node", Message::new("field-not-in-list"));
    }
    if stance == Some(Stance::Reservation) && reason.is_empty() {
        f.fail("reason", Message::new("plan-position-reason-needed"));
    }
    let closed = !is_open(&plan, &asking);
    let Some(stance) = stance.filter(|_| !closed && f.is_valid()) else {
        let status = if closed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        return Ok((status, Html(PositionPage { p, f, plan, tree, asked, asking, closed }.render()?)).into_response());
    };
    let place = |done: &str| plan.link(&p, &format!("/consultation?done={done}#parties"));
    if let Some(before) = &asking.position {
        let mut same = before.nodes.clone();
        same.sort_unstable();
        if before.stance == stance && before.reason == reason && same == nodes {
            return Ok(Redirect::to(&place("plan-position-unchanged")).into_response());
        }
    }
    store_write::state(&mut tx, asked, stance, &reason, &nodes, by.id, app.clock.now()).await?;
    let was = asking.position.as_ref().map(|q| q.stance.as_str().to_owned());
    let changes: Changes = [
        ("party".to_owned(), Change { from: vec![], to: vec![asking.name.clone()] }),
        ("stance".to_owned(), Change { from: was.into_iter().collect(), to: vec![stance.as_str().to_owned()] }),
    ]
    .into();
    let event = if asking.position.is_some() { "plan-position-changed" } else { "plan-position-stated" };
    let entry = Entry { subject: Subject::Plan, id: plan.id.0, event, changes, why: &reason };
    history::record(&mut tx, Some(&by), entry).await?;
    told::stated(&mut tx, &app, &plan, &asking, &by).await?;
    tx.commit().await?;
    Ok(Redirect::to(&place("plan-position-stated")).into_response())
}
