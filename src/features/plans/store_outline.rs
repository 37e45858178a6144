//! The plans that needs are written under.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::life::State;
use super::model::{Node, NodeKind, PlanPillar};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{PlanId, PlanNodeId};

pub struct Found {
    pub id: PlanId,
    pub title: String,
    pub pillar: Option<PlanPillar>,
    pub state: State,
    pub nodes: Vec<Node>,
    /// Codes of nodes that are gone.
    pub retired: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: PlanNodeId,
    parent: Option<PlanNodeId>,
    kind: NodeKind,
    position: i32,
    code: Option<String>,
    title: String,
    lineage: Uuid,
    removed: bool,
}

/// # Errors
/// The database's own.
pub async fn plans(tx: &mut ProcessTx) -> sqlx::Result<Vec<Found>> {
    let rows = sqlx::query!(
        r#"select p.id as "id!: PlanId", p.title as "title!", p.state as "state!", p.updated_at as "updated_at!",
            case when l.id is not null then jsonb_build_object('id', l.id, 'key', l.key, 'name', l.name) end as "pillar: Json<PlanPillar>",
            coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'parent', n.parent_id, 'kind', n.kind, 'position', n.position,
                    'code', n.code, 'title', n.title, 'lineage', n.lineage_id, 'removed', n.removed_at is not null))
                from plan_node n where n.process_id = p.process_id and n.plan_id = p.id -- past the view: of a plan that is seen
                    and (n.removed_at is null or n.code is not null)), '[]') as "nodes!: Json<Vec<Row>>"
        from visible_plan p left join pillar l on l.process_id = p.process_id and l.id = p.pillar_id
        where p.process_id = kernel.process_id() and p.state not in ('closed', 'superseded')
            and not exists (select from visible_plan r where r.process_id = p.process_id and r.id = p.revises_id and r.state = 'in_force')
        order by l.position nulls last, p.kind, p.first_year, p.title, p.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    let node = |r: Row, at: DateTime<Utc>| Node {
        id: r.id,
        parent: r.parent,
        kind: r.kind,
        position: r.position,
        fixed_code: r.code,
        title: r.title,
        body: String::new(),
        expected_result: String::new(),
        text_note: String::new(),
        source_url: None,
        lineage: r.lineage,
        version: 0,
        updated_at: at,
        updated_by: None,
        indicators: Vec::new(),
        needs: Vec::new(),
    };
    Ok(rows
        .into_iter()
        .map(|r| {
            let (gone, there): (Vec<Row>, Vec<Row>) = r.nodes.0.into_iter().partition(|n| n.removed);
            Found {
                id: r.id,
                title: r.title,
                pillar: r.pillar.map(|l| l.0),
                state: State::parse(&r.state).unwrap_or(State::Draft),
                nodes: there.into_iter().map(|n| node(n, r.updated_at)).collect(),
                retired: gone.into_iter().filter_map(|n| n.code).collect(),
            }
        })
        .collect())
}
