//! Writing the tree. Whoever changes a plan holds its row first, so that two changes of one plan come one after the other;
//! each change is kept with what it takes to undo it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::life::State;
use super::model::{Indicator, Node, NodeKind, Who};
use super::tree::Destination;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, MembershipId, PlanId, PlanNodeId};
use crate::kernel::random;

/// Takes hold of a plan until the transaction ends: its state and edition as they are now.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx, plan: PlanId) -> sqlx::Result<(State, i32)> {
    let r = sqlx::query!(
        "select state, edition from plan where id = $1 for update -- past the view: the row itself is locked",
        plan.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((State::parse(&r.state).unwrap_or(State::Closed), r.edition))
}

/// One change of a tree, as it is undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Edit {
    Added,
    /// A node and all below it.
    Removed {
        branch: Vec<PlanNodeId>,
    },
    Moved {
        parent: Option<PlanNodeId>,
        order: Vec<PlanNodeId>,
        kinds: Vec<(PlanNodeId, NodeKind)>,
    },
    Text {
        title: String,
        body: String,
        expected_result: String,
    },
    Indicators {
        all: Vec<Indicator>,
    },
}

impl Edit {
    fn kind(&self) -> &'static str {
        match self {
            Edit::Added => "added",
            Edit::Removed { .. } => "removed",
            Edit::Moved { .. } => "moved",
            Edit::Text { .. } => "text",
            Edit::Indicators { .. } => "indicators",
        }
    }
}

/// Counts a change and keeps how to undo it. Answers the plan's new edition.
///
/// # Errors
/// The database's own.
pub async fn note(
    tx: &mut ProcessTx,
    plan: PlanId,
    node: PlanNodeId,
    edit: &Edit,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"with counted as (
            update plan set edition = edition + 1, updated_at = $5, updated_by_id = $4 where id = $1 returning edition)
        insert into plan_edit (id, plan_id, plan_node_id, kind, before, after, by_membership_id, at, edition)
        select $6, $1, $2, $3, $7, '{}', $4, $5, c.edition from counted c returning edition"#,
        plan.0,
        node.0,
        edit.kind(),
        by.0,
        now,
        random::id(),
        Json(edit) as _
    )
    .fetch_one(tx.conn())
    .await
}

/// A change that can be undone.
#[derive(Debug)]
pub struct Undoable {
    pub id: uuid::Uuid,
    pub node: PlanNodeId,
    pub edit: Edit,
    /// Whether somebody has changed the same node since.
    pub overtaken: bool,
}

/// The latest change of this member that stands.
///
/// # Errors
/// The database's own.
pub async fn latest(tx: &mut ProcessTx, plan: PlanId, by: MembershipId) -> sqlx::Result<Option<Undoable>> {
    let row = sqlx::query!(
        r#"select e.id, e.plan_node_id as "node!: PlanNodeId", e.before as "edit: Json<Edit>",
            exists (select from plan_edit l where l.process_id = e.process_id and l.plan_id = e.plan_id
                and l.plan_node_id = e.plan_node_id and l.edition > e.edition and l.undone_at is null) as "overtaken!"
        from plan_edit e where e.plan_id = $1 and e.by_membership_id = $2 and e.undone_at is null
        order by e.edition desc limit 1"#,
        plan.0,
        by.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Undoable { id: r.id, node: r.node, edit: r.edit.0, overtaken: r.overtaken }))
}

