//! Opening a round in the database: in few statements, however many are asked.

use chrono::{DateTime, Utc};

use super::life::State;
use super::model::Kind;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, OrganisationId, RoundId};

/// Takes a round that is to be opened; answers how often that was begun. `None`: there is nothing to open.
///
/// # Errors
/// The database's own.
pub async fn take(tx: &mut ProcessTx, id: RoundId) -> sqlx::Result<Option<i16>> {
    sqlx::query_scalar!(
        "update round set attempts = attempts + 1 where process_id = kernel.process_id() and id = $1 and state = 'opening' returning attempts",
        id.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// Who is asked where nobody is chosen: whoever keeps an open action (in the pillar), or every beneficiary. Done again it adds nobody.
/// Past the views: who keeps only what others may not see is asked as well.
///
/// # Errors
/// The database's own.
pub async fn ask_everybody(tx: &mut ProcessTx, id: RoundId) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into round_asked (round_id, organisation_id, beneficiary_id)
         select distinct r.id, coalesce(o.merged_into_id, o.id), null::uuid
         from round r
            join action a on a.process_id = r.process_id -- past the view: all keepers are asked
            join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
         where r.process_id = kernel.process_id() and r.id = $1 and r.everybody and r.kind <> 'needs'
            and a.merged_into_id is null and a.claim = 'confirmed'
            and (coalesce(a.status, '') not in ('completed', 'cancelled') or (r.kind = 'progress' and a.ends_on between r.period_start and r.period_end))
            and (r.pillar_id is null or exists (select from action_pillar l where l.process_id = a.process_id and l.action_id = a.id
                and l.pillar_id = r.pillar_id))
         union select r.id, null, b.id from round r join beneficiary b on b.process_id = r.process_id
         where r.process_id = kernel.process_id() and r.id = $1 and r.everybody and r.kind = 'needs'
         on conflict do nothing",
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update round r set total = (select count(*) from round_asked a where a.process_id = r.process_id and a.round_id = r.id)
         where r.process_id = kernel.process_id() and r.id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Fills the pages of the next parties, in one statement; answers of how many. An organisation is asked about what it keeps, a
/// beneficiary about its needs, or, where its word on actions is asked for, about those that name it.
///
/// # Errors
/// The database's own.
pub async fn fill(tx: &mut ProcessTx, id: RoundId, parties: i64, now: DateTime<Utc>) -> sqlx::Result<i64> {
    let filled = sqlx::query_scalar!(
        r#"with next as (select a.id, a.organisation_id, a.beneficiary_id from round_asked a
                where a.process_id = kernel.process_id() and a.round_id = $1 and a.filled_at is null order by a.id limit $2),
            put as (
                insert into round_item (round_id, asked_id, action_id, need_id)
                select r.id, x.id, a.id, null::uuid
                from round r join next x on r.kind <> 'needs'
                    join lateral (
                        select k.* from action k -- past the view: each is asked about all that it keeps
                            where k.process_id = r.process_id and k.reporting_id = x.organisation_id
                        union all
                        select k.* from action_beneficiary ab
                            join action k on k.process_id = ab.process_id and k.id = ab.action_id -- past the view: a job sees all
                            where ab.process_id = r.process_id and ab.beneficiary_id = x.beneficiary_id and k.handling <> 'restricted') a on true
                where r.process_id = kernel.process_id() and r.id = $1 and a.merged_into_id is null and a.claim = 'confirmed'
                    and (coalesce(a.status, '') not in ('completed', 'cancelled')
                        or (r.kind = 'progress' and a.ends_on between r.period_start and r.period_end))
                    and (r.pillar_id is null or exists (select from action_pillar l where l.process_id = a.process_id and l.action_id = a.id
                        and l.pillar_id = r.pillar_id))
                union all
                select r.id, x.id, null, n.id
                from round r join next x on x.beneficiary_id is not null and r.kind = 'needs'
                    join need n on n.process_id = r.process_id and n.beneficiary_id = x.beneficiary_id -- past the view: a party's own
                        and n.state = 'submitted' and n.cycle_id <> r.cycle_id
                    left join plan_node k on k.process_id = n.process_id and k.id = n.plan_node_id -- past the view: its pillar alone is asked
                    left join plan p on p.process_id = k.process_id and p.id = k.plan_id -- past the view: its pillar alone is asked
                where r.process_id = kernel.process_id() and r.id = $1 and (r.pillar_id is null or p.pillar_id = r.pillar_id)
                    -- what was taken over into another cycle goes on there
                    and not exists (select from need later -- past the view: drafts count
                        where later.process_id = n.process_id and later.copied_from_id = n.id
                            and later.state <> 'withdrawn' and later.cycle_id <> r.cycle_id)
                on conflict do nothing),
            filled as (update round_asked a set filled_at = $3 from next where a.process_id = kernel.process_id() and a.id = next.id returning a.id)
        select count(*) as "n!" from filled"#,
        id.0,
        parties,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "update round r set done = (select count(*) from round_asked a where a.process_id = r.process_id and a.round_id = r.id
            and a.filled_at is not null)
         where r.process_id = kernel.process_id() and r.id = $1 and r.state = 'opening'",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(filled)
}

/// What the round becomes once the job is done with it; `false` where it was withdrawn meanwhile.
///
/// # Errors
/// The database's own.
pub async fn settle(tx: &mut ProcessTx, id: RoundId, to: State, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update round set state = $2, opened_at = case when $2 = 'open' then $3::timestamptz end, version = version + 1
         where process_id = kernel.process_id() and id = $1 and state = 'opening'",
        id.0,
        to.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A round and those who are asked in it and have not handed in, as far as it takes to tell them.
#[derive(Debug)]
pub struct Told {
    pub title: String,
    pub kind: Kind,
    pub deadline: chrono::NaiveDate,
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
}

/// # Errors
/// The database's own.
pub async fn told(tx: &mut ProcessTx, id: RoundId) -> sqlx::Result<Told> {
    let row = sqlx::query!(
        r#"select r.title, r.kind, r.deadline,
            array(select a.organisation_id from round_asked a where a.process_id = r.process_id and a.round_id = r.id
                and a.organisation_id is not null and a.handed_in_at is null order by 1) as "organisations!: Vec<OrganisationId>",
            array(select a.beneficiary_id from round_asked a where a.process_id = r.process_id and a.round_id = r.id
                and a.beneficiary_id is not null and a.handed_in_at is null order by 1) as "beneficiaries!: Vec<BeneficiaryId>"
        from round r where r.process_id = kernel.process_id() and r.id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Told {
        title: row.title,
        kind: Kind::parse(&row.kind).ok_or_else(|| sqlx::Error::Decode("no such kind of a round".into()))?,
        deadline: row.deadline,
        organisations: row.organisations,
        beneficiaries: row.beneficiaries,
    })
}
