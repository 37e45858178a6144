//! Many actions at once, as an import writes them: a handful of statements, however many there are.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::fields::{Field, Sheet};
use super::write::Row;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, MembershipId};

/// An action's row, as the statements take it.
#[derive(Debug, Serialize)]
pub struct BulkRow {
    id: Uuid,
    /// The version it still stands at, of one that is changed.
    version: i32,
    by: Uuid,
    /// Of one that is changed: what becomes of it; empty where it stays as it is.
    claim: &'static str,
    confirmed: bool,
    reporting: Option<Uuid>,
    title: Option<String>,
    description: String,
    status: Option<String>,
    handling: &'static str,
    planned_start: Option<NaiveDate>,
    planned_start_precision: Option<&'static str>,
    planned_end: Option<NaiveDate>,
    planned_end_precision: Option<&'static str>,
    actual_start: Option<NaiveDate>,
    actual_start_precision: Option<&'static str>,
    actual_end: Option<NaiveDate>,
    actual_end_precision: Option<&'static str>,
    date_note: String,
    parent: Option<Uuid>,
    parent_text: Option<String>,
    theme_text: String,
    reference: String,
    source_url: Option<String>,
    source_note: String,
    total: Option<Decimal>,
    currency: Option<String>,
    opened: bool,
    search_title: String,
    search_text: String,
}

impl BulkRow {
    pub fn of(id: ActionId, version: i32, sheet: &Sheet, by: Uuid, claim: &'static str, confirmed: bool) -> Self {
        let row = Row::of(sheet);
        let text = |field| sheet.one(field).unwrap_or_default().to_owned();
        Self {
            id: id.0,
            version,
            by,
            claim,
            confirmed,
            reporting: row.reporting,
            title: sheet.one(Field::Title).map(str::to_owned),
            description: text(Field::Description),
            status: sheet.one(Field::Status).map(str::to_owned),
            handling: sheet.handling().as_str(),
            planned_start: row.planned_start.0,
            planned_start_precision: row.planned_start.1,
            planned_end: row.planned_end.0,
            planned_end_precision: row.planned_end.1,
            actual_start: row.actual_start.0,
            actual_start_precision: row.actual_start.1,
            actual_end: row.actual_end.0,
            actual_end_precision: row.actual_end.1,
            date_note: text(Field::DateNote),
            parent: row.parent,
            parent_text: row.parent_text,
            theme_text: text(Field::ThemeText),
            reference: text(Field::Reference),
            source_url: sheet.one(Field::SourceUrl).map(str::to_owned),
            source_note: text(Field::SourceNote),
            total: row.total,
            currency: row.currency,
            opened: sheet.one(Field::OpenToSupportGroup).is_some(),
            search_title: row.search_title,
            search_text: row.search_text,
        }
    }
}

/// From here on nothing follows from the rows and links of actions: [`write_many_links`] ends it, and makes what follows from all of
/// them once.
///
/// # Errors
/// The database's own.
pub async fn links_wait(tx: &mut ProcessTx) -> sqlx::Result<()> {
    sqlx::query!("select kernel.links_wait()").fetch_one(tx.conn()).await?;
    Ok(())
}

