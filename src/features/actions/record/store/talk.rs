//! Drafts, remarks, suggestions, confirmations, claims: what people say about a record.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::fields::Difference;
use super::super::model::Suggestion;
use crate::features::actions::ClaimState;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::ids::{ActionId, MembershipId, OrganisationId, SuggestionId};
use crate::kernel::random;

/// Drafts of one account in one process; beyond them the oldest goes.
const DRAFTS: i64 = 40;

/// Keeps what was typed.
///
/// # Errors
/// The database's own.
pub async fn keep_draft(
    tx: &mut ProcessTx,
    key: &str,
    fields: &[(String, String)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with old as (delete from form_draft d where d.process_id = kernel.process_id() and d.account_id = kernel.account_id()
                and d.key <> $1 and d.key in (select x.key from form_draft x where x.process_id = kernel.process_id()
                    and x.account_id = kernel.account_id() and x.key <> $1 order by x.updated_at desc offset $4))
         insert into form_draft (account_id, key, fields, updated_at) values (kernel.account_id(), $1, $2, $3)
            on conflict (process_id, account_id, key) do update set fields = excluded.fields, updated_at = excluded.updated_at",
        key,
        Json(fields) as _,
        now,
        DRAFTS - 1
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts what was typed in the place of what is kept under the same key. Nothing where nothing is kept there.
///
/// # Errors
/// The database's own.
pub async fn renew_draft(
    tx: &mut ProcessTx,
    key: &str,
    fields: &[(String, String)],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let renewed = sqlx::query!(
        "update form_draft set fields = $2, updated_at = $3
         where process_id = kernel.process_id() and account_id = kernel.account_id() and key = $1",
        key,
        Json(fields) as _,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(renewed.rows_affected() > 0)
}

/// # Errors
/// The database's own.
pub async fn drop_draft(tx: &mut ProcessTx, key: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from form_draft where process_id = kernel.process_id() and account_id = kernel.account_id() and key = $1",
        key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// # Errors
/// The database's own.
pub async fn add_suggestion(
    tx: &mut ProcessTx,
    action: ActionId,
    by: MembershipId,
    version: i32,
    changes: &Difference,
    note: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<SuggestionId> {
    let id = SuggestionId(random::id());
    sqlx::query!(
        "insert into suggestion (id, action_id, by_membership_id, base_version, changes, note, at) values ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        action.0,
        by.0,
        version,
        Json(changes) as _,
        note,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// A suggestion to an action that the reader may see, locked so that it is decided once.
///
/// # Errors
/// The database's own.
pub async fn suggestion(tx: &mut ProcessTx, id: SuggestionId, today: NaiveDate) -> sqlx::Result<Option<Suggestion>> {
    let row = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', s.id, 'action_id', s.action_id, 'changes', s.changes, 'note', s.note, 'state', l.state,
                'at', s.at, 'by', kernel.person(s.by_membership_id, $2), 'by_id', s.by_membership_id, 'mine', m.account_id = kernel.account_id()) as "suggestion!"
            from suggestion l -- past the view: the row itself is locked
            join visible_suggestion s on s.process_id = l.process_id and s.id = l.id
            join membership m on m.process_id = s.process_id and m.id = s.by_membership_id
            where l.process_id = kernel.process_id() and l.id = $1 for update of l"#,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(super::read).transpose()
}

/// Closes a suggestion that is open. `state`: accepted, refused or withdrawn.
///
/// # Errors
/// The database's own.
pub async fn close_suggestion(
    tx: &mut ProcessTx,
    id: SuggestionId,
    state: &str,
    by: MembershipId,
    answer: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update suggestion set state = $2, decided_by_id = $3, decided_at = $4, answer = $5
            where process_id = kernel.process_id() and id = $1 and state = 'open'",
        id.0,
        state,
        by.0,
        now,
        answer
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// "Still true" of several: each record stands as it is, and its version stays, since nothing in it changes. What is not confirmed
/// by its donor, or was merged into another, is left out; answers which were confirmed.
///
/// # Errors
/// The database's own.
pub async fn confirm(
    tx: &mut ProcessTx,
    ids: &[Uuid],
    by: &MembershipFacts,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "update action set last_confirmed_at = $2, last_confirmed_by_id = $3
         where process_id = kernel.process_id() and id = any ($1) and claim = 'confirmed' and merged_into_id is null returning id",
        ids,
        now,
        by.id.0
    )
    .fetch_all(tx.conn())
    .await
}

/// Answers a claim that is not yet answered.
///
/// # Errors
/// The database's own.
pub async fn answer_claim(
    tx: &mut ProcessTx,
    id: ActionId,
    by: &MembershipFacts,
    claim: ClaimState,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update action set claim = $2, claim_reason = $3, version = version + 1, updated_at = $4, updated_by_id = $5,
                last_confirmed_at = case when $2 = 'confirmed' then $4 else last_confirmed_at end,
                last_confirmed_by_id = case when $2 = 'confirmed' then $5 else last_confirmed_by_id end
            where process_id = kernel.process_id() and id = $1 and claim = 'unconfirmed'",
        id.0,
        claim.as_str(),
        reason,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who reported an action, where a beneficiary did.
///
/// # Errors
/// The database's own.
pub async fn reporter(tx: &mut ProcessTx, id: ActionId) -> sqlx::Result<Option<MembershipId>> {
    sqlx::query_scalar!(
        r#"select reported_by_id as "id: MembershipId" from action -- past the view: what was declined is no longer seen
            where process_id = kernel.process_id() and id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await
}

/// Opens a restricted record to the secretariat, or closes it again.
///
/// # Errors
/// The database's own.
pub async fn open_to_secretariat(
    tx: &mut ProcessTx,
    id: ActionId,
    by: &MembershipFacts,
    open: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update action set open_to_support_group = $2, version = version + 1, updated_at = $3, updated_by_id = $4
            where process_id = kernel.process_id() and id = $1",
        id.0,
        open,
        now,
        by.id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Opens a restricted record to an organisation, or closes it again.
///
/// # Errors
/// The database's own.
pub async fn open_to_organisation(
    tx: &mut ProcessTx,
    id: ActionId,
    organisation: OrganisationId,
    by: &MembershipFacts,
    open: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with seen as (update action set version = version + 1, updated_at = $5, updated_by_id = $3
                where process_id = kernel.process_id() and id = $1 returning id),
            closed as (delete from action_disclosure where not $4 and process_id = kernel.process_id() and action_id = $1
                and organisation_id = $2)
         insert into action_disclosure (action_id, organisation_id, by_membership_id, at) select seen.id, $2, $3, $5 from seen where $4
            on conflict do nothing",
        id.0,
        organisation.0,
        by.id.0,
        open,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
