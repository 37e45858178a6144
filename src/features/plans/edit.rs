//! The editor: the whole tree on one page, each node a form of its own that works without scripts; with them, text is kept
//! as it is typed and nodes are moved by key or by drag.

use askama::Template;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::keep::{keep_text, text};
use super::life::State;
use super::model::{NodeKind, Plan};
use super::node::refused;
use super::store_tree::{self, Edit, Words};
use super::tree::{self, Known, Move, Placed, Tree};
use super::{id, store};
use crate::kernel::auth::Inside;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::ids::{PlanId, PlanNodeId};
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission};

pub const TITLE: usize = 500;
pub const BODY: usize = 100_000;
pub const RESULT: usize = 20_000;
/// Why something was changed.
pub const WHY: usize = 2_000;

#[derive(Template)]
#[template(path = "plans/edit.html")]
struct EditPage {
    p: Page,
    plan: Plan,
    tree: Tree,
    /// Nothing: a whole page is read anew.
    known: Known,
    /// What could not be done, and why.
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "plans/tree.html")]
struct TreePart {
    p: Page,
    plan: Plan,
    tree: Tree,
    known: Known,
    notice: Option<String>,
}

/// Whether this member may write this plan as it stands.
///
/// # Errors
/// The refusal; a conflict where the text is no longer written.
pub fn writer<'a>(member: &'a Member, plan: &Plan) -> Result<&'a MembershipFacts, Problem> {
    let by = member.require(Permission::PlanWrite, &plan.scope())?;
    if plan.state.is_open() { Ok(by) } else { Err(closed(plan.state)) }
}

fn closed(state: State) -> Problem {
    let key = if state == State::Agreed { "plan-edit-agreed" } else { "plan-edit-frozen" };
    Problem::Conflict(Message::new(key))
}

pub async fn page(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, member, page: p, .. } = inside;
    let plan = store::load(&mut tx, id(&key)?, p.today).await?;
    writer(&member, &plan)?;
    let tree = store::tree(&mut tx, plan.id, p.today).await?;
    Ok(Html(EditPage { p, plan, tree, known: Known::default(), notice: None }.render()?).into_response())
}

/// What an open editor asks for: has somebody changed the plan?
pub async fn edition(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { mut tx, page: p, .. } = inside;
    let now = store_tree::edition(&mut tx, id(&key)?, p.today).await?;
    let by = now.by.map(|w| w.shown(&p)).unwrap_or_default();
    let said = p.t2("plan-edit-changed-by", "person", by, "time", p.time(&now.at));
    Ok(Json(serde_json::json!({ "edition": now.edition, "said": said })).into_response())
}

/// A plan held for a change, its tree as it is now, and in whose name it is changed.
pub struct Held<'a> {
    pub plan: Plan,
    pub tree: Tree,
    pub by: &'a MembershipFacts,
}

pub async fn hold<'a>(tx: &mut ProcessTx, member: &'a Member, p: &Page, plan: PlanId) -> Result<Held<'a>, Problem> {
    let mut plan = store::load(tx, plan, p.today).await?;
    writer(member, &plan)?;
    // what was read before may have changed while we waited for our turn
    (plan.state, plan.edition) = store_tree::hold(tx, plan.id).await?;
    let by = writer(member, &plan)?;
    let tree = store::tree(tx, plan.id, p.today).await?;
    Ok(Held { plan, tree, by })
}

/// How an answer is wanted: a whole page, or what our script puts in its place.
pub fn is_partial(f: &Fields) -> bool {
    f.is_set("partial")
}

/// `held`: the plan as it was before the change. An editor whose page stood at that edition is told only what has changed.
pub async fn answer(
    tx: &mut ProcessTx,
    p: Page,
    f: &Fields,
    held: Held<'_>,
    focus: Option<PlanNodeId>,
) -> Result<Response, Problem> {
    let id = held.plan.id;
    if is_partial(f) {
        let is_seen = f.value("edition").parse::<i32>() == Ok(held.plan.edition);
        let known = if is_seen { Known::all(held.tree) } else { Known::default() };
        let plan = store::load(tx, id, p.today).await?;
        let tree = store::tree(tx, id, p.today).await?;
        return Ok(Html(TreePart { p, plan, tree, known, notice: None }.render()?).into_response());
    }
    let anchor = focus.map(|n| format!("#n-{n}")).unwrap_or_default();
    Ok(Redirect::to(&p.link(&format!("/plans/{id}/edit{anchor}"))).into_response())
}