/// Stores the rows of new actions.
///
/// # Errors
/// The database's own.
pub async fn create_rows(tx: &mut ProcessTx, rows: &[BulkRow], now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into action (id, reporting_id, title, description, status, handling, planned_start, planned_start_precision, planned_end,
            planned_end_precision, actual_start, actual_start_precision, actual_end, actual_end_precision, date_note, parent_id, parent_text,
            theme_text, reference, source_url, source_note, stated_total, stated_currency, claim, reported_by_id, open_to_support_group,
            last_confirmed_at, last_confirmed_by_id, created_at, created_by_id, updated_at, updated_by_id, search_title, search_text)
         select r.id, r.reporting, r.title, r.description, r.status, r.handling, r.planned_start, r.planned_start_precision, r.planned_end,
            r.planned_end_precision, r.actual_start, r.actual_start_precision, r.actual_end, r.actual_end_precision, r.date_note, r.parent,
            r.parent_text, r.theme_text, r.reference, r.source_url, r.source_note, r.total, r.currency, r.claim,
            case when r.claim = 'unconfirmed' then r.by end, r.opened, case when r.confirmed then $2::timestamptz end,
            case when r.confirmed then r.by end, $2, r.by, $2, r.by, r.search_title, r.search_text
         from jsonb_to_recordset($1::jsonb) as r(id uuid, reporting uuid, title text, description text, status text, handling text,
            planned_start date, planned_start_precision text, planned_end date, planned_end_precision text, actual_start date,
            actual_start_precision text, actual_end date, actual_end_precision text, date_note text, parent uuid, parent_text text,
            theme_text text, reference text, source_url text, source_note text, total numeric, currency text, claim text, by uuid,
            opened boolean, confirmed boolean, search_title text, search_text text)",
        Json(rows) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stores the rows of actions that still stand at their versions; answers which did.
///
/// # Errors
/// The database's own.
pub async fn update_rows(tx: &mut ProcessTx, rows: &[BulkRow], now: DateTime<Utc>) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "update action a set reporting_id = r.reporting, title = r.title, description = r.description, status = r.status,
            handling = r.handling, planned_start = r.planned_start, planned_start_precision = r.planned_start_precision,
            planned_end = r.planned_end, planned_end_precision = r.planned_end_precision, actual_start = r.actual_start,
            actual_start_precision = r.actual_start_precision, actual_end = r.actual_end, actual_end_precision = r.actual_end_precision,
            date_note = r.date_note, parent_id = r.parent, parent_text = r.parent_text, theme_text = r.theme_text,
            reference = r.reference, source_url = r.source_url, source_note = r.source_note, stated_total = r.total,
            stated_currency = r.currency, open_to_support_group = r.opened, version = a.version + 1, updated_at = $2,
            updated_by_id = r.by, search_title = r.search_title, search_text = r.search_text,
            claim = coalesce(nullif(r.claim, ''), a.claim), claim_reason = case when r.claim = '' then a.claim_reason else '' end,
            last_confirmed_at = case r.claim when 'confirmed' then $2::timestamptz when 'unconfirmed' then null else a.last_confirmed_at end,
            last_confirmed_by_id = case r.claim when 'confirmed' then r.by when 'unconfirmed' then null else a.last_confirmed_by_id end
         from jsonb_to_recordset($1::jsonb) as r(id uuid, version integer, reporting uuid, title text, description text, status text,
            handling text, planned_start date, planned_start_precision text, planned_end date, planned_end_precision text,
            actual_start date, actual_start_precision text, actual_end date, actual_end_precision text, date_note text, parent uuid,
            parent_text text, theme_text text, reference text, source_url text, source_note text, total numeric, currency text, by uuid,
            opened boolean, claim text, search_title text, search_text text)
         where a.process_id = kernel.process_id() and a.id = r.id and a.version = r.version
         returning a.id",
        Json(rows) as _,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// Who reported these actions, as far as somebody did.
///
/// # Errors
/// The database's own.
pub async fn reporters(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<MembershipId>> {
    sqlx::query_scalar!(
        r#"select distinct reported_by_id as "id!: MembershipId" from action -- past the view: whoever reported it is told of it
            where process_id = kernel.process_id() and id = any ($1) and reported_by_id is not null"#,
        ids
    )
    .fetch_all(tx.conn())
    .await
}

/// The links of many actions, each with the action it is of.
#[derive(Debug, Default)]
pub struct BulkLinks {
    actions: Vec<Uuid>,
    parties: (Vec<Uuid>, Vec<String>, Vec<Uuid>),
    beneficiaries: (Vec<Uuid>, Vec<Uuid>, Vec<Option<Decimal>>),
    pillars: (Vec<Uuid>, Vec<Uuid>),
    themes: (Vec<Uuid>, Vec<Uuid>),
    disclosed: (Vec<Uuid>, Vec<Uuid>),
}

impl BulkLinks {
    pub fn add(&mut self, id: ActionId, sheet: &Sheet) {
        let id = id.0;
        self.actions.push(id);
        for (role, party) in sheet.get(Field::Parties).iter().filter_map(|p| p.split_once(':')) {
            let Ok(party) = party.parse() else { continue };
            self.parties.0.push(id);
            self.parties.1.push(role.to_owned());
            self.parties.2.push(party);
        }
        for stated in sheet.get(Field::Beneficiaries) {
            let (beneficiary, share) =
                stated.split_once('=').map_or((stated.as_str(), None), |(b, s)| (b, s.parse().ok()));
            let Ok(beneficiary) = beneficiary.parse() else { continue };
            self.beneficiaries.0.push(id);
            self.beneficiaries.1.push(beneficiary);
            self.beneficiaries.2.push(share);
        }
        for (to, field) in [
            (&mut self.pillars, Field::Pillars),
            (&mut self.themes, Field::Themes),
            (&mut self.disclosed, Field::Disclosures),
        ] {
            for linked in sheet.ids::<Uuid>(field) {
                to.0.push(id);
                to.1.push(linked);
            }
        }
    }
}

/// Makes the links of these actions what their sheets say, and what is derived from an action and its links, after [`links_wait`].
///
/// # Errors
/// The database's own.
pub async fn write_many_links(tx: &mut ProcessTx, links: &BulkLinks, by: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with gone_party as (delete from action_party p where p.process_id = kernel.process_id() and p.action_id = any ($1)
                and not exists (select from unnest($2::uuid[], $3::text[], $4::uuid[]) n (action, role, id)
                    where n.action = p.action_id and n.role = p.role and n.id = p.organisation_id)),
            gone_beneficiary as (delete from action_beneficiary b where b.process_id = kernel.process_id() and b.action_id = any ($1)
                and not exists (select from unnest($5::uuid[], $6::uuid[]) n (action, id)
                    where n.action = b.action_id and n.id = b.beneficiary_id)),
            gone_pillar as (delete from action_pillar l where l.process_id = kernel.process_id() and l.action_id = any ($1)
                and not exists (select from unnest($8::uuid[], $9::uuid[]) n (action, id) where n.action = l.action_id and n.id = l.pillar_id)),
            gone_theme as (delete from action_theme t where t.process_id = kernel.process_id() and t.action_id = any ($1)
                and not exists (select from unnest($10::uuid[], $11::uuid[]) n (action, id) where n.action = t.action_id and n.id = t.theme_id)),
            gone_disclosure as (delete from action_disclosure d where d.process_id = kernel.process_id() and d.action_id = any ($1)
                and not exists (select from unnest($12::uuid[], $13::uuid[]) n (action, id)
                    where n.action = d.action_id and n.id = d.organisation_id)),
            party as (insert into action_party (action_id, role, organisation_id)
                select n.action, n.role, n.id from unnest($2::uuid[], $3::text[], $4::uuid[]) n (action, role, id) on conflict do nothing),
            beneficiary as (insert into action_beneficiary (action_id, beneficiary_id, share)
                select n.action, n.id, n.share from unnest($5::uuid[], $6::uuid[], $7::numeric[]) n (action, id, share)
                on conflict (process_id, action_id, beneficiary_id) do update set share = excluded.share
                    where action_beneficiary.share is distinct from excluded.share),
            pillar as (insert into action_pillar (action_id, pillar_id)
                select n.action, n.id from unnest($8::uuid[], $9::uuid[]) n (action, id) on conflict do nothing),
            theme as (insert into action_theme (action_id, theme_id)
                select n.action, n.id from unnest($10::uuid[], $11::uuid[]) n (action, id) on conflict do nothing)
        insert into action_disclosure (action_id, organisation_id, by_membership_id, at)
            select n.action, n.id, $14, $15 from unnest($12::uuid[], $13::uuid[]) n (action, id) on conflict do nothing",
        &links.actions,
        &links.parties.0,
        &links.parties.1,
        &links.parties.2,
        &links.beneficiaries.0,
        &links.beneficiaries.1,
        &links.beneficiaries.2 as &[Option<Decimal>],
        &links.pillars.0,
        &links.pillars.1,
        &links.themes.0,
        &links.themes.1,
        &links.disclosed.0,
        &links.disclosed.1,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("select kernel.links_stand($1)", &links.actions).fetch_one(tx.conn()).await?;
    Ok(())
}

/// The versions at which these actions stand now.
///
/// # Errors
/// The database's own.
pub async fn versions(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.version as "version!" from unnest($1::uuid[]) g (id)
            -- each by its key: what an import writes is counted too late for the plan to know better
            cross join lateral (select x.id, x.version from visible_action x
                where x.process_id = kernel.process_id() and x.id = g.id offset 0) a"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
}

/// What has come to stand on these actions besides their own record: seen or not, told as a word alone.
///
/// # Errors
/// The database's own.
pub async fn builds_on(tx: &mut ProcessTx, ids: &[Uuid], own: &[Uuid]) -> sqlx::Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(r#"select b.id as "id!", b.what as "what!" from kernel.builds_on($1, $2) b"#, ids, own)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.what)).collect())
}

/// Takes actions back that nothing builds on: they are seen by nobody any more, and kept.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, ids: &[Uuid], by: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.withdraw_actions($1, $2, $3)", ids, by, now).fetch_one(tx.conn()).await?;
    Ok(())
}
