//! Reading an action and what stands around it. Each page asks a handful of statements, whatever its length.

mod bulk;
pub mod lately;
mod remarks;
mod suggestions;
mod talk;
mod write;

pub use bulk::*;
pub use remarks::*;
pub use suggestions::*;
pub use talk::*;
pub use write::*;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Around, Choices, Event, Names, Record};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, OrganisationId};

fn read<T: DeserializeOwned>(json: serde_json::Value) -> sqlx::Result<T> {
    serde_json::from_value(json).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The action with all its links and its money, as far as the reader may see them.
///
/// # Errors
/// The database's own.
pub async fn record(tx: &mut ProcessTx, id: ActionId, today: NaiveDate) -> sqlx::Result<Option<Record>> {
    Ok(records(tx, &[id.0], today).await?.pop())
}

/// The same of several, in no order.
///
/// # Errors
/// The database's own.
pub async fn records(tx: &mut ProcessTx, ids: &[Uuid], today: NaiveDate) -> sqlx::Result<Vec<Record>> {
    let rows = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "record!" from (
            select a.id, a.version, a.title, a.description, a.status, a.handling, a.reporting_id as keeper, o.name as keeper_name,
                kernel.partial_date(a.planned_start, a.planned_start_precision) as planned_start,
                kernel.partial_date(a.planned_end, a.planned_end_precision) as planned_end,
                kernel.partial_date(a.actual_start, a.actual_start_precision) as actual_start,
                kernel.partial_date(a.actual_end, a.actual_end_precision) as actual_end,
                a.date_note, a.parent_id, up.title as parent_title, a.parent_text, a.theme_text, a.reference, a.source_url,
                a.source_note, a.stated_total::text as stated_total, a.stated_currency, a.claim, a.claim_reason,
                kernel.person(a.reported_by_id, $2) as reported_by, a.open_to_support_group, a.last_confirmed_at,
                kernel.person(a.last_confirmed_by_id, $2) as last_confirmed_by, a.merged_into_id, a.updated_at, kernel.person(a.updated_by_id, $2) as updated_by,
                a.missing,
                coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'name', l.key) order by l.position)
                    from action_pillar al join pillar l on l.process_id = al.process_id and l.id = al.pillar_id
                    where al.process_id = a.process_id and al.action_id = a.id), '[]') as pillars,
                coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'name', b.name, 'share', ab.share::text) order by b.position)
                    from action_beneficiary ab join beneficiary b on b.process_id = ab.process_id and b.id = ab.beneficiary_id
                    where ab.process_id = a.process_id and ab.action_id = a.id), '[]') as beneficiaries,
                coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'dac', t.dac_codes) order by t.position, t.name)
                    from action_theme at join theme t on t.process_id = at.process_id and t.id = at.theme_id
                    where at.process_id = a.process_id and at.action_id = a.id), '[]') as themes,
                coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'role', ap.role, 'name', p.name,
                        'as_named', nullif(ap.as_named, p.name)) order by p.search_text, p.name)
                    from action_party ap join organisation p on p.process_id = ap.process_id and p.id = ap.organisation_id
                    where ap.process_id = a.process_id and ap.action_id = a.id), '[]') as parties,
                coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by p.name)
                    from action_disclosure d join organisation p on p.process_id = d.process_id and p.id = d.organisation_id
                    where d.process_id = a.process_id and d.action_id = a.id), '[]') as disclosures,
                coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'amount', c.amount::text, 'currency', c.currency,
                        'value_date', kernel.partial_date(c.value_date, c.value_date_precision), 'period_start', c.period_start,
                        'period_end', c.period_end, 'provider', c.provider_id, 'provider_name', po.name,
                        'receiver', c.receiver_id, 'receiver_name', ro.name, 'note', c.note, 'origin', c.origin)
                        order by coalesce(c.value_date, c.period_start), c.kind, c.id)
                    from visible_contribution c
                    left join organisation po on po.process_id = c.process_id and po.id = c.provider_id
                    left join organisation ro on ro.process_id = c.process_id and ro.id = c.receiver_id
                    where c.process_id = a.process_id and c.action_id = a.id), '[]') as contributions
            from visible_action a
            join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
            left join visible_action up on up.process_id = a.process_id and up.id = a.parent_id
            where a.process_id = kernel.process_id() and a.id = any ($1)) r"#,
        ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(read).collect()
}

