//! What pictures are drawn from: counted by the database, over one narrow row an action, so that a process of a hundred
//! thousand actions is drawn as fast as a small one. Money is the ledger's (`data_money.rs`).

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use uuid::Uuid;

use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, BeneficiaryId, PillarId, PlanNodeId};

/// What actions are narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Within {
    pub pillar: Option<PillarId>,
    pub beneficiary: Option<BeneficiaryId>,
    /// At work on some day between these; what states neither start nor end is on no day.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// By what actions are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Pillar,
    Beneficiary,
    /// The organisation that keeps the record.
    Keeper,
}

impl Key {
    fn as_str(self) -> &'static str {
        match self {
            Key::Pillar => "pillar",
            Key::Beneficiary => "beneficiary",
            Key::Keeper => "keeper",
        }
    }
}

/// A short name, and the whole.
pub type Names = HashMap<Uuid, (String, String)>;

/// # Errors
/// The database's own.
pub async fn organisations(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Names> {
    if ids.is_empty() {
        return Ok(Names::new());
    }
    let rows = sqlx::query!(
        r#"select o.id, coalesce(o.short_name, o.name) as "short!", o.name from organisation o
            where o.process_id = kernel.process_id() and o.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, (r.short, r.name))).collect())
}

/// A figure of the timeline.
#[derive(Debug, Clone)]
pub struct Passed {
    /// None: not stated.
    pub key: Option<Uuid>,
    /// `start` and `end` by step; `n` (how many), `now` (how many run today), `six` and `twelve` (how many end by then);
    /// and `all`, without a key.
    pub what: String,
    /// Steps of [`STEP`] days since [`epoch`]; none where no date is stated.
    pub step: Option<i32>,
    pub n: i64,
}

/// Days that are drawn as one: about a month. Whole months would have to be read out of every date, which takes longer than
/// all the rest.
pub const STEP: i32 = 30;

/// Before any date that means something.
pub fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default()
}

/// How many begin and end in each step, by pillar or by beneficiary. What is cancelled is not among them. What is completed
/// without an end ends today at the latest.
///
/// # Errors
/// The database's own.
pub async fn passing(tx: &mut ProcessTx, within: Within, by: Key, today: NaiveDate) -> sqlx::Result<Vec<Passed>> {
    sqlx::query_as!(
        Passed,
        r#"with g as materialized (
            select x.keys, grouping(x.starts) = 1 as by_end, coalesce(x.starts, x.ends) as step, count(*) as n,
                count(*) filter (where x.now) as now, count(*) filter (where x.six) as six, count(*) filter (where x.twelve) as twelve
            from (select case when $5 = 'pillar' then f.pillars else f.beneficiaries end as keys,
                    (f.starts_on - $7::date) / $8::int as starts,
                    (coalesce(f.ends_on, case when f.status = 'completed' then $6::date end) - $7::date) / $8::int as ends,
                    coalesce(f.starts_on <= $6, true) and coalesce(f.ends_on >= $6, f.status is distinct from 'completed') as now,
                    f.ends_on between $6::date and ($6::date + interval '6 months')::date as six,
                    f.ends_on between $6::date and ($6::date + interval '12 months')::date as twelve
                from visible_facet f
                where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined' and f.status is distinct from 'cancelled'
                    and ($1::uuid is null or $1 = any (f.pillars)) and ($2::uuid is null or $2 = any (f.beneficiaries))
                    and coalesce(f.starts_on, f.ends_on) is not null
                    and ($3::date is null or f.end_up >= $3) and ($4::date is null or f.start_down <= $4)) x
            group by grouping sets ((x.keys, x.starts), (x.keys, x.ends))),
        -- what has no step is put together before it is laid out: of thousands of steps there are few lists of keys
        s as materialized (
            select g.keys, sum(g.n) as n, sum(g.now) as now, sum(g.six) as six, sum(g.twelve) as twelve from g where g.by_end group by 1)
        select k.id as "key?", case when g.by_end then 'end' else 'start' end as "what!", g.step as "step?", sum(g.n)::bigint as "n!"
        from g left join lateral unnest(g.keys) k (id) on true
        group by 1, g.by_end, g.step
        union all
        select k.id, v.what, null, sum(v.n)::bigint
        from s left join lateral unnest(s.keys) k (id) on true
            cross join lateral (values ('n', s.n), ('now', s.now), ('six', s.six), ('twelve', s.twelve)) v (what, n)
        group by 1, 2
        union all
        -- each once, however many groups it is of
        select null, v.what, null, sum(v.n)::bigint
        from s cross join lateral (values ('all', s.n), ('all-now', s.now), ('all-twelve', s.twelve)) v (what, n)
        group by v.what"#,
        within.pillar.map(|p| p.0),
        within.beneficiary.map(|b| b.0),
        within.from,
        within.to,
        by.as_str(),
        today,
        epoch(),
        STEP
    )
    .fetch_all(tx.conn())
    .await
}

