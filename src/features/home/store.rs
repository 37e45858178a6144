//! The homes' statements: at most four a page, whatever the member holds.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

use super::figures::Counted;
use super::waiting::{Beside, Keeping, Other, Own, Place, Waiting, Want};
use crate::kernel::db::ProcessTx;

/// Processes up to this size are counted when their home is asked for; larger ones by a job.
const SMALL: i64 = 5_000;
/// A list of what waits shows so many; the list it opens shows all.
const MOST: i64 = 6;
/// Up to so many actions are looked through.
const FEW: i64 = 1_000;
/// Of the organisations at work in one place, so many are named.
const MOST_BESIDE: i64 = 8;
/// Access that ends within so many days is named.
const ENDING_DAYS: u64 = 90;

/// Which figures a member is shown.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The process, pillars, beneficiaries and organisations that are counted in.
    pub within: Vec<Uuid>,
    /// Those of them whose level "parties" is the member's to see.
    pub own: Vec<Uuid>,
}

/// Figures of what is published.
pub struct Published {
    pub counted_at: DateTime<Utc>,
    pub rows: Vec<(String, String, i64)>,
}

/// # Errors
/// The database's own.
pub async fn figures(tx: &mut ProcessTx, now: DateTime<Utc>, wanted: &Wanted) -> sqlx::Result<Counted> {
    let answer = sqlx::query_scalar!(
        r#"select kernel.home_figures($1, $2, $3, $4) as "answer!: Json<Counted>""#,
        now,
        &wanted.within,
        &wanted.own,
        SMALL
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(answer.0)
}

/// What was counted of the actions that are published: dimension, key and number, and when. `None` where the process is
/// small enough to be counted on the spot, or has not been counted yet.
///
/// # Errors
/// The database's own.
pub async fn published(tx: &mut ProcessTx) -> sqlx::Result<Option<Published>> {
    let row = sqlx::query!(
        r#"select s.counted_at, (select coalesce(jsonb_agg(jsonb_build_array(t.dimension, t.key, t.n)), '[]') from action_tally t
                where t.process_id = s.process_id and t.within = s.process_id and t.layer = 'public'
                    and t.dimension in ('all', 'status', 'pillar', 'beneficiary')) as "rows!: Json<Vec<(String, String, i64)>>"
            from action_tally_state s where s.process_id = kernel.process_id() and s.actions > $1"#,
        SMALL
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Published { counted_at: r.counted_at, rows: r.rows.0 }))
}

/// # Errors
/// The database's own.
pub async fn recount(tx: &mut ProcessTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("select kernel.recount($1)", now).fetch_one(tx.conn()).await?;
    Ok(())
}

/// What is asked about a process, pillar, beneficiary or organisation.
#[derive(Debug)]
pub struct Ask {
    pub scope: Uuid,
    pub wants: Vec<Want>,
    /// How many actions it has: few are looked through, of many the first are found by an index.
    pub actions: i64,
}

/// Who asks, and whose requests for access they decide besides those of a whole process.
#[derive(Debug, Default)]
pub struct Reader {
    pub memberships: Vec<Uuid>,
    pub organisations: Vec<Uuid>,
    pub beneficiaries: Vec<Uuid>,
}

