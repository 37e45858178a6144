//! Mapping cycles and needs of a seed file, with what answers them and how they were judged. Only the example process has
//! any: no real beneficiary is given a need that it has not stated.

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::decisions::moment;
use super::file::File;
use super::store::Keys;
use crate::kernel::clock::Clock;
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::random;

#[derive(Debug, Deserialize)]
pub struct MappingCycle {
    pub key: String,
    pub name: String,
    pub first_year: i16,
    pub last_year: i16,
    pub opened: NaiveDate,
    pub closed: Option<NaiveDate>,
}

/// A need. Without `submitted` it is a draft.
#[derive(Debug, Deserialize)]
pub struct Need {
    pub key: String,
    pub beneficiary: String,
    pub cycle: String,
    pub title: String,
    /// The plan's key and the node's: `crime/c1a1`.
    pub node: Option<String>,
    pub theme: Option<String>,
    #[serde(rename = "type")]
    pub need_type: Option<String>,
    pub perspective: Option<String>,
    pub priority: Option<String>,
    pub by_when: Option<PartialDate>,
    pub body: String,
    pub submitted: Option<NaiveDate>,
    pub by: String,
    #[serde(default)]
    pub exists: String,
    #[serde(default)]
    pub evidence: String,
    #[serde(default)]
    pub own_language: Option<String>,
    #[serde(default)]
    pub own_title: String,
    #[serde(default)]
    pub own_body: String,
    #[serde(default)]
    pub handling: Option<String>,
    #[serde(default)]
    pub shown_to: Vec<String>,
    #[serde(default)]
    pub on_behalf: bool,
    #[serde(default)]
    pub copied_from: Option<String>,
    #[serde(default)]
    pub carried: Option<String>,
    #[serde(default)]
    pub withdrawn: Option<NaiveDate>,
    #[serde(default)]
    pub withdrawn_why: String,
    #[serde(default)]
    pub responses: Vec<NeedResponse>,
    #[serde(default)]
    pub judgements: Vec<NeedJudgement>,
}

