//! What a party is asked about, with what it has answered, in the database.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::model::{Item, ItemState};
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{PlanNodeId, RoundAskedId, RoundId, RoundItemId};
use crate::kernel::permit::{Permission, Side};

/// Which items are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of one party.
    pub asked: Option<RoundAskedId>,
    /// These alone; of none, all.
    pub ids: Vec<Uuid>,
    /// Those alone that are not answered.
    pub open: bool,
    pub skip: i64,
    pub most: i64,
}

impl Wanted {
    pub fn of(ids: &[RoundItemId]) -> Self {
        Self { ids: ids.iter().map(|i| i.0).collect(), most: i64::MAX, ..Self::default() }
    }
}

/// Items of a round as far as the reader sees what they are about, by title. What was merged into another action is left out while
/// the round is open.
///
/// # Errors
/// The database's own.
pub async fn items(tx: &mut ProcessTx, round: RoundId, wanted: &Wanted, today: NaiveDate) -> sqlx::Result<Vec<Item>> {
    let rows = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', i.id, 'asked', i.asked_id, 'state', i.state, 'word', i.word, 'answered_at', i.answered_at,
            'by', kernel.person(i.answered_by_id, $7), 'on_behalf', i.on_behalf, 'frozen', i.frozen,
            'action', case when a.id is not null then jsonb_build_object('id', a.id, 'title', a.title, 'status', a.status,
                'handling', a.handling, 'keeper', a.reporting_id, 'keeper_name', k.name,
                'end', kernel.partial_date(coalesce(a.actual_end, a.planned_end),
                    case when a.actual_end is not null then a.actual_end_precision else a.planned_end_precision end),
                'total', a.stated_total::text, 'currency', a.stated_currency,
                'confirmed_at', a.last_confirmed_at, 'open_to_support_group', a.open_to_support_group,
                'organisations', coalesce((select jsonb_agg(distinct x.organisation_id) from action_party x
                    where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                'beneficiaries', coalesce((select jsonb_agg(b.id order by b.position) from action_beneficiary x
                    join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
                    where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                'pillars', coalesce((select jsonb_agg(x.pillar_id) from action_pillar x
                    where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                'opened_to', coalesce((select jsonb_agg(x.organisation_id) from action_disclosure x
                    where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                'needs', case when r.kind = 'responses' then (select count(*) from visible_response x
                    where x.process_id = a.process_id and x.action_id = a.id and x.state = 'confirmed'
                        -- a need that was carried on with what answers it counts once
                        and not exists (select from visible_response y join visible_need m on m.process_id = y.process_id and m.id = y.need_id
                            where y.process_id = x.process_id and y.action_id = x.action_id and m.copied_from_id = x.need_id
                                and m.state = 'submitted')) else 0 end) end,
            'need', case when n.id is not null then jsonb_build_object('id', n.id, 'title', n.title, 'beneficiary', n.beneficiary_id,
                'cycle', c.name, 'later', later.id, 'later_submitted', coalesce(later.state = 'submitted', false)) end,
            'report', (select jsonb_build_object('id', g.id, 'state', g.state, 'health', g.health, 'done', g.done, 'hinders', g.hinders,
                    'edition', g.edition, 'reported_at', g.reported_at, 'by', kernel.person(g.reported_by_id, $7), 'on_behalf', g.on_behalf,
                    'decided_at', g.decided_at, 'decided_by', kernel.person(g.decided_by_id, $7), 'word', g.word,
                    'said', coalesce((select jsonb_agg(jsonb_build_object('beneficiary', s.beneficiary_id, 'confirmed', s.answer = 'confirmed',
                            'word', s.word, 'at', s.at, 'by', kernel.person(s.by_membership_id, $7)) order by s.at)
                        from (select distinct on (q.beneficiary_id) q.* from progress_confirmation q -- past the view: of a report that is seen
                            where q.process_id = g.process_id and q.report_id = g.id and q.edition = g.edition
                            order by q.beneficiary_id, q.at desc, q.id desc) s), '[]'))
                from visible_progress_report g where g.process_id = i.process_id and g.item_id = i.id),
            'indicators', case when r.kind = 'progress' then coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name,
                    'unit', d.unit, 'baseline', d.baseline::text, 'target', t.value::text, 'target_year', t.year,
                    'values', coalesce((select jsonb_agg(jsonb_build_object('beneficiary', v.beneficiary_id, 'value', v.value::text))
                        from progress_value v join progress_report g on g.process_id = v.process_id and g.id = v.report_id -- past the view: of an item that is seen
                        where g.process_id = i.process_id and g.item_id = i.id and v.indicator_id = d.id), '[]'))
                    order by d.position, d.id)
                from (select distinct on (y.lineage_id) y.* from plan_node_action x
                        join visible_plan_node z on z.process_id = x.process_id and z.id = x.plan_node_id
                        join visible_plan l on l.process_id = z.process_id and l.id = z.plan_id and l.state in ('adopted', 'in_force')
                        join indicator y on y.process_id = z.process_id and y.plan_node_id = z.id
                        where x.process_id = a.process_id and x.action_id = a.id
                        -- of texts that are the Board's, whose indicators do not change; of one and its revision the one that is in force
                        order by y.lineage_id, l.state = 'in_force' desc, y.id) d
                    left join lateral (select u.value, u.year from indicator_target u where u.process_id = d.process_id
                        and u.indicator_id = d.id and u.beneficiary_id is null and u.year >= extract(year from r.period_end)
                        order by u.year limit 1) t on true), '[]') else '[]' end,
            -- all that was disbursed and spent, since what is passed on in the period may have come in before it
            'money', case when r.kind = 'progress' then coalesce((select jsonb_agg(jsonb_build_object('kind', m.kind, 'amount', m.amount::text,
                    'currency', m.currency, 'provider', m.provider_id, 'receiver', m.receiver_id, 'within', m.within)
                    order by m.kind, m.currency, m.provider_id, m.receiver_id, m.within)
                from (select x.kind, x.currency, x.provider_id, x.receiver_id, sum(x.amount) as amount,
                        -- what is stated for a quarter has no day, and is there all the same
                        coalesce(coalesce(x.value_date, x.period_start) between r.period_start and r.period_end, false) as within
                    from visible_contribution x
                    where x.process_id = a.process_id and x.action_id = a.id and x.kind in ('disbursed', 'spent')
                        -- more is a slip, as totals have it
                        and abs(x.amount) <= 1000000000000000 group by 1, 2, 3, 4, 6) m), '[]') else '[]' end
            ) as "item!: Json<Item>"
        from visible_round_item i
            join round r on r.process_id = i.process_id and r.id = i.round_id
            left join visible_action a on a.process_id = i.process_id and a.id = i.action_id
            left join organisation k on k.process_id = a.process_id and k.id = a.reporting_id
            left join visible_need n on n.process_id = i.process_id and n.id = i.need_id
            left join mapping_cycle c on c.process_id = n.process_id and c.id = n.cycle_id
            left join lateral (select y.id, y.state from visible_need y where y.process_id = n.process_id and y.copied_from_id = n.id
                and y.cycle_id = r.cycle_id and y.state <> 'withdrawn' limit 1) later on true
        where i.process_id = kernel.process_id() and i.round_id = $1 and ($2::uuid is null or i.asked_id = $2)
            and (cardinality($3::uuid[]) = 0 or i.id = any ($3)) and (not $4 or i.state = 'open')
            and (a.merged_into_id is null or i.frozen is not null)
        order by coalesce(a.search_title, n.search_text), i.id
        offset $5 limit $6"#,
        round.0,
        wanted.asked.map(|a| a.0),
        &wanted.ids,
        wanted.open,
        wanted.skip,
        wanted.most,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|Json(item)| item).collect())
}

/// Keeps items from being answered by anybody else until the transaction ends: who answers one of them at the same moment waits, and
/// reads what was answered. Asked for before they are read.
///
/// # Errors
/// The database's own.
pub async fn lock(tx: &mut ProcessTx, round: RoundId, wanted: &Wanted) -> sqlx::Result<()> {
    sqlx::query_scalar!(
        "select i.id from round_item i -- past the view: locked, not read
         where i.process_id = kernel.process_id() and i.round_id = $1 and ($2::uuid is null or i.asked_id = $2)
            and (cardinality($3::uuid[]) = 0 or i.id = any ($3)) and (not $4 or i.state = 'open')
         order by i.id for no key update",
        round.0,
        wanted.asked.map(|a| a.0),
        &wanted.ids,
        wanted.open
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// How many items of a page are open, and how many there are, of those that the reader sees.
///
/// # Errors
/// The database's own.
pub async fn count(tx: &mut ProcessTx, asked: RoundAskedId) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where i.state = 'open') as "open!", count(*) as "all!"
        from visible_round_item i left join visible_action a on a.process_id = i.process_id and a.id = i.action_id
        where i.process_id = kernel.process_id() and i.asked_id = $1 and (a.merged_into_id is null or i.frozen is not null)"#,
        asked.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.open, row.all))
}

