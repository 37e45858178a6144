//! What the job and the finder read and write: with full sight, for nobody to read as it is.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Found, Reason};
use super::subjects::Row;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{OrganisationId, OverlapId, ProcessId};

/// How far one may read: transactions before `oldest_open` are over, none after `newest` had begun.
#[derive(Debug, Clone, Copy)]
pub struct Horizon {
    pub oldest_open: i64,
    pub newest: i64,
}

/// # Errors
/// The database's own.
pub async fn horizon(tx: &mut ProcessTx) -> sqlx::Result<Horizon> {
    sqlx::query_as!(
        Horizon,
        r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "oldest_open!",
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "newest!""#
    )
    .fetch_one(tx.conn())
    .await
}

/// Where a reading goes on.
#[derive(Debug, Clone, Copy)]
pub enum From {
    Beginning,
    After { id: Uuid, changed: i64 },
}

/// The next actions of the process in the order of their ids.
///
/// # Errors
/// The database's own.
pub async fn all(tx: &mut ProcessTx, from: &From, most: i64) -> sqlx::Result<Vec<Row>> {
    let after = match from {
        From::Beginning => Uuid::nil(),
        From::After { id, .. } => *id,
    };
    let ids = sqlx::query_scalar!(
        "select a.id from visible_action a where a.process_id = kernel.process_id() and a.id > $1 order by a.id limit $2",
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = ids.into_iter().flatten().collect();
    let mut rows = of(tx, &ids).await?;
    rows.sort_by_key(|r| r.id);
    Ok(rows)
}

/// The next actions that a transaction from `since` on has changed, in the order of the changes. Numbers above `newest` are
/// of another cluster, whose backup this was, and old.
///
/// # Errors
/// The database's own.
pub async fn since(tx: &mut ProcessTx, since: i64, newest: i64, from: &From, most: i64) -> sqlx::Result<Vec<Row>> {
    let (changed, after) = match from {
        From::Beginning => (since, Uuid::nil()),
        From::After { id, changed } => (*changed, *id),
    };
    let ids = sqlx::query_scalar!(
        "select a.id from visible_action a where a.process_id = kernel.process_id()
            and a.changed >= $1 and a.changed <= $2 and (a.changed, a.id) > ($1, $3)
         order by a.changed, a.id limit $4",
        changed,
        newest,
        after,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = ids.into_iter().flatten().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = of(tx, &ids).await?;
    rows.sort_by_key(|r| (r.changed, r.id));
    Ok(rows)
}

/// These actions as the finder is told of them: their organisations with the bodies above them, so that two parts of one
/// government are seen to be that.
///
/// # Errors
/// The database's own.
pub async fn of(tx: &mut ProcessTx, ids: &[Uuid]) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select a.id as "id!", a.changed as "changed!", (a.merged_into_id is not null or a.claim = 'declined') as "gone!",
            a.title as "title!", a.description as "description!", a.theme_text as "theme_text!", a.parent_text,
            a.reference as "reference!", a.status, a.parent_id, coalesce(a.actual_start, a.planned_start) as start,
            case when a.actual_start is not null then a.actual_start_precision else a.planned_start_precision end as start_precision,
            coalesce(a.actual_end, a.planned_end) as "end",
            case when a.actual_end is not null then a.actual_end_precision else a.planned_end_precision end as end_precision,
            a.stated_total::float8 as total, a.stated_currency as currency,
            array(select b.code from action_beneficiary x join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
                where x.process_id = a.process_id and x.action_id = a.id) as "beneficiaries!: Vec<String>",
            array(select b.code || ' ' || b.name from beneficiary b where b.process_id = (select kernel.process_id())) as "all_beneficiaries!: Vec<String>",
            array(select l.key from action_pillar x join pillar l on l.process_id = x.process_id and l.id = x.pillar_id
                where x.process_id = a.process_id and x.action_id = a.id) as "pillars!: Vec<String>",
            array(select x.theme_id from action_theme x where x.process_id = a.process_id and x.action_id = a.id) as "themes!: Vec<Uuid>",
            array(select distinct unnest(t.dac_codes) from action_theme x join theme t on t.process_id = x.process_id and t.id = x.theme_id
                where x.process_id = a.process_id and x.action_id = a.id) as "sectors!: Vec<String>",
            (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'reference', o.iati_identifier, 'role', p.role, 'above', p.above)), '[]')
                from (with recursive up (organisation_id, role, above) as (
                        select p.organisation_id, p.role, false from action_party p where p.process_id = a.process_id and p.action_id = a.id
                        union select a.reporting_id, 'reporting', false
                        union select o.parent_id, up.role, true from up
                            join organisation o on o.process_id = a.process_id and o.id = up.organisation_id
                            where o.parent_id is not null and up.role <> 'reporting')
                    select * from up) p
                join organisation o on o.process_id = a.process_id and o.id = p.organisation_id) as "parties!: Json<Vec<super::subjects::PartyRow>>"
        from visible_action a where a.process_id = kernel.process_id() and a.id = any ($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await
}

