//! The actions that packs are made of: each statement reads through the views, in a transaction that was narrowed before.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::model::Subject;
use crate::features::actions::Status;
use crate::features::rounds::Health;
use crate::kernel::date::PartialDate;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, OrganisationId};
use crate::kernel::permit::Handling;

/// What is read of a list: one more than a sheet holds tells that there are more.
pub const SHEET: i64 = 10_000;

/// The days that a pack counts by.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub since: DateTime<Utc>,
    /// The last day of the next six months, and of the next twelve.
    pub half: NaiveDate,
    pub year: NaiveDate,
}

/// Figures of the actions that a pack is about.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// In the order of [`Status::ALL`]; `None` is not stated.
    pub statuses: Vec<(Option<Status>, i64)>,
    pub all: i64,
    pub began: i64,
    pub ended: i64,
    pub stale: i64,
    pub half: i64,
    pub year: i64,
}

/// # Errors
/// The database's own.
pub async fn counts(tx: &mut ProcessTx, subject: Subject, days: &Days) -> sqlx::Result<Counts> {
    let rows = sqlx::query!(
        r#"select f.status, count(*) as "n!",
            count(*) filter (where f.starts_on > $4::date and f.starts_on <= $5::date) as "began!",
            count(*) filter (where f.ends_on > $4 and f.ends_on <= $5) as "ended!",
            count(*) filter (where coalesce(f.last_confirmed_at < kernel.fresh_since($6), true)) as "stale!",
            count(*) filter (where f.ends_on > $5 and f.ends_on <= $7::date) as "half!",
            count(*) filter (where f.ends_on > $5 and f.ends_on <= $8::date) as "year!"
        from visible_facet f
        where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined'
            and ($1::uuid is null or $1 = any (f.pillars)) and ($2::uuid is null or $2 = any (f.beneficiaries))
            and ($3::uuid is null or f.reporting_id = $3 or f.action_id in (select x.action_id from action_party x
                where x.process_id = kernel.process_id() and x.organisation_id = $3))
        group by f.status"#,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        days.since.date_naive(),
        days.today,
        days.now,
        days.half,
        days.year
    )
    .fetch_all(tx.conn())
    .await?;
    let mut counts = Counts::default();
    for row in &rows {
        counts.all += row.n;
        counts.began += row.began;
        counts.ended += row.ended;
        counts.stale += row.stale;
        counts.half += row.half;
        counts.year += row.year;
    }
    let order = Status::ALL.iter().copied().map(Some).chain([None]);
    let n = |status: Option<Status>| {
        let same = rows.iter().filter(|r| r.status.as_deref().and_then(Status::parse) == status);
        (status, same.map(|r| r.n).sum::<i64>())
    };
    counts.statuses = order.map(n).filter(|(_, n)| *n > 0).collect();
    Ok(counts)
}

/// Which actions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    /// Began, or ended, since the day from which changes are told.
    Began,
    Ended,
    /// Not confirmed for half a year.
    Stale,
    /// End within the next twelve months.
    Ends,
}

