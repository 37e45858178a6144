//! One node: its page, its full form, the actions that hang on it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::edit::{Held, WHY, writer};
use super::model::{Line, Plan};
use super::store_node::{self, Found, Gone, Kept, Past, Version};
use super::store_tree;
use super::tree::{Placed, Tree};
use super::{consultation, id, past, store};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{ActionId, OrganisationId, PlanNodeId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// Lines of the history that the page of a node shows.
const RECENT: i64 = 20;

#[derive(Template)]
#[template(path = "plans/node.html")]
struct NodePage {
    p: Page,
    f: Fields,
    plan: Plan,
    placed: Placed,
    path: Vec<Placed>,
    below: Vec<Placed>,
    lines: Vec<Line>,
    history: Vec<Past>,
    versions: Vec<Version>,
    /// What a search for actions found.
    found: Option<Vec<Found>>,
    /// What is said of it, for those who see drafts.
    beside: Option<consultation::Beside>,
    writes: bool,
    links: bool,
    sees_history: bool,
}

pub async fn page(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, fields: f, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    let node: PlanNodeId = id(&node)?;
    let page = shown(&mut tx, &member, p.clone(), f, plan.clone(), node).await;
    match page {
        // whoever sees drafts is told what became of a part that notices and remarks lead to
        Err(Problem::NotFound) if consultation::sees(&member) => gone(&mut tx, &member, p, plan, node).await,
        page => Ok(Html(page?.render()?).into_response()),
    }
}

/// In place of a part that was taken out: where it can still be read.
#[derive(Template)]
#[template(path = "plans/node_gone.html")]
struct GonePage {
    p: Page,
    plan: Plan,
    node: PlanNodeId,
    gone: Gone,
    history: Vec<Past>,
    versions: Vec<Version>,
    sees_history: bool,
}

impl GonePage {
    fn title(&self) -> String {
        if self.gone.title.is_empty() { self.p.t("plan-node-untitled") } else { self.gone.title.clone() }
    }
    fn label(&self, kept: &Kept) -> String {
        past::label(&self.p, kept.number, &kept.step, &kept.at)
    }
}

async fn gone(tx: &mut ProcessTx, member: &Member, p: Page, plan: Plan, node: PlanNodeId) -> Result<Response, Problem> {
    let gone = store_node::gone(tx, plan.id, node).await?.ok_or(Problem::NotFound)?;
    let sees_history = member.may(Permission::HistorySee, &plan.scope());
    let history = match sees_history {
        true => store_node::history(tx, plan.id, Some(node), None, RECENT, p.today).await?,
        false => Vec::new(),
    };
    let versions = store_node::versions(tx, gone.lineage, node).await?;
    let page = GonePage { p, plan, node, gone, history, versions, sees_history };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}

async fn shown(
    tx: &mut ProcessTx,
    member: &Member,
    p: Page,
    f: Fields,
    plan: Plan,
    node: PlanNodeId,
) -> Result<NodePage, Problem> {
    let tree = store::tree(tx, plan.id, p.today).await?;
    let placed = tree.get(node).ok_or(Problem::NotFound)?.clone();
    let scope = plan.scope();
    let links = !plan.state.is_past() && member.may_somewhere(Permission::PlanLinkActions);
    let lines = store::lines(tx, plan.id, Some(node)).await?;
    let sees_history = member.may(Permission::HistorySee, &scope);
    let words = f.value("action").trim().to_owned();
    let searches = links && !words.is_empty();
    // a page asks so many statements and no more: whoever looks for an action does not read the history meanwhile
    let history = match sees_history && !searches {
        true => store_node::history(tx, plan.id, Some(node), None, RECENT, p.today).await?,
        false => Vec::new(),
    };
    let versions = store_node::versions(tx, placed.node.lineage, node).await?;
    let beside = consultation::beside(tx, member, &p, &plan, node).await?;
    let found = match searches {
        true => Some(store_node::find_actions(tx, node, &words).await?),
        false => None,
    };
    Ok(NodePage {
        path: tree.path(node).into_iter().filter(|n| n.node.id != node).cloned().collect(),
        below: tree.children(Some(node)).into_iter().cloned().collect(),
        writes: plan.state.is_open() && member.may(Permission::PlanWrite, &scope),
        p,
        f,
        plan,
        placed,
        lines,
        history,
        versions,
        found,
        beside,
        links,
        sees_history: sees_history && !searches,
    })
}

#[derive(Template)]
#[template(path = "plans/node_form.html")]
struct FormPage {
    p: Page,
    f: Fields,
    plan: Plan,
    placed: Placed,
    /// Where it could go: parent and what it would be called.
    parents: Vec<(String, String)>,
}

fn parents(p: &Page, tree: &Tree, placed: &Placed) -> Vec<(String, String)> {
    let own: Vec<PlanNodeId> = tree.branch(placed.node.id).iter().map(|n| n.node.id).collect();
    let mut all = vec![(String::new(), p.t("plan-move-top"))];
    all.extend(
        tree.nodes()
            .iter()
            .filter(|n| !own.contains(&n.node.id) && !n.node.kind.below().is_empty())
            .map(|n| (n.node.id.to_string(), format!("{} {}", n.code, n.node.title))),
    );
    all
}

pub async fn edit(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    writer(&member, &plan)?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    let placed = tree.get(id(&node)?).ok_or(Problem::NotFound)?.clone();
    let f = filled(Fields::default(), &placed);
    let parents = parents(&p, &tree, &placed);
    Ok(Html(FormPage { p, f, plan, placed, parents }.render()?).into_response())
}

/// What was typed, and for the rest what stands.
fn filled(mut f: Fields, placed: &Placed) -> Fields {
    let node = &placed.node;
    let stands = [
        ("title", node.title.clone()),
        ("body", node.body.clone()),
        ("expected_result", node.expected_result.clone()),
        ("version", node.version.to_string()),
        ("parent", node.parent.map(|n| n.to_string()).unwrap_or_default()),
    ];
    for (name, value) in stands {
        if !f.has(name) {
            f.set(name, value);
        }
    }
    f
}

/// The form as it was sent, with what is wrong with it.
pub fn refused(p: Page, held: Held<'_>, placed: Placed, f: Fields) -> Result<Response, Problem> {
    let f = filled(f, &placed);
    let parents = parents(&p, &held.tree, &placed);
    let html = FormPage { p, f, plan: held.plan, placed, parents }.render()?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

impl NodePage {
    /// Whether this reader may hang this action, or take it off.
    fn may_link(&self, parties: &[OrganisationId]) -> bool {
        let scope = Scope { organisations: parties.to_vec(), ..self.plan.scope() };
        self.links && self.p.member.as_ref().is_some_and(|m| m.may(Permission::PlanLinkActions, &scope))
    }

    /// Whether there is an action that this reader may take off.
    fn unlinks(&self) -> bool {
        self.lines.iter().any(|l| self.may_link(&l.parties))
    }
}

/// An action is hung on a node by who writes the plan, or by a party of the action.
async fn linked(key: &str, node: &str, inside: Inside, hang: bool) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let plan = store::load(&mut tx, id(key)?, p.today).await?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    let placed = tree.get(id(node)?).ok_or(Problem::NotFound)?;
    let action: ActionId = fields.id("action").ok_or(Problem::Bad("action"))?;
    let mut scope = store_node::action_scope(&mut tx, action).await?;
    scope.pillars = plan.scope().pillars;
    let by = member.require(Permission::PlanLinkActions, &scope)?;
    let why = fields.text(if hang { "why_link" } else { "why_unlink" }, WHY);
    if !fields.is_valid() {
        // what was searched for stands where it was
        let words = fields.value("words").to_owned();
        fields.set("action", words);
        let page = shown(&mut tx, &member, p, fields, plan, placed.node.id).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    // it may have been closed while this was typed
    let (state, _) = store_tree::hold(&mut tx, plan.id).await?;
    if state.is_past() {
        return Err(Problem::Conflict(Message::new("plan-edit-frozen")));
    }
    let now = app.clock.now();
    let done = match hang {
        true => store_tree::hang(&mut tx, placed.node.id, action, by.id, now).await?,
        false => store_tree::unhang(&mut tx, placed.node.id, action).await?,
    };
    if done {
        // by its id: its title is for those who see it, and they are told it when they read this
        let which = vec![action.to_string()];
        let (from, to) = if hang { (vec![], which) } else { (which, vec![]) };
        let changes = [("action".to_owned(), Change { from, to })].into();
        let event = if hang { "action-linked" } else { "action-unlinked" };
        let entry = Entry { subject: Subject::PlanNode, id: placed.node.id.0, event, changes, why: &why };
        history::record(&mut tx, Some(by), entry).await?;
    }
    tx.commit().await?;
    let what = if hang { "plan-action-linked" } else { "plan-action-unlinked" };
    Ok(Redirect::to(&plan.link(&p, &format!("/nodes/{}?done={what}#actions", placed.node.id))).into_response())
}

pub async fn hang(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    linked(&key, &node, inside, true).await
}

pub async fn unhang(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    linked(&key, &node, inside, false).await
}