/// What a party answers about one item.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub item: RoundItemId,
    pub state: ItemState,
    pub word: &'a str,
}

/// Writes what a party answers about items.
///
/// # Errors
/// The database's own; the round has ended.
pub async fn answer(
    tx: &mut ProcessTx,
    answers: &[Answer<'_>],
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = answers.iter().map(|a| a.item.0).collect();
    let states: Vec<String> = answers.iter().map(|a| a.state.as_str().to_owned()).collect();
    let words: Vec<String> = answers.iter().map(|a| a.word.to_owned()).collect();
    sqlx::query!(
        "update round_item i set state = n.state, word = n.word, answered_at = $4, answered_by_id = $5, on_behalf = $6
         from unnest($1::uuid[], $2::text[], $3::text[]) n (id, state, word)
         where i.process_id = kernel.process_id() and i.id = n.id",
        &ids,
        &states,
        &words,
        now,
        by.id.0,
        Side::of(Permission::RoundAnswer, by).is_on_behalf()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps a round from ending until the transaction does; `false` where it is not open.
///
/// # Errors
/// The database's own.
pub async fn hold_open(tx: &mut ProcessTx, round: RoundId) -> sqlx::Result<bool> {
    let state = sqlx::query_scalar!(
        "select state from round where process_id = kernel.process_id() and id = $1 for share",
        round.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(state.as_deref() == Some("open"))
}

/// How many actions under a part of a plan stand how, by what was reported last of each.
#[derive(Debug, Clone)]
pub struct Progress {
    pub node: PlanNodeId,
    /// Of the actions, as the database has it.
    pub status: Option<String>,
    /// In its reporter's word, as the database has it; none: nothing was reported.
    pub health: Option<String>,
    pub round: Option<RoundId>,
    pub round_title: Option<String>,
    /// The latest of these reports.
    pub at: Option<DateTime<Utc>>,
    pub n: i64,
    /// How many of these reports no lead has accepted.
    pub open: i64,
}

/// The actions under the parts of plans by what was reported last of each of them, as far as the reader sees them. What was returned
/// does not count, nor does a round that was withdrawn.
///
/// # Errors
/// The database's own.
pub async fn progress_by_node(tx: &mut ProcessTx) -> sqlx::Result<Vec<Progress>> {
    sqlx::query_as!(
        Progress,
        r#"with g as materialized (
            select distinct on (x.action_id) x.action_id, x.health, x.state, x.reported_at, r.id as round_id, r.title
            from visible_progress_report x join round r on r.process_id = x.process_id and r.id = x.round_id
            where x.process_id = kernel.process_id() and x.state <> 'returned' and r.state <> 'withdrawn'
            order by x.action_id, r.period_end desc, x.reported_at desc, x.id)
        select l.plan_node_id as "node!: PlanNodeId", f.status, g.health as "health?", g.round_id as "round?: RoundId", g.title as "round_title?",
            max(g.reported_at) as "at?", count(*) as "n!", count(*) filter (where g.state <> 'accepted') as "open!"
        from plan_node_action l
            join visible_plan_node k on k.process_id = l.process_id and k.id = l.plan_node_id
            join visible_facet f on f.process_id = l.process_id and f.action_id = l.action_id
            left join g on g.action_id = l.action_id
        where l.process_id = kernel.process_id() and f.kept and f.claim <> 'declined'
        group by 1, 2, 3, 4, 5"#
    )
    .fetch_all(tx.conn())
    .await
}