/// How far the process has been gone through.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    pub scored_to: Option<i64>,
    pub finder: String,
    pub pass_from: Option<i64>,
    pub pass_after: Option<Uuid>,
    pub pass_done: i32,
    pub pass_total: i32,
    pub pass_began_at: Option<DateTime<Utc>>,
    pub pass_ended_at: Option<DateTime<Utc>>,
}

/// # Errors
/// The database's own.
pub async fn progress(tx: &mut ProcessTx) -> sqlx::Result<Progress> {
    let row = sqlx::query_as!(
        Progress,
        "select scored_to, finder, pass_from, pass_after, pass_done, pass_total, pass_began_at, pass_ended_at from overlap_state
            where process_id = kernel.process_id()"
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.unwrap_or_default())
}

/// # Errors
/// The database's own.
pub async fn keep_progress(tx: &mut ProcessTx, p: &Progress) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into overlap_state (scored_to, finder, pass_from, pass_after, pass_done, pass_total, pass_began_at, pass_ended_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (process_id) do update set scored_to = excluded.scored_to, finder = excluded.finder, pass_from = excluded.pass_from,
            pass_after = excluded.pass_after, pass_done = excluded.pass_done, pass_total = excluded.pass_total,
            pass_began_at = excluded.pass_began_at, pass_ended_at = excluded.pass_ended_at",
        p.scored_to,
        p.finder,
        p.pass_from,
        p.pass_after,
        p.pass_done,
        p.pass_total,
        p.pass_began_at,
        p.pass_ended_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many actions there are to go through.
///
/// # Errors
/// The database's own.
pub async fn count(tx: &mut ProcessTx) -> sqlx::Result<i32> {
    sqlx::query_scalar!(
        r#"select count(*)::int as "n!" from visible_action a where a.process_id = kernel.process_id() and a.merged_into_id is null"#
    )
    .fetch_one(tx.conn())
    .await
}

/// One job at a time works on a process; the others leave it to that one.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('overlaps:' || kernel.process_id()::text, 0)) as "held!""#
    )
    .fetch_one(tx.conn())
    .await
}

/// A pair as it was found: the smaller id first.
#[derive(Debug, Clone)]
pub struct Pair {
    pub first: Uuid,
    pub second: Uuid,
    pub found: Found,
    pub matters: Vec<u8>,
}

/// A question that a scoring opened, or opened again.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: OverlapId,
    pub keepers: Vec<OrganisationId>,
    pub restricted: bool,
}

/// Keeps found pairs: new ones become questions; what people have taken up keeps its state; a dismissed one opens again where
/// what mattered has changed; a faded one opens again. Answers those that are newly open.
///
/// # Errors
/// The database's own.
pub async fn keep_pairs(tx: &mut ProcessTx, pairs: &[Pair], now: DateTime<Utc>) -> sqlx::Result<Vec<Opened>> {
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let first: Vec<Uuid> = pairs.iter().map(|p| p.first).collect();
    let second: Vec<Uuid> = pairs.iter().map(|p| p.second).collect();
    let kinds: Vec<String> = pairs.iter().map(|p| p.found.kind.as_str().to_owned()).collect();
    let likelihoods: Vec<f32> = pairs.iter().map(|p| p.found.likelihood).collect();
    let reasons: Vec<Json<Vec<Reason>>> = pairs.iter().map(|p| Json(p.found.reasons.clone())).collect();
    let matters: Vec<Vec<u8>> = pairs.iter().map(|p| p.matters.clone()).collect();
    let opened = sqlx::query_scalar!(
        r#"with given as (select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::real[], $5::jsonb[], $6::bytea[])
                as g(first_id, second_id, kind, likelihood, reasons, mattered)),
            before as (select c.id, c.first_id, c.second_id, c.state, c.decision, c.decided_on from overlap_case c
                join given g using (first_id, second_id) where c.process_id = kernel.process_id()),
            kept as (insert into overlap_case (origin, first_id, second_id, kind, likelihood, reasons, mattered, scored_at, opened_at)
                select 'found', first_id, second_id, kind, likelihood, reasons, mattered, $7, $7 from given
                on conflict (process_id, first_id, second_id) do update set
                    kind = excluded.kind, likelihood = excluded.likelihood, reasons = excluded.reasons, mattered = excluded.mattered,
                    scored_at = excluded.scored_at,
                    state = case when overlap_case.state = 'faded'
                        or (overlap_case.state = 'closed' and overlap_case.decision = 'no_overlap'
                            and overlap_case.decided_on is distinct from excluded.mattered) then 'open' else overlap_case.state end,
                    opened_at = case when overlap_case.state = 'faded'
                        or (overlap_case.state = 'closed' and overlap_case.decision = 'no_overlap'
                            and overlap_case.decided_on is distinct from excluded.mattered) then $7 else overlap_case.opened_at end,
                    version = overlap_case.version + case when overlap_case.state = 'faded'
                        or (overlap_case.state = 'closed' and overlap_case.decision = 'no_overlap'
                            and overlap_case.decided_on is distinct from excluded.mattered) then 1 else 0 end
                returning id, first_id, second_id, state),
            linked as (insert into overlap_case_action (case_id, action_id, position)
                select k.id, k.first_id, 0 from kept k where not exists (select from before b where b.id = k.id)
                union all select k.id, k.second_id, 1 from kept k where not exists (select from before b where b.id = k.id)
                returning case_id)
            select coalesce(jsonb_agg(k.id), '[]') as "ids!: Json<Vec<Uuid>>" from kept k left join before b on b.id = k.id
                where k.state = 'open' and b.state is distinct from 'open'"#,
        &first,
        &second,
        &kinds,
        &likelihoods,
        &reasons as _,
        &matters,
        now
    )
    .fetch_one(tx.conn())
    .await?
    .0;
    if opened.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select c.id as "id: OverlapId", c.restricted,
            array(select distinct a.reporting_id from overlap_case_action ca join visible_action a
                on a.process_id = ca.process_id and a.id = ca.action_id
                where ca.process_id = c.process_id and ca.case_id = c.id) as "keepers!: Vec<OrganisationId>"
            from overlap_case c where c.process_id = kernel.process_id() and c.id = any ($1)"#,
        &opened
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Opened { id: r.id, keepers: r.keepers, restricted: r.restricted }).collect())
}

