//! Writes a seed file: one statement a table, its rows as JSON.

use anyhow::Context;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use serde_json::{Value, json};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::file::{Action, File};
use crate::kernel::clock::Clock;
use crate::kernel::date::PartialDate;
use crate::kernel::db::{Db, Intent, ProcessTx, Statements};
use crate::kernel::fold::fold;
use crate::kernel::ids::{AccountId, ProcessId};
use crate::kernel::random;

pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|e| anyhow::anyhow!("the demo's password cannot be hashed: {e}"))?.to_string())
}

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
struct Keys(HashMap<(&'static str, String), Uuid>);

impl Keys {
    fn new_id(&mut self, kind: &'static str, key: &str) -> Uuid {
        *self.0.entry((kind, key.to_owned())).or_insert_with(random::id)
    }
    fn get(&self, kind: &'static str, key: &str) -> anyhow::Result<Uuid> {
        self.0.get(&(kind, key.to_owned())).copied().with_context(|| format!("the file names the {kind} {key} and has none"))
    }
    fn maybe(&self, kind: &'static str, key: Option<&String>) -> anyhow::Result<Option<Uuid>> {
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
    directory(&mut tx, file, &mut keys, &accounts).await?;
    actions(&mut tx, file, &mut keys, clock).await?;
    links(&mut tx, file, &keys).await?;
    trail(&mut tx, file, &keys).await?;
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

async fn directory(tx: &mut ProcessTx, file: &File, keys: &mut Keys, accounts: &[AccountId]) -> anyhow::Result<()> {
    let organisations: Vec<Value> = file
        .organisations
        .iter()
        .map(|o| {
            let names = format!("{} {} {}", o.name, o.short_name.clone().unwrap_or_default(), o.aliases.join(" "));
            json!({ "id": keys.new_id("organisation", &o.key), "name": o.name, "short_name": o.short_name, "kind": o.kind,
                "level": o.level, "seat": o.seat, "iati_identifier": o.iati, "note": o.note.clone().unwrap_or_default(),
                "member_from": o.member_from, "member_to": o.member_to, "search_text": fold(&names) })
        })
        .collect();
    sqlx::query!(
        "insert into organisation (id, name, short_name, kind, level, seat, iati_identifier, note, member_from, member_to, search_text)
         select id, name, short_name, kind, level, seat, iati_identifier, note, member_from, member_to, search_text
         from jsonb_to_recordset($1) as x(id uuid, name text, short_name text, kind text, level text, seat text,
            iati_identifier text, note text, member_from date, member_to date, search_text text)",
        Json(organisations) as _
    )
    .execute(tx.conn())
    .await?;
    let mut parents = Vec::new();
    let mut aliases = Vec::new();
    for o in &file.organisations {
        let id = keys.get("organisation", &o.key)?;
        if let Some(parent) = keys.maybe("organisation", o.parent.as_ref())? {
            parents.push(json!({ "id": id, "parent": parent }));
        }
        aliases.extend(o.aliases.iter().map(|name| json!({ "organisation": id, "name": name })));
    }
    sqlx::query!(
        "with x as (select * from jsonb_to_recordset($1) as x(id uuid, parent uuid))
         update organisation o set parent_id = x.parent from x where o.id = x.id",
        Json(parents) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into organisation_alias (organisation_id, name)
         select organisation, name from jsonb_to_recordset($1) as x(organisation uuid, name text)",
        Json(aliases) as _
    )
    .execute(tx.conn())
    .await?;
    let contacts: Vec<Value> = file
        .contact_points
        .iter()
        .map(|c| {
            let organisation = keys.get("organisation", &c.organisation)?;
            Ok(json!({ "organisation": organisation, "name": c.name, "post": c.post, "email": c.email, "phone": c.phone, "about": c.about }))
        })
        .collect::<anyhow::Result<_>>()?;
    sqlx::query!(
        "insert into contact_point (organisation_id, name, post, email, phone, about)
         select organisation, name, post, email, phone, about
         from jsonb_to_recordset($1) as x(organisation uuid, name text, post text, email text, phone text, about text)",
        Json(contacts) as _
    )
    .execute(tx.conn())
    .await?;
    structure(tx, file, keys).await?;
    members(tx, file, keys, accounts).await
}

/// Pillars with their leads, beneficiaries with their former names, themes.
async fn structure(tx: &mut ProcessTx, file: &File, keys: &mut Keys) -> anyhow::Result<()> {
    let pillars: Vec<Value> = file
        .pillars
        .iter()
        .enumerate()
        .map(|(i, p)| {
            json!({ "id": keys.new_id("pillar", &p.key), "key": p.key, "name": p.name, "about": p.about.clone().unwrap_or_default(), "position": i })
        })
        .collect();
    sqlx::query!(
        "insert into pillar (id, key, name, about, position) select id, key, name, about, position
         from jsonb_to_recordset($1) as x(id uuid, key text, name text, about text, position smallint)",
        Json(pillars) as _
    )
    .execute(tx.conn())
    .await?;
    let mut leads = Vec::new();
    for pillar in &file.pillars {
        let id = keys.get("pillar", &pillar.key)?;
        for lead in &pillar.leads {
            leads.push(json!({ "pillar": id, "organisation": keys.get("organisation", &lead.organisation)?, "starts_on": lead.from,
                "ends_on": lead.to, "note": lead.note.clone().unwrap_or_default(), "source_url": lead.source }));
        }
    }
    sqlx::query!(
        "insert into pillar_lead (pillar_id, organisation_id, starts_on, ends_on, note, source_url)
         select pillar, organisation, starts_on, ends_on, note, source_url
         from jsonb_to_recordset($1) as x(pillar uuid, organisation uuid, starts_on date, ends_on date, note text, source_url text)",
        Json(leads) as _
    )
    .execute(tx.conn())
    .await?;
    let mut former = Vec::new();
    let beneficiaries: Vec<Value> = file
        .beneficiaries
        .iter()
        .enumerate()
        .map(|(i, b)| {
            let id = keys.new_id("beneficiary", &b.code);
            former.extend(b.former_names.iter().map(|f| json!({ "beneficiary": id, "name": f.name, "until": f.until })));
            let names: Vec<&str> = std::iter::once(b.name.as_str()).chain(b.former_names.iter().map(|f| f.name.as_str())).collect();
            json!({ "id": id, "code": b.code, "name": b.name, "note": b.note, "position": i, "search_text": fold(&names.join(" ")) })
        })
        .collect();
    sqlx::query!(
        "insert into beneficiary (id, code, name, note, position, search_text) select id, code, name, note, position, search_text
         from jsonb_to_recordset($1) as x(id uuid, code text, name text, note text, position smallint, search_text text)",
        Json(beneficiaries) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into former_name (beneficiary_id, name, until) select beneficiary, name, until
         from jsonb_to_recordset($1) as x(beneficiary uuid, name text, until date)",
        Json(former) as _
    )
    .execute(tx.conn())
    .await?;
    let themes: Vec<Value> = file
        .themes
        .iter()
        .enumerate()
        .map(|(i, t)| {
            let codes: Vec<&str> = t.dac.iter().map(|d| d.code.as_str()).collect();
            json!({ "id": keys.new_id("theme", &t.key), "key": t.key, "name": t.name, "dac_codes": codes, "position": i })
        })
        .collect();
    sqlx::query!(
        "insert into theme (id, key, name, dac_codes, position) select id, key, name, dac_codes, position
         from jsonb_to_recordset($1) as x(id uuid, key text, name text, dac_codes text[], position smallint)",
        Json(themes) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn members(tx: &mut ProcessTx, file: &File, keys: &mut Keys, accounts: &[AccountId]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut pillars = Vec::new();
    for (member, account) in file.members.iter().zip(accounts) {
        let id = keys.new_id("member", member.key());
        for pillar in &member.pillars {
            pillars.push(json!({ "membership": id, "pillar": keys.get("pillar", pillar)? }));
        }
        rows.push(json!({ "id": id, "account_id": account, "name": member.name, "post": member.post, "role": member.role,
            "organisation_id": keys.maybe("organisation", member.organisation.as_ref())?,
            "beneficiary_id": keys.maybe("beneficiary", member.beneficiary.as_ref())?,
            "starts_on": member.from, "ends_on": member.to,
            "speaks_for_from": member.speaks_for.then_some(member.from), "votes_from": member.votes.then_some(member.from),
            "focal_point": matches!(member.role.as_str(), "beneficiary" | "partner") }));
    }
    sqlx::query!(
        "insert into membership (id, account_id, name, post, role, organisation_id, beneficiary_id, starts_on, ends_on, speaks_for_from, votes_from, focal_point)
         select id, account_id, name, post, role, organisation_id, beneficiary_id, starts_on, ends_on, speaks_for_from, votes_from, focal_point
         from jsonb_to_recordset($1) as x(id uuid, account_id uuid, name text, post text, role text, organisation_id uuid,
            beneficiary_id uuid, starts_on date, ends_on date, speaks_for_from date, votes_from date, focal_point boolean)",
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into membership_pillar (membership_id, pillar_id) select membership, pillar
         from jsonb_to_recordset($1) as x(membership uuid, pillar uuid)",
        Json(pillars) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn dates(name: &str, date: Option<&PartialDate>, row: &mut Value) {
    row[name] = json!(date.map(PartialDate::first_day));
    row[format!("{name}_precision")] = json!(date.map(|d| d.precision().as_str()));
}

fn action_row(a: &Action, keys: &Keys) -> anyhow::Result<Value> {
    let references: Vec<&str> = a.references.iter().map(|r| r.value.as_str()).collect();
    let reference = references.join("; ");
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let all = [&a.title, &text(&a.description), &reference, &text(&a.theme_text), &text(&a.parent_text)].map(String::as_str).join(" ");
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
            beneficiaries.push(json!({ "action": id, "beneficiary": keys.get("beneficiary", code)?, "share": a.shares.get(code) }));
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
        let own: HashMap<&str, Uuid> = a.contributions.iter().filter_map(|c| Some((c.key.as_deref()?, random::id()))).collect();
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
            remarks.push(json!({ "action": action, "by": keys.get("member", &r.by)?, "text": r.text, "handling": r.handling }));
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
