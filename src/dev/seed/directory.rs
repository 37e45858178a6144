//! Writes who takes part: organisations, pillars, beneficiaries, themes, strategies, members.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::file::{Dac, File};
use super::store::Keys;
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::fold::fold;
use crate::kernel::ids::AccountId;

/// A strategy of a beneficiary's own, with its objectives.
#[derive(Debug, Deserialize)]
pub struct Strategy {
    pub beneficiary: String,
    pub title: String,
    pub from: Option<PartialDate>,
    pub to: Option<PartialDate>,
    pub status: Option<String>,
    pub objectives: Vec<Objective>,
}

#[derive(Debug, Deserialize)]
pub struct Objective {
    pub code: String,
    pub title: String,
    pub themes: Vec<String>,
    #[serde(default)]
    pub dac: Vec<Dac>,
}

/// Organisations with their parents, aliases and contacts; then the structure and the members.
pub(super) async fn directory(
    tx: &mut ProcessTx,
    file: &File,
    keys: &mut Keys,
    accounts: &[AccountId],
) -> anyhow::Result<()> {
    let organisations: Vec<Value> = file
        .organisations
        .iter()
        .map(|o| {
            let names = format!("{} {} {}", o.name, o.short_name.clone().unwrap_or_default(), o.aliases.join(" "));
            json!({ "id": keys.new_id("organisation", &o.key), "name": o.name, "short_name": o.short_name, "kind": o.kind,
                "level": o.level, "seat": o.seat, "iati_identifier": o.iati, "note": o.note.clone().unwrap_or_default(),
                "member": o.member || o.member_from.is_some(), "member_from": o.member_from, "member_to": o.member_to, "search_text": fold(&names) })
        })
        .collect();
    sqlx::query!(
        "insert into organisation (id, name, short_name, kind, level, seat, iati_identifier, note, member, member_from, member_to, search_text)
         select id, name, short_name, kind, level, seat, iati_identifier, note, member, member_from, member_to, search_text
         from jsonb_to_recordset($1) as x(id uuid, name text, short_name text, kind text, level text, seat text,
            iati_identifier text, note text, member boolean, member_from date, member_to date, search_text text)",
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
    strategies(tx, file, keys).await?;
    super::envelopes::envelopes(tx, file, keys).await?;
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
            let folded: Vec<String> = names.iter().map(|n| fold(n)).collect();
            json!({ "id": id, "code": b.code, "name": b.name, "note": b.note, "position": i, "search_text": folded.join(" "),
                "search_names": folded })
        })
        .collect();
    sqlx::query!(
        "insert into beneficiary (id, code, name, note, position, search_text, search_names)
         select id, code, name, note, position, search_text, search_names from jsonb_to_recordset($1)
            as x(id uuid, code text, name text, note text, position smallint, search_text text, search_names text[])",
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

/// The beneficiaries' own strategies.
async fn strategies(tx: &mut ProcessTx, file: &File, keys: &mut Keys) -> anyhow::Result<()> {
    let date = |date: Option<&PartialDate>| (date.map(PartialDate::first_day), date.map(|d| d.precision().as_str()));
    let (mut strategies, mut objectives, mut themes) = (Vec::new(), Vec::new(), Vec::new());
    for s in &file.strategies {
        let id = keys.new_id("strategy", &s.title);
        let (from, to) = (date(s.from.as_ref()), date(s.to.as_ref()));
        strategies.push(json!({ "id": id, "beneficiary": keys.get("beneficiary", &s.beneficiary)?, "title": s.title, "starts_on": from.0,
            "starts_precision": from.1, "ends_on": to.0, "ends_precision": to.1, "status": s.status }));
        for o in &s.objectives {
            let codes: Vec<&str> = o.dac.iter().map(|d| d.code.as_str()).collect();
            let objective = keys.new_id("objective", &format!("{} {}", s.title, o.title));
            objectives
                .push(json!({ "id": objective, "strategy": id, "code": o.code, "title": o.title, "dac_codes": codes }));
            for key in &o.themes {
                themes.push(json!({ "objective": objective, "theme": keys.get("theme", key)? }));
            }
        }
    }
    sqlx::query!(
        "insert into strategy (id, beneficiary_id, title, starts_on, starts_precision, ends_on, ends_precision, status)
         select id, beneficiary, title, starts_on, starts_precision, ends_on, ends_precision, status
         from jsonb_to_recordset($1) as x(id uuid, beneficiary uuid, title text, starts_on date, starts_precision text, ends_on date,
            ends_precision text, status text)",
        Json(strategies) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into strategy_objective (id, strategy_id, code, title, dac_codes) select id, strategy, code, title, dac_codes
         from jsonb_to_recordset($1) as x(id uuid, strategy uuid, code text, title text, dac_codes text[])",
        Json(objectives) as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into strategy_objective_theme (objective_id, theme_id) select objective, theme
         from jsonb_to_recordset($1) as x(objective uuid, theme uuid)",
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