/// What the page shows around the record. `offset 0` keeps the planner from walking all titles in their order until it
/// has met enough parts of one action.
///
/// `history`: whether the reader may see it; `open`: whether they may open
/// the record to organisations, which are then named; `names`: whether they may remark, and so name people.
///
/// # Errors
/// The database's own.
pub async fn around(
    tx: &mut ProcessTx,
    record: &Record,
    history: bool,
    open: bool,
    names: bool,
    today: NaiveDate,
) -> sqlx::Result<Around> {
    let json = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'children', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'status', c.status) order by c.search_title)
                from (select f.* from (select x.* from visible_action x where x.process_id = kernel.process_id() and x.parent_id = $1
                    and x.merged_into_id is null offset 0) f order by f.search_title limit 100) c), '[]'),
            'siblings', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'status', c.status) order by c.search_title)
                from (select f.* from (select x.* from visible_action x where x.process_id = kernel.process_id() and x.parent_id = $2
                    and x.id <> $1 and x.merged_into_id is null offset 0) f order by f.search_title limit 50) c), '[]'),
            'remarks', coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'handling', r.handling, 'at', r.at,
                    'text', case when r.withdrawn_at is null then r.text else '' end, 'withdrawn_at', r.withdrawn_at,
                    'answers_id', r.answers_id, 'asks_correction', r.asks_correction, 'resolved_at', r.resolved_at, 'resolved_by', kernel.person(r.resolved_by_id, $4),
                    'names', case when r.withdrawn_at is null then (select coalesce(jsonb_agg(jsonb_build_object(
                            'name', coalesce(mo.name, mb.name), 'person', kernel.person(n.membership_id, $4)) order by n.id), '[]')
                        from mention n
                            left join organisation mo on mo.process_id = n.process_id and mo.id = n.organisation_id
                            left join beneficiary mb on mb.process_id = n.process_id and mb.id = n.beneficiary_id
                        where n.process_id = r.process_id and n.remark_id = r.id) else '[]' end,
                    'by', kernel.person(r.by_membership_id, $4), 'mine', m.account_id = kernel.account_id()) order by r.at, r.id)
                from (select x.* from visible_remark x where x.process_id = kernel.process_id() and x.action_id = $1
                    order by x.at desc limit 200) r
                join membership m on m.process_id = r.process_id and m.id = r.by_membership_id), '[]'),
            'suggestions', coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'action_id', s.action_id, 'changes', s.changes,
                    'note', s.note, 'state', s.state, 'at', s.at, 'by', kernel.person(s.by_membership_id, $4),
                    'mine', m.account_id = kernel.account_id()) order by s.at)
                from visible_suggestion s
                join membership m on m.process_id = s.process_id and m.id = s.by_membership_id
                where s.process_id = kernel.process_id() and s.action_id = $1 and s.state = 'open'), '[]'),
            'history', case when $3 then kernel.action_history($1, 100, $4) else '[]' end,
            'contacts', coalesce((select jsonb_agg(jsonb_build_object('name', c.name, 'post', c.post, 'email', c.email, 'phone', c.phone,
                    'about', c.about) order by c.name)
                from contact_point c where c.process_id = kernel.process_id() and c.organisation_id = $5), '[]'),
            'organisations', coalesce((select jsonb_agg(o.name order by lower(o.name), o.id) from organisation o
                where $6 and o.process_id = kernel.process_id() and o.merged_into_id is null and o.id <> $5), '[]'),
            'needs', coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'title', n.title, 'beneficiary', b.name, 'state', r.state)
                    order by r.state, b.position, n.title)
                from visible_response r join visible_need n on n.process_id = r.process_id and n.id = r.need_id
                join beneficiary b on b.process_id = n.process_id and b.id = n.beneficiary_id
                where r.process_id = kernel.process_id() and r.action_id = $1 and n.state = 'submitted'
                    and r.state in ('proposed', 'confirmed')
                    -- of a need that was carried on, the latest that it answers
                    and not exists (select from visible_response x join visible_need later on later.process_id = x.process_id and later.id = x.need_id
                        where x.process_id = r.process_id and x.action_id = r.action_id and later.copied_from_id = n.id
                            and later.state = 'submitted')), '[]'),
            'progress', coalesce((select jsonb_agg(jsonb_build_object('round', g.round_id, 'title', g.title, 'state', g.state,
                    'health', g.health, 'done', g.done, 'hinders', g.hinders, 'at', g.reported_at) order by g.period_end desc, g.reported_at desc)
                from (select x.round_id, d.title, d.period_end, x.state, x.health, x.done, x.hinders, x.reported_at
                    from visible_progress_report x join round d on d.process_id = x.process_id and d.id = x.round_id
                    where x.process_id = kernel.process_id() and x.action_id = $1 and x.state <> 'returned' and d.state <> 'withdrawn'
                    order by d.period_end desc, x.reported_at desc limit 5) g), '[]'),
            'nameable', case when $7 then kernel.mentionable($4) else '[]' end
        ) as "around!""#,
        record.id.0,
        record.parent_id.map(|p| p.0),
        history,
        today,
        record.keeper.0,
        open,
        names
    )
    .fetch_one(tx.conn())
    .await?;
    read(json)
}

