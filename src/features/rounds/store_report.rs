//! Reports of progress in the database.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use std::collections::BTreeMap;
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

/// Writes reports, or their next editions, with their values; answers the items of those that were written. Left is what another edition
/// was written of, or was accepted, meanwhile. An item stands in it once.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn report(
    tx: &mut ProcessTx,
    round: RoundId,
    reports: &[NewReport],
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<RoundItemId>> {
    let ids: Vec<Uuid> = reports.iter().map(|_| random::id()).collect();
    let items: Vec<Uuid> = reports.iter().map(|r| r.item.0).collect();
    let actions: Vec<Uuid> = reports.iter().map(|r| r.action.0).collect();
    let healths: Vec<String> = reports.iter().map(|r| r.health.as_str().to_owned()).collect();
    let done: Vec<String> = reports.iter().map(|r| r.done.clone()).collect();
    let hinders: Vec<String> = reports.iter().map(|r| r.hinders.clone()).collect();
    let upon: Vec<i32> = reports.iter().map(|r| r.upon).collect();
    let written = sqlx::query!(
        "insert into progress_report as g (id, round_id, item_id, action_id, state, health, done, hinders, edition, reported_at, reported_by_id, on_behalf)
         select n.id, $1, n.item, n.action, 'reported', n.health, n.done, n.hinders, 1, $8, $9, $10
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[]) n (id, item, action, health, done, hinders)
         on conflict (process_id, item_id) do update set state = 'reported', health = excluded.health, done = excluded.done,
            hinders = excluded.hinders, edition = g.edition + 1, reported_at = excluded.reported_at, reported_by_id = excluded.reported_by_id,
            on_behalf = excluded.on_behalf, decided_at = null, decided_by_id = null, word = ''
            where g.edition = ($11::int[])[array_position($3::uuid[], excluded.item_id)] and g.state <> 'accepted'
         returning id, item_id",
        round.0,
        &ids,
        &items,
        &actions,
        &healths,
        &done,
        &hinders,
        now,
        by.id.0,
        Side::of(Permission::ProgressReport, by).is_on_behalf(),
        &upon
    )
    .fetch_all(tx.conn())
    .await?;
    let written: Vec<(Uuid, Uuid)> = written.into_iter().map(|w| (w.id, w.item_id)).collect();
    write_values(tx, reports, &written).await?;
    Ok(written.into_iter().map(|(_, item)| RoundItemId(item)).collect())
}

/// The values of reports that were just written, each by its id and its item, in the place of those of the edition before.
async fn write_values(tx: &mut ProcessTx, reports: &[NewReport], written: &[(Uuid, Uuid)]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = written.iter().map(|w| w.0).collect();
    sqlx::query!("delete from progress_value where process_id = kernel.process_id() and report_id = any ($1)", &ids)
        .execute(tx.conn())
        .await?;
    let of: BTreeMap<Uuid, Uuid> = written.iter().map(|(id, item)| (*item, *id)).collect();
    let mut rows = Vec::new();
    for report in reports {
        if let Some(id) = of.get(&report.item.0) {
            rows.extend(report.values.iter().map(|v| (*id, report.period, v)));
        }
    }
    let owners: Vec<Uuid> = rows.iter().map(|r| r.0).collect();
    let indicators: Vec<Uuid> = rows.iter().map(|r| r.2.0.0).collect();
    let beneficiaries: Vec<Option<Uuid>> = rows.iter().map(|r| r.2.1.map(|b| b.0)).collect();
    let values: Vec<Decimal> = rows.iter().map(|r| r.2.2).collect();
    let starts: Vec<NaiveDate> = rows.iter().map(|r| r.1.0).collect();
    let ends: Vec<NaiveDate> = rows.iter().map(|r| r.1.1).collect();
    sqlx::query!(
        "insert into progress_value (report_id, indicator_id, beneficiary_id, period_start, period_end, value)
         select v.report, v.indicator, v.beneficiary, v.period_start, v.period_end, v.value
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::date[], $5::date[], $6::numeric[])
            v (report, indicator, beneficiary, period_start, period_end, value)",
        &owners,
        &indicators,
        &beneficiaries as &[Option<Uuid>],
        &starts,
        &ends,
        &values
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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

/// What becomes of reports that are held, each by the membership that decides on it: accepted, returned, or asked to be corrected.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn settle(
    tx: &mut ProcessTx,
    reports: &[(ProgressId, &MembershipFacts)],
    to: ReportState,
    word: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = reports.iter().map(|(id, _)| id.0).collect();
    let by: Vec<Uuid> = reports.iter().map(|(_, by)| by.id.0).collect();
    let decides = matches!(to, ReportState::Accepted | ReportState::Returned);
    sqlx::query!(
        "update progress_report g set state = $2, word = $3, decided_at = case when $4 then $5::timestamptz end,
            decided_by_id = case when $4 then n.by end
         from unnest($1::uuid[], $6::uuid[]) n (id, by)
         where g.process_id = kernel.process_id() and g.id = n.id",
        &ids,
        to.as_str(),
        word,
        decides,
        now,
        &by
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
    /// Rounds whose day was over, or is, without its answer.
    pub did_not: i64,
    /// Rounds that were locked before their day was over, and before its answer: it had time left.
    pub early: i64,
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
                    count(*) filter (where x.handed_in_at is null and r.deadline < coalesce(r.ended_at::date, $4)) as did_not,
                    count(*) filter (where x.handed_in_at is null and r.deadline >= r.ended_at::date) as early
                from round r join round_asked x on x.process_id = r.process_id and x.round_id = r.id
                    join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
                where r.process_id = kernel.process_id() and r.state in ('open', 'locked') group by 1)
        select jsonb_build_object('id', o.id, 'name', o.name, 'actions', coalesce(k.actions, 0), 'complete', coalesce(k.complete, 0),
            'fresh', coalesce(k.fresh, 0), 'asked', coalesce(s.asked, 0), 'in_time', coalesce(s.in_time, 0), 'later', coalesce(s.later, 0),
            'did_not', coalesce(s.did_not, 0), 'early', coalesce(s.early, 0)) as "row!: Json<Standing>"
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