/// An action that was proposed; `confirmed` is left out where nobody has answered.
#[derive(Debug, Deserialize)]
pub struct NeedResponse {
    pub action: String,
    pub by: String,
    pub on: NaiveDate,
    #[serde(default)]
    pub how: String,
    pub confirmed: Option<bool>,
    #[serde(default)]
    pub answer: String,
    pub answered: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
pub struct NeedJudgement {
    pub coverage: String,
    pub reason: String,
    pub by: String,
    pub on: NaiveDate,
}

/// The rows of all needs.
#[derive(Default)]
struct Rows {
    needs: Vec<Value>,
    shown: Vec<Value>,
    responses: Vec<Value>,
    judgements: Vec<Value>,
    history: Vec<Value>,
}

pub async fn needs(tx: &mut ProcessTx, file: &File, keys: &mut Keys, clock: &Clock) -> anyhow::Result<()> {
    let at = |day, hour| moment(day, hour, clock);
    for cycle in &file.mapping_cycles {
        sqlx::query!(
            "insert into mapping_cycle (id, name, first_year, last_year, opened_at, closed_at) values ($1, $2, $3, $4, $5, $6)",
            keys.new_id("cycle", &cycle.key),
            cycle.name,
            cycle.first_year,
            cycle.last_year,
            at(cycle.opened, 8),
            cycle.closed.map(|day| at(day, 17))
        )
        .execute(tx.conn())
        .await?;
    }
    let mut rows = Rows::default();
    for need in &file.needs {
        one(need, keys, clock, &mut rows).with_context(|| format!("the need {:?}", need.title))?;
    }
    write(tx, rows).await
}

fn one(n: &Need, keys: &mut Keys, clock: &Clock, rows: &mut Rows) -> anyhow::Result<()> {
    let at = |day, hour| moment(day, hour, clock);
    let id = keys.new_id("need", &n.key);
    let by = keys.get("member", &n.by)?;
    let submitted = n.submitted.map(|day| at(day, 10));
    let made = submitted.unwrap_or_else(|| clock.now());
    let state = match (n.withdrawn, submitted) {
        (Some(_), _) => "withdrawn",
        (None, Some(_)) => "submitted",
        (None, None) => "draft",
    };
    let all = [&n.title, &n.body, &n.own_title, &n.own_body, &n.evidence].map(String::as_str).join(" ");
    rows.needs.push(json!({ "id": id, "beneficiary_id": keys.get("beneficiary", &n.beneficiary)?,
        "cycle_id": keys.get("cycle", &n.cycle)?, "plan_node_id": keys.maybe("node", n.node.as_ref())?,
        "theme_id": keys.maybe("theme", n.theme.as_ref())?, "type": n.need_type, "perspective": n.perspective,
        "priority": n.priority, "by_when": n.by_when.map(|d| d.first_day()),
        "by_when_precision": n.by_when.map(|d| d.precision().as_str()), "title": n.title, "body": n.body,
        "own_language": n.own_language, "own_title": n.own_title, "own_body": n.own_body, "exists_already": n.exists,
        "evidence": n.evidence, "handling": n.handling.as_deref().unwrap_or("members"), "state": state, "on_behalf": n.on_behalf,
        "submitted_at": submitted, "submitted_by_id": submitted.map(|_| by), "withdrawn_at": n.withdrawn.map(|day| at(day, 11)),
        "withdrawn_why": n.withdrawn_why, "copied_from_id": keys.maybe("need", n.copied_from.as_ref())?, "carried": n.carried,
        "created_at": made, "created_by_id": by, "updated_at": n.withdrawn.map_or(made, |day| at(day, 11)), "updated_by_id": by,
        "search_text": fold(&all) }));
    let mut tell = |event: &str, when, who, why: &str| {
        rows.history.push(json!({ "id": random::id(), "at": when, "by_membership_id": who, "subject_id": id, "event": event, "why": why }));
    };
    match n.carried.as_deref() {
        Some("confirmed") => tell("need-carried-on", made, by, ""),
        Some(_) => tell("need-carried-changed", made, by, ""),
        None if submitted.is_some() => tell("need-submitted", made, by, ""),
        None => tell("need-drafted", made, by, ""),
    }
    if let Some(day) = n.withdrawn {
        tell("need-withdrawn", at(day, 11), by, &n.withdrawn_why);
    }
    for organisation in &n.shown_to {
        rows.shown.push(json!({ "need_id": id, "organisation_id": keys.get("organisation", organisation)? }));
    }
    for r in &n.responses {
        let state = match r.confirmed {
            Some(true) => "confirmed",
            Some(false) => "declined",
            None => "proposed",
        };
        rows.responses.push(json!({ "id": random::id(), "need_id": id, "action_id": keys.get("action", &r.action)?, "state": state,
            "how": r.how, "proposed_at": at(r.on, 9), "proposed_by_id": keys.get("member", &r.by)?,
            "answered_at": r.answered.map(|day| at(day, 14)), "answered_by_id": r.answered.map(|_| by), "answer": r.answer }));
    }
    for j in &n.judgements {
        let who = keys.get("member", &j.by)?;
        rows.judgements.push(
            json!({ "id": random::id(), "need_id": id, "coverage": j.coverage, "reason": j.reason, "at": at(j.on, 15),
            "by_membership_id": who }),
        );
        rows.history.push(json!({ "id": random::id(), "at": at(j.on, 15), "by_membership_id": who, "subject_id": id,
            "event": "need-judged", "why": j.reason }));
    }
    Ok(())
}

async fn write(tx: &mut ProcessTx, rows: Rows) -> anyhow::Result<()> {
    sqlx::query!(
        "insert into need (id, beneficiary_id, cycle_id, plan_node_id, theme_id, type, perspective, priority, by_when, by_when_precision,
            title, body, own_language, own_title, own_body, exists_already, evidence, handling, state, on_behalf, submitted_at, submitted_by_id,
            withdrawn_at, withdrawn_why, copied_from_id, carried, created_at, created_by_id, updated_at, updated_by_id, search_text)
         select r.id, r.beneficiary_id, r.cycle_id, r.plan_node_id, r.theme_id, r.type, r.perspective, r.priority, r.by_when, r.by_when_precision,
            r.title, r.body, r.own_language, r.own_title, r.own_body, r.exists_already, r.evidence, r.handling, r.state, r.on_behalf,
            r.submitted_at, r.submitted_by_id, r.withdrawn_at, r.withdrawn_why, r.copied_from_id, r.carried, r.created_at, r.created_by_id,
            r.updated_at, r.updated_by_id, r.search_text
         from jsonb_populate_recordset(null::need, $1) r",
        Json(rows.needs) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into need_organisation (need_id, organisation_id)
         select r.need_id, r.organisation_id from jsonb_populate_recordset(null::need_organisation, $1) r",
        Json(rows.shown) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into response (id, need_id, action_id, state, how, proposed_at, proposed_by_id, answered_at, answered_by_id, answer)
         select r.id, r.need_id, r.action_id, r.state, r.how, r.proposed_at, r.proposed_by_id, r.answered_at, r.answered_by_id, r.answer
         from jsonb_populate_recordset(null::response, $1) r",
        Json(rows.responses) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into need_judgement (id, need_id, coverage, reason, at, by_membership_id)
         select r.id, r.need_id, r.coverage, r.reason, r.at, r.by_membership_id from jsonb_populate_recordset(null::need_judgement, $1) r",
        Json(rows.judgements) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into history (id, at, by_membership_id, subject_kind, subject_id, event, why)
         select r.id, r.at, r.by_membership_id, 'need', r.subject_id, r.event, r.why from jsonb_populate_recordset(null::history, $1) r",
        Json(rows.history) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
