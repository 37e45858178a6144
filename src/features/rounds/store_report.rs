//! Reports of progress in the database.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use super::life::ReportState;
use super::model::{Health, Sight};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{
    ActionId, BeneficiaryId, IndicatorId, OrganisationId, PillarId, ProgressId, RoundId, RoundItemId,
};
use crate::kernel::permit::{Handling, Permission, Scope, Side};
use crate::kernel::random;

/// What is reported.
#[derive(Debug, Clone)]
pub struct NewReport {
    pub item: RoundItemId,
    pub action: ActionId,
    /// The first and the last day that its values are about.
    pub period: (NaiveDate, NaiveDate),
    pub health: Health,
    pub done: String,
    pub hinders: String,
    pub values: Vec<(IndicatorId, Option<BeneficiaryId>, Decimal)>,
    /// The edition that it was written upon; of the first, 0.
    pub upon: i32,
}

/// Writes a report, or its next edition, with its values; `false` where another edition was written, or it was accepted, meanwhile.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn report(
    tx: &mut ProcessTx,
    round: RoundId,
    new: &NewReport,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let written = sqlx::query_scalar!(
        "insert into progress_report as g (id, round_id, item_id, action_id, state, health, done, hinders, edition, reported_at, reported_by_id, on_behalf)
         values ($1, $2, $3, $4, 'reported', $5, $6, $7, 1, $8, $9, $10)
         on conflict (process_id, item_id) do update set state = 'reported', health = excluded.health, done = excluded.done,
            hinders = excluded.hinders, edition = g.edition + 1, reported_at = excluded.reported_at, reported_by_id = excluded.reported_by_id,
            on_behalf = excluded.on_behalf, decided_at = null, decided_by_id = null, word = ''
            where g.edition = $11 and g.state <> 'accepted'
         returning id",
        random::id(),
        round.0,
        new.item.0,
        new.action.0,
        new.health.as_str(),
        new.done,
        new.hinders,
        now,
        by.id.0,
        Side::of(Permission::ProgressReport, by).is_on_behalf(),
        new.upon
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(id) = written else { return Ok(false) };
    sqlx::query!("delete from progress_value where process_id = kernel.process_id() and report_id = $1", id)
        .execute(tx.conn())
        .await?;
    let indicators: Vec<Uuid> = new.values.iter().map(|v| v.0.0).collect();
    let beneficiaries: Vec<Option<Uuid>> = new.values.iter().map(|v| v.1.map(|b| b.0)).collect();
    let values: Vec<Decimal> = new.values.iter().map(|v| v.2).collect();
    sqlx::query!(
        "insert into progress_value (report_id, indicator_id, beneficiary_id, period_start, period_end, value)
         select $1, v.indicator, v.beneficiary, $5, $6, v.value
         from unnest($2::uuid[], $3::uuid[], $4::numeric[]) v (indicator, beneficiary, value)",
        id,
        &indicators,
        &beneficiaries as &[Option<Uuid>],
        &values,
        new.period.0,
        new.period.1
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// A report as it is decided on.
#[derive(Debug, Clone)]
pub struct Decided {
    pub id: ProgressId,
    pub item: RoundItemId,
    pub action: ActionId,
    pub title: String,
    pub handling: Handling,
    pub keeper: OrganisationId,
    pub state: ReportState,
    pub edition: i32,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<PillarId>,
    /// Those who ask for a correction of this edition.
    pub asks: Vec<BeneficiaryId>,
}

impl Decided {
    /// The record that permissions ask about.
    pub fn scope(&self) -> Scope {
        Scope {
            handling: Some(self.handling),
            keeper: Some(self.keeper),
            beneficiaries: self.beneficiaries.clone(),
            pillars: self.pillars.clone(),
            ..Scope::default()
        }
    }

    pub fn is_discreet(&self) -> bool {
        !matches!(self.handling, Handling::Public | Handling::Members)
    }
}

/// Reports of a round as far as the reader sees their actions, held until the transaction ends.
///
/// # Errors
/// The database's own.
pub async fn held(tx: &mut ProcessTx, round: RoundId, ids: &[ProgressId]) -> sqlx::Result<Vec<Decided>> {
    let ids: Vec<Uuid> = ids.iter().map(|i| i.0).collect();
    sqlx::query!(
        "select id from progress_report -- past the view: only a table is locked
            where process_id = kernel.process_id() and round_id = $1 and id = any ($2) order by id for update",
        round.0,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"select g.id as "id!: ProgressId", g.item_id as "item!: RoundItemId", a.id as "action!: ActionId", a.title as "title!",
            a.handling as "handling!", a.reporting_id as "keeper!: OrganisationId", g.state as "state!", g.edition as "edition!",
            array(select x.beneficiary_id from action_beneficiary x where x.process_id = a.process_id and x.action_id = a.id)
                as "beneficiaries!: Vec<BeneficiaryId>",
            array(select x.pillar_id from action_pillar x where x.process_id = a.process_id and x.action_id = a.id) as "pillars!: Vec<PillarId>",
            array(select s.beneficiary_id from (select distinct on (q.beneficiary_id) q.beneficiary_id, q.answer from progress_confirmation q -- past the view: of a report that is seen
                where q.process_id = g.process_id and q.report_id = g.id and q.edition = g.edition
                order by q.beneficiary_id, q.at desc, q.id desc) s where s.answer = 'correction') as "asks!: Vec<BeneficiaryId>"
        from visible_progress_report g join visible_action a on a.process_id = g.process_id and a.id = g.action_id
        where g.process_id = kernel.process_id() and g.round_id = $1 and g.id = any ($2)
        order by a.search_title, g.id"#,
        round.0,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let known = || sqlx::Error::Decode("no such state of a report".into());
    rows.into_iter()
        .map(|r| {
            Ok(Decided {
                id: r.id,
                item: r.item,
                action: r.action,
                title: r.title,
                handling: Handling::parse(&r.handling).ok_or_else(known)?,
                keeper: r.keeper,
                state: ReportState::parse(&r.state).ok_or_else(known)?,
                edition: r.edition,
                beneficiaries: r.beneficiaries,
                pillars: r.pillars,
                asks: r.asks,
            })
        })
        .collect()
}

/// What becomes of reports that are held: accepted, returned, or asked to be corrected.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn settle(
    tx: &mut ProcessTx,
    ids: &[ProgressId],
    to: ReportState,
    word: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = ids.iter().map(|i| i.0).collect();
    let decides = matches!(to, ReportState::Accepted | ReportState::Returned);
    sqlx::query!(
        "update progress_report set state = $2, word = $3, decided_at = case when $4 then $5::timestamptz end,
            decided_by_id = case when $4 then $6::uuid end
         where process_id = kernel.process_id() and id = any ($1)",
        &ids,
        to.as_str(),
        word,
        decides,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps what a beneficiary says of an edition.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn said(
    tx: &mut ProcessTx,
    report: &Decided,
    beneficiary: BeneficiaryId,
    confirmed: bool,
    word: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into progress_confirmation (id, report_id, beneficiary_id, edition, answer, word, at, by_membership_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        random::id(),
        report.id.0,
        beneficiary.0,
        report.edition,
        if confirmed { "confirmed" } else { "correction" },
        word,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Items with a report that concern the reader, of all or of those that wait, with how many there are in all. `waits`: reports in this
/// state alone.
///
/// # Errors
/// The database's own.
pub async fn concerning(
    tx: &mut ProcessTx,
    round: RoundId,
    sight: &Sight,
    waits: Option<ReportState>,
    (skip, most): (i64, i64),
) -> sqlx::Result<(Vec<RoundItemId>, i64)> {
    let rows = sqlx::query!(
        r#"select g.item_id as "item!: RoundItemId", count(*) over () as "all!"
        from visible_progress_report g join visible_action a on a.process_id = g.process_id and a.id = g.action_id
        where g.process_id = kernel.process_id() and g.round_id = $1 and ($2::text is null or g.state = $2)
            and ($3 or a.reporting_id = any ($6)
                or exists (select from action_pillar l where l.process_id = a.process_id and l.action_id = a.id and l.pillar_id = any ($4))
                or exists (select from action_beneficiary l where l.process_id = a.process_id and l.action_id = a.id and l.beneficiary_id = any ($5)))
        order by a.search_title, g.id offset $7 limit $8"#,
        round.0,
        waits.map(ReportState::as_str),
        sight.all,
        &sight.pillars,
        &sight.beneficiaries,
        &sight.organisations,
        skip,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows.first().map_or(0, |r| r.all);
    Ok((rows.into_iter().map(|r| r.item).collect(), all))
}

/// An organisation, how complete what it keeps is, and how it has answered the rounds it was asked in.
#[derive(Debug, serde::Deserialize)]
pub struct Standing {
    pub id: OrganisationId,
    pub name: String,
    pub actions: i64,
    /// Actions of which every core field is stated.
    pub complete: i64,
    /// Actions that were confirmed of late.
    pub fresh: i64,
    pub asked: i64,
    pub in_time: i64,
    pub later: i64,
    /// Rounds that have ended, or whose day is over, without its answer.
    pub did_not: i64,
}

/// Organisations by name: all, or these. Of what is restricted to others nothing is counted.
///
/// # Errors
/// The database's own.
pub async fn standing(
    tx: &mut ProcessTx,
    all: bool,
    own: &[OrganisationId],
    now: DateTime<Utc>,
    today: NaiveDate,
) -> sqlx::Result<Vec<Standing>> {
    let own: Vec<Uuid> = own.iter().map(|o| o.0).collect();
    let rows = sqlx::query_scalar!(
        r#"with kept as materialized (
                select f.reporting_id as id, count(*) as actions, count(*) filter (where f.missing = '{}') as complete,
                    count(*) filter (where f.last_confirmed_at >= kernel.fresh_since($3)) as fresh
                from visible_facet f where f.process_id = (select kernel.process_id()) and f.kept and f.claim = 'confirmed'
                    and coalesce(f.status, '') not in ('completed', 'cancelled')
                    and ($1 or f.reporting_id = any ($2)) group by 1),
            asked as materialized (
                select coalesce(o.merged_into_id, o.id) as id, count(*) as asked,
                    count(*) filter (where x.handed_in_at::date <= r.deadline) as in_time,
                    count(*) filter (where x.handed_in_at::date > r.deadline) as later,
                    count(*) filter (where x.handed_in_at is null and (r.state = 'locked' or r.deadline < $4)) as did_not
                from round r join round_asked x on x.process_id = r.process_id and x.round_id = r.id
                    join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
                where r.process_id = kernel.process_id() and r.state in ('open', 'locked') group by 1)
        select jsonb_build_object('id', o.id, 'name', o.name, 'actions', coalesce(k.actions, 0), 'complete', coalesce(k.complete, 0),
            'fresh', coalesce(k.fresh, 0), 'asked', coalesce(s.asked, 0), 'in_time', coalesce(s.in_time, 0), 'later', coalesce(s.later, 0),
            'did_not', coalesce(s.did_not, 0)) as "row!: Json<Standing>"
        from organisation o left join kept k on k.id = o.id left join asked s on s.id = o.id
        where o.process_id = kernel.process_id() and kernel.takes_part() and o.merged_into_id is null
            and (o.id = any ($2) or ($1 and (k.id is not null or s.id is not null)))
        order by lower(o.name), o.id limit 10000"#,
        all,
        &own,
        now,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(row)| row).collect())
}