/// What waits in each scope, and for the reader in person. The derived audience says of an action whose it is, but for what is restricted: there it
/// says to whom it was opened. (Written out, since a function with a query inside is called row by row.)
///
/// # Errors
/// The database's own.
pub async fn waiting(
    tx: &mut ProcessTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    scopes: &[Ask],
    reader: &Reader,
) -> sqlx::Result<(HashMap<Uuid, Waiting>, Own)> {
    let ids: Vec<Uuid> = scopes.iter().map(|s| s.scope).collect();
    let wants: Vec<String> =
        scopes.iter().map(|s| s.wants.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(",")).collect();
    let few: Vec<bool> = scopes.iter().map(|s| s.actions <= FEW).collect();
    let rows = sqlx::query!(
        r#"
        select s.id as "id?", jsonb_build_object(
            'to_confirm', coalesce(case when not 'to_confirm' = any(s.wants) then null when s.few is not null then (
                select jsonb_agg(to_jsonb(x)) from (
                    select a.id, a.title, a.last_confirmed_at as confirmed_at, a.created_at, k.name as keeper
                    from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                    where a.process_id = s.process and a.id = any(s.few) and a.merged_into_id is null and a.claim = 'confirmed'
                        and coalesce(a.last_confirmed_at < kernel.fresh_since($1), true)
                    order by a.last_confirmed_at nulls first, a.id limit $4) x) else (
                select jsonb_agg(to_jsonb(x)) from (
                    select * from (
                        (select a.id, a.title, a.last_confirmed_at as confirmed_at, a.created_at, k.name as keeper
                        from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                        where a.process_id = s.process and a.last_confirmed_at is null and a.merged_into_id is null and a.claim = 'confirmed'
                            and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                        order by a.id limit $4)
                        union all
                        (select a.id, a.title, a.last_confirmed_at, a.created_at, k.name
                        from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                        where a.process_id = s.process and a.last_confirmed_at < kernel.fresh_since($1) and a.merged_into_id is null and a.claim = 'confirmed'
                            and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                        order by a.last_confirmed_at, a.id limit $4)) y
                    order by confirmed_at nulls first, id limit $4) x) end, '[]'),
            'soon', coalesce(case when not 'soon' = any(s.wants) then null when s.few is not null then (
                select jsonb_agg(to_jsonb(x)) from (
                    select a.id, a.title, a.created_at, k.name as keeper, coalesce(a.actual_end, a.planned_end) as ends,
                        case when a.actual_end is not null then a.actual_end_precision else a.planned_end_precision end as precision
                    from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                    where a.process_id = s.process and a.ends_on between $2 and kernel.soon_until($2) and kernel.counts(a.merged_into_id, a.claim)
                        and a.id = any(s.few)
                    order by a.ends_on, a.id limit $4) x) else (
                select jsonb_agg(to_jsonb(x)) from (
                    select a.id, a.title, a.created_at, k.name as keeper, coalesce(a.actual_end, a.planned_end) as ends,
                        case when a.actual_end is not null then a.actual_end_precision else a.planned_end_precision end as precision
                    from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                    where a.process_id = s.process and a.ends_on between $2 and kernel.soon_until($2) and kernel.counts(a.merged_into_id, a.claim)
                        and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                    order by a.ends_on, a.id limit $4) x) end, '[]'),
            'suggestions', coalesce(case when 'suggestions' = any(s.wants) then (
                select jsonb_agg(to_jsonb(x)) from (
                    select g.id, a.id as action, a.title, g.at, jsonb_build_object('name', m.name, 'of', coalesce(o.short_name, o.name, b.name),
                        'former', m.state = 'ended' or coalesce(m.ends_on < $2, false)) as by
                    from visible_suggestion g join visible_action a on a.process_id = g.process_id and a.id = g.action_id
                        join membership m on m.process_id = g.process_id and m.id = g.by_membership_id
                        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                        left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
                    where g.process_id = s.process and g.state = 'open'
                        and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                    order by g.at, g.id limit $4) x) end, '[]'),
            'suggestions_open', case when 'suggestions' = any(s.wants) then (
                select count(*) from visible_suggestion g
                where g.process_id = s.process and g.state = 'open'
                    -- of the whole process all that are seen: the view has looked up the action of each
                    and (s.id = s.process or exists (select from visible_action a where a.process_id = g.process_id and a.id = g.action_id
                        and ((a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))))) else 0 end,
            'claims', coalesce(case when 'claims' = any(s.wants) then (
                select jsonb_agg(to_jsonb(x)) from (
                    select a.id, a.title, a.created_at, k.name as keeper, case when m.id is not null then jsonb_build_object('name', m.name,
                        'of', coalesce(o.short_name, o.name, b.name), 'former', m.state = 'ended' or coalesce(m.ends_on < $2, false)) end as reported_by
                    from (select a.* from visible_action a
                        where a.process_id = s.process and a.claim = 'unconfirmed' and a.merged_into_id is null
                        and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                        order by a.created_at, a.id limit $4) a
                        join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                        left join membership m on m.process_id = a.process_id and m.id = a.reported_by_id
                        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                        left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
                    order by a.created_at, a.id) x) end, '[]'),
            'changes', coalesce(case when 'changes' = any(s.wants) then (
                select jsonb_agg(to_jsonb(x)) from (
                    select h.at, h.event, a.id as action, a.title, case when m.id is not null then jsonb_build_object('name', m.name,
                        'of', coalesce(o.short_name, o.name, b.name), 'former', m.state = 'ended' or coalesce(m.ends_on < $2, false)) end as by
                    from history h -- past the view: of actions that are seen
                        -- looked up one by one from the latest on: the planner's guess of how many are seen would have it read them all
                        cross join lateral (select a.* from visible_action a where a.process_id = h.process_id and a.id = h.subject_id offset 0) a
                        left join membership m on m.process_id = h.process_id and m.id = h.by_membership_id
                        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                        left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
                    where h.process_id = s.process and h.subject_kind = 'action'
                        and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                    order by h.at desc, h.id limit $4) x) end, '[]'),
            'added', coalesce(case when 'added' = any(s.wants) then (
                select jsonb_agg(to_jsonb(x)) from (
                    select a.id, a.title, a.created_at, k.name as keeper
                    from visible_action a join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
                    where a.process_id = s.process and kernel.counts(a.merged_into_id, a.claim)
                        and (s.id = s.process or (a.handling <> 'restricted' and s.id = any(a.audience)) or (a.handling = 'restricted'
                            and exists (select from action_scope w where w.process_id = s.process and w.action_id = a.id and w.within = s.id)))
                    order by a.created_at desc, a.id desc limit $4) x) end, '[]')
        ) as "waiting?: Json<Waiting>", null::jsonb as "own?: Json<Own>"
        from (select u.id, string_to_array(u.wants, ',') as wants, kernel.process_id() as process,
                case when u.few then array(select w.action_id from action_scope w where w.process_id = kernel.process_id() and w.within = u.id) end as few
            from unnest($3::uuid[], $5::text[], $6::bool[]) u (id, wants, few) offset 0) s
        union all
        select null, null, jsonb_build_object(
            'takeovers', coalesce((
                select jsonb_agg(jsonb_build_object('membership', m.id, 'from', jsonb_build_object('name', e.name,
                    'of', coalesce(o.short_name, o.name, b.name), 'former', e.state = 'ended' or coalesce(e.ends_on < $2, false)))
                    order by m.starts_on desc, m.id)
                from membership m join membership e on e.process_id = m.process_id and e.id = m.predecessor_id
                    left join organisation o on o.process_id = e.process_id and o.id = e.organisation_id
                    left join beneficiary b on b.process_id = e.process_id and b.id = e.beneficiary_id
                where m.process_id = kernel.process_id() and m.id = any($7::uuid[]) and m.starts_on > $2::date - interval '6 months'), '[]'),
            'lists', coalesce((
                select jsonb_agg(jsonb_build_object('of', coalesce(b.name, o.name, ''), 'since', m.starts_on, 'confirmed_at', m.list_confirmed_at)
                    order by m.created_at, m.id)
                from membership m
                    left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                    left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
                where m.process_id = kernel.process_id() and m.id = any($7::uuid[]) and m.focal_point and m.role in ('beneficiary', 'partner')), '[]'),
            'requests', coalesce((select jsonb_agg(to_jsonb(x)) from (
                select r.id, r.name, r.organisation_name as organisation, r.kind, r.due_on from access_request r
                where r.process_id = kernel.process_id() and r.state = 'open' and r.first_id is null
                    and kernel.request_is_of(r.kind, r.organisation_id, $8::uuid[], $9::uuid[])
                order by r.due_on, r.id limit $4) x), '[]'),
            'requests_open', (select count(*) from access_request r where r.process_id = kernel.process_id() and r.state = 'open' and r.first_id is null
                and kernel.request_is_of(r.kind, r.organisation_id, $8, $9)))
        "#,
        now,
        today,
        &ids,
        MOST,
        &wants,
        &few,
        &reader.memberships,
        &reader.organisations,
        &reader.beneficiaries
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut waiting, mut own) = (HashMap::new(), Own::default());
    for row in rows {
        if let Some((id, here)) = row.id.zip(row.waiting) {
            waiting.insert(id, here.0);
        }
        if let Some(found) = row.own {
            own = found.0;
        }
    }
    Ok((waiting, own))
}