/// One action of a timeline.
#[derive(Debug, Clone)]
pub struct Dated {
    pub id: ActionId,
    pub title: String,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub completed: bool,
    pub pillars: Vec<Uuid>,
    pub beneficiaries: Vec<Uuid>,
}

/// The actions themselves, where they are few, by their ends.
///
/// # Errors
/// The database's own.
pub async fn dated(tx: &mut ProcessTx, within: Within, most: i64) -> sqlx::Result<Vec<Dated>> {
    sqlx::query_as!(
        Dated,
        r#"select a.id as "id!: ActionId", a.title as "title!", f.starts_on, f.ends_on,
            coalesce(f.status = 'completed', false) as "completed!", f.pillars as "pillars!", f.beneficiaries as "beneficiaries!"
        from visible_facet f join visible_action a on a.process_id = f.process_id and a.id = f.action_id
        where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined' and f.status is distinct from 'cancelled'
            and ($1::uuid is null or $1 = any (f.pillars)) and ($2::uuid is null or $2 = any (f.beneficiaries))
            and coalesce(f.starts_on, f.ends_on) is not null
            and ($3::date is null or f.end_up >= $3) and ($4::date is null or f.start_down <= $4)
        order by f.end_up, f.title_order, f.action_id limit $5"#,
        within.pillar.map(|p| p.0),
        within.beneficiary.map(|b| b.0),
        within.from,
        within.to,
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// A theme that is in use.
#[derive(Debug, Clone)]
pub struct Theme {
    pub id: Uuid,
    pub key: String,
    pub name: String,
}

/// # Errors
/// The database's own.
pub async fn themes(tx: &mut ProcessTx) -> sqlx::Result<Vec<Theme>> {
    sqlx::query_as!(
        Theme,
        "select t.id, t.key, t.name from theme t where t.process_id = kernel.process_id() and t.retired_at is null
            order by t.position, t.name"
    )
    .fetch_all(tx.conn())
    .await
}

/// How many actions of a theme run for a beneficiary on a day, and how many of them still run on a later one.
#[derive(Debug, Clone)]
pub struct Running {
    pub theme: Uuid,
    pub beneficiary: Uuid,
    pub now: i64,
    pub later: i64,
}

/// # Errors
/// The database's own.
pub async fn running(
    tx: &mut ProcessTx,
    pillar: Option<PillarId>,
    today: NaiveDate,
    later: NaiveDate,
) -> sqlx::Result<Vec<Running>> {
    sqlx::query_as!(
        Running,
        r#"with f as materialized (
            select f.themes, f.beneficiaries, f.end_up >= $3 as later, count(*) as n
            from visible_facet f
            where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined'
                and (f.status is null or f.status in ('funded', 'ongoing', 'suspended'))
                and ($1::uuid is null or $1 = any (f.pillars))
                and coalesce(f.starts_on, f.ends_on) is not null and f.end_up >= $2 and f.start_down <= $2
            group by 1, 2, 3)
        select t.id as "theme!", b.id as "beneficiary!", sum(f.n)::bigint as "now!",
            coalesce(sum(f.n) filter (where f.later), 0)::bigint as "later!"
        from f cross join lateral unnest(f.themes) t (id) cross join lateral unnest(f.beneficiaries) b (id)
        group by 1, 2"#,
        pillar.map(|p| p.0),
        today,
        later
    )
    .fetch_all(tx.conn())
    .await
}

/// How many actions run for each beneficiary on a day.
///
/// # Errors
/// The database's own.
pub async fn by_beneficiary(
    tx: &mut ProcessTx,
    pillar: Option<PillarId>,
    today: NaiveDate,
) -> sqlx::Result<HashMap<Uuid, i64>> {
    let rows = sqlx::query!(
        r#"with f as materialized (
            select f.beneficiaries, count(*) as n from visible_facet f
            where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined'
                and (f.status is null or f.status in ('funded', 'ongoing', 'suspended'))
                and ($1::uuid is null or $1 = any (f.pillars))
                and coalesce(f.starts_on, f.ends_on) is not null and f.end_up >= $2 and f.start_down <= $2
            group by 1)
        select b.id as "id!", sum(f.n)::bigint as "n!" from f cross join lateral unnest(f.beneficiaries) b (id) group by 1"#,
        pillar.map(|p| p.0),
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.n)).collect())
}

