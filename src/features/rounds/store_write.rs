//! Writing rounds: asking for one, its steps, handing in.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::life::State;
use super::model::Kind;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{BeneficiaryId, CycleId, OrganisationId, PillarId, RoundAskedId, RoundId};
use crate::kernel::permit::{Permission, Side};
use crate::kernel::random;

/// A round that is asked for.
#[derive(Debug, Clone)]
pub struct NewRound {
    pub kind: Kind,
    pub title: String,
    pub letter: String,
    pub period_start: NaiveDate,
    pub period_end: NaiveDate,
    pub deadline: NaiveDate,
    pub pillar: Option<PillarId>,
    pub cycle: Option<CycleId>,
    pub everybody: bool,
    /// Those who are asked by name.
    pub organisations: Vec<OrganisationId>,
    pub beneficiaries: Vec<BeneficiaryId>,
}

/// # Errors
/// The database's own.
pub async fn create(
    tx: &mut ProcessTx,
    new: &NewRound,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<RoundId> {
    let id = RoundId(random::id());
    sqlx::query!(
        "insert into round (id, kind, title, letter, period_start, period_end, deadline, pillar_id, cycle_id, everybody, asked_at, by_membership_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        new.kind.as_str(),
        new.title,
        new.letter,
        new.period_start,
        new.period_end,
        new.deadline,
        new.pillar.map(|p| p.0),
        new.cycle.map(|c| c.0),
        new.everybody,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    let organisations: Vec<Uuid> = new.organisations.iter().map(|o| o.0).collect();
    let beneficiaries: Vec<Uuid> = new.beneficiaries.iter().map(|b| b.0).collect();
    // of what was chosen those that there are, as they are today
    sqlx::query!(
        "insert into round_asked (round_id, organisation_id, beneficiary_id, named)
         select $1::uuid, coalesce(o.merged_into_id, o.id), null::uuid, true from organisation o
            where o.process_id = kernel.process_id() and o.id = any ($2)
         union select $1::uuid, null, b.id, true from beneficiary b where b.process_id = kernel.process_id() and b.id = any ($3)",
        id.0,
        &organisations,
        &beneficiaries
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Takes a step from one state to another; `false` where the round stands elsewhere by now.
///
/// # Errors
/// The database's own.
pub async fn step(
    tx: &mut ProcessTx,
    id: RoundId,
    from: State,
    to: State,
    why: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let ends = to.has_ended();
    let done = sqlx::query!(
        "update round set state = $3, why = $4, ended_at = case when $5 then $6::timestamptz end,
            ended_by_id = case when $5 then $7::uuid end, attempts = 0, version = version + 1
         where process_id = kernel.process_id() and id = $1 and state = $2",
        id.0,
        from.as_str(),
        to.as_str(),
        why,
        ends,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what each item is about as it stands, before its round is locked. Past the views: what nobody but its keeper sees is kept, too.
///
/// # Errors
/// The database's own.
pub async fn freeze(tx: &mut ProcessTx, id: RoundId) -> sqlx::Result<()> {
    sqlx::query!(
        "update round_item i set frozen = jsonb_build_object('title', x.title, 'status', x.status, 'end', x.ends, 'total', x.total,
            'currency', x.currency)
         from (select y.id, coalesce(a.title, n.title) as title, a.status,
                kernel.partial_date(coalesce(a.actual_end, a.planned_end),
                    case when a.actual_end is not null then a.actual_end_precision else a.planned_end_precision end) as ends,
                a.stated_total::text as total, a.stated_currency as currency
            from round_item y -- past the view: all of it is frozen
                left join action a on a.process_id = y.process_id and a.id = y.action_id -- past the view: all of it is frozen
                left join need n on n.process_id = y.process_id and n.id = y.need_id -- past the view: all of it is frozen
            where y.process_id = kernel.process_id() and y.round_id = $1) x
         where i.process_id = kernel.process_id() and i.id = x.id",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// More time; `false` where the round is not open.
///
/// # Errors
/// The database's own.
pub async fn extend(tx: &mut ProcessTx, id: RoundId, deadline: NaiveDate) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update round set deadline = $2, version = version + 1 where process_id = kernel.process_id() and id = $1 and state = 'open'",
        id.0,
        deadline
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Hands a page in; `false` where it was. With `answered`, only where nothing on it is open any more: past the views, since an item that
/// the sender does not see is open all the same.
///
/// # Errors
/// The database's own.
pub async fn hand_in(
    tx: &mut ProcessTx,
    id: RoundAskedId,
    answered: bool,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update round_asked a set handed_in_at = $2, handed_in_by_id = $3, on_behalf = $4
         where a.process_id = kernel.process_id() and a.id = $1 and a.handed_in_at is null
            and (not $5 or not exists (select from round_item i -- past the view: an item that the sender does not see is open all the same
                left join action t on t.process_id = i.process_id and t.id = i.action_id -- past the view: what was merged is not asked about
                where i.process_id = a.process_id and i.asked_id = a.id and i.state = 'open' and t.merged_into_id is null))",
        id.0,
        now,
        by.id.0,
        Side::of(Permission::RoundAnswer, by).is_on_behalf(),
        answered
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
