//! Taking back one's own latest change of a plan, where nobody has built on it.

use axum::extract::Path;
use axum::response::Response;

use super::edit::{WHY, answer, change, hold, is_partial, record, reworded, stuck};
use super::id;
use super::store_tree::{self, Edit, Words};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::history::Changes;
use crate::kernel::i18n::Message;

/// Takes back one's own latest change.
pub async fn undo(Path((_, key)): Path<(String, String)>, inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, mut fields } = inside;
    let held = hold(&mut tx, &member, &p, id(&key)?).await?;
    let (partial, plan, now) = (is_partial(&fields), held.plan.id, app.clock.now());
    let why = fields.text("why", WHY);
    if let Some((_, message)) = fields.errors().first() {
        let message = (*message).clone();
        return stuck(p, held, partial, &message);
    }
    let Some(last) = store_tree::latest(&mut tx, plan, held.by.id).await? else {
        return stuck(p, held, partial, &Message::new("plan-undo-nothing"));
    };
    if last.overtaken {
        return stuck(p, held, partial, &Message::new("plan-undo-overtaken"));
    }
    let mut changes = Changes::new();
    let there = held.tree.get(last.node).cloned();
    match (&last.edit, &there) {
        (Edit::Added, Some(placed)) => {
            if placed.inside > 0 {
                return stuck(p, held, partial, &Message::new("plan-undo-not-empty"));
            }
            changes.insert("title".to_owned(), change(&placed.node.title, ""));
            store_tree::remove(&mut tx, plan, &[last.node], now).await?;
        }
        (Edit::Removed { branch }, None) => store_tree::restore(&mut tx, plan, branch).await?,
        (Edit::Moved { parent, order, kinds }, Some(_)) => {
            let target = parent.map(|parent| held.tree.get(parent));
            let inside = parent.is_some_and(|parent| held.tree.branch(last.node).iter().any(|n| n.node.id == parent));
            if matches!(target, Some(None)) || inside {
                return stuck(p, held, partial, &Message::new("plan-undo-overtaken"));
            }
            // siblings that came meanwhile stay behind those that were there
            let mut siblings = order.clone();
            let now_there = held.tree.children(*parent).into_iter().map(|n| n.node.id);
            siblings.extend(now_there.filter(|n| !order.contains(n)));
            let fits = kinds.iter().all(|(n, _)| held.tree.branch(last.node).iter().any(|b| b.node.id == *n))
                && held.tree.branch(last.node).len() == kinds.len();
            if !fits {
                return stuck(p, held, partial, &Message::new("plan-undo-overtaken"));
            }
            store_tree::put_back(&mut tx, plan, last.node, *parent, &siblings, kinds).await?;
        }
        (Edit::Text { title, body, expected_result }, Some(placed)) => {
            let words = Words { title, body, expected_result };
            changes = reworded(&Words::of(&placed.node), &words);
            store_tree::write(&mut tx, last.node, placed.node.version, &words, held.by.id, now).await?;
        }
        (Edit::Indicators { all }, Some(_)) => store_tree::indicators(&mut tx, last.node, all).await?,
        _ => return stuck(p, held, partial, &Message::new("plan-undo-overtaken")),
    }
    store_tree::undone(&mut tx, plan, last.id, held.by.id, now).await?;
    record(&mut tx, held.by, last.node, "node-undone", changes, &why).await?;
    let response = answer(&mut tx, p, &fields, held, Some(last.node)).await?;
    tx.commit().await?;
    Ok(response)
}