/// What the form offers; `parent_words` (folded) and `parent_id` are what was typed as the larger action.
///
/// # Errors
/// The database's own.
pub async fn choices(tx: &mut ProcessTx, parent_words: &str, parent_id: Option<Uuid>) -> sqlx::Result<Choices> {
    let json = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'organisations', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'short_name', o.short_name, 'iati', nullif(trim(o.iati_identifier), ''),
                    'aliases', coalesce((select jsonb_agg(n.name) from organisation_alias n
                        where n.process_id = o.process_id and n.organisation_id = o.id), '[]'),
                    'merged', coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'iati', nullif(trim(m.iati_identifier), '')))
                        from organisation m where m.process_id = o.process_id and m.merged_into_id = o.id), '[]')) order by o.search_text, o.name)
                from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null), '[]'),
            'themes', coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'key', t.key, 'name', t.name, 'dac', t.dac_codes,
                    'retired', t.retired_at is not null) order by t.position, t.name)
                from theme t where t.process_id = kernel.process_id()), '[]'),
            'parents', coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'title', a.title))
                from (select x.id, x.title from visible_action x
                    where x.process_id = kernel.process_id() and x.merged_into_id is null
                        and x.id in (select $2::uuid union all select s.id from search.actions($1, 8) s)
                    order by x.search_title = $1 desc, x.search_title limit 8) a), '[]')
        ) as "choices!""#,
        parent_words,
        parent_id
    )
    .fetch_one(tx.conn())
    .await?;
    read(json)
}

/// Whether an action is another, or a part of it at any depth, seen or not. No other save changes what is part of what
/// until this transaction ends.
///
/// # Errors
/// The database's own.
pub async fn is_part_of(tx: &mut ProcessTx, part: Uuid, whole: ActionId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select kernel.is_part_of('action', $1, $2) as "part!""#, part, whole.0)
        .fetch_one(tx.conn())
        .await
}

/// The names of organisations, themes and actions that a suggestion speaks of.
///
/// # Errors
/// The database's own.
pub async fn names(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Names> {
    let json = sqlx::query_scalar!(
        r#"select coalesce(jsonb_object_agg(n.id, n.name), '{}') as "names!" from (
            select o.id, o.name from organisation o where o.process_id = kernel.process_id() and o.id = any ($1)
            union all select t.id, t.name from theme t where t.process_id = kernel.process_id() and t.id = any ($1)
            union all select a.id, a.title from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)) n"#,
        ids
    )
    .fetch_one(tx.conn())
    .await?;
    read(json)
}

/// The organisation of that name, if there is one; for opening a record to it.
///
/// # Errors
/// The database's own.
pub async fn organisation_named(tx: &mut ProcessTx, name: &str) -> sqlx::Result<Option<(OrganisationId, String)>> {
    let row = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name from organisation o
            where o.process_id = kernel.process_id() and o.merged_into_id is null
                and (lower(o.name) = lower($1) or lower(o.short_name) = lower($1))
            order by lower(o.name) = lower($1) desc limit 1"#,
        name
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.id, r.name)))
}

/// A form that was typed and not saved: its fields, and since when.
///
/// # Errors
/// The database's own.
pub async fn draft(tx: &mut ProcessTx, key: &str) -> sqlx::Result<Option<Draft>> {
    let row = sqlx::query!(
        r#"select fields as "fields: Json<Vec<(String, String)>>", updated_at from form_draft
            where process_id = kernel.process_id() and account_id = kernel.account_id() and key = $1"#,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Draft { fields: r.fields.0, at: r.updated_at }))
}

/// What somebody typed and did not save.
pub struct Draft {
    pub fields: Vec<(String, String)>,
    pub at: chrono::DateTime<chrono::Utc>,
}

/// What has happened to an action, the latest first.
///
/// # Errors
/// The database's own.
pub async fn history(tx: &mut ProcessTx, id: ActionId, most: i32, today: NaiveDate) -> sqlx::Result<Vec<Event>> {
    let json = sqlx::query_scalar!(r#"select kernel.action_history($1, $2, $3) as "history!""#, id.0, most, today)
        .fetch_one(tx.conn())
        .await?;
    read(json)
}