/// Marks a change as undone and counts that as a change of the plan.
///
/// # Errors
/// The database's own.
pub async fn undone(
    tx: &mut ProcessTx,
    plan: PlanId,
    edit: uuid::Uuid,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with counted as (update plan set edition = edition + 1, updated_at = $3, updated_by_id = $4 where id = $1)
         update plan_edit set undone_at = $3 where id = $2",
        plan.0,
        edit,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A new node, not yet at its place among its siblings.
///
/// # Errors
/// The database's own.
pub async fn add(
    tx: &mut ProcessTx,
    plan: PlanId,
    parent: Option<PlanNodeId>,
    kind: NodeKind,
    title: &str,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<PlanNodeId> {
    let id = PlanNodeId(random::id());
    sqlx::query!(
        "insert into plan_node (id, plan_id, parent_id, kind, title, position, created_at, created_by_id, updated_at, updated_by_id)
         values ($1, $2, $3, $4, $5, 1000000, $6, $7, $6, $7)",
        id.0,
        plan.0,
        parent.map(|p| p.0),
        kind.as_str(),
        title,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Numbers siblings as they are listed.
///
/// # Errors
/// The database's own.
pub async fn order(tx: &mut ProcessTx, plan: PlanId, order: &[PlanNodeId]) -> sqlx::Result<()> {
    let ids: Vec<uuid::Uuid> = order.iter().map(|n| n.0).collect();
    sqlx::query!(
        "update plan_node n set position = u.n::integer from unnest($2::uuid[]) with ordinality u (id, n)
         where n.plan_id = $1 and n.id = u.id and n.position <> u.n::integer",
        plan.0,
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a node, with all below it, where a move leads.
///
/// # Errors
/// The database's own.
pub async fn place(tx: &mut ProcessTx, plan: PlanId, node: PlanNodeId, to: &Destination) -> sqlx::Result<()> {
    let mut kinds = to.below.clone();
    kinds.push((node, to.kind));
    put_under(tx, plan, node, to.parent, &kinds).await?;
    order(tx, plan, &to.order).await
}

async fn put_under(
    tx: &mut ProcessTx,
    plan: PlanId,
    node: PlanNodeId,
    parent: Option<PlanNodeId>,
    kinds: &[(PlanNodeId, NodeKind)],
) -> sqlx::Result<()> {
    let ids: Vec<uuid::Uuid> = kinds.iter().map(|(n, _)| n.0).collect();
    let names: Vec<String> = kinds.iter().map(|(_, k)| k.as_str().to_owned()).collect();
    sqlx::query!(
        "update plan_node n set kind = u.kind, parent_id = case when n.id = $2 then $3 else n.parent_id end
         from unnest($4::uuid[], $5::text[]) u (id, kind) where n.plan_id = $1 and n.id = u.id",
        plan.0,
        node.0,
        parent.map(|p| p.0),
        &ids,
        &names
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a node back to where it was.
///
/// # Errors
/// The database's own.
pub async fn put_back(
    tx: &mut ProcessTx,
    plan: PlanId,
    node: PlanNodeId,
    parent: Option<PlanNodeId>,
    siblings: &[PlanNodeId],
    kinds: &[(PlanNodeId, NodeKind)],
) -> sqlx::Result<()> {
    put_under(tx, plan, node, parent, kinds).await?;
    order(tx, plan, siblings).await
}

/// What a node says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words<'a> {
    pub title: &'a str,
    pub body: &'a str,
    pub expected_result: &'a str,
}

impl<'a> Words<'a> {
    pub fn of(node: &'a Node) -> Self {
        Self { title: &node.title, body: &node.body, expected_result: &node.expected_result }
    }
}

/// Saves the text of a node that has not been changed since `version`. None where it has.
///
/// # Errors
/// The database's own.
pub async fn write(
    tx: &mut ProcessTx,
    node: PlanNodeId,
    version: i32,
    words: &Words<'_>,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "update plan_node set title = $3, body = $4, expected_result = $5, version = version + 1, updated_at = $6, updated_by_id = $7
         where id = $1 and version = $2 and removed_at is null returning version",
        node.0,
        version,
        words.title,
        words.body,
        words.expected_result,
        now,
        by.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// Takes a branch out of the plan. Nothing of it is deleted.
///
/// # Errors
/// The database's own.
pub async fn remove(tx: &mut ProcessTx, plan: PlanId, branch: &[PlanNodeId], now: DateTime<Utc>) -> sqlx::Result<()> {
    let ids: Vec<uuid::Uuid> = branch.iter().map(|n| n.0).collect();
    sqlx::query!(
        "update plan_node set removed_at = $3 where plan_id = $1 and id = any($2) and removed_at is null",
        plan.0,
        &ids,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Brings a branch back.
///
/// # Errors
/// The database's own.
pub async fn restore(tx: &mut ProcessTx, plan: PlanId, branch: &[PlanNodeId]) -> sqlx::Result<()> {
    let ids: Vec<uuid::Uuid> = branch.iter().map(|n| n.0).collect();
    sqlx::query!("update plan_node set removed_at = null where plan_id = $1 and id = any($2)", plan.0, &ids)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Replaces the indicators of a node.
///
/// # Errors
/// The database's own.
pub async fn indicators(tx: &mut ProcessTx, node: PlanNodeId, all: &[Indicator]) -> sqlx::Result<()> {
    sqlx::query!(
        "with old as (select id from indicator where plan_node_id = $1)
         delete from indicator_target t using old where t.indicator_id = old.id",
        node.0
    )
    .execute(tx.conn())
    .await?;
    // one that stays keeps its row: figures that were reported point at it
    let stay: Vec<uuid::Uuid> = all.iter().map(|i| i.id.0).collect();
    sqlx::query!("delete from indicator where plan_node_id = $1 and id <> all($2)", node.0, &stay)
        .execute(tx.conn())
        .await?;
    if all.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into indicator (id, plan_node_id, lineage_id, position, name, unit, method, baseline, baseline_year)
         select (i ->> 'id')::uuid, $1, (i ->> 'lineage')::uuid, n, i ->> 'name', i ->> 'unit', i ->> 'method',
            (i ->> 'baseline')::numeric, (i ->> 'baseline_year')::smallint
         from jsonb_array_elements($2) with ordinality e (i, n)
         on conflict (process_id, id) do update set position = excluded.position, name = excluded.name, unit = excluded.unit,
            method = excluded.method, baseline = excluded.baseline, baseline_year = excluded.baseline_year",
        node.0,
        Json(all) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into indicator_target (indicator_id, year, beneficiary_id, value)
         select (i ->> 'id')::uuid, (t ->> 'year')::smallint, (t ->> 'beneficiary')::uuid, (t ->> 'value')::numeric
         from jsonb_array_elements($1) e (i) cross join jsonb_array_elements(i -> 'targets') f (t)",
        Json(all) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts a version of the node: its indicators are part of what it says.
///
/// # Errors
/// The database's own.
pub async fn touch(
    tx: &mut ProcessTx,
    node: PlanNodeId,
    version: i32,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update plan_node set version = version + 1, updated_at = $3, updated_by_id = $4 where id = $1 and version = $2 and removed_at is null",
        node.0,
        version,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Hangs an action on a node. False where it hangs there already.
///
/// # Errors
/// The database's own.
pub async fn hang(
    tx: &mut ProcessTx,
    node: PlanNodeId,
    action: ActionId,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into plan_node_action (plan_node_id, action_id, at, by_membership_id) values ($1, $2, $3, $4) on conflict do nothing",
        node.0,
        action.0,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes an action off a node.
///
/// # Errors
/// The database's own.
pub async fn unhang(tx: &mut ProcessTx, node: PlanNodeId, action: ActionId) -> sqlx::Result<bool> {
    let done =
        sqlx::query!("delete from plan_node_action where plan_node_id = $1 and action_id = $2", node.0, action.0)
            .execute(tx.conn())
            .await?;
    Ok(done.rows_affected() > 0)
}

/// The edition of a plan and who made it: what an open editor asks for from time to time.
#[derive(Debug)]
pub struct Edition {
    pub edition: i32,
    pub at: DateTime<Utc>,
    pub by: Option<Who>,
}

/// # Errors
/// The database's own.
pub async fn edition(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate) -> sqlx::Result<Edition> {
    let r = sqlx::query!(
        r#"select edition as "edition!", updated_at as "at!",
            case when updated_by_id is not null then kernel.person(updated_by_id, $2) end as "by: Json<Who>"
        from visible_plan where id = $1"#,
        plan.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Edition { edition: r.edition, at: r.at, by: r.by.map(|w| w.0) })
}
