//! Remarks: said, answered, settled, taken back; and whom they name.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::super::mentions::{Mention, Nameable};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, MembershipId, RemarkId};
use crate::kernel::permit::Handling;
use crate::kernel::random;

/// A remark to be made.
pub struct NewRemark<'a> {
    pub action: ActionId,
    pub by: MembershipId,
    pub text: &'a str,
    pub handling: Handling,
    /// The remark it answers.
    pub answers: Option<RemarkId>,
    /// It says that the record is wrong.
    pub asks_correction: bool,
    pub names: &'a [Mention],
    pub now: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn add_remark(tx: &mut ProcessTx, r: &NewRemark<'_>) -> sqlx::Result<RemarkId> {
    let id = RemarkId(random::id());
    let ids = |kind: &str| r.names.iter().filter(|n| n.kind() == kind).map(Mention::id).collect::<Vec<Uuid>>();
    sqlx::query!(
        "with said as (insert into remark (id, action_id, by_membership_id, text, handling, at, answers_id, asks_correction)
                values ($1, $2, $3, $4, $5, $6, $7, $11) returning id)
         insert into mention (remark_id, membership_id, organisation_id, beneficiary_id)
            select said.id, x.m, x.o, x.b from said, (select m, null::uuid as o, null::uuid as b from unnest($8::uuid[]) m
                union all select null, o, null from unnest($9::uuid[]) o union all select null, null, b from unnest($10::uuid[]) b) x",
        id.0,
        r.action.0,
        r.by.0,
        r.text,
        r.handling.as_str(),
        r.now,
        r.answers.map(|a| a.0),
        &ids("members"),
        &ids("organisations"),
        &ids("beneficiaries"),
        r.asks_correction
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Who can be named.
///
/// # Errors
/// The database's own.
pub async fn nameable(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<Nameable>> {
    let names = sqlx::query_scalar!(r#"select kernel.mentionable($1) as "names!: Json<Vec<Nameable>>""#, today)
        .fetch_one(tx.conn())
        .await?;
    Ok(names.0)
}

/// A remark that is to be answered, settled or taken back.
pub struct Said {
    pub action: ActionId,
    pub by: MembershipId,
    pub mine: bool,
    pub handling: Handling,
    pub is_answer: bool,
}

/// A remark that the reader sees and that was not taken back.
///
/// # Errors
/// The database's own.
pub async fn remark(tx: &mut ProcessTx, id: RemarkId) -> sqlx::Result<Option<Said>> {
    let row = sqlx::query!(
        r#"select r.action_id as "action!: ActionId", r.by_membership_id as "by!: MembershipId", m.account_id = kernel.account_id() as "mine!",
                r.handling as "handling!", r.answers_id is not null as "is_answer!"
            from visible_remark r join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
            where r.process_id = kernel.process_id() and r.id = $1 and r.withdrawn_at is null and r.action_id is not null"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Said {
        action: r.action,
        by: r.by,
        mine: r.mine,
        handling: Handling::parse(&r.handling).unwrap_or(Handling::Restricted),
        is_answer: r.is_answer,
    }))
}

/// # Errors
/// The database's own.
pub async fn withdraw_remark(tx: &mut ProcessTx, id: RemarkId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update remark set withdrawn_at = $2 where process_id = kernel.process_id() and id = $1 and withdrawn_at is null",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Settles a remark, or opens it again (`None`); `false` where it stood so already.
///
/// # Errors
/// The database's own.
pub async fn settle_remark(
    tx: &mut ProcessTx,
    id: RemarkId,
    settled: Option<(MembershipId, DateTime<Utc>)>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update remark set resolved_at = $2, resolved_by_id = $3 where process_id = kernel.process_id() and id = $1
            and withdrawn_at is null and answers_id is null and (resolved_at is null) = ($2::timestamptz is not null)",
        id.0,
        settled.map(|(_, at)| at),
        settled.map(|(by, _)| by.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