impl Which {
    fn as_str(self) -> &'static str {
        match self {
            Which::All => "all",
            Which::Began => "began",
            Which::Ended => "ended",
            Which::Stale => "stale",
            Which::Ends => "ends",
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Action {
    pub id: Uuid,
    pub title: String,
    pub status: Option<Status>,
    pub handling: Handling,
    pub start: Option<PartialDate>,
    pub end: Option<PartialDate>,
    pub keeper: String,
    pub donors: Vec<String>,
    pub implementers: Vec<String>,
    pub beneficiaries: Vec<BeneficiaryId>,
    pub pillars: Vec<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    /// As stored: an amount without scale.
    pub total: Option<String>,
    pub currency: Option<String>,
}

/// # Errors
/// The database's own.
pub async fn actions(
    tx: &mut ProcessTx,
    subject: Subject,
    which: Which,
    days: &Days,
    most: i64,
) -> sqlx::Result<Vec<Action>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', a.id, 'title', a.title, 'status', a.status, 'handling', a.handling,
            'start', case when a.actual_start is not null then kernel.partial_date(a.actual_start, a.actual_start_precision)
                else kernel.partial_date(a.planned_start, a.planned_start_precision) end,
            'end', case when a.actual_end is not null then kernel.partial_date(a.actual_end, a.actual_end_precision)
                else kernel.partial_date(a.planned_end, a.planned_end_precision) end,
            'keeper', coalesce(k.short_name, k.name), 'confirmed_at', a.last_confirmed_at,
            'donors', coalesce((select jsonb_agg(coalesce(o.short_name, o.name)
                    order by lower(coalesce(o.short_name, o.name)), o.id)
                from action_party x join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
                where x.process_id = a.process_id and x.action_id = a.id and x.role = 'funding'), '[]'),
            'implementers', coalesce((select jsonb_agg(coalesce(o.short_name, o.name)
                    order by lower(coalesce(o.short_name, o.name)), o.id)
                from action_party x join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
                where x.process_id = a.process_id and x.action_id = a.id and x.role = 'implementing'), '[]'),
            'beneficiaries', coalesce((select jsonb_agg(x.beneficiary_id) from action_beneficiary x
                where x.process_id = a.process_id and x.action_id = a.id), '[]'),
            'pillars', coalesce((select jsonb_agg(l.key order by l.position) from action_pillar x
                join pillar l on l.process_id = x.process_id and l.id = x.pillar_id
                where x.process_id = a.process_id and x.action_id = a.id), '[]'),
            'total', a.stated_total::text, 'currency', a.stated_currency) as "action!: Json<Action>"
        from (select v.*, case $4::text when 'began' then v.starts_on when 'ended' then v.ends_on when 'ends' then v.ends_on
                    when 'stale' then (v.last_confirmed_at at time zone 'UTC')::date end as place
            from visible_action v
            where v.process_id = kernel.process_id() and kernel.counts(v.merged_into_id, v.claim)
                and ($1::uuid is null or exists (select from action_pillar x where x.process_id = v.process_id and x.action_id = v.id
                    and x.pillar_id = $1))
                and ($2::uuid is null or exists (select from action_beneficiary x where x.process_id = v.process_id and x.action_id = v.id
                    and x.beneficiary_id = $2))
                and ($3::uuid is null or v.reporting_id = $3 or exists (select from action_party x where x.process_id = v.process_id
                    and x.action_id = v.id and x.organisation_id = $3))
                and case $4 when 'began' then v.starts_on > $5::date and v.starts_on <= $6::date
                    when 'ended' then v.ends_on > $5 and v.ends_on <= $6
                    when 'stale' then coalesce(v.last_confirmed_at < kernel.fresh_since($7), true)
                    when 'ends' then v.ends_on > $6 and v.ends_on <= $8::date
                    else true end
            order by place nulls first, v.search_title, v.id limit $9) a
        join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
        order by a.place nulls first, a.search_title, a.id"#,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        which.as_str(),
        days.since.date_naive(),
        days.today,
        days.now,
        days.year,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(a)| a).collect())
}

/// What was reported last of an action in a round, in its reporter's word.
#[derive(Debug, Clone)]
pub struct Reported {
    pub action: Uuid,
    pub title: String,
    pub handling: Option<Handling>,
    /// None: a word that is known no more.
    pub health: Option<Health>,
    pub round: String,
    pub at: DateTime<Utc>,
}

/// The actions that something was reported of, by title, each with the latest report that was not referred back, of a round that was not
/// withdrawn.
///
/// # Errors
/// The database's own.
pub async fn reported(tx: &mut ProcessTx, subject: Subject, most: i64) -> sqlx::Result<Vec<Reported>> {
    let rows = sqlx::query_as!(
        ReportedRow,
        r#"with g as materialized (
            select distinct on (x.action_id) x.action_id, x.health, x.reported_at, d.title
            from visible_progress_report x join round d on d.process_id = x.process_id and d.id = x.round_id
            where x.process_id = kernel.process_id() and x.state <> 'returned' and d.state <> 'withdrawn'
            order by x.action_id, d.period_end desc, x.reported_at desc, x.id)
        select v.id as "id!", v.title as "title!", v.handling as "handling!", g.health as "health!", g.title as "round!", g.reported_at as "at!"
        from g join visible_action v on v.process_id = kernel.process_id() and v.id = g.action_id
        where kernel.counts(v.merged_into_id, v.claim)
            and ($1::uuid is null or exists (select from action_pillar x where x.process_id = v.process_id and x.action_id = v.id
                and x.pillar_id = $1))
            and ($2::uuid is null or exists (select from action_beneficiary x where x.process_id = v.process_id and x.action_id = v.id
                and x.beneficiary_id = $2))
            and ($3::uuid is null or v.reporting_id = $3 or exists (select from action_party x where x.process_id = v.process_id
                and x.action_id = v.id and x.organisation_id = $3))
        order by v.search_title, v.id limit $4"#,
        subject.pillar(),
        subject.beneficiary(),
        subject.organisation(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let one = |r: ReportedRow| Reported {
        action: r.id,
        title: r.title,
        handling: Handling::parse(&r.handling),
        health: Health::parse(&r.health),
        round: r.round,
        at: r.at,
    };
    Ok(rows.into_iter().map(one).collect())
}

struct ReportedRow {
    id: Uuid,
    title: String,
    handling: String,
    health: String,
    round: String,
    at: DateTime<Utc>,
}

/// Names of organisations by their ids.
///
/// # Errors
/// The database's own.
pub async fn names(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<HashMap<OrganisationId, String>> {
    let rows = sqlx::query!(
        r#"select o.id as "id: OrganisationId", o.name from organisation o where o.process_id = kernel.process_id() and o.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
}
