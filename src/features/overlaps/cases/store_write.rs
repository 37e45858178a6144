//! Coordination questions as they are written. Each step names the version it was made from; of another version nothing is
//! written.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::{Decision, Found, Reason};
use super::Saying;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{ActionId, MembershipId, OrganisationId, OverlapId};
use crate::kernel::random;
use sqlx::types::Json;

/// What a step changes besides the version.
#[derive(Debug, Clone)]
pub enum Step {
    Assign { owner: Option<MembershipId>, due: Option<NaiveDate> },
    Decide { decision: Decision, reason: String, follow_up: String },
    Outcome(String),
    Escalate(String),
    Reopen,
}

/// `false` where somebody else was first.
///
/// # Errors
/// The database's own.
pub async fn take(
    tx: &mut ProcessTx,
    id: OverlapId,
    version: i32,
    step: &Step,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = match step {
        Step::Assign { owner, due } => {
            sqlx::query!(
                "update overlap_case set owner_id = $3, due_on = $4, version = version + 1,
                    state = case when state = 'open' and $3::uuid is not null then 'working'
                        when state = 'working' and $3::uuid is null then 'open' else state end
                 where process_id = kernel.process_id() and id = $1 and version = $2",
                id.0,
                version,
                owner.map(|o| o.0),
                *due
            )
            .execute(tx.conn())
            .await?
        }
        Step::Decide { decision, reason, follow_up } => {
            sqlx::query!(
                "update overlap_case set decision = $3, decision_reason = $4, follow_up = $5, decided_at = $6, decided_by_id = $7,
                    decided_on = mattered, version = version + 1, state = case when $3 = 'no_overlap' then 'closed' else 'decided' end
                 where process_id = kernel.process_id() and id = $1 and version = $2",
                id.0,
                version,
                decision.as_str(),
                reason,
                follow_up,
                now,
                by.id.0
            )
            .execute(tx.conn())
            .await?
        }
        Step::Outcome(text) => {
            sqlx::query!(
                "update overlap_case set outcome = $3, outcome_at = $4, outcome_by_id = $5, state = 'closed', version = version + 1
                 where process_id = kernel.process_id() and id = $1 and version = $2 and decision is not null",
                id.0,
                version,
                text,
                now,
                by.id.0
            )
            .execute(tx.conn())
            .await?
        }
        Step::Escalate(text) => {
            sqlx::query!(
                "update overlap_case set escalation = $3, escalated_at = $4, escalated_by_id = $5, version = version + 1
                 where process_id = kernel.process_id() and id = $1 and version = $2",
                id.0,
                version,
                text,
                now,
                by.id.0
            )
            .execute(tx.conn())
            .await?
        }
        Step::Reopen => {
            sqlx::query!(
                "update overlap_case set state = case when owner_id is null then 'open' else 'working' end, decision = null,
                    decision_reason = '', follow_up = '', decided_at = null, decided_by_id = null, decided_on = null, outcome = '',
                    outcome_at = null, outcome_by_id = null, opened_at = $3, version = version + 1
                 where process_id = kernel.process_id() and id = $1 and version = $2",
                id.0,
                version,
                now
            )
            .execute(tx.conn())
            .await?
        }
    };
    Ok(done.rows_affected() == 1)
}

