//! Rounds and those who are asked, in the database.

use chrono::NaiveDate;
use sqlx::types::Json;
use uuid::Uuid;

use super::life::State;
use super::model::{Asked, Kind, Person, Round, Sight};
use super::party::Party;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, CycleId, OrganisationId, PillarId, RoundAskedId, RoundId};

/// More rounds than a process has.
const MOST: i64 = 2_000;

/// # Errors
/// The database's own.
pub async fn round(tx: &mut ProcessTx, id: RoundId, today: NaiveDate) -> sqlx::Result<Option<Round>> {
    Ok(rounds(tx, Some(id), today).await?.into_iter().next())
}

/// All rounds, or one: those at work first, then the latest.
///
/// # Errors
/// The database's own.
pub async fn rounds(tx: &mut ProcessTx, one: Option<RoundId>, today: NaiveDate) -> sqlx::Result<Vec<Round>> {
    let rows = sqlx::query!(
        r#"select r.id as "id: RoundId", r.kind, r.title, r.letter, r.period_start, r.period_end, r.deadline,
            r.pillar_id as "pillar?: PillarId", r.cycle_id as "cycle?: CycleId", r.everybody, r.state, r.done, r.total, r.asked_at,
            kernel.person(r.by_membership_id, $2) as "by?: Json<Person>", r.ended_at, r.why
        from round r
        where r.process_id = kernel.process_id() and kernel.takes_part() and ($1::uuid is null or r.id = $1)
        order by r.state in ('locked', 'withdrawn'), r.deadline desc, r.asked_at desc, r.id
        limit $3"#,
        one.map(|id| id.0),
        today,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let known = |what: &str| sqlx::Error::Decode(format!("no such {what} of a round").into());
    rows.into_iter()
        .map(|r| {
            Ok(Round {
                id: r.id,
                kind: Kind::parse(&r.kind).ok_or_else(|| known("kind"))?,
                title: r.title,
                letter: r.letter,
                period_start: r.period_start,
                period_end: r.period_end,
                deadline: r.deadline,
                pillar: r.pillar,
                cycle: r.cycle,
                everybody: r.everybody,
                state: State::parse(&r.state).ok_or_else(|| known("state"))?,
                done: r.done,
                total: r.total,
                asked_at: r.asked_at,
                by: r.by.map(|p| p.0),
                ended_at: r.ended_at,
                why: r.why,
            })
        })
        .collect()
}

/// How many are asked in each round and how many of them have handed in, as far as the reader may know: of all, or of their own.
///
/// # Errors
/// The database's own.
pub async fn answered(tx: &mut ProcessTx, sight: &Sight) -> sqlx::Result<Vec<(RoundId, i64, i64)>> {
    let rows = sqlx::query!(
        r#"select a.round_id as "round!: RoundId", count(*) as "asked!", count(a.handed_in_at) as "answered!"
        from round_asked a left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where a.process_id = kernel.process_id() and kernel.takes_part() and ($1 or a.beneficiary_id = any ($2)
            or coalesce(o.merged_into_id, o.id) = any ($3))
        group by 1"#,
        sight.all,
        &sight.beneficiaries,
        &sight.organisations
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.round, r.asked, r.answered)).collect())
}

