//! The statements of IATI files. Actions are read through the reader's views, so that a file holds what its reader sees.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::record::Record;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::OrganisationId;

/// The actions of these ids as a file can say them, in the order of the ids. What is not visible is not among them.
pub async fn records(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<Record>> {
    let found = sqlx::query_scalar!(
        r#"with body as not materialized (select o.id, jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind, 'level', o.level, 'seat', o.seat,
                'iati', o.iati_identifier) as it from organisation o where o.process_id = (select kernel.process_id())),
            codes as (select coalesce(jsonb_agg(b.code), '[]') as all_of from beneficiary b where b.process_id = (select kernel.process_id())),
            money as (select current_setting('app.money', true) = 'on' as seen)
        select jsonb_build_object('id', a.id, 'reference', a.reference, 'title', a.title, 'description', a.description, 'status', a.status,
            'handling', a.handling, 'keeper', k.it,
            'planned_start', kernel.partial_date(a.planned_start, a.planned_start_precision),
            'planned_end', kernel.partial_date(a.planned_end, a.planned_end_precision),
            'actual_start', kernel.partial_date(a.actual_start, a.actual_start_precision),
            'actual_end', kernel.partial_date(a.actual_end, a.actual_end_precision),
            'date_note', a.date_note, 'theme_text', a.theme_text, 'source_url', a.source_url, 'source_note', a.source_note,
            'parent_text', a.parent_text, 'total', a.stated_total::text, 'currency', a.stated_currency, 'sees_money', money.seen,
            'updated_at', a.updated_at, 'beneficiaries', codes.all_of,
            'whole', (select jsonb_build_object('id', up.id, 'reference', up.reference, 'iati', o.iati_identifier, 'identifier', uk.identifier)
                from visible_action up join organisation o on o.process_id = up.process_id and o.id = up.reporting_id
                left join visible_action_kept uk on uk.process_id = up.process_id and uk.action_id = up.id and uk.format = 'iati'
                where up.process_id = a.process_id and up.id = a.parent_id and up.claim = 'confirmed' and up.merged_into_id is null),
            'parties', coalesce((select jsonb_agg(jsonb_build_object('role', p.role, 'body', b.it, 'as_named', p.as_named) order by p.role, p.position, b.it ->> 'name')
                from action_party p join body b on b.id = p.organisation_id where p.process_id = a.process_id and p.action_id = a.id), '[]'),
            'places', coalesce((select jsonb_agg(jsonb_build_object('code', b.code, 'name', b.name, 'share', ab.share::text) order by b.position)
                from action_beneficiary ab join beneficiary b on b.process_id = ab.process_id and b.id = ab.beneficiary_id
                where ab.process_id = a.process_id and ab.action_id = a.id), '[]'),
            'pillars', coalesce((select jsonb_agg(jsonb_build_object('key', l.key, 'name', l.name) order by l.position)
                from action_pillar al join pillar l on l.process_id = al.process_id and l.id = al.pillar_id
                where al.process_id = a.process_id and al.action_id = a.id), '[]'),
            -- a theme stands for its main code; where none was chosen, for all that it has
            'themes', coalesce((select jsonb_agg(jsonb_build_object('key', t.key, 'name', t.name,
                    'dac', case when t.main_code is null then t.dac_codes else array[t.main_code] end) order by t.position, t.name)
                from action_theme at join theme t on t.process_id = at.process_id and t.id = at.theme_id
                where at.process_id = a.process_id and at.action_id = a.id), '[]'),
            'money', coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'amount', c.amount::text, 'currency', c.currency,
                    'value_date', kernel.partial_date(c.value_date, c.value_date_precision), 'period_start', c.period_start,
                    'period_end', c.period_end, 'provider', po.it, 'receiver', ro.it, 'note', c.note)
                    order by coalesce(c.value_date, c.period_start), c.kind, c.id)
                from visible_contribution c left join body po on po.id = c.provider_id left join body ro on ro.id = c.receiver_id
                where c.process_id = a.process_id and c.action_id = a.id and c.origin is null), '[]'),
            'corrected', coalesce((select jsonb_agg(c.origin_key) from visible_contribution_row c
                where c.process_id = a.process_id and c.action_id = a.id and c.origin = 'iati'
                    and ((c.withdrawn_at is not null and not c.origin_gone) or exists (select from visible_contribution_row n
                        where n.process_id = c.process_id and n.action_id = c.action_id and n.supersedes_id = c.id and n.origin is null))), '[]'),
            'kept', (select x.content from visible_action_kept x where x.process_id = a.process_id and x.action_id = a.id and x.format = 'iati')
        ) as "record!: Json<Record>"
        from unnest($1::uuid[]) with ordinality w (id, place)
        join visible_action a on a.process_id = (select kernel.process_id()) and a.id = w.id
        join body k on k.id = a.reporting_id
        cross join codes cross join money
        order by w.place"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found.into_iter().map(|record| record.0).collect())
}

/// An organisation that has published actions.
#[derive(Debug)]
pub struct Publisher {
    pub id: OrganisationId,
    pub name: String,
    pub identifier: Option<String>,
}

/// Those that have published actions, by name.
pub async fn publishers(tx: &mut ProcessTx) -> sqlx::Result<Vec<Publisher>> {
    sqlx::query_as!(
        Publisher,
        r#"select o.id as "id: OrganisationId", o.name, nullif(trim(o.iati_identifier), '') as identifier from organisation o
        where o.process_id = (select kernel.process_id()) and o.merged_into_id is null
            and exists (select from visible_action a where a.process_id = o.process_id and a.reporting_id = o.id
                and kernel.in_public_file(a.process_id, a.id, a.handling, a.claim, a.merged_into_id, a.starts_on, a.ends_on))
        order by o.search_text, o.name"#
    )
    .fetch_all(tx.conn())
    .await
}

/// What an organisation has published: how much, when it last changed, and what tells whether it is still the same.
#[derive(Debug)]
pub struct Published {
    /// The organisation it is now.
    pub merged_into: Option<OrganisationId>,
    pub actions: i64,
    pub changed_at: Option<DateTime<Utc>>,
    pub fingerprint: String,
}

pub async fn published(tx: &mut ProcessTx, organisation: OrganisationId) -> sqlx::Result<Option<Published>> {
    sqlx::query_as!(
        Published,
        r#"select o.merged_into_id as "merged_into: OrganisationId", p.actions as "actions!", p.changed_at,
            p.fingerprint as "fingerprint!"
        from organisation o cross join lateral kernel.published_of(o.id) p
        where o.process_id = (select kernel.process_id()) and o.id = $1"#,
        organisation.0
    )
    .fetch_optional(tx.conn())
    .await
}
