//! Plans of a seed file: their trees, what is said in a consultation, and of those that were before the Board the frozen
//! texts and the steps that led there.

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::decisions::{moment, role};
use super::file::{BoardDecision, File, Node, Plan};
use super::store::Keys;
use crate::features::decisions::State as Decided;
use crate::features::plans::{State, TABLE, frame, freeze};
use crate::kernel::clock::Clock;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Change, Changes, Entry, Subject};
use crate::kernel::ids::{PlanId, SnapshotId};
use crate::kernel::random;

/// A figure that somebody has stated.
#[derive(Debug, Deserialize)]
pub struct Actual {
    pub beneficiary: Option<String>,
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub value: String,
    pub source: String,
    pub dated: NaiveDate,
    pub by: String,
}

/// The rows of a plan's tree.
#[derive(Default)]
struct Rows {
    nodes: Vec<Value>,
    indicators: Vec<Value>,
    targets: Vec<Value>,
    actuals: Vec<Value>,
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
        let entry =
            Entry { subject: Subject::Plan, id, event: "plan-created", changes: Changes::new(), why: &plan.text_note };
        history::record_at(tx, None, entry, first(file, plan, clock)).await?;
        if plan.consultation.is_some() {
            let snapshot = freeze(tx, PlanId(id), "consultation", &frame, None, "", now).await?;
            consultation(tx, plan, id, snapshot, keys, now).await?;
        }
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
                "unit": indicator.unit, "method": indicator.method, "baseline": indicator.baseline, "baseline_year": indicator.baseline_year }),
            );
            for figure in &indicator.figures {
                let beneficiary = keys.maybe("beneficiary", figure.beneficiary.as_ref())?;
                rows.actuals.push(json!({ "id": random::id(), "indicator_id": of, "beneficiary_id": beneficiary,
                    "period_start": figure.from, "period_end": figure.until, "value": figure.value, "source": figure.source,
                    "dated": figure.dated, "by_membership_id": keys.get("member", &figure.by)?,
                    "at": figure.dated.and_time(NaiveTime::MIN).and_utc() }));
            }
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
        "insert into indicator (id, plan_node_id, lineage_id, position, name, unit, method, baseline, baseline_year)
         select id, plan_node_id, lineage_id, position, name, unit, method, baseline, baseline_year from jsonb_to_recordset($1) as r (id uuid,
            plan_node_id uuid, lineage_id uuid, position smallint, name text, unit text, method text, baseline numeric,
            baseline_year smallint)",
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
        "insert into indicator_actual (id, indicator_id, beneficiary_id, period_start, period_end, value, source, dated, at, by_membership_id)
         select id, indicator_id, beneficiary_id, period_start, period_end, value, source, dated, at, by_membership_id
         from jsonb_to_recordset($1) as r (id uuid, indicator_id uuid, beneficiary_id uuid, period_start date, period_end date,
            value numeric, source text, dated date, at timestamptz, by_membership_id uuid)",
        Json(&rows.actuals) as _
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

/// The decision on a plan, where the file has one.
fn decision<'f>(file: &'f File, plan: &Plan) -> Option<&'f BoardDecision> {
    file.board_decisions.iter().find(|d| d.plan.as_deref() == Some(plan.key.as_str()))
}

/// When a plan was begun here: before anything came of it.
fn first(file: &File, plan: &Plan, clock: &Clock) -> DateTime<Utc> {
    match decision(file, plan).and_then(|d| d.prepared) {
        Some(day) => moment(day.date(clock.today()), 7, clock),
        None => clock.now(),
    }
}

/// What came of the plans that the Board has decided on: their decisions are there by now, and are kept with the texts.
pub async fn past(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    let frame = frame(tx).await?;
    for plan in &file.plans {
        let (Some(d), id) = (decision(file, plan), PlanId(keys.get("plan", &plan.key)?)) else { continue };
        let result = d.result.as_ref().context("what the Board has decided on a plan")?;
        let (secretariat, chair) = (role(file, keys, "support_group")?, role(file, keys, "chair")?);
        let at = |hour| moment(result.recorded.map_or(result.on, |day| day.date(clock.today())), hour, clock);
        if result.state == Decided::ReferredBack {
            let agreed = moment(d.prepared.context("when it was agreed")?.date(clock.today()), 9, clock);
            freeze(tx, id, "agreed", &frame, Some(secretariat.id), "", agreed).await?;
            step(tx, id, ("plan-agreed", State::Agreed), &secretariat, "", agreed).await?;
            step(tx, id, ("plan-referred-back", State::Draft), &chair, &result.reasons, at(17)).await?;
            continue;
        }
        freeze(tx, id, "adopted", &frame, Some(chair.id), &d.note, at(17)).await?;
        step(tx, id, ("plan-adopted", State::Adopted), &chair, &d.note, at(17)).await?;
        step(tx, id, ("plan-put-in-force", State::InForce), &chair, "", at(18)).await?;
        if let Some(old) = keys.maybe("plan", plan.revises.as_ref())? {
            freeze(tx, PlanId(old), "superseded", &frame, Some(chair.id), "", at(17)).await?;
            step(tx, PlanId(old), ("plan-superseded", State::Superseded), &chair, "", at(17)).await?;
        }
    }
    Ok(())
}

/// The line that a step leaves in the history.
async fn step(
    tx: &mut ProcessTx,
    id: PlanId,
    (event, to): (&'static str, State),
    by: &MembershipFacts,
    why: &str,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    // every state has one way in, but the draft: the Board sends back what was agreed
    let rule =
        TABLE.iter().find(|r| r.to == to && (to != State::Draft || r.from == State::Agreed)).context("a step")?;
    let change = Change { from: vec![rule.from.as_str().to_owned()], to: vec![to.as_str().to_owned()] };
    let changes: Changes = [("plan_state".to_owned(), change)].into();
    let entry = Entry { subject: Subject::Plan, id: id.0, event, changes, why };
    history::record_at(tx, Some(by), entry, at).await?;
    Ok(())
}