/// # Errors
/// The database's own.
pub async fn remark(
    tx: &mut ProcessTx,
    id: OverlapId,
    by: &MembershipFacts,
    text: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let remark = random::id();
    sqlx::query!(
        "insert into overlap_remark (id, case_id, by_membership_id, text, at) values ($1, $2, $3, $4, $5)",
        remark,
        id.0,
        by.id.0,
        text,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(remark)
}

/// A remark that is what its author says of the two; `false` where they have said so and nothing that matters has changed since.
///
/// # Errors
/// The database's own.
pub async fn say(
    tx: &mut ProcessTx,
    id: OverlapId,
    saying: &Saying<'_>,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into overlap_remark (id, case_id, by_membership_id, text, at, said, said_of)
            select $1::uuid, $2::uuid, $3::uuid, $4::text, $5::timestamptz, $6::text, $7::bytea
            where not exists (select from overlap_remark r where r.process_id = kernel.process_id() and r.case_id = $2
                and r.by_membership_id = $3 and r.said = $6 and r.said_of = $7 and r.withdrawn_at is null)",
        random::id(),
        id.0,
        by.id.0,
        saying.words,
        now,
        saying.stance.as_str(),
        saying.of
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes an own remark back; `false` where it is none of one's own.
///
/// # Errors
/// The database's own.
pub async fn withdraw(tx: &mut ProcessTx, id: OverlapId, remark: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update overlap_remark r set withdrawn_at = $3 where r.process_id = kernel.process_id() and r.case_id = $1 and r.id = $2
            and r.withdrawn_at is null and exists (select from membership m where m.process_id = r.process_id
                and m.id = r.by_membership_id and m.account_id = kernel.account_id())",
        id.0,
        remark,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// # Errors
/// The database's own.
pub async fn invite(
    tx: &mut ProcessTx,
    id: OverlapId,
    organisation: OrganisationId,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into overlap_invited (case_id, organisation_id, at, by_membership_id) values ($1, $2, $3, $4) on conflict do nothing",
        id.0,
        organisation.0,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The keeper shows its action to those of this question, or keeps it back; of what it does not keep nothing is written.
///
/// # Errors
/// The database's own.
pub async fn disclose(
    tx: &mut ProcessTx,
    id: OverlapId,
    keeper: OrganisationId,
    yes: bool,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update overlap_case_action ca set disclosed_at = case when $3 then coalesce(ca.disclosed_at, $4) end,
            disclosed_by_id = case when $3 then $5::uuid end, kept_at = case when $3 then null else $4 end
         where ca.process_id = kernel.process_id() and ca.case_id = $1
            and ca.action_id in (select a.id from visible_action a where a.process_id = ca.process_id and a.reporting_id = $2)",
        id.0,
        keeper.0,
        yes,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Who keeps the actions that the reader does not see, to be told that somebody asks: never to be shown. Marks them as asked.
///
/// # Errors
/// The database's own.
pub async fn ask(tx: &mut ProcessTx, id: OverlapId, now: DateTime<Utc>) -> sqlx::Result<Vec<OrganisationId>> {
    sqlx::query_scalar!(
        r#"with asked as (update overlap_case_action ca set asked_at = $2
                where ca.process_id = kernel.process_id() and ca.case_id = $1 and ca.disclosed_at is null
                    and not exists (select from visible_action v where v.process_id = ca.process_id and v.id = ca.action_id)
                returning ca.action_id)
            select distinct k.keeper as "keeper!: OrganisationId" from asked, kernel.overlap_keepers($1) k where k.action_id = asked.action_id"#,
        id.0,
        now
    )
    .fetch_all(tx.conn())
    .await
}

/// A question that somebody reports; of two actions it is their pair's, where that has none yet. `None` where the pair has one
/// already: its id is answered instead.
///
/// # Errors
/// The database's own.
pub async fn report(
    tx: &mut ProcessTx,
    actions: &[ActionId],
    found: &Found,
    scored: bool,
    why: &str,
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<(OverlapId, bool)> {
    let mut ids: Vec<Uuid> = actions.iter().map(|a| a.0).collect();
    ids.sort();
    let pair = match ids[..] {
        [first, second] => Some((first, second)),
        _ => None,
    };
    if let Some((first, second)) = pair {
        let there = sqlx::query_scalar!(
            r#"select c.id as "id: OverlapId" from overlap_case c where c.process_id = kernel.process_id() and c.first_id = $1 and c.second_id = $2"#,
            first,
            second
        )
        .fetch_optional(tx.conn())
        .await?;
        if let Some(id) = there {
            sqlx::query!(
                "update overlap_case set state = 'open', opened_at = $2, version = version + 1
                    where process_id = kernel.process_id() and id = $1 and state = 'faded'",
                id.0,
                now
            )
            .execute(tx.conn())
            .await?;
            return Ok((id, false));
        }
    }
    let id = OverlapId(random::id());
    let reasons: Json<&Vec<Reason>> = Json(&found.reasons);
    sqlx::query!(
        "insert into overlap_case (id, origin, first_id, second_id, kind, likelihood, reasons, scored_at, reported_by_id, report, opened_at)
         values ($1, 'reported', $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        pair.map(|p| p.0),
        pair.map(|p| p.1),
        found.kind.as_str(),
        scored.then_some(found.likelihood),
        reasons as _,
        scored.then_some(now),
        by.id.0,
        why,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into overlap_case_action (case_id, action_id, position)
            select $1, x.id, (x.place - 1)::smallint from unnest($2::uuid[]) with ordinality as x(id, place)",
        id.0,
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok((id, true))
}
