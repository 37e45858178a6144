//! Envelopes in the database.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;

use super::model::{Draft, Envelope, EnvelopeKind, Event, Payer, Tied};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, EnvelopeId, MembershipId, OrganisationId, PillarId};
use crate::kernel::money::Currency;
use crate::kernel::permit::Handling;

/// Which envelopes are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub id: Option<EnvelopeId>,
    pub donor: Option<OrganisationId>,
    pub pillar: Option<PillarId>,
    pub beneficiary: Option<BeneficiaryId>,
    /// Open ones, or closed ones.
    pub open: Option<bool>,
}

struct Row {
    id: EnvelopeId,
    donor: OrganisationId,
    donor_name: String,
    title: String,
    kind: String,
    amount: Decimal,
    currency: String,
    first_year: Option<i32>,
    last_year: Option<i32>,
    pillar: Option<PillarId>,
    beneficiary: Option<BeneficiaryId>,
    note: String,
    handling: String,
    closed_at: Option<DateTime<Utc>>,
    version: i32,
    updated_at: DateTime<Utc>,
    tied: Json<Vec<Tied>>,
}

impl Row {
    fn envelope(self) -> sqlx::Result<Envelope> {
        let currency = self.currency.parse::<Currency>().map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
        let draft = Draft {
            donor: self.donor,
            title: self.title,
            kind: EnvelopeKind::parse(&self.kind).unwrap_or(EnvelopeKind::Planned),
            amount: self.amount,
            currency,
            first_year: self.first_year,
            last_year: self.last_year,
            pillar: self.pillar,
            beneficiary: self.beneficiary,
            note: self.note,
            // what is unknown is shown to the fewest
            handling: Handling::parse(&self.handling).unwrap_or(Handling::Restricted),
        };
        Ok(Envelope {
            id: self.id,
            draft,
            donor_name: self.donor_name,
            closed_at: self.closed_at,
            version: self.version,
            updated_at: self.updated_at,
            tied: self.tied.0,
        })
    }
}

/// The envelopes that the reader sees, by donor. Of each action that names one, its committed amounts are tied; where it has none its
/// disbursed, else its spent, else its planned ones: the same money is not tied twice.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx, filter: &Filter, most: i64) -> sqlx::Result<Vec<Envelope>> {
    let rows = sqlx::query_as!(
        Row,
        r#"with placed as (select c.envelope_id, c.action_id, c.currency, c.amount,
                dense_rank() over (partition by c.envelope_id, c.action_id
                    order by case c.kind when 'committed' then 1 when 'disbursed' then 2 when 'spent' then 3 else 4 end) as place
                from visible_contribution c where c.process_id = kernel.process_id() and c.envelope_id is not null),
            tied as (select s.envelope_id, jsonb_agg(jsonb_build_object('currency', s.currency, 'amount', s.amount::text) order by s.currency) as it
                from (select p.envelope_id, p.currency, sum(p.amount) as amount from placed p where p.place = 1 group by 1, 2) s group by 1)
        select e.id as "id!: EnvelopeId", e.donor_id as "donor!: OrganisationId", o.name as "donor_name!", e.title as "title!",
            e.kind as "kind!", e.amount as "amount!", e.currency as "currency!", e.first_year, e.last_year,
            e.pillar_id as "pillar: PillarId", e.beneficiary_id as "beneficiary: BeneficiaryId", e.note as "note!",
            e.handling as "handling!", e.closed_at, e.version as "version!", e.updated_at as "updated_at!",
            coalesce(t.it, '[]') as "tied!: Json<Vec<Tied>>"
        from visible_envelope e join organisation o on o.process_id = e.process_id and o.id = e.donor_id
            left join tied t on t.envelope_id = e.id
        where e.process_id = kernel.process_id() and ($1::uuid is null or e.id = $1) and ($2::uuid is null or e.donor_id = $2)
            and ($3::uuid is null or e.pillar_id = $3) and ($4::uuid is null or e.beneficiary_id = $4)
            and ($5::boolean is null or (e.closed_at is null) = $5)
        order by e.closed_at is not null, lower(o.name), o.id, e.first_year nulls last, lower(e.title), e.id limit $6"#,
        filter.id.map(|i| i.0),
        filter.donor.map(|o| o.0),
        filter.pillar.map(|l| l.0),
        filter.beneficiary.map(|b| b.0),
        filter.open,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::envelope).collect()
}

/// # Errors
/// The database's own; that there is none, or none that the reader sees.
pub async fn load(tx: &mut ProcessTx, id: EnvelopeId) -> sqlx::Result<Envelope> {
    let filter = Filter { id: Some(id), ..Filter::default() };
    list(tx, &filter, 1).await?.pop().ok_or(sqlx::Error::RowNotFound)
}