/// Says why nothing was changed, with the tree as it is.
pub fn stuck(p: Page, held: Held<'_>, partial: bool, message: &Message) -> Result<Response, Problem> {
    let notice = Some(p.say(message));
    let html = if partial {
        TreePart { p, plan: held.plan, tree: held.tree, known: Known::default(), notice }.render()?
    } else {
        EditPage { p, plan: held.plan, tree: held.tree, known: Known::default(), notice }.render()?
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response())
}

fn said(value: &str) -> Vec<String> {
    Some(value.to_owned()).filter(|v| !v.is_empty()).into_iter().collect()
}

pub fn change(from: &str, to: &str) -> Change {
    Change { from: said(from), to: said(to) }
}

pub async fn record(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    node: PlanNodeId,
    event: &'static str,
    changes: Changes,
    why: &str,
) -> Result<(), Problem> {
    history::record(tx, Some(by), Entry { subject: Subject::PlanNode, id: node.0, event, changes, why }).await?;
    Ok(())
}

/// Adds a node at the end of the top.
pub async fn add(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    add_near(id(&key)?, None, None, None, inside).await
}

/// Adds a node: under one, or after it, or at the end of the top.
async fn add_near(
    plan: PlanId,
    under: Option<PlanNodeId>,
    after: Option<PlanNodeId>,
    asked: Option<NodeKind>,
    inside: Inside,
) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let mut held = hold(&mut tx, &member, &p, plan).await?;
    let (partial, now) = (is_partial(&fields), app.clock.now());
    // from a node's own form its text comes along; a new node has none yet
    let title = match under.or(after) {
        Some(near) => match keep_text(&mut tx, &mut held, near, &mut fields, &p, now).await? {
            Some(refused) => return Ok(refused),
            None => String::new(),
        },
        None => fields.text("title", TITLE),
    };
    let why = fields.text("why", WHY);
    if let Some((_, message)) = fields.errors().first() {
        let message = (*message).clone();
        return stuck(p, held, partial, &message);
    }
    let parent = match after {
        Some(sibling) => held.tree.get(sibling).ok_or(Problem::NotFound)?.node.parent,
        None => under,
    };
    if parent.is_some_and(|parent| held.tree.get(parent).is_none()) {
        return stuck(p, held, partial, &Message::new("plan-move-unknown"));
    }
    let above = parent.and_then(|parent| held.tree.get(parent)).map(|n| n.node.kind);
    let fitting = above.map_or(NodeKind::TOP, NodeKind::below);
    // what was asked for, else what its neighbour is, else the first that fits
    let neighbour = after.and_then(|a| held.tree.get(a)).map(|n| n.node.kind);
    let kind = asked.or(neighbour).filter(|k| fitting.contains(k)).or(fitting.first().copied());
    let Some(kind) = kind else { return stuck(p, held, partial, &Message::new("plan-move-too-deep")) };
    let node = store_tree::add(&mut tx, plan, parent, kind, &title, held.by.id, now).await?;
    let mut siblings: Vec<PlanNodeId> = held.tree.children(parent).iter().map(|n| n.node.id).collect();
    let at = after.and_then(|a| siblings.iter().position(|s| *s == a)).map_or(siblings.len(), |i| i + 1);
    siblings.insert(at, node);
    store_tree::order(&mut tx, plan, &siblings).await?;
    store_tree::note(&mut tx, plan, node, &Edit::Added, held.by.id, now).await?;
    record(&mut tx, held.by, node, "node-added", [("title".to_owned(), change("", &title))].into(), &why).await?;
    let response = answer(&mut tx, p, &fields, held, Some(node)).await?;
    tx.commit().await?;
    Ok(response)
}

/// Everything that a node's own form does: keep its text, move it, take it out.
pub async fn act(Path((_, key, node)): Path<(String, String, String)>, inside: Inside) -> Result<Response, Problem> {
    let what = inside.fields.value("do").to_owned();
    let node: PlanNodeId = id(&node)?;
    let plan: PlanId = id(&key)?;
    match what.as_str() {
        "save" | "" => text(plan, node, inside).await,
        "remove" => remove(plan, node, inside).await,
        "add-after" => add_near(plan, None, Some(node), None, inside).await,
        add if add.starts_with("add-") => {
            let kind = add.strip_prefix("add-").and_then(NodeKind::parse).ok_or(Problem::Bad("what to add"))?;
            add_near(plan, Some(node), None, Some(kind), inside).await
        }
        "to" => shift(plan, node, inside, None).await,
        other => shift(plan, node, inside, Some(Move::parse(other).ok_or(Problem::Bad("what to do"))?)).await,
    }
}

