//! Rounds of a seed file, in the midst of being answered. Only the example process has any: no real donor is given a report that it has
//! not made, and no real beneficiary a word that it has not said.

use anyhow::Context;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::decisions::moment;
use super::file::File;
use super::store::Keys;
use crate::kernel::clock::Clock;
use crate::kernel::db::ProcessTx;
use crate::kernel::random;

/// A round that is open, asked of all keepers of open actions in a pillar.
#[derive(Debug, Deserialize)]
pub struct Round {
    pub key: String,
    pub kind: String,
    pub title: String,
    pub letter: String,
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    /// How many days after the seeding answers are awaited.
    pub days: u64,
    pub pillar: String,
    pub opened: NaiveDate,
    pub by: String,
    #[serde(default)]
    pub reports: Vec<Report>,
    #[serde(default)]
    pub words: Vec<Word>,
}

#[derive(Debug, Deserialize)]
pub struct Report {
    pub action: String,
    pub by: String,
    pub on: NaiveDate,
    pub health: String,
    pub state: String,
    pub done: String,
    pub hinders: String,
    /// The name of an indicator of a plan in force, the beneficiary, the value.
    pub values: Vec<(String, String, String)>,
    pub said: Vec<Said>,
    pub decided: Option<NaiveDate>,
    pub decided_by: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Said {
    pub beneficiary: String,
    pub by: String,
    pub on: NaiveDate,
    pub confirmed: bool,
    pub word: String,
}

/// What a party answers in a word.
#[derive(Debug, Deserialize)]
pub struct Word {
    pub action: String,
    pub by: String,
    pub on: NaiveDate,
    pub state: String,
    pub word: String,
}

pub async fn rounds(tx: &mut ProcessTx, file: &File, keys: &mut Keys, clock: &Clock) -> anyhow::Result<()> {
    for round in &file.rounds {
        one(tx, round, keys, clock).await.with_context(|| format!("the round {:?}", round.title))?;
    }
    Ok(())
}

async fn one(tx: &mut ProcessTx, r: &Round, keys: &mut Keys, clock: &Clock) -> anyhow::Result<()> {
    let id = keys.new_id("round", &r.key);
    let opened = moment(r.opened, 8, clock);
    let deadline = clock.today().checked_add_days(Days::new(r.days)).context("a day far ahead")?;
    sqlx::query!(
        "insert into round (id, kind, title, letter, period_start, period_end, deadline, pillar_id, state, asked_at, by_membership_id, opened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $9)",
        id,
        r.kind,
        r.title,
        r.letter,
        r.period_start,
        r.period_end,
        deadline,
        keys.get("pillar", &r.pillar)?,
        opened,
        keys.get("member", &r.by)?
    )
    .execute(tx.conn())
    .await?;
    // as the job of features/rounds asks and fills
    sqlx::query!(
        "with open as (select a.id, a.reporting_id from action a join action_pillar l on l.process_id = a.process_id and l.action_id = a.id
                join round r on r.process_id = a.process_id and r.id = $1 and l.pillar_id = r.pillar_id
                where a.process_id = kernel.process_id() and a.claim = 'confirmed' and a.merged_into_id is null
                    and coalesce(a.status, '') not in ('completed', 'cancelled')),
            asked as (insert into round_asked (id, round_id, organisation_id, filled_at)
                select gen_random_uuid(), $1, o.reporting_id, $2 from (select distinct reporting_id from open) o returning id, organisation_id)
         insert into round_item (round_id, asked_id, action_id)
         select $1, x.id, o.id from asked x join open o on o.reporting_id = x.organisation_id",
        id,
        opened
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update round r set done = n.n, total = n.n from (select count(*)::integer as n from round_asked a
            where a.process_id = kernel.process_id() and a.round_id = $1) n where r.process_id = kernel.process_id() and r.id = $1",
        id
    )
    .execute(tx.conn())
    .await?;
    answers(tx, r, id, keys, clock).await?;
    sqlx::query!(
        "insert into history (id, at, by_membership_id, subject_kind, subject_id, event)
         values ($1, $2, $3, 'round', $4, 'round-opened')",
        random::id(),
        opened,
        keys.get("member", &r.by)?,
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn answers(tx: &mut ProcessTx, r: &Round, round: uuid::Uuid, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    let (mut items, mut reports, mut values, mut said): (Vec<Value>, Vec<Value>, Vec<Value>, Vec<Value>) =
        Default::default();
    for g in &r.reports {
        let (id, action, by) = (random::id(), keys.get("action", &g.action)?, keys.get("member", &g.by)?);
        let at = moment(g.on, 10, clock);
        items.push(
            json!({ "action_id": action, "state": "reported", "word": "", "answered_at": at, "answered_by_id": by }),
        );
        reports.push(json!({ "id": id, "action_id": action, "state": g.state, "health": g.health, "done": g.done, "hinders": g.hinders,
            "reported_at": at, "reported_by_id": by, "decided_at": g.decided.map(|day| moment(day, 15, clock)),
            "decided_by_id": keys.maybe("member", g.decided_by.as_ref())? }));
        for (indicator, code, value) in &g.values {
            values.push(json!({ "report": id, "indicator": indicator, "beneficiary": keys.get("beneficiary", code)?, "value": value }));
        }
        for s in &g.said {
            let answer = if s.confirmed { "confirmed" } else { "correction" };
            said.push(json!({ "report_id": id, "beneficiary_id": keys.get("beneficiary", &s.beneficiary)?, "answer": answer, "word": s.word,
                "at": moment(s.on, 11, clock), "by_membership_id": keys.get("member", &s.by)? }));
        }
    }
    for w in &r.words {
        items.push(json!({ "action_id": keys.get("action", &w.action)?, "state": w.state, "word": w.word,
            "answered_at": moment(w.on, 10, clock), "answered_by_id": keys.get("member", &w.by)? }));
    }
    sqlx::query!(
        "update round_item i set state = x.state, word = x.word, answered_at = x.answered_at, answered_by_id = x.answered_by_id
         from jsonb_populate_recordset(null::round_item, $2) x
         where i.process_id = kernel.process_id() and i.round_id = $1 and i.action_id = x.action_id",
        round,
        Json(items) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into progress_report (id, round_id, item_id, action_id, state, health, done, hinders, reported_at, reported_by_id, decided_at,
            decided_by_id)
         select x.id, $1, i.id, i.action_id, x.state, x.health, x.done, x.hinders, x.reported_at, x.reported_by_id, x.decided_at, x.decided_by_id
         from jsonb_populate_recordset(null::progress_report, $2) x
            join round_item i on i.process_id = kernel.process_id() and i.round_id = $1 and i.action_id = x.action_id",
        round,
        Json(reports) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into progress_value (report_id, indicator_id, beneficiary_id, period_start, period_end, value)
         select x.report, d.id, x.beneficiary, r.period_start, r.period_end, x.value
         from jsonb_to_recordset($2) as x(report uuid, indicator text, beneficiary uuid, value numeric)
            join round r on r.process_id = kernel.process_id() and r.id = $1
            join indicator d on d.process_id = r.process_id and d.name = x.indicator
            join plan_node n on n.process_id = d.process_id and n.id = d.plan_node_id
            join plan p on p.process_id = n.process_id and p.id = n.plan_id and p.state = 'in_force'",
        round,
        Json(values) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into progress_confirmation (report_id, beneficiary_id, edition, answer, word, at, by_membership_id)
         select x.report_id, x.beneficiary_id, 1, x.answer, x.word, x.at, x.by_membership_id
         from jsonb_populate_recordset(null::progress_confirmation, $1) x",
        Json(said) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
