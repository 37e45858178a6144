//! Writes a seed file: one statement a table, its rows as JSON.

use anyhow::Context;
use serde_json::{Value, json};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::file::{Action, File};
use crate::features::actions::suggest_as;
use crate::kernel::clock::Clock;
use crate::kernel::date::PartialDate;
use crate::kernel::db::{Db, Intent, ProcessTx, Statements};
use crate::kernel::fold::fold;
use crate::kernel::ids::{AccountId, ActionId, MembershipId, ProcessId};
use crate::kernel::random;

/// The files whose process is not there.
pub async fn missing<'f>(db: &Db, files: &'f [File]) -> anyhow::Result<Vec<&'f File>> {
    let mut tx = db.platform_job().await?;
    let there = sqlx::query_scalar!("select slug from process").fetch_all(tx.conn()).await?;
    Ok(files.iter().filter(|f| !there.contains(&f.slug)).collect())
}

/// The operator's account, whose mark only the owner can set elsewhere.
pub async fn operator(db: &Db, email: &str, hash: &str) -> anyhow::Result<()> {
    let mut tx = db.platform_job().await?;
    let account = sqlx::query_scalar!(r#"select kernel.operator_account($1) as "id!: AccountId""#, email)
        .fetch_one(tx.conn())
        .await?;
    tx.commit().await?;
    password(db, account, hash).await
}

async fn password(db: &Db, account: AccountId, hash: &str) -> anyhow::Result<()> {
    let mut tx = db.outside(Intent::Write, &Statements::default()).await?;
    tx.become_account(account).await?;
    sqlx::query!(
        "update account set password_hash = $2, password_changed_at = now() where id = $1 and password_hash is null",
        account.0,
        hash
    )
    .execute(tx.conn())
    .await?;
    Ok(tx.commit().await?)
}

/// Ids by the file's keys.
#[derive(Default)]
pub(super) struct Keys(HashMap<(&'static str, String), Uuid>);

impl Keys {
    pub(super) fn new_id(&mut self, kind: &'static str, key: &str) -> Uuid {
        *self.0.entry((kind, key.to_owned())).or_insert_with(random::id)
    }
    pub(super) fn set(&mut self, kind: &'static str, key: &str, id: Uuid) {
        self.0.insert((kind, key.to_owned()), id);
    }
    pub(super) fn get(&self, kind: &'static str, key: &str) -> anyhow::Result<Uuid> {
        self.0
            .get(&(kind, key.to_owned()))
            .copied()
            .with_context(|| format!("the file names the {kind} {key} and has none"))
    }
    pub(super) fn maybe(&self, kind: &'static str, key: Option<&String>) -> anyhow::Result<Option<Uuid>> {
        key.map(|k| self.get(kind, k)).transpose()
    }
}

/// One process in one transaction: a demo that is killed meanwhile loads it the next time.
pub async fn load(db: &Db, clock: &Clock, file: &File, hash: &str) -> anyhow::Result<()> {
    let process = ProcessId(random::id());
    let accounts = accounts(db, file, hash).await?;
    let mut platform = db.platform_job().await?;
    sqlx::query!(
        "select kernel.seed_process($1, $2, $3, $4, $5, $6, $7, $8)",
        process.0,
        file.slug,
        file.name,
        file.short_name,
        file.tagline,
        &file.about,
        file.footnotes,
        file.example
    )
    .fetch_one(platform.conn())
    .await?;
    let mut tx = platform.enter_founded(process).await?;
    let mut keys = Keys::default();
    super::directory::directory(&mut tx, file, &mut keys, &accounts).await?;
    actions(&mut tx, file, &mut keys, clock).await?;
    links(&mut tx, file, &keys).await?;
    trail(&mut tx, file, &keys).await?;
    suggestions(&mut tx, file, &keys, clock).await?;
    super::plans::plans(&mut tx, file, &mut keys, clock).await?;
    super::reports::known(file, &mut keys);
    super::decisions::decisions(&mut tx, file, &keys, clock).await?;
    super::needs::needs(&mut tx, file, &mut keys, clock).await?;
    super::plans::past(&mut tx, file, &keys, clock).await?;
    super::reports::reports(&mut tx, file, &keys, clock).await?;
    super::rounds::rounds(&mut tx, file, &mut keys, clock).await?;
    super::meetings::meetings(&mut tx, file, &keys, clock).await?;
    Ok(tx.commit().await?)
}

/// The accounts of a file's members, with the demo's password.
async fn accounts(db: &Db, file: &File, hash: &str) -> anyhow::Result<Vec<AccountId>> {
    let mut accounts = Vec::new();
    let mut platform = db.platform_job().await?;
    for member in &file.members {
        let id = sqlx::query_scalar!(r#"select kernel.account_of($1) as "id!: AccountId""#, member.email)
            .fetch_one(platform.conn())
            .await?;
        accounts.push(id);
    }
    platform.commit().await?;
    for account in &accounts {
        password(db, *account, hash).await?;
    }
    Ok(accounts)
}

fn dates(name: &str, date: Option<&PartialDate>, row: &mut Value) {
    row[name] = json!(date.map(PartialDate::first_day));
    row[format!("{name}_precision")] = json!(date.map(|d| d.precision().as_str()));
}

fn action_row(a: &Action, keys: &Keys) -> anyhow::Result<Value> {
    let references: Vec<&str> = a.references.iter().map(|r| r.value.as_str()).collect();
    let reference = references.join("; ");
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let all = [&a.title, &text(&a.description), &reference, &text(&a.theme_text), &text(&a.parent_text)]
        .map(String::as_str)
        .join(" ");
    let mut row = json!({ "id": keys.get("action", &a.key)?, "reporting_id": keys.get("organisation", &a.reporting)?,
        "title": a.title, "description": text(&a.description), "status": a.status, "handling": a.handling,
        "date_note": text(&a.date_note), "parent_id": keys.maybe("action", a.parent.as_ref())?, "parent_text": a.parent_text,
        "theme_text": text(&a.theme_text), "reference": reference, "source_url": a.source_url, "source_note": text(&a.source_note),
        "stated_total": a.stated_total.as_ref().map(|m| &m.amount), "stated_currency": a.stated_total.as_ref().map(|m| &m.currency),
        "claim": a.claim.as_deref().unwrap_or("confirmed"), "claim_reason": text(&a.claim_reason),
        "reported_by_id": keys.maybe("member", a.reported_by.as_ref())?, "open_to_support_group": a.open_to_support_group,
        "last_confirmed_at": a.last_confirmed.as_ref().map(|c| c.date),
        "last_confirmed_by_id": keys.maybe("member", a.last_confirmed.as_ref().map(|c| &c.by))?,
        "search_title": fold(&a.title), "search_text": fold(&all) });
    dates("planned_start", a.start.planned.as_ref(), &mut row);
    dates("actual_start", a.start.actual.as_ref(), &mut row);
    dates("planned_end", a.end.planned.as_ref(), &mut row);
    dates("actual_end", a.end.actual.as_ref(), &mut row);
    Ok(row)
}

async fn actions(tx: &mut ProcessTx, file: &File, keys: &mut Keys, clock: &Clock) -> anyhow::Result<()> {
    for action in &file.actions {
        keys.new_id("action", &action.key);
    }
    let rows: Vec<Value> = file.actions.iter().map(|a| action_row(a, keys)).collect::<anyhow::Result<_>>()?;
    sqlx::query!(
        "insert into action (id, reporting_id, title, description, status, handling, planned_start, planned_start_precision,
            planned_end, planned_end_precision, actual_start, actual_start_precision, actual_end, actual_end_precision, date_note,
            parent_id, parent_text, theme_text, reference, source_url, source_note, stated_total, stated_currency, claim, claim_reason,
            reported_by_id, open_to_support_group, last_confirmed_at, last_confirmed_by_id, search_title, search_text, created_at, updated_at)
         select id, reporting_id, title, description, status, handling, planned_start, planned_start_precision,
            planned_end, planned_end_precision, actual_start, actual_start_precision, actual_end, actual_end_precision, date_note,
            parent_id, parent_text, theme_text, reference, source_url, source_note, stated_total, stated_currency, claim, claim_reason,
            reported_by_id, open_to_support_group, last_confirmed_at, last_confirmed_by_id, search_title, search_text, $2, $2
         from jsonb_to_recordset($1) as x(id uuid, reporting_id uuid, title text, description text, status text, handling text,
            planned_start date, planned_start_precision text, planned_end date, planned_end_precision text, actual_start date,
            actual_start_precision text, actual_end date, actual_end_precision text, date_note text, parent_id uuid, parent_text text,
            theme_text text, reference text, source_url text, source_note text, stated_total numeric, stated_currency text, claim text,
            claim_reason text, reported_by_id uuid, open_to_support_group boolean, last_confirmed_at timestamptz,
            last_confirmed_by_id uuid, search_title text, search_text text)",
        Json(rows) as _,
        clock.now()
    )
    .execute(tx.conn())
    .await?;
    // what the history of each begins with: that it was taken over, when, and from which source
    sqlx::query!(
        "insert into history (subject_kind, subject_id, event, at, why)
         select 'action', a.id, 'recorded', $1, concat_ws(' ', nullif(a.source_note, ''), nullif(a.source_url, ''))
         from action a where a.process_id = kernel.process_id()",
        clock.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn links(tx: &mut ProcessTx, file: &File, keys: &Keys) -> anyhow::Result<()> {
    let (mut parties, mut beneficiaries, mut pillars, mut themes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for a in &file.actions {
        let id = keys.get("action", &a.key)?;
        for (i, p) in a.parties.iter().enumerate() {
            let organisation = keys.get("organisation", &p.organisation)?;
            parties.push(json!({ "action": id, "organisation": organisation, "role": p.role, "as_named": p.as_named, "position": i }));
        }
        for code in a.beneficiaries.iter().flatten() {
            beneficiaries.push(
                json!({ "action": id, "beneficiary": keys.get("beneficiary", code)?, "share": a.shares.get(code) }),
            );
        }
        for key in &a.pillars {
            pillars.push(json!({ "action": id, "pillar": keys.get("pillar", key)? }));
        }
        for key in &a.themes {
            themes.push(json!({ "action": id, "theme": keys.get("theme", key)? }));
        }
    }
    sqlx::query!(
        "insert into action_party (action_id, organisation_id, role, as_named, position)
         select action, organisation, role, min(as_named), min(position)
         from jsonb_to_recordset($1) as x(action uuid, organisation uuid, role text, as_named text, position smallint) group by 1, 2, 3",
        Json(parties) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_beneficiary (action_id, beneficiary_id, share) select action, beneficiary, share
         from jsonb_to_recordset($1) as x(action uuid, beneficiary uuid, share numeric)",
        Json(beneficiaries) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_pillar (action_id, pillar_id) select action, pillar from jsonb_to_recordset($1) as x(action uuid, pillar uuid)",
        Json(pillars) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_theme (action_id, theme_id) select action, theme from jsonb_to_recordset($1) as x(action uuid, theme uuid)",
        Json(themes) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Money, remarks, what is opened to others, requests for access.
async fn trail(tx: &mut ProcessTx, file: &File, keys: &Keys) -> anyhow::Result<()> {
    let (mut money, mut remarks, mut opened) = (Vec::new(), Vec::new(), Vec::new());
    for a in &file.actions {
        let action = keys.get("action", &a.key)?;
        let own: HashMap<&str, Uuid> =
            a.contributions.iter().filter_map(|c| Some((c.key.as_deref()?, random::id()))).collect();
        for c in &a.contributions {
            let id = c.key.as_deref().and_then(|k| own.get(k).copied()).unwrap_or_else(random::id);
            let supersedes = c.supersedes.as_deref().and_then(|k| own.get(k));
            let mut row = json!({ "id": id, "action": action, "kind": c.kind, "amount": c.amount, "currency": c.currency,
                "provider": keys.maybe("organisation", c.provider.as_ref())?, "receiver": keys.maybe("organisation", c.receiver.as_ref())?,
                "supersedes": supersedes, "note": c.note.clone().unwrap_or_default(),
                "period_start": c.period_start, "period_end": c.period_end });
            dates("value_date", c.date.as_ref(), &mut row);
            money.push(row);
        }
        for r in &a.remarks {
            remarks.push(
                json!({ "action": action, "by": keys.get("member", &r.by)?, "text": r.text, "handling": r.handling }),
            );
        }
        for key in &a.open_to {
            opened.push(json!({ "action": action, "organisation": keys.get("organisation", key)? }));
        }
    }
    sqlx::query!(
        "insert into contribution (id, action_id, kind, amount, currency, value_date, value_date_precision, period_start, period_end,
            provider_id, receiver_id, supersedes_id, note)
         select id, action, kind, amount, currency, value_date, value_date_precision, period_start, period_end, provider, receiver, supersedes, note
         from jsonb_to_recordset($1) as x(id uuid, action uuid, kind text, amount numeric, currency text, value_date date,
            value_date_precision text, period_start date, period_end date, provider uuid, receiver uuid, supersedes uuid, note text)",
        Json(money) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into remark (action_id, by_membership_id, text, handling) select action, by, text, handling
         from jsonb_to_recordset($1) as x(action uuid, by uuid, text text, handling text)",
        Json(remarks) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into action_disclosure (action_id, organisation_id, by_membership_id)
         select x.action, x.organisation, m.id
         from jsonb_to_recordset($1) as x(action uuid, organisation uuid)
            join action a on a.id = x.action join membership m on m.organisation_id = a.reporting_id",
        Json(opened) as _
    )
    .execute(tx.conn())
    .await?;
    let requests: Vec<Value> = file
        .access_requests
        .iter()
        .map(|r| {
            Ok(json!({ "kind": r.kind, "name": r.name, "email": r.email, "organisation_name": r.organisation_name,
                "organisation": keys.maybe("organisation", r.organisation.as_ref())?, "post": r.post, "reason": r.reason, "at": r.at,
                "due_on": r.due_on, "state": r.state, "decided_by": keys.maybe("member", r.decided_by.as_ref())?,
                "decided_at": r.decided_at, "answer": r.answer }))
        })
        .collect::<anyhow::Result<_>>()?;
    sqlx::query!(
        "insert into access_request (kind, name, email, organisation_name, organisation_id, post, reason, at, due_on, state,
            decided_by_id, decided_at, answer)
         select kind, name, email, organisation_name, organisation, post, reason, at, due_on, state, decided_by, decided_at, answer
         from jsonb_to_recordset($1) as x(kind text, name text, email text, organisation_name text, organisation uuid, post text,
            reason text, at timestamptz, due_on date, state text, decided_by uuid, decided_at timestamptz, answer text)",
        Json(requests) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What members suggest; ids stand for the file's keys.
async fn suggestions(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    for a in &file.actions {
        for s in &a.suggestions {
            let mut changes = s.changes.clone();
            for (field, kind) in [("pillars", "pillar"), ("themes", "theme"), ("reporting", "organisation")] {
                for value in changes.get_mut(field).into_iter().flatten() {
                    *value = keys.get(kind, value)?.to_string();
                }
            }
            let (action, by) = (ActionId(keys.get("action", &a.key)?), MembershipId(keys.get("member", &s.by)?));
            suggest_as(tx, action, by, &changes, &s.note, clock.now()).await?;
        }
    }
    Ok(())
}
