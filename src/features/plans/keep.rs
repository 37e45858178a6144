//! Keeping a node's text as its form has it: two who write one node at once lose nothing, and what cannot be kept comes
//! back as it was typed.

use askama::Template;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::edit::{BODY, Held, RESULT, TITLE, WHY, hold, is_partial, record, reworded};
use super::model::Plan;
use super::store;
use super::store_node;
use super::store_tree::{self, Edit, Words};
use super::tree::Placed;
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{PlanId, PlanNodeId};
use crate::kernel::page::Page;

/// A node whose text somebody else has saved meanwhile: what they wrote, what was typed.
#[derive(Template)]
#[template(path = "plans/node_conflict.html")]
struct ConflictPage {
    p: Page,
    plan: Plan,
    placed: Placed,
    mine: Fields,
    by: String,
    at: String,
}

/// In place of a node that somebody has taken out while it was written in: what was typed.
#[derive(Template)]
#[template(path = "plans/node_typed.html")]
struct TypedPage {
    p: Page,
    plan: Plan,
    /// Keys of labels, and the texts.
    typed: Vec<(&'static str, String)>,
}

/// What was typed is not lost with the part that it was typed into. The editor's own requests leave it in its page.
async fn typed_in_vain(
    tx: &mut ProcessTx,
    plan: &Plan,
    node: PlanNodeId,
    f: &Fields,
    p: &Page,
) -> Result<Response, Problem> {
    if is_partial(f) || !f.has("title") || store_node::gone(tx, plan.id, node).await?.is_none() {
        return Err(Problem::NotFound);
    }
    let fields =
        [("title", "plan-field-title"), ("body", "plan-field-body"), ("expected_result", "plan-field-expected-result")];
    let typed = fields
        .into_iter()
        .filter(|(name, _)| !f.value(name).is_empty())
        .map(|(name, label)| (label, f.value(name).to_owned()))
        .collect();
    let page = TypedPage { p: p.clone(), plan: plan.clone(), typed };
    Ok((StatusCode::GONE, Html(page.render()?)).into_response())
}

/// What a form says of a node's text. A form that does not show one of them leaves it as it is.
fn read_text(f: &mut Fields, placed: &Placed) -> (String, String, String) {
    let mut shown = |name: &str, most: usize, now: &str| {
        if f.has(name) { f.text(name, most) } else { now.to_owned() }
    };
    (
        // its field wraps, and it is one line all the same
        shown("title", TITLE, &placed.node.title)
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        shown("body", BODY, &placed.node.body),
        shown("expected_result", RESULT, &placed.node.expected_result),
    )
}

/// Keeps the text that came with another wish of the same form. Answers what is to be shown instead where it cannot be
/// kept: nothing of the form is done then.
pub async fn keep_text(
    tx: &mut ProcessTx,
    held: &mut Held<'_>,
    node: PlanNodeId,
    f: &mut Fields,
    p: &Page,
    now: DateTime<Utc>,
) -> Result<Option<Response>, Problem> {
    let Some(placed) = held.tree.get(node).cloned() else {
        return typed_in_vain(tx, &held.plan, node, f, p).await.map(Some);
    };
    if !f.has("title") {
        return Ok(None);
    }
    let (title, body, result) = read_text(f, &placed);
    let why = f.text("why", WHY);
    let partial = is_partial(f);
    if let Some((field, message)) = f.errors().first() {
        let why = p.say(message);
        let said =
            p.t2("plan-edit-field-wrong", "field", p.t(&format!("plan-field-{}", field.replace('_', "-"))), "why", why);
        if partial {
            return Ok(Some(
                (StatusCode::UNPROCESSABLE_ENTITY, Json(serde_json::json!({ "said": said }))).into_response(),
            ));
        }
        let f = f.clone();
        let html = WrongPage { p: p.clone(), plan: held.plan.clone(), placed, f }.render()?;
        return Ok(Some((StatusCode::UNPROCESSABLE_ENTITY, Html(html)).into_response()));
    }
    let version = f.integer("version").ok_or(Problem::Bad("version"))?;
    let words = Words { title: &title, body: &body, expected_result: &result };
    if words == Words::of(&placed.node) {
        return Ok(None);
    }
    if store_tree::write(tx, node, version, &words, held.by.id, now).await?.is_none() {
        let by = placed.node.updated_by.as_ref().map(|w| w.shown(p)).unwrap_or_default();
        let at = p.time(&placed.node.updated_at);
        if partial {
            let said = p.t2("plan-edit-clash", "person", &by, "time", &at);
            let theirs = serde_json::json!({ "said": said, "version": placed.node.version, "title": placed.node.title,
                "body": placed.node.body, "expected_result": placed.node.expected_result });
            return Ok(Some((StatusCode::CONFLICT, Json(theirs)).into_response()));
        }
        let page = ConflictPage { p: p.clone(), plan: held.plan.clone(), placed, mine: f.clone(), by, at };
        return Ok(Some((StatusCode::CONFLICT, Html(page.render()?)).into_response()));
    }
    let before = Edit::Text {
        title: placed.node.title.clone(),
        body: placed.node.body.clone(),
        expected_result: placed.node.expected_result.clone(),
    };
    held.plan.edition = store_tree::note(tx, held.plan.id, node, &before, held.by.id, now).await?;
    record(tx, held.by, node, "node-reworded", reworded(&Words::of(&placed.node), &words), &why).await?;
    held.tree = store::tree(tx, held.plan.id, p.today).await?;
    Ok(None)
}

/// A node's text that cannot be kept as it is, with the reason at its field.
#[derive(Template)]
#[template(path = "plans/node_wrong.html")]
struct WrongPage {
    p: Page,
    plan: Plan,
    placed: Placed,
    f: Fields,
}

pub async fn text(plan: PlanId, node: PlanNodeId, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let mut held = hold(&mut tx, &member, &p, plan).await?;
    let (partial, now) = (is_partial(&fields), app.clock.now());
    if let Some(refused) = keep_text(&mut tx, &mut held, node, &mut fields, &p, now).await? {
        return Ok(refused);
    }
    let version = held.tree.get(node).map_or(0, |n| n.node.version);
    let edition = held.plan.edition;
    tx.commit().await?;
    if partial {
        let said = p.t1("plan-edit-kept", "time", p.time(&now));
        return Ok(Json(serde_json::json!({ "version": version, "edition": edition, "said": said })).into_response());
    }
    Ok(Redirect::to(&p.link(&format!("/plans/{plan}/edit?done=plan-node-saved#n-{node}"))).into_response())
}