/// Why: what stands in a form's own field for it, else what an open editor sends with all that is changed there.
fn reason(f: &mut Fields, name: &str) -> String {
    let name = if f.has(name) { name } else { "why" };
    f.text(name, WHY)
}

async fn shift(plan: PlanId, node: PlanNodeId, inside: Inside, to: Option<Move>) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let mut held = hold(&mut tx, &member, &p, plan).await?;
    let (partial, now) = (is_partial(&fields), app.clock.now());
    if let Some(refused) = keep_text(&mut tx, &mut held, node, &mut fields, &p, now).await? {
        return Ok(refused);
    }
    let placed = held.tree.get(node).ok_or(Problem::NotFound)?.clone();
    let why = reason(&mut fields, "why_move");
    if !fields.is_valid() {
        return refused(p, held, placed, fields);
    }
    let to = match to {
        Some(to) => to,
        None => {
            let parent: Option<PlanNodeId> = fields.id("parent");
            let at = fields.choice("at", |t| t.parse::<usize>().ok()).unwrap_or(usize::MAX);
            if let Some((_, message)) = fields.errors().first() {
                let message = (*message).clone();
                return stuck(p, held, partial, &message);
            }
            Move::To { parent, at }
        }
    };
    let found = match tree::destination(&held.tree, node, to) {
        Ok(found) => found,
        Err(why) => return stuck(p, held, partial, &Message::new(why.message())),
    };
    let before = Edit::Moved {
        parent: placed.node.parent,
        order: held.tree.children(placed.node.parent).iter().map(|n| n.node.id).collect(),
        kinds: held.tree.branch(node).iter().map(|n| (n.node.id, n.node.kind)).collect(),
    };
    store_tree::place(&mut tx, plan, node, &found).await?;
    store_tree::note(&mut tx, plan, node, &before, held.by.id, now).await?;
    let after = store::tree(&mut tx, plan, p.today).await?;
    let to = after.get(node).map(|n| n.code.clone()).unwrap_or_default();
    let place = |code: &str, placed: Option<&Placed>| {
        format!("{code} {}", placed.map(|n| n.node.title.as_str()).unwrap_or_default()).trim().to_owned()
    };
    let under = |tree: &Tree, parent: Option<PlanNodeId>| {
        parent.and_then(|x| tree.get(x)).map(|x| place(&x.code, Some(x))).unwrap_or_default()
    };
    let mut changes: Changes = [("code".to_owned(), change(&placed.code, &to))].into();
    if found.parent != placed.node.parent {
        changes
            .insert("parent".to_owned(), change(&under(&held.tree, placed.node.parent), &under(&after, found.parent)));
    }
    record(&mut tx, held.by, node, "node-moved", changes, &why).await?;
    let response = answer(&mut tx, p, &fields, held, Some(node)).await?;
    tx.commit().await?;
    Ok(response)
}

async fn remove(plan: PlanId, node: PlanNodeId, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let held = hold(&mut tx, &member, &p, plan).await?;
    let why = reason(&mut fields, "why_remove");
    if !fields.is_valid() {
        let placed = held.tree.get(node).ok_or(Problem::NotFound)?.clone();
        return refused(p, held, placed, fields);
    }
    let branch: Vec<PlanNodeId> = held.tree.branch(node).iter().map(|n| n.node.id).collect();
    let placed = held.tree.get(node).ok_or(Problem::NotFound)?;
    let now = app.clock.now();
    store_tree::remove(&mut tx, plan, &branch, now).await?;
    store_tree::note(&mut tx, plan, node, &Edit::Removed { branch }, held.by.id, now).await?;
    let changes =
        [("title".to_owned(), change(&placed.node.title, "")), ("code".to_owned(), change(&placed.code, ""))].into();
    record(&mut tx, held.by, node, "node-removed", changes, &why).await?;
    let focus = placed.node.parent;
    let response = answer(&mut tx, p, &fields, held, focus).await?;
    tx.commit().await?;
    Ok(response)
}

/// The texts that differ, as the history has them.
pub fn reworded(from: &Words<'_>, to: &Words<'_>) -> Changes {
    let mut changes = Changes::new();
    for (name, a, b) in [
        ("title", from.title, to.title),
        ("body", from.body, to.body),
        ("expected_result", from.expected_result, to.expected_result),
    ] {
        if a != b {
            changes.insert(name.to_owned(), change(a, b));
        }
    }
    changes
}