/// Pairs of these actions that were found earlier, with the fingerprint of what mattered then.
///
/// # Errors
/// The database's own.
pub async fn earlier(tx: &mut ProcessTx, actions: &[Uuid]) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        r#"select c.first_id as "first!", c.second_id as "second!" from overlap_case c
            where c.process_id = kernel.process_id() and c.first_id = any ($1)
         union select c.first_id, c.second_id from overlap_case c
            where c.process_id = kernel.process_id() and c.second_id = any ($1)"#,
        actions
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.first, r.second)).collect())
}

/// Pairs that are no longer found: what nobody has taken up fades, what is being worked on stays with its new likelihood.
///
/// # Errors
/// The database's own.
pub async fn fade(tx: &mut ProcessTx, pairs: &[(Uuid, Uuid, Option<f32>)], now: DateTime<Utc>) -> sqlx::Result<()> {
    let first: Vec<Uuid> = pairs.iter().map(|p| p.0).collect();
    let second: Vec<Uuid> = pairs.iter().map(|p| p.1).collect();
    let likelihoods: Vec<Option<f32>> = pairs.iter().map(|p| p.2).collect();
    sqlx::query!(
        "update overlap_case c set likelihood = g.likelihood, scored_at = $4,
            state = case when c.state = 'open' and c.origin = 'found' and c.escalated_at is null and c.owner_id is null
                and not exists (select from overlap_remark r where r.process_id = c.process_id and r.case_id = c.id)
                then 'faded' else c.state end
         from unnest($1::uuid[], $2::uuid[], $3::real[]) as g(first_id, second_id, likelihood)
         where c.process_id = kernel.process_id() and c.first_id = g.first_id and c.second_id = g.second_id",
        &first,
        &second,
        &likelihoods as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The processes that are active, for the scheduler.
///
/// # Errors
/// The database's own.
pub async fn processes(tx: &mut crate::kernel::db::PlatformTx) -> sqlx::Result<Vec<ProcessId>> {
    sqlx::query_scalar!(r#"select id as "id: ProcessId" from process where state = 'active' order by id"#)
        .fetch_all(tx.conn())
        .await
}

/// How many open questions concern the actions of each organisation.
///
/// # Errors
/// The database's own.
pub async fn open_by_keeper(tx: &mut ProcessTx) -> sqlx::Result<Vec<(OrganisationId, i64)>> {
    let rows = sqlx::query!(
        r#"select a.reporting_id as "keeper!: OrganisationId", count(distinct c.id) as "n!" from overlap_case c
            join overlap_case_action ca on ca.process_id = c.process_id and ca.case_id = c.id
            join visible_action a on a.process_id = ca.process_id and a.id = ca.action_id
            where c.process_id = kernel.process_id() and c.state = 'open' group by 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.keeper, r.n)).collect())
}
