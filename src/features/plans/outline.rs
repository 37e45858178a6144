//! The plans that are being worked on or are in force, with their nodes in order: what needs are written under.

use std::sync::Arc;
use uuid::Uuid;

use super::life::State;
use super::model::{NodeKind, PlanPillar};
use super::{store_outline, tree::Tree};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{PlanId, PlanNodeId};

/// One plan.
#[derive(Debug, Clone)]
pub struct Outline {
    pub id: PlanId,
    pub title: String,
    pub pillar: Option<PlanPillar>,
    pub state: State,
    pub nodes: Vec<OutlineNode>,
}

/// One node at its place.
#[derive(Debug, Clone)]
pub struct OutlineNode {
    pub id: PlanNodeId,
    /// The same node in other versions of the plan has the same.
    pub lineage: Uuid,
    pub code: Arc<str>,
    pub title: String,
    /// From 0 at the top.
    pub depth: usize,
    /// A measure, or a node that nothing hangs under.
    pub last: bool,
}

/// Every plan that the reader sees and that is neither closed nor superseded; of a plan in force and its revision the one
/// in force. One statement.
///
/// # Errors
/// The database's own.
pub async fn outlines(tx: &mut ProcessTx) -> sqlx::Result<Vec<Outline>> {
    let plans = store_outline::plans(tx).await?;
    let outline = |plan: store_outline::Found| {
        let tree = Tree::new(plan.nodes, &plan.retired);
        let nodes = tree
            .nodes()
            .iter()
            .map(|n| OutlineNode {
                id: n.node.id,
                lineage: n.node.lineage,
                code: n.code.as_str().into(),
                title: n.node.title.clone(),
                depth: n.depth,
                last: n.node.kind == NodeKind::Measure || n.inside == 0,
            })
            .collect();
        Outline { id: plan.id, title: plan.title, pillar: plan.pillar, state: plan.state, nodes }
    };
    Ok(plans.into_iter().map(outline).collect())
}