/// The actions that are paid from an envelope, of those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn payers(tx: &mut ProcessTx, id: EnvelopeId) -> sqlx::Result<Vec<Payer>> {
    let rows = sqlx::query_scalar!(
        r#"with placed as (select c.action_id, c.currency, c.amount, dense_rank() over (partition by c.action_id
                    order by case c.kind when 'committed' then 1 when 'disbursed' then 2 when 'spent' then 3 else 4 end) as place
                from visible_contribution c where c.process_id = kernel.process_id() and c.envelope_id = $1),
            summed as (select p.action_id, p.currency, sum(p.amount) as amount from placed p where p.place = 1 group by 1, 2)
        select jsonb_build_object('id', a.id, 'title', a.title, 'tied',
            jsonb_agg(jsonb_build_object('currency', s.currency, 'amount', s.amount::text) order by s.currency)) as "payer!: Json<Payer>"
        from summed s join visible_action a on a.process_id = kernel.process_id() and a.id = s.action_id
        group by a.id, a.title, a.search_title order by a.search_title, a.id limit 200"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// # Errors
/// The database's own.
pub async fn history(tx: &mut ProcessTx, id: EnvelopeId, today: NaiveDate) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('at', h.at, 'event', h.event, 'changes', h.changes,
            'by', kernel.person(h.by_membership_id, $2)) as "event!: Json<Event>"
        from history h -- past the view: of an envelope that its page has loaded
        where h.process_id = kernel.process_id() and h.subject_kind = 'envelope' and h.subject_id = $1
        order by h.at desc, h.id desc limit 50"#,
        id.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Every organisation that stands by itself, by name.
///
/// # Errors
/// The database's own.
pub async fn organisations(tx: &mut ProcessTx) -> sqlx::Result<Vec<(OrganisationId, String)>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name || coalesce(' (' || o.short_name || ')', '') as "name!"
        from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null order by lower(o.name), o.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}

/// # Errors
/// The database's own.
pub async fn create(
    tx: &mut ProcessTx,
    id: EnvelopeId,
    draft: &Draft,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into envelope (id, donor_id, title, kind, amount, currency, first_year, last_year, pillar_id, beneficiary_id, note, handling,
            created_at, created_by_id, updated_at, updated_by_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $14)",
        id.0,
        draft.donor.0,
        draft.title,
        draft.kind.as_str(),
        draft.amount,
        draft.currency.code(),
        draft.first_year,
        draft.last_year,
        draft.pillar.map(|l| l.0),
        draft.beneficiary.map(|b| b.0),
        draft.note,
        draft.handling.as_str(),
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `false` where somebody else was first. Whose money it is does not change.
///
/// # Errors
/// The database's own.
pub async fn save(
    tx: &mut ProcessTx,
    id: EnvelopeId,
    version: i32,
    draft: &Draft,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update envelope set title = $3, kind = $4, amount = $5, currency = $6, first_year = $7, last_year = $8, pillar_id = $9,
            beneficiary_id = $10, note = $11, handling = $12, updated_at = $13, updated_by_id = $14, version = version + 1
         where process_id = kernel.process_id() and id = $1 and version = $2",
        id.0,
        version,
        draft.title,
        draft.kind.as_str(),
        draft.amount,
        draft.currency.code(),
        draft.first_year,
        draft.last_year,
        draft.pillar.map(|l| l.0),
        draft.beneficiary.map(|b| b.0),
        draft.note,
        draft.handling.as_str(),
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Closes it, or opens it again. `false` where it was so already.
///
/// # Errors
/// The database's own.
pub async fn set_closed(
    tx: &mut ProcessTx,
    id: EnvelopeId,
    closed: bool,
    by: MembershipId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update envelope set closed_at = case when $2 then $3::timestamptz end, updated_at = $3, updated_by_id = $4, version = version + 1
         where process_id = kernel.process_id() and id = $1 and (closed_at is not null) <> $2",
        id.0,
        closed,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Says of an open envelope that it is still so. Nothing of it changes, so that whoever edits it meanwhile is not in the way.
///
/// # Errors
/// The database's own.
pub async fn confirm(tx: &mut ProcessTx, id: EnvelopeId, by: MembershipId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let saved = sqlx::query!(
        "update envelope set updated_at = $2, updated_by_id = $3
         where process_id = kernel.process_id() and id = $1 and closed_at is null",
        id.0,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// What of open envelopes is not tied yet, in one currency: a figure of its own, not to be added to money of actions.
#[derive(Debug, Clone)]
pub struct EnvelopeSum {
    pub currency: Currency,
    pub amount: Decimal,
    pub envelopes: i64,
}

/// What of the open envelopes that the reader sees is not tied to actions yet, of one donor or of all; by currency. What is tied
/// in another currency is not taken off: no rate says what the donor will reckon with.
///
/// # Errors
/// The database's own.
pub async fn envelopes_of(tx: &mut ProcessTx, donor: Option<OrganisationId>) -> sqlx::Result<Vec<EnvelopeSum>> {
    let rows = sqlx::query!(
        r#"select e.currency as "currency!", sum(e.amount - coalesce(t.amount, 0)) as "amount!", count(*) as "n!"
        from visible_envelope e left join kernel.envelopes_tied() t on t.envelope_id = e.id and t.currency = e.currency
        where e.process_id = kernel.process_id() and e.closed_at is null and ($1::uuid is null or e.donor_id = $1)
            and e.amount > coalesce(t.amount, 0)
        group by e.currency order by e.currency"#,
        donor.map(|o| o.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let sums = rows
        .into_iter()
        .filter_map(|r| Some(EnvelopeSum { currency: r.currency.parse().ok()?, amount: r.amount, envelopes: r.n }));
    Ok(sums.collect())
}