/// Those who are asked in a round, by name: all of them for whoever sees all, else one's own and those who are asked about what
/// concerns one's pillars, beneficiaries or organisations. An organisation that is asked for what it keeps stands here as far as the
/// reader sees any of that.
///
/// # Errors
/// The database's own.
pub async fn asked(
    tx: &mut ProcessTx,
    round: RoundId,
    one: Option<RoundAskedId>,
    sight: &Sight,
    today: NaiveDate,
) -> sqlx::Result<Vec<Asked>> {
    let rows = sqlx::query!(
        r#"with x as materialized (
                select a.process_id, a.id, coalesce(o.merged_into_id, o.id) as organisation, a.beneficiary_id as beneficiary,
                    coalesce(b.name, k.name, o.name) as name, a.handed_in_at, a.handed_in_by_id, a.on_behalf, a.named,
                    coalesce(coalesce(o.merged_into_id, o.id) = any ($6) or a.beneficiary_id = any ($5), false) as own
                from round_asked a
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                where a.process_id = (select kernel.process_id()) and a.round_id = $1 and ($2::uuid is null or a.id = $2)),
            -- the actions that the reader does not see, which are few, and not each of those that they do: whoever takes part sees the others
            hidden as materialized (
                select f.action_id from action_facet f -- past the view: what is not seen is left out
                where f.process_id = (select kernel.process_id()) and (f.handling in ('parties', 'restricted') or f.claim = 'declined')
                except
                -- the narrow rows do not know what was taken back with its import, which is declined as well
                select f.action_id from visible_facet f
                where f.process_id = (select kernel.process_id()) and (f.handling in ('parties', 'restricted') or f.claim = 'declined')
                    and (f.claim <> 'declined'
                        or exists (select from visible_action a where a.process_id = f.process_id and a.id = f.action_id))),
            -- nor is anybody asked about what was merged into another action meanwhile
            merged as materialized (
                select a.id from action a -- past the view: it is left out, seen or not
                where a.process_id = (select kernel.process_id()) and a.merged_into_id is not null),
            -- counted once for all of them, and not party by party; by not in: one look-up each, whatever the planner expects
            c as materialized (
                select i.asked_id, count(*) as items, count(*) filter (where i.state <> 'open') as answered
                from x join round_item i on i.process_id = x.process_id and i.asked_id = x.id -- past the view: hidden stands for it
                where i.process_id = (select kernel.process_id()) and i.round_id = $1 and ($2::uuid is null or i.asked_id = $2)
                    and (i.action_id is null or i.action_id not in (select h.action_id from hidden h))
                    and (i.action_id is null or i.frozen is not null or i.action_id not in (select m.id from merged m))
                    and (i.need_id is null
                        or exists (select from visible_need n where n.process_id = i.process_id and n.id = i.need_id))
                    and ($3 or x.own
                        or exists (select from action_pillar l where l.process_id = i.process_id and l.action_id = i.action_id and l.pillar_id = any ($4))
                        or exists (select from action_beneficiary l where l.process_id = i.process_id and l.action_id = i.action_id
                            and l.beneficiary_id = any ($5))
                        or exists (select from visible_need n
                            join plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id -- past the view: the pillar alone, of a need that is seen
                            join plan p on p.process_id = k.process_id and p.id = k.plan_id -- past the view: the pillar alone, of a need that is seen
                            where n.process_id = i.process_id and n.id = i.need_id and p.pillar_id = any ($4)))
                group by 1)
        select x.id as "id!: RoundAskedId", x.organisation as "organisation?: OrganisationId", x.beneficiary as "beneficiary?: BeneficiaryId",
            x.name as "name!", x.handed_in_at,
            case when x.handed_in_by_id is not null then kernel.person(x.handed_in_by_id, $7) end as "by?: Json<Person>",
            x.on_behalf as "on_behalf!", coalesce(c.items, 0) as "items!", coalesce(c.answered, 0) as "answered!"
        from x left join c on c.asked_id = x.id
        where (select kernel.takes_part())
            -- a beneficiary without a need that goes on is asked all the same: it writes new ones
            and (x.own or c.items > 0 or ($3 and (x.named or x.beneficiary is not null)))
        order by lower(x.name), x.id"#,
        round.0,
        one.map(|id| id.0),
        sight.all,
        &sight.pillars,
        &sight.beneficiaries,
        &sight.organisations,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let asked = rows.into_iter().map(|r| Asked {
        id: r.id,
        organisation: r.organisation,
        beneficiary: r.beneficiary,
        name: r.name,
        handed_in_at: r.handed_in_at,
        handed_in_by: r.by.map(|p| p.0),
        on_behalf: r.on_behalf,
        items: r.items,
        answered: r.answered,
    });
    Ok(asked.collect())
}