/// Requests, members and the access log, for those who keep them.
///
/// # Errors
/// The database's own.
pub async fn keeping(tx: &mut ProcessTx, now: DateTime<Utc>, today: NaiveDate) -> sqlx::Result<Keeping> {
    let ending_until = today.checked_add_days(chrono::Days::new(ENDING_DAYS)).unwrap_or(today);
    let month_ago = now - TimeDelta::days(30);
    let answer = sqlx::query_scalar!(
        r#"
        with current as (
            select m.*, coalesce(o.short_name, o.name, b.name) as of from membership m
                left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
            where m.state = 'active' and m.starts_on <= $1 and coalesce(m.ends_on, $1) >= $1
        )
        select jsonb_build_object(
            'requests', coalesce((select jsonb_agg(to_jsonb(x)) from (
                select r.id, r.name, r.organisation_name as organisation, r.kind, r.due_on from access_request r
                where r.state = 'open' and r.first_id is null order by r.due_on, r.id limit $4) x), '[]'),
            'proposed_members', (select count(*) from membership m where m.state = 'proposed'),
            'proposed_organisations', (select count(*) from organisation_proposal x where x.state = 'open'),
            'requests_open', (select count(*) from access_request r where r.state = 'open' and r.first_id is null),
            'roles', coalesce((select jsonb_agg(to_jsonb(x)) from (
                select c.role, count(distinct c.account_id) as people, min(c.ends_on) as next_end
                from current c group by c.role) x), '[]'),
            'ending', coalesce((select jsonb_agg(to_jsonb(x)) from (
                select c.id, c.name, c.role, c.of, c.ends_on from current c where c.ends_on <= $2
                order by c.ends_on, c.name, c.id limit $4) x), '[]'),
            'ending_in_all', (select count(*) from current c where c.ends_on <= $2),
            'log', coalesce((select jsonb_agg(to_jsonb(x)) from (
                select l.at, l.kind = 'export' as export, l.subject_kind, l.handling, l.rows, coalesce(a.id, n.id) as record, coalesce(a.title, n.title) as title,
                    case when m.id is not null then jsonb_build_object('name', m.name, 'of', coalesce(o.short_name, o.name, b.name),
                        'former', m.state = 'ended' or coalesce(m.ends_on < $1, false)) end as by
                from access_log l
                    left join visible_action a on a.process_id = l.process_id and a.id = l.subject_id and l.subject_kind = 'action'
                    left join visible_need n on n.process_id = l.process_id and n.id = l.subject_id and l.subject_kind = 'need' and l.kind = 'read'
                    left join membership m on m.process_id = l.process_id and m.id = l.by_membership_id
                    left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
                    left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
                where l.process_id = kernel.process_id() and l.kind <> 'told'
                order by l.at desc, l.id limit $4) x), '[]'),
            'reads', logged.reads, 'exports', logged.exports
        ) as "keeping!: Json<Keeping>"
        from (select count(*) filter (where l.kind = 'read') as reads, count(*) filter (where l.kind = 'export') as exports
            from access_log l where l.process_id = kernel.process_id() and l.at >= $3) logged
        "#,
        today,
        ending_until,
        month_ago,
        MOST
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(answer.0)
}

/// Who else works where these organisations do: what everybody in the process may know.
///
/// # Errors
/// The database's own.
pub async fn beside(tx: &mut ProcessTx, places: &[Place]) -> sqlx::Result<HashMap<Place, Beside>> {
    let organisations: Vec<Uuid> = places.iter().map(|p| p.organisation).collect();
    let pillars: Vec<Uuid> = places.iter().map(|p| p.pillar).collect();
    let beneficiaries: Vec<Uuid> = places.iter().map(|p| p.beneficiary).collect();
    let rows = sqlx::query!(
        r#"
        with named as materialized (
            -- put in order once, and not for each place: comparing names costs
            select o.id, o.id::text as key, coalesce(o.short_name, o.name) as shown,
                row_number() over (order by lower(coalesce(o.short_name, o.name)), o.id) as place
            from organisation o where o.process_id = kernel.process_id()
        ),
        -- a place has hundreds of others, of whom a few are named: the rest are numbers, put in order place by place
        there as materialized (
            select q.organisation, q.pillar, q.beneficiary, array(
                select o.place from named o where o.id <> q.organisation and o.key in (select t.key from action_tally t
                    where t.process_id = kernel.process_id() and t.within = q.beneficiary and t.layer in ('public', 'members')
                        and t.dimension = 'beside:' || q.pillar)
                order by 1) as places
            from unnest($1::uuid[], $2::uuid[], $3::uuid[]) q (organisation, pillar, beneficiary)
        )
        select x.organisation as "organisation!", x.pillar as "pillar!", x.beneficiary as "beneficiary!",
            cardinality(x.places)::bigint as "in_all!",
            (select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.shown) order by o.place) from named o
                where o.place = any (x.places[1 : $4::bigint])) as "others!: Json<Vec<Other>>"
        from there x where x.places <> '{}'
        "#,
        &organisations,
        &pillars,
        &beneficiaries,
        MOST_BESIDE
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let place = Place { organisation: r.organisation, pillar: r.pillar, beneficiary: r.beneficiary };
            (place, Beside { others: r.others.0, in_all: r.in_all })
        })
        .collect())
}

