//! Plans as wholes: made, copied, their heads saved.

use chrono::{DateTime, Utc};

use super::model::PlanKind;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MembershipId, PillarId, PlanId};
use crate::kernel::random;

/// What the header of a plan says.
#[derive(Debug, Clone)]
pub struct Header {
    pub kind: PlanKind,
    pub pillar: Option<PillarId>,
    pub title: String,
    pub about: String,
    pub first_year: Option<i16>,
    pub last_year: Option<i16>,
    pub text_note: String,
    pub source_url: Option<String>,
}

/// A plan without nodes.
///
/// # Errors
/// The database's own.
pub async fn create(
    tx: &mut ProcessTx,
    header: &Header,
    revises: Option<PlanId>,
    copied_from: Option<PlanId>,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<PlanId> {
    let id = PlanId(random::id());
    sqlx::query!(
        "insert into plan (id, kind, pillar_id, title, about, first_year, last_year, text_note, source_url, revises_id, copied_from_id,
            created_at, created_by_id, updated_at, updated_by_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12, $13)",
        id.0,
        header.kind.as_str(),
        header.pillar.map(|l| l.0),
        header.title,
        header.about,
        header.first_year,
        header.last_year,
        header.text_note,
        header.source_url,
        revises.map(|r| r.0),
        copied_from.map(|r| r.0),
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Saves the header of a plan that has not been changed since `version`.
///
/// # Errors
/// The database's own.
pub async fn save_header(
    tx: &mut ProcessTx,
    plan: PlanId,
    version: i32,
    header: &Header,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update plan set title = $3, about = $4, first_year = $5, last_year = $6, text_note = $7, source_url = $8,
            version = version + 1, edition = edition + 1, updated_at = $9, updated_by_id = $10
         where id = $1 and version = $2",
        plan.0,
        version,
        header.title,
        header.about,
        header.first_year,
        header.last_year,
        header.text_note,
        header.source_url,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Nodes as they are copied: each new one with the one it is made from.
///
/// `lineage`: a revision's nodes are the same as those they come from, a copy's are others. `codes`: a revision keeps what
/// was fixed. Actions hang on a revision's nodes as they did.
///
/// # Errors
/// The database's own.
pub async fn copy_tree(
    tx: &mut ProcessTx,
    from: PlanId,
    to: PlanId,
    same: bool,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    // ids of the copies, made once so that nodes, indicators and links agree on them
    sqlx::query!(
        r#"with pairs as materialized (
            select id as old, gen_random_uuid() as new from plan_node where plan_id = $1 and removed_at is null -- past the view: all of it is copied
        ), nodes as (
            insert into plan_node (id, plan_id, parent_id, kind, position, code, title, body, expected_result, text_note, source_url, lineage_id,
                created_at, created_by_id, updated_at, updated_by_id)
            select p.new, $2, q.new, n.kind, n.position, case when $3 then n.code end, n.title, n.body, n.expected_result,
                case when $3 then n.text_note else '' end, case when $3 then n.source_url end,
                case when $3 then n.lineage_id else p.new end, $4, $5, $4, $5
            from plan_node n join pairs p on p.old = n.id left join pairs q on q.old = n.parent_id -- past the view: all of it is copied
        ), indicators as materialized (
            select i.id as old, gen_random_uuid() as new, p.new as node from indicator i join pairs p on p.old = i.plan_node_id
        ), made as (
            insert into indicator (id, plan_node_id, lineage_id, position, name, unit, method, baseline, baseline_year)
            select x.new, x.node, case when $3 then i.lineage_id else x.new end, i.position, i.name, i.unit, i.method, i.baseline, i.baseline_year
            from indicators x join indicator i on i.id = x.old
        ), targets as (
            insert into indicator_target (indicator_id, year, beneficiary_id, value)
            select x.new, t.year, t.beneficiary_id, t.value from indicators x join indicator_target t on t.indicator_id = x.old
        )
        insert into plan_node_action (plan_node_id, action_id, at, by_membership_id)
        select p.new, a.action_id, $4, $5 from plan_node_action a join pairs p on p.old = a.plan_node_id where $3"#,
        from.0,
        to.0,
        same,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nodes of a template at the top of a plan.
///
/// # Errors
/// The database's own.
pub async fn start_from(
    tx: &mut ProcessTx,
    plan: PlanId,
    titles: &[String],
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into plan_node (plan_id, kind, title, position, created_at, created_by_id, updated_at, updated_by_id)
         select $1, 'objective', u.title, u.n, $3, $4, $3, $4 from unnest($2::text[]) with ordinality u (title, n)",
        plan.0,
        titles,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