/// Needs that were submitted and not taken over into a later cycle, by beneficiary: all, and those without a response that
/// the beneficiary confirmed.
///
/// # Errors
/// The database's own.
pub async fn unanswered(tx: &mut ProcessTx, pillar: Option<PillarId>) -> sqlx::Result<HashMap<Uuid, (i64, i64)>> {
    let rows = sqlx::query!(
        r#"select n.beneficiary_id as "id!", count(*) as "all!",
            count(*) filter (where not exists (select from visible_response r
                where r.process_id = n.process_id and r.need_id = n.id and r.state = 'confirmed')) as "open!"
        from visible_need n
            left join visible_plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id
            left join visible_plan p on p.process_id = k.process_id and p.id = k.plan_id
        where n.process_id = kernel.process_id() and n.state = 'submitted' and ($1::uuid is null or p.pillar_id = $1)
            and not exists (select from visible_need later where later.process_id = n.process_id
                and later.copied_from_id = n.id and later.state = 'submitted')
        group by 1"#,
        pillar.map(|p| p.0)
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, (r.all, r.open))).collect())
}

/// How many records of a key were last confirmed when: the values of the list's filter `fresh`.
#[derive(Debug, Clone)]
pub struct Confirmed {
    pub key: Option<Uuid>,
    pub when: String,
    pub n: i64,
}

/// `only`: the keepers that are asked about; none asks about all.
///
/// # Errors
/// The database's own.
pub async fn confirmed(
    tx: &mut ProcessTx,
    by: Key,
    within: Within,
    only: Option<&[Uuid]>,
    since: [DateTime<Utc>; 3],
) -> sqlx::Result<Vec<Confirmed>> {
    let [three, six, twelve] = since;
    sqlx::query_as!(
        Confirmed,
        r#"with f as materialized (
            select case $1 when 'pillar' then f.pillars when 'beneficiary' then f.beneficiaries end as keys,
                case $1 when 'keeper' then f.reporting_id end as keeper,
                count(*) filter (where f.last_confirmed_at is null) as never,
                count(*) filter (where f.last_confirmed_at >= $5) as three,
                count(*) filter (where f.last_confirmed_at >= $6 and f.last_confirmed_at < $5) as six,
                count(*) filter (where f.last_confirmed_at >= $7 and f.last_confirmed_at < $6) as twelve,
                count(*) filter (where f.last_confirmed_at < $7) as year
            from visible_facet f
            where f.process_id = (select kernel.process_id()) and f.kept and f.claim <> 'declined'
                and ($2::uuid is null or $2 = any (f.pillars)) and ($3::uuid is null or $3 = any (f.beneficiaries))
                and ($4::uuid[] is null or f.reporting_id = any ($4))
            group by 1, 2)
        select coalesce(k.id, f.keeper) as "key?", v.fresh as "when!", sum(v.n)::bigint as "n!"
        from f left join lateral unnest(f.keys) k (id) on true
            cross join lateral (values ('never', f.never), ('3', f.three), ('3-6', f.six), ('6-12', f.twelve), ('year', f.year)) v (fresh, n)
        where v.n > 0 group by 1, 2
        union all
        -- each once, however many groups it is of
        select null, v.what, sum(v.n)::bigint
        from f cross join lateral (values ('all', f.never + f.three + f.six + f.twelve + f.year), ('all-stale', f.never + f.twelve + f.year)) v (what, n)
        group by v.what"#,
        by.as_str(),
        within.pillar.map(|p| p.0),
        within.beneficiary.map(|b| b.0),
        only as _,
        three,
        six,
        twelve
    )
    .fetch_all(tx.conn())
    .await
}

/// How many actions of a status hang under a node, and its needs: how many, and how many are judged to be covered.
#[derive(Debug, Clone)]
pub struct Hung {
    pub node: PlanNodeId,
    pub status: Option<String>,
    pub n: i64,
}

/// # Errors
/// The database's own.
pub async fn hung(tx: &mut ProcessTx) -> sqlx::Result<Vec<Hung>> {
    sqlx::query_as!(
        Hung,
        r#"select l.plan_node_id as "node!: PlanNodeId", f.status, count(*) as "n!"
        from plan_node_action l
            join visible_plan_node k on k.process_id = l.process_id and k.id = l.plan_node_id
            join visible_facet f on f.process_id = l.process_id and f.action_id = l.action_id
        where l.process_id = kernel.process_id() and f.kept and f.claim <> 'declined'
        group by 1, 2"#
    )
    .fetch_all(tx.conn())
    .await
}

/// Needs under each node: all, and those that are judged to be covered.
///
/// # Errors
/// The database's own.
pub async fn covered(tx: &mut ProcessTx) -> sqlx::Result<HashMap<PlanNodeId, (i64, i64)>> {
    let rows = sqlx::query!(
        r#"select n.plan_node_id as "node!: PlanNodeId", count(*) as "all!",
            count(*) filter (where j.coverage in ('covered', 'more')) as "covered!"
        from visible_need n
            left join lateral (select y.coverage from visible_judgement y
                where y.process_id = n.process_id and y.need_id = n.id order by y.at desc, y.id desc limit 1) j on true
        where n.process_id = kernel.process_id() and n.state = 'submitted' and n.plan_node_id is not null
            and not exists (select from visible_need later where later.process_id = n.process_id
                and later.copied_from_id = n.id and later.state = 'submitted')
        group by 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.node, (r.all, r.covered))).collect())
}