/// Those who are asked in a round, by name: one's own, and for whoever sees all, those of whose items they see any, too.
///
/// # Errors
/// The database's own.
pub async fn parties(tx: &mut ProcessTx, round: RoundId, sight: &Sight) -> sqlx::Result<Vec<Party>> {
    sqlx::query_as!(
        Party,
        r#"select x.id as "id!: RoundAskedId", x.organisation as "organisation?: OrganisationId",
            x.beneficiary as "beneficiary?: BeneficiaryId", x.name as "name!"
        from (select a.process_id, a.id, coalesce(o.merged_into_id, o.id) as organisation, a.beneficiary_id as beneficiary,
                    coalesce(b.name, k.name, o.name) as name, a.named,
                    coalesce(coalesce(o.merged_into_id, o.id) = any ($4) or a.beneficiary_id = any ($3), false) as own
                from round_asked a
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                where a.process_id = (select kernel.process_id()) and a.round_id = $1) x
            -- the first that is seen is enough
            left join lateral (select true as any_seen from visible_round_item i
                    left join action a on a.process_id = i.process_id and a.id = i.action_id -- past the view: of an item that is seen
                where i.process_id = x.process_id and i.asked_id = x.id and i.round_id = $1 and $2 and not x.own and not x.named
                    and (a.merged_into_id is null or i.frozen is not null)
                limit 1) s on true
        where (select kernel.takes_part()) and (x.own or ($2 and (x.named or x.beneficiary is not null or s.any_seen)))
        order by lower(x.name), x.id"#,
        round.0,
        sight.all,
        &sight.beneficiaries,
        &sight.organisations
    )
    .fetch_all(tx.conn())
    .await
}

/// How many are asked, and how many have handed in: what locking goes by, whoever locks.
///
/// # Errors
/// The database's own.
pub async fn counts(tx: &mut ProcessTx, round: RoundId) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) as "asked!", count(handed_in_at) as "answered!" from round_asked
        where process_id = kernel.process_id() and round_id = $1"#,
        round.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.asked, row.answered))
}

/// An item that its party could not, or would not, answer for, with its word.
#[derive(Debug)]
pub struct Worded {
    pub title: String,
    pub action: Option<Uuid>,
    pub need: Option<Uuid>,
    pub party: String,
    pub state: String,
    pub word: String,
}

/// Of a round the words to those who run it, as far as the reader sees what they are about.
///
/// # Errors
/// The database's own.
pub async fn worded(tx: &mut ProcessTx, round: RoundId, most: i64) -> sqlx::Result<Vec<Worded>> {
    sqlx::query_as!(
        Worded,
        r#"select coalesce(a.title, n.title) as "title!", i.action_id as "action?", i.need_id as "need?",
            coalesce(b.name, k.name, o.name) as "party!", i.state as "state!", i.word as "word!"
        from visible_round_item i
            join round_asked x on x.process_id = i.process_id and x.id = i.asked_id
            left join visible_action a on a.process_id = i.process_id and a.id = i.action_id
            left join visible_need n on n.process_id = i.process_id and n.id = i.need_id
            left join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
            left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
            left join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
        where i.process_id = kernel.process_id() and i.round_id = $1 and i.state in ('not_ours', 'cannot_say')
        order by i.state desc, lower(coalesce(b.name, k.name, o.name)), lower(coalesce(a.title, n.title)), i.id limit $2"#,
        round.0,
        most
    )
    .fetch_all(tx.conn())
    .await
}

/// Keepers of open actions, with how many the reader sees of each: whom a round can ask by name.
///
/// # Errors
/// The database's own.
pub async fn keepers(tx: &mut ProcessTx) -> sqlx::Result<Vec<(OrganisationId, String, i64)>> {
    let rows = sqlx::query!(
        r#"select o.id as "id!: OrganisationId", o.name as "name!", k.n as "n!"
        from (select f.reporting_id as id, count(*) as n from visible_facet f
                where f.process_id = (select kernel.process_id()) and f.kept and f.claim = 'confirmed'
                    and coalesce(f.status, '') not in ('completed', 'cancelled') group by 1) k
            join organisation o on o.process_id = kernel.process_id() and o.id = k.id
        order by lower(o.name), o.id limit 2000"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.name, r.n)).collect())
}

/// The last day that a round of progress of the whole process has been about, withdrawn ones left out.
///
/// # Errors
/// The database's own.
pub async fn last_progress(tx: &mut ProcessTx) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        r#"select max(period_end) as "day?" from round where process_id = kernel.process_id() and kind = 'progress'
            and pillar_id is null and state <> 'withdrawn'"#
    )
    .fetch_one(tx.conn())
    .await
}