/// The last day that is "soon": what the links of such figures say.
pub fn soon_until(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(Months::new(6)).unwrap_or(today)
}

/// Of plans and decisions on their way, more than a process has at once.
const ON_THE_WAY: i64 = 100;
/// Responses to needs that a home lists by name.
const LISTED: i64 = 5;

/// What waits for a reader, each part for the feature that says it in words.
pub struct AwaitedJson {
    pub plans: serde_json::Value,
    pub overlaps: serde_json::Value,
    pub needs: serde_json::Value,
    pub envelopes: serde_json::Value,
    pub reports: serde_json::Value,
    pub rounds: serde_json::Value,
    pub meetings: serde_json::Value,
}

/// Whose a reader is, as far as it decides what waits for them.
#[derive(Debug, Default)]
pub struct Whose {
    pub beneficiaries: Vec<Uuid>,
    pub organisations: Vec<Uuid>,
    pub pillars: Vec<Uuid>,
    /// The secretariat, whom all of it concerns.
    pub all: bool,
}

/// What of plans, decisions, coordination questions, needs, rounds, reports and meetings waits for the reader, and their open
/// envelopes: one statement. `mine`: whatever a meeting can invite or give a task.
pub async fn awaited(
    tx: &mut ProcessTx,
    whose: &Whose,
    mine: &[Uuid],
    now: DateTime<Utc>,
    today: NaiveDate,
) -> sqlx::Result<AwaitedJson> {
    sqlx::query_as!(
        AwaitedJson,
        r#"select kernel.plans_on_the_way($1) as "plans!", kernel.overlaps_waiting() as "overlaps!",
            kernel.needs_waiting($2, $3, $4) as "needs!", kernel.rounds_waiting($5, $2, $6, $7, $4) as "rounds!",
            kernel.envelopes_open() as "envelopes!", kernel.reports_waiting() as "reports!",
            kernel.meetings_waiting($8, $9, $10) as "meetings!""#,
        ON_THE_WAY,
        &whose.beneficiaries,
        LISTED,
        today,
        &whose.organisations,
        &whose.pillars,
        whose.all,
        now,
        mine,
        MOST
    )
    .fetch_one(tx.conn())
    .await
}

/// The meetings that a reader who takes no part may know of, as [`awaited`] has them for the others.
///
/// # Errors
/// The database's own.
pub async fn meetings(tx: &mut ProcessTx, mine: &[Uuid], now: DateTime<Utc>) -> sqlx::Result<serde_json::Value> {
    sqlx::query_scalar!(r#"select kernel.meetings_waiting($1, $2, $3) as "meetings!""#, now, mine, MOST)
        .fetch_one(tx.conn())
        .await
}
