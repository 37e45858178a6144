//! Plans of a seed file: their trees, what is said in a consultation, and the frozen texts of those that were adopted.

use anyhow::Context;
use chrono::{DateTime, Days, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::file::{File, Node, Plan};
use super::store::Keys;
use crate::features::plans::{frame, freeze};
use crate::kernel::clock::Clock;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{PlanId, SnapshotId};
use crate::kernel::random;

/// The rows of a plan's tree.
#[derive(Default)]
struct Rows {
    nodes: Vec<Value>,
    indicators: Vec<Value>,
    targets: Vec<Value>,
    actions: Vec<Value>,
}

pub async fn plans(tx: &mut ProcessTx, file: &File, keys: &mut Keys, clock: &Clock) -> anyhow::Result<()> {
    let now = clock.now();
    let frame = frame(tx).await?;
    for plan in &file.plans {
        let id = keys.new_id("plan", &plan.key);
        sqlx::query!(
            "insert into plan (id, kind, pillar_id, title, about, first_year, last_year, state, text_note, source_url, adopted_on, in_force_on,
                revises_id, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
            id,
            plan.kind,
            keys.get("pillar", &plan.pillar)?,
            plan.title,
            plan.about,
            plan.first_year,
            plan.last_year,
            plan.state,
            plan.text_note,
            plan.source,
            plan.adopted_on,
            plan.in_force_on,
            keys.maybe("plan", plan.revises.as_ref())?,
            now
        )
        .execute(tx.conn())
        .await?;
        let mut rows = Rows::default();
        let adopted = matches!(plan.state.as_str(), "in_force" | "superseded");
        tree(&mut rows, keys, plan, id, None, "", adopted, &plan.nodes)?;
        write(tx, &rows).await?;
        // what was adopted before the portal was there has no frozen text; the example's has
        if adopted {
            let why = "Seeded with the example.";
            freeze(tx, PlanId(id), "adopted", &frame, None, why, now).await?;
        }
        if plan.consultation.is_some() {
            let snapshot = freeze(tx, PlanId(id), "consultation", &frame, None, "", now).await?;
            consultation(tx, plan, id, snapshot, keys, now).await?;
        }
        history(tx, plan, id, now).await?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "a walk that carries where it is")]
fn tree(
    rows: &mut Rows,
    keys: &mut Keys,
    plan: &Plan,
    plan_id: Uuid,
    parent: Option<Uuid>,
    above: &str,
    adopted: bool,
    nodes: &[Node],
) -> anyhow::Result<()> {
    for (i, node) in (1..).zip(nodes) {
        let (id, code) = (random::id(), if above.is_empty() { i.to_string() } else { format!("{above}.{i}") });
        let lineage = match &node.key {
            Some(key) => keys.new_id("lineage", key),
            None => random::id(),
        };
        if let Some(key) = &node.key {
            keys.set("node", &format!("{}/{key}", plan.key), id);
        }
        rows.nodes.push(json!({ "id": id, "plan_id": plan_id, "parent_id": parent, "kind": node.kind, "position": i,
            "code": adopted.then_some(&code), "title": node.title, "body": node.body, "expected_result": node.expected_result,
            "text_note": node.note, "source_url": node.source, "lineage_id": lineage }));
        for (position, indicator) in (1..).zip(&node.indicators) {
            let i: i32 = position;
            let of = random::id();
            let lineage = keys.new_id("indicator", &format!("{lineage}/{}", indicator.name));
            rows.indicators.push(
                json!({ "id": of, "plan_node_id": id, "lineage_id": lineage, "position": i, "name": indicator.name,
                "unit": indicator.unit, "baseline": indicator.baseline, "baseline_year": indicator.baseline_year }),
            );
            for (year, beneficiary, value) in &indicator.targets {
                let beneficiary = keys.maybe("beneficiary", beneficiary.as_ref())?;
                rows.targets
                    .push(json!({ "indicator_id": of, "year": year, "beneficiary_id": beneficiary, "value": value }));
            }
        }
        for action in &node.actions {
            rows.actions.push(json!({ "plan_node_id": id, "action_id": keys.get("action", action)? }));
        }
        tree(rows, keys, plan, plan_id, Some(id), &code, adopted, &node.children)?;
    }
    Ok(())
}

async fn write(tx: &mut ProcessTx, rows: &Rows) -> anyhow::Result<()> {
    sqlx::query!(
        "insert into plan_node (id, plan_id, parent_id, kind, position, code, title, body, expected_result, text_note, source_url, lineage_id)
         select id, plan_id, parent_id, kind, position, code, title, body, expected_result, text_note, source_url, lineage_id
         from jsonb_to_recordset($1) as r (id uuid, plan_id uuid, parent_id uuid, kind text, position integer, code text, title text,
            body text, expected_result text, text_note text, source_url text, lineage_id uuid)",
        Json(&rows.nodes) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into indicator (id, plan_node_id, lineage_id, position, name, unit, baseline, baseline_year)
         select id, plan_node_id, lineage_id, position, name, unit, baseline, baseline_year from jsonb_to_recordset($1) as r (id uuid,
            plan_node_id uuid, lineage_id uuid, position smallint, name text, unit text, baseline numeric, baseline_year smallint)",
        Json(&rows.indicators) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into indicator_target (indicator_id, year, beneficiary_id, value)
         select indicator_id, year, beneficiary_id, value from jsonb_to_recordset($1) as r (indicator_id uuid, year smallint,
            beneficiary_id uuid, value numeric)",
        Json(&rows.targets) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into plan_node_action (plan_node_id, action_id)
         select plan_node_id, action_id from jsonb_to_recordset($1) as r (plan_node_id uuid, action_id uuid)",
        Json(&rows.actions) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn consultation(
    tx: &mut ProcessTx,
    plan: &Plan,
    id: Uuid,
    snapshot: SnapshotId,
    keys: &mut Keys,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Some(c) = &plan.consultation else { return Ok(()) };
    let (consultation, today) = (random::id(), now.date_naive());
    let lead = sqlx::query_scalar!(
        "select m.id from membership m join membership_pillar p on p.process_id = m.process_id and p.membership_id = m.id
         join plan x on x.process_id = p.process_id and x.pillar_id = p.pillar_id
         where x.id = $1 and m.role = 'lead' order by m.created_at limit 1",
        id
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "insert into consultation (id, plan_id, number, opened_at, opened_by_id, deadline, letter, snapshot_id) values ($1, $2, 1, $3, $4, $5, $6, $7)",
        consultation,
        id,
        now,
        lead,
        today.checked_add_days(Days::new(c.days)).context("a day")?,
        c.letter,
        snapshot.0
    )
    .execute(tx.conn())
    .await?;
    let mut asked = Vec::new();
    for (kind, names) in [("beneficiary", &c.beneficiaries), ("organisation", &c.organisations)] {
        for name in names {
            let party = keys.get(kind, name)?;
            let row = keys.new_id("asked", &format!("{}/{name}", plan.key));
            asked.push(json!({ "id": row, "consultation_id": consultation, "beneficiary_id": (kind == "beneficiary").then_some(party),
                "organisation_id": (kind == "organisation").then_some(party) }));
        }
    }
    sqlx::query!(
        "insert into asked_party (id, consultation_id, beneficiary_id, organisation_id)
         select id, consultation_id, beneficiary_id, organisation_id from jsonb_to_recordset($1) as r (id uuid, consultation_id uuid,
            beneficiary_id uuid, organisation_id uuid)",
        Json(asked) as _
    )
    .execute(tx.conn())
    .await?;
    let (mut positions, mut concerned) = (Vec::new(), Vec::new());
    for position in &c.positions {
        let row = random::id();
        positions.push(json!({ "id": row, "asked_id": keys.get("asked", &format!("{}/{}", plan.key, position.party))?,
            "stance": position.stance, "reason": position.reason, "by_membership_id": keys.get("member", &position.by)?, "at": now }));
        for node in &position.nodes {
            concerned.push(
                json!({ "position_id": row, "plan_node_id": keys.get("node", &format!("{}/{node}", plan.key))? }),
            );
        }
    }
    sqlx::query!(
        "insert into party_position (id, asked_id, stance, reason, by_membership_id, at)
         select id, asked_id, stance, reason, by_membership_id, at from jsonb_to_recordset($1) as r (id uuid, asked_id uuid, stance text,
            reason text, by_membership_id uuid, at timestamptz)",
        Json(positions) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into party_position_node (position_id, plan_node_id)
         select position_id, plan_node_id from jsonb_to_recordset($1) as r (position_id uuid, plan_node_id uuid)",
        Json(concerned) as _
    )
    .execute(tx.conn())
    .await?;
    let mut remarks = Vec::new();
    for remark in &c.remarks {
        remarks.push(json!({ "plan_id": id, "plan_node_id": keys.get("node", &format!("{}/{}", plan.key, remark.node))?,
            "consultation_id": consultation, "by_membership_id": keys.get("member", &remark.by)?, "text": remark.text,
            "wording_field": remark.wording.as_ref().map(|w| &w.0), "wording_to": remark.wording.as_ref().map(|w| &w.1), "at": now,
            "answer": remark.answer.as_ref().map(|a| &a.0), "answer_text": remark.answer.as_ref().map_or("", |a| a.1.as_str()),
            "answered_by_id": remark.answer.as_ref().map(|_| lead), "answered_at": remark.answer.as_ref().map(|_| now) }));
    }
    sqlx::query!(
        r#"insert into plan_remark (plan_id, plan_node_id, consultation_id, by_membership_id, for_organisation_id, for_beneficiary_id, text,
            wording_field, wording_from, wording_to, at, answer, answer_text, answered_by_id, answered_at)
         select r.plan_id, r.plan_node_id, r.consultation_id, r.by_membership_id, m.organisation_id, m.beneficiary_id, r.text, r.wording_field,
            case r.wording_field when 'title' then n.title when 'body' then n.body when 'expected_result' then n.expected_result end,
            r.wording_to, r.at, r.answer, r.answer_text, r.answered_by_id, r.answered_at
         from jsonb_to_recordset($1) as r (plan_id uuid, plan_node_id uuid, consultation_id uuid, by_membership_id uuid, text text,
            wording_field text, wording_to text, at timestamptz, answer text, answer_text text, answered_by_id uuid, answered_at timestamptz)
         join membership m on m.id = r.by_membership_id join plan_node n on n.id = r.plan_node_id"#,
        Json(remarks) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn history(tx: &mut ProcessTx, plan: &Plan, id: Uuid, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut lines = vec![json!({ "event": "plan-created", "why": plan.text_note })];
    if let Some(back) = &plan.referred_back {
        lines.push(json!({ "event": "plan-referred-back", "why": back.reason }));
    }
    sqlx::query!(
        "insert into history (subject_kind, subject_id, event, why, at)
         select 'plan', $1, r.event, r.why, $3 from jsonb_to_recordset($2) as r (event text, why text)",
        id,
        Json(lines) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
