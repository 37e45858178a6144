//! The amounts of an action in the database.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::types::Json;

use super::model::{Named, Row};
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{ActionId, ContributionId, EnvelopeId, OrganisationId};
use crate::kernel::money::Currency;
use crate::kernel::random;

/// More rows than an action has; a page says when it holds no more.
pub const MOST: i64 = 2_000;

/// Every row of an action that the reader may see, what counts and what once did.
///
/// # Errors
/// The database's own.
pub async fn rows(tx: &mut ProcessTx, action: ActionId, today: NaiveDate) -> sqlx::Result<Vec<Row>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', c.id, 'kind', c.kind, 'amount', c.amount::text, 'currency', c.currency,
            'value_date', kernel.partial_date(c.value_date, c.value_date_precision), 'period_start', c.period_start, 'period_end', c.period_end,
            'provider', case when po.id is not null then jsonb_build_object('id', po.id, 'name', po.name) end,
            'receiver', case when ro.id is not null then jsonb_build_object('id', ro.id, 'name', ro.name) end,
            'envelope', (select jsonb_build_object('id', e.id, 'name', e.title) from visible_envelope e
                where e.process_id = c.process_id and e.id = c.envelope_id),
            'note', c.note, 'reason', c.reason, 'supersedes', c.supersedes_id, 'origin', c.origin, 'origin_gone', c.origin_gone,
            'withdrawn_at', c.withdrawn_at, 'withdrawn_by', kernel.person(c.withdrawn_by_id, $2), 'withdrawn_reason', c.withdrawn_reason,
            'created_at', c.created_at, 'created_by', kernel.person(c.created_by_id, $2)) as "row!: Json<Row>"
        from visible_contribution_row c
            left join organisation po on po.process_id = c.process_id and po.id = c.provider_id
            left join organisation ro on ro.process_id = c.process_id and ro.id = c.receiver_id
        where c.process_id = kernel.process_id() and c.action_id = $1
        order by c.created_at, c.id limit $3"#,
        action.0,
        today,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What the form offers.
#[derive(Debug, Clone, Deserialize)]
pub struct Choices {
    pub organisations: Vec<Named<OrganisationId>>,
    /// Open ones, and the one that is `named` already.
    pub envelopes: Vec<Named<EnvelopeId>>,
}

/// # Errors
/// The database's own.
pub async fn choices(tx: &mut ProcessTx, named: Option<EnvelopeId>) -> sqlx::Result<Choices> {
    let choices = sqlx::query_scalar!(
        r#"select jsonb_build_object(
            'organisations', coalesce((select jsonb_agg(jsonb_build_object('id', o.id,
                    'name', o.name || coalesce(' (' || o.short_name || ')', '')) order by lower(o.name), o.id)
                from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null), '[]'),
            'envelopes', coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'name', o.name || ': ' || e.title)
                    order by lower(o.name), lower(e.title), e.id)
                from visible_envelope e join organisation o on o.process_id = e.process_id and o.id = e.donor_id
                where e.process_id = kernel.process_id() and (e.closed_at is null or e.id = $1)), '[]')) as "choices!: Json<Choices>""#,
        named.map(|e| e.0)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(choices.0)
}

/// An amount as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub kind: &'static str,
    pub amount: Decimal,
    pub currency: Currency,
    pub value_date: Option<PartialDate>,
    pub period: Option<(NaiveDate, Option<NaiveDate>)>,
    pub provider: Option<OrganisationId>,
    pub receiver: Option<OrganisationId>,
    pub envelope: Option<EnvelopeId>,
    pub note: String,
}

/// Who writes, when and why.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    pub by: &'a MembershipFacts,
    pub now: DateTime<Utc>,
    pub why: &'a str,
}

/// Whoever edits the action at this moment is to see the change: its version moves on. Two who write its money come one after the
/// other.
async fn touch(tx: &mut ProcessTx, action: ActionId, hand: Hand<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "update action set version = version + 1, updated_at = $2, updated_by_id = $3
         where process_id = kernel.process_id() and id = $1",
        action.0,
        hand.now,
        hand.by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes an amount, in the place of another if one is named. `false`: that one does not stand any more.
///
/// # Errors
/// The database's own.
pub async fn write(
    tx: &mut ProcessTx,
    action: ActionId,
    draft: &Draft,
    supersedes: Option<ContributionId>,
    hand: Hand<'_>,
) -> sqlx::Result<bool> {
    touch(tx, action, hand).await?;
    let written = sqlx::query!(
        "insert into contribution (id, action_id, kind, amount, currency, value_date, value_date_precision, period_start, period_end,
            provider_id, receiver_id, envelope_id, note, reason, supersedes_id, created_at, created_by_id)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
            -- whoever puts a row right does not untie it from an envelope that they do not see
            coalesce($12, (select o.envelope_id from contribution o -- past the view: it is kept and not shown
                where o.process_id = kernel.process_id() and o.id = $15 and not exists (select from visible_envelope e
                    where e.process_id = o.process_id and e.id = o.envelope_id))),
            $13, $14, $15, $16, $17
         where $15::uuid is null or exists (select from visible_contribution c
            where c.process_id = kernel.process_id() and c.action_id = $2 and c.id = $15)
        on conflict (process_id, supersedes_id) where supersedes_id is not null do nothing",
        random::id(),
        action.0,
        draft.kind,
        draft.amount,
        draft.currency.code(),
        draft.value_date.as_ref().map(PartialDate::first_day),
        draft.value_date.as_ref().map(PartialDate::precision).map(Precision::as_str),
        draft.period.map(|(start, _)| start),
        draft.period.and_then(|(_, end)| end),
        draft.provider.map(|o| o.0),
        draft.receiver.map(|o| o.0),
        draft.envelope.map(|e| e.0),
        draft.note,
        hand.why,
        supersedes.map(|c| c.0),
        hand.now,
        hand.by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Takes an amount back: it counts no more, and stays to be read. `false`: it does not stand any more.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, action: ActionId, id: ContributionId, hand: Hand<'_>) -> sqlx::Result<bool> {
    touch(tx, action, hand).await?;
    let done = sqlx::query!(
        "update contribution set withdrawn_at = $3, withdrawn_by_id = $4, withdrawn_reason = $5
         where process_id = kernel.process_id() and id in (select c.id from visible_contribution c
            where c.process_id = kernel.process_id() and c.action_id = $1 and c.id = $2)",
        action.0,
        id.0,
        hand.now,
        hand.by.id.0,
        hand.why
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
